//! Describes a syntax error in a value, often a habit of other languages.

use super::super::characters::{is_unseen, unusual};
use super::super::deadlines::date_of;
use super::super::foreign_distributions::replacement_of;
use super::super::other_tools::{self, conditional_of, interval_of, number_with_unit};
use super::error_site::{ErrorSite, quote};
use super::lexer::{Lexer, TokenKind};
use super::statement::line_end;
use crate::base::diagnostic::Diagnostic;
use std::ops::Range;
use toml_spanner::ErrorKind;

/// The value or entry in which an error lies, up to the next `,`, bracket, comment or line break.
pub(super) fn part(site: &ErrorSite<'_>) -> Range<usize> {
    let statement = site.statement;
    let from = statement.part_start;
    let is_in_brackets = !statement.open.is_empty();
    let line = line_end(site.text, site.at.max(from));
    let mut end = line;
    let mut depth = 0_usize;
    for token in Lexer::new(&site.text[..line], from) {
        let is_after_error = token.range.start >= site.at;
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close if depth > 0 => depth -= 1,
            TokenKind::Close | TokenKind::Comma if !is_in_brackets || depth > 0 => {}
            TokenKind::Close | TokenKind::Comma | TokenKind::Comment if is_after_error => {
                end = token.range.start;
                break;
            }
            _ => {}
        }
    }
    let text = &site.text[from..end];
    let start = from + text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

/// Describes an error in a value, which is `part`.
pub(super) fn describe(
    site: &ErrorSite<'_>,
    kind: ErrorKind<'_>,
    part: Range<usize>,
) -> Diagnostic {
    let written = &site.text[part.clone()];
    if written.is_empty() {
        return missing_value(site);
    }
    if let Some((at, c)) = written.char_indices().find(|&(_, c)| is_unseen(c))
        && let Some(unusual) = unusual(c, written)
        && !written.starts_with(['"', '\''])
    {
        let start = part.start + at;
        return site.error(start..start + c.len_utf8(), unusual.problem, unusual.hint);
    }
    if written.starts_with(['"', '\'']) {
        return after_string(site, kind, part);
    }
    if written.ends_with('%') {
        return site.error(
            part,
            "percentages are not supported",
            hint_for_percentage(written),
        );
    }
    let foreign = other_notation(written);
    if let Some(hint) = foreign.filter(|_| !written.starts_with('{')) {
        let message = format!("{} is not a valid value", quote(written));
        return site.error(part, message, hint);
    }
    if written.starts_with('=') {
        let hint = "write `key = value` with one `=`";
        return site.error(site.at..site.at + 1, "unexpected second `=`", hint);
    }
    if let Some(hint) = hint_for_habit(written) {
        let message = format!("{} is not a valid value", quote(written));
        return site.error(part, message, hint);
    }
    let is_word = !written.contains([' ', '\t']);
    match kind {
        ErrorKind::InvalidDateTime(reason) => invalid_date(site, reason),
        ErrorKind::InvalidInteger("underscores must be between two digits")
        | ErrorKind::InvalidFloat("underscores must be between two digits") => {
            let hint = "write digits only, or one `_` between two digits";
            site.error(site.range(), "`_` may only go between digits", hint)
        }
        ErrorKind::InvalidInteger("leading zeros are not allowed")
        | ErrorKind::InvalidFloat("leading zeros are not allowed") => {
            let hint = "write numbers without leading zeros, and dates as `2016-11-30`";
            site.error(site.range(), "unexpected leading zero", hint)
        }
        ErrorKind::InvalidInteger(_) | ErrorKind::InvalidFloat(_) if is_word => {
            let hint = "write a number such as `12`, `0.5` or `1e-3`";
            site.error(
                part,
                format!("{} is not a valid number", quote(written)),
                hint,
            )
        }
        ErrorKind::MissingInlineTableComma if begins_entry(&site.text[site.at..]) => {
            let hint = "write an inline table as `{ key = value, key = value }`";
            site.error(site.range(), missing_comma(site), hint)
        }
        ErrorKind::MissingArrayComma if !is_word && !is_expression(written) => {
            let hint = "separate values with one comma";
            site.error(site.range(), missing_comma(site), hint)
        }
        _ => invalid_value(site, part),
    }
}

/// What to write instead of a value in the notation of another tool.
fn other_notation(written: &str) -> Option<String> {
    /// Maximum length of a value that a hint repeats \[bytes\].
    const MAX_BYTES: usize = 200;
    if written.len() > MAX_BYTES {
        return None;
    }
    if let Some(found) = replacement_of(written) {
        return Some(match found.note {
            "" => format!("write the distribution as `{}`", found.toml),
            note => format!("write `{}`: {note}", found.toml),
        });
    }
    if let Some(conditional) = conditional_of(written) {
        return Some(format!(
            "write the conditional in quotes: `\"{conditional}\"`"
        ));
    }
    if let Some(interval) = interval_of(written) {
        return Some(format!("write a 90 % interval as `{interval}`"));
    }
    if let Some((value, comment)) = written.split_once("//").or(written.split_once(';')) {
        let (value, comment) = (value.trim(), comment.trim());
        return (!value.is_empty()).then(|| match comment {
            "" => format!("write `{value}`: a line ends without a sign"),
            _ => format!("begin comments with `#`: `{value} # {comment}`"),
        });
    }
    if let Some(date) = date_of(written) {
        return Some(format!("write dates as year-month-day: `{date}`"));
    }
    if let Some(value) = number_with_unit(written) {
        return Some(format!("write `{value}`: numbers have no units"));
    }
    let has_both = written.contains(',') && written.contains('.');
    let value = other_tools::number(written).filter(|_| has_both)?;
    Some(format!(
        "write `{value}`: numbers have only a decimal point"
    ))
}

fn missing_value(site: &ErrorSite<'_>) -> Diagnostic {
    match site.character() {
        Some(c @ (',' | ']' | '}')) => {
            let message = format!("missing value before `{c}`");
            site.error(
                site.at..site.at + 1,
                message,
                "write a value, or remove the comma or key",
            )
        }
        _ => {
            let at = site.statement.part_start;
            let line = &site.text[at..line_end(site.text, at)];
            // The place after the space that usually follows the sign.
            let at = at + usize::from(line.starts_with(' '));
            site.error(at..at, "missing value after `=`", "write a value after `=`")
        }
    }
}

/// The message for a comma that is missing at the error.
fn missing_comma(site: &ErrorSite<'_>) -> String {
    let rest = &site.text[site.at..];
    let length = rest.find([' ', '\t', '\n', '\r', ',', '=', ']', '}']);
    match &rest[..length.unwrap_or(rest.len())] {
        "" => "missing `,`".to_owned(),
        next => format!("missing `,` before {}", quote(next)),
    }
}

/// Whether a text begins with a key and `=`.
fn begins_entry(text: &str) -> bool {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'');
    let rest = text.trim_start_matches(is_bare);
    rest.len() < text.len() && rest.trim_start().starts_with('=')
}

/// Whether a text looks like an expression.
fn is_expression(text: &str) -> bool {
    text.contains(['<', '>', '+', '*', '/', '('])
}

/// Something after a string that is closed.
fn after_string(site: &ErrorSite<'_>, kind: ErrorKind<'_>, part: Range<usize>) -> Diagnostic {
    if let ErrorKind::MissingArrayComma = kind {
        return site.error(
            site.range(),
            missing_comma(site),
            "separate values with one comma",
        );
    }
    if matches!(kind, ErrorKind::MissingInlineTableComma) && begins_entry(&site.text[site.at..]) {
        let hint = "write an inline table as `{ key = value, key = value }`";
        return site.error(site.range(), missing_comma(site), hint);
    }
    let (this, other) = match site.text[part.start..].starts_with('"') {
        true => ('"', "single"),
        false => ('\'', "double"),
    };
    let rest = site.at..part.end.max(site.at);
    let message = format!(
        "unexpected {} after the string",
        quote(&site.text[rest.clone()])
    );
    let hint = match site.text[rest.clone()].contains(this) {
        true => format!("put a string that contains `{this}` in {other} quotes"),
        false => "write one value per key".to_owned(),
    };
    site.error(rest, message, hint)
}

fn invalid_date(site: &ErrorSite<'_>, reason: &str) -> Diagnostic {
    let problem = match reason {
        "month is out of range" => "the month must be from 01 to 12",
        "day is out of range" => "the month does not have this day",
        reason if reason.contains("hour") => "the hour must be from 00 to 23",
        reason if reason.contains("minute") || reason.contains("second") => {
            "minutes and seconds must be from 00 to 59"
        }
        _ => "the year needs four digits, the month and the day two",
    };
    let written = quote(&site.text[site.range()]);
    let hint = "write a valid calendar date, for example `2016-11-30`";
    site.error(
        site.range(),
        format!("invalid date {written}: {problem}"),
        hint,
    )
}

fn invalid_value(site: &ErrorSite<'_>, part: Range<usize>) -> Diagnostic {
    let written = &site.text[part.clone()];
    let is_quotable =
        written.contains(|c: char| c.is_alphabetic()) && written.chars().count() <= 60;
    let hint = if !is_quotable {
        "write one value per key, and put strings and expressions in double quotes".to_owned()
    } else if !written.contains(['"', '\\']) {
        format!("put strings and expressions in quotes: `\"{written}\"`")
    } else if !written.contains('\'') {
        format!("put strings and expressions in quotes: `'{written}'`")
    } else {
        "put strings and expressions in quotes".to_owned()
    };
    site.error(
        part,
        format!("{} is not a valid value", quote(written)),
        hint,
    )
}

fn hint_for_percentage(written: &str) -> String {
    let number = written.trim_end_matches('%').trim();
    match number.parse::<f64>() {
        Ok(percentage) if percentage.abs() < 1e6 => {
            let share = format!("{:.9}", percentage / 100.0);
            let share = share.trim_end_matches('0').trim_end_matches('.');
            format!("write a decimal number: {number} % is `{share}`")
        }
        _ => "write a decimal number: 5 % is `0.05`".to_owned(),
    }
}

/// What to write instead of a value that other languages allow.
fn hint_for_habit(written: &str) -> Option<String> {
    let lower = written.to_ascii_lowercase();
    match lower.as_str() {
        "true" | "false" => return Some(format!("write `{lower}`")),
        "none" | "null" | "nil" | "na" => return Some("leave out the key".to_owned()),
        _ => {}
    }
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", written.strip_prefix('+').unwrap_or(written)),
    };
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match digits.split_once('.') {
        Some(("", decimals)) if are_digits(decimals) => {
            return Some(format!("write `{sign}0.{decimals}`"));
        }
        Some((whole, "")) if are_digits(whole) => return Some(format!("write `{sign}{whole}.0`")),
        _ => {}
    }
    let parts: Vec<&str> = written.split(['.', '/']).collect();
    match parts.as_slice() {
        &[day, month, year]
            if year.len() == 4 && parts.iter().all(|part| are_digits(part) && part.len() <= 4) =>
        {
            Some(
                match written.contains('.') && day.len() <= 2 && month.len() <= 2 {
                    true => {
                        format!("write dates as year-month-day: `{year}-{month:0>2}-{day:0>2}`")
                    }
                    false => "write dates as year-month-day, for example `2016-11-30`".to_owned(),
                },
            )
        }
        _ => None,
    }
}

/// The diagnostic of a decimal comma or of separators of thousands at the error.
pub(super) fn comma_in_number(site: &ErrorSite<'_>) -> Option<Diagnostic> {
    let innermost = site.statement.open.last();
    if innermost.is_some_and(|bracket| site.text[bracket.at..].starts_with('[')) {
        return None;
    }
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '-' | '+' | '_');
    let start = site.text[..site.at].trim_end_matches(is_part).len();
    let rest = &site.text[site.at..];
    let end = site.text.len() - rest.trim_start_matches(is_part).len();
    let number = site.text[start..end].trim_end_matches(',');
    let range = start..start + number.len();
    let number = &number.replace('_', "");
    let unsigned = number.trim_start_matches(['-', '+']);
    let groups: Vec<&str> = unsigned.split(',').collect();
    let are_digits = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if groups.len() < 2 || !groups.iter().all(are_digits) {
        return None;
    }
    let are_thousands = groups[1..].iter().all(|group| group.len() == 3) && groups[0] != "0";
    let joined = number.replace(',', "");
    let (problem, hint) = match (are_thousands, groups.len()) {
        (true, 2) => (
            "a comma",
            format!(
                "write `{}` for a decimal number, or `{joined}`",
                number.replace(',', ".")
            ),
        ),
        (true, _) => ("commas", format!("write `{joined}`")),
        (false, 2) => (
            "a decimal comma",
            format!("write `{}`", number.replace(',', ".")),
        ),
        _ => return None,
    };
    let written = quote(&site.text[range.clone()]);
    Some(site.error(range, format!("{written} has {problem}"), hint))
}
