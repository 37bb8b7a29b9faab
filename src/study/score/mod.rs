//! Was it right? Forecasts held against what came true.
//!
//! In: results folders of `run`, each with the answers that its scenario knows, and a resolutions
//! file with answers from elsewhere. Out: [`Scores`]: each question with its scores, groups of
//! options, means with bootstrap intervals, and calibration. A question that cannot be scored
//! stays in the list and says why. Absent on purpose: any judgement of who was right by luck.
//!
//! Conventions: the Brier score runs from 0 to 1, the logarithmic score is in nats, lower is
//! better in both, and a skill is 1 − score/(score of a reference), so that 0 is as good as the
//! reference and 1 is perfect.

mod bootstrap;
mod groups;
mod questions;
mod reliability;
mod resolutions;
mod results;
mod rules;
mod sheet;
mod summary;
mod tables;

pub use bootstrap::Measured;
pub use groups::{Group, GroupStatus};
pub use questions::{Question, QuestionScore, ResolvedBy, Status};
pub use reliability::{Bin, Binning, Bins, Decomposition, Pair};
pub use resolutions::{REFERENCE, ResolutionRow, Resolutions, read_resolutions};
pub use results::{Forecast, ResultsFolder, read_results};
pub use rules::{
    DayScore, LogScore, brier, brier_of_options, crps_of_ensemble, day_score, log_score,
    ranked_probability,
};
pub use summary::Measure;
pub use tables::{
    question_header, write_files, write_groups, write_questions, write_reliability, write_summary,
};

use crate::base::random::Seed;
use crate::base::random::keyed::KeyedStream;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// How to score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// How forecasts are put together for calibration.
    pub bins: Bins,
    /// Samples of the bootstrap; 0 for no intervals.
    pub n_bootstrap: u32,
    /// The share of intervals that are meant to hold the truth, in (0, 1).
    pub confidence: f64,
    /// The seed of the bootstrap's luck.
    pub seed: Seed,
}

/// Everything that came of it.
#[derive(Clone, Debug)]
pub struct Scores {
    /// All questions of all folders, in their order.
    pub questions: Vec<Question>,
    /// The questions with several options.
    pub groups: Vec<Group>,
    /// Means and skills over the questions, and their number.
    pub summary: Vec<Measure>,
    /// Calibration, by bins that hold a forecast.
    pub reliability: Vec<Bin>,
    /// The names of the reference columns.
    pub references: Vec<String>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

impl Scores {
    /// The questions with this status.
    pub fn with_status(&self, status: Status) -> impl Iterator<Item = &Question> {
        self.questions
            .iter()
            .filter(move |question| question.status == status)
    }
}

/// Why there are no scores.
#[derive(Debug, Error)]
pub enum ScoreError {
    /// A folder is none of ours, or incomplete.
    #[error(
        "{} has no manifest.json, so it is no folder of whole results: give the folder that `realpolitik run` names, such as output/quickstart",
        .0.display()
    )]
    NoManifest(PathBuf),
    /// A folder of something else.
    #[error("{} holds no results of `realpolitik run`: its manifest.json lists no outcomes.csv", .0.display())]
    NotResults(PathBuf),
    /// A file cannot be read.
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// Two folders forecast the same.
    #[error(
        "{} and {} both forecast the scenario `{scenario}`, and each question counts once: score them one after the other",
        first.display(),
        second.display()
    )]
    Twice {
        /// The scenario.
        scenario: String,
        /// The one.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// A mistake in a file.
    #[error("{}:{line}: {problem}", path.display())]
    Mistake {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// Several of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Many(Vec<ScoreError>),
}

impl ScoreError {
    fn mistake(path: &Path, line: u64, problem: &str) -> Self {
        Self::Mistake {
            path: path.to_owned(),
            line,
            problem: problem.to_owned(),
        }
    }

    /// No mistakes are no error.
    fn all(mut mistakes: Vec<Self>) -> Result<(), Self> {
        match mistakes.len() {
            0 => Ok(()),
            1 => Err(mistakes.remove(0)),
            _ => Err(Self::Many(mistakes)),
        }
    }
}

/// Scores the forecasts of results folders. Where the resolutions file answers a question, it
/// counts; else what the scenario says.
///
/// # Errors
/// Where the resolutions file names a question that there is not, or its groups make no sense.
pub fn score(
    folders: &[ResultsFolder],
    resolutions: Option<&Resolutions>,
    settings: &Settings,
) -> Result<Scores, ScoreError> {
    let mut notes: Vec<String> = folders
        .iter()
        .flat_map(|folder| folder.notes.clone())
        .collect();
    let questions = questions::questions(folders, resolutions, &mut notes)?;
    let groups = groups::groups(&questions, resolutions)?;
    let references = resolutions.map_or_else(Vec::new, |file| file.references.clone());

    let counted: Vec<&Question> = questions
        .iter()
        .filter(|question| question.counts())
        .collect();
    let pairs: Vec<Pair> = counted
        .iter()
        .filter_map(|question| question.pair())
        .collect();
    let binning = Binning::new(&pairs, settings.bins);
    let mut luck = KeyedStream::new(settings.seed, "score:reliability");
    let reliability = binning.table(&pairs, settings.n_bootstrap, settings.confidence, &mut luck);
    let summary = summary::summary(&summary::Summed {
        questions: &questions,
        counted: &counted,
        pairs: &pairs,
        binning: &binning,
        groups: &groups,
        references: &references,
        settings,
    });
    Ok(Scores {
        questions,
        groups,
        summary,
        reliability,
        references,
        notes,
    })
}
