//! Actions and events: in what share of the runs, how often, and when first.

use super::days::DayQuantiles;
use super::{Estimates, ratio};
use crate::base::stats::{Mean, PairCounts, PairMoments, Proportion};
use crate::scenario::{Action, Actor, Event};
use crate::simulate::OccurrenceTally;

/// How often something was taken or struck.
#[derive(Clone, Debug)]
pub struct OccurrenceEstimate {
    /// Runs counted.
    pub n_runs: u64,
    /// The share of the runs in which it was taken or struck at all; `None` without runs.
    pub proportion: Option<Proportion>,
    /// How often in a run; the standard error is clustered by draw.
    pub count: Option<Mean>,
    /// Quantiles of the day on which it first was, over all runs.
    pub first_day: DayQuantiles,
    /// The same over the runs in which it was.
    pub first_day_if_yes: DayQuantiles,
}

/// What the runs say about one action.
#[derive(Clone, Debug)]
pub struct ActionEstimate<'a> {
    /// Who may do it.
    pub actor: &'a Actor,
    /// The action.
    pub action: &'a Action,
    /// How often it was taken.
    pub taken: OccurrenceEstimate,
    /// The share of the times it was taken in which it succeeded.
    pub success_share: Option<f64>,
    /// Days of a run, on average, on which the actor deliberated and the action was open.
    pub days_open: Option<f64>,
    /// The share of those days on which it was taken.
    pub share_of_open_days: Option<f64>,
}

/// What the runs say about one event.
#[derive(Clone, Debug)]
pub struct EventEstimate<'a> {
    /// The event.
    pub event: &'a Event,
    /// How often it struck.
    pub struck: OccurrenceEstimate,
}

impl<'a> Estimates<'a> {
    /// All actions, actor by actor, in the order of the file.
    pub fn actions(&self) -> impl Iterator<Item = ActionEstimate<'a>> + use<'a> {
        let estimates = *self;
        let scenario = self.scenario;
        scenario.actors.enumerate().flat_map(move |(id, actor)| {
            let rows = scenario.actions.iter().zip(&estimates.tally.actions);
            rows.filter(move |(action, _)| action.actor == id)
                .map(move |(action, tally)| ActionEstimate {
                    actor,
                    action,
                    taken: estimates.occurrence(tally),
                    success_share: ratio(tally.successes, tally.count),
                    days_open: ratio(tally.days_open, estimates.tally.n_runs),
                    share_of_open_days: ratio(tally.count, tally.days_open),
                })
        })
    }

    /// All events in the order of the file.
    pub fn events(&self) -> impl Iterator<Item = EventEstimate<'a>> + use<'a> {
        let estimates = *self;
        let rows = self.scenario.events.iter().zip(&self.tally.events);
        rows.map(move |(event, tally)| EventEstimate {
            event,
            struck: estimates.occurrence(tally),
        })
    }

    fn occurrence(&self, tally: &OccurrenceTally) -> OccurrenceEstimate {
        let n_runs = self.tally.n_runs;
        let n_hits = tally.n_hits();
        let counts = PairCounts {
            n_runs,
            n_hits,
            n_pairs: self.tally.n_pairs,
            n_both: tally.n_both,
            n_hits_in_pairs: tally.n_hits_in_pairs,
        };
        let moments = PairMoments {
            n_runs,
            sum: u128::from(tally.count),
            sum_squares: u128::from(tally.count_squares),
            n_pairs: self.tally.n_pairs,
            pair_sum_squares: u128::from(tally.pair_count_squares),
        };
        OccurrenceEstimate {
            n_runs,
            proportion: counts.estimate(self.confidence),
            count: moments.estimate(),
            first_day: DayQuantiles::new(&tally.first_day, n_runs),
            first_day_if_yes: DayQuantiles::new(&tally.first_day, n_hits),
        }
    }
}
