//! The functions of the language: how each is called, and what it gives.

/// How a function is called.
#[derive(Debug)]
pub struct Signature {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it gives, in a sentence.
    pub doc: &'static str,
    /// The least number of arguments.
    pub least: usize,
    /// The greatest number of arguments.
    pub most: usize,
}

/// Any number of arguments.
pub const ANY: usize = usize::MAX;

/// The functions of the language.
pub const FUNCTIONS: &[Signature] = &[
    signature(
        "if",
        "if(condition, a, b)",
        "a where the condition holds, else b",
        3,
        3,
    ),
    signature("min", "min(a, b, …)", "the least of them", 1, ANY),
    signature("max", "max(a, b, …)", "the greatest of them", 1, ANY),
    signature("abs", "abs(a)", "a without its sign", 1, 1),
    signature("sqrt", "sqrt(a)", "the square root of a", 1, 1),
    signature("exp", "exp(a)", "e to the power a", 1, 1),
    signature("ln", "ln(a)", "the natural logarithm of a", 1, 1),
    signature(
        "clamp",
        "clamp(x, low, high)",
        "x, kept between low and high",
        3,
        3,
    ),
    signature("logistic", "logistic(a)", "1 / (1 + exp(-a))", 1, 1),
    signature(
        "contest",
        "contest(a, b, decisiveness)",
        "a^v / (a^v + b^v), the chance of a against b; one half where both are 0",
        3,
        3,
    ),
    signature(
        "date",
        "date(\"2016-11-08\")",
        "the number of that day, day 1 being the start",
        1,
        1,
    ),
    signature(
        "happened",
        "happened(x)",
        "whether action or event x has happened",
        1,
        1,
    ),
    signature(
        "count",
        "count(x)",
        "how often action or event x has happened",
        1,
        1,
    ),
    signature(
        "succeeded",
        "succeeded(x)",
        "whether action x has ever succeeded",
        1,
        1,
    ),
    signature(
        "days_since",
        "days_since(x, otherwise)",
        "days since x last happened, `otherwise` if it never did",
        2,
        2,
    ),
];

const fn signature(
    name: &'static str,
    usage: &'static str,
    doc: &'static str,
    least: usize,
    most: usize,
) -> Signature {
    Signature {
        name,
        usage,
        doc,
        least,
        most,
    }
}

/// The words of the language that are not functions.
pub const WORDS: &[&str] = &["and", "or", "not", "true", "false", "day", "wait"];

/// Whether a name is taken by the language.
pub fn is_word(name: &str) -> bool {
    WORDS.contains(&name) || FUNCTIONS.iter().any(|function| function.name == name)
}
