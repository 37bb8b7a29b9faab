//! The expression language: from text to a syntax tree to a checked number or condition.
//!
//! [`parse`] returns the syntax tree and its errors. The type checker resolves names, checks that numbers
//! and conditions stand where they are expected, and returns the trees of the model. [`WORDS`] and
//! [`FUNCTIONS`] list the words of the language, which no name of a scenario may repeat.

mod lex;
mod parse;
mod syntax;
mod type_check;
mod vocabulary;

pub use parse::parse;
pub use syntax::{Expression, ExpressionNode, ExpressionType, Operator, ParseError, TextSpan};
pub use vocabulary::{FUNCTIONS, Signature, WORDS, is_word};

pub(super) use type_check::{TypeChecker, referenced_indicators};

#[cfg(test)]
mod tests;
