//! What is asked of results, and of many simulations together (floor 8).
//!
//! Each question is a room of its own, and no room knows another: [`score`] holds forecasts
//! against what came true; [`derivatives`] asks what a small change of each number would do to each
//! probability. The rooms that simulate do so with a [`Simulator`]. Unlike the floors
//! below, these rooms read the files that they are about. Absent on purpose: the terminal, and
//! the command line's words.

pub mod derivatives;
pub mod score;
mod simulator;

pub use simulator::{Simulator, Stopped, Watch};
