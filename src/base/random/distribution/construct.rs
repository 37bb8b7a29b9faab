//! Checked constructors: from the parameters of a scenario to a [`Distribution`], or to an error
//! that says what to write instead. The reader of the scenario adds the place in the file.

use super::{Distribution, TruncatedStandardNormal};
use crate::base::math::double::{ln, log1p, logit, normal_quantile, sqrt};

/// Range of beta shapes that can be computed accurately.
const MIN_SHAPE: f64 = 0.01;
const MAX_SHAPE: f64 = 1e6;
/// Minimum probability between the bounds of a truncated normal.
const MIN_MASS: f64 = 1e-12;
/// Minimum distance between the bounds of a truncated normal, in standard deviations before
/// truncation; narrower ones are uniform.
const MIN_WINDOW: f64 = 1e-6;
/// Maximum exponent with which the extreme quantiles and moments of a lognormal stay finite.
const MAX_EXPONENT: f64 = 700.0;

/// The kind of quantity that a 90 % interval describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalKind {
    /// A quantity in [0, 1]: logit-normal.
    Unit,
    /// A quantity above 0: lognormal.
    Positive,
    /// A quantity of any value: normal.
    Real,
}

/// Why parameters do not define a distribution. The part of a message after `; ` says
/// what to write instead.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DistributionError {
    /// A parameter is infinite or NaN.
    #[error("`{name}` must be a finite number")]
    NotFinite {
        /// The name of the parameter.
        name: &'static str,
    },
    /// A spread, shape or positive parameter is 0 or less.
    #[error(
        "`{name}` must be greater than 0, not {value}; write a larger number, or a constant instead of the distribution, for example `0.5`"
    )]
    NotPositive {
        /// The name of the parameter.
        name: &'static str,
        /// The value as written.
        value: f64,
    },
    /// The lower bound is not below the upper bound.
    #[error(
        "`{lower}` = {low} must be less than `{upper}` = {high}; write the smaller number first, or a constant instead of the distribution, for example `0.5`"
    )]
    Reversed {
        /// The lower parameter's name.
        lower: &'static str,
        /// The upper parameter's name.
        upper: &'static str,
        /// The lower parameter as written.
        low: f64,
        /// The upper parameter as written.
        high: f64,
    },
    /// The mode is outside the bounds.
    #[error(
        "`mode` = {mode} must be between `low` = {low} and `high` = {high}; write a mode within the bounds"
    )]
    ModeOutside {
        /// The lower bound as written.
        low: f64,
        /// The value as written.
        mode: f64,
        /// The upper bound as written.
        high: f64,
    },
    /// The shape of a beta cannot be computed accurately.
    #[error(
        "`{name}` = {value} must be between 0.01 and 1000000; write a number in this range, or a constant instead of the distribution, for example `0.5`"
    )]
    ShapeOutside {
        /// The name of the parameter.
        name: &'static str,
        /// The value as written.
        value: f64,
    },
    /// The mean of a beta is not inside (0, 1).
    #[error(
        "the mean of a beta distribution must be strictly between 0 and 1, not {mean}; write, for example, `mean = 0.5`"
    )]
    BetaMean {
        /// The value as written.
        mean: f64,
    },
    /// The standard deviation is impossible for a variable in [0, 1].
    #[error(
        "`sd` = {sd} is too large for a beta distribution with mean {mean}; write at most {largest}"
    )]
    BetaTooWide {
        /// The mean as written.
        mean: f64,
        /// The value as written.
        sd: f64,
        /// The largest accepted value, rounded down.
        largest: f64,
    },
    /// The beta is so narrow that it is practically a number.
    #[error(
        "`sd` = {sd} is too small for a beta distribution with mean {mean}; write at least {smallest}, or a constant instead of the distribution, for example `0.5`"
    )]
    BetaTooNarrow {
        /// The mean as written.
        mean: f64,
        /// The value as written.
        sd: f64,
        /// The smallest accepted value, rounded up.
        smallest: f64,
    },
    /// The lognormal exceeds the range of f64.
    #[error(
        "this lognormal distribution exceeds the range of floating-point numbers; write a smaller spread"
    )]
    LogNormalTooWide,
    /// The truncation keeps almost no probability.
    #[error(
        "a normal distribution with mean {mean} and sd {sd} has almost no probability between `low` = {low} and `high` = {high}; write a mean nearer to the bounds, a larger sd, or `uniform`"
    )]
    TruncatedTooFar {
        /// Mean before the truncation.
        mean: f64,
        /// Standard deviation before truncation.
        sd: f64,
        /// The lower bound as written.
        low: f64,
        /// The upper bound as written.
        high: f64,
    },
    /// The truncation keeps so narrow a part that it is uniform.
    #[error(
        "`sd` = {sd} is so large that the distribution is uniform between `low` = {low} and `high` = {high}; write `uniform`"
    )]
    TruncatedTooNarrow {
        /// Standard deviation before truncation.
        sd: f64,
        /// The lower bound as written.
        low: f64,
        /// The upper bound as written.
        high: f64,
    },
    /// The interval is not inside its domain.
    #[error(
        "`{name}` = {value} must be {domain}; write the 5th and 95th percentiles, which lie strictly inside the bounds"
    )]
    IntervalOutside {
        /// The parameter: `from` or `to`.
        name: &'static str,
        /// The value as written.
        value: f64,
        /// The domain in words.
        domain: &'static str,
    },
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
        positive("mean", mean)?;
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
        let farthest = (mu.abs() + 9.0 * sigma).max(mu + sigma * sigma);
        if farthest > MAX_EXPONENT {
            return Err(Error::LogNormalTooWide);
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

    /// The distribution with 5th and 95th percentiles `from` and `to`: logit-normal, lognormal or
    /// normal by the kind of quantity.
    pub fn interval(from: f64, to: f64, kind: IntervalKind) -> Result<Self, Error> {
        finite("from", from)?;
        finite("to", to)?;
        ordered("from", from, "to", to)?;
        for (name, value) in [("from", from), ("to", to)] {
            let (is_inside, domain) = match kind {
                IntervalKind::Unit => (value > 0.0 && value < 1.0, "strictly between 0 and 1"),
                IntervalKind::Positive => (value > 0.0, "above 0"),
                IntervalKind::Real => (true, ""),
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
            IntervalKind::Positive => (ln(from), ln(to)),
            IntervalKind::Real => (from, to),
        };
        // Halved before the sum, so that two large numbers do not overflow.
        let middle = 0.5 * low + 0.5 * high;
        let spread = (0.5 * high - 0.5 * low) / normal_quantile(0.95);
        match kind {
            IntervalKind::Unit => {
                positive("to - from", spread)?;
                Ok(Self::LogitNormal {
                    mu: middle,
                    sigma: spread,
                })
            }
            IntervalKind::Positive => Self::lognormal_from_log(middle, spread),
            IntervalKind::Real => Self::normal(middle, spread),
        }
    }
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
