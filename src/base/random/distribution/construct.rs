//! The checked constructors: from the numbers that a user writes to a [`Distribution`], or to an
//! error that says what to write instead.
//!
//! Absent on purpose: places in the user's text; the reader of the scenario adds them.

use super::{Distribution, Window};
use crate::base::math::double::{ln, log1p, logit, normal_quantile, sqrt};

/// The shapes between which a beta can be computed exactly.
const MIN_SHAPE: f64 = 0.01;
const MAX_SHAPE: f64 = 1e6;
/// A cut must keep at least this much of the parent's probability.
const MIN_MASS: f64 = 1e-12;
/// A window narrower than this, in standard deviations of the parent, is flat.
const MIN_WINDOW: f64 = 1e-6;
/// eˣ of a lognormal's far quantiles and moments stays a finite number below this exponent.
const MAX_EXPONENT: f64 = 700.0;

/// What the 90 % interval of an analyst is the interval of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalKind {
    /// A quantity in [0, 1]: logit-normal.
    Unit,
    /// A quantity above 0: lognormal.
    Positive,
    /// Any number: normal.
    Real,
}

/// Why numbers do not make a distribution. Each message says what to write instead.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DistributionError {
    /// An infinite number or NaN.
    #[error("`{name}` must be a finite number")]
    NotFinite {
        /// The parameter.
        name: &'static str,
    },
    /// A spread, shape or positive parameter that is 0 or less.
    #[error(
        "`{name}` must be greater than 0, not {value}; write the number itself if the quantity is known"
    )]
    NotPositive {
        /// The parameter.
        name: &'static str,
        /// What was written.
        value: f64,
    },
    /// Two bounds that leave nothing between them.
    #[error(
        "`{lower}` = {low} must be less than `{upper}` = {high}; write the smaller number first, or the number itself if the quantity is known"
    )]
    Reversed {
        /// The lower parameter's name.
        lower: &'static str,
        /// The upper parameter's name.
        upper: &'static str,
        /// The lower parameter.
        low: f64,
        /// The upper parameter.
        high: f64,
    },
    /// A mode outside the bounds.
    #[error(
        "`mode` = {mode} must be between `low` = {low} and `high` = {high}; write a mode within the bounds"
    )]
    ModeOutside {
        /// Lower bound.
        low: f64,
        /// What was written.
        mode: f64,
        /// Upper bound.
        high: f64,
    },
    /// A beta's shape that cannot be computed with.
    #[error(
        "`{name}` = {value} must be between 0.01 and 1000000; write a number in this range, or the number itself if the quantity is known"
    )]
    ShapeOutside {
        /// The parameter.
        name: &'static str,
        /// What was written.
        value: f64,
    },
    /// A beta's mean on or outside its ends.
    #[error(
        "the mean of a beta distribution cannot be {mean}; write a number between 0 and 1, both excluded"
    )]
    BetaMean {
        /// What was written.
        mean: f64,
    },
    /// A beta's standard deviation that no quantity in [0, 1] has.
    #[error(
        "`sd` = {sd} is too large for a beta distribution with mean {mean}; write at most {largest}"
    )]
    BetaTooWide {
        /// The mean.
        mean: f64,
        /// What was written.
        sd: f64,
        /// The largest that is accepted, rounded down.
        largest: f64,
    },
    /// A beta so narrow that it is a number.
    #[error(
        "`sd` = {sd} is too small for a beta distribution with mean {mean}; write at least {least}, or the number itself"
    )]
    BetaTooNarrow {
        /// The mean.
        mean: f64,
        /// What was written.
        sd: f64,
        /// The smallest that is accepted, rounded up.
        least: f64,
    },
    /// A lognormal that leaves the range of numbers.
    #[error(
        "this lognormal distribution exceeds the range of floating-point numbers; write a smaller spread"
    )]
    LogNormalTooWide,
    /// A cut that keeps almost nothing of the parent.
    #[error(
        "a normal distribution with mean {mean} and sd {sd} has almost no probability between `low` = {low} and `high` = {high}; write a mean nearer to the bounds, a larger sd, or `uniform`"
    )]
    CutTooFar {
        /// Mean of the parent.
        mean: f64,
        /// Standard deviation of the parent.
        sd: f64,
        /// Lower cut.
        low: f64,
        /// Upper cut.
        high: f64,
    },
    /// A cut that leaves a flat piece of the parent.
    #[error(
        "`sd` = {sd} is so large that the distribution is uniform between `low` = {low} and `high` = {high}; write `uniform`"
    )]
    CutTooNarrow {
        /// Standard deviation of the parent.
        sd: f64,
        /// Lower cut.
        low: f64,
        /// Upper cut.
        high: f64,
    },
    /// An interval that leaves its domain.
    #[error(
        "`{name}` = {value} must be {domain}; write the 5th and 95th percentiles, which lie strictly inside the bounds"
    )]
    IntervalOutside {
        /// `from` or `to`.
        name: &'static str,
        /// What was written.
        value: f64,
        /// Where it must lie, in words.
        domain: &'static str,
    },
}

use DistributionError as Error;

impl Distribution {
    /// A normal with a finite mean and `sd` > 0.
    pub fn normal(mean: f64, sd: f64) -> Result<Self, Error> {
        finite("mean", mean)?;
        positive("sd", sd)?;
        Ok(Self::Normal { mean, sd })
    }

    /// A normal with the parent's `mean` and `sd`, cut to `low` < `high`, either of which may be
    /// infinite.
    ///
    /// # Errors
    /// Also where the cut keeps less than 10⁻¹² of the parent, or less than 10⁻⁶ sd.
    pub fn truncated_normal(mean: f64, sd: f64, low: f64, high: f64) -> Result<Self, Error> {
        finite("mean", mean)?;
        positive("sd", sd)?;
        not_nan("low", low)?;
        not_nan("high", high)?;
        ordered("low", low, "high", high)?;
        if (high - low) / sd < MIN_WINDOW {
            return Err(Error::CutTooNarrow { sd, low, high });
        }
        if Window::new(mean, sd, low, high).mass < MIN_MASS {
            return Err(Error::CutTooFar {
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

    /// A beta with this mean and standard deviation: α = mean·κ and β = (1 − mean)·κ with
    /// κ = mean(1 − mean)/sd² − 1.
    ///
    /// # Errors
    /// Where sd reaches √(mean(1 − mean)), which no quantity in [0, 1] has, or a shape would
    /// leave [0.01, 10⁶]; the error names the nearest sd that is accepted.
    pub fn beta_from_moments(mean: f64, sd: f64) -> Result<Self, Error> {
        finite("mean", mean)?;
        positive("sd", sd)?;
        if mean <= 0.0 || mean >= 1.0 {
            return Err(Error::BetaMean { mean });
        }
        let variance = mean * (1.0 - mean);
        let concentration = variance / (sd * sd) - 1.0;
        let (lesser, greater) = if mean < 0.5 {
            (mean, 1.0 - mean)
        } else {
            (1.0 - mean, mean)
        };
        if concentration * lesser < MIN_SHAPE {
            let largest = sqrt(variance / (1.0 + MIN_SHAPE / lesser));
            return Err(Error::BetaTooWide {
                mean,
                sd,
                largest: four_digits_toward(largest, 0.0),
            });
        }
        if concentration * greater > MAX_SHAPE {
            let least = sqrt(variance / (1.0 + MAX_SHAPE / greater));
            return Err(Error::BetaTooNarrow {
                mean,
                sd,
                least: four_digits_toward(least, 1.0),
            });
        }
        Self::beta(mean * concentration, (1.0 - mean) * concentration)
    }

    /// A uniform on [`low`, `high`], `low` < `high`.
    pub fn uniform(low: f64, high: f64) -> Result<Self, Error> {
        bounds(low, high)?;
        Ok(Self::Uniform { low, high })
    }

    /// A triangular on [`low`, `high`] with its peak at `mode`, which may be an end.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Result<Self, Error> {
        mode_between(low, mode, high)?;
        Ok(Self::Triangular { low, mode, high })
    }

    /// A beta-PERT on [`low`, `high`] with its peak at `mode`, which may be an end.
    pub fn pert(low: f64, mode: f64, high: f64) -> Result<Self, Error> {
        mode_between(low, mode, high)?;
        Ok(Self::Pert { low, mode, high })
    }

    /// The distribution whose 5th and 95th percentiles are `from` and `to`: logit-normal,
    /// lognormal or normal by the kind of quantity.
    pub fn interval(from: f64, to: f64, kind: IntervalKind) -> Result<Self, Error> {
        finite("from", from)?;
        finite("to", to)?;
        ordered("from", from, "to", to)?;
        for (name, value) in [("from", from), ("to", to)] {
            let (is_inside, domain) = match kind {
                IntervalKind::Unit => {
                    (value > 0.0 && value < 1.0, "between 0 and 1, both excluded")
                }
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
        // Half before the sum: two great numbers must not overflow.
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

/// Two finite bounds, the first below the second, with a finite distance.
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

/// `x` > 0 rounded to about four digits, away from itself in the direction of `target`, so that
/// what an error message proposes is accepted.
fn four_digits_toward(x: f64, target: f64) -> f64 {
    let nudged = if target < x {
        x * (1.0 - 0.001)
    } else {
        x * (1.0 + 0.001)
    };
    // A formatted number always parses.
    format!("{nudged:.3e}").parse().unwrap_or(nudged)
}
