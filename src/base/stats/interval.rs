//! Confidence intervals of proportions, and intervals of samples.

use super::quantile::sorted_quantile;
use crate::base::math::double::{incomplete_beta_inverse, normal_quantile, sqrt};

/// An interval of an uncertain number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end, at least the lower.
    pub high: f64,
}

impl Interval {
    /// Whether `x` lies in the closed interval.
    pub fn contains(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }
}

/// The normal quantile z for a two-sided confidence level in (0, 1): 1.96 for 0.95.
pub fn z_of_confidence(confidence: f64) -> f64 {
    debug_assert!(confidence > 0.0 && confidence < 1.0);
    // From the tail, which keeps its digits as the level approaches 1.
    -normal_quantile(0.5 * (1.0 - confidence))
}

/// The quantile t of Student's distribution with ν degrees of freedom for a two-sided confidence level in
/// (0, 1): 2.26 for 0.95 and ν = 9. t² / (ν + t²) has a beta distribution with parameters ½ and ν/2
/// (Abramowitz and Stegun 1964, 26.7.1).
pub fn t_of_confidence(confidence: f64, degrees_of_freedom: f64) -> f64 {
    debug_assert!(confidence > 0.0 && confidence < 1.0 && degrees_of_freedom > 0.0);
    // From the complement, which keeps its digits as the level approaches 1.
    let rest = incomplete_beta_inverse(0.5 * degrees_of_freedom, 0.5, 1.0 - confidence);
    sqrt(degrees_of_freedom * (1.0 - rest) / rest)
}

/// Changes among paired trials: of `n` > 0 pairs, `gained` changed from no to yes and `lost` from yes to
/// no. They need not be integers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedChanges {
    /// Number of pairs.
    pub n: f64,
    /// Pairs that changed from no to yes.
    pub gained: f64,
    /// Pairs that changed from yes to no.
    pub lost: f64,
}

impl PairedChanges {
    /// Tango's score interval (1998) for the difference Δ of two paired proportions: the Δ with
    /// (gained − lost − nΔ)² ≤ z²·n(2q + Δ(1 − Δ)), where q is the maximum-likelihood estimate of the
    /// probability of a loss given Δ. Without a change it is Wilson's bound on either side,
    /// z²/(n + z²).
    pub fn interval(&self, confidence: f64) -> Interval {
        let z = z_of_confidence(confidence);
        let swapped = Self {
            gained: self.lost,
            lost: self.gained,
            ..*self
        };
        Interval {
            low: -swapped.upper_end(z),
            high: self.upper_end(z),
        }
    }

    /// The upper end, by bisection between the estimate and 1.
    fn upper_end(&self, z: f64) -> f64 {
        let (mut inside, mut outside) = ((self.gained - self.lost) / self.n, 1.0);
        // The interval is halved until its ends are neighbors.
        for _ in 0..64 {
            let middle = 0.5 * (inside + outside);
            let distance = self.n * middle - (self.gained - self.lost);
            if distance * distance <= z * z * self.variance(middle) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        inside
    }

    /// The variance of gained − lost if the difference of the proportions is `difference`.
    fn variance(&self, difference: f64) -> f64 {
        let Self { n, gained, lost } = *self;
        let chance = difference * (1.0 - difference);
        let linear = (2.0 * n - gained + lost) * difference - gained - lost;
        let root = sqrt((linear * linear + 8.0 * n * lost * chance).max(0.0));
        let loss = (root - linear) / (4.0 * n);
        n * (2.0 * loss + chance).max(0.0)
    }
}

/// Wilson's score interval for a proportion `p` in [0, 1] of `effective_n` > 0 independent trials,
/// which need not be an integer (Wilson 1927). It lies in [0, 1] and is never empty; its low end is
/// exactly 0 if p = 0, its high end exactly 1 if p = 1.
pub fn wilson(p: f64, effective_n: f64, confidence: f64) -> Interval {
    debug_assert!((0.0..=1.0).contains(&p) && effective_n > 0.0);
    let z = z_of_confidence(confidence);
    let share = z * z / effective_n;
    let center = p + 0.5 * share;
    let half = sqrt(share * (p * (1.0 - p) + 0.25 * share));
    let low = (center - half) / (1.0 + share);
    let high = (center + half) / (1.0 + share);
    Interval {
        low: if p <= 0.0 || low < 0.0 { 0.0 } else { low },
        high: if p >= 1.0 || high > 1.0 { 1.0 } else { high },
    }
}

/// The interval between the quantiles that leave out an equal share of the values at either end.
/// `None` without values. It sorts them.
pub fn central_interval(values: &mut [f64], confidence: f64) -> Option<Interval> {
    values.sort_by(f64::total_cmp);
    let outside = 0.5 * (1.0 - confidence);
    Some(Interval {
        low: sorted_quantile(values, outside)?,
        high: sorted_quantile(values, 1.0 - outside)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::math::double::ln;

    #[test]
    fn z_matches_the_table() {
        assert!((z_of_confidence(0.95) - 1.959_963_984_540_054).abs() < 1e-15);
        assert!((z_of_confidence(0.9) - 1.644_853_626_951_472_7).abs() < 1e-15);
        assert!((z_of_confidence(1.0 - 2e-9) - 5.997_807).abs() < 1e-6);
    }

    #[test]
    fn t_matches_the_table() {
        // Abramowitz and Stegun 1964, table 26.10.
        for (confidence, degrees, t) in [
            (0.95, 1.0, 12.706),
            (0.95, 9.0, 2.262),
            (0.9, 9.0, 1.833),
            (0.99, 3.0, 5.841),
            (0.95, 120.0, 1.980),
        ] {
            let found = t_of_confidence(confidence, degrees);
            assert!((found - t).abs() < 5.1e-4, "{degrees}: {found}");
        }
        let normal = z_of_confidence(0.95);
        assert!((t_of_confidence(0.95, 1e6) - normal).abs() < 1e-5);
    }

    /// At the ends of the interval, the squared distance is z² variances, with the probability of a loss
    /// found by a search for the maximum of the likelihood.
    #[test]
    fn paired_changes_solve_the_score_equation() {
        let (n, gained, lost) = (44.0, 5.0, 2.0);
        let Interval { low, high } = PairedChanges { n, gained, lost }.interval(0.95);
        assert!(low < 3.0 / 44.0 && 3.0 / 44.0 < high);
        for end in [low, high] {
            let likelihood = |loss: f64| {
                gained * ln(loss + end)
                    + lost * ln(loss)
                    + (n - gained - lost) * ln(1.0 - 2.0 * loss - end)
            };
            let first = (-end).max(0.0);
            let step = (0.5 * (1.0 - end) - first) / 1e5;
            let losses = (1..100_000).map(|at| first + step * f64::from(at));
            let best = losses.max_by(|a, b| likelihood(*a).total_cmp(&likelihood(*b)));
            let variance = n * (2.0 * best.unwrap() + end * (1.0 - end));
            let distance = gained - lost - n * end;
            let z = z_of_confidence(0.95);
            let ratio = distance * distance / (z * z * variance);
            assert!((ratio - 1.0).abs() < 1e-3, "{end}: {ratio}");
        }
    }

    #[test]
    fn paired_changes_reach_wilsons_bound_without_a_change() {
        for n in [20.0, 100.0, 1_500.5] {
            let none = PairedChanges {
                n,
                gained: 0.0,
                lost: 0.0,
            }
            .interval(0.95);
            let bound = wilson(0.0, n, 0.95).high;
            assert!((none.high - bound).abs() < 1e-12, "{n}: {none:?}");
            assert!((none.low + bound).abs() < 1e-12);
            // All pairs gained: those that did not are at most twice as many, since each could be a loss.
            let all = PairedChanges {
                n,
                gained: n,
                lost: 0.0,
            }
            .interval(0.95);
            assert_eq!(all.high, 1.0);
            assert!((all.low - (1.0 - 2.0 * bound)).abs() < 1e-9, "{all:?}");
        }
        let bound = PairedChanges {
            n: 100.0,
            gained: 0.0,
            lost: 0.0,
        }
        .interval(0.95)
        .high;
        assert!((bound - 0.0370).abs() < 5e-5);
    }

    #[test]
    fn wilson_matches_worked_examples() {
        // Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (hits, n, low, high) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let interval = wilson(hits / n, n, 0.95);
            assert!((interval.low - low).abs() < 5.1e-5, "{interval:?}");
            assert!((interval.high - high).abs() < 5.1e-5, "{interval:?}");
        }
    }

    #[test]
    fn wilson_is_symmetric_and_stays_inside() {
        for n in [0.7, 5.0, 1e3, 1e9] {
            assert_eq!(wilson(0.0, n, 0.95).low, 0.0);
            assert_eq!(wilson(1.0, n, 0.95).high, 1.0);
            for step in 0..=20 {
                let p = f64::from(step) / 20.0;
                let (one, other) = (wilson(p, n, 0.95), wilson(1.0 - p, n, 0.95));
                assert!(one.contains(p));
                assert!(0.0 <= one.low && one.low < one.high && one.high <= 1.0);
                assert!((one.low - (1.0 - other.high)).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn central_interval_interpolates() {
        let mut values = [4.0, 1.0, 2.0, 3.0, 5.0];
        let interval = central_interval(&mut values, 0.75).unwrap();
        assert_eq!((interval.low, interval.high), (1.5, 4.5));
        assert!(central_interval(&mut [], 0.9).is_none());
    }
}
