//! Text from files in messages: characters that a reader cannot see are found and escaped.

use std::borrow::Cow;

/// Whether a character is invisible: a control, a format character such as U+200B or a mark of the
/// writing direction, or a filler. Spaces are not.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// The text with every invisible character written as `\u{200b}`, so that it shows what the file
/// contains and cannot control a terminal.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_invisible(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The text of several lines with every invisible character escaped except the line breaks, for a
/// terminal. Text that the program colors itself must not pass through it.
pub fn escaped_lines(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && is_invisible(c)) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<_> = text.split('\n').map(escaped).collect();
    Cow::Owned(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_of_a_terminal_text_are_kept() {
        let text = "a\u{200b}\n\u{1b}[2Jb\n";
        assert_eq!(escaped_lines(text), "a\\u{200b}\n\\u{1b}[2Jb\n");
        assert_eq!(escaped_lines("a\nb"), "a\nb");
    }

    #[test]
    fn invisible_characters_are_escaped_and_others_kept() {
        for (text, expected) in [
            ("K\u{f6}ln \u{2212} 5 %", "K\u{f6}ln \u{2212} 5 %"),
            ("a\u{200b}b", "a\\u{200b}b"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\r\nb\tc", "a\\r\\nb\\tc"),
            ("\u{202e}cba", "\\u{202e}cba"),
            ("\u{feff}", "\\u{feff}"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
