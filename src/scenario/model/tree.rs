//! Expressions as trees: names and dates resolved, numbers and conditions told apart.

use crate::base::diagnostic::Span;
use crate::base::index::{ActionId, EventId, IndicatorId, VariableId};

/// An expression that gives a number, with the text that the user wrote.
#[derive(Clone, Debug)]
pub struct NumberExpression {
    /// As written.
    pub text: String,
    /// Where it was written; `None` for a default.
    pub span: Option<Span>,
    /// Its tree.
    pub tree: Number,
}

/// An expression that is true or false, with the text that the user wrote.
#[derive(Clone, Debug)]
pub struct ConditionExpression {
    /// As written.
    pub text: String,
    /// Where it was written.
    pub span: Option<Span>,
    /// Its tree.
    pub tree: Condition,
}

/// The tree of an expression that gives a number. Names and dates are resolved.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// A literal, or the day number of a `date("…")` (day 1 is the start; it may lie outside
    /// the horizon).
    Constant(f64),
    /// A variable's value.
    Variable(VariableId),
    /// An indicator's value; its formula is a number.
    Indicator(IndicatorId),
    /// The day, from 1.
    Day,
    /// −a.
    Negate(Box<Number>),
    /// a ∘ b.
    Arithmetic(Arithmetic, Box<Number>, Box<Number>),
    /// One of two, by a condition; only the branch taken can fault.
    If(Box<Condition>, Box<Number>, Box<Number>),
    /// f(a).
    Function(Function, Box<Number>),
    /// The least of one or more.
    Min(Vec<Number>),
    /// The greatest of one or more.
    Max(Vec<Number>),
    /// `clamp(x, low, high)` = max(low, min(x, high)).
    Clamp(Box<Number>, Box<Number>, Box<Number>),
    /// `contest(a, b, decisiveness)` = aᵛ / (aᵛ + bᵛ), contest(0, 0, v) = ½; a, b ≥ 0.
    Contest(Box<Number>, Box<Number>, Box<Number>),
    /// How often it was taken or struck so far.
    Count(Occurrence),
    /// Days since it was last taken or struck, 0 on the day itself; the second where it never
    /// was.
    DaysSince(Occurrence, Box<Number>),
}

/// The tree of an expression that is true or false.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// `true` or `false`.
    Constant(bool),
    /// An indicator's truth; its formula is a condition.
    Indicator(IndicatorId),
    /// a ∘ b.
    Compare(Comparison, Box<Number>, Box<Number>),
    /// Not a.
    Not(Box<Condition>),
    /// Both; the second is looked at only where the first holds.
    And(Box<Condition>, Box<Condition>),
    /// Either; the second is looked at only where the first does not hold.
    Or(Box<Condition>, Box<Condition>),
    /// One of two, by a condition.
    If(Box<Condition>, Box<Condition>, Box<Condition>),
    /// It was taken or struck at least once.
    Happened(Occurrence),
    /// It was taken and succeeded at least once; for an event, it struck.
    Succeeded(Occurrence),
}

/// A piece of an expression's tree.
#[derive(Clone, Copy, Debug)]
pub enum ExpressionRef<'e> {
    /// A number.
    Number(&'e Number),
    /// A condition.
    Condition(&'e Condition),
}

impl<'e> ExpressionRef<'e> {
    /// The indicators that it names, as often as it names them. Those are not followed.
    pub fn indicators(self) -> Vec<IndicatorId> {
        let mut found = Vec::new();
        self.walk(&mut |part| match part {
            ExpressionRef::Number(Number::Indicator(id))
            | ExpressionRef::Condition(Condition::Indicator(id)) => {
                found.push(*id);
            }
            _ => {}
        });
        found
    }

    /// Shows this piece and all in it to `see`, each before what it is made of. Indicators are
    /// not followed.
    pub fn walk(self, see: &mut impl FnMut(ExpressionRef<'e>)) {
        see(self);
        let number = |a: &'e Number, see: &mut _| ExpressionRef::Number(a).walk(see);
        let condition = |a: &'e Condition, see: &mut _| ExpressionRef::Condition(a).walk(see);
        match self {
            ExpressionRef::Number(tree) => match tree {
                Number::Constant(_)
                | Number::Variable(_)
                | Number::Indicator(_)
                | Number::Day
                | Number::Count(_) => {}
                Number::Negate(a) | Number::Function(_, a) | Number::DaysSince(_, a) => {
                    number(a, see);
                }
                Number::Arithmetic(_, a, b) => {
                    number(a, see);
                    number(b, see);
                }
                Number::If(choice, a, b) => {
                    condition(choice, see);
                    number(a, see);
                    number(b, see);
                }
                Number::Min(all) | Number::Max(all) => {
                    all.iter().for_each(|one| number(one, see));
                }
                Number::Clamp(a, b, c) | Number::Contest(a, b, c) => {
                    number(a, see);
                    number(b, see);
                    number(c, see);
                }
            },
            ExpressionRef::Condition(tree) => match tree {
                Condition::Constant(_)
                | Condition::Indicator(_)
                | Condition::Happened(_)
                | Condition::Succeeded(_) => {}
                Condition::Compare(_, a, b) => {
                    number(a, see);
                    number(b, see);
                }
                Condition::Not(a) => condition(a, see),
                Condition::And(a, b) | Condition::Or(a, b) => {
                    condition(a, see);
                    condition(b, see);
                }
                Condition::If(choice, a, b) => {
                    condition(choice, see);
                    condition(a, see);
                    condition(b, see);
                }
            },
        }
    }
}

/// What memory is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occurrence {
    /// An action.
    Action(ActionId),
    /// An event.
    Event(EventId),
}

/// A binary operation on numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arithmetic {
    /// a + b.
    Add,
    /// a − b.
    Subtract,
    /// a · b.
    Multiply,
    /// a / b.
    Divide,
    /// aᵇ; a negative base with an exponent that is not whole is a fault.
    Power,
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// |a|.
    Abs,
    /// √a.
    Sqrt,
    /// eᵃ.
    Exp,
    /// Natural logarithm.
    Ln,
    /// 1 / (1 + e⁻ᵃ).
    Logistic,
}

/// A comparison of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparison {
    /// a < b.
    Less,
    /// a ≤ b.
    LessOrEqual,
    /// a > b.
    Greater,
    /// a ≥ b.
    GreaterOrEqual,
    /// a = b, written `==`.
    Equal,
    /// a ≠ b, written `!=`.
    NotEqual,
}
