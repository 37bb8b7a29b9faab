//! Computes the preferences of all actors for a block.

use crate::base::index::{ActorId, Id};
use crate::engine::block::Engine;
use crate::engine::dispatch::dispatch;
use crate::engine::lanes::{LaneArray, Lanes, masked, to_mask};
use crate::engine::plan::affine_track::AffineTrack;
use crate::engine::utility::linear::{Identity, LinearUtility, SumTransform, ToLogit};
use crate::engine::utility::logit::weights_from_logits;
use crate::program::{ActorRow, BoundProgram, Input, ParameterValue};

/// 2⁶⁰: the weights of an action with larger odds, or odds below the inverse, are not bounded.
const MAX_ODDS: f32 = (1_u64 << 60) as f32;

/// Maximum |logit| of a bounded weight.
const MAX_BOUNDED_LOGIT: f32 = 59.0;

/// Maximum number of bounded weights: their sum stays below 2¹²⁷.
const MAX_BOUNDED_ACTIONS: usize = 64;

impl<const L: usize> Engine<'_, L> {
    /// Computes the preferences of all actors, unless they are those of this block.
    pub(crate) fn update_preferences(&mut self) {
        if std::mem::replace(&mut self.preferences.is_current, true) {
            return;
        }
        for (id, actor) in self.bound.program.actors.enumerate() {
            if !self.preferences.is_constant[id.index()] {
                self.update_actor_preferences(id);
                self.update_unclamped_weights(id);
                self.preferences.is_constant[id.index()] =
                    has_constant_preferences(self.bound, actor);
            }
        }
    }

    /// Normalizes the weights of an actor, ŵᵢ = wᵢ / Σ wⱼ, all 0 if the sum is 0, and computes the
    /// gradient Σ ŵᵢ·cᵢᵥ, summed in the order of the imperatives' names.
    pub(crate) fn update_actor_preferences(&mut self, actor_id: ActorId) {
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                actor_id: ActorId = actor_id,
            ) -> (),
            _BITS => engine.update_actor_preferences_inlined(actor_id)
        )
    }

    #[inline(always)]
    fn update_actor_preferences_inlined(&mut self, actor_id: ActorId) {
        let bound = self.bound;
        let actor = &bound.program.actors[actor_id];
        let weights = &mut self.preferences.weights[actor_id.index()];
        let mut sum = Lanes::<L>::splat(0.0);
        for (row, imperative) in weights.iter_mut().zip(&actor.imperatives) {
            *row = match bound.parameter_value(imperative.weight) {
                ParameterValue::Constant(value) => LaneArray::splat(value),
                ParameterValue::Drawn(drawn) => self.state.drawn[drawn],
            };
            for lane in 0..L {
                sum[lane] += row[lane];
            }
        }
        for row in weights.iter_mut() {
            for lane in 0..L {
                row[lane] = masked(to_mask(sum[lane] > 0.0), row[lane] / sum[lane]);
            }
        }
        let gradients = &mut self.preferences.gradients[actor_id.index()];
        for (row, gradient) in gradients.iter_mut().zip(&actor.gradient) {
            *row = Lanes::<L>::splat(0.0);
            for &(imperative, coefficient) in &gradient.terms {
                for lane in 0..L {
                    row[lane] += weights[imperative][lane] * coefficient;
                }
            }
        }
        for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
            let utilities = &mut self.preferences.unclamped_utilities[action.index()];
            for (utility, effects) in utilities.iter_mut().zip(&self.plan.actions[action].affine) {
                if let Some(effects) = effects {
                    let linear = LinearUtility {
                        gradient: gradients,
                        terms: &effects.terms,
                    };
                    linear.compute(gradients, 0, utility, Identity);
                }
            }
        }
        self.preferences.precisions[actor_id.index()] = match actor.precision {
            Input::Code(..) => None,
            Input::Parameter(parameter) => {
                let mut row = match bound.parameter_value(parameter) {
                    ParameterValue::Constant(value) => LaneArray::splat(value),
                    ParameterValue::Drawn(drawn) => self.state.drawn[drawn],
                };
                for lane in 0..L {
                    row[lane] *= std::f32::consts::LOG2_E;
                }
                Some(row)
            }
        };
    }

    /// Computes the weights of affine alternatives that no bound clamps, and finds the tracks on
    /// which no weight can leave 2^±120, so that neither weights nor sums need checks.
    fn update_unclamped_weights(&mut self, id: ActorId) {
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                id: ActorId = id,
            ) -> (),
            _BITS => engine.update_unclamped_weights_inlined(id)
        )
    }

    #[inline(always)]
    fn update_unclamped_weights_inlined(&mut self, id: ActorId) {
        let max_abs = |row: &Lanes<L>| row.iter().fold(0.0_f32, |max, x| max.max(x.abs()));
        let Self {
            bound,
            preferences,
            plan,
            ..
        } = self;
        let Some(precision) = &preferences.precisions[id.index()] else {
            return;
        };
        let max_precision = max_abs(precision);
        for track in &bound.program.actors[id].tracks {
            let Some(AffineTrack { alternatives, .. }) = &plan.tracks[track.index] else {
                continue;
            };
            let mut all = alternatives.iter();
            let is_bounded = alternatives.len() <= MAX_BOUNDED_ACTIONS
                && all.all(|affine| {
                    let odds = affine.constants.odds;
                    let has_bounded_odds = (1.0 / MAX_ODDS..=MAX_ODDS).contains(&odds);
                    max_precision * affine.max_abs_utility < MAX_BOUNDED_LOGIT && has_bounded_odds
                });
            preferences.is_bounded[track.index] = is_bounded;
            for affine in alternatives {
                let action = affine.action.index();
                let utility = &preferences.unclamped_utilities[action][0];
                let weight = &mut preferences.unclamped_weights[action];
                let to_logit = ToLogit {
                    precision,
                    constants: affine.constants,
                };
                for lane in 0..L {
                    weight[lane] = to_logit.apply(lane, utility[lane]);
                }
                if is_bounded {
                    weights_from_logits(weight, affine.constants.odds);
                }
            }
        }
    }
}

/// Whether an actor's weights and precision are the same in all blocks.
fn has_constant_preferences(bound: &BoundProgram, actor: &ActorRow) -> bool {
    let is_constant = |parameter| {
        matches!(
            bound.parameter_value(parameter),
            ParameterValue::Constant(_)
        )
    };
    let is_constant_precision = match actor.precision {
        Input::Parameter(parameter) => is_constant(parameter),
        Input::Code(..) => true,
    };
    let mut imperatives = actor.imperatives.iter();
    is_constant_precision && imperatives.all(|imperative| is_constant(imperative.weight))
}
