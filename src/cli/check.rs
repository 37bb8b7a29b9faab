//! `realpolitik check`: reports mistakes of scenarios, and simulates a short trial for warnings.

use super::arguments::CheckArguments;
use super::interrupt::Interrupt;
use super::load::{Loaded, load, report_diagnostics};
use super::results::reject_faults;
use super::simulate::{Executor, progress_bar, simulate};
use super::{Exit, exit, show};
use crate::base::diagnostic::Diagnostics;
use crate::base::random::{Branch, Seed};
use crate::estimate::Estimates;
use crate::program::{self, Program};
use crate::simulate::SimulationPlan;
use std::path::Path;
use std::sync::Arc;

pub(super) fn check(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let interrupt = Interrupt::listen()?;
    let mut worst = Exit::Success;
    for file in &arguments.files {
        let done = check_one(file, arguments, &interrupt);
        let exit = done.unwrap_or_else(|error| exit::report_error(&error));
        worst = worst.max(exit);
        if exit == Exit::Interrupted {
            break;
        }
    }
    Ok(worst)
}

fn check_one(
    file: &Path,
    arguments: &CheckArguments,
    interrupt: &Interrupt,
) -> anyhow::Result<Exit> {
    let Some(loaded) = load(file, &arguments.overrides)? else {
        return Ok(Exit::Rejected);
    };
    let program = program::compile(&loaded.scenario);
    if arguments.listing {
        show::print(&program::list(&program))?;
    }
    let mut warnings = loaded.warnings.clone();
    let mut faults = Ok(());
    if arguments.runs > 0 {
        let Some(trial) = simulate_trial(&loaded, &program, arguments.runs, interrupt)? else {
            return Ok(Exit::Interrupted);
        };
        warnings.0.extend(trial.warnings.0);
        faults = trial.faults;
    }
    report_diagnostics(&loaded.sources, &warnings);
    faults?;
    if !arguments.listing {
        let n = warnings.0.len();
        let plural = if n == 1 { "" } else { "s" };
        show::print(&format!(
            "{}: no errors, {n} warning{plural}\n",
            loaded.file
        ))?;
    }
    Ok(Exit::Success)
}

/// The diagnostics of a trial simulation.
struct Trial {
    warnings: Diagnostics,
    /// An error if too many runs faulted.
    faults: anyhow::Result<()>,
}

/// Simulates a trial; `None` if it was interrupted.
fn simulate_trial(
    loaded: &Loaded,
    program: &Arc<Program>,
    n_runs: u64,
    interrupt: &Interrupt,
) -> anyhow::Result<Option<Trial>> {
    let executor = Executor::new(None, None)?;
    let bound = Arc::new(executor.install(|| program::bind(program, &[]))?);
    let plan = SimulationPlan {
        seed: Seed(0),
        branch: Branch(0),
        first_run: 0,
        n_runs,
        variable_runs: 0,
        keep_runs: false,
        fingerprint: loaded.fingerprint,
    };
    let progress = progress_bar(&loaded.scenario.name, n_runs, false);
    let simulated = simulate(&bound, plan, &executor, interrupt, &progress, |_| Ok(()))?;
    if !simulated.is_finished {
        return Ok(None);
    }
    let estimates = Estimates {
        scenario: &loaded.scenario,
        bound: &bound,
        tally: &simulated.tally,
        confidence: 0.95,
    };
    Ok(Some(Trial {
        warnings: estimates.warnings(),
        faults: reject_faults(&loaded.file, &estimates),
    }))
}
