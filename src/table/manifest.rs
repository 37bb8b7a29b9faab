//! `manifest.json`: the provenance of the results, and whether they are complete.
//!
//! The manifest lists all files of the results with their hashes, so a folder without one, or with other
//! files, is not one simulation's. It is the only file of a folder with times and thread counts; all others have the same
//! bytes on every machine.

use super::WrittenFile;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// File name of the manifest.
pub const MANIFEST_NAME: &str = "manifest.json";

/// Version of the manifest's format and of the columns of all tables.
pub const SCHEMA_VERSION: u32 = 2;

/// Provenance of a results folder, of any command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`SCHEMA_VERSION`] when it was written.
    pub schema_version: u32,
    /// The command: `run`, `batch`, `compare`, `sweep`, `sensitivity`, `screen`, `tune` or `score`.
    pub kind: String,
    /// Whether all that was requested was simulated.
    pub completeness: Completeness,
    /// The simulated scenarios; of a comparison, the base first.
    pub scenarios: Vec<ScenarioProvenance>,
    /// The `--set` values, in order.
    pub set: Vec<String>,
    /// Version of this program.
    pub engine_version: String,
    /// Seed, hexadecimal.
    pub seed: String,
    /// Numbers of runs; absent where nothing was simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs: Option<RunCounts>,
    /// Confidence level of the intervals, in (0, 1).
    pub confidence: f64,
    /// Separators of the CSV files: `comma` or `semicolon`.
    pub csv: String,
    /// Command line; empty if the front end has none.
    pub command: Vec<String>,
    /// Time of writing, UTC.
    pub created: String,
    /// Speed of the simulation; absent where nothing was simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performance: Option<Performance>,
    /// What only this kind of command records.
    #[serde(flatten)]
    pub details: Map<String, Value>,
    /// Warnings.
    pub warnings: Vec<String>,
    /// Files of the results.
    pub files: Vec<ListedFile>,
}

/// Whether everything that was requested was simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Completeness {
    /// Everything.
    Complete,
    /// The user stopped the command; the results are of what was complete.
    Interrupted,
}

impl Completeness {
    /// Complete, or interrupted.
    pub fn of(is_complete: bool) -> Self {
        match is_complete {
            true => Self::Complete,
            false => Self::Interrupted,
        }
    }
}

/// A simulated scenario and its file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScenarioProvenance {
    /// Name of the scenario.
    pub name: String,
    /// Title of the scenario.
    pub title: String,
    /// Path of the file as given.
    pub file: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Hash of scenario text, `--set` values and engine version, hexadecimal.
    pub fingerprint: String,
    /// Date of day 1.
    pub start: String,
    /// Date of the last day.
    pub end: String,
    /// Number of simulated days.
    pub horizon_days: u16,
}

/// Numbers of runs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RunCounts {
    /// Requested runs: of a study, in each of its simulations.
    pub requested: u64,
    /// Simulated runs, from the first; absent for a study of several simulations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulated: Option<u64>,
    /// Runs counted in the results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<u64>,
    /// Runs left out because a run of their draw faulted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<u64>,
    /// Faulted runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faulted: Option<u64>,
    /// Numbers of the first faulted runs, at most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faulted_run_ids: Option<Vec<u64>>,
    /// Runs counted in `variables.csv`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable_runs: Option<u64>,
}

/// Speed of the simulation, which differs between machines.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Performance {
    /// Number of threads.
    pub threads: usize,
    /// Instruction set of the engine.
    pub instructions: String,
    /// Wall time of the command, or of the simulation of a run, in seconds.
    pub wall_seconds: f64,
    /// Runs per second of a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_per_second: Option<f64>,
}

/// A listed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedFile {
    /// Name without folders.
    pub name: String,
    /// Number of rows without the header.
    pub rows: Option<u64>,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
}

impl From<&WrittenFile> for ListedFile {
    fn from(file: &WrittenFile) -> Self {
        Self {
            name: file.name.clone(),
            rows: file.n_rows,
            sha256: file.sha256.clone(),
        }
    }
}

impl Manifest {
    /// The manifest as JSON text.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .expect("a manifest is made of texts, numbers and lists");
        text.push('\n');
        text
    }
}

/// The files that an older manifest lists, with their SHA-256 in hexadecimal, which is empty if it is not
/// stated; none if the manifest cannot be read. Names with folders and the manifest itself are left out, so
/// that no file outside the folder is deleted.
pub fn listed_files(text: &str) -> Vec<(String, String)> {
    #[derive(Deserialize)]
    struct Listing {
        files: Vec<Named>,
    }
    #[derive(Deserialize)]
    struct Named {
        name: String,
        #[serde(default)]
        sha256: String,
    }
    let files = serde_json::from_str(text).map_or_else(|_| Vec::new(), |Listing { files }| files);
    files
        .into_iter()
        .map(|file| (file.name, file.sha256))
        .filter(|(name, _)| is_plain_name(name) && name != MANIFEST_NAME)
        .collect()
}

/// Whether a text is a file name without folders on every system.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', ':', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_taken_from_an_old_manifest() {
        let text = r#"{ "schema_version": 9, "files": [
            { "name": "runs.csv", "rows": 3 }, { "name": "a.csv", "sha256": "ab" }, { "name": "../precious" }, { "name": "/etc/x" },
            { "name": "a\\b" }, { "name": ".." }, { "name": "manifest.json" }, { "name": "c:x" }
        ] }"#;
        let file = |name: &str, hash: &str| (name.to_owned(), hash.to_owned());
        assert_eq!(
            listed_files(text),
            [file("runs.csv", ""), file("a.csv", "ab")]
        );
        assert!(listed_files("{").is_empty());
        assert!(listed_files("{}").is_empty());
    }
}
