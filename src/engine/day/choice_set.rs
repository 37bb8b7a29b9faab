//! Samples an alternative where odds and success probabilities are constants and actions are few.
//!
//! The result is that of [`sample`](super::sample), to the bit. A few short loops over the lanes
//! keep all sums in registers; the success of the chosen action is resolved at the same time.

use crate::base::math::single::{self, Chance};
use crate::base::random::keyed::{self, SiteKey};
use crate::engine::day::track_choice::TrackChoice;
use crate::engine::dispatch::{InstructionPath, dispatch};
use crate::engine::lanes::{LaneArray, Lanes, Mask, not_finite, to_mask};
use crate::engine::plan::alternative::{ChoiceAlternative, MAX_ACTIONS};
use crate::engine::state::State;
use crate::engine::state::packed_history::{PackedTrackHistory, alternative_code};
use crate::engine::utility::logit::{logit_offset, subtract_offset};

/// Number of alternatives, rounded up to a power of two so that an index is kept in range by a mask.
const N_INDICES: usize = (MAX_ACTIONS + 1).next_power_of_two();

/// The actions that may be available in a choice.
pub(crate) struct ChoiceSet<'a, const L: usize> {
    n: usize,
    alternatives: [&'a ChoiceAlternative; MAX_ACTIONS],
    gates: [&'a Lanes<L>; MAX_ACTIONS],
    weights: [&'a Lanes<L>; MAX_ACTIONS],
    success_sites: [SiteKey; MAX_ACTIONS],
}

/// The inputs and outputs of sampling a choice.
pub(crate) struct SampleTask<'a, const L: usize> {
    pub(crate) path: InstructionPath,
    /// Whether all weights are proven to lie within 2^±120.
    pub(crate) is_bounded: bool,
    pub(crate) state: &'a State<L>,
    /// Site of the choice.
    pub(crate) site: SiteKey,
    pub(crate) activated: &'a Mask<L>,
    pub(crate) choice: &'a mut TrackChoice<L>,
    /// Receives the code of the action that succeeded.
    pub(crate) succeeded_codes: &'a mut Mask<L>,
    /// Receives the chosen and the available actions instead of `choice`, with the index of the day;
    /// only if all weights are bounded.
    pub(crate) packed: Option<(&'a mut PackedTrackHistory<L>, usize)>,
    pub(crate) buffer: &'a mut SampleBuffer<L>,
    /// Receives the faults of available actions whose logits are not proven to be bounded.
    pub(crate) faults: &'a mut Mask<L>,
}

impl<'a, const L: usize> ChoiceSet<'a, L> {
    /// An empty choice set. The arguments fill unused entries.
    #[inline(always)]
    pub(crate) fn new(alternative: &'a ChoiceAlternative, row: &'a Lanes<L>) -> Self {
        Self {
            n: 0,
            alternatives: [alternative; MAX_ACTIONS],
            gates: [row; MAX_ACTIONS],
            weights: [row; MAX_ACTIONS],
            success_sites: [SiteKey { high: 0, low: 0 }; MAX_ACTIONS],
        }
    }

    /// Adds one of at most [`MAX_ACTIONS`] actions: the value that its threshold is compared with;
    /// its weight r·2^logit if all weights are bounded, and else its logit; and the
    /// site of its success.
    #[inline(always)]
    pub(crate) fn add(
        &mut self,
        alternative: &'a ChoiceAlternative,
        gate: &'a Lanes<L>,
        weight: &'a Lanes<L>,
        success_site: SiteKey,
    ) {
        self.alternatives[self.n] = alternative;
        self.gates[self.n] = gate;
        self.weights[self.n] = weight;
        self.success_sites[self.n] = success_site;
        self.n += 1;
    }

    /// Samples an alternative for activated actors, in three loops: a processor looks ahead only so
    /// far, and while it waits for one step of a lane it can execute the same step of others.
    #[inline(always)]
    pub(crate) fn sample<const BITS: u32>(&self, task: SampleTask<'_, L>) {
        let SampleTask {
            path,
            is_bounded,
            state,
            site,
            activated,
            choice,
            succeeded_codes,
            packed,
            buffer,
            faults,
        } = task;
        choice.set_idle(self.n == 0, succeeded_codes);
        choice.is_resolved = true;
        if self.n == 0 {
            return;
        }
        fill_uniforms(&mut buffer.uniform, &state.key_high, &state.key_low, site);
        match is_bounded {
            true => self.sample_any::<BITS, true>(buffer, activated, faults),
            false => self.sample_unbounded(path, buffer, activated, faults),
        }
        if BITS > 128 {
            buffer.resolve(state, succeeded_codes);
        } else {
            buffer.resolve_rows(state, activated, succeeded_codes);
        }
        if let Some((packed, today)) = packed {
            packed.record(
                &buffer.chosen,
                succeeded_codes,
                &buffer.available_codes,
                today,
            );
        } else {
            choice.chosen = buffer.chosen;
            choice.available_codes = buffer.available_codes;
        }
    }

    /// Samples where weights may leave the range of f32. It is not inlined in the affine choices
    /// and those with constant odds, which both need it.
    fn sample_unbounded(
        &self,
        path: InstructionPath,
        buffer: &mut SampleBuffer<L>,
        activated: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        dispatch!(
            path,
            (
                choice_set: &ChoiceSet<'_, L> = self,
                buffer: &mut SampleBuffer<L> = buffer,
                activated: &Mask<L> = activated,
                faults: &mut Mask<L> = faults,
            ) -> (),
            BITS => choice_set.sample_any::<BITS, false>(buffer, activated, faults)
        )
    }

    #[inline(always)]
    fn sample_any<const BITS: u32, const BOUNDED: bool>(
        &self,
        buffer: &mut SampleBuffer<L>,
        activated: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        match self.n {
            0 | 1 => self.sample_among::<BITS, 1, BOUNDED>(buffer, activated, faults),
            2 => self.sample_among::<BITS, 2, BOUNDED>(buffer, activated, faults),
            3 => self.sample_among::<BITS, 3, BOUNDED>(buffer, activated, faults),
            4 => self.sample_among::<BITS, 4, BOUNDED>(buffer, activated, faults),
            5 => self.sample_among::<BITS, 5, BOUNDED>(buffer, activated, faults),
            _ => self.sample_among::<BITS, 6, BOUNDED>(buffer, activated, faults),
        }
    }

    /// Samples among `N` actions and waiting. `BOUNDED`: the weights are bounded, and so positive
    /// where an action is available.
    #[inline(always)]
    fn sample_among<const BITS: u32, const N: usize, const BOUNDED: bool>(
        &self,
        buffer: &mut SampleBuffer<L>,
        activated: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        let mut gates = [self.gates[0]; N];
        let mut rows = [self.weights[0]; N];
        gates.copy_from_slice(&self.gates[..N]);
        rows.copy_from_slice(&self.weights[..N]);
        // Copied before it is known whether they are needed: a value that is read under a condition
        // would be gathered lane by lane.
        let (mut codes, mut counted_codes) = ([0; N], 0);
        let (mut signs, mut max, mut odds) = ([0; N], [0.0; N], [0.0; N]);
        let (mut success, mut highs, mut lows) = ([Chance::NONE; N], [0; N], [0; N]);
        for k in 0..N {
            let alternative = self.alternatives[k];
            // The actions of an affine track are all here, in order.
            codes[k] = match BOUNDED {
                true => alternative_code(k as u32 + 1),
                false => alternative.code,
            };
            counted_codes |= alternative.counted_code;
            (signs[k], max[k]) = (alternative.threshold.sign, alternative.threshold.max);
            (odds[k], success[k]) = (alternative.odds, alternative.success);
            (highs[k], lows[k]) = (self.success_sites[k].high, self.success_sites[k].low);
        }
        for lane in 0..L {
            let (mut available, mut x) = ([false; N], [0.0; N]);
            let mut available_codes = 0;
            for k in 0..N {
                let value = f32::from_bits(gates[k][lane].to_bits() ^ signs[k]);
                available[k] = value <= max[k];
                // Both are the same number where all actions have fields, and no other action is
                // counted; the compiler's code differs.
                let code = if available[k] { codes[k] } else { 0 };
                available_codes = if BITS > 128 {
                    available_codes | code
                } else {
                    available_codes.wrapping_add(code)
                };
                x[k] = rows[k][lane];
            }
            buffer.available_codes[lane] = available_codes & counted_codes & activated[lane];

            let (weights, mut total) = if BOUNDED {
                (x, 1.0)
            } else {
                let (mut largest, mut fault) = (0.0, 0);
                for k in 0..N {
                    let is_higher = available[k] & (odds[k] > 0.0) & (x[k] > largest);
                    largest = if is_higher { x[k] } else { largest };
                    fault |= to_mask(available[k]) & not_finite(x[k]);
                }
                faults[lane] |= fault & activated[lane];
                let (offset, exponent) = logit_offset(largest);
                for k in 0..N {
                    x[k] = subtract_offset(x[k], offset);
                }
                let [waiting] = single::exp2_over_each([subtract_offset(0.0, offset)], exponent);
                let mut weights = single::exp2_over_each(x, exponent);
                for k in 0..N {
                    weights[k] *= odds[k];
                }
                (weights, waiting)
            };
            let (mut before, mut is_possible) = ([0.0; N], available);
            for k in 0..N {
                let weight = if available[k] { weights[k] } else { 0.0 };
                if !BOUNDED {
                    is_possible[k] = weight > 0.0;
                }
                before[k] = total;
                total += weight;
            }
            let target = buffer.uniform[lane] * total;
            if BITS > 128 {
                let (mut code, mut high, mut low, mut chance) = (0, 0, 0, Chance::NONE);
                for k in 0..N {
                    let is_reached = is_possible[k] & (before[k] <= target);
                    code = if is_reached { codes[k] } else { code };
                    chance = chance.unless(is_reached, success[k]);
                    high = if is_reached { highs[k] } else { high };
                    low = if is_reached { lows[k] } else { low };
                }
                buffer.chosen[lane] = code & activated[lane];
                buffer.site_high[lane] = high;
                buffer.site_low[lane] = low;
                buffer.success[lane] = chance;
            } else {
                // SSE2 has no select instruction. Finding the index first, and then reading the
                // whole row of the chosen action at once, is cheaper.
                let mut index = 0u32;
                for k in 0..N {
                    let is_reached = to_mask(before[k] <= target);
                    if BOUNDED {
                        // The sums never decrease, so the reached ones come first, and the last of
                        // them precedes an available action: U < 1, so the total is not reached, and
                        // unavailable actions add nothing to it.
                        index = index.wrapping_sub(is_reached);
                    } else {
                        let is_reached = is_reached & to_mask(is_possible[k]);
                        index = (index & !is_reached) | ((k as u32 + 1) & is_reached);
                    }
                }
                buffer.index[lane] = index;
            }
        }
        if BITS <= 128 {
            let mut rows = [[0u32; 4]; N_INDICES];
            for k in 0..N {
                rows[k + 1] = [codes[k], highs[k], lows[k], success[k].word()];
            }
            for lane in 0..L {
                buffer.rows[lane] = rows[buffer.index[lane] as usize % N_INDICES];
            }
        }
    }
}

/// The sampled alternatives, and what their success depends on.
#[derive(Debug)]
pub(crate) struct SampleBuffer<const L: usize> {
    /// The uniform variates of the choice.
    uniform: Lanes<L>,
    /// The sum of the codes of available actions with a threshold.
    available_codes: Mask<L>,
    /// The code of the sampled alternative.
    chosen: Mask<L>,
    /// High and low half of the key of its success site.
    site_high: Mask<L>,
    site_low: Mask<L>,
    /// The success probability of the sampled action.
    success: LaneArray<Chance, L>,
    /// With narrow vectors: the index of the sampled alternative.
    index: Mask<L>,
    /// With narrow vectors: its code, halves of the site key, and success probability. Of the
    /// arrays above, only the codes are then written.
    rows: LaneArray<[u32; 4], L>,
}

impl<const L: usize> SampleBuffer<L> {
    pub(crate) fn new() -> Self {
        Self {
            uniform: Lanes::<L>::splat(0.0),
            available_codes: Mask::<L>::splat(0),
            chosen: Mask::<L>::splat(0),
            site_high: Mask::<L>::splat(0),
            site_low: Mask::<L>::splat(0),
            success: LaneArray::splat(Chance::NONE),
            index: Mask::<L>::splat(0),
            rows: LaneArray::splat([0; 4]),
        }
    }

    /// Resolves success: writes the code of the chosen action where it succeeds, else 0.
    #[inline(always)]
    fn resolve(&self, state: &State<L>, succeeded_codes: &mut Mask<L>) {
        for lane in 0..L {
            let site = SiteKey {
                high: self.site_high[lane],
                low: self.site_low[lane],
            };
            let word = keyed::word(state.lane_key(lane), site);
            let succeeds = self.success[lane].decides(word);
            succeeded_codes[lane] = if succeeds { self.chosen[lane] } else { 0 };
        }
    }

    /// [`SampleBuffer::resolve`] with narrow vectors; also writes the codes
    /// of the chosen alternatives.
    #[inline(always)]
    fn resolve_rows(
        &mut self,
        state: &State<L>,
        activated: &Mask<L>,
        succeeded_codes: &mut Mask<L>,
    ) {
        for lane in 0..L {
            let [code, high, low, success] = self.rows[lane];
            let code = code & activated[lane];
            let word = keyed::word(state.lane_key(lane), SiteKey { high, low });
            let succeeds = Chance::of_word(success).decides(word);
            self.chosen[lane] = code;
            succeeded_codes[lane] = if succeeds { code } else { 0 };
        }
    }
}

/// Computes the uniform variates of a site.
#[inline(always)]
fn fill_uniforms<const L: usize>(
    uniforms: &mut Lanes<L>,
    key_high: &Mask<L>,
    key_low: &Mask<L>,
    site: SiteKey,
) {
    for lane in 0..L {
        let key = keyed::LaneKey {
            high: key_high[lane],
            low: key_low[lane],
        };
        uniforms[lane] = single::uniform(keyed::word(key, site));
    }
}
