//! What is told to the user about what they wrote (floor 0).
//!
//! A mistake in a scenario is a [`Diagnostic`]: a severity, a stable code, the place, what is
//! wrong, and what to write instead. Stages collect them all in [`Diagnostics`] and never stop
//! at the first. Rendering them as text with a caret is in [`render`]. Absent on purpose: any
//! printing, and any error that is not about the user's text (each operation has its own enum).

mod render;

pub use render::render;

/// Names one text of [`Sources`]: the scenario file, or the value of one `--set`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(pub u16);

/// A text that the user wrote, with the name under which it is shown.
#[derive(Clone, Debug)]
pub struct Source {
    /// What is shown before the line number: a path, or `--set`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// All texts that went into one scenario: the file first, then one for each `--set`.
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

/// A range of bytes in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// The known name that is meant by a misspelt one, if one is near: at most a letter and a quarter of
/// the letters away, where two that change places count as one.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let known = known.into_iter();
    let near = known.map(|candidate| (strsim::osa_distance(name, candidate), candidate));
    let (distance, candidate) = near.min_by_key(|&(distance, _)| distance)?;
    (distance <= 1 + name.len() / 4).then_some(candidate)
}

/// The last boundary between characters that is not after byte `at`.
pub fn floor_boundary(text: &str, at: usize) -> usize {
    let within = at.min(text.len());
    // A character has at most four bytes, so one of these is a boundary.
    (within.saturating_sub(3)..=within)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// The first boundary between characters that is not before byte `at`.
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
    /// The scenario runs, and is probably not what was meant.
    Warning,
}

/// One thing to tell the user.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Whether it rejects the scenario.
    pub severity: Severity,
    /// A stable name in kebab-case, such as `unknown-key`.
    pub code: &'static str,
    /// Where it is; `None` where it is about the scenario as a whole.
    pub span: Option<Span>,
    /// What is wrong, one sentence, lower case, no full stop.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            span: Some(span),
            message: message.into(),
            hint: None,
        }
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// The same with a hint: what to write instead.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Diagnostics in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether any of them rejects the scenario.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}
