//! Outcomes: probability, day of occurrence, joint probabilities.

use super::days::DayQuantiles;
use super::{Estimates, ratio};
use crate::base::index::Id;
use crate::base::stats::{Interval, PairCounts, Proportion};
use crate::scenario::Outcome;
use crate::simulate::{OutcomeTally, Tally};
use jiff::civil::Date;

/// Estimates for one outcome.
#[derive(Clone, Debug)]
pub struct OutcomeEstimate<'a> {
    /// The outcome of the scenario.
    pub outcome: &'a Outcome,
    /// Number of runs counted.
    pub n_runs: u64,
    /// Number of runs in which the outcome occurred.
    pub n_yes: u64,
    /// Probability of the outcome; `None` without runs.
    pub proportion: Option<Proportion>,
    /// Quantiles of the day of occurrence over all runs; empty above the probability of the outcome.
    pub day: DayQuantiles,
    /// Quantiles of the day over the runs in which the outcome occurred.
    pub day_if_yes: DayQuantiles,
    /// Mean day over the runs in which the outcome occurred.
    pub mean_day_if_yes: Option<f64>,
}

/// One outcome, cumulatively up to one day.
#[derive(Clone, Debug)]
pub struct TimelineDay<'a> {
    /// The outcome of the scenario.
    pub outcome: &'a Outcome,
    /// Day of the run, from 1 to the last that counts.
    pub day: u16,
    /// Calendar date of the day.
    pub date: Date,
    /// Number of runs in which the outcome has occurred by the end of the day.
    pub n_yes: u64,
    /// Cumulative probability with its Monte Carlo error.
    pub proportion: Option<Proportion>,
    /// Probability of occurrence on this day given none before; `None` if no such run is left.
    pub hazard: Option<f64>,
}

/// Joint probability of two different outcomes.
#[derive(Clone, Copy, Debug)]
pub struct JointEstimate<'a> {
    /// Outcome A.
    pub first: &'a Outcome,
    /// Outcome B.
    pub second: &'a Outcome,
    /// Number of runs counted.
    pub n_runs: u64,
    /// Probability P(A).
    pub first_probability: Option<f64>,
    /// Probability P(B).
    pub second_probability: Option<f64>,
    /// Joint probability P(A and B).
    pub both_probability: Option<f64>,
    /// Conditional probability P(B given A); `None` if A never occurred.
    pub conditional_probability: Option<f64>,
    /// Lift P(A and B) / (P(A)·P(B)); `None` if either never occurred.
    pub lift: Option<f64>,
}

impl<'a> Estimates<'a> {
    /// All outcomes in the order of the file.
    pub fn outcomes(&self) -> impl Iterator<Item = OutcomeEstimate<'a>> + use<'a> {
        let estimates = *self;
        let rows = self.scenario.outcomes.iter().zip(&self.tally.outcomes);
        rows.map(move |(outcome, tally)| estimates.outcome(outcome, tally))
    }

    fn outcome(&self, outcome: &'a Outcome, tally: &OutcomeTally) -> OutcomeEstimate<'a> {
        let n_yes = tally.n_hits();
        let n_runs = self.tally.n_runs;
        let days = (1_u64..).zip(&tally.first_day);
        let sum: u128 = days.map(|(day, &n)| u128::from(day) * u128::from(n)).sum();
        OutcomeEstimate {
            outcome,
            n_runs,
            n_yes,
            proportion: self.proportion_by(tally, tally.first_day.len()),
            day: DayQuantiles::new(&tally.first_day, n_runs),
            day_if_yes: DayQuantiles::new(&tally.first_day, n_yes),
            mean_day_if_yes: (n_yes > 0).then(|| sum as f64 / n_yes as f64),
        }
    }

    /// Probability of occurrence within the first `n_days`.
    fn proportion_by(&self, tally: &OutcomeTally, n_days: usize) -> Option<Proportion> {
        let sum = |days: &[u64]| days[..n_days].iter().sum::<u64>();
        PairCounts {
            n_runs: self.tally.n_runs,
            n_hits: sum(&tally.first_day),
            n_pairs: self.tally.n_pairs,
            n_both: sum(&tally.both_by_day),
            n_hits_in_pairs: sum(&tally.first_day_in_pairs),
        }
        .estimate(self.confidence)
    }

    /// All outcomes day by day, each up to its last day that counts.
    pub fn timeline(&self) -> impl Iterator<Item = TimelineDay<'a>> + use<'a> {
        let estimates = *self;
        let rows = self.scenario.outcomes.iter().zip(&self.tally.outcomes);
        rows.flat_map(move |(outcome, tally)| {
            let mut n_before = 0;
            (1..=outcome.last_day).map(move |day| {
                let n_today = tally.first_day[usize::from(day) - 1];
                let hazard = ratio(n_today, estimates.tally.n_runs - n_before);
                n_before += n_today;
                TimelineDay {
                    outcome,
                    day,
                    date: estimates.scenario.date_of_day(day),
                    n_yes: n_before,
                    proportion: estimates.proportion_by(tally, usize::from(day)),
                    hazard,
                }
            })
        })
    }

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
        let outcomes = self.scenario.outcomes.as_slice();
        let (low, high) = (first.min(second), first.max(second));
        let n_both = self.tally.joint[Tally::joint_index(outcomes.len(), low, high)];
        let n_runs = self.tally.n_runs;
        let n_first = self.tally.outcomes[first].n_hits();
        let n_second = self.tally.outcomes[second].n_hits();
        let second_probability = ratio(n_second, n_runs);
        let conditional_probability = ratio(n_both, n_first);
        JointEstimate {
            first: &outcomes[first],
            second: &outcomes[second],
            n_runs,
            first_probability: ratio(n_first, n_runs),
            second_probability,
            both_probability: ratio(n_both, n_runs),
            conditional_probability,
            lift: conditional_probability
                .zip(second_probability)
                .filter(|&(_, probability)| probability > 0.0)
                .map(|(conditional, probability)| conditional / probability),
        }
    }
}

impl OutcomeEstimate<'_> {
    /// The Monte Carlo confidence interval of the probability.
    pub fn monte_carlo_interval(&self) -> Option<Interval> {
        self.proportion
            .as_ref()
            .map(|proportion| proportion.interval)
    }
}
