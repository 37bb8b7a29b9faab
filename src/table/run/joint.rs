//! `joint.csv`: one row per ordered pair of outcomes.

use super::common::{RUNS, keyed, n_runs};
use crate::base::stats::Proportion;
use crate::estimate::JointEstimate;
use crate::scenario::Scenario;
use crate::table::columns::Columns;
use crate::table::sink::Table;

/// A probability with its interval, as `name`, `{name}_ci_low` and `{name}_ci_high`.
fn with_interval<'a>(name: &str, meaning: &'static str) -> Columns<'a, Proportion> {
    Columns::new()
        .probability(name.to_owned(), meaning, |row: &Proportion| row.probability)
        .probability(
            format!("{name}_ci_low"),
            format!("lower end of the Monte Carlo confidence interval of {name} (Wilson, on the effective runs)"),
            |row| row.interval.low,
        )
        .probability(
            format!("{name}_ci_high"),
            "upper end of the same interval",
            |row| row.interval.high,
        )
}

/// The columns of `joint.csv`.
pub(super) fn joint<'a>(scenario: &'a Scenario) -> Table<'a, JointEstimate<'a>> {
    let key = |row: &JointEstimate<'a>| format!("{}/{}", row.first.name, row.second.name);
    let columns = keyed(&scenario.name, key)
        .id("outcome_a", "name of outcome A in the scenario", |row| {
            &row.first.name
        })
        .id("outcome_b", "name of outcome B in the scenario", |row| {
            &row.second.name
        })
        .probability("p_a", "probability of A", |row| row.first_probability)
        .probability("p_b", "probability of B", |row| row.second_probability)
        .part(
            |row| row.both.as_ref(),
            with_interval("p_a_and_b", "probability of both in one run"),
        )
        .part(
            |row| row.conditional.as_ref(),
            with_interval(
                "p_b_given_a",
                "probability of B over the runs in which A occurred; empty if A never occurred",
            ),
        )
        .estimate(
            "lift",
            "ratio",
            "p_a_and_b / (p_a * p_b): above 1 if the outcomes occur together more often than independent outcomes would; empty if either never occurred",
            |row| row.lift,
        )
        .and(n_runs(|row: &JointEstimate<'a>| row.n_runs))
        .count("n_a_and_b", RUNS, "runs in which both occurred", |row| {
            row.n_both
        });
    Table::new(
        "joint",
        "an ordered pair of different outcomes, A and B",
        columns,
    )
}
