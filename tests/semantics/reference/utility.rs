//! Utilities of hypothetical states.

use super::approximate::{Approximate, UNIT};
use super::choice::{Plan, logit};
use super::choice_interval::{ChoiceInterval, Weight, weigh};
use super::evaluation::{Evaluation, Fault};
use super::run::{Changes, ReferenceRun};
use super::truth::Truth;
use realpolitik::base::index::{ActionId, ActorId, VariableId};
use realpolitik::scenario::{
    Actor, Condition, Effect, Formula, Imperative, Number, NumberExpression, Scenario,
};
use std::collections::BTreeSet;

/// The engine may combine utilities differently (linear parts of goals in one form), with intermediate
/// results of the same magnitude: the error bounds are wider by this factor.
const OTHER_ORDERS: f64 = 2.0;

impl ReferenceRun<'_> {
    /// An action's effects, evaluated on a perceived state.
    fn plan(&self, perceived: Evaluation<'_>, id: ActionId) -> Result<Plan, Fault> {
        let action = &self.scenario.actions[id];
        Ok(Plan {
            success: perceived.quantity(&action.success)?,
            effects: amounts(perceived, &action.effects)?,
            failure_effects: amounts(perceived, &action.failure_effects)?,
        })
    }

    /// The utility of an action to its actor, which perceives `perceived` and expects `expected` after its
    /// own pending effects; with or without anticipated responses.
    pub(super) fn utility(
        &self,
        actor: &Actor,
        perceived: Evaluation<'_>,
        expected: &[Approximate],
        id: ActionId,
        insight: Option<Approximate>,
    ) -> Result<Approximate, Fault> {
        let action = &self.scenario.actions[id];
        let plan = self.plan(perceived, id)?;
        let mut sides = [Approximate::ZERO; 2];
        for (side, effects) in sides.iter_mut().zip([&plan.effects, &plan.failure_effects]) {
            if effects.is_empty() {
                continue;
            }
            let after = self.changed(expected, effects)?;
            *side = self.advantage(actor, expected, &after, effects)?;
            if let Some(insight) = insight {
                for &other in &actor.anticipates {
                    let before = self.reply(actor, insight, other, expected);
                    let reply = self.reply(actor, insight, other, &after);
                    *side = Approximate::sum([*side, reply, -before]);
                }
            }
        }
        let gain = match &actor.risk {
            Some(risk) => certainty_equivalent(plan.success, sides, perceived.quantity(risk)?),
            None => Approximate::sum([
                plan.success * sides[0],
                (Approximate::ONE - plan.success) * sides[1],
            ]),
        };
        perceived.finite(Approximate::sum([
            perceived.finite(gain)?.widened(OTHER_ORDERS),
            perceived.quantity(&action.appeal)?,
            -perceived.quantity(&action.cost)?,
        ]))
    }

    /// Σᵢ ŵᵢ·(gᵢ(after) − gᵢ(before)) over the goals that read a changed variable.
    fn advantage(
        &self,
        actor: &Actor,
        before: &[Approximate],
        after: &[Approximate],
        effects: &Changes,
    ) -> Result<Approximate, Fault> {
        let changed: BTreeSet<VariableId> = effects.iter().map(|(variable, _)| *variable).collect();
        let mut terms = Vec::new();
        for (imperative, weight) in actor.imperatives.iter().zip(self.weights(actor)?) {
            if reads(self.scenario, imperative).is_disjoint(&changed) {
                continue;
            }
            let tree = &imperative.goal.tree;
            let gain = self.evaluation_on(after).number(tree)?
                - self.evaluation_on(before).number(tree)?;
            terms.push(weight * gain);
        }
        self.evaluation().finite(Approximate::sum(terms))
    }

    /// R(h): the expected utility to an actor of another actor's response on a state; unbounded if a fault
    /// occurs, since which of those count is unspecified.
    fn reply(
        &self,
        actor: &Actor,
        insight: Approximate,
        other: ActorId,
        state: &[Approximate],
    ) -> Approximate {
        // The goals of both actors may be evaluated although no response is available.
        let goals = [actor, &self.scenario.actors[other]].map(|one| &one.imperatives);
        let world = self.evaluation_on(state);
        if goals
            .into_iter()
            .flatten()
            .any(|imperative| world.number(&imperative.goal.tree).is_err())
        {
            self.counters.fault_is_possible.set(true);
        }
        self.counters.is_reply.set(true);
        let reply = self.reply_or_fault(actor, insight, other, state);
        self.counters.is_reply.set(false);
        reply.unwrap_or_else(|Fault| {
            self.counters.fault_is_possible.set(true);
            Approximate::between(f64::NEG_INFINITY, f64::INFINITY)
        })
    }

    /// τ·Σ over the other's tracks Σᵣ P(r|h)·E[Σᵢ ŵᵢ·(gᵢ(h ⊕ r) − gᵢ(h))].
    fn reply_or_fault(
        &self,
        actor: &Actor,
        insight: Approximate,
        other: ActorId,
        state: &[Approximate],
    ) -> Result<Approximate, Fault> {
        let replier = &self.scenario.actors[other];
        let world = self.evaluation_on(state);
        let precision = world.quantity(&replier.precision)? * insight;
        let tempo = world.quantity(&replier.tempo)?;
        let mut terms = Vec::new();
        for actions in self.tracks(other) {
            let mut options = Vec::new();
            let mut doubtful = BTreeSet::new();
            for (index, &id) in actions.iter().enumerate() {
                match self.openness(id, Truth::True, world)? {
                    Truth::False => continue,
                    Truth::True => {}
                    Truth::Unknown => {
                        doubtful.insert(index + 1);
                    }
                }
                let utility = self.utility(replier, world, state, id, None)?;
                let odds = world.quantity(&self.scenario.actions[id].daily_odds)?;
                options.push((index + 1, odds, logit(precision * utility)));
            }
            let mut weights = vec![Weight::ZERO; actions.len() + 1];
            for (option, weight) in weigh(options.into_iter()) {
                let is_doubtful = doubtful.contains(&option);
                weights[option] = if is_doubtful {
                    weight.or_none()
                } else {
                    weight
                };
            }
            let shares = ChoiceInterval::new(&weights, 0.0).shares;
            for (share, &id) in shares[1..].iter().zip(&actions) {
                let share = share.as_number();
                if share != Approximate::ZERO {
                    terms.push(share * self.expected_worth(actor, world, id)?);
                }
            }
        }
        Ok(tempo * Approximate::sum(terms))
    }

    /// The expected utility to an actor of another actor's action on a state.
    fn expected_worth(
        &self,
        actor: &Actor,
        state: Evaluation<'_>,
        id: ActionId,
    ) -> Result<Approximate, Fault> {
        let plan = self.plan(state, id)?;
        let mut terms = Vec::new();
        for (share, effects) in [
            (plan.success, &plan.effects),
            (Approximate::ONE - plan.success, &plan.failure_effects),
        ] {
            let after = self.changed(state.variables, effects)?;
            terms.push(share * self.advantage(actor, state.variables, &after, effects)?);
        }
        Ok(Approximate::sum(terms))
    }

    /// ŵᵢ = wᵢ / Σw, all 0 where the sum is 0.
    fn weights(&self, actor: &Actor) -> Result<Vec<Approximate>, Fault> {
        let world = self.evaluation();
        let weights: Vec<Approximate> = actor
            .imperatives
            .iter()
            .map(|imperative| world.quantity(&imperative.weight))
            .collect::<Result<_, _>>()?;
        let sum = Approximate::sum(weights.iter().copied());
        Ok(weights
            .into_iter()
            .map(|weight| {
                if sum.value > 0.0 {
                    weight.divide(sum)
                } else {
                    Approximate::ZERO
                }
            })
            .collect())
    }
}

/// The amounts of effects on a perceived state.
pub fn amounts(perceived: Evaluation<'_>, effects: &[Effect]) -> Result<Changes, Fault> {
    effects
        .iter()
        .map(|effect| Ok((effect.variable, perceived.quantity(&effect.amount)?)))
        .collect()
}

/// −ln(p·e^(−αa) + (1 − p)·e^(−αb)) / α for a = sides[0] and b = sides[1], and its limit p·a +
/// (1 − p)·b at α = 0. It rises with a and b, falls with α, and p leads from b to a.
fn certainty_equivalent(
    success: Approximate,
    sides: [Approximate; 2],
    risk: Approximate,
) -> Approximate {
    let equivalent = |p: f64, a: f64, b: f64, risk: f64| {
        let q = 1.0 - p;
        if risk == 0.0 || p == 0.0 || q == 0.0 {
            return p * a + q * b;
        }
        // Computed relative to the branch with the larger weight; if that weight is small, the logarithms
        // of the two parts are added instead.
        let least = if risk > 0.0 { a.min(b) } else { a.max(b) };
        let sum = p * libm::expm1(-risk * (a - least)) + q * libm::expm1(-risk * (b - least));
        if sum > -0.5 {
            return least - libm::log1p(sum) / risk;
        }
        let (x, y) = (libm::log(p) - risk * a, libm::log(q) - risk * b);
        let most = x.max(y);
        -(most + libm::log1p(libm::exp(x.min(y) - most))) / risk
    };
    let [a, b] = sides;
    let value = equivalent(success.value, a.value, b.value, risk.value);
    let (p_low, p_high) = (success.low().max(0.0), success.high().min(1.0));
    let mut spread: f64 = 0.0;
    for p in [p_low, p_high] {
        let low = equivalent(p, a.low(), b.low(), risk.high());
        let high = equivalent(p, a.high(), b.high(), risk.low());
        spread = spread.max(value - low).max(high - value);
    }
    // A logarithm near 0 is divided by α; for small α a series replaces it.
    let distance = (a.value - b.value).abs() + a.bound + b.bound;
    let magnitude = a.value.abs().max(b.value.abs());
    let logarithm = 8.0 * UNIT * (128.0 * distance).min(1.0 / risk.value.abs());
    Approximate {
        value,
        bound: spread + logarithm + 8.0 * UNIT * magnitude,
    }
}

/// The variables that an imperative's goal reads, through indicators too.
fn reads(scenario: &Scenario, imperative: &Imperative) -> BTreeSet<VariableId> {
    let mut found = BTreeSet::new();
    read_number(scenario, &imperative.goal.tree, &mut found);
    found
}

fn read_number(scenario: &Scenario, tree: &Number, found: &mut BTreeSet<VariableId>) {
    let mut all = |trees: &[&Number]| {
        for tree in trees {
            read_number(scenario, tree, found);
        }
    };
    match tree {
        Number::Variable(variable) => {
            found.insert(*variable);
        }
        Number::Indicator(indicator) => match &scenario.indicators[*indicator].formula {
            Formula::Number(NumberExpression { tree, .. }) => read_number(scenario, tree, found),
            Formula::Condition(expression) => read_condition(scenario, &expression.tree, found),
        },
        Number::Constant(_) | Number::Day | Number::Count(_) => {}
        Number::Negate(a) | Number::Function(_, a) | Number::DaysSince(_, a) => all(&[a]),
        Number::Arithmetic(_, a, b) => all(&[a, b]),
        Number::Min(terms) | Number::Max(terms) => {
            terms.iter().for_each(|term| all(&[term]));
        }
        Number::Clamp(a, b, c) | Number::Contest(a, b, c) => all(&[a, b, c]),
        Number::If(condition, a, b) => {
            all(&[a, b]);
            read_condition(scenario, condition, found);
        }
    }
}

fn read_condition(scenario: &Scenario, tree: &Condition, found: &mut BTreeSet<VariableId>) {
    match tree {
        Condition::Constant(_) | Condition::Happened(_) | Condition::Succeeded(_) => {}
        Condition::Indicator(indicator) => match &scenario.indicators[*indicator].formula {
            Formula::Number(expression) => read_number(scenario, &expression.tree, found),
            Formula::Condition(expression) => read_condition(scenario, &expression.tree, found),
        },
        Condition::Compare(_, a, b) => {
            read_number(scenario, a, found);
            read_number(scenario, b, found);
        }
        Condition::Not(a) => read_condition(scenario, a, found),
        Condition::And(a, b) | Condition::Or(a, b) => {
            read_condition(scenario, a, found);
            read_condition(scenario, b, found);
        }
        Condition::If(a, b, c) => {
            read_condition(scenario, a, found);
            read_condition(scenario, b, found);
            read_condition(scenario, c, found);
        }
    }
}
