//! The value of `--variant`: `NAME: PATH=VALUE; PATH*=FACTOR`.
//!
//! Semicolons outside quotes and brackets separate the settings. The name and its colon are
//! optional; without them the text itself is the name.

use crate::scenario::{Override, replaced_setting};
use std::str::FromStr;
use thiserror::Error;

/// A named list of settings of the base scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name in results.
    pub name: String,
    /// The settings in their order.
    pub settings: Vec<Override>,
}

/// A text that is not a variant.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NotAVariant {
    /// There are no settings.
    #[error("the variant has no settings: write, for instance, 'actors.north.precision*=1.1'")]
    Empty,
    /// A part between semicolons is not a setting.
    #[error(
        "`{0}` is neither PATH=VALUE nor PATH*=FACTOR: write, for instance, 'bold: actors.north.precision*=1.1; actions.talk.cost=0'"
    )]
    NotASetting(String),
    /// A setting has no effect, since a later one replaces its value.
    #[error("`{0}` has no effect, because `{1}` sets the value after it: remove one of the two")]
    Replaced(String, String),
    /// The name has characters that tables do not allow, or is too long.
    #[error(
        "`{0}` cannot be the name of a variant: start with a letter or digit, and write at most 120 letters, digits, spaces and - _ . ( )"
    )]
    Name(String),
}

const MAX_NAME_CHARACTERS: usize = 120;

impl FromStr for Variant {
    type Err = NotAVariant;

    fn from_str(text: &str) -> Result<Self, NotAVariant> {
        let text = text.trim();
        let (name, settings) = match text.split_once(':') {
            // A colon after the first `=` belongs to a value.
            Some((name, rest)) if !name.contains('=') => (Some(name.trim()), rest.trim()),
            _ => (None, text),
        };
        if let Some(name) = name.filter(|name| !is_good_name(name)) {
            return Err(NotAVariant::Name(name.to_owned()));
        }
        let parts = split(settings);
        let parsed = parts.iter().map(|part| {
            part.parse::<Override>()
                .map_err(|_| NotAVariant::NotASetting((*part).to_owned()))
        });
        let settings = parsed.collect::<Result<Vec<_>, _>>()?;
        if settings.is_empty() {
            return Err(NotAVariant::Empty);
        }
        if let Some((one, later)) = replaced_setting(&settings) {
            return Err(NotAVariant::Replaced(one.to_string(), later.to_string()));
        }
        let written: Vec<String> = settings.iter().map(ToString::to_string).collect();
        Ok(Self {
            name: name.map_or_else(|| written.join("; "), str::to_owned),
            settings,
        })
    }
}

fn is_good_name(name: &str) -> bool {
    name.starts_with(char::is_alphanumeric)
        && name.chars().count() <= MAX_NAME_CHARACTERS
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || " -_.()".contains(c))
}

/// The nonempty parts between semicolons, except semicolons inside quotes and brackets.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut begin, mut depth, mut quote) = (0, 0_i32, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[' | '(') => depth += 1,
            (None, '}' | ']' | ')') => depth -= 1,
            (None, ';') if depth <= 0 => {
                parts.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    let trimmed = parts.into_iter().map(str::trim);
    trimmed.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (String, Vec<String>) {
        let variant: Variant = text.parse().unwrap();
        let settings = variant.settings.iter().map(ToString::to_string);
        (variant.name, settings.collect())
    }

    #[test]
    fn settings_with_and_without_a_name_are_parsed() {
        let alone = ("a.b=1".to_owned(), vec!["a.b=1".to_owned()]);
        assert_eq!(parse("a.b=1"), alone);
        assert_eq!(
            parse(" bold (2) : a.b *= 1.1 ;c.d={ from = 1, to = 2 }; "),
            (
                "bold (2)".to_owned(),
                vec![
                    "a.b *=1.1".to_owned(),
                    "c.d={ from = 1, to = 2 }".to_owned()
                ]
            )
        );
        let (name, settings) = parse("a.b=\"x; y: z\"; c.d='p;q'");
        assert_eq!(name, "a.b=\"x; y: z\"; c.d='p;q'");
        assert_eq!(settings.len(), 2);
    }

    #[test]
    fn invalid_variants_are_rejected() {
        assert_eq!("x: ".parse::<Variant>(), Err(NotAVariant::Empty));
        assert!(matches!(
            "a.b".parse::<Variant>(),
            Err(NotAVariant::NotASetting(_))
        ));
        for (text, one, later) in [
            ("x: a.b=1; a.b=2", "a.b=1", "a.b=2"),
            ("a.b.c*=2; x=1; a.b={ c = 1 }", "a.b.c*=2", "a.b={ c = 1 }"),
        ] {
            let replaced = NotAVariant::Replaced(one.to_owned(), later.to_owned());
            assert_eq!(text.parse::<Variant>(), Err(replaced));
        }
        assert!(
            "a.b={ c = 1 }; a.b.c=2; a.b.c*=2"
                .parse::<Variant>()
                .is_ok()
        );
        for name in ["-bold", "", "a\tb", "@x"] {
            let text = format!("{name}: a.b=1");
            assert!(text.parse::<Variant>().is_err(), "{name}");
        }
    }
}
