//! Traces of the engine: choices, actions, events and states of each run of a block.

use realpolitik::base::index::{ActionId, ActorId, EventId};
use realpolitik::engine::lanes::Mask;
use realpolitik::engine::{Choice, Observer, State};
use realpolitik::program::Program;
use std::collections::{BTreeMap, BTreeSet};

/// The trace of one run.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Days in order, from day 1.
    pub days: Vec<Day>,
    /// Records by action, at the end of the run.
    pub actions: Vec<OccurrenceRecord>,
    /// Records by event, at the end of the run.
    pub events: Vec<OccurrenceRecord>,
    /// Number of clamped values by TOML path.
    pub clamps: BTreeMap<String, u32>,
}

/// The trace of one day.
#[derive(Clone, Debug, Default)]
pub struct Day {
    /// Choices by actor and first action of the track.
    pub choices: BTreeMap<(ActorId, ActionId), Decision>,
    /// Actions taken, with success.
    pub taken: BTreeMap<ActionId, bool>,
    /// Events that occurred.
    pub occurred: BTreeSet<EventId>,
    /// End-of-day variables.
    pub variables: Vec<f32>,
    /// Day of occurrence by outcome, 0 before.
    pub outcome_days: Vec<u32>,
    /// Whether the run has faulted.
    pub has_faulted: bool,
}

/// A choice on one track.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// Actions of the track.
    pub actions: Vec<ActionId>,
    /// Whether each action is available.
    pub open: Vec<bool>,
    /// λ·log₂e·utility by available action.
    pub logits: Vec<f32>,
    /// Probability by alternative, waiting first.
    pub shares: Vec<f64>,
    /// The alternative chosen; 0 is waiting.
    pub chosen: u32,
}

/// The history of an action or event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OccurrenceRecord {
    pub count: u32,
    pub successes: u32,
    pub first_day: u32,
    pub days_open: u32,
}

/// An observer that records a [`Trace`] of each lane.
#[derive(Clone, Debug)]
pub struct TraceRecorder {
    /// Traces by lane.
    pub runs: Vec<Trace>,
}

impl TraceRecorder {
    pub fn new(lanes: usize) -> Self {
        Self {
            runs: vec![Trace::default(); lanes],
        }
    }

    /// The trace of a day in a lane.
    fn day_of(&mut self, lane: usize, day: u16) -> &mut Day {
        let days = &mut self.runs[lane].days;
        if days.len() < usize::from(day) {
            days.resize_with(usize::from(day), Day::default);
        }
        &mut days[usize::from(day) - 1]
    }

    /// Records the state after the last day.
    pub fn finish<const L: usize>(&mut self, program: &Program, state: &State<L>) {
        for (lane, run) in self.runs.iter_mut().enumerate() {
            let happened = |record: &realpolitik::engine::ActionRecord<L>| OccurrenceRecord {
                count: record.count(lane),
                successes: record.successes(lane),
                first_day: record.first_day(lane),
                days_open: record.days_available(lane),
            };
            run.actions = state.history.actions.iter().map(happened).collect();
            run.events = state.history.events.iter().map(happened).collect();
            let paths = program.clamped.iter().map(|quantity| quantity.path.clone());
            let counts = state.clamps.iter().map(|row| row[lane]);
            run.clamps = paths.zip(counts).collect();
        }
    }
}

impl<const L: usize> Observer<L> for TraceRecorder {
    fn choice(&mut self, choice: &Choice<'_, L>) {
        for lane in 0..L {
            let decision = Decision {
                actions: choice.actions.to_vec(),
                open: choice.available.iter().map(|row| row[lane] != 0).collect(),
                logits: choice.logits.iter().map(|row| row[lane]).collect(),
                shares: choice
                    .weights
                    .iter()
                    .map(|row| f64::from(row[lane]) / f64::from(choice.total[lane]))
                    .collect(),
                chosen: choice.chosen[lane],
            };
            let key = (choice.actor, choice.actions[0]);
            let day = self.day_of(lane, choice.day);
            assert!(
                day.choices.insert(key, decision).is_none(),
                "a track decides once a day"
            );
        }
    }

    fn action(&mut self, day: u16, action: ActionId, taken: &Mask<L>, succeeded: &Mask<L>) {
        for lane in (0..L).filter(|&lane| taken[lane] != 0) {
            let before = self
                .day_of(lane, day)
                .taken
                .insert(action, succeeded[lane] != 0);
            assert!(before.is_none(), "an action is taken once a day");
        }
    }

    fn event(&mut self, day: u16, event: EventId, occurred: &Mask<L>) {
        for lane in (0..L).filter(|&lane| occurred[lane] != 0) {
            assert!(self.day_of(lane, day).occurred.insert(event));
        }
    }

    fn day(&mut self, state: &State<L>) {
        for lane in 0..L {
            let day = self.day_of(lane, state.day);
            day.variables = state.variables.iter().map(|row| row[lane]).collect();
            day.outcome_days = state.outcome_days.iter().map(|row| row[lane]).collect();
            day.has_faulted = state.faults[lane] != 0;
        }
    }
}
