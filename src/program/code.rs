//! A compiled expression: straight-line code in single-assignment form.
//!
//! A [`Code`] computes a number or a condition. Instruction k writes a temporary; operands are
//! earlier temporaries, constants, or variables of the state that the caller passes. There are no
//! jumps: both branches of an `if` are computed and one is selected. So that only the selected
//! branch can fault, each operation that may leave the finite numbers computes a *fault* condition,
//! which is carried along like a value and selected with the branch.

use super::instruction::{FusedInstruction, Instruction, Operand};
use crate::base::index::VariableId;

/// A compiled expression: a number or a condition.
#[derive(Clone, Debug)]
pub struct Code {
    /// The expression as written, for listings.
    pub text: String,
    /// The instructions in order, for listings and analysis.
    pub instructions: Vec<Instruction>,
    /// The same instructions, fused for evaluation. Temporaries that only one instruction
    /// reads are not written.
    pub fused: Vec<FusedInstruction>,
    /// Number of number temporaries.
    pub n_numbers: usize,
    /// Number of condition temporaries.
    pub n_conditions: usize,
    /// Where the value of the expression is.
    pub result: CodeResult,
    /// The condition temporary that holds where evaluation faulted; `None` where it cannot fault.
    pub fault: Option<u32>,
    /// The variables that the expression reads, ascending.
    pub reads: Vec<VariableId>,
}

/// Where the value of an expression is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CodeResult {
    /// The operand that holds a number.
    Number(Operand),
    /// The condition temporary that holds a condition.
    Condition(u32),
}
