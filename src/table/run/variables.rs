//! `variables.csv`: one row per variable and day.

use super::common::{DAY, RUNS, keyed};
use crate::estimate::VariableDay;
use crate::scenario::Scenario;
use crate::table::sink::Table;

/// Unit of a variable's values.
pub(super) const VARIABLE_UNIT: &str = "unit of the variable";

/// The columns of `variables.csv`.
pub(super) fn variables<'a>(scenario: &'a Scenario) -> Table<'a, VariableDay<'a>> {
    let key = |row: &VariableDay<'a>| format!("{}/{}", row.variable.name, row.day);
    let mut columns = keyed(&scenario.name, key)
        .id("variable", "name of the variable in the scenario", |row| {
            &row.variable.name
        })
        .text("label", "display name", |row| &row.variable.label)
        .count("day", DAY, "day; values are end-of-day states", |row| {
            row.day
        })
        .date("date", "date of that day", |row| row.date)
        .estimate("mean", VARIABLE_UNIT, "mean over these runs", |row| {
            row.values.mean
        })
        .estimate(
            "sd",
            VARIABLE_UNIT,
            "standard deviation over these runs (parameter uncertainty and chance together); empty for one run",
            |row| row.values.sd,
        );
    let quantiles = [
        (
            "p05",
            "5th percentile over these runs, resolved to 1/1024 of the variable's range (coarser in scenarios with many variables)",
        ),
        ("p25", "the same for 25 %"),
        ("p50", "the same for half"),
        ("p75", "the same for 75 %"),
        ("p95", "the same for 95 %"),
    ];
    for (index, (name, meaning)) in quantiles.into_iter().enumerate() {
        columns = columns.estimate(name, VARIABLE_UNIT, meaning, move |row| {
            row.values.quantiles[index]
        });
    }
    let columns = columns.count(
        "n_runs",
        RUNS,
        "runs counted: only the first runs, see variable_runs in manifest.json",
        |row| row.n_runs,
    );
    Table::new("variables", "a variable and a day", columns)
}
