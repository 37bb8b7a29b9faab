//! Evaluates a choice of another engine again, with numbers that the caller sets.
//!
//! Given the state on which an actor of another engine has just chosen, a [`Reevaluation`] computes
//! the weights of the alternatives with other numbers, by the same code as the engine and on the same
//! perceived state, and the gradient of the logits ([`DecisionGradient`]). It simulates nothing and
//! uses no random numbers. The program is that of the other engine with its own numbers
//! ([`Reevaluation::begin`]), or a parameterized one ([`crate::program::parameterize`]) bound to rows
//! that the caller fills in ([`Reevaluation::set_parameter`]).

use crate::base::index::{ActionId, ActorId, Id, IdVec, ParameterId, VariableId};
use crate::engine::block::Engine;
use crate::engine::dispatch::InstructionPath;
use crate::engine::gradient::decision_gradient::DecisionGradient;
use crate::engine::gradient::workspace::GradientWorkspace;
use crate::engine::lanes::{LaneArray, Lanes, Mask, any};
use crate::engine::state::State;
use crate::engine::utility::context::perceived_situation;
use crate::program::{BoundProgram, Input, TrackRow};

/// Evaluates choices of a block again.
#[derive(Debug)]
pub struct Reevaluation<'p, const L: usize> {
    engine: Engine<'p, L>,
    is_any_available: bool,
    total: Lanes<L>,
    workspace: GradientWorkspace<L>,
    gradient: DecisionGradient<L>,
}

impl<'p, const L: usize> Reevaluation<'p, L> {
    /// Allocates a re-evaluation for one block of a program that is bound to rows. Every row is 0
    /// until it is set.
    ///
    /// # Panics
    /// If the processor lacks the instructions of the path.
    pub fn new(bound: &'p BoundProgram, path: InstructionPath) -> Self {
        let mut engine = Engine::with_path(bound, path);
        engine.state.drawn = vec![Lanes::<L>::splat(0.0); bound.program.parameters.len()];
        Self {
            engine,
            is_any_available: false,
            total: Lanes::<L>::splat(0.0),
            workspace: GradientWorkspace::new(&bound.program),
            gradient: DecisionGradient::new(&bound.program),
        }
    }

    /// Takes over the drawn values of a block of another engine of the same bound program.
    pub fn begin(&mut self, state: &State<L>) {
        self.engine.resume(state);
    }

    /// Sets a parameter. A weight counts from the next [`Reevaluation::update_preferences`] on.
    pub fn set_parameter(&mut self, parameter: ParameterId, row: &Lanes<L>) {
        self.engine.state.drawn[parameter.index()] = *row;
    }

    /// Sets the factor of an expression, in the true, the perceived, the expected
    /// and the hypothetical state.
    pub fn set_factor(&mut self, factor: VariableId, value: f32) {
        let row = LaneArray::splat(value);
        let Engine {
            state, workspace, ..
        } = &mut self.engine;
        state.variables[factor.index()] = row;
        workspace.perceived_state[factor.index()] = row;
        workspace.decision.expected_state[factor.index()] = row;
        workspace.decision.hypothetical_state[factor.index()] = row;
    }

    /// Prepares the choice of an actor on the state at its turn, as if it were activated in all
    /// lanes. The state is one of the program before it was parameterized; factors keep their
    /// values. Returns whether any action is available.
    pub fn prepare_choice(&mut self, state: &State<L>, actor: ActorId) -> bool {
        let engine = &mut self.engine;
        engine.update_preferences();
        engine.state.copy_choice_state(state);
        engine.perceive(actor);
        engine.update_actor_ranges(actor);
        let all = Mask::<L>::splat(u32::MAX);
        self.is_any_available = engine.prepare_choice(actor, &all, true);
        self.is_any_available
    }

    /// Computes the normalized weights and the precision of an actor again.
    pub fn update_preferences(&mut self, actor: ActorId) {
        self.engine.update_actor_preferences(actor);
    }

    /// Computes the anticipated responses to waiting of the prepared actor again.
    pub fn update_responses(&mut self, actor: ActorId) {
        if self.is_any_available {
            self.engine.evaluate_waiting(actor);
        }
    }

    /// Where an action is available to the prepared actor.
    pub fn available(&self, action: ActionId) -> &Mask<L> {
        &self.engine.workspace.available[action.index()]
    }

    /// The weights of the alternatives of a track of the prepared actor, waiting
    /// first, and their sum.
    pub fn compute_weights(
        &mut self,
        actor: ActorId,
        track: &TrackRow,
    ) -> (&[Lanes<L>], &Lanes<L>) {
        self.total = self.engine.compute_weights(actor, track);
        let weights = &self.engine.workspace.track.weights;
        (&weights[..=track.actions.len()], &self.total)
    }

    /// λ·log₂e·utility of an action of the prepared actor with the current numbers, meaningful
    /// where it is available.
    pub fn compute_logit(&mut self, action: ActionId) -> &Lanes<L> {
        let engine = &mut self.engine;
        let available = engine.workspace.available[action.index()];
        if any(&available) {
            let actor = engine.bound.program.actions[action].actor;
            engine.compute_logit(actor, action, 0, &available);
        }
        &self.engine.workspace.track.logits[0]
    }

    /// Adds the derivatives of the logits of the prepared actor, each times the choice residual of
    /// its action, which must be 0 where the action is not available.
    pub fn add_gradient(&mut self, actor: ActorId, residuals: &IdVec<ActionId, Lanes<L>>) {
        if self.is_any_available {
            let (workspace, gradient) = (&mut self.workspace, &mut self.gradient);
            self.engine
                .add_gradient(actor, residuals, workspace, gradient);
        }
    }

    /// The derivatives that were added since the gradient was last cleared.
    pub fn gradient(&mut self) -> &mut DecisionGradient<L> {
        &mut self.gradient
    }

    /// The value of a quantity of the prepared actor, on its perceived state.
    pub fn quantity(&mut self, actor: ActorId, input: Input) -> Lanes<L> {
        let Engine {
            bound,
            state,
            evaluator,
            workspace,
            ..
        } = &mut self.engine;
        let perceived = perceived_situation(bound, state, &workspace.perceived_state, actor);
        let (none, mut slot) = (Mask::<L>::splat(0), Lanes::<L>::splat(0.0));
        *evaluator.quantity(input, &perceived, &none, &mut slot)
    }
}

impl<const L: usize> State<L> {
    /// Copies everything that a choice reads, except the drawn values, which the caller sets, and
    /// variables that `state` does not have.
    fn copy_choice_state(&mut self, state: &Self) {
        self.day = state.day;
        self.first_run = state.first_run;
        self.key_high = state.key_high;
        self.key_low = state.key_low;
        self.variables[..state.variables.len()].copy_from_slice(&state.variables);
        for (own, other) in self.pending.iter_mut().zip(&state.pending) {
            own.is_in_use = other.is_in_use;
            if other.is_in_use {
                own.slots.copy_from_slice(&other.slots);
            }
        }
        for (own, other) in self.lagged_values.iter_mut().zip(&state.lagged_values) {
            own.copy_from_slice(other);
        }
        let actions = self.history.actions.iter_mut().zip(&state.history.actions);
        actions.for_each(|(own, other)| own.clone_from(other));
        let events = self.history.events.iter_mut().zip(&state.history.events);
        events.for_each(|(own, other)| own.clone_from(other));
    }
}
