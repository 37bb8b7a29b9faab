//! One evaluation of the targets.

use super::targets::Target;
use crate::base::random::Seed;
use crate::optimize::objective::EvaluationPurpose;

/// One evaluation of the targets at values of the free parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The purpose for which it was first requested.
    pub purpose: EvaluationPurpose,
    /// Seed of the simulation.
    pub seed: Seed,
    /// Number of runs simulated.
    pub n_runs: u64,
    /// The values of the free parameters.
    pub values: Vec<f64>,
    /// The status and the estimates.
    pub result: EvaluationResult,
}

/// The result of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationResult {
    /// Whether the scenario could be simulated.
    pub status: EvaluationStatus,
    /// By target; `None` without a simulation, and for the mean day of an outcome that never occurred.
    pub estimates: Vec<Option<f64>>,
}

/// Whether an evaluation has estimates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationStatus {
    /// The scenario was simulated.
    Evaluated,
    /// The scenario is rejected with these values.
    Rejected,
    /// Too many runs faulted.
    Faulted,
}

impl EvaluationStatus {
    pub(super) const ALL: [Self; 3] = [Self::Evaluated, Self::Rejected, Self::Faulted];

    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Evaluated => "evaluated",
            Self::Rejected => "rejected",
            Self::Faulted => "faulted",
        }
    }
}

impl EvaluationPurpose {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Initial => "file",
            Self::Start => "start",
            Self::RoughJacobian => "rough_jacobian",
            Self::Jacobian => "jacobian",
            Self::Step => "step",
            Self::Explore => "explore",
            Self::Final => "tuned",
            Self::Particle => "particle",
        }
    }
}

impl EvaluationResult {
    /// The residuals; `None` without estimates.
    pub(super) fn residuals(&self, targets: &[Target]) -> Option<Vec<f64>> {
        (self.status == EvaluationStatus::Evaluated).then(|| {
            let parts = targets.iter().zip(&self.estimates);
            parts
                .map(|(target, &estimate)| target.residual(estimate))
                .collect()
        })
    }

    /// The sum of squares of the residuals; `None` without estimates.
    pub fn sum_of_squares(&self, targets: &[Target]) -> Option<f64> {
        let residuals = self.residuals(targets)?;
        Some(residuals.iter().map(|x| x * x).sum())
    }

    /// The largest distance of an estimate from its target, in tolerances; `None` without estimates.
    pub(super) fn max_distance(&self, targets: &[Target]) -> Option<f64> {
        (self.status == EvaluationStatus::Evaluated).then(|| {
            let parts = targets.iter().zip(&self.estimates);
            parts.fold(0.0, |max, (target, &estimate)| {
                target.distance(estimate).abs().max(max)
            })
        })
    }
}
