//! Foundations without knowledge of scenarios (floors 0 and 1): typed ids, portable mathematics, the
//! cancel flag, diagnostics, keyed random numbers, statistics and linear algebra.

pub mod cancel;
pub mod diagnostic;
pub mod index;
pub mod linalg;
pub mod math;
pub mod random;
pub mod stats;
