//! Gauss–Newton trust region within bounds.
//!
//! It takes a starting point in [0, 1]ⁿ and returns a point that no step improves. A step minimizes
//! the linear model of the residuals within the bounds and the trust region, which is a cube (Conn,
//! Gould & Toint 2000; Nocedal & Wright 2006, chapter 10). The Jacobian is a finite difference,
//! which costs one evaluation per parameter, so it is computed rarely: after a step it is updated by
//! Broyden's method (1965). It is computed again where the model misleads, first with few runs and,
//! if these show no better point, with all runs.

use super::objective::{
    EvaluationPurpose, Minimum, ObjectiveEvaluator, Termination, sum_of_squares,
};
use crate::base::linalg::{dot, gram};

/// Distance, in tolerances, at which a point needs no improvement. The residuals have steps of
/// their own, since runs are finite, and smaller improvements cannot be found.
const SMALL_DISTANCE: f64 = 0.25;
/// Radius of the first trust region.
const FIRST_RADIUS: f64 = 0.25;
/// Maximum radius of the trust region.
const MAX_RADIUS: f64 = 0.5;
/// Minimum length of a step.
const MIN_STEP: f64 = 1e-4;
/// Minimum relative reduction of the objective: a step that predicts less is not tried, and one
/// that achieves less is the last.
const MIN_REDUCTION: f64 = 1e-3;
/// Finite difference of the first Jacobian.
const FIRST_DIFFERENCE: f64 = 1.0 / 32.0;
/// Finite difference near the minimum.
pub const MIN_DIFFERENCE: f64 = 1.0 / 64.0;

/// How the current Jacobian was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum JacobianSource {
    /// There is none yet, or it misleads.
    Missing,
    /// Finite differences at this point with few runs.
    FewRuns,
    /// Finite differences at this point with all runs.
    AllRuns,
    /// A Broyden update after a step.
    Updated,
}

/// The result of a step.
enum StepResult {
    Accepted {
        point: Vec<f64>,
        residuals: Vec<f64>,
        step: Vec<f64>,
        /// Actual reduction of the objective divided by the predicted one.
        reduction_ratio: f64,
    },
    NoReduction,
    EvaluationLimit,
}

/// Minimizes from a starting point; `None` if it cannot be evaluated there.
///
/// # Errors
/// The error of the function.
pub fn minimize<E>(
    evaluator: &mut ObjectiveEvaluator<'_, '_, E>,
    start: Vec<f64>,
) -> Result<Option<Minimum>, E> {
    let Some(residuals) = evaluator.evaluate(&start, EvaluationPurpose::Start)? else {
        return Ok(None);
    };
    let mut current = Minimum {
        point: start,
        residuals,
        jacobian: Vec::new(),
        termination: Termination::Converged,
    };
    let (mut radius, mut difference) = (FIRST_RADIUS, FIRST_DIFFERENCE);
    let mut source = JacobianSource::Missing;
    // Few runs, until they show no better point.
    let mut purpose = EvaluationPurpose::RoughJacobian;
    loop {
        if evaluator.distance(&current.residuals) <= SMALL_DISTANCE {
            break;
        }
        if source == JacobianSource::Missing {
            if evaluator.n_left <= current.point.len() as u64 + 1 {
                current.termination = Termination::EvaluationLimit;
                break;
            }
            source = update_jacobian(evaluator, &mut current, difference, purpose)?;
        }
        match try_step(evaluator, &current, &mut radius, source)? {
            StepResult::Accepted {
                point,
                residuals,
                step,
                reduction_ratio,
            } => {
                let length = max_norm(&step);
                difference = (length / 2.0).clamp(MIN_DIFFERENCE, FIRST_DIFFERENCE);
                broyden_update(&mut current, &residuals, &step);
                let reduction = current.objective() - sum_of_squares(&residuals);
                let is_last = source == JacobianSource::AllRuns
                    && reduction < MIN_REDUCTION * current.objective();
                (current.point, current.residuals) = (point, residuals);
                if is_last {
                    break;
                }
                source = if reduction_ratio < 0.25 {
                    JacobianSource::Missing
                } else {
                    JacobianSource::Updated
                };
            }
            // Within the tolerances, a new Jacobian would cost more evaluations than it saves.
            StepResult::NoReduction if evaluator.distance(&current.residuals) <= 1.0 => break,
            StepResult::NoReduction if source == JacobianSource::Updated => {
                source = JacobianSource::Missing;
            }
            StepResult::NoReduction if source == JacobianSource::FewRuns => {
                (source, purpose) = (JacobianSource::Missing, EvaluationPurpose::Jacobian);
            }
            StepResult::NoReduction => break,
            StepResult::EvaluationLimit => {
                current.termination = Termination::EvaluationLimit;
                break;
            }
        }
    }
    if evaluator.distance(&current.residuals) <= 1.0 {
        current.termination = Termination::WithinTolerances;
    }
    Ok(Some(current))
}

/// Computes the Jacobian at the current point, with few runs if the purpose is rough and the point
/// can be evaluated with them.
fn update_jacobian<E>(
    evaluator: &mut ObjectiveEvaluator<'_, '_, E>,
    current: &mut Minimum,
    difference: f64,
    purpose: EvaluationPurpose,
) -> Result<JacobianSource, E> {
    if purpose.is_rough()
        && let Some(residuals) = evaluator.evaluate(&current.point, purpose)?
    {
        current.jacobian = jacobian(evaluator, &current.point, &residuals, difference, purpose)?;
        return Ok(JacobianSource::FewRuns);
    }
    current.jacobian = jacobian(
        evaluator,
        &current.point,
        &current.residuals,
        difference,
        EvaluationPurpose::Jacobian,
    )?;
    Ok(JacobianSource::AllRuns)
}

/// Finds a point with a smaller objective. The trust region shrinks until there is one or the step
/// is too short. With an updated Jacobian it is not shrunk: the Jacobian is to be computed first.
fn try_step<E>(
    evaluator: &mut ObjectiveEvaluator<'_, '_, E>,
    current: &Minimum,
    radius: &mut f64,
    source: JacobianSource,
) -> Result<StepResult, E> {
    let objective = current.objective();
    loop {
        let step = bounded_step(current, *radius);
        let prediction = linear_prediction(&current.residuals, &current.jacobian, &step);
        let predicted_reduction = objective - sum_of_squares(&prediction);
        let length = max_norm(&step);
        if length < MIN_STEP || predicted_reduction <= MIN_REDUCTION * objective {
            return Ok(StepResult::NoReduction);
        }
        if evaluator.n_left == 0 {
            return Ok(StepResult::EvaluationLimit);
        }
        let moved = current.point.iter().zip(&step);
        let point: Vec<f64> = moved.map(|(x, s)| (x + s).clamp(0.0, 1.0)).collect();
        let evaluated = evaluator.evaluate(&point, EvaluationPurpose::Step)?;
        let reduced = evaluated.and_then(|residuals| {
            let ratio = (objective - sum_of_squares(&residuals)) / predicted_reduction;
            (ratio > 0.0).then_some((ratio, residuals))
        });
        match reduced {
            Some((reduction_ratio, residuals)) => {
                if reduction_ratio > 0.75 && length > 0.99 * *radius {
                    *radius = (2.0 * *radius).min(MAX_RADIUS);
                } else if reduction_ratio < 0.25 {
                    *radius = length / 2.0;
                }
                return Ok(StepResult::Accepted {
                    point,
                    residuals,
                    step,
                    reduction_ratio,
                });
            }
            None if source == JacobianSource::Updated => return Ok(StepResult::NoReduction),
            None if source == JacobianSource::FewRuns && length < MIN_DIFFERENCE => {
                // A Jacobian with all runs follows; its first step shall not be too short.
                *radius = FIRST_DIFFERENCE;
                return Ok(StepResult::NoReduction);
            }
            None => *radius = length / 4.0,
        }
    }
}

/// The Jacobian by forward differences towards the farther bound; backward where the forward point
/// cannot be evaluated, and 0 where neither can. The result is indexed by parameter, then residual.
///
/// # Errors
/// The error of the function.
pub fn jacobian<E>(
    evaluator: &mut ObjectiveEvaluator<'_, '_, E>,
    point: &[f64],
    residuals: &[f64],
    difference: f64,
    purpose: EvaluationPurpose,
) -> Result<Vec<Vec<f64>>, E> {
    let mut jacobian = Vec::with_capacity(point.len());
    for axis in 0..point.len() {
        let inward = if point[axis] <= 0.5 { 1.0 } else { -1.0 };
        let mut derivatives = vec![0.0; residuals.len()];
        for distance in [inward * difference, -inward * difference] {
            let mut neighbor = point.to_vec();
            neighbor[axis] += distance;
            if !(0.0..=1.0).contains(&neighbor[axis]) {
                continue;
            }
            if let Some(others) = evaluator.evaluate(&neighbor, purpose)? {
                let pairs = others.iter().zip(residuals);
                derivatives = pairs
                    .map(|(there, here)| (there - here) / distance)
                    .collect();
                break;
            }
        }
        jacobian.push(derivatives);
    }
    Ok(jacobian)
}

/// Broyden's update: the smallest change of the Jacobian that agrees with the residuals after the
/// step.
fn broyden_update(current: &mut Minimum, residuals: &[f64], step: &[f64]) {
    let predicted = linear_prediction(&current.residuals, &current.jacobian, step);
    let square = sum_of_squares(step);
    for (derivatives, step) in current.jacobian.iter_mut().zip(step) {
        let pairs = residuals.iter().zip(&predicted);
        for (derivative, (actual, predicted)) in derivatives.iter_mut().zip(pairs) {
            *derivative += (actual - predicted) * step / square;
        }
    }
}

fn max_norm(step: &[f64]) -> f64 {
    step.iter().fold(0.0, |max, x| x.abs().max(max))
}

/// The residuals after a step, by the linear model.
fn linear_prediction(residuals: &[f64], jacobian: &[Vec<f64>], step: &[f64]) -> Vec<f64> {
    let mut predicted = residuals.to_vec();
    for (derivatives, step) in jacobian.iter().zip(step) {
        for (residual, derivative) in predicted.iter_mut().zip(derivatives) {
            *residual += derivative * step;
        }
    }
    predicted
}

/// The step that minimizes the linear model's sum of squares within the bounds and the trust
/// region, by coordinate descent, which stays within them and converges, since the model is convex.
/// Parameters without influence are not moved.
fn bounded_step(current: &Minimum, radius: f64) -> Vec<f64> {
    const MAX_SWEEPS: usize = 2_000;
    let n = current.point.len();
    let curvature = gram(&current.jacobian);
    let mut gradient: Vec<f64> = current
        .jacobian
        .iter()
        .map(|derivatives| dot(derivatives, &current.residuals))
        .collect();
    let mut step = vec![0.0; n];
    for _ in 0..MAX_SWEEPS {
        let mut max_change = 0.0_f64;
        for i in 0..n {
            if !(curvature[i][i] > 0.0) {
                continue;
            }
            let low = (-radius).max(-current.point[i]);
            let high = radius.min(1.0 - current.point[i]);
            let optimum = (step[i] - gradient[i] / curvature[i][i]).clamp(low, high);
            let change = optimum - step[i];
            step[i] = optimum;
            max_change = max_change.max(change.abs());
            for (gradient, row) in gradient.iter_mut().zip(&curvature) {
                *gradient += row[i] * change;
            }
        }
        if max_change < 1e-10 {
            break;
        }
    }
    step
}
