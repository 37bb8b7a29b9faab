//! What success and failure are worth together, and how that answers.

use crate::base::math::single;
use crate::engine::lanes::{Lanes, bit, select};
use crate::engine::utility::join_sides;

/// The worth of an action that is worth a if it succeeds and b if it fails.
pub(in crate::engine) struct Joint<const L: usize> {
    /// Its mean, or certainty equivalent.
    pub(in crate::engine) worth: Lanes<L>,
    /// Its slope by a; that by b is the rest to 1.
    pub(in crate::engine) by_well: Lanes<L>,
    /// Its slope by the probability of success.
    pub(in crate::engine) by_success: Lanes<L>,
    /// Its slope by the aversion to the spread.
    pub(in crate::engine) by_risk: Lanes<L>,
}

/// Joins two sides.
#[inline(always)]
pub(in crate::engine) fn join<const L: usize>(
    success: &Lanes<L>,
    sides: &[Lanes<L>; 2],
    risk: Option<&Lanes<L>>,
) -> Joint<L> {
    let mut joint = Joint {
        worth: join_sides(success, sides, true, risk),
        by_well: *success,
        by_success: Lanes::<L>::of(0.0),
        by_risk: Lanes::<L>::of(0.0),
    };
    let [well, ill] = sides;
    match risk {
        None => {
            for lane in 0..L {
                joint.by_success[lane] = well[lane] - ill[lane];
            }
        }
        Some(risk) => {
            for lane in 0..L {
                let spread = ill[lane] - well[lane];
                let answer = answer_with_risk(success[lane], spread, risk[lane]);
                joint.by_well[lane] = answer[0];
                joint.by_success[lane] = answer[1];
                joint.by_risk[lane] = answer[2];
            }
        }
    }
    joint
}

/// The slopes of c = −ln(p·e^(−αa) + (1−p)·e^(−αb)) / α by a, p and α. With d = b − a, z = αd and
/// D = p·eᶻ + q, c = b − ln D / α, so they are p·eᶻ/D, −(eᶻ − 1)/(αD) and (ln D / α − ∂c/∂a·d)/α;
/// where z is small the slopes of the series, as for c itself.
#[inline(always)]
fn answer_with_risk(p: f32, d: f32, risk: f32) -> [f32; 3] {
    let q = 1.0 - p;
    let z = risk * d;
    let skew = p - q;
    let series_by_success =
        -d * (1.0 - 0.5 * skew * z - z * z * (1.0 / 6.0) * (2.0 * p * q - skew * skew));
    let series_by_risk = p * q * d * d * (skew * z * (1.0 / 3.0) - 0.5);

    let most = if z > 0.0 { z } else { 0.0 };
    let (of_well, of_ill) = (single::exp(z - most), single::exp(-most));
    let sum = p * of_well + q * of_ill;
    let by_well = p * of_well / sum;
    let by_success = (of_ill - of_well) / (risk * sum);
    let by_risk = ((most + single::ln(sum)) / risk - by_well * d) / risk;

    let small = bit(z.abs() < 0.007_812_5);
    [
        by_well,
        select(small, series_by_success, by_success),
        select(small, series_by_risk, by_risk),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::math::double;

    #[test]
    fn slopes_are_those_of_exponential_utility() {
        let equivalent = |p: f64, a: f64, b: f64, risk: f64| {
            let most = (-risk * a).max(-risk * b);
            let sum = p * double::exp(-risk * a - most) + (1.0 - p) * double::exp(-risk * b - most);
            -(most + double::ln(sum)) / risk
        };
        let slope = |f: &dyn Fn(f64) -> f64, h: f64| (f(h) - f(-h)) / (2.0 * h);
        for p in [0.1_f32, 0.5, 0.97] {
            for (a, b) in [(0.02_f32, -0.03_f32), (-0.4, 0.3), (0.001, 0.0011)] {
                for risk in [-300.0_f32, -5.0, 0.2, 10.0, 500.0] {
                    let [p64, a64, b64, r64] = [p, a, b, risk].map(f64::from);
                    let d = b64 - a64;
                    let truth = [
                        slope(&|h| equivalent(p64, a64 + h, b64, r64), 1e-5 / r64.abs()),
                        slope(&|h| equivalent(p64 + h, a64, b64, r64), 1e-5),
                        slope(&|h| equivalent(p64, a64, b64, r64 + h), 1e-3 * r64.abs()),
                    ];
                    let got = answer_with_risk(p, b - a, risk).map(f64::from);
                    for (k, scale) in [1.0, d, d / r64].into_iter().enumerate() {
                        assert!(
                            (got[k] - truth[k]).abs() <= 1e-4 * scale.abs() + 1e-3 * truth[k].abs(),
                            "{p} {a} {b} {risk}: {got:?}, {truth:?}"
                        );
                    }
                }
            }
        }
    }
}
