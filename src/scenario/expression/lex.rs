//! Splits the text of an expression into at most [`limits::EXPRESSION_TOKENS`] tokens.
//!
//! Operators of other languages (`&&`, `**`, `×`, `≤`) are reported with their equivalent and read
//! as it, so that the rest of the expression is still checked.

use super::syntax::{Operator, ParseError, TextSpan};
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

/// Operators of other languages with their equivalents, the longest first.
const FOREIGN_OPERATORS: &[(&str, Operator)] = &[
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
        let (kind, length) = if first.is_ascii_digit() || starts_with_point(&text[at..]) {
            number(text, at, errors)
        } else if first.is_alphabetic() || first == '_' {
            word(text, at)
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
        .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '.')
        .map(char::len_utf8)
        .sum();
    if text[end..].starts_with('%') {
        errors.push(
            ParseError::new(
                "invalid-number",
                at..end + 1,
                "percentages are not supported",
            )
            .hint("write a decimal number: 5 % is `0.05`"),
        );
        return (Some(TokenKind::Number(0.0)), end + 1 - at);
    }
    if trailing > 0 {
        let span = at..end + trailing;
        errors.push(
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
    if value > limits::MAX_ABS_NUMBER {
        let message = format!("this number is larger than {:e}", limits::MAX_ABS_NUMBER);
        let error = ParseError::new("out-of-range", at..end, message);
        errors.push(error.hint(format!("write a number up to {:e}", limits::MAX_ABS_NUMBER)));
        return (Some(TokenKind::Number(0.0)), end - at);
    }
    (Some(TokenKind::Number(value)), end - at)
}

/// Reads a name or a word of the language.
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
    let foreign = FOREIGN_OPERATORS
        .iter()
        .find(|(symbol, _)| rest.starts_with(symbol));
    let longer = |symbol: &str| known.is_none_or(|(own, _)| symbol.len() > own.len());
    if let Some((symbol, operator)) = foreign.filter(|(symbol, _)| longer(symbol)) {
        let right = operator.symbol();
        errors.push(
            ParseError::new(
                "unexpected-character",
                at..at + symbol.len(),
                format!("unexpected `{symbol}`"),
            )
            .hint(match operator {
                Operator::Equal => "write `==` to compare".to_owned(),
                _ => format!("write `{right}`"),
            }),
        );
        return (Some(TokenKind::Operator(*operator)), symbol.len());
    }
    if let Some((symbol, kind)) = known {
        return (Some(kind.clone()), symbol.len());
    }
    let length = first.len_utf8();
    let error = ParseError::new(
        "unexpected-character",
        at..at + length,
        format!("unexpected `{}`", first.escape_debug()),
    );
    let (kind, hint) = match first {
        '!' => (Some(TokenKind::Not), "write `not`"),
        '[' | '{' => (Some(TokenKind::Open), "write `(`"),
        ']' | '}' => (Some(TokenKind::Close), "write `)`"),
        ';' => (Some(TokenKind::Comma), "write `,`"),
        '%' => (None, "write a decimal number: 5 % is `0.05`"),
        '?' | ':' => (None, "write a conditional as `if(condition, a, b)`"),
        '.' => (None, "write the name of the variable alone, without a path"),
        _ => (
            None,
            "remove it: the operators are `+ - * / ^ < <= > >= == !=`, `and`, `or` and `not`",
        ),
    };
    errors.push(error.hint(hint));
    (kind, length)
}
