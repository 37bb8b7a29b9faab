//! Many runs: plan, simulation, tally (floor 5).
//!
//! A [`Simulation`] turns a bound program and a [`SimulationPlan`] into a [`Tally`] of integers. The
//! tally is the same to the bit for any number of threads: each run is a pure function of (program,
//! seed, run number), and integer sums do not depend on their order. The caller advances a simulation
//! chunk by chunk; this module owns no thread pool, handles no signals and reads no clock.

mod chunk_observer;
mod lane_sets;
mod parallel;
mod record;
mod simulation;
mod tally;

pub use chunk_observer::ChunkObserver;
pub use parallel::{map_in_parallel, n_threads};
pub use record::{FirstDays, RunRecord};
pub use simulation::{CHUNK_RUNS, Simulation, SimulationPlan};
pub use tally::{
    DayTally, OccurrenceTally, OutcomeTally, Tally, TallyError, VALUE_ONE, VariableTally,
};
