//! Quantiles: of days from histograms, of samples, and of weighted samples.
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
    fn weighted_quantiles_count_weights() {
        let values = || vec![(3.0, 0.5), (1.0, 0.25), (2.0, 0.25)];
        assert_eq!(weighted_quantile(values(), 0.25), 1.0);
        assert_eq!(weighted_quantile(values(), 0.5), 2.0);
        assert_eq!(weighted_quantile(values(), 0.51), 3.0);
        assert_eq!(weighted_quantile(values(), 1.0), 3.0);
    }
}
