//! Mergeable integer sums over runs.
//!
//! A tally says for how many runs each thing was so, never in floating point, so merging is
//! exact in any order. Runs come in pairs, two lives of one draw; sums over pairs are kept
//! beside those over runs, since the two lives are correlated. A draw in which either life
//! faulted is left out of everything but the count of faults. All counts of runs go through
//! masks of lanes, one bit a run, which is where the weight of a run would enter.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The fixed-point unit of a variable's value: `q / VALUE_ONE` is the share of the way from the
/// variable's min to its max.
pub const VALUE_ONE: u32 = 1 << 24;

/// How many faulted runs are remembered by number.
const MAX_FAULTED_RUNS: usize = 100;

/// Sums over the runs of one program and seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Names the program, its bound values and the engine that made the sums.
    pub fingerprint: u64,
    /// The seed.
    pub seed: u64,
    /// The runs covered, as sorted, disjoint, non-touching ranges `[first, end)`.
    pub ranges: Vec<(u64, u64)>,
    /// Runs counted: those covered whose draw did not fault.
    pub n_runs: u64,
    /// Draws of which both lives are counted.
    pub n_pairs: u64,
    /// Runs covered but left out because they or the other life of their draw faulted.
    pub n_left_out: u64,
    /// Runs that faulted.
    pub n_faulted: u64,
    /// The lowest numbers of faulted runs, ascending, at most 100.
    pub faulted_runs: Vec<u64>,
    /// By outcome.
    pub outcomes: Vec<OutcomeTally>,
    /// Runs in which both outcomes i < j came true, by row: (0,1), (0,2), …, (1,2), ….
    pub joint: Vec<u64>,
    /// By action.
    pub actions: Vec<OccurrenceTally>,
    /// By event.
    pub events: Vec<OccurrenceTally>,
    /// By clamped quantity: how often an expression's value was clamped.
    pub clamps: Vec<u64>,
    /// Values of the variables on the first runs; `None` where none of these were asked for.
    pub variables: Option<VariableTally>,
}

/// Sums for one outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeTally {
    /// Runs by the day on which it came true; index 0 is day 1.
    pub first_day: Vec<u64>,
    /// The same over the runs of complete pairs.
    pub first_day_in_pairs: Vec<u64>,
    /// Pairs in both lives of which it came true, by the later of the two days.
    pub both_by_day: Vec<u64>,
}

/// Sums for one action or event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OccurrenceTally {
    /// Runs by the day on which it was first taken or struck; index 0 is day 1.
    pub first_day: Vec<u64>,
    /// Runs of complete pairs in which it was taken or struck at all.
    pub n_hits_in_pairs: u64,
    /// Pairs in both lives of which it was.
    pub n_both: u64,
    /// Σ count over runs.
    pub count: u64,
    /// Σ count² over runs.
    pub count_squares: u64,
    /// Σ (count of one life + count of the other)² over pairs.
    pub pair_count_squares: u64,
    /// Σ count over the runs of complete pairs.
    pub count_in_pairs: u64,
    /// Σ successes over runs.
    pub successes: u64,
    /// Σ days on which it was open to its deliberating actor, over runs; 0 for events.
    pub days_open: u64,
}

/// Values of the variables, by variable and day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableTally {
    /// Runs counted.
    pub n_runs: u64,
    /// Bins between min and max in each histogram.
    pub n_bins: usize,
    /// Variable-major: row `variable * horizon_days + day - 1`, the value in the day's evening.
    pub days: Vec<DayTally>,
}

/// Values of one variable on one day, in units of `1 / VALUE_ONE` of its range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayTally {
    /// Σ q.
    pub sum: u128,
    /// Σ q².
    pub squares: u128,
    /// The least q seen, `u32::MAX` before any.
    pub lowest: u32,
    /// The greatest q seen.
    pub highest: u32,
    /// Counts: exactly at min, then `n_bins` equal bins, then exactly at max.
    pub bins: Vec<u32>,
}

/// Why two tallies cannot be merged.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TallyError {
    /// They were made by different programs, values or engines.
    #[error("the tallies are of different scenarios, parameter values or engine versions")]
    DifferentProgram,
    /// They were made with different seeds.
    #[error("the tallies have different seeds, {0:#x} and {1:#x}")]
    DifferentSeed(u64, u64),
    /// They cover some of the same runs.
    #[error("the tallies both cover run {0}")]
    SharedRun(u64),
}

impl Tally {
    /// An empty tally of a program's shape.
    pub(super) fn new(shape: &Shape, variables: bool) -> Self {
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
            days_open: 0,
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
            joint: vec![0; n_joint],
            actions: (0..shape.n_actions).map(|_| occurrence()).collect(),
            events: (0..shape.n_events).map(|_| occurrence()).collect(),
            clamps: vec![0; shape.n_clamped],
            variables: variables.then(|| VariableTally::new(shape)),
        }
    }

    /// Adds another tally's sums. Exact, and the same in any order.
    ///
    /// # Errors
    /// Where the two are not of the same program and seed, or share a run; `self` is then
    /// unchanged.
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
        self.note_faults(other.n_faulted, &other.faulted_runs);
        for (mine, theirs) in self.outcomes.iter_mut().zip(&other.outcomes) {
            add_all(&mut mine.first_day, &theirs.first_day);
            add_all(&mut mine.first_day_in_pairs, &theirs.first_day_in_pairs);
            add_all(&mut mine.both_by_day, &theirs.both_by_day);
        }
        add_all(&mut self.joint, &other.joint);
        add_all(&mut self.clamps, &other.clamps);
        let mine = self.actions.iter_mut().chain(&mut self.events);
        for (mine, theirs) in mine.zip(other.actions.iter().chain(&other.events)) {
            mine.merge(theirs);
        }
        match (&mut self.variables, &other.variables) {
            (Some(mine), Some(theirs)) => mine.merge(theirs),
            (mine @ None, Some(theirs)) => *mine = Some(theirs.clone()),
            (_, None) => {}
        }
        Ok(())
    }

    /// Counts faulted runs and remembers the lowest numbers.
    pub(super) fn note_faults(&mut self, n_faulted: u64, runs: &[u64]) {
        self.n_faulted += n_faulted;
        self.faulted_runs.extend_from_slice(runs);
        self.faulted_runs.sort_unstable();
        self.faulted_runs.truncate(MAX_FAULTED_RUNS);
    }

    /// The index in `joint` of outcomes `first` < `second`.
    pub fn joint_index(n_outcomes: usize, first: usize, second: usize) -> usize {
        first * (2 * n_outcomes - first - 1) / 2 + (second - first - 1)
    }

    /// The number of runs covered, counted or left out.
    pub fn n_covered(&self) -> u64 {
        self.n_runs + self.n_left_out
    }
}

/// What a tally must have room for.
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
    /// Runs in which it came true.
    pub fn n_hits(&self) -> u64 {
        self.first_day.iter().sum()
    }
}

impl OccurrenceTally {
    /// Runs in which it was taken or struck.
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
        self.days_open += other.days_open;
    }
}

impl VariableTally {
    /// The histograms of all variables and days together have at most this many bins.
    const MAX_BINS: usize = 1 << 23;

    fn new(shape: &Shape) -> Self {
        let n_rows = shape.n_variables * usize::from(shape.horizon_days);
        // Fewer bins for long horizons, so that memory stays flat: a power of 2 in 16..=1024.
        let mut n_bins = 1024;
        while n_bins > 16 && n_bins * n_rows > Self::MAX_BINS {
            n_bins /= 2;
        }
        let day = DayTally {
            sum: 0,
            squares: 0,
            lowest: u32::MAX,
            highest: 0,
            bins: vec![0; n_bins + 2],
        };
        Self {
            n_runs: 0,
            n_bins,
            days: vec![day; n_rows],
        }
    }

    fn merge(&mut self, other: &VariableTally) {
        self.n_runs += other.n_runs;
        for (mine, theirs) in self.days.iter_mut().zip(&other.days) {
            mine.sum += theirs.sum;
            mine.squares += theirs.squares;
            mine.lowest = mine.lowest.min(theirs.lowest);
            mine.highest = mine.highest.max(theirs.highest);
            for (bin, more) in mine.bins.iter_mut().zip(&theirs.bins) {
                *bin += more;
            }
        }
    }
}

impl DayTally {
    /// Counts one value.
    #[inline]
    pub(super) fn add(&mut self, q: u32) {
        self.sum += u128::from(q);
        self.squares += u128::from(u64::from(q) * u64::from(q));
        self.lowest = self.lowest.min(q);
        self.highest = self.highest.max(q);
        let n_bins = self.bins.len() - 2;
        // The greatest value falls into the last bin by itself.
        let bin = match q {
            0 => 0,
            _ => 1 + (q as usize * n_bins) / VALUE_ONE as usize,
        };
        self.bins[bin] += 1;
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
    fn ranges_join_where_they_touch_and_never_overlap() {
        assert_eq!(union(&[(0, 4)], &[(4, 8)]), Ok(vec![(0, 8)]));
        assert_eq!(union(&[(0, 4), (8, 12)], &[(4, 8)]), Ok(vec![(0, 12)]));
        assert_eq!(union(&[(0, 4)], &[(6, 8)]), Ok(vec![(0, 4), (6, 8)]));
        assert_eq!(union(&[(0, 4)], &[(3, 8)]), Err(3));
    }

    #[test]
    fn joint_indices_count_up_row_by_row() {
        let n = 5;
        let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        for (expected, (i, j)) in pairs.enumerate() {
            assert_eq!(Tally::joint_index(n, i, j), expected);
        }
    }
}
