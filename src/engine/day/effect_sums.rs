//! Adds the summed effects of a step of the day to a variable.

use crate::engine::lanes::{Lanes, Mask, clamp, masked, not_finite, to_mask};
use crate::engine::plan::effects::{
    ConstantEffect, EffectPlan, EffectSum, MAX_GROUP, OccurrenceCode, Summand,
};
use crate::program::Program;

/// Where today's sources succeeded or occurred, and their evaluated amounts.
#[derive(Debug)]
pub(crate) struct EffectWorkspace<const L: usize> {
    /// By action, where it succeeded; then by event, where it occurred; then by track, the code of
    /// the action that succeeded, 0 for none.
    pub(crate) occurred: Vec<Mask<L>>,
    /// By action, whether it was chosen in any lane; then by event, whether it occurred in any.
    pub(crate) has_occurred: Vec<bool>,
    /// The parts of evaluated amounts that are due today.
    pub(crate) amounts: Vec<Lanes<L>>,
}

impl<const L: usize> EffectWorkspace<L> {
    pub(crate) fn new(program: &Program, plan: &EffectPlan) -> Self {
        Self {
            occurred: vec![Mask::<L>::splat(0); plan.n_sources + program.n_tracks],
            has_occurred: vec![false; plan.n_sources],
            amounts: vec![Lanes::<L>::splat(0.0); plan.n_amounts],
        }
    }

    /// The codes of the actions that succeeded on a track.
    #[inline(always)]
    pub(crate) fn succeeded_codes(&mut self, track: usize) -> &mut Mask<L> {
        &mut self.occurred[self.has_occurred.len() + track]
    }

    #[inline(always)]
    fn operand(&self, effect: &ConstantEffect) -> Operand<'_, L> {
        let OccurrenceCode { row, code } = effect.occurrence;
        (&self.occurred[row], code, effect.amount)
    }
}

const _: () = assert!(
    MAX_GROUP == 4,
    "`with_operands` has a case for each size of a group"
);

/// A constant, with the row and the code that show where it is added.
type Operand<'a, const L: usize> = (&'a Mask<L>, u32, f32);

/// The sum of `before` and the constants that are added in a lane.
#[inline(always)]
fn sum_in_lane<const BITS: u32, const N: usize, const L: usize>(
    operands: [Operand<'_, L>; N],
    lane: usize,
    before: f32,
) -> f32 {
    let mut total = before;
    for (row, code, amount) in operands {
        if BITS == 512 {
            // AVX-512 adds under a mask.
            let sum = total + amount;
            total = if row[lane] == code { sum } else { total };
        } else {
            // No such sum is −0, so adding 0 leaves it as it is.
            total += masked(to_mask(row[lane] == code), amount);
        }
    }
    total
}

// The functions below take what they write as parameters of their own, so that the compiler knows
// that it does not alias what they read.

/// Adds a group of constants to a sum, or starts the sum with it.
#[inline(always)]
fn add_group<const BITS: u32, const N: usize, const L: usize>(
    sum: &mut Lanes<L>,
    is_first: bool,
    operands: [Operand<'_, L>; N],
) {
    if is_first {
        for lane in 0..L {
            sum[lane] = sum_in_lane::<BITS, N, L>(operands, lane, 0.0);
        }
    } else {
        for lane in 0..L {
            sum[lane] = sum_in_lane::<BITS, N, L>(operands, lane, sum[lane]);
        }
    }
}

/// Adds a sum, if any, and a group of constants to a variable: x' = clamp(x + sum).
#[inline(always)]
fn add_group_clamped<const BITS: u32, const N: usize, const L: usize>(
    x: &mut Lanes<L>,
    (min, max): (f32, f32),
    sum: Option<&Lanes<L>>,
    operands: [Operand<'_, L>; N],
) {
    if let Some(sum) = sum {
        for lane in 0..L {
            x[lane] = clamp(
                x[lane] + sum_in_lane::<BITS, N, L>(operands, lane, sum[lane]),
                min,
                max,
            );
        }
    } else {
        for lane in 0..L {
            x[lane] = clamp(
                x[lane] + sum_in_lane::<BITS, N, L>(operands, lane, 0.0),
                min,
                max,
            );
        }
    }
}

/// Calls a function with the operands of a group.
macro_rules! with_operands {
    ($group:expr, $source:expr, $function:ident::<$bits:ident>($($argument:expr),*)) => {
        match $group {
            [a] => $function::<$bits, 1, L>($($argument,)* [$source.operand(a)]),
            [a, b] => {
                let operands = [$source.operand(a), $source.operand(b)];
                $function::<$bits, 2, L>($($argument,)* operands);
            }
            [a, b, c] => {
                let operands = [$source.operand(a), $source.operand(b), $source.operand(c)];
                $function::<$bits, 3, L>($($argument,)* operands);
            }
            [a, b, c, d] => {
                let operands = [
                    $source.operand(a),
                    $source.operand(b),
                    $source.operand(c),
                    $source.operand(d),
                ];
                $function::<$bits, 4, L>($($argument,)* operands);
            }
            _ => {}
        }
    };
}

/// Adds the effects whose source has occurred to a variable, x' = clamp(x + sum), and records where
/// the sum is not finite.
#[inline(always)]
pub(crate) fn apply_effect_sum<const BITS: u32, const L: usize>(
    plan: &EffectSum,
    x: &mut Lanes<L>,
    bounds: (f32, f32),
    effects: &EffectWorkspace<L>,
    faults: &mut Mask<L>,
) {
    let mut sum = Lanes::<L>::splat(0.0);
    let mut is_first = true;
    for (index, summand) in plan.summands.iter().enumerate() {
        match summand {
            Summand::Constants(group) => {
                let group = group.as_slice();
                if !group.iter().any(|one| effects.has_occurred[one.source]) {
                    continue;
                }
                if plan.is_finite && index + 1 == plan.summands.len() {
                    let before = if is_first { None } else { Some(&sum) };
                    with_operands!(group, effects, add_group_clamped::<BITS>(x, bounds, before));
                    return;
                }
                with_operands!(group, effects, add_group::<BITS>(&mut sum, is_first));
            }
            Summand::Evaluated { source, .. } if !effects.has_occurred[*source] => continue,
            Summand::Evaluated { amount, .. } => {
                let amount = &effects.amounts[*amount];
                if is_first {
                    // Makes −0 to +0, as for constants.
                    for lane in 0..L {
                        sum[lane] = amount[lane] + 0.0;
                    }
                } else {
                    for lane in 0..L {
                        sum[lane] += amount[lane];
                    }
                }
            }
        }
        is_first = false;
    }
    if !is_first {
        add_clamped(x, &sum, bounds, faults);
    }
}

/// x' = clamp(x + change). Records where the sum is not finite.
#[inline(always)]
pub(crate) fn add_clamped<const L: usize>(
    x: &mut Lanes<L>,
    change: &Lanes<L>,
    (min, max): (f32, f32),
    faults: &mut Mask<L>,
) {
    for lane in 0..L {
        let sum = x[lane] + change[lane];
        faults[lane] |= not_finite(sum);
        x[lane] = clamp(sum, min, max);
    }
}
