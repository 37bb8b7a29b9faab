//! First-order effects of small changes, on a scale that all numbers share.

use super::quantities::Studied;
use super::{Derivative, Derivatives};
use crate::base::index::{Id, OutcomeId};
use crate::base::stats::z_of_confidence;
use crate::scenario::Domain;

/// Minimum number of runs with and without the outcome for a reliable standard error.
const FEW_RUNS: u64 = 30;

/// A standard small change of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The change in words, such as `1 % more`.
    pub words: &'static str,
    /// Its size in the units of the derivative.
    pub size: f64,
}

/// The first-order effect of a change on an outcome's probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The change of the number.
    pub change: Change,
    /// Change of the probability.
    pub difference: f64,
    /// Monte Carlo standard error of the effect.
    pub standard_error: f64,
}

impl Studied {
    /// +1 % of the number, or for probabilities and shares +0.01 log odds, small enough for a linear
    /// approximation; `None` if the number is 0.
    pub fn change(&self) -> Option<Change> {
        const MORE: &str = "1 % more";
        let (words, size) = match (self.value, self.domain) {
            (None, _) => (MORE, 0.01),
            (Some(value), Domain::Unit) => ("0.01 more log odds", 0.01 * value * (1.0 - value)),
            (Some(value), _) => (MORE, 0.01 * value),
        };
        (size != 0.0).then_some(Change { words, size })
    }

    /// The effect of the standard change, given the derivative.
    pub fn effect(&self, slope: Derivative) -> Option<Effect> {
        let change = self.change()?;
        Some(Effect {
            change,
            difference: slope.value * change.size,
            standard_error: slope.standard_error * change.size.abs(),
        })
    }
}

impl Derivatives {
    /// The quantities whose effect on an outcome is statistically distinguishable from zero, by
    /// decreasing size. The family-wise error rate is at most 1 − `confidence` (Bonferroni).
    pub fn significant(&self, outcome: OutcomeId, confidence: f64) -> Vec<(&Studied, Effect)> {
        let n_reached = self.gradient(outcome).count().max(1);
        let z = z_of_confidence(1.0 - (1.0 - confidence) / n_reached as f64);
        let effects = self
            .gradient(outcome)
            .filter_map(|(studied, slope)| Some((studied, studied.effect(slope)?)));
        let mut significant: Vec<_> = effects
            .filter(|(_, effect)| effect.difference.abs() > z * effect.standard_error)
            .collect();
        significant.sort_by(|(_, one), (_, other)| {
            other.difference.abs().total_cmp(&one.difference.abs())
        });
        significant
    }

    /// Number of runs in which the outcome occurred.
    pub fn n_yes(&self, outcome: OutcomeId) -> u64 {
        self.tally.outcomes[outcome.index()].first_day.iter().sum()
    }

    /// Whether the outcome is too rare or too common for a reliable standard error.
    pub fn is_rare(&self, outcome: OutcomeId) -> bool {
        let n_yes = self.n_yes(outcome);
        n_yes.min(self.tally.n_runs - n_yes) < FEW_RUNS
    }
}
