//! From TOML to a checked [`Scenario`] (floor 2).
//!
//! In: the text of a file and the values of `--set`. Out: a [`Scenario`] in which nothing that
//! the user wrote can fail any more (names, types, ranges, limits and sites are settled), or
//! all mistakes at once as diagnostics.

pub mod model;

pub use model::*;
