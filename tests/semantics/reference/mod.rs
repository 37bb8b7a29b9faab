//! An independent reference of the engine: section 4 of the design, read plainly.
//!
//! In: a checked scenario, a seed, a run, and what the engine did in that run. Out: counts of
//! forks, or the first thing that the engine did and the design does not allow. It lives one run
//! at a time in f64, by names and trees, with a bound on the engine's rounding beside every
//! number. It shares with the engine the checked scenario and the definition of luck, nothing
//! else: no compiled program, no lanes, no order of operations. It is slow on purpose.

pub mod approximate;
mod choice;
pub mod comparison;
mod day;
mod evening;
mod fall;
pub mod forks;
pub mod generator;
mod life;
mod luck;
mod truth;
mod witness;
mod world;
mod worth;
