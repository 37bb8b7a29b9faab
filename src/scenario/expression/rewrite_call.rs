//! Rewrites calls of functions of spreadsheets and programming languages.

use super::syntax::TextSpan;
use crate::scenario::vocabulary::FUNCTIONS;

/// What is foreign about an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Notation {
    /// `=` at the beginning.
    LeadingEquals,
    /// A statement such as `import math` before the expression.
    Import,
    /// The path before a function, such as `math.`.
    Module(String),
    /// `AND(…)`, `OR(…)` or `NOT(…)`.
    Logic(String),
    /// `ifelse-value (…) […] […]`, or a function that is `if` here.
    Conditional,
    /// A semicolon between arguments or at the end.
    Semicolon,
    /// A function that this language writes otherwise.
    Function(String),
}

/// Modules and objects whose functions are functions of numbers.
const MODULES: &[&str] = &[
    "math",
    "np",
    "numpy",
    "cmath",
    "scipy",
    "special",
    "jnp",
    "jax",
    "torch",
    "tf",
    "pd",
    "pandas",
    "statistics",
    "std",
    "worksheetfunction",
    "application",
    "base",
    "stats",
];

/// Functions with the same arguments under another name.
const SAME: &[(&str, &str)] = &[
    ("fabs", "abs"),
    ("absolute", "abs"),
    ("maximum", "max"),
    ("fmax", "max"),
    ("minimum", "min"),
    ("fmin", "min"),
    ("clip", "clamp"),
    ("sigmoid", "logistic"),
    ("expit", "logistic"),
    ("plogis", "logistic"),
    ("inv_logit", "logistic"),
    ("invlogit", "logistic"),
];

/// A function that is called.
pub(super) struct Callee<'t> {
    /// Its name with its path.
    pub written: &'t str,
    /// The place of the name.
    pub place: TextSpan,
}

/// A call with rewritten arguments; what is foreign about it is added to `notes`. `is_operand` says
/// whether an operator stands beside it.
pub(super) fn call(
    callee: &Callee<'_>,
    arguments: &[String],
    is_operand: bool,
    notes: &mut Vec<(Notation, TextSpan)>,
) -> String {
    let (path, name) = match callee.written.rsplit_once('.') {
        Some((path, name)) => (Some(path), name),
        None => (None, callee.written),
    };
    let unchanged = || {
        let separator = if notes.is_empty() { "," } else { ", " };
        format!("{}({})", callee.written, joined(arguments, separator))
    };
    let lower = name.to_ascii_lowercase();
    let trimmed: Vec<&str> = arguments.iter().map(|one| one.trim()).collect();
    if trimmed.iter().any(|one| one.is_empty()) {
        return unchanged();
    }
    let first_of_path = path.and_then(|path| path.split('.').next());
    let is_module = first_of_path.is_some_and(|one| MODULES.contains(&&*one.to_ascii_lowercase()));
    let is_plain = path.is_none() || is_module;
    if is_plain && let Some((new, notation)) = translation(name, &lower, &trimmed, is_operand) {
        let notation = match path {
            Some(path) => Notation::Module(format!("{path}.")),
            None => notation,
        };
        notes.push((notation, callee.place.clone()));
        return new;
    }
    let same = SAME.iter().find(|(foreign, _)| *foreign == lower);
    let own = same.map_or(&*lower, |(_, own)| own);
    let Some(known) = FUNCTIONS.iter().find(|one| one.name == own) else {
        return unchanged();
    };
    let is_about_occurrence = matches!(own, "happened" | "count" | "succeeded" | "days_since");
    let list = trimmed.join(", ");
    match path {
        _ if is_about_occurrence && path.is_some() => unchanged(),
        Some(path) if is_module => {
            let notation = Notation::Module(format!("{path}."));
            notes.push((notation, callee.place.clone()));
            format!("{own}({list})")
        }
        // The number before the point is the first argument.
        Some(path) if trimmed.len() < known.max && trimmed.len() + 1 >= known.min => {
            let notation = Notation::Function(callee.written.to_owned());
            notes.push((notation, callee.place.clone()));
            let owner = path.rsplit('.').next().unwrap_or(path);
            let all: Vec<&str> = std::iter::once(owner).chain(trimmed).collect();
            format!("{own}({})", all.join(", "))
        }
        Some(_) => unchanged(),
        None => {
            if same.is_some() {
                notes.push((Notation::Function(name.to_owned()), callee.place.clone()));
            } else if own == "if" && name != "if" {
                notes.push((Notation::Conditional, callee.place.clone()));
            }
            match notes.is_empty() {
                true => format!("{own}({})", joined(arguments, ",")),
                false => format!("{own}({list})"),
            }
        }
    }
}

/// The arguments as they are written, or with spaces after the separators.
fn joined(arguments: &[String], separator: &str) -> String {
    match separator {
        "," => arguments.join(","),
        separator => {
            let trimmed: Vec<&str> = arguments.iter().map(|one| one.trim()).collect();
            trimmed.join(separator)
        }
    }
}

/// What a call of a function that this language does not have means.
fn translation(
    name: &str,
    lower: &str,
    arguments: &[&str],
    is_operand: bool,
) -> Option<(String, Notation)> {
    let function = || Notation::Function(name.to_owned());
    let grouped = |text: String| {
        if is_operand {
            format!("({text})")
        } else {
            text
        }
    };
    Some(match (lower, arguments) {
        ("and" | "or", [_, ..]) => {
            let other = if lower == "and" { " or " } else { "\0" };
            let parts: Vec<String> = arguments
                .iter()
                .map(|one| match one.contains(other) && !one.starts_with('(') {
                    true => format!("({})", spaced(one)),
                    false => spaced(one),
                })
                .collect();
            let new = parts.join(&format!(" {lower} "));
            (grouped(new), Notation::Logic(name.to_owned()))
        }
        ("not", [one]) if name != "not" => {
            (format!("not ({one})"), Notation::Logic(name.to_owned()))
        }
        ("iff" | "iif" | "ifelse" | "where" | "cond" | "if_else", [a, b, c]) => {
            (format!("if({a}, {b}, {c})"), Notation::Conditional)
        }
        ("pow" | "power", [base, exponent]) => {
            let (base, exponent) = (operand(base), operand(exponent));
            (format!("{base} ^ {exponent}"), function())
        }
        ("square", [one]) => (format!("{} ^ 2", operand(one)), function()),
        ("log" | "log1p", [one]) => {
            let one = match lower {
                "log1p" => format!("1 + {one}"),
                _ => (*one).to_owned(),
            };
            (format!("ln({one})"), function())
        }
        ("log", [one, base]) => (grouped(format!("ln({one}) / ln({base})")), function()),
        ("log10", [one]) => (grouped(format!("ln({one}) / ln(10)")), function()),
        ("log2", [one]) => (grouped(format!("ln({one}) / ln(2)")), function()),
        ("sum" | "plus" | "add", [_, _, ..]) => (grouped(arguments.join(" + ")), function()),
        ("product", [_, _, ..]) => {
            let factors: Vec<String> = arguments.iter().map(|one| operand(one)).collect();
            (grouped(factors.join(" * ")), function())
        }
        ("mean" | "average" | "avg", [_, _, ..]) => {
            let (sum, n) = (arguments.join(" + "), arguments.len());
            (grouped(format!("({sum}) / {n}")), function())
        }
        _ => return None,
    })
}

/// A condition with spaces around its comparisons.
fn spaced(condition: &str) -> String {
    let mut new = condition.to_owned();
    for sign in ["<=", ">=", "==", "!="] {
        new = new.replace(sign, &format!(" {sign} "));
    }
    let characters: Vec<char> = new.chars().collect();
    let mut spaced = String::new();
    for (at, c) in characters.iter().enumerate() {
        match (c, characters.get(at + 1)) {
            ('<' | '>', next) if next != Some(&'=') => spaced.push_str(&format!(" {c} ")),
            _ => spaced.push(*c),
        }
    }
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An argument as an operand of an operator that binds tightly.
fn operand(text: &str) -> String {
    let is_simple = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    match is_simple {
        true => text.to_owned(),
        false => format!("({text})"),
    }
}
