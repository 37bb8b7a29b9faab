//! Named constants, which belong to `[indicators]`.

use super::super::diagnostics::DiagnosticSink;
use super::super::document::{TomlEntry, TomlItem, TomlTable, TomlValue};
use super::super::fields::ROOT;
use super::super::limits;
use super::super::names::is_valid_name;
use super::super::vocabulary::is_word;
use super::{has_header, line_of, table_at, table_at_mut, visit_tables};
use std::collections::BTreeSet;

/// Names of tables that hold constants in other formats.
const TABLES: [&str; 8] = [
    "constants",
    "constant",
    "parameters",
    "params",
    "definitions",
    "globals",
    "macros",
    "let",
];

/// Reports keys outside of `[indicators]` that expressions use as names of constants, and moves them
/// there.
pub(super) fn move_constants(root: &mut TomlTable<'_>, text: &str, sink: &mut DiagnosticSink) {
    let place = root.get("indicators").map(|entry| &entry.value);
    let place = place.filter(|value| has_header(value, text));
    let line = place.map(|value| line_of(text, value.span.start));
    let mut constants = tables_of_constants(root, line, sink);
    let moved = unknown_scalars(root);
    let (mut used, mut defined) = (BTreeSet::new(), BTreeSet::new());
    if !moved.is_empty() {
        words_of(root, &mut used);
        for table in ["variables", "indicators"] {
            let entries = table_at(root, &[table.to_owned()]).into_iter();
            let entries = entries.flat_map(|table| &table.0);
            defined.extend(entries.map(|entry| entry.key.clone().into_owned()));
        }
    }
    for (path, entry) in moved {
        let name = entry.key.clone().into_owned();
        let is_name = is_valid_name(&name) && !is_word(&name) && used.contains(&name);
        if !is_name || defined.contains(&name) || constants.len() >= limits::DIAGNOSTICS {
            continue;
        }
        let Some(constant) = written(&entry.value) else {
            continue;
        };
        let message = format!("unknown key `{name}`: a named constant is an indicator");
        let hint = match line {
            Some(line) => format!(
                "remove it here, and write `{name} = {constant}` below line {line}, in `[indicators]`"
            ),
            None => format!(
                "remove it here, and write at the end of the file `[indicators]` and on the line \
                 below `{name} = {constant}`"
            ),
        };
        sink.error("unknown-key", entry.key_span, message, hint);
        if let Some(table) = table_at_mut(root, &path) {
            table.0.retain(|one| one.key != name);
        }
        constants.push(entry);
    }
    add_indicators(root, constants);
}

/// The numbers and strings under keys that their tables do not have, with the paths of the tables.
fn unknown_scalars<'t>(root: &TomlTable<'t>) -> Vec<(Vec<String>, TomlEntry<'t>)> {
    let mut found = Vec::new();
    let unknown = root.0.iter().filter(|one| ROOT.field(&one.key).is_none());
    for entry in unknown.filter(|entry| is_scalar(entry)) {
        found.push((Vec::new(), entry.clone()));
    }
    visit_tables(root, &mut |one| {
        let unknown = one.table.0.iter();
        let unknown = unknown.filter(|entry| one.spec.field(&entry.key).is_none());
        for entry in unknown.filter(|entry| is_scalar(entry)) {
            found.push((one.owned_path(), entry.clone()));
        }
    });
    found
}

/// Reports tables such as `[constants]`, removes them and returns their keys. `line` is that of the
/// header `[indicators]`.
fn tables_of_constants<'t>(
    root: &mut TomlTable<'t>,
    line: Option<usize>,
    sink: &mut DiagnosticSink,
) -> Vec<TomlEntry<'t>> {
    let mut constants = Vec::new();
    root.0.retain(|entry| {
        let TomlItem::Table(table) = &entry.value.item else {
            return true;
        };
        let all_scalars = !table.0.is_empty() && table.0.iter().all(is_scalar);
        if !TABLES.contains(&&*entry.key) || !all_scalars {
            return true;
        }
        let hint = match line {
            Some(line) => format!(
                "move its keys below line {line}, into `[indicators]`, and remove this header"
            ),
            None => "write `[indicators]`".to_owned(),
        };
        let message = format!("unknown table `{}`", entry.key);
        sink.error("unknown-key", entry.key_span, message, hint);
        constants.extend(table.0.iter().cloned());
        false
    });
    constants
}

/// Adds constants to `[indicators]`.
fn add_indicators<'t>(root: &mut TomlTable<'t>, constants: Vec<TomlEntry<'t>>) {
    let Some(first) = constants.first() else {
        return;
    };
    if root.get("indicators").is_none() {
        let mut table = first.clone();
        table.key = "indicators".into();
        table.value.item = TomlItem::Table(TomlTable::default());
        root.0.push(table);
    }
    if let Some(indicators) = table_at_mut(root, &["indicators".to_owned()]) {
        for one in constants {
            if indicators.get(&one.key).is_none() {
                indicators.0.push(one);
            }
        }
    }
}

fn is_scalar(entry: &TomlEntry<'_>) -> bool {
    matches!(
        entry.value.item,
        TomlItem::Integer(_) | TomlItem::Float(_) | TomlItem::String(..)
    )
}

/// A constant as an expression in quotes.
fn written(value: &TomlValue<'_>) -> Option<String> {
    match &value.item {
        TomlItem::Integer(value) => Some(format!("\"{value}\"")),
        TomlItem::Float(value) => Some(format!("\"{value}\"")),
        TomlItem::String(text, _) if !text.contains(['"', '\\', '\n']) => {
            Some(format!("\"{text}\""))
        }
        _ => None,
    }
}

/// The words of all strings in a table that may be names.
fn words_of(table: &TomlTable<'_>, words: &mut BTreeSet<String>) {
    for entry in &table.0 {
        // Texts for readers are no expressions.
        let is_text = ["title", "note", "label", "question", "criterion", "source"];
        if !is_text.contains(&&*entry.key) {
            words_of_value(&entry.value, words);
        }
    }
}

fn words_of_value(value: &TomlValue<'_>, words: &mut BTreeSet<String>) {
    match &value.item {
        TomlItem::String(text, _) => {
            let all = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            words.extend(all.filter(|word| is_valid_name(word)).map(str::to_owned));
        }
        TomlItem::Array(all) => all.iter().for_each(|one| words_of_value(one, words)),
        TomlItem::Table(table) => words_of(table, words),
        _ => {}
    }
}
