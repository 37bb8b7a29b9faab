//! The words of the expression language: its functions and reserved words.

/// A function: its name, arguments and value.
#[derive(Debug)]
pub struct Signature {
    /// The name of the function.
    pub name: &'static str,
    /// The call with its arguments, as in the manual.
    pub usage: &'static str,
    /// The value of the call, in a sentence.
    pub doc: &'static str,
    /// Minimum number of arguments.
    pub min: usize,
    /// Maximum number of arguments; [`ANY`] for no maximum.
    pub max: usize,
}

/// No maximum number of arguments.
pub const ANY: usize = usize::MAX;

/// The functions of the expression language.
pub const FUNCTIONS: &[Signature] = &[
    signature(
        "if",
        "if(condition, a, b)",
        "a if the condition holds, otherwise b",
        3,
        3,
    ),
    signature("min", "min(a, b, …)", "minimum", 1, ANY),
    signature("max", "max(a, b, …)", "maximum", 1, ANY),
    signature("abs", "abs(a)", "absolute value", 1, 1),
    signature("sqrt", "sqrt(a)", "square root", 1, 1),
    signature("exp", "exp(a)", "exponential function", 1, 1),
    signature("ln", "ln(a)", "natural logarithm", 1, 1),
    signature(
        "clamp",
        "clamp(x, low, high)",
        "max(low, min(x, high))",
        3,
        3,
    ),
    signature(
        "logistic",
        "logistic(a)",
        "logistic function, 1 / (1 + exp(-a))",
        1,
        1,
    ),
    signature(
        "contest",
        "contest(a, b, decisiveness)",
        "contest success function a^v / (a^v + b^v), with v the decisiveness; 1/2 if a and b are both 0",
        3,
        3,
    ),
    signature(
        "date",
        "date('2016-11-08')",
        "day number of a date; day 1 is `start`",
        1,
        1,
    ),
    signature(
        "happened",
        "happened(x)",
        "true if action x has been taken or event x has occurred",
        1,
        1,
    ),
    signature(
        "count",
        "count(x)",
        "number of times that action x has been taken or event x has occurred",
        1,
        1,
    ),
    signature(
        "succeeded",
        "succeeded(x)",
        "true if action x has succeeded at least once",
        1,
        1,
    ),
    signature(
        "days_since",
        "days_since(x, otherwise)",
        "days since x was last taken or last occurred; `otherwise` if never",
        2,
        2,
    ),
];

const fn signature(
    name: &'static str,
    usage: &'static str,
    doc: &'static str,
    min: usize,
    max: usize,
) -> Signature {
    Signature {
        name,
        usage,
        doc,
        min,
        max,
    }
}

/// Reserved words that are not functions.
pub const WORDS: &[&str] = &["and", "or", "not", "true", "false", "day", "wait"];

/// Whether the language reserves a name, so that no scenario may use it.
pub fn is_word(name: &str) -> bool {
    WORDS.contains(&name) || FUNCTIONS.iter().any(|function| function.name == name)
}

/// A valid name similar to an invalid one.
pub(super) fn similar_valid_name(name: &str) -> String {
    let mut better = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' | '_' => better.push(c),
            ' ' | '-' | '.' => better.push('_'),
            'ä' | 'æ' => better.push_str("ae"),
            'ö' | 'œ' => better.push_str("oe"),
            'ü' => better.push_str("ue"),
            'ß' => better.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => better.push('a'),
            'ç' | 'ć' | 'č' => better.push('c'),
            'ď' | 'đ' | 'ð' => better.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => better.push('e'),
            'ğ' => better.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => better.push('i'),
            'ł' | 'ľ' => better.push('l'),
            'ñ' | 'ń' | 'ň' => better.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' | 'ő' => better.push('o'),
            'ř' => better.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => better.push('s'),
            'ť' | 'ţ' | 'ț' => better.push('t'),
            'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => better.push('u'),
            'ý' | 'ÿ' => better.push('y'),
            'ź' | 'ż' | 'ž' => better.push('z'),
            _ => {}
        }
    }
    better
}
