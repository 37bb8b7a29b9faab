//! The form in which the engine evaluates expressions: straight lines of operations on lanes.
//!
//! A [`Code`] computes a number or a condition in single-assignment form: step k writes
//! temporary k of its kind, operands come from earlier temporaries, constants or the view that
//! the caller gives. There are no jumps: both sides of an `if` are computed and one is selected.
//! So that only the branch actually taken can fault, each operation that may leave the finite
//! numbers computes a *fault* condition, which is carried along like a value and selected with
//! the branch.

use super::fuse::Pass;
use crate::base::index::{ActionId, EventId, VariableId};

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Code {
    /// The expression as written, for listings.
    pub text: String,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The same in as few passes over the lanes as it takes. Of the number temporaries, those that
    /// are read within a pass alone are not written.
    pub passes: Vec<Pass>,
    /// Number temporaries that the steps write.
    pub n_numbers: usize,
    /// Condition temporaries that the steps write.
    pub n_conditions: usize,
    /// Where the value is.
    pub result: CodeResult,
    /// The condition temporary that holds where evaluation faulted; `None` where it cannot.
    pub fault: Option<u32>,
    /// The variables that it reads, ascending.
    pub reads: Vec<VariableId>,
}

/// Where a code's value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CodeResult {
    /// A number.
    Number(Operand),
    /// A condition temporary.
    Condition(u32),
}

/// Where a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operand {
    /// A variable of the view.
    Variable(VariableId),
    /// A literal, by index into the program's constants.
    Constant(u32),
    /// What an earlier step computed.
    Temporary(u32),
    /// What a variable is after an action, by the place of the touch; in a
    /// [`Patch`](super::Patch) alone.
    After(u32),
}

/// One step: an operation and where its result goes (a temporary of the operation's kind).
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What is computed.
    pub operation: Operation,
    /// The temporary that is written; every temporary is written once.
    pub to: u32,
}

/// An operation; those above the line in the list give numbers, the others conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// The day.
    Day,
    /// How often the action was taken.
    CountAction(ActionId),
    /// How often the event struck.
    CountEvent(EventId),
    /// Days since the action was last taken, else the operand.
    DaysSinceAction(ActionId, Operand),
    /// Days since the event last struck, else the operand.
    DaysSinceEvent(EventId, Operand),
    /// −a.
    Negate(Operand),
    /// |a|.
    Abs(Operand),
    /// √a.
    Sqrt(Operand),
    /// eᵃ.
    Exp(Operand),
    /// ln a.
    Ln(Operand),
    /// 1/(1 + e⁻ᵃ).
    Logistic(Operand),
    /// a + b.
    Add(Operand, Operand),
    /// a − b.
    Subtract(Operand, Operand),
    /// a · b.
    Multiply(Operand, Operand),
    /// a / b.
    Divide(Operand, Operand),
    /// aᵇ.
    Power(Operand, Operand),
    /// The lesser.
    Min(Operand, Operand),
    /// The greater.
    Max(Operand, Operand),
    /// aᵛ/(aᵛ + bᵛ).
    Contest(Operand, Operand, Operand),
    /// a where the condition holds, else b.
    Select(u32, Operand, Operand),

    /// True everywhere, or nowhere.
    Truth(bool),
    /// a < b.
    Less(Operand, Operand),
    /// a ≤ b.
    LessOrEqual(Operand, Operand),
    /// a = b.
    Equal(Operand, Operand),
    /// Neither finite: true where a is NaN or infinite.
    NotFinite(Operand),
    /// Not a.
    Not(u32),
    /// a and b.
    And(u32, u32),
    /// a or b.
    Or(u32, u32),
    /// a where the first holds, else b.
    Choose(u32, u32, u32),
    /// The action was taken.
    HappenedAction(ActionId),
    /// The event struck.
    HappenedEvent(EventId),
    /// The action was taken with success.
    SucceededAction(ActionId),
}

impl Operation {
    /// The numbers that it reads.
    pub fn operands(&self) -> [Option<Operand>; 3] {
        use Operation::*;
        match *self {
            Day | CountAction(_) | CountEvent(_) | Truth(_) | Not(_) | And(..) | Or(..)
            | Choose(..) | HappenedAction(_) | HappenedEvent(_) | SucceededAction(_) => [None; 3],
            DaysSinceAction(_, a)
            | DaysSinceEvent(_, a)
            | Negate(a)
            | Abs(a)
            | Sqrt(a)
            | Exp(a)
            | Ln(a)
            | Logistic(a)
            | NotFinite(a) => [Some(a), None, None],
            Add(a, b)
            | Subtract(a, b)
            | Multiply(a, b)
            | Divide(a, b)
            | Power(a, b)
            | Min(a, b)
            | Max(a, b)
            | Select(_, a, b)
            | Less(a, b)
            | LessOrEqual(a, b)
            | Equal(a, b) => [Some(a), Some(b), None],
            Contest(a, b, c) => [Some(a), Some(b), Some(c)],
        }
    }

    /// The same with other operands in the places of its own: numbers and conditions.
    pub(super) fn reading(
        self,
        number: &mut impl FnMut(Operand) -> Operand,
        condition: &mut impl FnMut(u32) -> u32,
    ) -> Self {
        use Operation::*;
        match self {
            Day | CountAction(_) | CountEvent(_) | Truth(_) | HappenedAction(_)
            | HappenedEvent(_) | SucceededAction(_) => self,
            DaysSinceAction(action, a) => DaysSinceAction(action, number(a)),
            DaysSinceEvent(event, a) => DaysSinceEvent(event, number(a)),
            Negate(a) => Negate(number(a)),
            Abs(a) => Abs(number(a)),
            Sqrt(a) => Sqrt(number(a)),
            Exp(a) => Exp(number(a)),
            Ln(a) => Ln(number(a)),
            Logistic(a) => Logistic(number(a)),
            Add(a, b) => Add(number(a), number(b)),
            Subtract(a, b) => Subtract(number(a), number(b)),
            Multiply(a, b) => Multiply(number(a), number(b)),
            Divide(a, b) => Divide(number(a), number(b)),
            Power(a, b) => Power(number(a), number(b)),
            Min(a, b) => Min(number(a), number(b)),
            Max(a, b) => Max(number(a), number(b)),
            Contest(a, b, c) => Contest(number(a), number(b), number(c)),
            Select(c, a, b) => Select(condition(c), number(a), number(b)),
            Less(a, b) => Less(number(a), number(b)),
            LessOrEqual(a, b) => LessOrEqual(number(a), number(b)),
            Equal(a, b) => Equal(number(a), number(b)),
            NotFinite(a) => NotFinite(number(a)),
            Not(a) => Not(condition(a)),
            And(a, b) => And(condition(a), condition(b)),
            Or(a, b) => Or(condition(a), condition(b)),
            Choose(a, b, c) => Choose(condition(a), condition(b), condition(c)),
        }
    }

    /// Whether it writes a number temporary; else it writes a condition.
    #[inline(always)]
    pub fn gives_number(&self) -> bool {
        use Operation::*;
        matches!(
            self,
            Day | CountAction(_)
                | CountEvent(_)
                | DaysSinceAction(..)
                | DaysSinceEvent(..)
                | Negate(_)
                | Abs(_)
                | Sqrt(_)
                | Exp(_)
                | Ln(_)
                | Logistic(_)
                | Add(..)
                | Subtract(..)
                | Multiply(..)
                | Divide(..)
                | Power(..)
                | Min(..)
                | Max(..)
                | Contest(..)
                | Select(..)
        )
    }
}
