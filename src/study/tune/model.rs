//! Evaluates the scenario at values of the free parameters.
//!
//! The values are set as by `--set`, and what is rejected there is rejected here. Every evaluation is
//! added to the [`EvaluationLog`]; one that the log contains is not simulated again.

use super::evaluation::{Evaluation, EvaluationResult, EvaluationStatus};
use super::free::rounded;
use super::log::EvaluationLog;
use super::problem::{TuningProblem, set};
use super::targets::{Target, TargetEstimate, TargetKind};
use crate::base::random::{Branch, Seed};
use crate::estimate::Estimates;
use crate::optimize::objective::EvaluationPurpose;
use crate::scenario::Override;
use crate::simulate::SimulationPlan;
use crate::study::{BoundPoint, PointBinder, Simulator, Stopped};

/// Significant digits of an estimate, so that the log contains it exactly.
const DIGITS: usize = 12;

/// Runs of a rough evaluation: an eighth, but enough for a meaningful estimate and for all threads.
fn rough_runs(n_runs: u64) -> u64 {
    const MIN_RUNS: u64 = 4096;
    (n_runs / 8).max(MIN_RUNS).min(n_runs)
}

/// Evaluates the problem and logs the evaluations.
pub(super) struct Model<'m, 's> {
    pub(super) problem: TuningProblem<'m>,
    pub(super) log: &'m mut EvaluationLog,
    binder: PointBinder<'m>,
    simulator: &'m mut Simulator<'s>,
}

impl<'m, 's> Model<'m, 's> {
    pub(super) fn new(
        problem: TuningProblem<'m>,
        log: &'m mut EvaluationLog,
        simulator: &'m mut Simulator<'s>,
    ) -> Self {
        Self {
            problem,
            log,
            binder: PointBinder::new(problem.file, problem.text, problem.overrides),
            simulator,
        }
    }

    /// Evaluates the targets at these values.
    ///
    /// # Errors
    /// If the progress callback asks to stop, or the evaluation cannot be recorded.
    pub(super) fn evaluate(
        &mut self,
        values: &[f64],
        seed: Seed,
        n_runs: u64,
        purpose: EvaluationPurpose,
    ) -> Result<EvaluationResult, Stopped> {
        let result = match self.log.find(values, seed, n_runs) {
            Some(result) => result,
            None => {
                let free = self.problem.free.iter().zip(values);
                let settings: Vec<Override> = free.map(|(free, &value)| set(free, value)).collect();
                let bound_point = self.binder.bind(&settings).ok();
                let (status, estimates) = self.simulate(bound_point, seed, n_runs)?;
                let value = |one: &Option<TargetEstimate>| one.map(|one| one.value);
                EvaluationResult {
                    status,
                    estimates: estimates.iter().map(value).collect(),
                }
            }
        };
        self.log.add(Evaluation {
            purpose,
            seed,
            n_runs,
            values: values.to_vec(),
            result: result.clone(),
        });
        match self.log.has_failed() {
            true => Err(Stopped),
            false => Ok(result),
        }
    }

    /// The residuals at a point of the unit cube, under common random numbers; `None` if it cannot be
    /// evaluated.
    ///
    /// # Errors
    /// If the progress callback asks to stop.
    pub(super) fn residuals(
        &mut self,
        point: &[f64],
        purpose: EvaluationPurpose,
    ) -> Result<Option<Vec<f64>>, Stopped> {
        let values = self.values(point);
        let n_runs = if purpose.is_rough() {
            rough_runs(self.problem.n_runs)
        } else {
            self.problem.n_runs
        };
        let result = self.evaluate(&values, self.problem.seed, n_runs, purpose)?;
        Ok(result.residuals(self.problem.targets))
    }

    /// The values of the free parameters at a point of the unit cube.
    pub(super) fn values(&self, point: &[f64]) -> Vec<f64> {
        let parts = self.problem.free.iter().zip(point);
        parts.map(|(free, &x)| free.value_at(x)).collect()
    }

    /// Simulates another text with the settings of all evaluations, without the log.
    ///
    /// # Errors
    /// If the progress callback asks to stop.
    pub(super) fn simulate_text(
        &mut self,
        text: &str,
        seed: Seed,
        n_runs: u64,
    ) -> Result<(EvaluationStatus, Vec<Option<TargetEstimate>>), Stopped> {
        let binder = PointBinder::new(self.problem.file, text, self.problem.overrides);
        self.simulate(binder.bind(&[]).ok(), seed, n_runs)
    }

    /// Simulates a point, without the log; `None` is a rejected one.
    fn simulate(
        &mut self,
        bound_point: Option<BoundPoint>,
        seed: Seed,
        n_runs: u64,
    ) -> Result<(EvaluationStatus, Vec<Option<TargetEstimate>>), Stopped> {
        let failed = |status| Ok((status, vec![None; self.problem.targets.len()]));
        let Some(BoundPoint { scenario, bound }) = bound_point else {
            return failed(EvaluationStatus::Rejected);
        };
        let needs_variables = |target: &Target| target.kind == TargetKind::Variable;
        let plan = SimulationPlan {
            seed,
            branch: Branch(0),
            first_run: 0,
            n_runs,
            variable_runs: if self.problem.targets.iter().any(needs_variables) {
                n_runs
            } else {
                0
            },
            keep_runs: false,
            fingerprint: self.problem.fingerprint,
        };
        let tally = self.simulator.simulate(&bound, plan)?;
        let estimates = Estimates {
            scenario: &scenario,
            bound: &bound,
            tally: &tally,
            confidence: 0.95,
        };
        if estimates.check_faults().is_err() {
            return failed(EvaluationStatus::Faulted);
        }
        let estimates = self.problem.targets.iter().map(|target| {
            let estimate = target.estimate(&estimates)?;
            Some(TargetEstimate {
                value: rounded(estimate.value, DIGITS),
                ..estimate
            })
        });
        Ok((EvaluationStatus::Evaluated, estimates.collect()))
    }
}
