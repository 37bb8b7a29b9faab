//! `events.csv` and `event_days.csv`: one row per event.

use super::common::{RUNS, Words, first_days, keyed, n_runs, occurrences};
use crate::estimate::EventEstimate;
use crate::scenario::Scenario;
use crate::table::columns::Columns;
use crate::table::sink::Table;

/// The row of both tables.
type Row<'a> = EventEstimate<'a>;

fn with_event<'a>(scenario: &'a Scenario) -> Columns<'a, Row<'a>> {
    keyed(&scenario.name, |row: &Row<'a>| row.event.name.clone()).id(
        "event",
        "name of the event in the scenario",
        |row| &row.event.name,
    )
}

/// The columns of `events.csv`.
pub(super) fn events<'a>(scenario: &'a Scenario) -> Table<'a, Row<'a>> {
    let occurrences = occurrences(
        "share of the runs in which the event occurred at least once",
        "mean number of occurrences in a run",
    );
    let columns = with_event(scenario)
        .text("label", "display name", |row| &row.event.label)
        .part(|row| Some(&row.occurred), occurrences)
        .and(n_runs(|row: &Row<'a>| row.occurred.n_runs))
        .count(
            "n_yes",
            RUNS,
            "runs in which the event occurred at least once",
            |row| row.occurred.n_hits,
        );
    Table::new("events", "an event", columns)
}

/// The columns of `event_days.csv`: when an event first occurs.
pub(super) fn days<'a>(scenario: &'a Scenario) -> Table<'a, Row<'a>> {
    let words = Words {
        first: "the event first occurred",
        once: "it occurred",
    };
    let columns = with_event(scenario)
        .part(|row| Some(&row.occurred), first_days(words))
        .and(n_runs(|row: &Row<'a>| row.occurred.n_runs));
    Table::new("event_days", "an event", columns)
}
