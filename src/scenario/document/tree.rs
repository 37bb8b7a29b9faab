//! The tree of a TOML text in which every value has its span, for any parser.

use super::super::diagnostics::TextLocation;
use crate::base::diagnostic::Span;
use jiff::civil::Date;
use std::borrow::Cow;
use std::ops::Range;

/// A table of the file, in file order; keys are unique.
#[derive(Clone, Debug, Default)]
pub(in crate::scenario) struct TomlTable<'t>(pub Vec<TomlEntry<'t>>);

/// A key with its value.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct TomlEntry<'t> {
    /// The key.
    pub key: Cow<'t, str>,
    /// Where the key stands; for a table, where its name stands in its first header.
    pub key_span: Span,
    /// The value.
    pub value: TomlValue<'t>,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct TomlValue<'t> {
    /// Where it stands; for a table, its header.
    pub span: Span,
    /// What it is.
    pub item: TomlItem<'t>,
}

/// A value.
#[derive(Clone, Debug)]
pub(in crate::scenario) enum TomlItem<'t> {
    /// A text, and the byte of the source at which it begins, where it stands there letter by
    /// letter.
    String(Cow<'t, str>, Option<usize>),
    /// A whole number.
    Integer(i64),
    /// Any other number; infinite where it is too big, NaN where it says so.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date without a time.
    Date(Date),
    /// A time, with or without a date.
    Time,
    /// `[ … ]`, also of tables.
    Array(Vec<TomlValue<'t>>),
    /// A table, inline or with a header.
    Table(TomlTable<'t>),
    /// It could not be parsed, which has been reported.
    Invalid,
}

impl<'t> TomlTable<'t> {
    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&TomlEntry<'t>> {
        self.0.iter().find(|entry| entry.key == key)
    }

    /// The entry of a key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut TomlEntry<'t>> {
        self.0.iter_mut().find(|entry| entry.key == key)
    }
}

impl TomlItem<'_> {
    /// What it is, with its article, for messages.
    pub fn describe(&self) -> &'static str {
        match self {
            TomlItem::String(..) => "a string",
            TomlItem::Integer(_) => "an integer",
            TomlItem::Float(_) => "a number",
            TomlItem::Boolean(_) => "a boolean",
            TomlItem::Date(_) => "a date",
            TomlItem::Time => "a time",
            TomlItem::Array(_) => "an array",
            TomlItem::Table(_) => "a table",
            TomlItem::Invalid => "an invalid value",
        }
    }
}

impl TomlValue<'_> {
    /// Where an expression's letters stand, if this is a text.
    pub fn place(&self) -> TextLocation {
        TextLocation {
            value: self.span,
            first_byte: match self.item {
                TomlItem::String(_, first_byte) => first_byte,
                _ => None,
            },
        }
    }
}

/// Where a text that is written at `range` begins there, if it stands there as it is meant.
pub(super) fn first_byte(source: &str, range: Range<usize>, text: &str) -> Option<usize> {
    let raw = source.get(range.clone())?;
    let quotes = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quotes| raw.starts_with(quotes))?;
    let inner = &raw[quotes.len()..];
    // A line break right after three quotes is not part of the text.
    let skipped = match quotes.len() {
        3 if inner.starts_with("\r\n") => 2,
        3 if inner.starts_with('\n') => 1,
        _ => 0,
    };
    inner[skipped..]
        .starts_with(text)
        .then_some(range.start + quotes.len() + skipped)
}

/// A date; TOML has checked that the calendar has it.
pub(super) fn calendar_date<'t>(year: u16, month: u8, day: u8) -> TomlItem<'t> {
    Date::new(year as i16, month as i8, day as i8).map_or(TomlItem::Invalid, TomlItem::Date)
}
