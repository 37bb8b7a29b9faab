//! The parser that recovers from errors: it returns as much of the tree as there is and reports
//! every error of TOML with a hint.
//!
//! The size of the token stream is checked first, because this parser takes many times the memory
//! of the text. It also parses the single values of `--set`.

use super::super::diagnostics::DiagnosticSink;
use super::size_limits::{exceeds_token_limits, exceeds_text_limits};
use super::tree::{TomlEntry, TomlItem, TomlTable, TomlValue, calendar_date, first_byte};
use crate::base::diagnostic::{Diagnostic, SourceId, Span, ceil_boundary, floor_boundary};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Parses a text that is not too long; `None` if it exceeds a size limit.
pub(super) fn parse<'t>(
    text: &'t str,
    source: SourceId,
    sink: &mut DiagnosticSink,
) -> Option<TomlTable<'t>> {
    if let Some((problem, place)) = exceeds_token_limits(text) {
        return report_size(problem, place, source, sink);
    }
    let (parsed, errors) = DeTable::parse_recoverable(text);
    report_syntax(text, source, 0, &errors, sink);
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

/// Reports a text that exceeds a size limit, so that there is no tree.
pub(super) fn report_size<'t>(
    problem: String,
    place: Range<usize>,
    source: SourceId,
    sink: &mut DiagnosticSink,
) -> Option<TomlTable<'t>> {
    let span = Span {
        source,
        start: place.start,
        end: place.end,
    };
    let hint = "check that this is the right file, or shorten it";
    sink.error("file-too-large", span, problem, hint);
    None
}

/// Parses one value that begins at byte `offset` of a source's `text`.
///
/// # Errors
/// The errors of TOML; none if the value exceeds a size limit.
pub(in crate::scenario) fn parse_value<'t>(
    text: &'t str,
    offset: usize,
    source: SourceId,
) -> Result<TomlValue<'t>, Vec<toml::de::Error>> {
    let written = &text[offset..];
    if exceeds_text_limits(written).is_some() || exceeds_token_limits(written).is_some() {
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

/// Reports the syntax errors of TOML with hints. The errors are those of the text
/// from byte `offset` on.
pub(in crate::scenario) fn report_syntax(
    text: &str,
    source: SourceId,
    offset: usize,
    errors: &[toml::de::Error],
    sink: &mut DiagnosticSink,
) {
    let mut last_line = 0..0;
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let start = floor_boundary(text, range.start + offset);
        let end = ceil_boundary(text, range.end + offset).max(start);
        // One error often causes others on its line; only the first is reported.
        if last_line.contains(&start) {
            continue;
        }
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
        last_line = line_start..line_end + 1;
        sink.mark_broken_lines(Span {
            source,
            start: line_start,
            end: line_end,
        });
        let span = Span { source, start, end };
        sink.push(syntax_error(error.message(), &text[start..end], span));
    }
}

/// A diagnostic for one error of TOML at the place of `written`.
fn syntax_error(message: &str, written: &str, span: Span) -> Diagnostic {
    let error =
        |code, message: String, hint: &str| Diagnostic::error(code, span, message).hint(hint);
    if message == "duplicate key" {
        let message = format!("duplicate key `{}`", written.escape_debug());
        return error("duplicate-key", message, "remove one of the two");
    }
    if message.contains("string values must be quoted") && written.trim().is_empty() {
        let message = "missing value after `=`".to_owned();
        return error("syntax", message, "write a value, or remove the key");
    }
    if message.contains("string values must be quoted") && written.trim().ends_with('%') {
        let message = "percentages are not supported".to_owned();
        return error("syntax", message, "write a fraction: 5 % is `0.05`");
    }
    if message.contains("string values must be quoted") {
        let message = format!("`{}` is not a valid value", written.trim().escape_debug());
        let hint = "write one value per key, and put strings and expressions in double quotes";
        return error("syntax", message, hint);
    }
    let hints = [
        (
            "unexpected key or value",
            "write one value per key, use a decimal point in numbers, and put strings and expressions \
             in double quotes",
        ),
        (
            "leading zero",
            "write numbers without leading zeros, and dates as `2016-11-30`",
        ),
        (
            "invalid basic string",
            "end the string with `\"` on the same line",
        ),
        (
            "inline table",
            "write an inline table as `{ key = value, key = value }`",
        ),
        (
            "between key-value pairs",
            "write an inline table as `{ key = value, key = value }`",
        ),
        (
            "escaped value",
            "write the backslash twice, or put the string in single quotes",
        ),
        (
            "between digits",
            "write digits only, or one `_` between two digits",
        ),
        ("comma", "separate values with one comma"),
        ("unclosed", "add the closing bracket"),
        ("key with no value", "write `key = value`"),
        ("missing value", "write a value after `=`"),
        (
            "date",
            "write a date of the calendar, for example `2016-11-30`",
        ),
        ("recursion", "reduce the nesting"),
        ("number", "write a number such as `12`, `0.5` or `1e-3`"),
    ];
    let hint = hints.iter().find(|(part, _)| message.contains(part));
    let message = message.trim_end_matches(", expected nothing");
    let mut diagnostic = Diagnostic::error("syntax", span, message);
    diagnostic.hint = hint.map(|(_, hint)| (*hint).to_owned());
    diagnostic
}

/// Shifts the spans of a value and all within it.
fn shift(node: &mut TomlValue<'_>, offset: usize) {
    let moved = |span: &mut Span| {
        span.start += offset;
        span.end += offset;
    };
    moved(&mut node.span);
    match &mut node.item {
        TomlItem::String(_, Some(first_byte)) => *first_byte += offset,
        TomlItem::Array(nodes) => nodes.iter_mut().for_each(|node| shift(node, offset)),
        TomlItem::Table(table) => {
            for entry in &mut table.0 {
                moved(&mut entry.key_span);
                shift(&mut entry.value, offset);
            }
        }
        _ => {}
    }
}

/// Converts the tree of the TOML crate, whose depth has been checked.
struct Converter<'t> {
    text: &'t str,
    source: SourceId,
    /// The bytes at which errors were reported, ascending.
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

    fn table(&self, table: DeTable<'t>) -> TomlTable<'t> {
        let mut entries: Vec<_> = table
            .into_iter()
            .map(|(key, value)| TomlEntry {
                key_span: self.span(key.span()),
                key: key.into_inner(),
                value: self.value(value),
            })
            .collect();
        // A table whose header follows those of its children has been moved to the end.
        entries.sort_by_key(|entry| entry.key_span.start);
        TomlTable(entries)
    }

    fn value(&self, value: Spanned<DeValue<'t>>) -> TomlValue<'t> {
        let range = value.span();
        let span = self.span(range.clone());
        let item = match value.into_inner() {
            DeValue::Array(nodes) => {
                TomlItem::Array(nodes.into_iter().map(|node| self.value(node)).collect())
            }
            DeValue::Table(table) => TomlItem::Table(self.table(table)),
            // The parser's placeholder for a value that it could not parse; valid values are not
            // empty.
            DeValue::Integer(_) if range.is_empty() => TomlItem::Invalid,
            _ if self.is_broken(&range) => TomlItem::Invalid,
            DeValue::String(text) => {
                let first_byte = first_byte(self.text, range, &text);
                TomlItem::String(text, first_byte)
            }
            DeValue::Integer(digits) => whole(digits.as_str(), digits.radix()),
            DeValue::Float(digits) => digits
                .as_str()
                .parse()
                .map_or(TomlItem::Invalid, TomlItem::Float),
            DeValue::Boolean(value) => TomlItem::Boolean(value),
            DeValue::Datetime(moment) => match (moment.date, moment.time) {
                (Some(date), None) => calendar_date(date.year, date.month, date.day),
                (None, None) => TomlItem::Invalid,
                _ => TomlItem::Time,
            },
        };
        TomlValue { span, item }
    }

    /// Whether an error was reported within a value, which the parser then returned in part.
    fn is_broken(&self, range: &Range<usize>) -> bool {
        let next = self.broken_at.partition_point(|&at| at < range.start);
        self.broken_at.get(next).is_some_and(|&at| at < range.end)
    }
}

/// An integer of any radix, or a float if it does not fit in 64 bits.
fn whole<'t>(digits: &str, radix: u32) -> TomlItem<'t> {
    if let Ok(value) = i64::from_str_radix(digits, radix) {
        return TomlItem::Integer(value);
    }
    let wide = i128::from_str_radix(digits, radix).map(|value| value as f64);
    let real = wide.or_else(|_| match radix {
        10 => digits.parse().map_err(drop),
        _ => Err(()),
    });
    TomlItem::Float(real.unwrap_or(f64::INFINITY))
}
