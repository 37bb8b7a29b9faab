//! Recognizes a scenario that a spreadsheet has exported as CSV.

use super::super::diagnostics::DiagnosticSink;
use crate::base::diagnostic::{SourceId, Span};

/// Minimum number of lines that only an export has.
const MIN_LINES: usize = 2;

/// Reports a text that is an export, once for the whole text; `false` if it is none.
pub(super) fn report(text: &str, source: SourceId, sink: &mut DiagnosticSink) -> bool {
    let mut exported = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        if let Some(meant) = meaning_of(line.trim_end()) {
            exported.push((start..start + line.trim_end().len(), meant));
        }
        start += line.len() + 1;
    }
    let Some((place, meant)) = exported.first().filter(|_| exported.len() >= MIN_LINES) else {
        return false;
    };
    let is_quoted = text[place.clone()].starts_with('"');
    let what = match is_quoted {
        true => "remove the quotation marks around each line, and write `\"` in place of `\"\"`",
        false => "remove the separators at the ends of all lines",
    };
    let span = Span {
        source,
        start: place.start,
        end: place.end,
    };
    let message = format!(
        "this file is the CSV export of a spreadsheet, not TOML: a line of the scenario is a cell, in {} \
         lines with quotation marks or separators",
        exported.len()
    );
    let hint = format!(
        "{what}, so that this line is `{}`; or copy the cells into a text editor and save them there",
        shortened(meant)
    );
    sink.error("syntax", span, message, hint);
    true
}

/// The line that a line of an export means; `None` if it may be a line of TOML.
fn meaning_of(line: &str) -> Option<String> {
    let cell = line.trim_end_matches([',', ';', '\t']);
    let has_separators = cell.len() < line.len();
    let inner = cell.strip_prefix('"').and_then(|one| one.strip_suffix('"'));
    let meant = match inner {
        Some(inner) => inner.replace("\"\"", "\""),
        None if has_separators && is_header(cell) => cell.to_owned(),
        None => return None,
    };
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let rest = meant.trim_start();
    let key = rest.len() - rest.trim_start_matches(is_bare).len();
    let is_statement = key > 0 && rest[key..].trim_start().starts_with('=');
    // In TOML, a string at the beginning of a line is a key, which needs an `=` after it.
    (is_statement || is_header(rest)).then_some(meant)
}

fn is_header(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('[') && text.ends_with(']')
}

/// The beginning of a long line.
fn shortened(line: &str) -> String {
    const MAX: usize = 80;
    match line.char_indices().nth(MAX) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}
