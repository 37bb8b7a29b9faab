//! The forecast of one outcome, as a results folder of `run` contains it.

use crate::scenario::Resolution;
use jiff::civil::Date;

/// The forecast of one outcome.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// The key of the outcome in the scenario.
    pub outcome: String,
    /// The label of the outcome.
    pub label: String,
    /// The text of the question.
    pub question: String,
    /// Last date on which the outcome may occur.
    pub last_date: Date,
    /// Number of runs counted.
    pub n_runs: u64,
    /// The probability; `None` if no run was counted.
    pub probability: Option<f64>,
    /// Cumulative probability at the end of each day, from day 1 to the last; `None` if
    /// `timeline.csv` does not contain it.
    pub by_day: Option<Vec<f64>>,
    /// The resolution in the scenario.
    pub resolution: Option<Resolution>,
}
