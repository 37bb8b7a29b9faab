//! What may be moved: a number of the file by its TOML path, and the range it may take.
//!
//! The search moves on a scale from 0, the low end, to 1, the high end: logarithmic where the
//! range is positive and spans a factor of ten or more, else linear. The same scale is the prior
//! of the posterior.

use crate::base::math::double::{exp, ln};
use thiserror::Error;

/// A number that may be moved, and between what.
#[derive(Clone, Debug, PartialEq)]
pub struct Free {
    /// Its TOML path.
    pub path: String,
    /// The least value it may take.
    pub low: f64,
    /// The greatest, above `low`.
    pub high: f64,
}

/// A `--free` that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` {problem}: write, for instance, actors.northland.precision=50..400")]
pub struct NotFree {
    text: String,
    problem: &'static str,
}

/// On what scale a number is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps are equal differences.
    Linear,
    /// Equal steps are equal ratios.
    Logarithmic,
}

/// From this ratio of its ends on, a positive range is moved on by ratios.
const WIDE: f64 = 10.0;

/// Significant digits of the values that are tried: a text gives them back exactly.
const DIGITS: usize = 9;

impl Scale {
    /// Its word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Scale::Linear => "linear",
            Scale::Logarithmic => "logarithmic",
        }
    }
}

impl std::str::FromStr for Free {
    type Err = NotFree;

    /// Reads `PATH=LOW..HIGH`.
    fn from_str(text: &str) -> Result<Self, NotFree> {
        let not = |problem| NotFree {
            text: text.to_owned(),
            problem,
        };
        let (path, range) = text
            .split_once('=')
            .ok_or_else(|| not("is not PATH=LOW..HIGH"))?;
        let (low, high) = range
            .split_once("..")
            .ok_or_else(|| not("has no range LOW..HIGH after the path"))?;
        let number = |text: &str| {
            let digits = text.trim().replace('_', "");
            digits.parse().ok().filter(|x: &f64| x.is_finite())
        };
        let (Some(low), Some(high)) = (number(low), number(high)) else {
            return Err(not("has an end of its range that is not a number"));
        };
        if !(low < high) {
            return Err(not("has a range whose second end is not above its first"));
        }
        let path = path.trim().to_owned();
        if path.is_empty() {
            return Err(not("has no path before its range"));
        }
        Ok(Self { path, low, high })
    }
}

impl std::fmt::Display for Free {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}={}..{}", self.path, self.low, self.high)
    }
}

impl Free {
    /// On what scale it is moved.
    pub fn scale(&self) -> Scale {
        if self.low > 0.0 && self.high >= WIDE * self.low {
            Scale::Logarithmic
        } else {
            Scale::Linear
        }
    }

    /// The value at a place in [0, 1], rounded to nine significant digits.
    pub fn value(&self, place: f64) -> f64 {
        let value = match self.scale() {
            Scale::Linear => self.low + place * (self.high - self.low),
            Scale::Logarithmic => self.low * exp(place * ln(self.high / self.low)),
        };
        rounded(value, DIGITS).clamp(self.low, self.high)
    }

    /// The place of a value; 0 or 1 where it lies outside the range.
    pub fn place(&self, value: f64) -> f64 {
        let value = value.clamp(self.low, self.high);
        match self.scale() {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Logarithmic => ln(value / self.low) / ln(self.high / self.low),
        }
    }

    /// How far the value moves with its place, at a value.
    pub fn slope(&self, value: f64) -> f64 {
        match self.scale() {
            Scale::Linear => self.high - self.low,
            Scale::Logarithmic => value * ln(self.high / self.low),
        }
    }
}

/// A number with so many significant digits.
pub(super) fn rounded(value: f64, digits: usize) -> f64 {
    let text = format!("{value:.*e}", digits - 1);
    text.parse().expect("the text of a number is a number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_and_moved_on() {
        let free: Free = "a.b = -1..3".parse().unwrap();
        assert_eq!(
            (free.low, free.high, free.scale()),
            (-1.0, 3.0, Scale::Linear)
        );
        assert_eq!((free.value(0.25), free.place(0.0)), (0.0, 0.25));
        let wide: Free = "a=0.01..1".parse().unwrap();
        assert_eq!(wide.scale(), Scale::Logarithmic);
        assert_eq!(
            (wide.value(0.5), wide.value(1.0), wide.value(0.0)),
            (0.1, 1.0, 0.01)
        );
        assert!((wide.place(0.1) - 0.5).abs() < 1e-12);
        assert!((wide.slope(0.1) - 0.1 * ln(100.0)).abs() < 1e-12);
        assert_eq!((wide.place(0.001), wide.place(5.0)), (0.0, 1.0));
    }

    #[test]
    fn what_is_no_range_is_told() {
        for bad in [
            "a", "a=1", "a=2..1", "a=1..1", "=1..2", "a=x..1", "a=0..inf", "a=nan..1",
        ] {
            let error = bad.parse::<Free>().unwrap_err().to_string();
            assert!(error.contains(bad) && error.contains("50..400"), "{error}");
        }
    }
}
