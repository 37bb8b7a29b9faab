//! Fast inverse CDFs by piecewise cubic interpolation.
//!
//! The simplest closed forms are evaluated directly. All others are tabulated: each half of (0, 1)
//! is divided into octaves of the distance to its end, and each octave into a power of two of equal
//! pieces, up to 2048, as many as the error requires. A piece is a cubic Hermite interpolant.
//! Inverse CDFs are smooth in this parametrization however long their tails, and a piece is found
//! from the bits of the uniform variate alone. A lookup evaluates no transcendental function and
//! does not depend on earlier lookups.

use super::Distribution;
use super::distribution::{TruncatedStandardNormal, pert_shapes, scaled_logistic};
use crate::base::math::double::{BetaShape, exp, logistic, normal_density, normal_quantile};

/// Closer than 2⁻³⁴ to either end, the exact inverse CDF is evaluated.
const N_OCTAVES: usize = 34;
/// Maximum number of halvings of an octave; one that 2048 pieces do not describe is left to
/// the exact inverse CDF.
const MAX_SPLITS: u32 = 11;
/// The tolerance at the points where the error is measured, as a share of
/// [`Exact::error_unit`]. The pieces that are kept are half as long as those measured, so the
/// true error is about a sixteenth of it.
const TOLERANCE: f64 = 4e-7;
const MANTISSA_BITS: u32 = 52;

/// A distribution with a fast inverse CDF: at most some 30 ns, 5 ns if it is tabulated.
#[derive(Clone, Debug)]
pub struct QuantileTable {
    distribution: Distribution,
    pieces: Option<Box<Pieces>>,
}

impl QuantileTable {
    /// Tabulates the distribution if its inverse CDF is exact: some hundred evaluations, a fraction
    /// of a millisecond for an ordinary beta.
    pub fn new(distribution: &Distribution) -> Self {
        Self {
            distribution: distribution.clone(),
            pieces: Exact::if_slow(distribution).map(|exact| Box::new(Pieces::new(&exact))),
        }
    }

    /// The distribution that is tabulated.
    pub fn distribution(&self) -> &Distribution {
        &self.distribution
    }

    /// The memory that the table takes \[bytes\].
    pub fn size_in_bytes(&self) -> usize {
        let of_pieces = |pieces: &Pieces| size_of::<Pieces>() + size_of_val(&*pieces.cubics);
        size_of::<Self>() + self.pieces.as_deref().map_or(0, of_pieces)
    }

    /// [`Distribution::quantile`] at `u` in (0, 1), within 10⁻⁶ of the distance between the
    /// quantiles at 10⁻⁹ and 1 − 10⁻⁹; for a lognormal and an interval also within 10⁻⁶ of the
    /// value itself. Never outside the support.
    #[inline]
    pub fn value(&self, u: f64) -> f64 {
        self.pieces
            .as_ref()
            .and_then(|pieces| pieces.value(u))
            .unwrap_or_else(|| self.distribution.quantile(u))
    }
}

/// The cubics of both halves of (0, 1).
#[derive(Clone, Debug)]
struct Pieces {
    low: f64,
    high: f64,
    /// By half and octave of the distance to its end; octave 0 is the median alone.
    octaves: [[Octave; N_OCTAVES]; 2],
    /// The coefficients of t⁰ … t³, with t in [0, 1) increasing with the distance to the end.
    cubics: Vec<[f64; 4]>,
}

/// The position of the cubics of one octave.
#[derive(Clone, Copy, Debug)]
struct Octave {
    first: u32,
    /// The octave has 2^splits pieces; `None` if the exact inverse CDF is evaluated.
    splits: Option<u32>,
}

impl Pieces {
    fn new(exact: &Exact) -> Self {
        let (low, high) = exact.support;
        let farthest = 1.0 / f64::from(1_u32 << 30);
        let width = (exact.knot(Half::Upper, farthest, None).value
            - exact.knot(Half::Lower, farthest, None).value)
            .abs();
        let median = exact.knot(Half::Lower, 0.5, None).value;
        let mut pieces = Self {
            low,
            high,
            octaves: [[Octave {
                first: 0,
                splits: Some(0),
            }; N_OCTAVES]; 2],
            cubics: vec![[median, 0.0, 0.0, 0.0]],
        };
        for half in [Half::Lower, Half::Upper] {
            let mut start = None;
            let mut larger_end = 0.5;
            for octave in 1..N_OCTAVES {
                let knots = refine(exact, half, larger_end, start, width);
                let first = pieces.cubics.len() as u32;
                pieces.octaves[half as usize][octave] = Octave {
                    first,
                    splits: knots.as_ref().map(|knots| (knots.len() - 1).ilog2()),
                };
                let knots = knots.unwrap_or_default();
                start = knots.first().map(|knot| knot.start);
                let length = 0.5 * larger_end / (knots.len().max(2) - 1) as f64;
                for pair in knots.windows(2) {
                    pieces.cubics.push(cubic(&pair[0], &pair[1], length));
                }
                larger_end *= 0.5;
            }
        }
        pieces
    }

    /// The value; `None` if the exact inverse CDF must be evaluated.
    #[inline]
    fn value(&self, u: f64) -> Option<f64> {
        // 1 − u is exact from ½ on.
        let (half, distance) = if u < 0.5 {
            (Half::Lower, u)
        } else {
            (Half::Upper, 1.0 - u)
        };
        let bits = distance.to_bits();
        // ½ has the exponent 1022; each octave below it one less.
        let index = 1022_usize.wrapping_sub((bits >> MANTISSA_BITS) as usize);
        let octave = self.octaves[half as usize].get(index)?;
        let rest_bits = MANTISSA_BITS - octave.splits?;
        let mantissa = bits & ((1 << MANTISSA_BITS) - 1);
        let piece = octave.first as usize + (mantissa >> rest_bits) as usize;
        let scale = f64::from_bits(u64::from(1023 - rest_bits) << MANTISSA_BITS);
        let t = (mantissa & ((1 << rest_bits) - 1)) as f64 * scale;
        let [c0, c1, c2, c3] = *self.cubics.get(piece)?;
        let value = c0 + t * (c1 + t * (c2 + t * c3));
        let below = if value > self.high { self.high } else { value };
        Some(if below < self.low { self.low } else { below })
    }
}

/// The end of (0, 1) from which a distance is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Half {
    Lower = 0,
    Upper = 1,
}

/// The exact inverse CDF at one point, a knot of the interpolation.
#[derive(Clone, Copy, Debug)]
struct Knot {
    /// The distance to the end of (0, 1).
    distance: f64,
    value: f64,
    /// d value / d distance.
    slope: f64,
    /// A start value for the solver at a neighboring knot.
    start: f64,
}

/// The knots of the octave below `larger_end` that describe it within the tolerance, by increasing
/// distance. `width` is that of the distribution.
fn refine(
    exact: &Exact,
    half: Half,
    larger_end: f64,
    start: Option<f64>,
    width: f64,
) -> Option<Vec<Knot>> {
    let last = exact.knot(half, larger_end, start);
    let first = exact.knot(half, 0.5 * larger_end, Some(last.start));
    let mut knots = vec![first, last];
    for _ in 0..MAX_SPLITS {
        let mut finer = Vec::with_capacity(2 * knots.len());
        let mut worst: f64 = 0.0;
        for pair in knots.windows(2) {
            let [left, right] = [pair[0], pair[1]];
            let distance = 0.5 * (left.distance + right.distance);
            let start = 0.5 * (left.start + right.start);
            let middle = exact.knot(half, distance, Some(start));
            let [c0, c1, c2, c3] = cubic(&left, &right, right.distance - left.distance);
            let guess = c0 + 0.5 * (c1 + 0.5 * (c2 + 0.5 * c3));
            let error = (guess - middle.value).abs() / exact.error_unit(middle.value, width);
            worst = if error > worst { error } else { worst };
            finer.extend([left, middle]);
        }
        finer.push(last);
        knots = finer;
        if worst <= TOLERANCE {
            return Some(knots);
        }
    }
    None
}

/// The cubic Hermite interpolant between two knots in t = share of the way. A slope is limited to
/// three times that of the chord, which keeps the cubic monotone (Fritsch and Carlson 1980).
fn cubic(left: &Knot, right: &Knot, length: f64) -> [f64; 4] {
    let rise = right.value - left.value;
    let limit = |slope: f64| {
        let steepness = slope * length / rise;
        // Also if the chord is flat or the slope is NaN.
        if steepness >= 0.0 {
            rise * if steepness < 3.0 { steepness } else { 3.0 }
        } else {
            0.0
        }
    };
    let (from, to) = (limit(left.slope), limit(right.slope));
    [
        left.value,
        from,
        3.0 * rise - 2.0 * from - to,
        from + to - 2.0 * rise,
    ]
}

/// A distribution with a slow inverse CDF and its precomputed constants.
struct Exact {
    support: (f64, f64),
    kind: ExactKind,
}

enum ExactKind {
    /// A beta scaled to the support, from each end.
    Beta { from_end: [BetaShape; 2] },
    Truncated {
        mean: f64,
        sd: f64,
        window: TruncatedStandardNormal,
    },
    /// A function of the normal variable mean + sd·Z.
    Normal { mean: f64, sd: f64, image: Image },
}

/// The function of a normal variable.
#[derive(Clone, Copy)]
enum Image {
    Itself,
    Exponential,
    Logistic,
}

impl Exact {
    fn if_slow(distribution: &Distribution) -> Option<Self> {
        let beta = |alpha, beta| ExactKind::Beta {
            from_end: [BetaShape::new(alpha, beta), BetaShape::new(beta, alpha)],
        };
        let kind = match *distribution {
            Distribution::Beta {
                alpha,
                beta: second,
            } => beta(alpha, second),
            Distribution::Pert { low, mode, high } => {
                let (alpha, second) = pert_shapes(low, mode, high);
                beta(alpha, second)
            }
            Distribution::TruncatedNormal {
                mean,
                sd,
                low,
                high,
            } => ExactKind::Truncated {
                mean,
                sd,
                window: TruncatedStandardNormal::new(mean, sd, low, high),
            },
            Distribution::Normal { mean, sd } => ExactKind::Normal {
                mean,
                sd,
                image: Image::Itself,
            },
            Distribution::LogNormal { mu, sigma } => ExactKind::Normal {
                mean: mu,
                sd: sigma,
                image: Image::Exponential,
            },
            Distribution::LogitNormal { mu, sigma, .. } => ExactKind::Normal {
                mean: mu,
                sd: sigma,
                image: Image::Logistic,
            },
            Distribution::Uniform { .. } | Distribution::Triangular { .. } => return None,
        };
        Some(Self {
            support: distribution.support(),
            kind,
        })
    }

    /// The unit of the error at a value: the width; if values of any order of magnitude matter, at
    /// most the distance from the nearer end of the support.
    fn error_unit(&self, value: f64, width: f64) -> f64 {
        let own = match self.kind {
            ExactKind::Normal { image, .. } => match image {
                Image::Itself => return width,
                Image::Exponential => value,
                Image::Logistic => (value - self.support.0).min(self.support.1 - value),
            },
            ExactKind::Beta { .. } | ExactKind::Truncated { .. } => return width,
        };
        own.min(width)
    }

    /// The knot at a distance in (0, ½] from an end of (0, 1).
    fn knot(&self, half: Half, distance: f64, start: Option<f64>) -> Knot {
        let (low, high) = self.support;
        let sign = if half == Half::Lower { 1.0 } else { -1.0 };
        match &self.kind {
            ExactKind::Beta { from_end } => {
                let shape = &from_end[half as usize];
                let logit = shape.lower_quantile_logit(distance, start);
                let (share, rest) = (logistic(logit), logistic(-logit));
                let end = if half == Half::Lower { low } else { high };
                Knot {
                    distance,
                    value: end + sign * (high - low) * share,
                    slope: sign * (high - low) * share * rest / shape.logit_density(logit),
                    start: logit,
                }
            }
            ExactKind::Truncated { mean, sd, window } => {
                let u = if half == Half::Lower {
                    distance
                } else {
                    1.0 - distance
                };
                let z = window.quantile(u);
                Knot {
                    distance,
                    value: mean + sd * z,
                    slope: sign * sd * window.mass / normal_density(z),
                    start: z,
                }
            }
            ExactKind::Normal { mean, sd, image } => {
                let z = sign * normal_quantile(distance);
                let of_z = mean + sd * z;
                let (value, steepness) = match image {
                    Image::Itself => (of_z, 1.0),
                    Image::Exponential => {
                        let value = exp(of_z);
                        (value, value)
                    }
                    Image::Logistic => {
                        let steepness = (high - low) * logistic(of_z) * logistic(-of_z);
                        (scaled_logistic(of_z, low, high), steepness)
                    }
                };
                Knot {
                    distance,
                    value,
                    slope: sign * sd * steepness / normal_density(z),
                    start: z,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
