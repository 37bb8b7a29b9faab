//! Choices of actors on their tracks.
//!
//! A choice is a logit with base odds, P ∝ r·exp(λu), sampled by inverse CDF from one uniform
//! variate over waiting and the actions by name. Where quantities are constants, specialized
//! functions keep no weights; an observer of choices gets the general function, which
//! computes the same bits.

use crate::base::index::{ActorId, Id};
use crate::base::math::single;
use crate::base::random::keyed::{self, SiteKey};
use crate::engine::block::Engine;
use crate::engine::day::sample::{compute_all_weights, sample_alternative};
use crate::engine::dispatch::dispatch;
use crate::engine::lanes::{LaneArray, Lanes, Mask, to_mask};
use crate::engine::observer::{Choice, Observer};
use crate::engine::state::State;
use crate::engine::state::packed_history::alternative_code;
use crate::program::{BoundProgram, TrackRow};

impl<const L: usize> Engine<'_, L> {
    /// Step 2: an actor chooses on all its tracks.
    #[inline(always)]
    pub(crate) fn choose<const BITS: u32>(
        &mut self,
        actor_id: ActorId,
        observer: &mut dyn Observer<L>,
    ) {
        let is_observed = observer.observes_choices();
        let is_affine = self.plan.actors[actor_id].is_affine && !is_observed;
        let sampled;
        let mut activated = const { &Mask::splat(u32::MAX) };
        if !is_affine {
            self.perceive(actor_id);
            if let Some(mask) = self.sample_activation(actor_id) {
                sampled = mask;
                activated = &sampled;
            }
        }
        if is_affine || self.prepare_choice(actor_id, activated, is_observed) {
            let actor = &self.bound.program.actors[actor_id];
            for (index, track) in actor.tracks.iter().enumerate() {
                let choice = &self.workspace.choices[track.index];
                if is_affine || choice.is_affine {
                    self.choose_affine::<BITS>(actor_id, track, activated);
                } else if !choice.is_idle
                    && (is_observed || !self.choose_with_constant_odds::<BITS>(actor_id, track))
                {
                    self.choose_general(actor_id, index, track, observer);
                }
            }
        }
        observer.actor_chose(&self.state, actor_id);
    }

    /// Computes what the choices of an actor depend on: availability, s⁺ and the value of waiting.
    /// Affine tracks are left for [`Engine::choose_affine`] unless choices are observed. Returns
    /// whether any action may be available in any lane.
    pub(crate) fn prepare_choice(
        &mut self,
        actor_id: ActorId,
        activated: &Mask<L>,
        is_observed: bool,
    ) -> bool {
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                actor_id: ActorId = actor_id,
                activated: &Mask<L> = activated,
                is_observed: bool = is_observed,
            ) -> bool,
            _BITS => engine.prepare_choice_inlined(actor_id, activated, is_observed)
        )
    }

    #[inline(always)]
    fn prepare_choice_inlined(
        &mut self,
        actor_id: ActorId,
        activated: &Mask<L>,
        is_observed: bool,
    ) -> bool {
        let actor = &self.bound.program.actors[actor_id];
        let mut is_idle = true;
        for track in &actor.tracks {
            let is_affine = !is_observed && self.plan.tracks[track.index].is_some();
            let may_be_available = is_affine || self.update_available(actor_id, track, activated);
            let choice = &mut self.workspace.choices[track.index];
            choice.is_affine = is_affine;
            choice.is_packed = false;
            let succeeded_codes = self.workspace.effects.succeeded_codes(track.index);
            choice.set_idle(!may_be_available, succeeded_codes);
            is_idle &= !may_be_available;
        }
        if is_idle {
            return false;
        }
        self.update_expected_state(actor_id);
        self.evaluate_waiting(actor_id);
        true
    }

    /// Chooses on a track and reports the choice to the observer.
    #[inline(always)]
    fn choose_general(
        &mut self,
        actor_id: ActorId,
        track_index: usize,
        track: &TrackRow,
        observer: &mut dyn Observer<L>,
    ) {
        let total = self.compute_weights(actor_id, track);
        let Self {
            bound,
            state,
            workspace,
            ..
        } = self;
        let words = state.random_words(bound.site_key(track.site, state.day));
        let n = track.actions.len();
        let chosen = sample_alternative(&workspace.track.weights[..=n], &total, &words);
        let choice = &mut workspace.choices[track.index];
        for lane in 0..L {
            choice.chosen[lane] = alternative_code(chosen[lane]);
        }
        choice.success_uniform = success_uniforms(bound, state, track, &chosen);
        *workspace.effects.succeeded_codes(track.index) = Mask::<L>::splat(0);
        choice.is_resolved = false;
        let computed = &workspace.track;
        observer.choice(&Choice {
            day: state.day,
            actor: actor_id,
            track: track_index,
            actions: &track.actions,
            available: &computed.available[..n],
            logits: &computed.logits[..n],
            weights: &computed.weights[..=n],
            total: &total,
            chosen: &chosen,
        });
    }

    /// Computes the weights of all alternatives of a track, and returns their sum.
    pub(crate) fn compute_weights(&mut self, actor_id: ActorId, track: &TrackRow) -> Lanes<L> {
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                actor_id: ActorId = actor_id,
                track: &TrackRow = track,
            ) -> Lanes<L>,
            _BITS => engine.compute_weights_inlined(actor_id, track)
        )
    }

    #[inline(always)]
    fn compute_weights_inlined(&mut self, actor_id: ActorId, track: &TrackRow) -> Lanes<L> {
        for (k, &action) in track.actions.iter().enumerate() {
            if self.workspace.is_available[action.index()] {
                if self.evaluator.cancel.is_canceled() {
                    break;
                }
                let available = self.workspace.available[action.index()];
                self.compute_logit(actor_id, action, k, &available);
            }
        }
        let (workspace, plan) = (&mut self.workspace, &self.plan);
        let mut largest = Lanes::<L>::splat(0.0);
        for (k, &action) in track.actions.iter().enumerate() {
            workspace.track.available[k] = workspace.available[action.index()];
            if workspace.is_available[action.index()] {
                if let Some(constants) = plan.actions[action].constants {
                    workspace.track.odds[k] = LaneArray::splat(constants.odds);
                }
                workspace.track.raise_largest(k, &mut largest);
            }
        }
        compute_all_weights(&mut workspace.track, track.actions.len(), &largest)
    }
}

/// The uniform variates at the success site of the action that each lane has chosen. The keys of the
/// sites are selected by lane, so that one evaluation serves all actions of a track.
#[inline(always)]
fn success_uniforms<const L: usize>(
    bound: &BoundProgram,
    state: &State<L>,
    track: &TrackRow,
    chosen: &Mask<L>,
) -> Lanes<L> {
    let (mut high, mut low) = (Mask::<L>::splat(0), Mask::<L>::splat(0));
    for (k, &action) in track.actions.iter().enumerate() {
        let site = bound.program.actions[action].success_site;
        let key = bound.site_key(site, state.day);
        for lane in 0..L {
            let here = to_mask(chosen[lane] == k as u32 + 1);
            high[lane] |= key.high & here;
            low[lane] |= key.low & here;
        }
    }
    let mut uniforms = Lanes::<L>::splat(0.0);
    for lane in 0..L {
        let site_key = SiteKey {
            high: high[lane],
            low: low[lane],
        };
        uniforms[lane] = single::uniform(keyed::word(state.lane_key(lane), site_key));
    }
    uniforms
}
