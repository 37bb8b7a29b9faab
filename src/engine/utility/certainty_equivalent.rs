//! The expected utility of an action from the utilities of its branches, or its certainty
//! equivalent for a risk-averse or risk-seeking actor.

use crate::base::math::single;
use crate::engine::lanes::{Lanes, select, to_mask};

/// The utility of an action with utility a = `branches[0]` on success, with probability p, and
/// b = `branches[1]` on failure. It is the expected value p·a + (1 − p)·b, or, with a coefficient α
/// of risk aversion, the certainty equivalent of exponential utility
/// −ln(p·e^(−α·a) + (1 − p)·e^(−α·b)) / α (constant absolute risk aversion; Arrow, Pratt).
#[inline(always)]
pub(crate) fn combine_branches<const L: usize>(
    success: &Lanes<L>,
    branches: &[Lanes<L>; 2],
    has_failure_effects: bool,
    risk: Option<&Lanes<L>>,
) -> Lanes<L> {
    let mut utility = Lanes::<L>::splat(0.0);
    if let Some(risk) = risk {
        compute_certainty_equivalents(&mut utility, success, branches, risk);
    } else if has_failure_effects {
        for lane in 0..L {
            let p = success[lane];
            utility[lane] = p * branches[0][lane] + (1.0 - p) * branches[1][lane];
        }
    } else {
        for lane in 0..L {
            utility[lane] = success[lane] * branches[0][lane];
        }
    }
    utility
}

/// −ln(p·e^(−α·a) + (1 − p)·e^(−α·b)) / α. Where α·(b − a) is small, it is the series of the first
/// three cumulants, mean − α·κ₂/2 + α²·κ₃/6, with an error below 10⁻⁸ of b − a. Three loops, each
/// short enough for the processor to overlap several lanes.
#[inline(always)]
fn compute_certainty_equivalents<const L: usize>(
    out: &mut Lanes<L>,
    success: &Lanes<L>,
    [a, b]: &[Lanes<L>; 2],
    risk: &Lanes<L>,
) {
    // The larger of the two exponentials is factored out; the ratio of the other to it remains.
    let mut largest = Lanes::<L>::splat(0.0);
    let mut sum = Lanes::<L>::splat(0.0);
    for lane in 0..L {
        let (x, y) = (-risk[lane] * a[lane], -risk[lane] * b[lane]);
        let ratio = single::exp(-(x - y).abs());
        let (p, q) = (success[lane], 1.0 - success[lane]);
        let (larger, smaller) = if x > y { (p, q) } else { (q, p) };
        largest[lane] = if x > y { x } else { y };
        sum[lane] = larger + smaller * ratio;
    }
    let mut logarithm = Lanes::<L>::splat(0.0);
    for lane in 0..L {
        logarithm[lane] = single::ln(sum[lane]);
    }
    for lane in 0..L {
        let (p, a, b, risk) = (success[lane], a[lane], b[lane], risk[lane]);
        let q = 1.0 - p;
        let spread = b - a;
        let scaled = risk * spread;
        let mean = p * a + q * b;
        let second = p * q * spread * scaled;
        let third = second * scaled * (p - q);
        let series = mean - 0.5 * second + third * (1.0 / 6.0);

        let exact = -(largest[lane] + logarithm[lane]) / risk;
        let is_small = to_mask(scaled.abs() < 0.007_812_5);
        let certain = if p >= 1.0 { a } else { b };
        let is_certain = to_mask(p >= 1.0 || p <= 0.0);
        out[lane] = select(is_certain, certain, select(is_small, series, exact));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::math::double;

    #[test]
    fn certainty_equivalents_agree_with_exponential_utility_in_f64() {
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
                        let largest = (-r64 * a64).max(-r64 * b64);
                        let sum = p64 * double::exp(-r64 * a64 - largest)
                            + (1.0 - p64) * double::exp(-r64 * b64 - largest);
                        -(largest + double::ln(sum)) / r64
                    };
                    let mut utility = Lanes::<8>::splat(0.0);
                    let [p, a, b, risk] = [p, a, b, risk].map(Lanes::splat);
                    compute_certainty_equivalents(&mut utility, &p, &[a, b], &risk);
                    let computed = f64::from(utility[5]);
                    let bound = 3e-5 * (b64 - a64).abs() + 1e-6 * a64.abs().max(b64.abs());
                    assert!(
                        (computed - exact).abs() <= bound,
                        "{p64} {a64} {b64} {r64}: {computed}, {exact}"
                    );
                }
            }
        }
    }
}
