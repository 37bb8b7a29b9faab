//! Targets of a calibration: results to reach, their estimates and residuals.

use crate::base::index::{ActionId, OutcomeId, VariableId};
use crate::base::math::double::sqrt;
use crate::base::stats::Proportion;
use crate::estimate::Estimates;

/// A result to reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The kind of result.
    pub kind: TargetKind,
    /// The name of the outcome, action or variable.
    pub name: String,
    /// The day, if one is given.
    pub day: Option<u16>,
    /// The value to reach.
    pub target: f64,
    /// Maximum distance from the value, above 0.
    pub tolerance: f64,
    /// Weight in the sum of squares, above 0.
    pub weight: f64,
    pub(super) subject: TargetSubject,
    /// Lower and upper bound of the possible values.
    pub(super) bounds: (f64, f64),
}

/// The kind of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// Probability of an outcome, by its last day or another.
    Probability,
    /// Mean day of an outcome over the runs in which it occurs.
    MeanDay,
    /// Share of runs in which an action is taken.
    ActionShare,
    /// Mean number of times an action is taken per run.
    ActionCount,
    /// Mean of a variable in the end-of-day state of a day.
    Variable,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TargetSubject {
    Outcome(OutcomeId),
    Action(ActionId),
    Variable(VariableId),
}

/// The estimate of a target's result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TargetEstimate {
    pub(super) value: f64,
    /// Monte Carlo standard error, if it is known.
    pub(super) standard_error: Option<f64>,
}

impl TargetKind {
    /// All kinds of results.
    pub const ALL: [Self; 5] = [
        Self::Probability,
        Self::MeanDay,
        Self::ActionShare,
        Self::ActionCount,
        Self::Variable,
    ];

    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Probability => "probability",
            Self::MeanDay => "mean_day",
            Self::ActionShare => "action_share",
            Self::ActionCount => "action_count",
            Self::Variable => "variable",
        }
    }
}

impl Target {
    /// Its column name, such as `probability.crisis.day_12`.
    pub fn column(&self) -> String {
        let day = self
            .day
            .map_or_else(String::new, |day| format!(".day_{day}"));
        format!("{}.{}{day}", self.kind.word(), self.name)
    }

    /// The signed distance of a value from the target, in tolerances. A missing value is the farther
    /// bound: the mean day of an outcome that never occurs.
    pub(super) fn distance(&self, value: Option<f64>) -> f64 {
        let (low, high) = self.bounds;
        let farther = if self.target - low > high - self.target {
            low
        } else {
            high
        };
        (value.unwrap_or(farther) - self.target) / self.tolerance
    }

    /// The residual, √weight times the distance.
    pub(super) fn residual(&self, value: Option<f64>) -> f64 {
        sqrt(self.weight) * self.distance(value)
    }

    /// The residual of a value at the end of the tolerance.
    pub(super) fn residual_of_tolerance(&self) -> f64 {
        sqrt(self.weight)
    }

    /// Whether a value is within the tolerance.
    pub fn is_met(&self, value: Option<f64>) -> bool {
        value.is_some() && self.distance(value).abs() <= 1.0 + 1e-9
    }

    /// The estimate from a simulation; `None` for the mean day of an outcome that never occurred.
    pub(super) fn estimate(&self, estimates: &Estimates<'_>) -> Option<TargetEstimate> {
        let probability = |proportion: Proportion| {
            let p = proportion.probability;
            TargetEstimate {
                value: p,
                standard_error: Some(sqrt(p * (1.0 - p) / proportion.effective_runs)),
            }
        };
        match (self.subject, self.kind, self.day) {
            (TargetSubject::Outcome(id), TargetKind::MeanDay, _) => {
                estimates.outcome_of(id).mean_day_if_yes.map(without_error)
            }
            (TargetSubject::Outcome(id), _, None) => {
                estimates.outcome_of(id).proportion.map(probability)
            }
            (TargetSubject::Outcome(id), _, Some(day)) => {
                estimates.probability_by_day(id, day).map(probability)
            }
            (TargetSubject::Action(id), TargetKind::ActionCount, _) => {
                estimates.taken(id).count.map(|count| TargetEstimate {
                    value: count.mean,
                    standard_error: count.standard_error,
                })
            }
            (TargetSubject::Action(id), ..) => estimates.taken(id).proportion.map(probability),
            (TargetSubject::Variable(id), _, day) => {
                estimates.variable_mean(id, day?).map(without_error)
            }
        }
    }
}

fn without_error(value: f64) -> TargetEstimate {
    TargetEstimate {
        value,
        standard_error: None,
    }
}
