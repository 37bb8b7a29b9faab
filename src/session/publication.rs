//! Results folders: their names, and how one is written and published with its manifest.

use super::{LoadedScenario, Session, SimulationSettings};
use crate::base::diagnostic::{Diagnostics, Severity};
use crate::table::manifest::{
    Completeness, ListedFile, MANIFEST_NAME, Manifest, Performance, RunCounts, SCHEMA_VERSION,
    ScenarioProvenance,
};
use crate::table::{CsvFolder, Dialect, ExportError, OnWait, RecordLog, Staging};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// The reason why a results folder cannot be used.
#[derive(Debug, Error)]
pub enum PublicationError {
    /// The name of the scenario file cannot be the name of a folder.
    #[error(
        "the results folder is named after the file, and {} gives no name: rename the file",
        .0.display()
    )]
    NoName(PathBuf),
    /// The name of the scenario file would be evaluated in a spreadsheet, whose cells contain it.
    #[error(
        "the name of {} begins with a character that starts a formula in spreadsheets: rename the file",
        .0.display()
    )]
    FormulaName(PathBuf),
    /// Two scenario files have the same results folder.
    #[error(
        "{} and {} would both write to {}: rename one, or run them with different --output",
        first.display(),
        second.display(),
        folder.display()
    )]
    SharedFolder {
        /// One of the files.
        first: PathBuf,
        /// The other file.
        second: PathBuf,
        /// Their results folder.
        folder: PathBuf,
    },
    /// A scenario file is given twice.
    #[error("{} is given twice: give it once", .0.display())]
    Twice(PathBuf),
    /// The folder contains results of another command, which would be replaced.
    #[error(
        "{} contains results of `{found}`, which those of `{kind}` would replace: give another folder with --output",
        folder.display()
    )]
    OtherResults {
        /// The results folder.
        folder: PathBuf,
        /// The command whose results it contains.
        found: String,
        /// The command that would replace them.
        kind: &'static str,
    },
    /// A file or folder cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
}

/// The results folder of a scenario file and a command in the folder `output`: `NAME` for `run`,
/// `NAME.compare`, `NAME.sweep`, and so on, so that no command replaces the results of another.
///
/// # Errors
/// If the file's name cannot be the name of a folder.
pub fn results_folder(file: &Path, output: &Path, kind: &str) -> Result<PathBuf, PublicationError> {
    let name = file.file_name().and_then(|name| name.to_str());
    let stem = name.map(|name| name.strip_suffix(".toml").unwrap_or(name));
    match stem {
        Some(stem) if stem.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            Err(PublicationError::FormulaName(file.to_owned()))
        }
        Some(stem) if !stem.is_empty() && stem != "." && stem != ".." => Ok(match kind {
            "run" => output.join(stem),
            _ => output.join(format!("{stem}.{kind}")),
        }),
        _ => Err(PublicationError::NoName(file.to_owned())),
    }
}

/// Checks that no two files share a results folder. Names that differ only in case or in the
/// composition of characters count as equal, since they are one folder on some systems.
///
/// # Errors
/// If two files share a folder, or a file's name cannot be the name of a folder.
pub fn reject_shared_folders(files: &[PathBuf], output: &Path) -> Result<(), PublicationError> {
    let mut owners: BTreeMap<String, &Path> = BTreeMap::new();
    for file in files {
        let folder = results_folder(file, output, "run")?;
        let key: String = folder.to_string_lossy().to_lowercase().nfc().collect();
        if let Some(other) = owners.insert(key, file) {
            if other == file {
                return Err(PublicationError::Twice(file.clone()));
            }
            return Err(PublicationError::SharedFolder {
                first: other.to_owned(),
                second: file.clone(),
                folder,
            });
        }
    }
    Ok(())
}

/// Checks that a folder has no results of another command.
///
/// # Errors
/// If it has.
fn check_target(folder: &Path, kind: &'static str) -> Result<(), PublicationError> {
    let Ok(text) = std::fs::read_to_string(folder.join(MANIFEST_NAME)) else {
        return Ok(());
    };
    let manifest: Value = serde_json::from_str(&text).unwrap_or_default();
    // Version 1 had no kind in the manifest of `run`.
    let found = manifest["kind"].as_str().unwrap_or("run");
    if found == kind {
        return Ok(());
    }
    Err(PublicationError::OtherResults {
        folder: folder.to_owned(),
        found: found.to_owned(),
        kind,
    })
}

/// What a manifest records beside the files.
#[derive(Debug, Default)]
pub struct Provenance<'a> {
    /// The simulated scenarios; of a comparison, the base first.
    pub scenarios: Vec<&'a LoadedScenario>,
    /// Runs, seed and confidence level.
    pub settings: SimulationSettings,
    /// Numbers of runs, if more is known than the requested ones.
    pub runs: Option<RunCounts>,
    /// Whether everything that was requested was simulated.
    pub is_complete: bool,
    /// Wall time and runs per second of a run, instead of the time since [`Publication::begin`].
    pub speed: Option<(f64, f64)>,
    /// The command line; empty if the front end has none.
    pub command: Vec<String>,
    /// What only this kind of command records: an object.
    pub details: Value,
    /// Warnings.
    pub warnings: Vec<String>,
}

/// A results folder being written. Nothing is replaced before [`Publication::finish`], and a
/// publication that is dropped leaves no trace.
#[derive(Debug)]
pub struct Publication {
    kind: &'static str,
    folder: PathBuf,
    staging: Staging,
    tables: CsvFolder,
    begun: Instant,
    spent: Option<SpentRecords>,
}

/// Records that are of no more use when the results are published.
#[derive(Debug)]
enum SpentRecords {
    /// All of a log.
    All(RecordLog),
    /// Those that were used.
    Used(RecordLog),
}

impl Publication {
    /// Begins the results of a command, before anything is simulated, so that a folder that cannot be
    /// written is reported at once. No other command writes to the folder until the publication is
    /// finished or dropped.
    ///
    /// # Errors
    /// If the folder cannot be written, contains the results of another command, or another command
    /// writes to it.
    pub fn begin(
        kind: &'static str,
        folder: PathBuf,
        dialect: Dialect,
    ) -> Result<Self, PublicationError> {
        Self::begin_waiting(kind, folder, dialect, &mut |_, _| false)
    }

    /// Like [`Publication::begin`], but waits for another command that writes to the folder, as long
    /// as `on_wait` returns true.
    ///
    /// # Errors
    /// As [`Publication::begin`]; a command of another kind is not waited for.
    // Only the manifest contains the wall time, never a result.
    #[allow(clippy::disallowed_methods)]
    pub fn begin_waiting(
        kind: &'static str,
        folder: PathBuf,
        dialect: Dialect,
        on_wait: &mut OnWait<'_>,
    ) -> Result<Self, PublicationError> {
        let staging = Staging::begin(&folder, kind, on_wait)?;
        // Only now: an earlier command may have left its results to be completed.
        check_target(&folder, kind)?;
        Ok(Self {
            kind,
            tables: CsvFolder::new(staging.folder(), dialect),
            staging,
            folder,
            begun: Instant::now(),
            spent: None,
        })
    }

    /// The folder that the results will be in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The completed parts of a study that an earlier command left, to which more are appended. With
    /// `published`, also those in a file of this name in the results folder.
    ///
    /// # Errors
    /// If their file cannot be read or written.
    pub fn records(&self, published: Option<&str>) -> Result<RecordLog, ExportError> {
        let published = published.map(|name| self.staging.target().join(name));
        RecordLog::open(&self.staging.progress_file(), published.as_deref())
    }

    /// Removes all records when the results are published.
    pub fn spend_records(&mut self, log: RecordLog) {
        self.spent = Some(SpentRecords::All(log));
    }

    /// Removes the records that were used when the results are published.
    pub fn spend_used_records(&mut self, log: RecordLog) {
        self.spent = Some(SpentRecords::Used(log));
    }

    /// A name for a file outside the results folder, on the same file system, to be renamed from there.
    pub fn scratch_file(&self) -> PathBuf {
        self.staging.scratch_file()
    }

    /// The folder of CSV files, to which tables are written.
    pub fn tables(&mut self) -> &mut CsvFolder {
        &mut self.tables
    }

    /// Writes dictionary and manifest, and replaces the earlier results of the command.
    ///
    /// # Errors
    /// If a file cannot be written or moved into place.
    pub fn finish(
        self,
        session: Option<&Session>,
        provenance: Provenance<'_>,
    ) -> Result<Manifest, ExportError> {
        let _guard = session.map(Session::begin_publishing);
        let dialect = self.tables.dialect();
        let files = self.tables.finish()?;
        let renamed = self.staging.carry_own_files()?;
        let seconds = self.begun.elapsed().as_secs_f64();
        let first = provenance.scenarios.first();
        let set = first.map_or(&[][..], |loaded| &loaded.overrides);
        let (wall_seconds, runs_per_second) = match provenance.speed {
            Some((seconds, speed)) => (seconds, Some(speed)),
            None => (seconds, None),
        };
        let mut details = match provenance.details {
            Value::Object(details) => details,
            _ => Map::new(),
        };
        if !renamed.is_empty() {
            let one = |(name, kept): &(String, String)| json!({ "file": name, "kept_as": kept });
            details.insert("renamed".to_owned(), renamed.iter().map(one).collect());
        }
        let manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            kind: self.kind.to_owned(),
            completeness: Completeness::of(provenance.is_complete),
            scenarios: provenance
                .scenarios
                .iter()
                .map(|one| one.provenance())
                .collect(),
            set: set.iter().map(ToString::to_string).collect(),
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: format!("{:#x}", provenance.settings.seed.0),
            runs: session.map(|_| {
                provenance.runs.unwrap_or(RunCounts {
                    requested: provenance.settings.n_runs,
                    ..RunCounts::default()
                })
            }),
            confidence: provenance.settings.confidence,
            csv: dialect.word().to_owned(),
            command: provenance.command,
            created: now(),
            performance: session.map(|session| Performance {
                threads: session.n_threads(),
                instructions: session.instruction_path().name().to_owned(),
                wall_seconds,
                runs_per_second,
            }),
            details,
            warnings: provenance.warnings,
            files: files.iter().map(ListedFile::from).collect(),
        };
        let spent = self.spent;
        self.staging.publish(&manifest, || match spent {
            Some(SpentRecords::All(log)) => log.remove(),
            Some(SpentRecords::Used(log)) => log.remove_used(),
            None => {}
        })?;
        Ok(manifest)
    }
}

impl LoadedScenario {
    fn provenance(&self) -> ScenarioProvenance {
        let scenario = &self.scenario;
        ScenarioProvenance {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            file: self.file.clone(),
            sha256: self.sha256.clone(),
            fingerprint: format!("{:#018x}", self.fingerprint),
            start: scenario.start.to_string(),
            end: scenario.date_of_day(scenario.horizon_days).to_string(),
            horizon_days: scenario.horizon_days,
        }
    }
}

/// Diagnostics as the lines of `warnings` in a manifest.
pub fn as_lines(diagnostics: &Diagnostics) -> Vec<String> {
    let lines = diagnostics.0.iter().map(|diagnostic| {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        format!("{severity}[{}]: {}", diagnostic.code, diagnostic.message)
    });
    lines.collect()
}

/// The time in UTC, to the second. Only manifests contain it, never results.
#[allow(clippy::disallowed_methods)]
fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second())
        .unwrap_or(now)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_folder_is_named_after_the_file_and_the_command() {
        let folder = |file: &str, kind| results_folder(Path::new(file), Path::new("out"), kind);
        assert_eq!(folder("a/b.toml", "run").unwrap(), Path::new("out/b"));
        assert_eq!(folder("b", "run").unwrap(), Path::new("out/b"));
        assert_eq!(folder("b.toml", "sweep").unwrap(), Path::new("out/b.sweep"));
        for bad in ["", "..", "a/..", ".toml", "...toml", "a/=b.toml", "-b"] {
            assert!(folder(bad, "run").is_err(), "{bad}");
        }
    }

    #[test]
    fn files_that_share_a_results_folder_are_rejected() {
        let refuse = |files: &[&str]| {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            reject_shared_folders(&files, Path::new("out"))
        };
        assert!(refuse(&["a/x.toml", "a/y.toml"]).is_ok());
        assert!(refuse(&["a/x.toml", "b/x.toml"]).is_err());
        assert!(refuse(&["a/x.toml", "b/X.toml"]).is_err());
        assert!(refuse(&["a/x.toml", "a/x.toml"]).is_err());
    }
}
