//! Partial derivatives of an action's utility with respect to its branches, success and risk.

use crate::base::math::single;
use crate::engine::lanes::{Lanes, select, to_mask};
use crate::engine::utility::certainty_equivalent::combine_branches;

/// The utility c of an action with utility a on success and b on failure,
/// and its partial derivatives.
pub(crate) struct DifferentiatedBranches<const L: usize> {
    /// The expected value or certainty equivalent c.
    pub(crate) utility: Lanes<L>,
    /// ∂c/∂a; ∂c/∂b is 1 − ∂c/∂a.
    pub(crate) by_success_utility: Lanes<L>,
    /// The partial derivative with respect to the success probability.
    pub(crate) by_success: Lanes<L>,
    /// The partial derivative with respect to the coefficient of risk aversion.
    pub(crate) by_risk: Lanes<L>,
}

/// Combines the utilities of two branches and computes the partial derivatives.
#[inline(always)]
pub(crate) fn differentiate<const L: usize>(
    success: &Lanes<L>,
    branches: &[Lanes<L>; 2],
    risk: Option<&Lanes<L>>,
) -> DifferentiatedBranches<L> {
    let mut combined = DifferentiatedBranches {
        utility: combine_branches(success, branches, true, risk),
        by_success_utility: *success,
        by_success: Lanes::<L>::splat(0.0),
        by_risk: Lanes::<L>::splat(0.0),
    };
    let [a, b] = branches;
    match risk {
        None => {
            for lane in 0..L {
                combined.by_success[lane] = a[lane] - b[lane];
            }
        }
        Some(risk) => {
            for lane in 0..L {
                let spread = b[lane] - a[lane];
                let derivatives =
                    certainty_equivalent_derivatives(success[lane], spread, risk[lane]);
                combined.by_success_utility[lane] = derivatives[0];
                combined.by_success[lane] = derivatives[1];
                combined.by_risk[lane] = derivatives[2];
            }
        }
    }
    combined
}

/// The partial derivatives of c = −ln(p·e^(−αa) + (1 − p)·e^(−αb)) / α with respect to a, p and α.
/// With d = b − a, z = αd and D = p·eᶻ + q, c = b − ln D / α, so they are p·eᶻ/D, −(eᶻ − 1)/(αD) and
/// (ln D / α − ∂c/∂a·d)/α. Where z is small, they are the derivatives of the series of c.
#[inline(always)]
fn certainty_equivalent_derivatives(p: f32, d: f32, risk: f32) -> [f32; 3] {
    let q = 1.0 - p;
    let z = risk * d;
    let skew = p - q;
    let series_by_success =
        -d * (1.0 - 0.5 * skew * z - z * z * (1.0 / 6.0) * (2.0 * p * q - skew * skew));
    let series_by_risk = p * q * d * d * (skew * z * (1.0 / 3.0) - 0.5);

    let largest = if z > 0.0 { z } else { 0.0 };
    let (success_term, failure_term) = (single::exp(z - largest), single::exp(-largest));
    let sum = p * success_term + q * failure_term;
    let by_success_utility = p * success_term / sum;
    let by_success = (failure_term - success_term) / (risk * sum);
    let by_risk = ((largest + single::ln(sum)) / risk - by_success_utility * d) / risk;

    let is_small = to_mask(z.abs() < 0.007_812_5);
    [
        by_success_utility,
        select(is_small, series_by_success, by_success),
        select(is_small, series_by_risk, by_risk),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::math::double;

    #[test]
    fn derivatives_agree_with_differences_of_exponential_utility() {
        let equivalent = |p: f64, a: f64, b: f64, risk: f64| {
            let largest = (-risk * a).max(-risk * b);
            let sum =
                p * double::exp(-risk * a - largest) + (1.0 - p) * double::exp(-risk * b - largest);
            -(largest + double::ln(sum)) / risk
        };
        let difference = |f: &dyn Fn(f64) -> f64, h: f64| (f(h) - f(-h)) / (2.0 * h);
        for p in [0.1_f32, 0.5, 0.97] {
            for (a, b) in [(0.02_f32, -0.03_f32), (-0.4, 0.3), (0.001, 0.0011)] {
                for risk in [-300.0_f32, -5.0, 0.2, 10.0, 500.0] {
                    let [p64, a64, b64, r64] = [p, a, b, risk].map(f64::from);
                    let d = b64 - a64;
                    let expected = [
                        difference(&|h| equivalent(p64, a64 + h, b64, r64), 1e-5 / r64.abs()),
                        difference(&|h| equivalent(p64 + h, a64, b64, r64), 1e-5),
                        difference(&|h| equivalent(p64, a64, b64, r64 + h), 1e-3 * r64.abs()),
                    ];
                    let computed = certainty_equivalent_derivatives(p, b - a, risk).map(f64::from);
                    for (k, scale) in [1.0, d, d / r64].into_iter().enumerate() {
                        assert!(
                            (computed[k] - expected[k]).abs()
                                <= 1e-4 * scale.abs() + 1e-3 * expected[k].abs(),
                            "{p} {a} {b} {risk}: {computed:?}, {expected:?}"
                        );
                    }
                }
            }
        }
    }
}
