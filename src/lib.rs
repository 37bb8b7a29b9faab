//! realpolitik: an agent-based Monte Carlo simulator for political forecasting.
//!
//! A scenario file is *read* into a checked [`scenario::Scenario`], all its mistakes reported at
//! once; *compiled* into a [`program::Program`] of flat tables; *bound* to numbers; lived many
//! times by an [`simulate::Simulation`] of [`engine`] blocks; summed in an [`simulate::Tally`] of
//! integers; *estimated* as probabilities with uncertainty; and *exported* as CSV. Each module
//! uses only those above it in the list below.
//!
#![doc = include_str!("architecture.md")]

// Floors 0 and 1: foundations.
pub mod base;

// Floor 2: the scenario language; optimizers over the unit cube.
pub mod optimize;
pub mod scenario;

// Floor 3: compiled programs.
pub mod program;

// Floor 4: one block of runs.
pub mod engine;

// Floor 5: many runs.
pub mod simulate;

// Floor 6: probabilities with their uncertainty.
pub mod estimate;

// Floor 7: result tables.
pub mod table;

// Floor 8: studies over many simulations.
pub mod study;

// Floor 10: the command line.
pub mod cli;
