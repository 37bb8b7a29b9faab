//! The steps of a day.

use super::approximate::Approximate;
use super::life::{Changes, Life, Pending, Stop, bounds};
use super::truth::Truth;
use super::world::{Record, index_of};
use super::worth::amounts;
use realpolitik::base::index::{ActionId, ActorId, EventId};
use realpolitik::scenario::{Event, MoveOrder};
use std::collections::BTreeSet;

impl Life<'_> {
    /// Lives one day and compares its evening.
    pub(super) fn simulate_day(&mut self) -> Result<(), Stop> {
        self.deliver()?;
        let turns: Vec<Vec<ActorId>> = match &self.scenario.moves {
            MoveOrder::Simultaneous => vec![self.scenario.actors.ids().collect()],
            MoveOrder::Sequential(order) => order.iter().map(|&actor| vec![actor]).collect(),
        };
        let mut taken = BTreeSet::new();
        for turn in turns {
            let mut chosen = Vec::new();
            for actor in turn {
                chosen.extend(self.deliberate(actor)?);
            }
            self.act(&chosen)?;
            taken.extend(chosen);
        }
        if !self.seen().taken.keys().eq(&taken) {
            let text = format!("took {taken:?}, the engine {:?}", self.seen().taken);
            return Err(Stop::Disagreement(text));
        }
        self.strike()?;
        self.drift()?;
        self.judge()?;
        self.compare_evening()
    }

    /// Step 1: effects that are due.
    fn deliver(&mut self) -> Result<(), Stop> {
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
        self.mornings.push(self.variables.clone());
        Ok(())
    }

    /// Step 3: the chosen actions of a turn succeed or fail, all in the world as it is.
    fn act(&mut self, chosen: &[ActionId]) -> Result<(), Stop> {
        let mut changes = Changes::new();
        let mut successes = Vec::new();
        for &id in chosen {
            let action = &self.scenario.actions[id];
            let site = format!("action:actions.{}:success", action.name);
            let Some(&engine) = self.seen().taken.get(&id) else {
                let text = format!("the engine did not take {}", action.name);
                return Err(Stop::Disagreement(text));
            };
            let probability = self.world().quantity(&action.success)?;
            self.settle_doubts()?;
            let succeeds = self.strikes(&site, probability, Some(engine))?;
            let effects = if succeeds {
                &action.effects
            } else {
                &action.failure_effects
            };
            let effects = amounts(self.world(), effects)?;
            self.settle_doubts()?;
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

    /// Step 4: events strike, all reading the state after the actions.
    fn strike(&mut self) -> Result<(), Stop> {
        let scenario = self.scenario;
        let mut struck = Vec::new();
        for (id, event) in scenario.events.enumerate() {
            let count = self.memory.events[id].count;
            if event.limit.is_some_and(|limit| count >= limit) {
                continue;
            }
            let hazard = self.world().quantity(&event.hazard)?;
            self.settle_doubts()?;
            let site = format!("event:events.{}:strike", event.name);
            let engine = self.seen().struck.contains(&id);
            if self.strikes(&site, hazard, Some(engine))? {
                struck.push((id, amounts(self.world(), &event.effects)?));
                self.settle_doubts()?;
            }
        }
        let ids: Vec<EventId> = struck.iter().map(|(id, _)| *id).collect();
        if !self.seen().struck.iter().eq(&ids) {
            let text = format!("{ids:?} struck, by the engine {:?}", self.seen().struck);
            return Err(Stop::Disagreement(text));
        }
        let mut changes = Changes::new();
        for (id, effects) in &struck {
            let event: &Event = &scenario.events[*id];
            changes.extend(self.send(None, effects, event.timing));
            let record = &mut self.memory.events[*id];
            record.happen(self.day);
            // An event that strikes has succeeded.
            record.successes += 1;
        }
        self.apply(&changes)
    }

    /// Step 5: variables return to their baselines and take their shocks.
    fn drift(&mut self) -> Result<(), Stop> {
        let mut after = self.variables.clone();
        for (id, variable) in self.scenario.variables.enumerate() {
            let world = self.world();
            let now = self.variables[index_of(id)];
            let (mut to, mut share, mut shock) = (now, Approximate::ZERO, Approximate::ZERO);
            if let (Some(baseline), Some(reversion)) = (&variable.baseline, &variable.reversion) {
                share = world.quantity(reversion)?;
                to = world.quantity(baseline)?;
            }
            if let Some(volatility) = &variable.volatility {
                let normal = self.luck.shock(&variable.name, self.day);
                shock = world.finite(world.quantity(volatility)? * normal)?;
            }
            if variable.reversion.is_some() || variable.volatility.is_some() {
                let (min, max) = bounds(variable);
                let moved = world.finite(now.drift(to, share, shock))?;
                after[index_of(id)] = moved.clamp(min, max);
            }
            self.settle_doubts()?;
        }
        self.variables = after;
        Ok(())
    }

    /// Step 6: outcomes come true.
    fn judge(&mut self) -> Result<(), Stop> {
        for (id, outcome) in self.scenario.outcomes.enumerate() {
            let index = index_of(id);
            if self.outlooks[index].day.is_none() && self.day <= outcome.last_day {
                let holds = self.world().condition(&outcome.when.tree)?;
                self.settle_doubts()?;
                let engine = self.seen().outcome_days[index] != 0;
                let outlook = &mut self.outlooks[index];
                let mut streaks = BTreeSet::new();
                if holds != Truth::True {
                    streaks.insert(0);
                }
                if holds != Truth::False {
                    streaks.extend(outlook.streaks.iter().map(|streak| streak + 1));
                }
                streaks.retain(|&streak| (streak >= outcome.sustained_days) == engine);
                if streaks.is_empty() {
                    let text = format!("outcome {} has come true: {engine}?", outcome.name);
                    return Err(Stop::Disagreement(text));
                }
                outlook.streaks = streaks;
                outlook.day = engine.then_some(self.day);
            }
            let day = self.outlooks[index].day.unwrap_or(0);
            if self.seen().outcome_days[index] != u32::from(day) {
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
