//! Logits and weights of alternatives.
//!
//! A logit is λ·log₂e·u, so that the weight r·exp(λu) is r·2^logit. Weights are divided by a common
//! power of two where they could leave the range of f32. Dividing by a power of two is exact, so the
//! choice does not depend on whether they are divided.

use crate::base::math::single;
use crate::engine::lanes::{Lanes, Mask, masked, to_mask};

/// Beyond this value, a logit is taken relative to the largest; below its negative, its weight
/// is treated as 0.
pub(crate) const MAX_LOGIT: f32 = 1_048_576.0;

/// The offset of the logits of a choice, given the largest, which is at least 0: a number that is
/// subtracted, 0 unless the largest exceeds [`MAX_LOGIT`], and the exponent of the power of two
/// that divides all weights.
#[inline(always)]
pub(crate) fn logit_offset(largest: f32) -> (f32, i32) {
    let offset = if largest > MAX_LOGIT { largest } else { 0.0 };
    (offset, single::whole(largest - offset))
}

/// A logit minus the offset.
#[inline(always)]
pub(crate) fn subtract_offset(logit: f32, offset: f32) -> f32 {
    let x = logit - offset;
    if x < -MAX_LOGIT { -MAX_LOGIT } else { x }
}

/// Computes the weight of waiting, whose odds are 1 and whose logit is 0.
#[inline(always)]
pub(crate) fn compute_waiting_weight<const L: usize>(weight: &mut Lanes<L>, largest: &Lanes<L>) {
    for lane in 0..L {
        let (offset, exponent) = logit_offset(largest[lane]);
        [weight[lane]] = single::exp2_over_each([subtract_offset(0.0, offset)], exponent);
    }
}

/// Computes the weight of an action where it is available and has odds, else 0.
#[inline(always)]
pub(crate) fn compute_action_weight<const L: usize>(
    weight: &mut Lanes<L>,
    available: &Mask<L>,
    odds: &Lanes<L>,
    logit: &Lanes<L>,
    largest: &Lanes<L>,
) {
    for lane in 0..L {
        let (offset, exponent) = logit_offset(largest[lane]);
        let [power] = single::exp2_over_each([subtract_offset(logit[lane], offset)], exponent);
        weight[lane] = masked(
            available[lane] & to_mask(odds[lane] > 0.0),
            odds[lane] * power,
        );
    }
}

/// Replaces logits by weights r·2^logit. The logits must be bounded.
#[inline(always)]
pub(crate) fn weights_from_logits<const L: usize>(logits: &mut Lanes<L>, odds: f32) {
    for lane in 0..L {
        let [power] = single::exp2_each([logits[lane]]);
        logits[lane] = odds * power;
    }
}
