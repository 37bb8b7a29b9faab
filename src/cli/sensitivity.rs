//! `realpolitik sensitivity`: which of the things that are not known matter.

mod derivatives;
mod show;

use super::Exit;
use super::arguments::{Format, Grouping, SensitivityArguments};
use super::load::{Loaded, load, tell};
use super::results::refuse_faults;
use super::show::{grouped, print};
use super::study::Study;
use crate::base::index::OutcomeId;
use crate::base::random::Branch;
use crate::estimate::Estimates;
use crate::program::{self, BoundProgram};
use crate::simulate::SimulationPlan;
use crate::study::derivatives::{Derivatives, derivatives as derive, tables};
use crate::study::sensitivity::{
    self as room, By, Factor, ScreenSettings, Screening, Sensitivity, Settings,
};
use crate::table::columns::{FileColumns, MORRIS, SENSITIVITY};
use crate::table::manifest::ListedFile;
use crate::table::{CsvText, ExportError, JsonRows, Rows, Staging, WrittenFile};
use anyhow::{anyhow, bail};
use serde_json::json;

/// Fewer runs of each point tell nothing.
const MIN_RUNS: u64 = 1_000;

/// What the study is of.
struct Subject<'a> {
    arguments: &'a SensitivityArguments,
    loaded: &'a Loaded,
    bound: &'a BoundProgram<'a>,
    outcomes: Vec<OutcomeId>,
}

/// Measures or screens, writes and prints.
pub(super) fn sensitivity(arguments: &SensitivityArguments) -> anyhow::Result<Exit> {
    let study = Study::begin("sensitivity", &arguments.simulation)?;
    let target = study.folder(&arguments.file)?;
    let Some(loaded) = load(&arguments.file, &arguments.simulation.overrides)? else {
        return Ok(Exit::Rejected);
    };
    if !arguments.simulation.quiet {
        tell(&loaded.sources, &loaded.warnings);
    }
    let program = program::compile(&loaded.scenario);
    let bound = study.machine.install(|| program::bind(&program, &[]))?;
    let subject = Subject {
        arguments,
        loaded: &loaded,
        bound: &bound,
        outcomes: asked_for(&loaded, &arguments.outcomes)?,
    };
    let factors = room::factors(
        &bound,
        match arguments.by {
            Grouping::Quantity => By::Quantity,
            Grouping::Actor => By::Actor,
        },
    );
    if factors.is_empty() {
        bail!(
            "{} leaves nothing uncertain, so nothing can matter more or less: write what you do not \
             know as a distribution, such as {{ from = 0.3, to = 0.5 }}",
            loaded.file
        );
    }
    if !arguments.screen && arguments.simulation.runs < MIN_RUNS {
        bail!(
            "a sensitivity needs at least {} runs of each point: give --runs more",
            grouped(MIN_RUNS)
        );
    }
    let staging = Staging::begin(&target)?;
    let made = if arguments.screen {
        subject.screen(&study, factors, &staging)?
    } else {
        subject.measure(&study, factors, &staging)?
    };
    let Some(Made {
        mut text,
        files,
        about,
    }) = made
    else {
        // Nothing is not worth earlier results.
        return Ok(Exit::Interrupted);
    };
    let mut files: Vec<ListedFile> = files.iter().map(ListedFile::from).collect();
    if !arguments.screen {
        match subject.derive(&study, &staging)? {
            Some((written, derived)) => {
                files.extend(written.iter().map(ListedFile::from));
                text.push_str(&subject.text_of(&derived));
            }
            None => return Ok(Exit::Interrupted),
        }
    }
    study.publish(staging, &[&loaded], true, about, &files)?;
    let note = format!("results in {}\n", target.display());
    match arguments.format {
        Some(Format::Csv | Format::Json) if !arguments.simulation.quiet => eprint!("{note}"),
        Some(Format::Table) => text.push_str(&note),
        None if !arguments.simulation.quiet => text.push_str(&note),
        _ => {}
    }
    print(&text)?;
    Ok(Exit::Good)
}

/// What came of a study: what is to be printed, its files, and what its manifest says of it.
struct Made {
    text: String,
    files: Vec<WrittenFile>,
    about: serde_json::Value,
}

impl Subject<'_> {
    /// Divides the variance; `None` where it was stopped.
    fn measure(
        &self,
        study: &Study<'_>,
        factors: Vec<Factor>,
        staging: &Staging,
    ) -> anyhow::Result<Option<Made>> {
        let simulation = study.arguments;
        let settings = Settings {
            seed: simulation.seed,
            n_runs: simulation.runs,
            confidence: simulation.confidence,
            fingerprint: self.loaded.fingerprint,
        };
        let n_runs = settings.n_runs_in_all(factors.len());
        self.tell_budget(factors.len(), factors.len() + 2, simulation.runs, n_runs);
        let name = &self.loaded.scenario.name;
        let measured = study.simulate(name, n_runs, |simulator| {
            room::measure(self.bound, factors, &self.outcomes, &settings, simulator)
        });
        let Ok(measured) = measured else {
            return Ok(None);
        };
        refuse_faults(
            &self.loaded.file,
            &Estimates {
                scenario: &self.loaded.scenario,
                bound: self.bound,
                tally: &measured.base,
                confidence: simulation.confidence,
            },
        )?;
        let (scenario, program) = (&self.loaded.scenario, self.bound.program);
        Ok(Some(Made {
            files: room::write_files(staging.folder(), scenario, program, &measured)?,
            text: self.text(
                &SENSITIVITY,
                |rows| room::write_sensitivity(scenario, program, &measured, rows),
                || show::sensitivity(scenario, program, &measured, simulation.confidence),
            )?,
            about: json!({
                "method": "sobol",
                "by": self.by(),
                "simulations": measured.factors.len() + 2,
                "runs_in_all": n_runs,
                "notes": notes(&measured, scenario),
            }),
        }))
    }

    /// Takes the derivatives from one batch of runs; `None` where it was stopped.
    fn derive(
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
        // The runs are lived twice: for the probabilities, and for the scores held against them.
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

    /// What is printed of the derivatives: nothing where another program reads.
    fn text_of(&self, derived: &Derivatives) -> String {
        let simulation = &self.arguments.simulation;
        match self.arguments.format {
            Some(Format::Csv | Format::Json) => String::new(),
            None if simulation.quiet => String::new(),
            Some(Format::Table) | None => {
                let (scenario, outcomes) = (&self.loaded.scenario, &self.outcomes);
                derivatives::derivatives(scenario, outcomes, derived, simulation.confidence)
            }
        }
    }

    /// Screens; `None` where it was stopped.
    fn screen(
        &self,
        study: &Study<'_>,
        factors: Vec<Factor>,
        staging: &Staging,
    ) -> anyhow::Result<Option<Made>> {
        let simulation = study.arguments;
        let settings = ScreenSettings {
            seed: simulation.seed,
            n_trajectories: self.arguments.trajectories,
            n_runs: self.arguments.point_runs,
            confidence: simulation.confidence,
            fingerprint: self.loaded.fingerprint,
        };
        let n_runs = settings.n_runs_in_all(factors.len());
        let n_points = (factors.len() + 1) * self.arguments.trajectories as usize;
        self.tell_budget(factors.len(), n_points, settings.n_runs, n_runs);
        let name = &self.loaded.scenario.name;
        let screened = study.simulate(name, n_runs, |simulator| {
            room::screen(self.bound, factors, &self.outcomes, &settings, simulator)
        });
        let screened: Screening = match screened {
            Ok(screened) => screened,
            Err(room::ScreenError::Stopped(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if screened.n_faulted * 1_000 > n_runs {
            bail!(
                "{}: in {} of {} runs a number stopped being a number, which is too many: \
                 `realpolitik run` says more",
                self.loaded.file,
                grouped(screened.n_faulted),
                grouped(n_runs)
            );
        }
        let (scenario, program) = (&self.loaded.scenario, self.bound.program);
        Ok(Some(Made {
            files: room::write_screening_files(staging.folder(), scenario, program, &screened)?,
            text: self.text(
                &MORRIS,
                |rows| room::write_screening(scenario, program, &screened, rows),
                || show::screening(scenario, program, &screened, simulation.confidence),
            )?,
            about: json!({
                "method": "morris",
                "by": self.by(),
                "trajectories": settings.n_trajectories,
                "runs": settings.n_runs,
                "simulations": n_points,
                "runs_in_all": n_runs,
            }),
        }))
    }

    /// Says what it will take before it begins; the bar then says how long.
    fn tell_budget(&self, n_factors: usize, n_simulations: usize, n_runs: u64, n_in_all: u64) {
        if !self.arguments.simulation.quiet {
            eprintln!(
                "{} uncertain {}, {} {}: {} simulations of {} runs, {} runs in all",
                grouped(n_factors as u64),
                match self.arguments.by {
                    Grouping::Quantity => "quantities or groups of correlated ones",
                    Grouping::Actor => "actors, variables and events",
                },
                grouped(self.outcomes.len() as u64),
                if self.outcomes.len() == 1 {
                    "question"
                } else {
                    "questions"
                },
                grouped(n_simulations as u64),
                grouped(n_runs),
                grouped(n_in_all),
            );
        }
    }

    fn by(&self) -> &'static str {
        match self.arguments.by {
            Grouping::Quantity => "quantity",
            Grouping::Actor => "actor",
        }
    }

    /// What is printed of the results.
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

/// What the reader should know of the numbers, question by question.
fn notes(measured: &Sensitivity, scenario: &crate::scenario::Scenario) -> Vec<String> {
    let of_outcome = measured.outcomes.iter();
    let notes = of_outcome.filter_map(|of_outcome| {
        let name = &scenario.outcomes[of_outcome.outcome].name;
        let note = show::note(of_outcome, measured.n_runs)?;
        Some(format!("outcomes.{name}: {note}"))
    });
    notes.collect()
}

/// The outcomes with these names, or all.
///
/// # Errors
/// Where there is no such outcome.
fn asked_for(loaded: &Loaded, names: &[String]) -> anyhow::Result<Vec<OutcomeId>> {
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
                "{} asks no question `{name}`: it asks {}",
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
