//! What is asked of results, and of many simulations together (floor 8).
//!
//! Each question is a room of its own, and no room knows another: [`score`] holds forecasts
//! against what came true; [`tune`] fits numbers to what results should be. The rooms that simulate do so with a [`Simulator`]. Unlike the floors
//! below, these rooms read the files that they are about. Absent on purpose: the terminal, and
//! the command line's words.

pub mod score;
mod simulator;
pub mod tune;

pub use simulator::{Simulator, Stopped, Watch};
