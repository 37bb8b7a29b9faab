//! Arrays of tables where tables have names, and correlations that are no array.

use super::super::diagnostics::DiagnosticSink;
use super::super::document::{TomlEntry, TomlItem, TomlTable, TomlValue};
use super::super::fields::{CORRELATION, FieldKind, IMPERATIVE, ROOT, TableSpec};
use super::super::names::is_valid_name;
use super::super::vocabulary::{is_word, similar_valid_name};
use std::borrow::Cow;

/// Keys that hold the name of a table in other formats.
const NAME_KEYS: [&str; 3] = ["name", "id", "key"];
/// Maximum number of correlations that a hint writes out.
const MAX_WRITTEN: usize = 6;

/// Reads arrays such as `[[outcomes]]` as tables that are named by their key `name`.
pub(super) fn read_arrays_as_tables(root: &mut TomlTable<'_>, sink: &mut DiagnosticSink) {
    for entry in &mut root.0 {
        let field = ROOT.field(&entry.key);
        if let Some(FieldKind::NamedTables(spec)) = field.map(|field| field.kind) {
            read_array(entry, "", spec, sink);
        }
        let TomlItem::Table(actors) = &mut entry.value.item else {
            continue;
        };
        if entry.key != "actors" {
            continue;
        }
        for actor in &mut actors.0 {
            let parent = format!("actors.{}.", actor.key);
            if let TomlItem::Table(keys) = &mut actor.value.item
                && let Some(imperatives) = keys.get_mut("imperatives")
            {
                read_array(imperatives, &parent, &IMPERATIVE, sink);
            }
        }
    }
}

fn read_array(
    entry: &mut TomlEntry<'_>,
    parent: &str,
    spec: &TableSpec,
    sink: &mut DiagnosticSink,
) {
    let TomlItem::Array(elements) = &mut entry.value.item else {
        return;
    };
    let is_table = |one: &TomlValue<'_>| matches!(one.item, TomlItem::Table(_));
    if elements.is_empty() || !elements.iter().all(is_table) {
        return;
    }
    let mut named = TomlTable::default();
    for (index, mut element) in std::mem::take(elements).into_iter().enumerate() {
        let TomlItem::Table(table) = &mut element.item else {
            continue;
        };
        let path = format!("{parent}{}", entry.key);
        let given = NAME_KEYS
            .iter()
            .find_map(|key| Some((*key, table.get(key)?)));
        let given = given.and_then(|(key, one)| match &one.value.item {
            TomlItem::String(text, _) => Some((key, text.clone().into_owned())),
            _ => None,
        });
        let name = given.as_ref().map(|(_, text)| similar_valid_name(text));
        let name = name.filter(|name| is_valid_name(name) && !is_word(name));
        let hint = match (&given, &name) {
            (Some((key, text)), Some(name)) if name == text => {
                format!("write `[{path}.{name}]` and remove `{key}`")
            }
            (Some((key, text)), Some(name)) => {
                format!("write `[{path}.{name}]`, and `label = \"{text}\"` in place of `{key}`")
            }
            _ => format!("write `[{path}.NAME]`, with a name of your own in place of NAME"),
        };
        let message = format!("`{}` has named tables and is no array", entry.key);
        sink.error("wrong-type", element.span, message, hint);
        if let Some((key, _)) = given {
            table.0.retain(|one| one.key != key);
        }
        // Headers with a path below the array belong to its last element in TOML.
        let is_named = |one: &TomlEntry<'_>| {
            matches!(one.value.item, TomlItem::Table(_)) && spec.field(&one.key).is_none()
        };
        let (others, own) = std::mem::take(&mut table.0).into_iter().partition(is_named);
        table.0 = own;
        for other in others {
            match other.value.item {
                TomlItem::Table(inner) if Some(&*other.key) == name.as_deref() => {
                    table.0.extend(inner.0);
                }
                _ => named.0.push(other),
            }
        }
        named.0.push(TomlEntry {
            key: Cow::Owned(name.unwrap_or_else(|| format!("unnamed_{}", index + 1))),
            key_span: element.span,
            value: element,
        });
    }
    entry.value.item = TomlItem::Table(named);
}

/// Reports `[correlations]` as one table, with the arrays to write instead, and removes it.
pub(super) fn report_correlation_table(root: &mut TomlTable<'_>, sink: &mut DiagnosticSink) {
    let Some(entry) = root.get("correlations") else {
        return;
    };
    let TomlItem::Table(table) = &entry.value.item else {
        return;
    };
    let mut written = Vec::new();
    let is_one = table
        .0
        .iter()
        .any(|one| CORRELATION.field(&one.key).is_some());
    if is_one {
        written.extend(one_correlation(table, root));
    } else {
        written.extend(matrix(table, root));
        for one in &table.0 {
            if written.len() >= MAX_WRITTEN {
                break;
            }
            match &one.value.item {
                TomlItem::Table(inner) => match one_correlation(inner, root) {
                    Some(found) => written.push(found),
                    None => written.extend(row(&one.key, inner, root)),
                },
                _ => {
                    let value = number(&one.value);
                    let pair = one.key.split([' ', '-', ',', ':', '/']);
                    let pair: Vec<&str> = pair.filter(|part| !part.is_empty()).collect();
                    if let ([a, b], Some(value)) = (&pair[..], value) {
                        written.push(shown(&quantity(a, root), &quantity(b, root), value));
                    }
                }
            }
        }
    }
    let hint = match written.as_slice() {
        [] => "begin each correlation with `[[correlations]]`, in double brackets, and write below it \
               `between = [\"variables.A.initial\", \"variables.B.initial\"]`, with the names of two \
               variables in place of A and B, and `coefficient = 0.5`"
            .to_owned(),
        all => format!(
            "write each correlation as an array of its own, in double brackets: {}",
            all.join("; ")
        ),
    };
    let message = "`correlations` must be an array of tables, not a table";
    sink.error("wrong-type", entry.value.span, message, hint);
    root.0.retain(|entry| entry.key != "correlations");
}

/// A correlation as it is written.
fn shown(a: &str, b: &str, coefficient: f64) -> String {
    format!(
        "`[[correlations]]` with `between = [\"{a}\", \"{b}\"]` and `coefficient = {coefficient}`"
    )
}

/// The path of a quantity that may be named by its variable alone.
fn quantity(name: &str, root: &TomlTable<'_>) -> String {
    let is_variable = root.get("variables").is_some_and(|entry| {
        matches!(&entry.value.item, TomlItem::Table(variables) if variables.get(name).is_some())
    });
    match is_variable {
        true => format!("variables.{name}.initial"),
        false => name.to_owned(),
    }
}

fn number(value: &TomlValue<'_>) -> Option<f64> {
    match value.item {
        TomlItem::Integer(value) => Some(value as f64),
        TomlItem::Float(value) => Some(value),
        _ => None,
    }
}

/// The strings of an array.
fn strings<'v>(value: &'v TomlValue<'_>) -> Vec<&'v str> {
    let TomlItem::Array(elements) = &value.item else {
        return Vec::new();
    };
    let texts = elements.iter().filter_map(|one| match &one.item {
        TomlItem::String(text, _) => Some(&**text),
        _ => None,
    });
    texts.collect()
}

/// The correlation that a table with two names and a number means.
fn one_correlation(table: &TomlTable<'_>, root: &TomlTable<'_>) -> Option<String> {
    let value = table.0.iter().find_map(|one| number(&one.value))?;
    let pair = table.0.iter().map(|one| strings(&one.value));
    let pair: Vec<&str> = pair.flatten().collect();
    let &[a, b] = pair.as_slice() else {
        return None;
    };
    if table.get("shocks").is_some() {
        return Some(format!(
            "`[[correlations]]` with `shocks = [\"{a}\", \"{b}\"]` and `coefficient = {value}`"
        ));
    }
    Some(shown(&quantity(a, root), &quantity(b, root), value))
}

/// The correlations that a table of numbers means, each between the name of the table and a key.
fn row(name: &str, table: &TomlTable<'_>, root: &TomlTable<'_>) -> Vec<String> {
    let others = table.0.iter().filter(|one| one.key != name);
    let pairs = others.filter_map(|one| {
        let value = number(&one.value)?;
        Some(shown(
            &quantity(name, root),
            &quantity(&one.key, root),
            value,
        ))
    });
    pairs.take(MAX_WRITTEN).collect()
}

/// The correlations that a list of names and a matrix mean.
fn matrix(table: &TomlTable<'_>, root: &TomlTable<'_>) -> Vec<String> {
    let names = table.0.iter().map(|one| strings(&one.value));
    let names: Vec<&str> = names.max_by_key(Vec::len).unwrap_or_default();
    let rows = table.0.iter().find_map(|one| match &one.value.item {
        TomlItem::Array(rows) if matches!(rows.first()?.item, TomlItem::Array(_)) => Some(rows),
        _ => None,
    });
    let mut written = Vec::new();
    for (at, row) in rows.into_iter().flatten().enumerate() {
        let TomlItem::Array(row) = &row.item else {
            continue;
        };
        for (other, value) in row.iter().enumerate().filter(|(other, _)| *other > at) {
            if let (Some(value), Some(a), Some(b)) =
                (number(value), names.get(at), names.get(other))
                && value != 0.0
                && written.len() < MAX_WRITTEN
            {
                written.push(shown(&quantity(a, root), &quantity(b, root), value));
            }
        }
    }
    written
}
