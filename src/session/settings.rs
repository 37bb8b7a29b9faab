//! Settings of simulations.

use super::load::LoadedScenario;
use crate::base::random::{Branch, Seed};
use crate::simulate::SimulationPlan;

/// Settings that all simulations have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimulationSettings {
    /// Number of runs.
    pub n_runs: u64,
    /// Seed of all random numbers.
    pub seed: Seed,
    /// Confidence level of intervals, in (0, 1).
    pub confidence: f64,
}

impl Default for SimulationSettings {
    /// The defaults of the command line: 100,000 runs, seed 0x20161101, 95 % intervals.
    fn default() -> Self {
        Self {
            n_runs: 100_000,
            seed: Seed(0x2016_1101),
            confidence: 0.95,
        }
    }
}

/// Number of runs, from the first, whose variables are tallied day by day unless set otherwise.
pub const DEFAULT_VARIABLE_RUNS: u64 = 16_384;

/// Settings of [`Session::run`](super::Session::run).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunSettings {
    /// Runs, seed and confidence level.
    pub simulation: SimulationSettings,
    /// Number of runs, from the first, whose variables are tallied day by day.
    pub variable_runs: u64,
}

impl RunSettings {
    /// The plan of the simulation of a scenario.
    pub fn plan(&self, loaded: &LoadedScenario) -> SimulationPlan {
        SimulationPlan {
            variable_runs: self.variable_runs,
            ..self.simulation.plan(loaded)
        }
    }
}

impl SimulationSettings {
    /// The plan of the ordinary runs of a scenario, without variables and records.
    pub fn plan(&self, loaded: &LoadedScenario) -> SimulationPlan {
        SimulationPlan {
            seed: self.seed,
            branch: Branch(0),
            first_run: 0,
            n_runs: self.n_runs,
            variable_runs: 0,
            keep_runs: false,
            fingerprint: loaded.fingerprint,
        }
    }
}
