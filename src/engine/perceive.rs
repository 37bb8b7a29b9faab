//! What an actor sees: the world late, blurred, or not at all.

use super::Engine;
use super::evaluate::Situation;
use super::lanes::{Lanes, clamp};
use super::state::State;
use crate::index::{ActorId, Id};
use crate::math::single;
use crate::program::{Bound, Given, PerceptionSource, Shock};

impl<const L: usize> Engine<'_, L> {
    /// Keeps this morning for those who learn of it later.
    #[inline(always)]
    pub(super) fn remember_morning(&mut self) {
        let Self { bound, state, .. } = self;
        for (mornings, row) in state.histories.iter_mut().zip(&bound.program.histories) {
            let slot = usize::from(state.day) % mornings.len();
            mornings[slot] = state.variables[row.variable.index()];
        }
    }

    /// Leaves in `scratch.beliefs` the world as an actor sees it, if it sees it otherwise than it
    /// is.
    #[inline(always)]
    pub(super) fn perceive(&mut self, actor_id: ActorId) {
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
        let all = [u32::MAX; L];
        for row in &actor.perceives {
            let mut seen = match row.source {
                PerceptionSource::Now => state.variables[row.variable.index()],
                PerceptionSource::Past { history, days } => {
                    let mornings = &state.histories[history];
                    let n = mornings.len();
                    mornings[(usize::from(state.day) + n - usize::from(days)) % n]
                }
                PerceptionSource::Belief(belief) => match bound.given(belief) {
                    Given::Known(value) => [value; L],
                    Given::Drawn(index) => state.drawn[index],
                },
            };
            if let Some(noise) = row.noise {
                let variable = &bound.program.variables[row.variable];
                let normals = state.normals(bound, &noise);
                let mut slot = [0.0; L];
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

impl<const L: usize> State<L> {
    /// Standard normals of a shock today. A pair serves two days and is made anew on each.
    #[inline(always)]
    pub(super) fn normals(&self, bound: &Bound<'_>, shock: &Shock) -> Lanes<L> {
        let pair = (self.day - 1) / 2;
        let second = self.day.is_multiple_of(2);
        let radius = self.words(bound.site_key(shock.radius, pair));
        let angle = self.words(bound.site_key(shock.angle, pair));
        let mut normals = [0.0; L];
        for lane in 0..L {
            let (cosine_part, sine_part) = single::normal_pair(radius[lane], angle[lane]);
            normals[lane] = if second { sine_part } else { cosine_part };
        }
        normals
    }
}
