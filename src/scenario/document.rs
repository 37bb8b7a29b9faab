//! TOML text → a tree whose every value knows its place, however broken the text is.
//!
//! In: a source. Out: a [`Table`] in file order, with syntax errors reported and what could not
//! be parsed marked [`Item::Broken`], so that the rest is still checked. A text that is sound and
//! far from every limit takes the [`quick`] way; any other the [`careful`] one, which makes the
//! same tree of a sound text. What absent keys, kinds and names mean is not known here.

mod careful;
mod quick;
mod weigh;

use super::findings::{Findings, Place};
use crate::base::diagnostic::{SourceId, Span};
pub(super) use careful::{parse_value, report_syntax};
use jiff::civil::Date;
use std::borrow::Cow;
use std::ops::Range;

/// A table of the file, in file order; keys are unique.
#[derive(Clone, Debug, Default)]
pub(super) struct Table<'t>(pub Vec<Entry<'t>>);

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry<'t> {
    /// The key.
    pub key: Cow<'t, str>,
    /// Where the key stands; for a table, where its name stands in its first header.
    pub key_span: Span,
    /// The value.
    pub value: Node<'t>,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Node<'t> {
    /// Where it stands; for a table, its header.
    pub span: Span,
    /// What it is.
    pub item: Item<'t>,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Item<'t> {
    /// A text, and the byte of the source at which it begins, where it stands there letter by
    /// letter.
    Text(Cow<'t, str>, Option<usize>),
    /// A whole number.
    Whole(i64),
    /// Any other number; infinite where it is too big, NaN where it says so.
    Real(f64),
    /// `true` or `false`.
    Truth(bool),
    /// A date without a time.
    Date(Date),
    /// A time, with or without a date.
    Time,
    /// `[ … ]`, also of tables.
    List(Vec<Node<'t>>),
    /// A table, inline or with a header.
    Table(Table<'t>),
    /// It could not be parsed, which has been reported.
    Broken,
}

impl<'t> Table<'t> {
    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry<'t>> {
        self.0.iter().find(|entry| entry.key == key)
    }

    /// The entry of a key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Entry<'t>> {
        self.0.iter_mut().find(|entry| entry.key == key)
    }
}

impl Item<'_> {
    /// What it is, with its article, for messages.
    pub fn describe(&self) -> &'static str {
        match self {
            Item::Text(..) => "a text",
            Item::Whole(_) => "a whole number",
            Item::Real(_) => "a number",
            Item::Truth(_) => "true or false",
            Item::Date(_) => "a date",
            Item::Time => "a time",
            Item::List(_) => "a list",
            Item::Table(_) => "a table",
            Item::Broken => "something broken",
        }
    }
}

impl Node<'_> {
    /// Where an expression's letters stand, if this is a text.
    pub fn place(&self) -> Place {
        Place {
            value: self.span,
            first_byte: match self.item {
                Item::Text(_, first_byte) => first_byte,
                _ => None,
            },
        }
    }
}

/// Parses a whole file; `None` where it is too big to look at.
pub(super) fn parse_document<'t>(
    text: &'t str,
    source: SourceId,
    findings: &mut Findings,
) -> Option<Table<'t>> {
    match weigh::too_long(text) {
        Some(problem) => careful::report_size(problem, 0..0, source, findings),
        None => quick::parse(text, source).or_else(|| careful::parse(text, source, findings)),
    }
}

/// Where a text that is written at `range` begins there, if it stands there as it is meant.
fn first_byte(source: &str, range: Range<usize>, text: &str) -> Option<usize> {
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
fn calendar_date<'t>(year: u16, month: u8, day: u8) -> Item<'t> {
    Date::new(year as i16, month as i8, day as i8).map_or(Item::Broken, Item::Date)
}

#[cfg(test)]
mod tests;
