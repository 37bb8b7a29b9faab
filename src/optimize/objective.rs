//! The objective that is minimized, and the types that all optimizers share.
//!
//! The objective is the sum of squares of the residuals at a point in [0, 1]ⁿ. It is deterministic:
//! the same point gives the same residuals.

use crate::base::linalg::dot;

/// Computes the residuals at a point in [0, 1]ⁿ; `None` if it cannot be evaluated there.
pub type Residuals<'a, E> =
    dyn FnMut(&[f64], EvaluationPurpose) -> Result<Option<Vec<f64>>, E> + 'a;

/// The purpose of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationPurpose {
    /// The point that the caller had before the search.
    Initial,
    /// The starting point of a trust region.
    Start,
    /// A difference of an approximate Jacobian, with few runs.
    RoughJacobian,
    /// A difference of the Jacobian, with all runs.
    Jacobian,
    /// A trial step of a trust region.
    Step,
    /// A sample of CMA-ES, with few runs.
    Explore,
    /// The result of the search, as the caller writes it.
    Final,
    /// A trial of the posterior.
    Particle,
}

impl EvaluationPurpose {
    /// Whether a part of the runs is enough.
    pub fn is_rough(self) -> bool {
        matches!(self, Self::RoughJacobian | Self::Explore)
    }
}

/// A local minimum of the objective.
#[derive(Clone, Debug)]
pub struct Minimum {
    /// Coordinates in [0, 1].
    pub point: Vec<f64>,
    /// Residuals at the point.
    pub residuals: Vec<f64>,
    /// Jacobian by parameter: the derivative of every residual with respect to its coordinate.
    pub jacobian: Vec<Vec<f64>>,
    /// Why the search ended here.
    pub termination: Termination,
}

impl Minimum {
    /// The objective: the sum of squares of the residuals.
    pub fn objective(&self) -> f64 {
        sum_of_squares(&self.residuals)
    }
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Termination {
    /// All residuals are within their tolerances.
    WithinTolerances,
    /// No better point was found.
    Converged,
    /// The evaluation limit was reached.
    EvaluationLimit,
}

impl Termination {
    /// The word for it in results.
    pub fn word(self) -> &'static str {
        match self {
            Termination::WithinTolerances => "within_tolerances",
            Termination::Converged => "converged",
            Termination::EvaluationLimit => "evaluation_limit",
        }
    }
}

/// Evaluates the residuals and counts the evaluations.
pub struct ObjectiveEvaluator<'r, 'a, E> {
    /// Number of evaluations left.
    pub n_left: u64,
    /// By residual: the absolute value at which it is just within its tolerance.
    pub tolerances: &'r [f64],
    /// The function to evaluate.
    pub residuals: &'r mut Residuals<'a, E>,
}

impl<E> ObjectiveEvaluator<'_, '_, E> {
    /// The residuals at a point; `None` if it cannot be evaluated there.
    ///
    /// # Errors
    /// The error of the function.
    pub fn evaluate(
        &mut self,
        point: &[f64],
        purpose: EvaluationPurpose,
    ) -> Result<Option<Vec<f64>>, E> {
        self.n_left = self.n_left.saturating_sub(1);
        (self.residuals)(point, purpose)
    }

    /// The largest absolute residual, in tolerances.
    pub fn distance(&self, residuals: &[f64]) -> f64 {
        let parts = residuals.iter().zip(self.tolerances);
        parts.fold(0.0, |max, (residual, one)| max.max(residual.abs() / one))
    }
}

/// The sum of squares.
pub fn sum_of_squares(residuals: &[f64]) -> f64 {
    dot(residuals, residuals)
}
