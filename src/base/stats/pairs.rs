//! Proportions and means from runs in pairs.
//!
//! Two runs of one draw share the values of all uncertain quantities and differ by chance only.
//! They are correlated, which intervals must take into account, and their covariance is the
//! parameter variance: the variance between draws. `src/methods.md` derives the estimators.
//!
//! The inputs are counts ([`PairCounts`], [`PairMoments`]). Runs without a partner count for the
//! mean and not for the covariance. Quantiles of the distribution over draws cannot be estimated
//! from two runs per draw.

use super::interval::{Interval, wilson, z_of_confidence};
use crate::base::math::double::sqrt;

/// Prior mean of the pair correlation: that of a uniform prior on [0, 1].
const PRIOR_CORRELATION: f64 = 0.5;

/// Weight of the prior of the pair correlation, in hits (or misses, if these are rarer).
const PRIOR_HITS: f64 = 1.0;

/// Counts of an outcome by runs and pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairCounts {
    /// All runs, at least twice the number of pairs; below 2⁴⁰.
    pub n_runs: u64,
    /// Runs in which it occurred.
    pub n_hits: u64,
    /// Pairs of runs of one draw.
    pub n_pairs: u64,
    /// Pairs in which it occurred in both runs.
    pub n_both: u64,
    /// Runs of pairs in which it occurred.
    pub n_hits_in_pairs: u64,
}

/// A probability with its Monte Carlo error and parameter variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proportion {
    /// The share of runs.
    pub probability: f64,
    /// Wilson's interval on the effective number of runs.
    pub interval: Interval,
    /// The number of independent runs with the same Monte Carlo error.
    pub effective_runs: f64,
    /// ρ = V / (p(1 − p)) as estimated, which may be below 0; `None` with fewer than two pairs, or
    /// if all runs of pairs agree.
    pub pair_correlation: Option<f64>,
    /// V, the variance between draws; `None` with fewer than two pairs.
    pub between: Option<Spread>,
}

/// The variation of the probability between draws (parameter uncertainty).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The unbiased estimate of the variance between draws, which may be below 0.
    pub variance: f64,
    /// The standard error of the variance.
    pub variance_se: f64,
    /// The standard deviation; `None` if the variance is below 0.
    pub sd: Option<f64>,
    /// The square roots of the ends of the variance's score interval, with negative ends set to 0.
    /// The upper end is positive.
    pub sd_interval: Interval,
}

impl Spread {
    /// Whether the interval excludes 0.
    pub fn is_distinguishable(&self) -> bool {
        self.sd_interval.low > 0.0
    }
}

impl Proportion {
    /// Monte Carlo standard error (MCSE): √(p(1 − p) / effective runs). It is 0 at p = 0 and 1, where
    /// only the interval says what is left uncertain.
    pub fn standard_error(&self) -> f64 {
        sqrt(self.probability * (1.0 - self.probability) / self.effective_runs)
    }
}

impl PairCounts {
    /// The same runs without pairs. Where nothing is uncertain, the two runs of a draw share nothing,
    /// so they are independent and there is no variance between draws.
    pub fn without_pairs(self) -> Self {
        Self {
            n_pairs: 0,
            n_both: 0,
            n_hits_in_pairs: 0,
            ..self
        }
    }

    /// The probability with intervals at a confidence level; `None` without runs.
    ///
    /// Of n runs, 2m of them in pairs, the number of hits has variance p(1 − p)(n + 2mρ), as with
    /// n²/(n + 2mρ) independent runs; n/(1 + ρ) if all are paired.
    pub fn estimate(&self, confidence: f64) -> Option<Proportion> {
        debug_assert!(self.n_hits <= self.n_runs && 2 * self.n_pairs <= self.n_runs);
        debug_assert!(2 * self.n_both <= self.n_hits_in_pairs);
        debug_assert!(self.n_hits_in_pairs <= self.n_hits);
        if self.n_runs == 0 {
            return None;
        }
        let n = self.n_runs as f64;
        let probability = self.n_hits as f64 / n;
        let in_pairs = 2.0 * self.n_pairs as f64;
        let effective_runs = n * n / (n + in_pairs * self.shrunken_correlation());
        Some(Proportion {
            probability,
            interval: wilson(probability, effective_runs, confidence),
            effective_runs,
            pair_correlation: self.pair_correlation(),
            between: self.spread(confidence),
        })
    }

    /// V = Var(P) = E[Y₁Y₂] − E[Y]², unbiased.
    ///
    /// Over m pairs with q₂ = share of both, q₁ = share of one, Ȳ = q₂ + q₁/2, the plain estimate
    /// q₂ − Ȳ² is too small by Var(Ȳ) = S²/m, where S² = (Σ M² − m Ȳ²)/(m − 1) is the variance of
    /// the pairs' means M ∈ {0, ½, 1}. Corrected, V = q₂ − Ȳ² + S²/m = S² − q₁/4, which also is the
    /// (MS_between − MS_within)/2 of the analysis of variance. In integers, with T = Y₁ + Y₂: V =
    /// (m ΣT² − (ΣT)² − (m − 1)·n₁) / (4m(m − 1)), n₁ the pairs with one hit.
    fn variance_between(&self) -> Option<f64> {
        if self.n_pairs < 2 {
            return None;
        }
        let m = i128::from(self.n_pairs);
        let sum = i128::from(self.n_hits_in_pairs);
        let both = i128::from(self.n_both);
        let one = sum - 2 * both;
        let numerator = m * (4 * both + one) - sum * sum - (m - 1) * one;
        Some(numerator as f64 / (4 * m * (m - 1)) as f64)
    }

    /// p(1 − p) of the runs in pairs; `None` without pairs.
    fn variance_within_pairs(&self) -> Option<f64> {
        let p = self.n_hits_in_pairs as f64 / (2.0 * self.n_pairs as f64);
        (self.n_pairs > 0).then_some(p * (1.0 - p))
    }

    fn pair_correlation(&self) -> Option<f64> {
        let variance = self.variance_between()?;
        let all = self.variance_within_pairs().filter(|&all| all > 0.0)?;
        Some(variance / all)
    }

    /// The pair correlation, shrunk toward its prior mean with the weight of one hit and clamped to
    /// [0, 1]: ρ̃ = (N·ρ̂ + ½)/(N + 1), with N = 2m·p(1 − p), which is the number of hits in pairs if
    /// they are rare, and of misses if these are. So one more hit never changes ρ̃ abruptly.
    fn shrunken_correlation(&self) -> f64 {
        let in_pairs = 2.0 * self.n_pairs as f64;
        let evidence = self.variance_between().zip(self.variance_within_pairs());
        let (variance, all) = evidence.unwrap_or_default();
        let correlation =
            (in_pairs * variance + PRIOR_HITS * PRIOR_CORRELATION) / (in_pairs * all + PRIOR_HITS);
        correlation.clamp(0.0, 1.0)
    }

    /// V with its standard error and score interval.
    fn spread(&self, confidence: f64) -> Option<Spread> {
        let variance = self.variance_between()?;
        let z = z_of_confidence(confidence);
        Some(Spread {
            variance,
            variance_se: self.variance_se(),
            sd: (variance >= 0.0).then(|| sqrt(variance)),
            sd_interval: self.sd_interval(variance, z),
        })
    }

    /// The standard error of V by the delta method, SE² = S(p, V)/m with [`scatter`] S. One pair is
    /// added to each of the three categories of a pair, and V is taken as at least 0: an outcome that
    /// never occurred twice, or by chance too rarely, must not appear certain not to vary.
    fn variance_se(&self) -> f64 {
        let m = self.n_pairs as f64;
        let both = self.n_both as f64;
        let one = self.n_hits_in_pairs as f64 - 2.0 * both;
        let (q2, q1) = ((both + 1.0) / (m + 3.0), (one + 1.0) / (m + 3.0));
        let p = q2 + 0.5 * q1;
        sqrt(scatter(p, (q2 - p * p).max(0.0)).max(0.0) / m)
    }

    /// The square roots of the ends of V's score interval, as Wilson's interval is that of a
    /// proportion: the V with (V̂ − V)² ≤ z²·S(p, V)/m, which are the roots of a quadratic equation. A
    /// negative estimate counts as 0, so that the upper end is positive.
    fn sd_interval(&self, variance: f64, z: f64) -> Interval {
        let m = self.n_pairs as f64;
        let p = self.n_hits_in_pairs as f64 / (2.0 * m);
        let (share, estimate) = (z * z / m, variance.max(0.0));
        let slope = (1.0 - 2.0 * p) * (1.0 - 2.0 * p);
        let linear = 2.0 * estimate + share * slope;
        let all = p * (1.0 - p);
        let constant = estimate * estimate - share * all * all;
        let root = sqrt((linear * linear - 4.0 * (1.0 + share) * constant).max(0.0));
        let low = if variance > 0.0 { linear - root } else { 0.0 };
        let end = |end: f64| sqrt((0.5 * end / (1.0 + share)).max(0.0));
        Interval {
            // Rounding, and pairs that agree more than they can, must not exclude the estimate.
            low: end(low).min(sqrt(estimate)),
            high: end(linear + root).max(sqrt(estimate)),
        }
    }
}

/// m·Var(V̂) over m pairs of probability p and variance V between draws, by the delta method. With q₂
/// and q₁ the probabilities of two and of one hit, V = q₂ − p² has the gradient 1 − 2p in q₂ and −p
/// in q₁; with q₂ = p² + V and q₁ = 2(p − q₂) the variance of the gradient over the three categories
/// is p²(1 − p)² + (1 − 2p)²V − V².
fn scatter(p: f64, variance: f64) -> f64 {
    let (all, slope) = (p * (1.0 - p), (1.0 - 2.0 * p) * (1.0 - 2.0 * p));
    all * all + slope * variance - variance * variance
}

/// Sums of an integer per run, below 2²⁴, over fewer than 2³⁹ runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairMoments {
    /// All runs, at least twice the number of pairs.
    pub n_runs: u64,
    /// Σ x over the runs.
    pub sum: u128,
    /// Σ x² over the runs.
    pub sum_squares: u128,
    /// Pairs: two runs of one draw.
    pub n_pairs: u64,
    /// Σ (x₁ + x₂)² over the pairs.
    pub pair_sum_squares: u128,
}

/// A mean with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean over runs.
    pub mean: f64,
    /// The standard deviation of a run; `None` with fewer than two runs.
    pub sd: Option<f64>,
    /// The standard error of the mean, clustered by draw; `None` with fewer than two draws.
    pub standard_error: Option<f64>,
}

impl PairMoments {
    /// The same runs without pairs, as [`PairCounts::without_pairs`].
    pub fn without_pairs(self) -> Self {
        Self {
            n_pairs: 0,
            pair_sum_squares: 0,
            ..self
        }
    }

    /// The mean; `None` without runs.
    pub fn estimate(&self) -> Option<Mean> {
        if self.n_runs == 0 {
            return None;
        }
        let n = self.n_runs as f64;
        // n Σx² − (Σx)² in integers, so that equal values give exactly 0.
        let scatter = difference_of_products(
            u128::from(self.n_runs),
            self.sum_squares,
            self.sum,
            self.sum,
        );
        Some(Mean {
            mean: self.sum as f64 / n,
            sd: (self.n_runs >= 2).then(|| sqrt(scatter / (n * (n - 1.0)))),
            standard_error: self.standard_error(scatter / n),
        })
    }

    /// The cluster-robust standard error. The clusters are the m pairs, with totals T, and the n −
    /// 2m single runs: SE² = k/(k − 1) · (Σ(T − 2x̄)² + (n − 2m)·s²) / n², with k = n − m clusters
    /// and s² = `squares`/n. Two runs of one draw cannot be negatively correlated, so it is at
    /// least the standard error of n independent runs.
    fn standard_error(&self, squares: f64) -> Option<f64> {
        let n_clusters = self.n_runs - self.n_pairs;
        if n_clusters < 2 {
            return None;
        }
        let (n, m, k) = (self.n_runs as f64, self.n_pairs as f64, n_clusters as f64);
        let n_single = self.n_runs - 2 * self.n_pairs;
        let pair_squares = if n_single == 0 {
            difference_of_products(
                u128::from(self.n_pairs),
                self.pair_sum_squares,
                self.sum,
                self.sum,
            ) / m
        } else {
            let mean = self.sum as f64 / n;
            self.pair_sum_squares as f64 - 4.0 * m * mean * mean
        };
        let clustered = pair_squares + n_single as f64 * squares / n;
        Some(sqrt(clustered.max(squares) * k / (k - 1.0)) / n)
    }
}

/// ab − cd, or 0 if that is negative.
fn difference_of_products(a: u128, b: u128, c: u128, d: u128) -> f64 {
    let limit = "sums of 24-bit numbers over fewer than 2^39 runs fit";
    let (first, second) = (
        a.checked_mul(b).expect(limit),
        c.checked_mul(d).expect(limit),
    );
    first.saturating_sub(second) as f64
}

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod tests;
