//! One life of a scenario, day by day, in step with what the engine did.
//!
//! Whatever the bounds decide must be as the engine had it; whatever they leave open is a fork,
//! and the life follows the engine.

use super::approximate::Approximate;
use super::forks::Forks;
use super::luck::Luck;
use super::truth::Truth;
use super::witness::{Day, Witness};
use super::world::{Fault, Memory, Notes, Record, World, index_of};
use realpolitik::base::index::{ActorId, VariableId};
use realpolitik::scenario::{Actor, PerceptionKind, Quantity, Scenario, Timing, Variable};
use std::collections::{BTreeMap, BTreeSet};

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
pub(super) struct Pending {
    pub(super) arrives: u16,
    /// Whose it is; `None` for an event's.
    owner: Option<ActorId>,
    pub(super) variable: VariableId,
    pub(super) amount: Approximate,
}

/// One outcome so far.
#[derive(Clone, Debug)]
pub(super) struct Outlook {
    pub(super) day: Option<u16>,
    /// On how many days running the condition may have held.
    pub(super) streaks: BTreeSet<u16>,
}

/// A life being lived.
pub struct Life<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) luck: Luck<'a>,
    pub(super) drawn: BTreeMap<String, f64>,
    pub(super) witness: &'a Witness,
    pub(super) day: u16,
    pub(super) variables: Vec<Approximate>,
    /// The variables before day 1, and on each morning since.
    pub(super) mornings: Vec<Vec<Approximate>>,
    pub(super) memory: Memory,
    pub(super) pending: Vec<Pending>,
    pub(super) outlooks: Vec<Outlook>,
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
            mornings: Vec::new(),
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
        life.mornings.push(life.variables.clone());
        life
    }

    /// Lives to the last day and gives what was counted.
    pub fn simulate(mut self) -> Result<Forks, String> {
        while self.day < self.scenario.horizon_days {
            self.day += 1;
            match self.simulate_day() {
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
        self.compare_clamps()?;
        self.forks.comparisons = self.notes.comparisons.get();
        self.forks.undecided = self.notes.undecided.get();
        self.forks.finished = 1;
        Ok(self.forks)
    }

    pub(super) fn tell(&self, what: &str) -> String {
        format!("run {}, day {}: {what}", self.luck.run(), self.day)
    }

    /// What the engine did today.
    pub(super) fn seen(&self) -> &'a Day {
        &self.witness.days[usize::from(self.day) - 1]
    }

    /// The world as it is.
    pub(super) fn world(&self) -> World<'_> {
        self.world_of(&self.variables)
    }

    /// The world as somebody takes it to be.
    pub(super) fn world_of<'w>(&'w self, variables: &'w [Approximate]) -> World<'w> {
        World {
            scenario: self.scenario,
            day: self.day,
            variables,
            memory: &self.memory,
            drawn: &self.drawn,
            notes: &self.notes,
        }
    }

    /// The variables as an actor sees them: late and blurred, or not at all.
    pub(super) fn seen_by(&self, actor: &Actor) -> Result<Vec<Approximate>, Fault> {
        let mut seen = self.variables.clone();
        for perception in &actor.perceives {
            let variable = &self.scenario.variables[perception.variable];
            let index = index_of(perception.variable);
            seen[index] = match &perception.kind {
                PerceptionKind::Observed { delay_days, noise } => {
                    let value = match usize::from(self.day).checked_sub(usize::from(*delay_days)) {
                        _ if *delay_days == 0 => self.variables[index],
                        Some(morning) => self.mornings[morning][index],
                        None => self.mornings[0][index],
                    };
                    match noise {
                        None => value,
                        Some(noise) => {
                            let sd = self.world().quantity(noise)?;
                            let site =
                                format!("belief:actors.{}.perceives.{}", actor.name, variable.name);
                            let normal = Approximate::exact(self.luck.normal(&site, self.day));
                            let (min, max) = bounds(variable);
                            (value + sd * normal).clamp(min, max)
                        }
                    }
                }
                PerceptionKind::Hidden { belief } => self
                    .world()
                    .quantity(belief.as_ref().unwrap_or(&variable.initial))?,
            };
        }
        Ok(seen)
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

    /// What the world would be when an actor's effects on their way had arrived.
    pub(super) fn expected_by(
        &self,
        actor: ActorId,
        eyes: &[Approximate],
    ) -> Result<Vec<Approximate>, Fault> {
        let own: Changes = self
            .pending
            .iter()
            .filter(|effect| effect.owner == Some(actor))
            .map(|effect| (effect.variable, effect.amount))
            .collect();
        self.changed(eyes, &own)
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
                let (min, max) = bounds(variable);
                *value = self.world().finite(*value + sum)?.clamp(min, max);
            }
        }
        Ok(after)
    }

    /// Adds effects to the world.
    pub(super) fn apply(&mut self, changes: &Changes) -> Result<(), Stop> {
        self.variables = self.changed(&self.variables, changes)?;
        self.settle_doubts()
    }

    /// Sends effects on their way and gives those that arrive at once.
    pub(super) fn send(
        &mut self,
        owner: Option<ActorId>,
        effects: &Changes,
        timing: Timing,
    ) -> Changes {
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
}

/// A variable's bounds as the engine holds them.
pub fn bounds(variable: &Variable) -> (f64, f64) {
    (
        f64::from(variable.min as f32),
        f64::from(variable.max as f32),
    )
}
