//! What an action may change of the replies that its actor reckons with.

use crate::index::{ActorId, CodeId, VariableId};
use crate::program::{ActionRow, Anticipation, Input, Program};

/// What of a reply may be otherwise after an action than before: the rest keeps its bits, and need
/// not be reckoned again.
#[derive(Debug)]
pub(super) struct Shift {
    /// By option of the replier through its tracks: its worth, odds or condition.
    pub(super) options: Vec<bool>,
    /// By place in `Anticipation::residuals`.
    pub(super) residuals: Vec<bool>,
    /// By place in `Anticipation::replier_residuals`.
    pub(super) replier_residuals: Vec<bool>,
}

impl Shift {
    pub(super) fn new(program: &Program, row: &ActionRow, anticipation: &Anticipation) -> Self {
        let changes = |variable: &VariableId| {
            let mut touches = row.touches.iter();
            touches.any(|touch| touch.variable == *variable)
        };
        let moves = |code: CodeId| program.codes[code].reads.iter().any(changes);
        let moves_residual = |actor: ActorId, index: usize| {
            let residual = program.actors[actor].imperatives[index].residual;
            residual.is_some_and(moves)
        };
        // Clamps are counted whenever a quantity is looked at.
        let moves_input = |input: Input| match input {
            Input::Parameter(_) => false,
            Input::Code(code, clamped) => clamped.is_some() || moves(code),
        };
        let replier = &program.actors[anticipation.replier];
        let all = moves_input(replier.precision) || replier.risk.is_some_and(moves_input);
        let replies = replier.tracks.iter().flat_map(|track| &track.options);
        let options = replies.zip(&anticipation.concerns).map(|(&id, concern)| {
            let reply = &program.actions[id];
            let touches = reply.touches.iter();
            let mut amounts = touches.flat_map(|touch| [touch.success, touch.failure]);
            let quantities = [reply.success, reply.cost, reply.appeal, reply.daily_odds];
            let of = |actor, residuals: &[usize]| {
                let mut residuals = residuals.iter();
                residuals.any(|&index| moves_residual(actor, index))
            };
            all || reply.requires.is_some_and(moves)
                || quantities.into_iter().any(moves_input)
                || amounts.any(|input| input.is_some_and(moves_input))
                || reply.touches.iter().any(|touch| changes(&touch.variable))
                || of(anticipation.replier, &reply.concern.residuals)
                || of(row.actor, &concern.residuals)
        });
        let by_place = |actor: ActorId, residuals: &[usize]| -> Vec<bool> {
            let residuals = residuals.iter();
            residuals
                .map(|&index| moves_residual(actor, index))
                .collect()
        };
        Self {
            options: options.collect(),
            residuals: by_place(row.actor, &anticipation.residuals),
            replier_residuals: by_place(anticipation.replier, &anticipation.replier_residuals),
        }
    }
}
