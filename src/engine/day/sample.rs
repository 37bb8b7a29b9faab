//! The draw among the options of a track.
//!
//! P ∝ r·exp(λu) by inverse CDF of one uniform, waiting first: the last option that has weight and
//! before which the cumulative sum is at most u·total. Weights are r·2^(λ·log₂e·u), all divided by
//! one power of two where they could leave the range of f32, so that it is the same draw to the bit
//! whether they are or not. [`Contenders`] draws in a few short loops over the lanes, with all
//! that is summed in registers, where odds are plain numbers and options are few; [`weigh_options`] and
//! [`pick_option`] are the same for any, and leave the weights to be looked at.

use crate::base::math::single::{self, Chance};
use crate::base::random::keyed::{self, LaneKey, SiteKey};
use crate::engine::day::choose::{Decision, TrackRoom};
use crate::engine::lanes::{Lanes, Mask, Row, any, bit, keep, not_finite};
use crate::engine::state::State;
use crate::engine::state::history::{self, Notes};

/// So many options at most can contend: each has a field in the notes.
pub(in crate::engine) const MOST: usize = history::MOST;

/// Places that a pick may have, waiting being the first: a power of two, so that to stay among them is
/// a mask.
const PLACES: usize = (MOST + 1).next_power_of_two();

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
pub(in crate::engine) struct Contenders<'a, const L: usize> {
    /// How many there are.
    n: usize,
    options: [&'a Contender; MOST],
    seen: [&'a Lanes<L>; MOST],
    weights: [&'a Lanes<L>; MOST],
    sites: [SiteKey; MOST],
}

/// What one of them is on all days.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Contender {
    /// How it stands in the rows of a decision.
    pub(in crate::engine) code: u32,
    /// The same, if its gate is a window, and else 0: the days on which it is open are counted
    /// elsewhere.
    pub(in crate::engine) window: u32,
    /// It is open to those who deliberate where what is seen is within a bound.
    pub(in crate::engine) bound: Threshold,
    /// Against waiting. Without odds an option is never taken, and has no say in the largest logit:
    /// beside it, all others could vanish and nothing would be left to choose from.
    pub(in crate::engine) odds: f32,
    /// What decides whether it succeeds.
    pub(in crate::engine) luck: Chance,
}

/// What a number may not exceed, or not fall below.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Threshold {
    /// The sign that the number takes before it is compared: that of −0 where it may not fall below.
    sign: u32,
    /// The most that it may then be.
    most: f32,
}

impl Threshold {
    /// x ≤ most.
    pub(in crate::engine) const fn above(most: f32) -> Self {
        Self { sign: 0, most }
    }

    /// x ≥ least, found out as −x ≤ −least.
    pub(in crate::engine) const fn below(least: f32) -> Self {
        Self {
            sign: 1 << 31,
            most: -least,
        }
    }
}

/// What a draw reads and leaves.
pub(in crate::engine) struct Draw<'a, const L: usize> {
    /// Whether all weights are proven to lie within 2^±120.
    pub(in crate::engine) are_bounded: bool,
    pub(in crate::engine) state: &'a State<L>,
    /// Where the luck of the choice is.
    pub(in crate::engine) site: SiteKey,
    pub(in crate::engine) deliberating: &'a Mask<L>,
    pub(in crate::engine) decision: &'a mut Decision<L>,
    /// Takes the code of what was done.
    pub(in crate::engine) done: &'a mut Mask<L>,
    /// What was chosen and what was open goes here, if there is a place, and else into the
    /// decision; only where all are bounded.
    pub(in crate::engine) notes: Option<(&'a mut Notes<L>, usize)>,
    /// Room.
    pub(in crate::engine) picked: &'a mut Picked<L>,
    /// Takes the faults of logits that are open and not proven to be bounded.
    pub(in crate::engine) faults: &'a mut Mask<L>,
}

impl<'a, const L: usize> Contenders<'a, L> {
    /// None yet; the option and the row are any.
    #[inline(always)]
    pub(in crate::engine) fn new(option: &'a Contender, row: &'a Lanes<L>) -> Self {
        Self {
            n: 0,
            options: [option; MOST],
            seen: [row; MOST],
            weights: [row; MOST],
            sites: [SiteKey { high: 0, low: 0 }; MOST],
        }
    }

    /// Adds one of at most [`MOST`]: what is seen for its gate; its weight, r·2 to the logit, where
    /// all are proven to lie within 2^±120, and else its logit, λ·log₂e·u; and where the luck of its
    /// success is.
    #[inline(always)]
    pub(in crate::engine) fn add(
        &mut self,
        option: &'a Contender,
        seen: &'a Lanes<L>,
        weight: &'a Lanes<L>,
        site: SiteKey,
    ) {
        self.options[self.n] = option;
        self.seen[self.n] = seen;
        self.weights[self.n] = weight;
        self.sites[self.n] = site;
        self.n += 1;
    }

    /// Draws among those who deliberate, in three goes: a processor looks only so far ahead, and
    /// while it waits for one step of a lane it should find the same step of others.
    #[inline(always)]
    pub(in crate::engine) fn draw<const BITS: u32>(&self, draw: Draw<'_, L>) {
        let Draw {
            are_bounded,
            state,
            site,
            deliberating,
            decision,
            done,
            notes,
            picked,
            faults,
        } = draw;
        decision.set_idle(self.n == 0, done);
        decision.is_settled = true;
        if self.n == 0 {
            return;
        }
        cast_lots(&mut picked.lot, &state.key_high, &state.key_low, site);
        match are_bounded {
            true => self.pick_of::<BITS, true>(picked, deliberating, faults),
            false => self.pick_of::<BITS, false>(picked, deliberating, faults),
        }
        if BITS > 128 {
            picked.settle(state, done);
        } else {
            picked.settle_found(state, deliberating, done);
        }
        if let Some((notes, today)) = notes {
            notes.add(&picked.code, done, &picked.opened, today);
        } else {
            decision.pick = picked.code;
            decision.opened = picked.opened;
        }
    }

    #[inline(always)]
    fn pick_of<const BITS: u32, const BOUNDED: bool>(
        &self,
        picked: &mut Picked<L>,
        deliberating: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        match self.n {
            0 | 1 => self.pick_among::<BITS, 1, BOUNDED>(picked, deliberating, faults),
            2 => self.pick_among::<BITS, 2, BOUNDED>(picked, deliberating, faults),
            3 => self.pick_among::<BITS, 3, BOUNDED>(picked, deliberating, faults),
            4 => self.pick_among::<BITS, 4, BOUNDED>(picked, deliberating, faults),
            5 => self.pick_among::<BITS, 5, BOUNDED>(picked, deliberating, faults),
            _ => self.pick_among::<BITS, 6, BOUNDED>(picked, deliberating, faults),
        }
    }

    #[inline(always)]
    fn pick_among<const BITS: u32, const N: usize, const BOUNDED: bool>(
        &self,
        picked: &mut Picked<L>,
        deliberating: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        let mut seen = [self.seen[0]; N];
        let mut rows = [self.weights[0]; N];
        seen.copy_from_slice(&self.seen[..N]);
        rows.copy_from_slice(&self.weights[..N]);
        // Read before it is known whether they are needed: what is read only where a condition
        // holds is gathered lane by lane.
        let (mut codes, mut windows) = ([0; N], 0);
        let (mut signs, mut most, mut odds) = ([0; N], [0.0; N], [0.0; N]);
        let (mut chances, mut highs, mut lows) = ([Chance::NONE; N], [0; N], [0; N]);
        for k in 0..N {
            // Those that are plain are all here, in their order.
            let option = self.options[k];
            codes[k] = match BOUNDED {
                true => history::code(k as u32 + 1),
                false => option.code,
            };
            windows |= option.window;
            (signs[k], most[k]) = (option.bound.sign, option.bound.most);
            (odds[k], chances[k]) = (option.odds, option.luck);
            (highs[k], lows[k]) = (self.sites[k].high, self.sites[k].low);
        }
        for lane in 0..L {
            let (mut open, mut x) = ([false; N], [0.0; N]);
            let mut opened = 0;
            for k in 0..N {
                let value = f32::from_bits(seen[k][lane].to_bits() ^ signs[k]);
                open[k] = value <= most[k];
                // The same number where all options have fields, and elsewhere none has a window; what
                // the compiler makes of it is not the same.
                let code = if open[k] { codes[k] } else { 0 };
                opened = if BITS > 128 {
                    opened | code
                } else {
                    opened.wrapping_add(code)
                };
                x[k] = rows[k][lane];
            }
            picked.opened[lane] = opened & windows & deliberating[lane];

            let (weights, mut total) = if BOUNDED {
                (x, 1.0)
            } else {
                let (mut largest, mut fault) = (0.0, 0);
                for k in 0..N {
                    let is_higher = open[k] & (odds[k] > 0.0) & (x[k] > largest);
                    largest = if is_higher { x[k] } else { largest };
                    fault |= bit(open[k]) & not_finite(x[k]);
                }
                faults[lane] |= fault & deliberating[lane];
                let (far, exponent) = origin(largest);
                for k in 0..N {
                    x[k] = from_origin(x[k], far);
                }
                let [wait] = single::exp2_over_each([from_origin(0.0, far)], exponent);
                let mut weights = single::exp2_over_each(x, exponent);
                for k in 0..N {
                    weights[k] *= odds[k];
                }
                (weights, wait)
            };
            let (mut before, mut may_be_taken) = ([0.0; N], open);
            for k in 0..N {
                let weight = if open[k] { weights[k] } else { 0.0 };
                if !BOUNDED {
                    may_be_taken[k] = weight > 0.0;
                }
                before[k] = total;
                total += weight;
            }
            let target = picked.lot[lane] * total;
            if BITS > 128 {
                let (mut code, mut high, mut low, mut luck) = (0, 0, 0, Chance::NONE);
                for k in 0..N {
                    let is_reached = may_be_taken[k] & (before[k] <= target);
                    code = if is_reached { codes[k] } else { code };
                    luck = luck.unless(is_reached, chances[k]);
                    high = if is_reached { highs[k] } else { high };
                    low = if is_reached { lows[k] } else { low };
                }
                picked.code[lane] = code & deliberating[lane];
                picked.site_high[lane] = high;
                picked.site_low[lane] = low;
                picked.luck[lane] = luck;
            } else {
                // SSE2 has no instruction that selects, so it costs less to find the place first,
                // and then all that stands there at once.
                let mut place = 0u32;
                for k in 0..N {
                    let is_reached = bit(before[k] <= target);
                    if BOUNDED {
                        // The sums never fall, so those reached come first, and the last of them
                        // is before an open option: the total is never reached, u being less
                        // than 1, and no closed option adds to it.
                        place = place.wrapping_sub(is_reached);
                    } else {
                        let is_reached = is_reached & bit(may_be_taken[k]);
                        place = (place & !is_reached) | ((k as u32 + 1) & is_reached);
                    }
                }
                picked.place[lane] = place;
            }
        }
        if BITS <= 128 {
            let mut rows = [[0u32; 4]; PLACES];
            for k in 0..N {
                rows[k + 1] = [codes[k], highs[k], lows[k], chances[k].word()];
            }
            for lane in 0..L {
                picked.found[lane] = rows[picked.place[lane] as usize % PLACES];
            }
        }
    }
}

/// What a draw has picked, and from what.
#[derive(Debug)]
pub(in crate::engine) struct Picked<const L: usize> {
    /// The uniform number that decides.
    lot: Lanes<L>,
    /// The codes of the open options whose gate is a window.
    opened: Mask<L>,
    /// The code of the option picked.
    code: Mask<L>,
    /// Where the luck of its success is: the key's halves.
    site_high: Mask<L>,
    site_low: Mask<L>,
    /// What decides whether it succeeds.
    luck: Row<Chance, L>,
    /// Where vectors are narrow: its place among the options, counted from 1, or 0 for waiting.
    place: Mask<L>,
    /// And what stands there: code, key's halves, luck. Of the above, only what was open and the code
    /// are then left.
    found: Row<[u32; 4], L>,
}

impl<const L: usize> Picked<L> {
    pub(in crate::engine) fn new() -> Self {
        Self {
            lot: Lanes::<L>::of(0.0),
            opened: Mask::<L>::of(0),
            code: Mask::<L>::of(0),
            site_high: Mask::<L>::of(0),
            site_low: Mask::<L>::of(0),
            luck: Row::of(Chance::NONE),
            place: Mask::<L>::of(0),
            found: Row::of([0; 4]),
        }
    }

    /// Leaves the code of what was picked and succeeds.
    #[inline(always)]
    fn settle(&self, state: &State<L>, done: &mut Mask<L>) {
        for lane in 0..L {
            let site = SiteKey {
                high: self.site_high[lane],
                low: self.site_low[lane],
            };
            let word = keyed::word(key_of(state, lane), site);
            let succeeds = self.luck[lane].decides(word);
            done[lane] = if succeeds { self.code[lane] } else { 0 };
        }
    }

    /// The same where all was found by its place, and leaves the code of what was picked.
    #[inline(always)]
    fn settle_found(&mut self, state: &State<L>, deliberating: &Mask<L>, done: &mut Mask<L>) {
        for lane in 0..L {
            let [code, high, low, luck] = self.found[lane];
            let code = code & deliberating[lane];
            let word = keyed::word(key_of(state, lane), SiteKey { high, low });
            let succeeds = Chance::of_word(luck).decides(word);
            self.code[lane] = code;
            done[lane] = if succeeds { code } else { 0 };
        }
    }
}

/// The key of a lane's run.
#[inline(always)]
fn key_of<const L: usize>(state: &State<L>, lane: usize) -> LaneKey {
    LaneKey {
        high: state.key_high[lane],
        low: state.key_low[lane],
    }
}

/// Leaves the uniform numbers of a site.
#[inline(always)]
fn cast_lots<const L: usize>(
    lots: &mut Lanes<L>,
    key_high: &Mask<L>,
    key_low: &Mask<L>,
    site: SiteKey,
) {
    for lane in 0..L {
        let key = LaneKey {
            high: key_high[lane],
            low: key_low[lane],
        };
        lots[lane] = single::uniform(keyed::word(key, site));
    }
}

/// Leaves in `room.weights` the shares r·2^logit of waiting (r = 1, logit 0) and the options, and
/// gives their sum. `largest` is the greatest logit of an open option with odds, at least 0.
#[inline(always)]
pub(in crate::engine) fn weigh_options<const L: usize>(
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
            *weight = Lanes::<L>::of(0.0);
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
pub(in crate::engine) fn weigh_waiting<const L: usize>(weight: &mut Lanes<L>, largest: &Lanes<L>) {
    for lane in 0..L {
        let (far, exponent) = origin(largest[lane]);
        [weight[lane]] = single::exp2_over_each([from_origin(0.0, far)], exponent);
    }
}

/// Leaves the weight of an option where it is open and has odds, else 0.
#[inline(always)]
pub(in crate::engine) fn weigh_option<const L: usize>(
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
pub(in crate::engine) fn pick_option<const L: usize>(
    weights: &[Lanes<L>],
    total: &Lanes<L>,
    words: &Mask<L>,
) -> Mask<L> {
    let mut target = Lanes::<L>::of(0.0);
    for lane in 0..L {
        target[lane] = single::uniform(words[lane]) * total[lane];
    }
    let mut before = Lanes::<L>::of(0.0);
    let mut pick = Mask::<L>::of(0);
    for (option, weight) in weights.iter().enumerate() {
        for lane in 0..L {
            let reached = bit(before[lane] <= target[lane]) & bit(weight[lane] > 0.0);
            pick[lane] = (pick[lane] & !reached) | (option as u32 & reached);
            before[lane] += weight[lane];
        }
    }
    pick
}
