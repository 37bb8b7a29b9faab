//! The result of a calibration.

use super::evaluation::Evaluation;
use super::free::FreeNumber;
use super::targets::Target;
use crate::optimize::abc_smc::Posterior;
use crate::optimize::objective::Termination;

/// The result of a calibration.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// The targets with their estimates.
    pub targets: Vec<TunedTarget>,
    /// The free parameters with their new values.
    pub parameters: Vec<TunedParameter>,
    /// The text of the file with the new numbers.
    pub text: String,
    /// Why the search ended; `None` if it was stopped.
    pub termination: Option<Termination>,
    /// The result of sampling the posterior, if it was requested and not stopped. It is a posterior only
    /// if its particles are within all tolerances: see [`Tuning::reached_posterior`].
    pub posterior: Option<Posterior>,
    /// All evaluations in their order.
    pub evaluations: Vec<Evaluation>,
    /// How many of them were reused from an earlier command.
    pub n_reused: u64,
    /// Whether neither the search nor the posterior was stopped.
    pub is_complete: bool,
    /// Warnings to the user.
    pub warnings: Vec<String>,
}

impl Tuning {
    /// The posterior, if there is one: particles with which all targets are within their tolerances.
    pub fn reached_posterior(&self) -> Option<&Posterior> {
        self.posterior
            .as_ref()
            .filter(|posterior| posterior.is_reached)
    }
}

/// A target with its estimates.
#[derive(Clone, Debug)]
pub struct TunedTarget {
    /// The result to reach.
    pub target: Target,
    /// The estimate with the original numbers of the file.
    pub before: Option<f64>,
    /// The estimate with the new numbers as written.
    pub after: Option<f64>,
    /// Monte Carlo standard error of `after`, if it is known.
    pub standard_error: Option<f64>,
    /// Whether `after` is within the tolerance.
    pub is_met: bool,
}

/// A free parameter with its values before and after.
#[derive(Clone, Debug)]
pub struct TunedParameter {
    /// Its path and bounds.
    pub free: FreeNumber,
    /// Its value in the file.
    pub before: f64,
    /// Its new value as written.
    pub after: f64,
    /// The bound at which it is, if at one.
    pub at_bound: Option<RangeEnd>,
    /// Standard error, with the tolerances as standard errors of the targets; `None` if the number
    /// is not identifiable or the search was stopped.
    pub standard_error: Option<f64>,
    /// `idle` if it moves no target, `not_identifiable` if it is not separately identifiable, else
    /// empty.
    pub identifiability: &'static str,
}

/// An end of the range of a free parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeEnd {
    /// The value is the lower bound.
    Low,
    /// The value is the upper bound.
    High,
}

impl RangeEnd {
    /// The value of the column `at_bound`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::High => "high",
        }
    }

    /// The term for messages and tables.
    pub fn term(self) -> &'static str {
        match self {
            Self::Low => "lower bound",
            Self::High => "upper bound",
        }
    }
}
