//! Arrays of lanes and elementwise operations on them.
//!
//! An array holds one value for each of `L` runs. Every function is a plain loop over the lanes that
//! the compiler turns into vector instructions. Each lane goes through the same operations in the
//! same order, whatever `L` is and whichever instructions are used, so the bits of a run do not
//! depend on its neighbors. A lane of a mask is all ones or all zeros.

use std::ops::{Deref, DerefMut};

/// One value per lane, aligned so that no vector of 512 bits straddles two cache lines.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct LaneArray<T, const L: usize>([T; L]);

/// A number per lane.
pub type Lanes<const L: usize> = LaneArray<f32, L>;

/// A condition per lane: `u32::MAX` where it holds, 0 where it does not.
pub type Mask<const L: usize> = LaneArray<u32, L>;

impl<T: Copy, const L: usize> LaneArray<T, L> {
    /// The same value in all lanes.
    #[inline(always)]
    pub const fn splat(value: T) -> Self {
        Self([value; L])
    }
}

impl<T, const L: usize> LaneArray<T, L> {
    /// The values that a function returns for each lane.
    #[inline(always)]
    pub fn from_fn(value_in_lane: impl FnMut(usize) -> T) -> Self {
        Self(std::array::from_fn(value_in_lane))
    }
}

impl<T, const L: usize> Deref for LaneArray<T, L> {
    type Target = [T; L];

    #[inline(always)]
    fn deref(&self) -> &[T; L] {
        &self.0
    }
}

impl<T, const L: usize> DerefMut for LaneArray<T, L> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T; L] {
        &mut self.0
    }
}

/// A number that has a value in each lane: a scalar or an array. (A closure that is not inlined
/// would be compiled without the wide instructions of its caller.)
pub trait LaneValue: Copy {
    /// The value in a lane.
    fn in_lane(self, lane: usize) -> f32;
}

impl LaneValue for f32 {
    #[inline(always)]
    fn in_lane(self, _lane: usize) -> f32 {
        self
    }
}

impl<const L: usize> LaneValue for &Lanes<L> {
    #[inline(always)]
    fn in_lane(self, lane: usize) -> f32 {
        self[lane]
    }
}

/// A lane of a mask: all ones where the condition holds.
#[inline(always)]
pub fn to_mask(condition: bool) -> u32 {
    0u32.wrapping_sub(condition as u32)
}

/// a where the mask holds, else b.
#[inline(always)]
pub fn select(mask: u32, a: f32, b: f32) -> f32 {
    f32::from_bits((a.to_bits() & mask) | (b.to_bits() & !mask))
}

/// a where the mask holds, else 0.
#[inline(always)]
pub fn masked(mask: u32, a: f32) -> f32 {
    f32::from_bits(a.to_bits() & mask)
}

/// Whether the mask holds in any lane.
#[inline(always)]
pub fn any<const L: usize>(mask: &Mask<L>) -> bool {
    mask.iter().fold(0, |all, lane| all | lane) != 0
}

/// Adds the lanes of another mask.
#[inline(always)]
pub fn unite<const L: usize>(mask: &mut Mask<L>, other: &Mask<L>) {
    for lane in 0..L {
        mask[lane] |= other[lane];
    }
}

/// Keeps only lanes that are in another mask too.
#[inline(always)]
pub fn intersect<const L: usize>(mask: &mut Mask<L>, other: &Mask<L>) {
    for lane in 0..L {
        mask[lane] &= other[lane];
    }
}

/// x clamped to [min, max]. NaN stays NaN, so that it is detected as a fault.
#[inline(always)]
pub fn clamp(x: f32, min: f32, max: f32) -> f32 {
    let x = if x < min { min } else { x };
    if x > max { max } else { x }
}

/// Whether x is NaN or infinite, as a lane of a mask.
#[inline(always)]
pub fn not_finite(x: f32) -> u32 {
    to_mask(!(x.abs() <= f32::MAX))
}
