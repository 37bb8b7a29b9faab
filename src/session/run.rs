//! Simulates one scenario and estimates its outcomes.

use super::{LoadedScenario, Manifest, Provenance, Publication, RunSettings, Session, as_lines};
use crate::base::diagnostic::Diagnostics;
use crate::estimate::{Estimates, TooManyFaults};
use crate::program::BoundProgram;
use crate::scenario::Scenario;
use crate::simulate::{RunRecord, SimulationPlan, Tally};
use crate::study::Stopped;
use crate::table::manifest::RunCounts;
use crate::table::{ExportError, RunsTable, write_tables};
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A simulated scenario. If the session was canceled, it covers a prefix of the runs.
#[derive(Clone, Debug)]
pub struct Run {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The program with its values.
    pub bound: Arc<BoundProgram>,
    /// The sums over the runs.
    pub tally: Tally,
    /// The settings, with the number of runs that was requested.
    pub settings: RunSettings,
    /// Number of runs simulated; 0 if it was canceled before the first were complete.
    pub n_simulated: u64,
    /// Time that the simulation took.
    pub wall_time: Duration,
}

impl Run {
    /// The estimates of all outcomes, actions, events and variables.
    pub fn estimates(&self) -> Estimates<'_> {
        Estimates {
            scenario: &self.scenario,
            bound: &self.bound,
            tally: &self.tally,
            confidence: self.settings.simulation.confidence,
        }
    }

    /// Whether all requested runs were simulated.
    pub fn is_complete(&self) -> bool {
        self.n_simulated == self.settings.simulation.n_runs
    }

    /// Checks that few enough runs faulted for the estimates to be used.
    ///
    /// # Errors
    /// If a value was not finite in too many runs.
    pub fn check_faults(&self) -> Result<(), TooManyFaults> {
        self.estimates().check_faults()
    }

    /// The warnings of the scenario and of its simulation.
    pub fn warnings(&self, loaded: &LoadedScenario) -> Diagnostics {
        let mut warnings = loaded.warnings.clone();
        warnings.0.extend(self.estimates().warnings().0);
        warnings
    }
}

impl Session {
    /// Simulates a scenario on all threads of the session. `on_progress` is called on this thread with
    /// the number of runs simulated so far.
    pub fn run(
        &self,
        loaded: &LoadedScenario,
        settings: &RunSettings,
        on_progress: &mut dyn FnMut(u64),
    ) -> Run {
        self.run_bound(loaded, self.bind(loaded), settings, on_progress)
    }

    /// Like [`Session::run`] with a program that is bound already.
    pub fn run_bound(
        &self,
        loaded: &LoadedScenario,
        bound: Arc<BoundProgram>,
        settings: &RunSettings,
        on_progress: &mut dyn FnMut(u64),
    ) -> Run {
        let plan = settings.plan(loaded);
        let kept = self.simulate(loaded, bound, settings, plan, on_progress, &mut |_| Ok(()));
        kept.unwrap_or_else(|never: Infallible| match never {})
    }

    /// Like [`Session::run`] with a program that is bound already; passes the records of all runs to
    /// `keep`, in order.
    ///
    /// # Errors
    /// If `keep` fails.
    pub fn run_recorded<E>(
        &self,
        loaded: &LoadedScenario,
        bound: Arc<BoundProgram>,
        settings: &RunSettings,
        on_progress: &mut dyn FnMut(u64),
        keep: &mut dyn FnMut(Vec<RunRecord>) -> Result<(), E>,
    ) -> Result<Run, E> {
        let plan = SimulationPlan {
            keep_runs: true,
            ..settings.plan(loaded)
        };
        self.simulate(loaded, bound, settings, plan, on_progress, keep)
    }

    // Only the terminal and the manifest contain the wall time, never a result.
    #[allow(clippy::disallowed_methods)]
    fn simulate<E>(
        &self,
        loaded: &LoadedScenario,
        bound: Arc<BoundProgram>,
        settings: &RunSettings,
        plan: SimulationPlan,
        on_progress: &mut dyn FnMut(u64),
        keep: &mut dyn FnMut(Vec<RunRecord>) -> Result<(), E>,
    ) -> Result<Run, E> {
        let begun = Instant::now();
        let mut simulator = self.simulator(on_progress);
        let mut simulation = simulator.begin(&bound, plan);
        while !simulation.is_finished() {
            match simulator.advance_partly(&mut simulation) {
                Ok(records) => keep(records)?,
                Err(Stopped) => break,
            }
        }
        Ok(Run {
            scenario: loaded.scenario.clone(),
            bound,
            n_simulated: simulation.n_simulated(),
            tally: self.pool.install(|| simulation.into_tally()),
            settings: *settings,
            wall_time: begun.elapsed(),
        })
    }
}

impl Run {
    /// Writes all tables and publishes them. `runs` is the table of `runs.csv`, if it was written
    /// during the simulation.
    ///
    /// # Errors
    /// If a file cannot be written or moved into place.
    pub fn publish(
        &self,
        session: &Session,
        loaded: &LoadedScenario,
        mut publication: Publication,
        runs: Option<RunsTable<'_>>,
        command: Vec<String>,
    ) -> Result<Manifest, ExportError> {
        let _guard = session.begin_publishing();
        let estimates = self.estimates();
        write_tables(publication.tables(), &estimates)?;
        if let Some(runs) = runs {
            runs.finish(publication.tables())?;
        }
        let seconds = self.wall_time.as_secs_f64();
        let clamped = estimates.clamps().map(|clamp| {
            json!({
                "path": clamp.path,
                "times": clamp.n_clamped,
                "times_per_run": clamp.per_run,
            })
        });
        let provenance = Provenance {
            scenarios: vec![loaded],
            settings: self.settings.simulation,
            runs: Some(self.run_counts()),
            is_complete: self.is_complete(),
            speed: Some((seconds, self.n_simulated as f64 / seconds.max(1e-9))),
            command,
            details: json!({ "clamped": clamped.collect::<Vec<_>>() }),
            warnings: as_lines(&self.warnings(loaded)),
        };
        publication.finish(Some(session), provenance)
    }

    fn run_counts(&self) -> RunCounts {
        let tally = &self.tally;
        let variables = tally.variables.as_ref();
        RunCounts {
            requested: self.settings.simulation.n_runs,
            simulated: Some(self.n_simulated),
            counted: Some(tally.n_runs),
            left_out: Some(tally.n_left_out),
            faulted: Some(tally.n_faulted),
            faulted_run_ids: Some(tally.faulted_runs.clone()),
            variable_runs: Some(variables.map_or(0, |variables| variables.n_runs)),
        }
    }
}
