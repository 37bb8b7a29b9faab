//! The program as its users meet it: commands, exit codes, files, and what is printed.

// The oracle may use the platform's arithmetic.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

mod commands;
mod compare;
mod results;
mod score;
mod sensitivity;
mod sweep;
mod tune;
mod world;
