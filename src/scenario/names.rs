//! The names of a scenario: what each stands for, and whether it may be a name.
//!
//! Variables and indicators share one name space, actions and events another, for these are what
//! an expression may name; actors, outcomes and imperatives have their own.

use super::diagnostics::DiagnosticSink;
use super::document::{TomlEntry, TomlItem, TomlTable};
use super::expression::is_word;
use super::limits;
use super::model::Occurrence;
use crate::base::diagnostic::{Diagnostic, Span};
use crate::base::index::{ActionId, ActorId, EventId, Id, IndicatorId, OutcomeId, VariableId};
use std::collections::BTreeMap;

/// What a name of the world's state stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueId {
    /// A variable.
    Variable(VariableId),
    /// An indicator.
    Indicator(IndicatorId),
}

/// All names that something may refer to.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Variables and indicators.
    pub values: BTreeMap<String, ValueId>,
    /// Actions and events.
    pub occurrences: BTreeMap<String, Occurrence>,
    /// Actors.
    pub actors: BTreeMap<String, ActorId>,
    /// Outcomes.
    pub outcomes: BTreeMap<String, OutcomeId>,
}

/// A named table of the file, whose name has been checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedEntry<'d, 't> {
    /// Its name.
    pub name: &'d str,
    /// What it holds.
    pub entry: &'d TomlEntry<'t>,
}

/// The named tables of each kind, in file order; an id is a position here.
#[derive(Debug, Default)]
pub(super) struct NamedTables<'d, 't> {
    /// `[variables.…]`
    pub variables: Vec<NamedEntry<'d, 't>>,
    /// The keys of `[indicators]`.
    pub indicators: Vec<NamedEntry<'d, 't>>,
    /// `[actors.…]`
    pub actors: Vec<NamedEntry<'d, 't>>,
    /// `[actions.…]`
    pub actions: Vec<NamedEntry<'d, 't>>,
    /// `[events.…]`
    pub events: Vec<NamedEntry<'d, 't>>,
    /// `[outcomes.…]`
    pub outcomes: Vec<NamedEntry<'d, 't>>,
}

/// Where the names of a scenario's tables stand, each list indexed by its kind of id.
#[derive(Clone, Debug, Default)]
pub(super) struct NameSpans {
    pub variables: Vec<Span>,
    pub actors: Vec<Span>,
    pub actions: Vec<Span>,
    pub events: Vec<Span>,
}

impl NamedTables<'_, '_> {
    /// Where the names stand.
    pub fn places(&self) -> NameSpans {
        let spans = |all: &[NamedEntry<'_, '_>]| all.iter().map(|one| one.entry.key_span).collect();
        NameSpans {
            variables: spans(&self.variables),
            actors: spans(&self.actors),
            actions: spans(&self.actions),
            events: spans(&self.events),
        }
    }
}

/// Collects all names of a file. What has a bad name is read all the same, so that its other
/// mistakes are found; what repeats a name of its space is reported and left out.
pub(super) fn collect<'d, 't>(
    root: &'d TomlTable<'t>,
    sink: &mut DiagnosticSink,
) -> (Names, NamedTables<'d, 't>) {
    let mut names = Names::default();
    let mut places = BTreeMap::new();
    let variables = named(root, "variables", limits::VARIABLES, sink);
    let indicators = named(root, "indicators", limits::INDICATORS, sink);
    let actions = named(root, "actions", limits::ACTIONS, sink);
    let events = named(root, "events", limits::EVENTS, sink);
    let actors = named(root, "actors", limits::ACTORS, sink);
    let outcomes = named(root, "outcomes", limits::OUTCOMES, sink);
    for (index, one) in variables.iter().enumerate() {
        let id = ValueId::Variable(VariableId::new(index));
        names.values.insert(one.name.to_owned(), id);
        places.insert(one.name, one.entry.key_span);
    }
    let indicators = unrepeated(indicators, &places, ("indicator", "variable"), sink);
    for (index, one) in indicators.iter().enumerate() {
        let id = ValueId::Indicator(IndicatorId::new(index));
        names.values.insert(one.name.to_owned(), id);
    }
    places.clear();
    for (index, one) in actions.iter().enumerate() {
        let id = Occurrence::Action(ActionId::new(index));
        names.occurrences.insert(one.name.to_owned(), id);
        places.insert(one.name, one.entry.key_span);
    }
    let events = unrepeated(events, &places, ("event", "action"), sink);
    for (index, one) in events.iter().enumerate() {
        let id = Occurrence::Event(EventId::new(index));
        names.occurrences.insert(one.name.to_owned(), id);
    }
    for (index, one) in actors.iter().enumerate() {
        names
            .actors
            .insert(one.name.to_owned(), ActorId::new(index));
    }
    for (index, one) in outcomes.iter().enumerate() {
        names
            .outcomes
            .insert(one.name.to_owned(), OutcomeId::new(index));
    }
    let tables = NamedTables {
        variables,
        indicators,
        actors,
        actions,
        events,
        outcomes,
    };
    (names, tables)
}

/// The entries of one top-level table, their names checked, their number limited.
fn named<'d, 't>(
    root: &'d TomlTable<'t>,
    table: &'static str,
    most: usize,
    sink: &mut DiagnosticSink,
) -> Vec<NamedEntry<'d, 't>> {
    let Some(TomlItem::Table(entries)) = root.get(table).map(|entry| &entry.value.item) else {
        return Vec::new();
    };
    named_in(entries, table, most, sink)
}

/// The same of any table; `table` is how it is called in messages.
pub(super) fn named_in<'d, 't>(
    entries: &'d TomlTable<'t>,
    table: &str,
    most: usize,
    sink: &mut DiagnosticSink,
) -> Vec<NamedEntry<'d, 't>> {
    if let Some(entry) = entries.0.get(most) {
        sink.error(
            "too-many",
            entry.key_span,
            format!("{} {table} exceed the limit of {most}", entries.0.len()),
            "split the scenario, or remove what the outcomes do not depend on",
        );
    }
    let mut all = Vec::new();
    for entry in entries.0.iter().take(most) {
        check_name(&entry.key, entry.key_span, sink);
        all.push(NamedEntry {
            name: &entry.key,
            entry,
        });
    }
    all
}

/// Whether a text may be a name; reports if not.
pub(super) fn check_name(name: &str, span: Span, sink: &mut DiagnosticSink) {
    let fits = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    if name.len() > limits::NAME_BYTES {
        sink.error(
            "invalid-name",
            span,
            format!("this name is longer than {} characters", limits::NAME_BYTES),
            "shorten it and put the long form in `label`",
        );
    } else if !fits(name) {
        let mut diagnostic = Diagnostic::error(
            "invalid-name",
            span,
            format!("`{}` is not a valid name", name.escape_debug()),
        )
        .hint("begin names with a letter, and use only a-z, 0-9 and _");
        let better = better_name(name);
        if fits(&better) && !is_word(&better) {
            diagnostic = diagnostic.hint(format!(
                "use only a-z, 0-9 and _: write `{better}`, and put the display name in `label`"
            ));
        }
        sink.push(diagnostic);
    } else if is_word(name) {
        sink.error(
            "invalid-name",
            span,
            format!("`{name}` is a reserved word of the expression language"),
            format!("use another name, for example `{name}_level`"),
        );
    }
}

/// A name that fits, near to one that does not.
fn better_name(name: &str) -> String {
    let mut better = String::new();
    for c in name.chars() {
        match c {
            'A'..='Z' => better.push(c.to_ascii_lowercase()),
            'a'..='z' | '0'..='9' | '_' => better.push(c),
            ' ' | '-' | '.' => better.push('_'),
            _ => {}
        }
    }
    better
}

/// Leaves out what repeats a name of the other table of its name space.
fn unrepeated<'d, 't>(
    all: Vec<NamedEntry<'d, 't>>,
    taken: &BTreeMap<&str, Span>,
    (what, other): (&str, &str),
    sink: &mut DiagnosticSink,
) -> Vec<NamedEntry<'d, 't>> {
    let mut kept = Vec::new();
    for one in all {
        if taken.contains_key(one.name) {
            sink.error(
                "duplicate-name",
                one.entry.key_span,
                format!(
                    "the {what} `{}` has the same name as {} {other}",
                    one.name,
                    article(other)
                ),
                "rename one of the two: expressions refer to both by name",
            );
        } else {
            kept.push(one);
        }
    }
    kept
}

/// "a" or "an".
pub(super) fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}
