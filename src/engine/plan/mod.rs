//! What is laid out from a bound program before day 1, for the loops over lanes.
//!
//! Most quantities of most scenarios are constants. The plan finds them once, so that the loops can
//! take them as scalars and keep sums in registers. The operations and their order are those of the
//! general case, so the plan changes no bit.

pub(crate) mod action;
pub(crate) mod affine;
pub(crate) mod affine_track;
pub(crate) mod alternative;
pub(crate) mod constants;
pub(crate) mod drift;
pub(crate) mod effects;
pub(crate) mod execution_plan;
pub(crate) mod gate;
pub(crate) mod invalidation;
pub(crate) mod precondition;
