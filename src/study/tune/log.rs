//! What has been evaluated, so that nothing is lived twice: neither in one search, nor when the
//! same command is given again.
//!
//! An evaluation is named by the values of the free numbers, the seed, the runs, and a
//! fingerprint of everything else that it hangs on: the scenario, the values set, the engine, and
//! which numbers are free and looked at. Targets' values and tolerances are no part of that, so a
//! search for others begins with what is known. Absent on purpose: any trust in a file that does
//! not look like one of ours; it is passed over.

use super::free::Free;
use super::model::Job;
use super::targets::Target;
use crate::base::random::Seed;
use crate::base::random::keyed::hash_name;
use crate::optimize::search::Purpose;
use std::collections::BTreeMap;
use std::path::Path;

/// One evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Why it was made.
    pub purpose: Purpose,
    /// The seed.
    pub seed: Seed,
    /// The runs.
    pub n_runs: u64,
    /// The values of the free numbers.
    pub values: Vec<f64>,
    /// What came of it.
    pub known: Known,
}

/// What came of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// Whether it could be made.
    pub status: Status,
    /// By target; `None` where it could not, and for a mean day of what never happened.
    pub estimates: Vec<Option<f64>>,
}

/// Whether an evaluation could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was.
    Evaluated,
    /// The reader refused the values.
    Rejected,
    /// Too many runs faulted.
    Faulted,
}

impl Status {
    const ALL: [Self; 3] = [Self::Evaluated, Self::Rejected, Self::Faulted];

    /// Its word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Evaluated => "evaluated",
            Self::Rejected => "rejected",
            Self::Faulted => "faulted",
        }
    }
}

impl Purpose {
    const ALL: [Self; 8] = [
        Self::File,
        Self::Start,
        Self::Sketch,
        Self::Slope,
        Self::Step,
        Self::Explore,
        Self::Tuned,
        Self::Particle,
    ];

    /// Its word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Start => "start",
            Self::Sketch => "sketch",
            Self::Slope => "slope",
            Self::Step => "step",
            Self::Explore => "explore",
            Self::Tuned => "tuned",
            Self::Particle => "particle",
        }
    }
}

impl Known {
    /// The residuals; `None` where it could not be evaluated.
    pub(super) fn residuals(&self, targets: &[Target]) -> Option<Vec<f64>> {
        (self.status == Status::Evaluated).then(|| {
            let parts = targets.iter().zip(&self.estimates);
            parts
                .map(|(target, &estimate)| target.residual(estimate))
                .collect()
        })
    }

    /// The sum of the squares of the residuals.
    pub fn sum_of_squares(&self, targets: &[Target]) -> Option<f64> {
        let residuals = self.residuals(targets)?;
        Some(residuals.iter().map(|x| x * x).sum())
    }

    /// The greatest distance of a target, in tolerances.
    pub(super) fn max_distance(&self, targets: &[Target]) -> Option<f64> {
        (self.status == Status::Evaluated).then(|| {
            let parts = targets.iter().zip(&self.estimates);
            parts.fold(0.0, |most, (target, &estimate)| {
                target.distance(estimate).abs().max(most)
            })
        })
    }
}

/// Seed, runs, and the bits of the values.
type Key = (u64, u64, Vec<u64>);

/// All evaluations.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Each with whether an earlier command made it.
    known: BTreeMap<Key, (Evaluation, bool)>,
    /// What was asked for by this command, in order.
    pub(super) asked: Vec<Evaluation>,
    /// How many of these were known from before.
    pub(super) n_reused: u64,
}

fn key(values: &[f64], seed: Seed, n_runs: u64) -> Key {
    let bits = values.iter().map(|value| value.to_bits()).collect();
    (seed.0, n_runs, bits)
}

impl Log {
    /// The evaluation of these values, if there is one.
    pub(super) fn known(&mut self, values: &[f64], seed: Seed, n_runs: u64) -> Option<Known> {
        let (found, is_from_before) = self.known.get(&key(values, seed, n_runs))?;
        self.n_reused += u64::from(*is_from_before);
        Some(found.known.clone())
    }

    pub(super) fn add(&mut self, evaluation: Evaluation) {
        let key = key(&evaluation.values, evaluation.seed, evaluation.n_runs);
        let entry = self.known.entry(key);
        entry.or_insert_with(|| (evaluation.clone(), false));
        self.asked.push(evaluation);
    }

    /// What was asked for, and, where a command was stopped, what else is known, so that it is
    /// not lost to the next.
    pub(super) fn into_rows(self, is_complete: bool) -> Vec<Evaluation> {
        let mut rows = self.asked;
        if !is_complete {
            let asked: std::collections::BTreeSet<Key> = rows
                .iter()
                .map(|row| key(&row.values, row.seed, row.n_runs))
                .collect();
            let others = self.known.into_iter();
            let others = others.filter(|(key, _)| !asked.contains(key));
            rows.extend(others.map(|(_, (evaluation, _))| evaluation));
        }
        rows
    }

    /// Reads the file of an earlier command about the same; an empty log where there is none.
    pub fn read(path: &Path, job: &Job<'_>) -> Self {
        let mut log = Self::default();
        let Ok(bytes) = std::fs::read(path) else {
            return log;
        };
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(str::to_owned).collect(),
            Err(_) => return log,
        };
        if header != header_of(job.free, job.targets) {
            return log;
        }
        let fingerprint = format!("{:#018x}", fingerprint(job));
        for record in reader.records().flatten() {
            if record.get(0) == Some(&fingerprint)
                && let Some(evaluation) = evaluation_of(&record, job)
            {
                let key = key(&evaluation.values, evaluation.seed, evaluation.n_runs);
                log.known.insert(key, (evaluation, true));
            }
        }
        log
    }
}

/// Columns before those of the free numbers and the targets.
const N_FIXED: usize = 6;

/// The header of `evaluations.csv`.
pub fn header_of(free: &[Free], targets: &[Target]) -> Vec<String> {
    let fixed = crate::table::columns::EVALUATIONS.header();
    debug_assert_eq!(fixed.len(), N_FIXED);
    let paths = free.iter().map(|free| free.path.clone());
    let targets = targets.iter().map(Target::column);
    fixed.into_iter().chain(paths).chain(targets).collect()
}

/// Names everything that an evaluation hangs on besides values, seed and runs.
pub fn fingerprint(job: &Job<'_>) -> u64 {
    let columns = header_of(job.free, job.targets).join("\n");
    hash_name(&format!("{:#x}\n{columns}", job.fingerprint))
}

fn evaluation_of(record: &csv::StringRecord, job: &Job<'_>) -> Option<Evaluation> {
    let field = |at: usize| record.get(at);
    let seed = u64::from_str_radix(field(1)?.strip_prefix("0x")?, 16).ok()?;
    let word = field(3)?;
    let purpose = Purpose::ALL.into_iter().find(|one| one.word() == word)?;
    let word = field(4)?;
    let status = Status::ALL.into_iter().find(|one| one.word() == word)?;
    let n_free = job.free.len();
    let values = (0..n_free).map(|at| field(N_FIXED + at)?.parse().ok());
    let estimates = (0..job.targets.len()).map(|at| match field(N_FIXED + n_free + at)? {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    });
    Some(Evaluation {
        purpose,
        seed: Seed(seed),
        n_runs: field(2)?.parse().ok()?,
        values: values.collect::<Option<_>>()?,
        known: Known {
            status,
            estimates: estimates.collect::<Option<_>>()?,
        },
    })
}
