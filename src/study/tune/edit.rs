//! The same file with new numbers: everything else stays as it is, byte for byte.
//!
//! In: the text of a scenario and TOML paths. Out: where their numbers stand, and the text with
//! others in their places. The TOML parser gives the place of each value, and nothing but these
//! bytes is replaced, so comments, layout, order and line ends cannot change.

use super::TuneError;
use super::free::Free;
use crate::base::diagnostic::nearest;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A number of the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// Its value.
    pub(super) value: f64,
    /// Whether it is written as a whole number.
    pub(super) is_whole: bool,
}

/// The number at a path.
///
/// # Errors
/// Where the file has none there; the error says what to write instead.
pub(super) fn find(text: &str, path: &str) -> Result<Written, TuneError> {
    let not = |problem: String| TuneError::NotTunable {
        path: path.to_owned(),
        problem,
    };
    let root = DeTable::parse(text).map_err(|error| not(error.message().to_owned()))?;
    let keys: Vec<&str> = path.split('.').collect();
    let mut table = root.get_ref();
    for (at, &key) in keys.iter().enumerate() {
        let found = table.iter().find(|(known, _)| known.get_ref() == key);
        let Some((_, value)) = found else {
            let known: Vec<&str> = table
                .iter()
                .map(|(key, _)| key.get_ref().as_ref())
                .collect();
            return Err(not(missing(&keys, at, &known)));
        };
        match value.get_ref() {
            DeValue::Table(next) if at + 1 < keys.len() => table = next,
            value if at + 1 < keys.len() => {
                let place = keys[..=at].join(".");
                return Err(not(format!(
                    "`{place}` is {} and has no parts",
                    kind(value)
                )));
            }
            _ => return number(text, path, value).map_err(not),
        }
    }
    Err(not("it is empty".to_owned()))
}

/// What to say where a table has no such key but others.
fn missing(keys: &[&str], at: usize, known: &[&str]) -> String {
    let (key, place) = (keys[at], keys[..at].join("."));
    let hint = did_you_mean(key, known);
    if at == 0 {
        format!("the file has no `{key}`{hint}")
    } else if at + 1 < keys.len() {
        format!("the file has no `{key}` in [{place}]{hint}")
    } else {
        let else_ = if hint.is_empty() { ":" } else { " If not," };
        format!(
            "the file does not write `{key}` in [{place}]{hint}{else_} write it there with the value that holds without it, then it can be tuned"
        )
    }
}

/// A hint at the nearest of the known names, where one is near; else empty.
pub(super) fn did_you_mean(name: &str, known: &[&str]) -> String {
    let near = nearest(name, known.iter().copied());
    near.map_or_else(String::new, |one| format!(": did you mean `{one}`?"))
}

fn number(text: &str, path: &str, value: &Spanned<DeValue<'_>>) -> Result<Written, String> {
    let range = value.span();
    let (value, is_whole) = match value.get_ref() {
        DeValue::Float(digits) => (digits.as_str().parse().ok(), false),
        DeValue::Integer(digits) if digits.radix() == 10 => (digits.as_str().parse().ok(), true),
        DeValue::Integer(_) => (None, true),
        DeValue::Table(table) => {
            let is_number = |value: &DeValue<'_>| {
                matches!(
                    value,
                    DeValue::Float(_) | DeValue::Integer(_) | DeValue::Table(_)
                )
            };
            let parts = table.iter().filter(|(_, value)| is_number(value.get_ref()));
            let parts: Vec<String> = parts
                .map(|(key, _)| format!("{path}.{}", key.get_ref()))
                .collect();
            return Err(match parts.as_slice() {
                [] => "it is a table without numbers".to_owned(),
                _ => format!(
                    "it is a distribution or table: free one of its numbers, such as {}",
                    parts.join(" or ")
                ),
            });
        }
        DeValue::String(_) => {
            return Err("it is an expression or text: give the number in it a name of its own, such as a variable that does not move, and free that".to_owned());
        }
        other => return Err(format!("it is {}, not a number", kind(other))),
    };
    let value: f64 = value.ok_or_else(|| "it is not written as a decimal number".to_owned())?;
    debug_assert!(text.get(range.clone()).is_some());
    Ok(Written {
        range,
        value,
        is_whole,
    })
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The text with other numbers in their places.
pub(super) fn replace(text: &str, places: &[Written], numbers: &[String]) -> String {
    let mut order: Vec<(&Written, &String)> = places.iter().zip(numbers).collect();
    order.sort_by_key(|(place, _)| place.range.start);
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for (place, number) in order {
        new.push_str(&text[at..place.range.start]);
        new.push_str(number);
        at = place.range.end;
    }
    new.push_str(&text[at..]);
    new
}

/// A value as it is written into the file: with as few decimals as move no target by more than a
/// twentieth of its tolerance, and at least three significant digits. `max_slope` is the change
/// of the residual that changes most over the whole range.
pub(super) fn number_text(free: &Free, value: f64, max_slope: f64, is_whole: bool) -> String {
    const TWENTIETH: f64 = 0.05;
    const MAX_DECIMALS: usize = 17;
    if value == free.low || value == free.high {
        return plain(value, is_whole);
    }
    let by_targets = TWENTIETH / max_slope.max(1e-300) * free.slope(value).abs();
    let max_error = by_targets.min(0.005 * value.abs()).max(1e-15 * value.abs());
    for decimals in 0..MAX_DECIMALS {
        let text = format!("{value:.decimals$}");
        let rounded: f64 = text.parse().expect("the text of a number is a number");
        let is_inside = (free.low..=free.high).contains(&rounded);
        if (rounded - value).abs() <= max_error && is_inside {
            return plain(rounded, is_whole);
        }
    }
    plain(value, is_whole)
}

/// A number as TOML, with a decimal point unless it may be whole.
pub(super) fn plain(value: f64, may_be_whole: bool) -> String {
    let text = format!("{value}");
    if may_be_whole || text.contains('.') {
        text
    } else {
        format!("{text}.0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\u{feff}# Title = 0.5\r\n[a.b] # 0.5\r\nx   = 0.5   # half – of it\r\n\
                        d = { from = 1, to = 2_0.5 } # both\r\nc.e = -3e2\r\ns = \"1 + x\"\r\n\
                        t = 2016-11-01\r\n\r\n[[l]]\r\nx = 1\r\n[a.c]\r\nw = 7";

    #[test]
    fn numbers_are_found_and_replaced_in_their_places() {
        let paths = ["a.c.w", "a.b.x", "a.b.d.to", "a.b.c.e", "a.b.d.from"];
        let places: Vec<Written> = paths.iter().map(|path| find(TEXT, path).unwrap()).collect();
        let values: Vec<f64> = places.iter().map(|place| place.value).collect();
        assert_eq!(values, [7.0, 0.5, 20.5, -300.0, 1.0]);
        let numbers = ["8", "0.123456", "9.0", "-1.5", "2"].map(str::to_owned);
        let new = replace(TEXT, &places, &numbers);
        let expected = TEXT
            .replace("x   = 0.5", "x   = 0.123456")
            .replace("from = 1, to = 2_0.5", "from = 2, to = 9.0")
            .replace("-3e2", "-1.5")
            .replace("w = 7", "w = 8");
        assert_eq!(new, expected);
        for (path, number) in paths.iter().zip(&numbers) {
            assert_eq!(
                find(&new, path).unwrap().value,
                number.parse::<f64>().unwrap()
            );
        }
    }

    #[test]
    fn what_is_no_number_is_told_with_what_to_write() {
        let error = |path: &str| find(TEXT, path).unwrap_err().to_string();
        assert!(
            error("a.b.d").contains("a.b.d.from or a.b.d.to"),
            "{}",
            error("a.b.d")
        );
        assert!(error("a.b.s").contains("expression"));
        assert!(error("a.b.t").contains("a date"));
        assert!(error("a.b.appeal").contains("does not write `appeal` in [a.b]"));
        assert!(error("z.b").contains("no `z`"));
        assert!(error("a.z.b").contains("no `z` in [a]"));
        assert!(error("a.b.x.y").contains("`a.b.x` is a number and has no parts"));
        assert!(error("l.x").contains("a list"));
        let text = "[actors.north]\nprecision = 2\n";
        let error = |path: &str| find(text, path).unwrap_err().to_string();
        assert!(
            error("actors.north.precisio").contains("did you mean `precision`? If not, write it"),
            "{}",
            error("actors.north.precisio")
        );
        assert!(error("actors.nort.precision").contains("did you mean `north`?"));
        assert!(error("actor.north.precision").contains("did you mean `actors`?"));
    }

    #[test]
    fn numbers_have_the_digits_that_matter() {
        let free = |text: &str| text.parse::<Free>().unwrap();
        let unit = free("a=0..1");
        assert_eq!(number_text(&unit, 0.123_456_789, 1.0, false), "0.123");
        assert_eq!(number_text(&unit, 0.123_456_789, 300.0, false), "0.1235");
        assert_eq!(number_text(&unit, 0.123_456_789, 1e5, false), "0.123457");
        assert_eq!(number_text(&unit, 1.0, 1.0, false), "1.0");
        assert_eq!(number_text(&unit, 0.9999, 1.0, false), "1.0");
        let wide = free("a=20..3000");
        assert_eq!(number_text(&wide, 287.345_6, 3.0, true), "287");
        assert_eq!(number_text(&wide, 287.345_6, 3.0, false), "287.0");
        assert_eq!(number_text(&wide, 287.345_6, 1e3, true), "287.3");
        let inside = free("a=0.0012..0.9994");
        assert_eq!(number_text(&inside, 0.999_39, 1.0, false), "0.999");
        assert_eq!(number_text(&inside, 0.001_21, 1.0, false), "0.00121");
    }
}
