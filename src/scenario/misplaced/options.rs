//! Numbers of runs, seeds and threads, which are options of the command line.

use super::super::diagnostics::DiagnosticSink;
use super::super::document::{TomlEntry, TomlItem, TomlTable};
use super::super::fields::{ROOT, SCENARIO};

/// Options with the keys that other tools have for them.
const OPTIONS: &[(&str, &[&str])] = &[
    (
        "--runs",
        &[
            "runs",
            "n_runs",
            "num_runs",
            "number_of_runs",
            "iterations",
            "n_iterations",
            "simulations",
            "n_simulations",
            "samples",
            "n_samples",
            "replications",
            "trials",
        ],
    ),
    (
        "--seed",
        &[
            "seed",
            "random_seed",
            "rng_seed",
            "randomseed",
            "random_state",
        ],
    ),
    (
        "--threads",
        &["threads", "n_threads", "workers", "n_jobs", "cores", "cpus"],
    ),
    (
        "--output",
        &["output", "output_folder", "output_dir", "results"],
    ),
];

/// Reports options at the top level, in `[scenario]` and in tables of their own, and removes them.
pub(super) fn remove_options(root: &mut TomlTable<'_>, file: &str, sink: &mut DiagnosticSink) {
    root.0.retain(|entry| {
        if ROOT.field(&entry.key).is_some() {
            return true;
        }
        let options = match &entry.value.item {
            TomlItem::Table(table) if !table.0.is_empty() => {
                table.0.iter().map(option_of).collect::<Option<Vec<_>>>()
            }
            _ => option_of(entry).map(|option| vec![option]),
        };
        let Some(options) = options else {
            return true;
        };
        let what = match entry.value.item {
            TomlItem::Table(_) => "table",
            _ => "key",
        };
        report(entry, (what, ""), &options, file, sink);
        false
    });
    let Some(entry) = root.get_mut("scenario") else {
        return;
    };
    if let TomlItem::Table(scenario) = &mut entry.value.item {
        scenario.0.retain(|entry| {
            let is_known = SCENARIO.field(&entry.key).is_some();
            match option_of(entry).filter(|_| !is_known) {
                Some(option) => {
                    report(entry, ("key", " in a scenario"), &[option], file, sink);
                    false
                }
                None => true,
            }
        });
    }
}

/// The option with its value that a key means.
fn option_of(entry: &TomlEntry<'_>) -> Option<String> {
    let key = entry.key.to_lowercase();
    let (option, _) = OPTIONS
        .iter()
        .find(|(_, keys)| keys.contains(&key.as_str()))?;
    let value = match &entry.value.item {
        TomlItem::Integer(value) if *value >= 0 => value.to_string(),
        TomlItem::Float(value) if *value >= 0.0 && *value == value.trunc() => value.to_string(),
        TomlItem::String(text, _)
            if *option == "--output" && !text.contains([' ', '\'', '"', '`']) =>
        {
            text.to_string()
        }
        TomlItem::Integer(_) | TomlItem::Float(_) | TomlItem::String(..) | TomlItem::Boolean(_) => {
            return Some(format!("{option} …"));
        }
        _ => return None,
    };
    Some(format!("{option} {value}"))
}

fn report(
    entry: &TomlEntry<'_>,
    (what, place): (&str, &str),
    options: &[String],
    file: &str,
    sink: &mut DiagnosticSink,
) {
    let message = format!("unknown {what} `{}`{place}", entry.key);
    let options = options.join(" ");
    let hint = format!(
        "remove it from the file, and write `{options}` in the command: \
         `realpolitik run {file} {options}`"
    );
    sink.error("unknown-key", entry.key_span, message, hint);
}
