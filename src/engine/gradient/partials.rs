//! What changes of the state give to each goal, and in which units slopes are taken.

use crate::base::index::Id;
use crate::engine::lanes::{Lanes, Mask, keep};
use crate::engine::utility::Side;
use crate::engine::utility::evaluate::{Situation, Workspace};
use crate::program::{ActorRow, EffectRow, GoalDependencies, ImperativeRow, Input, Program};
use std::borrow::Borrow;

/// The imperatives of an actor whose goals may be changed by what concerns it.
pub(in crate::engine) fn concerned(actor: &ActorRow, concern: &GoalDependencies) -> Vec<usize> {
    let rows = concern.gradient.iter().flatten();
    let terms = rows.flat_map(|&row| &actor.gradient[row].terms);
    let mut all: Vec<usize> = terms.map(|&(imperative, _)| imperative).collect();
    all.extend(&concern.residuals);
    all.sort_unstable();
    all.dedup();
    all
}

/// Adds, by imperative, the changes of the linear part of the goals.
#[inline(always)]
pub(in crate::engine) fn add_linear_gains<const L: usize>(
    gains: &mut [Lanes<L>],
    actor: &ActorRow,
    concern: &GoalDependencies,
    (touches, side): (&[EffectRow], Side),
    base: &[Lanes<L>],
    after: &[Lanes<L>],
) {
    for ((touch, after), row) in touches.iter().zip(after).zip(&concern.gradient) {
        let (Some(row), Some(_)) = (row, side.of(touch)) else {
            continue;
        };
        let base = &base[touch.variable.index()];
        for &(imperative, coefficient) in &actor.gradient[*row].terms {
            let gain = &mut gains[imperative];
            for lane in 0..L {
                gain[lane] += coefficient * (after[lane] - base[lane]);
            }
        }
    }
}

/// Adds, by imperative, the changes of the rest of the goals.
#[inline(always)]
pub(in crate::engine) fn add_residual_gains<const L: usize>(
    gains: &mut [Lanes<L>],
    imperatives: &[ImperativeRow],
    (residuals, before): (&[usize], &[impl Borrow<Lanes<L>>]),
    there: &Situation<'_, L>,
    active: &Mask<L>,
    work: &mut Workspace<L>,
) {
    for &index in residuals {
        let Some(residual) = imperatives[index].residual else {
            continue;
        };
        let code = &there.bound.program.codes[residual];
        let value = work.number(code, &there.view, active);
        let (gain, before) = (&mut gains[index], before[index].borrow());
        for lane in 0..L {
            gain[lane] += value[lane] - before[lane];
        }
    }
}

/// What a slope by a number's value is multiplied by: 1, and for an expression its value, which
/// makes the slope one by its logarithm, or 0 where it is clamped, and no small factor changes it.
#[inline(always)]
pub(in crate::engine) fn unit<const L: usize>(
    program: &Program,
    input: Input,
    value: &Lanes<L>,
) -> Lanes<L> {
    let mut unit = Lanes::<L>::of(1.0);
    if let Input::Code(_, clamped) = input {
        let (low, high) = match clamped {
            Some(index) => {
                let clamped = &program.clamped[index as usize];
                (clamped.low, clamped.high)
            }
            None => (f32::MIN, f32::MAX),
        };
        for lane in 0..L {
            let is_free = value[lane] > low && value[lane] < high;
            unit[lane] = if is_free { value[lane] } else { 0.0 };
        }
    }
    unit
}

/// ∂ln r/∂r = 1/r, and 1 by ln r.
#[inline(always)]
pub(in crate::engine) fn by_odds<const L: usize>(input: Input, odds: &Lanes<L>) -> Lanes<L> {
    let mut slope = Lanes::<L>::of(1.0);
    if let Input::Parameter(_) = input {
        for lane in 0..L {
            slope[lane] = 1.0 / odds[lane];
        }
    }
    slope
}

/// Adds a product where `open`; elsewhere its factors may be no numbers.
#[inline(always)]
pub(in crate::engine) fn add_product<const L: usize>(
    to: &mut Lanes<L>,
    open: &Mask<L>,
    a: &Lanes<L>,
    b: &Lanes<L>,
    c: &Lanes<L>,
) {
    for lane in 0..L {
        to[lane] += keep(open[lane], a[lane] * b[lane] * c[lane]);
    }
}
