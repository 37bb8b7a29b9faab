//! Changes of goals by imperative, and the units of derivatives.

use crate::base::index::Id;
use crate::engine::effect_branch::EffectBranch;
use crate::engine::lanes::{Lanes, Mask, masked};
use crate::engine::utility::context::EvaluationContext;
use crate::engine::utility::evaluator::Evaluator;
use crate::program::{ActorRow, EffectRow, GoalDependencies, ImperativeRow, Input, Program};
use std::borrow::Borrow;

/// The imperatives of an actor whose goals depend on an action, ascending.
pub(crate) fn affected_imperatives(
    actor: &ActorRow,
    dependencies: &GoalDependencies,
) -> Vec<usize> {
    let rows = dependencies.gradient.iter().flatten();
    let terms = rows.flat_map(|&row| &actor.gradient[row].terms);
    let mut imperatives: Vec<usize> = terms.map(|&(imperative, _)| imperative).collect();
    imperatives.extend(&dependencies.residuals);
    imperatives.sort_unstable();
    imperatives.dedup();
    imperatives
}

/// Adds, by imperative, the change of the linear part of the goal.
#[inline(always)]
pub(crate) fn add_linear_changes<const L: usize>(
    changes: &mut [Lanes<L>],
    actor: &ActorRow,
    dependencies: &GoalDependencies,
    (effects, branch): (&[EffectRow], EffectBranch),
    base: &[Lanes<L>],
    after: &[Lanes<L>],
) {
    for ((effect, after), row) in effects.iter().zip(after).zip(&dependencies.gradient) {
        let (Some(row), Some(_)) = (row, branch.amount(effect)) else {
            continue;
        };
        let base = &base[effect.variable.index()];
        for &(imperative, coefficient) in &actor.gradient[*row].terms {
            let change = &mut changes[imperative];
            for lane in 0..L {
                change[lane] += coefficient * (after[lane] - base[lane]);
            }
        }
    }
}

/// Adds, by imperative, the change of the residual of the goal.
#[inline(always)]
pub(crate) fn add_residual_changes<const L: usize>(
    changes: &mut [Lanes<L>],
    imperatives: &[ImperativeRow],
    (residuals, before): (&[usize], &[impl Borrow<Lanes<L>>]),
    hypothetical: &EvaluationContext<'_, L>,
    active: &Mask<L>,
    evaluator: &mut Evaluator<L>,
) {
    for &index in residuals {
        let Some(residual) = imperatives[index].residual else {
            continue;
        };
        let code = &hypothetical.bound.program.codes[residual];
        let value = evaluator.number(code, &hypothetical.view, active);
        let (change, before) = (&mut changes[index], before[index].borrow());
        for lane in 0..L {
            change[lane] += value[lane] - before[lane];
        }
    }
}

/// The factor of a derivative with respect to a quantity's value: 1 for a parameter. For an
/// expression it is the value, which makes it a derivative with respect to the logarithm, or 0 where
/// the value is clamped, since no small factor changes it there.
#[inline(always)]
pub(crate) fn derivative_unit<const L: usize>(
    program: &Program,
    input: Input,
    value: &Lanes<L>,
) -> Lanes<L> {
    let mut unit = Lanes::<L>::splat(1.0);
    if let Input::Code(_, clamped) = input {
        let (low, high) = match clamped {
            Some(index) => {
                let clamped = &program.clamped[index as usize];
                (clamped.low, clamped.high)
            }
            None => (f32::MIN, f32::MAX),
        };
        for lane in 0..L {
            let is_interior = value[lane] > low && value[lane] < high;
            unit[lane] = if is_interior { value[lane] } else { 0.0 };
        }
    }
    unit
}

/// The derivative of ln r: 1/r with respect to a parameter r, and 1 with respect to the
/// logarithm of an expression.
#[inline(always)]
pub(crate) fn log_odds_derivative<const L: usize>(input: Input, odds: &Lanes<L>) -> Lanes<L> {
    let mut derivative = Lanes::<L>::splat(1.0);
    if let Input::Parameter(_) = input {
        for lane in 0..L {
            derivative[lane] = 1.0 / odds[lane];
        }
    }
    derivative
}

/// Adds a product where an action is available; elsewhere its factors may be NaN.
#[inline(always)]
pub(crate) fn add_product<const L: usize>(
    to: &mut Lanes<L>,
    available: &Mask<L>,
    a: &Lanes<L>,
    b: &Lanes<L>,
    c: &Lanes<L>,
) {
    for lane in 0..L {
        to[lane] += masked(available[lane], a[lane] * b[lane] * c[lane]);
    }
}
