//! Exact coverage of the intervals of a probability and of the parameter variance, by summing over all
//! counts of pairs. Pairs of probability p and correlation ρ agree on yes with probability
//! p² + ρp(1 − p), as beta-binomial pairs do, so nothing is sampled and the tests have no tolerance
//! for chance. `cargo test --lib coverage -- --nocapture` prints the tables.

use super::*;
use crate::base::math::double::{exp, ln, ln_gamma};

const CONFIDENCE: f64 = 0.95;

/// Pairs of runs with a probability and a pair correlation.
#[derive(Clone, Copy, Debug)]
struct Truth {
    p: f64,
    correlation: f64,
    n_pairs: u64,
}

impl Truth {
    /// The probabilities that a pair has two, one and no hits.
    fn categories(self) -> [f64; 3] {
        let chance = self.p * (1.0 - self.p);
        let both = self.p * self.p + self.correlation * chance;
        let one = 2.0 * chance * (1.0 - self.correlation);
        [both, one, 1.0 - both - one]
    }

    /// The expectation of `value` over the counts, without those whose probability is negligible.
    fn expectation(self, value: impl Fn(&PairCounts) -> f64) -> f64 {
        let [q2, q1, q0] = self.categories();
        let m = self.n_pairs;
        let term = |n: u64, q: f64| match n {
            0 => 0.0,
            _ => n as f64 * ln(q) - ln_gamma(n as f64 + 1.0),
        };
        let all = ln_gamma(m as f64 + 1.0);
        let mut sum = 0.0;
        for both in around(m, q2) {
            for one in around(m - both, q1 / (1.0 - q2)) {
                if q1 <= 0.0 && one > 0 {
                    continue;
                }
                let counts = PairCounts {
                    n_runs: 2 * m,
                    n_hits: 2 * both + one,
                    n_pairs: m,
                    n_both: both,
                    n_hits_in_pairs: 2 * both + one,
                };
                let rest = term(m - both - one, q0);
                sum += exp(all + term(both, q2) + term(one, q1) + rest) * value(&counts);
            }
        }
        sum
    }

    /// The probability that the interval of the probability contains it.
    fn coverage(self) -> f64 {
        self.expectation(|counts| {
            let interval = counts.estimate(CONFIDENCE).unwrap().interval;
            f64::from(u8::from(interval.contains(self.p)))
        })
    }

    /// The exact coverage of Wilson's interval on the effective runs, rounded to a whole number.
    fn coverage_of_wilson(self) -> f64 {
        wilson_coverage(self.p, 2.0 * self.n_pairs as f64 / (1.0 + self.correlation))
    }
}

/// Numbers of hits in `n` trials of probability `q` within seven standard deviations, and ten more.
fn around(n: u64, q: f64) -> std::ops::RangeInclusive<u64> {
    let mean = n as f64 * q;
    let reach = 7.0 * sqrt((mean * (1.0 - q)).max(0.0)) + 10.0;
    (mean - reach).max(0.0) as u64..=((mean + reach) as u64).min(n)
}

/// The probability that Wilson's interval of `n` independent runs contains `p`.
fn wilson_coverage(p: f64, n: f64) -> f64 {
    let n = n.round();
    let log_choose =
        |hits: f64| ln_gamma(n + 1.0) - ln_gamma(hits + 1.0) - ln_gamma(n - hits + 1.0);
    let hits = (0..=n as u64).map(|hits| hits as f64);
    let covering = hits.filter(|hits| wilson(hits / n, n, CONFIDENCE).contains(p));
    covering
        .map(|hits| exp(log_choose(hits) + hits * ln(p) + (n - hits) * ln(1.0 - p)))
        .sum()
}

#[test]
fn coverage_is_that_of_wilson_on_the_effective_runs() {
    println!("runs      p     ρ   coverage  Wilson  difference (points)");
    for n_pairs in [100, 1_000] {
        for p in [0.001, 0.02, 0.3, 0.5] {
            for correlation in [0.0, 0.1, 0.3, 0.5, 1.0] {
                let truth = Truth {
                    p,
                    correlation,
                    n_pairs,
                };
                let (coverage, wilson) = (truth.coverage(), truth.coverage_of_wilson());
                let points = 100.0 * (coverage - wilson);
                println!(
                    "{:4} {p:6} {correlation:5}    {:6.2}  {:6.2}  {points:+.2}",
                    2 * n_pairs,
                    100.0 * coverage,
                    100.0 * wilson
                );
                // Without a hit, which has a probability of 1.8 % here, nothing shows that the runs
                // are independent. An interval that then excluded 2 % would have 8 points too little
                // coverage at a correlation of 1.
                let max = match (n_pairs, correlation > 0.0) {
                    (100, false) if p == 0.02 => 2.2,
                    _ => 1.0,
                };
                if p > 0.001 {
                    assert!((-1.0..=max).contains(&points), "{truth:?}: {points}");
                }
            }
        }
    }
}

/// The other side of the same experiment: intervals on all runs undercover where pairs agree.
#[test]
fn coverage_falls_if_pairs_are_ignored() {
    let truth = Truth {
        p: 0.3,
        correlation: 0.5,
        n_pairs: 100,
    };
    let coverage = truth.expectation(|counts| {
        let interval = counts
            .without_pairs()
            .estimate(CONFIDENCE)
            .unwrap()
            .interval;
        f64::from(u8::from(interval.contains(truth.p)))
    });
    assert!((0.86..0.92).contains(&coverage), "{coverage}");
}

#[test]
fn intervals_without_pairs_are_those_of_wilson() {
    for (n_hits, low, high) in [(0, 0.0, 0.003_827), (3, 0.001_021, 0.008_783)] {
        let counts = PairCounts {
            n_runs: 1_000,
            n_hits,
            n_pairs: 500,
            n_both: 0,
            n_hits_in_pairs: n_hits,
        };
        let estimate = counts.without_pairs().estimate(CONFIDENCE).unwrap();
        assert!((estimate.interval.low - low).abs() < 5e-7, "{estimate:?}");
        assert!((estimate.interval.high - high).abs() < 5e-7, "{estimate:?}");
        assert_eq!((estimate.pair_correlation, estimate.between), (None, None));
    }
    for n_hits in 0..=200 {
        let counts = PairCounts {
            n_runs: 200,
            n_hits,
            n_pairs: 100,
            n_both: n_hits / 3,
            n_hits_in_pairs: n_hits,
        };
        let estimate = counts.without_pairs().estimate(CONFIDENCE).unwrap();
        assert_eq!(
            estimate.interval,
            wilson(n_hits as f64 / 200.0, 200.0, CONFIDENCE)
        );
    }
}

/// One more hit, alone in its pair or with the other run, never lowers an end of the interval.
#[test]
fn ends_of_the_interval_rise_with_every_hit() {
    let interval = |n_both, n_one| {
        let n_hits = 2 * n_both + n_one;
        let counts = PairCounts {
            n_runs: 200,
            n_hits,
            n_pairs: 100,
            n_both,
            n_hits_in_pairs: n_hits,
        };
        counts.estimate(CONFIDENCE).unwrap().interval
    };
    for n_both in 0..100 {
        for n_one in 0..=100 - n_both {
            let before = interval(n_both, n_one);
            let is_below = |after: Interval| before.low <= after.low && before.high <= after.high;
            if n_both + n_one < 100 {
                assert!(is_below(interval(n_both, n_one + 1)), "{n_both}, {n_one}");
            }
            if n_one > 0 {
                let together = interval(n_both + 1, n_one - 1);
                assert!(is_below(together), "{n_both}, {n_one}");
            }
        }
    }
}

#[test]
fn intervals_of_the_parameter_sd_cover() {
    println!("pairs       p     ρ   coverage  stated / true SE²");
    for (n_pairs, p, correlation, least) in [
        (10_000, 0.015, 0.0, 0.95),
        (10_000, 0.015, 0.05, 0.94),
        (10_000, 0.0015, 0.5, 0.93),
        (1_000, 0.003, 0.5, 0.93),
        (1_000, 0.02, 0.1, 0.95),
        (200, 0.4, 0.25, 0.945),
        (200, 0.5, 0.0, 0.95),
    ] {
        let truth = Truth {
            p,
            correlation,
            n_pairs,
        };
        let variance = p * (1.0 - p) * correlation;
        let spread = |counts: &PairCounts| counts.spread(CONFIDENCE).unwrap();
        let coverage = truth.expectation(|counts| {
            let Interval { low, high } = spread(counts).sd_interval;
            assert!(high > 0.0, "{counts:?}");
            let is_covered = low * low <= variance + 1e-15 && variance <= high * high;
            f64::from(u8::from(is_covered))
        });
        let stated = truth.expectation(|counts| {
            let error = spread(counts).variance_se;
            error * error
        });
        let scatter = truth.expectation(|counts| {
            let error = spread(counts).variance - variance;
            error * error
        });
        println!(
            "{n_pairs:5} {p:7} {correlation:5}     {coverage:.3}     {:.2}",
            stated / scatter
        );
        assert!(coverage >= least, "{truth:?}: {coverage}");
        assert!(
            stated > 0.95 * scatter,
            "{truth:?}: {stated} instead of {scatter}"
        );
    }
}

/// Pairs that agree on yes more rarely than independent runs would: the estimate is far below 0, and its
/// interval still reaches the true variance, 0.
#[test]
fn negative_variance_is_within_its_error() {
    let counts = PairCounts {
        n_runs: 20_000,
        n_hits: 310,
        n_pairs: 10_000,
        n_both: 0,
        n_hits_in_pairs: 310,
    };
    let spread = counts.spread(CONFIDENCE).unwrap();
    assert!(spread.variance < 0.0 && spread.sd.is_none());
    assert!(
        spread.variance + 1.96 * spread.variance_se > 0.0,
        "{spread:?}"
    );
    assert!(!spread.is_distinguishable());
    assert!(
        (0.01..0.03).contains(&spread.sd_interval.high),
        "{spread:?}"
    );
}
