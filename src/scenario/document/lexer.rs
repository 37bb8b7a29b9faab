//! Splits TOML text into tokens, valid or not.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Spaces and tabs.
    Whitespace,
    Newline,
    Comment,
    Dot,
    Equals,
    Comma,
    /// `[` or `{`.
    Open,
    /// `]` or `}`.
    Close,
    /// A string with its quotes. If it is not closed, it ends with its line, or with the text if it
    /// has three quotes.
    String,
    /// Anything else: a bare key, a number, a date, or what is none of these.
    Atom,
}

/// A token with its byte range.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub range: Range<usize>,
}

/// The tokens of a text from a byte on.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    /// The tokens from byte `at` on, which must be a character boundary.
    pub fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// The length of the string at the beginning of `rest`, whose quote is `quote`.
    fn string_length(rest: &[u8], quote: u8) -> usize {
        let is_multiline = rest[1..].starts_with(&[quote, quote]);
        let mut at = if is_multiline { 3 } else { 1 };
        while let Some(&byte) = rest.get(at) {
            at += 1;
            match byte {
                b'\\' if quote == b'"' => {
                    if matches!(rest.get(at), Some(b'\\' | b'"')) {
                        at += 1;
                    }
                }
                b'\n' if !is_multiline => return at - 1,
                byte if byte == quote && !is_multiline => return at,
                byte if byte == quote && rest[at..].starts_with(&[quote, quote]) => {
                    at += 2;
                    // Up to two more quotes belong to the text.
                    let n_more = rest[at..].iter().take(2).take_while(|&&byte| byte == quote);
                    return at + n_more.count();
                }
                _ => {}
            }
        }
        at
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let rest = &self.text.as_bytes()[self.at..];
        let length_of = |is_part: fn(u8) -> bool| {
            let length = rest.iter().position(|&byte| !is_part(byte));
            length.unwrap_or(rest.len())
        };
        let (kind, length) = match *rest.first()? {
            b' ' | b'\t' => {
                let length = length_of(|byte| byte == b' ' || byte == b'\t');
                (TokenKind::Whitespace, length)
            }
            b'\n' => (TokenKind::Newline, 1),
            b'\r' => (
                TokenKind::Newline,
                if rest.starts_with(b"\r\n") { 2 } else { 1 },
            ),
            b'#' => {
                let length = length_of(|byte| byte != b'\n' && byte != b'\r');
                (TokenKind::Comment, length)
            }
            b'.' => (TokenKind::Dot, 1),
            b'=' => (TokenKind::Equals, 1),
            b',' => (TokenKind::Comma, 1),
            b'[' | b'{' => (TokenKind::Open, 1),
            b']' | b'}' => (TokenKind::Close, 1),
            quote @ (b'"' | b'\'') => (TokenKind::String, Self::string_length(rest, quote)),
            _ => (
                TokenKind::Atom,
                length_of(|byte| !b" \t\n\r#.=,[]{}".contains(&byte)),
            ),
        };
        let start = self.at;
        self.at += length;
        Some(Token {
            kind,
            range: start..self.at,
        })
    }
}
