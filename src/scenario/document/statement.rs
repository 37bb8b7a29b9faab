//! Finds the statement, a header or a `key = value`, in which an error lies.

use super::lexer::{Lexer, Token, TokenKind};
use crate::base::diagnostic::floor_boundary;
use std::ops::Range;

/// How far the end of a broken value of several lines is searched \[bytes\], so that a file with
/// many errors is read as fast as any other.
const SEARCHED_BYTES: usize = 100_000;

/// A statement up to an error. All before the error is valid.
#[derive(Clone, Debug, Default)]
pub(super) struct Statement {
    /// Its first byte.
    pub start: usize,
    /// Whether it is the header of a table.
    pub is_header: bool,
    /// The first byte after its first `=`, if that stands before the error.
    pub after_equals: Option<usize>,
    /// The first byte after the last `=`, `,` or opening bracket before the error, in the brackets
    /// that are open there; the first byte of the statement if there is none.
    pub part_start: usize,
    /// The brackets that are open at the error, outermost first.
    pub open: Vec<OpenBracket>,
    /// The string that contains the error or ends at it.
    pub string: Option<Range<usize>>,
}

/// A bracket that is not closed yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenBracket {
    /// The place of the bracket.
    pub at: usize,
    /// The first byte of the part that contains the bracket.
    part_start: usize,
}

impl Statement {
    /// The statement that contains byte `at`, at which the first error of the text lies.
    pub fn find(text: &str, at: usize) -> Self {
        const BYTE_ORDER_MARK: char = '\u{feff}';
        let first = text.len() - text.trim_start_matches(BYTE_ORDER_MARK).len();
        let first = first.min(BYTE_ORDER_MARK.len_utf8());
        let mut statement = None;
        for token in Lexer::new(text, first) {
            if token.range.start > at {
                break;
            }
            let is_last = token.range.end > at;
            match token.kind {
                TokenKind::Newline if statement.as_ref().is_none_or(Self::ends_with_line) => {
                    if is_last {
                        break;
                    }
                    statement = None;
                }
                TokenKind::Whitespace | TokenKind::Comment if statement.is_none() => {}
                _ => {
                    let current = statement.get_or_insert_with(|| Self::begin(text, &token));
                    if !current.advance(token, at) {
                        break;
                    }
                }
            }
        }
        statement.unwrap_or_else(|| Self {
            start: at,
            part_start: at,
            ..Self::default()
        })
    }

    fn begin(text: &str, first: &Token) -> Self {
        Self {
            start: first.range.start,
            part_start: first.range.start,
            is_header: text[first.range.clone()].starts_with('['),
            ..Self::default()
        }
    }

    /// Whether a line break ends the statement.
    fn ends_with_line(&self) -> bool {
        self.open.is_empty()
    }

    /// Advances past a token; `false` if the error lies in it or before it.
    fn advance(&mut self, token: Token, at: usize) -> bool {
        let Range { start, end } = token.range;
        self.string = (token.kind == TokenKind::String && start < at).then_some(start..end);
        if end > at {
            return false;
        }
        if self.is_header {
            return true;
        }
        match token.kind {
            TokenKind::Open => {
                let part_start = std::mem::replace(&mut self.part_start, end);
                let at = start;
                self.open.push(OpenBracket { at, part_start });
            }
            TokenKind::Close => {
                if let Some(bracket) = self.open.pop() {
                    self.part_start = bracket.part_start;
                }
            }
            TokenKind::Equals => {
                self.after_equals.get_or_insert(end);
                self.part_start = end;
            }
            TokenKind::Comma if !self.open.is_empty() => self.part_start = end,
            _ => {}
        }
        true
    }

    /// The end of the statement, and whether a bracket that is open at byte `at` is never closed.
    /// The rest of the statement may be invalid, so it ends at the latest where another begins.
    pub fn end(&self, text: &str, at: usize) -> (usize, bool) {
        let resume = self.string.as_ref().map_or(at, |string| string.end.max(at));
        if self.is_header || (self.open.is_empty() && at > self.after_equals.unwrap_or(at)) {
            return (line_end(text, resume), false);
        }
        let is_array = |at: usize| text.as_bytes()[at] == b'[';
        let mut open: Vec<bool> = self
            .open
            .iter()
            .map(|bracket| is_array(bracket.at))
            .collect();
        if !open.is_empty() && is_first_in_line(text, at) && begins_statement(text, at, &open) {
            return (at, true);
        }
        let n_searched = floor_boundary(text, resume.saturating_add(SEARCHED_BYTES));
        for Token { kind, range } in Lexer::new(&text[..n_searched], resume) {
            match kind {
                TokenKind::Open => open.push(is_array(range.start)),
                TokenKind::Close => {
                    open.pop();
                    if open.is_empty() {
                        return (line_end(text, range.end), false);
                    }
                }
                TokenKind::Newline if open.is_empty() => return (range.start, false),
                TokenKind::Newline if begins_statement(text, range.end, &open) => break,
                _ => {}
            }
        }
        if open.is_empty() {
            return (line_end(text, n_searched), false);
        }
        // The line may be the next statement, unless it is indented as a part of the value.
        match at > 0 && line_start(text, at) == at {
            true => (at, true),
            false => (line_end(text, at), true),
        }
    }
}

/// The end of the line of byte `at`, before the line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |n| at + n)
}

/// The first byte of the line of byte `at`.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}

/// Whether only whitespace precedes byte `at` in its line.
pub(super) fn is_first_in_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].trim().is_empty()
}

/// Whether the line from byte `at` on begins a statement although brackets are open: a header, or in
/// an array a key. Of each open bracket, `open` says whether it begins an array.
fn begins_statement(text: &str, at: usize, open: &[bool]) -> bool {
    let line = text[at..line_end(text, at)].trim();
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name = line.trim_start_matches('[');
    let length = name.find(|c| !is_bare(c)).unwrap_or(name.len());
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = name[length..].trim_start();
    if name.len() < line.len() {
        let after = rest.trim_start_matches(']').trim_start();
        let ends = after.is_empty() || after.starts_with('#');
        return is_name && rest.starts_with(']') && ends;
    }
    is_name && open.last() == Some(&true) && rest.starts_with('=') && !rest.starts_with("==")
}
