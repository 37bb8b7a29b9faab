//! A results folder of `run` as forecasts.
//!
//! In: a folder. Out: its questions with their probabilities, day by day where `timeline.csv` is
//! there, and the answers that the scenario knew. Nothing is taken on trust: a folder without a
//! manifest is incomplete, and a file that is no longer what the manifest says is told of.

use super::ScoreError;
use super::resolutions::answer;
use super::sheet::{Row, Sheet};
use crate::scenario::Resolution;
use crate::table::manifest::MANIFEST_NAME;
use crate::table::table::sha256;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The forecasts of one results folder.
#[derive(Clone, Debug)]
pub struct ResultsFolder {
    /// Where it is.
    pub path: PathBuf,
    /// The name of the scenario.
    pub scenario: String,
    /// The date of day 1.
    pub start: Date,
    /// Names scenario, overrides and engine.
    pub fingerprint: String,
    /// When the results were written, UTC.
    pub created: String,
    /// Its questions, in the order of the file.
    pub forecasts: Vec<Forecast>,
    /// What its reader should know.
    pub notes: Vec<String>,
}

/// The forecast of one question.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// The question's name in the scenario.
    pub outcome: String,
    /// Its name for people.
    pub label: String,
    /// The question as it was asked.
    pub question: String,
    /// The last date that counts.
    pub last_date: Date,
    /// Runs that the probability is a share of.
    pub n_runs: u64,
    /// The forecast; `None` where no run was counted.
    pub probability: Option<f64>,
    /// The probability that it has come true by each day's evening, from day 1 to the last that
    /// counts; `None` where the folder does not tell.
    pub by_day: Option<Vec<f64>>,
    /// The answer that the scenario knew.
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
/// Where it is no folder that `run` has written whole, or a file in it cannot be understood.
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
            "{}: the simulation was stopped early, and its forecasts are of fewer runs than were asked for",
            folder.display()
        ));
    }
    if !manifest.set.is_empty() {
        notes.push(format!(
            "{}: these are forecasts with {}",
            folder.display(),
            manifest.set.join(", ")
        ));
    }
    let mut outcomes = Vec::new();
    let mut timeline = Vec::new();
    for file in &manifest.files {
        let (sheets, needed): (_, &[&str]) = match table_of(&file.name) {
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
            notes.push(format!("{} is not as `run` wrote it", path.display()));
        }
        sheets.push(Sheet::parse(&path, &bytes, needed)?);
    }
    if outcomes.is_empty() {
        return Err(not_results());
    }
    let mut days = by_day(&timeline)?;
    let mut forecasts = Vec::new();
    for row in outcomes.iter().flat_map(Sheet::rows) {
        forecasts.push(forecast(row, &mut days)?);
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

/// The table that a file holds the whole or a part of: `timeline` for `timeline.2.csv`.
fn table_of(file: &str) -> Option<&str> {
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

/// The cumulative probabilities of each question; without those of a question whose days are not
/// 1, 2, 3, … or that has a day without a probability.
fn by_day(timeline: &[Sheet]) -> Result<BTreeMap<String, Vec<f64>>, ScoreError> {
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in timeline.iter().flat_map(Sheet::rows) {
        let days = all.entry(row.needed("outcome")?.to_owned()).or_default();
        let Some(probability) = row.probability("probability")? else {
            continue;
        };
        if row.whole("day")? != Some(days.len() as u64 + 1) {
            return Err(row.mistake("its `day` is not the one after that of the row before"));
        }
        days.push(probability);
    }
    all.retain(|_, days| !days.is_empty());
    Ok(all)
}

fn forecast(row: Row<'_>, days: &mut BTreeMap<String, Vec<f64>>) -> Result<Forecast, ScoreError> {
    let outcome = row.needed("outcome")?.to_owned();
    row.needed("last_date")?;
    row.needed("n_runs")?;
    Ok(Forecast {
        label: row.text("label").unwrap_or(&outcome).to_owned(),
        question: row.text("question").unwrap_or_default().to_owned(),
        last_date: row.date("last_date")?.unwrap_or_default(),
        n_runs: row.whole("n_runs")?.unwrap_or_default(),
        probability: row.probability("probability")?,
        by_day: days.remove(&outcome),
        resolution: answer(
            row,
            "resolution_answer",
            "resolution_date",
            "resolution_source",
        )?,
        outcome,
    })
}
