//! Simulates one block of runs, day by day.
//!
//! An [`Engine`] owns one block of `L` runs in lanes, and the workspace of a day. Given a bound
//! program, a seed and the number of the first run, it computes the block's [`State`] after the last
//! day and reports to an [`Observer`] on the way. Simulating a block allocates nothing, except that
//! the registers of expressions grow when they are used for the first time. The engine knows no
//! names, files, threads or tallies.

mod block;
mod day;
mod dispatch;
mod effect_branch;
mod gradient;
pub mod lanes;
pub mod memory;
mod observer;
mod plan;
mod simulate_days;
mod state;
mod utility;

pub use block::{Engine, LANES};
pub use dispatch::InstructionPath;
pub use gradient::{ActionGradient, ActorGradient, DecisionGradient, Reevaluation};
pub use observer::{Choice, Observer, Trial, TrialKind};
pub(crate) use plan::execution_plan::ExecutionPlan;
pub use simulate_days::SimulateDays;
pub use state::State;
pub use state::record::{ActionRecord, History};
pub use utility::context::ExpressionInputs;
