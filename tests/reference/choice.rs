//! Step 2 of a day: an actor deliberates on each of its tracks.

use super::approximate::{Approximate, UNIT};
use super::fall::{Fall, Weight, weigh};
use super::life::{Changes, Life, Stop};
use super::truth::Truth;
use super::witness::Decision;
use super::world::{Fault, World};
use realpolitik::index::{ActionId, ActorId, VariableId};
use realpolitik::scenario::{
    Actor, Condition, Formula, Imperative, Number, NumberExpression, Scenario,
};
use std::collections::BTreeSet;

/// Utilities may be put together otherwise than here (linear parts of goals folded into one
/// form), with intermediate results of the same magnitude: their bounds are this much wider.
const OTHER_ORDERS: f64 = 2.0;

/// What an actor has decided to do.
#[derive(Clone, Debug)]
pub struct Plan {
    pub action: ActionId,
    pub success: Approximate,
    pub effects: Changes,
    pub failure_effects: Changes,
}

/// An open option.
struct OpenOption {
    index: usize,
    plan: Plan,
    odds: Approximate,
    logit: Approximate,
}

impl Life<'_> {
    /// The actor's choices, on all its tracks, on the state as it is.
    pub(super) fn deliberate(&mut self, id: ActorId) -> Result<Vec<Plan>, Stop> {
        let scenario = self.scenario;
        let actor = &scenario.actors[id];
        let tracks: BTreeSet<&str> = own_actions(scenario, id)
            .map(|action| scenario.actions[action].track.as_str())
            .collect();
        let tempo = self.world().quantity(&actor.tempo)?;
        self.settle_doubts()?;
        let deliberates = self.deliberates(actor, tempo);
        let mut plans = Vec::new();
        for track in tracks {
            let mut actions: Vec<ActionId> = own_actions(scenario, id)
                .filter(|&action| scenario.actions[action].track == track)
                .collect();
            actions.sort_by_key(|&action| &scenario.actions[action].name);
            plans.extend(self.choose(id, track, &actions, deliberates)?);
        }
        Ok(plans)
    }

    /// Whether the actor deliberates today.
    fn deliberates(&mut self, actor: &Actor, tempo: Approximate) -> Truth {
        let site = format!("actor:actors.{}:deliberate", actor.name);
        let uniform = Approximate::exact(self.luck.uniform(&site, self.day));
        let truth = uniform.less(tempo);
        let width = tempo.high().min(1.0) - tempo.low().max(0.0);
        self.forks
            .decide(width.max(0.0), truth == Truth::Unknown, false);
        truth
    }

    /// The choice on one track; `None` waits.
    fn choose(
        &mut self,
        id: ActorId,
        track: &str,
        actions: &[ActionId],
        deliberates: Truth,
    ) -> Result<Option<Plan>, Stop> {
        let actor = &self.scenario.actors[id];
        let seen = self.seen().choices.get(&(id, actions[0]));
        let name = format!("track {}.{track}", actor.name);
        if let Some(decision) = seen
            && decision.actions != actions
        {
            let text = format!("{name}: the engine's options are {:?}", decision.actions);
            return Err(Stop::Disagreement(text));
        }
        let mut open = Vec::new();
        for (index, &action) in actions.iter().enumerate() {
            let truth = self.openness(action, deliberates)?;
            self.settle_doubts()?;
            let engine = seen.is_some_and(|decision| decision.open[index]);
            if !truth.admits(engine) {
                let action = &self.scenario.actions[action].name;
                let text = format!("{name}: {action} is open: {truth:?}, the engine {engine}");
                return Err(Stop::Disagreement(text));
            }
            if engine {
                open.push(index);
                self.memory.actions[action].days_open += 1;
            }
        }
        let Some(decision) = seen.filter(|_| !open.is_empty()) else {
            return match seen {
                Some(decision) if decision.chosen != 0 => {
                    Err(Stop::Disagreement(format!("{name}: the engine acts")))
                }
                _ => Ok(None),
            };
        };
        let options = self.value_options(id, actions, &open)?;
        self.settle_doubts()?;
        compare_logits(&options, decision)
            .map_err(|what| Stop::Disagreement(format!("{name}: {what}")))?;
        let chosen = self.fall(actor, track, &options, decision)?;
        Ok(options
            .into_iter()
            .find(|option| option.index + 1 == chosen)
            .map(|option| option.plan))
    }

    /// Whether an action is an option today. What is closed already is looked at no further.
    fn openness(&self, id: ActionId, deliberates: Truth) -> Result<Truth, Fault> {
        let action = &self.scenario.actions[id];
        let record = &self.memory.actions[id];
        let is_used_up = action.limit.is_some_and(|limit| record.count >= limit);
        let is_cooling = record
            .last_day
            .is_some_and(|last| self.day - last <= action.cooldown_days);
        if is_used_up || is_cooling || deliberates == Truth::False {
            return Ok(Truth::False);
        }
        let holds = match &action.requires {
            Some(condition) => match self.world().condition(&condition.tree) {
                Err(Fault) if deliberates == Truth::Unknown => {
                    self.notes.fault_is_possible.set(true);
                    Truth::Unknown
                }
                holds => holds?,
            },
            None => Truth::True,
        };
        Ok(match (holds, deliberates) {
            (Truth::True, Truth::Unknown) => Truth::Unknown,
            _ => holds,
        })
    }

    /// λ·u and what goes with it for each open option.
    fn value_options(
        &self,
        id: ActorId,
        actions: &[ActionId],
        open: &[usize],
    ) -> Result<Vec<OpenOption>, Stop> {
        let actor = &self.scenario.actors[id];
        let world = self.world();
        let precision = world.quantity(&actor.precision)?;
        let expected = self.expected_by(id)?;
        let mut options = Vec::new();
        for &index in open {
            let action = &self.scenario.actions[actions[index]];
            let plan = Plan {
                action: actions[index],
                success: world.quantity(&action.success)?,
                effects: self.amounts(&action.effects)?,
                failure_effects: self.amounts(&action.failure_effects)?,
            };
            let gain = self.gain(actor, &expected, &plan)?;
            let utility = Approximate::sum([
                gain.widened(OTHER_ORDERS),
                world.quantity(&action.appeal)?,
                -world.quantity(&action.cost)?,
            ]);
            options.push(OpenOption {
                index,
                odds: world.quantity(&action.daily_odds)?,
                logit: logit(world.finite(precision * world.finite(utility)?)?),
                plan,
            });
        }
        Ok(options)
    }

    /// Σᵢ ŵᵢ·(p·gᵢ(s⁺ ⊕ effects) + (1 − p)·gᵢ(s⁺ ⊕ failure effects) − gᵢ(s⁺)) over the goals that
    /// read what the option changes.
    fn gain(
        &self,
        actor: &Actor,
        expected: &[Approximate],
        plan: &Plan,
    ) -> Result<Approximate, Stop> {
        let success = self.changed(expected, &plan.effects)?;
        let failure = self.changed(expected, &plan.failure_effects)?;
        let changed: BTreeSet<VariableId> = plan
            .effects
            .iter()
            .chain(&plan.failure_effects)
            .map(|(variable, _)| *variable)
            .collect();
        let weights = self.weights(actor)?;
        let mut terms = Vec::new();
        for (imperative, weight) in actor.imperatives.iter().zip(weights) {
            if reads(self.scenario, imperative).is_disjoint(&changed) {
                continue;
            }
            let goal = |variables: &[Approximate]| {
                let world = World {
                    variables,
                    ..self.world()
                };
                world.number(&imperative.goal.tree)
            };
            let p = plan.success;
            let gain = Approximate::sum([
                p * goal(&success)?,
                (Approximate::ONE - p) * goal(&failure)?,
                -goal(expected)?,
            ]);
            terms.push(weight * gain);
        }
        Ok(self.world().finite(Approximate::sum(terms))?)
    }

    /// ŵᵢ = wᵢ / Σw, all 0 where the sum is 0.
    fn weights(&self, actor: &Actor) -> Result<Vec<Approximate>, Fault> {
        let world = self.world();
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

    /// On which option the choice falls, by inverse CDF in the order of the names, wait first;
    /// the engine's where the bounds leave it open.
    fn fall(
        &mut self,
        actor: &Actor,
        track: &str,
        options: &[OpenOption],
        decision: &Decision,
    ) -> Result<usize, Stop> {
        let mut weights = vec![Weight::ZERO; decision.shares.len()];
        let logits = options
            .iter()
            .map(|option| (option.index + 1, option.odds, option.logit));
        for (option, weight) in weigh(logits) {
            weights[option] = weight;
        }
        let site = format!("track:actors.{}.{track}:choice", actor.name);
        let uniform = self.luck.uniform(&site, self.day);
        let fall = Fall::new(&weights, uniform);
        let chosen = decision.chosen as usize;
        self.forks.decide(
            fall.probability_of_fork,
            fall.possible.len() > 1,
            chosen != fall.own,
        );
        if fall.admits(&decision.shares) && fall.possible.contains(&chosen) {
            return Ok(chosen);
        }
        Err(Stop::Disagreement(format!(
            "{site}: {fall:?} at {uniform}; the engine {chosen} among {:?}",
            decision.shares
        )))
    }
}

/// Each option's λ·log₂e·u against the engine's.
fn compare_logits(options: &[OpenOption], decision: &Decision) -> Result<(), String> {
    for option in options {
        let own = option.logit * Approximate::exact(std::f64::consts::LOG2_E);
        let engine = f64::from(decision.logits[option.index]);
        if !own.admits(engine) {
            return Err(format!(
                "logit of option {} is {own:?}, the engine's {engine}",
                option.index + 1
            ));
        }
    }
    Ok(())
}

/// λ·u as it may come out where it is computed in another base: a rounded factor and one more
/// product.
fn logit(product: Approximate) -> Approximate {
    let rounding = 3.0 * UNIT * product.value.abs();
    Approximate {
        bound: product.bound + rounding,
        ..product
    }
}

fn own_actions(scenario: &Scenario, actor: ActorId) -> impl Iterator<Item = ActionId> + '_ {
    scenario
        .actions
        .enumerate()
        .filter(move |(_, action)| action.actor == actor)
        .map(|(id, _)| id)
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
