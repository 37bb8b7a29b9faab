//! The utility and the logit of an action to its actor.
//!
//! u = CE(p, a, b) + appeal − cost, with a and b the changes of the actor's goals on success and on
//! failure, relative to the expected state s⁺. To the goals on each hypothetical state come the
//! anticipated responses. See `semantics.md`.

use crate::base::index::{ActionId, ActorId, Id};
use crate::engine::block::Engine;
use crate::engine::dispatch::dispatch;
use crate::engine::effect_branch::EffectBranch;
use crate::engine::lanes::{Lanes, Mask, not_finite};
use crate::engine::plan::constants::ActionConstants;
use crate::engine::utility::certainty_equivalent::combine_branches;
use crate::engine::utility::context::perceived_situation;
use crate::engine::utility::hypothetical::{apply_hypothetical_effects, swap_variables};
use crate::engine::utility::linear::{Identity, LinearUtility};
use crate::engine::utility::residual::add_residual_utility;
use crate::engine::utility::response::ResponseModel;
use crate::program::ActionRow;

impl<const L: usize> Engine<'_, L> {
    /// Computes the logit λ·log₂e·u and the odds of an action, number `k` of its track,
    /// where it is available.
    pub(crate) fn compute_logit(
        &mut self,
        actor_id: ActorId,
        action: ActionId,
        k: usize,
        available: &Mask<L>,
    ) {
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                actor_id: ActorId = actor_id,
                action: ActionId = action,
                k: usize = k,
                available: &Mask<L> = available,
            ) -> (),
            _BITS => engine.compute_logit_inlined(actor_id, action, k, available)
        )
    }

    #[inline(always)]
    fn compute_logit_inlined(
        &mut self,
        actor_id: ActorId,
        action: ActionId,
        k: usize,
        available: &Mask<L>,
    ) {
        let mut branches = [Lanes::<L>::splat(0.0); 2];
        self.compute_branch_utilities(actor_id, action, available, &mut branches);
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
        let (actor, row) = (&program.actors[actor_id], &program.actions[action]);
        let has_failure_effects = EffectBranch::Failure.has_effects(&row.effects);
        if let (Some(constants), Some(precision), None) = (
            plan.actions[action].constants,
            &preferences.precisions[actor_id.index()],
            actor.risk,
        ) {
            let logit = &mut workspace.track.logits[k];
            compute_constant_logit(logit, precision, constants, &branches, has_failure_effects);
            for lane in 0..L {
                evaluator.faults[lane] |= not_finite(logit[lane]) & available[lane];
            }
            return;
        }

        let perceived = perceived_situation(bound, state, &workspace.perceived_state, actor_id);
        let mut slots = [Lanes::<L>::splat(0.0); 6];
        let [
            success_slot,
            cost_slot,
            appeal_slot,
            odds_slot,
            precision_slot,
            risk_slot,
        ] = &mut slots;
        let success = evaluator.quantity(row.success, &perceived, available, success_slot);
        let risk = actor
            .risk
            .map(|risk| evaluator.quantity(risk, &perceived, available, risk_slot));
        let utility = combine_branches(success, &branches, has_failure_effects, risk);
        let cost = evaluator.quantity(row.cost, &perceived, available, cost_slot);
        let appeal = evaluator.quantity(row.appeal, &perceived, available, appeal_slot);
        let precision = evaluator.quantity(actor.precision, &perceived, available, precision_slot);
        let (logit, faults) = (&mut workspace.track.logits[k], &mut evaluator.faults);
        for lane in 0..L {
            let utility = utility[lane] + (appeal[lane] - cost[lane]);
            logit[lane] = precision[lane] * std::f32::consts::LOG2_E * utility;
            faults[lane] |= not_finite(logit[lane]) & available[lane];
        }
        workspace.track.odds[k] =
            *evaluator.quantity(row.daily_odds, &perceived, available, odds_slot);
    }

    /// Computes the utilities of success and failure: the change of the actor's goals and of the
    /// anticipated responses, relative to s⁺. They are written in place: a returned
    /// array would be copied.
    #[inline(always)]
    fn compute_branch_utilities(
        &mut self,
        actor_id: ActorId,
        action: ActionId,
        available: &Mask<L>,
        branches: &mut [Lanes<L>; 2],
    ) {
        let program = &*self.bound.program;
        let row = &program.actions[action];
        let has_responses = row.invalidates.contains(&true);
        let is_evaluated = !row.dependencies.residuals.is_empty() || has_responses;
        for (index, branch) in EffectBranch::BOTH.into_iter().enumerate() {
            if !branch.has_effects(&row.effects) {
                continue;
            }
            let utility = &mut branches[index];
            self.compute_linear_utility(row, action, index, is_evaluated, available, utility);
            if !is_evaluated {
                continue;
            }
            self.add_residual_utilities(row, index, available, utility);
            if has_responses {
                let decision = &mut self.workspace.decision;
                let effects = (row.effects.as_slice(), branch);
                let state = &mut decision.hypothetical_state;
                swap_variables(effects, state, &mut decision.after);
                self.add_response_utilities(actor_id, action, available, utility);
                let decision = &mut self.workspace.decision;
                let state = &mut decision.hypothetical_state;
                swap_variables(effects, state, &mut decision.after);
            }
        }
    }

    /// Computes the linear utility of a branch and, if `is_evaluated`, the variables after it.
    #[inline(always)]
    fn compute_linear_utility(
        &mut self,
        row: &ActionRow,
        action: ActionId,
        index: usize,
        is_evaluated: bool,
        available: &Mask<L>,
        utility: &mut Lanes<L>,
    ) {
        let Self {
            bound,
            state,
            evaluator,
            preferences,
            workspace,
            plan,
            ..
        } = self;
        let actor = &bound.program.actors[row.actor];
        let perceived = perceived_situation(bound, state, &workspace.perceived_state, row.actor);
        let gradient = preferences.gradients[row.actor.index()].as_slice();
        let decision = &mut workspace.decision;
        let (expected, ranges) = match (decision.has_pending_effects, actor.perceives.is_empty()) {
            (true, _) => (decision.expected_state.as_slice(), &decision.ranges),
            (false, true) => (perceived.view.variables, &workspace.ranges),
            (false, false) => (perceived.view.variables, &decision.ranges),
        };
        let effects = (row.effects.as_slice(), EffectBranch::BOTH[index]);
        let rows = row.dependencies.gradient.as_slice();
        let after = &mut decision.after;
        let Some(affine) = &plan.actions[action].affine[index] else {
            let utilities = &mut [(utility, (gradient, rows))];
            apply_hypothetical_effects(
                effects, &perceived, expected, after, utilities, available, evaluator,
            );
            return;
        };
        let clamped = ranges.clamped_terms(affine);
        if clamped == 0 {
            *utility = preferences.unclamped_utilities[action.index()][index];
        } else {
            let terms = &affine.terms;
            let linear = LinearUtility { gradient, terms };
            linear.compute(expected, clamped, utility, Identity);
        }
        if is_evaluated {
            let none = &mut [];
            apply_hypothetical_effects(
                effects, &perceived, expected, after, none, available, evaluator,
            );
        }
    }

    /// Adds the utility of the residuals that a branch changes.
    #[inline(always)]
    fn add_residual_utilities(
        &mut self,
        row: &ActionRow,
        index: usize,
        available: &Mask<L>,
        utility: &mut Lanes<L>,
    ) {
        let Self {
            bound,
            state,
            evaluator,
            preferences,
            workspace,
            ..
        } = self;
        let perceived = perceived_situation(bound, state, &workspace.perceived_state, row.actor);
        let decision = &mut workspace.decision;
        let hypothetical = perceived.with_variables(&decision.hypothetical_state);
        for (imperative, patch) in &row.dependencies.patches[index] {
            let weight = &preferences.weights[row.actor.index()][*imperative];
            let before = &mut decision.residuals[*imperative];
            let change = (patch, before, decision.after.as_slice());
            add_residual_utility(utility, weight, change, &hypothetical, available, evaluator);
        }
    }

    /// Adds the expected value of the anticipated responses on the hypothetical state, minus that of
    /// the responses to waiting.
    #[inline(always)]
    fn add_response_utilities(
        &mut self,
        actor_id: ActorId,
        action: ActionId,
        available: &Mask<L>,
        utility: &mut Lanes<L>,
    ) {
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
        let perceived = perceived_situation(bound, state, &workspace.perceived_state, actor_id);
        let decision = &mut workspace.decision;
        for (k, anticipation) in program.actors[actor_id].anticipates.iter().enumerate() {
            if program.actions[action].invalidates[k] && !evaluator.cancel.is_canceled() {
                let insight = &decision.insight;
                let model =
                    ResponseModel::new(program, preferences, actor_id, anticipation, insight);
                let value = model.expected_value(
                    &perceived,
                    &decision.hypothetical_state,
                    Some(&plan.actions[action].invalidations[k]),
                    available,
                    &mut decision.responses[k],
                    evaluator,
                );
                for lane in 0..L {
                    utility[lane] += value[lane] - decision.responses_to_waiting[k][lane];
                }
            }
        }
    }
}

/// λ·log₂e·(expected utility of the branches + (appeal − cost)), with constant quantities.
#[inline(always)]
fn compute_constant_logit<const L: usize>(
    logit: &mut Lanes<L>,
    precision: &Lanes<L>,
    constants: ActionConstants,
    branches: &[Lanes<L>; 2],
    has_failure_effects: bool,
) {
    let ActionConstants {
        success,
        net_appeal,
        ..
    } = constants;
    let failure = 1.0 - success;
    let [a, b] = branches;
    if has_failure_effects {
        for lane in 0..L {
            let utility = success * a[lane] + failure * b[lane];
            logit[lane] = precision[lane] * (utility + net_appeal);
        }
    } else {
        for lane in 0..L {
            logit[lane] = precision[lane] * (success * a[lane] + net_appeal);
        }
    }
}
