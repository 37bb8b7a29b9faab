//! Writes the help of messages about `--set` options as the options to write.

use super::super::document;
use super::super::expression::parse;
use crate::base::diagnostic::{Diagnostic, SourceId, Sources};

/// Rewrites the hints of all diagnostics about the sources of overrides.
pub(in crate::scenario) fn show_as_options(
    diagnostics: &mut [Diagnostic],
    sources: &Sources,
    overrides: &[SourceId],
) {
    for diagnostic in diagnostics {
        let Some(span) = diagnostic
            .span
            .filter(|span| overrides.contains(&span.source))
        else {
            continue;
        };
        let Some(hint) = diagnostic.hint.as_deref() else {
            continue;
        };
        let text = &sources.0[usize::from(span.source.0)].text;
        if let Some(new) = option_in(hint, text, span.start..span.end) {
            diagnostic.hint = Some(new);
        }
    }
}

/// The hint with the option to write, if the part in backticks says what to write in its place.
fn option_in(hint: &str, text: &str, place: std::ops::Range<usize>) -> Option<String> {
    if hint.contains("--set") {
        return None;
    }
    let mut parts = hint.split('`');
    let (before, part) = (parts.next()?, parts.next()?);
    let rest = hint.get(before.len() + part.len() + 2..)?;
    let (path, _) = text.split_once('=')?;
    let offset = path.len() + 1;
    let key = path.trim_end_matches('*').rsplit('.').next()?.trim();
    let is_complete = |part: &str| !part.contains('…') && !part.contains("NAME");
    if !is_complete(part) {
        return None;
    }
    // A whole setting, `key = value`.
    let written = part.split_once('=').filter(|(name, _)| name.trim() == key);
    if let Some((_, new)) = written {
        let option = option(path.trim_end_matches('*'), new.trim())?;
        let before = before
            .replace(" without quotes", "")
            .replace("remove the quotes", "write");
        return Some(format!("{before}`{option}`{rest}"));
    }
    // The part stands in the place of the marked text, or in that of the whole value.
    let start = place.start.min(text.len());
    let end = place.end.clamp(start, text.len());
    let replaced = match start == end {
        true => None,
        false => Some([text.get(..start)?, part, text.get(end..)?].concat()),
    };
    let whole = (start >= offset).then(|| format!("{path}={part}"));
    let candidates = [replaced, whole].into_iter().flatten();
    let valid = candidates.filter(|new| new != text).filter_map(|new| {
        let (new_path, new_value) = new.split_once('=')?;
        let is_word =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '*' | ' ');
        let is_path = new_path.chars().all(is_word);
        let option = option(new_path, new_value.trim()).filter(|_| is_path)?;
        Some((strsim::osa_distance(&new, text), option))
    });
    let (_, option) = valid.min_by_key(|(distance, _)| *distance)?;
    let hint = hint
        .replace(", without quotes", "")
        .replace(" without quotes", "");
    Some(match hint.ends_with('?') {
        true => format!("{hint} write `{option}`"),
        false => format!("{hint}; write `{option}`"),
    })
}

/// An option that sets a path to a value; `None` if the value is none.
fn option(path: &str, value: &str) -> Option<String> {
    let text = format!("{path}={value}");
    let is_toml = document::parse_value(&text, path.len() + 1, SourceId(0)).is_ok();
    if !is_toml && !parse(value).1.is_empty() {
        return None;
    }
    let quote = if text.contains('\'') { '"' } else { '\'' };
    (!text.contains(quote)).then(|| format!("--set {quote}{text}{quote}"))
}
