//! Numerical optimizers and samplers over the unit cube (floor 2). They know no scenario.
//!
//! [`search`] minimizes a sum of squares with a Gauss–Newton [`trust_region`] and restarts it from
//! points that [`cma_es`] finds; [`abc_smc`] samples a posterior. [`objective`] holds the types
//! that they share.

pub mod abc_smc;
pub mod cma_es;
pub mod objective;
pub mod search;
pub mod trust_region;
