//! One anticipated response with its partial derivatives.

use crate::base::index::{ActionId, ActorId, Id};
use crate::engine::effect_branch::EffectBranch;
use crate::engine::gradient::decision_gradient::{ActionGradient, DecisionGradient};
use crate::engine::gradient::differentiated_branches::differentiate;
use crate::engine::gradient::partials::{
    add_linear_changes, add_product, add_residual_changes, affected_imperatives, derivative_unit,
    log_odds_derivative,
};
use crate::engine::lanes::{LaneArray, Lanes, Mask};
use crate::engine::utility::context::EvaluationContext;
use crate::engine::utility::evaluator::Evaluator;
use crate::engine::utility::hypothetical::{apply_hypothetical_effects, swap_variables};
use crate::engine::utility::preferences::Preferences;
use crate::program::{Anticipation, GoalDependencies, Program};

/// A response on one hypothetical state, with its partial derivatives.
#[derive(Clone, Debug)]
pub(crate) struct DifferentiatedResponse<const L: usize> {
    pub(crate) action: ActionId,
    /// The imperatives of the anticipating actor that it affects.
    own_affected: Vec<usize>,
    /// The imperatives of the responder that it affects.
    responder_affected: Vec<usize>,
    /// Whether it is available in any lane.
    pub(crate) is_available: bool,
    pub(crate) available: Mask<L>,
    pub(crate) odds: Lanes<L>,
    /// Its utility to the responder.
    pub(crate) utility: Lanes<L>,
    /// Its value to the anticipating actor.
    pub(crate) value: Lanes<L>,
    /// By imperative of the anticipating actor: derivatives of `value` by normalized weight.
    own_changes: Vec<Lanes<L>>,
    /// By imperative of the responder: derivatives of `utility` by normalized weight.
    responder_changes: Vec<Lanes<L>>,
    /// The derivative of `value` by the success probability.
    value_by_success: Lanes<L>,
    /// Derivatives of `utility` by the numbers of the action.
    by_action: ActionGradient<L>,
    /// The derivative of `utility` by the responder's coefficient of risk aversion.
    by_risk: Lanes<L>,
}

/// An actor and another whose responses it anticipates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActorPair {
    pub(crate) own: ActorId,
    pub(crate) responder: ActorId,
}

/// The adjoints of a response: derivatives of the accumulated sum.
pub(crate) struct ResponseAdjoints<'a, const L: usize> {
    /// With respect to its logit.
    pub(crate) logit: &'a Lanes<L>,
    /// With respect to its value to the anticipating actor.
    pub(crate) value: &'a Lanes<L>,
    /// The precision that is assumed on the state.
    pub(crate) precision: &'a AssumedPrecision<L>,
}

/// The precision of the responder that the anticipating actor assumes.
#[derive(Clone, Debug)]
pub(crate) struct AssumedPrecision<const L: usize> {
    /// The responder's precision times insight.
    pub(crate) value: Lanes<L>,
    /// The derivative of `value` by precision, in its unit.
    pub(crate) by_precision: Lanes<L>,
    /// The derivative of `value` by insight, in its unit.
    pub(crate) by_insight: Lanes<L>,
}

/// Scratch buffers: changes of goals by imperative, of the anticipating actor on success and on
/// failure, then of the responder.
pub(crate) type BranchChanges<const L: usize> = [Vec<Lanes<L>>; 4];

impl<const L: usize> DifferentiatedResponse<L> {
    pub(crate) fn new(
        program: &Program,
        pair: ActorPair,
        anticipation: &Anticipation,
        index: usize,
        action: ActionId,
    ) -> Self {
        let zero = Lanes::<L>::splat(0.0);
        let (own, responder) = (&program.actors[pair.own], &program.actors[pair.responder]);
        let dependencies = &program.actions[action].dependencies;
        Self {
            action,
            own_affected: affected_imperatives(own, &anticipation.response_dependencies[index]),
            responder_affected: affected_imperatives(responder, dependencies),
            is_available: false,
            available: Mask::<L>::splat(0),
            odds: zero,
            utility: zero,
            value: zero,
            own_changes: vec![zero; own.imperatives.len()],
            responder_changes: vec![zero; responder.imperatives.len()],
            value_by_success: zero,
            by_action: ActionGradient::zero(),
            by_risk: zero,
        }
    }

    /// Evaluates it where it is available. `before` are the residuals on `base` of the anticipating
    /// actor and of the responder; `base` is restored.
    #[inline(always)]
    #[allow(
        clippy::too_many_arguments,
        reason = "the body of a loop, in a function of its own for readability"
    )]
    pub(crate) fn evaluate(
        &mut self,
        pair: ActorPair,
        dependencies: &GoalDependencies,
        perceived: &EvaluationContext<'_, L>,
        base: &mut [Lanes<L>],
        before: [&[Lanes<L>]; 2],
        after: &mut [Lanes<L>],
        changes: &mut BranchChanges<L>,
        preferences: &Preferences<L>,
        evaluator: &mut Evaluator<L>,
    ) {
        let program = &*perceived.bound.program;
        let row = &program.actions[self.action];
        let (own, responder) = (&program.actors[pair.own], &program.actors[pair.responder]);
        let own_weights = &preferences.weights[pair.own.index()];
        let responder_weights = &preferences.weights[pair.responder.index()];
        let (mut own_branches, mut responder_branches) =
            ([Lanes::<L>::splat(0.0); 2], [Lanes::<L>::splat(0.0); 2]);
        let [
            own_success,
            own_failure,
            responder_success,
            responder_failure,
        ] = &mut *changes;
        for (index, branch) in EffectBranch::BOTH.into_iter().enumerate() {
            let (own_changes, responder_changes) = match branch {
                EffectBranch::Success => (&mut *own_success, &mut *responder_success),
                EffectBranch::Failure => (&mut *own_failure, &mut *responder_failure),
            };
            for &imperative in &self.own_affected {
                own_changes[imperative] = Lanes::<L>::splat(0.0);
            }
            for &imperative in &self.responder_affected {
                responder_changes[imperative] = Lanes::<L>::splat(0.0);
            }
            if !branch.has_effects(&row.effects) {
                continue;
            }
            let effects = (row.effects.as_slice(), branch);
            let hypothetical = perceived.with_variables(base);
            apply_hypothetical_effects(
                effects,
                &hypothetical,
                base,
                after,
                &mut [],
                &self.available,
                evaluator,
            );
            add_linear_changes(own_changes, own, dependencies, effects, base, after);
            add_linear_changes(
                responder_changes,
                responder,
                &row.dependencies,
                effects,
                base,
                after,
            );
            if !(row.dependencies.residuals.is_empty() && dependencies.residuals.is_empty()) {
                swap_variables(effects, base, after);
                let hypothetical = perceived.with_variables(base);
                add_residual_changes(
                    own_changes,
                    &own.imperatives,
                    (&*dependencies.residuals, before[0]),
                    &hypothetical,
                    &self.available,
                    evaluator,
                );
                add_residual_changes(
                    responder_changes,
                    &responder.imperatives,
                    (&*row.dependencies.residuals, before[1]),
                    &hypothetical,
                    &self.available,
                    evaluator,
                );
                swap_variables(effects, base, after);
            }
            add_weighted(
                &mut own_branches[index],
                &self.own_affected,
                own_weights,
                own_changes,
            );
            add_weighted(
                &mut responder_branches[index],
                &self.responder_affected,
                responder_weights,
                responder_changes,
            );
        }
        let hypothetical = perceived.with_variables(base);
        let branches = [&own_branches, &responder_branches];
        self.combine_branches(pair, &hypothetical, branches, changes, evaluator);
    }

    /// Computes utility, value and all partial derivatives from the two branches.
    #[inline(always)]
    #[allow(
        clippy::manual_map,
        reason = "a closure may be compiled without the wide instructions of its caller"
    )]
    fn combine_branches(
        &mut self,
        pair: ActorPair,
        hypothetical: &EvaluationContext<'_, L>,
        [own_branches, responder_branches]: [&[Lanes<L>; 2]; 2],
        [
            own_success,
            own_failure,
            responder_success,
            responder_failure,
        ]: &BranchChanges<L>,
        evaluator: &mut Evaluator<L>,
    ) {
        let program = &*hypothetical.bound.program;
        let row = &program.actions[self.action];
        let responder = &program.actors[pair.responder];
        let available = &self.available;
        let mut slots = [Lanes::<L>::splat(0.0); 5];
        let [a, b, c, d, e] = &mut slots;
        let success = evaluator.quantity(row.success, hypothetical, available, a);
        let cost = evaluator.quantity(row.cost, hypothetical, available, b);
        let appeal = evaluator.quantity(row.appeal, hypothetical, available, c);
        let odds = evaluator.quantity(row.daily_odds, hypothetical, available, d);
        let risk = match responder.risk {
            Some(risk) => Some(evaluator.quantity(risk, hypothetical, available, e)),
            None => None,
        };
        let to_responder = differentiate(success, responder_branches, risk);
        let to_own = differentiate(success, own_branches, None);
        mix_branches(
            &mut self.own_changes,
            &self.own_affected,
            success,
            own_success,
            own_failure,
        );
        mix_branches(
            &mut self.responder_changes,
            &self.responder_affected,
            &to_responder.by_success_utility,
            responder_success,
            responder_failure,
        );
        for lane in 0..L {
            self.utility[lane] = to_responder.utility[lane] + appeal[lane] - cost[lane];
        }
        self.value = to_own.utility;
        self.odds = *odds;
        let success_unit = derivative_unit(program, row.success, success);
        for lane in 0..L {
            self.value_by_success[lane] = to_own.by_success[lane] * success_unit[lane];
            self.by_action.success[lane] = to_responder.by_success[lane] * success_unit[lane];
        }
        self.by_action.cost = derivative_unit(program, row.cost, cost);
        self.by_action.appeal = derivative_unit(program, row.appeal, appeal);
        self.by_action.daily_odds = log_odds_derivative(row.daily_odds, odds);
        if let (Some(input), Some(risk)) = (responder.risk, risk) {
            self.by_risk = derivative_unit(program, input, risk);
            for lane in 0..L {
                self.by_risk[lane] *= to_responder.by_risk[lane];
            }
        }
    }

    /// Propagates its adjoints to the numbers that it depends on.
    #[inline(always)]
    pub(crate) fn propagate(
        &self,
        pair: ActorPair,
        adjoints: &ResponseAdjoints<'_, L>,
        has_risk: bool,
        gradient: &mut DecisionGradient<L>,
    ) {
        let (available, one) = (&self.available, &Lanes::<L>::splat(1.0));
        let mut utility = Lanes::<L>::splat(0.0);
        let precision = adjoints.precision;
        for lane in 0..L {
            utility[lane] = adjoints.logit[lane] * precision.value[lane];
        }
        let by = &self.by_action;
        let of_action = &mut gradient.actions[self.action];
        let daily_odds = &mut of_action.daily_odds;
        add_product(daily_odds, available, adjoints.logit, &by.daily_odds, one);
        add_product(&mut of_action.appeal, available, &utility, &by.appeal, one);
        let minus_one = &LaneArray::splat(-1.0);
        add_product(
            &mut of_action.cost,
            available,
            &utility,
            &by.cost,
            minus_one,
        );
        let success = &mut of_action.success;
        add_product(success, available, &utility, &by.success, one);
        add_product(
            success,
            available,
            adjoints.value,
            &self.value_by_success,
            one,
        );
        let own = &mut gradient.actors[pair.own];
        add_product(
            &mut own.insight,
            available,
            adjoints.logit,
            &self.utility,
            &precision.by_insight,
        );
        for &imperative in &self.own_affected {
            let to = &mut own.weights[imperative];
            add_product(
                to,
                available,
                adjoints.value,
                &self.own_changes[imperative],
                one,
            );
        }
        let responder = &mut gradient.actors[pair.responder];
        add_product(
            &mut responder.precision,
            available,
            adjoints.logit,
            &self.utility,
            &precision.by_precision,
        );
        if has_risk {
            add_product(&mut responder.risk, available, &utility, &self.by_risk, one);
        }
        for &imperative in &self.responder_affected {
            let to = &mut responder.weights[imperative];
            let change = &self.responder_changes[imperative];
            add_product(to, available, &utility, change, one);
        }
    }
}

/// Adds Σ ŵ·change over some imperatives.
#[inline(always)]
fn add_weighted<const L: usize>(
    sum: &mut Lanes<L>,
    imperatives: &[usize],
    weights: &[Lanes<L>],
    changes: &[Lanes<L>],
) {
    for &imperative in imperatives {
        let (weight, change) = (&weights[imperative], &changes[imperative]);
        for lane in 0..L {
            sum[lane] += weight[lane] * change[lane];
        }
    }
}

/// Computes share·success + (1 − share)·failure, by imperative.
#[inline(always)]
fn mix_branches<const L: usize>(
    changes: &mut [Lanes<L>],
    imperatives: &[usize],
    share: &Lanes<L>,
    success: &[Lanes<L>],
    failure: &[Lanes<L>],
) {
    for &imperative in imperatives {
        let (success, failure) = (&success[imperative], &failure[imperative]);
        let change = &mut changes[imperative];
        for lane in 0..L {
            change[lane] = share[lane] * success[lane] + (1.0 - share[lane]) * failure[lane];
        }
    }
}
