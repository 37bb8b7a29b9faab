//! Observers of a simulation.
//!
//! The engine reports to an [`Observer`] what happens, as it happens: for traces, for recording days,
//! for derivatives. Every method does nothing by default. It is called once for all lanes, so the
//! observer `()`, which observes nothing, has no measurable cost.

use crate::base::index::{ActionId, ActorId, EventId};
use crate::engine::lanes::{Lanes, Mask};
use crate::engine::state::State;

/// The choice of one actor on one track, in all lanes.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a, const L: usize> {
    /// The day of the choice, from 1.
    pub day: u16,
    /// The actor that chooses.
    pub actor: ActorId,
    /// Index of the track among the actor's tracks.
    pub track: usize,
    /// The actions in the order of their names. Alternative 0 is waiting; alternative k
    /// + 1 is `actions[k]`.
    pub actions: &'a [ActionId],
    /// By action: where it is available to the activated actor.
    pub available: &'a [Mask<L>],
    /// By action: λ·log₂e·utility, meaningful where it is available.
    pub logits: &'a [Lanes<L>],
    /// By alternative: its weight, not normalized; 0 where it is not available.
    pub weights: &'a [Lanes<L>],
    /// The sum of the weights.
    pub total: &'a Lanes<L>,
    /// The alternative that was sampled.
    pub chosen: &'a Mask<L>,
}

/// A Bernoulli trial, in all lanes.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a, const L: usize> {
    /// The day of the trial, from 1.
    pub day: u16,
    /// The action or event on trial.
    pub kind: TrialKind,
    /// Where the trial takes place.
    pub active: &'a Mask<L>,
    /// Its probability, meaningful where it takes place.
    pub probability: &'a Lanes<L>,
    /// Where the result is positive, among the active lanes.
    pub occurred: &'a Mask<L>,
}

/// What a trial decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrialKind {
    /// Whether a chosen action succeeds.
    Success(ActionId),
    /// Whether an event occurs.
    Hazard(EventId),
}

/// Observes a simulation. Every method does nothing by default.
pub trait Observer<const L: usize> {
    /// Whether choices, actions and their success are reported. If not, the engine may skip
    /// computing what only an observer needs.
    fn observes_choices(&self) -> bool {
        true
    }

    /// An actor has chosen on one track. Not called if no action is available in any lane.
    fn choice(&mut self, _choice: &Choice<'_, L>) {}

    /// An actor's turn to choose is over, whether it was activated or not. Nothing has taken effect
    /// yet: the state is the one on which it chose.
    fn actor_chose(&mut self, _state: &State<L>, _actor: ActorId) {}

    /// The success of an action or the occurrence of an event was sampled.
    fn trial(&mut self, _trial: &Trial<'_, L>) {}

    /// An action was taken in some lanes, and succeeded in some of these.
    fn action(&mut self, _day: u16, _action: ActionId, _taken: &Mask<L>, _succeeded: &Mask<L>) {}

    /// An event occurred in some lanes.
    fn event(&mut self, _day: u16, _event: EventId, _occurred: &Mask<L>) {}

    /// The day is over, and outcomes have been evaluated.
    fn day(&mut self, _state: &State<L>) {}
}

impl<const L: usize> Observer<L> for () {
    fn observes_choices(&self) -> bool {
        false
    }
}
