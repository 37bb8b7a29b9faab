//! Likelihood-ratio derivatives of each outcome's probability by each quantity, from one simulation.
//!
//! For each outcome Y and each quantity θ of a decision,
//!
//! dP(Y)/dθ = E[ Σ over days d up to T of (Y − b_d) · Σ over the decisions of d of ∂ ln P/∂θ ],
//!
//! the likelihood-ratio (score function) gradient (Glynn 1990; L'Ecuyer 1990). T is the day of Y, or
//! the last day that counts: later scores have expectation 0 in the product. The baseline b_d is the
//! probability of Y given that it has not occurred before d. It does not change the expectation, since a
//! day's scores have conditional expectation 0, and removes most of the variance; the total score serves
//! as a regression control variate for the rest.
//!
//! For a logit choice P ∝ r·exp(λu), ∂ ln P(c)/∂θ = Σₖ (1[c = k] − Pₖ) · ∂(ln rₖ + λuₖ)/∂θ, with
//! the partial derivatives of the logits on the perceived state, anticipated responses included
//! ([`crate::engine::DecisionGradient`]). For a Bernoulli trial with probability p (success, an event),
//! ∂ ln P/∂p is 1/p if it succeeds and −1/(1 − p) if not. A probability of success enters twice: through
//! the trial and through the utility. Activation and choice are one decision: an actor that does nothing
//! may or may not have been activated.
//!
//! An uncertain quantity is moved by the same amount in every draw. An expression is multiplied by a
//! factor, and its derivative is by the factor's logarithm. Quantities that change the state directly have
//! no likelihood-ratio derivative and are listed with the reason.

mod change;
mod decisions;
mod quantities;
mod score_accumulator;
mod sums;
pub mod tables;

pub use change::{Change, Effect};
pub use quantities::{By, NoDerivative, Reach, Role, Studied};
pub use sums::Derivative;

use super::simulator::{Simulator, Stopped};
use crate::base::index::{Id, OutcomeId};
use crate::program::BoundProgram;
use crate::scenario::Scenario;
use crate::simulate::{SimulationPlan, Tally};
use score_accumulator::{ChunkResult, DerivativeProblem, ScoreAccumulator};
use std::sync::Arc;

/// The derivatives of all outcomes by all quantities, with the tally behind them.
#[derive(Clone, Debug)]
pub struct Derivatives {
    /// All quantities, in the order of the file.
    pub quantities: Vec<Studied>,
    /// The tally of the runs.
    pub tally: Tally,
    /// Number of draws left out of a derivative because their score was not finite.
    pub n_unscored: u64,
    /// Derivatives by outcome and quantity; `None` for quantities without derivative.
    derivatives: Vec<Option<Derivative>>,
}

impl Derivatives {
    /// The derivative of an outcome's probability by a quantity, given by its index in
    /// [`Derivatives::quantities`].
    pub fn derivative(&self, outcome: OutcomeId, quantity: usize) -> Option<Derivative> {
        self.derivatives[outcome.index() * self.quantities.len() + quantity]
    }

    /// The derivative by the quantity with this TOML path.
    pub fn derivative_by(&self, outcome: OutcomeId, path: &str) -> Option<Derivative> {
        let mut quantities = self.quantities.iter();
        let quantity = quantities.position(|quantity| quantity.path == path)?;
        self.derivative(outcome, quantity)
    }

    /// The derivatives of an outcome's probability by all quantities that have one.
    pub fn gradient(&self, outcome: OutcomeId) -> impl Iterator<Item = (&Studied, Derivative)> {
        let quantities = self.quantities.iter().enumerate();
        quantities.filter_map(move |(at, studied)| Some((studied, self.derivative(outcome, at)?)))
    }
}

/// Estimates all derivatives over the runs of a plan. The runs are simulated for the baselines, and again
/// for the scores: once, or as often as the scores of all quantities need so that those of a thread
/// stay within `score_bytes`. This changes no result.
///
/// # Errors
/// If the simulator is asked to stop.
pub fn derivatives(
    scenario: &Scenario,
    bound: &Arc<BoundProgram>,
    plan: SimulationPlan,
    simulator: &mut Simulator<'_>,
    score_bytes: u64,
) -> Result<Derivatives, Stopped> {
    let plan = SimulationPlan {
        variable_runs: 0,
        keep_runs: false,
        ..plan
    };
    let tally = simulator.simulate(bound, plan)?;
    let quantities = quantities::studied_quantities(scenario, bound);
    let reached = quantities.iter();
    let reached: Vec<&Reach> = reached
        .filter_map(|quantity| quantity.reach.as_ref().ok())
        .collect();
    let baselines = baselines(bound, &tally);
    let n_outcomes = bound.program.outcomes.len();
    let slice_bytes = score_accumulator::bytes_per_quantity(bound);
    let n_per_slice = usize::try_from(score_bytes / slice_bytes).unwrap_or(usize::MAX);
    // By slice of the quantities, then by outcome, then by quantity of the slice.
    let mut slices = Vec::new();
    let mut n_unscored = 0;
    for slice in reached.chunks(n_per_slice.max(1)) {
        let problem = DerivativeProblem {
            bound,
            reached: slice,
            baselines: &baselines,
        };
        let mut total = ChunkResult::new(&problem);
        let begin = |path| ScoreAccumulator::new(&problem, path);
        simulator.simulate_observed(bound, plan, begin, |chunk| total.merge(&chunk))?;
        n_unscored += total.n_unscored;
        slices.push(total.sums);
    }
    let in_order = (0..n_outcomes).flat_map(|outcome| {
        slices.iter().flat_map(move |sums| {
            let n = sums.len() / n_outcomes;
            &sums[outcome * n..][..n]
        })
    });
    let mut sums = in_order;
    let quantities_of_outcomes = bound.program.outcomes.iter().flat_map(|_| &quantities);
    let derivatives = quantities_of_outcomes
        .map(|quantity| match quantity.reach {
            Ok(_) => sums.next().map(sums::Sums::derivative),
            Err(_) => None,
        })
        .collect();
    Ok(Derivatives {
        derivatives,
        tally,
        n_unscored,
        quantities,
    })
}

/// The baselines by outcome and day: the probability of the outcome given that it has not occurred
/// before.
fn baselines(bound: &BoundProgram, tally: &Tally) -> Vec<Vec<f32>> {
    let outcomes = bound.program.outcomes.iter().zip(&tally.outcomes);
    let of = |last_day: u16, first_day: &[u64]| {
        let mut n_yes: u64 = first_day.iter().sum();
        let mut n_left = tally.n_runs;
        let days = first_day.iter().take(usize::from(last_day));
        days.map(|today| {
            let share = n_yes as f64 / n_left.max(1) as f64;
            n_yes -= today;
            n_left -= today;
            share as f32
        })
        .collect()
    };
    outcomes
        .map(|(row, tally)| of(row.last_day, &tally.first_day))
        .collect()
}
