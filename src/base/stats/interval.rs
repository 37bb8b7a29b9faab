//! Confidence intervals of proportions, and intervals of samples.

use super::quantile::sorted_quantile;
use crate::base::math::double::{normal_quantile, sqrt};

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

    #[test]
    fn z_matches_the_table() {
        assert!((z_of_confidence(0.95) - 1.959_963_984_540_054).abs() < 1e-15);
        assert!((z_of_confidence(0.9) - 1.644_853_626_951_472_7).abs() < 1e-15);
        assert!((z_of_confidence(1.0 - 2e-9) - 5.997_807).abs() < 1e-6);
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
