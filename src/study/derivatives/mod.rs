//! How each outcome's probability would answer to a small change of each quantity, from one
//! ordinary batch of runs.
//!
//! In: a scenario, what it is bound to, and a plan. Out: for each outcome Y and each quantity θ
//! that bears on what is decided,
//!
//! dP(Y)/dθ = E[ Σ over days d up to T of (Y − b_d) · Σ over the decisions of d of ∂ ln P/∂θ ],
//!
//! the likelihood-ratio (score function) gradient (Glynn 1990; L'Ecuyer 1990). T is the day on
//! which Y came true, or the last that counts: what is decided later has expectation 0 in the
//! product. b_d is the probability of Y given that it has not come true before d, which leaves the
//! expectation as it is, since a day's scores have expectation 0 whatever came before, and takes
//! most of the variance away; what the total score still explains is taken away by regression.
//!
//! For a logit choice P ∝ r·exp(λu), ∂ ln P(c)/∂θ = Σₖ (1[c = k] − Pₖ) · ∂(ln rₖ + λuₖ)/∂θ, the
//! slopes of the logits being written down on what the actor saw, replies that it expects included
//! ([`crate::engine::DecisionGradient`]). For what happens with a probability p (success, an event),
//! ∂ ln P/∂p is 1/p where it happened and −1/(1 − p) where not. A success enters twice: by luck,
//! and by what it is worth to the chooser. Tempo and choice are one decision: an actor that does
//! nothing may or may not have deliberated.
//!
//! An uncertain quantity is moved by the same amount in every draw. A quantity given by an
//! expression is multiplied by a factor, and its derivative is by the factor's logarithm.
//! Quantities that move the state itself are listed with the reason why they are out of reach.

mod change;
mod decisions;
mod quantities;
mod scorer;
mod sums;
pub mod tables;

pub use change::{Change, Effect};
pub use quantities::{By, OutOfReach, Reach, Role, Studied};
pub use sums::Slope;

use super::simulator::{Simulator, Stopped};
use crate::base::index::{Id, OutcomeId};
use crate::program::BoundProgram;
use crate::scenario::Scenario;
use crate::simulate::{SimulationPlan, Tally};
use scorer::{ChunkResult, Scorer, Task};

/// The derivatives of all outcomes by all quantities.
#[derive(Clone, Debug)]
pub struct Derivatives {
    /// All quantities, in the order of the file.
    pub quantities: Vec<Studied>,
    /// The sums over the runs behind the derivatives.
    pub tally: Tally,
    /// How often a draw was left out of a derivative because its score was not finite.
    pub n_unscored: u64,
    /// By outcome and quantity; `None` where the quantity is out of reach.
    slopes: Vec<Option<Slope>>,
}

impl Derivatives {
    /// The derivative of an outcome's probability by a quantity, by its place among
    /// [`Derivatives::quantities`].
    pub fn slope(&self, outcome: OutcomeId, quantity: usize) -> Option<Slope> {
        self.slopes[outcome.index() * self.quantities.len() + quantity]
    }

    /// The same by the quantity's TOML path.
    pub fn slope_by(&self, outcome: OutcomeId, path: &str) -> Option<Slope> {
        let mut quantities = self.quantities.iter();
        let quantity = quantities.position(|quantity| quantity.path == path)?;
        self.slope(outcome, quantity)
    }

    /// The derivatives of an outcome's probability by the quantities that are reached.
    pub fn gradient(&self, outcome: OutcomeId) -> impl Iterator<Item = (&Studied, Slope)> {
        let quantities = self.quantities.iter().enumerate();
        quantities.filter_map(move |(at, studied)| Some((studied, self.slope(outcome, at)?)))
    }
}

/// Takes all derivatives over the runs of a plan. They are lived twice: for the probabilities
/// that the scores are held against, and for the scores.
///
/// # Errors
/// Where the watch asks to stop.
pub fn derivatives(
    scenario: &Scenario,
    bound: &BoundProgram<'_>,
    plan: SimulationPlan,
    simulator: &mut Simulator<'_>,
) -> Result<Derivatives, Stopped> {
    let plan = SimulationPlan {
        variable_runs: 0,
        keep_runs: false,
        ..plan
    };
    let tally = simulator.simulate(bound, plan)?;
    let quantities = quantities::study(scenario, bound);
    let task = Task {
        bound,
        reached: quantities
            .iter()
            .filter_map(|quantity| quantity.reach.as_ref().ok())
            .collect(),
        baselines: baselines(bound, &tally),
    };
    let mut account = ChunkResult::new(&task);
    let begin = |path| Scorer::new(&task, path);
    simulator.simulate_observed(bound, plan, begin, |batch| account.merge(&batch))?;
    let mut sums = account.sums.iter();
    let slopes = bound.program.outcomes.iter().flat_map(|_| &quantities);
    let slopes = slopes
        .map(|quantity| match quantity.reach {
            Ok(_) => sums.next().map(sums::Sums::slope),
            Err(_) => None,
        })
        .collect();
    Ok(Derivatives {
        slopes,
        tally,
        n_unscored: account.n_unscored,
        quantities,
    })
}

/// By outcome and day: the share of the runs in which it came true, of those in which it had not
/// before.
fn baselines(bound: &BoundProgram<'_>, tally: &Tally) -> Vec<Vec<f32>> {
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
