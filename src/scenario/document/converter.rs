//! Converts the parser's tree into one that does not borrow from its arena, and checks its depth
//! and the length of its tokens.

use super::lexer::{Lexer, TokenKind};
use super::size_limits::{token_too_long, too_deep};
use super::tree::{TomlEntry, TomlItem, TomlTable, TomlValue, calendar_date, first_byte};
use crate::base::diagnostic::{SourceId, Span};
use crate::scenario::limits;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use toml_spanner::{Arena, ArrayStyle, Item, Key, Table, TableStyle, Value};

/// A size limit that a tree exceeds: the problem and its place.
pub(super) type LimitExceeded = (String, Range<usize>);

/// What stands in the parsed text instead of what the user wrote, at the same place.
#[derive(Debug, Default)]
pub(super) struct Replacements {
    /// Values by their first byte: their end in the text of the user, and what they are.
    pub values: BTreeMap<usize, (usize, TomlItem<'static>)>,
    /// The name of the array of tables whose headers replace broken ones.
    pub removed_table: Option<&'static str>,
}

/// Parses `parsed`, which is `text` with `replacements`.
///
/// # Errors
/// The first syntax error of TOML.
pub(super) fn parse<'t>(
    parsed: &str,
    text: &'t str,
    source: SourceId,
    replacements: &Replacements,
) -> Result<Result<TomlTable<'t>, LimitExceeded>, toml_spanner::Error> {
    let arena = Arena::new();
    let document = toml_spanner::parse(parsed, &arena)?;
    let converter = Converter {
        text,
        parsed,
        source,
        replacements,
    };
    Ok(converter.table(document.table(), 0))
}

struct Converter<'t, 'p> {
    text: &'t str,
    parsed: &'p str,
    source: SourceId,
    replacements: &'p Replacements,
}

impl<'t> Converter<'t, '_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span {
            source: self.source,
            start: range.start,
            end: range.end,
        }
    }

    /// A table at nesting depth `depth`.
    fn table(&self, table: &Table<'_>, depth: usize) -> Result<TomlTable<'t>, LimitExceeded> {
        let mut entries = Vec::with_capacity(table.len());
        let mut has_late_header = false;
        for (key, value) in table {
            if depth == 0 && self.replacements.removed_table == Some(key.name) {
                continue;
            }
            let mut key_span = key.span;
            if let Some(table) = value.as_table()
                && table.style() == TableStyle::Header
                && table.span().start > key.span.start
            {
                // Its own header follows those of its children.
                has_late_header = true;
                key_span = self.last_name(table.span());
            }
            entries.push(TomlEntry {
                key: self.key(key)?,
                key_span: self.span(key_span.range()),
                value: self.value(value, depth + 1)?,
            });
        }
        if has_late_header {
            entries.sort_by_key(|entry| entry.key_span.start);
        }
        Ok(TomlTable(entries))
    }

    /// The place of the last name in the header of a table that begins at `span`.
    fn last_name(&self, span: toml_spanner::Span) -> toml_spanner::Span {
        let header = span.extract_header_span(self.parsed.as_bytes()).range();
        let tokens = Lexer::new(&self.parsed[..header.end], header.start);
        let is_name = |kind| matches!(kind, TokenKind::Atom | TokenKind::String);
        let name = tokens.filter(|token| is_name(token.kind)).last();
        let name = name.map_or(header, |token| token.range);
        toml_spanner::Span::new(name.start as u32, name.end as u32)
    }

    fn key(&self, key: &Key<'_>) -> Result<Cow<'t, str>, LimitExceeded> {
        let range = key.span.range();
        // The key that precedes a single value is not in the text.
        let written = self.text.get(range.clone()).unwrap_or_default();
        if written != key.name {
            return Ok(self.string(key.name, key.span).0);
        }
        if written.len() > limits::TOKEN_BYTES {
            return Err((token_too_long(), range));
        }
        Ok(Cow::Borrowed(written))
    }

    fn value(&self, value: &Item<'_>, depth: usize) -> Result<TomlValue<'t>, LimitExceeded> {
        let mut span = value.span();
        let item = match value.value() {
            Value::String(text) => {
                let (text, first_byte) = self.string(text, span);
                TomlItem::String(text, first_byte)
            }
            Value::Array(array) => {
                if array.style() == ArrayStyle::Header {
                    span = span.extract_header_span(self.parsed.as_bytes());
                }
                self.check_depth(depth, span)?;
                let values = array.iter().map(|value| self.value(value, depth + 1));
                TomlItem::Array(values.collect::<Result<_, _>>()?)
            }
            Value::Table(table) => {
                if table.style() == TableStyle::Header {
                    span = span.extract_header_span(self.parsed.as_bytes());
                }
                self.check_depth(depth, span)?;
                TomlItem::Table(self.table(table, depth)?)
            }
            scalar => match self.replacements.values.get(&(span.start as usize)) {
                Some((end, item)) => {
                    return Ok(TomlValue {
                        span: self.span(span.start as usize..*end),
                        item: item.clone(),
                    });
                }
                None => self.scalar(scalar, span)?,
            },
        };
        Ok(TomlValue {
            span: self.span(span.range()),
            item,
        })
    }

    fn scalar(
        &self,
        value: Value<'_, '_>,
        span: toml_spanner::Span,
    ) -> Result<TomlItem<'t>, LimitExceeded> {
        if span.range().len() > limits::TOKEN_BYTES {
            return Err((token_too_long(), span.range()));
        }
        Ok(match value {
            Value::Integer(value) => value
                .as_i64()
                .map_or(TomlItem::Float(value.as_f64()), TomlItem::Integer),
            Value::Float(value) => TomlItem::Float(*value),
            Value::Boolean(value) => TomlItem::Boolean(*value),
            Value::DateTime(moment) => match (moment.date(), moment.time()) {
                (Some(date), None) => calendar_date(date.year, date.month, date.day),
                _ => TomlItem::Time,
            },
            Value::String(_) | Value::Array(_) | Value::Table(_) => TomlItem::Invalid,
        })
    }

    fn check_depth(&self, depth: usize, span: toml_spanner::Span) -> Result<(), LimitExceeded> {
        if depth > limits::TABLE_DEPTH {
            return Err((too_deep(), span.range()));
        }
        Ok(())
    }

    /// A string that is written at `span`, and the byte at which its text begins if
    /// it has no escapes.
    fn string(&self, text: &str, span: toml_spanner::Span) -> (Cow<'t, str>, Option<usize>) {
        match first_byte(self.text, span.range(), text) {
            Some(at) => (Cow::Borrowed(&self.text[at..at + text.len()]), Some(at)),
            None => (Cow::Owned(text.to_owned()), None),
        }
    }
}
