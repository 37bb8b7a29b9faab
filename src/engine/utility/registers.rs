//! Executes the instructions of compiled expressions on lanes.

use crate::engine::dispatch::{InstructionPath, dispatch};
use crate::engine::lanes::{Lanes, Mask};
use crate::engine::utility::fused::execute_pair;
use crate::engine::utility::operands::{OperandSources, Reader};
use crate::engine::utility::operations::{execute_condition, execute_number};
use crate::program::{Code, CodeResult, FusedInstruction, Instruction, Operand, Patch};

/// The temporaries of an evaluation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registers<const L: usize> {
    numbers: Vec<Lanes<L>>,
    conditions: Vec<Mask<L>>,
}

/// Instructions that are executed together: a code, or a patch of one.
#[derive(Clone, Copy)]
pub(crate) struct InstructionBlock<'a> {
    instructions: &'a [FusedInstruction],
    fault: Option<u32>,
    n_numbers: usize,
    n_conditions: usize,
}

impl<'a> From<&'a Code> for InstructionBlock<'a> {
    fn from(code: &'a Code) -> Self {
        Self {
            instructions: &code.fused,
            fault: code.fault,
            n_numbers: code.n_numbers,
            n_conditions: code.n_conditions,
        }
    }
}

impl<'a> From<&'a Patch> for InstructionBlock<'a> {
    fn from(patch: &'a Patch) -> Self {
        Self {
            instructions: &patch.fused,
            fault: patch.fault,
            n_numbers: patch.n_numbers,
            n_conditions: patch.n_conditions,
        }
    }
}

impl<const L: usize> Registers<L> {
    /// The number that an executed block computed.
    #[inline(always)]
    pub(crate) fn number<'s>(
        &'s self,
        result: Operand,
        sources: OperandSources<'s, L>,
    ) -> &'s Lanes<L> {
        let read = Reader {
            below: &self.numbers,
            sources,
        };
        read.operand(result)
    }

    /// The condition that an executed block computed.
    #[inline(always)]
    pub(crate) fn condition(&self, result: CodeResult) -> &Mask<L> {
        match result {
            CodeResult::Condition(from) => &self.conditions[from as usize],
            CodeResult::Number(_) => unreachable!("a condition was compiled"),
        }
    }

    /// Executes a block. Its faults are recorded in the lanes of `active` only.
    pub(crate) fn execute(
        &mut self,
        path: InstructionPath,
        block: InstructionBlock<'_>,
        sources: OperandSources<'_, L>,
        active: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        // Registers grow when a longer block is executed for the first time.
        if self.numbers.len() < block.n_numbers {
            self.numbers.resize(block.n_numbers, Lanes::splat(0.0));
        }
        if self.conditions.len() < block.n_conditions {
            self.conditions.resize(block.n_conditions, Mask::splat(0));
        }
        dispatch!(
            path,
            (
                registers: &mut Registers<L> = self,
                block: InstructionBlock<'_> = block,
                sources: OperandSources<'_, L> = sources,
                active: &Mask<L> = active,
                faults: &mut Mask<L> = faults,
            ) -> (),
            _BITS => registers.execute_inlined(block, sources, active, faults)
        )
    }

    #[inline(always)]
    fn execute_inlined(
        &mut self,
        block: InstructionBlock<'_>,
        sources: OperandSources<'_, L>,
        active: &Mask<L>,
        faults: &mut Mask<L>,
    ) {
        for instruction in block.instructions {
            match *instruction {
                FusedInstruction::Single(instruction) => self.execute_single(instruction, sources),
                FusedInstruction::Pair {
                    first,
                    operands: (a, b),
                    second,
                    other,
                    is_left,
                    to,
                } => {
                    let (out, read) = self.destination(to, sources);
                    let operands = [read.operand(a), read.operand(b), read.operand(other)];
                    execute_pair(out, operands, first, second, is_left);
                }
                FusedInstruction::Products {
                    first: (a, b),
                    second: (c, d),
                    is_difference,
                    to,
                } => {
                    let (out, read) = self.destination(to, sources);
                    let (a, b) = (read.operand(a), read.operand(b));
                    let (c, d) = (read.operand(c), read.operand(d));
                    if is_difference {
                        for lane in 0..L {
                            out[lane] = a[lane] * b[lane] - c[lane] * d[lane];
                        }
                    } else {
                        for lane in 0..L {
                            out[lane] = a[lane] * b[lane] + c[lane] * d[lane];
                        }
                    }
                }
            }
        }
        if let Some(fault) = block.fault {
            let fault = &self.conditions[fault as usize];
            for lane in 0..L {
                faults[lane] |= fault[lane] & active[lane];
            }
        }
    }

    #[inline(always)]
    fn execute_single(&mut self, instruction: Instruction, sources: OperandSources<'_, L>) {
        let Instruction { operation, to } = instruction;
        if operation.is_numeric() {
            let (below, above) = self.numbers.split_at_mut(to as usize);
            let read = Reader { below, sources };
            execute_number(operation, &mut above[0], read, &self.conditions);
        } else {
            let (below, above) = self.conditions.split_at_mut(to as usize);
            let read = Reader {
                below: &self.numbers,
                sources,
            };
            execute_condition(operation, &mut above[0], read, below);
        }
    }

    /// The number temporary that is written, and a reader of everything else. Temporaries are
    /// written once and in order, so operands lie below the one that is written.
    #[inline(always)]
    fn destination<'a>(
        &'a mut self,
        to: u32,
        sources: OperandSources<'a, L>,
    ) -> (&'a mut Lanes<L>, Reader<'a, L>) {
        let (below, above) = self.numbers.split_at_mut(to as usize);
        (&mut above[0], Reader { below, sources })
    }
}
