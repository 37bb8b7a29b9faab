//! The value of `--free`: a number of the file by its TOML path, with its bounds.
//!
//! The search and the prior use a unit coordinate from 0, the lower bound, to 1, the upper bound. The
//! scale is logarithmic if the bounds are positive and span a factor of ten or more, else linear.

use crate::base::math::double::{exp, ln};
use thiserror::Error;

/// A number to calibrate, with its bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct FreeNumber {
    /// TOML path of the number.
    pub path: String,
    /// Lower bound of its values.
    pub low: f64,
    /// Upper bound, above `low`.
    pub high: f64,
}

/// A text that is not a free parameter.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` {problem}: write, for instance, actors.northland.precision=50..400")]
pub struct NotAFreeNumber {
    text: String,
    problem: &'static str,
}

/// The scale of the unit coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps of the coordinate are equal differences.
    Linear,
    /// Equal steps of the coordinate are equal ratios.
    Logarithmic,
}

/// Ratio of positive bounds from which on the scale is logarithmic.
const MIN_LOGARITHMIC_RATIO: f64 = 10.0;

/// Significant digits of evaluated values, so that a text contains them exactly.
const DIGITS: usize = 9;

impl Scale {
    /// The word for it in tables.
    pub fn word(self) -> &'static str {
        match self {
            Scale::Linear => "linear",
            Scale::Logarithmic => "logarithmic",
        }
    }
}

impl std::str::FromStr for FreeNumber {
    type Err = NotAFreeNumber;

    /// Parses the form `PATH=LOW..HIGH`.
    fn from_str(text: &str) -> Result<Self, NotAFreeNumber> {
        let error = |problem| NotAFreeNumber {
            text: text.to_owned(),
            problem,
        };
        let (path, range) = text
            .split_once('=')
            .ok_or_else(|| error("is not PATH=LOW..HIGH"))?;
        let (low, high) = range
            .split_once("..")
            .ok_or_else(|| error("has no bounds LOW..HIGH after the path"))?;
        let number = |text: &str| {
            let digits = text.trim().replace('_', "");
            digits.parse().ok().filter(|x: &f64| x.is_finite())
        };
        let (Some(low), Some(high)) = (number(low), number(high)) else {
            return Err(error("has a bound that is not a number"));
        };
        if !(low < high) {
            return Err(error("has an upper bound that is not above the lower one"));
        }
        let path = path.trim().to_owned();
        if path.is_empty() {
            return Err(error("has no path before the bounds"));
        }
        Ok(Self { path, low, high })
    }
}

impl std::fmt::Display for FreeNumber {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}={}..{}", self.path, self.low, self.high)
    }
}

impl FreeNumber {
    /// The scale of its unit coordinate.
    pub fn scale(&self) -> Scale {
        if self.low > 0.0 && self.high >= MIN_LOGARITHMIC_RATIO * self.low {
            Scale::Logarithmic
        } else {
            Scale::Linear
        }
    }

    /// The value at a unit coordinate, rounded to nine significant digits.
    pub fn value_at(&self, x: f64) -> f64 {
        let value = match self.scale() {
            Scale::Linear => self.low + x * (self.high - self.low),
            Scale::Logarithmic => self.low * exp(x * ln(self.high / self.low)),
        };
        rounded(value, DIGITS).clamp(self.low, self.high)
    }

    /// The unit coordinate of a value; 0 or 1 if it is outside the bounds.
    pub fn unit_coordinate(&self, value: f64) -> f64 {
        let value = value.clamp(self.low, self.high);
        match self.scale() {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Logarithmic => ln(value / self.low) / ln(self.high / self.low),
        }
    }

    /// The derivative of the value with respect to its unit coordinate.
    pub fn derivative(&self, value: f64) -> f64 {
        match self.scale() {
            Scale::Linear => self.high - self.low,
            Scale::Logarithmic => value * ln(self.high / self.low),
        }
    }
}

/// Rounds a number to significant digits.
pub(super) fn rounded(value: f64, digits: usize) -> f64 {
    let text = format!("{value:.*e}", digits - 1);
    text.parse().expect("the text of a number is a number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_coordinates_are_linear_or_logarithmic() {
        let free: FreeNumber = "a.b = -1..3".parse().unwrap();
        assert_eq!(
            (free.low, free.high, free.scale()),
            (-1.0, 3.0, Scale::Linear)
        );
        assert_eq!(
            (free.value_at(0.25), free.unit_coordinate(0.0)),
            (0.0, 0.25)
        );
        let wide: FreeNumber = "a=0.01..1".parse().unwrap();
        assert_eq!(wide.scale(), Scale::Logarithmic);
        assert_eq!(
            (wide.value_at(0.5), wide.value_at(1.0), wide.value_at(0.0)),
            (0.1, 1.0, 0.01)
        );
        assert!((wide.unit_coordinate(0.1) - 0.5).abs() < 1e-12);
        assert!((wide.derivative(0.1) - 0.1 * ln(100.0)).abs() < 1e-12);
        assert_eq!(
            (wide.unit_coordinate(0.001), wide.unit_coordinate(5.0)),
            (0.0, 1.0)
        );
    }

    #[test]
    fn invalid_bounds_are_rejected() {
        for bad in [
            "a", "a=1", "a=2..1", "a=1..1", "=1..2", "a=x..1", "a=0..inf", "a=nan..1",
        ] {
            let error = bad.parse::<FreeNumber>().unwrap_err().to_string();
            assert!(error.contains(bad) && error.contains("50..400"), "{error}");
        }
    }
}
