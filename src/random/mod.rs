//! Luck: the keyed generator and the distributions (floor 1).

pub mod distribution;
pub mod keyed;

pub use distribution::Distribution;
pub use keyed::{Branch, LaneKey, Seed, SiteKey};
