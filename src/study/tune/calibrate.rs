//! Searches for the numbers that reach the targets, and writes them into the text.

use super::check::{check_bounds, find_numbers};
use super::edit::{self, NumberLiteral};
use super::error::TuneError;
use super::evaluation::{Evaluation, EvaluationResult};
use super::free::FreeNumber;
use super::identifiability::Identifiability;
use super::log::EvaluationLog;
use super::model::Model;
use super::posterior::sample_posterior;
use super::problem::{TuneSettings, TuningProblem};
use super::result::{RangeEnd, TunedParameter, TunedTarget, Tuning};
use super::targets::{Target, TargetEstimate};
use super::warnings::{identifiability_warnings, result_warnings};
use crate::base::random::keyed::KeyedStream;
use crate::optimize::objective::{EvaluationPurpose, Minimum};
use crate::study::{Simulator, Stopped, streams};

/// Calibrates the free parameters to the targets. If it is stopped, the result is the best point so far.
///
/// # Errors
/// If a free parameter is invalid, no point could be evaluated, or an evaluation cannot be recorded.
pub fn tune(
    problem: TuningProblem<'_>,
    settings: &TuneSettings,
    log: &mut EvaluationLog,
    simulator: &mut Simulator<'_>,
) -> Result<Tuning, TuneError> {
    let tuned = calibrate(problem, settings, log, simulator);
    log.check().map_err(TuneError::Record)?;
    tuned
}

fn calibrate(
    problem: TuningProblem<'_>,
    settings: &TuneSettings,
    log: &mut EvaluationLog,
    simulator: &mut Simulator<'_>,
) -> Result<Tuning, TuneError> {
    let numbers = find_numbers(&problem)?;
    let mut warnings = check_bounds(&problem, &numbers)?;
    let mut model = Model::new(problem, log, simulator);
    let file_values: Vec<f64> = numbers.iter().map(|number| number.value).collect();
    let purpose = EvaluationPurpose::Initial;
    let before = model
        .evaluate(&file_values, problem.seed, problem.n_runs, purpose)
        .map_err(|Stopped| TuneError::Stopped)?;
    let searched = search(&mut model, settings, &file_values);
    let mut tuning = match searched {
        Ok(None) => return Err(TuneError::NoEvaluation),
        Ok(Some(minimum)) => match finish(&mut model, &minimum, &numbers) {
            Ok(finished) => finished,
            Err(Stopped) => best_so_far(&model, &numbers)?,
        },
        Err(Stopped) => best_so_far(&model, &numbers)?,
    };
    for (row, before) in tuning.targets.iter_mut().zip(&before.estimates) {
        row.before = *before;
    }
    if let (true, Some(settings)) = (tuning.is_complete, settings.posterior) {
        match sample_posterior(&mut model, settings) {
            Ok(posterior) => tuning.posterior = Some(posterior),
            Err(Stopped) => tuning.is_complete = false,
        }
    }
    tuning.n_reused = model.log.n_reused;
    tuning.evaluations.clone_from(&model.log.requested);
    warnings.append(&mut tuning.warnings);
    warnings.extend(result_warnings(&tuning));
    tuning.warnings = warnings;
    Ok(tuning)
}

/// Searches from the numbers of the file; `None` if no point could be evaluated.
fn search(
    model: &mut Model<'_, '_>,
    settings: &TuneSettings,
    file_values: &[f64],
) -> Result<Option<Minimum>, Stopped> {
    let parts = model.problem.free.iter().zip(file_values);
    let start: Vec<f64> = parts
        .map(|(free, &value)| free.unit_coordinate(value))
        .collect();
    let targets = model.problem.targets.iter();
    let tolerances: Vec<f64> = targets.map(Target::residual_of_tolerance).collect();
    let mut stream = KeyedStream::new(model.problem.seed, streams::TUNE_SEARCH);
    let mut residuals = |point: &[f64], purpose| model.residuals(point, purpose);
    crate::optimize::search::search(
        &start,
        &tolerances,
        settings.n_evaluations,
        &mut stream,
        &mut residuals,
    )
}

/// Writes the minimum into the text with rounded numbers and simulates that text.
fn finish(
    model: &mut Model<'_, '_>,
    minimum: &Minimum,
    numbers: &[NumberLiteral],
) -> Result<Tuning, Stopped> {
    let problem = model.problem;
    let identifiability = Identifiability::new(&minimum.jacobian);
    let values = model.values(&minimum.point);
    let purpose = EvaluationPurpose::Step;
    let unrounded = model.evaluate(&values, problem.seed, problem.n_runs, purpose)?;
    let is_met = |estimates: &[Option<f64>]| -> Vec<bool> {
        let parts = problem.targets.iter().zip(estimates);
        parts.map(|(target, &value)| target.is_met(value)).collect()
    };
    let max_derivative = |index: usize| {
        minimum.jacobian[index]
            .iter()
            .fold(0.0_f64, |max, x| max.max(x.abs()))
    };
    let round = |index: usize| {
        let (free, is_whole) = (&problem.free[index], numbers[index].is_whole);
        edit::rounded_literal(free, values[index], max_derivative(index), is_whole)
    };
    let literals = number_literals(&problem, numbers, &values, round);
    let (text, estimates) = simulate_text(model, numbers, &literals)?;
    let after: Vec<Option<f64>> = estimates
        .iter()
        .map(|one| one.map(|one| one.value))
        .collect();
    // The rounding error is bounded by the Jacobian; if it misleads, all digits are written.
    let is_lost = is_met(&unrounded.estimates)
        .into_iter()
        .zip(is_met(&after))
        .any(|(unrounded, rounded)| unrounded && !rounded);
    let (text, estimates) = if is_lost {
        let exact = |index: usize| edit::literal(values[index], numbers[index].is_whole);
        let literals = number_literals(&problem, numbers, &values, exact);
        simulate_text(model, numbers, &literals)?
    } else {
        (text, estimates)
    };
    let mut tuning = tuning(&problem, numbers, text, &estimates);
    tuning.termination = Some(minimum.termination);
    tuning.is_complete = true;
    for (index, row) in tuning.parameters.iter_mut().enumerate() {
        let error = identifiability.standard_errors[index];
        row.standard_error = error.map(|error| error * row.free.derivative(row.after).abs());
        if identifiability.idle.contains(&index) {
            row.identifiability = "idle";
        } else if error.is_none() {
            row.identifiability = "not_identifiable";
        }
    }
    tuning.warnings = identifiability_warnings(&problem, &identifiability);
    Ok(tuning)
}

/// The literals of all numbers. An unchanged number keeps its literal.
fn number_literals(
    problem: &TuningProblem<'_>,
    numbers: &[NumberLiteral],
    values: &[f64],
    literal: impl Fn(usize) -> String,
) -> Vec<String> {
    let one = |index: usize| {
        let (number, value) = (&numbers[index], values[index]);
        if (value - number.value).abs() <= 1e-8 * value.abs() {
            problem.text[number.range.clone()].to_owned()
        } else {
            literal(index)
        }
    };
    (0..values.len()).map(one).collect()
}

/// Simulates the text with these literals, from the text itself.
fn simulate_text(
    model: &mut Model<'_, '_>,
    numbers: &[NumberLiteral],
    literals: &[String],
) -> Result<(String, Vec<Option<TargetEstimate>>), Stopped> {
    let problem = model.problem;
    let text = edit::replace(problem.text, numbers, literals);
    let (seed, n_runs) = (problem.seed, problem.n_runs);
    let (status, estimates) = model.simulate_text(&text, seed, n_runs)?;
    let values = estimates.iter().map(|one| one.map(|one| one.value));
    model.log.add(Evaluation {
        purpose: EvaluationPurpose::Final,
        seed,
        n_runs,
        values: read_values(&problem, &text),
        result: EvaluationResult {
            status,
            estimates: values.collect(),
        },
    });
    Ok((text, estimates))
}

/// The values of the free parameters in a text.
fn read_values(problem: &TuningProblem<'_>, text: &str) -> Vec<f64> {
    let value = |free: &FreeNumber| edit::find(text, &free.path).map(|number| number.value);
    let values: Result<Vec<f64>, TuneError> = problem.free.iter().map(value).collect();
    values.expect("numbers were replaced by numbers")
}

/// The result with a text and its estimates.
fn tuning(
    problem: &TuningProblem<'_>,
    numbers: &[NumberLiteral],
    text: String,
    estimates: &[Option<TargetEstimate>],
) -> Tuning {
    let rows = problem.targets.iter().zip(estimates);
    let targets = rows.map(|(target, estimate)| TunedTarget {
        target: target.clone(),
        before: None,
        after: estimate.map(|estimate| estimate.value),
        standard_error: estimate.and_then(|estimate| estimate.standard_error),
        is_met: target.is_met(estimate.map(|estimate| estimate.value)),
    });
    let values = read_values(problem, &text);
    let rows = problem.free.iter().zip(numbers).zip(values);
    let parameters = rows.map(|((free, number), after)| TunedParameter {
        free: free.clone(),
        before: number.value,
        after,
        at_bound: match after {
            after if after == free.low => Some(RangeEnd::Low),
            after if after == free.high => Some(RangeEnd::High),
            _ => None,
        },
        standard_error: None,
        identifiability: "",
    });
    Tuning {
        targets: targets.collect(),
        parameters: parameters.collect(),
        text,
        termination: None,
        posterior: None,
        evaluations: Vec::new(),
        n_reused: 0,
        is_complete: false,
        warnings: Vec::new(),
    }
}

/// The best full evaluation within the bounds when the search was stopped.
fn best_so_far(model: &Model<'_, '_>, numbers: &[NumberLiteral]) -> Result<Tuning, TuneError> {
    let problem = model.problem;
    let is_within_bounds = |row: &&Evaluation| {
        let mut parts = problem.free.iter().zip(&row.values);
        parts.all(|(free, value)| (free.low..=free.high).contains(value))
    };
    let is_full = |row: &&Evaluation| (row.seed, row.n_runs) == (problem.seed, problem.n_runs);
    let requested = model.log.requested.iter();
    let sums = requested.filter(is_full).filter(is_within_bounds);
    let sums = sums.filter_map(|row| Some((row.result.sum_of_squares(problem.targets)?, row)));
    let (_, best) = sums
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .ok_or(TuneError::Stopped)?;
    let exact = |index: usize| edit::literal(best.values[index], numbers[index].is_whole);
    let literals = number_literals(&problem, numbers, &best.values, exact);
    let text = edit::replace(problem.text, numbers, &literals);
    let estimate = |value: &Option<f64>| {
        value.map(|value| TargetEstimate {
            value,
            standard_error: None,
        })
    };
    let estimates: Vec<_> = best.result.estimates.iter().map(estimate).collect();
    Ok(tuning(&problem, numbers, text, &estimates))
}
