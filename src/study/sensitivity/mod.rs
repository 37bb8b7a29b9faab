//! Global sensitivity analysis: which uncertain quantities cause the parameter uncertainty of an
//! outcome's probability.
//!
//! [`estimate`] estimates Sobol' indices, [`screen`] elementary effects (Morris 1991), which rank
//! many quantities with few runs. Both are properties of the probability given the uncertain
//! quantities; the chance of a single run is not part of them. Nothing is clamped into [0, 1].

mod blocks;
mod factors;
mod indices;
mod moments;
mod morris;
mod occurrences;
mod sobol;
mod tables;
#[cfg(test)]
mod tests;
mod verdict;

pub use blocks::DrawBlocks;
pub use factors::{Factor, FactorGrouping, factors};
pub use indices::{
    BootstrapEstimate, FactorIndices, Index, MIN_HITS, OutcomeIndices, estimate_indices,
};
pub use moments::{Moments, ProbabilityMoments, RunPair};
pub use morris::{
    ElementaryEffects, MorrisSettings, OutcomeScreening, ScreenError, Screening, screen,
};
pub use sobol::{OutcomeSensitivity, Sensitivity, SobolSettings, USEFUL_HALF_WIDTH, estimate};
pub use tables::{
    Indices, Row, screening_rows, screening_table, sensitivity_rows, sensitivity_table,
    write_files, write_screening_files,
};
pub use verdict::{Finding, MAX_WIDTH, NEGLIGIBLE, verdict_reason};
