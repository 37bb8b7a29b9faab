//! The repository itself: module floors, formatting, lints, documentation, README.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

mod floors;
mod house;
mod readme;
