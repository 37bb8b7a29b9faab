//! Diagnostics as text: the file, the line, a caret, what is wrong, what to write instead.
//!
//! Only the lines that a diagnostic is about are handed to the renderer, and long ones only in
//! part, so the time does not grow with the size of the file.

use super::{Diagnostic, Diagnostics, Severity, Source, Sources};
use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use std::ops::Range;

/// The lines of a long value that are shown.
const LINES_SHOWN: usize = 4;
/// What is shown of a long line before and after the place in question [bytes].
const BYTES_AROUND: usize = 160;

/// Renders all diagnostics in their order, with ANSI colours where `coloured`.
///
/// One looks like this, with an empty line after it:
///
/// ```text
/// error[unknown-key]: an actor has no key `precison`
///  --> sample.toml:12:1
///    |
/// 12 | precison = 300.0
///    | ^^^^^^^^
///    |
///    = help: did you mean `precision`?
/// ```
pub fn render(sources: &Sources, diagnostics: &Diagnostics, coloured: bool) -> String {
    let renderer = if coloured {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut text = String::new();
    for diagnostic in &diagnostics.0 {
        text.push_str(&renderer.render(&[group(sources, diagnostic)]));
        text.push_str("\n\n");
    }
    text
}

/// One diagnostic with its excerpt and hint.
fn group<'s>(sources: &'s Sources, diagnostic: &'s Diagnostic) -> Group<'s> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code);
    let mut group = Group::with_title(title);
    if let Some(span) = diagnostic.span {
        let source = &sources.0[usize::from(span.source.0)];
        let excerpt = excerpt(source, span.start..span.end);
        let mut snippet = Snippet::source(excerpt.text)
            .line_start(excerpt.line)
            .fold(false)
            .annotation(excerpt.annotation);
        match excerpt.column {
            None => snippet = snippet.path(source.name.as_str()),
            Some(column) => {
                let origin = Origin::path(source.name.as_str());
                group = group.element(origin.line(excerpt.line).char_column(column));
            }
        }
        group = group.element(snippet);
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.message(normalize_untrusted_str(hint)));
    }
    group
}

/// The lines that a diagnostic is about.
struct Excerpt<'s> {
    text: &'s str,
    /// The number of its first line, from 1.
    line: usize,
    /// The column of the place in its line, from 1 [characters], where the first line is shown
    /// in part, so that the renderer cannot count it.
    column: Option<usize>,
    annotation: Annotation<'s>,
}

/// Cuts the lines of a place out of its source.
fn excerpt(source: &Source, place: Range<usize>) -> Excerpt<'_> {
    let text = source.text.as_str();
    let start = text.floor_char_boundary(place.start);
    let end = text.ceil_char_boundary(place.end.max(start));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let mut shown_end = line_end(text, end.max(start));
    let several = text[start..end].matches('\n').count();
    if several >= LINES_SHOWN {
        shown_end = line_end(text, start);
    }
    let end = end.min(shown_end);
    let from = text.floor_char_boundary(line_start.max(start.saturating_sub(BYTES_AROUND)));
    let upto = text.ceil_char_boundary(shown_end.min(start + 2 * BYTES_AROUND));
    let mark = start - from..end.min(upto) - from;
    Excerpt {
        text: &text[from..upto],
        line: text[..start].matches('\n').count() + 1,
        column: (from > line_start).then(|| text[line_start..start].chars().count() + 1),
        annotation: AnnotationKind::Primary.span(mark),
    }
}

/// The end of the line in which a byte stands, before the line break.
fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..]
        .find('\n')
        .map_or(text.len(), |length| at + length);
    // A line break of two characters is none of the line either.
    if end > at && text.as_bytes()[end - 1] == b'\r' {
        end - 1
    } else {
        end
    }
}
