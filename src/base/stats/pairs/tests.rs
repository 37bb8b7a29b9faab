//! Coverage and bias by simulation of beta-mixed pairs; the edges one by one.

use super::*;
use crate::base::math::double::incomplete_beta_inverse;

/// SplitMix64 (Steele, Lea and Flood 2014): random numbers for these tests only.
struct Stream(u64);

impl Stream {
    /// A uniform in [0, 1).
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 11) as f64 / 9_007_199_254_740_992.0
    }
}

/// Draws' probabilities of a given mean and pair correlation: beta with a + b = 1/ρ − 1, so that
/// V = p(1 − p)ρ. A table of 4,096 midpoints of its inverse CDF, exact enough for counts here.
fn mixture(p: f64, correlation: f64) -> Vec<f64> {
    if correlation == 0.0 {
        return vec![p];
    }
    let sum = 1.0 / correlation - 1.0;
    (0..4096)
        .map(|k| incomplete_beta_inverse(p * sum, (1.0 - p) * sum, (f64::from(k) + 0.5) / 4096.0))
        .collect()
}

fn simulate(stream: &mut Stream, mixture: &[f64], n_pairs: u64) -> PairCounts {
    let mut counts = PairCounts {
        n_runs: 2 * n_pairs,
        n_pairs,
        ..PairCounts::default()
    };
    for _ in 0..n_pairs {
        let p = mixture[(stream.next() * mixture.len() as f64) as usize];
        let (one, other) = (stream.next() < p, stream.next() < p);
        counts.n_hits += u64::from(one) + u64::from(other);
        counts.n_both += u64::from(one && other);
    }
    counts.n_hits_in_pairs = counts.n_hits;
    counts
}

#[test]
fn intervals_have_nominal_coverage() {
    const N_REPLICATES: u32 = 2000;
    let mut stream = Stream(1);
    for (p, correlation, n_pairs) in [
        (0.5, 0.0, 500),
        (0.5, 0.6, 500),
        (0.3, 0.2, 1000),
        (0.05, 0.3, 2000),
        (0.95, 0.3, 2000),
        (0.9, 0.9, 1000),
    ] {
        let mixture = mixture(p, correlation);
        let truth = mixture.iter().sum::<f64>() / mixture.len() as f64;
        let n_covered: u32 = (0..N_REPLICATES)
            .map(|_| {
                let counts = simulate(&mut stream, &mixture, n_pairs);
                let estimate = counts.estimate(0.95).unwrap();
                u32::from(estimate.interval.contains(truth))
            })
            .sum();
        let coverage = f64::from(n_covered) / f64::from(N_REPLICATES);
        // 4 standard errors (false alarm 6e-5), and 0.006 for the discreteness of counts.
        let standard_error = sqrt(0.95 * 0.05 / f64::from(N_REPLICATES));
        assert!(
            (coverage - 0.95).abs() < 4.0 * standard_error + 0.006,
            "p {p}, correlation {correlation}, {n_pairs} pairs: {coverage}"
        );
    }
}

#[test]
fn intervals_that_ignore_pairs_undercover() {
    // The same experiment with n for the effective runs: so the test above can fail.
    let mut stream = Stream(2);
    let mixture = mixture(0.5, 0.6);
    let truth = mixture.iter().sum::<f64>() / mixture.len() as f64;
    let n_covered: u32 = (0..2000)
        .map(|_| {
            let counts = simulate(&mut stream, &mixture, 500);
            let p = counts.n_hits as f64 / 1000.0;
            u32::from(wilson(p, 1000.0, 0.95).contains(truth))
        })
        .sum();
    // 1.96/√1.6 = 1.55 standard errors hold 87.9 %.
    assert!((1700..1810).contains(&n_covered), "{n_covered}");
}

#[test]
fn intervals_of_rare_outcomes_do_not_undercover() {
    let mut stream = Stream(3);
    for (p, correlation) in [(0.003, 0.5), (0.003, 0.0), (0.997, 0.5)] {
        let mixture = mixture(p, correlation);
        let truth = mixture.iter().sum::<f64>() / mixture.len() as f64;
        let n_covered: u32 = (0..2000)
            .map(|_| {
                let counts = simulate(&mut stream, &mixture, 1000);
                let estimate = counts.estimate(0.95).unwrap();
                u32::from(estimate.interval.contains(truth))
            })
            .sum();
        let coverage = f64::from(n_covered) / 2000.0;
        assert!(
            coverage > 0.95 - 0.02,
            "p {p}, correlation {correlation}: {coverage}"
        );
    }
}

/// The mean and variance of the estimated variance between draws over replicates, the mean of its
/// stated squared error, and how many of its intervals contain the true value.
fn replicate_spread(
    stream: &mut Stream,
    (p, correlation, n_pairs): (f64, f64, u64),
    n_replicates: u32,
) -> (f64, f64, f64, f64) {
    let mixture = mixture(p, correlation);
    let truth = sqrt(p * (1.0 - p) * correlation);
    let (mut sum, mut squares, mut stated, mut n_covered) = (0.0, 0.0, 0.0, 0.0);
    for _ in 0..n_replicates {
        let spread = simulate(stream, &mixture, n_pairs).spread(0.95).unwrap();
        sum += spread.variance;
        squares += spread.variance * spread.variance;
        stated += spread.variance_se * spread.variance_se;
        n_covered += f64::from(u8::from(spread.sd_interval.contains(truth)));
    }
    let n = f64::from(n_replicates);
    let mean = sum / n;
    (mean, squares / n - mean * mean, stated / n, n_covered / n)
}

#[test]
fn variance_between_draws_is_unbiased() {
    let mut stream = Stream(4);
    // So few pairs that the plain estimate q₂ − Ȳ² would miss by p(1 − p)(1 + ρ)/20, which is 14
    // standard errors in the first case.
    for case in [(0.5, 0.0, 10), (0.4, 0.25, 10), (0.1, 0.2, 10)] {
        let n_replicates = 8000;
        let (mean, variance, ..) = replicate_spread(&mut stream, case, n_replicates);
        let (p, correlation, _) = case;
        let error = mean - p * (1.0 - p) * correlation;
        let standard_error = sqrt(variance / f64::from(n_replicates));
        // 4 standard errors: false alarm 6e-5.
        assert!(
            error.abs() < 4.0 * standard_error,
            "{case:?}: {error} in {standard_error}"
        );
    }
}

#[test]
fn standard_error_of_the_variance_between_draws_is_accurate() {
    let mut stream = Stream(5);
    for case in [
        (0.5, 0.0, 200),
        (0.4, 0.25, 200),
        (0.1, 0.2, 400),
        (0.5, 0.9, 200),
    ] {
        let (_, variance, stated, coverage) = replicate_spread(&mut stream, case, 4000);
        let ratio = stated / variance;
        assert!(
            (0.9..1.15).contains(&ratio),
            "{case:?}: stated / true SE² {ratio}"
        );
        assert!((0.925..0.985).contains(&coverage), "{case:?}: {coverage}");
    }
}

#[test]
fn variance_matches_a_worked_example() {
    // Ten pairs: 4 both, 3 one, 3 none. Ȳ = 0.55, q₂ = 0.4; ΣM² = 4.75,
    // S² = (4.75 − 3.025)/9 = 0.191667; V = 0.191667 − 0.3/4 = 0.116667.
    let counts = PairCounts {
        n_runs: 20,
        n_hits: 11,
        n_pairs: 10,
        n_both: 4,
        n_hits_in_pairs: 11,
    };
    let estimate = counts.estimate(0.95).unwrap();
    let spread = estimate.between.unwrap();
    assert!((spread.variance - (1.725 / 9.0 - 0.075)).abs() < 1e-15);
    let plain_and_correction = 0.4 - 0.55 * 0.55 + 1.725 / 9.0 / 10.0;
    assert!((spread.variance - plain_and_correction).abs() < 1e-15);
    assert_eq!(spread.sd, Some(sqrt(spread.variance)));
    let correlation = estimate.pair_correlation.unwrap();
    assert!((correlation - spread.variance / (0.55 * 0.45)).abs() < 1e-15);
    // Shrunk: (20·V + ½)/(20·0.2475 + 1).
    let shrunk = (20.0 * spread.variance + 0.5) / (20.0 * 0.2475 + 1.0);
    assert!((estimate.effective_runs - 20.0 / (1.0 + shrunk)).abs() < 1e-12);
}

#[test]
fn edge_cases_are_numbers_or_none() {
    assert_eq!(PairCounts::default().estimate(0.95), None);
    let cases = [
        // n_runs, n_hits, n_pairs, n_both, n_hits_in_pairs
        (1, 0, 0, 0, 0),
        (1, 1, 0, 0, 0),
        (2, 1, 1, 0, 1),
        (4, 0, 2, 0, 0),
        (4, 4, 2, 2, 4),
        (1001, 0, 500, 0, 0),
        (1001, 1001, 500, 500, 1000),
        (1000, 500, 500, 250, 500),
        (1000, 500, 500, 0, 500),
        (7, 3, 0, 0, 0),
    ];
    for (n_runs, n_hits, n_pairs, n_both, n_hits_in_pairs) in cases {
        let counts = PairCounts {
            n_runs,
            n_hits,
            n_pairs,
            n_both,
            n_hits_in_pairs,
        };
        let estimate = counts.estimate(0.95).unwrap();
        let Interval { low, high } = estimate.interval;
        assert!(0.0 <= low && low < high && high <= 1.0, "{counts:?}");
        assert!(estimate.interval.contains(estimate.probability));
        assert!(estimate.effective_runs > 0.0 && estimate.effective_runs <= n_runs as f64);
        assert_eq!(estimate.between.is_some(), n_pairs >= 2);
        if let Some(spread) = estimate.between {
            assert!(spread.variance.is_finite() && spread.variance_se > 0.0);
            assert_eq!(spread.sd.is_some(), spread.variance >= 0.0);
            assert!(spread.sd_interval.low <= spread.sd_interval.high);
        }
        let is_mixed = n_pairs >= 2 && n_hits_in_pairs > 0 && n_hits_in_pairs < 2 * n_pairs;
        assert_eq!(estimate.pair_correlation.is_some(), is_mixed, "{counts:?}");
    }
}

#[test]
fn correlation_determines_the_effective_runs() {
    let counts = |n_both| PairCounts {
        n_runs: 1000,
        n_hits: 500,
        n_pairs: 500,
        n_both,
        n_hits_in_pairs: 500,
    };
    // Runs of pairs that always agree: half as many. Runs that always differ: no more than all.
    assert_eq!(counts(250).estimate(0.95).unwrap().effective_runs, 500.0);
    let apart = counts(0).estimate(0.95).unwrap();
    assert_eq!(apart.effective_runs, 1000.0);
    assert!(apart.pair_correlation.unwrap() < -0.99);
    assert_eq!(apart.between.unwrap().sd, None);
    // Runs without a partner are independent.
    let single = PairCounts {
        n_runs: 400,
        n_hits: 100,
        ..PairCounts::default()
    };
    assert_eq!(single.estimate(0.95).unwrap().effective_runs, 400.0);
}

#[test]
fn mean_matches_a_worked_example() {
    // Pairs (1, 3), (2, 2), (5, 7): mean 20/6, sums 4, 4, 12.
    let moments = PairMoments {
        n_runs: 6,
        sum: 20,
        sum_squares: 92,
        n_pairs: 3,
        pair_sum_squares: 176,
    };
    let mean = moments.estimate().unwrap();
    assert!((mean.mean - 20.0 / 6.0).abs() < 1e-15);
    assert!((mean.sd.unwrap() - sqrt((92.0 - 400.0 / 6.0) / 5.0)).abs() < 1e-14);
    // Three totals with mean 20/3 and variance 64/3: SE of the mean total is √(64/9), halved.
    assert!((mean.standard_error.unwrap() - 4.0 / 3.0).abs() < 1e-14);
}

#[test]
fn means_of_edge_cases() {
    assert_eq!(PairMoments::default().estimate(), None);
    let one = PairMoments {
        n_runs: 1,
        sum: 3,
        sum_squares: 9,
        ..PairMoments::default()
    };
    let mean = one.estimate().unwrap();
    assert_eq!((mean.mean, mean.sd, mean.standard_error), (3.0, None, None));
    let constant = PairMoments {
        n_runs: 1 << 30,
        sum: 16_777_215 << 30,
        sum_squares: (16_777_215 * 16_777_215) << 30,
        n_pairs: 1 << 29,
        pair_sum_squares: (4 * 16_777_215 * 16_777_215) << 29,
    };
    let mean = constant.estimate().unwrap();
    assert_eq!(mean.sd, Some(0.0));
    assert_eq!(mean.standard_error, Some(0.0));
    // Repelling pairs (0, 2): the standard error is that of four independent runs.
    let apart = PairMoments {
        n_runs: 4,
        sum: 4,
        sum_squares: 8,
        n_pairs: 2,
        pair_sum_squares: 8,
    };
    assert_eq!(
        apart.estimate().unwrap().standard_error,
        Some(sqrt(4.0 * 2.0) / 4.0)
    );
}

#[test]
fn single_run_hardly_changes_the_standard_error() {
    let paired = PairMoments {
        n_runs: 1000,
        sum: 3000,
        sum_squares: 14_000,
        n_pairs: 500,
        pair_sum_squares: 24_000,
    };
    let with_single = PairMoments {
        n_runs: 1001,
        sum: 3003,
        sum_squares: 14_014,
        ..paired
    };
    let one = paired.estimate().unwrap().standard_error.unwrap();
    let other = with_single.estimate().unwrap().standard_error.unwrap();
    assert!((other / one - 1.0).abs() < 2e-3, "{one} {other}");
}

#[test]
fn standard_errors_of_means_have_nominal_coverage() {
    // Each run counts hits of 5 trials at its draw's p: mean 5p, correlated within the draw.
    let mut stream = Stream(5);
    let mixture = mixture(0.4, 0.3);
    let truth = 5.0 * mixture.iter().sum::<f64>() / mixture.len() as f64;
    let mut n_covered = 0;
    for _ in 0..2000 {
        let mut moments = PairMoments {
            n_runs: 600,
            n_pairs: 300,
            ..PairMoments::default()
        };
        for _ in 0..300 {
            let p = mixture[(stream.next() * 4096.0) as usize];
            let mut total = 0;
            for _ in 0..2 {
                let x: u128 = (0..5).map(|_| u128::from(stream.next() < p)).sum();
                moments.sum += x;
                moments.sum_squares += x * x;
                total += x;
            }
            moments.pair_sum_squares += total * total;
        }
        let mean = moments.estimate().unwrap();
        let reach = z_of_confidence(0.95) * mean.standard_error.unwrap();
        n_covered += u32::from((mean.mean - truth).abs() < reach);
    }
    // 4 standard errors of 0.95 over 2000.
    let coverage = f64::from(n_covered) / 2000.0;
    assert!((coverage - 0.95).abs() < 0.0195, "{coverage}");
}

#[test]
fn pairs_and_single_runs_are_clusters() {
    // Two pairs (10, 10) and (0, 0), and 5 and 5 alone: mean 5, Σ(T − 10)² = 200, s² = 100/6.
    let moments = PairMoments {
        n_runs: 6,
        sum: 30,
        sum_squares: 250,
        n_pairs: 2,
        pair_sum_squares: 400,
    };
    let truth = ((200.0 + 2.0 * 100.0 / 6.0) * 4.0 / 3.0_f64).sqrt() / 6.0;
    let estimated = moments.estimate().unwrap().standard_error.unwrap();
    assert!(
        (estimated / truth - 1.0).abs() < 1e-12,
        "{estimated} {truth}"
    );
}
