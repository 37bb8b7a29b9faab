//! One field of a table and its text.
//!
//! Dates are ISO 8601, and a missing value is empty. A number that is not finite is a missing value:
//! no file contains NaN or infinity.

use jiff::civil::Date;
use std::borrow::Cow;

/// A field of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// A text or a name.
    Text(Cow<'a, str>),
    /// A count, a day, or a run number.
    Whole(u64),
    /// A finite number.
    Number(f64),
    /// A finite single-precision number of the engine.
    Single(f32),
    /// A calendar date.
    Date(Date),
    /// A missing value.
    Missing,
}

/// How many digits of a number are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// Six significant digits, more than the Monte Carlo error of an estimate leaves certain.
    Six,
    /// The shortest text that reads back as the same number: inputs, and what the program reads back.
    Exact,
}

impl Cell<'_> {
    /// The text of the field; empty for a missing value.
    pub fn text(&self, digits: Digits) -> Cow<'_, str> {
        match self {
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Whole(number) => Cow::Owned(number.to_string()),
            Cell::Number(number) => Cow::Owned(number_text(digits.round(*number))),
            Cell::Single(number) => Cow::Owned(match digits {
                Digits::Exact => single_text(*number),
                Digits::Six => number_text(digits.round(f64::from(*number))),
            }),
            Cell::Date(date) => Cow::Owned(date.to_string()),
            Cell::Missing => Cow::Borrowed(""),
        }
    }

    /// The field as JSON, with the same digits as its text; `null` for a missing value.
    pub fn json(&self, digits: Digits) -> serde_json::Value {
        match self {
            Cell::Text(_) | Cell::Date(_) => self.text(digits).into(),
            Cell::Whole(number) => (*number).into(),
            Cell::Number(_) | Cell::Single(_) => self.text(digits).parse::<f64>().map_or_else(
                |_| unreachable!("the text of a finite number is a number"),
                Into::into,
            ),
            Cell::Missing => serde_json::Value::Null,
        }
    }

    /// Whether the field is a number that may have a decimal separator.
    pub fn is_real(&self) -> bool {
        matches!(self, Cell::Number(_) | Cell::Single(_))
    }
}

impl Digits {
    /// The number with this many digits.
    fn round(self, number: f64) -> f64 {
        match self {
            Digits::Exact => number,
            Digits::Six => format!("{number:.5e}")
                .parse()
                .expect("the text of a finite number is a number"),
        }
    }
}

/// The shortest text that reads back as `number`, in scientific notation where it would have many
/// zeros.
fn number_text(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 {
        // Without the sign of a negative zero.
        "0".to_owned()
    } else if (1e-5..1e15).contains(&size) {
        format!("{number}")
    } else {
        format!("{number:e}")
    }
}

/// The shortest text that reads back as `number` in single precision: at most 9 digits.
fn single_text(number: f32) -> String {
    let size = number.abs();
    if number == 0.0 {
        "0".to_owned()
    } else if (1e-5..1e15).contains(&size) {
        format!("{number}")
    } else {
        format!("{number:e}")
    }
}

macro_rules! from_whole {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Cell<'_> {
            fn from(number: $kind) -> Self {
                Cell::Whole(u64::from(number))
            }
        }
    )*};
}
from_whole!(u16, u32, u64);

impl From<bool> for Cell<'_> {
    /// 1 for true, 0 for false.
    fn from(flag: bool) -> Self {
        Cell::Whole(u64::from(flag))
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        match number.is_finite() {
            true => Cell::Number(number),
            false => Cell::Missing,
        }
    }
}

impl From<f32> for Cell<'_> {
    fn from(number: f32) -> Self {
        match number.is_finite() {
            true => Cell::Single(number),
            false => Cell::Missing,
        }
    }
}

impl From<Date> for Cell<'_> {
    fn from(date: Date) -> Self {
        Cell::Date(date)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Cell::Text(Cow::Owned(text))
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Missing, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: f64, digits: Digits) -> String {
        Cell::from(number).text(digits).into_owned()
    }

    #[test]
    fn estimates_have_six_significant_digits() {
        for (number, expected) in [
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333"),
            (2.0, "2"),
            (-0.0, "0"),
            (1.234_567_8e-7, "1.23457e-7"),
            (0.00001, "0.00001"),
            (-2.5e20, "-2.5e20"),
            (123_456_789.0, "123457000"),
        ] {
            assert_eq!(text(number, Digits::Six), expected);
        }
        assert_eq!(Cell::from(1.0_f32 / 3.0).text(Digits::Six), "0.333333");
    }

    #[test]
    fn exact_numbers_read_back_to_the_bit() {
        for number in [0.1, 0.1 + 0.2, 1.0 / 3.0, 1e-300, 123_456_789_012_345.6] {
            let back: f64 = text(number, Digits::Exact).parse().unwrap();
            assert_eq!(back.to_bits(), number.to_bits());
        }
        for number in [0.1_f32, 1.0 / 3.0, 1e-30, 16_777_215.0, 0.999_999_94] {
            let text = Cell::from(number).text(Digits::Exact).into_owned();
            assert_eq!(text.parse::<f32>().unwrap().to_bits(), number.to_bits());
        }
    }

    #[test]
    fn a_number_that_is_not_finite_is_missing() {
        assert_eq!(Cell::from(f64::NAN), Cell::Missing);
        assert_eq!(Cell::from(f32::INFINITY), Cell::Missing);
    }
}
