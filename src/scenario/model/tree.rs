//! Expressions of the model as trees: names and dates are resolved, types checked.

use crate::base::diagnostic::Span;
use crate::base::index::{ActionId, EventId, IndicatorId, VariableId};

/// A numeric expression with its text.
#[derive(Clone, Debug)]
pub struct NumberExpression {
    /// The text as written.
    pub text: String,
    /// The place in the file; `None` for a default.
    pub span: Option<Span>,
    /// The tree of the expression.
    pub tree: Number,
}

/// A condition with its text.
#[derive(Clone, Debug)]
pub struct ConditionExpression {
    /// The text as written.
    pub text: String,
    /// The place in the file.
    pub span: Option<Span>,
    /// The tree of the expression.
    pub tree: Condition,
}

/// The tree of a numeric expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// A literal, or the day number of a `date("…")`: day 1 is the start; it may
    /// be outside the horizon.
    Constant(f64),
    /// The value of a variable.
    Variable(VariableId),
    /// The value of a numeric indicator.
    Indicator(IndicatorId),
    /// The day number, from 1.
    Day,
    /// The negation −a of a number.
    Negate(Box<Number>),
    /// A binary arithmetic operation.
    Arithmetic(Arithmetic, Box<Number>, Box<Number>),
    /// `if(condition, a, b)`; only the selected branch can fault.
    If(Box<Condition>, Box<Number>, Box<Number>),
    /// A function of one number.
    Function(Function, Box<Number>),
    /// The minimum of one or more numbers.
    Min(Vec<Number>),
    /// The maximum of one or more numbers.
    Max(Vec<Number>),
    /// `clamp(x, low, high)` = max(low, min(x, high)).
    Clamp(Box<Number>, Box<Number>, Box<Number>),
    /// `contest(a, b, decisiveness)` = aᵛ / (aᵛ + bᵛ), contest(0, 0, v) = ½; a, b ≥ 0.
    Contest(Box<Number>, Box<Number>, Box<Number>),
    /// The number of times that an action was taken or an event occurred.
    Count(Occurrence),
    /// Days since an action was last taken or an event last occurred, 0 on the day itself; the
    /// second operand if never.
    DaysSince(Occurrence, Box<Number>),
}

/// The tree of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The constant `true` or `false`.
    Constant(bool),
    /// The value of an indicator that is a condition.
    Indicator(IndicatorId),
    /// A comparison of two numbers.
    Compare(Comparison, Box<Number>, Box<Number>),
    /// The negation `not a` of a condition.
    Not(Box<Condition>),
    /// `a and b`; b is evaluated only if a holds.
    And(Box<Condition>, Box<Condition>),
    /// `a or b`; b is evaluated only if a does not hold.
    Or(Box<Condition>, Box<Condition>),
    /// `if(condition, a, b)`; only the selected branch is evaluated.
    If(Box<Condition>, Box<Condition>, Box<Condition>),
    /// Whether an action was taken or an event occurred at least once.
    Happened(Occurrence),
    /// Whether an action succeeded at least once, or an event occurred.
    Succeeded(Occurrence),
}

/// A reference to a node of an expression's tree.
#[derive(Clone, Copy, Debug)]
pub enum ExpressionRef<'e> {
    /// A node that is a number.
    Number(&'e Number),
    /// A node that is a condition.
    Condition(&'e Condition),
}

impl<'e> ExpressionRef<'e> {
    /// The indicators that the expression uses, as often as it uses them. Their own
    /// expressions are not visited.
    pub fn indicators(self) -> Vec<IndicatorId> {
        let mut found = Vec::new();
        self.visit(&mut |part| match part {
            ExpressionRef::Number(Number::Indicator(id))
            | ExpressionRef::Condition(Condition::Indicator(id)) => {
                found.push(*id);
            }
            _ => {}
        });
        found
    }

    /// Visits this node and all below it in preorder. The expressions of
    /// indicators are not visited.
    pub fn visit(self, visitor: &mut impl FnMut(ExpressionRef<'e>)) {
        visitor(self);
        let number = |a: &'e Number, visitor: &mut _| ExpressionRef::Number(a).visit(visitor);
        let condition =
            |a: &'e Condition, visitor: &mut _| ExpressionRef::Condition(a).visit(visitor);
        match self {
            ExpressionRef::Number(tree) => match tree {
                Number::Constant(_)
                | Number::Variable(_)
                | Number::Indicator(_)
                | Number::Day
                | Number::Count(_) => {}
                Number::Negate(a) | Number::Function(_, a) | Number::DaysSince(_, a) => {
                    number(a, visitor);
                }
                Number::Arithmetic(_, a, b) => {
                    number(a, visitor);
                    number(b, visitor);
                }
                Number::If(choice, a, b) => {
                    condition(choice, visitor);
                    number(a, visitor);
                    number(b, visitor);
                }
                Number::Min(all) | Number::Max(all) => {
                    all.iter().for_each(|one| number(one, visitor));
                }
                Number::Clamp(a, b, c) | Number::Contest(a, b, c) => {
                    number(a, visitor);
                    number(b, visitor);
                    number(c, visitor);
                }
            },
            ExpressionRef::Condition(tree) => match tree {
                Condition::Constant(_)
                | Condition::Indicator(_)
                | Condition::Happened(_)
                | Condition::Succeeded(_) => {}
                Condition::Compare(_, a, b) => {
                    number(a, visitor);
                    number(b, visitor);
                }
                Condition::Not(a) => condition(a, visitor),
                Condition::And(a, b) | Condition::Or(a, b) => {
                    condition(a, visitor);
                    condition(b, visitor);
                }
                Condition::If(choice, a, b) => {
                    condition(choice, visitor);
                    condition(a, visitor);
                    condition(b, visitor);
                }
            },
        }
    }
}

/// An occurrence that expressions can query: an action taken or an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occurrence {
    /// The taking of an action.
    Action(ActionId),
    /// The occurrence of an event.
    Event(EventId),
}

/// A binary arithmetic operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arithmetic {
    /// Addition, a + b.
    Add,
    /// Subtraction, a − b.
    Subtract,
    /// Multiplication, a · b.
    Multiply,
    /// Division, a / b.
    Divide,
    /// aᵇ; a negative base with an exponent that is not an integer is a fault.
    Power,
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// The absolute value |a|.
    Abs,
    /// The square root √a.
    Sqrt,
    /// The exponential function, eᵃ.
    Exp,
    /// The natural logarithm, ln a.
    Ln,
    /// The logistic function 1 / (1 + e⁻ᵃ).
    Logistic,
}

/// A comparison of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparison {
    /// Less than, a < b.
    Less,
    /// At most, a ≤ b.
    LessOrEqual,
    /// Greater than, a > b.
    Greater,
    /// At least, a ≥ b.
    GreaterOrEqual,
    /// a = b, written `==`.
    Equal,
    /// a ≠ b, written `!=`.
    NotEqual,
}
