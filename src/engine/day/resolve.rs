//! Chosen actions and striking events take effect.

use crate::base::index::{ActionId, Id};
use crate::engine::Engine;
use crate::engine::day::choose::Decision;
use crate::engine::day::effects::{Effects, Happened, change_variable, daily, known_amount};
use crate::engine::lanes::{Lanes, Mask, bit, keep, select};
use crate::engine::observer::{Observer, Trial, Tried};
use crate::engine::state::{Record, Ring};
use crate::program::{EffectRow, Turn};
use crate::scenario::Timing;

/// Notes in memory where an option was chosen and where it succeeded, and, if its gate is a window,
/// where it was open. Gives whether it was chosen at all.
#[inline(always)]
fn note_all<const WINDOW: bool, const L: usize>(
    record: &mut Record<L>,
    decision: &Decision<L>,
    done: &Mask<L>,
    code: u32,
    day: u16,
) -> bool {
    let mut any = 0;
    for lane in 0..L {
        let here = bit(decision.pick[lane] == code);
        let well = bit(done[lane] == code);
        any |= here;
        record.note_lane(lane, day, here, well);
        if WINDOW {
            record.note_open(lane, bit(decision.opened[lane] & code != 0) & 1);
        }
    }
    any != 0
}

impl<const L: usize> Engine<'_, L> {
    /// Step 3: the chosen actions of a turn succeed or fail and take effect.
    #[inline(always)]
    pub(in crate::engine) fn act<const BITS: u32>(
        &mut self,
        index: usize,
        turn: &Turn,
        observer: &mut dyn Observer<L>,
    ) {
        let mut tracks = self.ready.turns[index].tracks.iter();
        let are_noted = tracks.all(|&track| self.scratch.decisions[track].is_noted);
        if are_noted {
            for &action in &turn.actions {
                self.scratch.effects.has_happened[action.index()] = true;
            }
        } else {
            self.act_each(index, turn, observer);
        }
        self.apply_changes::<BITS>(index);
    }

    /// The same for each of its actions, where not all are noted, save for what they change.
    #[inline(always)]
    fn act_each(&mut self, index: usize, turn: &Turn, observer: &mut dyn Observer<L>) {
        let program = self.bound.program;
        let forgets = self.ready.turns[index].forgets;
        let watches = observer.watches_choices();
        for &action in &turn.actions {
            let row = &program.actions[action];
            let code = self.ready.actions[action].code;
            self.scratch.effects.has_happened[action.index()] = false;
            let decision = &self.scratch.decisions[row.track];
            if decision.idle || !(decision.is_plain || self.scratch.is_open[action.index()]) {
                continue;
            }
            if decision.is_noted {
                self.scratch.effects.has_happened[action.index()] = true;
                continue;
            }
            let is_window = decision.is_plain && !self.ready.actions[action].is_judged;
            let is_late = !self.scratch.effects.late[action.index()].is_empty();
            let record = &mut self.state.memory.actions[action];
            let day = self.state.day;
            // Masks are asked for by effects that are more than numbers, by memory that is kept for
            // later, and by those who watch.
            let is_chosen = if !decision.is_settled || is_late || watches || !forgets {
                if is_window {
                    record.note_opened(&decision.opened, code);
                }
                self.tell_apart(action, forgets, observer)
            } else {
                let done = self.scratch.effects.done(row.track);
                match is_window {
                    true => note_all::<true, L>(record, decision, done, code, day),
                    false => note_all::<false, L>(record, decision, done, code, day),
                }
            };
            if !is_chosen {
                continue;
            }
            self.scratch.effects.has_happened[action.index()] = true;
            if watches {
                let chosen = &self.scratch.chosen[action.index()];
                let succeeded = &self.scratch.effects.happened[action.index()];
                observer.action(day, action, chosen, succeeded);
            }
            if is_late {
                let source = action.index();
                self.take_late_effect(&row.effects, row.timing, source, Some(source));
            }
        }
        // Memory changes only now: every effect above was evaluated on what its chooser knew.
        if !forgets {
            for &action in &turn.actions {
                if self.scratch.effects.has_happened[action.index()] {
                    let record = &mut self.state.memory.actions[action];
                    record.note(
                        self.state.day,
                        &self.scratch.chosen[action.index()],
                        &self.scratch.effects.happened[action.index()],
                    );
                }
            }
        }
    }

    /// Leaves in masks where an action was chosen and where it succeeds, which is found out here
    /// unless the draw has settled it. Gives whether it was chosen at all.
    #[inline(always)]
    fn tell_apart(
        &mut self,
        action: ActionId,
        forgets: bool,
        observer: &mut dyn Observer<L>,
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
        let code = ready.actions[action].code;
        let decision = &mut scratch.decisions[row.track];
        let chosen = &mut scratch.chosen[action.index()];
        let n_sources = scratch.effects.has_happened.len();
        let (sources, tracks) = scratch.effects.happened.split_at_mut(n_sources);
        let (succeeded, done) = (&mut sources[action.index()], &mut tracks[row.track]);
        let mut any = 0;
        for lane in 0..L {
            chosen[lane] = bit(decision.pick[lane] == code);
            succeeded[lane] = bit(done[lane] == code);
            any |= chosen[lane];
        }
        if any == 0 {
            return false;
        }
        if !decision.is_settled {
            let mut slot = Lanes::<L>::of(0.0);
            let success = work.input(row.success, &state.situation(bound), chosen, &mut slot);
            for lane in 0..L {
                succeeded[lane] = chosen[lane] & bit(decision.luck[lane] < success[lane]);
                done[lane] |= code & succeeded[lane];
            }
            observer.trial(&Trial {
                day: state.day,
                tried: Tried::Success(action),
                open: chosen,
                probability: success,
                happened: succeeded,
            });
        }
        if forgets {
            state.memory.actions[action].note(state.day, chosen, succeeded);
        }
        true
    }

    /// Leaves today's part of the effects of what happened in their rows, where they are more than
    /// numbers, and sends the rest on its way. `chosen` is the action that may also have failed.
    #[inline(always)]
    pub(in crate::engine) fn take_late_effect(
        &mut self,
        touches: &[EffectRow],
        timing: Timing,
        source: usize,
        chosen: Option<usize>,
    ) {
        for k in 0..self.scratch.effects.late[source].len() {
            let Self {
                bound,
                state,
                work,
                scratch,
                ..
            } = self;
            let late = scratch.effects.late[source][k];
            let touch = &touches[late.touch];
            let succeeded = &scratch.effects.happened[source];
            let mut part = Lanes::<L>::of(0.0);
            if let Some(amount) = known_amount(bound, touch) {
                let amount = daily(amount, timing);
                for lane in 0..L {
                    part[lane] = keep(succeeded[lane], amount);
                }
            } else {
                let situation = state.situation(bound);
                if let Some(input) = touch.success {
                    let mut slot = Lanes::<L>::of(0.0);
                    let amount = work.input(input, &situation, succeeded, &mut slot);
                    for lane in 0..L {
                        part[lane] = keep(succeeded[lane], amount[lane]);
                    }
                }
                if let (Some(input), Some(chosen)) = (touch.failure, chosen) {
                    let mut failed = Mask::<L>::of(0);
                    let chosen = &scratch.chosen[chosen];
                    for lane in 0..L {
                        failed[lane] = chosen[lane] & !succeeded[lane];
                    }
                    let mut slot = Lanes::<L>::of(0.0);
                    let amount = work.input(input, &situation, &failed, &mut slot);
                    for lane in 0..L {
                        part[lane] = select(failed[lane], amount[lane], part[lane]);
                    }
                }
                if timing.over_days > 1 {
                    let days = f32::from(timing.over_days);
                    for lane in 0..L {
                        part[lane] /= days;
                    }
                }
            }
            if let Some(row) = touch.pending {
                let reach = bound.program.pending[row].reach_days;
                state.pending[row].send(&part, state.day, timing, reach);
            }
            if let Some(row) = late.row {
                scratch.effects.rows[row] = part;
            }
        }
    }

    /// Adds the summed effects of a step of the day to the variables and clamps once.
    #[inline(always)]
    pub(in crate::engine) fn apply_changes<const BITS: u32>(&mut self, step: usize) {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let Effects {
            happened,
            has_happened,
            steps,
            rows,
            ..
        } = &scratch.effects;
        let all = Happened {
            happened,
            has_happened,
            rows,
        };
        for sum in &steps[step] {
            let row = &bound.program.variables.as_slice()[sum.variable];
            let x = &mut state.variables[sum.variable];
            sum.apply::<BITS, L>(x, (row.min, row.max), all, &mut work.faults);
        }
    }

    /// Step 1: adds the effects that are due today.
    #[inline(always)]
    pub(in crate::engine) fn deliver(&mut self) {
        let Self {
            bound,
            state,
            work,
            ready,
            ..
        } = self;
        let program = bound.program;
        for (variable, pending) in &ready.arriving {
            let mut change = Lanes::<L>::of(0.0);
            let mut is_first = true;
            for &row in pending {
                let ring = &mut state.pending[row];
                if !ring.in_use {
                    continue;
                }
                let due = &mut ring.slots[usize::from(state.day % program.pending[row].reach_days)];
                if is_first {
                    change = *due;
                } else {
                    for lane in 0..L {
                        change[lane] += due[lane];
                    }
                }
                *due = Lanes::<L>::of(0.0);
                is_first = false;
            }
            if !is_first {
                let row = &program.variables.as_slice()[*variable];
                change_variable(
                    &mut state.variables[*variable],
                    &change,
                    (row.min, row.max),
                    &mut work.faults,
                );
            }
        }
    }
}

impl<const L: usize> Ring<L> {
    /// Sends the parts that arrive after today on their way.
    #[inline(always)]
    fn send(&mut self, part: &Lanes<L>, day: u16, timing: Timing, reach: u16) {
        self.in_use = true;
        let first = timing.delay_days.max(1);
        for ahead in first..timing.delay_days + timing.over_days {
            let slot = &mut self.slots[usize::from((day + ahead) % reach)];
            for lane in 0..L {
                slot[lane] += part[lane];
            }
        }
    }
}
