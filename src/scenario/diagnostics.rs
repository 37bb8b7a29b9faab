//! What the reader has found wrong so far, with "did you mean".
//!
//! It keeps [`limits::DIAGNOSTICS`] diagnostics and counts the rest, and it compares a bounded
//! number of names, so that a file of nothing but mistakes is answered as fast as a good one.

use super::expression::ParseError;
use super::limits;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Severity, SourceId, Span, floor_boundary};

/// Diagnostics being collected.
#[derive(Debug)]
pub(super) struct DiagnosticSink {
    diagnostics: Diagnostics,
    n_left_out: usize,
    names_left: usize,
    /// The source of the file itself.
    file: SourceId,
    /// The lines on which the TOML itself is broken.
    broken_lines: Vec<Span>,
}

/// Codes of syntax errors.
const SYNTAX: &[&str] = &["syntax", "duplicate-key"];
/// Codes that may only echo a syntax error, because what they miss may have been lost with it.
const ECHOES: &[&str] = &[
    "missing-key",
    "missing-table",
    "unknown-name",
    "no-outcomes",
];

impl DiagnosticSink {
    /// Nothing found yet; `file` is the source of the file itself.
    pub fn new(file: SourceId) -> Self {
        Self {
            diagnostics: Diagnostics::default(),
            n_left_out: 0,
            names_left: limits::COMPARED_NAMES,
            file,
            broken_lines: Vec::new(),
        }
    }

    /// From now on, nothing is reported about these lines, which TOML could not read, but syntax
    /// errors; nor, if they are of the file, is what seems to be missing anywhere, since it may
    /// have been lost with them.
    pub fn syntax_is_broken(&mut self, lines: Span) {
        if self.broken_lines.len() < limits::DIAGNOSTICS {
            self.broken_lines.push(lines);
        }
    }

    /// Whether a place is in the file itself and not in a `--set`.
    pub fn is_of_file(&self, span: Span) -> bool {
        span.source == self.file
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.may_be_an_echo(&diagnostic) {
            return;
        }
        if self.diagnostics.0.len() < limits::DIAGNOSTICS {
            let mut diagnostic = diagnostic;
            shorten(&mut diagnostic.message);
            diagnostic.hint.as_mut().map(shorten);
            self.diagnostics.push(diagnostic);
        } else {
            self.n_left_out += 1;
        }
    }

    /// Whether a diagnostic may only echo a syntax error.
    fn may_be_an_echo(&self, diagnostic: &Diagnostic) -> bool {
        if self.broken_lines.is_empty() || SYNTAX.contains(&diagnostic.code) {
            return false;
        }
        let touches = |span: Span| {
            let same = |lines: &Span| {
                lines.source == span.source && span.start <= lines.end && span.end >= lines.start
            };
            self.broken_lines.iter().any(same)
        };
        let of_file = |lines: &Span| lines.source == self.file;
        (ECHOES.contains(&diagnostic.code) && self.broken_lines.iter().any(of_file))
            || diagnostic.span.is_some_and(touches)
    }

    /// Adds an error with a hint.
    pub fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.push(Diagnostic::error(code, span, message).hint(hint));
    }

    /// Adds mistakes of an expression that stands at a place.
    pub fn extend(&mut self, mistakes: Vec<ParseError>, place: TextLocation) {
        for mistake in mistakes {
            let mut diagnostic =
                Diagnostic::error(mistake.code, place.span(&mistake.span), mistake.message);
            diagnostic.hint = mistake.hint;
            self.push(diagnostic);
        }
    }

    /// How many were found so far.
    pub fn n_found(&self) -> usize {
        self.diagnostics.0.len() + self.n_left_out
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.has_errors()
    }

    /// The name of `known` that is nearest to `name`, if one is near enough to be meant.
    pub fn nearest<'k>(
        &mut self,
        name: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Option<&'k str> {
        let tolerance = 1 + name.len().min(limits::NAME_BYTES) / 4;
        let mut best = None;
        for candidate in known {
            if name.len() > limits::NAME_BYTES
                || candidate.len().abs_diff(name.len()) > tolerance
                || self.names_left == 0
            {
                continue;
            }
            self.names_left -= 1;
            let distance = strsim::osa_distance(name, candidate);
            if distance <= tolerance && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }

    /// The same, where it may also be the beginning of one of `known`, of which the shortest is
    /// meant.
    pub fn nearest_or_longer<'k>(
        &mut self,
        name: &str,
        known: impl IntoIterator<Item = &'k str> + Clone,
    ) -> Option<&'k str> {
        let longer = known.clone().into_iter();
        let longer = longer.filter(|known| name.len() >= 3 && known.starts_with(name));
        longer
            .min_by_key(|known| known.len())
            .or_else(|| self.nearest(name, known))
    }

    /// All diagnostics in the order of their places, those without a place last.
    pub fn into_diagnostics(mut self) -> Diagnostics {
        let place = |diagnostic: &Diagnostic| match diagnostic.span {
            Some(span) => (0, span.source, span.start),
            None => (1, SourceId(0), 0),
        };
        self.diagnostics
            .0
            .sort_by(|a, b| place(a).cmp(&place(b)).then(a.severity.cmp(&b.severity)));
        if self.n_left_out > 0 {
            self.diagnostics.push(Diagnostic {
                severity: Severity::Warning,
                code: "diagnostics-omitted",
                span: None,
                message: format!("{} more diagnostics are not shown", self.n_left_out),
                hint: Some("fix these first, then check again".to_owned()),
            });
        }
        self.diagnostics
    }
}

/// A number with four significant digits, for people.
pub(super) fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// Cuts what quotes a very long name or text.
fn shorten(text: &mut String) {
    if text.len() > limits::MESSAGE_BYTES {
        text.truncate(floor_boundary(text, limits::MESSAGE_BYTES));
        text.push('…');
    }
}

/// Where the text of an expression stands in a source.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextLocation {
    /// The whole value.
    pub value: Span,
    /// The byte at which the text begins, where it stands there letter by letter; `None` where
    /// escapes hide where each letter is.
    pub first_byte: Option<usize>,
}

impl TextLocation {
    /// The place of some bytes of the text.
    pub fn span(self, text: &std::ops::Range<usize>) -> Span {
        match self.first_byte {
            Some(first) => Span {
                source: self.value.source,
                start: first + text.start,
                end: first + text.end,
            },
            None => self.value,
        }
    }
}
