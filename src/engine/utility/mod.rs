//! What hypothetical states are worth to an actor.
//!
//! An option is valued by putting its effects into a hypothetical state and asking how much
//! better the actor's goals are served there. The part of the goals that is linear in the
//! variables enters through the actor's gradient times the changes; the rest of a goal is
//! evaluated on the state before and after. The same steps serve an actor's own options and the
//! replies of others that it reckons with.

pub(in crate::engine) mod alternative;
pub(in crate::engine) mod evaluate;
mod fused;
pub(in crate::engine) mod instruction;
pub(in crate::engine) mod invalidation;
pub(in crate::engine) mod linear;
pub(in crate::engine) mod response;
mod response_workspace;

use crate::base::index::{ActorId, CodeId, Id};
use crate::base::math::single;
use crate::engine::Interests;
use crate::engine::lanes::{At, Lanes, Mask, bit, clamp, select};
use crate::engine::utility::instruction::Frame;
use crate::program::{EffectRow, ImperativeRow, Input, Patch, Program};
pub use evaluate::View;
use evaluate::{Situation, Workspace};
use std::borrow::Borrow;

/// What one actor wants.
#[derive(Clone, Copy)]
pub(in crate::engine) struct ActorInterests<'a, const L: usize> {
    /// Its imperatives.
    pub(in crate::engine) imperatives: &'a [ImperativeRow],
    /// Their normalised weights.
    pub(in crate::engine) weights: &'a [Lanes<L>],
    /// The derivatives of the linear part of its utility.
    pub(in crate::engine) gradient: &'a [Lanes<L>],
}

impl<const L: usize> Interests<L> {
    /// What an actor wants.
    #[inline(always)]
    pub(in crate::engine) fn of<'a>(
        &'a self,
        program: &'a Program,
        actor: ActorId,
    ) -> ActorInterests<'a, L> {
        ActorInterests {
            imperatives: &program.actors[actor].imperatives,
            weights: &self.weights[actor.index()],
            gradient: &self.gradients[actor.index()],
        }
    }
}

/// Whether an action succeeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::engine) enum Side {
    /// It does.
    Success,
    /// It does not.
    Failure,
}

impl Side {
    /// Both.
    pub(in crate::engine) const BOTH: [Side; 2] = [Side::Success, Side::Failure];

    /// What the action does to the variable then.
    #[inline(always)]
    pub(in crate::engine) fn of(self, touch: &EffectRow) -> Option<Input> {
        match self {
            Side::Success => touch.success,
            Side::Failure => touch.failure,
        }
    }

    /// Whether the action does anything then.
    #[inline(always)]
    pub(in crate::engine) fn does_anything(self, touches: &[EffectRow]) -> bool {
        touches.iter().any(|touch| self.of(touch).is_some())
    }
}

/// What an action's changes are worth in the linear part of one's goals: the gradient, and by touch
/// the row of it.
pub(in crate::engine) type Slopes<'a, const L: usize> = (&'a [Lanes<L>], &'a [Option<usize>]);

/// Goes through the effects of one side on `base`: leaves in `after`, by touch, the value of the
/// variable with the effect added (delayed effects count in full), and adds to each worth the
/// gradient times the change. Amounts are read from the situation.
#[inline(always)]
pub(in crate::engine) fn hypothesise<const L: usize>(
    (touches, side): (&[EffectRow], Side),
    situation: &Situation<'_, L>,
    base: &[Lanes<L>],
    after: &mut [Lanes<L>],
    worths: &mut [(&mut Lanes<L>, Slopes<'_, L>)],
    active: &Mask<L>,
    work: &mut Workspace<L>,
) {
    for (k, (touch, after)) in touches.iter().zip(after).enumerate() {
        let Some(input) = side.of(touch) else {
            continue;
        };
        let variable = &situation.bound.program.variables[touch.variable];
        let bounds = (variable.min, variable.max);
        let base = &base[touch.variable.index()];
        let mut slot = Lanes::<L>::of(0.0);
        if let Some(amount) = situation.bound.constant(input) {
            add_effect(after, base, amount, bounds);
            for (worth, (gradient, rows)) in &mut *worths {
                if let Some(row) = rows[k] {
                    add_change(worth, &gradient[row], base, amount, bounds);
                }
            }
        } else {
            let amount = work.input(input, situation, active, &mut slot);
            add_effect(after, base, amount, bounds);
            for (worth, (gradient, rows)) in &mut *worths {
                if let Some(row) = rows[k] {
                    add_change(worth, &gradient[row], base, amount, bounds);
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
    amount: impl At,
    (min, max): (f32, f32),
) {
    for lane in 0..L {
        after[lane] = clamp(base[lane] + amount.at(lane), min, max);
    }
}

/// Adds slope times change, the change being the amount or what room there is for it.
#[inline(always)]
fn add_change<const L: usize>(
    worth: &mut Lanes<L>,
    slope: &Lanes<L>,
    base: &Lanes<L>,
    amount: impl At,
    (min, max): (f32, f32),
) {
    for lane in 0..L {
        let (down, up) = (min - base[lane], max - base[lane]);
        worth[lane] += slope[lane] * clamp(amount.at(lane), down, up);
    }
}

/// Exchanges the values of the variables touched on one side with those after the action; a
/// second call undoes the first.
#[inline(always)]
pub(in crate::engine) fn exchange<const L: usize>(
    (touches, side): (&[EffectRow], Side),
    base: &mut [Lanes<L>],
    after: &mut [Lanes<L>],
) {
    for (touch, after) in touches.iter().zip(after) {
        if side.of(touch).is_some() {
            let base = &mut base[touch.variable.index()];
            for lane in 0..L {
                (base[lane], after[lane]) = (after[lane], base[lane]);
            }
        }
    }
}

/// A residual on a state, and all that was computed on the way.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Kept<const L: usize> {
    value: Lanes<L>,
    frame: Frame<L>,
}

impl<const L: usize> Kept<L> {
    /// Of no state yet.
    pub(in crate::engine) fn new() -> Self {
        Self {
            value: Lanes::<L>::of(0.0),
            frame: Frame::default(),
        }
    }

    /// Evaluates a residual on the view.
    #[inline(always)]
    pub(in crate::engine) fn evaluate(
        &mut self,
        residual: CodeId,
        situation: &Situation<'_, L>,
        active: &Mask<L>,
        work: &mut Workspace<L>,
    ) {
        let code = &situation.bound.program.codes[residual];
        self.value = *work.number_kept(code, &mut self.frame, &situation.view, active);
    }
}

impl<const L: usize> Borrow<Lanes<L>> for Kept<L> {
    #[inline(always)]
    fn borrow(&self) -> &Lanes<L> {
        &self.value
    }
}

/// Adds the worth of the change in the rest of a goal: ŵᵢ·(residual after − before), of which only what
/// the patch names is computed again. The view agrees with that of before in all that the residual reads,
/// and `after` has the variables after, by touch.
#[inline(always)]
pub(in crate::engine) fn add_residual_worth<const L: usize>(
    worth: &mut Lanes<L>,
    weight: &Lanes<L>,
    (patch, before, after): (&Patch, &mut Kept<L>, &[Lanes<L>]),
    situation: &Situation<'_, L>,
    active: &Mask<L>,
    work: &mut Workspace<L>,
) {
    let Kept { value, frame } = before;
    let after = work.number_patched(patch, frame, &situation.view, after, active);
    for lane in 0..L {
        worth[lane] += weight[lane] * (after[lane] - value[lane]);
    }
}

/// The worth of an action that is worth `sides[0]` if it succeeds, with probability p, and
/// `sides[1]` if it fails: the mean, or, for an actor with aversion α to the spread, the
/// certainty equivalent of exponential utility −ln(p·e^(−α·a) + (1−p)·e^(−α·b)) / α (Arrow;
/// Pratt).
#[inline(always)]
pub(in crate::engine) fn join_sides<const L: usize>(
    success: &Lanes<L>,
    sides: &[Lanes<L>; 2],
    fails_with_effect: bool,
    risk: Option<&Lanes<L>>,
) -> Lanes<L> {
    let mut worth = Lanes::<L>::of(0.0);
    if let Some(risk) = risk {
        certainty_equivalents(&mut worth, success, sides, risk);
    } else if fails_with_effect {
        for lane in 0..L {
            let p = success[lane];
            worth[lane] = p * sides[0][lane] + (1.0 - p) * sides[1][lane];
        }
    } else {
        for lane in 0..L {
            worth[lane] = success[lane] * sides[0][lane];
        }
    }
    worth
}

/// −ln(p·e^(−α·a) + (1−p)·e^(−α·b)) / α, and where α·(b − a) is small, the first three cumulants:
/// mean − α·κ₂/2 + α²·κ₃/6, whose error there is below 10⁻⁸ of the spread. In three goes, each
/// short enough for the processor to work on several lanes at a time.
#[inline(always)]
fn certainty_equivalents<const L: usize>(
    worth: &mut Lanes<L>,
    success: &Lanes<L>,
    [well, ill]: &[Lanes<L>; 2],
    risk: &Lanes<L>,
) {
    // Of both exponentials the greater is taken out: the other is left.
    let mut most = Lanes::<L>::of(0.0);
    let mut sum = Lanes::<L>::of(0.0);
    for lane in 0..L {
        let (x, y) = (-risk[lane] * well[lane], -risk[lane] * ill[lane]);
        let ratio = single::exp(-(x - y).abs());
        let (p, q) = (success[lane], 1.0 - success[lane]);
        let (greater, lesser) = if x > y { (p, q) } else { (q, p) };
        most[lane] = if x > y { x } else { y };
        sum[lane] = greater + lesser * ratio;
    }
    let mut logarithm = Lanes::<L>::of(0.0);
    for lane in 0..L {
        logarithm[lane] = single::ln(sum[lane]);
    }
    for lane in 0..L {
        let (p, a, b, risk) = (success[lane], well[lane], ill[lane], risk[lane]);
        let q = 1.0 - p;
        let spread = b - a;
        let scaled = risk * spread;
        let mean = p * a + q * b;
        let second = p * q * spread * scaled;
        let third = second * scaled * (p - q);
        let series = mean - 0.5 * second + third * (1.0 / 6.0);

        let exact = -(most[lane] + logarithm[lane]) / risk;
        let small = bit(scaled.abs() < 0.007_812_5);
        let certain = if p >= 1.0 { a } else { b };
        let is_certain = bit(p >= 1.0 || p <= 0.0);
        worth[lane] = select(is_certain, certain, select(small, series, exact));
    }
}

/// The situation with other values for the variables.
#[inline(always)]
pub(in crate::engine) fn on<'a, const L: usize>(
    situation: &Situation<'a, L>,
    variables: &'a [Lanes<L>],
) -> Situation<'a, L> {
    Situation {
        view: View {
            variables,
            ..situation.view
        },
        ..*situation
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::math::double;

    #[test]
    fn certainty_equivalents_are_those_of_exponential_utility() {
        for p in [0.0_f32, 1e-3, 0.3, 0.5, 0.97, 1.0] {
            for (a, b) in [
                (0.02_f32, -0.03_f32),
                (-0.4, 0.3),
                (0.001, 0.0011),
                (0.5, 0.5),
            ] {
                for risk in [-300.0_f32, -5.0, 0.0, 1e-3, 0.2, 10.0, 500.0] {
                    let [p64, a64, b64, r64] = [p, a, b, risk].map(f64::from);
                    let mean = p64 * a64 + (1.0 - p64) * b64;
                    let exact = if risk == 0.0 {
                        mean
                    } else {
                        let most = (-r64 * a64).max(-r64 * b64);
                        let sum = p64 * double::exp(-r64 * a64 - most)
                            + (1.0 - p64) * double::exp(-r64 * b64 - most);
                        -(most + double::ln(sum)) / r64
                    };
                    let mut worth = Lanes::<8>::of(0.0);
                    let [p, a, b, risk] = [p, a, b, risk].map(Lanes::of);
                    certainty_equivalents(&mut worth, &p, &[a, b], &risk);
                    let got = f64::from(worth[5]);
                    let bound = 3e-5 * (b64 - a64).abs() + 1e-6 * a64.abs().max(b64.abs());
                    assert!(
                        (got - exact).abs() <= bound,
                        "{p64} {a64} {b64} {r64}: {got}, {exact}"
                    );
                }
            }
        }
    }
}
