//! Distributions of uncertain quantities, sampled by their inverse CDFs.
//!
//! A [`Distribution`] comes from a checked constructor (in `construct`), has a mean and a standard
//! deviation (in `moments`), and maps one uniform variate to one value by
//! [`Distribution::quantile`], so that Latin hypercubes, Sobol' points, copulas and pairing work.
//! All bits come from basic arithmetic and [`crate::base::math::double`].
//!
//! There are no rejection samplers, which take an unknown number of variates, and there is no
//! state. [`crate::base::random::QuantileTable`] tabulates the slow inverse CDFs.

mod construct;
mod error;
mod moments;

pub use construct::IntervalKind;
pub use error::DistributionError;

use super::keyed::open_unit;
use crate::base::math::double::{
    exp, incomplete_beta_inverse, logistic, normal_cdf, normal_quantile, sqrt,
};
use std::fmt;

/// A distribution of one quantity with valid parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Normal distribution on all numbers.
    Normal {
        /// Mean of the distribution.
        mean: f64,
        /// Standard deviation of the distribution, > 0.
        sd: f64,
    },
    /// Normal distribution truncated to [low, high]; mean and sd are those before truncation.
    TruncatedNormal {
        /// Mean before the truncation.
        mean: f64,
        /// Standard deviation before truncation, > 0.
        sd: f64,
        /// Lower bound, may be −∞.
        low: f64,
        /// Upper bound, may be ∞.
        high: f64,
    },
    /// Lognormal: the exponential of a normal variable.
    LogNormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm, > 0.
        sigma: f64,
    },
    /// Logit-normal scaled to (low, high): low + (high − low)·logistic(X) with X normal.
    LogitNormal {
        /// Mean of the logit.
        mu: f64,
        /// Standard deviation of the logit, > 0.
        sigma: f64,
        /// Lower end of the support.
        low: f64,
        /// Upper end of the support, > low.
        high: f64,
    },
    /// Beta distribution on [0, 1].
    Beta {
        /// First shape parameter, > 0.
        alpha: f64,
        /// Second shape parameter, > 0.
        beta: f64,
    },
    /// Uniform distribution on [low, high].
    Uniform {
        /// Lower end of the support.
        low: f64,
        /// Upper end of the support, > low.
        high: f64,
    },
    /// Triangular distribution on [low, high].
    Triangular {
        /// Lower end of the support.
        low: f64,
        /// Mode, in [low, high].
        mode: f64,
        /// Upper end of the support, > low.
        high: f64,
    },
    /// PERT distribution with shape 4: low + (high − low)·Beta(1 + 4(mode − low)/(high − low), 1 +
    /// 4(high − mode)/(high − low)).
    Pert {
        /// Lower end of the support.
        low: f64,
        /// Mode, in [low, high].
        mode: f64,
        /// Upper end of the support, > low.
        high: f64,
    },
}

impl Distribution {
    /// The inverse CDF at u in (0, 1); at 0 and 1 the ends of the support. It is increasing in u
    /// up to rounding errors.
    pub fn quantile(&self, u: f64) -> f64 {
        match *self {
            Self::Normal { mean, sd } => mean + sd * normal_quantile(u),
            Self::TruncatedNormal {
                mean,
                sd,
                low,
                high,
            } => {
                let z = TruncatedStandardNormal::new(mean, sd, low, high).quantile(u);
                clamp(mean + sd * z, low, high)
            }
            Self::LogNormal { mu, sigma } => exp(mu + sigma * normal_quantile(u)),
            Self::LogitNormal {
                mu,
                sigma,
                low,
                high,
            } => scaled_logistic(mu + sigma * normal_quantile(u), low, high),
            Self::Beta { alpha, beta } => incomplete_beta_inverse(alpha, beta, u),
            Self::Uniform { low, high } => clamp(low + (high - low) * u, low, high),
            Self::Triangular { low, mode, high } => {
                let width = high - low;
                let value = if u * width < mode - low {
                    low + sqrt(u * width * (mode - low))
                } else {
                    high - sqrt((1.0 - u) * width * (high - mode))
                };
                clamp(value, low, high)
            }
            Self::Pert { low, mode, high } => {
                let (alpha, beta) = pert_shapes(low, mode, high);
                let share = incomplete_beta_inverse(alpha, beta, u);
                clamp(low + (high - low) * share, low, high)
            }
        }
    }

    /// The lower and upper end of the support; infinite if unbounded.
    pub fn support(&self) -> (f64, f64) {
        match *self {
            Self::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Self::LogNormal { .. } => (0.0, f64::INFINITY),
            Self::Beta { .. } => (0.0, 1.0),
            Self::TruncatedNormal { low, high, .. }
            | Self::LogitNormal { low, high, .. }
            | Self::Uniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::Pert { low, high, .. } => (low, high),
        }
    }
}

/// Samples by inverse CDF from one uniform variate in (0, 1).
impl rand::distr::Distribution<f64> for Distribution {
    fn sample<R: rand::Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.quantile(open_unit(rng.next_u64()))
    }
}

/// The distribution in the form of the scenario language, such as `beta(alpha 2, beta 3)`: numbers
/// with 12 digits, without infinite bounds.
impl fmt::Display for Distribution {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, parameters): (&str, &[(&str, f64)]) = match *self {
            Self::Normal { mean, sd } => ("normal", &[("mean", mean), ("sd", sd)]),
            Self::TruncatedNormal {
                mean,
                sd,
                low,
                high,
            } => (
                "truncated_normal",
                &[("mean", mean), ("sd", sd), ("low", low), ("high", high)],
            ),
            Self::LogNormal { mu, sigma } => ("lognormal", &[("mu", mu), ("sigma", sigma)]),
            Self::LogitNormal { low, high, .. } => {
                let is_unit = (low, high) == (0.0, 1.0);
                let bound = |bound| if is_unit { f64::INFINITY } else { bound };
                (
                    "interval",
                    &[
                        ("from", self.quantile(0.05)),
                        ("to", self.quantile(0.95)),
                        ("low", bound(low)),
                        ("high", bound(high)),
                    ],
                )
            }
            Self::Beta { alpha, beta } => ("beta", &[("alpha", alpha), ("beta", beta)]),
            Self::Uniform { low, high } => ("uniform", &[("low", low), ("high", high)]),
            Self::Triangular { low, mode, high } => (
                "triangular",
                &[("low", low), ("mode", mode), ("high", high)],
            ),
            Self::Pert { low, mode, high } => {
                ("pert", &[("low", low), ("mode", mode), ("high", high)])
            }
        };
        write!(formatter, "{name}(")?;
        let mut separator = "";
        for (key, value) in parameters.iter().filter(|(_, value)| value.is_finite()) {
            write!(formatter, "{separator}{key} {}", twelve_digits(*value))?;
            separator = ", ";
        }
        write!(formatter, ")")
    }
}

/// low + (high − low)·logistic(x), computed from the nearer end, so that it keeps its digits where
/// the ends differ by many orders of magnitude.
pub(super) fn scaled_logistic(x: f64, low: f64, high: f64) -> f64 {
    let width = high - low;
    let value = if x > 0.0 && low != 0.0 {
        high - width * logistic(-x)
    } else {
        low + width * logistic(x)
    };
    clamp(value, low, high)
}

/// The shapes of the beta distribution that a PERT distribution scales to [low, high].
pub(super) fn pert_shapes(low: f64, mode: f64, high: f64) -> (f64, f64) {
    let width = high - low;
    (
        1.0 + 4.0 * (mode - low) / width,
        1.0 + 4.0 * (high - mode) / width,
    )
}

/// The standard normal between two bounds, mirrored if needed so that most of it lies below 0,
/// where the probabilities of the tail keep their digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct TruncatedStandardNormal {
    /// Whether the sign was changed.
    is_mirrored: bool,
    /// P(Z ≤ lower cut).
    below: f64,
    /// P(Z > upper cut).
    above: f64,
    /// P(lower cut < Z ≤ upper cut).
    pub(super) mass: f64,
}

impl TruncatedStandardNormal {
    pub(super) fn new(mean: f64, sd: f64, low: f64, high: f64) -> Self {
        let (alpha, beta) = ((low - mean) / sd, (high - mean) / sd);
        let is_mirrored = alpha + beta > 0.0;
        let (alpha, beta) = if is_mirrored {
            (-beta, -alpha)
        } else {
            (alpha, beta)
        };
        let (below, above) = (normal_cdf(alpha), normal_cdf(-beta));
        let mass = if beta > 0.0 {
            (1.0 - below) - above
        } else {
            normal_cdf(beta) - below
        };
        Self {
            is_mirrored,
            below,
            above,
            mass,
        }
    }

    /// The inverse CDF of the truncated standard normal.
    pub(super) fn quantile(&self, u: f64) -> f64 {
        let (from_below, from_above) = if self.is_mirrored {
            (1.0 - u, u)
        } else {
            (u, 1.0 - u)
        };
        let p = self.below + from_below * self.mass;
        let z = if p <= 0.5 {
            normal_quantile(p)
        } else {
            -normal_quantile(self.above + from_above * self.mass)
        };
        if self.is_mirrored { -z } else { z }
    }
}

/// `x` clamped to two bounds, against rounding errors.
fn clamp(x: f64, low: f64, high: f64) -> f64 {
    let below = if x > high { high } else { x };
    if below < low { low } else { below }
}

/// `x` rounded to 12 significant digits.
fn twelve_digits(x: f64) -> f64 {
    // A formatted number always parses.
    format!("{x:.11e}").parse().unwrap_or(x)
}

#[cfg(test)]
mod tests;
