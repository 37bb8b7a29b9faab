//! realpolitik: an agent-based Monte Carlo simulator for political forecasting.
//!
//! A scenario file is *read* into a checked [`scenario::Scenario`], with all its mistakes reported at
//! once; *compiled* into a [`program::Program`] of flat tables; *bound* to numbers as a
//! [`program::BoundProgram`]; *simulated* many times by a [`simulate::Simulation`] of [`engine`]
//! blocks; summed in a [`simulate::Tally`] of integers; *estimated* as probabilities with their
//! uncertainty; and *written* as CSV. The user's guide is [`guide`].
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

// Floor 9: the pipeline of every front end.
pub mod session;

// Floor 10: the command line.
pub mod cli;

// The user's guide and the pages beside it.
pub mod guide;
