//! Samples an alternative from its weights by inverse CDF, one uniform variate per choice.
//!
//! P ∝ r·exp(λu), waiting first. The sampled alternative is the last one with a positive weight for
//! which the sum of the weights before it is at most U·total. [`choice_set`](super::choice_set)
//! samples the same alternatives faster where odds are constants and actions are few.

use crate::base::math::single;
use crate::engine::day::track_choice::ChoiceWorkspace;
use crate::engine::lanes::{Lanes, Mask, any, to_mask};
use crate::engine::utility::logit::{compute_action_weight, compute_waiting_weight};

/// Computes the weights of waiting and of `n_actions` actions, and returns their sum. `largest` is
/// the largest logit of an available action with odds, at least 0.
#[inline(always)]
pub(crate) fn compute_all_weights<const L: usize>(
    track: &mut ChoiceWorkspace<L>,
    n_actions: usize,
    largest: &Lanes<L>,
) -> Lanes<L> {
    let waiting = &mut track.weights[0];
    compute_waiting_weight(waiting, largest);
    let mut total = *waiting;
    for k in 0..n_actions {
        let weight = &mut track.weights[k + 1];
        if !any(&track.available[k]) {
            *weight = Lanes::<L>::splat(0.0);
            continue;
        }
        compute_action_weight(
            weight,
            &track.available[k],
            &track.odds[k],
            &track.logits[k],
            largest,
        );
        for lane in 0..L {
            total[lane] += weight[lane];
        }
    }
    total
}

/// Samples an alternative per lane. An alternative of weight 0 is never sampled, however
/// the sums are rounded.
#[inline(always)]
pub(crate) fn sample_alternative<const L: usize>(
    weights: &[Lanes<L>],
    total: &Lanes<L>,
    words: &Mask<L>,
) -> Mask<L> {
    let mut target = Lanes::<L>::splat(0.0);
    for lane in 0..L {
        target[lane] = single::uniform(words[lane]) * total[lane];
    }
    let mut before = Lanes::<L>::splat(0.0);
    let mut chosen = Mask::<L>::splat(0);
    for (alternative, weight) in weights.iter().enumerate() {
        for lane in 0..L {
            let is_reached = to_mask(before[lane] <= target[lane]) & to_mask(weight[lane] > 0.0);
            chosen[lane] = (chosen[lane] & !is_reached) | (alternative as u32 & is_reached);
            before[lane] += weight[lane];
        }
    }
    chosen
}
