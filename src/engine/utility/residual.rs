//! Residuals of goals: the parts that are not linear in the variables.

use crate::base::index::CodeId;
use crate::engine::lanes::{Lanes, Mask};
use crate::engine::utility::context::EvaluationContext;
use crate::engine::utility::evaluator::Evaluator;
use crate::engine::utility::registers::Registers;
use crate::program::Patch;
use std::borrow::Borrow;

/// The residual of a goal on a base state, with all temporaries of its evaluation.
#[derive(Clone, Debug)]
pub(crate) struct CachedResidual<const L: usize> {
    value: Lanes<L>,
    registers: Registers<L>,
}

impl<const L: usize> CachedResidual<L> {
    pub(crate) fn new() -> Self {
        Self {
            value: Lanes::<L>::splat(0.0),
            registers: Registers::default(),
        }
    }

    /// Evaluates the residual in a situation.
    #[inline(always)]
    pub(crate) fn evaluate(
        &mut self,
        residual: CodeId,
        situation: &EvaluationContext<'_, L>,
        active: &Mask<L>,
        evaluator: &mut Evaluator<L>,
    ) {
        let code = &situation.bound.program.codes[residual];
        self.value = *evaluator.number_into(code, &mut self.registers, &situation.view, active);
    }
}

impl<const L: usize> Borrow<Lanes<L>> for CachedResidual<L> {
    #[inline(always)]
    fn borrow(&self) -> &Lanes<L> {
        &self.value
    }
}

/// Adds ŵᵢ·(residual after − residual before), evaluating only the instructions of the patch. The
/// situation must agree with that of `before` in everything that the residual reads; `after` holds
/// the changed variables, by effect.
#[inline(always)]
pub(crate) fn add_residual_utility<const L: usize>(
    utility: &mut Lanes<L>,
    weight: &Lanes<L>,
    (patch, before, after): (&Patch, &mut CachedResidual<L>, &[Lanes<L>]),
    situation: &EvaluationContext<'_, L>,
    active: &Mask<L>,
    evaluator: &mut Evaluator<L>,
) {
    let CachedResidual { value, registers } = before;
    let after = evaluator.patched_number(patch, registers, &situation.view, after, active);
    for lane in 0..L {
        utility[lane] += weight[lane] * (after[lane] - value[lane]);
    }
}
