//! Statistics: estimates against closed forms, random numbers, interval coverage, derivatives.

// Closed forms may use the platform's functions, and standard errors are printed.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    missing_docs
)]

#[path = "../common/mod.rs"]
mod common;
mod derivatives;
mod generator;
mod known_answers;
mod what_ifs;
