//! One field of a table and its text.
//!
//! Numbers have a decimal point and at most 15 significant digits, dates are ISO 8601, and a missing
//! value is empty. Numbers are finite: a caller that passes NaN or infinity is a bug.

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

impl Cell<'_> {
    /// The text of the field; empty for a missing value.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Whole(number) => Cow::Owned(number.to_string()),
            Cell::Number(number) => Cow::Owned(number_text(*number)),
            Cell::Single(number) => Cow::Owned(single_text(*number)),
            Cell::Date(date) => Cow::Owned(date.to_string()),
            Cell::Missing => Cow::Borrowed(""),
        }
    }

    /// The field as JSON, with the same digits as its text; `null` for a missing value.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Cell::Text(_) | Cell::Date(_) => self.text().into(),
            Cell::Whole(number) => (*number).into(),
            Cell::Number(number) => fifteen_digits(*number).into(),
            Cell::Single(_) => self.text().parse::<f64>().map_or_else(
                |_| unreachable!("the text of a finite number is a number"),
                Into::into,
            ),
            Cell::Missing => serde_json::Value::Null,
        }
    }
}

/// The shortest text that reads back as `number` rounded to 15 significant digits, in scientific
/// notation where it would have many zeros. 15 digits are what a spreadsheet keeps.
fn number_text(number: f64) -> String {
    let number = fifteen_digits(number);
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

fn fifteen_digits(number: f64) -> f64 {
    assert!(
        number.is_finite(),
        "a field is a finite number or missing, and was {number}"
    );
    format!("{number:.14e}")
        .parse()
        .expect("the text of a finite number is a number")
}

/// The shortest text that reads back as `number` in single precision: at most 9 digits.
fn single_text(number: f32) -> String {
    assert!(
        number.is_finite(),
        "a field is a finite number or missing, and was {number}"
    );
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

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Cell::Number(number)
    }
}

impl From<f32> for Cell<'_> {
    fn from(number: f32) -> Self {
        Cell::Single(number)
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

    #[test]
    fn numbers_are_short_and_read_back() {
        let text = |number: f64| Cell::from(number).text().into_owned();
        assert_eq!(text(0.1), "0.1");
        assert_eq!(text(0.1 + 0.2), "0.3");
        assert_eq!(text(1.0 / 3.0), "0.333333333333333");
        assert_eq!(text(2.0), "2");
        assert_eq!(text(-0.0), "0");
        assert_eq!(text(1e-7), "1e-7");
        assert_eq!(text(0.00001), "0.00001");
        assert_eq!(text(-2.5e20), "-2.5e20");
        assert_eq!(text(123_456_789_012_345.6), "123456789012346");
    }

    #[test]
    fn no_text_has_more_than_15_digits_or_loses_them() {
        let mut x = 1.0e-12_f64;
        while x < 1e18 {
            let text = number_text(x);
            let mantissa = text.split('e').next().unwrap_or_default();
            let digits = mantissa.trim_start_matches(['0', '.', '-']);
            assert!(
                digits.chars().filter(char::is_ascii_digit).count() <= 15,
                "{text}"
            );
            let back: f64 = text.parse().unwrap();
            assert!((back - x).abs() <= x * 5.1e-15, "{text}");
            x *= 1.737_219;
        }
    }

    #[test]
    fn single_numbers_read_back_to_the_bit() {
        for number in [0.1_f32, 1.0 / 3.0, 1e-30, 16_777_215.0, 0.999_999_94] {
            let text = Cell::from(number).text().into_owned();
            assert_eq!(text.parse::<f32>().unwrap().to_bits(), number.to_bits());
        }
    }

    #[test]
    #[should_panic(expected = "finite")]
    fn nan_is_a_mistake_of_ours() {
        let _ = Cell::from(f64::NAN).text();
    }
}
