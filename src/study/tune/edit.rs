//! Finds numbers in a TOML text and replaces them.
//!
//! The TOML parser reports the byte range of each value, and only these bytes are replaced, so
//! comments, layout, order and line ends are kept.

use super::error::TuneError;
use super::free::FreeNumber;
use crate::table::user_table::probable_name;
use std::ops::Range;
use toml_spanner::{Arena, Item, Value};

/// A number in the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NumberLiteral {
    /// Its byte range in the text.
    pub(super) range: Range<usize>,
    pub(super) value: f64,
    /// Whether it is a TOML integer.
    pub(super) is_whole: bool,
}

/// Finds the number at a path.
///
/// # Errors
/// If there is no number; the error contains an instruction.
pub(super) fn find(text: &str, path: &str) -> Result<NumberLiteral, TuneError> {
    let not_tunable = |problem: String| TuneError::NotTunable {
        path: path.to_owned(),
        problem,
    };
    let arena = Arena::new();
    let document = toml_spanner::parse(text, &arena)
        .map_err(|_| not_tunable("the file is not valid TOML: check it first".to_owned()))?;
    let keys: Vec<&str> = path.split('.').collect();
    let mut table = document.table();
    for (depth, &key) in keys.iter().enumerate() {
        let Some(value) = table.get(key) else {
            let known: Vec<&str> = table.iter().map(|(key, _)| key.as_str()).collect();
            return Err(not_tunable(missing_key(&keys, depth, &known)));
        };
        match value.value() {
            Value::Table(next) if depth + 1 < keys.len() => table = next,
            _ if depth + 1 < keys.len() => {
                let prefix = keys[..=depth].join(".");
                return Err(not_tunable(format!(
                    "`{prefix}` is {} and has no keys",
                    kind(value)
                )));
            }
            _ => return number(text, path, value).map_err(not_tunable),
        }
    }
    Err(not_tunable("the path is empty".to_owned()))
}

/// The message for a key that a table does not have.
fn missing_key(keys: &[&str], depth: usize, known: &[&str]) -> String {
    let (key, table) = (keys[depth], keys[..depth].join("."));
    let hint = did_you_mean(key, known);
    if depth == 0 {
        format!("the file has no `{key}`{hint}")
    } else if depth + 1 < keys.len() {
        format!("the file has no `{key}` in [{table}]{hint}")
    } else {
        let separator = if hint.is_empty() { ":" } else { " If not," };
        format!(
            "the file does not contain `{key}` in [{table}]{hint}{separator} write it there with its default value, then it can be tuned"
        )
    }
}

/// A suggestion of the nearest known name; empty if none is near.
pub(super) fn did_you_mean(name: &str, known: &[&str]) -> String {
    let near = probable_name(name, known.iter().copied());
    near.map_or_else(String::new, |one| format!(": did you mean `{one}`?"))
}

fn number(text: &str, path: &str, value: &Item<'_>) -> Result<NumberLiteral, String> {
    let range = value.span().range();
    let (number, is_whole) = match value.value() {
        Value::Float(value) => (*value, false),
        Value::Integer(value) => (value.as_f64(), true),
        Value::Table(table) => {
            let is_number = |value: &Item<'_>| {
                matches!(
                    value.value(),
                    Value::Float(_) | Value::Integer(_) | Value::Table(_)
                )
            };
            let parts = table.iter().filter(|(_, value)| is_number(value));
            let parts: Vec<String> = parts
                .map(|(key, _)| format!("{path}.{}", key.as_str()))
                .collect();
            return Err(match parts.as_slice() {
                [] => "it is a table without numbers".to_owned(),
                _ => format!(
                    "it is a distribution or table: free one of its parameters, such as {}",
                    parts.join(" or ")
                ),
            });
        }
        Value::String(_) => {
            return Err("it is an expression or string: move the number into a quantity of its own, such as the initial value of a constant variable, and free that".to_owned());
        }
        _ => return Err(format!("it is {}, not a number", kind(value))),
    };
    if ["0x", "0o", "0b"]
        .iter()
        .any(|prefix| text[range.clone()].starts_with(prefix))
    {
        return Err("it is not a decimal number: write it in decimal".to_owned());
    }
    Ok(NumberLiteral {
        range,
        value: number,
        is_whole,
    })
}

fn kind(value: &Item<'_>) -> &'static str {
    match value.value() {
        Value::String(_) => "a string",
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Boolean(_) => "a boolean",
        Value::DateTime(_) => "a date",
        Value::Array(_) => "an array",
        Value::Table(_) => "a table",
    }
}

/// Replaces the numbers of a text by literals.
pub(super) fn replace(text: &str, numbers: &[NumberLiteral], literals: &[String]) -> String {
    let mut order: Vec<(&NumberLiteral, &String)> = numbers.iter().zip(literals).collect();
    order.sort_by_key(|(number, _)| number.range.start);
    let mut new = String::with_capacity(text.len());
    let mut position = 0;
    for (number, literal) in order {
        new.push_str(&text[position..number.range.start]);
        new.push_str(literal);
        position = number.range.end;
    }
    new.push_str(&text[position..]);
    new
}

/// The literal of a value with the fewest decimals that change no target by more than a twentieth of
/// its tolerance, and at least three significant digits. `max_derivative` is the largest absolute
/// derivative of a residual with respect to the unit coordinate.
pub(super) fn rounded_literal(
    free: &FreeNumber,
    value: f64,
    max_derivative: f64,
    is_whole: bool,
) -> String {
    const MAX_RESIDUAL_CHANGE: f64 = 0.05;
    const MAX_DECIMALS: usize = 17;
    if value == free.low || value == free.high {
        return literal(value, is_whole);
    }
    let by_targets =
        MAX_RESIDUAL_CHANGE / max_derivative.max(1e-300) * free.derivative(value).abs();
    let max_error = by_targets.min(0.005 * value.abs()).max(1e-15 * value.abs());
    for decimals in 0..MAX_DECIMALS {
        let text = format!("{value:.decimals$}");
        let rounded: f64 = text.parse().expect("the text of a number is a number");
        let is_inside = (free.low..=free.high).contains(&rounded);
        if (rounded - value).abs() <= max_error && is_inside {
            return literal(rounded, is_whole);
        }
    }
    literal(value, is_whole)
}

/// A number as a TOML literal, with a decimal point unless it may be an integer.
pub(super) fn literal(value: f64, may_be_whole: bool) -> String {
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
    fn numbers_are_found_and_replaced() {
        let paths = ["a.c.w", "a.b.x", "a.b.d.to", "a.b.c.e", "a.b.d.from"];
        let numbers: Vec<NumberLiteral> =
            paths.iter().map(|path| find(TEXT, path).unwrap()).collect();
        let values: Vec<f64> = numbers.iter().map(|number| number.value).collect();
        assert_eq!(values, [7.0, 0.5, 20.5, -300.0, 1.0]);
        let literals = ["8", "0.123456", "9.0", "-1.5", "2"].map(str::to_owned);
        let new = replace(TEXT, &numbers, &literals);
        let expected = TEXT
            .replace("x   = 0.5", "x   = 0.123456")
            .replace("from = 1, to = 2_0.5", "from = 2, to = 9.0")
            .replace("-3e2", "-1.5")
            .replace("w = 7", "w = 8");
        assert_eq!(new, expected);
        for (path, literal) in paths.iter().zip(&literals) {
            assert_eq!(
                find(&new, path).unwrap().value,
                literal.parse::<f64>().unwrap()
            );
        }
    }

    #[test]
    fn values_that_cannot_be_tuned_have_instructions() {
        let error = |path: &str| find(TEXT, path).unwrap_err().to_string();
        assert!(
            error("a.b.d").contains("a.b.d.from or a.b.d.to"),
            "{}",
            error("a.b.d")
        );
        assert!(error("a.b.s").contains("expression"));
        assert!(error("a.b.t").contains("a date"));
        assert!(error("a.b.appeal").contains("does not contain `appeal` in [a.b]"));
        assert!(error("z.b").contains("no `z`"));
        assert!(error("a.z.b").contains("no `z` in [a]"));
        assert!(error("a.b.x.y").contains("`a.b.x` is a number and has no keys"));
        assert!(error("l.x").contains("an array"));
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
    fn literals_have_the_digits_that_the_targets_need() {
        let free = |text: &str| text.parse::<FreeNumber>().unwrap();
        let unit = free("a=0..1");
        assert_eq!(rounded_literal(&unit, 0.123_456_789, 1.0, false), "0.123");
        assert_eq!(
            rounded_literal(&unit, 0.123_456_789, 300.0, false),
            "0.1235"
        );
        assert_eq!(
            rounded_literal(&unit, 0.123_456_789, 1e5, false),
            "0.123457"
        );
        assert_eq!(rounded_literal(&unit, 1.0, 1.0, false), "1.0");
        assert_eq!(rounded_literal(&unit, 0.9999, 1.0, false), "1.0");
        let wide = free("a=20..3000");
        assert_eq!(rounded_literal(&wide, 287.345_6, 3.0, true), "287");
        assert_eq!(rounded_literal(&wide, 287.345_6, 3.0, false), "287.0");
        assert_eq!(rounded_literal(&wide, 287.345_6, 1e3, true), "287.3");
        let inside = free("a=0.0012..0.9994");
        assert_eq!(rounded_literal(&inside, 0.999_39, 1.0, false), "0.999");
        assert_eq!(rounded_literal(&inside, 0.001_21, 1.0, false), "0.00121");
    }
}
