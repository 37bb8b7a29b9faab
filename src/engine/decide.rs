//! The draw among the options of a track, in one pass over the lanes.
//!
//! P ∝ r·exp(λu) by inverse CDF, waiting first: the last option that has weight and before which
//! the cumulative sum is at most u·total. The same operations in the same order as
//! [`weigh_options`](super::choose::weigh_options) and
//! [`pick_option`](super::choose::pick_option), which serve where odds differ between lanes or
//! options are many; here all that is summed stays in registers.

use super::choose::Decision;
use super::lanes::{Lanes, Mask, bit, keep, select};
use super::state::State;
use crate::math::single;
use crate::random::keyed::{self, LaneKey, SiteKey};

/// With so many options at most a draw is made here.
pub(super) const MOST: usize = 6;

/// The options that are open in some lane and have odds.
pub(super) struct Contenders<'a, const L: usize> {
    /// How many there are.
    n: usize,
    /// Whether all logits are proven to lie within ±60.
    are_bounded: bool,
    options: [u32; MOST],
    open: [&'a Mask<L>; MOST],
    logits: [&'a Lanes<L>; MOST],
    odds: [f32; MOST],
    keys: [SiteKey; MOST],
}

/// One of them.
pub(super) struct Contender<'a, const L: usize> {
    /// Its number; waiting is 0.
    pub(super) option: u32,
    /// Where it is open.
    pub(super) open: &'a Mask<L>,
    /// λ·log₂e·u.
    pub(super) logit: &'a Lanes<L>,
    /// Above 0.
    pub(super) odds: f32,
    /// Whether the logit is proven to lie within ±60.
    pub(super) is_bounded: bool,
    /// Where the luck of its success is.
    pub(super) success: SiteKey,
}

impl<'a, const L: usize> Contenders<'a, L> {
    /// None yet; the rows are any.
    #[inline(always)]
    pub(super) fn new(open: &'a Mask<L>, logit: &'a Lanes<L>) -> Self {
        Self {
            n: 0,
            are_bounded: true,
            options: [0; MOST],
            open: [open; MOST],
            logits: [logit; MOST],
            odds: [0.0; MOST],
            keys: [SiteKey { high: 0, low: 0 }; MOST],
        }
    }

    /// Adds one; false where there is no room.
    #[inline(always)]
    pub(super) fn add(&mut self, one: &Contender<'a, L>) -> bool {
        if self.n == MOST {
            return false;
        }
        self.options[self.n] = one.option;
        self.open[self.n] = one.open;
        self.logits[self.n] = one.logit;
        self.odds[self.n] = one.odds;
        self.keys[self.n] = one.success;
        self.are_bounded &= one.is_bounded;
        self.n += 1;
        true
    }

    /// Draws, with the luck of the choice at `site`.
    #[inline(always)]
    pub(super) fn draw(&self, state: &State<L>, site: SiteKey, decision: &mut Decision<L>) {
        match (self.are_bounded, self.n) {
            (_, 0) => decision.pick = [0; L],
            (true, 1) => self.draw_among::<1, true>(state, site, decision),
            (true, 2) => self.draw_among::<2, true>(state, site, decision),
            (true, 3) => self.draw_among::<3, true>(state, site, decision),
            (true, 4) => self.draw_among::<4, true>(state, site, decision),
            (true, 5) => self.draw_among::<5, true>(state, site, decision),
            (true, _) => self.draw_among::<6, true>(state, site, decision),
            (false, 1) => self.draw_among::<1, false>(state, site, decision),
            (false, 2) => self.draw_among::<2, false>(state, site, decision),
            (false, 3) => self.draw_among::<3, false>(state, site, decision),
            (false, 4) => self.draw_among::<4, false>(state, site, decision),
            (false, 5) => self.draw_among::<5, false>(state, site, decision),
            (false, _) => self.draw_among::<6, false>(state, site, decision),
        }
    }

    #[inline(always)]
    fn draw_among<const N: usize, const BOUNDED: bool>(
        &self,
        state: &State<L>,
        site: SiteKey,
        decision: &mut Decision<L>,
    ) {
        let mut open = [self.open[0]; N];
        let mut logits = [self.logits[0]; N];
        open.copy_from_slice(&self.open[..N]);
        logits.copy_from_slice(&self.logits[..N]);
        let Decision { pick, luck, .. } = decision;
        let (key_high, key_low) = (&state.key_high, &state.key_low);
        for lane in 0..L {
            let mut largest = 0.0;
            for k in 0..N {
                let logit = logits[k][lane];
                let higher = open[k][lane] & bit(logit > largest);
                largest = select(higher, logit, largest);
            }
            let mut total = power_of_two::<BOUNDED>(-largest);
            let mut before = [0.0; N];
            let mut weights = [0.0; N];
            for k in 0..N {
                let share = self.odds[k] * power_of_two::<BOUNDED>(logits[k][lane] - largest);
                weights[k] = keep(open[k][lane], share);
                before[k] = total;
                total += weights[k];
            }
            let key = LaneKey {
                high: key_high[lane],
                low: key_low[lane],
            };
            let target = single::uniform(keyed::word(key, site)) * total;
            let (mut option, mut high, mut low) = (0, 0, 0);
            for k in 0..N {
                let reached = bit(before[k] <= target) & bit(weights[k] > 0.0);
                option = (option & !reached) | (self.options[k] & reached);
                high = (high & !reached) | (self.keys[k].high & reached);
                low = (low & !reached) | (self.keys[k].low & reached);
            }
            pick[lane] = option;
            luck[lane] = single::uniform(keyed::word(key, SiteKey { high, low }));
        }
    }
}

/// 2ˣ for x within ±120, or any x.
#[inline(always)]
fn power_of_two<const BOUNDED: bool>(x: f32) -> f32 {
    if BOUNDED {
        single::exp2_bounded(x)
    } else {
        single::exp2(x)
    }
}
