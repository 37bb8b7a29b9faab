//! Step 6: outcomes are evaluated.

use crate::base::index::Id;
use crate::engine::block::Engine;
use crate::engine::lanes::{Mask, any, to_mask};

impl<const L: usize> Engine<'_, L> {
    /// Evaluates the conditions of outcomes that have not occurred, up to their last day.
    #[inline(always)]
    pub(crate) fn update_outcomes(&mut self) {
        let Self {
            bound,
            state,
            evaluator,
            ..
        } = self;
        let program = &*bound.program;
        for (id, row) in program.outcomes.enumerate() {
            if state.day > row.last_day {
                continue;
            }
            let mut undecided = Mask::<L>::splat(0);
            for lane in 0..L {
                undecided[lane] = to_mask(state.outcome_days[id.index()][lane] == 0);
            }
            if !any(&undecided) {
                continue;
            }
            let view = state.view();
            let holds = evaluator.condition(&program.codes[row.when], &view, &undecided);
            let (streak, days) = (
                &mut state.streaks[id.index()],
                &mut state.outcome_days[id.index()],
            );
            let sustained_days = u32::from(row.sustained_days);
            for lane in 0..L {
                streak[lane] = (streak[lane] + 1) & holds[lane];
                let occurs = to_mask(streak[lane] >= sustained_days) & undecided[lane];
                days[lane] |= u32::from(state.day) & occurs;
            }
        }
    }
}
