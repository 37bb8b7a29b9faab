//! The names of a scenario: what each refers to, and which names are valid.
//!
//! Expressions may use two name spaces: variables and indicators share one, actions and events the
//! other. Actors, outcomes and the imperatives of each actor have name spaces of their own.

use super::diagnostics::DiagnosticSink;
use super::document::{TomlEntry, TomlItem, TomlTable};
use super::limits;
use super::model::Occurrence;
use super::vocabulary::{is_word, similar_valid_name};
use crate::base::diagnostic::{Diagnostic, Span, escaped};
use crate::base::index::{ActionId, ActorId, EventId, Id, IndicatorId, OutcomeId, VariableId};
use std::collections::BTreeMap;

/// What a name with a value refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueId {
    Variable(VariableId),
    Indicator(IndicatorId),
}

/// All names to which a scenario may refer.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Variables and indicators, whose names stand for values.
    pub values: BTreeMap<String, ValueId>,
    /// Actions and events, whose names stand for occurrences.
    pub occurrences: BTreeMap<String, Occurrence>,
    pub actors: BTreeMap<String, ActorId>,
    pub outcomes: BTreeMap<String, OutcomeId>,
}

/// A named entry of a table, whose name has been checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedEntry<'d, 't> {
    pub name: &'d str,
    pub entry: &'d TomlEntry<'t>,
}

/// The named entries of each kind, in file order; an id is a position here.
#[derive(Debug, Default)]
pub(super) struct NamedTables<'d, 't> {
    pub variables: Vec<NamedEntry<'d, 't>>,
    pub indicators: Vec<NamedEntry<'d, 't>>,
    pub actors: Vec<NamedEntry<'d, 't>>,
    pub actions: Vec<NamedEntry<'d, 't>>,
    pub events: Vec<NamedEntry<'d, 't>>,
    pub outcomes: Vec<NamedEntry<'d, 't>>,
}

/// The places of the names of a scenario's tables, each list indexed by its kind of id.
#[derive(Clone, Debug, Default)]
pub(super) struct NameSpans {
    pub variables: Vec<Span>,
    pub actors: Vec<Span>,
    pub actions: Vec<Span>,
    pub events: Vec<Span>,
    pub outcomes: Vec<Span>,
}

impl NamedTables<'_, '_> {
    /// The places of the names.
    pub fn places(&self) -> NameSpans {
        let spans = |all: &[NamedEntry<'_, '_>]| all.iter().map(|one| one.entry.key_span).collect();
        NameSpans {
            variables: spans(&self.variables),
            actors: spans(&self.actors),
            actions: spans(&self.actions),
            events: spans(&self.events),
            outcomes: spans(&self.outcomes),
        }
    }
}

/// Collects all names of a file. Entries with an invalid name are kept, so that their other errors
/// are found. Entries that repeat a name of their name space are reported and left out.
pub(super) fn collect<'d, 't>(
    root: &'d TomlTable<'t>,
    sink: &mut DiagnosticSink,
) -> (Names, NamedTables<'d, 't>) {
    let mut names = Names::default();
    let mut places = BTreeMap::new();
    let variables = top_level_entries(root, "variables", limits::VARIABLES, sink);
    let indicators = top_level_entries(root, "indicators", limits::INDICATORS, sink);
    let actions = top_level_entries(root, "actions", limits::ACTIONS, sink);
    let events = top_level_entries(root, "events", limits::EVENTS, sink);
    let actors = top_level_entries(root, "actors", limits::ACTORS, sink);
    let outcomes = top_level_entries(root, "outcomes", limits::OUTCOMES, sink);
    for (index, one) in variables.iter().enumerate() {
        let id = ValueId::Variable(VariableId::new(index));
        names.values.insert(one.name.to_owned(), id);
        places.insert(one.name, one.entry.key_span);
    }
    let indicators = without_duplicates(indicators, &places, ("indicator", "variable"), sink);
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
    let events = without_duplicates(events, &places, ("event", "action"), sink);
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

/// The entries of a top-level table, with their names and number checked.
fn top_level_entries<'d, 't>(
    root: &'d TomlTable<'t>,
    table: &'static str,
    max: usize,
    sink: &mut DiagnosticSink,
) -> Vec<NamedEntry<'d, 't>> {
    let Some(TomlItem::Table(entries)) = root.get(table).map(|entry| &entry.value.item) else {
        return Vec::new();
    };
    checked_entries(entries, table, max, sink)
}

/// The entries of any table, with their names and number checked; messages call them `table`.
pub(super) fn checked_entries<'d, 't>(
    entries: &'d TomlTable<'t>,
    table: &str,
    max: usize,
    sink: &mut DiagnosticSink,
) -> Vec<NamedEntry<'d, 't>> {
    if let Some(entry) = entries.0.get(max) {
        sink.error(
            "too-many",
            entry.key_span,
            format!("{} {table} exceed the limit of {max}", entries.0.len()),
            "split the scenario, or remove what the outcomes do not depend on",
        );
    }
    let mut all = Vec::new();
    for entry in entries.0.iter().take(max) {
        check_name(&entry.key, entry.key_span, sink);
        all.push(NamedEntry {
            name: &entry.key,
            entry,
        });
    }
    all
}

/// Whether a text has the form of a name; it may be a reserved word.
pub(super) fn is_valid_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Reports a text that is not a valid name.
pub(super) fn check_name(name: &str, span: Span, sink: &mut DiagnosticSink) {
    let is_valid = is_valid_name;
    if name.len() > limits::NAME_BYTES {
        sink.error(
            "invalid-name",
            span,
            format!("this name is longer than {} characters", limits::NAME_BYTES),
            "shorten it and put the long form in `label`",
        );
    } else if !is_valid(name) {
        let mut diagnostic = Diagnostic::error(
            "invalid-name",
            span,
            format!("`{}` is not a valid name", escaped(name)),
        )
        .hint("begin names with a letter, and use only a-z, 0-9 and _");
        let mut better = similar_valid_name(name);
        if better.starts_with(|c: char| c.is_ascii_digit() || c == '_') {
            better = format!("n_{}", better.trim_start_matches('_'));
        }
        if is_valid(&better) && !is_word(&better) {
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
            match name {
                "wait" => "use another name: `wait` is the name of the alternative of not acting"
                    .to_owned(),
                _ => format!("use another name, for example `{name}_level`"),
            },
        );
    }
}

/// Reports and leaves out the entries that repeat a name of the other table of their name space.
fn without_duplicates<'d, 't>(
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

/// What to write instead of an unknown name: the known one that was probably meant, or else all
/// known names or the table that would define it. `quote` is around a name in the file.
pub(super) fn hint_for_unknown<'n>(
    sink: &mut DiagnosticSink,
    name: &str,
    known: impl Iterator<Item = &'n str> + Clone,
    table: &str,
    quote: &str,
) -> String {
    /// Maximum number of names in a hint.
    const MAX_NAMES: usize = 8;
    let valid = similar_valid_name(name.trim());
    let same = known.clone().find(|known| *known == valid);
    let near = match same {
        Some(same) => Some(same),
        None => sink.nearest(name, known.clone()),
    };
    if let Some(near) = near {
        return format!("did you mean `{quote}{near}{quote}`?");
    }
    let is_name = is_valid_name(&valid) && !is_word(&valid);
    let definition = match is_name {
        true if valid == name => format!("define it in a table `[{table}.{name}]`"),
        true => {
            format!("define it in a table `[{table}.{valid}]` and write `{quote}{valid}{quote}`")
        }
        false => format!("define it in a table `[{table}.NAME]`"),
    };
    let shown: Vec<_> = known
        .clone()
        .take(MAX_NAMES)
        .map(|known| format!("`{quote}{known}{quote}`"))
        .collect();
    let n_more = known.count() - shown.len();
    let more = match n_more {
        0 => String::new(),
        n => format!(" ({n} more are defined)"),
    };
    match shown.is_empty() {
        true => definition,
        false => format!(
            "write the name in the header of its table, one of {}{more}; or {definition}",
            shown.join(", ")
        ),
    }
}

/// The indefinite article of a noun, "a" or "an".
pub(super) fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}
