//! `actions.csv` and `action_days.csv`: one row per actor and action.

use super::common::{RUNS, Words, first_days, keyed, n_runs, occurrences};
use crate::estimate::ActionEstimate;
use crate::scenario::Scenario;
use crate::table::columns::Columns;
use crate::table::sink::Table;

/// The row of both tables.
type Row<'a> = ActionEstimate<'a>;

fn with_action<'a>(scenario: &'a Scenario) -> Columns<'a, Row<'a>> {
    keyed(&scenario.name, |row: &Row<'a>| row.action.name.clone())
        .id("actor", "name of the actor in the scenario", |row| {
            &row.actor.name
        })
        .id("action", "name of the action in the scenario", |row| {
            &row.action.name
        })
}

/// The columns of `actions.csv`.
pub(super) fn actions<'a>(scenario: &'a Scenario) -> Table<'a, Row<'a>> {
    let occurrences = occurrences(
        "share of the runs in which the action was taken at least once",
        "mean number of times the action was taken in a run",
    );
    let columns = with_action(scenario)
        .text("label", "display name", |row| &row.action.label)
        .id("track", "track on which the action is chosen", |row| {
            &row.action.track
        })
        .part(|row| Some(&row.taken), occurrences)
        .probability(
            "success_share",
            "share of successes among the times the action was taken; empty if it was never taken",
            |row| row.success_share,
        )
        .estimate(
            "days_available",
            "days in a run",
            "mean number of days in a run on which the actor was activated and the action was available",
            |row| row.days_available,
        )
        .probability(
            "share_of_available_days",
            "share of the available days on which the action was taken; empty if it was never available",
            |row| row.share_of_available_days,
        )
        .and(n_runs(|row: &Row<'a>| row.taken.n_runs))
        .count(
            "n_yes",
            RUNS,
            "runs in which the action was taken at least once",
            |row| row.taken.n_hits,
        );
    Table::new("actions", "an actor and one of its actions", columns)
}

/// The columns of `action_days.csv`: when an action is first taken.
pub(super) fn days<'a>(scenario: &'a Scenario) -> Table<'a, Row<'a>> {
    let words = Words {
        first: "the action was first taken",
        once: "it was taken",
    };
    let columns = with_action(scenario)
        .part(|row| Some(&row.taken), first_days(words))
        .and(n_runs(|row: &Row<'a>| row.taken.n_runs));
    Table::new("action_days", "an actor and one of its actions", columns)
}
