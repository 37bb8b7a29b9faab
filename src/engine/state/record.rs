//! The history of actions and events in each run.

use crate::base::index::{ActionId, EventId, IdVec};
use crate::engine::lanes::{Mask, to_mask};
use crate::engine::state::lane_condition::LaneCondition;
use crate::scenario::limits;

/// The history of all actions and events.
#[derive(Clone, Debug)]
pub struct History<const L: usize> {
    /// A record per action.
    pub actions: IdVec<ActionId, ActionRecord<L>>,
    /// A record per event. An event counts as succeeded where it occurs.
    pub events: IdVec<EventId, ActionRecord<L>>,
}

/// The history of one action or event, in bit fields of ten bits: a horizon has at most 1,000 days,
/// and nothing is taken or occurs twice on a day.
#[derive(Clone, Debug)]
pub struct ActionRecord<const L: usize> {
    /// From the low end: occurrences, successes, days available.
    counts: Mask<L>,
    /// From the low end: the last and the first day of occurrence, 0 for none.
    days: Mask<L>,
}

/// Number of bits of a field.
const FIELD: u32 = 10;
const FIELD_MASK: u32 = (1 << FIELD) - 1;
const _: () = assert!(
    limits::HORIZON_DAYS <= FIELD_MASK as i64,
    "every count and day fits its field"
);

impl<const L: usize> ActionRecord<L> {
    pub(crate) fn new() -> Self {
        Self {
            counts: Mask::<L>::splat(0),
            days: Mask::<L>::splat(0),
        }
    }

    /// Number of times that the action was taken or the event occurred.
    #[inline(always)]
    pub fn count(&self, lane: usize) -> u32 {
        self.counts[lane] & FIELD_MASK
    }

    /// Number of times that the action was taken with success.
    #[inline(always)]
    pub fn successes(&self, lane: usize) -> u32 {
        (self.counts[lane] >> FIELD) & FIELD_MASK
    }

    /// Number of days on which the action was available to its activated actor; 0 for events.
    #[inline(always)]
    pub fn days_available(&self, lane: usize) -> u32 {
        self.counts[lane] >> (2 * FIELD)
    }

    /// The last day of occurrence, 0 for none. For an action whose history nothing in the program
    /// reads, it may be 0 in any case.
    #[inline(always)]
    pub fn last_day(&self, lane: usize) -> u32 {
        self.days[lane] & FIELD_MASK
    }

    /// The first day of occurrence, 0 for none.
    #[inline(always)]
    pub fn first_day(&self, lane: usize) -> u32 {
        self.days[lane] >> FIELD
    }

    /// Records where the action was taken or the event occurred today, and where with success.
    #[inline(always)]
    pub(crate) fn update(&mut self, day: u16, occurred: &Mask<L>, succeeded: &Mask<L>) {
        for lane in 0..L {
            self.update_lane(lane, day, occurred[lane], succeeded[lane]);
        }
    }

    /// [`ActionRecord::update`] for one lane.
    #[inline(always)]
    pub(crate) fn update_lane(&mut self, lane: usize, day: u16, occurred: u32, succeeded: u32) {
        let today = u32::from(day);
        let days = self.days[lane];
        let first = to_mask(days == 0) & (today << FIELD);
        let updated = (days & !FIELD_MASK) | first | today;
        self.days[lane] = (updated & occurred) | (days & !occurred);
        self.counts[lane] += (occurred & 1) + (succeeded & (1 << FIELD));
    }

    /// Counts a day on which the action was available, if `available` is 1 and not 0.
    #[inline(always)]
    pub(crate) fn count_available_day(&mut self, lane: usize, available: u32) {
        self.counts[lane] += available << (2 * FIELD);
    }

    /// Counts a day on which the action was available, where `code` is part of a lane's codes.
    #[inline(always)]
    pub(crate) fn count_available_days(&mut self, available_codes: &Mask<L>, code: u32) {
        for lane in 0..L {
            self.count_available_day(lane, to_mask(available_codes[lane] & code != 0) & 1);
        }
    }

    /// Adds the counts of days after all that were recorded. The last day is not recorded.
    #[inline(always)]
    pub(crate) fn add_counts(
        &mut self,
        lane: usize,
        taken: u32,
        succeeded: u32,
        available: u32,
        first_day: u32,
    ) {
        self.counts[lane] += taken | (succeeded << FIELD) | (available << (2 * FIELD));
        let is_first = self.days[lane] == 0;
        self.days[lane] |= if is_first { first_day << FIELD } else { 0 };
    }

    /// Clears lanes in which the limit is reached or the cooldown is not over.
    #[inline(always)]
    pub(crate) fn apply_limits(
        &self,
        available: &mut Mask<L>,
        day: f32,
        limit: Option<u32>,
        cooldown_days: u16,
    ) {
        if let Some(limit) = limit {
            for lane in 0..L {
                available[lane] &= to_mask(self.count(lane) < limit);
            }
        }
        if cooldown_days > 0 {
            let today = day as u32;
            for lane in 0..L {
                let last = self.last_day(lane);
                let is_over = (last == 0) | (today - last > u32::from(cooldown_days));
                available[lane] &= to_mask(is_over);
            }
        }
    }

    /// Computes in which lanes an action is available to activated actors, by a condition, limit and
    /// cooldown (`UNLIMITED`: it has neither), and counts the day. Returns whether it is
    /// available in any lane.
    #[inline(always)]
    pub(crate) fn update_available<const UNLIMITED: bool>(
        &mut self,
        available: &mut Mask<L>,
        activated: &Mask<L>,
        day: u16,
        (limit, cooldown_days): (Option<u32>, u16),
        condition: impl LaneCondition,
    ) -> bool {
        let (today, limit) = (u32::from(day), limit.unwrap_or(u32::MAX));
        let cooldown_days = u32::from(cooldown_days);
        let mut any = 0;
        for lane in 0..L {
            let mut here = activated[lane] & condition.holds(lane);
            if !UNLIMITED {
                let last = self.last_day(lane);
                let is_over = to_mask(last == 0) | to_mask(today - last > cooldown_days);
                here &= to_mask(self.count(lane) < limit) & is_over;
            }
            available[lane] = here;
            any |= here;
            self.counts[lane] += here & (1 << (2 * FIELD));
        }
        any != 0
    }
}
