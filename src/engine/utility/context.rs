//! What the evaluation of quantities and expressions reads.

use crate::base::index::ActorId;
use crate::engine::lanes::Lanes;
use crate::engine::state::State;
use crate::engine::state::record::History;
use crate::program::BoundProgram;

/// What an expression reads. The caller chooses the variables: the true state, a perceived state
/// or a hypothetical state.
#[derive(Clone, Copy)]
pub struct ExpressionInputs<'a, const L: usize> {
    /// The values of the variables.
    pub variables: &'a [Lanes<L>],
    /// The history of actions and events.
    pub history: &'a History<L>,
    /// The number of the day.
    pub day: f32,
}

/// Everything that the value of a quantity can depend on: parameters, and what expressions read.
#[derive(Clone, Copy)]
pub(crate) struct EvaluationContext<'a, const L: usize> {
    /// The program with the constant parameters.
    pub(crate) bound: &'a BoundProgram,
    /// The values of the drawn parameters.
    pub(crate) drawn: &'a [Lanes<L>],
    pub(crate) view: ExpressionInputs<'a, L>,
}

impl<'a, const L: usize> EvaluationContext<'a, L> {
    /// The same situation with other values of the variables.
    #[inline(always)]
    pub(crate) fn with_variables(&self, variables: &'a [Lanes<L>]) -> Self {
        Self {
            view: ExpressionInputs {
                variables,
                ..self.view
            },
            ..*self
        }
    }
}

impl<const L: usize> State<L> {
    /// A view of the true state.
    #[inline(always)]
    pub(crate) fn view(&self) -> ExpressionInputs<'_, L> {
        ExpressionInputs {
            variables: &self.variables,
            history: &self.history,
            day: f32::from(self.day),
        }
    }

    /// The situation in the true state.
    #[inline(always)]
    pub(crate) fn situation<'a>(&'a self, bound: &'a BoundProgram) -> EvaluationContext<'a, L> {
        EvaluationContext {
            bound,
            drawn: &self.drawn,
            view: self.view(),
        }
    }
}

/// The situation as an actor perceives it. `perceived` is its perceived state; it is used only if
/// the actor does not perceive the true state.
#[inline(always)]
pub(crate) fn perceived_situation<'a, const L: usize>(
    bound: &'a BoundProgram,
    state: &'a State<L>,
    perceived: &'a [Lanes<L>],
    actor: ActorId,
) -> EvaluationContext<'a, L> {
    let situation = state.situation(bound);
    match bound.program.actors[actor].perceives.is_empty() {
        true => situation,
        false => situation.with_variables(perceived),
    }
}
