//! Calibrates free parameters of a scenario to targets.
//!
//! [`tune`] minimizes Σ weight·((estimate − target)/tolerance)² over the bounds of the free parameters and
//! returns the same file with new numbers, the results that it gives, the identifiability of the
//! numbers, and, if requested, their posterior. Residuals are on the target's own scale, so that
//! "within the tolerance" has its plain meaning.
//!
//! All evaluations of the search use common random numbers, so the objective is deterministic. Each
//! trial of the posterior uses independent random numbers, so that Monte Carlo error is part of its
//! spread. Of a distribution, one parameter is free; it is never replaced by a number.

mod calibrate;
mod check;
mod edit;
mod error;
mod evaluation;
mod free;
mod identifiability;
mod log;
mod model;
mod posterior;
mod posterior_summary;
mod problem;
mod result;
mod tables;
mod targets;
mod targets_csv;
mod warnings;

pub use crate::optimize::objective::{EvaluationPurpose, Termination};
pub use calibrate::tune;
pub use error::TuneError;
pub use evaluation::{Evaluation, EvaluationResult, EvaluationStatus};
pub use free::{FreeNumber, NotAFreeNumber, Scale};
pub use log::EvaluationLog;
pub use posterior_summary::{PosteriorSummary, posterior_summary};
pub use problem::{PosteriorSettings, TuneSettings, TuningProblem};
pub use result::{RangeEnd, TunedParameter, TunedTarget, Tuning};
pub use tables::{
    SummaryRow, parameter_table, posterior_summary_table, summary_rows, target_table, write_files,
};
pub use targets::{Target, TargetKind};
pub use targets_csv::read_targets;
