//! The repository itself: module floors, formatting, lints, documentation, README.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

mod documents;
mod floors;
mod house;
mod words;
