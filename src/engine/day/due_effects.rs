//! Step 1: pending effects that are due today are added to their variables.

use crate::engine::block::Engine;
use crate::engine::day::effect_sums::add_clamped;
use crate::engine::lanes::Lanes;

impl<const L: usize> Engine<'_, L> {
    /// Sums the effects that are due on each variable, adds them and clamps once.
    #[inline(always)]
    pub(crate) fn apply_due_effects(&mut self) {
        let Self {
            bound,
            state,
            evaluator,
            plan,
            ..
        } = self;
        let program = &*bound.program;
        for (variable, pending) in &plan.pending {
            let mut change = Lanes::<L>::splat(0.0);
            let mut is_first = true;
            for &row in pending {
                let ring = &mut state.pending[row];
                if !ring.is_in_use {
                    continue;
                }
                let due =
                    &mut ring.slots[usize::from(state.day % program.pending[row].max_days_ahead)];
                if is_first {
                    change = *due;
                } else {
                    for lane in 0..L {
                        change[lane] += due[lane];
                    }
                }
                *due = Lanes::<L>::splat(0.0);
                is_first = false;
            }
            if !is_first {
                let row = &program.variables.as_slice()[*variable];
                add_clamped(
                    &mut state.variables[*variable],
                    &change,
                    (row.min, row.max),
                    &mut evaluator.faults,
                );
            }
        }
    }
}
