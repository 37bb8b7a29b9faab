//! Estimates from integer counts (floor 1).
//!
//! What goes in are the counts of a tally, which merge exactly in any order; what comes out are
//! proportions, means and quantiles with their uncertainty. Absent on purpose: sums of floats over
//! runs, which would depend on the order, and the tallies themselves.

pub mod bootstrap;
pub mod interval;
pub mod pairs;
pub mod quantile;

pub use bootstrap::Resampler;
pub use interval::{Interval, central_interval, wilson, z_of_confidence};
pub use pairs::{Mean, PairCounts, PairMoments, Proportion, Spread};
pub use quantile::{
    BinnedValues, day_quantile, day_quantile_if_yes, sorted_quantile, weighted_quantile,
};
