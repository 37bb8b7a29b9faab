//! Scores forecasts against resolutions.
//!
//! [`score`] takes results folders of `run`, whose scenarios may contain resolutions, and optionally
//! a resolutions file. It computes scores of each question, of groups of exclusive alternatives,
//! means with bootstrap intervals, and calibration. A question that cannot be scored stays in the
//! list with its status.
//!
//! Conventions: the Brier score is from 0 to 1, the logarithmic score in nats; lower is better in
//! both. Skill is 1 − score/(score of a reference): 0 is as good as the reference, 1 is perfect.

mod bootstrap;
mod error;
mod forecast;
mod groups;
mod implications;
mod measures;
mod question;
mod questions;
mod reliability;
mod resolutions;
mod results;
mod results_tables;
mod rules;
mod scoring;
mod summary;
mod tables;

pub use bootstrap::BootstrapEstimate;
pub use error::ScoreError;
pub use forecast::Forecast;
pub use groups::{Group, GroupStatus};
pub use measures::Measure;
pub use question::{Question, QuestionScore, QuestionStatus, ResolvedBy};
pub use reliability::{Bin, Binning, Bins, Decomposition, Pair};
pub use resolutions::{REFERENCE, ResolutionRow, Resolutions, read_resolutions};
pub use results::{ChangedFiles, ResultsFolder, read_results};
pub use rules::{
    DateScore, LogScore, brier, brier_of_alternatives, crps_of_ensemble, date_score, log_score,
    ranked_probability,
};
pub use scoring::{ScoreSettings, Scores, score};
pub use tables::{group_table, question_table, reliability_table, summary_table, write_files};
