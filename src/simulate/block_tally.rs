//! Tallies one block of runs after its last day.

use super::lane_sets::{LaneSet, LaneSets, count, lanes_of, set_where};
use super::tally::{JointTally, OccurrenceTally, Tally};
use crate::base::index::{Id, IdVec};
use crate::engine::State;
use crate::engine::lanes::Mask;
use crate::scenario::limits;

impl JointTally {
    /// Adds a block: the lanes in which each outcome occurred, and the even lanes of complete pairs.
    fn add(&mut self, first: LaneSet, second: LaneSet, pairs: LaneSet) {
        let both = first & second;
        self.n_both += count(both);
        if both == 0 {
            return;
        }
        // Bit 2k of `x >> 1` is the second run of pair k.
        self.n_both_in_pairs += count(both & pairs) + count((both >> 1) & pairs);
        self.n_pairs_both += count(both & (both >> 1) & pairs);
        let where_pair_has = |hit: LaneSet| {
            let pairs = hit & (hit >> 1) & pairs;
            count(both & pairs) + count((both >> 1) & pairs)
        };
        self.n_both_in_first_pairs += where_pair_has(first);
        self.n_both_in_second_pairs += where_pair_has(second);
    }
}

impl Tally {
    /// Tallies the counted lanes of a block after its last day.
    pub(super) fn tally_block<const L: usize>(&mut self, state: &State<L>, lanes: &LaneSets) {
        self.n_runs += count(lanes.counted);
        self.n_left_out += count(lanes.covered & !lanes.counted);
        self.n_pairs += count(lanes.pairs);
        let faulted: Vec<u64> = lanes_of(lanes.faulted)
            .map(|lane| state.first_run + lane as u64)
            .collect();
        self.add_faults(faulted.len() as u64, &faulted);
        for (clamps, row) in self.clamps.iter_mut().zip(&state.clamps) {
            *clamps += lanes_of(lanes.counted)
                .map(|lane| u64::from(row[lane]))
                .sum::<u64>();
        }
        self.tally_outcomes(state, lanes);
        let Self {
            actions, events, ..
        } = self;
        tally_occurrences(actions, &state.history.actions, lanes);
        tally_occurrences(events, &state.history.events, lanes);
    }

    fn tally_outcomes<const L: usize>(&mut self, state: &State<L>, lanes: &LaneSets) {
        let hits: Vec<LaneSet> = state
            .outcome_days
            .iter()
            .map(|days| set_where::<L>(|lane| days[lane] != 0) & lanes.counted)
            .collect();
        let paired = lanes.pairs | lanes.pairs << 1;
        for ((tally, days), &hit) in self.outcomes.iter_mut().zip(&state.outcome_days).zip(&hits) {
            for lane in lanes_of(hit) {
                tally.first_day[days[lane] as usize - 1] += 1;
            }
            for lane in lanes_of(hit & paired) {
                tally.first_day_in_pairs[days[lane] as usize - 1] += 1;
            }
            for lane in lanes_of(hit & (hit >> 1) & lanes.pairs) {
                tally.both_by_day[days[lane].max(days[lane + 1]) as usize - 1] += 1;
            }
        }
        let mut joint = self.joint.iter_mut();
        for (i, &first) in hits.iter().enumerate() {
            for (&second, cell) in hits[i + 1..].iter().zip(&mut joint) {
                cell.add(first, second, lanes.pairs);
            }
        }
    }
}

/// Bits of a day number; 0 stands for never.
const DAY_BITS: u32 = 10;
const _: () = assert!(limits::HORIZON_DAYS < 1 << DAY_BITS);

/// Tallies the action or event records of the counted lanes. Sums over one block fit 32 bits: counts
/// and days are at most 1,000 per lane.
fn tally_occurrences<I: Id, const L: usize>(
    tallies: &mut [OccurrenceTally],
    records: &IdVec<I, crate::engine::ActionRecord<L>>,
    lanes: &LaneSets,
) {
    let mask = |set: LaneSet| -> Mask<L> {
        Mask::from_fn(|lane| 0_u32.wrapping_sub((set >> lane) as u32 & 1))
    };
    let (counted, pairs) = (mask(lanes.counted), mask(lanes.pairs));
    // Even and odd lanes are counted apart: two increments of one counter in a row would stall.
    let mut first_days = [[0_u32; 1 << DAY_BITS]; 2];
    for (tally, record) in tallies.iter_mut().zip(records) {
        let [mut count, mut squares, mut successes, mut days_available] = [0_u32; 4];
        for lane in 0..L {
            let times = record.count(lane) & counted[lane];
            count += times;
            squares += times * times;
            successes += record.successes(lane) & counted[lane];
            days_available += record.days_available(lane) & counted[lane];
        }
        tally.days_available += u64::from(days_available);
        if count == 0 {
            continue;
        }
        tally.count += u64::from(count);
        tally.count_squares += u64::from(squares);
        tally.successes += u64::from(successes);
        let [mut hits, mut both, mut sum, mut sum_squares] = [0_u32; 4];
        for pair in 0..L / 2 {
            let is_pair = pairs[2 * pair];
            let one = record.count(2 * pair) & is_pair;
            let other = record.count(2 * pair + 1) & is_pair;
            hits += u32::from(one > 0) + u32::from(other > 0);
            both += u32::from((one > 0) & (other > 0));
            sum += one + other;
            sum_squares += (one + other) * (one + other);
        }
        tally.n_hits_in_pairs += u64::from(hits);
        tally.n_both += u64::from(both);
        tally.count_in_pairs += u64::from(sum);
        tally.pair_count_squares += u64::from(sum_squares);
        let mut first = Mask::<L>::splat(0);
        for lane in 0..L {
            first[lane] = record.first_day(lane) & counted[lane];
        }
        for two in first.chunks_exact(2) {
            first_days[0][two[0] as usize % (1 << DAY_BITS)] += 1;
            first_days[1][two[1] as usize % (1 << DAY_BITS)] += 1;
        }
        let [even, odd] = &mut first_days;
        for (day, n) in tally.first_day.iter_mut().enumerate() {
            *n += u64::from(even[day + 1] + odd[day + 1]);
        }
        even[..=tally.first_day.len()].fill(0);
        odd[..=tally.first_day.len()].fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joint_counts_agree_with_a_loop_over_pairs() {
        // Three complete pairs and one single run (lane 6); lane k is bit k.
        let (first, second, pairs) = (0b111_0111, 0b110_1101, 0b001_0101);
        let mut tally = JointTally::default();
        tally.add(first, second, pairs);
        // Both in lanes 0, 2, 5 and 6.
        assert_eq!(tally.n_both, 4);
        assert_eq!((tally.n_both_in_pairs, tally.n_pairs_both), (3, 0));
        // The first occurs in both runs of pairs 0 and 2, the second in both of pair 1.
        assert_eq!(tally.n_both_in_first_pairs, 2);
        assert_eq!(tally.n_both_in_second_pairs, 1);
    }
}
