//! The tree of a TOML text in which every value has its span.

use super::super::diagnostics::TextLocation;
use crate::base::diagnostic::Span;
use jiff::civil::Date;
use std::borrow::Cow;
use std::ops::Range;

/// A table in file order with unique keys.
#[derive(Clone, Debug, Default)]
pub(in crate::scenario) struct TomlTable<'t>(pub Vec<TomlEntry<'t>>);

/// A key with its value and place.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct TomlEntry<'t> {
    pub key: Cow<'t, str>,
    /// The place of the key; for a table, of its name in its first header.
    pub key_span: Span,
    pub value: TomlValue<'t>,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct TomlValue<'t> {
    /// The place of the value; for a table, its header.
    pub span: Span,
    pub item: TomlItem<'t>,
}

#[derive(Clone, Debug)]
pub(in crate::scenario) enum TomlItem<'t> {
    /// A string, and the byte of the source at which its text begins if no
    /// escapes separate the two.
    String(Cow<'t, str>, Option<usize>),
    /// An integer that fits in 64 bits.
    Integer(i64),
    /// Any other number; infinite if it is too large, NaN if written `nan`.
    Float(f64),
    /// A boolean, `true` or `false`.
    Boolean(bool),
    /// A date without a time of day.
    Date(Date),
    /// A time of day, with or without a date.
    Time,
    /// An array, which may contain tables.
    Array(Vec<TomlValue<'t>>),
    /// A table, inline or with a header.
    Table(TomlTable<'t>),
    /// A value that could not be parsed, which has been reported.
    Invalid,
}

impl<'t> TomlTable<'t> {
    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&TomlEntry<'t>> {
        self.0.iter().find(|entry| entry.key == key)
    }

    /// The mutable entry of a key.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut TomlEntry<'t>> {
        self.0.iter_mut().find(|entry| entry.key == key)
    }
}

impl TomlItem<'_> {
    /// The type of the value with its article, for messages.
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
    /// The place of the text, if this is a string.
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

/// The byte at which the text of a string begins that is written at `range`, if it has no escapes.
pub(super) fn first_byte(source: &str, range: Range<usize>, text: &str) -> Option<usize> {
    let raw = source.get(range.clone())?;
    let quotes = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quotes| raw.starts_with(quotes))?;
    let inner = &raw[quotes.len()..];
    // A line break directly after three quotes is not part of the string.
    let skipped = match quotes.len() {
        3 if inner.starts_with("\r\n") => 2,
        3 if inner.starts_with('\n') => 1,
        _ => 0,
    };
    inner[skipped..]
        .starts_with(text)
        .then_some(range.start + quotes.len() + skipped)
}

/// A date that the TOML parser has validated.
pub(super) fn calendar_date<'t>(year: u16, month: u8, day: u8) -> TomlItem<'t> {
    Date::new(year as i16, month as i8, day as i8).map_or(TomlItem::Invalid, TomlItem::Date)
}
