//! Reads a results folder of `run` as forecasts.
//!
//! The forecasts contain the probability of each outcome, its cumulative probability by day if
//! `timeline.csv` exists, and the scenario's own resolution. A folder without a manifest is
//! incomplete; a file whose hash differs from the manifest is rejected, unless the caller accepts it.

use super::error::ScoreError;
use super::forecast::Forecast;
use super::results_tables::{
    add_cumulative_probabilities, add_forecasts, add_resolutions, check_timeline,
};
use crate::table::manifest::{Completeness, MANIFEST_NAME, Manifest, SCHEMA_VERSION};
use crate::table::user_table::{UserTable, composed, read_regular_file};
use crate::table::{recover, sha256};
use jiff::civil::Date;
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

/// What happens with files that do not have the hashes of the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangedFiles {
    /// They are an error.
    Reject,
    /// They are noted; their content is checked all the same.
    Accept,
}

/// Number of times that a folder is read while commands replace it.
const ATTEMPTS: usize = 20;

/// Reads a results folder. Results whose publication was cut off are put in place first.
///
/// # Errors
/// If the folder does not contain complete results of `run`, a file in it was changed and `changed`
/// rejects that, or a table is invalid or contradicts itself.
pub fn read_results(folder: &Path, changed: ChangedFiles) -> Result<ResultsFolder, ScoreError> {
    recover(folder);
    let manifest_path = folder.join(MANIFEST_NAME);
    for _ in 1..ATTEMPTS {
        let before = read_regular_file(&manifest_path).ok();
        let found = read_once(folder, changed);
        // A command may replace the folder while it is read.
        if before.is_some() && before == read_regular_file(&manifest_path).ok() {
            return found;
        }
        if before.is_none() && !folder.with_file_name(".realpolitik").exists() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    read_once(folder, changed)
}

/// Reads a results folder that no command replaces meanwhile.
fn read_once(folder: &Path, changed: ChangedFiles) -> Result<ResultsFolder, ScoreError> {
    let (manifest, mut notes) = read_manifest(folder)?;
    let [scenario] = &manifest.scenarios[..] else {
        return Err(ScoreError::NotResults(folder.to_owned()));
    };
    let damaged = |reason: &str| ScoreError::Manifest {
        path: folder.join(MANIFEST_NAME),
        reason: reason.to_owned(),
    };
    let date = |text: &str| text.parse::<Date>();
    let (Ok(start), Ok(end)) = (date(&scenario.start), date(&scenario.end)) else {
        return Err(damaged("`start` or `end` is not a date"));
    };
    let horizon_days = i32::from(scenario.horizon_days);
    if horizon_days < 1 || (end - start).get_days() != horizon_days - 1 {
        return Err(damaged(
            "`start`, `end` and `horizon_days` contradict each other",
        ));
    }
    let mut tables = ResultsTables::read(folder, &manifest)?;
    if !tables.changed.is_empty() {
        if changed == ChangedFiles::Reject {
            return Err(ScoreError::Changed(tables.changed));
        }
        let note = |path: &PathBuf| format!("{} was changed after `run` wrote it", path.display());
        notes.extend(tables.changed.iter().map(note));
    }
    if tables.outcomes.is_empty() {
        return Err(ScoreError::NotResults(folder.to_owned()));
    }
    let mut cumulative = BTreeMap::new();
    for table in &mut tables.timeline {
        add_cumulative_probabilities(table, &mut cumulative)?;
    }
    let mut resolved = BTreeMap::new();
    for table in &mut tables.resolutions {
        add_resolutions(table, &mut resolved)?;
    }
    let mut forecasts = Vec::new();
    for table in &mut tables.outcomes {
        add_forecasts(table, (start, end), &mut resolved, &mut forecasts)?;
    }
    if let Some(timeline) = tables.timeline.first() {
        check_timeline(timeline.path(), start, &forecasts, &cumulative)?;
    }
    for forecast in &mut forecasts {
        let days = cumulative.remove(&forecast.outcome);
        forecast.by_day = days.map(|days| days.probabilities);
    }
    Ok(ResultsFolder {
        path: folder.to_owned(),
        scenario: composed(&scenario.name),
        start,
        fingerprint: scenario.fingerprint.clone(),
        created: manifest.created.clone(),
        forecasts,
        notes,
    })
}

/// The manifest of a folder of results of `run`, with notes about it.
///
/// # Errors
/// If there is none, or it is of another command or version, or damaged.
fn read_manifest(folder: &Path) -> Result<(Manifest, Vec<String>), ScoreError> {
    let path = folder.join(MANIFEST_NAME);
    match std::fs::metadata(folder) {
        Err(error) if is_absent(&error) => return Err(ScoreError::NoFolder(folder.to_owned())),
        Ok(about) if !about.is_dir() => return Err(ScoreError::NotFolder(folder.to_owned())),
        _ => {}
    }
    let bytes = match read_regular_file(&path) {
        Ok(bytes) => bytes,
        Err(error) if is_absent(&error) => return Err(ScoreError::NoManifest(folder.to_owned())),
        Err(error) => return Err(ScoreError::Read(path, error)),
    };
    let damaged = |reason: String| ScoreError::Manifest {
        path: path.clone(),
        reason,
    };
    let json: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    let version = json["schema_version"].as_u64();
    let version = version.ok_or_else(|| damaged("`schema_version` is missing".to_owned()))?;
    if version != u64::from(SCHEMA_VERSION) {
        return Err(ScoreError::OtherSchema {
            folder: folder.to_owned(),
            found: version,
        });
    }
    let manifest: Manifest =
        serde_json::from_value(json).map_err(|error| damaged(error.to_string()))?;
    if manifest.kind != "run" {
        return Err(ScoreError::OtherResults {
            folder: folder.to_owned(),
            kind: manifest.kind,
        });
    }
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
    Ok((manifest, notes))
}

/// The tables of a results folder that are read.
#[derive(Debug, Default)]
struct ResultsTables {
    outcomes: Vec<UserTable>,
    timeline: Vec<UserTable>,
    resolutions: Vec<UserTable>,
    /// The files that do not have the hashes of the manifest.
    changed: Vec<PathBuf>,
}

impl ResultsTables {
    fn read(folder: &Path, manifest: &Manifest) -> Result<Self, ScoreError> {
        let mut all = Self::default();
        for file in &manifest.files {
            let tables = match table_name(&file.name) {
                Some("outcomes") => Some(&mut all.outcomes),
                Some("timeline") => Some(&mut all.timeline),
                Some("resolutions") => Some(&mut all.resolutions),
                _ => None,
            };
            let path = folder.join(&file.name);
            let bytes = match read_regular_file(&path) {
                Ok(bytes) => bytes,
                // A table that is not read may be missing if the files may have been changed.
                Err(error) if tables.is_none() && is_absent(&error) => {
                    all.changed.push(path);
                    continue;
                }
                Err(error) => return Err(ScoreError::Read(path, error)),
            };
            if let Some(tables) = tables {
                tables.push(UserTable::parse(&path, &bytes)?);
            }
            if sha256(&bytes) != file.sha256 {
                all.changed.push(path);
            }
        }
        Ok(all)
    }
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
