//! The state of one block of runs: everything that the next day depends on.
//!
//! A state owns its variables, pending effects and history, so it can be cloned in the middle of a
//! run and continued with the random numbers of another branch.

pub(crate) mod lane_condition;
pub(crate) mod packed_history;
pub(crate) mod record;

use crate::base::index::Id;
use crate::base::random::keyed::{self, Branch, LaneKey, Seed, SiteKey};
use crate::engine::lanes::{LaneArray, Lanes, Mask};
use crate::program::{BoundProgram, DrawSampler, ParameterValue};
use crate::scenario::Timing;
use record::{ActionRecord, History};

/// The state of `L` runs at the end of a day.
#[derive(Clone, Debug)]
pub struct State<const L: usize> {
    /// The last simulated day; 0 before the first.
    pub day: u16,
    /// The run in lane 0; lane l holds run `first_run + l`.
    pub first_run: u64,
    /// High halves of the lane keys of the random numbers.
    pub(crate) key_high: Mask<L>,
    /// Low halves of the lane keys of the random numbers.
    pub(crate) key_low: Mask<L>,
    /// Samples the drawn parameters of a block.
    draw_sampler: DrawSampler,
    /// The values of the drawn parameters, in the order of `BoundProgram::drawn`.
    pub drawn: Vec<Lanes<L>>,
    /// The values of the variables, by variable.
    pub variables: Vec<Lanes<L>>,
    /// Pending effects, by row of `Program::pending`.
    pub(crate) pending: Vec<PendingRing<L>>,
    /// Past start-of-day values, by row of `Program::lagged_variables` and day modulo its reach + 1.
    pub(crate) lagged_values: Vec<Vec<Lanes<L>>>,
    /// The history of actions and events.
    pub history: History<L>,
    /// By outcome: the number of consecutive days for which its condition has held.
    pub(crate) streaks: Vec<Mask<L>>,
    /// By outcome: the day on which it occurred, 0 if it has not.
    pub outcome_days: Vec<Mask<L>>,
    /// The lanes that have faulted.
    pub faults: Mask<L>,
    /// By row of `Program::clamped`: the number of times that the quantity was clamped.
    pub clamps: Vec<Mask<L>>,
}

/// The pending effects of one source on one variable: a ring buffer of amounts by due day.
#[derive(Clone, Debug)]
pub(crate) struct PendingRing<const L: usize> {
    /// The amount that is due, by day modulo the number of slots.
    pub(crate) slots: Vec<Lanes<L>>,
    /// Whether any slot may hold an effect.
    pub(crate) is_in_use: bool,
}

impl<const L: usize> PendingRing<L> {
    fn new(max_days_ahead: u16) -> Self {
        Self {
            slots: vec![Lanes::<L>::splat(0.0); usize::from(max_days_ahead)],
            is_in_use: false,
        }
    }

    /// Adds the parts of an effect that are due after today.
    #[inline(always)]
    pub(crate) fn schedule(&mut self, part: &Lanes<L>, day: u16, timing: Timing, reach: u16) {
        self.is_in_use = true;
        let first = timing.delay_days.max(1);
        for ahead in first..timing.delay_days + timing.over_days {
            let slot = &mut self.slots[usize::from((day + ahead) % reach)];
            for lane in 0..L {
                slot[lane] += part[lane];
            }
        }
    }
}

impl<const L: usize> State<L> {
    /// Allocates the state of `L` runs. [`State::begin`] must be called before a day is simulated.
    pub fn new(bound: &BoundProgram) -> Self {
        let program = &*bound.program;
        let zero = Lanes::<L>::splat(0.0);
        let none = Mask::<L>::splat(0);
        let records = |n: usize| (0..n).map(|_| ActionRecord::new());
        let pending = program.pending.iter();
        let lagged = program.lagged_variables.iter();
        Self {
            day: 0,
            first_run: 0,
            key_high: none,
            key_low: none,
            draw_sampler: DrawSampler::new(bound, L / 2),
            drawn: bound.drawn().map(|_| zero).collect(),
            variables: vec![zero; program.variables.len()],
            pending: pending
                .map(|row| PendingRing::new(row.max_days_ahead))
                .collect(),
            lagged_values: lagged
                .map(|row| vec![zero; usize::from(row.max_days_ahead) + 1])
                .collect(),
            history: History {
                actions: records(program.actions.len()).collect(),
                events: records(program.events.len()).collect(),
            },
            streaks: vec![none; program.outcomes.len()],
            outcome_days: vec![none; program.outcomes.len()],
            faults: none,
            clamps: vec![none; program.clamped.len()],
        }
    }

    /// Sets runs `first_run..first_run + L` to the state before day 1. `first_run` must be even, so
    /// that both runs of a draw are in one block.
    pub fn begin(&mut self, bound: &BoundProgram, seed: Seed, first_run: u64, branch: Branch) {
        debug_assert!(first_run.is_multiple_of(2) && L.is_multiple_of(2));
        self.day = 0;
        self.first_run = first_run;
        self.set_branch(seed, branch);
        self.draw_sampler.begin(bound, seed, first_run / 2);
        for (index, row) in self.drawn.iter_mut().enumerate() {
            let values = self.draw_sampler.values(bound, index);
            for (runs_of_draw, value) in row.chunks_exact_mut(2).zip(values) {
                runs_of_draw.fill(value);
            }
        }
        for (row, variable) in self.variables.iter_mut().zip(&bound.program.variables) {
            *row = match bound.parameter_value(variable.initial) {
                ParameterValue::Constant(value) => LaneArray::splat(value),
                ParameterValue::Drawn(index) => self.drawn[index],
            };
        }
        let lagged = self.lagged_values.iter_mut();
        for (values, row) in lagged.zip(&bound.program.lagged_variables) {
            values.fill(self.variables[row.variable.index()]);
        }
        for ring in self.pending.iter_mut().filter(|ring| ring.is_in_use) {
            ring.slots.fill(Lanes::<L>::splat(0.0));
            ring.is_in_use = false;
        }
        let actions = self.history.actions.iter_mut();
        actions.for_each(|record| *record = ActionRecord::new());
        let events = self.history.events.iter_mut();
        events.for_each(|record| *record = ActionRecord::new());
        self.streaks.fill(Mask::<L>::splat(0));
        self.outcome_days.fill(Mask::<L>::splat(0));
        self.faults = Mask::<L>::splat(0);
        self.clamps.fill(Mask::<L>::splat(0));
    }

    /// Uses the random numbers of another branch from the next day on.
    pub fn set_branch(&mut self, seed: Seed, branch: Branch) {
        for lane in 0..L {
            let key = keyed::lane_key(seed, self.first_run + lane as u64, branch);
            self.key_high[lane] = key.high;
            self.key_low[lane] = key.low;
        }
    }

    /// The key of the random numbers of a lane's run.
    #[inline(always)]
    pub(crate) fn lane_key(&self, lane: usize) -> LaneKey {
        LaneKey {
            high: self.key_high[lane],
            low: self.key_low[lane],
        }
    }

    /// 32 random bits per lane, for a site on a day.
    #[inline(always)]
    pub(crate) fn random_words(&self, site: SiteKey) -> Mask<L> {
        let mut words = Mask::<L>::splat(0);
        for lane in 0..L {
            words[lane] = keyed::word(self.lane_key(lane), site);
        }
        words
    }
}
