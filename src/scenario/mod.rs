//! The scenario language: from TOML to a checked [`Scenario`] (floor 2).
//!
//! Input is the text of a file and the values of `--set`. Output is either a [`Scenario`] in which
//! names, types, ranges and limits are valid, so that nothing that the user wrote can fail later,
//! or diagnostics for all errors at once.

pub mod bounds;
mod characters;
mod check;
mod deadlines;
mod diagnostics;
mod document;
pub mod expression;
mod fields;
mod foreign_distributions;
pub mod limits;
pub(crate) mod linear;
pub mod manual;
mod misplaced;
pub mod model;
pub(crate) mod months;
mod names;
mod other_tools;
mod overrides;
mod read;
pub mod schema;
mod stated;
mod vocabulary;

pub use model::*;
pub use overrides::{NotAnOverride, Override, PathSet, is_part, replaced_setting};
pub use read::{PathError, Reading, path_errors, read};
pub use stated::{StatedValue, stated_path, stated_values};
