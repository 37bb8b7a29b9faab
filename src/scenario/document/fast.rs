//! The fast parser for valid texts far from every limit, four times as fast as the recovering one.
//!
//! It returns no tree if the text has an error or is near a size limit, and reports nothing. The
//! [recovering parser](super::recovering) then reports the error or parses the text after all.

use super::size_limits::count;
use super::tree::{TomlEntry, TomlItem, TomlTable, TomlValue, calendar_date, first_byte};
use crate::base::diagnostic::{SourceId, Span};
use crate::scenario::limits;
use std::borrow::Cow;
use toml_spanner::{Arena, ArrayStyle, Key, TableStyle, Value};

/// Maximum number of tokens per sign or line break of a valid text: a key, a date, a time and a
/// comment make four between an `=` and the end of the line. The end of the text is one more.
pub(super) const TOKENS_PER_SIGN: usize = 3;

/// The tree of a text; `None` if it has an error or is near a limit.
pub(super) fn parse<'t>(text: &'t str, source: SourceId) -> Option<TomlTable<'t>> {
    let n_dots = count(text, |byte| byte == b'.');
    let n_other_signs = count(text, |byte| {
        let is_bracket = (byte == b'[') | (byte == b']') | (byte == b'{') | (byte == b'}');
        (byte == b'\n') | (byte == b',') | (byte == b'=') | is_bracket
    });
    if n_dots + n_other_signs >= limits::FILE_TOKENS / TOKENS_PER_SIGN {
        return None;
    }
    let arena = Arena::new();
    let document = toml_spanner::parse(text, &arena).ok()?;
    let mut converter = Converter {
        text,
        source,
        n_headers: 0,
    };
    let table = converter.table(document.table(), 0)?;
    (n_dots + converter.n_headers <= limits::TABLES).then_some(table)
}

/// Converts the parser's tree into one that does not borrow from its arena. Each method returns
/// `None` if a limit is exceeded.
struct Converter<'t> {
    text: &'t str,
    source: SourceId,
    n_headers: usize,
}

impl<'t> Converter<'t> {
    fn span(&self, span: toml_spanner::Span) -> Span {
        Span {
            source: self.source,
            start: span.start as usize,
            end: span.end as usize,
        }
    }

    /// A table at nesting depth `depth`.
    fn table(&mut self, table: &toml_spanner::Table<'_>, depth: usize) -> Option<TomlTable<'t>> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let has_late_header = value.as_table().is_some_and(|table| {
                table.style() == TableStyle::Header && table.span().start > key.span.start
            });
            if has_late_header {
                // The table's own header follows those of its children, and its name stands there.
                return None;
            }
            entries.push(TomlEntry {
                key: self.key(key)?,
                key_span: self.span(key.span),
                value: self.value(value, depth + 1)?,
            });
        }
        Some(TomlTable(entries))
    }

    fn key(&self, key: &Key<'_>) -> Option<Cow<'t, str>> {
        // A key that is quoted here may stand elsewhere without quotes.
        if key.name.len() > limits::TOKEN_BYTES {
            return None;
        }
        let written = &self.text[key.span.range()];
        if written == key.name {
            return Some(Cow::Borrowed(written));
        }
        let (text, _) = self.text(key.name, key.span);
        Some(text)
    }

    fn value(&mut self, value: &toml_spanner::Item<'_>, depth: usize) -> Option<TomlValue<'t>> {
        if depth > limits::TABLE_DEPTH {
            return None;
        }
        let mut span = value.span();
        let item = match value.value() {
            Value::String(text) => {
                let (text, first_byte) = self.text(text, span);
                TomlItem::String(text, first_byte)
            }
            Value::Array(array) => {
                if array.style() == ArrayStyle::Header {
                    span = span.extract_header_span(self.text.as_bytes());
                }
                let nodes = array.iter().map(|value| self.value(value, depth + 1));
                TomlItem::Array(nodes.collect::<Option<_>>()?)
            }
            Value::Table(table) => {
                if table.style() == TableStyle::Header {
                    self.n_headers += 1;
                    span = span.extract_header_span(self.text.as_bytes());
                }
                TomlItem::Table(self.table(table, depth)?)
            }
            _ if span.range().len() > limits::TOKEN_BYTES => return None,
            Value::Integer(value) => value
                .as_i64()
                .map_or(TomlItem::Float(value.as_f64()), TomlItem::Integer),
            Value::Float(value) => TomlItem::Float(*value),
            Value::Boolean(value) => TomlItem::Boolean(*value),
            Value::DateTime(moment) => match (moment.date(), moment.time()) {
                (Some(date), None) => calendar_date(date.year, date.month, date.day),
                _ => TomlItem::Time,
            },
        };
        Some(TomlValue {
            span: self.span(span),
            item,
        })
    }

    /// A string that is written at `span`, and the byte at which its text begins if
    /// it has no escapes.
    fn text(&self, text: &str, span: toml_spanner::Span) -> (Cow<'t, str>, Option<usize>) {
        match first_byte(self.text, span.range(), text) {
            Some(at) => (Cow::Borrowed(&self.text[at..at + text.len()]), Some(at)),
            None => (Cow::Owned(text.to_owned()), None),
        }
    }
}
