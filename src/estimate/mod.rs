//! From sums over runs to probabilities with their uncertainty (floor 6).
//!
//! In: a tally and the scenario that it is of. Out: [`Estimates`], a view that makes each row of
//! each result when it is asked for. Two uncertainties are kept apart everywhere: the
//! *simulation error*, which more runs shrink, and the *parameter uncertainty*, which is what
//! the scenario says we do not know and no number of runs shrinks. Absent on purpose: files,
//! texts, and any number that is not finite (what cannot be estimated is `None`).

mod days;
mod occurrence;
mod outcome;
mod parameter;
mod variable;
mod warnings;

pub use days::{DayQuantiles, QUANTILE_SHARES};
pub use occurrence::{ActionEstimate, EventEstimate, OccurrenceEstimate};
pub use outcome::{JointEstimate, OutcomeEstimate, TimelineDay};
pub use parameter::{Moments, PARAMETER_DRAWS, ParameterEstimate};
pub use variable::{ValueEstimate, VariableDay};

use crate::program::BoundProgram;
use crate::scenario::Scenario;
use crate::simulate::Tally;

/// Results of which a greater share of the runs faulted are not to be trusted.
pub const MAX_FAULTED_SHARE: f64 = 0.001;

/// What a tally says about a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Estimates<'a> {
    /// What was simulated.
    pub scenario: &'a Scenario,
    /// The numbers that it was simulated with.
    pub bound: &'a BoundProgram<'a>,
    /// The sums.
    pub tally: &'a Tally,
    /// The share of intervals that are meant to hold the truth, in (0, 1).
    pub confidence: f64,
}

/// Runs that had to be left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Faults<'a> {
    /// Runs in which a number stopped being a number.
    pub n_faulted: u64,
    /// Runs left out: those, and the other lives of their draws.
    pub n_left_out: u64,
    /// The share of the runs that faulted.
    pub share: f64,
    /// The lowest numbers of faulted runs, at most 100.
    pub run_ids: &'a [u64],
}

/// A quantity whose expression left its domain and was clamped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clamp<'a> {
    /// The quantity's TOML path.
    pub path: &'a str,
    /// How often it was clamped, over all counted runs.
    pub n_clamped: u64,
    /// How often in a run, on average.
    pub per_run: f64,
}

impl<'a> Estimates<'a> {
    /// The runs that had to be left out.
    pub fn faults(&self) -> Faults<'a> {
        Faults {
            n_faulted: self.tally.n_faulted,
            n_left_out: self.tally.n_left_out,
            share: ratio(self.tally.n_faulted, self.tally.n_covered()).unwrap_or(0.0),
            run_ids: &self.tally.faulted_runs,
        }
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

/// a / b, `None` where b is 0.
fn ratio(a: u64, b: u64) -> Option<f64> {
    (b > 0).then(|| a as f64 / b as f64)
}
