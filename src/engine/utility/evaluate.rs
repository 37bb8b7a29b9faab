//! Evaluating compiled expressions on lanes, read through a view.

use crate::base::index::CodeId;
use crate::engine::dispatch::InstructionPath;
use crate::engine::lanes::{Lanes, Mask, Row, bit, clamp};
use crate::engine::state::Memory;
use crate::engine::utility::instruction::{Frame, Line, Sources};
use crate::program::{
    BoundProgram, Code, CodeResult, Input, Operand, ParameterValue, Patch, Program,
};

/// What an expression reads: the world, or what somebody takes for it. The caller says which
/// variables; memory and the day are the run's.
#[derive(Clone, Copy)]
pub struct View<'a, const L: usize> {
    /// The variables' values.
    pub variables: &'a [Lanes<L>],
    /// What the run remembers.
    pub memory: &'a Memory<L>,
    /// The day.
    pub day: f32,
}

/// All that the value of a quantity can depend on: what is given, and what expressions read.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Situation<'a, const L: usize> {
    /// The program and what its parameters are.
    pub(in crate::engine) bound: &'a BoundProgram<'a>,
    /// The values of the drawn parameters.
    pub(in crate::engine) drawn: &'a [Lanes<L>],
    /// What expressions read.
    pub(in crate::engine) view: View<'a, L>,
}

/// What expressions are evaluated with, and what is found wrong with them.
#[derive(Debug)]
pub(in crate::engine) struct Workspace<const L: usize> {
    /// The instructions with which expressions are evaluated.
    pub(in crate::engine) path: InstructionPath,
    /// For what is evaluated and forgotten.
    frame: Frame<L>,
    constants: Vec<Lanes<L>>,
    /// Lanes in which an evaluation faulted where it mattered.
    pub(in crate::engine) faults: Mask<L>,
    /// For each clamped quantity, how often it was clamped.
    pub(in crate::engine) clamps: Vec<Mask<L>>,
    /// Whether any was.
    pub(in crate::engine) has_clamped: bool,
}

impl<const L: usize> Workspace<L> {
    pub(in crate::engine) fn new(program: &Program, path: InstructionPath) -> Self {
        Self {
            path,
            frame: Frame::default(),
            constants: program
                .constants
                .iter()
                .map(|&value| Row::of(value))
                .collect(),
            faults: Mask::<L>::of(0),
            clamps: vec![Mask::<L>::of(0); program.clamped.len()],
            has_clamped: false,
        }
    }

    /// Evaluates a number; faults are noted in the lanes of `active` alone.
    #[inline(always)]
    pub(in crate::engine) fn number<'s>(
        &'s mut self,
        code: &Code,
        view: &'s View<'s, L>,
        active: &Mask<L>,
    ) -> &'s Lanes<L> {
        let sources = Sources::new(&self.constants, view, &[]);
        let (frame, faults) = (&mut self.frame, &mut self.faults);
        frame.run(self.path, Line::from(code), sources, active, faults);
        frame.number(result_of(code), sources)
    }

    /// The same, all its temporaries being kept in a frame.
    #[inline(always)]
    pub(in crate::engine) fn number_kept<'s>(
        &'s mut self,
        code: &Code,
        frame: &'s mut Frame<L>,
        view: &'s View<'s, L>,
        active: &Mask<L>,
    ) -> &'s Lanes<L> {
        let sources = Sources::new(&self.constants, view, &[]);
        frame.run(
            self.path,
            Line::from(code),
            sources,
            active,
            &mut self.faults,
        );
        frame.number(result_of(code), sources)
    }

    /// The number of a code after changes, the variables that the patch names then being those of
    /// `after`. The code was evaluated into the frame, on the view or one that agrees with it in all
    /// that the code reads.
    #[inline(always)]
    pub(in crate::engine) fn number_patched<'s>(
        &'s mut self,
        patch: &Patch,
        frame: &'s mut Frame<L>,
        view: &'s View<'s, L>,
        after: &'s [Lanes<L>],
        active: &Mask<L>,
    ) -> &'s Lanes<L> {
        let sources = Sources::new(&self.constants, view, after);
        let line = Line::from(patch);
        frame.run(self.path, line, sources, active, &mut self.faults);
        frame.number(patch.result, sources)
    }

    /// Evaluates a condition; faults are noted in the lanes of `active` alone.
    #[inline(always)]
    pub(in crate::engine) fn condition<'s>(
        &'s mut self,
        code: &Code,
        view: &View<'_, L>,
        active: &Mask<L>,
    ) -> &'s Mask<L> {
        let sources = Sources::new(&self.constants, view, &[]);
        let (frame, faults) = (&mut self.frame, &mut self.faults);
        frame.run(self.path, Line::from(code), sources, active, faults);
        frame.condition(code.result)
    }

    /// The value of a quantity. A drawn one is lent from the situation; a known or evaluated
    /// one from `slot`, the latter clamped to its domain, clamps in active lanes counted.
    #[inline(always)]
    pub(in crate::engine) fn input<'s>(
        &mut self,
        input: Input,
        situation: &Situation<'s, L>,
        active: &Mask<L>,
        slot: &'s mut Lanes<L>,
    ) -> &'s Lanes<L> {
        match input {
            Input::Parameter(parameter) => match situation.bound.parameter_value(parameter) {
                ParameterValue::Constant(value) => {
                    *slot = Row::of(value);
                    slot
                }
                ParameterValue::Drawn(index) => &situation.drawn[index],
            },
            Input::Code(code, clamped) => {
                self.evaluate_input(code, clamped, situation, active, slot);
                slot
            }
        }
    }

    #[inline(always)]
    fn evaluate_input(
        &mut self,
        code: CodeId,
        clamped: Option<u32>,
        situation: &Situation<'_, L>,
        active: &Mask<L>,
        slot: &mut Lanes<L>,
    ) {
        let program = situation.bound.program;
        *slot = *self.number(&program.codes[code], &situation.view, active);
        let Some(index) = clamped.map(|index| index as usize) else {
            return;
        };
        let (low, high) = (program.clamped[index].low, program.clamped[index].high);
        let mut outside = Mask::<L>::of(0);
        let mut any = 0;
        for lane in 0..L {
            let x = slot[lane];
            outside[lane] = (bit(x < low) | bit(x > high)) & active[lane] & 1;
            any |= outside[lane];
            slot[lane] = clamp(x, low, high);
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

fn result_of(code: &Code) -> Operand {
    match code.result {
        CodeResult::Number(operand) => operand,
        CodeResult::Condition(_) => unreachable!("a number was compiled"),
    }
}
