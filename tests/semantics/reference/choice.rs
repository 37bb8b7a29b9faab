//! Step 2 of a day: an activated actor chooses on each of its tracks.

use super::approximate::{Approximate, UNIT};
use super::choice_interval::{ChoiceInterval, Weight, weigh};
use super::evaluation::{Evaluation, Fault};
use super::run::{Changes, ReferenceRun, Stop};
use super::trace::Decision;
use super::truth::Truth;
use realpolitik::base::index::{ActionId, ActorId};
use realpolitik::scenario::Actor;
use std::collections::BTreeSet;

/// An action's effects, evaluated on a perceived state.
#[derive(Clone, Debug)]
pub struct Plan {
    pub success: Approximate,
    pub effects: Changes,
    pub failure_effects: Changes,
}

/// An available alternative.
struct OpenOption {
    index: usize,
    odds: Approximate,
    logit: Approximate,
}

impl ReferenceRun<'_> {
    /// The actions that the actor chooses on all its tracks, on the state it perceives.
    pub(super) fn activate(&mut self, id: ActorId) -> Result<Vec<ActionId>, Stop> {
        let actor = &self.scenario.actors[id];
        let perceived = self.perceived_by(actor)?;
        let tempo = self.evaluation_on(&perceived).quantity(&actor.tempo)?;
        self.resolve_uncertain_faults()?;
        let deliberates = self.deliberates(actor, tempo);
        let mut chosen = Vec::new();
        for actions in self.tracks(id) {
            chosen.extend(self.choose(id, &actions, deliberates, &perceived)?);
        }
        Ok(chosen)
    }

    /// The actions of each of an actor's tracks, in the order of their names.
    pub(super) fn tracks(&self, id: ActorId) -> Vec<Vec<ActionId>> {
        let actions = &self.scenario.actions;
        let own = || actions.ids().filter(|&action| actions[action].actor == id);
        let names: BTreeSet<&str> = own().map(|id| actions[id].track.as_str()).collect();
        names
            .into_iter()
            .map(|track| {
                let mut ids: Vec<ActionId> =
                    own().filter(|&id| actions[id].track == track).collect();
                ids.sort_by_key(|&id| &actions[id].name);
                ids
            })
            .collect()
    }

    /// Whether the actor is activated on this day.
    fn deliberates(&mut self, actor: &Actor, tempo: Approximate) -> Truth {
        let site = format!("actor:actors.{}:deliberate", actor.name);
        let uniform = Approximate::exact(self.random.uniform(&site, self.day));
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
        actions: &[ActionId],
        deliberates: Truth,
        perceived: &[Approximate],
    ) -> Result<Option<ActionId>, Stop> {
        let actor = &self.scenario.actors[id];
        let track = &self.scenario.actions[actions[0]].track;
        let seen = self.engine_day().choices.get(&(id, actions[0]));
        let name = format!("track {}.{track}", actor.name);
        if let Some(decision) = seen
            && decision.actions != actions
        {
            let text = format!("{name}: the engine's options are {:?}", decision.actions);
            return Err(Stop::Disagreement(text));
        }
        let mut open = Vec::new();
        for (index, &action) in actions.iter().enumerate() {
            let truth = self.openness(action, deliberates, self.evaluation_on(perceived))?;
            self.resolve_uncertain_faults()?;
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
        let options = self.value_options(id, actions, &open, perceived)?;
        self.resolve_uncertain_faults()?;
        compare_logits(&options, decision)
            .map_err(|what| Stop::Disagreement(format!("{name}: {what}")))?;
        let chosen = self.sample(actor, track, &options, decision)?;
        Ok(chosen.checked_sub(1).map(|index| actions[index]))
    }

    /// Whether an action is available on this day; later conditions are not evaluated once one fails.
    pub(super) fn openness(
        &self,
        id: ActionId,
        deliberates: Truth,
        perceived: Evaluation<'_>,
    ) -> Result<Truth, Fault> {
        let action = &self.scenario.actions[id];
        let record = &self.memory.actions[id];
        let is_used_up = action.limit.is_some_and(|limit| record.count >= limit);
        // An action without cooldown that was taken earlier on this day is available as a response.
        let is_cooling = action.cooldown_days > 0
            && record
                .last_day
                .is_some_and(|last| self.day - last <= action.cooldown_days);
        if is_used_up || is_cooling || deliberates == Truth::False {
            return Ok(Truth::False);
        }
        let holds = match &action.requires {
            Some(condition) => match perceived.condition(&condition.tree) {
                Err(Fault) if deliberates == Truth::Unknown => {
                    self.counters.fault_is_possible.set(true);
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

    /// λ·u and base odds of each available alternative.
    fn value_options(
        &self,
        id: ActorId,
        actions: &[ActionId],
        open: &[usize],
        perceived: &[Approximate],
    ) -> Result<Vec<OpenOption>, Fault> {
        let actor = &self.scenario.actors[id];
        let world = self.evaluation_on(perceived);
        let precision = world.quantity(&actor.precision)?;
        let insight = match actor.anticipates.is_empty() {
            true => None,
            false => Some(world.quantity(&actor.insight)?),
        };
        let expected = self.expected_by(id, perceived)?;
        let mut options = Vec::new();
        for &index in open {
            let utility = self.utility(actor, world, &expected, actions[index], insight)?;
            let action = &self.scenario.actions[actions[index]];
            options.push(OpenOption {
                index,
                odds: world.quantity(&action.daily_odds)?,
                logit: logit(world.finite(precision * utility)?),
            });
        }
        Ok(options)
    }

    /// Samples an alternative by inverse CDF, waiting first, then in the order of the names; takes the
    /// engine's choice if the bounds allow several.
    fn sample(
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
        let uniform = self.random.uniform(&site, self.day);
        let interval = ChoiceInterval::new(&weights, uniform);
        let chosen = decision.chosen as usize;
        self.forks.decide(
            interval.fork_probability,
            interval.possible.len() > 1,
            chosen != interval.own,
        );
        if interval.admits(&decision.shares) && interval.possible.contains(&chosen) {
            return Ok(chosen);
        }
        Err(Stop::Disagreement(format!(
            "{site}: {interval:?} at {uniform}; the engine {chosen} among {:?}",
            decision.shares
        )))
    }
}

/// Compares each alternative's λ·log₂e·u with the engine's.
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

/// λ·u as computed in another base: a rounded factor and one more product.
pub(super) fn logit(product: Approximate) -> Approximate {
    let rounding = 3.0 * UNIT * product.value.abs();
    Approximate {
        bound: product.bound + rounding,
        ..product
    }
}
