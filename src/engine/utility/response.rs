//! Anticipated responses: one step of backward induction.
//!
//! An actor that anticipates another evaluates each of its own alternatives on the hypothetical
//! state that it would make, including the expected value of the other's response there. The
//! response is the other's own logit choice, by its own goals and with its precision times the
//! actor's `insight`. The other is assumed to perceive the hypothetical state, to have no pending
//! effects, and to anticipate no other actor. This is the expected payoff in an agent quantal response
//! equilibrium, one step deep (McKelvey & Palfrey 1998; Signorino 1999). Responses on several tracks
//! and of several actors are computed independently and added.

use crate::base::index::{ActionId, ActorId};
use crate::engine::dispatch::dispatch;
use crate::engine::effect_branch::EffectBranch;
use crate::engine::lanes::{Lanes, Mask, any, intersect, not_finite};
use crate::engine::plan::invalidation::{InvalidatedParts, Invalidation};
use crate::engine::utility::certainty_equivalent::combine_branches;
use crate::engine::utility::context::EvaluationContext;
use crate::engine::utility::evaluator::Evaluator;
use crate::engine::utility::hypothetical::apply_hypothetical_effects;
use crate::engine::utility::preferences::{ActorPreferences, Preferences};
use crate::engine::utility::residual::add_residual_utility;
use crate::engine::utility::response_workspace::{
    CURRENT, EXPECTED, EvaluatedResponse, ResidualCache, ResponseWorkspace, TrackResponses,
    add_expected_response,
};
use crate::program::{ActionRow, Anticipation, Program};

/// The model that an actor has of the choice of an actor whose responses it anticipates.
#[derive(Clone, Copy)]
pub(crate) struct ResponseModel<'a, const L: usize> {
    /// Preferences of the anticipating actor.
    own: ActorPreferences<'a, L>,
    responder: ActorPreferences<'a, L>,
    anticipation: &'a Anticipation,
    /// Share of the responder's precision that is assumed.
    insight: &'a Lanes<L>,
}

/// One response to be evaluated: its index among the responder's actions, where it is available, and
/// the parts to evaluate.
#[derive(Clone, Copy)]
struct ResponseTask<'a, const L: usize> {
    action: ActionId,
    index: usize,
    available: &'a Mask<L>,
    parts: InvalidatedParts,
    /// Index of the workspace that the parts are written to.
    destination: usize,
    /// Assumed precision in base 2: λ·log₂e times insight.
    precision: &'a Lanes<L>,
}

impl<'a, const L: usize> ResponseModel<'a, L> {
    #[inline(always)]
    pub(crate) fn new(
        program: &'a Program,
        preferences: &'a Preferences<L>,
        actor: ActorId,
        anticipation: &'a Anticipation,
        insight: &'a Lanes<L>,
    ) -> Self {
        Self {
            own: preferences.of_actor(program, actor),
            responder: preferences.of_actor(program, anticipation.responder),
            anticipation,
            insight,
        }
    }

    /// The expected value of the response to the anticipating actor, on the state `base`. History,
    /// day and drawn values are those of `perceived`. Without an invalidation, `base` is s⁺; with
    /// one, only the invalidated parts are evaluated again, and all others are taken from the
    /// evaluation on s⁺, which must have covered all lanes of `active`.
    pub(crate) fn expected_value(
        &self,
        perceived: &EvaluationContext<'_, L>,
        base: &[Lanes<L>],
        invalidation: Option<&Invalidation>,
        active: &Mask<L>,
        workspace: &mut ResponseWorkspace<L>,
        evaluator: &mut Evaluator<L>,
    ) -> Lanes<L> {
        dispatch!(
            evaluator.path,
            (
                model: &ResponseModel<'_, L> = self,
                perceived: &EvaluationContext<'_, L> = perceived,
                base: &[Lanes<L>] = base,
                invalidation: Option<&Invalidation> = invalidation,
                active: &Mask<L> = active,
                workspace: &mut ResponseWorkspace<L> = workspace,
                evaluator: &mut Evaluator<L> = evaluator,
            ) -> Lanes<L>,
            _BITS => model.compute_expected_value(
                perceived,
                base,
                invalidation,
                active,
                workspace,
                evaluator,
            )
        )
    }

    #[inline(always)]
    fn compute_expected_value(
        &self,
        perceived: &EvaluationContext<'_, L>,
        base: &[Lanes<L>],
        invalidation: Option<&Invalidation>,
        active: &Mask<L>,
        workspace: &mut ResponseWorkspace<L>,
        evaluator: &mut Evaluator<L>,
    ) -> Lanes<L> {
        let program = &*perceived.bound.program;
        let responder = &program.actors[self.anticipation.responder];
        self.update_residuals(perceived, base, invalidation, active, workspace, evaluator);
        let hypothetical = perceived.with_variables(base);
        let mut slot = Lanes::<L>::splat(0.0);
        let mut precision =
            *evaluator.quantity(responder.precision, &hypothetical, active, &mut slot);
        for lane in 0..L {
            precision[lane] = precision[lane] * self.insight[lane] * std::f32::consts::LOG2_E;
        }
        let tempo = *evaluator.quantity(responder.tempo, &hypothetical, active, &mut slot);

        let destination = invalidation.map_or(EXPECTED, |_| CURRENT);
        let mut value = Lanes::<L>::splat(0.0);
        let mut first = 0;
        for track in &responder.tracks {
            let n = track.actions.len();
            for (k, &action) in track.actions.iter().enumerate() {
                let index = first + k;
                let parts = invalidation.map_or(InvalidatedParts::ALL, |invalidation| {
                    invalidation.responses[index]
                });
                if !parts.any() {
                    continue;
                }
                if evaluator.cancel.is_canceled() {
                    return value;
                }
                let available = match parts.availability {
                    true => response_available(action, perceived, base, active, evaluator),
                    false => {
                        let mut available = workspace.responses[EXPECTED][index].available;
                        intersect(&mut available, active);
                        available
                    }
                };
                let response = &mut workspace.responses[destination][index];
                response.is_available = any(&available);
                response.available = available;
                if response.is_available {
                    let task = ResponseTask {
                        action,
                        index,
                        available: &available,
                        parts,
                        destination,
                        precision: &precision,
                    };
                    self.evaluate_response(task, perceived, base, workspace, evaluator);
                }
            }
            let [expected, current] = &workspace.responses;
            let responses = TrackResponses {
                expected: &expected[first..first + n],
                current: &current[first..first + n],
                invalidated: invalidation
                    .map(|invalidation| &invalidation.responses[first..first + n]),
            };
            add_expected_response(&mut value, responses, active, &mut workspace.weights);
            first += n;
        }
        for lane in 0..L {
            value[lane] *= tempo[lane];
        }
        value
    }

    /// Evaluates the invalidated residuals on the base state.
    #[inline(always)]
    fn update_residuals(
        &self,
        perceived: &EvaluationContext<'_, L>,
        base: &[Lanes<L>],
        invalidation: Option<&Invalidation>,
        active: &Mask<L>,
        workspace: &mut ResponseWorkspace<L>,
        evaluator: &mut Evaluator<L>,
    ) {
        let hypothetical = perceived.with_variables(base);
        let Anticipation {
            residuals,
            responder_residuals,
            ..
        } = self.anticipation;
        let sets = [
            (
                self.own.imperatives,
                residuals,
                invalidation.map(|invalidation| &invalidation.residuals),
                &mut workspace.own_residuals,
            ),
            (
                self.responder.imperatives,
                responder_residuals,
                invalidation.map(|invalidation| &invalidation.responder_residuals),
                &mut workspace.responder_residuals,
            ),
        ];
        for (imperatives, indices, invalidated, ResidualCache { cached, valid }) in sets {
            for (k, &index) in indices.iter().enumerate() {
                let Some(residual) = imperatives[index].residual else {
                    continue;
                };
                let is_invalidated = invalidated.is_some_and(|invalidated| invalidated[k]);
                valid[index] = if is_invalidated { CURRENT } else { EXPECTED };
                if is_invalidated || invalidated.is_none() {
                    cached[valid[index]][index].evaluate(
                        residual,
                        &hypothetical,
                        active,
                        evaluator,
                    );
                }
            }
        }
    }

    /// Evaluates the invalidated parts of a response where it is available: its logit and odds, and
    /// its value to the anticipating actor.
    #[inline(always)]
    fn evaluate_response(
        &self,
        task: ResponseTask<'_, L>,
        perceived: &EvaluationContext<'_, L>,
        base: &[Lanes<L>],
        workspace: &mut ResponseWorkspace<L>,
        evaluator: &mut Evaluator<L>,
    ) {
        let ResponseTask {
            available, parts, ..
        } = task;
        let row = &perceived.bound.program.actions[task.action];
        let mut branches = [[Lanes::<L>::splat(0.0); 2]; 2];
        self.evaluate_branches(task, perceived, base, workspace, &mut branches, evaluator);
        let [responder_branches, own_branches] = &branches;
        let response = &mut workspace.responses[task.destination][task.index];
        let hypothetical = perceived.with_variables(base);
        let has_failure_effects = EffectBranch::Failure.has_effects(&row.effects);
        let mut slot = Lanes::<L>::splat(0.0);
        let success = evaluator.quantity(row.success, &hypothetical, available, &mut slot);
        if parts.value {
            response.value = combine_branches(success, own_branches, has_failure_effects, None);
            let faults = &mut evaluator.faults;
            for lane in 0..L {
                faults[lane] |= not_finite(response.value[lane]) & available[lane];
            }
        }
        if parts.choice {
            compute_response_logit(
                response,
                task,
                success,
                responder_branches,
                &hypothetical,
                evaluator,
            );
        }
    }

    /// Computes the utilities of both branches of a response, to the responder and to the
    /// anticipating actor, as far as they are needed. They are written in place: a returned
    /// array would be copied.
    #[inline(always)]
    fn evaluate_branches(
        &self,
        task: ResponseTask<'_, L>,
        perceived: &EvaluationContext<'_, L>,
        base: &[Lanes<L>],
        workspace: &mut ResponseWorkspace<L>,
        [responder_branches, own_branches]: &mut [[Lanes<L>; 2]; 2],
        evaluator: &mut Evaluator<L>,
    ) {
        let program = &*perceived.bound.program;
        let row = &program.actions[task.action];
        let dependencies = &self.anticipation.response_dependencies[task.index];
        let ResponseTask {
            available, parts, ..
        } = task;
        // Of the pairs below: the responder's goals for its choice, own goals for the value.
        let needed = usize::from(!parts.choice)..1 + usize::from(parts.value);
        for (index, branch) in EffectBranch::BOTH.into_iter().enumerate() {
            if !branch.has_effects(&row.effects) {
                continue;
            }
            let effects = (row.effects.as_slice(), branch);
            let hypothetical = perceived.with_variables(base);
            let mut utilities = [
                (
                    &mut responder_branches[index],
                    (
                        self.responder.gradient,
                        row.dependencies.gradient.as_slice(),
                    ),
                ),
                (
                    &mut own_branches[index],
                    (self.own.gradient, dependencies.gradient.as_slice()),
                ),
            ];
            apply_hypothetical_effects(
                effects,
                &hypothetical,
                base,
                &mut workspace.after,
                &mut utilities[needed.clone()],
                available,
                evaluator,
            );
            let mut changes = [
                (
                    &mut responder_branches[index],
                    self.responder.weights,
                    &row.dependencies,
                    &mut workspace.responder_residuals,
                ),
                (
                    &mut own_branches[index],
                    self.own.weights,
                    dependencies,
                    &mut workspace.own_residuals,
                ),
            ];
            for (utility, weights, dependencies, residuals) in &mut changes[needed.clone()] {
                for (imperative, patch) in &dependencies.patches[index] {
                    let weight = &weights[*imperative];
                    let before = residuals.current(*imperative);
                    let change = (patch, before, workspace.after.as_slice());
                    add_residual_utility(
                        utility,
                        weight,
                        change,
                        &hypothetical,
                        available,
                        evaluator,
                    );
                }
            }
        }
    }
}

/// Where an action is available to the responder on the state `base`.
#[inline(always)]
pub(crate) fn response_available<const L: usize>(
    action: ActionId,
    perceived: &EvaluationContext<'_, L>,
    base: &[Lanes<L>],
    active: &Mask<L>,
    evaluator: &mut Evaluator<L>,
) -> Mask<L> {
    let program = &*perceived.bound.program;
    let row = &program.actions[action];
    let record = &perceived.view.history.actions[action];
    let mut available = *active;
    let day = perceived.view.day;
    record.apply_limits(&mut available, day, row.limit, row.cooldown_days);
    if let Some(requires) = row.requires
        && any(&available)
    {
        let view = perceived.with_variables(base).view;
        let holds = evaluator.condition(&program.codes[requires], &view, &available);
        intersect(&mut available, holds);
    }
    available
}

/// Computes the logit and odds of a response from the utilities of its branches to the responder.
#[inline(always)]
#[allow(
    clippy::manual_map,
    reason = "a closure may be compiled without the wide instructions of its caller"
)]
fn compute_response_logit<const L: usize>(
    response: &mut EvaluatedResponse<L>,
    task: ResponseTask<'_, L>,
    success: &Lanes<L>,
    branches: &[Lanes<L>; 2],
    hypothetical: &EvaluationContext<'_, L>,
    evaluator: &mut Evaluator<L>,
) {
    let ResponseTask {
        available,
        precision,
        ..
    } = task;
    let program = &*hypothetical.bound.program;
    let row: &ActionRow = &program.actions[task.action];
    let (mut a, mut b) = (Lanes::<L>::splat(0.0), Lanes::<L>::splat(0.0));
    let risk = match program.actors[row.actor].risk {
        Some(risk) => Some(evaluator.quantity(risk, hypothetical, available, &mut a)),
        None => None,
    };
    let has_failure_effects = EffectBranch::Failure.has_effects(&row.effects);
    let utility = combine_branches(success, branches, has_failure_effects, risk);
    let appeal = evaluator.quantity(row.appeal, hypothetical, available, &mut a);
    let cost = evaluator.quantity(row.cost, hypothetical, available, &mut b);
    let (logit, faults) = (&mut response.logit, &mut evaluator.faults);
    for lane in 0..L {
        let utility = utility[lane] + (appeal[lane] - cost[lane]);
        logit[lane] = precision[lane] * utility;
        faults[lane] |= not_finite(logit[lane]) & available[lane];
    }
    response.odds = *evaluator.quantity(row.daily_odds, hypothetical, available, &mut a);
}
