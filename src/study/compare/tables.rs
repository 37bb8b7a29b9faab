//! The tables of a comparison: `compare.csv` and `compare_actions.csv`.

use super::comparison::{ActionDifference, ComparedVariant, Comparison, OutcomeDifference};
use super::paired::{CountDifference, PairedDifference};
use crate::table::run::keyed;
use crate::table::{Columns, CsvFolder, ExportError, Table};

/// Writes all files of a comparison.
///
/// # Errors
/// If a file cannot be written.
pub fn write_files(folder: &mut CsvFolder, compared: &Comparison<'_>) -> Result<(), ExportError> {
    folder.write(&outcome_table(compared), outcome_rows(compared))?;
    let actions = compared.variants.iter().flat_map(|variant| {
        let actions = variant.actions.iter();
        actions.map(move |action| ActionRow { variant, action })
    });
    folder.write(&action_table(compared), actions)
}

/// A row of `compare.csv`.
pub struct OutcomeRow<'c, 'a> {
    variant: &'c ComparedVariant<'a>,
    outcome: &'c OutcomeDifference<'a>,
}

/// A row of `compare_actions.csv`.
struct ActionRow<'c, 'a> {
    variant: &'c ComparedVariant<'a>,
    action: &'c ActionDifference<'a>,
}

/// The rows of `compare.csv`.
pub fn outcome_rows<'c, 'a>(
    compared: &'c Comparison<'a>,
) -> impl Iterator<Item = OutcomeRow<'c, 'a>> {
    compared.variants.iter().flat_map(|variant| {
        let outcomes = variant.outcomes.iter();
        outcomes.map(move |outcome| OutcomeRow { variant, outcome })
    })
}

const VARIANT: &str = "name of the variant: the given name, its settings, or its file";

/// The columns of `compare.csv`.
pub fn outcome_table<'c, 'a>(compared: &'c Comparison<'a>) -> Table<'c, OutcomeRow<'c, 'a>> {
    let base = compared.base.scenario;
    let columns = keyed(compared.base.name, |row: &OutcomeRow<'c, 'a>| {
        format!("{}/{}", row.variant.side.name, row.outcome.base.name)
    })
    .id("variant", VARIANT, |row| row.variant.side.name)
    .id("outcome", "name of the outcome in the scenario", |row| {
        &row.outcome.base.name
    })
    .text("label", "display name", |row| &row.outcome.base.label)
    .part(
        |row| row.outcome.difference.as_ref(),
        shares("probability", "probability").and(error_columns()),
    )
    .date("base_last_date", "last date that counts in the base", |row| {
        base.date_of_day(row.outcome.base.last_day)
    })
    .date(
        "variant_last_date",
        "last date that counts in the variant; if it differs, so does the question",
        |row| {
            let scenario = row.variant.side.scenario;
            scenario.date_of_day(row.outcome.variant.last_day)
        },
    )
    .part(|row| row.outcome.difference.as_ref(), day_columns())
    .flag(
        "is_same",
        "1 if every run of the variant is identical to that of the base; manifest.json gives the reason",
        |row| row.variant.reasons_if_identical.is_some(),
    );
    Table::new(
        "compare",
        "a variant and an outcome that base and variant share",
        columns,
    )
}

/// Both probabilities, their difference and its interval. `what` is what the difference is of.
fn shares<'a>(what: &'static str, words: &'static str) -> Columns<'a, PairedDifference> {
    Columns::new()
        .probability(
            format!("base_{what}"),
            format!("{words} in the base"),
            |row: &PairedDifference| row.base_probability,
        )
        .probability(
            format!("variant_{what}"),
            format!("{words} in the variant"),
            |row| row.variant_probability,
        )
        .probability_difference(
            "difference",
            format!("variant_{what} minus base_{what}, over the same runs under common random numbers"),
            |row| row.difference,
        )
        .probability_difference(
            "ci_low",
            "lower end of the Monte Carlo confidence interval of the difference (Agresti and Min 2005, on the effective runs); more runs narrow it",
            |row| row.interval.low,
        )
        .probability_difference("ci_high", "upper end of the same interval", |row| {
            row.interval.high
        })
}

/// Standard error, changed runs, and the gain of common random numbers.
fn error_columns<'a>() -> Columns<'a, PairedDifference> {
    Columns::new()
        .probability(
            "mc_se",
            "Monte Carlo standard error of the paired difference, clustered by draw; 0 if no run changed",
            |row: &PairedDifference| row.standard_error,
        )
        .count(
            "runs_no_to_yes",
            "runs",
            "runs in which it occurred only in the variant",
            |row| row.n_no_to_yes,
        )
        .count(
            "runs_yes_to_no",
            "runs",
            "runs in which it occurred only in the base",
            |row| row.n_yes_to_no,
        )
        .count(
            "n_runs",
            "runs",
            "runs counted in both; a draw with a faulted run in either is left out of both",
            |row| row.n_runs,
        )
        .probability(
            "se_if_independent",
            "standard error of the difference of two simulations with independent random numbers",
            |row| row.se_if_independent,
        )
        .specialist()
        .estimate(
            "gain",
            "ratio",
            "se_if_independent / mc_se: gain in precision from common random numbers; its square is the factor in runs; empty if no run changed",
            |row| row.gain,
        )
        .specialist()
        .estimate(
            "gain_bound",
            "ratio",
            "maximum of gain at these two probabilities for independent runs: sqrt((p0 q0 + p1 q1) / (|d| - d^2)); empty if the probabilities are equal. Two runs share a draw, so gain may exceed it slightly",
            |row| row.gain_bound,
        )
        .specialist()
}

fn day_columns<'a>() -> Columns<'a, PairedDifference> {
    let day = "day, 1 is the start";
    Columns::new()
        .estimate(
            "base_mean_day_if_yes",
            day,
            "mean day of occurrence in the base, over the runs in which the outcome occurred there",
            |row: &PairedDifference| row.base_mean_day,
        )
        .estimate(
            "variant_mean_day_if_yes",
            day,
            "mean day of occurrence in the variant, over the runs in which the outcome occurred there",
            |row| row.variant_mean_day,
        )
        .count(
            "n_yes_in_both",
            "runs",
            "runs in which the outcome occurred in both",
            |row| row.n_both,
        )
        .estimate(
            "days_later_if_both",
            "days",
            "mean delay of the outcome in the variant, over the runs in which it occurred in both",
            |row| row.days_later,
        )
        .estimate(
            "days_later_mc_se",
            "days",
            "Monte Carlo standard error of days_later_if_both",
            |row| row.days_later_se,
        )
}

/// The columns of `compare_actions.csv`.
fn action_table<'c, 'a>(compared: &'c Comparison<'a>) -> Table<'c, ActionRow<'c, 'a>> {
    let columns = keyed(compared.base.name, |row: &ActionRow<'c, 'a>| {
        format!("{}/{}", row.variant.side.name, row.action.action.name)
    })
    .id("variant", VARIANT, |row| row.variant.side.name)
    .id("actor", "name of the actor in the scenario", |row| {
        &row.action.actor.name
    })
    .id("action", "name of the action in the scenario", |row| {
        &row.action.action.name
    })
    .text("label", "display name", |row| &row.action.action.label)
    .part(
        |row| row.action.difference.as_ref(),
        shares(
            "share_of_runs",
            "share of the runs in which the action was taken at least once",
        ),
    )
    .part(|row| row.action.count.as_ref(), count_columns())
    .part(|row| row.action.difference.as_ref(), error_columns());
    Table::new(
        "compare_actions",
        "a variant and an action that base and variant share, sorted by the size of the change",
        columns,
    )
}

/// Mean counts and their paired difference.
fn count_columns<'a>() -> Columns<'a, CountDifference> {
    let unit = "times in a run";
    Columns::new()
        .estimate(
            "base_mean_count",
            unit,
            "mean number of times the action was taken in a run of the base",
            |row: &CountDifference| row.base_mean,
        )
        .estimate(
            "variant_mean_count",
            unit,
            "mean number of times the action was taken in a run of the variant",
            |row| row.variant_mean,
        )
        .estimate(
            "count_difference",
            unit,
            "variant_mean_count minus base_mean_count, over the same runs under common random numbers",
            |row| row.difference,
        )
        .estimate(
            "count_ci_low",
            unit,
            "lower end of the Monte Carlo confidence interval of count_difference (normal)",
            |row| row.interval.map(|interval| interval.low),
        )
        .estimate(
            "count_ci_high",
            unit,
            "upper end of the same interval",
            |row| row.interval.map(|interval| interval.high),
        )
        .estimate(
            "count_mc_se",
            unit,
            "Monte Carlo standard error of count_difference, clustered by draw",
            |row| row.standard_error,
        )
}
