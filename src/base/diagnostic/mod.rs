//! Diagnostics: errors and warnings about what the user wrote (floor 0).
//!
//! A [`Diagnostic`] has a severity, a stable code, a place, what is wrong, and what to
//! write instead. Stages collect all of them in [`Diagnostics`] and do not stop at the
//! first. [`render()`] formats them as text. Errors that are not about the user's text have
//! an enum per operation instead.

mod foreign_text;
mod render;

pub use foreign_text::{escaped, escaped_lines, is_invisible};
pub use render::render;

/// The index of one text of [`Sources`]: the scenario file, or a `--set` option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(pub u16);

/// A text that the user wrote, with its display name.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name before the line number: a path, or `--set`.
    pub name: String,
    /// The whole text of the source.
    pub text: String,
}

/// All texts that make up one scenario: the file, then one per `--set` option.
#[derive(Clone, Debug, Default)]
pub struct Sources(pub Vec<Source>);

impl Sources {
    /// Adds a text and returns its id.
    pub fn push(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.0.push(Source {
            name: name.into(),
            text: text.into(),
        });
        SourceId((self.0.len() - 1) as u16)
    }
}

/// A byte range in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The source that the bytes belong to.
    pub source: SourceId,
    /// The first byte of the range.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// The known name that is nearest to a misspelled one, if one is near: its optimal string alignment
/// distance is at most 1 plus a quarter of the name's length.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let known = known.into_iter();
    let near = known.map(|candidate| (strsim::osa_distance(name, candidate), candidate));
    let (distance, candidate) = near.min_by_key(|&(distance, _)| distance)?;
    (distance <= 1 + name.len() / 4).then_some(candidate)
}

/// The last character boundary at or before byte `at`.
pub fn floor_boundary(text: &str, at: usize) -> usize {
    let within = at.min(text.len());
    // A character has at most four bytes, so one of these is a boundary.
    (within.saturating_sub(3)..=within)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// The first character boundary at or after byte `at`.
pub fn ceil_boundary(text: &str, at: usize) -> usize {
    (at..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len())
}

/// Whether a diagnostic rejects the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario is rejected.
    Error,
    /// The scenario is accepted but is probably not what was meant.
    Warning,
}

/// A message to the user.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The severity, error or warning.
    pub severity: Severity,
    /// The code in kebab-case, such as `unknown-key`.
    pub code: &'static str,
    /// The place; `None` if the message is about the scenario as a whole.
    pub span: Option<Span>,
    /// What is wrong: one sentence, lower case, no full stop.
    pub message: String,
    /// What to write instead: an instruction, lower case, no full stop.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error at a place, without a hint.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            span: Some(span),
            message: message.into(),
            hint: None,
        }
    }

    /// A warning at a place, without a hint.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// Sets the hint: what to write instead.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Diagnostics in the order in which they were reported.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Appends a diagnostic to the list.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}
/// A regular noun for a number of things: `run` for 1, else `runs`.
pub fn plural(number: u64, noun: &str) -> String {
    match number {
        1 => noun.to_owned(),
        _ => format!("{noun}s"),
    }
}
