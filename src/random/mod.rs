//! Luck: the keyed generator and the distributions (floor 1).

pub mod distribution;

pub use distribution::Distribution;
