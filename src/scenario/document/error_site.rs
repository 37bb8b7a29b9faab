//! Where a syntax error lies, and diagnostics about it.

use super::statement::Statement;
use crate::base::diagnostic::{Diagnostic, SourceId, Span, ceil_boundary, escaped, floor_boundary};
use std::ops::Range;

/// Where an error lies.
pub(super) struct ErrorSite<'s> {
    pub text: &'s str,
    pub source: SourceId,
    /// The first byte at which the parser reports the error, a character boundary.
    pub at: usize,
    /// One past the last byte at which the parser reports the error.
    pub end: usize,
    pub statement: &'s Statement,
    /// The place of a bracket, if the error is that it is never closed.
    pub unclosed: Option<usize>,
}

impl ErrorSite<'_> {
    /// The bytes at which the parser reports the error.
    pub fn range(&self) -> Range<usize> {
        self.at..ceil_boundary(self.text, self.end.max(self.at))
    }

    /// The character at the error.
    pub fn character(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// A diagnostic at a part of the text.
    pub fn error(
        &self,
        range: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Diagnostic {
        self.error_of("syntax", range, message, hint)
    }

    /// A diagnostic with a code of its own.
    pub fn error_of(
        &self,
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Diagnostic {
        let span = Span {
            source: self.source,
            start: range.start,
            end: range.end,
        };
        Diagnostic::error(code, span, message).hint(hint)
    }

    /// The number of the line on which a span begins.
    pub fn line_of(&self, span: toml_spanner::Span) -> usize {
        let start = floor_boundary(self.text, span.start as usize);
        self.text[..start].matches('\n').count() + 1
    }
}

/// A part of the text in a message, shortened.
pub(super) fn quote(text: &str) -> String {
    const MAX: usize = 60;
    let shown = escaped(text.trim());
    match shown.char_indices().nth(MAX) {
        Some((at, _)) => format!("`{}…`", &shown[..at]),
        None => format!("`{shown}`"),
    }
}
