//! The tree of any text, as far as there is one, and what is wrong with it.
//!
//! In: a source. Out: a tree, with every error of TOML reported in words. The density of the text
//! is looked at first, because this parser's pieces take many times the room of its text. Parses
//! single values, too.

use super::weigh::{too_dense, too_long};
use super::{Entry, Findings, Item, Node, Table, calendar_date, first_byte};
use crate::base::diagnostic::{Diagnostic, SourceId, Span, ceil_boundary, floor_boundary};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Parses a text that is not too long; `None` where it is too dense to look at.
pub(super) fn parse<'t>(
    text: &'t str,
    source: SourceId,
    findings: &mut Findings,
) -> Option<Table<'t>> {
    if let Some((problem, place)) = too_dense(text) {
        return report_size(problem, place, source, findings);
    }
    let (parsed, errors) = DeTable::parse_recoverable(text);
    report_syntax(text, source, 0, &errors, findings);
    let mut broken_at: Vec<usize> = errors
        .iter()
        .filter_map(|error| Some(error.span()?.start))
        .collect();
    broken_at.sort_unstable();
    let converter = Converter {
        text,
        source,
        broken_at,
    };
    Some(converter.table(parsed.into_inner()))
}

/// Reports a text that is too big to look at, so that there is no tree.
pub(super) fn report_size<'t>(
    problem: String,
    place: Range<usize>,
    source: SourceId,
    findings: &mut Findings,
) -> Option<Table<'t>> {
    let span = Span {
        source,
        start: place.start,
        end: place.end,
    };
    let hint = "a scenario is written by hand: is this the right file?";
    findings.error("file-too-big", span, problem, hint);
    None
}

/// Parses one value that begins at byte `offset` of a source's `text`; fails with the errors of
/// TOML where it is none, and with no error where it is too deep to look at.
pub(in crate::scenario) fn parse_value<'t>(
    text: &'t str,
    offset: usize,
    source: SourceId,
) -> Result<Node<'t>, Vec<toml::de::Error>> {
    let written = &text[offset..];
    if too_long(written).is_some() || too_dense(written).is_some() {
        return Err(Vec::new());
    }
    let (parsed, errors) = DeValue::parse_recoverable(written);
    if !errors.is_empty() {
        return Err(errors);
    }
    let converter = Converter {
        text: written,
        broken_at: Vec::new(),
        source,
    };
    let mut node = converter.value(parsed);
    shift(&mut node, offset);
    Ok(node)
}

/// Reports what TOML itself finds wrong, in words. The errors are those of the text from byte
/// `offset` on.
pub(in crate::scenario) fn report_syntax(
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
    if message.contains("string values must be quoted") && written.trim().ends_with('%') {
        let message = "a percentage is not a number here".to_owned();
        return error("syntax", message, "write 5 % as `0.05`");
    }
    if message.contains("string values must be quoted") {
        let message = format!("`{}` is not a value", written.trim().escape_debug());
        let hint = "texts and expressions stand in double quotes, and a line has one value";
        return error("syntax", message, hint);
    }
    let hints = [
        (
            "unexpected key or value",
            "a line has one value; numbers have a decimal point, and texts and expressions stand in \
             double quotes",
        ),
        (
            "leading zero",
            "a number has no zeros before it, and a date is written as `2016-11-30`",
        ),
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
        (
            "escaped value",
            "a backslash is written twice, or the text stands in single quotes",
        ),
        (
            "between digits",
            "write the number with digits, or with `_` between two of them",
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
    /// The bytes at which something was reported, in order.
    broken_at: Vec<usize>,
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
            DeValue::Array(nodes) => {
                Item::List(nodes.into_iter().map(|node| self.value(node)).collect())
            }
            DeValue::Table(table) => Item::Table(self.table(table)),
            // The parser's stand-in for a value that it could not read; real values have length.
            DeValue::Integer(_) if range.is_empty() => Item::Broken,
            _ if self.is_broken(&range) => Item::Broken,
            DeValue::String(text) => {
                let first_byte = first_byte(self.text, range, &text);
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
        };
        Node { span, item }
    }

    /// Whether something was reported within a value, of which the parser made what it could.
    fn is_broken(&self, range: &Range<usize>) -> bool {
        let next = self.broken_at.partition_point(|&at| at < range.start);
        self.broken_at.get(next).is_some_and(|&at| at < range.end)
    }
}

/// A whole number of any radix; one that does not fit is any other number.
fn whole<'t>(digits: &str, radix: u32) -> Item<'t> {
    if let Ok(value) = i64::from_str_radix(digits, radix) {
        return Item::Whole(value);
    }
    let wide = i128::from_str_radix(digits, radix).map(|value| value as f64);
    let real = wide.or_else(|_| match radix {
        10 => digits.parse().map_err(drop),
        _ => Err(()),
    });
    Item::Real(real.unwrap_or(f64::INFINITY))
}
