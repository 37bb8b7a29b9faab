//! Hypothetical states: a base state with the effects of one branch of an action.

use crate::base::index::Id;
use crate::engine::dispatch::dispatch;
use crate::engine::effect_branch::EffectBranch;
use crate::engine::lanes::{LaneValue, Lanes, Mask, clamp};
use crate::engine::utility::context::EvaluationContext;
use crate::engine::utility::evaluator::Evaluator;
use crate::program::EffectRow;

/// The gradient of an actor's linear utility, and by effect the row of it.
pub(crate) type LinearGradient<'a, const L: usize> = (&'a [Lanes<L>], &'a [Option<usize>]);

/// The effects of an action, and the branch of them that is applied.
pub(crate) type BranchEffects<'a> = (&'a [EffectRow], EffectBranch);

/// Computes the variables after the effects of one branch: writes to `after`, by effect, the base
/// value plus the amount, clamped (delayed effects count in full), and adds gradient times change to
/// each utility. Amounts are evaluated in the situation.
pub(crate) fn apply_hypothetical_effects<const L: usize>(
    effects: BranchEffects<'_>,
    situation: &EvaluationContext<'_, L>,
    base: &[Lanes<L>],
    after: &mut [Lanes<L>],
    utilities: &mut [(&mut Lanes<L>, LinearGradient<'_, L>)],
    active: &Mask<L>,
    evaluator: &mut Evaluator<L>,
) {
    dispatch!(
        evaluator.path,
        (
            effects: BranchEffects<'_> = effects,
            situation: &EvaluationContext<'_, L> = situation,
            base: &[Lanes<L>] = base,
            after: &mut [Lanes<L>] = after,
            utilities: &mut [(&mut Lanes<L>, LinearGradient<'_, L>)] = utilities,
            active: &Mask<L> = active,
            evaluator: &mut Evaluator<L> = evaluator,
        ) -> (),
        _BITS => apply_inlined(effects, situation, base, after, utilities, active, evaluator)
    )
}

#[inline(always)]
fn apply_inlined<const L: usize>(
    (effects, branch): BranchEffects<'_>,
    situation: &EvaluationContext<'_, L>,
    base: &[Lanes<L>],
    after: &mut [Lanes<L>],
    utilities: &mut [(&mut Lanes<L>, LinearGradient<'_, L>)],
    active: &Mask<L>,
    evaluator: &mut Evaluator<L>,
) {
    for (k, (effect, after)) in effects.iter().zip(after).enumerate() {
        let Some(input) = branch.amount(effect) else {
            continue;
        };
        let variable = &situation.bound.program.variables[effect.variable];
        let bounds = (variable.min, variable.max);
        let base = &base[effect.variable.index()];
        let mut slot = Lanes::<L>::splat(0.0);
        if let Some(amount) = situation.bound.constant(input) {
            add_effect(after, base, amount, bounds);
            for (utility, (gradient, rows)) in &mut *utilities {
                if let Some(row) = rows[k] {
                    add_linear_utility(utility, &gradient[row], base, amount, bounds);
                }
            }
        } else {
            let amount = evaluator.quantity(input, situation, active, &mut slot);
            add_effect(after, base, amount, bounds);
            for (utility, (gradient, rows)) in &mut *utilities {
                if let Some(row) = rows[k] {
                    add_linear_utility(utility, &gradient[row], base, amount, bounds);
                }
            }
        }
    }
}

/// x' = clamp(x + amount).
#[inline(always)]
fn add_effect<const L: usize>(
    after: &mut Lanes<L>,
    base: &Lanes<L>,
    amount: impl LaneValue,
    (min, max): (f32, f32),
) {
    for lane in 0..L {
        after[lane] = clamp(base[lane] + amount.in_lane(lane), min, max);
    }
}

/// Adds derivative times change. The change is the amount, clamped to the distances to the bounds.
#[inline(always)]
fn add_linear_utility<const L: usize>(
    utility: &mut Lanes<L>,
    derivative: &Lanes<L>,
    base: &Lanes<L>,
    amount: impl LaneValue,
    (min, max): (f32, f32),
) {
    for lane in 0..L {
        let (down, up) = (min - base[lane], max - base[lane]);
        utility[lane] += derivative[lane] * clamp(amount.in_lane(lane), down, up);
    }
}

/// Swaps the variables that one branch changes with their values after the effects. A second
/// call undoes the first.
#[inline(always)]
pub(crate) fn swap_variables<const L: usize>(
    (effects, branch): (&[EffectRow], EffectBranch),
    base: &mut [Lanes<L>],
    after: &mut [Lanes<L>],
) {
    for (effect, after) in effects.iter().zip(after) {
        if branch.amount(effect).is_some() {
            let base = &mut base[effect.variable.index()];
            for lane in 0..L {
                (base[lane], after[lane]) = (after[lane], base[lane]);
            }
        }
    }
}
