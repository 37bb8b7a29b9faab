//! The tables of a calibration.

use super::evaluation::Evaluation;
use super::free::FreeNumber;
use super::posterior_summary::{PosteriorSummary, particles, posterior_summary};
use super::problem::TuningProblem;
use super::result::{RangeEnd, TunedParameter, TunedTarget, Tuning};
use super::targets::Target;
use crate::optimize::abc_smc::{Particle, effective_particles};
use crate::table::run::keyed;
use crate::table::{CsvFolder, ExportError, Table};

const OF_TARGET: &str = "unit of the target";
const OF_NUMBER: &str = "unit of the number";

/// Writes all files of a calibration of the scenario of this name.
///
/// # Errors
/// If a file cannot be written.
pub fn write_files(
    folder: &mut CsvFolder,
    scenario: &str,
    problem: &TuningProblem<'_>,
    tuning: &Tuning,
) -> Result<(), ExportError> {
    folder.write(&target_table(scenario), tuning.targets.iter())?;
    folder.write(&parameter_table(scenario), tuning.parameters.iter())?;
    let evaluations = EvaluationRow::all(problem, tuning);
    let (free, targets) = (problem.free, problem.targets);
    folder.write(&evaluation_table(scenario, free, targets), evaluations)?;
    if tuning.reached_posterior().is_some() {
        let particles = particles(free, tuning);
        folder.write(&posterior_table(scenario, free), (1..).zip(&particles))?;
        let summary = summary_rows(free, tuning);
        folder.write(&posterior_summary_table(scenario, free), summary)?;
    }
    Ok(())
}

/// The columns of `tune.csv`.
pub fn target_table<'a>(scenario: &'a str) -> Table<'a, &'a TunedTarget> {
    let columns = keyed(scenario, |row: &&'a TunedTarget| row.target.column())
        .text(
            "kind",
            "quantity that the target constrains: probability of an outcome (by a day if one is given), mean_day of an outcome over the runs in which it occurs, action_share (share of runs in which an action is taken), action_count (mean number of times in a run), or variable (mean at the end of the day)",
            |row| row.target.kind.word(),
        )
        .id(
            "name",
            "name of the outcome, action or variable in the scenario",
            |row| &row.target.name,
        )
        .count("day", "day, 1 is the start", "day of the target, if it has one", |row| {
            row.target.day
        })
        .exact("target", OF_TARGET, "target value", |row| row.target.target)
        .exact("tolerance", OF_TARGET, "tolerance", |row| {
            row.target.tolerance
        })
        .exact("weight", "", "relative weight", |row| row.target.weight)
        .estimate(
            "before",
            OF_TARGET,
            "value with the numbers of the file; empty for the mean day of an outcome that never occurs",
            |row| row.before,
        )
        .estimate(
            "after",
            OF_TARGET,
            "value with the tuned numbers as written, with the same runs and seed as before",
            |row| row.after,
        )
        .estimate(
            "mc_se",
            OF_TARGET,
            "Monte Carlo standard error of after; empty for mean days and variables",
            |row| row.standard_error,
        )
        .flag(
            "is_met",
            "1 if after is within the tolerance of the target",
            |row| row.is_met,
        );
    Table::new("tune", "a target", columns)
}

/// The columns of `tune_parameters.csv`.
pub fn parameter_table<'a>(scenario: &'a str) -> Table<'a, &'a TunedParameter> {
    let columns = keyed(scenario, |row: &&'a TunedParameter| row.free.path.clone())
        .id("path", "TOML path", |row| &row.free.path)
        .exact("before", OF_NUMBER, "value in the file", |row| row.before)
        .exact("after", OF_NUMBER, "value in the tuned file", |row| row.after)
        .exact("low", OF_NUMBER, "lower bound", |row| row.free.low)
        .exact("high", OF_NUMBER, "upper bound", |row| row.free.high)
        .text(
            "scale",
            "scale on which the number was varied and on which the prior is uniform: logarithmic if low is above 0 and high is at least ten times low, else linear",
            |row| row.free.scale().word(),
        )
        .text(
            "at_bound",
            "low or high if the tuned number is at that bound; the optimum may lie beyond it",
            |row| row.at_bound.map(RangeEnd::word),
        )
        .estimate(
            "standard_error",
            OF_NUMBER,
            "standard error in the fit, with the tolerances as standard errors of the targets; empty if the targets do not identify the number",
            |row| row.standard_error,
        )
        .text(
            "not_pinned_down",
            "idle if the number moves no target by a tenth of its tolerance; not_identifiable if other free parameters can compensate for it",
            |row| (!row.identifiability.is_empty()).then_some(row.identifiability),
        );
    Table::new("tune_parameters", "a free parameter", columns)
}

/// A row of `evaluations.csv`.
struct EvaluationRow<'a> {
    number: u64,
    fingerprint: u64,
    sum_of_squares: Option<f64>,
    evaluation: &'a Evaluation,
}

impl<'a> EvaluationRow<'a> {
    fn all(
        problem: &TuningProblem<'_>,
        tuning: &'a Tuning,
    ) -> impl Iterator<Item = EvaluationRow<'a>> {
        let fingerprint = problem.evaluations_fingerprint();
        let targets = problem.targets;
        let rows = (1..).zip(&tuning.evaluations);
        rows.map(move |(number, evaluation)| EvaluationRow {
            number,
            fingerprint,
            sum_of_squares: evaluation.result.sum_of_squares(targets),
            evaluation,
        })
    }
}

/// The columns of `evaluations.csv`.
fn evaluation_table<'a>(
    scenario: &'a str,
    free: &[FreeNumber],
    targets: &[Target],
) -> Table<'a, EvaluationRow<'a>> {
    let mut columns = keyed(scenario, |row: &EvaluationRow<'a>| {
        format!("evaluation_{}", row.number)
    })
        .id(
            "fingerprint",
            "hash of the scenario, its --set values, the engine version, the free parameters and the targets, hexadecimal; evaluations with the same fingerprint, seed, runs and values are reused from evaluations.jsonl instead of simulated again",
            |row| format!("{:#018x}", row.fingerprint),
        )
        .id("seed", "seed, hexadecimal", |row| {
            format!("{:#x}", row.evaluation.seed.0)
        })
        .count("n_runs", "runs", "runs of the evaluation", |row| {
            row.evaluation.n_runs
        })
        .text(
            "purpose",
            "file (the numbers of the file), start (a local search begins), rough_jacobian (first derivatives, with fewer runs), jacobian (derivatives at another point), step (of a local search), explore (a sample of all ranges, with fewer runs), tuned (the tuned file) or particle (of the posterior)",
            |row| row.evaluation.purpose.word(),
        )
        .text(
            "status",
            "evaluated, rejected (the scenario is invalid with these numbers) or faulted (more than 0.1 % of the runs gave a non-finite number)",
            |row| row.evaluation.result.status.word(),
        )
        .exact(
            "sum_of_squares",
            "tolerances squared",
            "objective: sum over the targets of weight * ((value - target) / tolerance)^2",
            |row| row.sum_of_squares,
        );
    for (index, free) in free.iter().enumerate() {
        let meaning = "value of the free parameter with this TOML path";
        columns = columns.exact(free.path.clone(), OF_NUMBER, meaning, move |row| {
            row.evaluation.values[index]
        });
    }
    for (index, target) in targets.iter().enumerate() {
        let meaning = "value of the target; empty for the mean day of an outcome that never occurs";
        columns = columns.exact(target.column(), OF_TARGET, meaning, move |row| {
            row.evaluation.result.estimates[index]
        });
    }
    Table::new("evaluations", "an evaluation, in order", columns)
}

/// The columns of `posterior.csv`.
fn posterior_table<'a>(scenario: &'a str, free: &[FreeNumber]) -> Table<'a, (u64, &'a Particle)> {
    let mut columns = keyed(scenario, |row: &(u64, &'a Particle)| {
        format!("particle_{}", row.0)
    })
    .count("particle", "", "number of the particle, from 1", |row| {
        row.0
    })
    .exact(
        "weight",
        "share, 0 to 1",
        "weight; the weights sum to 1",
        |row| row.1.weight,
    )
    .estimate(
        "distance",
        "tolerances",
        "largest distance from a target in its one trial, which used independent random numbers",
        |row| row.1.distance,
    );
    for (index, free) in free.iter().enumerate() {
        let meaning = "value of the free parameter with this TOML path";
        columns = columns.exact(free.path.clone(), OF_NUMBER, meaning, move |row| {
            row.1.point[index]
        });
    }
    Table::new(
        "posterior",
        "a particle: free parameters with which the targets are within their tolerances (only with --posterior)",
        columns,
    )
}

/// A row of `posterior_summary.csv`.
pub struct SummaryRow<'a> {
    free: &'a FreeNumber,
    n_particles: u64,
    effective_particles: f64,
    summary: PosteriorSummary,
}

/// The rows of `posterior_summary.csv`; none without a posterior.
pub fn summary_rows<'a>(free: &'a [FreeNumber], tuning: &Tuning) -> Vec<SummaryRow<'a>> {
    let particles = tuning
        .reached_posterior()
        .into_iter()
        .flat_map(|one| &one.particles);
    let particles: Vec<Particle> = particles.cloned().collect();
    let summaries = free.iter().zip(posterior_summary(free, tuning));
    summaries
        .map(|(free, summary)| SummaryRow {
            free,
            n_particles: particles.len() as u64,
            effective_particles: effective_particles(&particles),
            summary,
        })
        .collect()
}

/// The columns of `posterior_summary.csv`.
pub fn posterior_summary_table<'a>(
    scenario: &'a str,
    free: &[FreeNumber],
) -> Table<'a, SummaryRow<'a>> {
    let mut columns = keyed(scenario, |row: &SummaryRow<'a>| row.free.path.clone())
        .id("path", "TOML path", |row| &row.free.path)
        .exact("low", OF_NUMBER, "lower bound", |row| row.free.low)
        .exact("high", OF_NUMBER, "upper bound", |row| row.free.high)
        .count("n_particles", "particles", "number of particles", |row| {
            row.n_particles
        })
        .estimate(
            "effective_particles",
            "particles",
            "effective sample size of the weighted particles",
            |row| row.effective_particles,
        )
        .estimate(
            "mean",
            OF_NUMBER,
            "weighted mean over the particles",
            |row| row.summary.mean,
        )
        .estimate("sd", OF_NUMBER, "weighted standard deviation", |row| {
            row.summary.sd
        })
        .estimate("p05", OF_NUMBER, "weighted 5th percentile", |row| {
            row.summary.p05
        })
        .estimate("p50", OF_NUMBER, "the same for half", |row| row.summary.p50)
        .estimate("p95", OF_NUMBER, "the same for 95 %", |row| row.summary.p95);
    for (index, free) in free.iter().enumerate() {
        let name = format!("correlation_{}", free.path);
        let meaning = "weighted correlation with the free parameter of this path; near 1 or -1 the two are not separately identifiable; empty if one does not vary";
        columns = columns.estimate(name, "correlation, -1 to 1", meaning, move |row| {
            row.summary.correlations[index]
        });
    }
    Table::new(
        "posterior_summary",
        "a free parameter (only with --posterior)",
        columns,
    )
}
