//! Random numbers: the keyed generator, distributions, and Sobol' points (floor 1).

pub mod distribution;
pub mod keyed;
mod quantile_table;
mod sobol;

pub use distribution::{Distribution, DistributionError, IntervalKind};
pub use keyed::{Branch, DrawBranch, LaneKey, Seed, SiteKey};
pub use quantile_table::QuantileTable;
pub use sobol::{SOBOL_DIMENSIONS, Sobol};
