//! What all commands share: a session that Ctrl-C cancels, loading with printed diagnostics, progress,
//! and the results folder.

use super::arguments::{Format, SimulationArguments};
use super::exit;
use super::show;
use super::signals;
use crate::base::diagnostic::{Diagnostics, Sources, escaped_lines, render};
use crate::engine::InstructionPath;
use crate::scenario::Override;
use crate::session::{
    LoadError, LoadedScenario, Manifest, Provenance, Publication, RecordLog, Session,
    SimulationSettings, results_folder,
};
use crate::simulate::{MemoryNeed, SimulationPlan};
use crate::study::Simulator;
use crate::table::{CsvText, ExportError, JsonRows, Table};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A command with its session and the arguments that all simulating commands have.
#[derive(Debug)]
pub(super) struct Front<'a> {
    pub(super) session: Session,
    pub(super) arguments: &'a SimulationArguments,
}

/// Starts a session that Ctrl-C cancels (see [`signals`]).
///
/// # Errors
/// If the threads or the signal handler cannot be set up.
pub(super) fn start_session(
    threads: Option<NonZeroUsize>,
    path: Option<InstructionPath>,
) -> anyhow::Result<Session> {
    let session = Session::new(threads, path).context("cannot start the threads")?;
    signals::install(&session)?;
    Ok(session)
}

impl<'a> Front<'a> {
    /// Starts the session of a command.
    ///
    /// # Errors
    /// If the threads or the signal handler cannot be set up.
    pub(super) fn begin(arguments: &'a SimulationArguments) -> anyhow::Result<Self> {
        let mut session = start_session(arguments.threads, arguments.instructions)?;
        if let Some(bytes) = arguments.max_memory {
            session.set_memory_limit(bytes);
        }
        Ok(Self { session, arguments })
    }

    /// Loads a scenario with the values of `--set`, and prints its warnings; `None` if it was
    /// rejected, after its errors were printed.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(super) fn load(&self, file: &Path) -> anyhow::Result<Option<LoadedScenario>> {
        let loaded = load(file, &self.arguments.overrides)?;
        if let Some(loaded) = &loaded {
            self.report(&loaded.sources, &loaded.warnings);
        }
        Ok(loaded)
    }

    /// Prepares for simulations of a scenario with this need of memory.
    ///
    /// # Errors
    /// If the memory does not suffice.
    pub(super) fn fit_memory(
        &mut self,
        loaded: &LoadedScenario,
        need: MemoryNeed,
    ) -> anyhow::Result<()> {
        let fitted = self.session.fit_memory(need);
        fitted.with_context(|| loaded.file.clone())
    }

    /// Prints warnings, unless only errors are to be printed.
    pub(super) fn report(&self, sources: &Sources, warnings: &Diagnostics) {
        if !self.arguments.quiet {
            report_diagnostics(sources, warnings);
        }
    }

    /// Runs, seed and confidence level.
    pub(super) fn settings(&self) -> SimulationSettings {
        SimulationSettings {
            n_runs: self.arguments.runs,
            seed: self.arguments.seed,
            confidence: self.arguments.confidence,
        }
    }

    /// The memory of each thread for the scores of derivatives: a quarter of all.
    pub(super) fn score_bytes(&self) -> u64 {
        self.session.memory_limit() / 4 / self.session.n_threads() as u64
    }

    /// The plan of the ordinary runs of a scenario.
    pub(super) fn plan(&self, loaded: &LoadedScenario) -> SimulationPlan {
        self.settings().plan(loaded)
    }

    /// Begins the results folder of a command for a scenario file, after other commands that write
    /// to it have ended.
    ///
    /// # Errors
    /// If it cannot be written, or contains the results of another command.
    pub(super) fn publication(
        &self,
        kind: &'static str,
        file: &Path,
    ) -> anyhow::Result<Publication> {
        let folder = results_folder(file, &self.arguments.output, kind)?;
        self.publication_in(kind, folder)
    }

    /// Begins a results folder, after other commands that write to it have ended.
    ///
    /// # Errors
    /// As [`Front::publication`].
    pub(super) fn publication_in(
        &self,
        kind: &'static str,
        folder: PathBuf,
    ) -> anyhow::Result<Publication> {
        let cancel = self.session.cancel_flag();
        let mut wait = Wait::default();
        let is_quiet = self.arguments.quiet;
        let mut on_wait = |folder: &Path, waited| {
            (is_quiet || wait.report(folder, waited)) && !cancel.is_canceled()
        };
        let dialect = self.arguments.csv;
        Ok(Publication::begin_waiting(
            kind,
            folder,
            dialect,
            &mut on_wait,
        )?)
    }

    /// Executes a study, with a progress bar for `n_runs` runs in total.
    pub(super) fn simulate<T>(
        &self,
        name: &str,
        n_runs: u64,
        study: impl FnOnce(&mut Simulator<'_>) -> T,
    ) -> T {
        let simulating = signals::Simulating::begin();
        let progress = progress_bar(name, n_runs, self.arguments.quiet);
        let mut on_progress = |n_simulated| progress.set_position(n_simulated);
        let done = study(&mut self.session.simulator(&mut on_progress));
        drop(simulating);
        progress.finish_and_clear();
        done
    }

    /// Prints how many parts of a study an earlier command had completed.
    pub(super) fn report_reused(&self, records: &RecordLog, parts: &str) {
        let n_found = records.n_found();
        if n_found > 0 && !self.arguments.quiet {
            eprintln!(
                "resumed: {} {parts} are from an earlier command that was stopped",
                show::grouped(n_found)
            );
        }
    }

    /// Publishes the results of a study.
    ///
    /// # Errors
    /// If a file cannot be written or moved into place.
    pub(super) fn publish(
        &self,
        publication: Publication,
        scenarios: Vec<&LoadedScenario>,
        is_complete: bool,
        details: serde_json::Value,
        warnings: &[String],
    ) -> anyhow::Result<Manifest> {
        let provenance = Provenance {
            scenarios,
            settings: self.settings(),
            is_complete,
            details,
            warnings: warnings.to_vec(),
            command: command_line(),
            ..Provenance::default()
        };
        let folder = publication.folder().to_owned();
        let manifest = publication.finish(Some(&self.session), provenance)?;
        report_renamed(&folder, &manifest);
        Ok(manifest)
    }

    /// Prints the results of a study in the requested format: `text` gives the tables, `rows` the
    /// main table with its rows. The summary follows, or goes to standard error.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub(super) fn print<'t, R: 't>(
        &self,
        format: Option<Format>,
        summary: &str,
        text: impl FnOnce() -> String,
        table: &Table<'t, R>,
        rows: impl IntoIterator<Item = R>,
    ) -> anyhow::Result<()> {
        let is_quiet = self.arguments.quiet;
        match format {
            None if is_quiet => return Ok(()),
            None | Some(Format::Table) => return Ok(show::print(&escaped_lines(&text()))?),
            Some(Format::Csv) => {
                let mut sink = CsvText::begin(table.about(), self.arguments.csv);
                table.append(rows, &mut sink)?;
                show::print(&sink.finish())?;
            }
            Some(Format::Json) => show::print(&json_of(table, rows)?.finish())?,
        }
        if !is_quiet {
            eprint!("{}", escaped_lines(summary));
        }
        Ok(())
    }
}

/// Reports once that the command waits for another one.
#[derive(Debug, Default)]
pub(super) struct Wait {
    is_reported: bool,
}

impl Wait {
    /// Reports it after half a second. Returns true: to go on waiting.
    pub(super) fn report(&mut self, folder: &Path, waited: Duration) -> bool {
        const SILENCE: Duration = Duration::from_millis(500);
        if waited >= SILENCE && !self.is_reported {
            self.is_reported = true;
            eprintln!(
                "waiting for another command that is writing to {}",
                folder.display()
            );
        }
        true
    }
}

/// Prints which files of the user, or changed by the user, were renamed, since new results have their names.
pub(super) fn report_renamed(folder: &Path, manifest: &Manifest) {
    let renamed = manifest.details.get("renamed");
    for one in renamed
        .and_then(|renamed| renamed.as_array())
        .into_iter()
        .flatten()
    {
        if let (Some(file), Some(kept)) = (one["file"].as_str(), one["kept_as"].as_str()) {
            eprintln!(
                "note: {} is not as realpolitik wrote it, and is kept as {kept}",
                folder.join(file).display()
            );
        }
    }
}

/// The rows of a table as a list of JSON objects.
///
/// # Errors
/// Never; the signature is that of all sinks.
pub(super) fn json_of<'t, R: 't>(
    table: &Table<'t, R>,
    rows: impl IntoIterator<Item = R>,
) -> Result<JsonRows, ExportError> {
    let mut sink = JsonRows::begin(table.about());
    table.append(rows, &mut sink)?;
    Ok(sink)
}

/// Loads a scenario; `None` if it was rejected, after its errors were printed.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn load(file: &Path, overrides: &[Override]) -> anyhow::Result<Option<LoadedScenario>> {
    let _reading = signals::Reading::begin(file);
    match LoadedScenario::load(file, overrides) {
        Ok(loaded) => Ok(Some(loaded)),
        Err(LoadError::Rejected(sources, errors)) => {
            report_diagnostics(&sources, &errors);
            Ok(None)
        }
        Err(error @ LoadError::NotText(..)) => {
            exit::report_error(&error.into());
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Prints diagnostics to standard error, in color if it is a terminal that supports it.
pub(super) fn report_diagnostics(sources: &Sources, diagnostics: &Diagnostics) {
    let choice = anstream::AutoStream::choice(&std::io::stderr());
    let is_colored = choice != anstream::ColorChoice::Never;
    let text = render(sources, diagnostics, is_colored);
    // Diagnostics that cannot be shown must not become a panic.
    let _ = io::Write::write_all(&mut io::stderr(), text.as_bytes());
}

/// The command line of this process, for manifests.
pub(super) fn command_line() -> Vec<String> {
    std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect()
}

/// A progress bar with the remaining time, on standard error if that is a terminal.
pub(super) fn progress_bar(name: &str, n_runs: u64, is_quiet: bool) -> ProgressBar {
    if is_quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(
        "{msg} {wide_bar} {human_pos} of {human_len} runs, {rate}, {eta} left",
    )
    .expect("the template is well-formed")
    .with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{:.0}/s", state.per_sec());
    });
    ProgressBar::with_draw_target(Some(n_runs), ProgressDrawTarget::stderr())
        .with_style(style)
        .with_message(name.to_owned())
}
