//! `timeline.csv`: one row per outcome and day.

use super::common::{DAY, RUNS, keyed, n_runs, proportion};
use crate::estimate::TimelineDay;
use crate::scenario::Scenario;
use crate::table::sink::Table;

/// The columns of `timeline.csv`.
pub(super) fn timeline<'a>(scenario: &'a Scenario) -> Table<'a, TimelineDay<'a>> {
    let key = |row: &TimelineDay<'a>| format!("{}/{}", row.outcome.name, row.day);
    let columns = keyed(&scenario.name, key)
        .id("outcome", "name of the outcome in the scenario", |row| {
            &row.outcome.name
        })
        .count("day", DAY, "the day", |row| row.day)
        .date("date", "date of that day", |row| row.date)
        .part(
            |row| row.proportion.as_ref(),
            proportion(
                "probability",
                "probability that the outcome has occurred by the end of the day",
            ),
        )
        .probability(
            "hazard",
            "probability that the outcome occurs on this day, given that it has not occurred before; empty if no run is left. It is a mixture over draws and may fall by selection alone: draws with a high probability leave the mixture first",
            |row| row.hazard,
        )
        .and(n_runs(|row: &TimelineDay<'a>| row.n_runs))
        .count(
            "n_yes",
            RUNS,
            "runs in which the outcome has occurred by the end of the day",
            |row| row.n_yes,
        );
    Table::new(
        "timeline",
        "an outcome and a day, up to the last day that counts",
        columns,
    )
}
