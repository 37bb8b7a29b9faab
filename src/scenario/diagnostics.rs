//! Collects the diagnostics of one reading and finds names for "did you mean" hints.
//!
//! It keeps [`limits::DIAGNOSTICS`] diagnostics and counts the rest, and it compares a bounded
//! number of names, so that a file with many errors is answered as fast as a valid one.

use super::limits;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Severity, SourceId, Span, floor_boundary};

/// The diagnostics reported so far.
#[derive(Debug)]
pub(super) struct DiagnosticSink {
    diagnostics: Diagnostics,
    /// Maximum number of diagnostics that are kept.
    limit: usize,
    n_omitted: usize,
    comparison_budget: usize,
    /// The source of the scenario file, as against the `--set` options.
    file: SourceId,
    /// Lines with TOML syntax errors.
    broken_lines: Vec<Span>,
}

/// Codes of TOML syntax errors.
const SYNTAX_ERRORS: &[&str] = &["syntax", "duplicate-key"];
/// Codes of errors that may be consequences of a syntax error, because what is missing may have
/// been lost with it.
const CONSEQUENCES: &[&str] = &[
    "missing-key",
    "missing-table",
    "unknown-name",
    "no-outcomes",
];

impl DiagnosticSink {
    /// An empty collection; `file` is the source of the scenario file.
    pub fn new(file: SourceId) -> Self {
        Self {
            diagnostics: Diagnostics::default(),
            limit: limits::DIAGNOSTICS,
            n_omitted: 0,
            comparison_budget: limits::COMPARED_NAMES,
            file,
            broken_lines: Vec::new(),
        }
    }

    /// Like [`Self::new`], but all diagnostics are kept.
    pub fn without_limit(file: SourceId) -> Self {
        Self {
            limit: usize::MAX,
            ..Self::new(file)
        }
    }

    /// Marks lines that TOML could not parse. From now on only syntax errors are reported on them.
    /// If they are lines of the file, nothing is reported as missing anywhere, since it may have
    /// been lost with them.
    pub fn mark_broken_lines(&mut self, lines: Span) {
        if self.broken_lines.len() < limits::DIAGNOSTICS {
            self.broken_lines.push(lines);
        }
    }

    /// Whether a location is in the scenario file and not in a `--set` option.
    pub fn is_in_file(&self, span: Span) -> bool {
        span.source == self.file
    }

    /// Adds a diagnostic, unless it may be a consequence of a syntax error.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_consequence(&diagnostic) {
            return;
        }
        if self.diagnostics.0.len() < self.limit {
            let mut diagnostic = diagnostic;
            shorten(&mut diagnostic.message);
            diagnostic.hint.as_mut().map(shorten);
            self.diagnostics.push(diagnostic);
        } else {
            self.n_omitted += 1;
        }
    }

    /// Whether a diagnostic may be a consequence of a syntax error.
    fn is_consequence(&self, diagnostic: &Diagnostic) -> bool {
        if self.broken_lines.is_empty() || SYNTAX_ERRORS.contains(&diagnostic.code) {
            return false;
        }
        let is_broken = |span: Span| {
            let same = |lines: &Span| {
                lines.source == span.source && span.start <= lines.end && span.end >= lines.start
            };
            self.broken_lines.iter().any(same)
        };
        let of_file = |lines: &Span| lines.source == self.file;
        (CONSEQUENCES.contains(&diagnostic.code) && self.broken_lines.iter().any(of_file))
            || diagnostic.span.is_some_and(is_broken)
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

    /// The number of diagnostics reported so far.
    pub fn n_reported(&self) -> usize {
        self.diagnostics.0.len() + self.n_omitted
    }

    /// Whether an error was reported.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.has_errors()
    }

    /// The name among `known` that is nearest to `name`, if one is near enough to be a misspelling.
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
                || self.comparison_budget == 0
            {
                continue;
            }
            self.comparison_budget -= 1;
            let distance = strsim::osa_distance(name, candidate);
            if distance <= tolerance && best.is_none_or(|(min, _)| distance < min) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }

    /// Like [`Self::nearest`], but a name that begins with `name` also counts, the shortest first.
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

    /// All diagnostics in the order of their locations, those without one last.
    pub fn into_diagnostics(mut self) -> Diagnostics {
        let location = |diagnostic: &Diagnostic| match diagnostic.span {
            Some(span) => (0, span.source, span.start),
            None => (1, SourceId(0), 0),
        };
        self.diagnostics.0.sort_by(|a, b| {
            location(a)
                .cmp(&location(b))
                .then(a.severity.cmp(&b.severity))
        });
        if self.n_omitted > 0 {
            self.diagnostics.push(Diagnostic {
                severity: Severity::Warning,
                code: "diagnostics-omitted",
                span: None,
                message: format!("{} more diagnostics are not shown", self.n_omitted),
                hint: Some("fix these first, then check again".to_owned()),
            });
        }
        self.diagnostics
    }
}

/// A number with four significant digits, for messages.
pub(super) fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// Shortens a message that quotes a very long name or string.
fn shorten(text: &mut String) {
    if text.len() > limits::MESSAGE_BYTES {
        text.truncate(floor_boundary(text, limits::MESSAGE_BYTES));
        text.push('…');
    }
}

/// The location of an expression's text in a source.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextLocation {
    /// The whole TOML value.
    pub value: Span,
    /// The first byte of the text in the source; `None` if escapes separate the
    /// text from its source.
    pub first_byte: Option<usize>,
}

impl TextLocation {
    /// The location of a byte range of the text.
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
