//! Probabilities with their uncertainty, from tallies (floor 6).
//!
//! [`Estimates`] is a view of a tally and its scenario that computes each row of each result on demand.
//! It keeps two uncertainties apart: the *Monte Carlo error*, which more runs reduce, and the *parameter
//! uncertainty* over the uncertain quantities, which runs do not reduce. Nothing is clamped; what
//! cannot be estimated is `None`, never NaN.

mod days;
mod joint;
mod occurrence;
mod outcome;
mod parameter;
mod variable;
mod warnings;

pub use days::{DayQuantiles, QUANTILE_LEVELS};
pub use joint::JointEstimate;
pub use occurrence::{ActionEstimate, EventEstimate, OccurrenceEstimate};
pub use outcome::{OutcomeEstimate, TimelineDay};
pub use parameter::{Moments, PARAMETER_DRAWS, ParameterEstimate};
pub use variable::{ValueEstimate, VariableDay};

use crate::base::stats::{Mean, PairCounts, PairMoments, Proportion};
use crate::program::BoundProgram;
use crate::scenario::Scenario;
use crate::simulate::Tally;
use thiserror::Error;

/// Maximum share of faulted runs; results with more are rejected.
const MAX_FAULTED_SHARE: f64 = 0.001;

/// The estimates that follow from the tally of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Estimates<'a> {
    /// The simulated scenario.
    pub scenario: &'a Scenario,
    /// The program with its values, as simulated.
    pub bound: &'a BoundProgram,
    /// The tally of the runs.
    pub tally: &'a Tally,
    /// Confidence level of the intervals, in (0, 1).
    pub confidence: f64,
}

/// Runs left out of the estimates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Faults<'a> {
    /// Runs that computed a non-finite number.
    pub n_faulted: u64,
    /// Runs left out: faulted runs and the other runs of their draws.
    pub n_left_out: u64,
    /// Share of the runs that faulted.
    pub share: f64,
    /// Numbers of the first faulted runs, at most 100.
    pub run_ids: &'a [u64],
}

/// A value was not finite in too many runs for the estimates to be used.
#[derive(Clone, Debug, PartialEq, Error)]
#[error(
    "a value was not finite (NaN or infinity) in {:.2} % of the runs, and the limit is {} %: look for \
     a division by zero, or `ln` or `sqrt` of a value that may be negative. First such runs with seed \
     {seed:#x}: {}",
    share * 100.0,
    MAX_FAULTED_SHARE * 100.0,
    listed(run_ids)
)]
pub struct TooManyFaults {
    /// Runs that computed a non-finite number.
    pub n_faulted: u64,
    /// Their share of the runs.
    pub share: f64,
    /// Numbers of the first faulted runs, at most 10.
    pub run_ids: Vec<u64>,
    /// Seed of the runs.
    pub seed: u64,
}

/// Whether so many of these runs faulted that their results must be rejected.
pub fn exceeds_fault_limit(n_faulted: u64, n_runs: u64) -> bool {
    n_faulted as f64 > MAX_FAULTED_SHARE * n_runs as f64
}

fn listed(run_ids: &[u64]) -> String {
    let ids: Vec<String> = run_ids.iter().map(u64::to_string).collect();
    ids.join(", ")
}

/// A quantity whose expression left its domain and was clamped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clamp<'a> {
    /// TOML path of the quantity.
    pub path: &'a str,
    /// Number of clamped values over all counted runs.
    pub n_clamped: u64,
    /// Mean number of clamped values per run.
    pub per_run: f64,
}

impl<'a> Estimates<'a> {
    /// Whether a quantity is sampled. If none is, the two runs of a draw share nothing.
    pub fn is_uncertain(&self) -> bool {
        self.bound.drawn().len() > 0
    }

    /// The probability with its uncertainty; `None` without runs.
    fn proportion(&self, counts: PairCounts) -> Option<Proportion> {
        let counts = match self.is_uncertain() {
            true => counts,
            false => counts.without_pairs(),
        };
        counts.estimate(self.confidence)
    }

    /// The mean count with its standard error; `None` without runs.
    fn mean(&self, moments: PairMoments) -> Option<Mean> {
        let moments = match self.is_uncertain() {
            true => moments,
            false => moments.without_pairs(),
        };
        moments.estimate()
    }

    /// The runs left out of the estimates.
    pub fn faults(&self) -> Faults<'a> {
        Faults {
            n_faulted: self.tally.n_faulted,
            n_left_out: self.tally.n_left_out,
            share: ratio(self.tally.n_faulted, self.tally.n_covered()).unwrap_or(0.0),
            run_ids: &self.tally.faulted_runs,
        }
    }

    /// Checks that few enough runs faulted, at most one in a thousand.
    ///
    /// # Errors
    /// If a value was not finite in more runs.
    pub fn check_faults(&self) -> Result<(), TooManyFaults> {
        let faults = self.faults();
        if !exceeds_fault_limit(faults.n_faulted, self.tally.n_covered()) {
            return Ok(());
        }
        Err(TooManyFaults {
            n_faulted: faults.n_faulted,
            share: faults.share,
            run_ids: faults.run_ids.iter().take(10).copied().collect(),
            seed: self.tally.seed,
        })
    }

    /// The quantities that were clamped at least once, in the order of the program.
    pub fn clamps(&self) -> impl Iterator<Item = Clamp<'a>> + use<'a> {
        let n_runs = self.tally.n_runs;
        let quantities = self.bound.program.clamped.iter().zip(&self.tally.clamps);
        quantities
            .filter(|&(_, &n_clamped)| n_clamped > 0)
            .map(move |(quantity, &n_clamped)| Clamp {
                path: &quantity.path,
                n_clamped,
                per_run: ratio(n_clamped, n_runs).unwrap_or(0.0),
            })
    }
}

/// a / b, or `None` if b is 0.
fn ratio(a: u64, b: u64) -> Option<f64> {
    (b > 0).then(|| a as f64 / b as f64)
}
