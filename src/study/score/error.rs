//! Errors of the input of scoring.

use crate::table::manifest::SCHEMA_VERSION;
use crate::table::user_table::UserTableError;
use std::path::PathBuf;
use thiserror::Error;

/// Input that cannot be scored.
#[derive(Debug, Error)]
pub enum ScoreError {
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
    /// Files of a folder are not those that its manifest lists, so they may be of several simulations.
    #[error(
        "{} are not the files that manifest.json lists, so the results may be of several simulations: simulate the scenario again, or give --accept-edited if you changed them",
        listed(files)
    )]
    Edited {
        /// The folder.
        folder: PathBuf,
        /// The files.
        files: Vec<PathBuf>,
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

/// The first paths of a list, and the number of the others.
fn listed(paths: &[PathBuf]) -> String {
    const N_SHOWN: usize = 3;
    let shown = paths.iter().take(N_SHOWN);
    let shown: Vec<String> = shown.map(|path| path.display().to_string()).collect();
    let mut text = shown.join(", ");
    if paths.len() > N_SHOWN {
        text.push_str(&format!(" and {} more", paths.len() - N_SHOWN));
    }
    text
}
