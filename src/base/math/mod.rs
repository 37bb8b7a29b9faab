//! The only source of transcendental and special functions (floor 0).
//!
//! Platform functions differ in their last bits between C libraries, and one bit can change a
//! choice, and so a run. Everything before a tally therefore computes with this module, whose
//! results are the same bits on every IEEE 754 machine:
//!
//! - [`single`]: f32 functions without branches for the lanes of the engine;
//! - [`double`]: f64 functions for everything else, based on the `libm` crate.
//!
//! Fused multiply-add, reciprocal approximations, tables and state are not used.

pub mod double;
pub mod single;
