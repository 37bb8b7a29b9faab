//! Collects the values of the variables at the end of each day.
//!
//! The values of a block are written as keys, unsorted, one row per variable and day. Sorting and
//! counting them is put off until a row is full, so that filling a row is one loop over the lanes. The
//! rows have a bounded size: memory grows neither with the runs nor, beyond a block, with the number
//! of rows.

use super::lane_sets::{LaneSet, count, lanes_of};
use super::tally::{Shape, VariableTally};
use crate::base::cancel::CancelFlag;
use crate::base::stats::ValueCounts;
use crate::base::stats::value_counts::{key_of, sort_keys};
use crate::engine::lanes::Lanes;
use crate::engine::{Observer, State};
use rayon::prelude::*;

/// Maximum number of keys of a chunk that are not counted, in all rows, unless one block has more.
pub(super) const CHUNK_KEYS: usize = 1 << 20;
/// The same for a stretch of chunks: the runs whose variables are tallied by default, in a scenario of
/// ordinary size, are sorted only once.
pub(super) const STRETCH_KEYS: usize = 1 << 24;

/// The values that are not counted yet, and the counts of the others.
#[derive(Clone, Debug)]
pub(super) struct VariableCollector {
    horizon_days: usize,
    n_rows: usize,
    max_keys: usize,
    /// Number of keys for which a row has memory.
    capacity: usize,
    /// Number of keys in each row.
    n_pending: usize,
    /// Keys by variable, day and run, `capacity` per row.
    pending: Vec<u32>,
    /// Number of runs in `pending` and `rows`.
    n_runs: u64,
    /// Counted values by row; empty until a row was full.
    rows: Vec<ValueCounts>,
    /// Stops the counting of a chunk that is dropped.
    cancel: CancelFlag,
}

impl VariableCollector {
    /// A collector with memory for `n_runs` runs in blocks of `lanes`, but at most `max_pending` keys;
    /// what is full is counted in between.
    pub(super) fn new(
        shape: &Shape,
        (n_runs, max_pending): (u64, usize),
        lanes: usize,
        cancel: &CancelFlag,
    ) -> Self {
        let horizon_days = usize::from(shape.horizon_days);
        let n_rows = shape.n_variables * horizon_days;
        let capacity = Self::capacity(n_rows, (n_runs, max_pending), lanes);
        Self {
            horizon_days,
            n_rows,
            max_keys: VariableTally::max_keys(n_rows),
            capacity,
            n_pending: 0,
            pending: vec![0; n_rows * capacity],
            n_runs: 0,
            rows: Vec::new(),
            cancel: cancel.clone(),
        }
    }

    /// Number of keys for which each of `n_rows` rows has memory.
    pub(super) fn capacity(
        n_rows: usize,
        (n_runs, max_pending): (u64, usize),
        lanes: usize,
    ) -> usize {
        let wanted = usize::try_from(n_runs).unwrap_or(usize::MAX);
        let affordable = max_pending / n_rows.max(1);
        wanted.min(affordable).max(lanes).next_multiple_of(lanes)
    }

    /// Counts what is pending if the values of a block of `lanes` would not fit.
    pub(super) fn begin_block(&mut self, lanes: usize) {
        if self.n_pending + lanes > self.capacity {
            self.count_pending();
        }
    }

    /// Keeps the values of a block in the lanes of a set, after its last day.
    pub(super) fn end_block<const L: usize>(&mut self, set: LaneSet) {
        let n = count(set) as usize;
        if n < L {
            for row in self.pending.chunks_exact_mut(self.capacity) {
                let block = &mut row[self.n_pending..][..L];
                for (kept, lane) in lanes_of(set).enumerate() {
                    block[kept] = block[lane];
                }
            }
        }
        self.n_pending += n;
        self.n_runs += n as u64;
    }

    /// Adds the values of another collector.
    pub(super) fn merge(&mut self, mut other: Self) {
        if self.n_pending + other.n_pending > self.capacity {
            self.count_pending();
        }
        if other.n_pending > self.capacity {
            other.count_pending();
        }
        let rows = self.pending.chunks_exact_mut(self.capacity);
        for (row, more) in rows.zip(other.pending.chunks_exact(other.capacity)) {
            row[self.n_pending..][..other.n_pending].copy_from_slice(&more[..other.n_pending]);
        }
        self.n_pending += other.n_pending;
        self.n_runs += other.n_runs;
        if self.rows.is_empty() || other.rows.is_empty() {
            self.rows.append(&mut other.rows);
            return;
        }
        for (row, more) in self.rows.iter_mut().zip(&other.rows) {
            row.merge(more, self.max_keys);
        }
    }

    /// Counts the pending values on this thread.
    fn count_pending(&mut self) {
        self.allocate_rows();
        let (max_keys, n_pending) = (self.max_keys, self.n_pending);
        let mut buffers = SortBuffers::default();
        let pending = self.pending.chunks_exact(self.capacity);
        for (row, keys) in self.rows.iter_mut().zip(pending) {
            if self.cancel.is_canceled() {
                return;
            }
            buffers.count(row, &keys[..n_pending], max_keys);
        }
        self.n_pending = 0;
    }

    /// The tally of all values; counts what is pending on the threads of the current pool.
    pub(super) fn into_tally(mut self) -> VariableTally {
        self.allocate_rows();
        let (max_keys, n_pending) = (self.max_keys, self.n_pending);
        let pending = self.pending.par_chunks_exact(self.capacity);
        self.rows
            .par_iter_mut()
            .zip(pending)
            .for_each_init(SortBuffers::default, |buffers, (row, keys)| {
                buffers.count(row, &keys[..n_pending], max_keys)
            });
        VariableTally {
            n_runs: self.n_runs,
            max_keys,
            days: self.rows,
        }
    }

    fn allocate_rows(&mut self) {
        self.rows.resize_with(self.n_rows, ValueCounts::default);
    }
}

impl<const L: usize> Observer<L> for VariableCollector {
    fn observes_choices(&self) -> bool {
        false
    }

    fn day(&mut self, state: &State<L>) {
        let first_row = usize::from(state.day) - 1;
        let mut rows = self.pending.chunks_exact_mut(self.capacity).skip(first_row);
        for values in &state.variables {
            let Some(row) = rows.next() else { return };
            write_keys(&mut row[self.n_pending..][..L], values);
            if self.horizon_days > 1 {
                rows.nth(self.horizon_days - 2);
            }
        }
    }
}

/// Writes the keys of one variable in all lanes.
#[inline(always)]
fn write_keys<const L: usize>(keys: &mut [u32], values: &Lanes<L>) {
    for (lane, key) in keys.iter_mut().enumerate() {
        *key = key_of(values[lane]);
    }
}

/// Memory for sorting, kept between rows.
#[derive(Default)]
struct SortBuffers {
    keys: Vec<u32>,
    scratch: Vec<u32>,
}

impl SortBuffers {
    fn count(&mut self, row: &mut ValueCounts, keys: &[u32], max_keys: usize) {
        self.keys.clear();
        self.keys.extend_from_slice(keys);
        sort_keys(&mut self.keys, &mut self.scratch);
        row.add_sorted(&self.keys, max_keys);
    }
}
