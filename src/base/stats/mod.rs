//! Estimators from integer counts, quantiles, and resampling (floor 1).
//!
//! Inputs are the counts of a tally, which merge exactly in any order; outputs are proportions,
//! means and quantiles with their uncertainty. Floating-point sums over runs, which would depend on
//! the order, and the tallies themselves are not here.

pub mod bootstrap;
pub mod interval;
pub mod pairs;
pub mod quantile;
pub mod value_counts;

pub use bootstrap::Resampler;
pub use interval::{
    Interval, PairedChanges, central_interval, t_of_confidence, wilson, z_of_confidence,
};
pub use pairs::{Mean, PairCounts, PairMoments, Proportion, Spread};
pub use quantile::{day_quantile, day_quantile_if_yes, sorted_quantile, weighted_quantile};
pub use value_counts::ValueCounts;
