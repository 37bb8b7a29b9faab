//! Multistart search: a trust region from the given point, then restarts found by CMA-ES.
//!
//! A [`trust_region`](super::trust_region) starts from the given point. If it converges outside the
//! tolerances, [CMA-ES](super::cma_es) samples the whole cube for the starting point of another one,
//! with twice as many samples each time, until two trust regions end at the same minimum or the
//! evaluation limit is reached. CMA-ES evaluates with few runs, since only the ranking of the
//! samples counts. The result has the smallest objective that was found, and its Jacobian.

use super::cma_es::CmaEs;
use super::objective::{
    EvaluationPurpose, Minimum, ObjectiveEvaluator, Residuals, Termination, sum_of_squares,
};
use super::trust_region::{MIN_DIFFERENCE, jacobian, minimize};
use crate::base::random::keyed::KeyedStream;

/// Maximum number of restarts.
const MAX_RESTARTS: usize = 4;
/// Spread of the first samples of CMA-ES.
const FIRST_SPREAD: f64 = 0.3;
/// Spread at which a trust region does better than CMA-ES.
const LAST_SPREAD: f64 = 0.03;
/// Two minima are the same if no coordinate differs by more than this …
const SAME_POINT: f64 = 0.02;
/// … or the objectives differ by no more than this, relative to one of them.
const SAME_OBJECTIVE: f64 = 0.01;

/// Searches from a starting point with at most `n_evaluations` evaluations, and a few more for the
/// Jacobian at the end. `tolerances` are the residuals at which a target is just met. `None` if no
/// point could be evaluated.
///
/// # Errors
/// The error of the function.
pub fn search<E>(
    start: &[f64],
    tolerances: &[f64],
    n_evaluations: u64,
    stream: &mut KeyedStream,
    residuals: &mut Residuals<'_, E>,
) -> Result<Option<Minimum>, E> {
    let mut evaluator = ObjectiveEvaluator {
        n_left: n_evaluations,
        tolerances,
        residuals,
    };
    let mut best = minimize(&mut evaluator, start.to_vec())?;
    let mut n_samples = CmaEs::default_samples(start.len());
    for _ in 0..MAX_RESTARTS {
        if best
            .as_ref()
            .is_some_and(|best| best.termination != Termination::Converged)
        {
            break;
        }
        let Some(start) = explore(&mut evaluator, start.len(), n_samples, stream)? else {
            // The minimum is local; there are too few evaluations to look for a better one.
            best.iter_mut()
                .for_each(|best| best.termination = Termination::EvaluationLimit);
            break;
        };
        n_samples *= 2;
        let Some(found) = minimize(&mut evaluator, start)? else {
            continue;
        };
        let is_same = best
            .as_ref()
            .is_some_and(|best| is_same_minimum(&found, best));
        if best
            .as_ref()
            .is_none_or(|best| found.objective() < best.objective())
        {
            best = Some(found);
        }
        if is_same {
            break;
        }
    }
    let Some(mut found) = best else {
        return Ok(None);
    };
    evaluator.n_left = u64::MAX;
    found.jacobian = jacobian(
        &mut evaluator,
        &found.point,
        &found.residuals,
        MIN_DIFFERENCE,
        EvaluationPurpose::Jacobian,
    )?;
    Ok(Some(found))
}

/// The starting point of another trust region; `None` if too few evaluations are left for finding
/// it and starting there, or no sample could be evaluated.
fn explore<E>(
    evaluator: &mut ObjectiveEvaluator<'_, '_, E>,
    n_parameters: usize,
    n_samples: usize,
    stream: &mut KeyedStream,
) -> Result<Option<Vec<f64>>, E> {
    // A trust region needs about two Jacobians and some steps.
    let reserve = 2 * (n_parameters as u64 + 1) + 4;
    let mut strategy = CmaEs::new(vec![0.5; n_parameters], FIRST_SPREAD, n_samples);
    let mut best: Option<(f64, Vec<f64>)> = None;
    while strategy.spread() > LAST_SPREAD {
        let samples = strategy.sample(stream).to_vec();
        if evaluator.n_left < reserve + samples.len() as u64 {
            break;
        }
        let mut values = Vec::with_capacity(samples.len());
        let mut is_within = false;
        for point in samples {
            let residuals = evaluator.evaluate(&point, EvaluationPurpose::Explore)?;
            let value = residuals.as_deref().map_or(f64::INFINITY, sum_of_squares);
            is_within |= residuals.is_some_and(|residuals| evaluator.distance(&residuals) <= 1.0);
            values.push(value);
            if value < best.as_ref().map_or(f64::INFINITY, |best| best.0) {
                best = Some((value, point));
            }
        }
        if is_within {
            break;
        }
        strategy.update(&values);
    }
    Ok(best.map(|best| best.1))
}

fn is_same_minimum(one: &Minimum, other: &Minimum) -> bool {
    let parts = one.point.iter().zip(&other.point);
    let is_near = parts.into_iter().all(|(x, y)| (x - y).abs() <= SAME_POINT);
    let difference = (one.objective() - other.objective()).abs();
    is_near || difference <= SAME_OBJECTIVE * other.objective()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Seed;
    use std::convert::Infallible;

    fn find(
        start: &[f64],
        n_evaluations: u64,
        mut residuals: impl FnMut(&[f64]) -> Option<Vec<f64>>,
    ) -> (Minimum, u64) {
        let mut n = 0;
        let mut stream = KeyedStream::new(Seed(1), "test");
        let mut evaluate = |point: &[f64], _: EvaluationPurpose| {
            n += 1;
            assert!(point.iter().all(|x| (0.0..=1.0).contains(x)), "{point:?}");
            Ok::<_, Infallible>(residuals(point))
        };
        let Ok(found) = search(start, &[1.0; 9], n_evaluations, &mut stream, &mut evaluate);
        (found.unwrap(), n)
    }

    /// A wave with local minima at every fifth; the global minimum is at 0.8.
    fn wave(x: f64) -> f64 {
        let off = (x - 0.8).abs();
        let phase = 5.0 * off - (5.0 * off).floor();
        5.0 * off + 60.0 * phase * (1.0 - phase)
    }

    #[test]
    fn global_minimum_is_found_among_local_ones() {
        let (found, n) = find(&[0.4, 0.1], 200, |x| {
            Some(vec![wave(x[0]), 30.0 * (x[1] - 0.5)])
        });
        assert_eq!(found.termination, Termination::WithinTolerances);
        assert!((found.point[0] - 0.8).abs() < 0.01, "{:?}", found.point);
        assert!(n < 160, "{n} evaluations");
    }

    #[test]
    fn search_converges_when_two_trust_regions_agree() {
        let (found, n) = find(&[0.2, 0.2], 1_000, |x| {
            Some(vec![
                20.0 * (x[0] - 0.4),
                20.0 * (x[0] - 0.6),
                20.0 * (x[1] - 0.3),
            ])
        });
        assert_eq!(found.termination, Termination::Converged);
        assert!((found.point[0] - 0.5).abs() < 1e-3, "{:?}", found.point);
        assert!(n < 150, "{n} evaluations");
    }

    /// Evaluations with few runs are biased by some tolerances; the minimum is right nevertheless.
    #[test]
    fn rough_evaluations_do_not_bias_the_minimum() {
        let mut n_full = 0;
        let mut evaluate = |point: &[f64], purpose: EvaluationPurpose| {
            let off = if purpose.is_rough() { 3.0 } else { 0.0 };
            n_full += u32::from(!purpose.is_rough());
            let [x, y] = [point[0], point[1]];
            let residuals = vec![60.0 * (x * y - 0.3) + off, 90.0 * (x - y * y) - off];
            Ok::<_, Infallible>(Some(residuals))
        };
        let mut stream = KeyedStream::new(Seed(1), "test");
        let Ok(found) = search(&[0.9, 0.2], &[1.0; 2], 200, &mut stream, &mut evaluate);
        let found = found.unwrap();
        assert_eq!(found.termination, Termination::WithinTolerances);
        assert!(found.residuals.iter().all(|x| x.abs() <= 1.0), "{found:?}");
        // The start, some steps, and the final Jacobian.
        assert!(n_full < 12, "{n_full} full evaluations");
    }

    /// A residual with a small tolerance must come within that tolerance.
    #[test]
    fn residual_with_a_small_tolerance_is_reduced() {
        // Its residual at the start, 0.15, is within the tolerance of the other.
        let mut evaluate = |point: &[f64], _: EvaluationPurpose| {
            Ok::<_, Infallible>(Some(vec![10.0 * (point[0] - 0.5), point[1] - 0.75]))
        };
        let mut stream = KeyedStream::new(Seed(1), "test");
        let Ok(found) = search(&[0.5, 0.6], &[1.0, 0.1], 100, &mut stream, &mut evaluate);
        let found = found.unwrap();
        assert_eq!(found.termination, Termination::WithinTolerances);
        assert!(found.residuals[1].abs() <= 0.1, "{found:?}");
    }

    #[test]
    fn linear_residuals_take_two_steps() {
        let center = [0.3, 0.9, 0.55, 0.05];
        let (found, n) = find(&[0.5; 4], 100, |x| {
            Some(x.iter().zip(center).map(|(x, c)| 100.0 * (x - c)).collect())
        });
        assert_eq!(found.termination, Termination::WithinTolerances);
        for (x, c) in found.point.iter().zip(center) {
            assert!((x - c).abs() < 1e-3, "{:?}", found.point);
        }
        // The start, one Jacobian, two steps, and the final Jacobian.
        assert!(n <= 1 + 5 + 2 + 4, "{n} evaluations");
    }

    #[test]
    fn rosenbrock_function_is_minimized() {
        // On [−2, 2]², whose minimum is at (1, 1); a residual of 0.25 is small enough.
        let (found, n) = find(&[0.2, 0.75], 200, |u| {
            let [x, y] = [u[0], u[1]].map(|u| 4.0 * u - 2.0);
            Some(vec![10.0 * (1.0 - x), 100.0 * (y - x * x)])
        });
        assert_eq!(found.termination, Termination::WithinTolerances);
        assert!((found.point[0] - 0.75).abs() < 0.015, "{:?}", found.point);
        assert!((found.point[1] - 0.75).abs() < 0.015, "{:?}", found.point);
        assert!(n < 100, "{n} evaluations");
    }

    #[test]
    fn minimum_beyond_a_bound_is_found_at_the_bound() {
        let (found, _) = find(&[0.5, 0.5], 100, |x| {
            Some(vec![10.0 * (x[0] - 1.4), 10.0 * (x[1] - x[0] + 0.5)])
        });
        assert_eq!(found.termination, Termination::Converged);
        assert_eq!(found.point[0], 1.0);
        assert!((found.point[1] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn points_that_cannot_be_evaluated_are_skipped() {
        let (found, _) = find(&[0.2, 0.2], 100, |x| {
            (x[0] + x[1] < 1.0).then(|| vec![20.0 * (x[0] - 0.6), 20.0 * (x[1] - 0.38)])
        });
        assert_eq!(found.termination, Termination::WithinTolerances);
    }

    #[test]
    fn plateau_is_left_by_a_restart() {
        // Constant up to 0.7, so the first trust region cannot move.
        let (found, _) = find(&[0.1], 100, |x| Some(vec![50.0 * (x[0].max(0.7) - 0.9)]));
        assert_eq!(found.termination, Termination::WithinTolerances);
    }

    #[test]
    fn evaluation_limit_is_kept() {
        let (found, n) = find(&[0.1, 0.1], 12, |x| {
            Some(vec![9.0 * (x[0] * x[0] - 3.0), x[1] * x[0] - 8.0])
        });
        assert_eq!(found.termination, Termination::EvaluationLimit);
        assert!(n <= 12 + 2, "{n}");
    }
}
