//! Mergeable integer sums over runs.
//!
//! All sums are integers or fixed point, so merging is exact in any order. Runs 2k and 2k + 1 share
//! draw k of the uncertain quantities and are correlated, so sums over such pairs are kept beside sums
//! over runs. A draw with a faulted run counts only as a fault. All counts go through lane masks, one
//! bit per run, which is where a weight of runs would enter.

use crate::base::stats::ValueCounts;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Maximum number of faulted runs that are listed.
const MAX_FAULTED_RUNS: usize = 100;

/// Sums over the runs of one program and seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Hash of the program, its bound values and the engine version.
    pub fingerprint: u64,
    /// Seed of the random numbers.
    pub seed: u64,
    /// The runs covered, as sorted, disjoint, non-touching ranges `[first, end)`.
    pub ranges: Vec<(u64, u64)>,
    /// Runs counted: covered runs of draws without a fault.
    pub n_runs: u64,
    /// Draws with both runs counted.
    pub n_pairs: u64,
    /// Covered runs left out because a run of their draw faulted.
    pub n_left_out: u64,
    /// Faulted runs.
    pub n_faulted: u64,
    /// Numbers of the first faulted runs, ascending, at most 100.
    pub faulted_runs: Vec<u64>,
    /// Sums by outcome.
    pub outcomes: Vec<OutcomeTally>,
    /// Sums for outcomes i < j together, row by row: (0,1), (0,2), …, (1,2), ….
    pub joint: Vec<JointTally>,
    /// Sums by action.
    pub actions: Vec<OccurrenceTally>,
    /// Sums by event.
    pub events: Vec<OccurrenceTally>,
    /// Number of clamped values by clamped quantity.
    pub clamps: Vec<u64>,
    /// Values of the variables on the first runs; `None` if the plan tallies none.
    pub variables: Option<VariableTally>,
}

/// Sums for one outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeTally {
    /// Runs by day of occurrence; index 0 is day 1.
    pub first_day: Vec<u64>,
    /// Runs of complete pairs by day of occurrence.
    pub first_day_in_pairs: Vec<u64>,
    /// Pairs in which the outcome occurred in both runs, by the later of the two days.
    pub both_by_day: Vec<u64>,
}

/// Sums for two outcomes together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointTally {
    /// Runs in which both occurred.
    pub n_both: u64,
    /// Runs of complete pairs in which both occurred.
    pub n_both_in_pairs: u64,
    /// Pairs in which both occurred in both runs.
    pub n_pairs_both: u64,
    /// Runs in which both occurred, of pairs in which the first occurred in both runs.
    pub n_both_in_first_pairs: u64,
    /// Runs in which both occurred, of pairs in which the second occurred in both runs.
    pub n_both_in_second_pairs: u64,
}

/// Sums for one action or event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OccurrenceTally {
    /// Runs by the day of the first occurrence; index 0 is day 1.
    pub first_day: Vec<u64>,
    /// Runs of complete pairs with an occurrence.
    pub n_hits_in_pairs: u64,
    /// Pairs with an occurrence in both runs.
    pub n_both: u64,
    /// Σ count over runs.
    pub count: u64,
    /// Σ count² over runs.
    pub count_squares: u64,
    /// Σ (sum of the two counts)² over pairs.
    pub pair_count_squares: u64,
    /// Σ count over the runs of complete pairs.
    pub count_in_pairs: u64,
    /// Σ successes over runs.
    pub successes: u64,
    /// Σ days on which the action was available and its actor activated, over runs; 0 for events.
    pub days_available: u64,
}

/// Values of the variables, by variable and day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableTally {
    /// Number of runs counted.
    pub n_runs: u64,
    /// Maximum number of keys for which [`ValueCounts`] keeps a count.
    pub max_keys: usize,
    /// End-of-day values, variable-major: row `variable * horizon_days + day - 1`.
    pub days: Vec<ValueCounts>,
}

/// The reason why two tallies cannot be merged.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TallyError {
    /// The tallies differ in program, values or engine version.
    #[error("the tallies are of different scenarios, parameter values or engine versions")]
    DifferentProgram,
    /// The tallies differ in their seeds.
    #[error("the tallies have different seeds, {0:#x} and {1:#x}")]
    DifferentSeed(u64, u64),
    /// The tallies cover a common run.
    #[error("the tallies both cover run {0}")]
    SharedRun(u64),
}

impl Tally {
    /// An empty tally for a program's numbers of outcomes, actions and events.
    pub(super) fn new(shape: &Shape) -> Self {
        let days = usize::from(shape.horizon_days);
        let occurrence = || OccurrenceTally {
            first_day: vec![0; days],
            n_hits_in_pairs: 0,
            n_both: 0,
            count: 0,
            count_squares: 0,
            pair_count_squares: 0,
            count_in_pairs: 0,
            successes: 0,
            days_available: 0,
        };
        let outcome = OutcomeTally {
            first_day: vec![0; days],
            first_day_in_pairs: vec![0; days],
            both_by_day: vec![0; days],
        };
        let n_joint = shape.n_outcomes * shape.n_outcomes.saturating_sub(1) / 2;
        Self {
            fingerprint: shape.fingerprint,
            seed: shape.seed,
            ranges: Vec::new(),
            n_runs: 0,
            n_pairs: 0,
            n_left_out: 0,
            n_faulted: 0,
            faulted_runs: Vec::new(),
            outcomes: vec![outcome; shape.n_outcomes],
            joint: vec![JointTally::default(); n_joint],
            actions: (0..shape.n_actions).map(|_| occurrence()).collect(),
            events: (0..shape.n_events).map(|_| occurrence()).collect(),
            clamps: vec![0; shape.n_clamped],
            variables: None,
        }
    }

    /// Adds the sums of another tally. The result is exact and does not depend on the order.
    ///
    /// # Errors
    /// If the two differ in program or seed, or share a run; `self` is then unchanged.
    pub fn merge(&mut self, other: &Tally) -> Result<(), TallyError> {
        if self.fingerprint != other.fingerprint {
            return Err(TallyError::DifferentProgram);
        }
        if self.seed != other.seed {
            return Err(TallyError::DifferentSeed(self.seed, other.seed));
        }
        let ranges = union(&self.ranges, &other.ranges).map_err(TallyError::SharedRun)?;
        self.ranges = ranges;
        self.n_runs += other.n_runs;
        self.n_pairs += other.n_pairs;
        self.n_left_out += other.n_left_out;
        self.add_faults(other.n_faulted, &other.faulted_runs);
        for (mine, theirs) in self.outcomes.iter_mut().zip(&other.outcomes) {
            add_all(&mut mine.first_day, &theirs.first_day);
            add_all(&mut mine.first_day_in_pairs, &theirs.first_day_in_pairs);
            add_all(&mut mine.both_by_day, &theirs.both_by_day);
        }
        for (mine, theirs) in self.joint.iter_mut().zip(&other.joint) {
            mine.merge(theirs);
        }
        add_all(&mut self.clamps, &other.clamps);
        let mine = self.actions.iter_mut().chain(&mut self.events);
        for (mine, theirs) in mine.zip(other.actions.iter().chain(&other.events)) {
            mine.merge(theirs);
        }
        if let Some(variables) = &other.variables {
            self.merge_variables(variables.clone());
        }
        Ok(())
    }

    /// Adds values of the variables.
    pub(super) fn merge_variables(&mut self, more: VariableTally) {
        match &mut self.variables {
            Some(variables) => variables.merge(&more),
            none => *none = Some(more),
        }
    }

    /// Counts faulted runs and keeps the lowest run numbers.
    pub(super) fn add_faults(&mut self, n_faulted: u64, runs: &[u64]) {
        self.n_faulted += n_faulted;
        self.faulted_runs.extend_from_slice(runs);
        self.faulted_runs.sort_unstable();
        self.faulted_runs.truncate(MAX_FAULTED_RUNS);
    }

    /// The index in `joint` of outcomes `first` < `second`.
    pub fn joint_index(n_outcomes: usize, first: usize, second: usize) -> usize {
        first * (2 * n_outcomes - first - 1) / 2 + (second - first - 1)
    }

    /// Number of runs covered, counted or left out.
    pub fn n_covered(&self) -> u64 {
        self.n_runs + self.n_left_out
    }
}

/// The dimensions of a tally.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) fingerprint: u64,
    pub(super) seed: u64,
    pub(super) horizon_days: u16,
    pub(super) n_variables: usize,
    pub(super) n_outcomes: usize,
    pub(super) n_actions: usize,
    pub(super) n_events: usize,
    pub(super) n_clamped: usize,
}

impl OutcomeTally {
    /// Number of runs in which the outcome occurred.
    pub fn n_hits(&self) -> u64 {
        self.first_day.iter().sum()
    }
}

impl JointTally {
    fn merge(&mut self, other: &JointTally) {
        self.n_both += other.n_both;
        self.n_both_in_pairs += other.n_both_in_pairs;
        self.n_pairs_both += other.n_pairs_both;
        self.n_both_in_first_pairs += other.n_both_in_first_pairs;
        self.n_both_in_second_pairs += other.n_both_in_second_pairs;
    }
}

impl OccurrenceTally {
    /// Number of runs with an occurrence.
    pub fn n_hits(&self) -> u64 {
        self.first_day.iter().sum()
    }

    fn merge(&mut self, other: &OccurrenceTally) {
        add_all(&mut self.first_day, &other.first_day);
        self.n_hits_in_pairs += other.n_hits_in_pairs;
        self.n_both += other.n_both;
        self.count += other.count;
        self.count_squares += other.count_squares;
        self.pair_count_squares += other.pair_count_squares;
        self.count_in_pairs += other.count_in_pairs;
        self.successes += other.successes;
        self.days_available += other.days_available;
    }
}

impl VariableTally {
    /// Maximum number of keys over the counts of all variables and days.
    const MAX_KEYS: usize = 1 << 22;

    /// The maximum number of keys of each of `n_rows` rows: a power of 2 in 16..=4096, fewer for many
    /// rows, so that memory stays flat.
    pub(super) fn max_keys(n_rows: usize) -> usize {
        let affordable = Self::MAX_KEYS / n_rows.max(1);
        1 << affordable.clamp(16, 4096).ilog2()
    }

    fn merge(&mut self, other: &VariableTally) {
        self.n_runs += other.n_runs;
        for (mine, theirs) in self.days.iter_mut().zip(&other.days) {
            mine.merge(theirs, self.max_keys);
        }
    }
}

fn add_all(mine: &mut [u64], theirs: &[u64]) {
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        *mine += theirs;
    }
}

/// The union of two sets of ranges, or the first run that is in both.
fn union(a: &[(u64, u64)], b: &[(u64, u64)]) -> Result<Vec<(u64, u64)>, u64> {
    let mut all: Vec<_> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::with_capacity(all.len());
    for (first, end) in all {
        match merged.last_mut() {
            Some(last) if first < last.1 => return Err(first),
            Some(last) if first == last.1 => last.1 = end,
            _ => merged.push((first, end)),
        }
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjacent_ranges_join_and_overlaps_are_rejected() {
        assert_eq!(union(&[(0, 4)], &[(4, 8)]), Ok(vec![(0, 8)]));
        assert_eq!(union(&[(0, 4), (8, 12)], &[(4, 8)]), Ok(vec![(0, 12)]));
        assert_eq!(union(&[(0, 4)], &[(6, 8)]), Ok(vec![(0, 4), (6, 8)]));
        assert_eq!(union(&[(0, 4)], &[(3, 8)]), Err(3));
    }

    #[test]
    fn joint_index_is_row_major() {
        let n = 5;
        let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        for (expected, (i, j)) in pairs.enumerate() {
            assert_eq!(Tally::joint_index(n, i, j), expected);
        }
    }
}
