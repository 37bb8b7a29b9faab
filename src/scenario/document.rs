//! TOML text → a tree whose every value knows its place, however broken the text is.
//!
//! In: a source. Out: a [`Table`] in file order, with syntax errors reported and what could not
//! be parsed marked [`TomlItem::Invalid`], so that the rest is still checked. A text that is sound and
//! far from every limit takes the [`fast`] way; any other the [`recovering`] one, which makes the
//! same tree of a sound text. What default keys, kinds and names mean is not known here.

mod fast;
mod recovering;
mod size_limits;
mod tree;

use super::diagnostics::DiagnosticSink;
use crate::base::diagnostic::SourceId;
pub(super) use recovering::{parse_value, report_syntax};
pub(super) use tree::{TomlEntry, TomlItem, TomlTable, TomlValue};

/// Parses a whole file; `None` where it is too big to look at.
pub(super) fn parse_document<'t>(
    text: &'t str,
    source: SourceId,
    sink: &mut DiagnosticSink,
) -> Option<TomlTable<'t>> {
    match size_limits::too_long(text) {
        Some(problem) => recovering::report_size(problem, 0..0, source, sink),
        None => fast::parse(text, source).or_else(|| recovering::parse(text, source, sink)),
    }
}

#[cfg(test)]
mod tests;
