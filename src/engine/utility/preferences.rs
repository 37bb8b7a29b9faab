//! The preferences of actors in each lane: functions of the parameters alone.

use crate::base::index::{ActorId, Id};
use crate::engine::lanes::Lanes;
use crate::program::{ImperativeRow, Program};

/// The preferences of all actors, computed once per block.
#[derive(Debug)]
pub(crate) struct Preferences<const L: usize> {
    /// Whether they are those of the current block.
    pub(crate) is_current: bool,
    /// By actor: whether its preferences are the same in all blocks and have been computed.
    pub(crate) is_constant: Vec<bool>,
    /// By actor and imperative: the normalized weights.
    pub(crate) weights: Vec<Vec<Lanes<L>>>,
    /// By actor and row of its gradient: derivatives of the linear part of utility.
    pub(crate) gradients: Vec<Vec<Lanes<L>>>,
    /// By actor: λ·log₂e, unless λ is an expression.
    pub(crate) precisions: Vec<Option<Lanes<L>>>,
    /// By action and branch: the linear utility of the effects if no bound clamps any of them.
    pub(crate) unclamped_utilities: Vec<[Lanes<L>; 2]>,
    /// By affine track: whether all weights are proven to lie within 2^±120 in every
    /// lane of this block.
    pub(crate) is_bounded: Vec<bool>,
    /// By action of an affine track, if no bound clamps any of its effects: its weight, or its
    /// logit if the track is not bounded.
    pub(crate) unclamped_weights: Vec<Lanes<L>>,
}

impl<const L: usize> Preferences<L> {
    pub(crate) fn new(program: &Program) -> Self {
        let zero = Lanes::<L>::splat(0.0);
        let actors = || program.actors.iter();
        Self {
            is_current: false,
            is_constant: vec![false; program.actors.len()],
            weights: actors()
                .map(|row| vec![zero; row.imperatives.len()])
                .collect(),
            gradients: actors().map(|row| vec![zero; row.gradient.len()]).collect(),
            precisions: vec![None; program.actors.len()],
            unclamped_utilities: vec![[zero; 2]; program.actions.len()],
            is_bounded: vec![false; program.n_tracks],
            unclamped_weights: vec![zero; program.actions.len()],
        }
    }

    /// The preferences of one actor.
    #[inline(always)]
    pub(crate) fn of_actor<'a>(
        &'a self,
        program: &'a Program,
        actor: ActorId,
    ) -> ActorPreferences<'a, L> {
        ActorPreferences {
            imperatives: &program.actors[actor].imperatives,
            weights: &self.weights[actor.index()],
            gradient: &self.gradients[actor.index()],
        }
    }
}

/// The preferences of one actor.
#[derive(Clone, Copy)]
pub(crate) struct ActorPreferences<'a, const L: usize> {
    pub(crate) imperatives: &'a [ImperativeRow],
    /// The normalized weights of the imperatives.
    pub(crate) weights: &'a [Lanes<L>],
    /// Derivatives of the linear part of its utility.
    pub(crate) gradient: &'a [Lanes<L>],
}
