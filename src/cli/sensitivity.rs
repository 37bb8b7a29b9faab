//! `realpolitik sensitivity`: Sobol' indices, Morris screening and derivatives.

mod derivative_tables;
mod index_tables;

use super::Exit;
use super::arguments::{Format, Grouping, SensitivityArguments};
use super::load::{Loaded, load, report_diagnostics};
use super::results::reject_faults;
use super::show::{grouped, print};
use super::study::Study;
use crate::base::index::OutcomeId;
use crate::base::random::Branch;
use crate::estimate::Estimates;
use crate::program::{self, BoundProgram};
use crate::simulate::SimulationPlan;
use crate::study::derivatives::{Derivatives, derivatives as derive, tables};
use crate::study::sensitivity::{
    self as analysis, Factor, FactorGrouping, MorrisSettings, Screening, Sensitivity, SobolSettings,
};
use crate::table::columns::{FileColumns, MORRIS, SENSITIVITY};
use crate::table::manifest::ListedFile;
use crate::table::{CsvText, ExportError, JsonRows, Rows, Staging, WrittenFile};
use anyhow::{anyhow, bail};
use serde_json::json;
use std::sync::Arc;

/// Minimum number of runs per simulation; with fewer the intervals are uselessly wide.
const MIN_RUNS: u64 = 1_000;

struct Request<'a> {
    arguments: &'a SensitivityArguments,
    loaded: &'a Loaded,
    bound: &'a Arc<BoundProgram>,
    outcomes: Vec<OutcomeId>,
}

pub(super) fn sensitivity(arguments: &SensitivityArguments) -> anyhow::Result<Exit> {
    let study = Study::begin("sensitivity", &arguments.simulation)?;
    let target = study.folder(&arguments.file)?;
    let Some(loaded) = load(&arguments.file, &arguments.simulation.overrides)? else {
        return Ok(Exit::Rejected);
    };
    if !arguments.simulation.quiet {
        report_diagnostics(&loaded.sources, &loaded.warnings);
    }
    let program = program::compile(&loaded.scenario);
    let bound = Arc::new(study.executor.install(|| program::bind(&program, &[]))?);
    let request = Request {
        arguments,
        loaded: &loaded,
        bound: &bound,
        outcomes: selected_outcomes(&loaded, &arguments.outcomes)?,
    };
    let factors = analysis::factors(
        &bound,
        match arguments.by {
            Grouping::Quantity => FactorGrouping::Quantity,
            Grouping::Actor => FactorGrouping::Actor,
        },
    );
    if factors.is_empty() {
        bail!(
            "{} has no uncertain quantities: write at least one number as a distribution, such as \
             {{ from = 0.3, to = 0.5 }}",
            loaded.file
        );
    }
    if !arguments.screen && arguments.simulation.runs < MIN_RUNS {
        bail!(
            "sensitivity needs at least {} runs per simulation: give a higher --runs",
            grouped(MIN_RUNS)
        );
    }
    let staging = Staging::begin(&target)?;
    let output = if arguments.screen {
        request.screen(&study, factors, &staging)?
    } else {
        request.estimate_indices(&study, factors, &staging)?
    };
    let Some(StudyOutput {
        mut text,
        files,
        manifest_entries,
    }) = output
    else {
        // Earlier results are kept: there is nothing to replace them with.
        return Ok(Exit::Interrupted);
    };
    let mut files: Vec<ListedFile> = files.iter().map(ListedFile::from).collect();
    if !arguments.screen {
        match request.estimate_derivatives(&study, &staging)? {
            Some((written, derived)) => {
                files.extend(written.iter().map(ListedFile::from));
                text.push_str(&request.derivatives_text(&derived));
            }
            None => return Ok(Exit::Interrupted),
        }
    }
    study.publish(staging, &[&loaded], true, manifest_entries, &files)?;
    let summary = format!("results in {}\n", target.display());
    match arguments.format {
        Some(Format::Csv | Format::Json) if !arguments.simulation.quiet => eprint!("{summary}"),
        Some(Format::Table) => text.push_str(&summary),
        None if !arguments.simulation.quiet => text.push_str(&summary),
        _ => {}
    }
    print(&text)?;
    Ok(Exit::Success)
}

/// The output of one analysis.
struct StudyOutput {
    /// The text for standard output.
    text: String,
    files: Vec<WrittenFile>,
    manifest_entries: serde_json::Value,
}

impl Request<'_> {
    /// Estimates Sobol' indices; `None` if interrupted.
    fn estimate_indices(
        &self,
        study: &Study<'_>,
        factors: Vec<Factor>,
        staging: &Staging,
    ) -> anyhow::Result<Option<StudyOutput>> {
        let simulation = study.arguments;
        let settings = SobolSettings {
            seed: simulation.seed,
            n_runs: simulation.runs,
            confidence: simulation.confidence,
            fingerprint: self.loaded.fingerprint,
        };
        let n_runs = settings.n_total_runs(factors.len());
        self.report_budget(factors.len(), factors.len() + 2, simulation.runs, n_runs);
        let name = &self.loaded.scenario.name;
        let measured = study.simulate(name, n_runs, |simulator| {
            analysis::estimate(self.bound, factors, &self.outcomes, &settings, simulator)
        });
        let Ok(measured) = measured else {
            return Ok(None);
        };
        reject_faults(
            &self.loaded.file,
            &Estimates {
                scenario: &self.loaded.scenario,
                bound: self.bound,
                tally: &measured.base,
                confidence: simulation.confidence,
            },
        )?;
        let (scenario, program) = (&self.loaded.scenario, &*self.bound.program);
        Ok(Some(StudyOutput {
            files: analysis::write_files(staging.folder(), scenario, program, &measured)?,
            text: self.text(
                &SENSITIVITY,
                |rows| analysis::write_sensitivity(scenario, program, &measured, rows),
                || index_tables::sensitivity(scenario, program, &measured, simulation.confidence),
            )?,
            manifest_entries: json!({
                "method": "sobol",
                "by": self.grouping_name(),
                "simulations": measured.factors.len() + 2,
                "runs_in_all": n_runs,
                "notes": notes(&measured, scenario),
            }),
        }))
    }

    /// Estimates derivatives from one simulation; `None` if interrupted.
    fn estimate_derivatives(
        &self,
        study: &Study<'_>,
        staging: &Staging,
    ) -> anyhow::Result<Option<(Vec<WrittenFile>, Derivatives)>> {
        let simulation = study.arguments;
        let plan = SimulationPlan {
            seed: simulation.seed,
            branch: Branch(0),
            first_run: 0,
            n_runs: self.arguments.derivative_runs,
            variable_runs: 0,
            keep_runs: false,
            fingerprint: self.loaded.fingerprint,
        };
        let scenario = &self.loaded.scenario;
        // The runs are simulated twice: for the baselines, and for the scores.
        let derived = study.simulate(&scenario.name, 2 * plan.n_runs, |simulator| {
            derive(scenario, self.bound, plan, simulator)
        });
        let Ok(derived) = derived else {
            return Ok(None);
        };
        let confidence = simulation.confidence;
        let files = tables::write_file(staging.folder(), scenario, &derived, confidence)?;
        Ok(Some((files, derived)))
    }

    /// The tables of derivatives; empty unless tables are printed.
    fn derivatives_text(&self, derived: &Derivatives) -> String {
        let simulation = &self.arguments.simulation;
        match self.arguments.format {
            Some(Format::Csv | Format::Json) => String::new(),
            None if simulation.quiet => String::new(),
            Some(Format::Table) | None => {
                let (scenario, outcomes) = (&self.loaded.scenario, &self.outcomes);
                derivative_tables::derivatives(scenario, outcomes, derived, simulation.confidence)
            }
        }
    }

    /// Estimates elementary effects; `None` if interrupted.
    fn screen(
        &self,
        study: &Study<'_>,
        factors: Vec<Factor>,
        staging: &Staging,
    ) -> anyhow::Result<Option<StudyOutput>> {
        let simulation = study.arguments;
        let settings = MorrisSettings {
            seed: simulation.seed,
            n_trajectories: self.arguments.trajectories,
            n_runs: self.arguments.point_runs,
            confidence: simulation.confidence,
            fingerprint: self.loaded.fingerprint,
        };
        let n_runs = settings.n_total_runs(factors.len());
        let n_points = (factors.len() + 1) * self.arguments.trajectories as usize;
        self.report_budget(factors.len(), n_points, settings.n_runs, n_runs);
        let name = &self.loaded.scenario.name;
        let screened = study.simulate(name, n_runs, |simulator| {
            analysis::screen(self.bound, factors, &self.outcomes, &settings, simulator)
        });
        let screened: Screening = match screened {
            Ok(screened) => screened,
            Err(analysis::ScreenError::Stopped(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if screened.n_faulted * 1_000 > n_runs {
            bail!(
                "{}: a value was not finite (NaN or infinity) in {} of {} runs: `realpolitik run` \
                 reports where",
                self.loaded.file,
                grouped(screened.n_faulted),
                grouped(n_runs)
            );
        }
        let (scenario, program) = (&self.loaded.scenario, &*self.bound.program);
        Ok(Some(StudyOutput {
            files: analysis::write_screening_files(staging.folder(), scenario, program, &screened)?,
            text: self.text(
                &MORRIS,
                |rows| analysis::write_screening(scenario, program, &screened, rows),
                || index_tables::screening(scenario, program, &screened, simulation.confidence),
            )?,
            manifest_entries: json!({
                "method": "morris",
                "by": self.grouping_name(),
                "trajectories": settings.n_trajectories,
                "runs": settings.n_runs,
                "simulations": n_points,
                "runs_in_all": n_runs,
            }),
        }))
    }

    /// Prints the number of simulations and runs before they start.
    fn report_budget(&self, n_factors: usize, n_simulations: usize, n_runs: u64, n_total: u64) {
        if !self.arguments.simulation.quiet {
            eprintln!(
                "factors: {} {}; outcomes: {}; {} simulations of {} runs, {} runs in total",
                grouped(n_factors as u64),
                match self.arguments.by {
                    Grouping::Quantity => "uncertain quantities or groups of correlated ones",
                    Grouping::Actor => "actors, variables and events with uncertain quantities",
                },
                grouped(self.outcomes.len() as u64),
                grouped(n_simulations as u64),
                grouped(n_runs),
                grouped(n_total),
            );
        }
    }

    fn grouping_name(&self) -> &'static str {
        match self.arguments.by {
            Grouping::Quantity => "quantity",
            Grouping::Actor => "actor",
        }
    }

    /// The text for standard output in the requested format.
    fn text(
        &self,
        file: &FileColumns,
        write: impl Fn(&mut dyn Rows) -> Result<(), ExportError>,
        table: impl FnOnce() -> String,
    ) -> anyhow::Result<String> {
        Ok(match self.arguments.format {
            Some(Format::Csv) => {
                let mut rows = CsvText::begin(&file.header());
                write(&mut rows)?;
                rows.finish()
            }
            Some(Format::Json) => {
                let mut rows = JsonRows::begin(file.header());
                write(&mut rows)?;
                rows.finish()
            }
            None if self.arguments.simulation.quiet => String::new(),
            Some(Format::Table) | None => table(),
        })
    }
}

/// Notes on the precision of the indices, for the manifest.
fn notes(measured: &Sensitivity, scenario: &crate::scenario::Scenario) -> Vec<String> {
    let outcomes = measured.outcomes.iter();
    let notes = outcomes.filter_map(|outcome| {
        let name = &scenario.outcomes[outcome.outcome].name;
        let note = index_tables::precision_note(outcome, measured.n_runs)?;
        Some(format!("outcomes.{name}: {note}"))
    });
    notes.collect()
}

/// The outcomes with these names, or all if there are no names.
///
/// # Errors
/// If there is no outcome of that name.
fn selected_outcomes(loaded: &Loaded, names: &[String]) -> anyhow::Result<Vec<OutcomeId>> {
    let outcomes = &loaded.scenario.outcomes;
    if names.is_empty() {
        return Ok(outcomes.enumerate().map(|(id, _)| id).collect());
    }
    let find = |name: &String| {
        let found = outcomes
            .enumerate()
            .find(|(_, outcome)| outcome.name == *name);
        found.map(|(id, _)| id).ok_or_else(|| {
            let known: Vec<&str> = outcomes.iter().map(|outcome| &*outcome.name).collect();
            anyhow!(
                "{} has no outcome `{name}`: write one of {}",
                loaded.file,
                known.join(", ")
            )
        })
    };
    let mut found = names.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
