//! One life of a scenario, day by day, in step with what the engine did.
//!
//! Whatever the bounds decide must be as the engine had it; whatever they leave open is a fork,
//! and the life follows the engine.

use super::approximate::Approximate;
use super::choice::Plan;
use super::forks::Forks;
use super::luck::Luck;
use super::truth::Truth;
use super::witness::{Day, Witness};
use super::world::{Fault, Memory, Notes, Record, World, index_of};
use realpolitik::index::{ActorId, EventId, VariableId};
use realpolitik::scenario::{Effect, Event, Moves, Quantity, Scenario, Timing};
use std::collections::{BTreeMap, BTreeSet};

/// A variable's bound above this share of its range says too little to compare.
const RESOLUTION: f64 = 1e-4;

/// Why a life ends before its last day.
#[derive(Debug)]
pub enum Stop {
    /// A fault, which the engine must have found on the same day.
    Fault,
    /// The engine did what the reference cannot explain.
    Disagreement(String),
}

impl From<Fault> for Stop {
    fn from(_: Fault) -> Self {
        Stop::Fault
    }
}

/// An effect on its way.
#[derive(Clone, Debug)]
struct Pending {
    arrives: u16,
    /// Whose it is; `None` for an event's.
    owner: Option<ActorId>,
    variable: VariableId,
    amount: Approximate,
}

/// One outcome so far.
#[derive(Clone, Debug)]
struct Outlook {
    day: Option<u16>,
    /// On how many days running the condition may have held.
    streaks: BTreeSet<u16>,
}

/// A life being lived.
pub struct Life<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) luck: Luck<'a>,
    pub(super) drawn: BTreeMap<String, f64>,
    pub(super) witness: &'a Witness,
    pub(super) day: u16,
    pub(super) variables: Vec<Approximate>,
    pub(super) memory: Memory,
    pending: Vec<Pending>,
    outlooks: Vec<Outlook>,
    pub(super) notes: Notes,
    pub(super) forks: Forks,
}

/// Effects by variable and amount.
pub type Changes = Vec<(VariableId, Approximate)>;

impl<'a> Life<'a> {
    /// The eve of day 1.
    pub fn new(scenario: &'a Scenario, luck: Luck<'a>, witness: &'a Witness) -> Self {
        let drawn = luck.draw();
        let records = |n: usize| (0..n).map(|_| Record::default());
        let mut life = Self {
            scenario,
            luck,
            drawn,
            witness,
            day: 0,
            variables: Vec::new(),
            memory: Memory {
                actions: records(scenario.actions.len()).collect(),
                events: records(scenario.events.len()).collect(),
            },
            pending: Vec::new(),
            outlooks: vec![
                Outlook {
                    day: None,
                    streaks: BTreeSet::from([0]),
                };
                scenario.outcomes.len()
            ],
            notes: Notes::default(),
            forks: Forks::default(),
        };
        let initial = |life: &Self, quantity: &Quantity| {
            life.world()
                .quantity(quantity)
                .expect("an initial value is a number or a distribution")
        };
        life.variables = scenario
            .variables
            .iter()
            .map(|variable| initial(&life, &variable.initial))
            .collect();
        life
    }

    /// Lives to the last day and gives what was counted.
    pub fn live(mut self) -> Result<Forks, String> {
        while self.day < self.scenario.horizon_days {
            self.day += 1;
            match self.live_day() {
                Ok(()) => {}
                Err(Stop::Disagreement(what)) => return Err(self.tell(&what)),
                Err(Stop::Fault) if self.seen().has_faulted => {
                    self.forks.faulted = 1;
                    return Ok(self.forks);
                }
                Err(Stop::Fault) => return Err(self.tell("the engine found no fault")),
            }
            if self.seen().has_faulted {
                return Err(self.tell("the engine found a fault"));
            }
        }
        self.compare_memory()?;
        self.forks.comparisons = self.notes.comparisons.get();
        self.forks.undecided = self.notes.undecided.get();
        self.forks.finished = 1;
        Ok(self.forks)
    }

    fn tell(&self, what: &str) -> String {
        format!("run {}, day {}: {what}", self.luck.run(), self.day)
    }

    /// What the engine did today.
    pub(super) fn seen(&self) -> &'a Day {
        &self.witness.days[usize::from(self.day) - 1]
    }

    /// The world as it is.
    pub(super) fn world(&self) -> World<'_> {
        World {
            scenario: self.scenario,
            day: self.day,
            variables: &self.variables,
            memory: &self.memory,
            drawn: &self.drawn,
            notes: &self.notes,
        }
    }

    /// Where a fault could not be told, believes the engine.
    pub(super) fn settle_doubts(&mut self) -> Result<(), Stop> {
        if self.notes.fault_is_possible.take() {
            self.forks.doubtful_faults += 1;
            if self.seen().has_faulted {
                return Err(Stop::Fault);
            }
        }
        Ok(())
    }

    fn live_day(&mut self) -> Result<(), Stop> {
        self.deliver()?;
        let turns: Vec<Vec<ActorId>> = match &self.scenario.moves {
            Moves::Simultaneous => vec![self.scenario.actors.ids().collect()],
            Moves::Sequential(order) => order.iter().map(|&actor| vec![actor]).collect(),
        };
        let mut taken = BTreeSet::new();
        for turn in turns {
            let mut plans = Vec::new();
            for actor in turn {
                plans.extend(self.deliberate(actor)?);
            }
            taken.extend(plans.iter().map(|plan| plan.action));
            self.act(&plans)?;
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
        self.apply(&changes)
    }

    /// What the world would be when an actor's effects on their way had arrived.
    pub(super) fn expected_by(&self, actor: ActorId) -> Result<Vec<Approximate>, Stop> {
        let own: Changes = self
            .pending
            .iter()
            .filter(|effect| effect.owner == Some(actor))
            .map(|effect| (effect.variable, effect.amount))
            .collect();
        Ok(self.changed(&self.variables, &own)?)
    }

    /// A state with effects added and clamped, variable by variable.
    pub(super) fn changed(
        &self,
        state: &[Approximate],
        changes: &Changes,
    ) -> Result<Vec<Approximate>, Fault> {
        let mut after = state.to_vec();
        for (id, variable) in self.scenario.variables.enumerate() {
            let mut amounts = changes
                .iter()
                .filter(|(changed, _)| *changed == id)
                .map(|(_, amount)| *amount)
                .peekable();
            if amounts.peek().is_some() {
                let value = &mut after[index_of(id)];
                let sum = self.world().finite(Approximate::sum(amounts))?;
                *value = self.world().finite(*value + sum)?.clamp(
                    f64::from(variable.min as f32),
                    f64::from(variable.max as f32),
                );
            }
        }
        Ok(after)
    }

    fn apply(&mut self, changes: &Changes) -> Result<(), Stop> {
        self.variables = self.changed(&self.variables, changes)?;
        self.settle_doubts()
    }

    /// The amounts of effects in the world as it is.
    pub(super) fn amounts(&self, effects: &[Effect]) -> Result<Changes, Fault> {
        effects
            .iter()
            .map(|effect| Ok((effect.variable, self.world().quantity(&effect.amount)?)))
            .collect()
    }

    /// Sends effects on their way and gives those that arrive at once.
    fn send(&mut self, owner: Option<ActorId>, effects: &Changes, timing: Timing) -> Changes {
        let mut at_once = Changes::new();
        for &(variable, amount) in effects {
            let part = amount.divide(Approximate::exact(f64::from(timing.over_days)));
            for later in 0..timing.over_days {
                let after_days = timing.delay_days + later;
                if after_days == 0 {
                    at_once.push((variable, part));
                } else {
                    self.pending.push(Pending {
                        arrives: self.day.saturating_add(after_days),
                        owner,
                        variable,
                        amount: part,
                    });
                }
            }
        }
        at_once
    }

    /// Whether luck strikes with a probability, following the engine where that is open.
    pub(super) fn strikes(
        &mut self,
        site: &str,
        probability: Approximate,
        engine: Option<bool>,
    ) -> Result<bool, Stop> {
        let uniform = Approximate::exact(self.luck.uniform(site, self.day));
        let truth = uniform.less(probability);
        let own = uniform.value < probability.value;
        let found = engine.unwrap_or(own);
        let width = probability.high().min(1.0) - probability.low().max(0.0);
        let width = if probability.bound > 0.0 {
            width.max(0.0)
        } else {
            0.0
        };
        self.forks
            .decide(width, truth == Truth::Unknown, found != own);
        if truth.admits(found) {
            return Ok(found);
        }
        Err(Stop::Disagreement(format!(
            "{site}: {own}, as {} < {probability:?}; the engine {found}",
            uniform.value
        )))
    }

    /// Step 3: the chosen actions of a turn succeed or fail.
    fn act(&mut self, plans: &[Plan]) -> Result<(), Stop> {
        let mut changes = Changes::new();
        for plan in plans {
            let action = &self.scenario.actions[plan.action];
            let site = format!("action:actions.{}:success", action.name);
            let Some(&engine) = self.seen().taken.get(&plan.action) else {
                let text = format!("the engine did not take {}", action.name);
                return Err(Stop::Disagreement(text));
            };
            let succeeds = self.strikes(&site, plan.success, Some(engine))?;
            let effects = if succeeds {
                &plan.effects
            } else {
                &plan.failure_effects
            };
            changes.extend(self.send(Some(action.actor), effects, action.timing));
            let record = &mut self.memory.actions[plan.action];
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
                struck.push((id, self.amounts(&event.effects)?));
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
                let normal = Approximate::exact(self.luck.normal(&variable.name, self.day));
                shock = world.finite(world.quantity(volatility)? * normal)?;
            }
            if variable.reversion.is_some() || variable.volatility.is_some() {
                after[index_of(id)] = world.finite(now.drift(to, share, shock))?.clamp(
                    f64::from(variable.min as f32),
                    f64::from(variable.max as f32),
                );
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

impl Life<'_> {
    /// The variables in the evening against the engine's.
    fn compare_evening(&mut self) -> Result<(), Stop> {
        for (id, variable) in self.scenario.variables.enumerate() {
            let own = self.variables[index_of(id)];
            let engine = f64::from(self.seen().variables[index_of(id)]);
            if !own.admits(engine) {
                let text = format!("{}: {own:?}, the engine's {engine}", variable.name);
                return Err(Stop::Disagreement(text));
            }
            self.forks.evenings += 1;
            if own.bound > 0.0 {
                let share = (engine - own.value).abs() / own.bound;
                self.forks.farthest = self.forks.farthest.max(share);
            }
            let width = own.bound / (variable.max - variable.min);
            if width > RESOLUTION {
                self.forks.blurred += 1;
                self.variables[index_of(id)] = Approximate::exact(engine);
            } else {
                self.forks.widest = self.forks.widest.max(width);
            }
        }
        Ok(())
    }

    /// What the run remembers against the engine's memory.
    fn compare_memory(&self) -> Result<(), String> {
        let compare = |name: &str, own: &Record, engine: &super::witness::Happened| {
            let own = [
                own.count,
                own.successes,
                u32::from(own.first_day.unwrap_or(0)),
                own.days_open,
            ];
            let engine = [
                engine.count,
                engine.successes,
                engine.first_day,
                engine.days_open,
            ];
            if own == engine {
                return Ok(());
            }
            let text = format!(
                "{name}: count, successes, first day and days open are {own:?}, the engine's \
                 {engine:?}"
            );
            Err(self.tell(&text))
        };
        let memory = &self.memory;
        for ((action, own), engine) in self
            .scenario
            .actions
            .iter()
            .zip(&memory.actions)
            .zip(&self.witness.actions)
        {
            compare(&action.name, own, engine)?;
        }
        for ((event, own), engine) in self
            .scenario
            .events
            .iter()
            .zip(&memory.events)
            .zip(&self.witness.events)
        {
            compare(&event.name, own, engine)?;
        }
        Ok(())
    }
}
