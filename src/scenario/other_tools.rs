//! Recognizes numbers, conditionals and assignments in the notation of other tools, and writes them in
//! the notation of this language.
//!
//! It reads short texts only: formulas of spreadsheets and their add-ins, Squiggle, NetLogo, Python
//! and C. What it does not recognize is left to the ordinary messages.

/// Maximum length of a text that is examined \[bytes\].
pub(super) const MAX_BYTES: usize = 200;

/// A number as TOML writes it; it may have a decimal comma, a percent sign or separators of
/// thousands.
pub(super) fn number(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = text.trim();
    let (text, scale) = match text.strip_suffix('%') {
        Some(percentage) => (percentage.trim(), 100.0),
        None => (text, 1.0),
    };
    let text = text.replace('\u{2212}', "-").replace('_', "");
    // Of two separators the last is the decimal one; one that occurs twice separates thousands.
    let text = match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(point)) if comma > point => text.replace('.', "").replace(',', "."),
        (Some(_), None) if text.matches(',').count() == 1 => text.replace(',', "."),
        _ => text.replace(',', ""),
    };
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
    if scale == 1.0 {
        return Some(value.to_string());
    }
    // Twelve digits hide the rounding of the division.
    let share = format!("{:.12}", value / scale);
    let share = share.trim_end_matches('0').trim_end_matches('.');
    Some(share.to_owned())
}

/// The conditional that a text such as `a > b ? 1 : 0`, `1 if a > b else 0`,
/// `if a > b then 1 else 0` or `=IF(a>b;1;0)` means, as an expression.
pub(super) fn conditional_of(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = text.trim().trim_start_matches('=').trim();
    let lower = text.to_ascii_lowercase();
    let written = |condition: &str, yes: &str, no: &str| {
        // A decimal comma goes with semicolons between arguments.
        let with_points = |part: &str| match text.contains(';') {
            true => decimal_points(part),
            false => part.to_owned(),
        };
        let parts = [condition, yes, no].map(with_points);
        let [condition, yes, no] = [&*parts[0], &*parts[1], &*parts[2]];
        let parts =
            [condition, yes, no].map(|part| part.trim().trim_end_matches([':', ';']).trim());
        let is_simple = |part: &&str| {
            let other = [" if ", " else ", "?", ";"];
            !part.is_empty() && !other.iter().any(|word| part.contains(word))
        };
        let [condition, yes, no] = parts;
        parts
            .iter()
            .all(is_simple)
            .then(|| format!("if({condition}, {yes}, {no})"))
    };
    if let Some((condition, branches)) = text.split_once('?') {
        let (yes, no) = branches.split_once(':')?;
        return written(condition, yes, no);
    }
    if let Some(rest) = lower.strip_prefix("if(")
        && rest.ends_with(')')
        && rest.contains(';')
    {
        let inner = &text[3..text.len() - 1];
        let parts: Vec<&str> = inner.split(';').collect();
        let &[condition, yes, no] = parts.as_slice() else {
            return None;
        };
        return written(condition, yes, no);
    }
    let at_else = lower.find(" else ")?;
    let (before, no) = (&text[..at_else], &text[at_else + 6..]);
    if lower.starts_with("if ") {
        let at_then = lower.find(" then ");
        return match at_then {
            Some(at) if at < at_else => written(&before[3..at], &before[at + 6..], no),
            _ => {
                let (condition, yes) = before[3..].split_once(':')?;
                written(condition, yes, no)
            }
        };
    }
    let at_if = lower.find(" if ").filter(|at| *at < at_else)?;
    written(&before[at_if + 4..], &before[..at_if], no)
}

/// The text with decimal points in place of the commas between two digits.
pub(super) fn decimal_points(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_digit = |at: Option<usize>| {
        let c = at.and_then(|at| characters.get(at));
        c.is_some_and(char::is_ascii_digit)
    };
    let pointed = characters.iter().enumerate().map(|(at, c)| {
        let is_decimal = *c == ',' && is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
        if is_decimal { '.' } else { *c }
    });
    pointed.collect()
}

/// The interval that two numbers in any brackets mean, such as `(0.2, 0.5)`, as TOML.
pub(super) fn interval_of(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let inner = text.trim().strip_prefix(['(', '[', '{'])?;
    let inner = inner.strip_suffix([')', ']', '}'])?;
    let separator = if inner.contains(';') { ';' } else { ',' };
    let (from, to) = inner.split_once(separator)?;
    let (from, to) = (number(from)?, number(to)?);
    Some(format!("{{ from = {from}, to = {to} }}"))
}

/// The entry that an assignment such as `strain += 0.05` or `strain - 5%` means, as TOML.
pub(super) fn effect_of(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = text.trim();
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let rest = text.trim_start_matches(is_name);
    let name = &text[..text.len() - rest.len()];
    let rest = rest.trim_start();
    let sign = match rest.chars().next()? {
        '-' => "-",
        '+' | '=' | ':' => "",
        _ => return None,
    };
    let amount = number(rest[1..].trim_start_matches(['=', ' ']))?;
    let amount = match (sign, amount.strip_prefix('-')) {
        ("-", Some(positive)) => positive.to_owned(),
        _ => format!("{sign}{amount}"),
    };
    (!name.is_empty()).then(|| format!("{name} = {amount}"))
}

/// The number at the beginning of a text that goes on with a unit, such as `30 days`.
pub(super) fn number_with_unit(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = text.trim();
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | '_');
    let unit = text.trim_start_matches(is_number);
    let digits = &text[..text.len() - unit.len()];
    let is_unit = |c: char| c.is_alphabetic() || matches!(c, ' ' | '/' | '€' | '$' | '°');
    let is_plain = !unit.trim().is_empty() && unit.chars().all(is_unit) && unit.len() <= 20;
    number(digits).filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_effects_and_units_are_recognized() {
        assert_eq!(
            interval_of("(0,2; 0,5)").as_deref(),
            Some("{ from = 0.2, to = 0.5 }")
        );
        assert_eq!(interval_of("[0.2, 0.5, 0.7]"), None);
        assert_eq!(
            effect_of("strain += 0.05").as_deref(),
            Some("strain = 0.05")
        );
        assert_eq!(effect_of("strain - 5%").as_deref(), Some("strain = -0.05"));
        assert_eq!(effect_of("strain * 2"), None);
        assert_eq!(number_with_unit("30 days").as_deref(), Some("30"));
        assert_eq!(number_with_unit("30"), None);
        assert_eq!(number("1.000,5").as_deref(), Some("1000.5"));
        assert_eq!(number("1,000.5").as_deref(), Some("1000.5"));
    }

    #[test]
    fn conditionals_of_other_tools_are_written_as_calls() {
        for (text, expected) in [
            ("a > b ? 1 : 0", "if(a > b, 1, 0)"),
            ("0.4 if fear > 0.5 else 0.1", "if(fear > 0.5, 0.4, 0.1)"),
            ("if a > b then 1 else 0", "if(a > b, 1, 0)"),
            ("IF a > b THEN 1 ELSE 0", "if(a > b, 1, 0)"),
            ("if a > b: 1 else 0", "if(a > b, 1, 0)"),
            ("=IF(a>0,7;1;0)", "if(a>0.7, 1, 0)"),
        ] {
            assert_eq!(conditional_of(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "if(a, b, c)",
            "a ? b",
            "if a > b",
            "x + y",
            "a ? b : c ? d : e",
        ] {
            assert_eq!(conditional_of(text), None, "{text}");
        }
    }
}
