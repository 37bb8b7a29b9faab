//! `outcomes.csv`, `outcome_days.csv` and `outcome_diagnostics.csv`: one row per outcome.

use super::common::{
    DAY, RUNS, date_quantiles, day_quantiles, effective_runs, interval, keyed, n_runs,
    parameter_sd, parameter_sd_interval,
};
use crate::base::stats::{Proportion, Spread};
use crate::estimate::OutcomeEstimate;
use crate::scenario::Scenario;
use crate::table::cell::Cell;
use crate::table::columns::Columns;
use crate::table::sink::Table;

/// The row of all three tables.
type Row<'a> = OutcomeEstimate<'a>;

fn with_outcome<'a>(scenario: &'a Scenario) -> Columns<'a, Row<'a>> {
    keyed(&scenario.name, |row: &Row<'a>| row.outcome.name.clone()).id(
        "outcome",
        "name of the outcome in the scenario",
        |row| &row.outcome.name,
    )
}

/// The columns of `outcomes.csv`: what people read first.
pub fn outcomes<'a>(scenario: &'a Scenario) -> Table<'a, Row<'a>> {
    let range =
        "of the probability over the uncertain quantities; not estimated yet, therefore empty";
    let columns = with_outcome(scenario)
        .text("label", "display name", |row| &row.outcome.label)
        .text("question", "the question that a forecaster is asked", |row| {
            &row.outcome.question
        })
        .date("last_date", "last date on which the outcome counts", |row| {
            scenario.date_of_day(row.outcome.last_day)
        })
        .part(
            |row| row.proportion.as_ref(),
            Columns::new().probability(
                "probability",
                "share of the runs in which the outcome occurred: the forecast",
                |row: &Proportion| row.probability,
            ),
        )
        .probability("range_p05", format!("5th percentile {range}"), |_| {
            Cell::Missing
        })
        .probability("range_p50", format!("median {range}"), |_| Cell::Missing)
        .probability("range_p95", format!("95th percentile {range}"), |_| {
            Cell::Missing
        })
        .part(
            |row| row.proportion.as_ref(),
            Columns::new()
                .probability(
                    "mc_se",
                    "Monte Carlo standard error of the probability: sqrt(p (1 - p) / effective_runs); 0 where the outcome occurred in no or all runs",
                    Proportion::standard_error,
                )
                .and(interval()),
        )
        .and(n_runs(|row: &Row<'a>| row.n_runs))
        .count("n_yes", RUNS, "runs in which the outcome occurred", |row| {
            row.n_yes
        })
        .date(
            "date_p50_if_yes",
            "median date of occurrence, over the runs in which the outcome occurred",
            |row| row.day_if_yes.median().map(|day| scenario.date_of_day(day)),
        );
    Table::new("outcomes", "an outcome", columns)
}

/// The columns of `outcome_days.csv`: when an outcome occurs.
pub(super) fn days<'a>(scenario: &'a Scenario) -> Table<'a, Row<'a>> {
    let all = |level: &str| {
        format!(
            "day by which the outcome has occurred in {level} of all runs; empty if its probability is lower"
        )
    };
    let hits = |level: &str| {
        format!("day by which the outcome has occurred in {level} of the runs in which it occurs")
    };
    let columns = with_outcome(scenario)
        .count(
            "last_day",
            DAY,
            "last day on which the outcome counts",
            |row| row.outcome.last_day,
        )
        .estimate(
            "mean_day_if_yes",
            DAY,
            "mean day of occurrence, over the runs in which the outcome occurred",
            |row| row.mean_day_if_yes,
        )
        .part(|row| Some(&row.day), day_quantiles("day", "", all))
        .part(|row| Some(&row.day), date_quantiles(scenario, ""))
        .part(
            |row| Some(&row.day_if_yes),
            day_quantiles("day", "_if_yes", hits),
        )
        .part(
            |row| Some(&row.day_if_yes),
            date_quantiles(scenario, "_if_yes"),
        )
        .and(n_runs(|row: &Row<'a>| row.n_runs));
    Table::new("outcome_days", "an outcome", columns)
}

/// The columns of `outcome_diagnostics.csv`: Monte Carlo error and parameter uncertainty in detail.
pub(super) fn diagnostics<'a>(scenario: &'a Scenario) -> Table<'a, Row<'a>> {
    let square = "probability squared";
    let spread = Columns::new()
        .estimate(
            "parameter_variance",
            square,
            "variance of the probability over the uncertain quantities (parameter uncertainty); unbiased, so it may be below 0 by chance; empty if nothing is uncertain",
            |row: &Spread| row.variance,
        )
        .estimate(
            "parameter_variance_se",
            square,
            "standard error of parameter_variance",
            |row| row.variance_se,
        );
    let of_proportion = effective_runs()
        .estimate(
            "pair_correlation",
            "correlation, -1 to 1",
            "correlation of the outcome between the two runs of a draw as observed, which may be below 0 by chance; empty if nothing is uncertain or all runs agree. effective_runs shrinks it toward 0.5 with the weight of one hit",
            |row| row.pair_correlation,
        )
        .part(|row: &Proportion| row.between.as_ref(), spread)
        .and(parameter_sd())
        .and(parameter_sd_interval())
        .all_specialist();
    let columns = with_outcome(scenario)
        .part(|row| row.proportion.as_ref(), of_proportion)
        .and(n_runs(|row: &Row<'a>| row.n_runs));
    Table::new("outcome_diagnostics", "an outcome", columns)
}
