//! Tables that are nested by indentation or by their order alone, such as `[effects]` below
//! `[actions.raid]`.

use super::super::diagnostics::DiagnosticSink;
use super::super::document::{TomlEntry, TomlItem, TomlTable};
use super::super::fields::{FieldKind, ROOT, TableSpec};
use super::super::limits;
use super::{has_header, table_at, table_at_mut, visit_tables};

/// A table that belongs into another.
struct Misplaced {
    /// The path of the table that contains it now.
    from: Vec<String>,
    key: String,
    /// The path of the table to which it belongs.
    to: Vec<String>,
    /// The key there, and the name below that key if it has one.
    names: Vec<String>,
}

/// Reports tables whose header lacks the path of the table above, and moves them there.
pub(super) fn nest_tables(root: &mut TomlTable<'_>, text: &str, sink: &mut DiagnosticSink) {
    for one in find(root, text) {
        let Some(parent) = table_at_mut(root, &one.from) else {
            continue;
        };
        let Some(at) = parent.0.iter().position(|entry| entry.key == one.key) else {
            continue;
        };
        let entry = parent.0.remove(at);
        let path = [&one.to[..], &one.names[..]].concat().join(".");
        let shown = [&one.from[..], std::slice::from_ref(&one.key)]
            .concat()
            .join(".");
        let message = format!("unknown table `{shown}`");
        let hint = format!("write `[{path}]`: the header of a table has its whole path");
        sink.error("unknown-key", entry.key_span, message, hint);
        insert(root, &one, entry);
    }
    // What contained only misplaced tables is empty now.
    let is_container = |key: &str| container_spec(key).is_some();
    root.0.retain(|entry| {
        let is_empty = matches!(&entry.value.item, TomlItem::Table(table) if table.0.is_empty());
        let is_unknown = ROOT.field(&entry.key).is_none();
        !(is_empty && is_unknown && is_container(&entry.key))
    });
}

/// Puts an entry where it belongs, unless something is there already.
fn insert<'t>(root: &mut TomlTable<'t>, one: &Misplaced, mut entry: TomlEntry<'t>) {
    let Some(mut table) = table_at_mut(root, &one.to) else {
        return;
    };
    if let [container, _] = &one.names[..] {
        if table.get(container).is_none() {
            let mut outer = entry.clone();
            outer.key = container.clone().into();
            outer.value.item = TomlItem::Table(TomlTable::default());
            table.0.push(outer);
        }
        match table_at_mut(table, std::slice::from_ref(container)) {
            Some(inner) => table = inner,
            None => return,
        }
    }
    if let Some(name) = one.names.last()
        && table.get(name).is_none()
    {
        entry.key = name.clone().into();
        table.0.push(entry);
    }
}

/// Whether the values of a kind of field are tables.
fn is_table_kind(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Table(_)
            | FieldKind::NamedTables(_)
            | FieldKind::VariableTables(_)
            | FieldKind::Effects
    )
}

/// The specification of a named table below the top level that has a table with this key.
fn container_spec(key: &str) -> Option<&'static TableSpec> {
    ROOT.fields.iter().find_map(|field| match field.kind {
        FieldKind::NamedTables(spec) => {
            let inner = spec.field(key)?;
            is_table_kind(inner.kind).then_some(spec)
        }
        _ => None,
    })
}

/// Whether any table may be misplaced, by the names of the tables at the two outer levels.
fn has_candidates(root: &TomlTable<'_>) -> bool {
    root.0.iter().any(|entry| match ROOT.field(&entry.key) {
        None => container_spec(&entry.key).is_some(),
        Some(field) => match (field.kind, &entry.value.item) {
            (FieldKind::NamedTables(spec), TomlItem::Table(named)) => {
                let is_field =
                    |key: &str| spec.field(key).is_some_and(|one| is_table_kind(one.kind));
                named.0.iter().any(|one| is_field(&one.key))
            }
            _ => false,
        },
    })
}

/// The tables that contain tables: first byte, path and specification of each.
struct Owners(Vec<(usize, Vec<String>, &'static TableSpec)>);

impl Owners {
    fn of(root: &TomlTable<'_>) -> Self {
        let mut tables = Vec::new();
        visit_tables(root, &mut |one| {
            if one
                .spec
                .fields
                .iter()
                .any(|field| is_table_kind(field.kind))
            {
                tables.push((one.start, one.owned_path(), one.spec));
            }
        });
        Self(tables)
    }

    /// The path of the nearest table above byte `at` that may contain a table `key`, except `not`.
    fn nearest(&self, key: &str, at: usize, not: &[String]) -> Option<Vec<String>> {
        let before = self.0.iter().filter(|(start, ..)| *start < at);
        let has_key = |spec: &TableSpec| spec.field(key).is_some_and(|one| is_table_kind(one.kind));
        let owners = before.filter(|(_, path, spec)| has_key(spec) && path != not);
        let nearest = owners.max_by_key(|(start, ..)| *start);
        nearest.map(|(_, path, _)| path.clone())
    }
}

/// Finds the misplaced tables, in the order of the file.
fn find(root: &TomlTable<'_>, text: &str) -> Vec<Misplaced> {
    if !has_candidates(root) {
        return Vec::new();
    }
    let owners = Owners::of(root);
    let mut found = Vec::new();
    let mut examine = |from: &[String], entry: &TomlEntry<'_>| {
        let TomlItem::Table(inner) = &entry.value.item else {
            return;
        };
        let key = entry.key.clone().into_owned();
        let own_path = [from, std::slice::from_ref(&key)].concat();
        let kind = container_spec(&key).and_then(|spec| spec.field(&key));
        let has_names = kind.is_some_and(|field| {
            matches!(
                field.kind,
                FieldKind::NamedTables(_) | FieldKind::VariableTables(_)
            )
        });
        if has_names && !has_header(&entry.value, text) {
            for one in inner.0.iter().take(limits::DIAGNOSTICS) {
                if let Some(to) = owners.nearest(&key, one.value.span.start, &own_path) {
                    found.push(Misplaced {
                        from: own_path.clone(),
                        key: one.key.clone().into_owned(),
                        to,
                        names: vec![key.clone(), one.key.clone().into_owned()],
                    });
                }
            }
            return;
        }
        if let Some(to) = owners.nearest(&key, entry.value.span.start, &own_path) {
            found.push(Misplaced {
                from: from.to_vec(),
                key: key.clone(),
                to,
                names: vec![key],
            });
        }
    };
    for entry in &root.0 {
        let key = entry.key.clone().into_owned();
        match ROOT.field(&key).map(|field| field.kind) {
            None if container_spec(&key).is_some() => examine(&[], entry),
            // A header such as `[actions.effects]`, without the name of the action.
            Some(FieldKind::NamedTables(spec)) => {
                let from = [key];
                let Some(named) = table_at(root, &from) else {
                    continue;
                };
                for one in &named.0 {
                    let field = spec.field(&one.key);
                    if field.is_some_and(|field| is_table_kind(field.kind)) {
                        examine(&from, one);
                    }
                }
            }
            _ => {}
        }
    }
    found
}
