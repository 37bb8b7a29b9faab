//! A compact history of actions whose records nothing reads before the end of the run.
//!
//! Updating an [`ActionRecord`] every day is expensive. For a track whose records no condition and
//! no expression reads, the choices of a day are stored for all its actions at once, in one bit
//! field per action. After as many days as a field can count, the days are summed and added to the
//! records. The last day of an action is then not recorded.

use crate::base::index::{ActionId, IdVec};
use crate::engine::lanes::Mask;
use crate::engine::state::record::ActionRecord;

/// Number of bits of a field.
const FIELD: u32 = 5;
const FIELD_MASK: u32 = (1 << FIELD) - 1;

/// Maximum number of actions of a track with a packed history.
pub(crate) const MAX_PACKED_ACTIONS: usize = (u32::BITS / FIELD) as usize;

/// Maximum number of days that a field can count.
const MAX_DAYS: u32 = FIELD_MASK;

/// The code of an alternative in the lanes of a choice: 0 for waiting, 1 in the field of actions
/// that have one, and a distinct number for every other action.
#[inline(always)]
pub(crate) fn alternative_code(alternative: u32) -> u32 {
    match alternative {
        0 => 0,
        1..=6 => 1 << (FIELD * (alternative - 1)),
        _ => 1 << 31 | alternative,
    }
}
const _: () = assert!(MAX_PACKED_ACTIONS == 6, "alternatives 1 to 6 have fields");

/// The content of the field of an action.
#[inline(always)]
fn field(packed: u32, action: usize) -> u32 {
    (packed >> (FIELD * action as u32)) & FIELD_MASK
}

/// The packed history of one track.
#[derive(Clone, Debug)]
pub(crate) struct PackedTrackHistory<const L: usize> {
    /// By day, from 0: in the field of an action, one bit each for available, taken,
    /// and taken with success.
    days: Vec<Mask<L>>,
    /// One bit for each day that is recorded.
    recorded_days: u32,
}

/// Number of days that are summed in one pass, while the sums are in registers.
const DAYS_PER_PASS: usize = 8;

/// The lowest bit of every field.
const LOWEST: u32 = lowest_bits();

const fn lowest_bits() -> u32 {
    let (mut all, mut action) = (0, 0);
    while action < MAX_PACKED_ACTIONS {
        all |= 1 << (FIELD * action as u32);
        action += 1;
    }
    all
}

/// Sums over days, in fields.
#[derive(Clone, Debug)]
struct PackedCounts<const L: usize> {
    taken: Mask<L>,
    succeeded: Mask<L>,
    available: Mask<L>,
    /// The first of these days on which the action was taken, counted from 1; 0 for none.
    first: Mask<L>,
}

impl<const L: usize> PackedTrackHistory<L> {
    pub(crate) fn new() -> Self {
        let n_days = (MAX_DAYS as usize).next_multiple_of(DAYS_PER_PASS);
        Self {
            days: vec![Mask::<L>::splat(0); n_days],
            recorded_days: 0,
        }
    }

    /// Records a day: the codes of the chosen and the succeeded alternatives, and the sums of the
    /// codes of the available ones.
    #[inline(always)]
    pub(crate) fn record(
        &mut self,
        chosen: &Mask<L>,
        succeeded: &Mask<L>,
        available: &Mask<L>,
        day: usize,
    ) {
        self.recorded_days |= 1 << day;
        let packed = &mut self.days[day];
        for lane in 0..L {
            packed[lane] = available[lane] | (chosen[lane] << 1) | (succeeded[lane] << 2);
        }
    }

    /// Adds the `n_days` days after `previous_day` to the records of the track's
    /// actions, and clears them.
    #[inline(always)]
    pub(crate) fn flush(
        &mut self,
        records: &mut IdVec<ActionId, ActionRecord<L>>,
        actions: &[ActionId],
        (previous_day, n_days): (u32, u32),
    ) {
        let mut counts = PackedCounts {
            taken: Mask::<L>::splat(0),
            succeeded: Mask::<L>::splat(0),
            available: Mask::<L>::splat(0),
            first: Mask::<L>::splat(0),
        };
        let n_days = (n_days as usize).next_multiple_of(DAYS_PER_PASS);
        // Backwards, so that the day that is written last is the first.
        for first_day in (0..n_days).step_by(DAYS_PER_PASS).rev() {
            for day in first_day..first_day + DAYS_PER_PASS {
                // A day that is not recorded may hold values of another block.
                if self.recorded_days & (1 << day) == 0 {
                    self.days[day] = Mask::<L>::splat(0);
                }
            }
            if let Some(days) = self.days[first_day..].first_chunk() {
                counts.add_days(days, first_day as u32);
            }
        }
        self.recorded_days = 0;
        for (k, &action) in actions.iter().enumerate() {
            let record = &mut records[action];
            for lane in 0..L {
                let first = field(counts.first[lane], k);
                record.add_counts(
                    lane,
                    field(counts.taken[lane], k),
                    field(counts.succeeded[lane], k),
                    field(counts.available[lane], k),
                    if first == 0 { 0 } else { previous_day + first },
                );
            }
        }
    }
}

impl<const L: usize> PackedCounts<L> {
    /// Adds consecutive days that precede those added before.
    #[inline(always)]
    fn add_days(&mut self, days: &[Mask<L>; DAYS_PER_PASS], first_day: u32) {
        for lane in 0..L {
            let (mut taken, mut succeeded) = (self.taken[lane], self.succeeded[lane]);
            let (mut available, mut first) = (self.available[lane], self.first[lane]);
            for k in (0..DAYS_PER_PASS).rev() {
                let packed = days[k][lane];
                let chosen = (packed >> 1) & LOWEST;
                available += packed & LOWEST;
                taken += chosen;
                succeeded += (packed >> 2) & LOWEST;
                // All bits of the chosen action's field, and the day in every field.
                let field = (chosen << FIELD) - chosen;
                let today = LOWEST * (first_day + k as u32 + 1);
                first = (first & !field) | (today & field);
            }
            (self.taken[lane], self.succeeded[lane]) = (taken, succeeded);
            (self.available[lane], self.first[lane]) = (available, first);
        }
    }
}

/// The packed histories of all tracks that have one, over the same days.
#[derive(Debug)]
pub(crate) struct PackedHistory<const L: usize> {
    /// By track; `None` if its actions have records only.
    pub(crate) tracks: Vec<Option<PackedTrackHistory<L>>>,
    /// The day before the first that is recorded.
    pub(crate) previous_day: u16,
}

impl<const L: usize> PackedHistory<L> {
    pub(crate) fn new(is_packed: impl Iterator<Item = bool>) -> Self {
        Self {
            tracks: is_packed
                .map(|is_packed| is_packed.then(PackedTrackHistory::new))
                .collect(),
            previous_day: 0,
        }
    }

    /// The packed history of a track, and the index of the day in it.
    #[inline(always)]
    pub(crate) fn track_and_day(
        &mut self,
        track: usize,
        day: u16,
    ) -> Option<(&mut PackedTrackHistory<L>, usize)> {
        let today = usize::from(day - self.previous_day - 1);
        Some((self.tracks[track].as_mut()?, today))
    }

    /// Whether all `n_days` days that fit are recorded.
    #[inline(always)]
    pub(crate) fn is_full(n_days: u32) -> bool {
        n_days == MAX_DAYS
    }
}
