//! TOML text → a tree whose every value knows its place, however broken the text is.
//!
//! In: a source. Out: a [`Table`] in file order, with syntax errors reported and what could not
//! be parsed marked [`Item::Broken`], so that the rest is still checked. The size and density of
//! the text are looked at first, because a parser's pieces take many times the room of its text.
//! What absent keys, kinds and names mean is not known here.

mod weigh;

use super::findings::{Findings, Place};
use crate::diagnostic::{Diagnostic, SourceId, Span, ceil_boundary, floor_boundary};
use jiff::civil::Date;
use std::borrow::Cow;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use weigh::too_big;

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
    if let Some((problem, place)) = too_big(text) {
        let span = Span {
            source,
            start: place.start,
            end: place.end,
        };
        let hint = "a scenario is written by hand: is this the right file?";
        findings.error("file-too-big", span, problem, hint);
        return None;
    }
    let (parsed, errors) = DeTable::parse_recoverable(text);
    report_syntax(text, source, 0, &errors, findings);
    let converter = Converter { text, source };
    Some(converter.table(parsed.into_inner()))
}

/// Parses one value that begins at byte `offset` of a source's `text`; fails with the errors of
/// TOML where it is none, and with no error where it is too deep to look at.
pub(super) fn parse_value<'t>(
    text: &'t str,
    offset: usize,
    source: SourceId,
) -> Result<Node<'t>, Vec<toml::de::Error>> {
    if too_big(&text[offset..]).is_some() {
        return Err(Vec::new());
    }
    let (parsed, errors) = DeValue::parse_recoverable(&text[offset..]);
    if !errors.is_empty() {
        return Err(errors);
    }
    let converter = Converter {
        text: &text[offset..],
        source,
    };
    let mut node = converter.value(parsed);
    shift(&mut node, offset);
    Ok(node)
}

/// Reports what TOML itself finds wrong, in words. The errors are those of the text from byte
/// `offset` on.
pub(super) fn report_syntax(
    text: &str,
    source: SourceId,
    offset: usize,
    errors: &[toml::de::Error],
    findings: &mut Findings,
) {
    let mut last_line = 0..0;
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let start = floor_boundary(text, range.start + offset);
        let end = ceil_boundary(text, range.end + offset).max(start);
        // One slip often makes several errors on its line; the first says it best.
        if last_line.contains(&start) {
            continue;
        }
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
        last_line = line_start..line_end + 1;
        findings.syntax_is_broken(Span {
            source,
            start: line_start,
            end: line_end,
        });
        let span = Span { source, start, end };
        findings.push(syntax_error(error.message(), &text[start..end], span));
    }
}

/// One error of TOML at a place, whose text is `written`.
fn syntax_error(message: &str, written: &str, span: Span) -> Diagnostic {
    let error =
        |code, message: String, hint: &str| Diagnostic::error(code, span, message).hint(hint);
    if message == "duplicate key" {
        let message = format!("`{}` is given twice", written.escape_debug());
        return error("duplicate-key", message, "keep one of the two");
    }
    if message.contains("string values must be quoted") && written.trim().is_empty() {
        let message = "there is no value after the `=`".to_owned();
        return error("syntax", message, "write a value, or remove the key");
    }
    if message.contains("string values must be quoted") {
        let message = format!("`{}` is not a value", written.trim().escape_debug());
        let hint = "texts and expressions stand in double quotes, and a line has one value";
        return error("syntax", message, hint);
    }
    let hints = [
        (
            "invalid basic string",
            "end the text with `\"` on the same line",
        ),
        (
            "inline table",
            "an inline table is `{ key = value, key = value }`",
        ),
        (
            "between key-value pairs",
            "an inline table is `{ key = value, key = value }`",
        ),
        ("comma", "put one comma between every two values"),
        ("unclosed", "add what closes it"),
        ("key with no value", "write `key = value`"),
        ("missing value", "write a value after the `=`"),
        ("date", "a date is written as `2016-11-30`"),
        ("recursion", "a scenario has no use for such depth"),
    ];
    let hint = hints.iter().find(|(part, _)| message.contains(part));
    let mut diagnostic = Diagnostic::error("syntax", span, message);
    diagnostic.hint = hint.map(|(_, hint)| (*hint).to_owned());
    diagnostic
}

/// Moves a value and all in it further on in its source.
fn shift(node: &mut Node<'_>, offset: usize) {
    let moved = |span: &mut Span| {
        span.start += offset;
        span.end += offset;
    };
    moved(&mut node.span);
    match &mut node.item {
        Item::Text(_, Some(first_byte)) => *first_byte += offset,
        Item::List(nodes) => nodes.iter_mut().for_each(|node| shift(node, offset)),
        Item::Table(table) => {
            for entry in &mut table.0 {
                moved(&mut entry.key_span);
                shift(&mut entry.value, offset);
            }
        }
        _ => {}
    }
}

/// Turns the TOML crate's tree into ours, whose depth has been looked at.
struct Converter<'t> {
    text: &'t str,
    source: SourceId,
}

impl<'t> Converter<'t> {
    fn span(&self, range: Range<usize>) -> Span {
        Span {
            source: self.source,
            start: range.start,
            end: range.end,
        }
    }

    fn table(&self, table: DeTable<'t>) -> Table<'t> {
        let mut entries: Vec<_> = table
            .into_iter()
            .map(|(key, value)| Entry {
                key_span: self.span(key.span()),
                key: key.into_inner(),
                value: self.value(value),
            })
            .collect();
        // A table whose header comes after those of its children has been moved to the end.
        entries.sort_by_key(|entry| entry.key_span.start);
        Table(entries)
    }

    fn value(&self, value: Spanned<DeValue<'t>>) -> Node<'t> {
        let range = value.span();
        let span = self.span(range.clone());
        let item = match value.into_inner() {
            // The parser's stand-in for a value that it could not read; real values have length.
            DeValue::Integer(_) if range.is_empty() => Item::Broken,
            DeValue::String(text) => {
                let first_byte = self.first_byte(&text, range);
                Item::Text(text, first_byte)
            }
            DeValue::Integer(digits) => whole(digits.as_str(), digits.radix()),
            DeValue::Float(digits) => digits.as_str().parse().map_or(Item::Broken, Item::Real),
            DeValue::Boolean(value) => Item::Truth(value),
            DeValue::Datetime(moment) => match (moment.date, moment.time) {
                (Some(date), None) => calendar_date(date.year, date.month, date.day),
                (None, None) => Item::Broken,
                _ => Item::Time,
            },
            DeValue::Array(nodes) => {
                Item::List(nodes.into_iter().map(|node| self.value(node)).collect())
            }
            DeValue::Table(table) => Item::Table(self.table(table)),
        };
        Node { span, item }
    }

    /// Where a text begins in the source, if it stands there as it is meant.
    fn first_byte(&self, text: &str, range: Range<usize>) -> Option<usize> {
        let raw = self.text.get(range.clone())?;
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
}

/// A whole number of any radix; one that does not fit is any other number.
fn whole<'t>(digits: &str, radix: u32) -> Item<'t> {
    match i64::from_str_radix(digits, radix) {
        Ok(value) => Item::Whole(value),
        Err(_) => Item::Real(digits.parse().unwrap_or(f64::INFINITY)),
    }
}

/// A date; TOML has checked that the calendar has it.
fn calendar_date<'t>(year: u16, month: u8, day: u8) -> Item<'t> {
    Date::new(year as i16, month as i8, day as i8).map_or(Item::Broken, Item::Date)
}
