//! The expected state s⁺, and what the alternatives of an actor are compared with: its goals on s⁺
//! and the anticipated responses to waiting.

use crate::base::index::{ActorId, Id};
use crate::engine::block::Engine;
use crate::engine::dispatch::dispatch;
use crate::engine::lanes::{Lanes, Mask, any, clamp, unite};
use crate::engine::plan::affine::MeasuredVariable;
use crate::engine::utility::context::perceived_situation;
use crate::engine::utility::ranges::ValueRanges;
use crate::engine::utility::response::ResponseModel;

impl<const L: usize> Engine<'_, L> {
    /// Measures the ranges of variables in the true state, as far as the actors of a turn need them.
    #[inline(always)]
    pub(crate) fn update_turn_ranges(&mut self, turn: usize) {
        let variables = &self.plan.turns[turn].measured;
        let Self {
            state, workspace, ..
        } = self;
        workspace.ranges.update(&state.variables, variables);
    }

    /// Measures the ranges of variables in the true state, as far as an actor needs them.
    pub(crate) fn update_actor_ranges(&mut self, actor: ActorId) {
        let Self {
            state,
            evaluator,
            workspace,
            plan,
            ..
        } = self;
        dispatch!(
            evaluator.path,
            (
                ranges: &mut ValueRanges = &mut workspace.ranges,
                state: &[Lanes<L>] = &state.variables,
                measured: &[MeasuredVariable] = &plan.actors[actor].measured,
            ) -> (),
            _BITS => ranges.update(state, measured)
        )
    }

    /// Computes s⁺, the perceived state after all pending effects of the actor, if it has any, and
    /// copies the variables on which goals are evaluated.
    #[inline(always)]
    pub(crate) fn update_expected_state(&mut self, actor_id: ActorId) {
        let Self {
            bound,
            state,
            workspace,
            plan,
            ..
        } = self;
        let program = &*bound.program;
        let perceives_truth = program.actors[actor_id].perceives.is_empty();
        let perceived: &[Lanes<L>] = match perceives_truth {
            true => &state.variables,
            false => &workspace.perceived_state,
        };
        let decision = &mut workspace.decision;
        decision.has_pending_effects = false;
        for row in program.actors[actor_id].pending.clone() {
            let ring = &state.pending[row];
            if !ring.is_in_use {
                continue;
            }
            if !decision.has_pending_effects {
                decision.expected_state.copy_from_slice(perceived);
                decision.has_pending_effects = true;
            }
            let mut sum = Lanes::<L>::splat(0.0);
            for slot in &ring.slots {
                for lane in 0..L {
                    sum[lane] += slot[lane];
                }
            }
            let variable = program.pending[row].variable;
            let (min, max) = (
                program.variables[variable].min,
                program.variables[variable].max,
            );
            let expected = &mut decision.expected_state[variable.index()];
            for lane in 0..L {
                expected[lane] = clamp(expected[lane] + sum[lane], min, max);
            }
        }
        let expected = match decision.has_pending_effects {
            true => &decision.expected_state,
            false => perceived,
        };
        for &variable in &plan.actors[actor_id].hypothetical {
            decision.hypothetical_state[variable] = expected[variable];
        }
        if decision.has_pending_effects || !perceives_truth {
            let variables = &plan.actors[actor_id].measured;
            decision.ranges.update(expected, variables);
        }
    }

    /// Evaluates waiting: the residuals on s⁺ that an available action may change, and the expected
    /// responses if the actor waits.
    #[inline(always)]
    pub(crate) fn evaluate_waiting(&mut self, actor_id: ActorId) {
        if self.plan.actors[actor_id].hypothetical.is_empty() {
            return;
        }
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                actor_id: ActorId = actor_id,
            ) -> (),
            _BITS => engine.evaluate_waiting_inlined(actor_id)
        )
    }

    #[inline(always)]
    fn evaluate_waiting_inlined(&mut self, actor_id: ActorId) {
        self.evaluate_residuals(actor_id);
        if !self.bound.program.actors[actor_id].anticipates.is_empty() {
            self.evaluate_responses_to_waiting(actor_id);
        }
    }

    /// Evaluates the residuals on s⁺ in the lanes in which an available action may change them.
    #[inline(always)]
    fn evaluate_residuals(&mut self, actor_id: ActorId) {
        let Self {
            bound,
            state,
            evaluator,
            workspace,
            ..
        } = self;
        let program = &*bound.program;
        let actor = &program.actors[actor_id];
        let perceived = perceived_situation(bound, state, &workspace.perceived_state, actor_id);
        for (index, imperative) in actor.imperatives.iter().enumerate() {
            let mut needed = Mask::<L>::splat(0);
            for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
                let is_available = workspace.is_available[action.index()];
                let residuals = &program.actions[action].dependencies.residuals;
                if is_available && residuals.contains(&index) {
                    unite(&mut needed, &workspace.available[action.index()]);
                }
            }
            if any(&needed)
                && let Some(residual) = imperative.residual
            {
                let decision = &mut workspace.decision;
                let expected = perceived.with_variables(&decision.hypothetical_state);
                decision.residuals[index].evaluate(residual, &expected, &needed, evaluator);
            }
        }
    }

    /// Evaluates the expected responses to waiting, in the lanes in which an available
    /// action may change them.
    #[inline(always)]
    fn evaluate_responses_to_waiting(&mut self, actor_id: ActorId) {
        let Self {
            bound,
            state,
            evaluator,
            preferences,
            workspace,
            ..
        } = self;
        let program = &*bound.program;
        let actor = &program.actors[actor_id];
        let perceived = perceived_situation(bound, state, &workspace.perceived_state, actor_id);
        let mut any_available = Mask::<L>::splat(0);
        for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
            unite(&mut any_available, &workspace.available[action.index()]);
        }
        let decision = &mut workspace.decision;
        let mut slot = Lanes::<L>::splat(0.0);
        decision.insight =
            *evaluator.quantity(actor.insight, &perceived, &any_available, &mut slot);
        for (k, anticipation) in actor.anticipates.iter().enumerate() {
            let mut needed = Mask::<L>::splat(0);
            for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
                if program.actions[action].invalidates[k] {
                    unite(&mut needed, &workspace.available[action.index()]);
                }
            }
            if any(&needed) {
                let insight = &decision.insight;
                let model =
                    ResponseModel::new(program, preferences, actor_id, anticipation, insight);
                decision.responses_to_waiting[k] = model.expected_value(
                    &perceived,
                    &decision.hypothetical_state,
                    None,
                    &needed,
                    &mut decision.responses[k],
                    evaluator,
                );
            }
        }
    }
}
