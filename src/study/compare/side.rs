//! One side of a comparison.

use crate::program::BoundProgram;
use crate::scenario::Scenario;
use std::sync::Arc;

/// The base or a variant.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Its name in results.
    pub name: &'a str,
    /// The scenario that the program was compiled from.
    pub scenario: &'a Scenario,
    /// The program with its numbers.
    pub bound: &'a Arc<BoundProgram>,
    /// Identifies its text, its overrides and the engine version.
    pub fingerprint: u64,
}
