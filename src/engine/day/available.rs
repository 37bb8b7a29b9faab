//! Availability of actions: by precondition on the perceived state, limit and cooldown.

use crate::base::index::{ActionId, ActorId, Id};
use crate::engine::block::Engine;
use crate::engine::lanes::{Mask, any};
use crate::engine::plan::precondition::{Comparison, Precondition};
use crate::engine::state::lane_condition::{
    Always, Greater, GreaterOrEqual, InMask, Less, LessOrEqual,
};
use crate::engine::utility::context::ExpressionInputs;
use crate::program::TrackRow;

impl<const L: usize> Engine<'_, L> {
    /// Computes where each action of a track is available, and counts the day. Returns whether any
    /// is available in any lane.
    #[inline(always)]
    pub(crate) fn update_available(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        activated: &Mask<L>,
    ) -> bool {
        let mut is_any_available = false;
        for &action in &track.actions {
            let row = &self.bound.program.actions[action];
            let is_available = match row.limit.is_none() && row.cooldown_days == 0 {
                true => self.update_action_available::<true>(actor_id, action, activated),
                false => self.update_action_available::<false>(actor_id, action, activated),
            };
            self.workspace.is_available[action.index()] = is_available;
            is_any_available |= is_available;
        }
        is_any_available
    }

    /// [`Engine::update_available`] for one action. `UNLIMITED`: it has neither limit nor cooldown.
    #[inline(always)]
    pub(crate) fn update_action_available<const UNLIMITED: bool>(
        &mut self,
        actor_id: ActorId,
        action: ActionId,
        activated: &Mask<L>,
    ) -> bool {
        let Self {
            bound,
            state,
            evaluator,
            workspace,
            plan,
            ..
        } = self;
        let row = &bound.program.actions[action];
        let limits = (row.limit, row.cooldown_days);
        let day = state.day;
        let perceived = match bound.program.actors[actor_id].perceives.is_empty() {
            true => &state.variables,
            false => &workspace.perceived_state,
        };
        let available = &mut workspace.available[action.index()];
        let precondition = plan.actions[action].precondition;
        if let Precondition::Code(code) = precondition {
            let record = &state.history.actions[action];
            *available = *activated;
            record.apply_limits(available, f32::from(day), row.limit, row.cooldown_days);
            if !any(available) {
                return false;
            }
            let view = ExpressionInputs {
                variables: perceived,
                history: &state.history,
                day: f32::from(day),
            };
            let holds = evaluator.condition(&bound.program.codes[code], &view, available);
            let record = &mut state.history.actions[action];
            let limited = *available;
            return record.update_available::<true>(
                available,
                &limited,
                day,
                limits,
                InMask(holds),
            );
        }
        let record = &mut state.history.actions[action];
        let Precondition::Compares {
            variable,
            comparison,
            number,
        } = precondition
        else {
            return record.update_available::<UNLIMITED>(available, activated, day, limits, Always);
        };
        let x = &perceived[variable];
        macro_rules! update_where {
            ($condition:ident) => {
                record.update_available::<UNLIMITED>(
                    available,
                    activated,
                    day,
                    limits,
                    $condition(x, number),
                )
            };
        }
        match comparison {
            Comparison::Less => update_where!(Less),
            Comparison::LessOrEqual => update_where!(LessOrEqual),
            Comparison::Greater => update_where!(Greater),
            Comparison::GreaterOrEqual => update_where!(GreaterOrEqual),
        }
    }
}
