//! What the engine did in each run of a block, as an observer saw it.

use realpolitik::base::index::{ActionId, ActorId, EventId};
use realpolitik::engine::lanes::Mask;
use realpolitik::engine::{Choice, Observer, State};
use realpolitik::program::Program;
use std::collections::{BTreeMap, BTreeSet};

/// What the engine did in one run.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    /// Day by day, from day 1.
    pub days: Vec<Day>,
    /// By action, at the end of the run.
    pub actions: Vec<Happened>,
    /// By event, at the end of the run.
    pub events: Vec<Happened>,
    /// By TOML path of a quantity, how often it was clamped to its domain.
    pub clamps: BTreeMap<String, u32>,
}

/// What the engine did on one day of one run.
#[derive(Clone, Debug, Default)]
pub struct Day {
    /// By actor and first action of the track, where anybody of the block had an option.
    pub choices: BTreeMap<(ActorId, ActionId), Decision>,
    /// The actions taken, and whether they succeeded.
    pub taken: BTreeMap<ActionId, bool>,
    /// The events that struck.
    pub struck: BTreeSet<EventId>,
    /// The variables in the evening.
    pub variables: Vec<f32>,
    /// By outcome, the day on which it came true, 0 while it has not.
    pub outcome_days: Vec<u32>,
    /// Whether the run has faulted.
    pub has_faulted: bool,
}

/// A choice on one track.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The actions in the order of the options.
    pub actions: Vec<ActionId>,
    /// By action: whether it is an option of the deliberating actor.
    pub open: Vec<bool>,
    /// By action: λ·log₂e·utility, where open.
    pub logits: Vec<f32>,
    /// By option, waiting first: its probability.
    pub shares: Vec<f64>,
    /// The option chosen; 0 waits.
    pub chosen: u32,
}

/// What the engine remembers of an action or event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Happened {
    pub count: u32,
    pub successes: u32,
    pub first_day: u32,
    pub days_open: u32,
}

/// Keeps a [`Witness`] of each lane.
#[derive(Clone, Debug)]
pub struct Witnesses {
    /// By lane.
    pub runs: Vec<Witness>,
}

impl Witnesses {
    pub fn new(lanes: usize) -> Self {
        Self {
            runs: vec![Witness::default(); lanes],
        }
    }

    /// The day being lived in a lane.
    fn day_of(&mut self, lane: usize, day: u16) -> &mut Day {
        let days = &mut self.runs[lane].days;
        if days.len() < usize::from(day) {
            days.resize_with(usize::from(day), Day::default);
        }
        &mut days[usize::from(day) - 1]
    }

    /// Takes what stands in the state after the last day.
    pub fn finish<const L: usize>(&mut self, program: &Program, state: &State<L>) {
        for (lane, run) in self.runs.iter_mut().enumerate() {
            let happened = |record: &realpolitik::engine::ActionRecord<L>| Happened {
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

impl<const L: usize> Observer<L> for Witnesses {
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

    fn event(&mut self, day: u16, event: EventId, struck: &Mask<L>) {
        for lane in (0..L).filter(|&lane| struck[lane] != 0) {
            assert!(self.day_of(lane, day).struck.insert(event));
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
