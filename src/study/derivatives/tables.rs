//! `derivatives.csv`: one row per outcome and quantity.

use super::quantities::{By, Studied};
use super::{Derivative, Derivatives, Effect};
use crate::base::stats::z_of_confidence;
use crate::scenario::Scenario;
use crate::table::run::keyed;
use crate::table::{Columns, CsvFolder, ExportError, Table};

/// Writes `derivatives.csv`: the quantities with a derivative outcome by outcome, then the others.
///
/// # Errors
/// If the file cannot be written.
pub fn write_file(
    folder: &mut CsvFolder,
    scenario: &Scenario,
    derivatives: &Derivatives,
    confidence: f64,
) -> Result<(), ExportError> {
    let of_outcomes = scenario.outcomes.enumerate().flat_map(|(id, outcome)| {
        let (n_yes, is_rare) = (derivatives.n_yes(id), derivatives.is_rare(id));
        let gradient = derivatives.gradient(id);
        gradient.map(move |(studied, slope)| Row {
            studied,
            derivative: Some(OfOutcome {
                outcome: &outcome.name,
                n_runs: derivatives.tally.n_runs,
                n_yes,
                slope,
                effect: studied.effect(slope),
                note: note(derivatives.n_unscored, is_rare),
            }),
        })
    });
    let others = derivatives.quantities.iter();
    let others = others.filter(|studied| studied.reach.is_err());
    let others = others.map(|studied| Row {
        studied,
        derivative: None,
    });
    let table = table(scenario, z_of_confidence(confidence));
    folder.write(&table, of_outcomes.chain(others))
}

/// A quantity, and its derivative for one outcome.
struct Row<'a> {
    studied: &'a Studied,
    derivative: Option<OfOutcome<'a>>,
}

struct OfOutcome<'a> {
    outcome: &'a str,
    n_runs: u64,
    n_yes: u64,
    slope: Derivative,
    effect: Option<Effect>,
    note: Option<&'static str>,
}

/// A caution about a derivative.
fn note(n_unscored: u64, is_rare: bool) -> Option<&'static str> {
    if n_unscored > 0 {
        return Some(
            "some numbers on the way were not finite and were left out: do not rely on it",
        );
    }
    is_rare.then_some(
        "fewer than 30 runs with one of the two answers: the error is itself uncertain, simulate more runs",
    )
}

fn table<'a>(scenario: &'a Scenario, z: f64) -> Table<'a, Row<'a>> {
    let outcome = |row: &Row<'a>| row.derivative.as_ref().map(|one| one.outcome);
    let columns = keyed(&scenario.name, move |row: &Row<'a>| {
        format!("{}/{}", outcome(row).unwrap_or("-"), row.studied.path)
    })
    .id(
        "outcome",
        "name of the outcome; empty if the quantity has no derivative",
        outcome,
    )
    .id("path", "TOML path of the quantity", |row| &row.studied.path)
    .estimate(
        "value",
        "unit of the quantity",
        "its value, or the mean of its distribution; empty for an expression",
        |row| row.studied.value,
    )
    .part(|row| row.derivative.as_ref(), effect_columns(z))
    .part(|row| row.derivative.as_ref(), derivative_columns(z))
    .text(
        "derivative_by",
        "value: per unit of the value; logarithm: per unit of the logarithm of the expression's value, so that a hundredth of it is the effect of +1 % on every day",
        |row| row.derivative.as_ref().map(|_| by(row.studied)),
    )
    .text(
        "method",
        "likelihood_ratio: likelihood-ratio (score function) estimator over the runs of one simulation; none: no derivative",
        |row| match row.derivative {
            Some(_) => "likelihood_ratio",
            None => "none",
        },
    )
    .text(
        "note",
        "why a quantity has no derivative and which command varies it, or a caution",
        |row| match (&row.derivative, &row.studied.reach) {
            (Some(one), _) => one.note,
            (None, Err(reason)) => Some(reason.note()),
            (None, Ok(_)) => None,
        },
    )
    .part(
        |row| row.derivative.as_ref(),
        Columns::new()
            .count(
                "n_runs",
                "runs",
                "runs counted: all simulated runs without the draws in which a run faulted",
                |row: &OfOutcome<'a>| row.n_runs,
            )
            .count("n_yes", "runs", "runs in which the outcome occurred", |row| {
                row.n_yes
            }),
    );
    Table::new(
        "derivatives",
        "an outcome and a quantity; a quantity without derivative has one row without outcome",
        columns,
    )
}

fn by(studied: &Studied) -> &'static str {
    match studied.reach {
        Ok(ref reach) if matches!(reach.by(), By::Logarithm) => "logarithm",
        _ => "value",
    }
}

/// The effect of a small change.
fn effect_columns<'a>(z: f64) -> Columns<'a, OfOutcome<'a>> {
    let end = move |z: f64| {
        move |row: &OfOutcome<'a>| {
            let effect = row.effect.as_ref();
            effect.map(|effect| effect.difference + z * effect.standard_error)
        }
    };
    Columns::new()
        .text(
            "change",
            "change to which the next columns refer: +1 %, or +0.01 log odds for probabilities and shares; empty if the quantity is 0",
            |row: &OfOutcome<'a>| row.effect.as_ref().map(|effect| effect.change.words),
        )
        .probability_difference(
            "change_effect",
            "first-order effect of that change on the outcome's probability; sort by this column",
            |row| row.effect.as_ref().map(|effect| effect.difference),
        )
        .probability_difference(
            "change_effect_ci_low",
            "lower end of its confidence interval",
            end(-z),
        )
        .probability_difference(
            "change_effect_ci_high",
            "upper end of the same interval",
            end(z),
        )
}

fn derivative_columns<'a>(z: f64) -> Columns<'a, OfOutcome<'a>> {
    let unit = "probability per unit";
    let end =
        move |z: f64| move |row: &OfOutcome<'a>| row.slope.value + z * row.slope.standard_error;
    Columns::new()
        .estimate(
            "derivative",
            unit,
            "partial derivative of the outcome's probability with respect to the quantity; an uncertain quantity is moved by the same amount in every draw",
            |row: &OfOutcome<'a>| row.slope.value,
        )
        .estimate(
            "ci_low",
            unit,
            "lower end of the confidence interval of the derivative (normal)",
            end(-z),
        )
        .estimate("ci_high", unit, "upper end of the same interval", end(z))
        .estimate(
            "mc_se",
            unit,
            "Monte Carlo standard error of the derivative, clustered by draw",
            |row| row.slope.standard_error,
        )
}
