//! The steps of a day.

use super::approximate::Approximate;
use super::evaluation::{Record, index_of};
use super::run::{Changes, Pending, ReferenceRun, Stop, bounds};
use super::truth::Truth;
use super::utility::amounts;
use realpolitik::base::index::{ActionId, ActorId, EventId};
use realpolitik::scenario::{Event, MoveOrder};
use std::collections::BTreeSet;

impl ReferenceRun<'_> {
    /// Simulates one day and compares the end-of-day state.
    pub(super) fn simulate_day(&mut self) -> Result<(), Stop> {
        self.apply_due_effects()?;
        let turns: Vec<Vec<ActorId>> = match &self.scenario.moves {
            MoveOrder::Simultaneous => vec![self.scenario.actors.ids().collect()],
            MoveOrder::Sequential(order) => order.iter().map(|&actor| vec![actor]).collect(),
        };
        let mut taken = BTreeSet::new();
        for turn in turns {
            let mut chosen = Vec::new();
            for actor in turn {
                chosen.extend(self.activate(actor)?);
            }
            self.resolve(&chosen)?;
            taken.extend(chosen);
        }
        if !self.engine_day().taken.keys().eq(&taken) {
            let text = format!("took {taken:?}, the engine {:?}", self.engine_day().taken);
            return Err(Stop::Disagreement(text));
        }
        self.occur_events()?;
        self.drift()?;
        self.evaluate_outcomes()?;
        self.compare_end_of_day()
    }

    /// Step 1: applies due effects.
    fn apply_due_effects(&mut self) -> Result<(), Stop> {
        let day = self.day;
        let (due, later): (Vec<Pending>, Vec<Pending>) = self
            .pending
            .drain(..)
            .partition(|effect| effect.arrives == day);
        self.pending = later;
        let changes: Changes = due
            .into_iter()
            .map(|effect| (effect.variable, effect.amount))
            .collect();
        self.apply(&changes)?;
        self.start_of_day_states.push(self.variables.clone());
        Ok(())
    }

    /// Step 3: the chosen actions of a turn succeed or fail, all evaluated on the true state.
    fn resolve(&mut self, chosen: &[ActionId]) -> Result<(), Stop> {
        let mut changes = Changes::new();
        let mut successes = Vec::new();
        for &id in chosen {
            let action = &self.scenario.actions[id];
            let site = format!("action:actions.{}:success", action.name);
            let Some(&engine) = self.engine_day().taken.get(&id) else {
                let text = format!("the engine did not take {}", action.name);
                return Err(Stop::Disagreement(text));
            };
            let probability = self.evaluation().quantity(&action.success)?;
            self.resolve_uncertain_faults()?;
            let succeeds = self.bernoulli(&site, probability, Some(engine))?;
            let effects = if succeeds {
                &action.effects
            } else {
                &action.failure_effects
            };
            let effects = amounts(self.evaluation(), effects)?;
            self.resolve_uncertain_faults()?;
            changes.extend(self.send(Some(action.actor), &effects, action.timing));
            successes.push((id, succeeds));
        }
        for (id, succeeds) in successes {
            let record = &mut self.memory.actions[id];
            record.happen(self.day);
            record.successes += u32::from(succeeds);
        }
        self.apply(&changes)
    }

    /// Step 4: events occur, all evaluated on the state after the actions.
    fn occur_events(&mut self) -> Result<(), Stop> {
        let scenario = self.scenario;
        let mut occurred = Vec::new();
        for (id, event) in scenario.events.enumerate() {
            let count = self.memory.events[id].count;
            if event.limit.is_some_and(|limit| count >= limit) {
                continue;
            }
            let hazard = self.evaluation().quantity(&event.hazard)?;
            self.resolve_uncertain_faults()?;
            let site = format!("event:events.{}:strike", event.name);
            let engine = self.engine_day().occurred.contains(&id);
            if self.bernoulli(&site, hazard, Some(engine))? {
                occurred.push((id, amounts(self.evaluation(), &event.effects)?));
                self.resolve_uncertain_faults()?;
            }
        }
        let ids: Vec<EventId> = occurred.iter().map(|(id, _)| *id).collect();
        if !self.engine_day().occurred.iter().eq(&ids) {
            let text = format!(
                "{ids:?} occurred, by the engine {:?}",
                self.engine_day().occurred
            );
            return Err(Stop::Disagreement(text));
        }
        let mut changes = Changes::new();
        for (id, effects) in &occurred {
            let event: &Event = &scenario.events[*id];
            changes.extend(self.send(None, effects, event.timing));
            let record = &mut self.memory.events[*id];
            record.happen(self.day);
            // An event that occurs counts as a success.
            record.successes += 1;
        }
        self.apply(&changes)
    }

    /// Step 5: variables revert to their baselines and receive their shocks.
    fn drift(&mut self) -> Result<(), Stop> {
        let mut after = self.variables.clone();
        for (id, variable) in self.scenario.variables.enumerate() {
            let world = self.evaluation();
            let now = self.variables[index_of(id)];
            let (mut to, mut share, mut shock) = (now, Approximate::ZERO, Approximate::ZERO);
            if let (Some(baseline), Some(reversion)) = (&variable.baseline, &variable.reversion) {
                share = world.quantity(reversion)?;
                to = world.quantity(baseline)?;
            }
            if let Some(volatility) = &variable.volatility {
                let normal = self.random.shock(&variable.name, self.day);
                shock = world.finite(world.quantity(volatility)? * normal)?;
            }
            if variable.reversion.is_some() || variable.volatility.is_some() {
                let (min, max) = bounds(variable);
                let moved = world.finite(now.drift(to, share, shock))?;
                after[index_of(id)] = moved.clamp(min, max);
            }
            self.resolve_uncertain_faults()?;
        }
        self.variables = after;
        Ok(())
    }

    /// Step 6: outcomes are evaluated.
    fn evaluate_outcomes(&mut self) -> Result<(), Stop> {
        for (id, outcome) in self.scenario.outcomes.enumerate() {
            let index = index_of(id);
            if self.outcomes[index].day.is_none() && self.day <= outcome.last_day {
                let holds = self.evaluation().condition(&outcome.when.tree)?;
                self.resolve_uncertain_faults()?;
                let engine = self.engine_day().outcome_days[index] != 0;
                let outlook = &mut self.outcomes[index];
                let mut streaks = BTreeSet::new();
                if holds != Truth::True {
                    streaks.insert(0);
                }
                if holds != Truth::False {
                    streaks.extend(outlook.streaks.iter().map(|streak| streak + 1));
                }
                streaks.retain(|&streak| (streak >= outcome.sustained_days) == engine);
                if streaks.is_empty() {
                    let text = format!(
                        "outcome {} occurred, by the engine on day {engine}",
                        outcome.name
                    );
                    return Err(Stop::Disagreement(text));
                }
                outlook.streaks = streaks;
                outlook.day = engine.then_some(self.day);
            }
            let day = self.outcomes[index].day.unwrap_or(0);
            if self.engine_day().outcome_days[index] != u32::from(day) {
                let text = format!("outcome {}: not on day {day}", outcome.name);
                return Err(Stop::Disagreement(text));
            }
        }
        Ok(())
    }
}

impl Record {
    fn happen(&mut self, day: u16) {
        self.count += 1;
        self.first_day.get_or_insert(day);
        self.last_day = Some(day);
    }
}
