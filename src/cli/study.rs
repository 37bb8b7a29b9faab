//! What the studies share on the command line: a pool to simulate in, progress and interruption,
//! a results folder of their own, and a manifest.

use super::arguments::SimulationArguments;
use super::interrupt::Interrupt;
use super::load::Loaded;
use super::results::{now, target_folder};
use super::simulate::{Machine, progress_bar};
use crate::study::Simulator;
use crate::table::Staging;
use crate::table::manifest::{ListedFile, MANIFEST_NAME};
use anyhow::bail;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A study being made.
#[derive(Debug)]
pub(super) struct Study<'a> {
    /// What is studied: the word of the command, of its folder and of its manifest.
    pub(super) kind: &'static str,
    /// What all simulations take.
    pub(super) arguments: &'a SimulationArguments,
    /// Whether the user wants to stop.
    pub(super) interrupt: Interrupt,
    /// What the simulations run on.
    pub(super) machine: Machine,
    begun: Instant,
}

impl<'a> Study<'a> {
    /// Starts threads and listens for Ctrl-C.
    ///
    /// # Errors
    /// Where the system gives no threads or lets nobody listen.
    // The wall time goes into the manifest, never into a result.
    #[allow(clippy::disallowed_methods)]
    pub(super) fn begin(
        kind: &'static str,
        arguments: &'a SimulationArguments,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            kind,
            arguments,
            interrupt: Interrupt::listen()?,
            machine: Machine::new(arguments.threads, arguments.instructions)?,
            begun: Instant::now(),
        })
    }

    /// The results folder: that of the scenario's own results with the study's kind after it,
    /// such as `output/quickstart.compare`.
    ///
    /// # Errors
    /// Where the file's name gives no folder's name, or the folder holds results of another
    /// command, which would be deleted as stale.
    pub(super) fn folder(&self, file: &Path) -> anyhow::Result<PathBuf> {
        let mut folder = target_folder(file, &self.arguments.output)?.into_os_string();
        folder.push(".");
        folder.push(self.kind);
        let folder = PathBuf::from(folder);
        refuse_other_results(&folder, self.kind)?;
        Ok(folder)
    }

    /// Simulates on the threads of the study, with a bar for `n_runs` runs in all.
    pub(super) fn simulate<T: Send>(
        &self,
        name: &str,
        n_runs: u64,
        study: impl FnOnce(&mut Simulator<'_>) -> T + Send,
    ) -> T {
        let progress = progress_bar(name, n_runs, self.arguments.quiet);
        let interrupt = &self.interrupt;
        let done = self.machine.install(|| {
            let mut watch = |n_simulated| {
                progress.set_position(n_simulated);
                if interrupt.is_wanted() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            study(&mut Simulator::new(self.machine.instructions, &mut watch))
        });
        progress.finish_and_clear();
        done
    }

    /// Puts the staged files in place under a manifest. `about` is an object with what only this
    /// study has to tell; its entries stand beside those that all studies have.
    ///
    /// # Errors
    /// Where a file cannot be put in place.
    // The wall time stands in the manifest, never in a result.
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
                "threads": self.machine.n_threads(),
                "instructions": self.machine.instructions.name(),
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

/// Refuses a folder with results of another kind: theirs would be deleted as stale.
///
/// # Errors
/// Where that is so.
pub(super) fn refuse_other_results(target: &Path, kind: &str) -> anyhow::Result<()> {
    let Ok(text) = std::fs::read_to_string(target.join(MANIFEST_NAME)) else {
        return Ok(());
    };
    let manifest: Value = serde_json::from_str(&text).unwrap_or_default();
    if manifest["kind"] != kind {
        bail!(
            "{} holds results of another command, which those of `{kind}` would replace: choose another folder for --output",
            target.display()
        );
    }
    Ok(())
}
