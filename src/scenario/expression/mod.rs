//! The expression language: text → tree → checked number or condition.
//!
//! [`parse`] gives the tree as written with its mistakes; typing resolves the names, checks that
//! numbers and conditions stand where they belong, and gives the trees of the model. The words of
//! the language are in [`WORDS`] and [`FUNCTIONS`]; no name of a scenario may be one of them.

mod functions;
mod lex;
mod parse;
mod syntax;
mod typing;

pub use functions::{FUNCTIONS, Signature};
pub use parse::parse;
pub use syntax::{Expression, Mistake, Node, Operator, TextSpan};

pub(super) use typing::{Kind, Typing, names_used};

/// The words of the language that are not functions.
pub const WORDS: &[&str] = &["and", "or", "not", "true", "false", "day", "wait"];

/// Whether a name is taken by the language.
pub fn is_word(name: &str) -> bool {
    WORDS.contains(&name) || FUNCTIONS.iter().any(|function| function.name == name)
}

#[cfg(test)]
mod tests;
