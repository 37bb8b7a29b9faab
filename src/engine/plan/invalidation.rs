//! Which parts of an anticipated response an action may change.

use crate::base::index::{ActorId, CodeId, VariableId};
use crate::program::{ActionRow, Anticipation, GoalDependencies, Input, Program};

/// Which parts of a response may differ after an action of the anticipating actor. All other parts
/// keep their bits and are not computed again.
#[derive(Debug)]
pub(crate) struct Invalidation {
    /// By action of the responder, through its tracks.
    pub(crate) responses: Vec<InvalidatedParts>,
    /// By position in `Anticipation::residuals`.
    pub(crate) residuals: Vec<bool>,
    /// By position in `Anticipation::responder_residuals`.
    pub(crate) responder_residuals: Vec<bool>,
}

/// Which parts of one response may differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct InvalidatedParts {
    /// Where it is available. If set, all parts are, since they were not computed where
    /// it was not available.
    pub(crate) availability: bool,
    /// Its logit or odds.
    pub(crate) choice: bool,
    /// Its value to the anticipating actor.
    pub(crate) value: bool,
}

impl InvalidatedParts {
    pub(crate) const ALL: Self = Self {
        availability: true,
        choice: true,
        value: true,
    };

    pub(crate) const NONE: Self = Self {
        availability: false,
        choice: false,
        value: false,
    };

    /// Whether any part may differ.
    #[inline(always)]
    pub(crate) fn any(self) -> bool {
        self.availability | self.choice | self.value
    }
}

impl Invalidation {
    pub(crate) fn new(program: &Program, row: &ActionRow, anticipation: &Anticipation) -> Self {
        let changes = Changes { program, row };
        let responder = &program.actors[anticipation.responder];
        let actions = responder.tracks.iter().flat_map(|track| &track.actions);
        let responses = actions.zip(&anticipation.response_dependencies);
        let residuals = |actor: ActorId, residuals: &[usize]| -> Vec<bool> {
            let residuals = residuals.iter();
            residuals
                .map(|&index| changes.residual(actor, index))
                .collect()
        };
        Self {
            responses: responses
                .map(|(&id, dependencies)| {
                    changes.response(anticipation, &program.actions[id], dependencies)
                })
                .collect(),
            residuals: residuals(row.actor, &anticipation.residuals),
            responder_residuals: residuals(
                anticipation.responder,
                &anticipation.responder_residuals,
            ),
        }
    }
}

/// What an action may change.
struct Changes<'a> {
    program: &'a Program,
    row: &'a ActionRow,
}

impl Changes<'_> {
    fn variable(&self, variable: &VariableId) -> bool {
        let mut effects = self.row.effects.iter();
        effects.any(|effect| effect.variable == *variable)
    }

    fn code(&self, code: CodeId) -> bool {
        let mut reads = self.program.codes[code].reads.iter();
        reads.any(|variable| self.variable(variable))
    }

    /// A clamped quantity always counts as changed: its clamps are counted in every evaluation.
    fn input(&self, input: Input) -> bool {
        match input {
            Input::Parameter(_) => false,
            Input::Code(code, clamped) => clamped.is_some() || self.code(code),
        }
    }

    fn residual(&self, actor: ActorId, imperative: usize) -> bool {
        let residual = self.program.actors[actor].imperatives[imperative].residual;
        residual.is_some_and(|code| self.code(code))
    }

    /// Whether the change of an actor's goals by a response may differ. The linear part differs with
    /// the distance of a variable to its bounds.
    fn goals(&self, actor: ActorId, response: &ActionRow, dependencies: &GoalDependencies) -> bool {
        let mut linear = response.effects.iter().zip(&dependencies.gradient);
        let mut residuals = dependencies.residuals.iter();
        linear.any(|(effect, row)| row.is_some() && self.variable(&effect.variable))
            || residuals.any(|&index| self.residual(actor, index))
    }

    fn response(
        &self,
        anticipation: &Anticipation,
        response: &ActionRow,
        dependencies: &GoalDependencies,
    ) -> InvalidatedParts {
        let responder = &self.program.actors[anticipation.responder];
        let effects = || response.effects.iter();
        let availability = response.requires.is_some_and(|code| self.code(code));
        let mut amounts = effects().flat_map(|effect| [effect.success, effect.failure]);
        let choice_and_value = availability
            || self.input(response.success)
            || amounts.any(|input| input.is_some_and(|input| self.input(input)));
        let mut choice_inputs = [response.cost, response.appeal, response.daily_odds].into_iter();
        InvalidatedParts {
            availability,
            choice: choice_and_value
                || self.input(responder.precision)
                || responder.risk.is_some_and(|risk| self.input(risk))
                || choice_inputs.any(|input| self.input(input))
                || self.goals(anticipation.responder, response, &response.dependencies),
            // A variable that both change may be read by no goal. Its response is computed again all
            // the same, so that derivatives are summed in the same order.
            value: choice_and_value
                || effects().any(|effect| self.variable(&effect.variable))
                || self.goals(self.row.actor, response, dependencies),
        }
    }
}
