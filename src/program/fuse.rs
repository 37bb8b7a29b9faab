//! Fuses instructions, so that fewer temporaries are written and read.
//!
//! Half of the cost of an evaluation is memory traffic between instructions. A number that only one
//! other instruction reads is computed together with it, by the same operations in the same order,
//! so fusing changes no bit.

use super::code::CodeResult;
use super::instruction::{BinaryOperation, FusedInstruction, Instruction, Operand, Operation};

/// The operation and its operands, if it can be fused.
fn as_binary(operation: Operation) -> Option<(BinaryOperation, Operand, Operand)> {
    Some(match operation {
        Operation::Add(a, b) => (BinaryOperation::Add, a, b),
        Operation::Subtract(a, b) => (BinaryOperation::Subtract, a, b),
        Operation::Multiply(a, b) => (BinaryOperation::Multiply, a, b),
        Operation::Min(a, b) => (BinaryOperation::Min, a, b),
        Operation::Max(a, b) => (BinaryOperation::Max, a, b),
        _ => return None,
    })
}

/// Fuses the instructions of a code.
pub(super) fn fuse(
    instructions: &[Instruction],
    n_numbers: usize,
    result: CodeResult,
) -> Vec<FusedInstruction> {
    let n_readers = count_readers(instructions, n_numbers, result);
    // By number temporary: the position of the instruction that writes it, if only one instruction
    // reads the temporary and it is not fused yet.
    let mut fusable: Vec<Option<usize>> = vec![None; n_numbers];
    let mut fused: Vec<Option<FusedInstruction>> = Vec::with_capacity(instructions.len());
    for instruction in instructions {
        let to = instruction.to;
        let Some((second, a, b)) = as_binary(instruction.operation) else {
            fused.push(Some(FusedInstruction::Single(*instruction)));
            continue;
        };
        let source = |operand: Operand| match operand {
            Operand::Temporary(from) => fusable[from as usize],
            _ => None,
        };
        let parts = |position: usize| match fused[position] {
            Some(FusedInstruction::Single(instruction)) => as_binary(instruction.operation),
            _ => None,
        };
        let (left, right) = (source(a), source(b));
        let (left_parts, right_parts) = (left.and_then(parts), right.and_then(parts));
        let products = match (left_parts, right_parts) {
            (Some((BinaryOperation::Multiply, a, b)), Some((BinaryOperation::Multiply, c, d)))
                if left != right
                    && matches!(second, BinaryOperation::Add | BinaryOperation::Subtract) =>
            {
                Some(((a, b), (c, d)))
            }
            _ => None,
        };
        let pair = |(first, c, d), other, is_left| FusedInstruction::Pair {
            first,
            operands: (c, d),
            second,
            other,
            is_left,
            to,
        };
        let (new, replaced) = if let Some((first, other)) = products {
            let products = FusedInstruction::Products {
                first,
                second: other,
                is_difference: second == BinaryOperation::Subtract,
                to,
            };
            (products, [left, right])
        } else if let Some(parts) = left_parts {
            (pair(parts, b, false), [left, None])
        } else if let Some(parts) = right_parts {
            (pair(parts, a, true), [right, None])
        } else {
            if n_readers[to as usize] == 1 {
                fusable[to as usize] = Some(fused.len());
            }
            (FusedInstruction::Single(*instruction), [None, None])
        };
        for position in replaced.into_iter().flatten() {
            fused[position] = None;
        }
        fused.push(Some(new));
    }
    fused.into_iter().flatten().collect()
}

/// By number temporary: how many operands read it; the result counts as one.
fn count_readers(instructions: &[Instruction], n_numbers: usize, result: CodeResult) -> Vec<u32> {
    let operands = instructions
        .iter()
        .flat_map(|instruction| instruction.operation.operands().into_iter().flatten());
    let result = match result {
        CodeResult::Number(operand) => Some(operand),
        CodeResult::Condition(_) => None,
    };
    let mut n_readers = vec![0; n_numbers];
    for operand in operands.chain(result) {
        if let Operand::Temporary(from) = operand {
            n_readers[from as usize] += 1;
        }
    }
    n_readers
}

#[cfg(test)]
mod tests {
    use super::*;
    use Operand::{Constant, Temporary};

    fn fused(operations: &[Operation], result: u32) -> Vec<FusedInstruction> {
        let instruction = |(to, &operation): (usize, &Operation)| Instruction {
            operation,
            to: to as u32,
        };
        let instructions: Vec<Instruction> =
            operations.iter().enumerate().map(instruction).collect();
        fuse(
            &instructions,
            instructions.len(),
            CodeResult::Number(Temporary(result)),
        )
    }

    #[test]
    fn operation_with_a_single_reader_is_fused() {
        let (x, y) = (Constant(0), Constant(1));
        let fused = fused(
            &[
                Operation::Multiply(x, y),
                Operation::Multiply(y, y),
                Operation::Subtract(Temporary(0), Temporary(1)),
                Operation::Subtract(x, y),
                Operation::Max(Temporary(2), Temporary(3)),
            ],
            4,
        );
        assert_eq!(
            fused
                .iter()
                .map(FusedInstruction::destination)
                .collect::<Vec<_>>(),
            [2, 4]
        );
        assert!(matches!(
            fused[0],
            FusedInstruction::Products {
                is_difference: true,
                ..
            }
        ));
        let FusedInstruction::Pair {
            second, is_left, ..
        } = fused[1]
        else {
            panic!("{:?}", fused[1]);
        };
        assert_eq!((second, is_left), (BinaryOperation::Max, true));
    }

    #[test]
    fn operation_with_several_readers_is_not_fused() {
        let (x, y) = (Constant(0), Constant(1));
        let twice = [
            Operation::Add(x, y),
            Operation::Multiply(Temporary(0), Temporary(0)),
            Operation::Sqrt(Temporary(1)),
        ];
        assert_eq!(
            fused(&twice, 2)
                .iter()
                .map(FusedInstruction::destination)
                .collect::<Vec<_>>(),
            [0, 1, 2]
        );
        // A fault condition and the result of the code count as readers.
        let watched = [
            Operation::Add(x, y),
            Operation::NotFinite(Temporary(0)),
            Operation::Add(Temporary(0), x),
        ];
        assert_eq!(fused(&watched, 2).len(), 3);
        let result = [Operation::Add(x, y), Operation::Add(Temporary(0), x)];
        assert_eq!(
            fused(&result, 0)
                .iter()
                .map(FusedInstruction::destination)
                .collect::<Vec<_>>(),
            [0, 1]
        );
    }
}
