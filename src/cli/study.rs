//! The common part of all studies: threads, progress, interruption, results folder and manifest.

use super::arguments::SimulationArguments;
use super::interrupt::Interrupt;
use super::load::Loaded;
use super::results::{now, target_folder};
use super::simulate::{Executor, progress_bar};
use crate::study::Simulator;
use crate::table::Staging;
use crate::table::manifest::{ListedFile, MANIFEST_NAME};
use anyhow::bail;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A study in progress.
#[derive(Debug)]
pub(super) struct Study<'a> {
    /// The name of the command, which is also the suffix of its folder and in its manifest.
    pub(super) kind: &'static str,
    pub(super) arguments: &'a SimulationArguments,
    pub(super) interrupt: Interrupt,
    pub(super) executor: Executor,
    begun: Instant,
}

impl<'a> Study<'a> {
    /// Starts threads and listens for Ctrl-C.
    ///
    /// # Errors
    /// If the threads or the signal handler cannot be set up.
    // Only the manifest contains the wall time, never a result.
    #[allow(clippy::disallowed_methods)]
    pub(super) fn begin(
        kind: &'static str,
        arguments: &'a SimulationArguments,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            kind,
            arguments,
            interrupt: Interrupt::listen()?,
            executor: Executor::new(arguments.threads, arguments.instructions)?,
            begun: Instant::now(),
        })
    }

    /// The results folder: the scenario's results folder with the kind of the study as suffix,
    /// such as `output/quickstart.compare`.
    ///
    /// # Errors
    /// If the file's name cannot be the name of a folder, or the folder contains results of
    /// another command, which would be replaced.
    pub(super) fn folder(&self, file: &Path) -> anyhow::Result<PathBuf> {
        let mut folder = target_folder(file, &self.arguments.output)?.into_os_string();
        folder.push(".");
        folder.push(self.kind);
        let folder = PathBuf::from(folder);
        reject_other_results(&folder, self.kind)?;
        Ok(folder)
    }

    /// Executes `study` in the thread pool, with a progress bar for `n_runs` runs in total.
    pub(super) fn simulate<T: Send>(
        &self,
        name: &str,
        n_runs: u64,
        study: impl FnOnce(&mut Simulator<'_>) -> T + Send,
    ) -> T {
        let progress = progress_bar(name, n_runs, self.arguments.quiet);
        let interrupt = &self.interrupt;
        let done = self.executor.install(|| {
            let mut on_progress = |n_simulated| {
                progress.set_position(n_simulated);
                if interrupt.is_requested() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            study(&mut Simulator::new(
                self.executor.instructions,
                &mut on_progress,
            ))
        });
        progress.finish_and_clear();
        done
    }

    /// Publishes the staged files with a manifest. `about` is an object whose entries are added to
    /// those that all studies have.
    ///
    /// # Errors
    /// If a file cannot be moved into place.
    // Only the manifest contains the wall time, never a result.
    #[allow(clippy::disallowed_methods)]
    pub(super) fn publish(
        &self,
        staging: Staging,
        scenarios: &[&Loaded],
        is_complete: bool,
        about: Value,
        files: &[ListedFile],
    ) -> anyhow::Result<()> {
        let scenario = |loaded: &&Loaded| {
            json!({
                "name": loaded.scenario.name,
                "title": loaded.scenario.title,
                "file": loaded.file,
                "sha256": loaded.sha256,
                "fingerprint": format!("{:#018x}", loaded.fingerprint),
            })
        };
        let mut manifest = json!({
            "schema_version": 1,
            "kind": self.kind,
            "completeness": if is_complete { "complete" } else { "interrupted" },
            "scenarios": scenarios.iter().map(scenario).collect::<Vec<_>>(),
            "set": self.arguments.overrides.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "engine_version": env!("CARGO_PKG_VERSION"),
            "seed": format!("{:#x}", self.arguments.seed.0),
            "runs": self.arguments.runs,
            "confidence": self.arguments.confidence,
            "command": std::env::args_os()
                .map(|argument| argument.to_string_lossy().into_owned())
                .collect::<Vec<_>>(),
            "created": now(),
            "performance": {
                "threads": self.executor.n_threads(),
                "instructions": self.executor.instructions.name(),
                "wall_seconds": self.begun.elapsed().as_secs_f64(),
            },
        });
        if let (Some(manifest), Value::Object(about)) = (manifest.as_object_mut(), about) {
            manifest.extend(about);
        }
        manifest["files"] = json!(files);
        staging.publish_files(&format!("{manifest:#}\n"), files)?;
        Ok(())
    }
}

/// Checks that a folder has no results of another kind, which would be replaced.
///
/// # Errors
/// If it has.
pub(super) fn reject_other_results(target: &Path, kind: &str) -> anyhow::Result<()> {
    let Ok(text) = std::fs::read_to_string(target.join(MANIFEST_NAME)) else {
        return Ok(());
    };
    let manifest: Value = serde_json::from_str(&text).unwrap_or_default();
    if manifest["kind"] != kind {
        bail!(
            "{} contains results of another command, which those of `{kind}` would replace: give another folder with --output",
            target.display()
        );
    }
    Ok(())
}
