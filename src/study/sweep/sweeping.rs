//! Simulates a scenario at all points of a design.
//!
//! A point's values are set as by `--set`, so everything that `--set` accepts can be varied (see
//! [`PointBinder`]). A point that is rejected has a reason instead of results, and the other points
//! are still simulated.

use super::design::{Design, DesignPoint};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::base::random::{Branch, Seed};
use crate::base::stats::Proportion;
use crate::estimate::Estimates;
use crate::scenario::{Override, Scenario, stated_path};
use crate::simulate::{SimulationPlan, Tally};
use crate::study::{PointBinder, SimulatePlan, Simulator, Stopped};
use crate::table::{RecordLog, key_of_record};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// The text of the scenario, and what is common to all points.
#[derive(Clone, Copy, Debug)]
pub struct ScenarioText<'a> {
    /// Path of the file, as diagnostics show it.
    pub file: &'a str,
    /// Content of the file.
    pub text: &'a str,
    /// Settings of all points.
    pub overrides: &'a [Override],
    /// Identifies the text, the overrides and the engine version.
    pub fingerprint: u64,
}

/// Settings of a sweep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SweepSettings {
    /// Seed of all points that have none of their own.
    pub seed: Seed,
    /// Number of runs per point.
    pub n_runs: u64,
    /// Confidence level of intervals, in (0, 1).
    pub confidence: f64,
}

/// A design with the result of each point.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The points and their values.
    pub design: Design,
    /// The result of each point of the design.
    pub points: Vec<SweptPoint>,
}

/// The result of one point with its seed and runs.
#[derive(Clone, Debug)]
pub struct SweptPoint {
    /// Seed of its random numbers.
    pub seed: Seed,
    /// Number of runs counted.
    pub n_runs: u64,
    /// Runs left out because of faults.
    pub n_left_out: u64,
    /// Its outcomes, or why it has none.
    pub result: PointResult,
}

/// The outcomes of one point, or why it has none.
#[derive(Clone, Debug)]
pub enum PointResult {
    /// The outcomes in the order of the file.
    Done(Vec<SweptOutcome>),
    /// The scenario was rejected with these values, for this reason.
    Rejected(String),
    /// A value was not finite in too many runs, as described.
    Faulted(String),
    /// The sweep was stopped before this point.
    NotReached,
}

/// One outcome at one point.
#[derive(Clone, Debug)]
pub struct SweptOutcome {
    /// The key of the outcome in the scenario.
    pub name: String,
    /// The label of the outcome.
    pub label: String,
    /// Last date on which it may occur.
    pub last_date: Date,
    /// Runs in which it occurred.
    pub n_yes: u64,
    /// Its probability; `None` if no run was counted.
    pub proportion: Option<Proportion>,
    /// Mean day over the runs in which it occurred.
    pub mean_day_if_yes: Option<f64>,
}

/// Simulates all points in the order of the design. If the progress callback asks to stop, the
/// remaining points are marked as not reached. Completed points are recorded, and taken from `records` if
/// they are there; if one cannot be recorded, the sweep stops.
pub fn sweep(
    text: &ScenarioText<'_>,
    design: Design,
    settings: &SweepSettings,
    records: &mut RecordLog,
    simulator: &mut Simulator<'_>,
) -> Sweep {
    let unreached = |point: &DesignPoint| SweptPoint {
        seed: point.seed.unwrap_or(settings.seed),
        n_runs: 0,
        n_left_out: 0,
        result: PointResult::NotReached,
    };
    let mut points: Vec<SweptPoint> = design.points.iter().map(unreached).collect();
    let binder = PointBinder::new(text.file, text.text, text.overrides);
    let point_at = |index: usize| {
        let point = &design.points[index];
        PointToSimulate::new(&design.paths, point, text.fingerprint, settings)
    };
    let mut recorded: BTreeMap<usize, Tally> = BTreeMap::new();
    if records.lines().next().is_some() {
        let find = |index| Some((index, records.find(&point_at(index).key)?));
        recorded.extend((0..design.points.len()).filter_map(find));
    }
    let can_record = AtomicBool::new(true);
    // If it is stopped, the other points stay as they are: not reached.
    let _stopped = simulator.simulate_points(
        &design.order,
        settings.n_runs,
        |&index, simulate| match can_record.load(Ordering::Relaxed) {
            true => {
                let recorded = recorded.get(&index);
                simulate_point(text, &binder, point_at(index), recorded, settings, simulate)
            }
            false => Err(Stopped),
        },
        |&index, (point, new)| {
            points[index] = point;
            if let Some((key, tally)) = new
                && !records.append(&key, &tally)
            {
                can_record.store(false, Ordering::Relaxed);
            }
        },
    );
    records.sync();
    Sweep { design, points }
}

/// A point with what its simulation depends on.
struct PointToSimulate {
    settings: Vec<Override>,
    plan: SimulationPlan,
    /// The key of its record.
    key: String,
}

impl PointToSimulate {
    fn new(
        paths: &[String],
        point: &DesignPoint,
        fingerprint: u64,
        settings: &SweepSettings,
    ) -> Self {
        let settings_by_path = paths.iter().zip(&point.settings);
        let set = settings_by_path.filter_map(|(path, setting)| {
            let value = setting.text()?;
            Some(Override {
                path: path.clone(),
                value,
            })
        });
        let set: Vec<Override> = set.collect();
        let seed = point.seed.unwrap_or(settings.seed);
        let numbers = [fingerprint, seed.0, settings.n_runs].map(|number| number.to_string());
        let assignments: Vec<String> = set.iter().map(ToString::to_string).collect();
        let parts = ["point".to_owned()]
            .into_iter()
            .chain(numbers)
            .chain(assignments);
        let parts: Vec<String> = parts.collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Self {
            key: key_of_record(&parts),
            plan: SimulationPlan {
                seed,
                branch: Branch(0),
                first_run: 0,
                n_runs: settings.n_runs,
                variable_runs: 0,
                keep_runs: false,
                fingerprint,
            },
            settings: set,
        }
    }
}

/// Simulates a point, unless the tally of its outcomes is recorded. Returns its result, and a new record
/// if it was simulated.
fn simulate_point(
    text: &ScenarioText<'_>,
    binder: &PointBinder<'_>,
    point: PointToSimulate,
    recorded: Option<&Tally>,
    settings: &SweepSettings,
    simulate: &mut SimulatePlan<'_>,
) -> Result<(SweptPoint, Option<(String, Tally)>), Stopped> {
    let bound_point = match binder.bind(&point.settings) {
        Ok(bound_point) => bound_point,
        Err(diagnostics) => {
            let settings_of_point = [text.overrides, &point.settings].concat();
            let reason = rejection_reason(&diagnostics, text.text, &settings_of_point);
            let rejected = SweptPoint {
                seed: point.plan.seed,
                n_runs: 0,
                n_left_out: 0,
                result: PointResult::Rejected(reason),
            };
            return Ok((rejected, None));
        }
    };
    let simulated;
    let (tally, is_new) = match recorded {
        Some(recorded) => (recorded, false),
        None => {
            simulated = of_outcomes(simulate(&bound_point.bound, point.plan)?);
            (&simulated, true)
        }
    };
    let estimates = Estimates {
        scenario: &bound_point.scenario,
        bound: &bound_point.bound,
        tally,
        confidence: settings.confidence,
    };
    let swept = SweptPoint {
        seed: point.plan.seed,
        n_runs: tally.n_runs,
        n_left_out: tally.n_left_out,
        result: point_result(&bound_point.scenario, &estimates, tally),
    };
    Ok((swept, is_new.then(|| (point.key, tally.clone()))))
}

/// The part of a tally that the results of a point need.
fn of_outcomes(tally: Tally) -> Tally {
    Tally {
        joint: Vec::new(),
        actions: Vec::new(),
        events: Vec::new(),
        clamps: Vec::new(),
        variables: None,
        ..tally
    }
}

fn point_result(scenario: &Scenario, estimates: &Estimates<'_>, tally: &Tally) -> PointResult {
    if let Err(faults) = estimates.check_faults() {
        let first: Vec<String> = faults.run_ids.iter().take(3).map(u64::to_string).collect();
        return PointResult::Faulted(format!(
            "a value was not finite in {} of {} runs; first such runs: {}",
            faults.n_faulted,
            tally.n_covered(),
            first.join(", ")
        ));
    }
    let outcome = |estimate: crate::estimate::OutcomeEstimate<'_>| SweptOutcome {
        name: estimate.outcome.name.clone(),
        label: estimate.outcome.label.clone(),
        last_date: scenario.date_of_day(estimate.outcome.last_day),
        n_yes: estimate.n_yes,
        proportion: estimate.proportion,
        mean_day_if_yes: estimate.mean_day_if_yes,
    };
    PointResult::Done(estimates.outcomes().map(outcome).collect())
}

/// The first error with the path of its value and its hint, and the number of others.
fn rejection_reason(diagnostics: &Diagnostics, text: &str, settings: &[Override]) -> String {
    let is_error = |one: &&Diagnostic| one.severity == Severity::Error;
    let errors: Vec<&Diagnostic> = diagnostics.0.iter().filter(is_error).collect();
    let Some(first) = errors.first() else {
        return "the scenario was rejected".to_owned();
    };
    let path = first.span.and_then(|span| {
        // The sources are the file and then the settings.
        match usize::from(span.source.0).checked_sub(1) {
            None => stated_path(text, span.start),
            Some(index) => settings.get(index).map(|one| one.target().to_owned()),
        }
    });
    let mut reason = match path {
        Some(path) => format!("`{path}`: {}", first.message),
        None => first.message.clone(),
    };
    if let Some(hint) = &first.hint {
        reason = format!("{reason} ({hint})");
    }
    if errors.len() > 1 {
        reason = format!("{reason}; and {} more", errors.len() - 1);
    }
    // A message may begin with the user's text, which a spreadsheet might evaluate as a formula.
    if reason.starts_with(['=', '+', '-', '@']) {
        reason.insert(0, ' ');
    }
    reason
}
