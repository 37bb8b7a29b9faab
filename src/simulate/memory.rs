//! The memory of a simulation, known before it is allocated.

use super::plan::{CHUNK_RUNS, SimulationPlan};
use super::tally::{JointTally, VariableTally};
use super::variable_collector::{CHUNK_KEYS, STRETCH_KEYS, VariableCollector};
use crate::base::stats::ValueCounts;
use crate::engine::LANES;
use crate::engine::memory::{engine_bytes, execution_plan_bytes, gradient_bytes};
use crate::program::BoundProgram;

/// Upper bounds of what a simulation allocates, without its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryNeed {
    /// What all threads share \[bytes\].
    pub shared: u64,
    /// What each thread needs \[bytes\].
    pub per_thread: u64,
}

impl MemoryNeed {
    /// The need of a plan.
    pub fn of(bound: &BoundProgram, plan: &SimulationPlan) -> Self {
        let (tally, variables) = (tally_bytes(bound), variable_bytes(bound, plan));
        Self {
            // The sums of all chunks, and those of a stretch.
            shared: execution_plan_bytes(&bound.program)
                + tally
                + 2 * variables.rows
                + variables.stretch,
            // A chunk in progress, and one that waits for those before it.
            per_thread: engine_bytes::<LANES>(bound) + 2 * (tally + variables.chunk),
        }
    }

    /// The need if the chunks are observed for derivatives.
    pub fn with_gradients(self, bound: &BoundProgram) -> Self {
        let per_thread = self.per_thread + gradient_bytes::<LANES>(bound);
        Self { per_thread, ..self }
    }

    /// The need of simulations that are in progress at the same time, one of them at work.
    pub fn interleaved(self, other: Self) -> Self {
        Self {
            shared: self.shared + other.shared,
            per_thread: self.per_thread.max(other.per_thread),
        }
    }

    /// The number of threads, of at most `n_threads`, for which `limit` bytes suffice; `None` if they
    /// do not suffice for one.
    pub fn threads_within(self, limit: u64, n_threads: usize) -> Option<usize> {
        let affordable = limit.checked_sub(self.shared)? / self.per_thread.max(1);
        let affordable = usize::try_from(affordable).unwrap_or(usize::MAX);
        (affordable > 0).then_some(affordable.min(n_threads))
    }

    /// The need with a number of threads \[bytes\].
    pub fn with_threads(self, n_threads: usize) -> u64 {
        self.shared + n_threads as u64 * self.per_thread
    }
}

/// The memory of what a simulation returns of each run: uncertain quantities, outcome days and the
/// variables \[bytes\].
pub fn record_bytes(bound: &BoundProgram) -> u64 {
    let program = &bound.program;
    let values = bound.drawn().len() + program.variables.len();
    (values * 4 + program.outcomes.len() * 2 + 96) as u64
}

/// The memory of the first days and counts of one run \[bytes\].
pub fn first_days_bytes(bound: &BoundProgram) -> u64 {
    let program = &bound.program;
    (program.outcomes.len() * 2 + program.actions.len() * 4 + 1) as u64
}

/// The memory of a tally without variables.
fn tally_bytes(bound: &BoundProgram) -> u64 {
    let program = &bound.program;
    let days = usize::from(program.horizon_days);
    let n_outcomes = program.outcomes.len();
    let n_joint = n_outcomes * n_outcomes.saturating_sub(1) / 2;
    let n_occurrences = program.actions.len() + program.events.len();
    let bytes = n_outcomes * (3 * 8 * days + 72)
        + n_joint * size_of::<JointTally>()
        + n_occurrences * (8 * days + 96)
        + program.clamped.len() * 8;
    bytes as u64
}

struct VariableBytes {
    rows: u64,
    /// Values of a chunk: not counted, and counted if there are many.
    chunk: u64,
    /// The same of a stretch.
    stretch: u64,
}

fn variable_bytes(bound: &BoundProgram, plan: &SimulationPlan) -> VariableBytes {
    let program = &bound.program;
    let n_rows = program.variables.len() * usize::from(program.horizon_days);
    let n_runs = plan.variable_runs.min(plan.n_runs);
    if n_runs == 0 {
        return VariableBytes {
            rows: 0,
            chunk: 0,
            stretch: 0,
        };
    }
    let pending = |n_runs: u64, max_pending: usize| {
        let capacity = VariableCollector::capacity(n_rows, (n_runs, max_pending), LANES);
        (n_rows * capacity * 4) as u64
    };
    // A row has keys, counts and two integers of some words.
    let n_keys = VariableTally::max_keys(n_rows).min(n_runs as usize);
    let row = size_of::<ValueCounts>() + 12 * n_keys + 160;
    let rows = (n_rows * row) as u64;
    let chunk_runs = n_runs.min(CHUNK_RUNS);
    let chunk = pending(chunk_runs, CHUNK_KEYS);
    let is_counted = chunk < n_rows as u64 * 4 * chunk_runs;
    VariableBytes {
        rows,
        chunk: chunk + if is_counted { rows } else { 0 },
        stretch: pending(n_runs, STRETCH_KEYS),
    }
}
