//! One day of a block. `semantics.md` specifies the steps.

mod activate;
mod available;
pub(crate) mod choice_set;
mod choose;
mod choose_affine;
mod choose_wide;
mod drift;
mod due_effects;
pub(crate) mod effect_sums;
mod effects;
mod events;
mod expect;
pub(crate) mod normals;
mod outcomes;
mod perceive;
mod resolve;
pub(crate) mod sample;
pub(crate) mod track_choice;

use crate::engine::block::Engine;
use crate::engine::lanes::{Mask, unite};
use crate::engine::observer::Observer;

impl<const L: usize> Engine<'_, L> {
    /// Simulates the next day.
    #[inline(always)]
    pub(crate) fn simulate_day<const BITS: u32>(&mut self, observer: &mut dyn Observer<L>) {
        self.state.day += 1;
        self.apply_due_effects();
        self.record_lagged_variables();
        for (index, turn) in self.bound.program.turns.iter().enumerate() {
            self.update_turn_ranges(index);
            for &actor in &turn.actors {
                if self.evaluator.cancel.is_canceled() {
                    return;
                }
                self.choose::<BITS>(actor, observer);
            }
            self.resolve_turn(index, turn, observer);
            self.apply_effects::<BITS>(index);
        }
        self.sample_events(observer);
        self.apply_effects::<BITS>(self.bound.program.turns.len());
        self.apply_drift();
        self.update_outcomes();
        self.collect_faults();
        observer.day(&self.state);
    }

    /// Moves today's faults and clamps from the evaluator to the state.
    #[inline(always)]
    fn collect_faults(&mut self) {
        let Self {
            state, evaluator, ..
        } = self;
        unite(&mut state.faults, &evaluator.faults);
        evaluator.faults = Mask::<L>::splat(0);
        if !std::mem::take(&mut evaluator.has_clamped) {
            return;
        }
        for (total, today) in state.clamps.iter_mut().zip(&mut evaluator.clamps) {
            for lane in 0..L {
                total[lane] += today[lane];
            }
            *today = Mask::<L>::splat(0);
        }
    }
}
