//! `realpolitik run`: simulates scenarios and writes their results.

use super::arguments::RunArguments;
use super::interrupt::Interrupt;
use super::load::{load, report_diagnostics};
use super::results::{Results, reject_faults, reject_shared_folders, target_folder, write};
use super::show::ResultsPrinter;
use super::simulate::{Executor, progress_bar, simulate};
use super::{Exit, exit};
use crate::base::random::Branch;
use crate::estimate::Estimates;
use crate::program;
use crate::simulate::SimulationPlan;
use crate::table::{RunsTable, Staging};
use std::path::Path;
use std::sync::Arc;

pub(super) fn run(arguments: &RunArguments) -> anyhow::Result<Exit> {
    reject_shared_folders(&arguments.files, &arguments.simulation.output)?;
    let interrupt = Interrupt::listen()?;
    let executor = Executor::new(
        arguments.simulation.threads,
        arguments.simulation.instructions,
    )?;
    let mut printer = ResultsPrinter::new(arguments.format, arguments.simulation.quiet);
    let mut worst = Exit::Success;
    for file in &arguments.files {
        let done = run_one(file, arguments, &executor, &interrupt, &mut printer);
        let exit = done.unwrap_or_else(|error| exit::report_error(&error));
        worst = worst.max(exit);
        if interrupt.is_requested() {
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
    executor: &Executor,
    interrupt: &Interrupt,
    printer: &mut ResultsPrinter,
) -> anyhow::Result<Exit> {
    let Some(loaded) = load(file, &arguments.simulation.overrides)? else {
        return Ok(Exit::Rejected);
    };
    let scenario = &loaded.scenario;
    let program = program::compile(scenario);
    let bound = Arc::new(executor.install(|| program::bind(&program, &[]))?);
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
    let simulated =
        simulate(
            &bound,
            plan,
            executor,
            interrupt,
            &progress,
            |records| match &mut runs_table {
                Some(table) => Ok(table.add(&records)?),
                None => Ok(()),
            },
        )?;

    if simulated.n_simulated == 0 {
        // Earlier results are kept: there is nothing to replace them with.
        return Ok(Exit::Interrupted);
    }
    let estimates = Estimates {
        scenario,
        bound: &bound,
        tally: &simulated.tally,
        confidence: arguments.simulation.confidence,
    };
    reject_faults(&loaded.file, &estimates)?;
    let mut warnings = loaded.warnings.clone();
    warnings.0.extend(estimates.warnings().0);
    if !arguments.simulation.quiet {
        report_diagnostics(&loaded.sources, &warnings);
    }
    let results = Results {
        loaded: &loaded,
        estimates,
        simulated: &simulated,
        arguments,
        executor,
        warnings: &warnings,
    };
    let manifest = write(&results, staging, runs_table)?;
    printer.add(&estimates, &manifest, &target)?;
    Ok(if simulated.is_finished {
        Exit::Success
    } else {
        Exit::Interrupted
    })
}
