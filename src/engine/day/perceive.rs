//! Perception: the state as an actor perceives it, with delay, with noise, or hidden.

use crate::base::index::{ActorId, Id};
use crate::engine::block::Engine;
use crate::engine::dispatch::dispatch;
use crate::engine::lanes::{LaneArray, Lanes, Mask, clamp};
use crate::engine::utility::context::EvaluationContext;
use crate::program::{ParameterValue, PerceptionSource};

impl<const L: usize> Engine<'_, L> {
    /// Keeps today's start-of-day values for delayed perception.
    #[inline(always)]
    pub(crate) fn record_lagged_variables(&mut self) {
        let Self { bound, state, .. } = self;
        let lagged = state.lagged_values.iter_mut();
        for (values, row) in lagged.zip(&bound.program.lagged_variables) {
            let slot = usize::from(state.day) % values.len();
            values[slot] = state.variables[row.variable.index()];
        }
    }

    /// Computes the perceived state of an actor, if it differs from the true state.
    #[inline(always)]
    pub(crate) fn perceive(&mut self, actor_id: ActorId) {
        if self.bound.program.actors[actor_id].perceives.is_empty() {
            return;
        }
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                actor_id: ActorId = actor_id,
            ) -> (),
            _BITS => engine.compute_perceived_state(actor_id)
        )
    }

    #[inline(always)]
    fn compute_perceived_state(&mut self, actor_id: ActorId) {
        let Self {
            bound,
            state,
            evaluator,
            workspace,
            ..
        } = self;
        let actor = &bound.program.actors[actor_id];
        workspace.perceived_state.copy_from_slice(&state.variables);
        let true_situation: EvaluationContext<'_, L> = state.situation(bound);
        let all = Mask::<L>::splat(u32::MAX);
        for row in &actor.perceives {
            let mut perceived = match row.source {
                PerceptionSource::Current => state.variables[row.variable.index()],
                PerceptionSource::Lagged { row, days } => {
                    let values = &state.lagged_values[row];
                    let n = values.len();
                    values[(usize::from(state.day) + n - usize::from(days)) % n]
                }
                PerceptionSource::Belief(belief) => match bound.parameter_value(belief) {
                    ParameterValue::Constant(value) => LaneArray::splat(value),
                    ParameterValue::Drawn(index) => state.drawn[index],
                },
            };
            if let Some(noise) = row.noise {
                let variable = &bound.program.variables[row.variable];
                let (mut normals, mut second) = (Lanes::<L>::splat(0.0), Lanes::<L>::splat(0.0));
                state.sample_normal_pairs(bound, &noise, &mut normals, &mut second);
                if state.day.is_multiple_of(2) {
                    normals = second;
                }
                let mut slot = Lanes::<L>::splat(0.0);
                let sd = evaluator.quantity(noise.volatility, &true_situation, &all, &mut slot);
                for lane in 0..L {
                    let noisy = perceived[lane] + sd[lane] * normals[lane];
                    perceived[lane] = clamp(noisy, variable.min, variable.max);
                }
            }
            workspace.perceived_state[row.variable.index()] = perceived;
        }
    }
}
