//! From TOML to a checked [`Scenario`] (floor 2).
//!
//! In: the text of a file and the values of `--set`. Out: a [`Scenario`] in which nothing that
//! the user wrote can fail any more (names, types, ranges, limits and sites are settled), or
//! all mistakes at once as diagnostics.

pub mod bounds;
mod check;
mod diagnostics;
mod document;
pub mod expression;
pub mod fields;
pub mod limits;
pub mod manual;
pub mod model;
mod names;
mod overrides;
mod read;
pub mod schema;

pub use model::*;
pub use overrides::{NotAnOverride, Override};
pub use read::{Reading, read};
