//! Where the instructions of an expression read their operands from.

use crate::base::index::Id;
use crate::engine::lanes::Lanes;
use crate::engine::utility::context::ExpressionInputs;
use crate::program::Operand;

/// Where operands come from, apart from the registers.
#[derive(Clone, Copy)]
pub(crate) struct OperandSources<'a, const L: usize> {
    /// The literals of the program.
    constants: &'a [Lanes<L>],
    /// The state that is read.
    pub(crate) view: &'a ExpressionInputs<'a, L>,
    /// For a patch: the changed variables, by effect of the action.
    after: &'a [Lanes<L>],
}

impl<'a, const L: usize> OperandSources<'a, L> {
    #[inline(always)]
    pub(crate) fn new(
        constants: &'a [Lanes<L>],
        view: &'a ExpressionInputs<'a, L>,
        after: &'a [Lanes<L>],
    ) -> Self {
        Self {
            constants,
            view,
            after,
        }
    }
}

/// Reads operands from the sources and from the registers below the one that is written.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a, const L: usize> {
    pub(crate) below: &'a [Lanes<L>],
    pub(crate) sources: OperandSources<'a, L>,
}

impl<'a, const L: usize> Reader<'a, L> {
    #[inline(always)]
    pub(crate) fn operand(&self, operand: Operand) -> &'a Lanes<L> {
        match operand {
            Operand::Variable(variable) => &self.sources.view.variables[variable.index()],
            Operand::Constant(constant) => &self.sources.constants[constant as usize],
            Operand::Temporary(from) => &self.below[from as usize],
            Operand::After(effect) => &self.sources.after[effect as usize],
        }
    }
}
