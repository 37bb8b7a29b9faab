//! The paired difference of one outcome or action between two sides with common random numbers.
//!
//! A draw has two runs on each side, which are correlated, so the draws are the independent clusters:
//! the difference is a mean over draws with the standard error of a clustered mean. All sums are of
//! whole numbers.

use crate::base::math::double::sqrt;
use crate::base::stats::{Interval, PairCounts, PairedChanges, z_of_confidence};

/// Sums over draws of the whole numbers that their runs contribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DrawSums {
    /// Draws with at least one run that counts.
    n_draws: u64,
    /// Runs that count: Σ n, with n ∈ {0, 1, 2} per draw.
    n_runs: u64,
    /// Σ n² over draws.
    n_squares: u64,
    /// Σ T, with T the sum over the draw's runs.
    sum: i128,
    /// Σ T² over draws.
    squares: i128,
    /// Σ n·T over draws.
    products: i128,
}

impl DrawSums {
    /// Adds a draw with `n` runs that count and the sum `total` over them.
    fn add(&mut self, n: u64, total: i64) {
        let (total, runs) = (i128::from(total), i128::from(n));
        self.n_draws += u64::from(n > 0);
        self.n_runs += n;
        self.n_squares += n * n;
        self.sum += total;
        self.squares += total * total;
        self.products += runs * total;
    }

    /// The mean over runs; `None` without any.
    fn mean(&self) -> Option<f64> {
        (self.n_runs > 0).then(|| self.sum as f64 / self.n_runs as f64)
    }

    /// The standard error of the mean over k independent draws,
    /// SE² = k/(k − 1) · Σ (T − n·mean)² / (Σ n)²; `None` for fewer than two draws.
    fn standard_error(&self) -> Option<f64> {
        if self.n_draws < 2 {
            return None;
        }
        let (mean, k) = (self.mean()?, self.n_draws as f64);
        let scatter = self.squares as f64 - 2.0 * mean * self.products as f64
            + mean * mean * self.n_squares as f64;
        Some(sqrt(scatter.max(0.0) * k / (k - 1.0)) / self.n_runs as f64)
    }
}

/// Sums over the draws of the number of times an action is taken on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CountSums {
    base: DrawSums,
    variant: DrawSums,
    /// Times in the variant minus times in the base.
    difference: DrawSums,
}

impl CountSums {
    /// Adds a draw: for each of its one or two runs, the times in the base and in the variant.
    pub(super) fn add(&mut self, counts: &[(u16, u16)]) {
        let n = counts.len() as u64;
        let base = counts.iter().map(|run| i64::from(run.0)).sum();
        let variant = counts.iter().map(|run| i64::from(run.1)).sum();
        self.base.add(n, base);
        self.variant.add(n, variant);
        self.difference.add(n, variant - base);
    }

    /// The means and their paired difference; `None` without runs.
    pub(super) fn estimate(&self, confidence: f64) -> Option<CountDifference> {
        let difference = self.difference.mean()?;
        let standard_error = self.difference.standard_error();
        let half_width = standard_error.map(|error| z_of_confidence(confidence) * error);
        Some(CountDifference {
            base_mean: self.base.mean()?,
            variant_mean: self.variant.mean()?,
            difference,
            standard_error,
            interval: half_width.map(|half| Interval {
                low: difference - half,
                high: difference + half,
            }),
        })
    }
}

/// The difference of the mean number of times an action is taken in a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountDifference {
    /// Mean number of times in the base.
    pub base_mean: f64,
    /// Mean number of times in the variant.
    pub variant_mean: f64,
    /// Mean in the variant minus mean in the base.
    pub difference: f64,
    /// Standard error of the difference over draws; `None` for fewer than two draws.
    pub standard_error: Option<f64>,
    /// Normal confidence interval of the difference; `None` without a standard error.
    pub interval: Option<Interval>,
}

/// Sums over the draws of one outcome or action on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PairedSums {
    base: PairCounts,
    variant: PairCounts,
    /// Occurrence in the variant (0 or 1) minus occurrence in the base.
    difference: DrawSums,
    n_no_to_yes: u64,
    n_yes_to_no: u64,
    /// Day in the variant minus day in the base, where it occurred on both sides.
    later: DrawSums,
    base_days: u64,
    variant_days: u64,
    /// Whether any day of any run differs.
    pub(super) has_changed: bool,
}

impl PairedSums {
    /// Adds a draw: for each of its one or two runs, the day in the base and in the variant, 0 for
    /// never.
    pub(super) fn add(&mut self, days: &[(u16, u16)]) {
        count_pair(&mut self.base, days.iter().map(|run| run.0));
        count_pair(&mut self.variant, days.iter().map(|run| run.1));
        let (mut total, mut n_both, mut later) = (0, 0, 0);
        for &(base, variant) in days {
            self.has_changed |= base != variant;
            self.base_days += u64::from(base);
            self.variant_days += u64::from(variant);
            match (base > 0, variant > 0) {
                (false, true) => {
                    self.n_no_to_yes += 1;
                    total += 1;
                }
                (true, false) => {
                    self.n_yes_to_no += 1;
                    total -= 1;
                }
                (true, true) => {
                    n_both += 1;
                    later += i64::from(variant) - i64::from(base);
                }
                (false, false) => {}
            }
        }
        self.difference.add(days.len() as u64, total);
        self.later.add(n_both, later);
    }

    /// The paired difference; `None` without runs.
    pub(super) fn estimate(&self, confidence: f64) -> Option<PairedDifference> {
        let base = self.base.estimate(confidence)?;
        let variant = self.variant.estimate(confidence)?;
        let difference = self.difference.mean()?;
        let standard_error = self.difference.standard_error();
        // With independent random numbers, the variances add up.
        let variance = |p: f64, n: f64| p * (1.0 - p) / n;
        let se_if_independent = sqrt(
            variance(base.probability, base.effective_runs)
                + variance(variant.probability, variant.effective_runs),
        );
        let size = difference.abs();
        // At these two probabilities, at least a share |d| of the runs must change.
        let min_variance = size - size * size;
        let independent_variance =
            variance(base.probability, 1.0) + variance(variant.probability, 1.0);
        Some(PairedDifference {
            n_runs: self.base.n_runs,
            base_probability: base.probability,
            variant_probability: variant.probability,
            difference,
            interval: self.interval(difference, standard_error, confidence),
            standard_error,
            se_if_independent,
            gain: standard_error
                .filter(|&error| error > 0.0)
                .map(|error| se_if_independent / error),
            gain_bound: (min_variance > 0.0).then(|| sqrt(independent_variance / min_variance)),
            n_no_to_yes: self.n_no_to_yes,
            n_yes_to_no: self.n_yes_to_no,
            base_mean_day: mean(self.base_days, self.base.n_hits),
            variant_mean_day: mean(self.variant_days, self.variant.n_hits),
            n_both: self.later.n_runs,
            days_later: self.later.mean(),
            days_later_se: self.later.standard_error(),
        })
    }

    /// Tango's score interval on the effective number of runs: that of the runs divided by the ratio of
    /// the clustered to the independent variance. Without a change it is Wilson's bound, so that
    /// observing no change does not exclude one.
    fn interval(&self, difference: f64, error: Option<f64>, confidence: f64) -> Interval {
        let n = self.base.n_runs as f64;
        let share = 1.0 / (1.0 + self.pair_correlation(difference, error));
        let changes = PairedChanges {
            n: n * share,
            gained: self.n_no_to_yes as f64 * share,
            lost: self.n_yes_to_no as f64 * share,
        };
        let Interval { low, high } = changes.interval(confidence);
        Interval {
            low: low.min(difference),
            high: high.max(difference),
        }
    }

    /// The correlation of the changes of a draw's two runs, (Nρ̂ + 2)/(N + 2) with N changes adjusted
    /// for their mean, clamped to [0, 1]. It goes to 1 as the changes vanish: the draws are then all
    /// that is known to be independent. It is 0 where the runs are not in pairs.
    fn pair_correlation(&self, difference: f64, error: Option<f64>) -> f64 {
        /// Weight of the prior correlation of 1, in changed runs.
        const PRIOR_CHANGES: f64 = 2.0;
        if self.base.n_pairs == 0 {
            return 0.0;
        }
        let n = self.base.n_runs as f64;
        let n_changed = (self.n_no_to_yes + self.n_yes_to_no) as f64;
        let evidence = (n_changed - n * difference * difference).max(0.0);
        // The squared standard error of n independent runs is evidence/n².
        let excess = error.map_or(0.0, |error| n * n * error * error - evidence);
        ((excess + PRIOR_CHANGES) / (evidence + PRIOR_CHANGES)).clamp(0.0, 1.0)
    }
}

fn count_pair(counts: &mut PairCounts, days: impl Iterator<Item = u16>) {
    let (mut n_runs, mut n_hits) = (0, 0);
    for day in days {
        n_runs += 1;
        n_hits += u64::from(day > 0);
    }
    counts.n_runs += n_runs;
    counts.n_hits += n_hits;
    if n_runs == 2 {
        counts.n_pairs += 1;
        counts.n_hits_in_pairs += n_hits;
        counts.n_both += u64::from(n_hits == 2);
    }
}

fn mean(sum: u64, n: u64) -> Option<f64> {
    (n > 0).then(|| sum as f64 / n as f64)
}

/// The difference of an outcome's probability, or of the share of runs in which an action is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedDifference {
    /// Runs counted on both sides.
    pub n_runs: u64,
    /// The probability in the base.
    pub base_probability: f64,
    /// The probability in the variant.
    pub variant_probability: f64,
    /// The probability in the variant minus that in the base.
    pub difference: f64,
    /// Confidence interval of the difference (Monte Carlo error).
    pub interval: Interval,
    /// Standard error of the difference over draws; `None` for fewer than two draws.
    pub standard_error: Option<f64>,
    /// Standard error that two simulations with independent random numbers would have.
    pub se_if_independent: f64,
    /// `se_if_independent / standard_error`; `None` if nothing changed.
    pub gain: Option<f64>,
    /// Maximum gain of pairing run by run at these two probabilities,
    /// √((p₀q₀ + p₁q₁)/(|d| − d²)); `None` if they are equal.
    pub gain_bound: Option<f64>,
    /// Runs that change from no to yes.
    pub n_no_to_yes: u64,
    /// Runs that change from yes to no.
    pub n_yes_to_no: u64,
    /// Mean day over the base's runs in which it occurred.
    pub base_mean_day: Option<f64>,
    /// Mean day over the variant's runs in which it occurred.
    pub variant_mean_day: Option<f64>,
    /// Runs in which it occurred on both sides.
    pub n_both: u64,
    /// Mean number of days by which it occurs later in the variant, over those runs.
    pub days_later: Option<f64>,
    /// Standard error of `days_later` over draws.
    pub days_later_se: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(draws: &[&[(u16, u16)]]) -> PairedSums {
        let mut sums = PairedSums::default();
        draws.iter().for_each(|days| sums.add(days));
        sums
    }

    #[test]
    fn differences_of_a_worked_example() {
        // Draws of two runs: one gained, one lost in a draw that also kept one, one later.
        let sums = sums(&[
            &[(0, 3), (0, 0)],
            &[(2, 0), (4, 4)],
            &[(1, 5), (2, 4)],
            &[(0, 1), (0, 2)],
        ]);
        let change = sums.estimate(0.95).unwrap();
        assert_eq!(
            (change.n_runs, change.n_no_to_yes, change.n_yes_to_no),
            (8, 3, 1)
        );
        assert_eq!(change.base_probability, 0.5);
        assert_eq!(change.variant_probability, 0.75);
        assert_eq!(change.difference, 0.25);
        // The draws' means are ½, −½, 0 and 1, of variance (¼ + ¼ + 1 − 4·1/16)/3 = 5/12.
        let error = change.standard_error.unwrap();
        assert!((error - (5.0_f64 / 12.0 / 4.0).sqrt()).abs() < 1e-15);
        assert_eq!(change.base_mean_day, Some(2.25));
        assert_eq!(change.variant_mean_day, Some(19.0 / 6.0));
        // Over three runs in two draws: 0; 4 and 2.
        assert_eq!((change.n_both, change.days_later), (3, Some(2.0)));
        // Σ (T − 2n)² = (0 − 2)² + (6 − 4)² = 8, so SE² = 2 · 8 / 9.
        assert!((change.days_later_se.unwrap() - 4.0 / 3.0).abs() < 1e-15);
        assert!(change.interval.contains(0.25));
    }

    #[test]
    fn observing_no_change_does_not_exclude_one() {
        let days: &[(u16, u16)] = &[(1, 1), (0, 0)];
        let paired = sums(&vec![days; 100]);
        let change = paired.estimate(0.95).unwrap();
        assert_eq!(change.standard_error, Some(0.0));
        assert_eq!((change.gain, change.gain_bound), (None, None));
        // 100 draws are 100 effective runs; Wilson's bound is z²/(100 + z²) = 0.037.
        assert!((change.interval.high - 0.036_994).abs() < 1e-6);
        assert_eq!(change.interval.low, -change.interval.high);
        assert!(!paired.has_changed);
        // Where nothing is uncertain, every run is a cluster of its own.
        let days: &[(u16, u16)] = &[(1, 1)];
        let single = sums(&vec![days; 100]).estimate(0.95).unwrap();
        assert!((single.interval.high - 0.036_994).abs() < 1e-6);
    }

    /// One more changed run widens the interval or moves it: its upper end never falls.
    #[test]
    fn upper_end_rises_with_every_change() {
        let same: &[(u16, u16)] = &[(0, 0), (0, 0)];
        let gained: &[(u16, u16)] = &[(0, 1), (0, 0)];
        let mut before = 0.0;
        for n_changed in 0..60 {
            let draws = [vec![gained; n_changed], vec![same; 200 - n_changed]].concat();
            let high = sums(&draws).estimate(0.95).unwrap().interval.high;
            assert!(high > before, "{n_changed}: {high} after {before}");
            before = high;
        }
    }

    #[test]
    fn change_of_all_runs_has_no_standard_error() {
        let days: &[(u16, u16)] = &[(0, 1), (0, 1)];
        let change = sums(&vec![days; 400]).estimate(0.95).unwrap();
        assert_eq!(change.difference, 1.0);
        assert_eq!(change.standard_error, Some(0.0));
        assert!(change.interval.high == 1.0 && change.interval.low > 0.98);
    }

    #[test]
    fn counts_are_compared_draw_by_draw() {
        let mut sums = CountSums::default();
        for draw in [[(2, 3), (0, 0)], [(1, 1), (4, 2)], [(5, 9), (1, 2)]] {
            sums.add(&draw);
        }
        let change = sums.estimate(0.95).unwrap();
        assert_eq!(change.base_mean, 13.0 / 6.0);
        assert_eq!(change.variant_mean, 17.0 / 6.0);
        assert!((change.difference - 4.0 / 6.0).abs() < 1e-15);
        // The draws' totals are 1, −2 and 5, less 2d = 4/3: SE² = 3/2 · (1 + 100 + 121)/9 / 36.
        let error = (1.5 * 222.0 / 9.0 / 36.0_f64).sqrt();
        assert!((change.standard_error.unwrap() - error).abs() < 1e-15);
        let half = change.interval.unwrap().high - change.difference;
        assert!((half - 1.959_963_985 * error).abs() < 1e-8);
    }

    #[test]
    fn single_run_is_its_own_cluster() {
        let sums = sums(&[&[(0, 1), (0, 1)], &[(0, 0), (1, 1)], &[(1, 0)]]);
        let change = sums.estimate(0.9).unwrap();
        assert_eq!(change.n_runs, 5);
        assert_eq!(change.difference, 0.2);
        // T − n·d: 2 − 0.4, 0 − 0.4, −1 − 0.2; SE² = 3/2 · Σ² / 25.
        let scatter: f64 = [1.6_f64, 0.4, 1.2].iter().map(|x| x * x).sum();
        assert!((change.standard_error.unwrap() - (1.5 * scatter / 25.0).sqrt()).abs() < 1e-15);
    }
}
