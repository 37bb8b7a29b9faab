//! `realpolitik run`: simulates scenarios and writes their results.

use super::arguments::RunArguments;
use super::front::{Front, command_line, load, progress_bar, report_renamed};
use super::show::ResultsPrinter;
use super::signals;
use super::{Exit, exit};
use crate::program::BoundProgram;
use crate::session::{
    Batch, LoadedScenario, Publication, Run, RunSettings, reject_shared_folders, results_folder,
};
use crate::simulate::MemoryNeed;
use crate::table::{ExportError, RunsTable};
use anyhow::{Context, bail};
use std::path::Path;
use std::sync::Arc;

pub(super) fn run(arguments: &RunArguments) -> anyhow::Result<Exit> {
    reject_shared_folders(&arguments.files, &arguments.simulation.output)?;
    let mut front = Front::begin(&arguments.simulation)?;
    let mut printer = ResultsPrinter::new(arguments.format, &arguments.simulation);
    let mut batch = batch(arguments, &front)?;
    let mut worst = Exit::Success;
    let mut left_out = Vec::new();
    for (index, file) in arguments.files.iter().enumerate() {
        let done = run_one(file, arguments, &mut front, &mut printer, &mut batch);
        let exit = done.unwrap_or_else(|error| exit::report_error(&error));
        if matches!(exit, Exit::Rejected | Exit::CouldNotRun) {
            left_out.push(file.display().to_string());
        }
        worst = worst.max(exit);
        if front.session.cancel_flag().is_canceled() {
            let rest = &arguments.files[index + 1..];
            if !rest.is_empty() {
                // Otherwise the signal came when everything was simulated.
                worst = worst.max(Exit::Interrupted);
            }
            left_out.extend(rest.iter().map(|file| file.display().to_string()));
            break;
        }
    }
    if let Some(batch) = batch {
        printer.add_batch(&batch, &left_out)?;
        let (settings, is_complete) = (front.settings(), worst != Exit::Interrupted);
        let folder = batch.folder().to_owned();
        let command = command_line();
        let finished = batch.finish(&front.session, settings, left_out, is_complete, command)?;
        if let Some(manifest) = finished {
            report_renamed(&folder, &manifest);
        }
    }
    printer.finish()?;
    Ok(worst)
}

/// The folder of the batch, if there are several files.
///
/// # Errors
/// If it cannot be written, or is the results folder of one of the files.
fn batch(arguments: &RunArguments, front: &Front<'_>) -> anyhow::Result<Option<Batch>> {
    if arguments.files.len() < 2 {
        return Ok(None);
    }
    let simulation = &arguments.simulation;
    let name = &arguments.batch;
    let is_plain = !name.contains(['/', '\\']);
    let folder = results_folder(Path::new(name), &simulation.output, "run");
    let folder = folder.ok().filter(|_| is_plain);
    let Some(folder) = folder else {
        bail!("--batch {name:?} cannot be the name of a folder: write a name such as monday");
    };
    for file in &arguments.files {
        if results_folder(file, &simulation.output, "run")? == folder {
            bail!(
                "{} and the batch would both write to {}: name the batch with --batch NAME",
                file.display(),
                folder.display()
            );
        }
    }
    Ok(Some(Batch::new(front.publication_in("batch", folder)?)))
}

fn run_one(
    file: &Path,
    arguments: &RunArguments,
    front: &mut Front<'_>,
    printer: &mut ResultsPrinter,
    batch: &mut Option<Batch>,
) -> anyhow::Result<Exit> {
    let Some(loaded) = load(file, &arguments.simulation.overrides)? else {
        return Ok(Exit::Rejected);
    };
    let settings = RunSettings {
        simulation: front.settings(),
        variable_runs: arguments.variable_runs,
    };
    let bound = front.session.bind(&loaded);
    let need = MemoryNeed::of(&bound, &settings.plan(&loaded));
    front.fit_memory(&loaded, need)?;
    let mut publication = front.publication("run", file)?;
    let target = publication.folder().to_owned();
    let (run, runs_table) = simulate(
        (&loaded, bound),
        &settings,
        arguments,
        front,
        &mut publication,
    )?;
    if run.n_simulated == 0 {
        // Earlier results are kept: there is nothing to replace them with.
        return Ok(Exit::Interrupted);
    }
    run.check_faults().with_context(|| loaded.file.clone())?;
    front.report(&loaded.sources, &run.warnings(&loaded));
    let command = command_line();
    let manifest = run.publish(&front.session, &loaded, publication, runs_table, command)?;
    report_renamed(&target, &manifest);
    printer.add(&run, &manifest, &target)?;
    if let Some(batch) = batch {
        batch.add(&loaded, &run)?;
    }
    Ok(Exit::of(run.is_complete()))
}

/// Simulates a scenario with a progress bar, and writes `runs.csv` if it is asked for.
fn simulate<'a>(
    (loaded, bound): (&'a LoadedScenario, Arc<BoundProgram>),
    settings: &RunSettings,
    arguments: &RunArguments,
    front: &Front<'_>,
    publication: &mut Publication,
) -> Result<(Run, Option<RunsTable<'a>>), ExportError> {
    let simulation = &arguments.simulation;
    let _simulating = signals::Simulating::begin();
    let progress = progress_bar(&loaded.scenario.name, simulation.runs, simulation.quiet);
    let mut on_progress = |n_simulated| progress.set_position(n_simulated);
    let simulated = if arguments.every_run {
        let mut table = RunsTable::begin(publication.tables(), &loaded.scenario, &bound)?;
        let mut keep = |records| table.add(records);
        let session = &front.session;
        let run = session.run_recorded(loaded, bound, settings, &mut on_progress, &mut keep)?;
        (run, Some(table))
    } else {
        let run = front
            .session
            .run_bound(loaded, bound, settings, &mut on_progress);
        (run, None)
    };
    progress.finish_and_clear();
    Ok(simulated)
}
