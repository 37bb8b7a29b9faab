//! The draw among the options of a track.
//!
//! P ∝ r·exp(λu) by inverse CDF of one uniform, waiting first: the last option that has weight and
//! before which the cumulative sum is at most u·total. Weights are r·2^(λ·log₂e·u), all divided by
//! one power of two where they could leave the range of f32, so that it is the same draw to the bit
//! whether they are or not. [`Contenders`] draws in one pass over the lanes, with all that is
//! summed in registers, where odds are plain numbers and options are few; [`weigh_options`] and
//! [`pick_option`] are the same for any, and leave the weights to be looked at.

use super::choose::{Decision, TrackRoom};
use super::lanes::{Lanes, Mask, any, bit, keep, not_finite, select};
use super::state::State;
use crate::math::single;
use crate::random::keyed::{self, LaneKey, SiteKey};

/// With so many options at most a draw is made in one pass.
pub(super) const MOST: usize = 6;

/// Beyond this a logit is looked at relative to the largest, and below its negative it is as good
/// as −∞.
const FAR: f32 = 1_048_576.0;

/// What the logits of a choice are reckoned from, given the largest, which is at least 0: a number
/// that is taken away, 0 unless the largest is [`FAR`], and the exponent of the power of two that
/// divides all weights.
#[inline(always)]
fn origin(largest: f32) -> (f32, i32) {
    let far = if largest > FAR { largest } else { 0.0 };
    (far, single::whole(largest - far))
}

/// The logit from there.
#[inline(always)]
fn from_origin(logit: f32, far: f32) -> f32 {
    let x = logit - far;
    if x < -FAR { -FAR } else { x }
}

/// The options that may be open.
pub(super) struct Contenders<'a, const L: usize> {
    /// How many there are.
    n: usize,
    /// Whether all weights are proven to lie within 2^±120.
    are_bounded: bool,
    options: [u32; MOST],
    seen: [&'a Lanes<L>; MOST],
    least: [f32; MOST],
    most: [f32; MOST],
    logits: [&'a Lanes<L>; MOST],
    odds: [f32; MOST],
    /// All ones where they are above 0.
    has_odds: [u32; MOST],
    success: [f32; MOST],
    keys: [SiteKey; MOST],
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Contender<'a, const L: usize> {
    /// Its number; waiting is 0.
    pub(super) option: u32,
    /// It is open to those who deliberate where this lies between two numbers.
    pub(super) seen: &'a Lanes<L>,
    /// The least of them.
    pub(super) least: f32,
    /// The greatest.
    pub(super) most: f32,
    /// λ·log₂e·u.
    pub(super) logit: &'a Lanes<L>,
    /// Against waiting. Without odds an option is never taken, and has no say in the largest logit:
    /// beside it, all others could vanish and nothing would be left to choose from.
    pub(super) odds: f32,
    /// Whether its weight is proven to lie within 2^±120.
    pub(super) is_bounded: bool,
    /// The probability of its success.
    pub(super) success: f32,
    /// Where the luck of its success is.
    pub(super) site: SiteKey,
}

impl<'a, const L: usize> Contenders<'a, L> {
    /// None yet; the row is any.
    #[inline(always)]
    pub(super) fn new(row: &'a Lanes<L>) -> Self {
        Self {
            n: 0,
            are_bounded: true,
            options: [0; MOST],
            seen: [row; MOST],
            least: [0.0; MOST],
            most: [0.0; MOST],
            logits: [row; MOST],
            odds: [0.0; MOST],
            has_odds: [0; MOST],
            success: [0.0; MOST],
            keys: [SiteKey { high: 0, low: 0 }; MOST],
        }
    }

    /// Adds one of at most [`MOST`].
    #[inline(always)]
    pub(super) fn add(&mut self, one: &Contender<'a, L>) {
        self.options[self.n] = one.option;
        self.seen[self.n] = one.seen;
        self.least[self.n] = one.least;
        self.most[self.n] = one.most;
        self.logits[self.n] = one.logit;
        self.odds[self.n] = one.odds;
        self.has_odds[self.n] = bit(one.odds > 0.0);
        self.success[self.n] = one.success;
        self.keys[self.n] = one.site;
        self.are_bounded &= one.is_bounded;
        self.n += 1;
    }

    /// Draws among those who deliberate, with the luck of the choice at `site`. Notes faults of
    /// logits that are open and not proven to be bounded.
    #[inline(always)]
    pub(super) fn draw(
        &self,
        state: &State<L>,
        site: SiteKey,
        deliberating: &Mask<L>,
        decision: &mut Decision<L>,
        faults: &mut Mask<L>,
    ) {
        decision.idle = self.n == 0;
        decision.is_settled = true;
        let rest = (state, site, deliberating, decision, faults);
        match (self.are_bounded, self.n) {
            (_, 0) => {}
            (true, 1) => self.draw_among::<1, true>(rest),
            (true, 2) => self.draw_among::<2, true>(rest),
            (true, 3) => self.draw_among::<3, true>(rest),
            (true, 4) => self.draw_among::<4, true>(rest),
            (true, 5) => self.draw_among::<5, true>(rest),
            (true, _) => self.draw_among::<6, true>(rest),
            (false, 1) => self.draw_among::<1, false>(rest),
            (false, 2) => self.draw_among::<2, false>(rest),
            (false, 3) => self.draw_among::<3, false>(rest),
            (false, 4) => self.draw_among::<4, false>(rest),
            (false, 5) => self.draw_among::<5, false>(rest),
            (false, _) => self.draw_among::<6, false>(rest),
        }
    }

    #[inline(always)]
    fn draw_among<const N: usize, const BOUNDED: bool>(
        &self,
        (state, site, deliberating, decision, faults): (
            &State<L>,
            SiteKey,
            &Mask<L>,
            &mut Decision<L>,
            &mut Mask<L>,
        ),
    ) {
        let mut seen = [self.seen[0]; N];
        let mut logits = [self.logits[0]; N];
        seen.copy_from_slice(&self.seen[..N]);
        logits.copy_from_slice(&self.logits[..N]);
        let Decision {
            pick, done, opened, ..
        } = decision;
        let (key_high, key_low) = (&state.key_high, &state.key_low);
        for lane in 0..L {
            let key = LaneKey {
                high: key_high[lane],
                low: key_low[lane],
            };
            let u = single::uniform(keyed::word(key, site));
            let (mut open, mut x) = ([0; N], [0.0; N]);
            let mut all_open = 0;
            for k in 0..N {
                let value = seen[k][lane];
                let is_open = (value >= self.least[k]) & (value <= self.most[k]);
                open[k] = deliberating[lane] & bit(is_open);
                all_open |= open[k] & (1 << self.options[k]);
                x[k] = logits[k][lane];
            }
            opened[lane] = all_open;

            let (weights, mut total) = if BOUNDED {
                (single::exp2_each(x), 1.0)
            } else {
                let (mut largest, mut fault) = (0.0, 0);
                for k in 0..N {
                    let higher = open[k] & self.has_odds[k] & bit(x[k] > largest);
                    largest = select(higher, x[k], largest);
                    fault |= open[k] & not_finite(x[k]);
                }
                faults[lane] |= fault;
                let (far, exponent) = origin(largest);
                for k in 0..N {
                    x[k] = from_origin(x[k], far);
                }
                let [wait] = single::exp2_over_each([from_origin(0.0, far)], exponent);
                (single::exp2_over_each(x, exponent), wait)
            };
            let (mut before, mut has_weight) = ([0.0; N], [0; N]);
            for k in 0..N {
                let weight = keep(open[k], self.odds[k] * weights[k]);
                has_weight[k] = if BOUNDED { open[k] } else { bit(weight > 0.0) };
                before[k] = total;
                total += weight;
            }
            let target = u * total;
            let (mut option, mut success) = (0, 0.0);
            let (mut high, mut low) = (0, 0);
            for k in 0..N {
                let reached = bit(before[k] <= target) & has_weight[k];
                option = (option & !reached) | (self.options[k] & reached);
                success = select(reached, self.success[k], success);
                high = (high & !reached) | (self.keys[k].high & reached);
                low = (low & !reached) | (self.keys[k].low & reached);
            }
            let luck = single::uniform(keyed::word(key, SiteKey { high, low }));
            pick[lane] = option;
            done[lane] = option & bit(luck < success);
        }
    }
}

/// Leaves in `room.weights` the shares r·2^logit of waiting (r = 1, logit 0) and the options, and
/// gives their sum. `largest` is the greatest logit of an open option with odds, at least 0.
#[inline(always)]
pub(super) fn weigh_options<const L: usize>(
    room: &mut TrackRoom<L>,
    n_options: usize,
    largest: &Lanes<L>,
) -> Lanes<L> {
    let wait = &mut room.weights[0];
    weigh_waiting(wait, largest);
    let mut total = *wait;
    for k in 0..n_options {
        let weight = &mut room.weights[k + 1];
        if !any(&room.open[k]) {
            *weight = [0.0; L];
            continue;
        }
        weigh_option(
            weight,
            &room.open[k],
            &room.odds[k],
            &room.logits[k],
            largest,
        );
        for lane in 0..L {
            total[lane] += weight[lane];
        }
    }
    total
}

/// Leaves the weight of waiting.
#[inline(always)]
pub(super) fn weigh_waiting<const L: usize>(weight: &mut Lanes<L>, largest: &Lanes<L>) {
    for lane in 0..L {
        let (far, exponent) = origin(largest[lane]);
        [weight[lane]] = single::exp2_over_each([from_origin(0.0, far)], exponent);
    }
}

/// Leaves the weight of an option where it is open and has odds, else 0.
#[inline(always)]
pub(super) fn weigh_option<const L: usize>(
    weight: &mut Lanes<L>,
    open: &Mask<L>,
    odds: &Lanes<L>,
    logit: &Lanes<L>,
    largest: &Lanes<L>,
) {
    for lane in 0..L {
        let (far, exponent) = origin(largest[lane]);
        let [power] = single::exp2_over_each([from_origin(logit[lane], far)], exponent);
        weight[lane] = keep(open[lane] & bit(odds[lane] > 0.0), odds[lane] * power);
    }
}

/// Draws from the weights, waiting first, by inverse CDF: the last option that has weight and
/// before which the sum is at most u·total, so that a closed option is never taken, however the
/// sums are rounded.
#[inline(always)]
pub(super) fn pick_option<const L: usize>(
    weights: &[Lanes<L>],
    total: &Lanes<L>,
    words: &Mask<L>,
) -> Mask<L> {
    let mut target = [0.0; L];
    for lane in 0..L {
        target[lane] = single::uniform(words[lane]) * total[lane];
    }
    let mut before = [0.0; L];
    let mut pick = [0; L];
    for (option, weight) in weights.iter().enumerate() {
        for lane in 0..L {
            let reached = bit(before[lane] <= target[lane]) & bit(weight[lane] > 0.0);
            pick[lane] = (pick[lane] & !reached) | (option as u32 & reached);
            before[lane] += weight[lane];
        }
    }
    pick
}
