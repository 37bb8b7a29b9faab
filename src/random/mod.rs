//! Luck: the keyed generator and the distributions (floor 1).

pub mod distribution;
pub mod keyed;
mod quantile_table;

pub use distribution::{Distribution, DistributionError, IntervalKind};
pub use keyed::{Branch, DrawBranch, LaneKey, Seed, SiteKey};
pub use quantile_table::QuantileTable;
