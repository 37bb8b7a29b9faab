//! Keys and tables in a place where other formats would have them, such as a key below the header of
//! the next table.
//!
//! Each is reported with the place where it belongs, and the tree is changed as if it stood there, so
//! that no other error follows from it.

mod arrays;
mod constants;
mod keys;
mod options;
mod tables;

use super::diagnostics::DiagnosticSink;
use super::document::{TomlItem, TomlTable, TomlValue};
use super::fields::{FieldKind, ROOT, TableSpec};

/// Reports what stands in a wrong place, and moves it in the tree. `file` is the name of the file in
/// commands that messages show.
pub(super) fn relocate(
    root: &mut TomlTable<'_>,
    text: &str,
    file: &str,
    sink: &mut DiagnosticSink,
) {
    options::remove_options(root, file, sink);
    arrays::read_arrays_as_tables(root, sink);
    arrays::report_correlation_table(root, sink);
    tables::nest_tables(root, text, sink);
    keys::move_keys_up(root, text, sink);
    constants::move_constants(root, text, sink);
}

/// A table of the file that has a specification.
struct SpecifiedTable<'r, 't> {
    /// The first byte of its header, or of the table if it is inline.
    start: usize,
    path: Vec<&'r str>,
    spec: &'static TableSpec,
    table: &'r TomlTable<'t>,
}

impl SpecifiedTable<'_, '_> {
    /// The path as keys of its own.
    fn owned_path(&self) -> Vec<String> {
        self.path.iter().map(|key| (*key).to_owned()).collect()
    }
}

/// Visits all tables with a specification, each after those that it contains.
fn visit_tables<'r, 't>(root: &'r TomlTable<'t>, visitor: &mut dyn FnMut(&SpecifiedTable<'r, 't>)) {
    let whole = SpecifiedTable {
        start: 0,
        path: Vec::new(),
        spec: &ROOT,
        table: root,
    };
    visit_inner(&whole, visitor);
}

fn visit_inner<'r, 't>(
    outer: &SpecifiedTable<'r, 't>,
    visitor: &mut dyn FnMut(&SpecifiedTable<'r, 't>),
) {
    let mut visit = |path: &[&'r str], value: &'r TomlValue<'t>, spec| {
        if let TomlItem::Table(table) = &value.item {
            let one = SpecifiedTable {
                start: value.span.start,
                path: [&outer.path, path].concat(),
                spec,
                table,
            };
            visit_inner(&one, visitor);
            visitor(&one);
        }
    };
    for entry in &outer.table.0 {
        let kind = outer.spec.field(&entry.key).map(|field| field.kind);
        match (kind, &entry.value.item) {
            (Some(FieldKind::Table(spec)), _) => visit(&[&entry.key], &entry.value, spec),
            (
                Some(FieldKind::NamedTables(spec) | FieldKind::VariableTables(spec)),
                TomlItem::Table(named),
            ) => {
                for one in &named.0 {
                    visit(&[&entry.key, &one.key], &one.value, spec);
                }
            }
            _ => {}
        }
    }
}

/// The table at a path.
fn table_at<'r, 't>(root: &'r TomlTable<'t>, path: &[String]) -> Option<&'r TomlTable<'t>> {
    path.iter()
        .try_fold(root, |table, key| match &table.get(key)?.value.item {
            TomlItem::Table(inner) => Some(inner),
            _ => None,
        })
}

/// The mutable table at a path.
fn table_at_mut<'r, 't>(
    root: &'r mut TomlTable<'t>,
    path: &[String],
) -> Option<&'r mut TomlTable<'t>> {
    path.iter().try_fold(root, |table, key| {
        match &mut table.get_mut(key)?.value.item {
            TomlItem::Table(inner) => Some(inner),
            _ => None,
        }
    })
}

/// The value at a path.
fn value_at<'r, 't>(root: &'r TomlTable<'t>, path: &[String]) -> Option<&'r TomlValue<'t>> {
    let (last, parents) = path.split_last()?;
    let entry = table_at(root, parents)?.get(last)?;
    Some(&entry.value)
}

/// Whether a table has a header of its own.
fn has_header(value: &TomlValue<'_>, text: &str) -> bool {
    text[value.span.start.min(text.len())..].starts_with('[')
}

/// The number of the line of a byte, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

/// The first byte of the next header after a byte.
fn next_header(text: &str, at: usize) -> Option<usize> {
    let mut start = at + text[at..].find('\n')? + 1;
    loop {
        let line = text[start..].lines().next()?;
        let header = line.trim_start();
        let inner = header.trim_start_matches('[');
        let is_name =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'' | ' ');
        if inner.len() < header.len() && inner.trim_start_matches(is_name).starts_with(']') {
            return Some(start);
        }
        start += text[start..].find('\n')? + 1;
    }
}
