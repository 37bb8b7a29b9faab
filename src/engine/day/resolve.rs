//! Step 3: chosen actions succeed or fail.

use crate::base::index::{ActionId, Id};
use crate::engine::block::Engine;
use crate::engine::day::track_choice::TrackChoice;
use crate::engine::lanes::{Lanes, Mask, to_mask};
use crate::engine::observer::{Observer, Trial, TrialKind};
use crate::engine::state::record::ActionRecord;
use crate::program::Turn;

impl<const L: usize> Engine<'_, L> {
    /// Resolves the success of the chosen actions of a turn, and evaluates their effects.
    #[inline(always)]
    pub(crate) fn resolve_turn(
        &mut self,
        index: usize,
        turn: &Turn,
        observer: &mut dyn Observer<L>,
    ) {
        let mut tracks = self.plan.turns[index].tracks.iter();
        let is_packed = tracks.all(|&track| self.workspace.choices[track].is_packed);
        if is_packed {
            for &action in &turn.actions {
                self.workspace.effects.has_occurred[action.index()] = true;
            }
        } else {
            self.resolve_actions(index, turn, observer);
        }
    }

    /// Resolves the actions of a turn one by one, where not all are in the packed history.
    #[inline(always)]
    fn resolve_actions(&mut self, index: usize, turn: &Turn, observer: &mut dyn Observer<L>) {
        let ignores_history = self.plan.turns[index].ignores_history;
        for &action in &turn.actions {
            self.resolve_action(action, ignores_history, observer);
        }
        // The history changes after all effects have been evaluated on it.
        if !ignores_history {
            for &action in &turn.actions {
                if self.workspace.effects.has_occurred[action.index()] {
                    let record = &mut self.state.history.actions[action];
                    record.update(
                        self.state.day,
                        &self.workspace.chosen[action.index()],
                        &self.workspace.effects.occurred[action.index()],
                    );
                }
            }
        }
    }

    /// Resolves one action, and updates its record if the turn ignores the history.
    #[inline(always)]
    fn resolve_action(
        &mut self,
        action: ActionId,
        ignores_history: bool,
        observer: &mut dyn Observer<L>,
    ) {
        let row = &self.bound.program.actions[action];
        let plan = &self.plan.actions[action];
        let is_observed = observer.observes_choices();
        self.workspace.effects.has_occurred[action.index()] = false;
        let choice = &self.workspace.choices[row.track];
        if choice.is_idle || !(choice.is_affine || self.workspace.is_available[action.index()]) {
            return;
        }
        if choice.is_packed {
            self.workspace.effects.has_occurred[action.index()] = true;
            return;
        }
        let counts_days = choice.is_affine && !plan.has_evaluated_gate();
        let has_evaluated_effects = !self.plan.effects.evaluated[action.index()].is_empty();
        let record = &mut self.state.history.actions[action];
        let day = self.state.day;
        // Masks are needed for evaluated effects, for a history that changes later, and by observers.
        let needs_masks =
            !choice.is_resolved || has_evaluated_effects || is_observed || !ignores_history;
        let is_chosen = if needs_masks {
            if counts_days {
                record.count_available_days(&choice.available_codes, plan.code);
            }
            self.resolve_masks(action, ignores_history, observer)
        } else {
            let succeeded_codes = self.workspace.effects.succeeded_codes(row.track);
            match counts_days {
                true => record_choice::<true, L>(record, choice, succeeded_codes, plan.code, day),
                false => record_choice::<false, L>(record, choice, succeeded_codes, plan.code, day),
            }
        };
        if !is_chosen {
            return;
        }
        self.workspace.effects.has_occurred[action.index()] = true;
        if is_observed {
            let chosen = &self.workspace.chosen[action.index()];
            let succeeded = &self.workspace.effects.occurred[action.index()];
            observer.action(day, action, chosen, succeeded);
        }
        if has_evaluated_effects {
            let source = action.index();
            self.evaluate_effects(&row.effects, row.timing, source, Some(source));
        }
    }

    /// Computes masks of where an action was chosen and where it succeeds, which is sampled here
    /// unless it was resolved with the choice. Returns whether the action was chosen in any lane.
    #[inline(always)]
    fn resolve_masks(
        &mut self,
        action: ActionId,
        ignores_history: bool,
        observer: &mut dyn Observer<L>,
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
        let code = plan.actions[action].code;
        let choice = &mut workspace.choices[row.track];
        let chosen = &mut workspace.chosen[action.index()];
        let n_sources = workspace.effects.has_occurred.len();
        let (sources, tracks) = workspace.effects.occurred.split_at_mut(n_sources);
        let (succeeded, succeeded_codes) = (&mut sources[action.index()], &mut tracks[row.track]);
        let mut any = 0;
        for lane in 0..L {
            chosen[lane] = to_mask(choice.chosen[lane] == code);
            succeeded[lane] = to_mask(succeeded_codes[lane] == code);
            any |= chosen[lane];
        }
        if any == 0 {
            return false;
        }
        if !choice.is_resolved {
            let mut slot = Lanes::<L>::splat(0.0);
            let success =
                evaluator.quantity(row.success, &state.situation(bound), chosen, &mut slot);
            for lane in 0..L {
                succeeded[lane] =
                    chosen[lane] & to_mask(choice.success_uniform[lane] < success[lane]);
                succeeded_codes[lane] |= code & succeeded[lane];
            }
            observer.trial(&Trial {
                day: state.day,
                kind: TrialKind::Success(action),
                active: chosen,
                probability: success,
                occurred: succeeded,
            });
        }
        if ignores_history {
            state.history.actions[action].update(state.day, chosen, succeeded);
        }
        true
    }
}

/// Records where an action was chosen and where it succeeded, and, if `COUNTS_DAYS`, where it was
/// available. Returns whether it was chosen in any lane.
#[inline(always)]
fn record_choice<const COUNTS_DAYS: bool, const L: usize>(
    record: &mut ActionRecord<L>,
    choice: &TrackChoice<L>,
    succeeded_codes: &Mask<L>,
    code: u32,
    day: u16,
) -> bool {
    let mut any = 0;
    for lane in 0..L {
        let chosen = to_mask(choice.chosen[lane] == code);
        let succeeded = to_mask(succeeded_codes[lane] == code);
        any |= chosen;
        record.update_lane(lane, day, chosen, succeeded);
        if COUNTS_DAYS {
            let available = to_mask(choice.available_codes[lane] & code != 0) & 1;
            record.count_available_day(lane, available);
        }
    }
    any != 0
}
