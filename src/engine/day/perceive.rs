//! What an actor sees: the world late, blurred, or not at all.

use crate::base::index::{ActorId, Id};
use crate::engine::Engine;
use crate::engine::lanes::{Lanes, Mask, Row, clamp};
use crate::engine::utility::evaluate::Situation;
use crate::program::{ParameterValue, PerceptionSource};

impl<const L: usize> Engine<'_, L> {
    /// Keeps this morning for those who learn of it later.
    #[inline(always)]
    pub(in crate::engine) fn remember_morning(&mut self) {
        let Self { bound, state, .. } = self;
        for (mornings, row) in state
            .histories
            .iter_mut()
            .zip(&bound.program.lagged_variables)
        {
            let slot = usize::from(state.day) % mornings.len();
            mornings[slot] = state.variables[row.variable.index()];
        }
    }

    /// Leaves in `scratch.beliefs` the world as an actor sees it, if it sees it otherwise than it
    /// is.
    #[inline(always)]
    pub(in crate::engine) fn perceive(&mut self, actor_id: ActorId) {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let actor = &bound.program.actors[actor_id];
        if actor.perceives.is_empty() {
            return;
        }
        scratch.beliefs.copy_from_slice(&state.variables);
        let world: Situation<'_, L> = state.situation(bound);
        let all = Mask::<L>::of(u32::MAX);
        for row in &actor.perceives {
            let mut seen = match row.source {
                PerceptionSource::Current => state.variables[row.variable.index()],
                PerceptionSource::Lagged { row: history, days } => {
                    let mornings = &state.histories[history];
                    let n = mornings.len();
                    mornings[(usize::from(state.day) + n - usize::from(days)) % n]
                }
                PerceptionSource::Belief(belief) => match bound.parameter_value(belief) {
                    ParameterValue::Constant(value) => Row::of(value),
                    ParameterValue::Drawn(index) => state.drawn[index],
                },
            };
            if let Some(noise) = row.noise {
                let variable = &bound.program.variables[row.variable];
                let (mut normals, mut second) = (Lanes::<L>::of(0.0), Lanes::<L>::of(0.0));
                state.normal_pairs(bound, &noise, &mut normals, &mut second);
                if state.day.is_multiple_of(2) {
                    normals = second;
                }
                let mut slot = Lanes::<L>::of(0.0);
                let sd = work.input(noise.volatility, &world, &all, &mut slot);
                for lane in 0..L {
                    let blurred = seen[lane] + sd[lane] * normals[lane];
                    seen[lane] = clamp(blurred, variable.min, variable.max);
                }
            }
            scratch.beliefs[row.variable.index()] = seen;
        }
    }
}
