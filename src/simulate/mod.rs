//! Many runs: plan, simulation, tally (floor 5).
//!
//! A [`Simulation`] turns a bound program and a [`SimulationPlan`] into a [`Tally`] of integers. The
//! tally is the same to the bit for any number of threads: each run is a pure function of (program,
//! seed, run number), and integer sums do not depend on their order. The caller advances a simulation
//! chunk by chunk; this module owns no thread pool, handles no signals and reads no clock. A
//! [`CancelFlag`] that is set during a chunk drops the chunk.

mod block_tally;
mod chunk_observer;
mod chunk_queue;
mod chunk_simulator;
mod lane_sets;
mod memory;
mod parallel;
mod plan;
mod record;
mod simulation;
mod tally;
mod variable_collector;

pub use crate::base::cancel::CancelFlag;
pub use chunk_observer::ChunkObserver;
pub use memory::{MemoryNeed, first_days_bytes, record_bytes};
pub use parallel::map_in_parallel;
pub use plan::{CHUNK_RUNS, SimulationPlan};
pub use record::{FirstDays, RunRecord};
pub use simulation::Simulation;
pub use tally::{JointTally, OccurrenceTally, OutcomeTally, Tally, TallyError, VariableTally};
