//! The semantics of a day: the engine against an independent interpreter, golden values, and
//! identical bits on every thread count, lane width and instruction set.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    missing_docs
)]

mod agreement;
#[path = "../common/mod.rs"]
mod common;
mod decisions;
mod golden;
mod identity;
mod rebinding;
mod reference;
