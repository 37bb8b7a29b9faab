//! Actions and events: share of runs, mean count, first day.

use super::days::DayQuantiles;
use super::{Estimates, ratio};
use crate::base::index::{ActionId, Id};
use crate::base::stats::{Mean, PairCounts, PairMoments, Proportion};
use crate::scenario::{Action, Actor, Event};
use crate::simulate::OccurrenceTally;

/// How often an action was taken or an event occurred.
#[derive(Clone, Debug)]
pub struct OccurrenceEstimate {
    /// Number of runs counted.
    pub n_runs: u64,
    /// Number of runs with at least one occurrence.
    pub n_hits: u64,
    /// Share of the runs with at least one occurrence; `None` without runs.
    pub proportion: Option<Proportion>,
    /// Mean count per run; the standard error is clustered by draw.
    pub count: Option<Mean>,
    /// Quantiles of the day of the first occurrence, over all runs.
    pub first_day: DayQuantiles,
    /// Quantiles of the first day over the runs with an occurrence.
    pub first_day_if_yes: DayQuantiles,
}

/// Estimates for one action.
#[derive(Clone, Debug)]
pub struct ActionEstimate<'a> {
    /// The actor that may take the action.
    pub actor: &'a Actor,
    /// The action of the scenario.
    pub action: &'a Action,
    /// How often the action was taken.
    pub taken: OccurrenceEstimate,
    /// Share of successes among the times the action was taken; `None` if never taken.
    pub success_share: Option<f64>,
    /// Mean number of days per run on which the actor was activated and the action available.
    pub days_available: Option<f64>,
    /// Share of the available days on which the action was taken; `None` if never available.
    pub share_of_available_days: Option<f64>,
}

/// Estimates for one event.
#[derive(Clone, Debug)]
pub struct EventEstimate<'a> {
    /// The event of the scenario.
    pub event: &'a Event,
    /// How often the event occurred.
    pub occurred: OccurrenceEstimate,
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
                    days_available: ratio(tally.days_available, estimates.tally.n_runs),
                    share_of_available_days: ratio(tally.count, tally.days_available),
                })
        })
    }

    /// How often one action was taken.
    pub fn taken(&self, id: ActionId) -> OccurrenceEstimate {
        self.occurrence(&self.tally.actions[id.index()])
    }

    /// All events in the order of the file.
    pub fn events(&self) -> impl Iterator<Item = EventEstimate<'a>> + use<'a> {
        let estimates = *self;
        let rows = self.scenario.events.iter().zip(&self.tally.events);
        rows.map(move |(event, tally)| EventEstimate {
            event,
            occurred: estimates.occurrence(tally),
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
            n_hits,
            proportion: self.proportion(counts),
            count: self.mean(moments),
            first_day: DayQuantiles::new(&tally.first_day, n_runs),
            first_day_if_yes: DayQuantiles::new(&tally.first_day, n_hits),
        }
    }
}
