//! Reads a results folder of `run` as forecasts.
//!
//! The forecasts contain the probability of each outcome, its cumulative probability by day if
//! `timeline.csv` exists, and the scenario's own resolution. A folder without a manifest is
//! incomplete; a file whose hash differs from the manifest is noted.

use super::csv_reader::{CsvFile, CsvRow};
use super::error::ScoreError;
use super::resolutions::resolution;
use crate::scenario::Resolution;
use crate::table::manifest::MANIFEST_NAME;
use crate::table::sha256;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The forecasts of one results folder.
#[derive(Clone, Debug)]
pub struct ResultsFolder {
    /// Path of the folder.
    pub path: PathBuf,
    /// The name of the scenario.
    pub scenario: String,
    /// Date of day 1.
    pub start: Date,
    /// Identifies the scenario, the overrides and the engine version.
    pub fingerprint: String,
    /// Time at which the results were written, UTC.
    pub created: String,
    /// The forecasts in the order of `outcomes.csv`.
    pub forecasts: Vec<Forecast>,
    /// Notes about the folder that the reader should know.
    pub notes: Vec<String>,
}

/// The forecast of one outcome.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// The key of the outcome in the scenario.
    pub outcome: String,
    /// The label of the outcome.
    pub label: String,
    /// The text of the question.
    pub question: String,
    /// Last date on which the outcome may occur.
    pub last_date: Date,
    /// Number of runs counted.
    pub n_runs: u64,
    /// The probability; `None` if no run was counted.
    pub probability: Option<f64>,
    /// Cumulative probability at the end of each day, from day 1 to the last; `None` if
    /// `timeline.csv` does not contain it.
    pub by_day: Option<Vec<f64>>,
    /// The resolution in the scenario.
    pub resolution: Option<Resolution>,
}

#[derive(Deserialize)]
struct Manifest {
    scenario: Scenario,
    fingerprint: String,
    created: String,
    completeness: String,
    #[serde(default)]
    set: Vec<String>,
    files: Vec<File>,
}

#[derive(Deserialize)]
struct Scenario {
    name: String,
    start: String,
}

#[derive(Deserialize)]
struct File {
    name: String,
    sha256: String,
}

/// Reads a results folder.
///
/// # Errors
/// If the folder does not contain complete results of `run`, or a file in it is invalid.
pub fn read_results(folder: &Path) -> Result<ResultsFolder, ScoreError> {
    let manifest_path = folder.join(MANIFEST_NAME);
    let text = match std::fs::read_to_string(&manifest_path) {
        Ok(text) => text,
        Err(error) if is_absent(&error) => return Err(ScoreError::NoManifest(folder.to_owned())),
        Err(error) => return Err(ScoreError::Read(manifest_path, error)),
    };
    let not_results = || ScoreError::NotResults(folder.to_owned());
    let manifest: Manifest = serde_json::from_str(&text).map_err(|_| not_results())?;
    let start = manifest.scenario.start.parse().map_err(|_| not_results())?;
    let mut notes = Vec::new();
    if manifest.completeness != "complete" {
        notes.push(format!(
            "{}: the simulation was stopped early, so the forecasts are from fewer runs than requested",
            folder.display()
        ));
    }
    if !manifest.set.is_empty() {
        notes.push(format!(
            "{}: the forecasts were made with {}",
            folder.display(),
            manifest.set.join(", ")
        ));
    }
    let mut outcomes = Vec::new();
    let mut timeline = Vec::new();
    for file in &manifest.files {
        let (tables, required): (_, &[&str]) = match table_name(&file.name) {
            Some("outcomes") => (
                &mut outcomes,
                &["outcome", "last_date", "n_runs", "probability"],
            ),
            Some("timeline") => (&mut timeline, &["outcome", "day", "probability"]),
            _ => continue,
        };
        let path = folder.join(&file.name);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => return Err(ScoreError::Read(path, error)),
        };
        if sha256(&bytes) != file.sha256 {
            notes.push(format!(
                "{} was changed after `run` wrote it",
                path.display()
            ));
        }
        tables.push(CsvFile::parse(&path, &bytes, required)?);
    }
    if outcomes.is_empty() {
        return Err(not_results());
    }
    let mut by_outcome = cumulative_probabilities(&timeline)?;
    let mut forecasts = Vec::new();
    for row in outcomes.iter().flat_map(CsvFile::rows) {
        forecasts.push(forecast(row, &mut by_outcome)?);
    }
    Ok(ResultsFolder {
        path: folder.to_owned(),
        scenario: manifest.scenario.name,
        start,
        fingerprint: manifest.fingerprint,
        created: manifest.created,
        forecasts,
        notes,
    })
}

/// The name of the table that a file contains, also for parts: `timeline` for `timeline.2.csv`.
fn table_name(file: &str) -> Option<&str> {
    let stem = file.strip_suffix(".csv")?;
    match stem.split_once('.') {
        None => Some(stem),
        Some((table, part)) => part.parse::<u32>().is_ok().then_some(table),
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// The cumulative probabilities of each outcome from day 1. Rows without a probability are skipped.
///
/// # Errors
/// If the days of an outcome are not consecutive.
fn cumulative_probabilities(
    timeline: &[CsvFile],
) -> Result<BTreeMap<String, Vec<f64>>, ScoreError> {
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in timeline.iter().flat_map(CsvFile::rows) {
        let days = all.entry(row.required("outcome")?.to_owned()).or_default();
        let Some(probability) = row.probability("probability")? else {
            continue;
        };
        if row.whole_number("day")? != Some(days.len() as u64 + 1) {
            return Err(row.mistake("`day` does not follow the day of the row before: restore the file that `run` wrote"));
        }
        days.push(probability);
    }
    all.retain(|_, days| !days.is_empty());
    Ok(all)
}

fn forecast(
    row: CsvRow<'_>,
    by_outcome: &mut BTreeMap<String, Vec<f64>>,
) -> Result<Forecast, ScoreError> {
    let outcome = row.required("outcome")?.to_owned();
    row.required("last_date")?;
    row.required("n_runs")?;
    Ok(Forecast {
        label: row.text("label").unwrap_or(&outcome).to_owned(),
        question: row.text("question").unwrap_or_default().to_owned(),
        last_date: row.date("last_date")?.unwrap_or_default(),
        n_runs: row.whole_number("n_runs")?.unwrap_or_default(),
        probability: row.probability("probability")?,
        by_day: by_outcome.remove(&outcome),
        resolution: resolution(
            row,
            "resolution_answer",
            "resolution_date",
            "resolution_source",
        )?,
        outcome,
    })
}
