//! The shape of an expression as written: names not resolved, kinds not checked.

use std::ops::Range;

/// Bytes of the expression's text.
pub type TextSpan = Range<usize>;

/// A piece of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// Where it stands.
    pub span: TextSpan,
    /// What it is.
    pub node: ExpressionNode,
}

/// What a piece of an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionNode {
    /// A number, finite.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A quoted text; it has a place in `date("…")` alone.
    String(String),
    /// A name.
    Name(String),
    /// −a.
    Negate(Box<Expression>),
    /// not a.
    Not(Box<Expression>),
    /// a ∘ b.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// f(a, b, …).
    Call {
        /// The function's name.
        name: String,
        /// Where the name stands.
        name_span: TextSpan,
        /// What stands between the brackets.
        arguments: Vec<Expression>,
    },
    /// A mistake that has been reported.
    Broken,
}

/// A sign between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `and`
    And,
    /// `or`
    Or,
}

impl Operator {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Power => "^",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::And => "and",
            Operator::Or => "or",
        }
    }

    /// Whether it compares two numbers.
    pub fn compares(self) -> bool {
        matches!(
            self,
            Operator::Less
                | Operator::LessOrEqual
                | Operator::Greater
                | Operator::GreaterOrEqual
                | Operator::Equal
                | Operator::NotEqual
        )
    }
}

/// A mistake in an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct ParseError {
    /// A stable code.
    pub code: &'static str,
    /// Where it stands in the expression's text.
    pub span: TextSpan,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl ParseError {
    /// A mistake without a hint.
    pub fn new(code: &'static str, span: TextSpan, message: impl Into<String>) -> Self {
        Self {
            code,
            span,
            message: message.into(),
            hint: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
