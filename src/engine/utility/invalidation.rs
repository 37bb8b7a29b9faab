//! What an action may change of the replies that its actor reckons with.

use crate::base::index::{ActorId, CodeId, VariableId};
use crate::program::{ActionRow, Anticipation, GoalDependencies, Input, Program};

/// What of a reply may be otherwise after an action than before: the rest keeps its bits, and need
/// not be reckoned again.
#[derive(Debug)]
pub(in crate::engine) struct Shift {
    /// By option of the responder through its tracks.
    pub(in crate::engine) options: Vec<Moved>,
    /// By place in `Anticipation::residuals`.
    pub(in crate::engine) residuals: Vec<bool>,
    /// By place in `Anticipation::responder_residuals`.
    pub(in crate::engine) responder_residuals: Vec<bool>,
}

/// What of one reply may be otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::engine) struct Moved {
    /// Where it is open. Then all else is set as well: what was not open was not valued.
    pub(in crate::engine) opening: bool,
    /// How likely it is where it is open: its logit or odds.
    pub(in crate::engine) choice: bool,
    /// What it is worth to the one who reckons.
    pub(in crate::engine) worth: bool,
}

impl Moved {
    /// All of it.
    pub(in crate::engine) const ALL: Self = Self {
        opening: true,
        choice: true,
        worth: true,
    };

    /// None of it.
    pub(in crate::engine) const NOTHING: Self = Self {
        opening: false,
        choice: false,
        worth: false,
    };

    /// Whether anything is.
    #[inline(always)]
    pub(in crate::engine) fn any(self) -> bool {
        self.opening | self.choice | self.worth
    }
}

impl Shift {
    pub(in crate::engine) fn new(
        program: &Program,
        row: &ActionRow,
        anticipation: &Anticipation,
    ) -> Self {
        let changes = |variable: &VariableId| {
            let mut touches = row.effects.iter();
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
        let responder = &program.actors[anticipation.responder];
        let all = moves_input(responder.precision) || responder.risk.is_some_and(moves_input);
        let replies = responder.tracks.iter().flat_map(|track| &track.actions);
        let options = replies
            .zip(&anticipation.response_dependencies)
            .map(|(&id, concern)| {
                let reply = &program.actions[id];
                let opening = reply.requires.is_some_and(moves);
                let touches = reply.effects.iter();
                let mut amounts = touches.flat_map(|touch| [touch.success, touch.failure]);
                let choice_and_worth = opening
                    || moves_input(reply.success)
                    || amounts.any(|input| input.is_some_and(moves_input));
                // What is linear changes with the room that there is up to a bound.
                let moves_goals = |actor: ActorId, concern: &GoalDependencies| {
                    let mut slopes = reply.effects.iter().zip(&concern.gradient);
                    let mut residuals = concern.residuals.iter();
                    slopes.any(|(touch, slope)| slope.is_some() && changes(&touch.variable))
                        || residuals.any(|&index| moves_residual(actor, index))
                };
                let mut charms = [reply.cost, reply.appeal, reply.daily_odds].into_iter();
                Moved {
                    opening,
                    choice: choice_and_worth
                        || all
                        || charms.any(moves_input)
                        || moves_goals(anticipation.responder, &reply.dependencies),
                    // Where both touch a variable it may be that no goal reads it; slopes are summed by what
                    // is reckoned again, and keep their order.
                    worth: choice_and_worth
                        || reply.effects.iter().any(|touch| changes(&touch.variable))
                        || moves_goals(row.actor, concern),
                }
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
            responder_residuals: by_place(
                anticipation.responder,
                &anticipation.responder_residuals,
            ),
        }
    }
}
