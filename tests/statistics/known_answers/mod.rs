//! Small scenarios whose answers are known in closed form or by an exact recursion.
//!
//! Each file of `tests/statistics/known/` is lived 32,768 times or more at a fixed seed, and what comes out
//! is judged in standard errors. There are 223 judgements with a threshold of 4.5 standard
//! errors each, so a right engine with an unlucky seed would fail this suite with a probability
//! of about 223 · 6.8·10⁻⁶ = 0.15 %.

// Known answers may differ in their last bit between machines, and standard errors are shown.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

mod choices;
mod hazards;
mod judge;
mod lives;
mod unknowns;
mod walks;
