//! What is asked of results (floor 8).
//!
//! Each question is a room of its own, and no room knows another: [`score`] holds forecasts
//! against what came true. Unlike the floors below, these rooms read the files that they are
//! about. Absent on purpose: the terminal, and the command line's words.

pub mod score;
