//! What a small change of a number would do, on a scale that all numbers share.

use super::quantities::Studied;
use super::{Derivatives, Slope};
use crate::base::index::{Id, OutcomeId};
use crate::base::stats::z_of_confidence;
use crate::scenario::Domain;

/// Under so many runs with one of the two answers the standard error is itself not to be trusted.
const FEW_RUNS: u64 = 30;

/// A change that an analyst can picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// What it is.
    pub words: &'static str,
    /// How much it is of what the derivative is taken by.
    pub size: f64,
}

/// What a change does to the probability of a question, in first order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The change.
    pub change: Change,
    /// What the probability gains.
    pub gain: f64,
    /// Its standard error.
    pub standard_error: f64,
}

impl Studied {
    /// 1 % more of the number, or for probabilities and shares 0.01 more log odds, so little that a
    /// straight line tells what it does; `None` where that is nothing.
    pub fn change(&self) -> Option<Change> {
        const MORE: &str = "1 % more";
        let (words, size) = match (self.value, self.domain) {
            (None, _) => (MORE, 0.01),
            (Some(value), Domain::Unit) => ("0.01 more log odds", 0.01 * value * (1.0 - value)),
            (Some(value), _) => (MORE, 0.01 * value),
        };
        (size != 0.0).then_some(Change { words, size })
    }

    /// What its change does where the probability has this slope.
    pub fn effect(&self, slope: Slope) -> Option<Effect> {
        let change = self.change()?;
        Some(Effect {
            change,
            gain: slope.value * change.size,
            standard_error: slope.standard_error * change.size.abs(),
        })
    }
}

impl Derivatives {
    /// The quantities whose change surely moves a question, from the greatest effect to the least:
    /// were none of them to matter, one would stand here with a probability of less than
    /// 1 − `confidence`, however many there are (Bonferroni).
    pub fn surest(&self, outcome: OutcomeId, confidence: f64) -> Vec<(&Studied, Effect)> {
        let n_reached = self.gradient(outcome).count().max(1);
        let z = z_of_confidence(1.0 - (1.0 - confidence) / n_reached as f64);
        let effects = self
            .gradient(outcome)
            .filter_map(|(studied, slope)| Some((studied, studied.effect(slope)?)));
        let mut sure: Vec<_> = effects
            .filter(|(_, effect)| effect.gain.abs() > z * effect.standard_error)
            .collect();
        sure.sort_by(|(_, one), (_, other)| other.gain.abs().total_cmp(&one.gain.abs()));
        sure
    }

    /// In how many of the runs a question came true.
    pub fn n_yes(&self, outcome: OutcomeId) -> u64 {
        self.tally.outcomes[outcome.index()].first_day.iter().sum()
    }

    /// Whether one of the two answers is too rare for the standard error to be trusted.
    pub fn is_rare(&self, outcome: OutcomeId) -> bool {
        let n_yes = self.n_yes(outcome);
        n_yes.min(self.tally.n_runs - n_yes) < FEW_RUNS
    }
}
