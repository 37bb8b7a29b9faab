//! The state of one block of runs: all that the next day depends on.
//!
//! A state owns its variables, its effects on their way and its memory, so it can be cloned in
//! the middle of a run and continued under another branch of luck.

pub(in crate::engine) mod history;

use crate::base::index::{ActionId, EventId, Id, IdVec};
use crate::base::random::keyed::{self, Branch, Seed};
use crate::engine::lanes::{Lanes, Mask, Row, bit};
use crate::program::{BoundProgram, ParameterValue};
use crate::scenario::limits;

/// `L` runs on one day.
#[derive(Clone, Debug)]
pub struct State<const L: usize> {
    /// The day lived last; 0 before the first.
    pub day: u16,
    /// The run in lane 0; lane l is run `first_run + l`.
    pub first_run: u64,
    /// The lanes' keys of luck, high halves.
    pub(in crate::engine) key_high: Mask<L>,
    /// The lanes' keys of luck, low halves.
    pub(in crate::engine) key_low: Mask<L>,
    /// The values of the drawn parameters, in the order of `BoundProgram::drawn`.
    pub drawn: Vec<Lanes<L>>,
    /// The variables' values.
    pub variables: Vec<Lanes<L>>,
    /// Effects on their way: for each row of `Program::pending` a ring of its reach.
    pub(in crate::engine) pending: Vec<Ring<L>>,
    /// Mornings that are remembered for those who learn late: for each row of
    /// `Program::histories` the mornings by day modulo its reach plus 1.
    pub(in crate::engine) histories: Vec<Vec<Lanes<L>>>,
    /// What the runs remember.
    pub memory: Memory<L>,
    /// For each outcome, on how many days running its condition has held.
    pub(in crate::engine) streaks: Vec<Mask<L>>,
    /// For each outcome, the day on which it came true, 0 while it has not.
    pub outcome_days: Vec<Mask<L>>,
    /// Lanes that have faulted.
    pub faults: Mask<L>,
    /// For each clamped quantity, how often it was clamped.
    pub clamps: Vec<Mask<L>>,
}

/// Effects of one source on one variable, by day of arrival modulo the reach.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Ring<const L: usize> {
    pub(in crate::engine) slots: Vec<Lanes<L>>,
    /// Whether any slot may hold an effect.
    pub(in crate::engine) in_use: bool,
}

/// What the runs remember of actions and events.
#[derive(Clone, Debug)]
pub struct Memory<const L: usize> {
    /// Of each action.
    pub actions: IdVec<ActionId, Record<L>>,
    /// Of each event.
    pub events: IdVec<EventId, Record<L>>,
}

/// What the runs remember of one action or event, in bit fields of ten bits: a horizon has at
/// most 1,000 days, and nothing is taken or strikes twice on a day.
#[derive(Clone, Debug)]
pub struct Record<const L: usize> {
    /// From the low end: times taken or struck, times with success, days open.
    counts: Mask<L>,
    /// From the low end: the last and the first day, 0 where there is none.
    days: Mask<L>,
}

/// The width of a field, and its mask.
const FIELD: u32 = 10;
const FIELD_MASK: u32 = (1 << FIELD) - 1;
const _: () = assert!(
    limits::HORIZON_DAYS <= FIELD_MASK as i64,
    "every count and day fits its field"
);

impl<const L: usize> Record<L> {
    fn new() -> Self {
        Self {
            counts: Mask::<L>::of(0),
            days: Mask::<L>::of(0),
        }
    }

    /// How often it was taken or struck.
    #[inline(always)]
    pub fn count(&self, lane: usize) -> u32 {
        self.counts[lane] & FIELD_MASK
    }

    /// How often it was taken with success.
    #[inline(always)]
    pub fn successes(&self, lane: usize) -> u32 {
        (self.counts[lane] >> FIELD) & FIELD_MASK
    }

    /// On how many days it was among the options of its deliberating actor; 0 for events.
    #[inline(always)]
    pub fn days_open(&self, lane: usize) -> u32 {
        self.counts[lane] >> (2 * FIELD)
    }

    /// The day on which it last was taken or struck, 0 where it never was. Of an action of which
    /// nothing in the program asks for it, it may be 0 in any case.
    #[inline(always)]
    pub fn last_day(&self, lane: usize) -> u32 {
        self.days[lane] & FIELD_MASK
    }

    /// The day on which it first was taken or struck, 0 where it never was.
    #[inline(always)]
    pub fn first_day(&self, lane: usize) -> u32 {
        self.days[lane] >> FIELD
    }

    /// Notes where it was taken or struck today, and where with success.
    #[inline(always)]
    pub(in crate::engine) fn note(&mut self, day: u16, happened: &Mask<L>, succeeded: &Mask<L>) {
        for lane in 0..L {
            self.note_lane(lane, day, happened[lane], succeeded[lane]);
        }
    }

    /// The same of one lane.
    #[inline(always)]
    pub(in crate::engine) fn note_lane(
        &mut self,
        lane: usize,
        day: u16,
        happened: u32,
        succeeded: u32,
    ) {
        let today = u32::from(day);
        let days = self.days[lane];
        let first = bit(days == 0) & (today << FIELD);
        let noted = (days & !FIELD_MASK) | first | today;
        self.days[lane] = (noted & happened) | (days & !happened);
        self.counts[lane] += (happened & 1) + (succeeded & (1 << FIELD));
    }

    /// Notes a day on which it was open, where `open` is 1 and not 0.
    #[inline(always)]
    pub(in crate::engine) fn note_open(&mut self, lane: usize, open: u32) {
        self.counts[lane] += open << (2 * FIELD);
    }

    /// The same where a code is part of the lane's `opened`.
    #[inline(always)]
    pub(in crate::engine) fn note_opened(&mut self, opened: &Mask<L>, code: u32) {
        for lane in 0..L {
            self.note_open(lane, bit(opened[lane] & code != 0) & 1);
        }
    }

    /// Adds what happened in a lane on later days than all that was noted, save for the last day.
    #[inline(always)]
    pub(in crate::engine) fn add(
        &mut self,
        lane: usize,
        taken: u32,
        succeeded: u32,
        open: u32,
        first: u32,
    ) {
        self.counts[lane] += taken | (succeeded << FIELD) | (open << (2 * FIELD));
        let is_first = self.days[lane] == 0;
        self.days[lane] |= if is_first { first << FIELD } else { 0 };
    }

    /// Closes an option where its limit is reached or its cooldown is not over.
    #[inline(always)]
    pub(in crate::engine) fn close(
        &self,
        open: &mut Mask<L>,
        day: f32,
        limit: Option<u32>,
        cooldown_days: u16,
    ) {
        if let Some(limit) = limit {
            for lane in 0..L {
                open[lane] &= bit(self.count(lane) < limit);
            }
        }
        if cooldown_days > 0 {
            let today = day as u32;
            for lane in 0..L {
                let last = self.last_day(lane);
                let rested = (last == 0) | (today - last > u32::from(cooldown_days));
                open[lane] &= bit(rested);
            }
        }
    }

    /// Leaves in `open` where the option of those who deliberate is open, by limit, cooldown
    /// (unless `FREE` of both) and a test, and counts the day. Gives whether it is open at all.
    #[inline(always)]
    pub(in crate::engine) fn judge_open<const FREE: bool>(
        &mut self,
        open: &mut Mask<L>,
        deliberating: &Mask<L>,
        day: u16,
        (limit, cooldown_days): (Option<u32>, u16),
        test: impl Test,
    ) -> bool {
        let (today, limit) = (u32::from(day), limit.unwrap_or(u32::MAX));
        let cooldown_days = u32::from(cooldown_days);
        let mut any = 0;
        for lane in 0..L {
            let mut here = deliberating[lane] & test.holds(lane);
            if !FREE {
                let last = self.last_day(lane);
                let rested = bit(last == 0) | bit(today - last > cooldown_days);
                here &= bit(self.count(lane) < limit) & rested;
            }
            open[lane] = here;
            any |= here;
            self.counts[lane] += here & (1 << (2 * FIELD));
        }
        any != 0
    }
}

/// A condition of each lane. (Closures would do, but one that is not inlined is compiled without
/// the wide instructions of its caller.)
pub(in crate::engine) trait Test {
    /// All ones where it holds.
    fn holds(&self, lane: usize) -> u32;
}

/// It holds everywhere.
pub(in crate::engine) struct Always;

/// It holds where the mask does.
pub(in crate::engine) struct Where<'a, const L: usize>(pub(in crate::engine) &'a Mask<L>);

/// It holds where the number is less, or where it is greater.
pub(in crate::engine) struct Less<'a, const L: usize>(
    pub(in crate::engine) &'a Lanes<L>,
    pub(in crate::engine) f32,
);
pub(in crate::engine) struct LessOrEqual<'a, const L: usize>(
    pub(in crate::engine) &'a Lanes<L>,
    pub(in crate::engine) f32,
);
pub(in crate::engine) struct Greater<'a, const L: usize>(
    pub(in crate::engine) &'a Lanes<L>,
    pub(in crate::engine) f32,
);
pub(in crate::engine) struct GreaterOrEqual<'a, const L: usize>(
    pub(in crate::engine) &'a Lanes<L>,
    pub(in crate::engine) f32,
);

impl Test for Always {
    #[inline(always)]
    fn holds(&self, _lane: usize) -> u32 {
        u32::MAX
    }
}

impl<const L: usize> Test for Where<'_, L> {
    #[inline(always)]
    fn holds(&self, lane: usize) -> u32 {
        self.0[lane]
    }
}

macro_rules! comparisons {
    ($($name:ident $operator:tt)*) => {$(
        impl<const L: usize> Test for $name<'_, L> {
            #[inline(always)]
            fn holds(&self, lane: usize) -> u32 {
                bit(self.0[lane] $operator self.1)
            }
        }
    )*};
}
comparisons!(Less < LessOrEqual <= Greater > GreaterOrEqual >=);

impl<const L: usize> State<L> {
    /// Room for `L` runs of a program. Live no day before [`State::begin`].
    pub fn new(bound: &BoundProgram) -> Self {
        let program = bound.program;
        let zero = Lanes::<L>::of(0.0);
        let ring = |reach: u16| Ring {
            slots: vec![zero; usize::from(reach)],
            in_use: false,
        };
        let records = |n: usize| (0..n).map(|_| Record::new());
        Self {
            day: 0,
            first_run: 0,
            key_high: Mask::<L>::of(0),
            key_low: Mask::<L>::of(0),
            drawn: bound.drawn().map(|_| zero).collect(),
            variables: vec![zero; program.variables.len()],
            pending: program
                .pending
                .iter()
                .map(|row| ring(row.reach_days))
                .collect(),
            histories: program
                .lagged_variables
                .iter()
                .map(|row| vec![zero; usize::from(row.reach_days) + 1])
                .collect(),
            memory: Memory {
                actions: records(program.actions.len()).collect(),
                events: records(program.events.len()).collect(),
            },
            streaks: vec![Mask::<L>::of(0); program.outcomes.len()],
            outcome_days: vec![Mask::<L>::of(0); program.outcomes.len()],
            faults: Mask::<L>::of(0),
            clamps: vec![Mask::<L>::of(0); program.clamped.len()],
        }
    }

    /// Puts runs `first_run..first_run + L` on the eve of day 1. `first_run` is even, so that
    /// both lives of a draw lie in one block.
    pub fn begin(&mut self, bound: &BoundProgram, seed: Seed, first_run: u64, branch: Branch) {
        debug_assert!(first_run.is_multiple_of(2) && L.is_multiple_of(2));
        self.day = 0;
        self.first_run = first_run;
        self.follow(seed, branch);
        for (row, (_, sampler)) in self.drawn.iter_mut().zip(bound.drawn()) {
            let first_draw = first_run / 2;
            let draws = sampler.draws(seed, first_draw..first_draw + L as u64 / 2);
            for (lives, value) in row.chunks_exact_mut(2).zip(draws) {
                lives.fill(value);
            }
        }
        for (row, variable) in self.variables.iter_mut().zip(&bound.program.variables) {
            *row = match bound.parameter_value(variable.initial) {
                ParameterValue::Constant(value) => Row::of(value),
                ParameterValue::Drawn(index) => self.drawn[index],
            };
        }
        for (mornings, row) in self
            .histories
            .iter_mut()
            .zip(&bound.program.lagged_variables)
        {
            mornings.fill(self.variables[row.variable.index()]);
        }
        for ring in self.pending.iter_mut().filter(|ring| ring.in_use) {
            ring.slots.fill(Lanes::<L>::of(0.0));
            ring.in_use = false;
        }
        self.memory
            .actions
            .iter_mut()
            .for_each(|record| *record = Record::new());
        self.memory
            .events
            .iter_mut()
            .for_each(|record| *record = Record::new());
        self.streaks.fill(Mask::<L>::of(0));
        self.outcome_days.fill(Mask::<L>::of(0));
        self.faults = Mask::<L>::of(0);
        self.clamps.fill(Mask::<L>::of(0));
    }

    /// Lets luck come from another branch from the next day on.
    pub fn follow(&mut self, seed: Seed, branch: Branch) {
        for lane in 0..L {
            let key = keyed::lane_key(seed, self.first_run + lane as u64, branch);
            self.key_high[lane] = key.high;
            self.key_low[lane] = key.low;
        }
    }
}
