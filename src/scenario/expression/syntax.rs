//! The syntax tree of an expression: names are not resolved, types not checked.

use std::ops::Range;

/// A byte range of the expression's text.
pub type TextSpan = Range<usize>;

/// The type of an expression's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpressionType {
    /// A number, such as `1 - trust`.
    Number,
    /// A condition, true or false.
    Condition,
}

/// A node of the syntax tree with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// The bytes of the node and all below it.
    pub span: TextSpan,
    /// The syntax of the node.
    pub node: ExpressionNode,
}

/// The syntax of one node.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionNode {
    /// A finite number literal.
    Number(f64),
    /// The literal `true` or `false`.
    Boolean(bool),
    /// A string literal, which is valid only in `date("…")`.
    String(String),
    /// The name of a variable, an indicator, an action, an event or `day`.
    Name(String),
    /// The negation −a of a number.
    Negate(Box<Expression>),
    /// The negation `not a` of a condition.
    Not(Box<Expression>),
    /// An operator with its two operands.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// A function call f(a, b, …).
    Call {
        /// The name of the function as written, which may be unknown.
        name: String,
        /// The bytes of the name.
        name_span: TextSpan,
        /// The arguments between the parentheses.
        arguments: Vec<Expression>,
    },
    /// A part with an error that has been reported.
    Invalid,
}

/// A binary operator, which [`Operator::symbol`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the variants are the names of the operators")]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

impl Operator {
    /// The operator as it is written.
    pub fn symbol(self) -> &'static str {
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

    /// Whether the operator compares two numbers.
    pub fn is_comparison(self) -> bool {
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

/// An error in the syntax of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct ParseError {
    /// The code of the diagnostic.
    pub code: &'static str,
    /// The bytes of the expression's text that the error is about.
    pub span: TextSpan,
    /// What is wrong, one sentence, lower case, no full stop.
    pub message: String,
    /// What to write instead, an instruction.
    pub hint: Option<String>,
}

impl ParseError {
    /// An error without a hint.
    pub fn new(code: &'static str, span: TextSpan, message: impl Into<String>) -> Self {
        Self {
            code,
            span,
            message: message.into(),
            hint: None,
        }
    }

    /// Sets the hint: what to write instead.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
