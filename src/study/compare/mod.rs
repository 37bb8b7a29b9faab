//! Paired comparison of variants with a base under common random numbers.
//!
//! For each variant and each outcome and action that both sides have, [`compare`] estimates both
//! probabilities, their paired difference, and how many runs changed each way. Random numbers are
//! keyed by name, so everything that a variant does not change uses the same random numbers on both
//! sides, run by run.

mod comparison;
mod matching;
mod paired;
mod reasons;
mod side;
mod tables;
mod variant;

pub use comparison::{
    ActionDifference, ComparedVariant, Comparison, ComparisonSettings, OutcomeDifference, compare,
};
pub use paired::{CountDifference, PairedDifference};
pub use side::Side;
pub use tables::{OutcomeRow, outcome_rows, outcome_table, write_files};
pub use variant::{NotAVariant, Variant};
