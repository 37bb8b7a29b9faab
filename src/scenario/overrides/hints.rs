//! Writes the help of messages about `--set` options as the options to write.

use super::super::document;
use super::super::expression::parse;
use super::super::vocabulary::FUNCTIONS;
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
    let (path, _) = text.split_once('=')?;
    let offset = path.len() + 1;
    let key = path.trim_end_matches('*').rsplit('.').next()?.trim();
    // A whole setting, `key = value`.
    let setting = hint.split('`').skip(1).step_by(2).find_map(|part| {
        let (name, new) = part.split_once('=')?;
        let is_whole = name.trim() == key && !new.contains('…');
        is_whole.then_some((part, new.trim()))
    });
    if let Some((part, new)) = setting {
        let option = option(path.trim_end_matches('*'), new)?;
        let hint = hint
            .replace(" without quotes", "")
            .replace("remove the quotes", "write");
        return Some(hint.replacen(part, &option, 1));
    }
    let part = replacement_in(hint)?;
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

/// The part of a hint to write in the place of something; `None` if the hint has none or says what to
/// define in the file.
fn replacement_in(hint: &str) -> Option<&str> {
    const BEFORE: [&str; 3] = ["write `", "did you mean `", " is `"];
    let is_placeholder = |part: &str| {
        let is_usage = FUNCTIONS.iter().any(|function| function.usage == part);
        is_usage || part.contains(['…', '[']) || part.contains("NAME") || part.contains("condition")
    };
    if hint.contains("define it") {
        return None;
    }
    let after = BEFORE.iter().find_map(|before| hint.split_once(before))?.1;
    let part = after.split('`').next()?;
    (!is_placeholder(part)).then_some(part)
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
