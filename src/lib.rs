//! realpolitik: an agent-based Monte Carlo simulator for political forecasting.
//!
//! A scenario file is *read* into a checked [`scenario::Scenario`], all its mistakes reported at
//! once; *compiled* into a [`program::Program`] of flat tables; *bound* to numbers; lived many
//! times by an [`ensemble::Simulation`] of [`engine`] blocks; summed in an [`ensemble::Tally`] of
//! integers; *estimated* as probabilities with uncertainty; and *exported* as CSV. Each module
//! uses only those above it in the list below.
//!
#![doc = include_str!("architecture.md")]

// Floor 0: ground.
pub mod diagnostic;
pub mod index;
pub mod math;

// Floor 1: luck and measure.
pub mod random;
pub mod stats;

// Floor 2: the language.
pub mod scenario;

// Floor 3: flat tables.
pub mod program;

// Floor 4: one block of runs.
pub mod engine;

// Floor 5: many runs.
pub mod ensemble;

// Floor 6: probabilities with their uncertainty.
pub mod estimate;

// Floor 7: files.
pub mod export;

// Floor 8: what is asked of results.
pub mod study;

// Floor 10: the command line.
pub mod cli;
