//! The expression language: from text to a syntax tree to a checked number or condition.
//!
//! [`parse`] returns the syntax tree and its errors. The type checker resolves names, checks that
//! numbers and conditions stand where they are expected, and returns the trees of the model.

mod foreign;
mod hyphens;
mod lex;
mod parse;
mod rewrite;
mod rewrite_call;
mod syntax;
mod type_check;
mod uncertain;

pub use parse::parse;
pub use syntax::{Expression, ExpressionNode, ExpressionType, Operator, ParseError, TextSpan};

pub(super) use type_check::{TypeChecker, referenced_indicators};

#[cfg(test)]
mod tests;
