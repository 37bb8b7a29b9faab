//! Renders diagnostics as text: file, line, caret, message and hint.
//!
//! Only the lines of a diagnostic are passed to the renderer, and long lines only in part, so that
//! the time does not depend on the size of the file.

use super::{
    Diagnostic, Diagnostics, Severity, Source, Sources, ceil_boundary, floor_boundary, is_invisible,
};
use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use std::borrow::Cow;
use std::ops::Range;

/// Maximum number of lines of a long value that are shown.
const MAX_LINES: usize = 4;
/// Length of the context that is shown of a long line \[bytes\].
const CONTEXT_BYTES: usize = 160;

/// Renders all diagnostics in their order, with ANSI colors if `colored`.
///
/// An example, which an empty line follows:
///
/// ```text
/// error[unknown-key]: unknown key `precison` in an actor
///  --> sample.toml:12:1
///    |
/// 12 | precison = 300.0
///    | ^^^^^^^^
///    |
///    = help: did you mean `precision`?
/// ```
pub fn render(sources: &Sources, diagnostics: &Diagnostics, colored: bool) -> String {
    let renderer = if colored {
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

/// Formats one diagnostic with its excerpt and hint.
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

/// The source lines of a diagnostic.
struct Excerpt<'s> {
    text: Cow<'s, str>,
    /// The number of the first line, from 1.
    line: usize,
    /// The column of the place, from 1 \[characters\], if its line is cut so that the
    /// renderer cannot count it.
    column: Option<usize>,
    annotation: Annotation<'s>,
}

/// Extracts the lines of a place from its source.
fn excerpt(source: &Source, place: Range<usize>) -> Excerpt<'_> {
    let text = source.text.as_str();
    let start = floor_boundary(text, place.start);
    let end = ceil_boundary(text, place.end.max(start));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let mut shown_end = line_end(text, end.max(start));
    let several = text[start..end].matches('\n').count();
    if several >= MAX_LINES {
        shown_end = line_end(text, start);
    }
    let end = end.min(shown_end);
    let from = floor_boundary(text, line_start.max(start.saturating_sub(CONTEXT_BYTES)));
    let upto = ceil_boundary(text, shown_end.min(start + 2 * CONTEXT_BYTES));
    let mark = start - from..end.min(upto) - from;
    let shown = &text[from..upto];
    let (before, marked, after) = (
        visible(&shown[..mark.start]),
        visible(&shown[mark.clone()]),
        visible(&shown[mark.end..]),
    );
    let mark = before.len()..before.len() + marked.len();
    Excerpt {
        text: match shown.contains(is_hidden) {
            true => Cow::Owned([before, marked, after].concat()),
            false => Cow::Borrowed(shown),
        },
        line: text[..start].matches('\n').count() + 1,
        column: (from > line_start).then(|| text[line_start..start].chars().count() + 1),
        annotation: AnnotationKind::Primary.span(mark),
    }
}

/// Whether a character has no width on a terminal; the renderer itself replaces controls.
fn is_hidden(c: char) -> bool {
    is_invisible(c) && !c.is_control()
}

/// The text with a replacement character for each one that has no width.
fn visible(text: &str) -> Cow<'_, str> {
    match text.contains(is_hidden) {
        true => Cow::Owned(text.replace(is_hidden, "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}

/// The end of the line of byte `at`, before the line break.
fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..]
        .find('\n')
        .map_or(text.len(), |length| at + length);
    // A line break may have two characters.
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

    /// Renders one error with a hint at a byte range of a text.
    fn rendered(text: &str, place: Range<usize>, colored: bool) -> String {
        let mut sources = Sources::default();
        sources.push("--set", "earlier");
        let source = sources.push("file.toml", text);
        let span = Span {
            source,
            start: place.start,
            end: place.end,
        };
        let error =
            Diagnostic::error("some-code", span, "the value is wrong").hint("write another");
        render(&sources, &Diagnostics(vec![error]), colored)
    }

    #[test]
    fn rendering_shows_file_line_column_caret_and_hint() {
        let expected = "\
error[some-code]: the value is wrong
 --> file.toml:2:5
  |
2 | b = x
  |     ^
  |
  = help: write another

";
        assert_eq!(rendered("a = 1\nb = x\nc = 3\n", 10..11, false), expected);
    }

    #[test]
    fn characters_without_width_are_visible() {
        let text = "a = \u{200b}\u{202e}x\u{feff}\n";
        let at = text.find('x').expect("an x");
        let shown = rendered(text, at..at + 1, false);
        assert!(
            shown.contains("1 | a = \u{fffd}\u{fffd}x\u{fffd}\n  |       ^\n"),
            "{shown}"
        );
    }

    #[test]
    fn colors_do_not_change_the_text() {
        let text = "a = 1\nb = x\n";
        let colored = rendered(text, 10..11, true);
        assert!(colored.contains('\x1b'));
        let mut plain = String::new();
        let mut pieces = colored.split('\x1b');
        plain.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            plain.push_str(piece.split_once('m').map_or("", |(_, after)| after));
        }
        assert_eq!(plain, rendered(text, 10..11, false));
    }

    #[test]
    fn long_line_is_cut_and_keeps_its_column() {
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
    fn places_beyond_the_text_are_rendered() {
        for text in ["", "\n", "é", "a\r\nb\r\n", "a\n\n\n\n\n\n\n\nb"] {
            for start in 0..=text.len() + 1 {
                for end in start..=text.len() + 2 {
                    assert!(rendered(text, start..end, false).contains("help: write another"));
                }
            }
        }
    }

    #[test]
    fn diagnostic_without_place_has_no_excerpt() {
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
