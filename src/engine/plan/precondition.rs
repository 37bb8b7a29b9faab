//! How the precondition of an action is evaluated.

use crate::base::index::{CodeId, Id};
use crate::program::{ActionRow, CodeResult, Operand, Operation, Program};

/// How the precondition of an action is evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Precondition {
    /// The action has no precondition.
    Always,
    /// A variable is compared with a number.
    Compares {
        variable: usize,
        comparison: Comparison,
        number: f32,
    },
    /// A compiled expression is evaluated.
    Code(CodeId),
}

/// A comparison of a variable with a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Precondition {
    pub(crate) fn new(program: &Program, row: &ActionRow) -> Self {
        let Some(requires) = row.requires else {
            return Precondition::Always;
        };
        let code = &program.codes[requires];
        let [instruction] = code.instructions.as_slice() else {
            return Precondition::Code(requires);
        };
        if code.fault.is_some() || code.result != CodeResult::Condition(instruction.to) {
            return Precondition::Code(requires);
        }
        use Operand::{Constant, Variable};
        let (variable, comparison, constant) = match instruction.operation {
            Operation::Less(Variable(x), Constant(c)) => (x, Comparison::Less, c),
            Operation::Less(Constant(c), Variable(x)) => (x, Comparison::Greater, c),
            Operation::LessOrEqual(Variable(x), Constant(c)) => (x, Comparison::LessOrEqual, c),
            Operation::LessOrEqual(Constant(c), Variable(x)) => (x, Comparison::GreaterOrEqual, c),
            _ => return Precondition::Code(requires),
        };
        Precondition::Compares {
            variable: variable.index(),
            comparison,
            number: program.constants[constant as usize],
        }
    }
}
