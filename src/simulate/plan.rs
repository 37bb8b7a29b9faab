//! The plan of a simulation.

use crate::base::random::keyed::{Branch, Seed};

/// Runs per chunk: the unit of work of a thread, after which a simulation can stop. A multiple of
/// every block width.
pub const CHUNK_RUNS: u64 = 1024;

/// Which runs are simulated, with which random numbers, and what is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimulationPlan {
    /// Seed of all random numbers.
    pub seed: Seed,
    /// Branch of the daily random numbers; ordinary runs use 0. The uncertain quantities are sampled
    /// identically on every branch.
    pub branch: Branch,
    /// First run, a multiple of [`CHUNK_RUNS`]; 0 unless the simulation is a shard.
    pub first_run: u64,
    /// Number of runs.
    pub n_runs: u64,
    /// Variables are tallied day by day on runs `0..variable_runs`.
    pub variable_runs: u64,
    /// Whether [`Simulation::advance`](super::Simulation::advance) returns a record of each run.
    pub keep_runs: bool,
    /// Hash of the program, its values and the engine; stored in the tally.
    pub fingerprint: u64,
}

impl SimulationPlan {
    /// The run after the last one.
    pub(super) fn end(&self) -> u64 {
        self.first_run + self.n_runs
    }
}
