//! Log of all evaluations, so that none is simulated twice, in one search or when it resumes.
//!
//! Each evaluation is a record of a [`RecordLog`], written as soon as it is made. Its key is the values of
//! the free parameters, the seed, the number of runs, and a fingerprint of everything else that it depends
//! on: the scenario, the overrides, the engine version, and which numbers are free and which results are
//! targets. The targets' values and tolerances are not part of it, so a search with other values reuses the
//! evaluations. Records of other searches stay in the log.

use super::evaluation::{Evaluation, EvaluationResult, EvaluationStatus};
use super::problem::TuningProblem;
use crate::base::random::Seed;
use crate::table::{ExportError, RecordLog, key_of_record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All evaluations of this command and of earlier ones.
#[derive(Debug, Default)]
pub struct EvaluationLog {
    records: RecordLog,
    fingerprint: String,
    /// The keys of the evaluations that this command simulated.
    simulated: BTreeSet<String>,
    /// The evaluations that this command requested, in order.
    pub(super) requested: Vec<Evaluation>,
    /// How many of them are from an earlier command.
    pub(super) n_reused: u64,
}

/// An evaluation as it is recorded. Numbers are texts, which are read back to the bit.
#[derive(Serialize, Deserialize)]
struct RecordedEvaluation {
    values: Vec<String>,
    status: String,
    estimates: Vec<Option<String>>,
}

impl EvaluationLog {
    /// A log of the evaluations of a problem.
    pub fn new(records: RecordLog, problem: &TuningProblem<'_>) -> Self {
        Self {
            records,
            fingerprint: format!("{:#018x}", problem.evaluations_fingerprint()),
            ..Self::default()
        }
    }

    fn key(&self, values: &[f64], seed: Seed, n_runs: u64) -> String {
        let bits = values
            .iter()
            .map(|value| format!("{:016x}", value.to_bits()));
        let bits: String = bits.collect();
        let (seed, n_runs) = (seed.0.to_string(), n_runs.to_string());
        key_of_record(&["evaluation", &self.fingerprint, &seed, &n_runs, &bits])
    }

    /// The result of the evaluation at these values, if it is in the log.
    pub(super) fn find(
        &mut self,
        values: &[f64],
        seed: Seed,
        n_runs: u64,
    ) -> Option<EvaluationResult> {
        let key = self.key(values, seed, n_runs);
        let found = self.records.find::<RecordedEvaluation>(&key)?.result()?;
        self.n_reused += u64::from(!self.simulated.contains(&key));
        Some(found)
    }

    /// Adds an evaluation, and records it if it is new.
    pub(super) fn add(&mut self, evaluation: Evaluation) {
        let key = self.key(&evaluation.values, evaluation.seed, evaluation.n_runs);
        if !self.records.contains(&key) {
            self.records
                .append(&key, &RecordedEvaluation::of(&evaluation));
            // Evaluations are few and may take long: each is on the disk before the next begins.
            self.records.sync();
            self.simulated.insert(key);
        }
        self.requested.push(evaluation);
    }

    /// Whether an evaluation could not be recorded.
    pub(super) fn has_failed(&self) -> bool {
        self.records.has_failed()
    }

    /// Checks that all evaluations were recorded.
    ///
    /// # Errors
    /// If one was not.
    pub(super) fn check(&mut self) -> Result<(), ExportError> {
        self.records.check()
    }

    /// The records of the log, when the calibration has ended.
    pub fn into_records(self) -> RecordLog {
        self.records
    }
}

impl RecordedEvaluation {
    fn of(evaluation: &Evaluation) -> Self {
        let estimates = evaluation.result.estimates.iter();
        Self {
            values: evaluation.values.iter().map(f64::to_string).collect(),
            status: evaluation.result.status.word().to_owned(),
            estimates: estimates
                .map(|one| one.map(|value| value.to_string()))
                .collect(),
        }
    }

    /// The result; `None` if a status or number cannot be read.
    fn result(&self) -> Option<EvaluationResult> {
        let mut all = EvaluationStatus::ALL.into_iter();
        let status = all.find(|one| one.word() == self.status)?;
        let parse = |one: &Option<String>| match one {
            Some(text) => text.parse().map(Some).ok(),
            None => Some(None),
        };
        Some(EvaluationResult {
            status,
            estimates: self.estimates.iter().map(parse).collect::<Option<_>>()?,
        })
    }
}
