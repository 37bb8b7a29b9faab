//! What if it were otherwise? A scenario asked at many points.
//!
//! In: a scenario's text, a [`Design`] of values for some of its TOML paths, and how many runs to
//! live at each point. Out: [`Swept`]: each point with the probabilities of its outcomes, or with
//! the reason why it has none. A point is the text read anew with its values set, so whatever
//! `--set` takes can be varied; one that is rejected never loses the others. All points meet the
//! same luck, save those that bring a seed of their own.

mod axis;
mod design;
mod sheet;
mod tables;

pub use axis::{Axis, DEFAULT_STEPS, NotAnAxis};
pub use design::{Design, DesignError, DesignPoint, MAX_POINTS, Setting};
pub use sheet::read_design;
pub use tables::{column_of, outcome_header, write_files, write_outcomes};

use super::simulator::{Simulator, Stopped};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Severity, Sources};
use crate::base::random::{Branch, Seed};
use crate::base::stats::Proportion;
use crate::estimate::{Estimates, MAX_FAULTED_SHARE};
use crate::program::{bind, compile};
use crate::scenario::{self, Override, Reading, Scenario};
use crate::simulate::{SimulationPlan, Tally};
use jiff::civil::Date;
use std::path::PathBuf;
use thiserror::Error;

/// The text of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The file's path, as it is shown.
    pub file: &'a str,
    /// What the file holds.
    pub text: &'a str,
    /// Values that are set at all points.
    pub overrides: &'a [Override],
    /// Names text, overrides and engine.
    pub fingerprint: u64,
}

/// How to sweep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The seed of all luck, where a point has none of its own.
    pub seed: Seed,
    /// Runs of each point.
    pub n_runs: u64,
    /// The share of intervals that are meant to hold the truth, in (0, 1).
    pub confidence: f64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Swept {
    /// What was asked.
    pub design: Design,
    /// By point of the design.
    pub points: Vec<SweptPoint>,
}

/// What came of one point.
#[derive(Clone, Debug)]
pub struct SweptPoint {
    /// The seed of its luck.
    pub seed: Seed,
    /// Runs counted.
    pub n_runs: u64,
    /// Runs left out because of faults.
    pub n_left_out: u64,
    /// Its results, or why it has none.
    pub result: PointResult,
}

/// The results of one point.
#[derive(Clone, Debug)]
pub enum PointResult {
    /// Its outcomes in the order of the file.
    Done(Vec<SweptOutcome>),
    /// The scenario with these values has a mistake.
    Rejected(String),
    /// In too many runs a number stopped being a number.
    Faulted(String),
    /// The sweep was stopped before.
    NotReached,
}

/// One outcome at one point.
#[derive(Clone, Debug)]
pub struct SweptOutcome {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// The last date that counts.
    pub last_date: Date,
    /// Runs in which it came true.
    pub n_yes: u64,
    /// Its probability.
    pub proportion: Option<Proportion>,
    /// The mean day on which it came true, where it did.
    pub mean_day_if_yes: Option<f64>,
}

/// Why there is nothing to sweep.
#[derive(Debug, Error)]
pub enum SweepError {
    /// A file cannot be read.
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// A mistake in a table of points.
    #[error("{}:{line}: {problem}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
}

/// A varied path that the scenario does not have.
#[derive(Debug)]
pub struct UnknownPath {
    /// The path.
    pub path: String,
    /// All texts, for rendering.
    pub sources: Sources,
    /// What is wrong with it.
    pub diagnostics: Diagnostics,
}

/// Tries each varied path once, so that a misspelt one is told before anything is lived.
pub fn unknown_paths(text: &Text<'_>, design: &Design) -> Vec<UnknownPath> {
    let try_path = |(at, path): (usize, &String)| {
        let given = design
            .points
            .iter()
            .find_map(|point| point.settings[at].text());
        // Whatever is wrong with the value is the point's matter.
        let value = given.unwrap_or_else(|| "0".to_owned());
        let trial = Override {
            path: path.clone(),
            value,
        };
        let (sources, reading) = read(text, &[trial]);
        let source = sources.0.len().checked_sub(1)?;
        let is_about_path = |one: &Diagnostic| {
            one.span.is_some_and(|span| {
                usize::from(span.source.0) == source && span.end <= path.len() && span.end > 0
            })
        };
        let mut diagnostics = reading.diagnostics;
        diagnostics
            .0
            .retain(|one| one.severity == Severity::Error && is_about_path(one));
        (!diagnostics.0.is_empty()).then(|| UnknownPath {
            path: path.clone(),
            sources,
            diagnostics,
        })
    };
    design
        .paths
        .iter()
        .enumerate()
        .filter_map(try_path)
        .collect()
}

/// Reads the scenario with more overrides.
fn read(text: &Text<'_>, more: &[Override]) -> (Sources, Reading) {
    let mut sources = Sources::default();
    let overrides: Vec<Override> = text.overrides.iter().chain(more).cloned().collect();
    let reading = scenario::read(&mut sources, text.file, text.text, &overrides);
    (sources, reading)
}

/// Asks the scenario at all points, in the order of the design; those that a stop leaves out are
/// marked as not reached.
pub fn sweep(
    text: &Text<'_>,
    design: Design,
    settings: &Settings,
    simulator: &mut Simulator<'_>,
) -> Swept {
    let unreached = |point: &DesignPoint| SweptPoint {
        seed: point.seed.unwrap_or(settings.seed),
        n_runs: 0,
        n_left_out: 0,
        result: PointResult::NotReached,
    };
    let mut points: Vec<SweptPoint> = design.points.iter().map(unreached).collect();
    for &at in &design.order {
        match ask(text, &design, at, settings, simulator) {
            Ok(point) => points[at] = point,
            Err(Stopped) => break,
        }
    }
    Swept { design, points }
}

/// Asks the scenario at one point.
fn ask(
    text: &Text<'_>,
    design: &Design,
    at: usize,
    settings: &Settings,
    simulator: &mut Simulator<'_>,
) -> Result<SweptPoint, Stopped> {
    let point = &design.points[at];
    let given = design.paths.iter().zip(&point.settings);
    let set = given.filter_map(|(path, setting)| {
        let value = setting.text()?;
        Some(Override {
            path: path.clone(),
            value,
        })
    });
    let set: Vec<Override> = set.collect();
    let seed = point.seed.unwrap_or(settings.seed);
    let without_runs = |result| SweptPoint {
        seed,
        n_runs: 0,
        n_left_out: 0,
        result,
    };
    let (_, reading) = read(text, &set);
    let Some(scenario) = reading.scenario else {
        return Ok(without_runs(PointResult::Rejected(reason(
            &reading.diagnostics,
        ))));
    };
    let program = compile(&scenario);
    let bound = match bind(&program, &[]) {
        Ok(bound) => bound,
        Err(error) => return Ok(without_runs(PointResult::Rejected(error.to_string()))),
    };
    let plan = SimulationPlan {
        seed,
        branch: Branch(0),
        first_run: 0,
        n_runs: settings.n_runs,
        variable_runs: 0,
        keep_runs: false,
        fingerprint: text.fingerprint,
    };
    let tally = simulator.simulate(&bound, plan)?;
    let estimates = Estimates {
        scenario: &scenario,
        bound: &bound,
        tally: &tally,
        confidence: settings.confidence,
    };
    Ok(SweptPoint {
        seed,
        n_runs: tally.n_runs,
        n_left_out: tally.n_left_out,
        result: result(&scenario, &estimates, &tally),
    })
}

fn result(scenario: &Scenario, estimates: &Estimates<'_>, tally: &Tally) -> PointResult {
    let faults = estimates.faults();
    if faults.share > MAX_FAULTED_SHARE {
        let first: Vec<String> = faults.run_ids.iter().take(3).map(u64::to_string).collect();
        return PointResult::Faulted(format!(
            "in {} of {} runs a number stopped being a number; the first: {}",
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

/// The first error in words, and how many more there are.
fn reason(diagnostics: &Diagnostics) -> String {
    let is_error = |one: &&Diagnostic| one.severity == Severity::Error;
    let errors: Vec<&Diagnostic> = diagnostics.0.iter().filter(is_error).collect();
    let Some(first) = errors.first() else {
        return "the scenario was rejected".to_owned();
    };
    let mut reason = first.message.clone();
    if let Some(hint) = &first.hint {
        reason = format!("{reason} ({hint})");
    }
    if errors.len() > 1 {
        reason = format!("{reason}; and {} more", errors.len() - 1);
    }
    // A message may begin with what was written, and a table is no place for formulas.
    if reason.starts_with(['=', '+', '-', '@']) {
        reason.insert(0, ' ');
    }
    reason
}
