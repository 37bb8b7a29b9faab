//! Which options are open to a deliberating actor: by their conditions, on what it sees, by their
//! limits and by their cooldowns.

use crate::base::index::{ActionId, ActorId, Id};
use crate::engine::Engine;
use crate::engine::lanes::{Mask, any};
use crate::engine::plan::{Comparison, Opening};
use crate::engine::state::{Always, Greater, GreaterOrEqual, Less, LessOrEqual, Where};
use crate::engine::utility::evaluate::View;
use crate::program::TrackRow;

impl<const L: usize> Engine<'_, L> {
    /// Leaves in `scratch.open` where each option of a track is open, and counts the day. Gives
    /// whether any is.
    #[inline(always)]
    pub(in crate::engine) fn open_options(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        deliberating: &Mask<L>,
    ) -> bool {
        let mut any_open = false;
        for &action in &track.actions {
            let row = &self.bound.program.actions[action];
            let is_open = match row.limit.is_none() && row.cooldown_days == 0 {
                true => self.open_option::<true>(actor_id, action, deliberating),
                false => self.open_option::<false>(actor_id, action, deliberating),
            };
            self.scratch.is_open[action.index()] = is_open;
            any_open |= is_open;
        }
        any_open
    }

    /// The same for one option. `FREE`: it has neither limit nor cooldown.
    #[inline(always)]
    pub(in crate::engine) fn open_option<const FREE: bool>(
        &mut self,
        actor_id: ActorId,
        action: ActionId,
        deliberating: &Mask<L>,
    ) -> bool {
        let Self {
            bound,
            state,
            work,
            scratch,
            ready,
            ..
        } = self;
        let row = &bound.program.actions[action];
        let bars = (row.limit, row.cooldown_days);
        let day = state.day;
        let seen = match bound.program.actors[actor_id].perceives.is_empty() {
            true => &state.variables,
            false => &scratch.beliefs,
        };
        let open = &mut scratch.open[action.index()];
        let opening = ready.actions[action].opening;
        if let Opening::Code(code) = opening {
            let record = &state.memory.actions[action];
            *open = *deliberating;
            record.close(open, f32::from(day), row.limit, row.cooldown_days);
            if !any(open) {
                return false;
            }
            let view = View {
                variables: seen,
                memory: &state.memory,
                day: f32::from(day),
            };
            let holds = work.condition(&bound.program.codes[code], &view, open);
            let record = &mut state.memory.actions[action];
            let active = *open;
            return record.judge_open::<true>(open, &active, day, bars, Where(holds));
        }
        let record = &mut state.memory.actions[action];
        let Opening::Compares {
            variable,
            comparison,
            number,
        } = opening
        else {
            return record.judge_open::<FREE>(open, deliberating, day, bars, Always);
        };
        let x = &seen[variable];
        match comparison {
            Comparison::Less => {
                record.judge_open::<FREE>(open, deliberating, day, bars, Less(x, number))
            }
            Comparison::LessOrEqual => {
                record.judge_open::<FREE>(open, deliberating, day, bars, LessOrEqual(x, number))
            }
            Comparison::Greater => {
                record.judge_open::<FREE>(open, deliberating, day, bars, Greater(x, number))
            }
            Comparison::GreaterOrEqual => {
                record.judge_open::<FREE>(open, deliberating, day, bars, GreaterOrEqual(x, number))
            }
        }
    }
}
