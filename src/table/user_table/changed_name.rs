//! Recognizes names that a spreadsheet changed: `007` into `7`, `1e5` into `1.00E+05`, `mar1` into
//! `01-Mar`, `2016-11` into `Nov-16`.

use crate::base::diagnostic::nearest;
use crate::scenario::months::MONTHS;
use unicode_normalization::UnicodeNormalization;

/// A name with composed characters (Unicode NFC), in which form names are compared.
pub fn composed(name: &str) -> String {
    name.nfc().collect()
}

/// The known name that a spreadsheet changed into `name`, or else the nearest known one.
pub fn probable_name<'k>(
    name: &str,
    known: impl IntoIterator<Item = &'k str> + Clone,
) -> Option<&'k str> {
    let changed = known.clone().into_iter().find(|one| is_changed(name, one));
    changed.or_else(|| nearest(name, known))
}

/// Whether a spreadsheet may have changed `original` into `name`.
fn is_changed(name: &str, original: &str) -> bool {
    let number = |text: &str| text.replace(',', ".").parse::<f64>().ok();
    if let (Some(a), Some(b)) = (number(name), number(original)) {
        return a == b;
    }
    if name.eq_ignore_ascii_case(original) {
        return true;
    }
    match (date_parts(name), date_parts(original)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The month and the other numbers of a date, in ascending order: years have two digits, and a first
/// day that a spreadsheet adds to a month with a year is left out.
fn date_parts(text: &str) -> Option<Vec<u32>> {
    let lower = text.to_ascii_lowercase();
    let mut numbers = Vec::new();
    let mut has_year = false;
    let mut rest = lower.as_str();
    while let Some(first) = rest.chars().next() {
        let is_same_kind = |c: char| {
            c.is_ascii_digit() == first.is_ascii_digit()
                && c.is_alphabetic() == first.is_alphabetic()
        };
        let length = rest.find(|c| !is_same_kind(c)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(length);
        rest = after;
        if first.is_ascii_digit() {
            let number: u32 = piece.parse().ok()?;
            has_year |= piece.len() == 4;
            numbers.push(if piece.len() == 4 {
                number % 100
            } else {
                number
            });
        } else if first.is_alphabetic() {
            let month = MONTHS.iter().position(|one| piece.starts_with(&one[..3]))?;
            numbers.push(u32::try_from(month + 1).ok()?);
        } else if !matches!(piece, "-" | "/" | "." | " ") {
            return None;
        }
    }
    if numbers.len() == 3
        && has_year
        && let Some(day) = numbers.iter().position(|one| *one == 1)
    {
        numbers.remove(day);
    }
    numbers.sort_unstable();
    (numbers.len() >= 2).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_spreadsheet_changed_are_recognized() {
        for (name, original) in [
            ("7", "007"),
            ("1.00E+05", "1e5"),
            ("1,00E+05", "1e5"),
            ("100000", "1e5"),
            ("Nov-16", "2016-11"),
            ("2016-11-01", "2016-11"),
            ("01/11/2016", "2016-11"),
            ("01-Mar", "mar1"),
            ("1-Mar", "mar1"),
            ("TRUE", "true"),
        ] {
            assert_eq!(
                probable_name(name, ["other", original]),
                Some(original),
                "{name}"
            );
        }
        for (name, original) in [("7", "006"), ("Nov-16", "2016-10"), ("crisis", "mar1")] {
            assert!(!is_changed(name, original), "{name}");
        }
        assert_eq!(probable_name("crises", ["crisis"]), Some("crisis"));
    }

    #[test]
    fn composed_names_are_equal() {
        assert_eq!(composed("Zu\u{308}rich"), composed("Z\u{fc}rich"));
    }
}
