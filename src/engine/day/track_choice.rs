//! The choice on a track, and the workspace in which it is computed.

use crate::engine::lanes::{Lanes, Mask, select, to_mask};
use crate::program::Program;

/// What was chosen on a track today.
#[derive(Clone, Debug)]
pub(crate) struct TrackChoice<const L: usize> {
    /// Whether no action is available in any lane.
    pub(crate) is_idle: bool,
    /// The code of the chosen alternative, 0 for waiting.
    pub(crate) chosen: Mask<L>,
    /// Whether success was resolved while the alternative was sampled. If not, it
    /// is resolved by `success_uniform`.
    pub(crate) is_resolved: bool,
    /// The sum of the codes of the available actions, if the sampler compared their thresholds.
    pub(crate) available_codes: Mask<L>,
    /// The uniform variate that decides whether the chosen action succeeds.
    pub(crate) success_uniform: Lanes<L>,
    /// Whether the alternatives were sampled as affine ones.
    pub(crate) is_affine: bool,
    /// Whether the choice is recorded in the packed history only.
    pub(crate) is_packed: bool,
}

impl<const L: usize> TrackChoice<L> {
    pub(crate) fn new() -> Self {
        Self {
            is_idle: true,
            chosen: Mask::<L>::splat(0),
            is_resolved: false,
            available_codes: Mask::<L>::splat(0),
            success_uniform: Lanes::<L>::splat(0.0),
            is_affine: false,
            is_packed: false,
        }
    }

    /// Sets whether no action is available in any lane. If so, no action succeeds.
    #[inline(always)]
    pub(crate) fn set_idle(&mut self, is_idle: bool, succeeded_codes: &mut Mask<L>) {
        if is_idle && !self.is_idle {
            *succeeded_codes = Mask::<L>::splat(0);
        }
        self.is_idle = is_idle;
    }
}

/// Scratch buffers for the choice on one track, by action.
#[derive(Debug)]
pub(crate) struct ChoiceWorkspace<const L: usize> {
    pub(crate) available: Vec<Mask<L>>,
    /// λ·log₂e·u; for bounded affine alternatives, the weight r·2^logit.
    pub(crate) logits: Vec<Lanes<L>>,
    pub(crate) odds: Vec<Lanes<L>>,
    /// 1 where the action is available, else 0.
    pub(crate) gates: Vec<Lanes<L>>,
    /// By alternative, waiting first.
    pub(crate) weights: Vec<Lanes<L>>,
}

impl<const L: usize> ChoiceWorkspace<L> {
    pub(crate) fn new(program: &Program) -> Self {
        let tracks = program.actors.iter().flat_map(|actor| &actor.tracks);
        let counts = tracks.map(|track| track.actions.len());
        let max_actions = counts.max().unwrap_or(0);
        let zeros = |count: usize| vec![Lanes::<L>::splat(0.0); count];
        Self {
            available: vec![Mask::<L>::splat(0); max_actions],
            logits: zeros(max_actions),
            odds: zeros(max_actions),
            gates: zeros(max_actions),
            weights: zeros(max_actions + 1),
        }
    }

    /// Raises `largest` to the logit of action k where it is available and has odds. An action
    /// without odds is never taken, and the weights of all others could vanish relative to it.
    #[inline(always)]
    pub(crate) fn raise_largest(&self, k: usize, largest: &mut Lanes<L>) {
        let (available, odds, logit) = (&self.available[k], &self.odds[k], &self.logits[k]);
        for lane in 0..L {
            let is_higher =
                available[lane] & to_mask(odds[lane] > 0.0) & to_mask(logit[lane] > largest[lane]);
            largest[lane] = select(is_higher, logit[lane], largest[lane]);
        }
    }
}
