//! Emits instructions, each operation once, and carries fault conditions along.

use super::code::{Code, CodeResult};
use super::constants::Constants;
use super::fuse::fuse;
use super::instruction::{Instruction, Operand, Operation};
use crate::base::index::{IndicatorId, VariableId};
use crate::scenario::Scenario;
use std::collections::BTreeMap;

/// An emitted number, with the condition under which computing it faults.
#[derive(Clone, Copy)]
pub(super) struct BuiltNumber {
    pub(super) operand: Operand,
    pub(super) fault: Option<u32>,
}

/// An emitted condition, with the condition under which computing it faults.
#[derive(Clone, Copy)]
pub(super) struct BuiltCondition {
    pub(super) register: u32,
    pub(super) fault: Option<u32>,
}

/// Emits the instructions of one code.
pub(super) struct Builder<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) constants: &'a mut Constants,
    /// Whether sums and products need a fault condition, since interval analysis
    /// cannot exclude an overflow.
    may_overflow: bool,
    instructions: Vec<Instruction>,
    n_numbers: u32,
    n_conditions: u32,
    emitted: BTreeMap<Operation, u32>,
    pub(super) indicator_numbers: BTreeMap<IndicatorId, BuiltNumber>,
    pub(super) indicator_conditions: BTreeMap<IndicatorId, BuiltCondition>,
    pub(super) reads: Vec<VariableId>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        constants: &'a mut Constants,
        may_overflow: bool,
    ) -> Self {
        Self {
            scenario,
            constants,
            may_overflow,
            instructions: Vec::new(),
            n_numbers: 0,
            n_conditions: 0,
            emitted: BTreeMap::new(),
            indicator_numbers: BTreeMap::new(),
            indicator_conditions: BTreeMap::new(),
            reads: Vec::new(),
        }
    }

    pub(super) fn finish(mut self, text: &str, result: CodeResult, fault: Option<u32>) -> Code {
        self.reads.sort_unstable();
        self.reads.dedup();
        Code {
            text: text.to_owned(),
            fused: fuse(&self.instructions, self.n_numbers as usize, result),
            instructions: self.instructions,
            n_numbers: self.n_numbers as usize,
            n_conditions: self.n_conditions as usize,
            result,
            fault,
            reads: self.reads,
        }
    }

    /// The temporary that holds an operation, which is emitted unless it was emitted before.
    pub(super) fn emit(&mut self, operation: Operation) -> u32 {
        if let Some(&to) = self.emitted.get(&operation) {
            return to;
        }
        let counter = if operation.is_numeric() {
            &mut self.n_numbers
        } else {
            &mut self.n_conditions
        };
        let to = *counter;
        *counter += 1;
        self.instructions.push(Instruction { operation, to });
        self.emitted.insert(operation, to);
        to
    }

    pub(super) fn constant(&mut self, value: f64) -> BuiltNumber {
        BuiltNumber {
            operand: Operand::Constant(self.constants.index(value)),
            fault: None,
        }
    }

    pub(super) fn either(&mut self, a: Option<u32>, b: Option<u32>) -> Option<u32> {
        match (a, b) {
            (Some(a), Some(b)) if a != b => Some(self.emit(Operation::Or(a, b))),
            (a, b) => a.or(b),
        }
    }

    /// Emits an operation that cannot fault by itself; `fault` is that of its operands.
    pub(super) fn safe(&mut self, operation: Operation, fault: Option<u32>) -> BuiltNumber {
        BuiltNumber {
            operand: Operand::Temporary(self.emit(operation)),
            fault,
        }
    }

    /// Emits a sum or product, which faults only by overflow.
    pub(super) fn bounded(&mut self, operation: Operation, fault: Option<u32>) -> BuiltNumber {
        if self.may_overflow {
            self.risky(operation, fault)
        } else {
            self.safe(operation, fault)
        }
    }

    /// Emits an operation whose result may not be finite. It gets a fault condition regardless of
    /// interval analysis: `1 / (1 + 1e-9 - x)` divides by 0 in f32, though not in real numbers.
    pub(super) fn risky(&mut self, operation: Operation, fault: Option<u32>) -> BuiltNumber {
        let operand = Operand::Temporary(self.emit(operation));
        let not_finite = self.emit(Operation::NotFinite(operand));
        BuiltNumber {
            operand,
            fault: self.either(fault, Some(not_finite)),
        }
    }

    pub(super) fn condition_from(
        &mut self,
        operation: Operation,
        fault: Option<u32>,
    ) -> BuiltCondition {
        BuiltCondition {
            register: self.emit(operation),
            fault,
        }
    }

    /// first ∨ (guard ∧ second): the second fault counts only where the guard holds.
    pub(super) fn guarded_fault(
        &mut self,
        guard: u32,
        first: Option<u32>,
        second: Option<u32>,
    ) -> Option<u32> {
        let second = second.map(|second| self.emit(Operation::And(guard, second)));
        self.either(first, second)
    }

    /// The fault of the condition itself, or of the selected branch.
    pub(super) fn select_fault(
        &mut self,
        condition: BuiltCondition,
        a: Option<u32>,
        b: Option<u32>,
    ) -> Option<u32> {
        let branch = match (a, b) {
            (None, None) => return condition.fault,
            (Some(a), None) => self.emit(Operation::And(condition.register, a)),
            (a, Some(b)) => {
                let a = match a {
                    Some(a) => a,
                    None => self.emit(Operation::Truth(false)),
                };
                self.emit(Operation::SelectCondition(condition.register, a, b))
            }
        };
        self.either(condition.fault, Some(branch))
    }
}
