//! Choices on affine tracks with many actions, row by row.
//!
//! [`choice_set`](super::choice_set) keeps the sums of a few actions in registers. Here each action is
//! one pass over the lanes, so the cost of a track is in proportion to its actions. The sampled
//! alternatives are the same, to the bit.

use crate::base::index::{ActorId, Id};
use crate::base::math::single::{self, Chance};
use crate::base::random::keyed::{self, SiteKey};
use crate::engine::block::Engine;
use crate::engine::day::sample::compute_all_weights;
use crate::engine::dispatch::dispatch;
use crate::engine::lanes::{LaneArray, Lanes, Mask, any, masked, not_finite, to_mask};
use crate::engine::plan::affine_track::AffineTrack;
use crate::engine::plan::gate::Gate;
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
        let is_bounded = self.preferences.is_bounded[track.index];
        let mut total = LaneArray::splat(1.0);
        let mut is_any_available = false;
        for k in 0..track.actions.len() {
            is_any_available |= match is_bounded {
                true => self.add_bounded_weight(actor_id, track, activated, k, &mut total),
                false => self.update_wide_availability(actor_id, track, activated, k),
            };
        }
        let choice = &mut self.workspace.choices[track.index];
        choice.is_affine = true;
        choice.is_packed = false;
        choice.is_resolved = true;
        let succeeded_codes = self.workspace.effects.succeeded_codes(track.index);
        choice.set_idle(!is_any_available, succeeded_codes);
        if !is_any_available || self.preferences.precisions[actor_id.index()].is_none() {
            return;
        }
        if is_bounded {
            self.workspace.track.weights[0] = LaneArray::splat(1.0);
        } else {
            total = self.compute_unbounded_weights(actor_id, track);
        }
        self.sample_wide(track, &total);
    }

    /// Samples an alternative from its weights, as [`sample`](super::sample) does, and resolves its
    /// success: the keys and chances of success are selected by lane, so that one evaluation serves all.
    #[inline(always)]
    fn sample_wide(&mut self, track: &TrackRow, total: &Lanes<L>) {
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
        let mut target = Lanes::<L>::splat(0.0);
        for lane in 0..L {
            target[lane] = single::uniform(words[lane]) * total[lane];
        }
        let mut before = workspace.track.weights[0];
        let choice = &mut workspace.choices[track.index];
        let chosen = &mut choice.chosen;
        *chosen = Mask::<L>::splat(0);
        let (mut high, mut low) = (Mask::<L>::splat(0), Mask::<L>::splat(0));
        let mut chance = LaneArray::<Chance, L>::splat(Chance::NONE);
        let keys = bound.site_keys_on(state.day);
        for (k, affine) in alternatives.iter().enumerate() {
            let key = keys[affine.success_site.index()];
            let (code, success) = (affine.alternative.code, affine.alternative.success);
            let weight = &workspace.track.weights[k + 1];
            for lane in 0..L {
                let is_reached = (before[lane] <= target[lane]) & (weight[lane] > 0.0);
                chosen[lane] = if is_reached { code } else { chosen[lane] };
                high[lane] = if is_reached { key.high } else { high[lane] };
                low[lane] = if is_reached { key.low } else { low[lane] };
                chance[lane] = chance[lane].unless(is_reached, success);
                before[lane] += weight[lane];
            }
        }
        choice.available_codes = Mask::<L>::splat(0);
        let succeeded_codes = workspace.effects.succeeded_codes(track.index);
        for lane in 0..L {
            let site_key = SiteKey {
                high: high[lane],
                low: low[lane],
            };
            let word = keyed::word(state.lane_key(lane), site_key);
            let succeeds = chance[lane].decides(word);
            succeeded_codes[lane] = if succeeds { choice.chosen[lane] } else { 0 };
        }
    }

    /// Computes where action `k` is available, and counts the day. Returns whether it is anywhere.
    #[inline(always)]
    fn update_wide_availability(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        activated: &Mask<L>,
        k: usize,
    ) -> bool {
        let action = track.actions[k];
        let Gate::Threshold {
            variable,
            threshold,
        } = self.plan.actions[action].gate
        else {
            let is_available = self.update_action_available::<false>(actor_id, action, activated);
            self.workspace.track.available[k] = self.workspace.available[action.index()];
            return is_available;
        };
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

    /// [`Engine::update_wide_availability`] where all weights are bounded; also computes the weight and
    /// adds it to the sum of those before it.
    #[inline(always)]
    fn add_bounded_weight(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        activated: &Mask<L>,
        k: usize,
        total: &mut Lanes<L>,
    ) -> bool {
        if !self.update_wide_availability(actor_id, track, activated, k) {
            self.workspace.track.weights[k + 1] = Lanes::<L>::splat(0.0);
            return false;
        }
        let is_clamped = self.compute_clamped_logit(actor_id, track, k);
        let Self {
            preferences,
            workspace,
            plan,
            ..
        } = self;
        let track_workspace = &mut workspace.track;
        let all = match is_clamped {
            true => {
                let tracks = &plan.tracks[track.index];
                let alternative = tracks.as_ref().map(|track| &track.alternatives[k]);
                let odds = alternative.map_or(0.0, |affine| affine.constants.odds);
                let logits = &mut track_workspace.logits[k];
                weights_from_logits(logits, odds);
                &*logits
            }
            false => &preferences.unclamped_weights[track.actions[k].index()],
        };
        let available = &track_workspace.available[k];
        let weight = &mut track_workspace.weights[k + 1];
        for lane in 0..L {
            weight[lane] = masked(available[lane], all[lane]);
            total[lane] += weight[lane];
        }
        true
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
        let (perceived, true_ranges) = match perceives_truth {
            true => (&state.variables, Some(&workspace.ranges)),
            false => (&workspace.perceived_state, None),
        };
        let (expected, ranges) = workspace.decision.expected(perceived, true_ranges);
        let clamped = ranges.clamped_terms(&affine.effects);
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
