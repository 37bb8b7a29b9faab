//! Luck: the keyed generator and the distributions (floor 1).

pub mod distribution;
pub mod quantile_table;

pub use distribution::Distribution;
pub use quantile_table::QuantileTable;
