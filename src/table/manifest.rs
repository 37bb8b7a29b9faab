//! `manifest.json`: where the results come from, and whether they are complete.
//!
//! A folder without a manifest is incomplete: the manifest is removed before any result is
//! replaced, and written last. It is also the only file of a folder that knows of clocks and
//! threads, so that all others are the same to the byte wherever they are made.

use super::table::WrittenFile;
use serde::{Deserialize, Serialize};

/// The manifest's name in the folder.
pub const MANIFEST_NAME: &str = "manifest.json";

/// The version of the manifest's own shape.
pub const SCHEMA_VERSION: u32 = 1;

/// Where results come from.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Whether all runs that were asked for were lived.
    pub completeness: Completeness,
    /// What was simulated.
    pub scenario: ScenarioProvenance,
    /// The `--set` values in order.
    pub set: Vec<String>,
    /// The version of this program.
    pub engine_version: String,
    /// Names scenario text, `--set` values and engine together, hexadecimal.
    pub fingerprint: String,
    /// The seed, hexadecimal.
    pub seed: String,
    /// The runs.
    pub runs: RunCounts,
    /// The share of intervals that are meant to hold the truth.
    pub confidence: f64,
    /// The command line.
    pub command: Vec<String>,
    /// When the results were written, UTC.
    pub created: String,
    /// How the simulation went.
    pub performance: Performance,
    /// Quantities whose expressions left their domain and were clamped.
    pub clamped: Vec<ClampedQuantity>,
    /// What the program warned of.
    pub warnings: Vec<String>,
    /// The files of the results.
    pub files: Vec<ListedFile>,
}

/// Whether all runs were lived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Completeness {
    /// All of them.
    Complete,
    /// The user stopped the simulation; the results are of the first `runs.lived` runs.
    Interrupted,
}

/// Which scenario was simulated.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioProvenance {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The file as it was given.
    pub file: String,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// The date of day 1.
    pub start: String,
    /// The date of the last day.
    pub end: String,
    /// Days lived.
    pub horizon_days: u16,
}

/// How many runs there were.
#[derive(Clone, Debug, Serialize)]
pub struct RunCounts {
    /// Asked for.
    pub asked: u64,
    /// Lived: runs `0..lived`.
    pub lived: u64,
    /// Counted in the results.
    pub counted: u64,
    /// Left out because they or the other run of their draw faulted.
    pub left_out: u64,
    /// Faulted.
    pub faulted: u64,
    /// The lowest numbers of faulted runs, at most 100.
    pub faulted_run_ids: Vec<u64>,
    /// Counted in `variables.csv`.
    pub variable_runs: u64,
}

/// How the simulation went; differs from machine to machine.
#[derive(Clone, Debug, Serialize)]
pub struct Performance {
    /// Threads.
    pub threads: usize,
    /// The processor's instructions that the engine used.
    pub instructions: &'static str,
    /// Wall time of the simulation, in seconds.
    pub wall_seconds: f64,
    /// Runs per second.
    pub runs_per_second: f64,
}

/// A quantity that was clamped.
#[derive(Clone, Debug, Serialize)]
pub struct ClampedQuantity {
    /// Its TOML path.
    pub path: String,
    /// How often, over all counted runs.
    pub times: u64,
    /// How often in a run, on average.
    pub times_per_run: f64,
}

/// A file of the results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedFile {
    /// Its name, without folders.
    pub name: String,
    /// Its rows without the header.
    pub rows: Option<u64>,
    /// SHA-256 of its bytes, hexadecimal.
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
    /// The manifest's text.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .expect("a manifest is made of texts, numbers and lists");
        text.push('\n');
        text
    }
}

/// The files that an older manifest lists; none where it cannot be understood. Only plain names
/// are given, so that nothing outside the folder is ever named, and never the manifest itself.
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

/// Whether a text names a file of the folder itself, on any system.
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
