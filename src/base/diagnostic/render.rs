//! Diagnostics as text: the file, the line, a caret, what is wrong, what to write instead.
//!
//! Only the lines that a diagnostic is about are handed to the renderer, and long ones only in
//! part, so the time does not grow with the size of the file.

use super::{Diagnostic, Diagnostics, Severity, Source, Sources, ceil_boundary, floor_boundary};
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
    let start = floor_boundary(text, place.start);
    let end = ceil_boundary(text, place.end.max(start));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let mut shown_end = line_end(text, end.max(start));
    let several = text[start..end].matches('\n').count();
    if several >= LINES_SHOWN {
        shown_end = line_end(text, start);
    }
    let end = end.min(shown_end);
    let from = floor_boundary(text, line_start.max(start.saturating_sub(BYTES_AROUND)));
    let upto = ceil_boundary(text, shown_end.min(start + 2 * BYTES_AROUND));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::{SourceId, Span};

    /// Renders one error with a hint at some bytes of a text.
    fn rendered(text: &str, place: Range<usize>, coloured: bool) -> String {
        let mut sources = Sources::default();
        sources.push("--set", "earlier");
        let source = sources.push("file.toml", text);
        let span = Span {
            source,
            start: place.start,
            end: place.end,
        };
        let error = Diagnostic::error("some-code", span, "it is wrong").hint("mend it");
        render(&sources, &Diagnostics(vec![error]), coloured)
    }

    #[test]
    fn it_shows_file_line_column_caret_and_hint() {
        let expected = "\
error[some-code]: it is wrong
 --> file.toml:2:5
  |
2 | b = x
  |     ^
  |
  = help: mend it

";
        assert_eq!(rendered("a = 1\nb = x\nc = 3\n", 10..11, false), expected);
    }

    #[test]
    fn colours_are_only_added() {
        let text = "a = 1\nb = x\n";
        let coloured = rendered(text, 10..11, true);
        assert!(coloured.contains('\x1b'));
        let mut plain = String::new();
        let mut pieces = coloured.split('\x1b');
        plain.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            plain.push_str(piece.split_once('m').map_or("", |(_, after)| after));
        }
        assert_eq!(plain, rendered(text, 10..11, false));
    }

    #[test]
    fn a_long_line_is_shown_in_part_with_its_true_column() {
        let text = format!(
            "a = 1\nb = \"{}x{}\"\n",
            "é".repeat(5_000),
            "y".repeat(5_000)
        );
        let at = text.find('x').expect("an x");
        let shown = rendered(&text, at..at + 1, false);
        assert!(shown.contains("file.toml:2:5006"), "{shown}");
        assert!(shown.len() < 2_000, "{shown}");
    }

    #[test]
    fn odd_places_are_shown_as_well_as_can_be() {
        for text in ["", "\n", "é", "a\r\nb\r\n", "a\n\n\n\n\n\n\n\nb"] {
            for start in 0..=text.len() + 1 {
                for end in start..=text.len() + 2 {
                    assert!(rendered(text, start..end, false).contains("help: mend it"));
                }
            }
        }
    }

    #[test]
    fn what_has_no_place_has_no_excerpt() {
        let everywhere = Diagnostic {
            span: None,
            ..Diagnostic::warning(
                "vague",
                Span {
                    source: SourceId(0),
                    start: 0,
                    end: 0,
                },
                "something is odd",
            )
        };
        let shown = render(&Sources::default(), &Diagnostics(vec![everywhere]), false);
        assert_eq!(shown, "warning[vague]: something is odd\n\n");
    }
}
