//! Proportions and means from runs that come in pairs.
//!
//! Two runs of one draw live in the same uncertain world and differ by chance alone. So they are
//! correlated, which an interval must know, and their covariance is the variance between draws:
//! what is not known, as against chance.
//!
//! In go counts ([`PairCounts`], [`PairMoments`]), out come estimates. Runs without a partner may
//! be among them: they count for the mean, not for the covariance. Absent on purpose: quantiles
//! of the spread between draws, which two runs a draw cannot give.

use super::interval::{Interval, wilson, z_of_confidence};
use crate::base::math::double::sqrt;

/// Fewer hits, or misses, than this say too little of the pairs' correlation to use it.
const MIN_HITS: u64 = 30;

/// How often a condition came true, by runs and by pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairCounts {
    /// All runs, at least twice the pairs; below 2⁴⁰.
    pub n_runs: u64,
    /// Runs where it came true.
    pub n_hits: u64,
    /// Pairs: two runs of one draw.
    pub n_pairs: u64,
    /// Pairs where it came true in both runs.
    pub n_both: u64,
    /// Runs that belong to a pair and where it came true.
    pub n_hits_in_pairs: u64,
}

/// A probability with its uncertainty, and what of it lies between draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proportion {
    /// The share of runs.
    pub probability: f64,
    /// Wilson's interval on the effective number of runs.
    pub interval: Interval,
    /// The number of independent runs that would tell as much.
    pub effective_runs: f64,
    /// ρ = V / (p(1 − p)) as estimated, which may be below 0; `None` under two pairs, or where
    /// all runs of pairs agree.
    pub pair_correlation: Option<f64>,
    /// V, the variance between draws; `None` under two pairs.
    pub between: Option<Spread>,
}

/// How the probability differs from draw to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The variance between draws, unbiased, so that it may be below 0.
    pub variance: f64,
    /// Its standard error.
    pub variance_se: f64,
    /// Its root; `None` where the variance is below 0.
    pub sd: Option<f64>,
    /// The roots of the ends of the variance's normal interval, an end below 0 giving 0.
    pub sd_interval: Interval,
}

impl PairCounts {
    /// The probability with intervals at this confidence; `None` without runs.
    ///
    /// Of n runs, 2m of them in pairs, the hits have the variance p(1 − p)(n + 2mρ), so they tell
    /// as much as n²/(n + 2mρ) independent ones; n/(1 + ρ) where all are paired. Here ρ is held
    /// in [0, 1], and is 1 under 30 hits or 30 misses.
    pub fn estimate(&self, confidence: f64) -> Option<Proportion> {
        debug_assert!(self.n_hits <= self.n_runs && 2 * self.n_pairs <= self.n_runs);
        debug_assert!(2 * self.n_both <= self.n_hits_in_pairs);
        debug_assert!(self.n_hits_in_pairs <= self.n_hits);
        if self.n_runs == 0 {
            return None;
        }
        let n = self.n_runs as f64;
        let probability = self.n_hits as f64 / n;
        let pair_correlation = self.pair_correlation();
        let n_rare = self.n_hits.min(self.n_runs - self.n_hits);
        let correlation = match pair_correlation {
            Some(correlation) if n_rare >= MIN_HITS => correlation.clamp(0.0, 1.0),
            _ => 1.0,
        };
        let effective_runs = n * n / (n + 2.0 * self.n_pairs as f64 * correlation);
        Some(Proportion {
            probability,
            interval: wilson(probability, effective_runs, confidence),
            effective_runs,
            pair_correlation,
            between: self.spread(confidence),
        })
    }

    /// V = Var(P) = E[Y₁Y₂] − E[Y]², without bias.
    ///
    /// Over m pairs with q₂ = share of both, q₁ = share of one, Ȳ = q₂ + q₁/2, the plain estimate
    /// q₂ − Ȳ² is too small by Var(Ȳ) = S²/m, S² = (Σ M² − m Ȳ²)/(m − 1) being the variance of the
    /// pairs' means M ∈ {0, ½, 1}. Put back, V = q₂ − Ȳ² + S²/m = S² − q₁/4, which is also the
    /// analysis of variance's (MS_between − MS_within)/2. Over the integers, with T = Y₁ + Y₂:
    /// V = (m ΣT² − (ΣT)² − (m − 1)·n₁) / (4m(m − 1)), n₁ the pairs with one hit.
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

    fn pair_correlation(&self) -> Option<f64> {
        let p = self.n_hits_in_pairs as f64 / (2.0 * self.n_pairs as f64);
        let chance = p * (1.0 - p);
        let variance = self.variance_between()?;
        (chance > 0.0).then(|| variance / chance)
    }

    /// V with its standard error by the delta method over the pairs, which fall independently
    /// into three categories. With p = q₂ + q₁/2, V = q₂ − p² has the gradient 1 − 2p in q₂ and
    /// −p in q₁, so
    /// m·SE² = q₂(1 − 2p)² + q₁p² − (q₂(1 − 2p) − q₁p)².
    /// Half a pair is added to each category, or an outcome never seen twice would seem certain
    /// not to vary.
    fn spread(&self, confidence: f64) -> Option<Spread> {
        let variance = self.variance_between()?;
        let m = self.n_pairs as f64;
        let both = self.n_both as f64;
        let one = self.n_hits_in_pairs as f64 - 2.0 * both;
        let (q2, q1) = ((both + 0.5) / (m + 1.5), (one + 0.5) / (m + 1.5));
        let p = q2 + 0.5 * q1;
        let slope = 1.0 - 2.0 * p;
        let mean = q2 * slope - q1 * p;
        let square = q2 * slope * slope + q1 * p * p;
        let variance_se = sqrt((square - mean * mean).max(0.0) / m);
        let reach = z_of_confidence(confidence) * variance_se;
        Some(Spread {
            variance,
            variance_se,
            sd: (variance >= 0.0).then(|| sqrt(variance)),
            sd_interval: Interval {
                low: sqrt((variance - reach).max(0.0)),
                high: sqrt((variance + reach).max(0.0)),
            },
        })
    }
}

/// Sums of a whole number that every run gives, below 2²⁴, over fewer than 2³⁹ runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairMoments {
    /// All runs, at least twice the pairs.
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

/// A mean with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean over runs.
    pub mean: f64,
    /// The standard deviation of a run; `None` under two runs.
    pub sd: Option<f64>,
    /// The standard error of the mean, clustered by draw; `None` under two draws.
    pub standard_error: Option<f64>,
}

impl PairMoments {
    /// The mean; `None` without runs.
    pub fn estimate(&self) -> Option<Mean> {
        if self.n_runs == 0 {
            return None;
        }
        let n = self.n_runs as f64;
        // n Σx² − (Σx)², in whole numbers, so that equal values give exactly 0.
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

    /// The clusters are the m pairs, of total T, and the n − 2m single runs:
    /// SE² = k/(k − 1) · (Σ(T − 2x̄)² + (n − 2m)·s²) / n², k = n − m clusters, s² = `squares`/n.
    /// Two runs of one draw cannot truly repel each other, so it is not let fall below the
    /// standard error of n independent runs.
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

/// ab − cd, 0 where it would be negative.
fn difference_of_products(a: u128, b: u128, c: u128, d: u128) -> f64 {
    let limit = "sums of 24-bit numbers over fewer than 2^39 runs fit";
    let (first, second) = (
        a.checked_mul(b).expect(limit),
        c.checked_mul(d).expect(limit),
    );
    first.saturating_sub(second) as f64
}

#[cfg(test)]
mod tests;
