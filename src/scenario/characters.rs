//! Names characters that look like others or cannot be seen.

use crate::base::diagnostic::is_invisible;

/// A character that a keyboard for programming does not produce, and what to write instead.
pub(super) struct UnusualCharacter {
    /// What it is, with its code point.
    pub problem: String,
    /// What to write instead.
    pub hint: String,
}

/// Whether a character looks like a double quotation mark.
pub(super) fn is_double_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂')
}

/// Whether a character looks like a single quotation mark or an apostrophe.
pub(super) fn is_single_quote(c: char) -> bool {
    matches!(
        c,
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '＇' | '`' | '´'
    )
}

/// Whether a character looks like a minus sign.
pub(super) fn is_minus(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// Whether a character is invisible or a space that is not the ordinary one.
pub(super) fn is_unseen(c: char) -> bool {
    let is_ordinary = matches!(c, '\t' | '\n' | '\r' | ' ');
    !is_ordinary && (is_invisible(c) || c.is_whitespace())
}

/// The text with straight quotation marks, hyphens as minus signs, and ordinary spaces only.
fn with_ordinary_characters(text: &str) -> String {
    let plain = |c: char| match c {
        c if is_double_quote(c) => Some('"'),
        c if is_single_quote(c) => Some('\''),
        c if is_minus(c) => Some('-'),
        c if is_unseen(c) && c.is_whitespace() => Some(' '),
        c if is_unseen(c) => None,
        c => Some(c),
    };
    text.chars().filter_map(plain).collect()
}

/// Describes a character that is unseen, a quotation mark or a minus sign; `None` for any other.
/// `part` is the value or key to which it belongs.
pub(super) fn unusual(c: char, part: &str) -> Option<UnusualCharacter> {
    let code = c as u32;
    let plain = with_ordinary_characters(part);
    let is_short = !plain.is_empty() && plain.chars().count() <= 60 && plain != part;
    let instead = |otherwise: &str| match is_short {
        true => format!("write `{}`", plain.trim()),
        false => otherwise.to_owned(),
    };
    let (problem, hint) = if c == '\0' {
        (
            "null character U+0000".to_owned(),
            "delete it; if the file has many, it is encoded as UTF-16: save it as UTF-8".to_owned(),
        )
    } else if c == '\r' {
        (
            "carriage return U+000D without a line feed".to_owned(),
            "save the file with the line ends of Unix (LF) or Windows (CRLF)".to_owned(),
        )
    } else if is_unseen(c) {
        let hint = match c.is_whitespace() {
            true => "replace it by an ordinary space",
            false => "delete it: it is at the marked place",
        };
        (unseen_character(c), hint.to_owned())
    } else if is_double_quote(c) || is_single_quote(c) {
        let problem = match c {
            '`' | '´' => format!("`{c}` is not a quotation mark of TOML"),
            _ => format!("typographic quotation mark `{c}`"),
        };
        (problem, instead("write straight quotation marks: `\"`"))
    } else if is_minus(c) {
        let kind = if c == '\u{2212}' {
            "minus sign"
        } else {
            "dash"
        };
        let problem = format!("typographic {kind} `{c}` (U+{code:04X})");
        (problem, instead("write `-`"))
    } else {
        return None;
    };
    Some(UnusualCharacter { problem, hint })
}

/// The digit or minus sign that a superscript character stands for.
pub(super) fn superscript(c: char) -> Option<char> {
    let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";
    let at = raised.chars().position(|one| one == c)?;
    "0123456789-".chars().nth(at)
}

/// The value of a character that is a fraction, such as `½`.
pub(super) fn fraction(c: char) -> Option<&'static str> {
    Some(match c {
        '½' => "0.5",
        '¼' => "0.25",
        '¾' => "0.75",
        '⅓' => "(1 / 3)",
        '⅔' => "(2 / 3)",
        '⅕' => "0.2",
        '⅛' => "0.125",
        _ => return None,
    })
}

/// What a character that cannot be seen is, with its code point and name.
pub(super) fn unseen_character(c: char) -> String {
    let kind = match c.is_whitespace() {
        true => "unusual space",
        false => "invisible character",
    };
    let name = name(c).map_or_else(String::new, |name| format!(" ({name})"));
    format!("{kind} U+{:04X}{name}", u32::from(c))
}

/// The name of a character that cannot be seen.
fn name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{a0}' => "no-break space",
        '\u{202f}' => "narrow no-break space",
        '\u{2007}' => "figure space",
        '\u{2009}' => "thin space",
        '\u{3000}' => "ideographic space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero-width space",
        '\u{200c}' => "zero-width non-joiner",
        '\u{200d}' => "zero-width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "control of the writing direction",
        '\u{2060}' => "word joiner",
        '\u{feff}' => "byte-order mark",
        c if c.is_control() => "control character",
        _ => return None,
    })
}
