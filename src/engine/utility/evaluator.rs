//! Evaluates quantities and compiled expressions on lanes.

use crate::base::cancel::CancelFlag;
use crate::base::index::CodeId;
use crate::engine::dispatch::{InstructionPath, dispatch};
use crate::engine::lanes::{LaneArray, Lanes, Mask, clamp, to_mask};
use crate::engine::utility::context::{EvaluationContext, ExpressionInputs};
use crate::engine::utility::operands::OperandSources;
use crate::engine::utility::registers::{InstructionBlock, Registers};
use crate::program::{Code, CodeResult, Input, Operand, ParameterValue, Patch, Program};

/// Evaluates quantities, and collects faults and clamps.
#[derive(Debug)]
pub(crate) struct Evaluator<const L: usize> {
    /// The instructions with which expressions are evaluated.
    pub(crate) path: InstructionPath,
    /// Asks to stop; what is computed afterwards is meaningless.
    pub(crate) cancel: CancelFlag,
    /// Registers for evaluations whose temporaries are not needed afterwards.
    registers: Registers<L>,
    constants: Vec<Lanes<L>>,
    /// Lanes in which an evaluation faulted where its value was needed.
    pub(crate) faults: Mask<L>,
    /// By row of `Program::clamped`: the number of times that the quantity was clamped.
    pub(crate) clamps: Vec<Mask<L>>,
    /// Whether any quantity was clamped.
    pub(crate) has_clamped: bool,
}

impl<const L: usize> Evaluator<L> {
    pub(crate) fn new(program: &Program, path: InstructionPath) -> Self {
        Self {
            path,
            cancel: CancelFlag::default(),
            registers: Registers::default(),
            constants: program
                .constants
                .iter()
                .map(|&value| LaneArray::splat(value))
                .collect(),
            faults: Mask::<L>::splat(0),
            clamps: vec![Mask::<L>::splat(0); program.clamped.len()],
            has_clamped: false,
        }
    }

    /// Evaluates a number. Faults are recorded in the lanes of `active` only.
    #[inline(always)]
    pub(crate) fn number<'s>(
        &'s mut self,
        code: &Code,
        view: &'s ExpressionInputs<'s, L>,
        active: &Mask<L>,
    ) -> &'s Lanes<L> {
        let sources = OperandSources::new(&self.constants, view, &[]);
        let (registers, faults) = (&mut self.registers, &mut self.faults);
        registers.execute(self.path, code.into(), sources, active, faults);
        registers.number(numeric_result(code), sources)
    }

    /// Evaluates a number and keeps its temporaries in `registers`.
    #[inline(always)]
    pub(crate) fn number_into<'s>(
        &'s mut self,
        code: &Code,
        registers: &'s mut Registers<L>,
        view: &'s ExpressionInputs<'s, L>,
        active: &Mask<L>,
    ) -> &'s Lanes<L> {
        let sources = OperandSources::new(&self.constants, view, &[]);
        registers.execute(self.path, code.into(), sources, active, &mut self.faults);
        registers.number(numeric_result(code), sources)
    }

    /// Evaluates a patch: the number after the changes of variables in `after`. The code must have
    /// been evaluated into `registers`, on this view or one that agrees with it in everything
    /// that the code reads.
    #[inline(always)]
    pub(crate) fn patched_number<'s>(
        &'s mut self,
        patch: &Patch,
        registers: &'s mut Registers<L>,
        view: &'s ExpressionInputs<'s, L>,
        after: &'s [Lanes<L>],
        active: &Mask<L>,
    ) -> &'s Lanes<L> {
        let sources = OperandSources::new(&self.constants, view, after);
        let block = InstructionBlock::from(patch);
        registers.execute(self.path, block, sources, active, &mut self.faults);
        registers.number(patch.result, sources)
    }

    /// Evaluates a condition. Faults are recorded in the lanes of `active` only.
    #[inline(always)]
    pub(crate) fn condition<'s>(
        &'s mut self,
        code: &Code,
        view: &ExpressionInputs<'_, L>,
        active: &Mask<L>,
    ) -> &'s Mask<L> {
        let sources = OperandSources::new(&self.constants, view, &[]);
        let (registers, faults) = (&mut self.registers, &mut self.faults);
        registers.execute(self.path, code.into(), sources, active, faults);
        registers.condition(code.result)
    }

    /// The value of a quantity. A drawn parameter is borrowed from the situation; any other value is
    /// written to `slot`. An expression is clamped to its domain, and clamps in
    /// active lanes are counted.
    #[inline(always)]
    pub(crate) fn quantity<'s>(
        &mut self,
        input: Input,
        situation: &EvaluationContext<'s, L>,
        active: &Mask<L>,
        slot: &'s mut Lanes<L>,
    ) -> &'s Lanes<L> {
        match input {
            Input::Parameter(parameter) => match situation.bound.parameter_value(parameter) {
                ParameterValue::Constant(value) => {
                    *slot = LaneArray::splat(value);
                    slot
                }
                ParameterValue::Drawn(index) => &situation.drawn[index],
            },
            Input::Code(code, clamped) => {
                self.evaluate_quantity(code, clamped, situation, active, slot);
                slot
            }
        }
    }

    /// Evaluates the expression of a quantity, clamped to its domain. Many places evaluate
    /// quantities, so this is not inlined in them.
    fn evaluate_quantity(
        &mut self,
        code: CodeId,
        clamped: Option<u32>,
        situation: &EvaluationContext<'_, L>,
        active: &Mask<L>,
        out: &mut Lanes<L>,
    ) {
        dispatch!(
            self.path,
            (
                evaluator: &mut Evaluator<L> = self,
                code: CodeId = code,
                clamped: Option<u32> = clamped,
                situation: &EvaluationContext<'_, L> = situation,
                active: &Mask<L> = active,
                out: &mut Lanes<L> = out,
            ) -> (),
            _BITS => evaluator.evaluate_quantity_inlined(code, clamped, situation, active, out)
        )
    }

    #[inline(always)]
    fn evaluate_quantity_inlined(
        &mut self,
        code: CodeId,
        clamped: Option<u32>,
        situation: &EvaluationContext<'_, L>,
        active: &Mask<L>,
        out: &mut Lanes<L>,
    ) {
        let program = &*situation.bound.program;
        *out = *self.number(&program.codes[code], &situation.view, active);
        let Some(index) = clamped.map(|index| index as usize) else {
            return;
        };
        let (low, high) = (program.clamped[index].low, program.clamped[index].high);
        let mut outside = Mask::<L>::splat(0);
        let mut any = 0;
        for lane in 0..L {
            let x = out[lane];
            outside[lane] = (to_mask(x < low) | to_mask(x > high)) & active[lane] & 1;
            any |= outside[lane];
            out[lane] = clamp(x, low, high);
        }
        if any != 0 {
            let count = &mut self.clamps[index];
            for lane in 0..L {
                count[lane] = count[lane].wrapping_add(outside[lane]);
            }
            self.has_clamped = true;
        }
    }
}

/// The operand that holds the value of a number.
fn numeric_result(code: &Code) -> Operand {
    match code.result {
        CodeResult::Number(operand) => operand,
        CodeResult::Condition(_) => unreachable!("a number was compiled"),
    }
}
