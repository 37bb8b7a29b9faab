//! What two scenarios that share their luck say about one question: sums over draws, and the
//! difference with its uncertainty.
//!
//! A draw is lived twice on each side, and its two lives are correlated, so the draw is what is
//! independent: the difference is a mean over draws, and its standard error the spread of the
//! draws' own differences. All sums are of whole numbers.

use crate::base::math::double::sqrt;
use crate::base::stats::{Interval, PairCounts, z_of_confidence};

/// Fewer changed answers than this say too little of the correlation of a draw's two lives to use
/// it.
const MIN_CHANGED: u64 = 30;

/// Sums of a whole number over the lives of a draw and over draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DrawSums {
    /// Draws with at least one life that counts.
    n_draws: u64,
    /// Lives that count: Σ n, n being 0, 1 or 2 in a draw.
    n_lives: u64,
    /// Σ n².
    n_squares: u64,
    /// Σ T, T being the sum over the draw's lives.
    sum: i128,
    /// Σ T².
    squares: i128,
    /// Σ n·T.
    products: i128,
}

impl DrawSums {
    /// Adds a draw of which `n` lives count, whose values add up to `total`.
    fn add(&mut self, n: u64, total: i64) {
        let (total, lives) = (i128::from(total), i128::from(n));
        self.n_draws += u64::from(n > 0);
        self.n_lives += n;
        self.n_squares += n * n;
        self.sum += total;
        self.squares += total * total;
        self.products += lives * total;
    }

    /// The mean over lives; `None` without any.
    fn mean(&self) -> Option<f64> {
        (self.n_lives > 0).then(|| self.sum as f64 / self.n_lives as f64)
    }

    /// The standard error of the mean over k draws, which are what is independent:
    /// SE² = k/(k − 1) · Σ (T − n·mean)² / (Σ n)²; `None` under two draws.
    fn standard_error(&self) -> Option<f64> {
        if self.n_draws < 2 {
            return None;
        }
        let (mean, k) = (self.mean()?, self.n_draws as f64);
        let scatter = self.squares as f64 - 2.0 * mean * self.products as f64
            + mean * mean * self.n_squares as f64;
        Some(sqrt(scatter.max(0.0) * k / (k - 1.0)) / self.n_lives as f64)
    }
}

/// Sums over the draws of one question or action on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PairedSums {
    base: PairCounts,
    variant: PairCounts,
    /// Yes on the variant's side less yes on the base's.
    difference: DrawSums,
    n_no_to_yes: u64,
    n_yes_to_no: u64,
    /// The day on the variant's side less that on the base's, where both came true.
    later: DrawSums,
    base_days: u64,
    variant_days: u64,
    /// Whether any day of any run differs.
    pub(super) has_changed: bool,
}

impl PairedSums {
    /// Adds a draw: for each of its one or two lives the day on the base's side and on the
    /// variant's, 0 for never.
    pub(super) fn add(&mut self, lives: &[(u16, u16)]) {
        note_side(&mut self.base, lives.iter().map(|life| life.0));
        note_side(&mut self.variant, lives.iter().map(|life| life.1));
        let (mut total, mut n_both, mut later) = (0, 0, 0);
        for &(base, variant) in lives {
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
        self.difference.add(lives.len() as u64, total);
        self.later.add(n_both, later);
    }

    /// What the sums say; `None` without runs.
    pub(super) fn estimate(&self, confidence: f64) -> Option<Change> {
        let base = self.base.estimate(confidence)?;
        let variant = self.variant.estimate(confidence)?;
        let difference = self.difference.mean()?;
        let standard_error = self.difference.standard_error();
        // Two simulations with luck of their own: the variances add up.
        let variance = |p: f64, n: f64| p * (1.0 - p) / n;
        let se_if_independent = sqrt(
            variance(base.probability, base.effective_runs)
                + variance(variant.probability, variant.effective_runs),
        );
        let size = difference.abs();
        // At these two probabilities no pairing changes fewer answers than |d|.
        let least = size - size * size;
        let chances = variance(base.probability, 1.0) + variance(variant.probability, 1.0);
        Some(Change {
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
            gain_bound: (least > 0.0).then(|| sqrt(chances / least)),
            n_no_to_yes: self.n_no_to_yes,
            n_yes_to_no: self.n_yes_to_no,
            base_mean_day: mean(self.base_days, self.base.n_hits),
            variant_mean_day: mean(self.variant_days, self.variant.n_hits),
            n_both: self.later.n_lives,
            days_later: self.later.mean(),
            days_later_se: self.later.standard_error(),
        })
    }

    /// Agresti and Min's interval of a paired difference (2005): half a run is added to each of
    /// the four cells, so that no change seen is not a change excluded. The runs count as the
    /// independent ones that would tell as much: fewer by the ratio of the two variances, held in
    /// [1, 2], and taken as 2 under 30 changed answers.
    fn interval(&self, difference: f64, error: Option<f64>, confidence: f64) -> Interval {
        let n = self.base.n_runs as f64;
        let n_changed = self.n_no_to_yes + self.n_yes_to_no;
        let plain = (n_changed as f64 / n - difference * difference) / n;
        let excess = match error {
            Some(error) if n_changed >= MIN_CHANGED && plain > 0.0 => {
                (error * error / plain).clamp(1.0, 2.0)
            }
            _ if self.base.n_pairs == 0 => 1.0,
            _ => 2.0,
        };
        let effective = n / excess;
        let all = effective + 2.0;
        let gained = effective * self.n_no_to_yes as f64 / n + 0.5;
        let lost = effective * self.n_yes_to_no as f64 / n + 0.5;
        let centre = (gained - lost) / all;
        let spread = (gained + lost) / all - centre * centre;
        let half = z_of_confidence(confidence) * sqrt(spread.max(0.0) / all);
        Interval {
            low: (centre - half).max(-1.0).min(difference),
            high: (centre + half).min(1.0).max(difference),
        }
    }
}

fn note_side(counts: &mut PairCounts, days: impl Iterator<Item = u16>) {
    let (mut n_lives, mut n_hits) = (0, 0);
    for day in days {
        n_lives += 1;
        n_hits += u64::from(day > 0);
    }
    counts.n_runs += n_lives;
    counts.n_hits += n_hits;
    if n_lives == 2 {
        counts.n_pairs += 1;
        counts.n_hits_in_pairs += n_hits;
        counts.n_both += u64::from(n_hits == 2);
    }
}

fn mean(sum: u64, n: u64) -> Option<f64> {
    (n > 0).then(|| sum as f64 / n as f64)
}

/// How a variant changes the answer to a question, or the share of the runs in which an action is
/// taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Runs counted on both sides.
    pub n_runs: u64,
    /// The base's probability.
    pub base_probability: f64,
    /// The variant's probability.
    pub variant_probability: f64,
    /// The variant's less the base's.
    pub difference: f64,
    /// The interval of the simulation error of the difference.
    pub interval: Interval,
    /// The standard error of the difference over draws; `None` under two draws.
    pub standard_error: Option<f64>,
    /// The standard error that two simulations with luck of their own would have.
    pub se_if_independent: f64,
    /// `se_if_independent / standard_error`; `None` where nothing changed.
    pub gain: Option<f64>,
    /// The most that pairing run by run could gain at these two probabilities,
    /// √((p₀q₀ + p₁q₁)/(|d| − d²)); `None` where they are the same.
    pub gain_bound: Option<f64>,
    /// Runs that change from no to yes.
    pub n_no_to_yes: u64,
    /// Runs that change from yes to no.
    pub n_yes_to_no: u64,
    /// The mean day over the base's runs in which it came true.
    pub base_mean_day: Option<f64>,
    /// The mean day over the variant's runs in which it came true.
    pub variant_mean_day: Option<f64>,
    /// Runs in which it came true on both sides.
    pub n_both: u64,
    /// By how many days later it comes true in the variant, over those runs.
    pub days_later: Option<f64>,
    /// The standard error of that over draws.
    pub days_later_se: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(draws: &[&[(u16, u16)]]) -> PairedSums {
        let mut sums = PairedSums::default();
        draws.iter().for_each(|lives| sums.add(lives));
        sums
    }

    #[test]
    fn a_worked_example() {
        // Draws of two lives: one run gained, one lost in a draw that also kept one, one later.
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
    fn no_change_seen_is_not_a_change_excluded() {
        let lives: &[(u16, u16)] = &[(1, 1), (0, 0)];
        let sums = sums(&vec![lives; 500]);
        let change = sums.estimate(0.95).unwrap();
        assert_eq!(change.standard_error, Some(0.0));
        assert_eq!((change.gain, change.gain_bound), (None, None));
        // 500 runs that count, half a run each way: 1.96 · √1/502.
        assert!((change.interval.high - 1.959_964 / 502.0).abs() < 1e-8);
        assert_eq!(change.interval.low, -change.interval.high);
        assert!(!sums.has_changed);
    }

    #[test]
    fn a_change_of_all_runs_has_no_error() {
        let lives: &[(u16, u16)] = &[(0, 1), (0, 1)];
        let change = sums(&vec![lives; 400]).estimate(0.95).unwrap();
        assert_eq!(change.difference, 1.0);
        assert_eq!(change.standard_error, Some(0.0));
        assert!(change.interval.high == 1.0 && change.interval.low > 0.98);
    }

    #[test]
    fn a_single_life_is_a_draw_of_its_own() {
        let sums = sums(&[&[(0, 1), (0, 1)], &[(0, 0), (1, 1)], &[(1, 0)]]);
        let change = sums.estimate(0.9).unwrap();
        assert_eq!(change.n_runs, 5);
        assert_eq!(change.difference, 0.2);
        // T − n·d: 2 − 0.4, 0 − 0.4, −1 − 0.2; SE² = 3/2 · Σ² / 25.
        let scatter: f64 = [1.6_f64, 0.4, 1.2].iter().map(|x| x * x).sum();
        assert!((change.standard_error.unwrap() - (1.5 * scatter / 25.0).sqrt()).abs() < 1e-15);
    }
}
