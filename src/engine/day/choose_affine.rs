//! Choices on tracks whose quantities are constants.

use crate::base::index::{ActorId, Id};
use crate::engine::block::Engine;
use crate::engine::day::choice_set::{ChoiceSet, SampleTask};
use crate::engine::day::track_choice::ChoiceWorkspace;
use crate::engine::lanes::{Lanes, Mask, masked};
use crate::engine::plan::affine_track::AffineTrack;
use crate::engine::plan::alternative::MAX_ACTIONS;
use crate::engine::plan::gate::Gate;
use crate::engine::utility::linear::{LinearUtility, ToLogit};
use crate::engine::utility::logit::weights_from_logits;
use crate::program::TrackRow;

impl<const L: usize> Engine<'_, L> {
    /// Chooses on an affine track.
    #[inline(always)]
    pub(crate) fn choose_affine<const BITS: u32>(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        activated: &Mask<L>,
    ) {
        let Some(AffineTrack { alternatives, .. }) = &self.plan.tracks[track.index] else {
            return;
        };
        let n_alternatives = alternatives.len();
        if n_alternatives > MAX_ACTIONS {
            self.choose_affine_wide(actor_id, track, activated);
            return;
        }
        let (is_closed, n_closed) = self.evaluate_gates(actor_id, track, activated);
        let choice = &mut self.workspace.choices[track.index];
        choice.is_affine = true;
        choice.is_packed = false;
        let succeeded_codes = self.workspace.effects.succeeded_codes(track.index);
        choice.set_idle(n_closed == n_alternatives, succeeded_codes);
        if choice.is_idle || self.preferences.precisions[actor_id.index()].is_none() {
            return;
        }
        let is_unclamped = self.compute_clamped_logits(actor_id, track, &is_closed);
        let Self {
            bound,
            state,
            evaluator,
            preferences,
            workspace,
            packed_history,
            plan,
        } = self;
        let Some(AffineTrack {
            alternatives,
            is_packed,
            ..
        }) = &plan.tracks[track.index]
        else {
            return;
        };
        let is_bounded = preferences.is_bounded[track.index];
        let perceived = match bound.program.actors[actor_id].perceives.is_empty() {
            true => &state.variables,
            false => &workspace.perceived_state,
        };
        let choice = &mut workspace.choices[track.index];
        let succeeded_codes = workspace.effects.succeeded_codes(track.index);
        let ChoiceWorkspace { logits, gates, .. } = &workspace.track;
        let mut choice_set = ChoiceSet::new(&alternatives[0].alternative, &logits[0]);
        let keys = bound.site_keys_on(state.day);
        for (k, affine) in alternatives.iter().enumerate() {
            let gate = match affine.gate {
                Gate::Threshold { variable, .. } => &perceived[variable],
                Gate::Evaluated => &gates[k],
            };
            let weight = match is_unclamped[k] {
                true => &preferences.unclamped_weights[affine.action.index()],
                false => &logits[k],
            };
            let site = keys[affine.success_site.index()];
            choice_set.add(&affine.alternative, gate, weight, site);
        }
        choice.is_packed = is_bounded && *is_packed;
        let packed = match choice.is_packed {
            true => packed_history.track_and_day(track.index, state.day),
            false => None,
        };
        choice_set.sample::<BITS>(SampleTask {
            path: evaluator.path,
            is_bounded,
            state,
            site: keys[track.site.index()],
            activated,
            choice,
            succeeded_codes,
            packed,
            buffer: &mut workspace.sample,
            faults: &mut evaluator.faults,
        });
    }

    /// Computes the logits of affine alternatives that a bound may clamp, or their weights if the
    /// track is bounded. Returns which alternatives no bound clamps.
    #[inline(always)]
    fn compute_clamped_logits(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        is_closed: &[bool; MAX_ACTIONS],
    ) -> [bool; MAX_ACTIONS] {
        let mut is_unclamped = [false; MAX_ACTIONS];
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
            return is_unclamped;
        };
        let gradient = &preferences.gradients[actor_id.index()];
        let perceives_truth = bound.program.actors[actor_id].perceives.is_empty();
        let (perceived, true_ranges) = match perceives_truth {
            true => (&state.variables, Some(&workspace.ranges)),
            false => (&workspace.perceived_state, None),
        };
        let (expected, ranges) = workspace.decision.expected(perceived, true_ranges);
        let logits = &mut workspace.track.logits;
        for (k, affine) in alternatives.iter().enumerate() {
            let clamped = match is_closed[k] {
                true => 0,
                false => ranges.clamped_terms(&affine.effects),
            };
            is_unclamped[k] = clamped == 0;
            if clamped != 0 {
                let (terms, constants) = (&affine.effects.terms, affine.constants);
                let linear = LinearUtility { gradient, terms };
                let to_logit = ToLogit {
                    precision,
                    constants,
                };
                linear.compute(expected, clamped, &mut logits[k], to_logit);
                if preferences.is_bounded[track.index] {
                    weights_from_logits(&mut logits[k], constants.odds);
                }
            }
        }
        is_unclamped
    }

    /// Evaluates the gates of an affine track that have no threshold. Returns which actions are not
    /// available in any lane, and their number.
    #[inline(always)]
    fn evaluate_gates(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        activated: &Mask<L>,
    ) -> ([bool; MAX_ACTIONS], usize) {
        let (mut is_closed, mut n_closed) = ([false; MAX_ACTIONS], 0);
        let affine = self.plan.tracks[track.index].as_ref();
        if affine.is_some_and(|affine| affine.has_evaluated_gates) {
            for (k, &action) in track.actions.iter().enumerate() {
                if self.plan.actions[action].has_evaluated_gate() {
                    let is_available =
                        self.update_action_available::<false>(actor_id, action, activated);
                    is_closed[k] = !is_available;
                    n_closed += usize::from(is_closed[k]);
                    let available = &self.workspace.available[action.index()];
                    gate_from_mask(&mut self.workspace.track.gates[k], available);
                }
            }
        }
        (is_closed, n_closed)
    }

    /// Chooses on a track if the odds and success probabilities of its available actions are
    /// constants and they are few. Returns false otherwise.
    #[inline(always)]
    pub(crate) fn choose_with_constant_odds<const BITS: u32>(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
    ) -> bool {
        let mut n_available = 0;
        for &action in &track.actions {
            if self.workspace.is_available[action.index()] {
                if self.plan.actions[action].alternative.is_none() || n_available == MAX_ACTIONS {
                    return false;
                }
                n_available += 1;
            }
        }
        for (k, &action) in track.actions.iter().enumerate() {
            if self.workspace.is_available[action.index()] {
                let available = self.workspace.available[action.index()];
                self.compute_logit(actor_id, action, k, &available);
                gate_from_mask(&mut self.workspace.track.gates[k], &available);
            }
        }
        let Self {
            bound,
            state,
            evaluator,
            workspace,
            plan,
            ..
        } = self;
        let ChoiceWorkspace { logits, gates, .. } = &workspace.track;
        let mut actions = track.actions.iter();
        let filler = actions.find_map(|&action| plan.actions[action].alternative.as_ref());
        let Some(filler) = filler else {
            return false;
        };
        let mut choice_set = ChoiceSet::new(filler, &logits[0]);
        for (k, &action) in track.actions.iter().enumerate() {
            if let (true, Some(alternative)) = (
                workspace.is_available[action.index()],
                &plan.actions[action].alternative,
            ) {
                let site = bound.program.actions[action].success_site;
                let site = bound.site_key(site, state.day);
                choice_set.add(alternative, &gates[k], &logits[k], site);
            }
        }
        choice_set.sample::<BITS>(SampleTask {
            path: evaluator.path,
            is_bounded: false,
            state,
            site: bound.site_key(track.site, state.day),
            activated: &Mask::<L>::splat(u32::MAX),
            choice: &mut workspace.choices[track.index],
            succeeded_codes: workspace.effects.succeeded_codes(track.index),
            packed: None,
            buffer: &mut workspace.sample,
            faults: &mut evaluator.faults,
        });
        true
    }
}

/// Writes 1 where an action is available, else 0.
#[inline(always)]
fn gate_from_mask<const L: usize>(gate: &mut Lanes<L>, available: &Mask<L>) {
    for lane in 0..L {
        gate[lane] = masked(available[lane], 1.0);
    }
}
