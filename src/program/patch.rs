//! Incremental evaluation of an expression when only some variables change.
//!
//! A goal is evaluated on many hypothetical states that differ in one or two variables. Instructions
//! that do not depend on these are not evaluated again; their results are read from the temporaries
//! of the evaluation before the change.

use super::code::{Code, CodeResult};
use super::instruction::{FusedInstruction, Operand};
use crate::base::index::VariableId;
use std::cell::Cell;

/// The instructions of a code that depend on variables that an action changes. They read the
/// temporaries of the code as it was evaluated before the change, and write
/// temporaries that follow these.
#[derive(Clone, Debug)]
pub struct Patch {
    /// The instructions in the order of the code.
    pub fused: Vec<FusedInstruction>,
    /// Where the number is after evaluation.
    pub result: Operand,
    /// The condition temporary that holds where evaluation faulted; `None` where the change
    /// cannot cause a fault.
    pub fault: Option<u32>,
    /// Number of number temporaries, including those of the code.
    pub n_numbers: usize,
    /// Number of condition temporaries, including those of the code.
    pub n_conditions: usize,
}

impl Patch {
    /// The patch of a code that computes a number. `effect_index` gives, for a variable that
    /// changes, the index of the effect that changes it. `None` if the code does not depend
    /// on any such variable.
    pub(super) fn new(
        code: &Code,
        effect_index: impl Fn(VariableId) -> Option<u32>,
    ) -> Option<Self> {
        let CodeResult::Number(result) = code.result else {
            return None;
        };
        // By temporary of the code: the new temporary that replaces it.
        let mut numbers: Vec<Option<u32>> = vec![None; code.n_numbers];
        let mut conditions: Vec<Option<u32>> = vec![None; code.n_conditions];
        let (mut n_numbers, mut n_conditions) = (code.n_numbers, code.n_conditions);
        let mut fused = Vec::new();
        for instruction in &code.fused {
            let is_changed = Cell::new(false);
            let new = instruction.map_operands(
                &mut |operand| {
                    let replacement = replacement(operand, &numbers, &effect_index);
                    is_changed.set(is_changed.get() | replacement.is_some());
                    replacement.unwrap_or(operand)
                },
                &mut |condition| {
                    let replacement = conditions[condition as usize];
                    is_changed.set(is_changed.get() | replacement.is_some());
                    replacement.unwrap_or(condition)
                },
            );
            if !is_changed.get() {
                continue;
            }
            let (replacements, next) = match instruction.is_numeric() {
                true => (&mut numbers, &mut n_numbers),
                false => (&mut conditions, &mut n_conditions),
            };
            replacements[instruction.destination() as usize] = Some(*next as u32);
            fused.push(new.with_destination(*next as u32));
            *next += 1;
        }
        let new_result = replacement(result, &numbers, &effect_index);
        let fault = code.fault.and_then(|fault| conditions[fault as usize]);
        (new_result.is_some() || fault.is_some()).then_some(Self {
            fused,
            result: new_result.unwrap_or(result),
            fault,
            n_numbers,
            n_conditions,
        })
    }
}

/// The operand that replaces one whose value changes; `None` where it does not change.
fn replacement(
    operand: Operand,
    numbers: &[Option<u32>],
    effect_index: impl Fn(VariableId) -> Option<u32>,
) -> Option<Operand> {
    match operand {
        Operand::Variable(variable) => effect_index(variable).map(Operand::After),
        Operand::Constant(_) | Operand::After(_) => None,
        Operand::Temporary(from) => numbers[from as usize].map(Operand::Temporary),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::Id;
    use crate::program::fuse::fuse;
    use crate::program::instruction::{Instruction, Operation};
    use Operand::{After, Constant, Temporary, Variable};

    /// The code of √(x·y) / if(x < y, eᶻ, a constant) with a fault condition, and x, y and z.
    fn code() -> (Code, [VariableId; 3]) {
        let ids = [0, 1, 2].map(VariableId::new);
        let [x, y, z] = ids.map(Variable);
        let number = |operation, to| Instruction { operation, to };
        let instructions = vec![
            number(Operation::Multiply(x, y), 0),
            number(Operation::Sqrt(Temporary(0)), 1),
            number(Operation::Exp(z), 2),
            number(Operation::Less(x, y), 0),
            number(Operation::Select(0, Temporary(2), Constant(0)), 3),
            number(Operation::Divide(Temporary(1), Temporary(3)), 4),
            number(Operation::NotFinite(Temporary(4)), 1),
        ];
        let result = CodeResult::Number(Temporary(4));
        let code = Code {
            text: String::new(),
            fused: fuse(&instructions, 5, result),
            instructions,
            n_numbers: 5,
            n_conditions: 2,
            result,
            fault: Some(1),
            reads: ids.to_vec(),
        };
        (code, ids)
    }

    fn operations(patch: &Patch) -> Vec<(Operation, u32)> {
        let single = |fused: &FusedInstruction| match *fused {
            FusedInstruction::Single(instruction) => (instruction.operation, instruction.to),
            _ => panic!("{fused:?}"),
        };
        patch.fused.iter().map(single).collect()
    }

    #[test]
    fn patch_contains_only_instructions_that_depend_on_the_change() {
        let (code, [.., z]) = code();
        let patch = Patch::new(&code, |variable| (variable == z).then_some(3)).expect("z is read");
        let expected = [
            (Operation::Exp(After(3)), 5),
            (Operation::Select(0, Temporary(5), Constant(0)), 6),
            (Operation::Divide(Temporary(1), Temporary(6)), 7),
            (Operation::NotFinite(Temporary(7)), 2),
        ];
        assert_eq!(operations(&patch), expected);
        assert_eq!((patch.result, patch.fault), (Temporary(7), Some(2)));
        assert_eq!((patch.n_numbers, patch.n_conditions), (8, 3));
    }

    #[test]
    fn changed_condition_reevaluates_the_selection() {
        let (code, [x, ..]) = code();
        let patch = Patch::new(&code, |variable| (variable == x).then_some(0)).expect("x is read");
        let selected = (Operation::Select(2, Temporary(2), Constant(0)), 7);
        assert_eq!(operations(&patch)[3], selected);
        assert_eq!(patch.fused.len(), 6);
    }

    #[test]
    fn code_that_does_not_read_the_variable_has_no_patch() {
        let (code, _) = code();
        let other = VariableId::new(3);
        assert!(Patch::new(&code, |variable| (variable == other).then_some(0)).is_none());
    }
}
