//! The lanes of a block that each kind of tally counts.

use crate::engine::State;

/// A set of lanes of one block, one bit per lane.
pub(super) type LaneSet = u128;

/// The lanes of a block that each kind of tally counts.
pub(super) struct LaneSets {
    /// Lanes whose runs belong to the plan.
    pub(super) covered: LaneSet,
    /// Covered lanes that faulted.
    pub(super) faulted: LaneSet,
    /// Covered lanes of draws without a faulted run.
    pub(super) counted: LaneSet,
    /// Even lanes of pairs with both runs counted.
    pub(super) pairs: LaneSet,
}

/// The even lanes, the first of each pair.
const EVEN_LANES: LaneSet = LaneSet::MAX / 3;

impl LaneSets {
    /// The lanes of a block of a plan that ends before run `end`.
    pub(super) fn new<const L: usize>(state: &State<L>, end: u64) -> Self {
        let covered = first_lanes((end - state.first_run).min(L as u64));
        // Lanes beyond the end of the plan are simulated but not counted.
        let faulted = set_where::<L>(|lane| state.faults[lane] != 0) & covered;
        let first_faulted = (faulted | (faulted >> 1)) & EVEN_LANES;
        let counted = covered & !(first_faulted | (first_faulted << 1));
        Self {
            covered,
            faulted,
            counted,
            pairs: counted & (counted >> 1) & EVEN_LANES,
        }
    }

    /// The counted lanes among the first `n`.
    pub(super) fn first(&self, n: u64) -> LaneSet {
        self.counted & first_lanes(n)
    }
}

/// The first `n` lanes, or all if there are fewer.
fn first_lanes(n: u64) -> LaneSet {
    match n < u64::from(LaneSet::BITS) {
        true => (1 << n) - 1,
        false => LaneSet::MAX,
    }
}

/// The lanes for which the predicate holds.
pub(super) fn set_where<const L: usize>(holds: impl Fn(usize) -> bool) -> LaneSet {
    (0..L).fold(0, |set, lane| set | LaneSet::from(holds(lane)) << lane)
}

/// The lanes of a set, ascending.
pub(super) fn lanes_of(mut set: LaneSet) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if set == 0 {
            return None;
        }
        let lane = set.trailing_zeros() as usize;
        set &= set - 1;
        Some(lane)
    })
}

/// Number of lanes in a set.
pub(super) fn count(set: LaneSet) -> u64 {
    u64::from(set.count_ones())
}
