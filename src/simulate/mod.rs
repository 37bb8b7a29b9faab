//! Many runs: plan, simulation, tally (floor 5).
//!
//! In: a bound program and a [`SimulationPlan`]. Out: a [`Tally`] of integers, the same to the bit for any
//! number of threads, because each run is a pure function of (program, seed, run_id) and sums of
//! integers do not depend on their order. A [`Simulation`] is advanced batch by batch by its
//! caller; it owns no signals, no clock and no pool, and is the only user of rayon.

mod chunk_observer;
mod record;
mod simulation;
mod tally;

pub use chunk_observer::ChunkObserver;
pub use record::{FirstDays, RunRecord};
pub use simulation::{CHUNK_RUNS, Simulation, SimulationPlan};
pub use tally::{
    DayTally, OccurrenceTally, OutcomeTally, Tally, TallyError, VALUE_ONE, VariableTally,
};
