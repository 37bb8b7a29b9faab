//! Splits the text of an expression into at most [`limits::EXPRESSION_TOKENS`] tokens.
//!
//! Operators of other languages (`&&`, `**`, `×`, `²`) are reported with their equivalent and read
//! as it, so that the rest of the expression is still checked.

use super::super::characters::{fraction, superscript};
use super::super::other_tools;
use super::foreign;
use super::syntax::{Operator, ParseError, TextSpan};
use crate::base::diagnostic::escaped;
use crate::scenario::limits;

/// A token with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// The bytes of the token.
    pub span: TextSpan,
    /// The kind of token with its value.
    pub kind: TokenKind,
}

/// The kind of a token.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    Number(f64),
    /// A name, or a word of the language other than `and`, `or`, `not`, `true`, `false`.
    Name(String),
    String(String),
    /// A binary operator; `-` may also be unary.
    Operator(Operator),
    Not,
    Boolean(bool),
    Open,
    Close,
    Comma,
}

/// Operators and punctuation, the longest first.
const SYMBOLS: &[(&str, TokenKind)] = &[
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

/// Splits a text into tokens. What is not part of the language is reported and left out.
pub fn lex(text: &str, errors: &mut Vec<ParseError>) -> Vec<Token> {
    let mut tokens = Vec::new();
    if let Some(error) = foreign::whole_text(text) {
        errors.push(error);
        return tokens;
    }
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if tokens.len() == limits::EXPRESSION_TOKENS {
            errors.push(
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
        if superscript(first).is_some() {
            at += power(text, at, &mut tokens, errors);
            continue;
        }
        let (kind, length) = if first.is_ascii_digit() || starts_with_point(&text[at..]) {
            number(text, at, errors)
        } else if first.is_alphabetic() || first == '_' {
            word(text, at, errors)
        } else if first == '"' || first == '\'' {
            quoted(text, at, first, errors)
        } else {
            symbol(text, at, first, errors)
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

/// Reads an exponent in superscript, such as `²`, and returns its length.
fn power(text: &str, at: usize, tokens: &mut Vec<Token>, errors: &mut Vec<ParseError>) -> usize {
    let raised = text[at..].chars().map_while(superscript);
    let digits: String = raised.collect();
    let length = text[at..]
        .chars()
        .take(digits.chars().count())
        .map(char::len_utf8)
        .sum();
    let span = at..at + length;
    let message = format!("unexpected `{}`", &text[span.clone()]);
    let error = ParseError::new("unexpected-character", span.clone(), message);
    errors.push(error.hint(format!("write `^{digits}`")));
    let exponent = digits.parse().unwrap_or(1.0);
    for kind in [
        TokenKind::Operator(Operator::Power),
        TokenKind::Number(exponent),
    ] {
        tokens.push(Token {
            span: span.clone(),
            kind,
        });
    }
    length
}

/// Whether a number without an integer part, such as `.5`, comes first.
fn starts_with_point(rest: &str) -> bool {
    let mut characters = rest.chars();
    characters.next() == Some('.') && characters.next().is_some_and(|c| c.is_ascii_digit())
}

/// The length of a date without quotes, such as 2016-11-08, if the text begins with one.
fn length_of_date(text: &str) -> Option<usize> {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let mut at = 0;
    for (max, ends_with_dash) in [(4, true), (2, true), (2, false)] {
        let n_digits = text.as_bytes()[at..]
            .iter()
            .take_while(|byte| is_digit(byte))
            .count();
        if n_digits == 0 || n_digits > max || (max == 4 && n_digits < 4) {
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

/// Reads a number: digits, decimal point, exponent.
fn number(text: &str, at: usize, errors: &mut Vec<ParseError>) -> (Option<TokenKind>, usize) {
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
        let date = &text[span.clone()];
        let is_argument_of_date = text[..at].trim_end().ends_with("date(");
        let hint = match is_argument_of_date {
            true => format!("put the date in quotes: `date('{date}')`"),
            false => format!(
                "write `date('{date}')` for the date, or put spaces around each `-` to subtract"
            ),
        };
        errors.push(ParseError::new("invalid-date", span, message).hint(hint));
        // In the call of `date` it is read as the date, so that no other error follows.
        let kind = match is_argument_of_date {
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
        .take_while(|c| is_word_character(*c) || *c == '.')
        .map(char::len_utf8)
        .sum();
    if let Some(length) = foreign::percentage(&text[end..]) {
        let share = other_tools::number(&format!("{written}%"));
        let hint = format!(
            "write a decimal number: {written} % is `{}`",
            share.unwrap_or_default()
        );
        let span = at..end + length;
        let error = ParseError::new("invalid-number", span, "percentages are not supported");
        errors.push(error.hint(hint));
        return (Some(TokenKind::Number(0.0)), end + length - at);
    }
    if trailing > 0 {
        let span = at..end + trailing;
        let whole = &text[span.clone()];
        let message = format!("`{whole}` is not a valid number or name");
        let hint = foreign::hint_for_number(written, &text[end..span.end]);
        errors.push(ParseError::new("invalid-number", span.clone(), message).hint(hint));
        return (Some(TokenKind::Number(0.0)), span.len());
    }
    let value = written.parse().unwrap_or(f64::INFINITY);
    if value > limits::MAX_ABS_NUMBER {
        let message = format!("this number is larger than {:e}", limits::MAX_ABS_NUMBER);
        let error = ParseError::new("out-of-range", at..end, message);
        errors.push(error.hint(format!("write a number up to {:e}", limits::MAX_ABS_NUMBER)));
        return (Some(TokenKind::Number(0.0)), end - at);
    }
    (Some(TokenKind::Number(value)), end - at)
}

/// Whether a character may follow the first one of a word. Superscripts and fractions are numbers.
fn is_word_character(c: char) -> bool {
    (c.is_alphanumeric() || c == '_') && superscript(c).is_none() && fraction(c).is_none()
}

/// Reads a name or a word of the language.
fn word(text: &str, at: usize, errors: &mut Vec<ParseError>) -> (Option<TokenKind>, usize) {
    let length: usize = text[at..]
        .chars()
        .take_while(|c| is_word_character(*c))
        .map(char::len_utf8)
        .sum();
    let written = &text[at..at + length];
    let lower = written.to_ascii_lowercase();
    let is_word = matches!(&*lower, "and" | "or" | "not" | "true" | "false");
    if is_word && lower != written {
        let message = format!("unexpected `{written}`");
        let error = ParseError::new("unexpected-word", at..at + length, message);
        errors.push(error.hint(format!("write `{lower}` in lowercase")));
    }
    let kind = match if is_word { &*lower } else { written } {
        "and" => TokenKind::Operator(Operator::And),
        "or" => TokenKind::Operator(Operator::Or),
        "not" => TokenKind::Not,
        "true" => TokenKind::Boolean(true),
        "false" => TokenKind::Boolean(false),
        name => TokenKind::Name(name.to_owned()),
    };
    (Some(kind), length)
}

/// Reads a string between single or double quotes.
fn quoted(
    text: &str,
    at: usize,
    quote: char,
    errors: &mut Vec<ParseError>,
) -> (Option<TokenKind>, usize) {
    let rest = &text[at + 1..];
    match rest.find(quote) {
        Some(length) => (
            Some(TokenKind::String(rest[..length].to_owned())),
            length + 2,
        ),
        None => {
            let message = "this string has no closing quote";
            let error = ParseError::new("unterminated-string", at..text.len(), message);
            errors.push(error.hint(format!("add the closing `{quote}`")));
            (Some(TokenKind::String(rest.to_owned())), text.len() - at)
        }
    }
}

/// Reads an operator or punctuation, of this language or of another.
fn symbol(
    text: &str,
    at: usize,
    first: char,
    errors: &mut Vec<ParseError>,
) -> (Option<TokenKind>, usize) {
    let rest = &text[at..];
    let known = SYMBOLS.iter().find(|(symbol, _)| rest.starts_with(symbol));
    if let Some((symbol, operator)) = foreign::operator(rest)
        && known.is_none_or(|(own, _)| symbol.len() > own.len())
    {
        let span = at..at + symbol.len();
        let message = format!("unexpected `{symbol}`");
        let error = ParseError::new("unexpected-character", span, message);
        errors.push(error.hint(match operator {
            Operator::Equal => "write `==` to compare".to_owned(),
            _ => format!("write `{}`", operator.symbol()),
        }));
        return (Some(TokenKind::Operator(operator)), symbol.len());
    }
    if let Some((symbol, kind)) = known {
        return (Some(kind.clone()), symbol.len());
    }
    let length = first.len_utf8();
    if let Some((end, string)) = foreign::quoted(rest) {
        let span = at..at + end;
        let message = "typographic quotation marks";
        let error = ParseError::new("unexpected-character", span, message);
        errors.push(error.hint(format!("write straight ones: `'{string}'`")));
        return (Some(TokenKind::String(string.to_owned())), end);
    }
    if let Some(value) = fraction(first) {
        let message = format!("unexpected `{first}`");
        let error = ParseError::new("unexpected-character", at..at + length, message);
        errors.push(error.hint(format!("write `{value}`")));
        return (Some(TokenKind::Number(0.5)), length);
    }
    let error = ParseError::new(
        "unexpected-character",
        at..at + length,
        format!("unexpected `{}`", escaped(&text[at..at + length])),
    );
    let kind = match first {
        '!' | '¬' | '~' => Some(TokenKind::Not),
        '[' | '{' | '（' => Some(TokenKind::Open),
        ']' | '}' | '）' => Some(TokenKind::Close),
        ';' | '，' => Some(TokenKind::Comma),
        // Read as an operator, so that no other error follows.
        '%' => Some(TokenKind::Operator(Operator::Divide)),
        _ => None,
    };
    errors.push(error.hint(foreign::hint_for_character(first)));
    (kind, length)
}
