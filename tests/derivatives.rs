//! Derivatives against closed forms and against finite differences under common luck.
//!
//! All are judged in standard errors at a fixed seed, at the threshold of the known answers.

#![allow(
    clippy::print_stdout,
    reason = "what was judged is shown where a test fails"
)]

#[path = "common/mod.rs"]
mod common;

#[path = "derivatives/closed_forms.rs"]
mod closed_forms;
#[path = "derivatives/differences.rs"]
mod differences;
#[path = "derivatives/founding.rs"]
mod founding;
#[path = "derivatives/identity.rs"]
mod identity;
#[path = "derivatives/measure.rs"]
mod measure;
#[path = "derivatives/rehearsal.rs"]
mod rehearsal;
#[path = "derivatives/slopes.rs"]
mod slopes;
#[path = "derivatives/table.rs"]
mod table;
