//! Parses TOML text into a tree in which every value has its span, even if the text has errors.
//!
//! The result is a [`TomlTable`] in file order. Syntax errors are reported, and what could not be
//! parsed is marked [`TomlItem::Invalid`], so that the rest is still checked. A valid text far from
//! every limit takes the [`fast`] parser; any other takes the [`recovering`] one, which returns the
//! same tree for a valid text. The meaning of keys and values is not known here.

mod fast;
mod recovering;
mod size_limits;
mod tree;

use super::diagnostics::DiagnosticSink;
use crate::base::diagnostic::SourceId;
pub(super) use recovering::{parse_value, report_syntax};
pub(super) use tree::{TomlEntry, TomlItem, TomlTable, TomlValue};

/// Parses a whole file; `None` if it exceeds a size limit.
pub(super) fn parse_document<'t>(
    text: &'t str,
    source: SourceId,
    sink: &mut DiagnosticSink,
) -> Option<TomlTable<'t>> {
    match size_limits::exceeds_text_limits(text) {
        Some(problem) => recovering::report_size(problem, 0..0, source, sink),
        None => fast::parse(text, source).or_else(|| recovering::parse(text, source, sink)),
    }
}

#[cfg(test)]
mod tests;
