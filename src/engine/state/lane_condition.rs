//! Simple conditions that are evaluated within a loop over lanes.

use crate::engine::lanes::{Lanes, Mask, to_mask};

/// A condition per lane. (A closure that is not inlined would be compiled without the wide
/// instructions of its caller.)
pub(crate) trait LaneCondition {
    /// All ones where the condition holds.
    fn holds(&self, lane: usize) -> u32;
}

/// Holds in all lanes.
pub(crate) struct Always;

/// Holds where the mask does.
pub(crate) struct InMask<'a, const L: usize>(pub(crate) &'a Mask<L>);

impl LaneCondition for Always {
    #[inline(always)]
    fn holds(&self, _lane: usize) -> u32 {
        u32::MAX
    }
}

impl<const L: usize> LaneCondition for InMask<'_, L> {
    #[inline(always)]
    fn holds(&self, lane: usize) -> u32 {
        self.0[lane]
    }
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident $operator:tt)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name<'a, const L: usize>(pub(crate) &'a Lanes<L>, pub(crate) f32);

        impl<const L: usize> LaneCondition for $name<'_, L> {
            #[inline(always)]
            fn holds(&self, lane: usize) -> u32 {
                to_mask(self.0[lane] $operator self.1)
            }
        }
    )*};
}

comparisons! {
    /// Holds where the value is less than the number.
    Less <
    /// Holds where the value is at most the number.
    LessOrEqual <=
    /// Holds where the value is greater than the number.
    Greater >
    /// Holds where the value is at least the number.
    GreaterOrEqual >=
}
