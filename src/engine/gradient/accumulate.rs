//! Accumulates the gradient of an actor's choice.

use crate::base::index::{ActionId, ActorId, Id, IdVec};
use crate::engine::block::Engine;
use crate::engine::dispatch::dispatch;
use crate::engine::effect_branch::EffectBranch;
use crate::engine::gradient::decision_gradient::DecisionGradient;
use crate::engine::gradient::differentiated_branches::{DifferentiatedBranches, differentiate};
use crate::engine::gradient::partials::{
    add_linear_changes, add_product, add_residual_changes, derivative_unit, log_odds_derivative,
};
use crate::engine::gradient::responder::EXPECTED;
use crate::engine::gradient::workspace::GradientWorkspace;
use crate::engine::lanes::{LaneArray, Lanes, Mask, masked, unite};
use crate::engine::utility::context::perceived_situation;
use crate::engine::utility::hypothetical::{apply_hypothetical_effects, swap_variables};

impl<const L: usize> Engine<'_, L> {
    /// Adds the derivatives of the logits of all actions of the actor whose choice is prepared, each
    /// times its choice residual, which must be 0 where the action is not available.
    pub(crate) fn add_gradient(
        &mut self,
        actor_id: ActorId,
        residuals: &IdVec<ActionId, Lanes<L>>,
        gradient_workspace: &mut GradientWorkspace<L>,
        gradient: &mut DecisionGradient<L>,
    ) {
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                actor_id: ActorId = actor_id,
                residuals: &IdVec<ActionId, Lanes<L>> = residuals,
                gradient_workspace: &mut GradientWorkspace<L> = gradient_workspace,
                gradient: &mut DecisionGradient<L> = gradient,
            ) -> (),
            _BITS => engine.add_gradient_inlined(
                actor_id,
                residuals,
                gradient_workspace,
                gradient,
            )
        )
    }

    #[inline(always)]
    fn add_gradient_inlined(
        &mut self,
        actor_id: ActorId,
        residuals: &IdVec<ActionId, Lanes<L>>,
        gradient_workspace: &mut GradientWorkspace<L>,
        gradient: &mut DecisionGradient<L>,
    ) {
        let program = &*self.bound.program;
        let actor = &program.actors[actor_id];
        let counts = |action: ActionId| residuals[action].iter().any(|&lane| lane != 0.0);
        for k in 0..actor.anticipates.len() {
            let mut needed = Mask::<L>::splat(0);
            for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
                if counts(action) && program.actions[action].invalidates[k] {
                    unite(&mut needed, &self.workspace.available[action.index()]);
                }
            }
            let Self {
                bound,
                state,
                evaluator,
                preferences,
                workspace,
                ..
            } = self;
            let perceived = perceived_situation(bound, state, &workspace.perceived_state, actor_id);
            let base = &mut workspace.decision.hypothetical_state;
            let responder = &mut gradient_workspace.responders[actor_id][k];
            responder.begin(&needed, &workspace.decision.insight);
            responder.evaluate(
                EXPECTED,
                &perceived,
                base,
                None,
                &needed,
                preferences,
                evaluator,
            );
        }
        for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
            if counts(action) {
                let residual = &residuals[action];
                self.add_action_gradient(action, residual, gradient_workspace, gradient);
            }
        }
        for responder in &mut gradient_workspace.responders[actor_id] {
            responder.propagate_expected(self.evaluator.path, program, gradient);
        }
    }

    /// Adds the derivatives of the logit of one action.
    #[inline(always)]
    #[allow(
        clippy::manual_map,
        reason = "a closure may be compiled without the wide instructions of its caller"
    )]
    fn add_action_gradient(
        &mut self,
        action: ActionId,
        residual: &Lanes<L>,
        gradient_workspace: &mut GradientWorkspace<L>,
        gradient: &mut DecisionGradient<L>,
    ) {
        let available = self.workspace.available[action.index()];
        let branches = self.differentiate_branches(action, &available, gradient_workspace);
        let Self {
            bound,
            state,
            evaluator,
            workspace,
            ..
        } = self;
        let program = &*bound.program;
        let row = &program.actions[action];
        let actor = &program.actors[row.actor];
        let perceived = perceived_situation(bound, state, &workspace.perceived_state, row.actor);
        let mut slots = [Lanes::<L>::splat(0.0); 6];
        let [a, b, c, d, e, f] = &mut slots;
        let success = evaluator.quantity(row.success, &perceived, &available, a);
        let cost = evaluator.quantity(row.cost, &perceived, &available, b);
        let appeal = evaluator.quantity(row.appeal, &perceived, &available, c);
        let odds = evaluator.quantity(row.daily_odds, &perceived, &available, d);
        let precision = evaluator.quantity(actor.precision, &perceived, &available, e);
        let risk = match actor.risk {
            Some(risk) => Some(evaluator.quantity(risk, &perceived, &available, f)),
            None => None,
        };
        let combined = differentiate(success, &branches, risk);
        // The derivative of Σ residual·logit with respect to the utility.
        let mut adjoint = Lanes::<L>::splat(0.0);
        let mut utility = Lanes::<L>::splat(0.0);
        for lane in 0..L {
            adjoint[lane] = masked(available[lane], residual[lane] * precision[lane]);
            utility[lane] = combined.utility[lane] + appeal[lane] - cost[lane];
        }
        let one = &Lanes::<L>::splat(1.0);
        let of_actor = &mut gradient.actors[row.actor];
        let unit = |input, value| derivative_unit(program, input, value);
        let precision_unit = unit(actor.precision, precision);
        add_product(
            &mut of_actor.precision,
            &available,
            residual,
            &utility,
            &precision_unit,
        );
        if let (Some(input), Some(risk)) = (actor.risk, risk) {
            add_product(
                &mut of_actor.risk,
                &available,
                &adjoint,
                &combined.by_risk,
                &unit(input, risk),
            );
        }
        let of_action = &mut gradient.actions[action];
        let unit_of_success = unit(row.success, success);
        add_product(
            &mut of_action.success,
            &available,
            &adjoint,
            &combined.by_success,
            &unit_of_success,
        );
        let cost_unit = unit(row.cost, cost);
        let minus_one = &LaneArray::splat(-1.0);
        add_product(
            &mut of_action.cost,
            &available,
            &adjoint,
            minus_one,
            &cost_unit,
        );
        let appeal_unit = unit(row.appeal, appeal);
        add_product(
            &mut of_action.appeal,
            &available,
            &adjoint,
            one,
            &appeal_unit,
        );
        let by_odds = log_odds_derivative(row.daily_odds, odds);
        add_product(
            &mut of_action.daily_odds,
            &available,
            residual,
            &by_odds,
            one,
        );

        self.propagate_branches(action, &adjoint, &combined, gradient_workspace, gradient);
    }

    /// Propagates the adjoint of an action's utility to the weights and
    /// to the anticipated responses.
    #[inline(always)]
    fn propagate_branches(
        &self,
        action: ActionId,
        utility_adjoint: &Lanes<L>,
        combined: &DifferentiatedBranches<L>,
        gradient_workspace: &mut GradientWorkspace<L>,
        gradient: &mut DecisionGradient<L>,
    ) {
        let program = &*self.bound.program;
        let row = &program.actions[action];
        let available = &self.workspace.available[action.index()];
        for (index, branch) in EffectBranch::BOTH.into_iter().enumerate() {
            if !branch.has_effects(&row.effects) {
                continue;
            }
            let mut adjoint = Lanes::<L>::splat(0.0);
            for lane in 0..L {
                let by_success_utility = combined.by_success_utility[lane];
                let share = if index == 0 {
                    by_success_utility
                } else {
                    1.0 - by_success_utility
                };
                adjoint[lane] = masked(available[lane], utility_adjoint[lane] * share);
            }
            for &imperative in &gradient_workspace.affected[action] {
                let to = &mut gradient.actors[row.actor].weights[imperative];
                let change = &gradient_workspace.changes[index][imperative];
                add_product(to, available, &adjoint, change, &Lanes::<L>::splat(1.0));
            }
            let responders = gradient_workspace.responders[row.actor].iter_mut();
            for (k, responder) in responders.enumerate() {
                if row.invalidates[k] {
                    let invalidation = &self.plan.actions[action].invalidations[k];
                    let path = self.evaluator.path;
                    responder.propagate(path, 1 + index, &adjoint, invalidation, program, gradient);
                }
            }
        }
    }

    /// Computes the change of each goal and the anticipated responses in both branches of an action,
    /// and returns the utilities of the branches.
    #[inline(always)]
    fn differentiate_branches(
        &mut self,
        action: ActionId,
        available: &Mask<L>,
        gradient_workspace: &mut GradientWorkspace<L>,
    ) -> [Lanes<L>; 2] {
        let Self {
            bound,
            state,
            evaluator,
            preferences,
            workspace,
            plan,
            ..
        } = self;
        let program = &*bound.program;
        let row = &program.actions[action];
        let actor = &program.actors[row.actor];
        let dependencies = &row.dependencies;
        let weights = &preferences.weights[row.actor.index()];
        let perceived = perceived_situation(bound, state, &workspace.perceived_state, row.actor);
        let decision = &mut workspace.decision;
        let mut branches = [Lanes::<L>::splat(0.0); 2];
        for (index, branch) in EffectBranch::BOTH.into_iter().enumerate() {
            if !branch.has_effects(&row.effects) {
                continue;
            }
            let effects = (row.effects.as_slice(), branch);
            let expected = match decision.has_pending_effects {
                true => decision.expected_state.as_slice(),
                false => perceived.view.variables,
            };
            let (changes, after) = (
                &mut gradient_workspace.changes[index],
                &mut gradient_workspace.after,
            );
            for &imperative in &gradient_workspace.affected[action] {
                changes[imperative] = Lanes::<L>::splat(0.0);
            }
            apply_hypothetical_effects(
                effects,
                &perceived,
                expected,
                after,
                &mut [],
                available,
                evaluator,
            );
            add_linear_changes(changes, actor, dependencies, effects, expected, after);
            let utility = &mut branches[index];
            if !dependencies.residuals.is_empty() || row.invalidates.contains(&true) {
                swap_variables(effects, &mut decision.hypothetical_state, after);
                let residuals = (
                    dependencies.residuals.as_slice(),
                    decision.residuals.as_slice(),
                );
                let hypothetical = perceived.with_variables(&decision.hypothetical_state);
                add_residual_changes(
                    changes,
                    &actor.imperatives,
                    residuals,
                    &hypothetical,
                    available,
                    evaluator,
                );
                let responders = gradient_workspace.responders[row.actor].iter_mut();
                for (k, responder) in responders.enumerate() {
                    if row.invalidates[k] {
                        responder.evaluate(
                            1 + index,
                            &perceived,
                            &mut decision.hypothetical_state,
                            Some(&plan.actions[action].invalidations[k]),
                            available,
                            preferences,
                            evaluator,
                        );
                        responder.add_value(1 + index, utility);
                    }
                }
                swap_variables(effects, &mut decision.hypothetical_state, after);
            }
            for &imperative in &gradient_workspace.affected[action] {
                for lane in 0..L {
                    utility[lane] += weights[imperative][lane] * changes[imperative][lane];
                }
            }
        }
        branches
    }
}
