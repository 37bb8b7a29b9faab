//! Text of an expression → words and signs, at most [`limits::EXPRESSION_TOKENS`] of them.
//!
//! Signs that people bring along from other languages (`&&`, `**`, `×`, `≤`) are named in the
//! mistake together with ours, and read as ours, so that the rest of the expression is checked.

use super::syntax::{Operator, ParseError, TextSpan};
use crate::scenario::limits;

/// A word or sign with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Where it stands.
    pub span: TextSpan,
    /// What it is.
    pub kind: TokenKind,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// A number.
    Number(f64),
    /// A name or a word of the language other than `and`, `or`, `not`, `true`, `false`.
    Name(String),
    /// A quoted text.
    String(String),
    /// A sign between two operands, or `and`, `or`; `-` may also stand before one.
    Operator(Operator),
    /// `not`
    Not,
    /// `true` or `false`
    Boolean(bool),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
}

/// Signs of other languages, the longest first, with ours.
const FOREIGN_SIGNS: &[(&str, Operator)] = &[
    ("&&", Operator::And),
    ("||", Operator::Or),
    ("**", Operator::Power),
    ("<>", Operator::NotEqual),
    ("=<", Operator::LessOrEqual),
    ("=>", Operator::GreaterOrEqual),
    ("&", Operator::And),
    ("|", Operator::Or),
    ("=", Operator::Equal),
    ("≤", Operator::LessOrEqual),
    ("≥", Operator::GreaterOrEqual),
    ("≠", Operator::NotEqual),
    ("×", Operator::Multiply),
    ("·", Operator::Multiply),
    ("÷", Operator::Divide),
    ("−", Operator::Subtract),
    ("–", Operator::Subtract),
];

/// Our signs, the longest first.
const SIGNS: &[(&str, TokenKind)] = &[
    ("<=", TokenKind::Operator(Operator::LessOrEqual)),
    (">=", TokenKind::Operator(Operator::GreaterOrEqual)),
    ("==", TokenKind::Operator(Operator::Equal)),
    ("!=", TokenKind::Operator(Operator::NotEqual)),
    ("+", TokenKind::Operator(Operator::Add)),
    ("-", TokenKind::Operator(Operator::Subtract)),
    ("*", TokenKind::Operator(Operator::Multiply)),
    ("/", TokenKind::Operator(Operator::Divide)),
    ("^", TokenKind::Operator(Operator::Power)),
    ("<", TokenKind::Operator(Operator::Less)),
    (">", TokenKind::Operator(Operator::Greater)),
    ("(", TokenKind::Open),
    (")", TokenKind::Close),
    (",", TokenKind::Comma),
];

/// Cuts a text into tokens; what is not part of the language is reported and left out.
pub fn lex(text: &str, mistakes: &mut Vec<ParseError>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if tokens.len() == limits::EXPRESSION_TOKENS {
            mistakes.push(
                ParseError::new(
                    "too-long",
                    at..text.len(),
                    format!(
                        "this expression has more than {} tokens",
                        limits::EXPRESSION_TOKENS
                    ),
                )
                .hint("move parts of it to named expressions under `[indicators]`"),
            );
            break;
        }
        let (kind, length) = if first.is_ascii_digit() || starts_with_point(&text[at..]) {
            number(text, at, mistakes)
        } else if first.is_alphabetic() || first == '_' {
            word(text, at)
        } else if first == '"' || first == '\'' {
            quoted(text, at, first, mistakes)
        } else {
            sign(text, at, first, mistakes)
        };
        if let Some(kind) = kind {
            tokens.push(Token {
                span: at..at + length,
                kind,
            });
        }
        at += length;
    }
    tokens
}

/// Whether a number follows that begins with its decimal point.
fn starts_with_point(rest: &str) -> bool {
    let mut characters = rest.chars();
    characters.next() == Some('.') && characters.next().is_some_and(|c| c.is_ascii_digit())
}

/// The length of a date without quotes, such as 2016-11-08, if the text begins with one.
fn length_of_date(text: &str) -> Option<usize> {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let mut at = 0;
    for (most, ends_with_dash) in [(4, true), (2, true), (2, false)] {
        let n_digits = text.as_bytes()[at..]
            .iter()
            .take_while(|byte| is_digit(byte))
            .count();
        if n_digits == 0 || n_digits > most || (most == 4 && n_digits < 4) {
            return None;
        }
        at += n_digits;
        if ends_with_dash {
            (text.as_bytes().get(at) == Some(&b'-')).then_some(())?;
            at += 1;
        }
    }
    Some(at)
}

/// A number: digits, a point, an exponent.
fn number(text: &str, at: usize, mistakes: &mut Vec<ParseError>) -> (Option<TokenKind>, usize) {
    let bytes = text.as_bytes();
    let digits = |mut from: usize| {
        while bytes.get(from).is_some_and(u8::is_ascii_digit) {
            from += 1;
        }
        from
    };
    if let Some(length) = length_of_date(&text[at..]) {
        let span = at..at + length;
        let message = format!(
            "`{}` without quotes is read as a subtraction",
            &text[span.clone()]
        );
        let hint = format!(
            "write `date(\"{}\")` for the date, or put spaces around each `-` to subtract",
            &text[span.clone()]
        );
        mistakes.push(ParseError::new("invalid-date", span, message).hint(hint));
        // Where a quoted date belongs it is taken as one, so that this is all that is said.
        let kind = match text[..at].trim_end().ends_with("date(") {
            true => TokenKind::String(text[at..at + length].to_owned()),
            false => TokenKind::Number(0.0),
        };
        return (Some(kind), length);
    }
    let mut end = digits(at);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let after = digits(end + 1 + sign);
        if after > end + 1 + sign {
            end = after;
        }
    }
    let written = &text[at..end];
    let trailing: usize = text[end..]
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '.')
        .map(char::len_utf8)
        .sum();
    if text[end..].starts_with('%') {
        mistakes.push(
            ParseError::new(
                "invalid-number",
                at..end + 1,
                "percentages are not supported",
            )
            .hint("write a fraction: 5 % is `0.05`"),
        );
        return (Some(TokenKind::Number(0.0)), end + 1 - at);
    }
    if trailing > 0 {
        let span = at..end + trailing;
        mistakes.push(
            ParseError::new(
                "invalid-number",
                span.clone(),
                format!("`{}` is not a valid number or name", &text[span.clone()]),
            )
            .hint("write numbers like `12`, `0.5` or `1e-3`; names begin with a letter"),
        );
        return (Some(TokenKind::Number(0.0)), span.len());
    }
    let value = written.parse().unwrap_or(f64::INFINITY);
    if value > limits::MAGNITUDE {
        let message = format!("this number is larger than {:e}", limits::MAGNITUDE);
        let mistake = ParseError::new("out-of-range", at..end, message);
        mistakes.push(mistake.hint(format!("write a number up to {:e}", limits::MAGNITUDE)));
        return (Some(TokenKind::Number(0.0)), end - at);
    }
    (Some(TokenKind::Number(value)), end - at)
}

/// A name or a word of the language.
fn word(text: &str, at: usize) -> (Option<TokenKind>, usize) {
    let length = text[at..]
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .map(char::len_utf8)
        .sum();
    let kind = match &text[at..at + length] {
        "and" => TokenKind::Operator(Operator::And),
        "or" => TokenKind::Operator(Operator::Or),
        "not" => TokenKind::Not,
        "true" => TokenKind::Boolean(true),
        "false" => TokenKind::Boolean(false),
        name => TokenKind::Name(name.to_owned()),
    };
    (Some(kind), length)
}

/// A text between single or double quotes.
fn quoted(
    text: &str,
    at: usize,
    quote: char,
    mistakes: &mut Vec<ParseError>,
) -> (Option<TokenKind>, usize) {
    let rest = &text[at + 1..];
    match rest.find(quote) {
        Some(length) => (
            Some(TokenKind::String(rest[..length].to_owned())),
            length + 2,
        ),
        None => {
            let message = "this string has no closing quote";
            let mistake = ParseError::new("unterminated-string", at..text.len(), message);
            mistakes.push(mistake.hint(format!("add the closing `{quote}`")));
            (Some(TokenKind::String(rest.to_owned())), text.len() - at)
        }
    }
}

/// A sign of ours, or one of another language.
fn sign(
    text: &str,
    at: usize,
    first: char,
    mistakes: &mut Vec<ParseError>,
) -> (Option<TokenKind>, usize) {
    let rest = &text[at..];
    let ours = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
    let foreign = FOREIGN_SIGNS
        .iter()
        .find(|(sign, _)| rest.starts_with(sign));
    let longer = |sign: &str| ours.is_none_or(|(our_sign, _)| sign.len() > our_sign.len());
    if let Some((sign, operator)) = foreign.filter(|(sign, _)| longer(sign)) {
        let right = operator.sign();
        mistakes.push(
            ParseError::new(
                "unexpected-character",
                at..at + sign.len(),
                format!("unexpected `{sign}`"),
            )
            .hint(match operator {
                Operator::Equal => "write `==` to compare".to_owned(),
                _ => format!("write `{right}`"),
            }),
        );
        return (Some(TokenKind::Operator(*operator)), sign.len());
    }
    if let Some((sign, kind)) = ours {
        return (Some(kind.clone()), sign.len());
    }
    let length = first.len_utf8();
    let mistake = ParseError::new(
        "unexpected-character",
        at..at + length,
        format!("unexpected `{}`", first.escape_debug()),
    );
    let (kind, hint) = match first {
        '!' => (Some(TokenKind::Not), "write `not`"),
        '[' | '{' => (Some(TokenKind::Open), "write `(`"),
        ']' | '}' => (Some(TokenKind::Close), "write `)`"),
        ';' => (Some(TokenKind::Comma), "write `,`"),
        '%' => (None, "write a fraction: 5 % is `0.05`"),
        '?' | ':' => (None, "write a conditional as `if(condition, a, b)`"),
        '.' => (None, "write the name of the variable alone, without a path"),
        _ => (
            None,
            "remove it: the operators are `+ - * / ^ < <= > >= == !=`, `and`, `or` and `not`",
        ),
    };
    mistakes.push(mistake.hint(hint));
    (kind, length)
}
