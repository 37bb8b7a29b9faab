//! One run of a scenario, compared with the engine's trace day by day.
//!
//! A decision that the error bounds determine must equal the engine's. An undecided one is a fork, and
//! the run follows the engine.

use super::approximate::Approximate;
use super::evaluation::{Counters, Evaluation, Fault, Memory, Record, index_of};
use super::forks::Forks;
use super::random_numbers::RandomNumbers;
use super::trace::{Day, Trace};
use super::truth::Truth;
use realpolitik::base::index::{ActorId, VariableId};
use realpolitik::scenario::{Actor, PerceptionKind, Quantity, Scenario, Timing, Variable};
use std::collections::{BTreeMap, BTreeSet};

/// Why a run ends before its last day.
#[derive(Debug)]
pub enum Stop {
    /// A fault, which the engine must have found on the same day.
    Fault,
    /// A disagreement with the engine.
    Disagreement(String),
}

impl From<Fault> for Stop {
    fn from(_: Fault) -> Self {
        Stop::Fault
    }
}

/// A pending effect.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) arrives: u16,
    /// The actor whose action caused it; `None` for events.
    owner: Option<ActorId>,
    pub(super) variable: VariableId,
    pub(super) amount: Approximate,
}

/// The state of one outcome.
#[derive(Clone, Debug)]
pub(super) struct OutcomeProgress {
    pub(super) day: Option<u16>,
    /// Possible numbers of consecutive days on which the condition has held.
    pub(super) streaks: BTreeSet<u16>,
}

/// A run in progress.
pub struct ReferenceRun<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) random: RandomNumbers<'a>,
    pub(super) drawn: BTreeMap<String, f64>,
    pub(super) trace: &'a Trace,
    pub(super) day: u16,
    pub(super) variables: Vec<Approximate>,
    /// The variables before day 1 and at the start of each day.
    pub(super) start_of_day_states: Vec<Vec<Approximate>>,
    pub(super) memory: Memory,
    pub(super) pending: Vec<Pending>,
    pub(super) outcomes: Vec<OutcomeProgress>,
    pub(super) counters: Counters,
    pub(super) forks: Forks,
}

/// Effects as (variable, amount).
pub type Changes = Vec<(VariableId, Approximate)>;

impl<'a> ReferenceRun<'a> {
    /// The state before day 1.
    pub fn new(scenario: &'a Scenario, random: RandomNumbers<'a>, trace: &'a Trace) -> Self {
        let drawn = random.draw();
        let records = |n: usize| (0..n).map(|_| Record::default());
        let mut run = Self {
            scenario,
            random,
            drawn,
            trace,
            day: 0,
            variables: Vec::new(),
            start_of_day_states: Vec::new(),
            memory: Memory {
                actions: records(scenario.actions.len()).collect(),
                events: records(scenario.events.len()).collect(),
            },
            pending: Vec::new(),
            outcomes: vec![
                OutcomeProgress {
                    day: None,
                    streaks: BTreeSet::from([0]),
                };
                scenario.outcomes.len()
            ],
            counters: Counters::default(),
            forks: Forks::default(),
        };
        let initial = |run: &Self, quantity: &Quantity| {
            run.evaluation()
                .quantity(quantity)
                .expect("an initial value is a number or a distribution")
        };
        run.variables = scenario
            .variables
            .iter()
            .map(|variable| initial(&run, &variable.initial))
            .collect();
        run.start_of_day_states.push(run.variables.clone());
        run
    }

    /// Simulates all days and returns the counts.
    pub fn simulate(mut self) -> Result<Forks, String> {
        while self.day < self.scenario.horizon_days {
            self.day += 1;
            match self.simulate_day() {
                Ok(()) => {}
                Err(Stop::Disagreement(what)) => return Err(self.describe(&what)),
                Err(Stop::Fault) if self.engine_day().has_faulted => {
                    self.forks.faulted = 1;
                    return Ok(self.forks);
                }
                Err(Stop::Fault) => return Err(self.describe("the engine found no fault")),
            }
            if self.engine_day().has_faulted {
                return Err(self.describe("the engine found a fault"));
            }
        }
        self.compare_memory()?;
        self.compare_clamps()?;
        self.forks.comparisons = self.counters.comparisons.get();
        self.forks.undecided = self.counters.undecided.get();
        self.forks.finished = 1;
        Ok(self.forks)
    }

    pub(super) fn describe(&self, what: &str) -> String {
        format!("run {}, day {}: {what}", self.random.run(), self.day)
    }

    /// The engine's trace of the day.
    pub(super) fn engine_day(&self) -> &'a Day {
        &self.trace.days[usize::from(self.day) - 1]
    }

    /// The true state.
    pub(super) fn evaluation(&self) -> Evaluation<'_> {
        self.evaluation_on(&self.variables)
    }

    /// A perceived or hypothetical state.
    pub(super) fn evaluation_on<'w>(&'w self, variables: &'w [Approximate]) -> Evaluation<'w> {
        Evaluation {
            scenario: self.scenario,
            day: self.day,
            variables,
            memory: &self.memory,
            drawn: &self.drawn,
            counters: &self.counters,
        }
    }

    /// The state that an actor perceives: delayed, with noise, or hidden.
    pub(super) fn perceived_by(&self, actor: &Actor) -> Result<Vec<Approximate>, Fault> {
        let mut seen = self.variables.clone();
        for perception in &actor.perceives {
            let variable = &self.scenario.variables[perception.variable];
            let index = index_of(perception.variable);
            seen[index] = match &perception.kind {
                PerceptionKind::Observed { delay_days, noise } => {
                    let value = match usize::from(self.day).checked_sub(usize::from(*delay_days)) {
                        _ if *delay_days == 0 => self.variables[index],
                        Some(morning) => self.start_of_day_states[morning][index],
                        None => self.start_of_day_states[0][index],
                    };
                    match noise {
                        None => value,
                        Some(noise) => {
                            let sd = self.evaluation().quantity(noise)?;
                            let site =
                                format!("belief:actors.{}.perceives.{}", actor.name, variable.name);
                            let normal = Approximate::exact(self.random.normal(&site, self.day));
                            let (min, max) = bounds(variable);
                            (value + sd * normal).clamp(min, max)
                        }
                    }
                }
                PerceptionKind::Hidden { belief } => self
                    .evaluation()
                    .quantity(belief.as_ref().unwrap_or(&variable.initial))?,
            };
        }
        Ok(seen)
    }

    /// Adopts the engine's verdict on a possible fault.
    pub(super) fn resolve_uncertain_faults(&mut self) -> Result<(), Stop> {
        if self.counters.fault_is_possible.take() {
            self.forks.uncertain_faults += 1;
            if self.engine_day().has_faulted {
                return Err(Stop::Fault);
            }
        }
        Ok(())
    }

    /// The state with the actor's own pending effects applied.
    pub(super) fn expected_by(
        &self,
        actor: ActorId,
        perceived: &[Approximate],
    ) -> Result<Vec<Approximate>, Fault> {
        let own: Changes = self
            .pending
            .iter()
            .filter(|effect| effect.owner == Some(actor))
            .map(|effect| (effect.variable, effect.amount))
            .collect();
        self.changed(perceived, &own)
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
                let sum = self.evaluation().finite(Approximate::sum(amounts))?;
                let (min, max) = bounds(variable);
                *value = self.evaluation().finite(*value + sum)?.clamp(min, max);
            }
        }
        Ok(after)
    }

    /// Applies effects to the state.
    pub(super) fn apply(&mut self, changes: &Changes) -> Result<(), Stop> {
        self.variables = self.changed(&self.variables, changes)?;
        self.resolve_uncertain_faults()
    }

    /// Schedules effects and returns those due immediately.
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

    /// A Bernoulli trial, following the engine if the bounds leave it undecided.
    pub(super) fn bernoulli(
        &mut self,
        site: &str,
        probability: Approximate,
        engine: Option<bool>,
    ) -> Result<bool, Stop> {
        let uniform = Approximate::exact(self.random.uniform(site, self.day));
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

/// A variable's bounds, rounded to f32 as in the engine.
pub fn bounds(variable: &Variable) -> (f64, f64) {
    (
        f64::from(variable.min as f32),
        f64::from(variable.max as f32),
    )
}
