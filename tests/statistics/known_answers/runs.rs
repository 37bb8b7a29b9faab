//! Many runs of a scenario file of `tests/statistics/known/`.

use realpolitik::base::diagnostic::{Sources, render};
use realpolitik::base::index::{Id, IdVec};
use realpolitik::base::random::{Branch, Seed};
use realpolitik::engine::lanes::Lanes;
use realpolitik::engine::{Engine, LANES, Observer, State};
use realpolitik::program::{bind, compile};
use realpolitik::scenario::{Scenario, read};
use std::path::Path;

/// Seed of all known answers.
const SEED: Seed = Seed(1_648);

/// Runs of one scenario; runs 2k and 2k + 1 share draw k.
pub struct SimulatedRuns {
    scenario: Scenario,
    runs: Vec<RunValues>,
}

/// Results of one run.
pub struct RunValues {
    /// Variables by day.
    daily_states: Vec<f32>,
    n_variables: usize,
    /// Day of occurrence by outcome, 0 for never.
    outcome_days: Vec<u32>,
    /// Count by action.
    taken: Vec<u32>,
}

/// The index of a variable, outcome or action by name.
#[derive(Clone, Copy)]
pub struct Place(usize);

impl SimulatedRuns {
    /// Simulates two runs of each of `n_draws` draws of a file.
    pub fn of(file: &str, n_draws: u64) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/statistics/known")
            .join(file);
        let text = std::fs::read_to_string(&path).expect("a readable scenario");
        let mut sources = Sources::default();
        let reading = read(&mut sources, file, &text, &[]);
        let said = render(&sources, &reading.diagnostics, false);
        let scenario = reading.scenario.unwrap_or_else(|| panic!("{said}"));
        let program = compile(&scenario);
        let bound = bind(&program, &[]).expect("the scenario's own values");
        let mut engine = Engine::<LANES>::new(&bound);
        let mut runs = Vec::new();
        for first_run in (0..2 * n_draws).step_by(LANES) {
            let mut daily_states = DailyStates(Vec::new());
            let state = engine.simulate(SEED, first_run, Branch(0), &mut daily_states);
            assert!(state.faults.iter().all(|fault| *fault == 0));
            runs.extend((0..LANES).map(|lane| {
                RunValues {
                    daily_states: daily_states.0.iter().map(|row| row[lane]).collect(),
                    n_variables: scenario.variables.len(),
                    outcome_days: state.outcome_days.iter().map(|row| row[lane]).collect(),
                    taken: state
                        .history
                        .actions
                        .iter()
                        .map(|record| record.count(lane))
                        .collect(),
                }
            }));
        }
        Self { scenario, runs }
    }

    /// The two runs of each draw.
    pub fn draws(&self) -> impl Iterator<Item = &[RunValues]> {
        self.runs.chunks_exact(2)
    }

    pub fn variable(&self, name: &str) -> Place {
        place(&self.scenario.variables, |row| row.name == name)
    }

    pub fn outcome(&self, name: &str) -> Place {
        place(&self.scenario.outcomes, |row| row.name == name)
    }

    pub fn action(&self, name: &str) -> Place {
        place(&self.scenario.actions, |row| row.name == name)
    }
}

fn place<I: Id, T>(table: &IdVec<I, T>, is_it: impl Fn(&T) -> bool) -> Place {
    Place(table.iter().position(is_it).expect("a name of the file"))
}

impl RunValues {
    /// A variable at the end of a day.
    pub fn value(&self, variable: Place, day: usize) -> f64 {
        f64::from(self.daily_states[(day - 1) * self.n_variables + variable.0])
    }

    /// 1 if an outcome occurred by a day, else 0.
    pub fn hit_by(&self, outcome: Place, day: u32) -> f64 {
        let hit = self.outcome_days[outcome.0];
        f64::from(u8::from(hit != 0 && hit <= day))
    }

    /// 1 if an outcome occurred, else 0.
    pub fn hit(&self, outcome: Place) -> f64 {
        self.hit_by(outcome, u32::MAX)
    }

    /// How often an action was taken.
    pub fn taken(&self, action: Place) -> f64 {
        f64::from(self.taken[action.0])
    }
}

/// The variables of all lanes, day by day.
struct DailyStates(Vec<Lanes<LANES>>);

impl Observer<LANES> for DailyStates {
    fn day(&mut self, state: &State<LANES>) {
        self.0.extend(&state.variables);
    }
}
