//! Keys below the header of a table that belong to the table around it.

use super::super::diagnostics::DiagnosticSink;
use super::super::document::{TomlItem, TomlTable};
use super::super::fields::{FieldKind, TableSpec};
use super::{
    SpecifiedTable, has_header, line_of, next_header, specified_tables, table_at, table_at_mut,
    value_at,
};

/// A key that belongs to the table at another path.
struct Misplaced {
    from: Vec<String>,
    key: String,
    to: Vec<String>,
    noun: &'static str,
}

/// Reports keys that are valid only in a table around theirs, and moves them there.
pub(super) fn move_keys_up(root: &mut TomlTable<'_>, text: &str, sink: &mut DiagnosticSink) {
    for one in find(root) {
        let is_inline = value_at(root, &one.from).is_some_and(|value| {
            matches!(value.item, TomlItem::Table(_)) && !has_header(value, text)
        });
        let hint = hint(root, &one, is_inline, text);
        let Some(table) = table_at_mut(root, &one.from) else {
            continue;
        };
        let Some(at) = table.0.iter().position(|entry| entry.key == one.key) else {
            continue;
        };
        let entry = table.0.remove(at);
        let article = super::super::names::article(one.noun);
        let message = format!("unknown key `{}` in {article} {}", one.key, one.noun);
        sink.error("unknown-key", entry.key_span, message, hint);
        if let Some(owner) = table_at_mut(root, &one.to)
            && owner.get(&one.key).is_none()
        {
            owner.0.push(entry);
        }
    }
}

/// Where the key belongs, as an instruction.
fn hint(root: &TomlTable<'_>, one: &Misplaced, is_inline: bool, text: &str) -> String {
    let (path, key) = (one.to.join("."), &one.key);
    let is_key = format!("`{key}` is a key of `[{path}]`");
    if is_inline {
        return format!("{is_key}: move it out of the braces, to a line of its own");
    }
    let owner = value_at(root, &one.to).filter(|value| has_header(value, text));
    let next = owner.and_then(|value| next_header(text, value.span.start));
    if let Some(next) = next {
        let line = line_of(text, next);
        return format!("{is_key}: move its line up, above line {line}");
    }
    let first = value_at(root, &one.from).map_or(1, |value| line_of(text, value.span.start));
    format!(
        "{is_key}: write `[{path}]` above line {first}, and move the line of `{key}` below that header"
    )
}

/// Finds the misplaced keys.
fn find(root: &TomlTable<'_>) -> Vec<Misplaced> {
    let tables = specified_tables(root);
    let mut found = Vec::new();
    for owner in &tables {
        for field in owner.spec.fields {
            let path = [&owner.path[..], &[field.key.to_owned()]].concat();
            let Some(inner) = table_at(root, &path) else {
                continue;
            };
            match field.kind {
                FieldKind::Effects => {
                    let is_variable = |key: &str| {
                        table_at(root, &["variables".to_owned()])
                            .is_some_and(|variables| variables.get(key).is_some())
                    };
                    let is_other = |key: &str| !is_variable(key);
                    add(
                        &mut found,
                        inner,
                        &path,
                        owner,
                        ("table of effects", &is_other),
                    );
                }
                FieldKind::NamedTables(spec) | FieldKind::VariableTables(spec) => {
                    // Keys between the names of the tables have no table as their value.
                    let is_table = |key: &str| {
                        let value = inner.get(key).map(|one| &one.value.item);
                        matches!(value, Some(TomlItem::Table(_)))
                    };
                    let is_other = |key: &str| !is_table(key);
                    add(&mut found, inner, &path, owner, (spec.noun, &is_other));
                    for one in &inner.0 {
                        let path = [&path[..], &[one.key.clone().into_owned()]].concat();
                        add_unknown(&mut found, root, &path, owner, spec);
                    }
                }
                FieldKind::Table(spec) => add_unknown(&mut found, root, &path, owner, spec),
                _ => {}
            }
        }
    }
    found
}

/// Adds the keys of the table at a path that its specification does not have.
fn add_unknown(
    found: &mut Vec<Misplaced>,
    root: &TomlTable<'_>,
    path: &[String],
    owner: &SpecifiedTable,
    spec: &'static TableSpec,
) {
    if let Some(table) = table_at(root, path) {
        let is_unknown = |key: &str| spec.field(key).is_none();
        add(found, table, path, owner, (spec.noun, &is_unknown));
    }
}

/// Adds the keys of a table that belong to `owner` and not to the table itself.
fn add(
    found: &mut Vec<Misplaced>,
    table: &TomlTable<'_>,
    path: &[String],
    owner: &SpecifiedTable,
    (noun, is_foreign): (&'static str, &dyn Fn(&str) -> bool),
) {
    for entry in &table.0 {
        if is_foreign(&entry.key) && owner.spec.field(&entry.key).is_some() {
            found.push(Misplaced {
                from: path.to_vec(),
                key: entry.key.clone().into_owned(),
                to: owner.path.clone(),
                noun,
            });
        }
    }
}
