//! Reads a results folder of `run` as forecasts.
//!
//! The forecasts contain the probability of each outcome, its cumulative probability by day if
//! `timeline.csv` exists, and the scenario's own resolution. A folder without a manifest is
//! incomplete; a file whose hash differs from the manifest is noted.

use super::error::ScoreError;
use super::resolutions::resolution;
use crate::scenario::Resolution;
use crate::table::manifest::{Completeness, MANIFEST_NAME, Manifest, SCHEMA_VERSION};
use crate::table::sha256;
use crate::table::user_table::{Mistake, Mistakes, UserRow, UserTable, UserTableError, composed};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The columns of `outcomes.csv` that are read and must exist. `label` and `question` are read if they
/// exist.
const OUTCOMES_COLUMNS: [&str; 4] = ["outcome", "last_date", "n_runs", "probability"];

/// The columns of `resolutions.csv` that are read and must exist.
const RESOLUTIONS_COLUMNS: [&str; 2] = ["outcome", "answer"];

/// The columns of `timeline.csv` that are read and must exist.
const TIMELINE_COLUMNS: [&str; 3] = ["outcome", "day", "probability"];

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
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|_| not_results())?;
    let version = json["schema_version"].as_u64().ok_or_else(not_results)?;
    if version != u64::from(SCHEMA_VERSION) {
        return Err(ScoreError::OtherSchema {
            folder: folder.to_owned(),
            found: version,
        });
    }
    let manifest: Manifest = serde_json::from_value(json).map_err(|_| not_results())?;
    if manifest.kind != "run" {
        return Err(ScoreError::OtherResults {
            folder: folder.to_owned(),
            kind: manifest.kind,
        });
    }
    let [scenario] = &manifest.scenarios[..] else {
        return Err(not_results());
    };
    let start = scenario.start.parse().map_err(|_| not_results())?;
    let mut notes = Vec::new();
    if manifest.completeness != Completeness::Complete {
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
    let mut resolutions = Vec::new();
    for file in &manifest.files {
        let tables = match table_name(&file.name) {
            Some("outcomes") => &mut outcomes,
            Some("timeline") => &mut timeline,
            Some("resolutions") => &mut resolutions,
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
        tables.push(UserTable::parse(&path, &bytes)?);
    }
    if outcomes.is_empty() {
        return Err(not_results());
    }
    let mut by_outcome = BTreeMap::new();
    for table in &mut timeline {
        add_cumulative_probabilities(table, &mut by_outcome)?;
    }
    by_outcome.retain(|_, days| !days.is_empty());
    let mut resolved = BTreeMap::new();
    for table in &mut resolutions {
        add_resolutions(table, &mut resolved)?;
    }
    let mut forecasts = Vec::new();
    for table in &mut outcomes {
        add_forecasts(table, &mut by_outcome, &mut resolved, &mut forecasts)?;
    }
    Ok(ResultsFolder {
        path: folder.to_owned(),
        scenario: composed(&scenario.name),
        start,
        fingerprint: scenario.fingerprint.clone(),
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

/// Adds the cumulative probabilities of each outcome from day 1. Rows without a probability are skipped.
///
/// # Errors
/// If the table has mistakes, or the days of an outcome are not consecutive.
fn add_cumulative_probabilities(
    table: &mut UserTable,
    by_outcome: &mut BTreeMap<String, Vec<f64>>,
) -> Result<(), UserTableError> {
    let mut mistakes = table.mistakes();
    table.require(&TIMELINE_COLUMNS, &mut mistakes)?;
    for row in table.rows() {
        let outcome = mistakes.collect(row.name("outcome", "an outcome"));
        let probability = mistakes.collect(row.probability("probability"));
        let day = mistakes.collect(row.count("day"));
        let (Some(outcome), Some(probability), Some(day)) = (outcome, probability, day) else {
            continue;
        };
        let days = by_outcome.entry(outcome.to_owned()).or_default();
        let Some(probability) = probability else {
            continue;
        };
        if day != Some(days.len() as u64 + 1) {
            let problem =
                "does not follow the day of the row before: restore the file that `run` wrote";
            mistakes.push(row.mistake("day", problem));
        }
        days.push(probability);
    }
    mistakes.finish()
}

/// Adds the resolutions of the scenario by outcome.
///
/// # Errors
/// If the table has mistakes.
fn add_resolutions(
    table: &mut UserTable,
    resolved: &mut BTreeMap<String, Resolution>,
) -> Result<(), UserTableError> {
    let mut mistakes = table.mistakes();
    table.require(&RESOLUTIONS_COLUMNS, &mut mistakes)?;
    for row in table.rows() {
        let outcome = mistakes.collect(row.name("outcome", "an outcome"));
        let resolution = resolution(row, &mut mistakes);
        if let (Some(outcome), Some(resolution)) = (outcome, resolution) {
            resolved.insert(outcome.to_owned(), resolution);
        }
    }
    mistakes.finish()
}

/// Adds the forecasts of a table of outcomes.
///
/// # Errors
/// If it has mistakes.
fn add_forecasts(
    table: &mut UserTable,
    by_outcome: &mut BTreeMap<String, Vec<f64>>,
    resolved: &mut BTreeMap<String, Resolution>,
    forecasts: &mut Vec<Forecast>,
) -> Result<(), UserTableError> {
    let mut mistakes = table.mistakes();
    table.require(&OUTCOMES_COLUMNS, &mut mistakes)?;
    for row in table.rows() {
        forecasts.extend(forecast(row, by_outcome, resolved, &mut mistakes));
    }
    mistakes.finish()
}

/// The forecast of a row. Its mistakes are added to the list.
fn forecast(
    row: UserRow<'_>,
    by_outcome: &mut BTreeMap<String, Vec<f64>>,
    resolved: &mut BTreeMap<String, Resolution>,
    mistakes: &mut Mistakes,
) -> Option<Forecast> {
    let outcome = mistakes.collect(row.name("outcome", "an outcome"));
    let last_date = mistakes.collect(row.date("last_date").and_then(present(row, "last_date")));
    let n_runs = mistakes.collect(row.count("n_runs").and_then(present(row, "n_runs")));
    let probability = mistakes.collect(row.probability("probability"));
    let outcome = outcome?.to_owned();
    Some(Forecast {
        label: row.text("label").unwrap_or(&outcome).to_owned(),
        question: row.text("question").unwrap_or_default().to_owned(),
        last_date: last_date?,
        n_runs: n_runs?,
        probability: probability?,
        by_day: by_outcome.remove(&outcome),
        resolution: resolved.remove(&outcome),
        outcome,
    })
}

/// The value of a field that must not be empty.
fn present<T>(row: UserRow<'_>, column: &'static str) -> impl Fn(Option<T>) -> Result<T, Mistake> {
    move |value| {
        value.ok_or_else(|| row.mistake(column, "is empty: restore the file that `run` wrote"))
    }
}
