//! Derivatives against closed forms and against finite differences under common luck.
//!
//! All are judged in standard errors at a fixed seed, at the threshold of the known answers.

#![allow(
    clippy::print_stdout,
    reason = "what was judged is shown where a test fails"
)]

mod closed_forms;
mod differences;
mod founding;
mod identity;
mod measure;
mod rehearsal;
mod slopes;
mod table;
