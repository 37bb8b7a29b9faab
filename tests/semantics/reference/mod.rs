//! An independent interpreter of the semantics of a day (`src/semantics.md`).
//!
//! It simulates one run at a time in f64, from names and expression trees, with an error bound for the
//! engine's rounding beside every number, and compares each step with a trace of the engine. The result
//! is a count of forks, or the first disagreement. It shares with the engine only the checked scenario
//! and the definition of the random numbers: no compiled program, no lanes, no order of operations.

pub mod approximate;
mod choice;
mod choice_interval;
pub mod comparison;
mod day;
mod end_of_day;
mod evaluation;
pub mod forks;
pub mod generator;
mod random_numbers;
mod run;
mod trace;
mod truth;
mod utility;
