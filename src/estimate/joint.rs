//! Joint and conditional probabilities of two outcomes.

use super::{Estimates, ratio};
use crate::base::index::Id;
use crate::base::stats::{PairCounts, Proportion};
use crate::scenario::Outcome;
use crate::simulate::{JointTally, Tally};

/// Joint probability of two different outcomes.
#[derive(Clone, Debug)]
pub struct JointEstimate<'a> {
    /// Outcome A.
    pub first: &'a Outcome,
    /// Outcome B.
    pub second: &'a Outcome,
    /// Number of runs counted.
    pub n_runs: u64,
    /// Number of runs in which both occurred.
    pub n_both: u64,
    /// Probability P(A).
    pub first_probability: Option<f64>,
    /// Probability P(B).
    pub second_probability: Option<f64>,
    /// Joint probability P(A and B).
    pub both: Option<Proportion>,
    /// Conditional probability P(B given A), over the runs in which A occurred; `None` without any.
    pub conditional: Option<Proportion>,
    /// Lift P(A and B) / (P(A)·P(B)); `None` if either never occurred.
    pub lift: Option<f64>,
}

impl<'a> Estimates<'a> {
    /// All ordered pairs of different outcomes.
    pub fn joint(&self) -> impl Iterator<Item = JointEstimate<'a>> + use<'a> {
        let estimates = *self;
        let outcomes = &self.scenario.outcomes;
        outcomes.ids().flat_map(move |first| {
            let others = outcomes.ids().filter(move |&second| second != first);
            others.map(move |second| estimates.joint_of(first.index(), second.index()))
        })
    }

    fn joint_of(&self, first: usize, second: usize) -> JointEstimate<'a> {
        let tally = self.tally;
        let outcomes = self.scenario.outcomes.as_slice();
        let (low, high) = (first.min(second), first.max(second));
        let joint = &tally.joint[Tally::joint_index(outcomes.len(), low, high)];
        let n_second = tally.outcomes[second].n_hits();
        let second_probability = ratio(n_second, tally.n_runs);
        let conditional = self.conditional(joint, first, first < second);
        JointEstimate {
            first: &outcomes[first],
            second: &outcomes[second],
            n_runs: tally.n_runs,
            n_both: joint.n_both,
            first_probability: ratio(tally.outcomes[first].n_hits(), tally.n_runs),
            second_probability,
            both: self.proportion(PairCounts {
                n_runs: tally.n_runs,
                n_hits: joint.n_both,
                n_pairs: tally.n_pairs,
                n_both: joint.n_pairs_both,
                n_hits_in_pairs: joint.n_both_in_pairs,
            }),
            lift: conditional
                .zip(second_probability)
                .filter(|&(_, probability)| probability > 0.0)
                .map(|(conditional, probability)| conditional.probability / probability),
            conditional,
        }
    }

    /// P(B given A): the proportion of B over the runs in which A occurred, of which two are a pair if
    /// they share a draw.
    fn conditional(&self, joint: &JointTally, given: usize, is_first: bool) -> Option<Proportion> {
        let given = &self.tally.outcomes[given];
        self.proportion(PairCounts {
            n_runs: given.n_hits(),
            n_hits: joint.n_both,
            n_pairs: given.both_by_day.iter().sum(),
            n_both: joint.n_pairs_both,
            n_hits_in_pairs: match is_first {
                true => joint.n_both_in_first_pairs,
                false => joint.n_both_in_second_pairs,
            },
        })
    }
}
