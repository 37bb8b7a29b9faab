//! Errors of the input of scoring.

use std::path::{Path, PathBuf};
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
    /// A file has a mistake.
    #[error("{}:{line}: {problem}", path.display())]
    Mistake {
        /// The file with the mistake.
        path: PathBuf,
        /// The line of the mistake, from 1.
        line: u64,
        /// Message without file and line.
        problem: String,
    },
    /// Several mistakes, one per line.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Many(Vec<ScoreError>),
}

impl ScoreError {
    pub(super) fn mistake(path: &Path, line: u64, problem: &str) -> Self {
        Self::Mistake {
            path: path.to_owned(),
            line,
            problem: problem.to_owned(),
        }
    }

    /// One error for all mistakes; `Ok` if there are none.
    pub(super) fn from_mistakes(mut mistakes: Vec<Self>) -> Result<(), Self> {
        match mistakes.len() {
            0 => Ok(()),
            1 => Err(mistakes.remove(0)),
            _ => Err(Self::Many(mistakes)),
        }
    }
}
