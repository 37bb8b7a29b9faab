//! Combines questions, groups, summary and calibration.

use super::error::ScoreError;
use super::groups::{Group, groups};
use super::implications::contradictions;
use super::measures::Measure;
use super::question::{Question, QuestionStatus};
use super::questions::questions;
use super::reliability::{Bin, Binning, Bins, Pair};
use super::resolutions::Resolutions;
use super::results::ResultsFolder;
use super::summary::{SummaryInput, summary};
use crate::base::random::Seed;
use crate::base::random::keyed::KeyedStream;
use crate::study::streams;
use crate::table::user_table::Mistakes;
use std::path::Path;

/// Settings of the scores and their intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreSettings {
    /// Bins of the calibration table.
    pub bins: Bins,
    /// Number of bootstrap samples; 0 for no intervals.
    pub n_bootstrap: u32,
    /// Confidence level of intervals, in (0, 1).
    pub confidence: f64,
    /// Seed of the bootstrap.
    pub seed: Seed,
}

/// The scores of all questions and their summary.
#[derive(Clone, Debug)]
pub struct Scores {
    /// All questions of all folders, in their order.
    pub questions: Vec<Question>,
    /// The groups of exclusive alternatives.
    pub groups: Vec<Group>,
    /// Counts, mean scores and skills over the questions.
    pub summary: Vec<Measure>,
    /// The bins of the calibration table that contain a forecast.
    pub reliability: Vec<Bin>,
    /// The names of the reference columns.
    pub references: Vec<String>,
    /// Notes about the input that the reader should know.
    pub notes: Vec<String>,
}

impl Scores {
    /// The questions with this status.
    pub fn with_status(&self, status: QuestionStatus) -> impl Iterator<Item = &Question> {
        self.questions
            .iter()
            .filter(move |question| question.status == status)
    }
}

/// Scores the forecasts of results folders. The resolutions file takes precedence over the
/// resolutions of the scenarios.
///
/// # Errors
/// If two folders have forecasts of one scenario, or the resolutions file has mistakes, names an unknown
/// question or has an invalid group; the error contains all mistakes of the file.
pub fn score(
    folders: &[ResultsFolder],
    resolutions: Option<&Resolutions>,
    settings: &ScoreSettings,
) -> Result<Scores, ScoreError> {
    let mut notes: Vec<String> = folders
        .iter()
        .flat_map(|folder| folder.notes.clone())
        .collect();
    let mut mistakes = match resolutions {
        Some(file) => file.mistakes.clone(),
        None => Mistakes::new(Path::new("")),
    };
    let questions = questions(folders, resolutions, &mut mistakes, &mut notes)?;
    // Only a resolutions file has groups. If a row of it could not be read, its group looks incomplete.
    let groups = match resolutions.filter(|file| file.is_whole) {
        Some(file) => groups(&questions, file, &mut mistakes),
        None => Vec::new(),
    };
    mistakes.finish()?;
    notes.extend(contradictions(&questions));
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
    let mut stream = KeyedStream::new(settings.seed, streams::SCORE_RELIABILITY);
    let reliability = binning.table(
        &pairs,
        settings.n_bootstrap,
        settings.confidence,
        &mut stream,
    );
    let summary = summary(&SummaryInput {
        questions: &questions,
        counted: &counted,
        pairs: &pairs,
        binning: &binning,
        groups: &groups,
        references: &references,
        n_bootstrap: settings.n_bootstrap,
        confidence: settings.confidence,
        seed: settings.seed,
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
