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
fn is_single_quote(c: char) -> bool {
    matches!(
        c,
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '＇' | '`' | '´'
    )
}

/// Whether a character looks like a minus sign.
fn is_minus(c: char) -> bool {
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
        let kind = match c.is_whitespace() {
            true => "unusual space",
            false => "invisible character",
        };
        let name = name(c).map_or_else(String::new, |name| format!(" ({name})"));
        let hint = match c.is_whitespace() {
            true => "replace it by an ordinary space",
            false => "delete it: it is at the marked place",
        };
        (format!("{kind} U+{code:04X}{name}"), hint.to_owned())
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
        '\u{2060}' => "word joiner",
        '\u{feff}' => "byte-order mark",
        c if c.is_control() => "control character",
        _ => return None,
    })
}
