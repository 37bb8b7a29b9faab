//! From sums to indices with their intervals.
//!
//! An index is a share of V, the variance of an outcome's probability over what is not known. Where
//! V cannot be told from 0, a share of it means nothing, and only its numerator is given: a variance
//! of the probability. Nothing is clamped: an index may come out below 0 or above 1, as its interval
//! says.

use super::blocks::Blocks;
use super::moments::{Moments, Whole};
use crate::base::math::double::sqrt;
use crate::base::random::Seed;
use crate::base::random::keyed::KeyedStream;
use crate::base::stats::{Interval, central_interval};

/// The samples of the bootstrap.
const N_SAMPLES: u32 = 1_000;

/// Below so many standard errors of V, there are no indices.
const MIN_STANDARD_ERRORS: f64 = 2.0;

/// A total index that is surely below matters to nobody; one that is surely above does.
pub const NEGLIGIBLE: f64 = 0.05;

/// A half-width of an index's interval that is still of use.
pub const USEFUL_HALF_WIDTH: f64 = 0.1;

/// A number and what resampling the draws makes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resampled {
    /// From all draws.
    pub value: f64,
    /// The middle of the samples.
    pub interval: Interval,
    /// Their standard deviation.
    pub standard_error: f64,
}

/// What of an outcome's probability hangs on one factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// The variance of the probability.
    pub variance: Resampled,
    /// The same as a share of V; `None` where V cannot be told from 0.
    pub share: Option<Resampled>,
}

/// One factor and one outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indices {
    /// What knowing the factor alone would remove.
    pub first_order: Index,
    /// What would be left, were all but the factor known.
    pub total: Index,
    /// Its place among the factors by `first_order`, from 1.
    pub rank_first_order: u64,
    /// Its place by `total`.
    pub rank_total: u64,
}

/// What can be said of a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Its total index is surely above [`NEGLIGIBLE`].
    Matters,
    /// It is surely below.
    Negligible,
    /// Neither.
    Undecided,
    /// V cannot be told from 0.
    NotMeasurable,
}

impl Finding {
    /// Its word in the files.
    pub fn word(self) -> &'static str {
        match self {
            Finding::Matters => "matters",
            Finding::Negligible => "negligible",
            Finding::Undecided => "undecided",
            Finding::NotMeasurable => "not_measurable",
        }
    }
}

impl Indices {
    /// What can be said of the factor.
    pub fn finding(&self) -> Finding {
        match self.total.share {
            None => Finding::NotMeasurable,
            Some(total) if total.interval.low > NEGLIGIBLE => Finding::Matters,
            Some(total) if total.interval.high < NEGLIGIBLE => Finding::Negligible,
            Some(_) => Finding::Undecided,
        }
    }
}

/// The indices of an outcome over the first quarters of the draws.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// How many quarters.
    pub n_quarters: u64,
    /// The draws counted, at the factor where the fewest were left out.
    pub n_draws: u64,
    /// μ: the mean of the outcome's probability over all points.
    pub mean: f64,
    /// V.
    pub variance: Resampled,
    /// V / μ(1 − μ); `None` where the outcome never varies.
    pub parameter_share: Option<Resampled>,
    /// By factor.
    pub factors: Vec<Indices>,
}

impl Stage {
    /// Whether V is far enough from 0 to divide by.
    pub fn is_measurable(&self) -> bool {
        is_measurable(&self.variance)
    }

    /// The half-width of the widest interval of an index; `None` where there are no indices.
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

fn is_measurable(variance: &Resampled) -> bool {
    variance.value > MIN_STANDARD_ERRORS * variance.standard_error
}

/// The indices of one outcome from the sums of the first quarters of its draws. `purpose` names the
/// luck of the bootstrap.
pub fn stage(
    blocks: &Blocks,
    n_quarters: u64,
    confidence: f64,
    seed: Seed,
    purpose: &str,
) -> Stage {
    let whole = blocks.whole(n_quarters);
    let n_draws = whole.iter().map(|sums| sums.n_draws).fold(0.0, f64::max);
    let mut luck = KeyedStream::new(seed, &format!("{purpose}:{n_quarters}"));
    let samples = (0..N_SAMPLES).map(|_| blocks.resample(n_quarters, &mut luck));
    let regressions = regressions(blocks, n_quarters);
    let samples: Vec<Row> = samples.map(|sums| Row::of(&sums, &regressions)).collect();
    let row = Row::of(&whole, &regressions);

    let resampled = |value: f64, values: &mut dyn Iterator<Item = f64>| {
        resampled(value, values.collect(), confidence)
    };
    let variance = resampled(
        row.whole.variance,
        &mut samples.iter().map(|sample| sample.whole.variance),
    );
    let can_divide = is_measurable(&variance);
    let index = |of: &dyn Fn(&Row) -> f64| Index {
        variance: resampled(of(&row), &mut samples.iter().map(of)),
        share: can_divide.then(|| {
            // A sample without any variance has no shares; where V is far enough from 0 to be
            // divided by, these are a fortieth of all at most.
            let divisible = samples.iter().filter(|sample| sample.whole.variance > 0.0);
            resampled(
                of(&row) / row.whole.variance,
                &mut divisible.map(|sample| of(sample) / sample.whole.variance),
            )
        }),
    };
    let factors = (0..whole.len()).map(|factor| Indices {
        first_order: index(&|row| row.numerators[factor][0]),
        total: index(&|row| row.numerators[factor][1]),
        rank_first_order: row.rank(factor, 0),
        rank_total: row.rank(factor, 1),
    });
    let factors = factors.collect();
    Stage {
        n_quarters,
        n_draws: n_draws as u64,
        mean: row.whole.mean,
        variance,
        parameter_share: row.whole.parameter_share().map(|share| {
            let shares = samples.iter().map(|sample| sample.whole.parameter_share());
            resampled(share, &mut shares.flatten())
        }),
        factors,
    }
}

/// All that is computed from one set of sums.
struct Row {
    whole: Whole,
    /// First order and total of each factor, as variances.
    numerators: Vec<[f64; 2]>,
}

impl Row {
    fn of(sums: &[Moments], regressions: &[f64]) -> Self {
        let whole = Whole::of(sums);
        let both = |(sums, &regression): (&Moments, &f64)| {
            let total = sums.total(sums.excess(&whole), regression);
            [sums.first_order(), total]
        };
        Self {
            whole,
            numerators: sums.iter().zip(regressions).map(both).collect(),
        }
    }

    /// The place of a factor by one of its numerators, from 1; equals share the better place.
    fn rank(&self, factor: usize, which: usize) -> u64 {
        let own = self.numerators[factor][which];
        let above = self.numerators.iter().filter(|other| other[which] > own);
        1 + above.count() as u64
    }
}

/// By factor, the regression of its total on its excess over the blocks; 0 where it has none.
fn regressions(blocks: &Blocks, n_quarters: u64) -> Vec<f64> {
    // Of fewer than two draws there is no variance.
    let each = blocks.each(n_quarters);
    let each = each.filter(|sums| sums.iter().all(|one| one.n_draws >= 2.0));
    let pairs = each.map(|sums| {
        let whole = Whole::of(sums);
        let pair = |one: &Moments| (one.excess(&whole), one.total(0.0, 0.0));
        sums.iter().map(pair).collect::<Vec<_>>()
    });
    let pairs: Vec<Vec<(f64, f64)>> = pairs.collect();
    let n_factors = pairs.first().map_or(0, Vec::len);
    let of_factor = |factor: usize| slope(pairs.iter().map(move |block| block[factor]));
    let mut regressions: Vec<f64> = (0..n_factors).map(of_factor).collect();
    regressions.resize(blocks.n_factors(), 0.0);
    regressions
}

/// The slope of the second numbers over the first by least squares; 0 where these are all one.
fn slope(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
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

fn resampled(value: f64, mut samples: Vec<f64>, confidence: f64) -> Resampled {
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
    Resampled {
        value,
        interval: central_interval(&mut samples, confidence).unwrap_or(point),
        standard_error: if n > 1.0 { sqrt(variance) } else { 0.0 },
    }
}
