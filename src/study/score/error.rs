//! Errors of the input of scoring.

use crate::table::manifest::SCHEMA_VERSION;
use crate::table::user_table::UserTableError;
use std::path::PathBuf;
use thiserror::Error;

/// Input that cannot be scored.
#[derive(Debug, Error)]
pub enum ScoreError {
    /// There is no such folder.
    #[error(
        "{} does not exist: give a folder that `realpolitik run` wrote, such as output/quickstart",
        .0.display()
    )]
    NoFolder(PathBuf),
    /// A file stands where a folder is expected.
    #[error("{} is not a folder: give the folder that `realpolitik run` wrote", .0.display())]
    NotFolder(PathBuf),
    /// The manifest is not what `run` writes.
    #[error(
        "{} is damaged ({reason}): simulate the scenario again",
        path.display()
    )]
    Manifest {
        /// Path of the manifest.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Files do not have the hashes of the manifest.
    #[error(
        "{} changed after `run` wrote {}: simulate the scenario again, or give --accept-changed if a spreadsheet only saved the same numbers again",
        file_list(.0),
        if .0.len() == 1 { "it" } else { "them" }
    )]
    Changed(Vec<PathBuf>),
    /// A folder has no manifest: it is not a results folder, or incomplete.
    #[error(
        "{} does not contain complete results (manifest.json is missing): give a folder that `realpolitik run` wrote, such as output/quickstart",
        .0.display()
    )]
    NoManifest(PathBuf),
    /// A folder has the manifest of another command.
    #[error("{} does not contain results of `realpolitik run` (its manifest.json lists no outcomes.csv): give a folder that `realpolitik run` wrote", .0.display())]
    NotResults(PathBuf),
    /// A folder has the results of another command.
    #[error(
        "{} contains results of the kind `{kind}`: give a folder that `realpolitik run` wrote",
        folder.display()
    )]
    OtherResults {
        /// The folder.
        folder: PathBuf,
        /// The command that wrote it.
        kind: String,
    },
    /// A folder was written by a version with other columns.
    #[error(
        "{} was written in version {found} of the results' format, and this program reads version {SCHEMA_VERSION}: simulate the scenario again",
        folder.display()
    )]
    OtherSchema {
        /// The folder.
        folder: PathBuf,
        /// The version of its manifest.
        found: u64,
    },
    /// A file cannot be read.
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// Two folders have forecasts of the same scenario.
    #[error(
        "{} and {} both have forecasts of the scenario `{scenario}`: score them with separate commands",
        first.display(),
        second.display()
    )]
    Twice {
        /// The name of the scenario.
        scenario: String,
        /// The folder that comes first.
        first: PathBuf,
        /// The folder that comes second.
        second: PathBuf,
    },
    /// A table cannot be read or has mistakes.
    #[error(transparent)]
    Table(#[from] UserTableError),
}

/// The paths with the verb that follows them.
fn file_list(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let verb = if paths.len() == 1 { "was" } else { "were" };
    format!("{} {verb}", shown.join(", "))
}
