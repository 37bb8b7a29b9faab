//! What the results should be, and how far they are from it.
//!
//! In: what the runs say. Out: each target's value, its distance in tolerances, and whether it is
//! met. How a file of targets is read is said in [`super::sheet`].

use super::TuneError;
use super::sheet::parse_targets;
use crate::base::index::{ActionId, OutcomeId, VariableId};
use crate::base::math::double::sqrt;
use crate::base::stats::Proportion;
use crate::estimate::Estimates;
use crate::scenario::Scenario;
use std::path::Path;

/// What a number of the results should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Which number.
    pub kind: TargetKind,
    /// The name of its outcome, action or variable.
    pub name: String,
    /// The day, where one is given.
    pub day: Option<u16>,
    /// What it should be.
    pub target: f64,
    /// How far off it may be, above 0.
    pub tolerance: f64,
    /// How much it counts beside the others, above 0.
    pub weight: f64,
    pub(super) subject: Subject,
    /// What it can be.
    pub(super) bounds: (f64, f64),
}

/// A kind of number in the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// The probability of an outcome, by its last day or another.
    Probability,
    /// The mean day of an outcome, over the runs in which it comes true.
    MeanDay,
    /// The share of runs in which an action is taken.
    ActionShare,
    /// How often an action is taken in a run, on average.
    ActionCount,
    /// The mean of a variable in the evening of a day.
    Variable,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Subject {
    Outcome(OutcomeId),
    Action(ActionId),
    Variable(VariableId),
}

/// What the runs say about a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reached {
    pub(super) value: f64,
    /// Its standard error by simulation, where it is known.
    pub(super) standard_error: Option<f64>,
}

impl TargetKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Probability,
        Self::MeanDay,
        Self::ActionShare,
        Self::ActionCount,
        Self::Variable,
    ];

    /// Its word in files.
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
    /// Its name as the head of a column, such as `probability.crisis.day_12`.
    pub fn column(&self) -> String {
        let day = self
            .day
            .map_or_else(String::new, |day| format!(".day_{day}"));
        format!("{}.{}{day}", self.kind.word(), self.name)
    }

    /// How far off a value is, in tolerances; a mean day of what never happens is taken as the
    /// farther end of the days that count.
    pub(super) fn distance(&self, value: Option<f64>) -> f64 {
        let (low, high) = self.bounds;
        let farther = if self.target - low > high - self.target {
            low
        } else {
            high
        };
        (value.unwrap_or(farther) - self.target) / self.tolerance
    }

    /// The residual whose square counts.
    pub(super) fn residual(&self, value: Option<f64>) -> f64 {
        sqrt(self.weight) * self.distance(value)
    }

    /// The residual of a value that is just within the tolerance.
    pub(super) fn residual_of_tolerance(&self) -> f64 {
        sqrt(self.weight)
    }

    /// Whether a value is within the tolerance.
    pub fn is_met(&self, value: Option<f64>) -> bool {
        value.is_some() && self.distance(value).abs() <= 1.0 + 1e-9
    }

    /// What the runs say; `None` where it is a mean day of what never happened.
    pub(super) fn reached(&self, estimates: &Estimates<'_>) -> Option<Reached> {
        let of_proportion = |proportion: Proportion| {
            let p = proportion.probability;
            Reached {
                value: p,
                standard_error: Some(sqrt(p * (1.0 - p) / proportion.effective_runs)),
            }
        };
        match self.subject {
            Subject::Outcome(_) => {
                let mut outcomes = estimates.outcomes();
                let estimate = outcomes.find(|one| one.outcome.name == self.name)?;
                match (self.kind, self.day) {
                    (TargetKind::MeanDay, _) => estimate.mean_day_if_yes.map(known),
                    (_, None) => estimate.proportion.map(of_proportion),
                    (_, Some(day)) => {
                        let mut days = estimates.timeline();
                        let is_it = |one: &crate::estimate::TimelineDay<'_>| {
                            one.day == day && one.outcome.name == self.name
                        };
                        days.find(is_it)?.proportion.map(of_proportion)
                    }
                }
            }
            Subject::Action(_) => {
                let mut actions = estimates.actions();
                let estimate = actions.find(|one| one.action.name == self.name)?;
                match self.kind {
                    TargetKind::ActionCount => estimate.taken.count.map(|count| Reached {
                        value: count.mean,
                        standard_error: count.standard_error,
                    }),
                    _ => estimate.taken.proportion.map(of_proportion),
                }
            }
            Subject::Variable(_) => {
                let mut days = estimates.variables();
                let is_it = |one: &crate::estimate::VariableDay<'_>| {
                    Some(one.day) == self.day && one.variable.name == self.name
                };
                days.find(is_it).map(|one| known(one.values.mean))
            }
        }
    }
}

fn known(value: f64) -> Reached {
    Reached {
        value,
        standard_error: None,
    }
}

/// Reads a file of targets about a scenario.
///
/// # Errors
/// Where it cannot be read, with all its mistakes.
pub fn read_targets(path: &Path, scenario: &Scenario) -> Result<Vec<Target>, TuneError> {
    let bytes = std::fs::read(path).map_err(|error| TuneError::Read(path.to_owned(), error))?;
    parse_targets(&bytes, scenario).map_err(|mistakes| TuneError::Targets {
        path: path.to_owned(),
        mistakes,
    })
}
