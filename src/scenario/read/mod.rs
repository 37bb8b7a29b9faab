//! Reads a scenario: from TOML text to a checked scenario, collecting all errors.
//!
//! 1. The text is parsed into a tree with places ([`document`](super::document)); `--set` options
//!    replace or add values ([`overrides`](super::overrides)).
//! 2. All names are collected, so that definitions may stand in any order.
//! 3. Indicators are read in the order of their dependencies, then everything else table by table,
//!    against the specification of [fields](super::fields). After an error a placeholder takes the
//!    place of the value, so that the rest is still checked. Correlations come last, since they
//!    refer to quantities.
//! 4. Only a scenario without errors is returned, with [warnings](super::check) about it.

mod correlation_matrix;
mod correlations;
mod day_number;
mod deadline;
mod distribution;
mod distribution_example;
mod family_usage;
mod indicators;
mod paths;
mod perceptions;
mod quantity;
mod reader;
mod scenario_section;
mod section;
mod tables;

use super::characters::unseen_character;
use super::diagnostics::DiagnosticSink;
use super::document::{TomlItem, TomlValue};
use super::fields::{FieldKind, ROOT};
use super::limits;
use super::misplaced;
use super::model::Scenario;
use super::names::{self, NameSpans};
use super::overrides::{self, Override};
use super::{check, document};
use crate::base::diagnostic::{
    Diagnostic, Diagnostics, SourceId, Sources, Span, escaped, is_invisible,
};
use crate::base::index::IdVec;
use jiff::civil::Date;
pub use paths::{PathError, path_errors};
use reader::Reader;
use section::Section;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// The result of reading a file.
#[derive(Debug)]
pub struct Reading {
    /// The checked scenario; `None` if there are errors.
    pub scenario: Option<Scenario>,
    /// Errors, or else warnings, in the order of their places.
    pub diagnostics: Diagnostics,
}

/// Reads a scenario file with overrides.
///
/// `file` is the path shown in messages; its stem becomes [`Scenario::name`]. `text` is the content
/// of the file. The file becomes the first source, followed by one for each override. Time and
/// memory are bounded whatever the text contains: see [`limits`].
pub fn read(sources: &mut Sources, file: &str, text: &str, overrides: &[Override]) -> Reading {
    let file_source = sources.push(escaped(file), text);
    let n_taken = overrides.len().min(limits::SETTINGS);
    let override_sources = overrides::add_sources(&overrides[..n_taken], sources);
    let mut sink = DiagnosticSink::new(file_source);
    if n_taken < overrides.len() {
        let place = Span {
            source: override_sources[n_taken - 1],
            start: 0,
            end: 0,
        };
        let message = format!(
            "{} `--set` options exceed the limit of {n_taken}",
            overrides.len()
        );
        sink.error(
            "too-many",
            place,
            message,
            "put the values in the scenario file",
        );
    }
    reject_invisible_name(file, file_source, &mut sink);
    let tree = override_tree(
        sources,
        file_source,
        &override_sources,
        (file, &stem(file)),
        &mut sink,
    );
    let tree = tree.filter(|_| !sink.has_errors());
    if let Some(tree) = &tree {
        check::reject_hash_collisions(&tree.scenario, &mut sink);
        check::reject_large_expressions(&tree.scenario, &mut sink);
        check::reject_large_delays(&tree.scenario, &mut sink);
        check::reject_large_utilities(&tree.scenario, &mut sink);
    }
    let tree = tree.filter(|_| !sink.has_errors());
    let scenario = tree.map(|tree| {
        check::warn(&tree.scenario, &tree.places, &mut sink);
        tree.warnings.into_iter().for_each(|one| sink.push(one));
        tree.scenario
    });
    let mut diagnostics = sink.into_diagnostics();
    overrides::show_as_options(&mut diagnostics.0, sources, &override_sources);
    Reading {
        scenario,
        diagnostics,
    }
}

/// Rejects a file whose name contains characters that cannot be seen, since tables of results contain
/// the name.
fn reject_invisible_name(file: &str, source: SourceId, sink: &mut DiagnosticSink) {
    let name = stem(file);
    if let Some(bad) = name.chars().find(|c| is_invisible(*c)) {
        let start = Span {
            source,
            start: 0,
            end: 0,
        };
        let message = format!(
            "the name of the file contains the {}",
            unseen_character(bad)
        );
        let hint = "rename the file: type the new name yourself, and do not copy it";
        sink.error("invalid-name", start, message, hint);
    }
}

/// The name of a file without folders and extension, which names the output folder, with composed
/// characters (Unicode NFC): some file systems decompose them.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.strip_suffix(".toml").unwrap_or(name);
    stem.nfc().collect()
}

/// The result of reading a tree.
struct Tree {
    /// The scenario, with placeholders where errors were reported.
    scenario: Scenario,
    /// The places of its names.
    places: NameSpans,
    /// Warnings to report if there are no errors.
    warnings: Vec<Diagnostic>,
}

/// Parses the text of a source, applies overrides and reads the tree; `None` if there is none.
fn override_tree(
    sources: &Sources,
    file: SourceId,
    overrides: &[SourceId],
    (path, name): (&str, &str),
    sink: &mut DiagnosticSink,
) -> Option<Tree> {
    let text = |source: SourceId| sources.0[usize::from(source.0)].text.as_str();
    let mut root = document::parse_document(text(file), file, sink)?;
    misplaced::relocate(&mut root, text(file), &escaped(path), sink);
    for &source in overrides {
        overrides::apply(&mut root, text(source), source, sink);
    }
    let whole = Span {
        source: file,
        start: 0,
        end: 0,
    };
    let node = TomlValue {
        span: whole,
        item: TomlItem::Table(root),
    };
    read_tree(&node, name.to_owned(), sink)
}

/// Reads the tree of a file.
fn read_tree(root: &TomlValue<'_>, name: String, sink: &mut DiagnosticSink) -> Option<Tree> {
    let TomlItem::Table(table) = &root.item else {
        return None;
    };
    let section = Section::open(root, &ROOT, String::new(), sink)?;
    check_top_level(table, sink);
    let (names, tables) = names::collect(table, sink);
    let mut reader = Reader {
        names: &names,
        indicator_types: Vec::new(),
        start: None,
        horizon_days: limits::HORIZON_DAYS as u16,
        bounds: Vec::new(),
        unused_quantities: BTreeSet::new(),
        warnings: Vec::new(),
        sink,
    };
    let scenario_section = reader.scenario_section(&section);
    reader.start = scenario_section.start;
    reader.horizon_days = scenario_section.horizon_days;
    let indicators = reader.indicators(&tables.indicators);
    let variables: IdVec<_, _> = tables
        .variables
        .iter()
        .map(|one| reader.variable(one))
        .collect();
    reader.bounds = variables
        .iter()
        .map(|variable| (variable.min, variable.max))
        .collect();
    let mut scenario = Scenario {
        name,
        title: scenario_section.title,
        note: scenario_section.note,
        start: scenario_section.start.unwrap_or(Date::ZERO),
        horizon_days: scenario_section.horizon_days,
        moves: scenario_section.moves,
        variables,
        indicators,
        actors: tables.actors.iter().map(|one| reader.actor(one)).collect(),
        actions: tables
            .actions
            .iter()
            .map(|one| reader.action(one))
            .collect(),
        events: tables.events.iter().map(|one| reader.event(one)).collect(),
        outcomes: tables
            .outcomes
            .iter()
            .map(|one| reader.outcome(one))
            .collect(),
        correlations: Vec::new(),
    };
    scenario.correlations = reader.correlations(&section, &scenario);
    let (places, warnings) = (tables.places(), reader.warnings);
    Some(Tree {
        scenario,
        places,
        warnings,
    })
}

/// Reports top-level values that must be tables and are not, and a scenario without outcomes.
fn check_top_level(table: &document::TomlTable<'_>, sink: &mut DiagnosticSink) {
    for field in ROOT.fields {
        let named = matches!(
            field.kind,
            FieldKind::NamedTables(_) | FieldKind::NamedExpressions
        );
        if let Some(entry) = table.get(field.key).filter(|_| named) {
            section::expect_table(&entry.value, field, sink);
        }
    }
    if let Some(entry) = table.get("outcomes")
        && matches!(&entry.value.item, TomlItem::Table(outcomes) if outcomes.0.is_empty())
    {
        let message = "the scenario has no outcomes";
        let hint = "add a table `[outcomes.NAME]` with `question` and `when`";
        sink.error("no-outcomes", entry.key_span, message, hint);
    }
}
