//! `realpolitik sensitivity`: Sobol' indices, Morris screening and derivatives.

mod derivative_tables;
mod index_tables;

use super::Exit;
use super::arguments::{Grouping, SensitivityArguments};
use super::front::Front;
use super::show::{counted, grouped};
use crate::base::index::OutcomeId;
use crate::estimate::{Estimates, exceeds_fault_limit};
use crate::program::BoundProgram;
use crate::session::{LoadedScenario, Publication, RecordLog};
use crate::simulate::{MemoryNeed, SimulationPlan};
use crate::study::derivatives::{Derivatives, derivatives as derive, tables};
use crate::study::sensitivity::{
    self as analysis, Factor, FactorGrouping, MorrisSettings, ScreenError, Screening, Sensitivity,
    SobolSettings,
};
use anyhow::{Context, anyhow, bail};
use serde_json::{Value, json};
use std::sync::Arc;

/// Minimum number of runs per simulation; with fewer the intervals are uselessly wide.
const MIN_RUNS: u64 = 1_000;

struct Request<'a> {
    arguments: &'a SensitivityArguments,
    front: &'a Front<'a>,
    loaded: &'a LoadedScenario,
    bound: &'a Arc<BoundProgram>,
    outcomes: Vec<OutcomeId>,
}

pub(super) fn sensitivity(arguments: &SensitivityArguments) -> anyhow::Result<Exit> {
    let mut front = Front::begin(&arguments.simulation)?;
    let Some(loaded) = front.load(&arguments.file)? else {
        return Ok(Exit::Rejected);
    };
    let bound = front.session.bind(&loaded);
    // Two samples, and one that mixes them; then derivatives.
    let need = MemoryNeed::of(&bound, &front.plan(&loaded));
    let need = need.interleaved(need).interleaved(need);
    front.fit_memory(&loaded, need.with_gradients(&bound))?;
    let request = Request {
        arguments,
        front: &front,
        loaded: &loaded,
        bound: &bound,
        outcomes: selected_outcomes(&loaded, &arguments.outcomes)?,
    };
    let factors = request.factors()?;
    if factors.is_empty() {
        let publication = front.publication("sensitivity", &arguments.file)?;
        request.derive_only(publication)
    } else if arguments.screen {
        let publication = front.publication("screen", &arguments.file)?;
        request.screen(factors, publication)
    } else {
        let publication = front.publication("sensitivity", &arguments.file)?;
        request.analyze(factors, publication)
    }
}

impl Request<'_> {
    /// The factors of the analysis; none if nothing is uncertain.
    ///
    /// # Errors
    /// If there are none to screen, or too few runs.
    fn factors(&self) -> anyhow::Result<Vec<Factor>> {
        let arguments = self.arguments;
        let by = match arguments.by {
            Grouping::Quantity => FactorGrouping::Quantity,
            Grouping::Actor => FactorGrouping::Actor,
        };
        let factors = analysis::factors(self.bound, by);
        if factors.is_empty() && arguments.screen {
            bail!(
                "{} has no uncertain quantities to screen: write at least one number as a \
                 distribution, such as {{ from = 0.3, to = 0.5 }}, or leave out --screen to get \
                 derivatives",
                self.loaded.file
            );
        }
        if !arguments.screen && !factors.is_empty() && arguments.simulation.runs < MIN_RUNS {
            bail!(
                "sensitivity needs at least {} runs per simulation: give a higher --runs",
                grouped(MIN_RUNS)
            );
        }
        Ok(factors)
    }

    /// Sobol' indices and derivatives.
    fn analyze(&self, factors: Vec<Factor>, mut publication: Publication) -> anyhow::Result<Exit> {
        let scenario = &self.loaded.scenario;
        let confidence = self.arguments.simulation.confidence;
        let mut records = publication.records(None)?;
        let Some(measured) = self.estimate_indices(factors, &mut records)? else {
            return Ok(Exit::Interrupted);
        };
        let Some(derived) = self.estimate_derivatives() else {
            return Ok(Exit::Interrupted);
        };
        let program = &*self.bound.program;
        analysis::write_files(publication.tables(), scenario, program, &measured)?;
        tables::write_file(publication.tables(), scenario, &derived, confidence)?;
        publication.spend_used_records(records);
        let n_simulations = measured.factors.len() + 2;
        let details = json!({
            "method": "sobol",
            "by": self.grouping_name(),
            "simulations": n_simulations,
            "runs_in_all": n_simulations as u64 * measured.n_runs,
            "notes": notes(&measured, scenario),
        });
        let summary = self.publish(publication, details)?;
        let text = || {
            let indices = index_tables::sensitivity(scenario, program, &measured, confidence);
            let outcomes = &self.outcomes;
            let derivatives =
                derivative_tables::derivatives(scenario, outcomes, &derived, confidence);
            format!("{indices}{derivatives}{summary}")
        };
        let table = analysis::sensitivity_table(scenario, measured.n_runs);
        let rows = analysis::sensitivity_rows(scenario, program, &measured);
        self.front
            .print(self.arguments.format, &summary, text, &table, rows)?;
        Ok(Exit::Success)
    }

    /// Derivatives only, for a scenario in which nothing is uncertain.
    fn derive_only(&self, mut publication: Publication) -> anyhow::Result<Exit> {
        const REASON: &str = "No quantity is uncertain, so there are no Sobol' indices. Write a \
                              number as a distribution, such as { from = 0.3, to = 0.5 }, to get \
                              them.";
        let scenario = &self.loaded.scenario;
        let confidence = self.arguments.simulation.confidence;
        let Some(derived) = self.estimate_derivatives() else {
            return Ok(Exit::Interrupted);
        };
        let estimates = Estimates {
            scenario,
            bound: self.bound,
            tally: &derived.tally,
            confidence,
        };
        estimates
            .check_faults()
            .with_context(|| self.loaded.file.clone())?;
        tables::write_file(publication.tables(), scenario, &derived, confidence)?;
        let details = json!({ "method": "derivatives", "notes": [REASON] });
        let results = self.publish(publication, details)?;
        let text = || {
            let outcomes = &self.outcomes;
            let derivatives =
                derivative_tables::derivatives(scenario, outcomes, &derived, confidence);
            format!("{}\n{REASON}\n{derivatives}{results}", scenario.title)
        };
        let summary = format!("{REASON}\n{results}");
        let table = analysis::sensitivity_table(scenario, 0);
        self.front
            .print(self.arguments.format, &summary, text, &table, [])?;
        Ok(Exit::Success)
    }

    /// Estimates Sobol' indices; `None` if interrupted.
    fn estimate_indices(
        &self,
        factors: Vec<Factor>,
        records: &mut RecordLog,
    ) -> anyhow::Result<Option<Sensitivity>> {
        let simulation = &self.arguments.simulation;
        let settings = SobolSettings {
            seed: simulation.seed,
            n_runs: simulation.runs,
            confidence: simulation.confidence,
            fingerprint: self.loaded.fingerprint,
        };
        let n_runs = settings.n_total_runs(factors.len());
        self.report_budget(factors.len(), factors.len() + 2, simulation.runs, n_runs);
        let name = &self.loaded.scenario.name;
        let measured = self.front.simulate(name, n_runs, |simulator| {
            let outcomes = &self.outcomes;
            analysis::estimate(self.bound, factors, outcomes, &settings, records, simulator)
        });
        records.sync();
        records.check()?;
        self.front.report_reused(records, "parts of simulations");
        let Ok(measured) = measured else {
            return Ok(None);
        };
        let estimates = Estimates {
            scenario: &self.loaded.scenario,
            bound: self.bound,
            tally: &measured.base,
            confidence: simulation.confidence,
        };
        estimates
            .check_faults()
            .with_context(|| self.loaded.file.clone())?;
        Ok(Some(measured))
    }

    /// Estimates derivatives from one simulation; `None` if interrupted.
    fn estimate_derivatives(&self) -> Option<Derivatives> {
        let plan = SimulationPlan {
            n_runs: self.arguments.derivative_runs,
            ..self.front.plan(self.loaded)
        };
        let scenario = &self.loaded.scenario;
        // The runs are simulated twice: for the baselines, and for the scores.
        let derived = self
            .front
            .simulate(&scenario.name, 2 * plan.n_runs, |simulator| {
                derive(
                    scenario,
                    self.bound,
                    plan,
                    simulator,
                    self.front.score_bytes(),
                )
            });
        derived.ok()
    }

    /// Elementary effects.
    fn screen(&self, factors: Vec<Factor>, mut publication: Publication) -> anyhow::Result<Exit> {
        let arguments = self.arguments;
        let confidence = arguments.simulation.confidence;
        let settings = MorrisSettings {
            seed: arguments.simulation.seed,
            n_trajectories: arguments.trajectories,
            n_runs: arguments.point_runs,
            confidence,
            fingerprint: self.loaded.fingerprint,
        };
        let n_points = (factors.len() + 1) * arguments.trajectories as usize;
        let mut records = publication.records(None)?;
        let screened = self.estimate_effects(factors, n_points, &settings, &mut records)?;
        let Some((screened, n_runs)) = screened else {
            return Ok(Exit::Interrupted);
        };
        publication.spend_used_records(records);
        let (scenario, program) = (&self.loaded.scenario, &*self.bound.program);
        analysis::write_screening_files(publication.tables(), scenario, program, &screened)?;
        let details = json!({
            "method": "morris",
            "by": self.grouping_name(),
            "trajectories": settings.n_trajectories,
            "runs_per_point": settings.n_runs,
            "simulations": n_points,
            "runs_in_all": n_runs,
        });
        let summary = self.publish(publication, details)?;
        let text = || {
            let table = index_tables::screening(scenario, program, &screened, confidence);
            format!("{table}{summary}")
        };
        let table = analysis::screening_table(scenario, &screened);
        let rows = analysis::screening_rows(scenario, program, &screened);
        self.front
            .print(arguments.format, &summary, text, &table, rows)?;
        Ok(Exit::Success)
    }

    /// Estimates elementary effects, with the number of runs; `None` if interrupted.
    fn estimate_effects(
        &self,
        factors: Vec<Factor>,
        n_points: usize,
        settings: &MorrisSettings,
        records: &mut RecordLog,
    ) -> anyhow::Result<Option<(Screening, u64)>> {
        let n_runs = settings.n_total_runs(factors.len());
        self.report_budget(factors.len(), n_points, settings.n_runs, n_runs);
        let name = &self.loaded.scenario.name;
        let screened = self.front.simulate(name, n_runs, |simulator| {
            let outcomes = &self.outcomes;
            analysis::screen(self.bound, factors, outcomes, settings, records, simulator)
        });
        records.sync();
        records.check()?;
        self.front.report_reused(records, "parts of simulations");
        let screened: Screening = match screened {
            Ok(screened) => screened,
            Err(ScreenError::Stopped(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if exceeds_fault_limit(screened.n_faulted, n_runs) {
            bail!(
                "{}: a value was not finite (NaN or infinity) in {} of {} runs: `realpolitik run` \
                 reports where",
                self.loaded.file,
                grouped(screened.n_faulted),
                grouped(n_runs)
            );
        }
        Ok(Some((screened, n_runs)))
    }

    /// Publishes the results, and returns the line that names their folder.
    fn publish(&self, publication: Publication, details: Value) -> anyhow::Result<String> {
        let summary = format!("results in {}\n", publication.folder().display());
        self.front
            .publish(publication, vec![self.loaded], true, details, &[])?;
        Ok(summary)
    }

    /// Prints the number of simulations and runs before they start.
    fn report_budget(&self, n_factors: usize, n_simulations: usize, n_runs: u64, n_total: u64) {
        if !self.arguments.simulation.quiet {
            eprintln!(
                "factors: {} {}; outcomes: {}; {} of {}, {} in total",
                grouped(n_factors as u64),
                match self.arguments.by {
                    Grouping::Quantity => "uncertain quantities or groups of correlated ones",
                    Grouping::Actor => "actors, variables and events with uncertain quantities",
                },
                grouped(self.outcomes.len() as u64),
                counted(n_simulations as u64, "simulation"),
                counted(n_runs, "run"),
                counted(n_total, "run"),
            );
        }
    }

    fn grouping_name(&self) -> &'static str {
        match self.arguments.by {
            Grouping::Quantity => "quantity",
            Grouping::Actor => "actor",
        }
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
fn selected_outcomes(loaded: &LoadedScenario, names: &[String]) -> anyhow::Result<Vec<OutcomeId>> {
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
