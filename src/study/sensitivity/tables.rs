//! The tables of a sensitivity analysis: `sensitivity.csv`, `convergence.csv` and `morris.csv`.

use super::factors::Factor;
use super::indices::{BootstrapEstimate, FactorIndices, Index, OutcomeIndices};
use super::morris::{ElementaryEffects, Screening};
use super::sobol::Sensitivity;
use super::verdict::verdict_reason;
use crate::base::index::OutcomeId;
use crate::base::math::double::sqrt;
use crate::program::Program;
use crate::scenario::Scenario;
use crate::table::run::keyed;
use crate::table::{Columns, CsvFolder, ExportError, Table};

const INDEX: &str = "share of parameter_variance, 0 to 1";
const SQUARE: &str = "probability squared";
const BOOTSTRAP: &str = "its bootstrap interval (percentiles, draws resampled with replacement)";

/// A row of one outcome and one factor, or one of its quantities, with their estimates `E`.
pub struct Row<'a, E> {
    outcome: OutcomeId,
    factor: FactorNames,
    estimates: E,
    scenario: &'a Scenario,
}

/// How a row names its factor.
#[derive(Clone)]
struct FactorNames {
    name: String,
    n_quantities: u64,
    correlated_with: Option<String>,
}

impl FactorNames {
    /// A row per quantity, or a single one if the factor is a group by actor.
    fn of(program: &Program, factor: &Factor) -> Vec<Self> {
        let paths = factor.members.iter();
        let paths: Vec<&str> = paths
            .map(|&id| program.parameters[id].path.as_str())
            .collect();
        let n_quantities = paths.len() as u64;
        if paths.join(" + ") != factor.name {
            return vec![Self {
                name: factor.name.clone(),
                n_quantities,
                correlated_with: None,
            }];
        }
        let names = |&path: &&str| {
            let others = paths.iter().filter(|&&other| other != path);
            let others: Vec<&str> = others.copied().collect();
            Self {
                name: path.to_owned(),
                n_quantities,
                correlated_with: (!others.is_empty()).then(|| others.join(" ")),
            }
        };
        paths.iter().map(names).collect()
    }
}

/// The columns `scenario`, `key`, `outcome`, `label` and those that name the factor. `part` is a part
/// of the key after the factor's name.
fn with_factor<'a, E: 'a>(
    scenario: &'a Scenario,
    part: impl Fn(&E) -> String + 'a,
) -> Columns<'a, Row<'a, E>> {
    keyed(&scenario.name, move |row: &Row<'a, E>| {
        let outcome = &row.scenario.outcomes[row.outcome].name;
        format!("{outcome}/{}{}", row.factor.name, part(&row.estimates))
    })
    .id("outcome", "name of the outcome in the scenario", |row| {
        &row.scenario.outcomes[row.outcome].name
    })
    .text("label", "display name", |row| {
        &row.scenario.outcomes[row.outcome].label
    })
    .id(
        "factor",
        "TOML path of the uncertain quantity, or with --by actor the group: an actor with its actions, the variables, the events",
        |row| row.factor.name.clone(),
    )
    .text(
        "correlated_with",
        "quantities with which it is correlated; they form one group, and the row refers to the whole group",
        |row| row.factor.correlated_with.clone(),
    )
    .count(
        "n_quantities",
        "quantities",
        "number of uncertain quantities in the row's group",
        |row| row.factor.n_quantities,
    )
}

/// Writes all files of Sobol' indices.
///
/// # Errors
/// If a file cannot be written.
pub fn write_files(
    folder: &mut CsvFolder,
    scenario: &Scenario,
    program: &Program,
    sensitivity: &Sensitivity,
) -> Result<(), ExportError> {
    let rows = sensitivity_rows(scenario, program, sensitivity);
    folder.write(&sensitivity_table(scenario, sensitivity.n_runs), rows)?;
    let stages = sensitivity.outcomes.iter().flat_map(|of_outcome| {
        let factors = sensitivity.factors.iter().enumerate();
        factors.flat_map(move |(index, factor)| {
            let names = FactorNames::of(program, factor).into_iter();
            names.flat_map(move |factor| {
                of_outcome.stages.iter().map(move |stage| Row {
                    outcome: of_outcome.outcome,
                    factor: factor.clone(),
                    estimates: Indices {
                        all: stage,
                        indices: &stage.factors[index],
                    },
                    scenario,
                })
            })
        })
    });
    folder.write(&convergence_table(scenario), stages)
}

/// The rows of `sensitivity.csv`.
pub fn sensitivity_rows<'a>(
    scenario: &'a Scenario,
    program: &'a Program,
    sensitivity: &'a Sensitivity,
) -> impl Iterator<Item = Row<'a, Indices<'a>>> {
    sensitivity.outcomes.iter().flat_map(move |of_outcome| {
        let all = of_outcome.all_draws();
        let factors = sensitivity.factors.iter().zip(&all.factors);
        factors.flat_map(move |(factor, indices)| {
            let names = FactorNames::of(program, factor).into_iter();
            names.map(move |factor| Row {
                outcome: of_outcome.outcome,
                factor,
                estimates: Indices { all, indices },
                scenario,
            })
        })
    })
}

/// The indices of a factor, and what its outcome has in common.
pub struct Indices<'a> {
    all: &'a OutcomeIndices,
    indices: &'a FactorIndices,
}

/// The columns of `sensitivity.csv`.
pub fn sensitivity_table<'a>(
    scenario: &'a Scenario,
    n_runs: u64,
) -> Table<'a, Row<'a, Indices<'a>>> {
    let estimates = index_columns()
        .text(
            "verdict",
            "matters (the interval of st is above 0.05), negligible (below 0.05), not_determined (neither, or the interval is wider than 0.5), or not_measurable (there are no indices)",
            |row: &Indices<'a>| row.indices.finding().word(),
        )
        .text(
            "verdict_reason",
            "why the verdict is not_determined or not_measurable, and what to do",
            |row| verdict_reason(row.all, row.indices),
        )
        .count("rank_s1", "rank, 1 first", "rank of the factor by s1_variance; correlated quantities share one", |row| {
            row.indices.rank_first_order
        })
        .count("rank_st", "rank, 1 first", "rank by st_variance", |row| {
            row.indices.rank_total
        })
        .and(share_columns())
        .and(variance_columns("s1", |row: &Indices<'a>| &row.indices.first_order))
        .and(variance_columns("st", |row: &Indices<'a>| &row.indices.total))
        .count(
            "runs_per_point",
            "runs",
            "runs of each simulation behind the row",
            move |_| n_runs,
        )
        .count(
            "n_draws",
            "draws",
            "draws counted: half the runs of a simulation, without draws with a faulted run",
            |row| row.all.n_draws,
        );
    let columns = with_factor(scenario, |_: &Indices<'a>| String::new())
        .part(|row| Some(&row.estimates), estimates);
    Table::new(
        "sensitivity",
        "an outcome and an uncertain quantity",
        columns,
    )
}

/// The columns of `convergence.csv`.
fn convergence_table<'a>(scenario: &'a Scenario) -> Table<'a, Row<'a, Indices<'a>>> {
    let share = |row: &Indices<'a>| row.all.n_quarters as f64 / 4.0;
    let estimates = Columns::new()
        .percent(
            "share_of_runs",
            "share, 0 to 1",
            "share of the runs, from the first, from which the indices are estimated",
            share,
        )
        .and(index_columns())
        .and(parameter_variance())
        .estimate(
            "s1_variance",
            SQUARE,
            "numerator of s1",
            |row: &Indices<'a>| row.indices.first_order.variance.value,
        )
        .estimate("st_variance", SQUARE, "numerator of st", |row| {
            row.indices.total.variance.value
        })
        .count("n_draws", "draws", "draws counted among them", |row| {
            row.all.n_draws
        })
        .all_specialist();
    let columns = with_factor(scenario, move |row| format!("/{}", share(row)))
        .part(|row| Some(&row.estimates), estimates);
    Table::new(
        "convergence",
        "an outcome, an uncertain quantity and a share of the runs",
        columns,
    )
}

/// The columns `s1` and `st` with their intervals.
fn index_columns<'a>() -> Columns<'a, Indices<'a>> {
    let index = |name: &'static str, meaning: &'static str| {
        Columns::new()
            .percent(name, INDEX, meaning, |row: &BootstrapEstimate| row.value)
            .percent(
                format!("{name}_ci_low"),
                INDEX,
                format!("lower end of {BOOTSTRAP}; more runs narrow it"),
                |row| row.interval.low,
            )
            .percent(
                format!("{name}_ci_high"),
                INDEX,
                "upper end of the same interval",
                |row| row.interval.high,
            )
    };
    Columns::new()
        .part(
            |row: &Indices<'a>| row.indices.first_order.share.as_ref(),
            index(
                "s1",
                "first-order Sobol' index (S1): expected share of parameter_variance removed by fixing this factor; empty if parameter_variance is within 2 standard errors of 0, or the outcome occurred in fewer than 30 runs of a simulation or in all but fewer; not clamped, so it may be below 0 or above 1 by chance",
            ),
        )
        .part(
            |row| row.indices.total.share.as_ref(),
            index(
                "st",
                "total-order Sobol' index (ST): expected share of parameter_variance that remains if all other factors are fixed; its excess over s1 is due to interactions; empty and not clamped like s1",
            ),
        )
}

/// The columns `parameter_variance` and `parameter_variance_se`.
fn parameter_variance<'a>() -> Columns<'a, Indices<'a>> {
    Columns::new()
        .estimate(
            "parameter_variance",
            SQUARE,
            "variance of the probability over the uncertain quantities, over all simulations; unbiased, so it may be below 0 by chance",
            |row: &Indices<'a>| row.all.variance.value,
        )
        .specialist()
        .estimate(
            "parameter_variance_se",
            SQUARE,
            "standard error of parameter_variance",
            |row| row.all.variance.standard_error,
        )
        .specialist()
}

/// The columns from `probability` to `parameter_share_ci_high`.
fn share_columns<'a>() -> Columns<'a, Indices<'a>> {
    let unit = "share, 0 to 1";
    let share = Columns::new()
        .percent(
            "parameter_share",
            unit,
            "parameter_variance / (probability * (1 - probability)): share of the outcome's variance explained by parameter uncertainty; empty if the outcome occurred in fewer than 30 runs of a simulation or in all but fewer",
            |row: &BootstrapEstimate| row.value,
        )
        .percent(
            "parameter_share_ci_low",
            unit,
            format!("lower end of {BOOTSTRAP}"),
            |row| row.interval.low,
        )
        .percent(
            "parameter_share_ci_high",
            unit,
            "upper end of the same interval",
            |row| row.interval.high,
        );
    Columns::new()
        .probability(
            "probability",
            "share of all runs of all simulations in which the outcome occurred",
            |row: &Indices<'a>| row.all.mean,
        )
        .and(parameter_variance())
        .part(|row| row.all.parameter_share.as_ref(), share)
}

/// The numerator of an index, its interval and its square root.
fn variance_columns<'a>(
    name: &'static str,
    index: impl for<'r> Fn(&'r Indices<'a>) -> &'r Index + Clone + 'a,
) -> Columns<'a, Indices<'a>> {
    let variance = Columns::new()
        .estimate(
            format!("{name}_variance"),
            SQUARE,
            format!("numerator of {name}, a variance of the probability"),
            |row: &BootstrapEstimate| row.value,
        )
        .estimate(
            format!("{name}_variance_ci_low"),
            SQUARE,
            format!("lower end of {BOOTSTRAP}"),
            |row| row.interval.low,
        )
        .estimate(
            format!("{name}_variance_ci_high"),
            SQUARE,
            "upper end of the same interval",
            |row| row.interval.high,
        )
        .probability(
            format!("{name}_sd"),
            format!("square root of {name}_variance: standard deviation of the probability; empty if the estimated variance is below 0"),
            |row| (row.value >= 0.0).then(|| sqrt(row.value)),
        )
        .all_specialist();
    Columns::new().part(move |row| Some(&index(row).variance), variance)
}

/// Writes all files of a screening.
///
/// # Errors
/// If a file cannot be written.
pub fn write_screening_files(
    folder: &mut CsvFolder,
    scenario: &Scenario,
    program: &Program,
    screening: &Screening,
) -> Result<(), ExportError> {
    let rows = screening_rows(scenario, program, screening);
    folder.write(&screening_table(scenario, screening), rows)
}

/// The rows of `morris.csv`.
pub fn screening_rows<'a>(
    scenario: &'a Scenario,
    program: &'a Program,
    screening: &'a Screening,
) -> impl Iterator<Item = Row<'a, ElementaryEffects>> {
    screening.outcomes.iter().flat_map(move |of_outcome| {
        let effects = screening.factors.iter().zip(&of_outcome.effects);
        effects.flat_map(move |(factor, &estimates)| {
            let names = FactorNames::of(program, factor).into_iter();
            names.map(move |factor| Row {
                outcome: of_outcome.outcome,
                factor,
                estimates,
                scenario,
            })
        })
    })
}

/// The columns of `morris.csv`.
pub fn screening_table<'a>(
    scenario: &'a Scenario,
    screening: &Screening,
) -> Table<'a, Row<'a, ElementaryEffects>> {
    let unit = "probability per whole range of quantiles";
    let (n_trajectories, n_runs) = (screening.n_trajectories, screening.n_runs);
    let effects = Columns::new()
        .estimate(
            "mu_star",
            unit,
            "mean absolute elementary effect (Morris; Campolongo): change of the probability when the quantity moves by half the range of its quantiles (from 1/8 to 5/8 or from 3/8 to 7/8), doubled",
            |row: &ElementaryEffects| row.mean_absolute,
        )
        .estimate(
            "mu_star_ci_low",
            unit,
            "lower end of its confidence interval, from the spread between trajectories; empty for a single one",
            |row| row.interval.map(|interval| interval.low),
        )
        .estimate("mu_star_ci_high", unit, "upper end of the same interval", |row| {
            row.interval.map(|interval| interval.high)
        })
        .estimate(
            "mu",
            unit,
            "mean signed elementary effect: above 0 if a larger quantity raises the probability; empty for a group of quantities",
            |row| row.mean,
        )
        .estimate(
            "sigma",
            unit,
            "standard deviation of the elementary effects over trajectories: large relative to mu_star if there are interactions or nonlinearity; it includes Monte Carlo error",
            |row| row.sd,
        )
        .estimate(
            "effect_mc_se",
            unit,
            "Monte Carlo standard error of one elementary effect; a mu_star that does not exceed it is not distinguishable from zero",
            |row| row.monte_carlo_error,
        )
        .count("rank", "rank, 1 first", "rank by mu_star", |row| row.rank)
        .count("n_trajectories", "trajectories", "number of trajectories", move |_| {
            n_trajectories
        })
        .count(
            "runs_per_point",
            "runs",
            "runs of each simulation behind the row",
            move |_| n_runs,
        );
    let columns = with_factor(scenario, |_: &ElementaryEffects| String::new())
        .part(|row| Some(&row.estimates), effects);
    Table::new("morris", "an outcome and an uncertain quantity", columns)
}
