//! The quantities that a what-if moves: the probability of an outcome, the mean count of an action, the
//! mean of a variable at the end of the last day, each with its standard error.

use realpolitik::base::diagnostic::{Severity, Sources, render};
use realpolitik::base::index::Id;
use realpolitik::base::random::{Branch, Seed};
use realpolitik::base::stats::{PairCounts, PairMoments};
use realpolitik::engine::LANES;
use realpolitik::program::{bind, compile};
use realpolitik::scenario::{Override, Scenario, read};
use realpolitik::simulate::{Simulation, SimulationPlan, Tally};
use std::sync::Arc;

/// Runs on which variables are tallied, as many as by default.
const VARIABLE_RUNS: u64 = 16_384;

/// A measured quantity, by name.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    /// The probability of an outcome: `probability` of `outcomes.csv`.
    Probability(&'static str),
    /// Mean count of an action: `actions.csv`.
    Count(&'static str),
    /// Mean of a variable at the end of the last day: `variables.csv`.
    Level(&'static str),
}

/// An estimate, and the range in which it could lie.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    pub mean: f64,
    /// Clustered by draw.
    pub standard_error: f64,
    low: f64,
    high: f64,
}

impl Measured {
    /// Whether the estimate is far enough from the ends of its range to move either way.
    pub fn is_free(&self) -> bool {
        let margin = 0.005 * (self.high - self.low);
        (self.low + margin..=self.high - margin).contains(&self.mean)
    }

    /// Whether the estimate is strictly inside its range.
    pub fn moves(&self) -> bool {
        self.low < self.mean && self.mean < self.high
    }
}

/// The runs of one variant.
pub struct Measurements {
    scenario: Scenario,
    tally: Tally,
}

/// The rendered diagnostics of a scenario.
pub fn what_is_said(text: &str) -> String {
    let mut sources = Sources::default();
    let reading = read(&mut sources, "scenario.toml", text, &[]);
    render(&sources, &reading.diagnostics, false)
}

/// Simulates a scenario with `--set` values. All variants use common random numbers.
pub fn simulate(text: &str, sets: &[&str], n_runs: u64) -> Measurements {
    let overrides: Result<Vec<Override>, _> = sets.iter().map(|set| set.parse()).collect();
    let overrides = overrides.expect("PATH=VALUE");
    let mut sources = Sources::default();
    let mut reading = read(&mut sources, "scenario.toml", text, &overrides);
    // Switching an action off gives a warning, which is intended here.
    reading
        .diagnostics
        .0
        .retain(|said| said.severity == Severity::Error);
    let said = render(&sources, &reading.diagnostics, false);
    let scenario = reading.scenario.unwrap_or_else(|| panic!("{said}"));
    let program = compile(&scenario);
    let bound = bind(&program, &[]).expect("the scenario's own values");
    let plan = SimulationPlan {
        seed: Seed(1),
        branch: Branch(0),
        first_run: 0,
        n_runs,
        variable_runs: n_runs.min(VARIABLE_RUNS),
        keep_runs: false,
        fingerprint: 0,
    };
    let mut simulation = Simulation::<LANES>::new(Arc::new(bound), plan);
    while !simulation.is_finished() {
        simulation.advance(64);
    }
    let tally = simulation.tally().clone();
    assert_eq!((tally.n_runs, tally.n_faulted), (n_runs, 0));
    Measurements { scenario, tally }
}

/// The index of a name, which must be there.
fn index_of<'a>(mut names: impl Iterator<Item = &'a String>, name: &str) -> usize {
    let index = names.position(|other| other == name);
    index.unwrap_or_else(|| panic!("there is no `{name}`"))
}

impl Measurements {
    /// One measure.
    pub fn of(&self, measure: &Measure) -> Measured {
        match measure {
            Measure::Probability(name) => self.probability(name),
            Measure::Count(name) => self.count(name),
            Measure::Level(name) => self.level(name),
        }
    }

    fn probability(&self, name: &str) -> Measured {
        let index = index_of(self.scenario.outcomes.iter().map(|row| &row.name), name);
        let tally = &self.tally.outcomes[index];
        let counts = PairCounts {
            n_runs: self.tally.n_runs,
            n_hits: tally.n_hits(),
            n_pairs: self.tally.n_pairs,
            n_both: tally.both_by_day.iter().sum(),
            n_hits_in_pairs: tally.first_day_in_pairs.iter().sum(),
        };
        let estimate = counts.estimate(0.9).expect("runs");
        let p = estimate.probability;
        Measured {
            mean: p,
            standard_error: (p * (1.0 - p) / estimate.effective_runs).sqrt(),
            low: 0.0,
            high: 1.0,
        }
    }

    fn count(&self, name: &str) -> Measured {
        let index = index_of(self.scenario.actions.iter().map(|row| &row.name), name);
        let tally = &self.tally.actions[index];
        let moments = PairMoments {
            n_runs: self.tally.n_runs,
            sum: tally.count.into(),
            sum_squares: tally.count_squares.into(),
            n_pairs: self.tally.n_pairs,
            pair_sum_squares: tally.pair_count_squares.into(),
        };
        let estimate = moments.estimate().expect("runs");
        let action = self.scenario.actions.iter().nth(index).expect("found");
        let days = self.scenario.horizon_days;
        let most = days.div_ceil(action.cooldown_days + 1);
        let limit = action.limit.unwrap_or(u32::MAX);
        Measured {
            mean: estimate.mean,
            standard_error: estimate.standard_error.expect("draws"),
            low: 0.0,
            high: f64::from(limit.min(most.into())),
        }
    }

    fn level(&self, name: &str) -> Measured {
        let mut rows = self.scenario.variables.enumerate();
        let found = rows.find(|(_, row)| row.name == name);
        let (id, row) = found.unwrap_or_else(|| panic!("there is no `{name}`"));
        let days = usize::from(self.scenario.horizon_days);
        let tally = self.tally.variables.as_ref().expect("tallied");
        let counts = &tally.days[(id.index() + 1) * days - 1];
        let (mean, sd) = (counts.mean().expect("runs"), counts.sd().expect("runs"));
        Measured {
            mean,
            // Variables have no sums over pairs: the two runs of a draw count as one.
            standard_error: sd * (2.0 / tally.n_runs as f64).sqrt(),
            low: row.min,
            high: row.max,
        }
    }

    /// In what share of the runs each action is taken.
    pub fn action_shares(&self) -> Vec<(String, f64)> {
        let names = self.scenario.actions.iter().map(|action| &action.name);
        let rows = names.zip(&self.tally.actions);
        let n = self.tally.n_runs as f64;
        rows.map(|(name, row)| (name.clone(), row.n_hits() as f64 / n))
            .collect()
    }
}
