//! Many runs: plan, simulation, tally (floor 5).
//!
//! In: a bound program and a [`Plan`]. Out: a [`Tally`] of integers, the same to the bit for any
//! number of threads, because each run is a pure function of (program, seed, run_id) and sums of
//! integers do not depend on their order. A [`Simulation`] is advanced batch by batch by its
//! caller; it owns no signals, no clock and no pool, and is the only user of rayon.

mod record;
mod simulation;
mod spectator;
mod tally;

pub use record::{FirstDays, RunRecord};
pub use simulation::{BATCH_RUNS, Plan, Simulation};
pub use spectator::Spectator;
pub use tally::{
    DayTally, HappeningTally, OutcomeTally, Tally, TallyError, VALUE_ONE, VariableTally,
};
