//! Numerical optimizers and samplers over the unit cube (floor 2); they know no scenario.

pub mod abc_smc;
pub mod cma_es;
pub mod search;
pub mod trust_region;
