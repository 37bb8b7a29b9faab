//! Quantiles of the day of occurrence.

use crate::base::stats::day_quantile;

/// Five quantiles of a day; `None` where a smaller share of the runs has a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayQuantiles {
    /// Days at [`QUANTILE_LEVELS`].
    pub days: [Option<u16>; 5],
}

/// The shares at which quantiles are reported.
pub const QUANTILE_LEVELS: [f64; 5] = [0.05, 0.25, 0.50, 0.75, 0.95];

impl DayQuantiles {
    /// Quantiles over `n_runs` runs; `first_day[d - 1]` of them have day d, the others none.
    pub fn new(first_day: &[u64], n_runs: u64) -> Self {
        Self {
            days: QUANTILE_LEVELS.map(|share| day_quantile(first_day, n_runs, share)),
        }
    }

    /// Median day.
    pub fn median(&self) -> Option<u16> {
        self.days[2]
    }
}
