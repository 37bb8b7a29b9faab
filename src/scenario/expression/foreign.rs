//! Characters, operators and notations of other languages in expressions, and what to write instead.

use super::super::characters::{is_double_quote, is_minus, is_single_quote, unseen_character};
use super::super::foreign_distributions::replacement_of;
use super::super::other_tools::{conditional_of, number};
use super::syntax::{Operator, ParseError};
use super::uncertain::{distribution_inside, is_random_draw, random_number};
use crate::base::diagnostic::is_invisible;
use crate::scenario::vocabulary::FUNCTIONS;

/// Operators of other languages with their equivalents, the longest first.
const OPERATORS: &[(&str, Operator)] = &[
    ("===", Operator::Equal),
    ("!==", Operator::NotEqual),
    ("&&", Operator::And),
    ("||", Operator::Or),
    ("**", Operator::Power),
    ("//", Operator::Divide),
    ("<>", Operator::NotEqual),
    ("~=", Operator::NotEqual),
    ("/=", Operator::NotEqual),
    ("=<", Operator::LessOrEqual),
    ("=>", Operator::GreaterOrEqual),
    (":=", Operator::Equal),
    ("&", Operator::And),
    ("|", Operator::Or),
    ("=", Operator::Equal),
    ("≤", Operator::LessOrEqual),
    ("⩽", Operator::LessOrEqual),
    ("≦", Operator::LessOrEqual),
    ("≥", Operator::GreaterOrEqual),
    ("⩾", Operator::GreaterOrEqual),
    ("≧", Operator::GreaterOrEqual),
    ("≠", Operator::NotEqual),
    ("＝", Operator::Equal),
    ("＜", Operator::Less),
    ("＞", Operator::Greater),
    ("×", Operator::Multiply),
    ("·", Operator::Multiply),
    ("⋅", Operator::Multiply),
    ("∙", Operator::Multiply),
    ("∗", Operator::Multiply),
    ("•", Operator::Multiply),
    ("＊", Operator::Multiply),
    ("÷", Operator::Divide),
    ("∕", Operator::Divide),
    ("⁄", Operator::Divide),
    ("／", Operator::Divide),
    ("＋", Operator::Add),
    ("∧", Operator::And),
    ("∨", Operator::Or),
];

/// The operator of another language with which a text begins, with its equivalent.
pub(super) fn operator(text: &str) -> Option<(&str, Operator)> {
    let first = text.chars().next()?;
    if is_minus(first) {
        return Some((&text[..first.len_utf8()], Operator::Subtract));
    }
    let found = OPERATORS
        .iter()
        .find(|(symbol, _)| text.starts_with(symbol));
    found.map(|(symbol, operator)| (*symbol, *operator))
}

/// The error about a text as a whole, after which nothing else need be said about it: a character
/// that cannot be seen, or a notation of another tool.
pub(super) fn whole_text(text: &str) -> Option<ParseError> {
    let is_unseen = |c: char| is_invisible(c) && !c.is_whitespace();
    if let Some((at, c)) = text.char_indices().find(|&(_, c)| is_unseen(c)) {
        let n_more = text.chars().filter(|c| is_unseen(*c)).count() - 1;
        let others = match n_more {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        let span = at..at + c.len_utf8();
        let message = format!("{}{others} in this expression", unseen_character(c));
        let hint = "delete it: it is at the marked place; or type the expression again";
        return Some(ParseError::new("unexpected-character", span, message).hint(hint));
    }
    let whole = 0..text.len();
    if let Some(found) = replacement_of(text).filter(|_| !is_random_draw(text)) {
        let message = "an expression cannot contain a distribution";
        let note = match found.note {
            "" => String::new(),
            note => format!("; {note}"),
        };
        let hint = format!("write the value without quotes: `{}`{note}", found.toml);
        return Some(ParseError::new("unexpected-distribution", whole, message).hint(hint));
    }
    if let Some(error) = random_number(text).or_else(|| distribution_inside(text)) {
        return Some(error);
    }
    if let Some(conditional) = conditional_of(text) {
        let message = "this conditional is written as in another language";
        let hint = hint_for_condition(&conditional);
        let hint = hint.unwrap_or_else(|| format!("write `{conditional}`"));
        return Some(ParseError::new("unexpected-conditional", whole, message).hint(hint));
    }
    if let Some(error) = path(text).or_else(|| statement(text)) {
        return Some(error);
    }
    if let Some((at, c)) = text.char_indices().find(|&(_, c)| c == '?') {
        let span = at..at + c.len_utf8();
        let error = ParseError::new("unexpected-character", span, "unexpected `?`");
        return Some(error.hint("write a conditional as `if(condition, a, b)`"));
    }
    None
}

/// The hint for a conditional whose branches are 1 and 0 or `true` and `false`.
pub(super) fn hint_for_condition(conditional: &str) -> Option<String> {
    let truth = [", 1, 0)", ", true, false)"];
    let condition = truth.iter().find_map(|end| conditional.strip_suffix(end));
    let condition = condition?.strip_prefix("if(")?;
    Some(format!(
        "where a condition belongs, write `{condition}` alone; for a number, write \
         `if({condition}, 1, 0)`"
    ))
}

/// The error about a name with a path, such as `variables.trust`, or a method, such as `fire.count`.
fn path(text: &str) -> Option<ParseError> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let dot = text.match_indices('.').map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + 1..].chars().next();
        before.is_some_and(is_name) && after.is_some_and(|c| c.is_alphabetic() || c == '_')
    })?;
    let start = text[..dot]
        .trim_end_matches(|c| is_name(c) || c == '.')
        .len();
    let end = text.len()
        - text[dot..]
            .trim_start_matches(|c| is_name(c) || c == '.')
            .len();
    let whole = &text[start..end];
    // `2.x` is a number with a word attached.
    if !whole.starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let (owner, last) = whole.rsplit_once('.')?;
    let owner = owner.rsplit('.').next().unwrap_or(owner);
    let message = format!("`{whole}` is not a name");
    let is_called = text[end..].trim_start().starts_with('(');
    let hint = match FUNCTIONS.iter().any(|function| function.name == last) {
        true => format!("write `{last}({owner})`"),
        false if is_called => {
            let all: Vec<_> = FUNCTIONS.iter().map(|function| function.name).collect();
            format!(
                "there is no function `{last}`; the functions are {}",
                all.join(", ")
            )
        }
        false => format!("write the name alone, without a path: `{last}`"),
    };
    Some(ParseError::new("unexpected-path", start..end, message).hint(hint))
}

/// The error about a statement of a programming language, or a comparison with a range.
fn statement(text: &str) -> Option<ParseError> {
    const KEYWORDS: &[&str] = &[
        "ask",
        "set",
        "let",
        "var",
        "const",
        "def",
        "lambda",
        "return",
        "print",
        "for",
        "while",
        "import",
        "to-report",
        "report",
        "select",
    ];
    let first = text.split_whitespace().next()?;
    let is_statement = KEYWORDS.contains(&first)
        && text.trim_start()[first.len()..]
            .trim_start()
            .starts_with(|c: char| c.is_alphabetic());
    let error = |message: &str, hint: String| {
        ParseError::new("unexpected-statement", 0..text.len(), message).hint(hint)
    };
    if is_statement {
        let message = "an expression has no statements";
        let hint = "write only the formula of the value, for example `1 - trust`; what changes a \
                    variable belongs in the `effects` of an action or event";
        return Some(error(message, hint.to_owned()));
    }
    let (name, rest) = text
        .split_once(" between ")
        .or_else(|| text.split_once(" in "))?;
    let ends = rest.trim().trim_matches(['[', ']', '(', ')']);
    let (low, high) = ends.split_once(" and ").or_else(|| ends.split_once(','))?;
    let (low, high) = (number(low)?, number(high)?);
    let name = name.trim();
    let hint = format!("compare with both ends: `{name} >= {low} and {name} <= {high}`");
    Some(error("there is no operator for a range", hint))
}

/// The length of the percent sign with which a text begins, spaces before it included, if it cannot
/// be the remainder operator of another language.
pub(super) fn percentage(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches(' ');
    let after = rest.strip_prefix(['%', '％'])?;
    let begins_operand = |c: char| c.is_alphanumeric() || matches!(c, '_' | '(' | '.');
    let is_remainder = after.trim_start().starts_with(begins_operand);
    (!is_remainder).then_some(text.len() - after.len())
}

/// The string between typographic quotation marks with which a text begins, and the length with the
/// marks.
pub(super) fn quoted(text: &str) -> Option<(usize, &str)> {
    let is_quote = |c: char| is_double_quote(c) || is_single_quote(c);
    let first = text.chars().next().filter(|c| is_quote(*c))?;
    let inner = &text[first.len_utf8()..];
    let is_end = |c: char| is_quote(c) || matches!(c, '"' | '\'');
    let (length, last) = inner.char_indices().find(|&(_, c)| is_end(c))?;
    let end = first.len_utf8() + length + last.len_utf8();
    Some((end, &inner[..length]))
}

/// What to write instead of a number with a word attached.
pub(super) fn hint_for_number(digits: &str, attached: &str) -> String {
    let factor = match attached {
        "k" | "K" => Some(1e3),
        "M" | "m" | "mio" | "mn" => Some(1e6),
        "bn" | "B" => Some(1e9),
        _ => None,
    };
    let scaled = factor.and_then(|factor| Some(digits.parse::<f64>().ok()? * factor));
    let is_grouped = attached.starts_with('_')
        && attached
            .chars()
            .all(|c| c.is_ascii_digit() || c == '_' || c == '.');
    let is_name = attached.starts_with(|c: char| c.is_ascii_lowercase())
        && attached
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    match (scaled, number(&format!("{digits}{attached}"))) {
        (Some(value), _) => format!("write `{value}`"),
        (None, Some(value)) if is_grouped => format!("write `{value}`"),
        _ if is_name => {
            format!("to multiply, write `{digits} * {attached}`; names begin with a letter")
        }
        _ => "write numbers like `12`, `0.5` or `1e-3`; names begin with a letter".to_owned(),
    }
}

/// What to write instead of a character that no expression contains.
pub(super) fn hint_for_character(c: char) -> String {
    let hint = match c {
        '!' | '¬' | '~' => "write `not`",
        '[' | '{' | '（' => "write `(`",
        ']' | '}' | '）' => "write `)`",
        ';' | '，' => "write `,`",
        '%' => {
            "there is no remainder operator; for a percentage write a decimal number: 5 % is `0.05`"
        }
        ':' => "write a conditional as `if(condition, a, b)`",
        '.' => "write the name of the variable alone, without a path",
        '√' => "write `sqrt(…)`",
        '∞' => "write a large number, such as `1e9`: there is no infinity",
        '≈' => "write `abs(a - b) < 0.01` for two numbers that are nearly equal",
        '∈' => "compare with both ends, for example `a >= 0.2 and a <= 0.6`",
        '$' | '@' => "remove it: names have only a-z, 0-9 and _",
        '€' | '£' | '°' => "remove it: numbers have no units",
        '#' => "remove it: an expression cannot contain a comment",
        '\\' => "remove it",
        c if c.is_numeric() => "write digits from 0 to 9",
        _ => "remove it: the operators are `+ - * / ^ < <= > >= == !=`, `and`, `or` and `not`",
    };
    hint.to_owned()
}

/// What to write instead of a function that other tools have.
pub(super) fn foreign_function(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "log" | "log10" | "log2" => "write `ln(…)` for the natural logarithm",
        "pow" | "power" => "write a power as `x ^ y`",
        "iff" | "iif" | "ifelse" | "where" | "cond" => {
            "write a conditional as `if(condition, a, b)`"
        }
        "round" | "floor" | "ceil" | "int" | "float" => "remove it: all numbers are real",
        "sum" | "mean" | "average" | "avg" => "write it out: `a + b`, or `(a + b) / 2`",
        "sigmoid" | "expit" | "logit" | "inv_logit" => {
            "write `logistic(…)`, or `ln(p / (1 - p))` for the logit"
        }
        "today" | "now" => "write `day`, the number of the simulated day",
        "normal" | "norm" | "lognormal" | "beta" | "uniform" | "triangular" | "pert" | "rand"
        | "random" => {
            "define a variable whose `initial` is the distribution, and write its name here"
        }
        _ => return None,
    })
}

/// What to write instead of a name that other tools have.
pub(super) fn foreign_name(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "none" | "null" | "nil" | "nan" | "na" | "undefined" => {
            "remove it: every variable always has a number"
        }
        "inf" | "infinity" => "write a large number, such as `1e9`: there is no infinity",
        "pi" | "\u{3c0}" => "write `3.14159`",
        "t" | "time" | "tick" | "ticks" | "step" => "write `day`, the number of the simulated day",
        _ => return None,
    })
}
