//! Checks whether a text is too large to be parsed, from its tokens alone.
//!
//! A tree takes many times the memory of the text, so its size is bounded before there is a tree.

use super::lexer::{Lexer, Token, TokenKind};
use crate::scenario::limits;
use std::ops::Range;

/// Maximum number of tokens per sign or line break of a valid text: a key, a date, a time and a
/// comment make four between an `=` and the end of the line. The end of the text is one more.
pub(super) const TOKENS_PER_SIGN: usize = 3;

/// The problem with a text that is too large to be split into tokens.
pub(super) fn exceeds_text_limits(text: &str) -> Option<String> {
    if text.len() > limits::FILE_BYTES {
        let (n, max) = (text.len(), limits::FILE_BYTES);
        return Some(format!("this file has {n} bytes; the limit is {max}"));
    }
    // Each of these may cause an error of its own, wherever it stands.
    let n_escapes_and_controls = count(text, |byte| {
        (byte == b'\\') | (byte < 32) & (byte != b'\t') & (byte != b'\n') | (byte == 127)
    });
    if n_escapes_and_controls > limits::ESCAPE_AND_CONTROL_BYTES
        && n_escapes_and_controls - text.matches("\r\n").count() > limits::ESCAPE_AND_CONTROL_BYTES
    {
        return Some(format!(
            "this file has more than {} backslashes and control characters",
            limits::ESCAPE_AND_CONTROL_BYTES
        ));
    }
    None
}

/// The problem with a text that is too large to be parsed, and the token at which it exceeds a
/// limit. The text must not [exceed its limits](exceeds_text_limits).
pub(super) fn exceeds_token_limits(text: &str) -> Option<(String, Range<usize>)> {
    if is_far_from_token_limits(text) {
        return None;
    }
    let mut n_tokens = 0;
    let mut n_tables = 0;
    let mut depth = Depth::default();
    for Token { kind, range } in Lexer::new(text, 0) {
        if kind == TokenKind::Whitespace {
            continue;
        }
        n_tokens += 1;
        n_tables += usize::from(depth.begins_header(kind) || depth.creates_table(kind));
        depth.advance(kind);
        let problem = if n_tokens > limits::FILE_TOKENS {
            format!("this file has more than {} tokens", limits::FILE_TOKENS)
        } else if kind == TokenKind::Atom && range.len() > limits::TOKEN_BYTES {
            token_too_long()
        } else if n_tables > limits::TABLES {
            format!("this file has more than {} tables", limits::TABLES)
        } else if depth.total > limits::TABLE_DEPTH {
            too_deep()
        } else {
            continue;
        };
        return Some((problem, range));
    }
    None
}

/// Whether the signs of a text alone show that it has few tokens and tables. Its depth and the
/// length of its tokens are then checked in the tree.
fn is_far_from_token_limits(text: &str) -> bool {
    let n_dots = count(text, |byte| byte == b'.');
    let n_headers = count(text, |byte| byte == b'[');
    let n_other_signs = count(text, |byte| {
        let is_bracket = (byte == b']') | (byte == b'{') | (byte == b'}');
        (byte == b'\n') | (byte == b',') | (byte == b'=') | is_bracket
    });
    n_dots + n_headers <= limits::TABLES
        && n_dots + n_headers + n_other_signs < limits::FILE_TOKENS / TOKENS_PER_SIGN
}

/// The problem with a number, date or bare key that is too long.
pub(super) fn token_too_long() -> String {
    format!("this token has more than {} bytes", limits::TOKEN_BYTES)
}

/// The problem with a table or array that is nested too deeply.
pub(super) fn too_deep() -> String {
    let max = limits::TABLE_DEPTH;
    format!("tables and arrays are nested more than {max} levels deep")
}

/// The number of bytes that match, counted without branches so that the compiler
/// can vectorize the loop.
fn count(text: &str, is_match: impl Fn(u8) -> bool) -> usize {
    let n_in = |bytes: &[u8]| -> u8 { bytes.iter().map(|&byte| u8::from(is_match(byte))).sum() };
    let chunks = text.as_bytes().chunks(u8::MAX as usize);
    chunks.map(|chunk| usize::from(n_in(chunk))).sum()
}

/// Upper bound of the nesting depth of a token in tables and arrays. The recursion of a parser goes
/// as deep. Brackets and dots multiply, so counting either alone would not bound it.
#[derive(Default)]
struct Depth {
    /// For every open bracket, the dots of the key or value that began last within it.
    dots: Vec<usize>,
    /// The dots of the current key outside of all brackets.
    dots_outside: usize,
    /// The sum of open brackets and dots.
    total: usize,
    /// What the current line has contained so far.
    line: LineContent,
}

/// The content of a line so far.
#[derive(Clone, Copy, Default, PartialEq)]
enum LineContent {
    #[default]
    Empty,
    Header,
    Other,
}

impl Depth {
    /// Whether a token begins the header of a table.
    fn begins_header(&self, kind: TokenKind) -> bool {
        kind == TokenKind::Open && self.line == LineContent::Empty && self.dots.is_empty()
    }

    /// Whether a token is a dot that creates a table: the second or a later dot of a key.
    fn creates_table(&self, kind: TokenKind) -> bool {
        kind == TokenKind::Dot && *self.dots.last().unwrap_or(&self.dots_outside) > 0
    }

    /// Advances past a token that is not whitespace.
    fn advance(&mut self, kind: TokenKind) {
        if self.begins_header(kind) {
            self.line = LineContent::Header;
        }
        match kind {
            TokenKind::Open => {
                self.dots.push(0);
                self.total += 1;
            }
            TokenKind::Close => {
                if let Some(dots) = self.dots.pop() {
                    self.total -= 1 + dots;
                }
            }
            TokenKind::Dot => {
                *self.dots.last_mut().unwrap_or(&mut self.dots_outside) += 1;
                self.total += 1;
            }
            TokenKind::Comma | TokenKind::Newline => {
                let dots = self.dots.last_mut().unwrap_or(&mut self.dots_outside);
                self.total -= std::mem::take(dots);
            }
            _ => {}
        }
        if kind == TokenKind::Newline {
            if self.line == LineContent::Header {
                // A header ends with its line, even if it is not closed.
                *self = Self::default();
            }
            self.line = LineContent::Empty;
        } else if self.line == LineContent::Empty {
            self.line = LineContent::Other;
        }
    }
}
