//! The derivatives of a choice by actor and action.

use crate::base::index::{ActionId, ActorId, IdVec};
use crate::engine::lanes::Lanes;
use crate::program::{ActorRow, Program};

/// Accumulated derivatives of the logits of a choice, weighted by choice residuals.
#[derive(Clone, Debug)]
pub struct DecisionGradient<const L: usize> {
    /// Derivatives with respect to the numbers of each actor.
    pub actors: IdVec<ActorId, ActorGradient<L>>,
    /// Derivatives with respect to the numbers of each action.
    pub actions: IdVec<ActionId, ActionGradient<L>>,
}

/// Derivatives with respect to the numbers of an actor.
#[derive(Clone, Debug)]
pub struct ActorGradient<const L: usize> {
    /// By imperative: with respect to the normalized weight, all others held constant.
    pub weights: Vec<Lanes<L>>,
    /// With respect to the precision λ.
    pub precision: Lanes<L>,
    /// With respect to the coefficient α of risk aversion.
    pub risk: Lanes<L>,
    /// With respect to the share of others' precision that the actor assumes.
    pub insight: Lanes<L>,
    /// With respect to the activation probability, as others anticipate it.
    pub tempo: Lanes<L>,
}

/// Derivatives with respect to the numbers of an action.
#[derive(Clone, Debug)]
pub struct ActionGradient<const L: usize> {
    /// With respect to the success probability.
    pub success: Lanes<L>,
    /// With respect to the cost.
    pub cost: Lanes<L>,
    /// With respect to the appeal.
    pub appeal: Lanes<L>,
    /// With respect to the base odds against waiting.
    pub daily_odds: Lanes<L>,
}

impl<const L: usize> ActionGradient<L> {
    pub(crate) fn zero() -> Self {
        let zero = Lanes::<L>::splat(0.0);
        Self {
            success: zero,
            cost: zero,
            appeal: zero,
            daily_odds: zero,
        }
    }
}

impl<const L: usize> DecisionGradient<L> {
    pub(crate) fn new(program: &Program) -> Self {
        let zero = Lanes::<L>::splat(0.0);
        let zero_of_actor = |actor: &ActorRow| ActorGradient {
            weights: vec![zero; actor.imperatives.len()],
            precision: zero,
            risk: zero,
            insight: zero,
            tempo: zero,
        };
        let actions = program.actions.iter();
        Self {
            actors: program.actors.iter().map(zero_of_actor).collect(),
            actions: actions.map(|_| ActionGradient::zero()).collect(),
        }
    }

    /// Sets all derivatives to 0.
    pub fn clear(&mut self) {
        let zero = Lanes::<L>::splat(0.0);
        for actor in self.actors.iter_mut() {
            actor.weights.fill(zero);
            actor.precision = zero;
            actor.risk = zero;
            actor.insight = zero;
            actor.tempo = zero;
        }
        for action in self.actions.iter_mut() {
            *action = ActionGradient::zero();
        }
    }
}
