//! Outcomes: probability, day of occurrence, joint probabilities.

use super::days::DayQuantiles;
use super::{Estimates, ratio};
use crate::base::index::{Id, OutcomeId};
use crate::base::stats::{Interval, PairCounts, Proportion};
use crate::scenario::Outcome;
use crate::simulate::OutcomeTally;
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
    /// Number of runs counted.
    pub n_runs: u64,
    /// Number of runs in which the outcome has occurred by the end of the day.
    pub n_yes: u64,
    /// Cumulative probability with its Monte Carlo error.
    pub proportion: Option<Proportion>,
    /// Probability of occurrence on this day given none before; `None` if no such run is left.
    pub hazard: Option<f64>,
}

impl<'a> Estimates<'a> {
    /// All outcomes in the order of the file.
    pub fn outcomes(&self) -> impl Iterator<Item = OutcomeEstimate<'a>> + use<'a> {
        let estimates = *self;
        let rows = self.scenario.outcomes.iter().zip(&self.tally.outcomes);
        rows.map(move |(outcome, tally)| estimates.outcome(outcome, tally))
    }

    /// One outcome.
    pub fn outcome_of(&self, id: OutcomeId) -> OutcomeEstimate<'a> {
        let tally = &self.tally.outcomes[id.index()];
        self.outcome(&self.scenario.outcomes[id], tally)
    }

    /// Probability that an outcome occurs by the end of a day, from 1 to the last that counts; `None`
    /// without runs.
    pub fn probability_by_day(&self, id: OutcomeId, day: u16) -> Option<Proportion> {
        self.proportion_by(&self.tally.outcomes[id.index()], usize::from(day))
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
        self.proportion(PairCounts {
            n_runs: self.tally.n_runs,
            n_hits: sum(&tally.first_day),
            n_pairs: self.tally.n_pairs,
            n_both: sum(&tally.both_by_day),
            n_hits_in_pairs: sum(&tally.first_day_in_pairs),
        })
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
                    n_runs: estimates.tally.n_runs,
                    n_yes: n_before,
                    proportion: estimates.proportion_by(tally, usize::from(day)),
                    hazard,
                }
            })
        })
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
