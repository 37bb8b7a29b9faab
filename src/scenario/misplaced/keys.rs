//! Keys below the header of a table that belong to the table around it.

use super::super::diagnostics::DiagnosticSink;
use super::super::document::{TomlEntry, TomlItem, TomlTable};
use super::super::fields::FieldKind;
use super::super::limits;
use super::{
    SpecifiedTable, has_header, line_of, next_header, table_at_mut, value_at, visit_tables,
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

/// Finds the misplaced keys, at most as many as are reported.
fn find(root: &TomlTable<'_>) -> Vec<Misplaced> {
    let variables = match root.get("variables").map(|entry| &entry.value.item) {
        Some(TomlItem::Table(table)) => Some(table),
        _ => None,
    };
    let mut found = Vec::new();
    visit_tables(root, &mut |owner| {
        for inner in &owner.table.0 {
            let Some(field) = owner.spec.field(&inner.key) else {
                continue;
            };
            let TomlItem::Table(table) = &inner.value.item else {
                continue;
            };
            let path: &[&str] = &[&inner.key];
            match field.kind {
                FieldKind::Effects => {
                    let is_effect = |entry: &TomlEntry<'_>| {
                        variables.is_some_and(|variables| variables.get(&entry.key).is_some())
                    };
                    let noun = "table of effects";
                    add(&mut found, (table, path, noun), owner, &is_effect);
                }
                FieldKind::NamedTables(spec) | FieldKind::VariableTables(spec) => {
                    // What is no table between the names of tables belongs elsewhere.
                    let is_named =
                        |entry: &TomlEntry<'_>| matches!(entry.value.item, TomlItem::Table(_));
                    add(&mut found, (table, path, spec.noun), owner, &is_named);
                    for one in &table.0 {
                        let TomlItem::Table(named) = &one.value.item else {
                            continue;
                        };
                        let path: &[&str] = &[&inner.key, &one.key];
                        let is_own = |entry: &TomlEntry<'_>| spec.field(&entry.key).is_some();
                        add(&mut found, (named, path, spec.noun), owner, &is_own);
                    }
                }
                FieldKind::Table(spec) => {
                    let is_own = |entry: &TomlEntry<'_>| spec.field(&entry.key).is_some();
                    add(&mut found, (table, path, spec.noun), owner, &is_own);
                }
                _ => {}
            }
        }
    });
    found
}

/// Adds the keys of a table that belong to `owner` and not to the table itself.
fn add(
    found: &mut Vec<Misplaced>,
    (table, path, noun): (&TomlTable<'_>, &[&str], &'static str),
    owner: &SpecifiedTable<'_, '_>,
    belongs: &dyn Fn(&TomlEntry<'_>) -> bool,
) {
    for entry in &table.0 {
        let is_misplaced = owner.spec.field(&entry.key).is_some() && !belongs(entry);
        if is_misplaced && found.len() < limits::DIAGNOSTICS {
            let to = owner.owned_path();
            let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
            found.push(Misplaced {
                from: [&to[..], &path].concat(),
                key: entry.key.clone().into_owned(),
                to,
                noun,
            });
        }
    }
}
