//! Derivatives against closed forms and against finite differences under common random numbers.
//!
//! All are compared in standard errors at a fixed seed, at the threshold of the known answers.

#![allow(
    clippy::print_stdout,
    reason = "what was compared is shown where a test fails"
)]

mod closed_forms;
mod differences;
mod founding;
mod identity;
mod measure;
mod partials;
mod reevaluation;
mod table;
