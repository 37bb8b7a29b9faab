//! One day of one block, in the order that is promised to users.

mod activate;
mod available;
pub(in crate::engine) mod choose;
pub(in crate::engine) mod drift;
pub(in crate::engine) mod effects;
mod perceive;
mod resolve;
pub(in crate::engine) mod sample;

use crate::base::index::Id;
use crate::base::math::single;
use crate::engine::Engine;
use crate::engine::lanes::{Lanes, Mask, any, bit};
use crate::engine::observer::{Observer, Trial, Tried};

impl<const L: usize> Engine<'_, L> {
    /// Lives the next day.
    #[inline(always)]
    pub(in crate::engine) fn simulate_day<const BITS: u32>(
        &mut self,
        observer: &mut dyn Observer<L>,
    ) {
        self.state.day += 1;
        self.deliver();
        self.remember_morning();
        for (index, turn) in self.bound.program.turns.iter().enumerate() {
            self.measure_turn(index);
            for &actor in &turn.actors {
                self.deliberate::<BITS>(actor, observer);
            }
            self.act::<BITS>(index, turn, observer);
        }
        self.strike::<BITS>(observer);
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
        work.faults = Mask::<L>::of(0);
        if !std::mem::take(&mut work.has_clamped) {
            return;
        }
        for (total, today) in state.clamps.iter_mut().zip(&mut work.clamps) {
            for lane in 0..L {
                total[lane] += today[lane];
            }
            *today = Mask::<L>::of(0);
        }
    }

    /// Step 4: events strike; all hazards and effects read the state before any of them.
    #[inline(always)]
    fn strike<const BITS: u32>(&mut self, observer: &mut dyn Observer<L>) {
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
            let mut open = Mask::<L>::of(u32::MAX);
            if let Some(limit) = row.limit {
                let record = &state.memory.events[event];
                for lane in 0..L {
                    open[lane] = bit(record.count(lane) < limit);
                }
            }
            scratch.effects.has_happened[program.actions.len() + event.index()] = false;
            let happened = program.actions.len() + event.index();
            let struck = &mut scratch.effects.happened[happened];
            if !any(&open) {
                *struck = Mask::<L>::of(0);
                continue;
            }
            let words = state.words(bound.site_key(row.site, state.day));
            let mut slot = Lanes::<L>::of(0.0);
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
                scratch.effects.has_happened[happened] = true;
                observer.event(state.day, event, struck);
                self.take_late_effect(&row.effects, row.timing, happened, None);
            }
        }
        for &event in &program.events_by_name {
            let happened = program.actions.len() + event.index();
            if self.scratch.effects.has_happened[happened] {
                let struck = &self.scratch.effects.happened[happened];
                self.state.memory.events[event].note(self.state.day, struck, struck);
            }
        }
        self.apply_changes::<BITS>(program.turns.len());
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
            let mut unanswered = Mask::<L>::of(0);
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
