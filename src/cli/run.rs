//! `realpolitik run`: simulate scenarios and write their results.

use super::arguments::RunArguments;
use super::interrupt::Interrupt;
use super::load::{load, tell};
use super::results::{Results, refuse_faults, refuse_shared_folders, target_folder, write};
use super::show::Printer;
use super::simulate::{Machine, progress_bar, simulate};
use super::{Exit, exit};
use crate::base::random::Branch;
use crate::estimate::Estimates;
use crate::program;
use crate::simulate::SimulationPlan;
use crate::table::{RunsTable, Staging};
use std::path::Path;

/// Runs each file in turn.
pub(super) fn run(arguments: &RunArguments) -> anyhow::Result<Exit> {
    refuse_shared_folders(&arguments.files, &arguments.simulation.output)?;
    let interrupt = Interrupt::listen()?;
    let machine = Machine::new(
        arguments.simulation.threads,
        arguments.simulation.instructions,
    )?;
    let mut printer = Printer::new(arguments.format, arguments.simulation.quiet);
    let mut worst = Exit::Good;
    for file in &arguments.files {
        let done = run_one(file, arguments, &machine, &interrupt, &mut printer);
        let exit = done.unwrap_or_else(|error| exit::tell(&error));
        worst = worst.max(exit);
        if interrupt.is_wanted() {
            worst = worst.max(Exit::Interrupted);
            break;
        }
    }
    printer.finish()?;
    Ok(worst)
}

fn run_one(
    file: &Path,
    arguments: &RunArguments,
    machine: &Machine,
    interrupt: &Interrupt,
    printer: &mut Printer,
) -> anyhow::Result<Exit> {
    let Some(loaded) = load(file, &arguments.simulation.overrides)? else {
        return Ok(Exit::Rejected);
    };
    let scenario = &loaded.scenario;
    let program = program::compile(scenario);
    let bound = machine.install(|| program::bind(&program, &[]))?;
    let target = target_folder(file, &arguments.simulation.output)?;
    let staging = Staging::begin(&target)?;

    let every_run = arguments.every_run;
    let begin_runs = || RunsTable::begin(&staging, scenario, &bound);
    let mut runs_table = every_run.then(begin_runs).transpose()?;
    let plan = SimulationPlan {
        seed: arguments.simulation.seed,
        branch: Branch(0),
        first_run: 0,
        n_runs: arguments.simulation.runs,
        variable_runs: arguments.variable_runs,
        keep_runs: every_run,
        fingerprint: loaded.fingerprint,
    };
    let progress = progress_bar(&scenario.name, plan.n_runs, arguments.simulation.quiet);
    let lived =
        simulate(
            &bound,
            plan,
            machine,
            interrupt,
            &progress,
            |records| match &mut runs_table {
                Some(table) => Ok(table.add(&records)?),
                None => Ok(()),
            },
        )?;

    if lived.n_simulated == 0 {
        // Nothing is not worth earlier results.
        return Ok(Exit::Interrupted);
    }
    let estimates = Estimates {
        scenario,
        bound: &bound,
        tally: &lived.tally,
        confidence: arguments.simulation.confidence,
    };
    refuse_faults(&loaded.file, &estimates)?;
    let mut warnings = loaded.warnings.clone();
    warnings.0.extend(estimates.warnings().0);
    if !arguments.simulation.quiet {
        tell(&loaded.sources, &warnings);
    }
    let results = Results {
        loaded: &loaded,
        estimates,
        lived: &lived,
        arguments,
        machine,
        warnings: &warnings,
    };
    let manifest = write(&results, staging, runs_table)?;
    printer.results(&estimates, &manifest, &target)?;
    Ok(if lived.is_finished {
        Exit::Good
    } else {
        Exit::Interrupted
    })
}
