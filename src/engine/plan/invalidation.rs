//! Which parts of an anticipated response an action may change.

use crate::base::index::{ActorId, CodeId, Id, VariableId};
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
    /// What an action that may change none of the responses invalidates.
    const NOTHING: Self = Self {
        responses: Vec::new(),
        residuals: Vec::new(),
        responder_residuals: Vec::new(),
    };
}

/// By action and by actor that its actor anticipates: the parts of the response that the action may
/// change.
pub(crate) fn invalidations(program: &Program) -> Vec<Vec<Invalidation>> {
    let mut all: Vec<Vec<Invalidation>> = program.actions.iter().map(|_| Vec::new()).collect();
    let mut is_changed = vec![false; program.variables.len()];
    for (own, actor) in program.actors.enumerate() {
        for (k, anticipation) in actor.anticipates.iter().enumerate() {
            let reads = AnticipationReads::new(program, own, anticipation);
            for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
                let row = &program.actions[action];
                if !row.invalidates[k] {
                    all[action.index()].push(Invalidation::NOTHING);
                    continue;
                }
                let changed = || row.effects.iter().map(|effect| effect.variable.index());
                changed().for_each(|variable| is_changed[variable] = true);
                all[action.index()].push(reads.invalidated_by(&is_changed));
                changed().for_each(|variable| is_changed[variable] = false);
            }
        }
    }
    all
}

/// The variables that an evaluation reads.
#[derive(Default)]
struct Reads {
    /// Whether it is repeated after every change.
    is_unconditional: bool,
    variables: Vec<VariableId>,
}

impl Reads {
    fn add_code(&mut self, program: &Program, code: CodeId) {
        self.variables.extend(&program.codes[code].reads);
    }

    /// A clamped quantity is always evaluated again: its clamps are counted in every evaluation.
    fn add_input(&mut self, program: &Program, input: Input) {
        if let Input::Code(code, clamped) = input {
            self.is_unconditional |= clamped.is_some();
            self.add_code(program, code);
        }
    }

    fn add_residual(&mut self, program: &Program, actor: ActorId, imperative: usize) {
        if let Some(code) = program.actors[actor].imperatives[imperative].residual {
            self.add_code(program, code);
        }
    }

    /// Adds what determines the change of an actor's goals by a response. The linear part differs
    /// with the distance of a variable to its bounds.
    fn add_goals(
        &mut self,
        program: &Program,
        actor: ActorId,
        response: &ActionRow,
        dependencies: &GoalDependencies,
    ) {
        for (effect, row) in response.effects.iter().zip(&dependencies.gradient) {
            if row.is_some() {
                self.variables.push(effect.variable);
            }
        }
        for &imperative in &dependencies.residuals {
            self.add_residual(program, actor, imperative);
        }
    }

    fn sort(&mut self) {
        self.variables.sort_unstable();
        self.variables.dedup();
    }

    fn is_invalidated(&self, is_changed: &[bool]) -> bool {
        let mut variables = self.variables.iter();
        self.is_unconditional || variables.any(|variable| is_changed[variable.index()])
    }
}

/// What the evaluation of one response reads.
#[derive(Default)]
struct ResponseReads {
    availability: Reads,
    /// Read by both the choice and the value.
    choice_and_value: Reads,
    choice: Reads,
    value: Reads,
}

impl ResponseReads {
    fn new(
        program: &Program,
        own: ActorId,
        anticipation: &Anticipation,
        response: &ActionRow,
        dependencies: &GoalDependencies,
    ) -> Self {
        let responder_id = anticipation.responder;
        let responder = &program.actors[responder_id];
        let mut reads = Self::default();
        if let Some(code) = response.requires {
            reads.availability.add_code(program, code);
        }
        reads.choice_and_value.add_input(program, response.success);
        for effect in &response.effects {
            for input in [effect.success, effect.failure].into_iter().flatten() {
                reads.choice_and_value.add_input(program, input);
            }
            // A variable that both change may be read by no goal. Its response is computed again all
            // the same, so that derivatives are summed in the same order.
            reads.value.variables.push(effect.variable);
        }
        reads.choice.add_input(program, responder.precision);
        let inputs = [response.cost, response.appeal, response.daily_odds];
        for input in responder.risk.into_iter().chain(inputs) {
            reads.choice.add_input(program, input);
        }
        reads
            .choice
            .add_goals(program, responder_id, response, &response.dependencies);
        reads.value.add_goals(program, own, response, dependencies);
        let Self {
            availability,
            choice_and_value,
            choice,
            value,
        } = &mut reads;
        for part in [availability, choice_and_value, choice, value] {
            part.sort();
        }
        reads
    }

    fn invalidated_by(&self, is_changed: &[bool]) -> InvalidatedParts {
        let availability = self.availability.is_invalidated(is_changed);
        let both = availability || self.choice_and_value.is_invalidated(is_changed);
        InvalidatedParts {
            availability,
            choice: both || self.choice.is_invalidated(is_changed),
            value: both || self.value.is_invalidated(is_changed),
        }
    }
}

/// What the evaluation of the responses of one anticipated actor reads.
struct AnticipationReads {
    responses: Vec<ResponseReads>,
    residuals: Vec<Reads>,
    responder_residuals: Vec<Reads>,
}

impl AnticipationReads {
    fn new(program: &Program, own: ActorId, anticipation: &Anticipation) -> Self {
        let responder = &program.actors[anticipation.responder];
        let actions = responder.tracks.iter().flat_map(|track| &track.actions);
        let responses = actions.zip(&anticipation.response_dependencies);
        let residuals = |actor: ActorId, residuals: &[usize]| -> Vec<Reads> {
            let reads = residuals.iter().map(|&index| {
                let mut reads = Reads::default();
                reads.add_residual(program, actor, index);
                reads
            });
            reads.collect()
        };
        Self {
            responses: responses
                .map(|(&id, dependencies)| {
                    ResponseReads::new(
                        program,
                        own,
                        anticipation,
                        &program.actions[id],
                        dependencies,
                    )
                })
                .collect(),
            residuals: residuals(own, &anticipation.residuals),
            responder_residuals: residuals(
                anticipation.responder,
                &anticipation.responder_residuals,
            ),
        }
    }

    fn invalidated_by(&self, is_changed: &[bool]) -> Invalidation {
        let invalidated = |reads: &[Reads]| -> Vec<bool> {
            let reads = reads.iter();
            reads
                .map(|reads| reads.is_invalidated(is_changed))
                .collect()
        };
        let responses = self.responses.iter();
        Invalidation {
            responses: responses
                .map(|reads| reads.invalidated_by(is_changed))
                .collect(),
            residuals: invalidated(&self.residuals),
            responder_residuals: invalidated(&self.responder_residuals),
        }
    }
}
