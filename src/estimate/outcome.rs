//! Outcomes: how often, when, and with one another.

use super::days::DayQuantiles;
use super::{Estimates, ratio};
use crate::base::index::Id;
use crate::base::stats::{Interval, PairCounts, Proportion};
use crate::scenario::Outcome;
use crate::simulate::{OutcomeTally, Tally};
use jiff::civil::Date;

/// What the runs say about one question.
#[derive(Clone, Debug)]
pub struct OutcomeEstimate<'a> {
    /// The question.
    pub outcome: &'a Outcome,
    /// Runs counted.
    pub n_runs: u64,
    /// Runs in which it came true.
    pub n_yes: u64,
    /// Its probability; `None` where no run was counted.
    pub proportion: Option<Proportion>,
    /// Quantiles of the day on which it came true, over all runs: empty where it is rarer than
    /// the quantile.
    pub day: DayQuantiles,
    /// The same over the runs in which it came true.
    pub day_if_yes: DayQuantiles,
    /// The mean day over the runs in which it came true.
    pub mean_day_if_yes: Option<f64>,
}

/// One question up to one day.
#[derive(Clone, Debug)]
pub struct TimelineDay<'a> {
    /// The question.
    pub outcome: &'a Outcome,
    /// The day, from 1 to the last that counts.
    pub day: u16,
    /// Its date.
    pub date: Date,
    /// Runs in which it has come true by the evening.
    pub n_yes: u64,
    /// The probability that it has come true by the evening, with its simulation error.
    pub proportion: Option<Proportion>,
    /// The share of the runs in which it came true on this day among those in which it had not
    /// before; `None` where no such run is left.
    pub hazard: Option<f64>,
}

/// Two different questions together.
#[derive(Clone, Copy, Debug)]
pub struct JointEstimate<'a> {
    /// The one, A.
    pub first: &'a Outcome,
    /// The other, B.
    pub second: &'a Outcome,
    /// Runs counted.
    pub n_runs: u64,
    /// P(A).
    pub first_probability: Option<f64>,
    /// P(B).
    pub second_probability: Option<f64>,
    /// P(A and B).
    pub both_probability: Option<f64>,
    /// P(B given A); `None` where A never came true.
    pub second_if_first: Option<f64>,
    /// P(A and B) / (P(A)·P(B)); `None` where either never came true.
    pub lift: Option<f64>,
}

impl<'a> Estimates<'a> {
    /// All questions in the order of the file.
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

    /// The probability of coming true within the first `n_days`.
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

    /// All questions day by day, each up to the last day that counts.
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

    /// All ordered pairs of different questions.
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
        let second_if_first = ratio(n_both, n_first);
        JointEstimate {
            first: &outcomes[first],
            second: &outcomes[second],
            n_runs,
            first_probability: ratio(n_first, n_runs),
            second_probability,
            both_probability: ratio(n_both, n_runs),
            second_if_first,
            lift: second_if_first
                .zip(second_probability)
                .filter(|&(_, probability)| probability > 0.0)
                .map(|(conditional, probability)| conditional / probability),
        }
    }
}

impl OutcomeEstimate<'_> {
    /// The interval of the simulation error.
    pub fn simulation_error(&self) -> Option<Interval> {
        self.proportion
            .as_ref()
            .map(|proportion| proportion.interval)
    }
}
