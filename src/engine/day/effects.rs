//! Effects of actions and events: evaluating their amounts, scheduling what is due later, and adding
//! what is due today.

use crate::engine::block::Engine;
use crate::engine::day::effect_sums::apply_effect_sum;
use crate::engine::lanes::{Lanes, Mask, masked, select};
use crate::engine::plan::effects::{constant_amount, daily_part};
use crate::program::EffectRow;
use crate::scenario::Timing;

impl<const L: usize> Engine<'_, L> {
    /// Evaluates the effects of a source that are more than a constant added today: stores the parts
    /// that are due today, and schedules the others. `chosen` is the action if it
    /// may also have failed.
    #[inline(always)]
    pub(crate) fn evaluate_effects(
        &mut self,
        effects: &[EffectRow],
        timing: Timing,
        source: usize,
        chosen: Option<usize>,
    ) {
        for k in 0..self.plan.effects.evaluated[source].len() {
            let evaluated = self.plan.effects.evaluated[source][k];
            let effect = &effects[evaluated.effect];
            let part = self.evaluate_daily_part(effect, timing, source, chosen);
            let state = &mut self.state;
            if let Some(row) = effect.pending {
                let reach = self.bound.program.pending[row].max_days_ahead;
                state.pending[row].schedule(&part, state.day, timing, reach);
            }
            if let Some(amount) = evaluated.amount {
                self.workspace.effects.amounts[amount] = part;
            }
        }
    }

    /// The part of an effect that is due on one of its days, where the source occurred or, for an
    /// action, was chosen and failed.
    #[inline(always)]
    fn evaluate_daily_part(
        &mut self,
        effect: &EffectRow,
        timing: Timing,
        source: usize,
        chosen: Option<usize>,
    ) -> Lanes<L> {
        let Self {
            bound,
            state,
            evaluator,
            workspace,
            ..
        } = self;
        let succeeded = &workspace.effects.occurred[source];
        let mut part = Lanes::<L>::splat(0.0);
        if let Some(amount) = constant_amount(bound, effect) {
            let amount = daily_part(amount, timing);
            for lane in 0..L {
                part[lane] = masked(succeeded[lane], amount);
            }
            return part;
        }
        let situation = state.situation(bound);
        if let Some(input) = effect.success {
            let mut slot = Lanes::<L>::splat(0.0);
            let amount = evaluator.quantity(input, &situation, succeeded, &mut slot);
            for lane in 0..L {
                part[lane] = masked(succeeded[lane], amount[lane]);
            }
        }
        if let (Some(input), Some(chosen)) = (effect.failure, chosen) {
            let mut failed = Mask::<L>::splat(0);
            let chosen = &workspace.chosen[chosen];
            for lane in 0..L {
                failed[lane] = chosen[lane] & !succeeded[lane];
            }
            let mut slot = Lanes::<L>::splat(0.0);
            let amount = evaluator.quantity(input, &situation, &failed, &mut slot);
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
        part
    }

    /// Adds the summed effects of a step of the day to the variables, each clamped once. The steps
    /// are the turns, and the events after them.
    #[inline(always)]
    pub(crate) fn apply_effects<const BITS: u32>(&mut self, step: usize) {
        let Self {
            bound,
            state,
            evaluator,
            workspace,
            plan,
            ..
        } = self;
        for sum in &plan.effects.sums[step] {
            let row = &bound.program.variables.as_slice()[sum.variable];
            let x = &mut state.variables[sum.variable];
            let faults = &mut evaluator.faults;
            apply_effect_sum::<BITS, L>(sum, x, (row.min, row.max), &workspace.effects, faults);
        }
    }
}
