//! `manifest.json`: the provenance of the results, and whether they are complete.
//!
//! A folder without a manifest is incomplete: the manifest is removed before any result is replaced and
//! written last. It is the only file of a folder with times and thread counts; all others have the same
//! bytes on every machine.

use super::writer::WrittenFile;
use serde::{Deserialize, Serialize};

/// File name of the manifest.
pub const MANIFEST_NAME: &str = "manifest.json";

/// Version of the manifest's format.
pub const SCHEMA_VERSION: u32 = 1;

/// Provenance of a results folder.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// Always [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Whether all requested runs were simulated.
    pub completeness: Completeness,
    /// The simulated scenario.
    pub scenario: ScenarioProvenance,
    /// The `--set` values, in order.
    pub set: Vec<String>,
    /// Version of this program.
    pub engine_version: String,
    /// Hash of scenario text, `--set` values and engine version, hexadecimal.
    pub fingerprint: String,
    /// Seed, hexadecimal.
    pub seed: String,
    /// Numbers of runs.
    pub runs: RunCounts,
    /// Confidence level of the intervals, in (0, 1).
    pub confidence: f64,
    /// Command line.
    pub command: Vec<String>,
    /// Time of writing, UTC.
    pub created: String,
    /// Speed of the simulation.
    pub performance: Performance,
    /// Quantities with clamped values.
    pub clamped: Vec<ClampedQuantity>,
    /// Warnings.
    pub warnings: Vec<String>,
    /// Files of the results.
    pub files: Vec<ListedFile>,
}

/// Whether all runs were simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Completeness {
    /// All requested runs were simulated.
    Complete,
    /// The user stopped the simulation; the results are of the first `runs.lived` runs.
    Interrupted,
}

/// The simulated scenario and its file.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioProvenance {
    /// Name of the scenario.
    pub name: String,
    /// Title of the scenario.
    pub title: String,
    /// Path of the file as given.
    pub file: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Date of day 1.
    pub start: String,
    /// Date of the last day.
    pub end: String,
    /// Number of simulated days.
    pub horizon_days: u16,
}

/// Numbers of runs.
#[derive(Clone, Debug, Serialize)]
pub struct RunCounts {
    /// Requested runs.
    pub asked: u64,
    /// Simulated runs: `0..lived`.
    pub lived: u64,
    /// Runs counted in the results.
    pub counted: u64,
    /// Runs left out because a run of their draw faulted.
    pub left_out: u64,
    /// Faulted runs.
    pub faulted: u64,
    /// Numbers of the first faulted runs, at most 100.
    pub faulted_run_ids: Vec<u64>,
    /// Runs counted in `variables.csv`.
    pub variable_runs: u64,
}

/// Speed of the simulation, which differs between machines.
#[derive(Clone, Debug, Serialize)]
pub struct Performance {
    /// Number of threads.
    pub threads: usize,
    /// Instruction set of the engine.
    pub instructions: &'static str,
    /// Wall time of the simulation, in seconds.
    pub wall_seconds: f64,
    /// Runs per second.
    pub runs_per_second: f64,
}

/// A quantity with clamped values.
#[derive(Clone, Debug, Serialize)]
pub struct ClampedQuantity {
    /// TOML path.
    pub path: String,
    /// Number of clamped values over all counted runs.
    pub times: u64,
    /// Mean number of clamped values per run.
    pub times_per_run: f64,
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

/// The files that an older manifest lists; none if it cannot be read. Names with folders and the
/// manifest itself are left out, so that no file outside the folder is deleted.
pub fn listed_files(text: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Listing {
        files: Vec<Name>,
    }
    #[derive(Deserialize)]
    struct Name {
        name: String,
    }
    let names = serde_json::from_str(text).map_or_else(|_| Vec::new(), |Listing { files }| files);
    names
        .into_iter()
        .map(|file| file.name)
        .filter(|name| is_plain_name(name) && name != MANIFEST_NAME)
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
            { "name": "runs.csv", "rows": 3 }, { "name": "../precious" }, { "name": "/etc/x" },
            { "name": "a\\b" }, { "name": ".." }, { "name": "manifest.json" }, { "name": "c:x" }
        ] }"#;
        assert_eq!(listed_files(text), ["runs.csv"]);
        assert!(listed_files("{").is_empty());
        assert!(listed_files("{}").is_empty());
    }
}
