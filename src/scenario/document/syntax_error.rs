//! Describes a syntax error in plain words: what is wrong, where, and what to write instead.

use super::super::characters::{is_double_quote, unusual};
use super::super::other_tools::{effect_of, interval_of, number};
use super::super::vocabulary::similar_valid_name;
use super::error_site::{ErrorSite, quote};
use super::statement::line_end;
use super::value_error;
use crate::base::diagnostic::{Diagnostic, ceil_boundary};
use std::ops::Range;
use toml_spanner::ErrorKind;

/// The diagnostic of an error of the parser.
pub(super) fn describe(site: &ErrorSite<'_>, kind: ErrorKind<'_>) -> Diagnostic {
    match kind {
        ErrorKind::DuplicateKey { first } | ErrorKind::DottedKeyInvalidType { first } => {
            duplicate(site, site.range(), first)
        }
        ErrorKind::DuplicateTable { name, first } => duplicate(site, name.range(), first),
        ErrorKind::RedefineAsArray { first } => {
            let line = site.line_of(first);
            let message =
                format!("this array of tables is already defined as a table on line {line}");
            let hint =
                "write as many brackets in one header as in the other, or rename one of the two";
            site.error_of("duplicate-key", header_range(site), message, hint)
        }
        ErrorKind::UnterminatedString(_) => unterminated(site),
        ErrorKind::InvalidCharInString(c) => character_in_string(site, c),
        ErrorKind::InvalidEscape(c) => {
            let start = site.at - 1;
            let end = site.at + if c.is_control() { 0 } else { c.len_utf8() };
            let message = format!("invalid escape {}", quote(&site.text[start..end]));
            let hint = "write the backslash twice, or put the string in single quotes";
            site.error(start..end, message, hint)
        }
        ErrorKind::InvalidHexEscape(_) | ErrorKind::InvalidEscapeValue(_) => escape(site),
        ErrorKind::MultilineStringKey => {
            let hint = "write the key without quotes, or in single quotes";
            site.error(site.range(), "a key cannot have three quotes", hint)
        }
        _ => structure(site, kind),
    }
}

/// An error outside of strings.
fn structure(site: &ErrorSite<'_>, kind: ErrorKind<'_>) -> Diagnostic {
    let statement = site.statement;
    if let Some(at) = site.unclosed {
        let (what, bracket) = match site.text[at..].starts_with('[') {
            true => ("array", ']'),
            false => ("inline table", '}'),
        };
        let message = format!("this {what} is not closed");
        let hint = format!("add the closing bracket `{bracket}`");
        return site.error(at..at + 1, message, hint);
    }
    let part = value_error::part(site);
    if let Some(c) = site.character()
        && let Some(unusual) = unusual(c, &site.text[part.clone()])
        && (c != '\r' || !site.text[site.at..].starts_with("\r\n"))
    {
        let range = site.at..site.at + c.len_utf8();
        return site.error(range, unusual.problem, unusual.hint);
    }
    if statement.is_header {
        return header(site);
    }
    let is_in_value = statement.after_equals.is_some_and(|after| site.at >= after);
    if is_in_value && let Some(found) = value_error::comma_in_number(site) {
        return found;
    }
    match kind {
        ErrorKind::Wanted { expected, .. } if *expected != "newline" => key(site, part),
        _ if !is_in_value => key(site, part),
        _ => value_error::describe(site, kind, part),
    }
}

fn duplicate(site: &ErrorSite<'_>, name: Range<usize>, first: toml_spanner::Span) -> Diagnostic {
    let line = site.line_of(first);
    let name_text = quote(&site.text[name.clone()]);
    let message = format!("duplicate key {name_text}: already defined on line {line}");
    let hint = match site.statement.is_header {
        true => hint_for_second_header(site, &name, (first.start as usize, line)),
        false if line_of(site.text, name.start) == line => "remove one of the two".to_owned(),
        false => format!("remove this line or line {line}"),
    };
    site.error_of("duplicate-key", name, message, hint)
}

/// The number of the line of a byte, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// What to do about a header whose table was defined on the line `line`, at the byte `first`.
fn hint_for_second_header(
    site: &ErrorSite<'_>,
    name: &Range<usize>,
    (first, line): (usize, usize),
) -> String {
    /// Maximum number of keys that the hint lists.
    const MAX_KEYS: usize = 6;
    let written = &site.text[name.clone()];
    let path = site.text[header_range(site)].trim_matches(['[', ']', ' ']);
    if ["effects", "failure_effects", "resolution"].contains(&path)
        && let Some(owner) = header_above(site.text, site.statement.start, path)
    {
        return format!("write `[{owner}.{path}]`: the header of a table has its whole path");
    }
    let below = &site.text[line_end(site.text, name.end)..];
    let lines = below
        .lines()
        .take_while(|one| !one.trim_start().starts_with('['));
    let keys = lines.filter_map(|one| {
        let key = one.split_once('=')?.0.trim();
        let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        (!key.is_empty() && key.chars().all(is_bare)).then(|| format!("`{key}`"))
    });
    let keys: Vec<String> = keys.collect();
    let first = site
        .text
        .get(..first)
        .map_or(0, |before| before.rfind('\n').map_or(0, |at| at + 1));
    let is_below_header = site.text[first..].trim_start().starts_with('[');
    let target = match is_below_header {
        true => format!("to the lines below line {line}"),
        false => format!("into the value on line {line}"),
    };
    let keys = match keys.as_slice() {
        [] => return format!("remove this header: the table on line {line} is the same"),
        all if all.len() <= MAX_KEYS => format!("its keys ({})", all.join(", ")),
        _ => "its keys".to_owned(),
    };
    let otherwise = match is_below_header {
        true => format!("; if it is another one, write another name than `{written}`"),
        false => String::new(),
    };
    format!("move {keys} {target} and remove this header{otherwise}")
}

/// The path of the nearest header above a byte whose table may contain a table `key`.
fn header_above<'s>(text: &'s str, at: usize, key: &str) -> Option<&'s str> {
    let parents: &[&str] = match key {
        "resolution" => &["outcomes."],
        "effects" => &["actions.", "events."],
        _ => &["actions."],
    };
    let headers = text[..at].lines().rev().filter_map(|line| {
        let path = line.trim().strip_prefix('[')?.split(']').next()?.trim();
        let name = parents
            .iter()
            .find_map(|parent| path.strip_prefix(parent))?;
        (!name.contains('.')).then_some(path)
    });
    headers.take(1).next()
}

fn unterminated(site: &ErrorSite<'_>) -> Diagnostic {
    let string = site.statement.string.clone();
    let start = string.map_or(site.at, |string| string.start);
    let text = &site.text[start..site.at.max(start)];
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    let quotes = quotes.into_iter().find(|quotes| text.starts_with(quotes));
    let quotes = quotes.unwrap_or("\"");
    let at = site.at..site.at;
    if quotes.len() == 3 {
        let range = start..start + quotes.len();
        let hint = format!("end the string with `{quotes}`");
        return site.error(range, "this string is never closed", hint);
    }
    if let Some((at, c)) = text.char_indices().rfind(|&(_, c)| is_double_quote(c)) {
        let range = start + at..start + at + c.len_utf8();
        let message = format!("unterminated string: `{c}` is not a quotation mark of TOML");
        return site.error(range, message, format!("end the string with `{quotes}`"));
    }
    let hint = format!("end the string with `{quotes}` on the same line");
    site.error(at, "unterminated string", hint)
}

fn character_in_string(site: &ErrorSite<'_>, c: char) -> Diagnostic {
    let code = c as u32;
    let message = format!("control character U+{code:04X} in a string");
    let hint = match c {
        '\r' => "save the file with the line ends of Unix (LF) or Windows (CRLF)".to_owned(),
        _ => format!("delete it, or write it as `\\u{code:04X}` in double quotes"),
    };
    site.error(site.range(), message, hint)
}

/// An escape with a code point that is no character.
fn escape(site: &ErrorSite<'_>) -> Diagnostic {
    let start = site.text[..ceil_boundary(site.text, site.at + 1)].rfind('\\');
    let start = start.unwrap_or(site.at);
    let n_digits = |c: char| if c == 'U' { 8 } else { 4 };
    let escape = site.text[start..].char_indices();
    let length = site.text[start + 1..].chars().next().map_or(1, n_digits) + 2;
    let end = escape
        .take(length)
        .take_while(|(_, c)| !c.is_control() && *c != '"')
        .last();
    let end = end.map_or(start + 1, |(at, c)| start + at + c.len_utf8());
    let message = format!("invalid escape {}", quote(&site.text[start..end]));
    let hint = "write four hexadecimal digits after `\\u`; for a backslash, write it twice or put the \
                string in single quotes";
    site.error(start..end, message, hint)
}

/// The place of the header in which an error lies.
fn header_range(site: &ErrorSite<'_>) -> Range<usize> {
    let line = &site.text[site.statement.start..line_end(site.text, site.statement.start)];
    let length = line.find('#').unwrap_or(line.len());
    site.statement.start..site.statement.start + line[..length].trim_end().len()
}

/// An error in the header of a table.
fn header(site: &ErrorSite<'_>) -> Diagnostic {
    let range = header_range(site);
    let line = &site.text[range.clone()];
    let is_array = line.starts_with("[[");
    let (open, close) = if is_array { ("[[", "]]") } else { ("[", "]") };
    let inner = &line[open.len()..];
    let Some(length) = inner.find(']') else {
        let hint = match similar_path(inner) {
            Some(better) => format!("write `{open}{better}{close}`"),
            None => format!("end the header with `{close}`"),
        };
        return site.error(range.end..range.end, format!("missing `{close}`"), hint);
    };
    let (path, rest) = (
        &inner[..length],
        inner[length..].trim_start_matches(']').trim(),
    );
    if path.split('.').any(|name| name.trim().is_empty()) {
        let hint =
            "write the names between the brackets, for example `[scenario]` or `[actors.north]`";
        return site.error(range, "missing name in the header of a table", hint);
    }
    match similar_path(path) {
        Some(better) if better == path.trim() && !rest.is_empty() => {
            let message = format!("unexpected {} after the header", quote(rest));
            let hint = "write the keys of the table on the lines below its header";
            site.error(range.end - rest.len()..range.end, message, hint)
        }
        Some(better) if better == path.trim() => {
            let message = format!("this header must end with `{close}`");
            site.error(range, message, format!("write `{open}{better}{close}`"))
        }
        better => {
            let start = range.start + open.len();
            let hint = better.map(|path| {
                let label = if path.contains('.') {
                    ", and put the display name in `label`"
                } else {
                    ""
                };
                format!("`{open}{path}{close}`{label}")
            });
            invalid_name(site, start..start + path.len(), hint)
        }
    }
}

/// The valid path that is similar to the names of an invalid one, if there is one.
fn similar_path(path: &str) -> Option<String> {
    let names = path
        .trim()
        .split('.')
        .map(|name| similar_valid_name(name.trim()));
    let names: Vec<String> = names.collect();
    let is_valid = |name: &String| name.starts_with(|c: char| c.is_ascii_lowercase());
    names.iter().all(is_valid).then(|| names.join("."))
}

/// A name with other characters than names have, and what to write instead.
fn invalid_name(site: &ErrorSite<'_>, range: Range<usize>, better: Option<String>) -> Diagnostic {
    let written = &site.text[range.clone()];
    let trimmed = range.start + (written.len() - written.trim_start().len());
    let message = format!("{} is not a valid name", quote(written));
    let hint = match better {
        Some(better) => format!("use only a-z, 0-9 and _: write {better}"),
        None => "begin names with a letter, and use only a-z, 0-9 and _".to_owned(),
    };
    site.error(trimmed..trimmed + written.trim().len(), message, hint)
}

/// The interval that the innermost table in braces means, if it has two numbers without keys.
fn interval_in(site: &ErrorSite<'_>) -> Option<String> {
    let start = site.statement.open.last()?.at;
    let line = &site.text[start..line_end(site.text, start)];
    let end = line.find('}')?;
    interval_of(&line[..=end])
}

/// An error before the `=` of a key; `part` is the key with its value.
fn key(site: &ErrorSite<'_>, part: Range<usize>) -> Diagnostic {
    let written = &site.text[part.clone()];
    let is_json = site.statement.start == site.at && site.text.trim_start().starts_with('{');
    if is_json && site.text[..site.at].trim().is_empty() {
        let hint = "write each object as a header with its whole path, such as `[scenario]` or \
                    `[variables.trust]`, and below it each `\"key\": value` as `key = value`, without \
                    braces around it and commas at the end, and dates without quotes: \
                    `start = 2030-01-31`";
        return site.error(site.range(), "this file is JSON, not TOML", hint);
    }
    if written.starts_with('=') {
        let hint = "write `key = value`";
        return site.error(site.at..site.at + 1, "missing key before `=`", hint);
    }
    let name = &written[..written.find('=').unwrap_or(written.len())];
    let before = site.text[part.start..site.at.max(part.start)].trim();
    if name.len() < written.len() && !before.is_empty() && site.character() != Some(':') {
        return invalid_name(
            site,
            part.start..part.start + name.len(),
            similar_path(name).map(|name| format!("`{name}`")),
        );
    }
    let c = site.character().unwrap_or(' ');
    if c == ':' && !before.is_empty() {
        let value = &site.text[site.at + 1..part.end.max(site.at + 1)];
        let value = value.trim_start_matches('=').trim();
        let hint = match value.chars().count() {
            1..=40 => format!("write `{before} = {value}`"),
            _ => format!("write `{before} = …`"),
        };
        return site.error(
            site.at..site.at + 1,
            format!("unexpected `:` after `{before}`"),
            hint,
        );
    }
    if c == ',' && interval_in(site).is_none() {
        return site.error(
            site.at..site.at + 1,
            "unexpected `,`",
            "separate entries with one comma",
        );
    }
    if part.is_empty() {
        return site.error(site.range(), "missing key", "write `key = value`");
    }
    let is_comment = written.starts_with("//") || written.starts_with(';');
    let entry = written.split_once([' ', '\t']);
    let hint = match entry {
        _ if is_comment => "begin comments with `#`".to_owned(),
        _ if effect_of(written).is_some() => {
            format!("write `{}`", effect_of(written).unwrap_or_default())
        }
        Some((key, value)) if number(value).is_some() => {
            format!("write `{key} = {}`", number(value).unwrap_or_default())
        }
        _ if interval_in(site).is_some() => {
            let interval = interval_in(site).unwrap_or_default();
            format!("write a 90 % interval as `{interval}`")
        }
        _ => "write `key = value`".to_owned(),
    };
    site.error(part, format!("{} has no value", quote(written)), hint)
}
