//! The only door to exp, ln, power, sine and the special functions (floor 0).
//!
//! Platform transcendentals differ in their last bits from one C library to the next, and a last
//! bit changes a choice, and with it a run. So everything that comes before a tally computes with
//! the functions of this module alone, and gives the same bits on every IEEE machine:
//!
//! - [`single`]: f32 forms without branches for the engine's lanes;
//! - [`double`]: f64 forms for everything else, upon the `libm` crate.
//!
//! Absent on purpose: fused multiply-add, reciprocal approximations, tables, and any state.

pub mod double;
pub mod single;
