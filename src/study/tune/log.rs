//! Log of all evaluations, so that none is simulated twice, in one search or when it resumes.
//!
//! The key of an evaluation is the values of the free parameters, the seed, the number of runs, and a
//! fingerprint of everything else that it depends on: the scenario, the overrides, the engine version,
//! and which numbers are free and which results are targets. The targets' values and tolerances are
//! not part of it, so a search with other values reuses the evaluations. A file with another header
//! is ignored.

use super::evaluation::{Evaluation, EvaluationResult, EvaluationStatus};
use super::problem::TuningProblem;
use super::tables::evaluation_table;
use crate::base::random::Seed;
use crate::optimize::objective::EvaluationPurpose;
use crate::table::user_table::{UserRow, UserTable};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Seed, number of runs, and the bits of the values.
type Key = (u64, u64, Vec<u64>);

/// All evaluations of this command and of earlier ones.
#[derive(Clone, Debug, Default)]
pub struct EvaluationLog {
    /// The evaluations, each with whether it is from an earlier command.
    known: BTreeMap<Key, (Evaluation, bool)>,
    /// The evaluations that this command requested, in order.
    pub(super) requested: Vec<Evaluation>,
    /// How many of them are from an earlier command.
    pub(super) n_reused: u64,
}

fn key(values: &[f64], seed: Seed, n_runs: u64) -> Key {
    let bits = values.iter().map(|value| value.to_bits()).collect();
    (seed.0, n_runs, bits)
}

impl EvaluationLog {
    /// The result of the evaluation at these values, if it is in the log.
    pub(super) fn find(
        &mut self,
        values: &[f64],
        seed: Seed,
        n_runs: u64,
    ) -> Option<EvaluationResult> {
        let (found, is_earlier) = self.known.get(&key(values, seed, n_runs))?;
        self.n_reused += u64::from(*is_earlier);
        Some(found.result.clone())
    }

    pub(super) fn add(&mut self, evaluation: Evaluation) {
        let key = key(&evaluation.values, evaluation.seed, evaluation.n_runs);
        let entry = self.known.entry(key);
        entry.or_insert_with(|| (evaluation.clone(), false));
        self.requested.push(evaluation);
    }

    /// The requested evaluations. If the command was stopped, all others follow, so that the next
    /// command can reuse them.
    pub(super) fn into_rows(self, is_complete: bool) -> Vec<Evaluation> {
        let mut rows = self.requested;
        if !is_complete {
            let requested: BTreeSet<Key> = rows
                .iter()
                .map(|row| key(&row.values, row.seed, row.n_runs))
                .collect();
            let others = self.known.into_iter();
            let others = others.filter(|(key, _)| !requested.contains(key));
            rows.extend(others.map(|(_, (evaluation, _))| evaluation));
        }
        rows
    }

    /// Reads the log of an earlier command with the same header and fingerprint; empty if there is
    /// none. Rows that are cut or cannot be read are left out, so that they are evaluated again: in
    /// the last field of a cut row, 0.512 may have become 0.5.
    pub fn read(path: &Path, problem: &TuningProblem<'_>) -> Self {
        let mut log = Self::default();
        let Ok(table) = UserTable::read(path) else {
            return log;
        };
        let about = evaluation_table("", problem.free, problem.targets);
        let header: Vec<&str> = about.about().header().collect();
        if table.header() != header {
            return log;
        }
        let fingerprint = format!("{:#018x}", problem.evaluations_fingerprint());
        for row in table.rows().filter(UserRow::is_whole) {
            if row.text("fingerprint") == Some(&fingerprint)
                && let Some(evaluation) = parse_evaluation(row, &header, problem)
            {
                let key = key(&evaluation.values, evaluation.seed, evaluation.n_runs);
                log.known.insert(key, (evaluation, true));
            }
        }
        log
    }
}

/// Number of columns before those of the free parameters and the targets.
const N_FIXED: usize = 8;

/// The evaluation of a row; `None` if a field cannot be read.
fn parse_evaluation(
    row: UserRow<'_>,
    header: &[&str],
    problem: &TuningProblem<'_>,
) -> Option<Evaluation> {
    let number = |index: usize| row.number(header[index]).ok();
    let seed = u64::from_str_radix(row.text("seed")?.strip_prefix("0x")?, 16).ok()?;
    let purpose = EvaluationPurpose::from_word(row.text("purpose")?)?;
    let word = row.text("status")?;
    let status = EvaluationStatus::ALL
        .into_iter()
        .find(|one| one.word() == word)?;
    let n_free = problem.free.len();
    let values = (0..n_free).map(|index| number(N_FIXED + index)?);
    let estimates = (0..problem.targets.len()).map(|index| number(N_FIXED + n_free + index));
    Some(Evaluation {
        purpose,
        seed: Seed(seed),
        n_runs: row.count("n_runs").ok()??,
        values: values.collect::<Option<_>>()?,
        result: EvaluationResult {
            status,
            estimates: estimates.collect::<Option<_>>()?,
        },
    })
}
