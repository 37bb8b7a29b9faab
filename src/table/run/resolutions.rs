//! `resolutions.csv`: one row per outcome whose question the scenario resolves. `score --resolutions`
//! reads a file of this form.

use super::common::keyed;
use crate::scenario::{Outcome, Resolution, Scenario};
use crate::table::sink::Table;

/// An outcome with its resolution.
type Row<'a> = (&'a Outcome, &'a Resolution);

/// The columns of `resolutions.csv`.
pub(super) fn resolutions<'a>(scenario: &'a Scenario) -> Table<'a, Row<'a>> {
    let columns = keyed(&scenario.name, |row: &Row<'a>| row.0.name.clone())
        .id("outcome", "name of the outcome in the scenario", |row| {
            &row.0.name
        })
        .text(
            "answer",
            "resolution of the question: yes, no or annulled. It does not affect the simulation",
            |row| row.1.answer.word(),
        )
        .date(
            "date",
            "date of the resolution; for yes, the day of occurrence",
            |row| row.1.date,
        )
        .text("source", "source of the resolution", |row| {
            row.1.source.as_deref()
        });
    Table::new(
        "resolutions",
        "an outcome whose question the scenario resolves",
        columns,
    )
}

/// The rows: all outcomes with a resolution.
pub(super) fn rows(scenario: &Scenario) -> impl Iterator<Item = Row<'_>> {
    let outcomes = scenario.outcomes.iter();
    outcomes.filter_map(|outcome| Some((outcome, outcome.resolution.as_ref()?)))
}
