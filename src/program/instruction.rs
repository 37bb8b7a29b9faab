//! Instructions of compiled expressions: operands, operations, and fused pairs of operations.

use crate::base::index::{ActionId, EventId, VariableId};

/// Where an instruction reads a number from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operand {
    /// A variable of the state that is passed to the evaluation.
    Variable(VariableId),
    /// A literal, by index into [`Program::constants`](super::Program::constants).
    Constant(u32),
    /// A number temporary written by an earlier instruction.
    Temporary(u32),
    /// A variable after an action's effect, by the index of the effect; occurs
    /// only in a [`Patch`](super::Patch).
    After(u32),
}

/// An operation and the temporary, of the operation's kind, that it writes.
#[derive(Clone, Copy, Debug)]
pub struct Instruction {
    /// The operation with its operands.
    pub operation: Operation,
    /// The temporary that is written. Every temporary is written once.
    pub to: u32,
}

/// An operation. Those up to [`Operation::Select`] compute numbers, the others conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// The number of the day, from 1.
    Day,
    /// Number of times the action was taken in the run.
    CountAction(ActionId),
    /// Number of times the event occurred in the run.
    CountEvent(EventId),
    /// Days since the action was last taken; the operand if it never was.
    DaysSinceAction(ActionId, Operand),
    /// Days since the event last occurred; the operand if it never did.
    DaysSinceEvent(EventId, Operand),
    /// The negated number −a.
    Negate(Operand),
    /// The absolute value |a|.
    Abs(Operand),
    /// The square root √a.
    Sqrt(Operand),
    /// The exponential function eᵃ.
    Exp(Operand),
    /// The natural logarithm ln a.
    Ln(Operand),
    /// The logistic function 1/(1 + e⁻ᵃ).
    Logistic(Operand),
    /// The sum a + b.
    Add(Operand, Operand),
    /// The difference a − b.
    Subtract(Operand, Operand),
    /// The product a · b.
    Multiply(Operand, Operand),
    /// The quotient a / b.
    Divide(Operand, Operand),
    /// a to the power b.
    Power(Operand, Operand),
    /// The smaller number, min(a, b).
    Min(Operand, Operand),
    /// The larger number, max(a, b).
    Max(Operand, Operand),
    /// The contest success function aᵛ/(aᵛ + bᵛ).
    Contest(Operand, Operand, Operand),
    /// a where the condition (first operand) holds, else b.
    Select(u32, Operand, Operand),

    /// A constant: true or false everywhere.
    Truth(bool),
    /// Whether a < b.
    Less(Operand, Operand),
    /// Whether a ≤ b.
    LessOrEqual(Operand, Operand),
    /// Whether a = b.
    Equal(Operand, Operand),
    /// True where a is NaN or infinite.
    NotFinite(Operand),
    /// The negated condition, not a.
    Not(u32),
    /// Whether a and b hold.
    And(u32, u32),
    /// Whether a or b holds.
    Or(u32, u32),
    /// The condition a where the first operand holds, else b.
    SelectCondition(u32, u32, u32),
    /// Whether the action was taken in the run.
    HappenedAction(ActionId),
    /// Whether the event occurred in the run.
    HappenedEvent(EventId),
    /// Whether the action was taken with success in the run.
    SucceededAction(ActionId),
}

impl Operation {
    /// The number operands that the operation reads.
    pub fn operands(&self) -> [Option<Operand>; 3] {
        use Operation::*;
        match *self {
            Day | CountAction(_) | CountEvent(_) | Truth(_) | Not(_) | And(..) | Or(..)
            | SelectCondition(..) | HappenedAction(_) | HappenedEvent(_) | SucceededAction(_) => {
                [None; 3]
            }
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

    /// The same operation with its operands replaced by the given functions.
    pub(super) fn map_operands(
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
            SelectCondition(a, b, c) => SelectCondition(condition(a), condition(b), condition(c)),
        }
    }

    /// Whether the operation computes a number; otherwise it computes a condition.
    #[inline(always)]
    pub fn is_numeric(&self) -> bool {
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

/// One or two operations evaluated in a single pass over the lanes.
#[derive(Clone, Copy, Debug)]
pub enum FusedInstruction {
    /// One operation that is not fused with another.
    Single(Instruction),
    /// (a ∘ b) • c, or c • (a ∘ b).
    Pair {
        /// The inner operation ∘.
        first: BinaryOperation,
        /// The operands a and b of the inner operation.
        operands: (Operand, Operand),
        /// The outer operation •.
        second: BinaryOperation,
        /// The other operand c of the outer operation.
        other: Operand,
        /// Whether c is the left operand of the outer operation.
        is_left: bool,
        /// The number temporary that is written.
        to: u32,
    },
    /// The sum or difference of two products, a·b ± c·d.
    Products {
        /// The factors a and b.
        first: (Operand, Operand),
        /// The factors c and d.
        second: (Operand, Operand),
        /// Whether the second product is subtracted.
        is_difference: bool,
        /// The number temporary that is written.
        to: u32,
    },
}

/// A binary operation on numbers that is cheap enough to be fused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperation {
    /// The sum a + b.
    Add,
    /// The difference a − b.
    Subtract,
    /// The product a · b.
    Multiply,
    /// The smaller number, min(a, b).
    Min,
    /// The larger number, max(a, b).
    Max,
}

impl FusedInstruction {
    /// The temporary that is written.
    pub fn destination(&self) -> u32 {
        match *self {
            Self::Single(Instruction { to, .. })
            | Self::Pair { to, .. }
            | Self::Products { to, .. } => to,
        }
    }

    /// Whether it writes a number temporary; otherwise it writes a condition temporary.
    pub fn is_numeric(&self) -> bool {
        match self {
            Self::Single(instruction) => instruction.operation.is_numeric(),
            Self::Pair { .. } | Self::Products { .. } => true,
        }
    }

    /// The same instruction, writing another temporary.
    pub(super) fn with_destination(mut self, destination: u32) -> Self {
        match &mut self {
            Self::Single(Instruction { to, .. })
            | Self::Pair { to, .. }
            | Self::Products { to, .. } => {
                *to = destination;
            }
        }
        self
    }

    /// The same instruction with its operands replaced by the given functions.
    pub(super) fn map_operands(
        mut self,
        number: &mut impl FnMut(Operand) -> Operand,
        condition: &mut impl FnMut(u32) -> u32,
    ) -> Self {
        match &mut self {
            Self::Single(instruction) => {
                instruction.operation = instruction.operation.map_operands(number, condition);
            }
            Self::Pair {
                operands: (a, b),
                other: c,
                ..
            } => [a, b, c].into_iter().for_each(|a| *a = number(*a)),
            Self::Products {
                first: (a, b),
                second: (c, d),
                ..
            } => [a, b, c, d].into_iter().for_each(|a| *a = number(*a)),
        }
        self
    }
}
