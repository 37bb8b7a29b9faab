//! Who watches a block of runs live.
//!
//! The engine tells an [`Observer`] what happens, as it happens: for replay, for recording days,
//! for derivatives. Every method does nothing by default; it is called once for all lanes, so the
//! unit observer, which watches nothing, costs nothing that could be measured.

use crate::base::index::{ActionId, ActorId, EventId};
use crate::engine::lanes::{Lanes, Mask};
use crate::engine::state::State;

/// One actor's choice on one track, in all lanes.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a, const L: usize> {
    /// The day.
    pub day: u16,
    /// Who chooses.
    pub actor: ActorId,
    /// Which of the actor's tracks.
    pub track: usize,
    /// The actions in the order of their names; option k + 1 is `actions[k]`, option 0 waits.
    pub actions: &'a [ActionId],
    /// Where each action is open (and its actor deliberates).
    pub open: &'a [Mask<L>],
    /// λ·log₂e·utility of each action, meaningful where it is open.
    pub logits: &'a [Lanes<L>],
    /// Each option's share of `total`, waiting first; not normalised, 0 where closed.
    pub weights: &'a [Lanes<L>],
    /// The sum of the weights.
    pub total: &'a Lanes<L>,
    /// The option chosen.
    pub chosen: &'a Mask<L>,
}

/// Something that happens with a probability or not, in all lanes.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a, const L: usize> {
    /// The day.
    pub day: u16,
    /// What is tried.
    pub tried: Tried,
    /// Where it is tried.
    pub open: &'a Mask<L>,
    /// Its probability, meaningful where it is tried.
    pub probability: &'a Lanes<L>,
    /// Where it happened, among those where it was tried.
    pub happened: &'a Mask<L>,
}

/// What happens with a probability or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// An action that was chosen succeeds.
    Success(ActionId),
    /// An event strikes.
    Hazard(EventId),
}

/// Watches runs live. All methods do nothing unless they are written.
pub trait Observer<const L: usize> {
    /// Whether it watches choices: where it does not, it need not be told of choices, of actions and
    /// of their success, and what would be shown to it need not be kept.
    fn watches_choices(&self) -> bool {
        true
    }

    /// An actor has chosen on one track. Not called where nobody of the block has an option.
    fn choice(&mut self, _choice: &Choice<'_, L>) {}

    /// An actor has had its turn to deliberate, whether it did or not, and nothing has taken effect
    /// yet: the state is what it decided on.
    fn deliberated(&mut self, _state: &State<L>, _actor: ActorId) {}

    /// Something was left to chance in some lanes.
    fn trial(&mut self, _trial: &Trial<'_, L>) {}

    /// An action was taken in some lanes, and succeeded in some of these.
    fn action(&mut self, _day: u16, _action: ActionId, _taken: &Mask<L>, _succeeded: &Mask<L>) {}

    /// An event struck in some lanes.
    fn event(&mut self, _day: u16, _event: EventId, _struck: &Mask<L>) {}

    /// The day is over and its conditions have been judged.
    fn day(&mut self, _state: &State<L>) {}
}

impl<const L: usize> Observer<L> for () {
    fn watches_choices(&self) -> bool {
        false
    }
}
