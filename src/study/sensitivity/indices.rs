//! Sobol' indices with bootstrap intervals, from sums over blocks of draws.
//!
//! An index is a share of V, the variance of an outcome's probability over the uncertain quantities.
//! If V is not statistically distinguishable from zero, there are no indices, only their numerators:
//! variances of the probability. Nothing is clamped, so an index may be below 0 or above 1.

use super::blocks::DrawBlocks;
use super::moments::{Moments, ProbabilityMoments};
use crate::base::math::double::sqrt;
use crate::base::random::Seed;
use crate::base::random::keyed::KeyedStream;
use crate::base::stats::{Interval, central_interval};

/// Number of bootstrap samples.
const N_SAMPLES: u32 = 1_000;

/// V must exceed this many of its standard errors for indices to be estimated.
const MIN_STANDARD_ERRORS: f64 = 2.0;

/// Minimum number of runs of a point in which the outcome occurs, and in which it does not, for indices to
/// be estimated. Bootstrap intervals from a handful of hits are too narrow.
pub const MIN_HITS: f64 = 30.0;

/// Maximum share of bootstrap samples in which a share of V may be undefined.
const MAX_UNDEFINED: f64 = 0.05;

/// An estimate with its bootstrap interval and standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BootstrapEstimate {
    /// The estimate from all draws.
    pub value: f64,
    /// Percentile interval of the bootstrap samples.
    pub interval: Interval,
    /// Standard deviation of the bootstrap samples.
    pub standard_error: f64,
}

/// An index of one factor and its numerator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// The numerator, a variance of the probability.
    pub variance: BootstrapEstimate,
    /// The index, the numerator divided by V; `None` if V is not distinguishable from zero, or the
    /// outcome occurs in too few runs or in all but too few.
    pub share: Option<BootstrapEstimate>,
}

/// The indices of one factor for one outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FactorIndices {
    /// First-order index (S1): the share that knowing the factor alone would remove.
    pub first_order: Index,
    /// Total-order index (ST): the share that would remain if everything else were known.
    pub total: Index,
    /// Rank of the factor by `first_order`, from 1.
    pub rank_first_order: u64,
    /// Rank of the factor by `total`, from 1.
    pub rank_total: u64,
}

/// The indices of an outcome from the first quarters of the draws.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeIndices {
    /// The number of quarters, 1 to 4.
    pub n_quarters: u64,
    /// Draws counted at the factor where the fewest were left out.
    pub n_draws: u64,
    /// μ, the mean of the outcome's probability over all points.
    pub mean: f64,
    /// V, the variance of the outcome's probability.
    pub variance: BootstrapEstimate,
    /// V/(μ(1 − μ)); `None` if the outcome occurs in fewer than [`MIN_HITS`] runs of a point or in all
    /// but so few.
    pub parameter_share: Option<BootstrapEstimate>,
    /// The indices of each factor.
    pub factors: Vec<FactorIndices>,
}

impl OutcomeIndices {
    /// Whether there are indices: the outcome occurs often enough, and V is distinguishable from zero.
    pub fn is_measurable(&self) -> bool {
        self.has_enough_hits() && is_measurable(&self.variance)
    }

    /// Whether the outcome occurs in at least [`MIN_HITS`] runs of a point, and does not occur in as many.
    pub fn has_enough_hits(&self) -> bool {
        self.n_rare() >= MIN_HITS
    }

    /// The mean number of runs of a point in which the outcome occurs, or does not occur if that is rarer.
    pub fn n_rare(&self) -> f64 {
        n_rare(self.mean, self.n_draws as f64)
    }

    /// The half-width of the widest interval of an index; `None` if there are no indices.
    pub fn widest_half_width(&self) -> Option<f64> {
        let indices = self.factors.iter();
        let shares = indices.flat_map(|one| [one.first_order.share, one.total.share]);
        let widths = shares.flatten().map(|share| {
            let Interval { low, high } = share.interval;
            0.5 * (high - low)
        });
        widths.reduce(f64::max)
    }
}

/// The rarer of hits and misses among the two runs of each draw of a point.
fn n_rare(mean: f64, n_draws: f64) -> f64 {
    2.0 * n_draws * mean.abs().min((1.0 - mean).abs())
}

fn is_measurable(variance: &BootstrapEstimate) -> bool {
    variance.value > MIN_STANDARD_ERRORS * variance.standard_error
}

/// Estimates the indices of one outcome from the first quarters of its draws. `purpose` names the
/// random stream of the bootstrap.
pub fn estimate_indices(
    blocks: &DrawBlocks,
    n_quarters: u64,
    confidence: f64,
    seed: Seed,
    purpose: &str,
) -> OutcomeIndices {
    let totals = blocks.totals(n_quarters);
    let n_draws = totals.iter().map(|sums| sums.n_draws).fold(0.0, f64::max);
    let mut stream = KeyedStream::new(seed, purpose);
    let samples = (0..N_SAMPLES).map(|_| blocks.resample(n_quarters, &mut stream));
    let regressions = regressions(blocks, n_quarters);
    let samples: Vec<Numerators> = samples
        .map(|sums| Numerators::new(&sums, &regressions))
        .collect();
    let estimated = Numerators::new(&totals, &regressions);

    let bootstrap = |value: f64, values: &mut dyn Iterator<Item = f64>| {
        bootstrap_estimate(value, values.collect(), confidence)
    };
    let variance = bootstrap(
        estimated.overall.variance,
        &mut samples.iter().map(|sample| sample.overall.variance),
    );
    let has_hits = n_rare(estimated.overall.mean, n_draws) >= MIN_HITS;
    // A share that is undefined in a noticeable part of the samples has no interval.
    let share = |value: f64, values: &mut dyn Iterator<Item = Option<f64>>| {
        let defined: Vec<f64> = values.flatten().collect();
        let n_undefined = samples.len() - defined.len();
        let is_defined = n_undefined as f64 <= MAX_UNDEFINED * samples.len() as f64;
        is_defined.then(|| bootstrap_estimate(value, defined, confidence))
    };
    let can_divide = has_hits && is_measurable(&variance);
    let index = |numerator: &dyn Fn(&Numerators) -> f64| Index {
        variance: bootstrap(numerator(&estimated), &mut samples.iter().map(numerator)),
        share: can_divide
            .then(|| {
                let of = |one: &Numerators| numerator(one) / one.overall.variance;
                let is_divisible = |one: &Numerators| one.overall.variance > 0.0;
                let shares = samples.iter().map(|one| is_divisible(one).then(|| of(one)));
                share(of(&estimated), &mut { shares })
            })
            .flatten(),
    };
    let factors = (0..totals.len()).map(|factor| FactorIndices {
        first_order: index(&|sample| sample.by_factor[factor][0]),
        total: index(&|sample| sample.by_factor[factor][1]),
        rank_first_order: estimated.rank(factor, 0),
        rank_total: estimated.rank(factor, 1),
    });
    let factors = factors.collect();
    OutcomeIndices {
        n_quarters,
        n_draws: n_draws as u64,
        mean: estimated.overall.mean,
        variance,
        parameter_share: estimated.overall.parameter_share().and_then(|value| {
            let shares = samples.iter().map(|one| one.overall.parameter_share());
            share(value, &mut { shares }).filter(|_| has_hits)
        }),
        factors,
    }
}

/// μ, V and the numerators of all indices, from one set of sums.
struct Numerators {
    overall: ProbabilityMoments,
    /// By factor, the numerators of the first-order and of the total-order index.
    by_factor: Vec<[f64; 2]>,
}

impl Numerators {
    fn new(sums: &[Moments], regressions: &[f64]) -> Self {
        let overall = ProbabilityMoments::new(sums);
        let both = |(sums, &regression): (&Moments, &f64)| {
            let total = sums.total_order(sums.control_variate(&overall), regression);
            [sums.first_order(), total]
        };
        Self {
            overall,
            by_factor: sums.iter().zip(regressions).map(both).collect(),
        }
    }

    /// The rank of a factor by one of its numerators, from 1; ties share the better rank.
    fn rank(&self, factor: usize, which: usize) -> u64 {
        let own = self.by_factor[factor][which];
        let above = self.by_factor.iter().filter(|other| other[which] > own);
        1 + above.count() as u64
    }
}

/// By factor, the regression over blocks of the total-order numerator on its control variate.
fn regressions(blocks: &DrawBlocks, n_quarters: u64) -> Vec<f64> {
    // Fewer than two draws have no variance.
    let each = blocks.each(n_quarters);
    let each = each.filter(|sums| sums.iter().all(|one| one.n_draws >= 2.0));
    let pairs = each.map(|sums| {
        let overall = ProbabilityMoments::new(sums);
        let pair = |one: &Moments| (one.control_variate(&overall), one.total_order(0.0, 0.0));
        sums.iter().map(pair).collect::<Vec<_>>()
    });
    let pairs: Vec<Vec<(f64, f64)>> = pairs.collect();
    let n_factors = pairs.first().map_or(0, Vec::len);
    let regression =
        |factor: usize| regression_coefficient(pairs.iter().map(move |block| block[factor]));
    let mut regressions: Vec<f64> = (0..n_factors).map(regression).collect();
    regressions.resize(blocks.n_factors(), 0.0);
    regressions
}

/// The least-squares regression coefficient of y on x over pairs (x, y); 0 if x does not vary.
fn regression_coefficient(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let n = pairs.clone().count() as f64;
    let sum = pairs
        .clone()
        .fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x, sum.1 + y));
    let (mean_x, mean_y) = (sum.0 / n, sum.1 / n);
    let (mut squares, mut products) = (0.0, 0.0);
    for (x, y) in pairs {
        squares += (x - mean_x) * (x - mean_x);
        products += (x - mean_x) * (y - mean_y);
    }
    if squares > 0.0 {
        products / squares
    } else {
        0.0
    }
}

fn bootstrap_estimate(value: f64, mut samples: Vec<f64>, confidence: f64) -> BootstrapEstimate {
    let n = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / n;
    let squares = samples
        .iter()
        .map(|sample| (sample - mean) * (sample - mean));
    let variance = squares.sum::<f64>() / (n - 1.0);
    let point = Interval {
        low: value,
        high: value,
    };
    BootstrapEstimate {
        value,
        interval: central_interval(&mut samples, confidence).unwrap_or(point),
        standard_error: if n > 1.0 { sqrt(variance) } else { 0.0 },
    }
}
