//! Where results go, whether they may go there, and with what provenance.

use super::arguments::RunArguments;
use super::load::{Loaded, as_lines};
use super::simulate::{Lived, Machine};
use crate::base::diagnostic::Diagnostics;
use crate::estimate::{Estimates, MAX_FAULTED_SHARE};
use crate::table::manifest::{
    ClampedQuantity, Completeness, ListedFile, Manifest, Performance, RunCounts, SCHEMA_VERSION,
    ScenarioProvenance,
};
use crate::table::{self, RunsTable, Staging};
use anyhow::{anyhow, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What came of one scenario, and of what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Results<'a> {
    /// The scenario and where it comes from.
    pub(super) loaded: &'a Loaded,
    /// What the runs say.
    pub(super) estimates: Estimates<'a>,
    /// How the simulation went.
    pub(super) lived: &'a Lived,
    /// What was asked for.
    pub(super) arguments: &'a RunArguments,
    /// What it ran on.
    pub(super) machine: &'a Machine,
    /// What was warned of.
    pub(super) warnings: &'a Diagnostics,
}

/// The results folder of a scenario file.
///
/// # Errors
/// Where the file's name gives no folder's name.
pub(super) fn target_folder(file: &Path, output: &Path) -> anyhow::Result<PathBuf> {
    let name = file.file_name().and_then(|name| name.to_str());
    let stem = name.map(|name| name.strip_suffix(".toml").unwrap_or(name));
    match stem {
        // The name stands in tables, where a spreadsheet would take it for a formula.
        Some(stem) if stem.starts_with(['=', '+', '-', '@', '\t', '\r']) => Err(anyhow!(
            "{} begins with a sign that spreadsheets take for a formula: rename it",
            file.display()
        )),
        Some(stem) if !stem.is_empty() && stem != "." && stem != ".." => Ok(output.join(stem)),
        _ => Err(anyhow!(
            "the results folder is named after the file, and {} gives no name: rename it",
            file.display()
        )),
    }
}

/// Refuses a list of files of which two would write into one folder; names that differ in the
/// case of letters alone are one folder on some systems.
///
/// # Errors
/// Where there are two such files, or a file whose name gives no folder's name.
pub(super) fn refuse_shared_folders(files: &[PathBuf], output: &Path) -> anyhow::Result<()> {
    let mut owners: BTreeMap<String, &Path> = BTreeMap::new();
    for file in files {
        let folder = target_folder(file, output)?;
        let key = folder.to_string_lossy().to_lowercase();
        if let Some(other) = owners.insert(key, file) {
            bail!(
                "{} and {} would both write to {}: rename one, or run them with different --output",
                other.display(),
                file.display(),
                folder.display()
            );
        }
    }
    Ok(())
}

/// Refuses results of which too many runs had to be left out.
///
/// # Errors
/// Where that is so.
pub(super) fn refuse_faults(file: &str, estimates: &Estimates<'_>) -> anyhow::Result<()> {
    let faults = estimates.faults();
    if faults.share <= MAX_FAULTED_SHARE {
        return Ok(());
    }
    let ids: Vec<String> = faults.run_ids.iter().take(10).map(u64::to_string).collect();
    bail!(
        "{file}: in {:.2} % of the runs a number stopped being a number, and {} % is the limit: \
         look for a division by zero, `ln` or `sqrt` of what may be negative. \
         The first such runs with seed {:#x}: {}",
        faults.share * 100.0,
        MAX_FAULTED_SHARE * 100.0,
        estimates.tally.seed,
        ids.join(", ")
    )
}

/// Writes all files of a simulation into their folder.
///
/// # Errors
/// Where a file cannot be written or put in place.
pub(super) fn write(
    results: &Results<'_>,
    staging: Staging,
    runs_table: Option<RunsTable>,
) -> anyhow::Result<Manifest> {
    let mut files = table::write_tables(&staging, &results.estimates)?;
    if let Some(table) = runs_table {
        files.extend(table.finish()?);
    }
    let manifest = manifest(results, files.iter().map(ListedFile::from).collect());
    staging.publish(&manifest)?;
    Ok(manifest)
}

fn manifest(results: &Results<'_>, files: Vec<ListedFile>) -> Manifest {
    let Results {
        loaded,
        estimates,
        lived,
        arguments,
        machine,
        warnings,
    } = *results;
    let scenario = estimates.scenario;
    let tally = estimates.tally;
    let seconds = lived.wall.as_secs_f64();
    Manifest {
        schema_version: SCHEMA_VERSION,
        completeness: if lived.is_finished {
            Completeness::Complete
        } else {
            Completeness::Interrupted
        },
        scenario: ScenarioProvenance {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            file: loaded.file.clone(),
            sha256: loaded.sha256.clone(),
            start: scenario.start.to_string(),
            end: scenario.date_of_day(scenario.horizon_days).to_string(),
            horizon_days: scenario.horizon_days,
        },
        set: arguments
            .simulation
            .overrides
            .iter()
            .map(ToString::to_string)
            .collect(),
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        fingerprint: format!("{:#018x}", loaded.fingerprint),
        seed: format!("{:#x}", tally.seed),
        runs: RunCounts {
            asked: arguments.simulation.runs,
            lived: lived.n_simulated,
            counted: tally.n_runs,
            left_out: tally.n_left_out,
            faulted: tally.n_faulted,
            faulted_run_ids: tally.faulted_runs.clone(),
            variable_runs: tally
                .variables
                .as_ref()
                .map_or(0, |variables| variables.n_runs),
        },
        confidence: estimates.confidence,
        command: std::env::args_os()
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect(),
        created: now(),
        performance: Performance {
            threads: machine.n_threads(),
            instructions: machine.instructions.name(),
            wall_seconds: seconds,
            runs_per_second: lived.n_simulated as f64 / seconds.max(1e-9),
        },
        clamped: estimates
            .clamps()
            .map(|clamp| ClampedQuantity {
                path: clamp.path.to_owned(),
                times: clamp.n_clamped,
                times_per_run: clamp.per_run,
            })
            .collect(),
        warnings: as_lines(warnings).collect(),
        files,
    }
}

/// The time in UTC, to the second. It stands in the manifest, never in a result.
#[allow(clippy::disallowed_methods)]
pub(super) fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second())
        .unwrap_or(now)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_after_its_file() {
        let folder = |file: &str| target_folder(Path::new(file), Path::new("out"));
        assert_eq!(folder("a/b.toml").unwrap(), Path::new("out/b"));
        assert_eq!(folder("b").unwrap(), Path::new("out/b"));
        for bad in ["", "..", "a/..", ".toml", "...toml", "a/=b.toml", "-b"] {
            assert!(folder(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn two_files_never_share_a_folder() {
        let refuse = |files: &[&str]| {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            refuse_shared_folders(&files, Path::new("out"))
        };
        assert!(refuse(&["a/x.toml", "a/y.toml"]).is_ok());
        assert!(refuse(&["a/x.toml", "b/x.toml"]).is_err());
        assert!(refuse(&["a/x.toml", "b/X.toml"]).is_err());
        assert!(refuse(&["a/x.toml", "a/x.toml"]).is_err());
    }
}
