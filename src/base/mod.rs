//! Foundations without knowledge of scenarios (floors 0 and 1): typed ids, portable mathematics,
//! diagnostics, keyed random numbers, statistics and linear algebra.

pub mod diagnostic;
pub mod index;
pub mod linalg;
pub mod math;
pub mod random;
pub mod stats;
