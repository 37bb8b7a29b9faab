//! Quantiles: of days and values from histograms, of samples, and of weighted samples.
//!
//! Histograms hold integers, so their quantiles do not depend on the order of the runs. Quantiles
//! of days are not interpolated, since a day is an integer.

/// The first day by which at least a level `level` in (0, 1] of all `n_runs` runs had the outcome.
/// `first_days[0]` counts the runs in which it occurred on day 1. `None` if the outcome is rarer
/// than the level, or there are no runs.
pub fn day_quantile(first_days: &[u64], n_runs: u64, level: f64) -> Option<u16> {
    debug_assert!(level > 0.0 && level <= 1.0);
    if n_runs == 0 {
        return None;
    }
    // Rounding must not make 8 runs of a level such as 0.07 of 100.
    let n_needed = (level * n_runs as f64 * (1.0 - 1e-12)).ceil().max(1.0) as u64;
    let mut n_seen = 0;
    for (day, count) in (1..=u16::MAX).zip(first_days) {
        n_seen += count;
        if n_seen >= n_needed {
            return Some(day);
        }
    }
    None
}

/// [`day_quantile`] among the runs with the outcome; `None` if there are none.
pub fn day_quantile_if_yes(first_days: &[u64], level: f64) -> Option<u16> {
    day_quantile(first_days, first_days.iter().sum(), level)
}

/// The quantile of ascending values, interpolated linearly between the two nearest (Hyndman and
/// Fan 1996, type 7). `None` without values.
pub fn sorted_quantile(values: &[f64], level: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let rank = level * last as f64;
    let below = (rank.floor() as usize).min(last);
    let above = (below + 1).min(last);
    Some(values[below] + (rank - below as f64) * (values[above] - values[below]))
}

/// The quantile of values with weights, in pairs: the smallest value such that it and the smaller ones
/// have at least a level `level` of the weight. NaN without values.
pub fn weighted_quantile(mut values: Vec<(f64, f64)>, level: f64) -> f64 {
    values.sort_by(|one, other| one.0.total_cmp(&other.0));
    let needed = level * values.iter().map(|one| one.1).sum::<f64>() * (1.0 - 1e-12);
    let mut seen = 0.0;
    for &(value, weight) in &values {
        seen += weight;
        if seen >= needed {
            return value;
        }
    }
    values.last().map_or(f64::NAN, |last| last.0)
}

/// A histogram of a value in [min, max]: bins of equal width inside, and the two bounds separately,
/// since clamped values often lie exactly there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BinnedValues<'a> {
    /// The lower bound of the values.
    pub min: f64,
    /// The upper bound, above `min`.
    pub max: f64,
    /// Number of values equal to `min`.
    pub n_at_min: u64,
    /// Numbers of values strictly inside, by bin.
    pub bins: &'a [u64],
    /// Number of values equal to `max`.
    pub n_at_max: u64,
    /// The smallest value observed.
    pub lowest: f64,
    /// The largest value observed.
    pub highest: f64,
}

impl BinnedValues<'_> {
    /// The quantile for a level in [0, 1], interpolated within its bin and clamped to the values
    /// observed: the error is less than a bin. `None` without values.
    pub fn quantile(&self, level: f64) -> Option<f64> {
        debug_assert!((0.0..=1.0).contains(&level));
        let n = self.n_at_min + self.bins.iter().sum::<u64>() + self.n_at_max;
        if n == 0 {
            return None;
        }
        let value = self.value_at(level * n as f64);
        let below = if value > self.highest {
            self.highest
        } else {
            value
        };
        Some(if below < self.lowest {
            self.lowest
        } else {
            below
        })
    }

    /// The value with `rank` values below it.
    fn value_at(&self, rank: f64) -> f64 {
        if self.n_at_min > 0 && rank <= self.n_at_min as f64 {
            return self.min;
        }
        let width = (self.max - self.min) / self.bins.len() as f64;
        let mut n_below = self.n_at_min;
        for (index, &count) in self.bins.iter().enumerate() {
            if count > 0 && rank <= (n_below + count) as f64 {
                let part = (rank - n_below as f64) / count as f64;
                return self.min + width * (index as f64 + part);
            }
            n_below += count;
        }
        self.max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_quantiles_are_shares_of_all_runs() {
        let first_days = [10, 0, 20, 5];
        assert_eq!(day_quantile(&first_days, 100, 0.05), Some(1));
        assert_eq!(day_quantile(&first_days, 100, 0.10), Some(1));
        assert_eq!(day_quantile(&first_days, 100, 0.11), Some(3));
        assert_eq!(day_quantile(&first_days, 100, 0.30), Some(3));
        assert_eq!(day_quantile(&first_days, 100, 0.35), Some(4));
        assert_eq!(day_quantile(&first_days, 100, 0.36), None);
        assert_eq!(day_quantile(&first_days, 0, 0.5), None);
        assert_eq!(day_quantile(&[], 100, 0.5), None);
        assert_eq!(day_quantile(&[7, 1], 100, 0.07), Some(1));
        assert_eq!(day_quantile(&[0, 1], 1, 1e-9), Some(2));
    }

    #[test]
    fn day_quantiles_if_yes_are_shares_of_the_hits() {
        let first_days = [10, 0, 20, 5];
        assert_eq!(day_quantile_if_yes(&first_days, 0.25), Some(1));
        assert_eq!(day_quantile_if_yes(&first_days, 0.5), Some(3));
        assert_eq!(day_quantile_if_yes(&first_days, 1.0), Some(4));
        assert_eq!(day_quantile_if_yes(&[0, 0], 0.5), None);
    }

    #[test]
    fn values_are_interpolated_within_their_bin() {
        let binned = BinnedValues {
            min: 0.0,
            max: 10.0,
            n_at_min: 10,
            bins: &[20, 0, 0, 40, 10],
            n_at_max: 20,
            lowest: 0.0,
            highest: 10.0,
        };
        assert_eq!(binned.quantile(0.0), Some(0.0));
        assert_eq!(binned.quantile(0.10), Some(0.0));
        assert_eq!(binned.quantile(0.20), Some(1.0));
        assert_eq!(binned.quantile(0.30), Some(2.0));
        assert_eq!(binned.quantile(0.50), Some(7.0));
        assert_eq!(binned.quantile(0.75), Some(9.0));
        assert_eq!(binned.quantile(0.81), Some(10.0));
        assert_eq!(binned.quantile(1.0), Some(10.0));
    }

    #[test]
    fn values_stay_within_those_observed() {
        let binned = BinnedValues {
            min: -1.0,
            max: 1.0,
            n_at_min: 0,
            bins: &[0, 5],
            n_at_max: 0,
            lowest: 0.4,
            highest: 0.6,
        };
        assert_eq!(binned.quantile(0.0), Some(0.4));
        assert_eq!(binned.quantile(0.5), Some(0.5));
        assert_eq!(binned.quantile(1.0), Some(0.6));
        let empty = BinnedValues {
            bins: &[0, 0],
            ..binned
        };
        assert_eq!(empty.quantile(0.5), None);
        let at_bounds = BinnedValues {
            n_at_min: 1,
            n_at_max: 3,
            bins: &[0, 0],
            lowest: -1.0,
            highest: 1.0,
            ..binned
        };
        assert_eq!(at_bounds.quantile(0.25), Some(-1.0));
        assert_eq!(at_bounds.quantile(0.26), Some(1.0));
    }

    #[test]
    fn weighted_quantiles_count_weights() {
        let values = || vec![(3.0, 0.5), (1.0, 0.25), (2.0, 0.25)];
        assert_eq!(weighted_quantile(values(), 0.25), 1.0);
        assert_eq!(weighted_quantile(values(), 0.5), 2.0);
        assert_eq!(weighted_quantile(values(), 0.51), 3.0);
        assert_eq!(weighted_quantile(values(), 1.0), 3.0);
    }
}
