//! Parses TOML text into a tree in which every value has its span, even if the text has errors.
//!
//! The result is a [`TomlTable`] in file order. Syntax errors are reported, and what could not be
//! parsed is marked [`TomlItem::Invalid`], so that the rest is still checked. The meaning of keys
//! and values is not known here.

mod converter;
mod csv_export;
mod error_site;
mod lexer;
mod recovery;
mod size_limits;
mod statement;
mod syntax_error;
mod tree;
mod value_error;

use super::diagnostics::DiagnosticSink;
use crate::base::diagnostic::SourceId;
pub(super) use recovery::{ValueError, parse_value};
pub(super) use tree::{TomlEntry, TomlItem, TomlTable, TomlValue};

/// Parses a whole file; `None` if it exceeds a size limit, is no TOML
/// as a whole, or has too many errors.
pub(super) fn parse_document<'t>(
    text: &'t str,
    source: SourceId,
    sink: &mut DiagnosticSink,
) -> Option<TomlTable<'t>> {
    if let Some(problem) = size_limits::exceeds_text_limits(text) {
        return recovery::report_size(problem, 0..0, source, sink);
    }
    if let Some((problem, place)) = size_limits::exceeds_token_limits(text) {
        return recovery::report_size(problem, place, source, sink);
    }
    if csv_export::report(text, source, sink) {
        return None;
    }
    recovery::parse(text, source, sink)
}

#[cfg(test)]
mod tests;
