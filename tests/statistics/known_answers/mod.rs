//! Small scenarios whose answers are known in closed form or by an exact recursion.
//!
//! Each file of `tests/statistics/known/` is simulated 32,768 times or more at a fixed seed, and the
//! estimates are compared in standard errors. There are 223 comparisons with a threshold of 4.5 standard
//! errors each, so for a random seed a correct engine would fail with a probability of about
//! 223 · 6.8·10⁻⁶ = 0.15 %.

// Known answers may differ in their last bit between machines, and standard errors are printed.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

mod choices;
mod hazards;
mod judge;
mod runs;
mod uncertain;
mod walks;
