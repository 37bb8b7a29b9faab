//! What is asked of results, and of many simulations together (floor 8).
//!
//! Each question is a room of its own, and no room knows another: [`score`] holds forecasts
//! against what came true, [`compare`] variants against a base under the same luck, [`sweep`] asks
//! a scenario at many points, [`sensitivity`] which of the things that are not known matter,
//! [`derivatives`] what a small change of each number would do to each probability, and [`tune`]
//! fits numbers to what results should be.
//! The rooms that simulate do so with a [`Simulator`]. Unlike the floors below, these rooms read
//! the files that they are about. Absent on purpose: the terminal, and the command line's words.

pub mod compare;
pub mod derivatives;
pub mod score;
pub mod sensitivity;
mod simulator;
pub mod sweep;
pub mod tune;

pub use simulator::{Simulator, Stopped, Watch};
