//! The value of `--vary`: `PATH=LOW..HIGH[:STEPS][:log][:whole]`.

use crate::base::math::double::{exp, ln};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A quantity that is varied between two bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// TOML path of the quantity.
    pub path: String,
    /// Lower bound of its values.
    pub low: f64,
    /// Upper bound, above `low`.
    pub high: f64,
    /// Number of levels of a grid, at least 2, if given.
    pub n_steps: Option<u32>,
    /// Whether levels have equal ratios instead of equal distances.
    pub is_logarithmic: bool,
    /// Whether values are rounded to whole numbers.
    pub is_whole: bool,
}

/// Default number of levels of a grid.
pub const DEFAULT_STEPS: u32 = 5;

/// A text that is not an axis.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NotAnAxis {
    /// The text has a different form.
    #[error(
        "`{0}` is not PATH=LOW..HIGH[:STEPS][:log][:whole]: write, for instance, actors.north.precision=50..400:8"
    )]
    Form(String),
    /// A bound is not a finite number.
    #[error("`{0}` is not a number: write, for instance, 0.25 or 1e-3")]
    Number(String),
    /// The lower bound is not below the upper one.
    #[error("{0} is not below {1}: write LOW..HIGH, or --set for a constant value")]
    Order(String, String),
    /// A logarithmic axis includes 0.
    #[error("`log` needs bounds above 0, and {0} is not: remove `:log` or raise the bound")]
    Logarithm(String),
    /// The number of levels is too small or too large.
    #[error("{0} is not a valid number of steps: write a number from 2 to 10000")]
    Steps(String),
    /// The word after a colon is unknown.
    #[error("unknown `:{0}`: write a number of steps, `log` or `whole` after a colon")]
    Word(String),
}

impl FromStr for Axis {
    type Err = NotAnAxis;

    fn from_str(text: &str) -> Result<Self, NotAnAxis> {
        let form = || NotAnAxis::Form(text.to_owned());
        let (path, range) = text.split_once('=').ok_or_else(form)?;
        let mut parts = range.split(':').map(str::trim);
        let (low, high) = parts
            .next()
            .and_then(|ends| ends.split_once(".."))
            .ok_or_else(form)?;
        let number = |text: &str| {
            let number = text.trim().replace('_', "").parse::<f64>().ok();
            let number = number.filter(|number| number.is_finite());
            number.ok_or_else(|| NotAnAxis::Number(text.trim().to_owned()))
        };
        let (low, high) = (number(low)?, number(high)?);
        let path = path.trim();
        if path.is_empty() {
            return Err(form());
        }
        if !(low < high) {
            return Err(NotAnAxis::Order(low.to_string(), high.to_string()));
        }
        let mut axis = Self {
            path: path.to_owned(),
            low,
            high,
            n_steps: None,
            is_logarithmic: false,
            is_whole: false,
        };
        for part in parts {
            axis.apply(part)?;
        }
        Ok(axis)
    }
}

impl Axis {
    fn apply(&mut self, word: &str) -> Result<(), NotAnAxis> {
        match word {
            "log" if self.low > 0.0 => self.is_logarithmic = true,
            "log" => return Err(NotAnAxis::Logarithm(self.low.to_string())),
            "whole" => self.is_whole = true,
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => {
                let steps = word.parse().ok().filter(|n| (2..=10_000).contains(n));
                self.n_steps = Some(steps.ok_or_else(|| NotAnAxis::Steps(word.to_owned()))?);
            }
            _ => return Err(NotAnAxis::Word(word.to_owned())),
        }
        Ok(())
    }

    /// The value at a share in [0, 1] of the range, rounded to 12 significant digits, so that 0.1 is
    /// not written as 0.1 plus a rounding error.
    pub fn value(&self, share: f64) -> f64 {
        let value = if self.is_logarithmic {
            exp(ln(self.low) + share * (ln(self.high) - ln(self.low)))
        } else {
            self.low + share * (self.high - self.low)
        };
        let value = twelve_digits(value.clamp(self.low, self.high));
        if self.is_whole { value.round() } else { value }
    }

    /// The levels of a grid, from low to high.
    pub fn levels(&self) -> Vec<f64> {
        let n = self.n_steps.unwrap_or(DEFAULT_STEPS);
        let share = |step: u32| f64::from(step) / f64::from(n - 1);
        let mut levels: Vec<f64> = (0..n).map(|step| self.value(share(step))).collect();
        levels.dedup();
        levels
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}={}..{}", self.path, self.low, self.high)?;
        if let Some(steps) = self.n_steps {
            write!(out, ":{steps}")?;
        }
        let words = [(self.is_logarithmic, ":log"), (self.is_whole, ":whole")];
        words
            .iter()
            .filter(|word| word.0)
            .try_for_each(|word| out.write_str(word.1))
    }
}

fn twelve_digits(x: f64) -> f64 {
    // A formatted number always parses.
    format!("{x:.11e}").parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(text: &str) -> Vec<f64> {
        text.parse::<Axis>().unwrap().levels()
    }

    #[test]
    fn levels_are_evenly_spaced() {
        assert_eq!(levels("a.b=0..1"), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(levels("a.b=0.1..0.4:4"), [0.1, 0.2, 0.3, 0.4]);
        assert_eq!(levels("a.b = -1 .. 1 : 3"), [-1.0, 0.0, 1.0]);
        assert_eq!(levels("a.b=1..1_000:4:log"), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(levels("a.b=1..3:5:whole"), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn invalid_axes_are_rejected() {
        for (text, part) in [
            ("a.b", "PATH=LOW..HIGH"),
            ("a.b=1", "PATH=LOW..HIGH"),
            ("=0..1", "PATH=LOW..HIGH"),
            ("a.b=0..x", "`x` is not a number"),
            ("a.b=0..inf", "`inf` is not a number"),
            ("a.b=1..0", "is not below"),
            ("a.b=0..0", "is not below"),
            ("a.b=0..1:1", "from 2 to 10000"),
            ("a.b=0..1:log", "above 0"),
            ("a.b=0..1:logs", "unknown `:logs`"),
        ] {
            let error = text.parse::<Axis>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn displayed_axes_parse_back() {
        for text in ["a.b=0..1", "a.b=-1..2.5:7", "a.b=1..8:4:log:whole"] {
            assert_eq!(text.parse::<Axis>().unwrap().to_string(), text);
        }
    }
}
