//! The scenario language: which files are accepted, rejected or warned about, with which messages.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

mod allocation;
#[path = "../common/mod.rs"]
mod common;
mod hostile;
mod manual;
mod memory;
mod mistakes;
mod overrides;
mod scenarios;
