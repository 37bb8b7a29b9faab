//! The command line: exit codes, files and printed output.

// Reference values may use the platform's arithmetic.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

mod batch;
mod columns;
mod commands;
mod compare;
mod interruptions;
mod intervals;
mod results;
mod sandbox;
mod score;
mod score_input;
mod sensitivity;
mod settings;
mod spreadsheets;
mod sweep;
mod tune;
mod variables;
