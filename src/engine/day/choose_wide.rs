//! Choices on affine tracks with many actions, row by row.
//!
//! [`choice_set`](super::choice_set) keeps the sums of a few actions in registers. Here each action is
//! one pass over the lanes, so the cost of a track is in proportion to its actions. The sampled
//! alternatives are the same, to the bit.

use crate::base::index::{ActorId, Id};
use crate::base::math::single::Chance;
use crate::base::random::keyed::{self, SiteKey};
use crate::engine::block::Engine;
use crate::engine::day::sample::{compute_all_weights, sample_alternative};
use crate::engine::dispatch::dispatch;
use crate::engine::lanes::{LaneArray, Lanes, Mask, any, masked, not_finite, to_mask};
use crate::engine::plan::affine_track::AffineTrack;
use crate::engine::plan::gate::Gate;
use crate::engine::state::packed_history::alternative_code;
use crate::engine::utility::linear::{LinearUtility, ToLogit};
use crate::engine::utility::logit::weights_from_logits;
use crate::program::TrackRow;

impl<const L: usize> Engine<'_, L> {
    /// Chooses on an affine track with many actions.
    pub(crate) fn choose_affine_wide(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        activated: &Mask<L>,
    ) {
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                actor_id: ActorId = actor_id,
                track: &TrackRow = track,
                activated: &Mask<L> = activated,
            ) -> (),
            _BITS => engine.choose_affine_wide_inlined(actor_id, track, activated)
        )
    }

    #[inline(always)]
    fn choose_affine_wide_inlined(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        activated: &Mask<L>,
    ) {
        let is_any_available = self.update_wide_availability(actor_id, track, activated);
        let choice = &mut self.workspace.choices[track.index];
        choice.is_affine = true;
        choice.is_packed = false;
        choice.is_resolved = true;
        let succeeded_codes = self.workspace.effects.succeeded_codes(track.index);
        choice.set_idle(!is_any_available, succeeded_codes);
        if !is_any_available || self.preferences.precisions[actor_id.index()].is_none() {
            return;
        }
        let total = match self.preferences.is_bounded[track.index] {
            true => self.compute_bounded_weights(actor_id, track),
            false => self.compute_unbounded_weights(actor_id, track),
        };
        let Self {
            bound,
            state,
            workspace,
            plan,
            ..
        } = self;
        let Some(AffineTrack { alternatives, .. }) = &plan.tracks[track.index] else {
            return;
        };
        let words = state.random_words(bound.site_key(track.site, state.day));
        let weights = &workspace.track.weights[..=alternatives.len()];
        let chosen = sample_alternative(weights, &total, &words);
        // The keys and chances of success are selected by lane, so that one evaluation serves all.
        let (mut high, mut low) = (Mask::<L>::splat(0), Mask::<L>::splat(0));
        let mut chance = LaneArray::<Chance, L>::splat(Chance::NONE);
        let keys = bound.site_keys_on(state.day);
        for (k, affine) in alternatives.iter().enumerate() {
            let SiteKey { high: h, low: l } = keys[affine.success_site.index()];
            let success = affine.alternative.success;
            for lane in 0..L {
                let is_here = chosen[lane] == k as u32 + 1;
                high[lane] |= h & to_mask(is_here);
                low[lane] |= l & to_mask(is_here);
                chance[lane] = chance[lane].unless(is_here, success);
            }
        }
        let choice = &mut workspace.choices[track.index];
        let succeeded_codes = workspace.effects.succeeded_codes(track.index);
        choice.available_codes = Mask::<L>::splat(0);
        for lane in 0..L {
            let code = alternative_code(chosen[lane]);
            let site_key = SiteKey {
                high: high[lane],
                low: low[lane],
            };
            let word = keyed::word(state.lane_key(lane), site_key);
            choice.chosen[lane] = code;
            succeeded_codes[lane] = if chance[lane].decides(word) { code } else { 0 };
        }
    }

    /// Computes where each action is available, and counts the day. Returns whether any is.
    #[inline(always)]
    fn update_wide_availability(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        activated: &Mask<L>,
    ) -> bool {
        let mut is_any_available = false;
        for (k, &action) in track.actions.iter().enumerate() {
            let is_available = match self.plan.actions[action].gate {
                Gate::Evaluated => {
                    let is_available =
                        self.update_action_available::<false>(actor_id, action, activated);
                    self.workspace.track.available[k] = self.workspace.available[action.index()];
                    is_available
                }
                Gate::Threshold {
                    variable,
                    threshold,
                } => {
                    let perceived = match self.bound.program.actors[actor_id].perceives.is_empty() {
                        true => &self.state.variables,
                        false => &self.workspace.perceived_state,
                    };
                    let gate = &perceived[variable];
                    let available = &mut self.workspace.track.available[k];
                    let record = &mut self.state.history.actions[action];
                    let mut is_anywhere = 0;
                    for lane in 0..L {
                        let value = f32::from_bits(gate[lane].to_bits() ^ threshold.sign);
                        let here = to_mask(value <= threshold.max) & activated[lane];
                        available[lane] = here;
                        is_anywhere |= here;
                        record.count_available_day(lane, here & 1);
                    }
                    is_anywhere != 0
                }
            };
            is_any_available |= is_available;
        }
        is_any_available
    }

    /// Computes the weights where all are bounded, and returns their sum.
    #[inline(always)]
    fn compute_bounded_weights(&mut self, actor_id: ActorId, track: &TrackRow) -> Lanes<L> {
        let mut total = LaneArray::splat(1.0);
        self.workspace.track.weights[0] = total;
        for (k, &action) in track.actions.iter().enumerate() {
            if self.compute_clamped_logit(actor_id, track, k) {
                let Some(AffineTrack { alternatives, .. }) = &self.plan.tracks[track.index] else {
                    return total;
                };
                let odds = alternatives[k].constants.odds;
                weights_from_logits(&mut self.workspace.track.logits[k], odds);
            } else {
                let weight = &self.preferences.unclamped_weights[action.index()];
                self.workspace.track.logits[k] = *weight;
            }
            let workspace = &mut self.workspace.track;
            let (available, all) = (&workspace.available[k], &workspace.logits[k]);
            let weight = &mut workspace.weights[k + 1];
            for lane in 0..L {
                weight[lane] = masked(available[lane], all[lane]);
                total[lane] += weight[lane];
            }
        }
        total
    }

    /// Computes the weights, and returns their sum.
    #[inline(always)]
    fn compute_unbounded_weights(&mut self, actor_id: ActorId, track: &TrackRow) -> Lanes<L> {
        let mut largest = Lanes::<L>::splat(0.0);
        for (k, &action) in track.actions.iter().enumerate() {
            if !self.compute_clamped_logit(actor_id, track, k) {
                let logit = &self.preferences.unclamped_weights[action.index()];
                self.workspace.track.logits[k] = *logit;
            }
            let Some(AffineTrack { alternatives, .. }) = &self.plan.tracks[track.index] else {
                return largest;
            };
            let (workspace, faults) = (&mut self.workspace.track, &mut self.evaluator.faults);
            workspace.odds[k] = LaneArray::splat(alternatives[k].constants.odds);
            let (available, logit) = (&workspace.available[k], &workspace.logits[k]);
            if !any(available) {
                continue;
            }
            for lane in 0..L {
                faults[lane] |= not_finite(logit[lane]) & available[lane];
            }
            workspace.raise_largest(k, &mut largest);
        }
        compute_all_weights(&mut self.workspace.track, track.actions.len(), &largest)
    }

    /// Computes the logit of an action if a bound may clamp any of its effects. Returns whether.
    #[inline(always)]
    fn compute_clamped_logit(&mut self, actor_id: ActorId, track: &TrackRow, k: usize) -> bool {
        let Self {
            bound,
            state,
            preferences,
            workspace,
            plan,
            ..
        } = self;
        let (Some(AffineTrack { alternatives, .. }), Some(precision)) = (
            &plan.tracks[track.index],
            &preferences.precisions[actor_id.index()],
        ) else {
            return false;
        };
        let affine = &alternatives[k];
        let gradient = &preferences.gradients[actor_id.index()];
        let perceives_truth = bound.program.actors[actor_id].perceives.is_empty();
        let decision = &workspace.decision;
        let (expected, ranges) = match (decision.has_pending_effects, perceives_truth) {
            (true, _) => (&decision.expected_state, &decision.ranges),
            (false, true) => (&state.variables, &workspace.ranges),
            (false, false) => (&workspace.perceived_state, &decision.ranges),
        };
        let clamped = match any(&workspace.track.available[k]) {
            true => ranges.clamped_terms(&affine.effects),
            false => 0,
        };
        if clamped == 0 {
            return false;
        }
        let (terms, constants) = (&affine.effects.terms, affine.constants);
        let linear = LinearUtility { gradient, terms };
        let to_logit = ToLogit {
            precision,
            constants,
        };
        linear.compute(expected, clamped, &mut workspace.track.logits[k], to_logit);
        true
    }
}
