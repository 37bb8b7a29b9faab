//! The expression language: text → tree → checked number or condition.
//!
//! [`parse`] gives the tree as written with its mistakes; typing resolves the names, checks that
//! numbers and conditions stand where they belong, and gives the trees of the model. The words of
//! the language are in [`WORDS`] and [`FUNCTIONS`]; no name of a scenario may be one of them.

mod lex;
mod parse;
mod syntax;
mod type_check;
mod vocabulary;

pub use parse::parse;
pub use syntax::{Expression, ExpressionNode, Operator, ParseError, TextSpan};
pub use vocabulary::{FUNCTIONS, Signature, WORDS, is_word};

pub(super) use type_check::{Kind, TypeChecker, referenced_indicators};

#[cfg(test)]
mod tests;
