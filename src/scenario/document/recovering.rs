//! The parser that recovers from errors: it returns as much of the tree as there is and reports
//! every error of TOML with a hint.
//!
//! The size of the token stream is checked first, because this parser takes many times the memory
//! of the text. It also parses the single values of `--set`.

use super::super::diagnostics::DiagnosticSink;
use super::size_limits::{exceeds_text_limits, exceeds_token_limits};
use super::tree::{TomlEntry, TomlItem, TomlTable, TomlValue, calendar_date, first_byte};
use crate::base::diagnostic::{Diagnostic, SourceId, Span, ceil_boundary, floor_boundary};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How far into a file the first definition of a duplicate key is searched \[bytes\], so that a
/// file with many duplicates is read as fast as any other.
const SEARCHED_BYTES: usize = 100_000;

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
        sink.push(syntax_error(error.message(), text, span));
    }
}

/// A diagnostic for one error of TOML at a span of the text, in plain words.
fn syntax_error(message: &str, text: &str, span: Span) -> Diagnostic {
    let written = &text[span.start..span.end];
    let error =
        |code, message: String, hint: &str| Diagnostic::error(code, span, message).hint(hint);
    if message == "duplicate key" {
        let mut message = format!("duplicate key `{}`", written.escape_debug());
        if let Some(line) = line_of_first_definition(text, span.start) {
            message += &format!(": already defined on line {line}");
        }
        return error("duplicate-key", message, "remove one of the two");
    }
    if message.contains("string values must be quoted") && written.trim().is_empty() {
        let message = "missing value after `=`".to_owned();
        return error("syntax", message, "write a value after `=`");
    }
    if message.contains("string values must be quoted") && written.trim().ends_with('%') {
        let message = "percentages are not supported".to_owned();
        return error("syntax", message, "write a decimal number: 5 % is `0.05`");
    }
    if message.contains("string values must be quoted") {
        let message = format!("`{}` is not a valid value", written.trim().escape_debug());
        let hint = "write one value per key, and put strings and expressions in double quotes";
        return error("syntax", message, hint);
    }
    let hints = [
        (
            "unexpected `",
            "write one value per key, use a decimal point in numbers, and put strings and expressions \
             in double quotes",
        ),
        (
            "leading zero",
            "write numbers without leading zeros, and dates as `2016-11-30`",
        ),
        ("unterminated", "end the string with `\"` on the same line"),
        (
            "inline table",
            "write an inline table as `{ key = value, key = value }`",
        ),
        (
            "missing `,`",
            "write an inline table as `{ key = value, key = value }`",
        ),
        (
            "invalid escape",
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
            "write a valid calendar date, for example `2016-11-30`",
        ),
        ("recursion", "reduce the nesting"),
        ("number", "write a number such as `12`, `0.5` or `1e-3`"),
    ];
    let message = plain_message(message, text, span);
    let hint = hints.iter().find(|(part, _)| message.contains(part));
    let mut diagnostic = Diagnostic::error("syntax", span, message);
    diagnostic.hint = hint.map(|(_, hint)| (*hint).to_owned());
    diagnostic
}

/// The message of the TOML crate in plain words.
fn plain_message(message: &str, text: &str, span: Span) -> String {
    let line_start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let (before, after) = (&text[line_start..span.start], &text[span.start..]);
    let quote = |text: &str| -> String { text.chars().take(40).collect() };
    if message.starts_with("unexpected key or value") {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '-';
        let first = after.chars().next().unwrap_or_default();
        let length = match after.find(|c: char| !is_part(c)) {
            Some(0) => first.len_utf8(),
            length => length.unwrap_or(after.len()),
        };
        let found = quote(&after[..length]);
        let last = before.trim_end().rsplit([' ', '\t', '=']).next();
        return match last.filter(|last| !last.is_empty()) {
            Some(last) => format!(
                "unexpected `{}` after `{}`",
                found.escape_debug(),
                quote(last).escape_debug()
            ),
            None => format!("unexpected `{}`", found.escape_debug()),
        };
    }
    if message.starts_with("missing escaped value") {
        let escaped = after.trim_start_matches('\\').chars().next();
        return match escaped.filter(|c| !c.is_control()) {
            Some(escaped) => format!("invalid escape `\\{escaped}`"),
            None => "invalid escape `\\`".to_owned(),
        };
    }
    let is_quote = |expected: &str| expected.starts_with("`\"") || expected.starts_with("`'");
    if let Some((start, expected)) = message.split_once(", expected ")
        && start.starts_with("invalid ")
        && start.ends_with("string")
        && is_quote(expected)
    {
        return "unterminated string".to_owned();
    }
    if message.starts_with("extra assignment between key-value pairs") {
        return "missing `,`".to_owned();
    }
    message.trim_end_matches(", expected nothing").to_owned()
}

/// The number of the line on which the key at `start` was first defined: the header that is the
/// same, or the same key above in the same table; `None` if it was defined in another form.
fn line_of_first_definition(text: &str, start: usize) -> Option<usize> {
    fn content(line: &str) -> &str {
        line.split('#').next().unwrap_or_default().trim()
    }
    fn key(line: &str) -> Option<&str> {
        Some(line.split_once('=')?.0.trim())
    }
    if start > SEARCHED_BYTES {
        return None;
    }
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let this = content(text[line_start..].lines().next()?);
    let above: Vec<&str> = text[..line_start].lines().collect();
    let found = if this.starts_with('[') {
        above.iter().position(|line| content(line) == this)
    } else {
        let this = key(this).filter(|_| text[line_start..start].trim().is_empty())?;
        let header = above.iter().rposition(|line| line.starts_with('['));
        let name = header.map(|at| content(above[at]));
        // A table that is defined twice is one table, but each `[[…]]` is another.
        let first = match name {
            Some(name) if name.starts_with("[[") => header.unwrap_or(0),
            _ => 0,
        };
        let mut table = None;
        let mut found = None;
        for (index, line) in above.iter().enumerate().skip(first) {
            if line.starts_with('[') {
                table = Some(content(line));
            } else if table == name && key(line) == Some(this) {
                found = Some(index);
                break;
            }
        }
        found
    };
    found.map(|index| index + 1)
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
