//! The whole way from text to a checked scenario; every mistake is collected on it.
//!
//! 1. TOML → a tree with places ([`document`](super::document)); `--set` values replace or add
//!    to it ([`overrides`](super::overrides)).
//! 2. All names are collected, so that anything may refer to anything, in any order.
//! 3. Indicators are read in the order of their use, then everything else, table by table,
//!    against the one table of [fields](super::fields). What is wrong is reported, and a
//!    stand-in takes its place, so that the rest is still checked. Correlations come last, since
//!    they name quantities.
//! 4. Only a scenario without errors goes out, with the [warnings](super::check) about it.

mod contradictions;
mod correlations;
mod distribution;
mod frame;
mod indicators;
mod perceptions;
mod quantity;
mod section;
mod tables;

use super::document::{Item, Node};
use super::expression::Kind;
use super::fields::{FieldKind, ROOT};
use super::findings::Findings;
use super::limits;
use super::model::Scenario;
use super::names::{self, Names, Places};
use super::overrides::{self, Override};
use super::{check, document};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Sources, Span};
use crate::base::index::IdVec;
use jiff::civil::Date;
use section::Section;
use std::collections::BTreeSet;

/// What became of a file.
#[derive(Debug)]
pub struct Reading {
    /// The checked scenario; `None` where there are errors.
    pub scenario: Option<Scenario>,
    /// Errors, or else warnings, in the order of their places.
    pub diagnostics: Diagnostics,
}

/// Reads a scenario.
///
/// `file` is the path as it is shown in messages; its stem becomes [`Scenario::name`]. `text` is
/// what the file holds. The file becomes the first source, each override one more. Time and
/// memory are bounded whatever the text holds: see [`limits`].
pub fn read(sources: &mut Sources, file: &str, text: &str, overrides: &[Override]) -> Reading {
    let file_source = sources.push(file, text);
    let n_taken = overrides.len().min(limits::OVERRIDES);
    let override_sources = overrides::add_sources(&overrides[..n_taken], sources);
    let mut findings = Findings::new(file_source);
    if n_taken < overrides.len() {
        let place = Span {
            source: override_sources[n_taken - 1],
            start: 0,
            end: 0,
        };
        let message = format!(
            "there are {} --set, and {n_taken} is the limit",
            overrides.len()
        );
        findings.error("too-many", place, message, "write them into the file");
    }
    let mut tree = None;
    if let Some(mut root) = document::parse_document(text, file_source, &mut findings) {
        for source in override_sources {
            let set = &sources.0[usize::from(source.0)].text;
            overrides::apply(&mut root, set, source, &mut findings);
        }
        let whole = Span {
            source: file_source,
            start: 0,
            end: 0,
        };
        let node = Node {
            span: whole,
            item: Item::Table(root),
        };
        tree = read_tree(&node, stem(file), &mut findings);
    }
    let tree = tree.filter(|_| !findings.has_errors());
    if let Some(tree) = &tree {
        check::refuse_shared_luck(&tree.scenario, &mut findings);
        check::refuse_size(&tree.scenario, &mut findings);
        check::refuse_late_effects(&tree.scenario, &mut findings);
    }
    let tree = tree.filter(|_| !findings.has_errors());
    let scenario = tree.map(|tree| {
        check::warn(&tree.scenario, &tree.places, &mut findings);
        tree.warnings.into_iter().for_each(|one| findings.push(one));
        tree.scenario
    });
    Reading {
        scenario,
        diagnostics: findings.into_diagnostics(),
    }
}

/// The name of a file without folders and extension; it names the output folder.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.strip_suffix(".toml").unwrap_or(name);
    stem.to_owned()
}

/// What is known while tables are read.
struct Reader<'r> {
    names: &'r Names,
    /// The kind of each indicator; `None` while it is not known or where it is broken.
    kinds: Vec<Option<Kind>>,
    /// The date of day 1; `None` where it is broken.
    start: Option<Date>,
    /// The days that are lived; a stand-in where that is broken.
    horizon_days: u16,
    /// The bounds of each variable, once the variables have been read.
    bounds: Vec<(f64, f64)>,
    /// Paths of quantities that are given and have no part in the scenario.
    set_aside: BTreeSet<String>,
    /// Warnings that are given where there is no error.
    warnings: Vec<Diagnostic>,
    findings: &'r mut Findings,
}

/// What a tree says.
struct Tree {
    /// With stand-ins where something was reported.
    scenario: Scenario,
    /// Where its names stand.
    places: Places,
    /// To be given where there is no error.
    warnings: Vec<Diagnostic>,
}

/// Reads the tree of a file.
fn read_tree(root: &Node<'_>, name: String, findings: &mut Findings) -> Option<Tree> {
    let Item::Table(table) = &root.item else {
        return None;
    };
    let section = Section::open(root, &ROOT, String::new(), findings)?;
    look_at_tables(table, findings);
    let (names, tables) = names::collect(table, findings);
    let mut reader = Reader {
        names: &names,
        kinds: Vec::new(),
        start: None,
        horizon_days: limits::HORIZON_DAYS as u16,
        bounds: Vec::new(),
        set_aside: BTreeSet::new(),
        warnings: Vec::new(),
        findings,
    };
    let frame = reader.frame(&section);
    reader.start = frame.start;
    reader.horizon_days = frame.horizon_days;
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
        title: frame.title,
        note: frame.note,
        start: frame.start.unwrap_or(Date::ZERO),
        horizon_days: frame.horizon_days,
        moves: frame.moves,
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

/// Reports named tables that are none, and a scenario without a question.
fn look_at_tables(table: &document::Table<'_>, findings: &mut Findings) {
    for field in ROOT.fields {
        let named = matches!(
            field.kind,
            FieldKind::NamedTables(_) | FieldKind::NamedExpressions
        );
        if let Some(entry) = table.get(field.key).filter(|_| named) {
            section::expect_table(&entry.value, field, findings);
        }
    }
    if let Some(entry) = table.get("outcomes")
        && matches!(&entry.value.item, Item::Table(outcomes) if outcomes.0.is_empty())
    {
        let message = "the scenario asks no question";
        let hint = "add a table `[outcomes.…]` with `question` and `when`";
        findings.error("no-outcomes", entry.key_span, message, hint);
    }
}
