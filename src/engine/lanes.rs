//! Rows of lanes and what is done to them elementwise.
//!
//! A row holds one number of `L` runs. Every function is a plain loop over the lanes that the
//! compiler turns into vector instructions; each lane is computed by the same operations in the
//! same order, whatever `L` is and whatever instructions are used, so a run's bits do not depend
//! on its neighbours. A mask lane is all ones or all zeros.

use std::ops::{Deref, DerefMut};

/// Something of each lane, by lane. It lies where a vector of 512 bits never straddles two lines of
/// the processor's cache.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Row<T, const L: usize>([T; L]);

/// A number of each lane.
pub type Lanes<const L: usize> = Row<f32, L>;

/// A condition of each lane: `u32::MAX` where it holds, 0 where not.
pub type Mask<const L: usize> = Row<u32, L>;

impl<T: Copy, const L: usize> Row<T, L> {
    /// The same in all lanes.
    #[inline(always)]
    pub const fn of(value: T) -> Self {
        Self([value; L])
    }
}

impl<T, const L: usize> Row<T, L> {
    /// What a function gives for each lane.
    #[inline(always)]
    pub fn from_fn(of_lane: impl FnMut(usize) -> T) -> Self {
        Self(std::array::from_fn(of_lane))
    }
}

impl<T, const L: usize> Deref for Row<T, L> {
    type Target = [T; L];

    #[inline(always)]
    fn deref(&self) -> &[T; L] {
        &self.0
    }
}

impl<T, const L: usize> DerefMut for Row<T, L> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T; L] {
        &mut self.0
    }
}

/// A number that each lane has: a plain one, the same in all, or a row's. (Closures would do, but
/// one that is not inlined is compiled without the wide instructions of its caller.)
pub trait At: Copy {
    /// The lane's.
    fn at(self, lane: usize) -> f32;
}

impl At for f32 {
    #[inline(always)]
    fn at(self, _lane: usize) -> f32 {
        self
    }
}

impl<const L: usize> At for &Lanes<L> {
    #[inline(always)]
    fn at(self, lane: usize) -> f32 {
        self[lane]
    }
}

/// All ones where `holds`.
#[inline(always)]
pub fn bit(holds: bool) -> u32 {
    0u32.wrapping_sub(holds as u32)
}

/// a where the mask holds, else b.
#[inline(always)]
pub fn select(mask: u32, a: f32, b: f32) -> f32 {
    f32::from_bits((a.to_bits() & mask) | (b.to_bits() & !mask))
}

/// a where the mask holds, else 0.
#[inline(always)]
pub fn keep(mask: u32, a: f32) -> f32 {
    f32::from_bits(a.to_bits() & mask)
}

/// Whether the mask holds in any lane.
#[inline(always)]
pub fn any<const L: usize>(mask: &Mask<L>) -> bool {
    mask.iter().fold(0, |all, lane| all | lane) != 0
}

/// x in [min, max]; NaN stays NaN, so that it is still there to be found.
#[inline(always)]
pub fn clamp(x: f32, min: f32, max: f32) -> f32 {
    let x = if x < min { min } else { x };
    if x > max { max } else { x }
}

/// Whether x is NaN or infinite, as a mask.
#[inline(always)]
pub fn not_finite(x: f32) -> u32 {
    bit(!(x.abs() <= f32::MAX))
}
