//! One day of one block, in the order that is promised to users.

use super::lanes::{Lanes, Mask, any, bit, clamp, not_finite, select};
use super::observer::{Observer, Trial, Tried};
use super::state::Ring;
use super::{Engine, Scratch};
use crate::index::{Id, VariableId};
use crate::math::single;
use crate::program::{Touch, Turn};
use crate::scenario::Timing;

impl<const L: usize> Engine<'_, L> {
    /// Lives the next day.
    #[inline(always)]
    pub(super) fn live_day(&mut self, observer: &mut dyn Observer<L>) {
        self.state.day += 1;
        self.deliver();
        self.remember_morning();
        for turn in &self.bound.program.turns {
            for &actor in &turn.actors {
                self.deliberate(actor, observer);
            }
            self.act(turn, observer);
        }
        self.strike(observer);
        self.drift();
        self.judge();
        self.note_faults();
        observer.day(&self.state);
    }

    /// Hands what evaluation found wrong today over to the state, which outlives the engine.
    #[inline(always)]
    fn note_faults(&mut self) {
        let Self { state, work, .. } = self;
        for lane in 0..L {
            state.faults[lane] |= work.faults[lane];
        }
        work.faults = [0; L];
        for (total, today) in state.clamps.iter_mut().zip(&mut work.clamps) {
            for lane in 0..L {
                total[lane] += today[lane];
            }
            *today = [0; L];
        }
    }

    /// Step 1: adds the effects that are due today.
    #[inline(always)]
    fn deliver(&mut self) {
        let Self {
            bound,
            state,
            scratch,
            ..
        } = self;
        let rows = &bound.program.pending;
        for (row, ring) in rows
            .iter()
            .zip(&mut state.pending)
            .filter(|(_, ring)| ring.in_use)
        {
            let slot = usize::from(state.day % row.reach_days);
            let due = std::mem::replace(&mut ring.slots[slot], [0.0; L]);
            scratch.add_change(row.variable, &due);
        }
        self.apply_changes();
    }

    /// Step 3: the chosen actions of a turn succeed or fail and take effect.
    #[inline(always)]
    fn act(&mut self, turn: &Turn, observer: &mut dyn Observer<L>) {
        let program = self.bound.program;
        for &action in &turn.actions {
            let row = &program.actions[action];
            let (track, option) = row.place;
            let Self {
                bound,
                state,
                work,
                scratch,
                ..
            } = self;
            let decision = &scratch.decisions[track];
            let chosen = &mut scratch.chosen[action.index()];
            if decision.idle {
                *chosen = [0; L];
                continue;
            }
            for lane in 0..L {
                chosen[lane] = bit(decision.pick[lane] == option);
            }
            if !any(chosen) {
                continue;
            }
            let mut slot = [0.0; L];
            let morning = state.situation(bound);
            let success = work.input(row.success, &morning, chosen, &mut slot);
            let succeeded = &mut scratch.succeeded[action.index()];
            for lane in 0..L {
                succeeded[lane] = chosen[lane] & bit(decision.luck[lane] < success[lane]);
            }
            let (chosen, succeeded) = (*chosen, *succeeded);
            observer.trial(&Trial {
                day: state.day,
                tried: Tried::Success(action),
                open: &chosen,
                probability: success,
                happened: &succeeded,
            });
            observer.action(state.day, action, &chosen, &succeeded);
            self.take_effect(&row.touches, row.timing, &chosen, &succeeded);
        }
        // Memory changes only now: every effect above was evaluated on what its chooser knew.
        for &action in &turn.actions {
            let chosen = &self.scratch.chosen[action.index()];
            if any(chosen) {
                let record = &mut self.state.memory.actions[action];
                record.note(
                    self.state.day,
                    chosen,
                    &self.scratch.succeeded[action.index()],
                );
            }
        }
        self.apply_changes();
    }

    /// Step 4: events strike; all hazards and effects read the state before any of them.
    #[inline(always)]
    fn strike(&mut self, observer: &mut dyn Observer<L>) {
        let program = self.bound.program;
        for &event in &program.events_by_name {
            let row = &program.events[event];
            let Self {
                bound,
                state,
                work,
                scratch,
                ..
            } = self;
            let mut open = [u32::MAX; L];
            if let Some(limit) = row.limit {
                let record = &state.memory.events[event];
                for lane in 0..L {
                    open[lane] = bit(record.count(lane) < limit);
                }
            }
            let struck = &mut scratch.struck[event.index()];
            *struck = [0; L];
            if !any(&open) {
                continue;
            }
            let words = state.words(bound.site_key(row.site, state.day));
            let mut slot = [0.0; L];
            let hazard = work.input(row.hazard, &state.situation(bound), &open, &mut slot);
            for lane in 0..L {
                struck[lane] = open[lane] & bit(single::uniform(words[lane]) < hazard[lane]);
            }
            observer.trial(&Trial {
                day: state.day,
                tried: Tried::Hazard(event),
                open: &open,
                probability: hazard,
                happened: struck,
            });
            if any(struck) {
                let struck = *struck;
                observer.event(state.day, event, &struck);
                self.take_effect(&row.touches, row.timing, &struck, &struck);
            }
        }
        for &event in &program.events_by_name {
            let struck = &self.scratch.struck[event.index()];
            if any(struck) {
                self.state.memory.events[event].note(self.state.day, struck, struck);
            }
        }
        self.apply_changes();
    }

    /// Sums today's part of the effects in `scratch.change` and sends the rest on its way.
    #[inline(always)]
    fn take_effect(
        &mut self,
        touches: &[Touch],
        timing: Timing,
        happened: &Mask<L>,
        succeeded: &Mask<L>,
    ) {
        let mut failed = [0; L];
        for lane in 0..L {
            failed[lane] = happened[lane] & !succeeded[lane];
        }
        for touch in touches {
            let Self {
                bound,
                state,
                work,
                scratch,
                ..
            } = self;
            let mut part = [0.0; L];
            for (input, mask) in [(touch.success, succeeded), (touch.failure, &failed)] {
                let Some(input) = input else { continue };
                let mut slot = [0.0; L];
                let amount = work.input(input, &state.situation(bound), mask, &mut slot);
                for lane in 0..L {
                    part[lane] = select(mask[lane], amount[lane], part[lane]);
                }
            }
            if timing.over_days > 1 {
                let days = f32::from(timing.over_days);
                part.iter_mut().for_each(|part| *part /= days);
            }
            if timing.delay_days == 0 {
                scratch.add_change(touch.variable, &part);
            }
            if let Some(row) = touch.pending {
                let reach = bound.program.pending[row].reach_days;
                state.pending[row].send(&part, state.day, timing, reach);
            }
        }
    }

    /// Adds the summed effects to the variables and clamps once.
    #[inline(always)]
    fn apply_changes(&mut self) {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        for (index, row) in bound.program.variables.iter().enumerate() {
            if !std::mem::take(&mut scratch.changed[index]) {
                continue;
            }
            let (variable, change) = (&mut state.variables[index], &scratch.change[index]);
            let faults = &mut work.faults;
            for lane in 0..L {
                let sum = variable[lane] + change[lane];
                faults[lane] |= not_finite(sum);
                variable[lane] = clamp(sum, row.min, row.max);
            }
        }
    }

    /// Step 5: variables return to their baselines and take their shocks, all reading the state
    /// before.
    #[inline(always)]
    fn drift(&mut self) {
        let program = self.bound.program;
        let all = [u32::MAX; L];
        self.correlate_shocks();
        for (id, row) in program.variables.enumerate() {
            if row.reversion.is_none() && row.shock.is_none() {
                continue;
            }
            let Self {
                bound,
                state,
                work,
                scratch,
                ..
            } = self;
            let normals = row.shock.map(|shock| {
                scratch.normals[id.index()].unwrap_or_else(|| state.normals(bound, &shock))
            });
            let situation = state.situation(bound);
            let x = &state.variables[id.index()];
            let mut moved = *x;
            if let Some(reversion) = row.reversion {
                let (mut slot, mut share_slot) = ([0.0; L], [0.0; L]);
                let baseline = work.input(reversion.baseline, &situation, &all, &mut slot);
                let share = work.input(reversion.share, &situation, &all, &mut share_slot);
                for lane in 0..L {
                    moved[lane] += share[lane] * (baseline[lane] - x[lane]);
                }
            }
            if let (Some(shock), Some(normals)) = (row.shock, normals) {
                let mut slot = [0.0; L];
                let volatility = work.input(shock.volatility, &situation, &all, &mut slot);
                for lane in 0..L {
                    moved[lane] += volatility[lane] * normals[lane];
                }
            }
            let (faults, drifted) = (&mut work.faults, &mut scratch.drifted[id.index()]);
            for lane in 0..L {
                faults[lane] |= not_finite(moved[lane]);
                drifted[lane] = clamp(moved[lane], row.min, row.max);
            }
        }
        for (index, row) in program.variables.iter().enumerate() {
            if row.reversion.is_some() || row.shock.is_some() {
                self.state.variables[index] = self.scratch.drifted[index];
            }
        }
    }

    /// Leaves in `scratch.normals` the shocks of correlated variables: the Cholesky factor of
    /// their correlations times their own normals.
    #[inline(always)]
    fn correlate_shocks(&mut self) {
        let Self {
            bound,
            state,
            scratch,
            ..
        } = self;
        for group in &bound.program.shock_groups {
            for &variable in &group.variables {
                if let Some(shock) = &bound.program.variables[variable].shock {
                    scratch.normals[variable.index()] = Some(state.normals(bound, shock));
                }
            }
            // From the last on, so that each row still finds the others' own normals.
            for (row, &variable) in group.factor.iter().zip(&group.variables).rev() {
                let mut mixed = [0.0; L];
                for (&coefficient, &source) in row.iter().zip(&group.variables) {
                    let own = scratch.normals[source.index()].unwrap_or([0.0; L]);
                    for lane in 0..L {
                        mixed[lane] += coefficient * own[lane];
                    }
                }
                scratch.normals[variable.index()] = Some(mixed);
            }
        }
    }

    /// Step 6: judges the conditions of the outcomes that are still open.
    #[inline(always)]
    fn judge(&mut self) {
        let Self {
            bound, state, work, ..
        } = self;
        let program = bound.program;
        for (id, row) in program.outcomes.enumerate() {
            if state.day > row.last_day {
                continue;
            }
            let mut unanswered = [0; L];
            for lane in 0..L {
                unanswered[lane] = bit(state.outcome_days[id.index()][lane] == 0);
            }
            if !any(&unanswered) {
                continue;
            }
            let view = state.view();
            let holds = work.condition(&program.codes[row.when], &view, &unanswered);
            let (streak, days) = (
                &mut state.streaks[id.index()],
                &mut state.outcome_days[id.index()],
            );
            let needed = u32::from(row.sustained_days);
            for lane in 0..L {
                streak[lane] = (streak[lane] + 1) & holds[lane];
                let come_true = bit(streak[lane] >= needed) & unanswered[lane];
                days[lane] |= u32::from(state.day) & come_true;
            }
        }
    }
}

impl<const L: usize> Scratch<L> {
    /// Adds to the sum of today's effects on a variable.
    #[inline(always)]
    fn add_change(&mut self, variable: VariableId, part: &Lanes<L>) {
        let index = variable.index();
        let sum = &mut self.change[index];
        if !std::mem::replace(&mut self.changed[index], true) {
            *sum = *part;
            return;
        }
        for lane in 0..L {
            sum[lane] += part[lane];
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
