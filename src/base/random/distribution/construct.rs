//! Checked constructors: from the parameters of a scenario to a [`Distribution`], or to an error
//! that says what to write instead. The reader of the scenario adds the place in the file.

use super::error::DistributionError;
use super::{Distribution, TruncatedStandardNormal};
use crate::base::math::double::{exp, ln, log1p, logit, normal_quantile, sqrt};

/// Range of beta shapes that can be computed accurately.
const MIN_SHAPE: f64 = 0.01;
const MAX_SHAPE: f64 = 1e6;
/// Minimum probability between the bounds of a truncated normal.
const MIN_MASS: f64 = 1e-12;
/// Minimum distance between the bounds of a truncated normal, in standard deviations before
/// truncation; narrower ones are uniform.
const MIN_WINDOW: f64 = 1e-6;
/// Maximum exponent with which the largest values and the moments of a lognormal are finite in the
/// single precision of the engine, whose largest number is e^88.7.
const MAX_EXPONENT: f64 = 88.0;
/// Minimum exponent with which the smallest values of a lognormal are above 0 in double precision.
const MIN_EXPONENT: f64 = -700.0;
/// Largest number of standard deviations from the mean that a sample can have.
const FARTHEST: f64 = 9.0;
/// Spread on the logit scale below which a logit-normal is a normal to double precision.
const MIN_LOGIT_SPREAD: f64 = 1e-6;

/// The kind of quantity that a 90 % interval describes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IntervalKind {
    /// A quantity in [0, 1]: logit-normal.
    Unit,
    /// A quantity between two finite bounds: logit-normal scaled to them.
    Within {
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// A quantity above 0: lognormal.
    Positive,
    /// A quantity of any value: normal.
    Real,
}

use DistributionError as Error;

impl Distribution {
    /// A normal with finite mean and `sd` > 0.
    pub fn normal(mean: f64, sd: f64) -> Result<Self, Error> {
        finite("mean", mean)?;
        positive("sd", sd)?;
        Ok(Self::Normal { mean, sd })
    }

    /// A normal truncated to `low` < `high`, either of which may be infinite; `mean` and `sd`
    /// are those before truncation.
    ///
    /// # Errors
    /// Also if the probability between the bounds is below 10⁻¹², or their distance
    /// is below 10⁻⁶ sd.
    pub fn truncated_normal(mean: f64, sd: f64, low: f64, high: f64) -> Result<Self, Error> {
        finite("mean", mean)?;
        positive("sd", sd)?;
        not_nan("low", low)?;
        not_nan("high", high)?;
        ordered("low", low, "high", high)?;
        if (high - low) / sd < MIN_WINDOW {
            return Err(Error::TruncatedTooNarrow { sd, low, high });
        }
        if TruncatedStandardNormal::new(mean, sd, low, high).mass < MIN_MASS {
            return Err(Error::TruncatedTooFar {
                mean,
                sd,
                low,
                high,
            });
        }
        Ok(Self::TruncatedNormal {
            mean,
            sd,
            low,
            high,
        })
    }

    /// A lognormal with this mean > 0 and standard deviation > 0: σ² = ln(1 + (sd/mean)²),
    /// μ = ln mean − σ²/2.
    pub fn lognormal_from_moments(mean: f64, sd: f64) -> Result<Self, Error> {
        finite("mean", mean)?;
        if mean <= 0.0 {
            return Err(Error::LogNormalMean { mean });
        }
        positive("sd", sd)?;
        let ratio = sd / mean;
        let variance = log1p(ratio * ratio);
        if variance == 0.0 {
            return Err(Error::NotPositive {
                name: "sd",
                value: sd,
            });
        }
        Self::lognormal_from_log(ln(mean) - 0.5 * variance, sqrt(variance))
    }

    /// A lognormal whose logarithm has mean `mu` and standard deviation `sigma` > 0.
    pub fn lognormal_from_log(mu: f64, sigma: f64) -> Result<Self, Error> {
        finite("mu", mu)?;
        positive("sigma", sigma)?;
        if !is_lognormal_finite(mu, sigma) {
            let above = MAX_EXPONENT - mu;
            let largest = (above / FARTHEST).min(sqrt(above.max(0.0)));
            let largest = largest.min((mu - MIN_EXPONENT) / FARTHEST).max(0.0);
            return Err(Error::LogNormalTooWide {
                largest_sigma: four_digits_toward(largest, 0.0),
            });
        }
        Ok(Self::LogNormal { mu, sigma })
    }

    /// A beta on [0, 1] with both shapes in [0.01, 10⁶].
    pub fn beta(alpha: f64, beta: f64) -> Result<Self, Error> {
        for (name, value) in [("alpha", alpha), ("beta", beta)] {
            positive(name, value)?;
            if !(MIN_SHAPE..=MAX_SHAPE).contains(&value) {
                return Err(Error::ShapeOutside { name, value });
            }
        }
        Ok(Self::Beta { alpha, beta })
    }

    /// A beta with this mean and standard deviation: α = mean·κ and β = (1 − mean)·κ with κ =
    /// mean(1 − mean)/sd² − 1.
    ///
    /// # Errors
    /// If sd reaches √(mean(1 − mean)), which no variable in [0, 1] has, or a shape would leave
    /// [0.01, 10⁶]; the error contains the nearest sd that is accepted.
    pub fn beta_from_moments(mean: f64, sd: f64) -> Result<Self, Error> {
        finite("mean", mean)?;
        positive("sd", sd)?;
        if mean <= 0.0 || mean >= 1.0 {
            return Err(Error::BetaMean { mean });
        }
        let variance = mean * (1.0 - mean);
        let concentration = variance / (sd * sd) - 1.0;
        let (smaller, larger) = if mean < 0.5 {
            (mean, 1.0 - mean)
        } else {
            (1.0 - mean, mean)
        };
        if concentration * smaller < MIN_SHAPE {
            let largest = sqrt(variance / (1.0 + MIN_SHAPE / smaller));
            return Err(Error::BetaTooWide {
                mean,
                sd,
                largest: four_digits_toward(largest, 0.0),
            });
        }
        if concentration * larger > MAX_SHAPE {
            let smallest = sqrt(variance / (1.0 + MAX_SHAPE / larger));
            return Err(Error::BetaTooNarrow {
                mean,
                sd,
                smallest: four_digits_toward(smallest, 1.0),
            });
        }
        Self::beta(mean * concentration, (1.0 - mean) * concentration)
    }

    /// A uniform on [`low`, `high`] with `low` < `high`.
    pub fn uniform(low: f64, high: f64) -> Result<Self, Error> {
        bounds(low, high)?;
        Ok(Self::Uniform { low, high })
    }

    /// A triangular distribution on [`low`, `high`] with its peak at `mode`, which may be an end.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Result<Self, Error> {
        mode_between(low, mode, high)?;
        Ok(Self::Triangular { low, mode, high })
    }

    /// A PERT distribution on [`low`, `high`] with its peak at `mode`, which may be an end.
    pub fn pert(low: f64, mode: f64, high: f64) -> Result<Self, Error> {
        mode_between(low, mode, high)?;
        Ok(Self::Pert { low, mode, high })
    }

    /// The distribution with 5th and 95th percentiles `from` and `to`: logit-normal between the bounds,
    /// lognormal or normal, by the kind of quantity.
    pub fn interval(from: f64, to: f64, kind: IntervalKind) -> Result<Self, Error> {
        finite("from", from)?;
        finite("to", to)?;
        ordered("from", from, "to", to)?;
        for (name, value) in [("from", from), ("to", to)] {
            let (is_inside, domain) = match kind {
                IntervalKind::Unit => (
                    value > 0.0 && value < 1.0,
                    "strictly between 0 and 1".to_owned(),
                ),
                IntervalKind::Within { low, high } => (
                    value > low && value < high,
                    format!("strictly between {low} and {high}, the variable's bounds"),
                ),
                IntervalKind::Positive => (value > 0.0, "above 0".to_owned()),
                IntervalKind::Real => (true, String::new()),
            };
            if !is_inside {
                return Err(Error::IntervalOutside {
                    name,
                    value,
                    domain,
                });
            }
        }
        let (low, high) = match kind {
            IntervalKind::Unit => (logit(from), logit(to)),
            IntervalKind::Within { low, high } => return interval_within(from, to, low, high),
            IntervalKind::Positive => (ln(from), ln(to)),
            IntervalKind::Real => (from, to),
        };
        // Halved before the sum, so that two large numbers do not overflow.
        let middle = 0.5 * low + 0.5 * high;
        let spread = (0.5 * high - 0.5 * low) / normal_quantile(0.95);
        if spread <= 0.0 {
            return Err(Error::IntervalTooNarrow { from, to });
        }
        match kind {
            IntervalKind::Unit => Ok(Self::LogitNormal {
                mu: middle,
                sigma: spread,
                low: 0.0,
                high: 1.0,
            }),
            IntervalKind::Positive if !is_lognormal_finite(middle, spread) => {
                Err(Error::IntervalTooWide {
                    from,
                    to,
                    largest: largest_to(from),
                })
            }
            IntervalKind::Positive => Self::lognormal_from_log(middle, spread),
            _ => Self::normal(middle, spread),
        }
    }
}

/// The logit-normal in (low, high) with two percentiles. Where its spread is so small that it is a
/// normal, it is that normal, which keeps the digits of the percentiles.
fn interval_within(from: f64, to: f64, low: f64, high: f64) -> Result<Distribution, Error> {
    bounds(low, high)?;
    let logit = |x: f64| ln((x - low) / (high - x));
    let width = to - from;
    // The difference of the two logits, which are nearly equal if the bounds are far.
    let difference = log1p(width / (from - low)) + log1p(width / (high - to));
    let sigma = 0.5 * difference / normal_quantile(0.95);
    if sigma < MIN_LOGIT_SPREAD {
        let (middle, sd) = (0.5 * from + 0.5 * to, 0.5 * width / normal_quantile(0.95));
        return Ok(Distribution::TruncatedNormal {
            mean: middle,
            sd,
            low,
            high,
        });
    }
    Ok(Distribution::LogitNormal {
        mu: 0.5 * (logit(from) + logit(to)),
        sigma,
        low,
        high,
    })
}

/// Whether the values and the moments of a lognormal are finite in single precision, and its values
/// above 0 in double precision.
fn is_lognormal_finite(mu: f64, sigma: f64) -> bool {
    let largest = (mu + FARTHEST * sigma).max(mu + sigma * sigma);
    largest <= MAX_EXPONENT && mu - FARTHEST * sigma >= MIN_EXPONENT
}

/// The largest 95th percentile of an accepted lognormal with 5th percentile `from`, rounded down.
fn largest_to(from: f64) -> f64 {
    let low = ln(from);
    let fits = |high: f64| {
        let sigma = 0.5 * (high - low) / normal_quantile(0.95);
        is_lognormal_finite(0.5 * (low + high), sigma)
    };
    let (mut inside, mut outside) = (low, MAX_EXPONENT);
    for _ in 0..60 {
        let middle = 0.5 * (inside + outside);
        if fits(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    four_digits_toward(exp(inside), 0.0)
}

fn not_nan(name: &'static str, value: f64) -> Result<(), Error> {
    if value.is_nan() {
        return Err(Error::NotFinite { name });
    }
    Ok(())
}

fn finite(name: &'static str, value: f64) -> Result<(), Error> {
    if value.is_finite() {
        Ok(())
    } else {
        Err(Error::NotFinite { name })
    }
}

fn positive(name: &'static str, value: f64) -> Result<(), Error> {
    finite(name, value)?;
    if value > 0.0 {
        Ok(())
    } else {
        Err(Error::NotPositive { name, value })
    }
}

fn ordered(lower: &'static str, low: f64, upper: &'static str, high: f64) -> Result<(), Error> {
    if low < high {
        Ok(())
    } else {
        Err(Error::Reversed {
            lower,
            upper,
            low,
            high,
        })
    }
}

/// Checks two finite bounds, the first below the second, at a finite distance.
fn bounds(low: f64, high: f64) -> Result<(), Error> {
    finite("low", low)?;
    finite("high", high)?;
    ordered("low", low, "high", high)?;
    finite("high - low", high - low)
}

fn mode_between(low: f64, mode: f64, high: f64) -> Result<(), Error> {
    bounds(low, high)?;
    finite("mode", mode)?;
    if (low..=high).contains(&mode) {
        Ok(())
    } else {
        Err(Error::ModeOutside { low, mode, high })
    }
}

/// `x` > 0 rounded to about four digits toward `target`, so that the value in an
/// error message is accepted.
fn four_digits_toward(x: f64, target: f64) -> f64 {
    let nudged = if target < x {
        x * (1.0 - 0.001)
    } else {
        x * (1.0 + 0.001)
    };
    // A formatted number always parses.
    format!("{nudged:.3e}").parse().unwrap_or(nudged)
}
