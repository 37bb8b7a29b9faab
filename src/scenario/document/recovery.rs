//! Reports every syntax error of a text and parses the rest.
//!
//! The parser stops at the first error. The statement with the error is then replaced in a copy of
//! the text, byte for byte, and the copy is parsed again, until it is valid. The tree is the one of
//! the copy, whose places are those of the text.

use super::super::diagnostics::DiagnosticSink;
use super::converter::{self, Replacements};
use super::error_site::ErrorSite;
use super::size_limits::exceeds_text_limits;
use super::statement::{Statement, is_first_in_line, line_end, line_start};
use super::syntax_error::describe;
use super::tree::{TomlItem, TomlTable, TomlValue};
use crate::base::diagnostic::{Diagnostic, SourceId, Span, floor_boundary};
use crate::scenario::limits;
use std::ops::Range;
use toml_spanner::{Error, ErrorKind};

/// Maximum number of bytes that are parsed again after errors, so that a file with many errors is
/// read as fast as any other.
const REPARSED_BYTES: usize = 24 * 1024 * 1024;
/// A header that replaces a broken one, so that the keys below it belong to no other table.
const REMOVED_HEADER: &str = "[[-]]";
/// The name of the array of tables that [`REMOVED_HEADER`] creates.
const REMOVED_TABLE: &str = "-";

/// Parses a text that is not too long; `None` if it exceeds a size limit or has too many errors.
pub(super) fn parse<'t>(
    text: &'t str,
    source: SourceId,
    sink: &mut DiagnosticSink,
) -> Option<TomlTable<'t>> {
    let mut repair = Repair::new(text, source);
    loop {
        let error = match repair.parse() {
            Ok(Ok(table)) => return Some(table),
            Ok(Err((problem, place))) => return report_size(problem, place, source, sink),
            Err(error) => error,
        };
        if repair.replace_number(&error) {
            continue;
        }
        if matches!(error.kind(), ErrorKind::OutOfRange { .. }) {
            let problem = super::size_limits::too_deep();
            return report_size(problem, error.span().range(), source, sink);
        }
        let found = repair.replace_statement(&error);
        sink.mark_broken_lines(found.lines);
        if !found.is_repeated {
            sink.push(found.diagnostic);
        }
        // One less than what is shown, so that the last message is shown too.
        if repair.n_errors + 1 >= limits::DIAGNOSTICS || repair.n_bytes > REPARSED_BYTES {
            let message = "too many syntax errors: nothing below this line was checked";
            let hint = "fix the errors above first, then check again";
            let end = Span {
                start: found.lines.end,
                ..found.lines
            };
            sink.error("syntax", end, message, hint);
            return None;
        }
    }
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

/// The reason why a text is not one value.
#[derive(Debug)]
pub(in crate::scenario) enum ValueError {
    /// It exceeds a size limit.
    TooLarge,
    /// It has a syntax error.
    Syntax(Diagnostic),
}

/// Parses one value that begins at byte `offset` of a source's `text`, after a key and `=`.
///
/// # Errors
/// The text is not one value of TOML, or exceeds a size limit.
pub(in crate::scenario) fn parse_value<'t>(
    text: &'t str,
    offset: usize,
    source: SourceId,
) -> Result<TomlValue<'t>, ValueError> {
    /// What precedes the value in the parsed text.
    const KEY: &str = "v=";
    if exceeds_text_limits(text).is_some() || offset < KEY.len() {
        return Err(ValueError::TooLarge);
    }
    let mut repair = Repair::new(text, source);
    repair.parsed = " ".repeat(offset - KEY.len()) + KEY + &text[offset..];
    loop {
        let error = match repair.parse() {
            Ok(Ok(TomlTable(mut entries))) => {
                let end = text.trim_end().len();
                return match entries.pop() {
                    Some(entry) if entries.is_empty() && entry.value.span.end == end => {
                        Ok(entry.value)
                    }
                    _ => Err(ValueError::Syntax(repair.more_than_a_value(offset..end))),
                };
            }
            Ok(Err(_)) => return Err(ValueError::TooLarge),
            Err(error) => error,
        };
        if repair.replace_number(&error) {
            continue;
        }
        return Err(match error.kind() {
            ErrorKind::OutOfRange { .. } => ValueError::TooLarge,
            _ => ValueError::Syntax(repair.replace_statement(&error).diagnostic),
        });
    }
}

/// A text, and the copy of it in which errors have been replaced.
struct Repair<'t> {
    text: &'t str,
    source: SourceId,
    parsed: String,
    replacements: Replacements,
    /// The first byte of the statement with the latest error.
    latest: Option<usize>,
    n_errors: usize,
    n_bytes: usize,
}

/// An error of the text.
struct FoundError {
    diagnostic: Diagnostic,
    /// The lines that were not parsed.
    lines: Span,
    /// Whether an error was already found in the same statement.
    is_repeated: bool,
}

impl<'t> Repair<'t> {
    fn new(text: &'t str, source: SourceId) -> Self {
        Self {
            text,
            source,
            parsed: String::new(),
            replacements: Replacements::default(),
            latest: None,
            n_errors: 0,
            n_bytes: 0,
        }
    }

    fn parse(&self) -> Result<Result<TomlTable<'t>, converter::LimitExceeded>, Error> {
        // Nothing is copied for a valid text.
        let parsed = match self.parsed.is_empty() {
            true => self.text,
            false => &self.parsed,
        };
        converter::parse(parsed, self.text, self.source, &self.replacements)
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span {
            source: self.source,
            start: range.start,
            end: range.end,
        }
    }

    /// Replaces a part of the copy, which `new` must fit in, and fills it with spaces.
    fn replace(&mut self, range: Range<usize>, new: &str) {
        if self.parsed.is_empty() {
            self.parsed = self.text.to_owned();
        }
        let spaces = " ".repeat(range.len() - new.len());
        self.parsed
            .replace_range(range, &(new.to_owned() + &spaces));
    }

    /// Replaces a number that is valid but too large for the parser; `false` if the error is another.
    fn replace_number(&mut self, error: &Error) -> bool {
        let (ErrorKind::InvalidFloat("float overflow")
        | ErrorKind::InvalidInteger("integer overflow")) = error.kind()
        else {
            return false;
        };
        let range = error.span().range();
        let digits = self.text[range.clone()].replace('_', "");
        let value = digits.parse().unwrap_or(f64::INFINITY);
        self.n_bytes += range.end;
        self.replace(range.clone(), "0");
        let item = TomlItem::Float(value);
        let old = self
            .replacements
            .values
            .insert(range.start, (range.end, item));
        old.is_none()
    }

    /// Replaces the statement with the first error of the copy.
    fn replace_statement(&mut self, error: &Error) -> FoundError {
        if self.parsed.is_empty() {
            self.parsed = self.text.to_owned();
        }
        let at = floor_boundary(self.text, error.span().start as usize);
        let statement = Statement::find(&self.parsed, at);
        let (end, is_unclosed) = statement.end(&self.parsed, at);
        self.n_errors += 1;
        self.n_bytes += 2 * end;
        let site = ErrorSite {
            text: self.text,
            source: self.source,
            at,
            end: error.span().end as usize,
            unclosed: statement.open.last().map(|bracket| bracket.at).filter(|_| {
                let is_at_end = self.parsed[at..].trim().is_empty();
                is_unclosed && (is_at_end || is_first_in_line(&self.parsed, at))
            }),
            statement: &statement,
        };
        let diagnostic = describe(&site, error.kind());
        let start = line_start(&self.parsed, statement.start);
        let lines = self.span(start..end.max(statement.start));
        let is_repeated = self.latest.replace(statement.start) == Some(statement.start);
        self.remove(&statement, at, end, is_repeated);
        FoundError {
            diagnostic,
            lines,
            is_repeated,
        }
    }

    /// Removes a statement from the copy. `is_repeated` says whether its replacement was no help.
    fn remove(&mut self, statement: &Statement, at: usize, end: usize, is_repeated: bool) {
        let whole = statement.start..end.max(statement.start);
        if statement.is_header {
            if whole.len() >= REMOVED_HEADER.len() && !is_repeated {
                self.replacements.removed_table = Some(REMOVED_TABLE);
                return self.replace(whole, REMOVED_HEADER);
            }
            // The keys below would belong to the table above.
            let next = self.parsed[whole.end..].find("\n[");
            let end = next.map_or(self.parsed.len(), |length| whole.end + length);
            return self.replace(whole.start..end, "");
        }
        if let Some(after) = statement
            .after_equals
            .filter(|&after| at >= after && !is_repeated)
        {
            let is_space = |c: char| c.is_ascii_whitespace();
            let value = self.parsed[after..whole.end.max(after)].trim_end_matches(is_space);
            let end = after + value.len();
            let start = end - value.trim_start_matches(is_space).len();
            if start < end && !value[start - after..].starts_with('#') {
                self.replace(start..end, "0");
                let item = (end, TomlItem::Invalid);
                self.replacements.values.insert(start, item);
                return;
            }
        }
        let end = match is_repeated {
            true => line_end(&self.parsed, whole.end),
            false => whole.end,
        };
        self.replace(whole.start..end, "");
    }

    /// The diagnostic of a text that is valid but more than a value.
    fn more_than_a_value(&self, range: Range<usize>) -> Diagnostic {
        let message = "this is more than one value";
        Diagnostic::error("syntax", self.span(range), message).hint("write a single value")
    }
}
