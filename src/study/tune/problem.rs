//! The problem of a calibration, and its settings.

use super::free::FreeNumber;
use super::targets::Target;
use crate::base::diagnostic::{Diagnostics, Sources};
use crate::base::random::Seed;
use crate::base::random::keyed::hash_name;
use crate::scenario::{self, Override};

/// The scenario, the free parameters and the targets.
#[derive(Clone, Copy, Debug)]
pub struct TuningProblem<'a> {
    /// Path of the scenario file, for diagnostics.
    pub file: &'a str,
    /// Content of the file, which was read without errors.
    pub text: &'a str,
    /// Settings of all evaluations.
    pub overrides: &'a [Override],
    /// Identifies the text, the overrides and the engine version.
    pub fingerprint: u64,
    /// The numbers to calibrate, with their bounds.
    pub free: &'a [FreeNumber],
    /// The results to reach.
    pub targets: &'a [Target],
    /// Seed of all random numbers.
    pub seed: Seed,
    /// Runs of a full evaluation.
    pub n_runs: u64,
}

/// Settings of a calibration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TuneSettings {
    /// Maximum number of evaluations of the search.
    pub n_evaluations: u64,
    /// Settings of the posterior, if it is requested.
    pub posterior: Option<PosteriorSettings>,
}

/// Settings of the sampling of the posterior.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PosteriorSettings {
    /// Number of weighted particles.
    pub n_particles: usize,
    /// Number of runs per trial.
    pub n_runs: u64,
}

/// The override that sets a free parameter.
pub(super) fn set(free: &FreeNumber, value: f64) -> Override {
    Override {
        path: free.path.clone(),
        value: format!("{value}"),
    }
}

impl TuningProblem<'_> {
    /// Identifies everything that an evaluation depends on besides values, seed and runs.
    pub fn evaluations_fingerprint(&self) -> u64 {
        let paths = self.free.iter().map(|free| free.path.clone());
        let columns: Vec<String> = paths
            .chain(self.targets.iter().map(Target::column))
            .collect();
        hash_name(&format!("{:#x}\n{}", self.fingerprint, columns.join("\n")))
    }

    /// The diagnostics if the scenario is rejected with one free parameter at a value and all others as
    /// in the file; `None` if it is accepted.
    pub(super) fn rejection(
        &self,
        free: &FreeNumber,
        value: f64,
    ) -> Option<(Sources, Diagnostics)> {
        let mut sources = Sources::default();
        let mut overrides = self.overrides.to_vec();
        overrides.push(set(free, value));
        let reading = scenario::read(&mut sources, self.file, self.text, &overrides);
        let is_rejected = reading.scenario.is_none();
        is_rejected.then_some((sources, reading.diagnostics))
    }
}
