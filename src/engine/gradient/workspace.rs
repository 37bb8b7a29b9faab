//! Scratch buffers for the gradient of a choice.

use crate::base::index::{ActionId, ActorId, IdVec};
use crate::engine::gradient::partials::affected_imperatives;
use crate::engine::gradient::responder::ResponderGradient;
use crate::engine::lanes::Lanes;
use crate::program::Program;

/// Scratch buffers for the gradient of a choice.
#[derive(Debug)]
pub(crate) struct GradientWorkspace<const L: usize> {
    /// By action: the imperatives of its actor that it affects.
    pub(crate) affected: IdVec<ActionId, Vec<usize>>,
    /// By branch and imperative: the change of the goal by the current action.
    pub(crate) changes: [Vec<Lanes<L>>; 2],
    /// By effect of the current action: the variable after it.
    pub(crate) after: Vec<Lanes<L>>,
    /// By actor and by actor that it anticipates.
    pub(crate) responders: IdVec<ActorId, Vec<ResponderGradient<L>>>,
}

impl<const L: usize> GradientWorkspace<L> {
    pub(crate) fn new(program: &Program) -> Self {
        let zeros = |count: Option<usize>| vec![Lanes::<L>::splat(0.0); count.unwrap_or(0)];
        let effects = program.actions.iter().map(|row| row.effects.len());
        let max_effects = effects.max();
        let imperatives = program.actors.iter().map(|row| row.imperatives.len());
        let changes = zeros(imperatives.max());
        let responders = program.actors.enumerate().map(|(id, actor)| {
            let anticipated = actor.anticipates.iter();
            let max_effects = max_effects.unwrap_or(0);
            anticipated
                .map(|anticipation| ResponderGradient::new(program, id, anticipation, max_effects))
                .collect()
        });
        let actions = program.actions.iter();
        Self {
            affected: actions
                .map(|row| affected_imperatives(&program.actors[row.actor], &row.dependencies))
                .collect(),
            changes: [changes.clone(), changes],
            responders: responders.collect(),
            after: zeros(max_effects),
        }
    }
}
