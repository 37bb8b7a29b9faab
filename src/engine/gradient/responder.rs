//! The anticipated responses of one actor, on s⁺ and after each branch of an action.
//!
//! R = τ·Σ over tracks Σ over responses P·V, with P the choice probability and V the value to the
//! anticipating actor. So ∂R/∂τ = R/τ, ∂R/∂V = τP, and ∂R/∂logit = τP·(V − ΣPV of its track). A
//! response that an action does not invalidate differs from that on s⁺ only in P. Its adjoints are
//! accumulated and propagated once.

use crate::base::index::ActorId;
use crate::base::math::single;
use crate::engine::dispatch::dispatch;
use crate::engine::gradient::partials::derivative_unit;
use crate::engine::gradient::response::{
    ActorPair, AssumedPrecision, BranchChanges, DifferentiatedResponse,
};
use crate::engine::lanes::{Lanes, Mask, any, masked, select, to_mask};
use crate::engine::plan::invalidation::Invalidation;
use crate::engine::utility::context::EvaluationContext;
use crate::engine::utility::evaluator::Evaluator;
use crate::engine::utility::preferences::Preferences;
use crate::engine::utility::response::response_available;
use crate::program::{Anticipation, Program};

/// Index of s⁺ among the hypothetical states; those after success and failure follow.
pub(crate) const EXPECTED: usize = 0;

/// The anticipated responses of one actor with their derivatives.
#[derive(Debug)]
pub(crate) struct ResponderGradient<const L: usize> {
    pub(super) pair: ActorPair,
    /// Index among the anticipated actors of the anticipating one.
    anticipation: usize,
    pub(super) states: [StateResponses<L>; 3],
    after: Vec<Lanes<L>>,
    changes: BranchChanges<L>,
    insight: Lanes<L>,
    /// The adjoint of the value of s⁺.
    pub(super) expected_adjoint: Lanes<L>,
    /// By response: accumulated adjoints of logit and value on s⁺, of evaluations that
    /// do not invalidate it.
    pub(super) accumulated: Vec<[Lanes<L>; 2]>,
    pub(super) is_needed: bool,
}

/// The responses on one hypothetical state.
#[derive(Clone, Debug)]
pub(super) struct StateResponses<const L: usize> {
    /// By imperative: the residuals of the anticipating actor, and of the responder.
    residuals: [Vec<Lanes<L>>; 2],
    /// By action of the responder, through its tracks.
    pub(super) responses: Vec<DifferentiatedResponse<L>>,
    /// By action: the choice probability P.
    pub(super) probabilities: Vec<Lanes<L>>,
    /// By track: the expected value ΣPV.
    pub(super) means: Vec<Lanes<L>>,
    pub(super) precision: AssumedPrecision<L>,
    pub(super) tempo: Lanes<L>,
    pub(super) tempo_unit: Lanes<L>,
}

impl<const L: usize> ResponderGradient<L> {
    pub(crate) fn new(
        program: &Program,
        own: ActorId,
        anticipation: &Anticipation,
        max_effects: usize,
    ) -> Self {
        let zero = Lanes::<L>::splat(0.0);
        let responder = anticipation.responder;
        let pair = ActorPair { own, responder };
        let mut anticipated = program.actors[own].anticipates.iter();
        let index = anticipated.position(|one| one.responder == responder);
        let n_own = program.actors[own].imperatives.len();
        let n_responder = program.actors[responder].imperatives.len();
        let tracks = &program.actors[responder].tracks;
        let actions = tracks.iter().flat_map(|track| &track.actions);
        let responses: Vec<DifferentiatedResponse<L>> = actions
            .enumerate()
            .map(|(index, &action)| {
                DifferentiatedResponse::new(program, pair, anticipation, index, action)
            })
            .collect();
        let n_responses = responses.len();
        let state = StateResponses {
            residuals: [vec![zero; n_own], vec![zero; n_responder]],
            probabilities: vec![zero; n_responses],
            means: vec![zero; tracks.len()],
            precision: AssumedPrecision {
                value: zero,
                by_precision: zero,
                by_insight: zero,
            },
            tempo: zero,
            tempo_unit: zero,
            responses,
        };
        Self {
            pair,
            anticipation: index.unwrap_or(0),
            after: vec![zero; max_effects],
            changes: [n_own, n_own, n_responder, n_responder].map(|n| vec![zero; n]),
            insight: zero,
            expected_adjoint: zero,
            accumulated: vec![[zero; 2]; n_responses],
            states: std::array::from_fn(|_| state.clone()),
            is_needed: false,
        }
    }

    /// Starts a choice: all adjoints are 0.
    #[inline(always)]
    pub(crate) fn begin(&mut self, needed: &Mask<L>, insight: &Lanes<L>) {
        self.is_needed = any(needed);
        self.insight = *insight;
        self.expected_adjoint = Lanes::<L>::splat(0.0);
        self.accumulated.fill([Lanes::<L>::splat(0.0); 2]);
    }

    /// Evaluates the responses on the state `base`, which is restored. Without an
    /// invalidation, `base` is s⁺.
    #[allow(
        clippy::too_many_arguments,
        reason = "the body of a loop, in a function of its own for readability"
    )]
    pub(crate) fn evaluate(
        &mut self,
        state: usize,
        perceived: &EvaluationContext<'_, L>,
        base: &mut [Lanes<L>],
        invalidation: Option<&Invalidation>,
        active: &Mask<L>,
        preferences: &Preferences<L>,
        evaluator: &mut Evaluator<L>,
    ) {
        if !self.is_needed {
            return;
        }
        dispatch!(
            evaluator.path,
            (
                responder: &mut ResponderGradient<L> = self,
                state: usize = state,
                perceived: &EvaluationContext<'_, L> = perceived,
                base: &mut [Lanes<L>] = base,
                invalidation: Option<&Invalidation> = invalidation,
                active: &Mask<L> = active,
                preferences: &Preferences<L> = preferences,
                evaluator: &mut Evaluator<L> = evaluator,
            ) -> (),
            _BITS => responder.evaluate_inlined(
                state,
                perceived,
                base,
                invalidation,
                active,
                preferences,
                evaluator,
            )
        )
    }

    #[inline(always)]
    #[allow(
        clippy::too_many_arguments,
        reason = "the body of a loop, in a function of its own for readability"
    )]
    fn evaluate_inlined(
        &mut self,
        state: usize,
        perceived: &EvaluationContext<'_, L>,
        base: &mut [Lanes<L>],
        invalidation: Option<&Invalidation>,
        active: &Mask<L>,
        preferences: &Preferences<L>,
        evaluator: &mut Evaluator<L>,
    ) {
        let program = &*perceived.bound.program;
        let (own, responder) = (
            &program.actors[self.pair.own],
            &program.actors[self.pair.responder],
        );
        let anticipation = &own.anticipates[self.anticipation];
        let hypothetical = perceived.with_variables(base);
        self.evaluate_residuals(
            state,
            anticipation,
            &hypothetical,
            invalidation,
            active,
            evaluator,
        );
        let current = &mut self.states[state];
        let mut slot = Lanes::<L>::splat(0.0);
        let precision = *evaluator.quantity(responder.precision, &hypothetical, active, &mut slot);
        current.tempo = *evaluator.quantity(responder.tempo, &hypothetical, active, &mut slot);
        current.tempo_unit = derivative_unit(program, responder.tempo, &current.tempo);
        let units = [
            derivative_unit(program, responder.precision, &precision),
            derivative_unit(program, own.insight, &self.insight),
        ];
        let assumed = &mut current.precision;
        for lane in 0..L {
            assumed.value[lane] = precision[lane] * self.insight[lane];
            assumed.by_precision[lane] = self.insight[lane] * units[0][lane];
            assumed.by_insight[lane] = precision[lane] * units[1][lane];
        }
        for (index, dependencies) in anticipation.response_dependencies.iter().enumerate() {
            if !is_invalidated(invalidation, index) {
                continue;
            }
            let current = &mut self.states[state];
            let response = &mut current.responses[index];
            let action = response.action;
            response.available = response_available(action, perceived, base, active, evaluator);
            response.is_available = any(&response.available);
            if response.is_available {
                response.evaluate(
                    self.pair,
                    dependencies,
                    perceived,
                    base,
                    [
                        current.residuals[0].as_slice(),
                        current.residuals[1].as_slice(),
                    ],
                    &mut self.after,
                    &mut self.changes,
                    preferences,
                    evaluator,
                );
            }
        }
        self.update_probabilities(state, program, invalidation, active);
    }

    /// Evaluates the residuals that a response may change, or copies them from s⁺ if
    /// they are not invalidated.
    #[inline(always)]
    fn evaluate_residuals(
        &mut self,
        state: usize,
        anticipation: &Anticipation,
        hypothetical: &EvaluationContext<'_, L>,
        invalidation: Option<&Invalidation>,
        active: &Mask<L>,
        evaluator: &mut Evaluator<L>,
    ) {
        let program = &*hypothetical.bound.program;
        let actors = [self.pair.own, self.pair.responder];
        let sets = [&anticipation.residuals, &anticipation.responder_residuals];
        for (k, indices) in sets.into_iter().enumerate() {
            let invalidated = invalidation.map(|invalidation| {
                [&invalidation.residuals, &invalidation.responder_residuals][k]
            });
            let imperatives = &program.actors[actors[k]].imperatives;
            for (position, &index) in indices.iter().enumerate() {
                let Some(residual) = imperatives[index].residual else {
                    continue;
                };
                self.states[state].residuals[k][index] = match invalidated {
                    Some(invalidated) if !invalidated[position] => {
                        self.states[EXPECTED].residuals[k][index]
                    }
                    _ => *evaluator.number(&program.codes[residual], &hypothetical.view, active),
                };
            }
        }
    }

    /// A response on a state, taken from s⁺ if it is not invalidated.
    #[inline(always)]
    pub(super) fn response(
        &self,
        state: usize,
        index: usize,
        invalidation: Option<&Invalidation>,
    ) -> &DifferentiatedResponse<L> {
        match is_invalidated(invalidation, index) {
            true => &self.states[state].responses[index],
            false => &self.states[EXPECTED].responses[index],
        }
    }

    /// Computes the choice probabilities of the responses on a state, and ΣPV by track.
    #[inline(always)]
    fn update_probabilities(
        &mut self,
        state: usize,
        program: &Program,
        invalidation: Option<&Invalidation>,
        active: &Mask<L>,
    ) {
        let precision = self.states[state].precision.value;
        let mut first = 0;
        let tracks = &program.actors[self.pair.responder].tracks;
        for (k, track) in tracks.iter().enumerate() {
            let indices = first..first + track.actions.len();
            first = indices.end;
            let mut largest = Lanes::<L>::splat(0.0);
            for index in indices.clone() {
                let response = self.response(state, index, invalidation);
                if !response.is_available {
                    continue;
                }
                for lane in 0..L {
                    let logit = precision[lane] * response.utility[lane];
                    let counts = response.available[lane]
                        & active[lane]
                        & to_mask(response.odds[lane] > 0.0);
                    let is_higher = counts & to_mask(logit > largest[lane]);
                    largest[lane] = select(is_higher, logit, largest[lane]);
                }
            }
            let mut total = Lanes::<L>::splat(0.0);
            for lane in 0..L {
                total[lane] = single::exp(-largest[lane]);
            }
            for index in indices.clone() {
                let response = self.response(state, index, invalidation);
                let mut weight = Lanes::<L>::splat(0.0);
                if response.is_available {
                    for lane in 0..L {
                        let logit = precision[lane] * response.utility[lane];
                        let product = response.odds[lane] * single::exp(logit - largest[lane]);
                        let counts = response.available[lane]
                            & active[lane]
                            & to_mask(response.odds[lane] > 0.0);
                        weight[lane] = masked(counts, product);
                        total[lane] += weight[lane];
                    }
                }
                self.states[state].probabilities[index] = weight;
            }
            let mut mean = Lanes::<L>::splat(0.0);
            for index in indices {
                let mut probability = self.states[state].probabilities[index];
                let response = self.response(state, index, invalidation);
                for lane in 0..L {
                    probability[lane] /= total[lane];
                    let is_available = response.available[lane] & active[lane];
                    mean[lane] += masked(is_available, probability[lane] * response.value[lane]);
                }
                self.states[state].probabilities[index] = probability;
            }
            self.states[state].means[k] = mean;
        }
    }

    /// Adds the expected value of the responses on a state, minus that on s⁺.
    #[inline(always)]
    pub(crate) fn add_value(&self, state: usize, value: &mut Lanes<L>) {
        let [expected, current] = [EXPECTED, state].map(|state| &self.states[state]);
        for (expected_mean, mean) in expected.means.iter().zip(&current.means) {
            for lane in 0..L {
                value[lane] +=
                    current.tempo[lane] * mean[lane] - expected.tempo[lane] * expected_mean[lane];
            }
        }
    }
}

/// Whether a response is evaluated again. Without an invalidation, every response is.
#[inline(always)]
pub(super) fn is_invalidated(invalidation: Option<&Invalidation>, index: usize) -> bool {
    invalidation.is_none_or(|invalidation| invalidation.responses[index].any())
}
