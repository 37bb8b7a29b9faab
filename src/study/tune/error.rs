//! Errors of a calibration.

use crate::base::diagnostic::{Diagnostics, Sources};
use crate::table::ExportError;
use thiserror::Error;

/// The reason why a calibration failed or stopped.
#[derive(Debug, Error)]
pub enum TuneError {
    /// A path is not that of a number in the file.
    #[error("`{path}` cannot be tuned: {problem}")]
    NotTunable {
        /// The path of the free parameter.
        path: String,
        /// Message with an instruction.
        problem: String,
    },
    /// A free parameter is given twice, or overlaps with one that is set.
    #[error("`{one}` is free and `{other}` is {how}: remove one of the two")]
    Twice {
        /// The path of the free parameter.
        one: String,
        /// The path of the other number.
        other: String,
        /// How the other number is given.
        how: &'static str,
    },
    /// The scenario is rejected with a value between the bounds of a free parameter.
    #[error(
        "the scenario does not allow `{assignment}`, which lies within --free: change these bounds"
    )]
    Rejected {
        /// Path and value, as for `--set`.
        assignment: String,
        /// All texts that the diagnostics refer to.
        sources: Sources,
        /// The diagnostics of the reader.
        diagnostics: Diagnostics,
    },
    /// No point could be evaluated.
    #[error(
        "no point could be evaluated: the scenario is rejected or faults at every starting point; give narrower bounds"
    )]
    NoEvaluation,
    /// An evaluation cannot be recorded. Those before it are.
    #[error(transparent)]
    Record(ExportError),
    /// It was stopped before the first evaluation was complete.
    #[error("stopped before anything was evaluated")]
    Stopped,
}
