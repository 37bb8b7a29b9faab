//! One evaluation: the scenario with other numbers, read anew, lived, and looked at.
//!
//! In: values of the free numbers, a seed and a number of runs. Out: what the runs say about each
//! target. The values go the way of `--set`, so whatever the reader refuses is refused here too.
//! All evaluations are kept in a [`Log`], and one that it knows is not lived again.

use super::free::{Free, rounded};
use super::log::{Evaluation, Known, Log, Status};
use super::targets::{Reached, Target};
use crate::base::diagnostic::{Diagnostics, Sources};
use crate::base::random::{Branch, Seed};
use crate::estimate::Estimates;
use crate::optimize::search::Purpose;
use crate::program;
use crate::scenario::{self, Override};
use crate::simulate::SimulationPlan;
use crate::study::{Simulator, Stopped};

/// What is tuned, and by what.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The name of the scenario's file, for messages.
    pub file: &'a str,
    /// What the file holds; it has been read without errors.
    pub text: &'a str,
    /// Values that hold throughout.
    pub overrides: &'a [Override],
    /// Names the text, the overrides and the engine.
    pub fingerprint: u64,
    /// What may be moved.
    pub free: &'a [Free],
    /// What is wanted.
    pub targets: &'a [Target],
    /// The seed of all luck.
    pub seed: Seed,
    /// Runs of an evaluation.
    pub n_runs: u64,
}

/// Significant digits that are kept of an estimate, so that a log gives it back exactly.
const DIGITS: usize = 12;
/// A greater share of faulted runs makes an evaluation worthless, as it fails `run`.
const MAX_FAULTED_SHARE: f64 = 0.001;

/// Runs of an evaluation that need not be exact: the first ones of all, an eighth, but not so few
/// that chance alone decides, nor that they leave processors idle.
fn rough_runs(n_runs: u64) -> u64 {
    const FEWEST: u64 = 4096;
    (n_runs / 8).max(FEWEST).min(n_runs)
}

/// Evaluates, and remembers.
pub(super) struct Model<'m, 's> {
    pub(super) job: Job<'m>,
    pub(super) log: Log,
    simulator: &'m mut Simulator<'s>,
}

impl<'m, 's> Model<'m, 's> {
    pub(super) fn new(job: Job<'m>, log: Log, simulator: &'m mut Simulator<'s>) -> Self {
        Self {
            job,
            log,
            simulator,
        }
    }

    /// What the runs say with these values.
    ///
    /// # Errors
    /// Where the user stops it.
    pub(super) fn evaluate(
        &mut self,
        values: &[f64],
        seed: Seed,
        n_runs: u64,
        purpose: Purpose,
    ) -> Result<Known, Stopped> {
        let known = match self.log.known(values, seed, n_runs) {
            Some(known) => known,
            None => {
                let overrides = self.overrides(values);
                let (status, reached) = self.simulate(self.job.text, &overrides, seed, n_runs)?;
                let value = |one: &Option<Reached>| one.map(|one| one.value);
                Known {
                    status,
                    estimates: reached.iter().map(value).collect(),
                }
            }
        };
        self.log.add(Evaluation {
            purpose,
            seed,
            n_runs,
            values: values.to_vec(),
            known: known.clone(),
        });
        Ok(known)
    }

    /// The residuals at a place of the unit cube, on the luck that all places share.
    ///
    /// # Errors
    /// Where the user stops it.
    pub(super) fn residuals(
        &mut self,
        place: &[f64],
        purpose: Purpose,
    ) -> Result<Option<Vec<f64>>, Stopped> {
        let values = self.values(place);
        let n_runs = if purpose.is_rough() {
            rough_runs(self.job.n_runs)
        } else {
            self.job.n_runs
        };
        let known = self.evaluate(&values, self.job.seed, n_runs, purpose)?;
        Ok(known.residuals(self.job.targets))
    }

    /// The values at a place of the unit cube.
    pub(super) fn values(&self, place: &[f64]) -> Vec<f64> {
        let parts = self.job.free.iter().zip(place);
        parts.map(|(free, &place)| free.value(place)).collect()
    }

    /// Lives a text, whatever the log knows.
    ///
    /// # Errors
    /// Where the user stops it.
    pub(super) fn simulate(
        &mut self,
        text: &str,
        overrides: &[Override],
        seed: Seed,
        n_runs: u64,
    ) -> Result<(Status, Vec<Option<Reached>>), Stopped> {
        let nothing = |status| Ok((status, vec![None; self.job.targets.len()]));
        let reading = scenario::read(&mut Sources::default(), self.job.file, text, overrides);
        let Some(scenario) = reading.scenario else {
            return nothing(Status::Rejected);
        };
        let program = program::compile(&scenario);
        let Ok(bound) = program::bind(&program, &[]) else {
            return nothing(Status::Rejected);
        };
        let needs_variables = |target: &Target| target.kind == super::TargetKind::Variable;
        let plan = SimulationPlan {
            seed,
            branch: Branch(0),
            first_run: 0,
            n_runs,
            variable_runs: if self.job.targets.iter().any(needs_variables) {
                n_runs
            } else {
                0
            },
            keep_runs: false,
            fingerprint: self.job.fingerprint,
        };
        let tally = self.simulator.simulate(&bound, plan)?;
        let estimates = Estimates {
            scenario: &scenario,
            bound: &bound,
            tally: &tally,
            confidence: 0.95,
        };
        if estimates.faults().share > MAX_FAULTED_SHARE {
            return nothing(Status::Faulted);
        }
        let reached = self.job.targets.iter().map(|target| {
            let reached = target.reached(&estimates)?;
            Some(Reached {
                value: rounded(reached.value, DIGITS),
                ..reached
            })
        });
        Ok((Status::Evaluated, reached.collect()))
    }

    fn overrides(&self, values: &[f64]) -> Vec<Override> {
        let freed = self.job.free.iter().zip(values);
        let freed = freed.map(|(free, &value)| set(free, value));
        self.job.overrides.iter().cloned().chain(freed).collect()
    }
}

fn set(free: &Free, value: f64) -> Override {
    Override {
        path: free.path.clone(),
        value: format!("{value}"),
    }
}

impl Job<'_> {
    /// What the reader says of one free number at a value, the others being as in the file;
    /// `None` where it has nothing against it.
    pub(super) fn refusal(&self, free: &Free, value: f64) -> Option<(Sources, Diagnostics)> {
        let mut sources = Sources::default();
        let mut overrides = self.overrides.to_vec();
        overrides.push(set(free, value));
        let reading = scenario::read(&mut sources, self.file, self.text, &overrides);
        let is_refused = reading.scenario.is_none();
        is_refused.then_some((sources, reading.diagnostics))
    }
}
