//! The ranges of variables over the lanes of a block, and which effects a bound may clamp.

use crate::engine::lanes::Lanes;
use crate::engine::plan::affine::{AffineEffects, DirectionBits, MeasuredVariable, variable_bit};

/// The minimum and maximum of a variable over the lanes.
#[derive(Clone, Copy, Debug)]
struct ValueRange {
    min: f32,
    max: f32,
}

impl ValueRange {
    /// The range of no value.
    const EMPTY: Self = Self {
        min: f32::INFINITY,
        max: f32::NEG_INFINITY,
    };

    /// The range over lanes that hold a number. Lanes with NaN need no clamping either, since an
    /// amount that no bound clamps is added in full.
    #[inline(always)]
    fn over_lanes<const L: usize>(x: &Lanes<L>) -> Self {
        let (mut min, mut max) = ([f32::INFINITY; STRIDE], [f32::NEG_INFINITY; STRIDE]);
        let chunks = x.chunks_exact(STRIDE);
        // Only the narrow blocks of tests have a remainder.
        for (k, &x) in chunks.remainder().iter().enumerate() {
            (min[k], max[k]) = (x, x);
        }
        for chunk in chunks {
            for k in 0..STRIDE {
                min[k] = if chunk[k] < min[k] { chunk[k] } else { min[k] };
                max[k] = if chunk[k] > max[k] { chunk[k] } else { max[k] };
            }
        }
        // As integers, since the compiler may then choose the order of the comparisons.
        let (mut lowest, mut highest) = (i32::MAX, i32::MIN);
        for k in 0..STRIDE {
            lowest = lowest.min(to_ordered(min[k]));
            highest = highest.max(to_ordered(max[k]));
        }
        Self {
            min: from_ordered(lowest),
            max: from_ordered(highest),
        }
    }
}

/// Number of lanes that are compared at once.
const STRIDE: usize = 16;

/// An integer that increases with x.
#[inline(always)]
fn to_ordered(x: f32) -> i32 {
    let bits = x.to_bits() as i32;
    bits ^ ((bits >> 31) & i32::MAX)
}

/// The inverse of [`to_ordered`].
#[inline(always)]
fn from_ordered(ordered: i32) -> f32 {
    f32::from_bits((ordered ^ ((ordered >> 31) & i32::MAX)) as u32)
}

/// The ranges of the measured variables of a state.
#[derive(Debug)]
pub(crate) struct ValueRanges {
    /// By variable; only measured variables are up to date.
    ranges: Vec<ValueRange>,
    /// Variables of which a bound may clamp some change.
    may_clamp: DirectionBits,
}

impl ValueRanges {
    pub(crate) fn new(n_variables: usize) -> Self {
        Self {
            ranges: vec![ValueRange::EMPTY; n_variables],
            may_clamp: DirectionBits::default(),
        }
    }

    /// Measures variables of the state `base`.
    #[inline(always)]
    pub(crate) fn update<const L: usize>(
        &mut self,
        base: &[Lanes<L>],
        variables: &[MeasuredVariable],
    ) {
        let mut may_clamp = DirectionBits::default();
        for one in variables {
            let range = ValueRange::over_lanes(&base[one.variable]);
            self.ranges[one.variable] = range;
            let (min, max) = (one.min, one.max);
            let bit_unless = |fits: bool| u64::from(!fits) * variable_bit(one.variable);
            may_clamp.down |= bit_unless(min - range.min <= one.down);
            may_clamp.up |= bit_unless(one.up <= max - range.max);
        }
        self.may_clamp = may_clamp;
    }

    /// The terms that a bound may clamp in some lane, one bit each. If there are none, the linear
    /// utility does not depend on the state.
    #[inline(always)]
    pub(crate) fn clamped_terms(&self, effects: &AffineEffects) -> u32 {
        let mut clamped = 0;
        let (own, all) = (effects.directions, self.may_clamp);
        if (own.down & all.down) | (own.up & all.up) != 0 {
            for (k, term) in effects.terms.iter().enumerate() {
                let ValueRange { min, max } = self.ranges[term.variable];
                let fits = (term.min - min <= term.amount) & (term.amount <= term.max - max);
                clamped |= u32::from(!fits) << (k % 32);
            }
        }
        clamped
    }
}
