//! Quantiles of days.

use crate::base::stats::day_quantile;

/// The five quantiles of a day, each `None` where fewer runs than that have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayQuantiles {
    /// By the shares of [`QUANTILE_SHARES`].
    pub days: [Option<u16>; 5],
}

/// The shares of the runs of which quantiles are given.
pub const QUANTILE_SHARES: [f64; 5] = [0.05, 0.25, 0.50, 0.75, 0.95];

impl DayQuantiles {
    /// Quantiles over `n_runs` runs, of which `first_day[d - 1]` have day d and the others none.
    pub fn new(first_day: &[u64], n_runs: u64) -> Self {
        Self {
            days: QUANTILE_SHARES.map(|share| day_quantile(first_day, n_runs, share)),
        }
    }

    /// The median.
    pub fn median(&self) -> Option<u16> {
        self.days[2]
    }
}
