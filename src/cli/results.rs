//! The results folder of `run`: its name, its files and its manifest.

use super::arguments::RunArguments;
use super::load::{Loaded, as_lines};
use super::simulate::{Executor, SimulationResult};
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

/// The results of one scenario with all that its manifest records.
#[derive(Clone, Copy, Debug)]
pub(super) struct Results<'a> {
    pub(super) loaded: &'a Loaded,
    pub(super) estimates: Estimates<'a>,
    pub(super) simulated: &'a SimulationResult,
    pub(super) arguments: &'a RunArguments,
    pub(super) executor: &'a Executor,
    pub(super) warnings: &'a Diagnostics,
}

/// The results folder of a scenario file: its name without `.toml`, in `output`.
///
/// # Errors
/// If the file's name cannot be the name of a folder.
pub(super) fn target_folder(file: &Path, output: &Path) -> anyhow::Result<PathBuf> {
    let name = file.file_name().and_then(|name| name.to_str());
    let stem = name.map(|name| name.strip_suffix(".toml").unwrap_or(name));
    match stem {
        // The name is a cell of tables, where a spreadsheet would evaluate it as a formula.
        Some(stem) if stem.starts_with(['=', '+', '-', '@', '\t', '\r']) => Err(anyhow!(
            "the name of {} begins with a character that starts a formula in spreadsheets: rename the file",
            file.display()
        )),
        Some(stem) if !stem.is_empty() && stem != "." && stem != ".." => Ok(output.join(stem)),
        _ => Err(anyhow!(
            "the results folder is named after the file, and {} gives no name: rename the file",
            file.display()
        )),
    }
}

/// Checks that no two files share a results folder. Names that differ only in case count as
/// equal, since they are one folder on some systems.
///
/// # Errors
/// If two files share a folder, or a file's name cannot be the name of a folder.
pub(super) fn reject_shared_folders(files: &[PathBuf], output: &Path) -> anyhow::Result<()> {
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

/// Checks that few enough runs faulted, that is, had a value that was not finite.
///
/// # Errors
/// If their share exceeds the limit; the error lists the first such runs.
pub(super) fn reject_faults(file: &str, estimates: &Estimates<'_>) -> anyhow::Result<()> {
    let faults = estimates.faults();
    if faults.share <= MAX_FAULTED_SHARE {
        return Ok(());
    }
    let ids: Vec<String> = faults.run_ids.iter().take(10).map(u64::to_string).collect();
    bail!(
        "{file}: a value was not finite (NaN or infinity) in {:.2} % of the runs, and the limit is \
         {} %: look for a division by zero, or `ln` or `sqrt` of a value that may be negative. \
         First such runs with seed {:#x}: {}",
        faults.share * 100.0,
        MAX_FAULTED_SHARE * 100.0,
        estimates.tally.seed,
        ids.join(", ")
    )
}

/// Writes all files of a simulation and publishes them in the results folder.
///
/// # Errors
/// If a file cannot be written or moved into place.
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
        simulated,
        arguments,
        executor,
        warnings,
    } = *results;
    let scenario = estimates.scenario;
    let tally = estimates.tally;
    let seconds = simulated.wall_time.as_secs_f64();
    Manifest {
        schema_version: SCHEMA_VERSION,
        completeness: if simulated.is_finished {
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
            lived: simulated.n_simulated,
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
            threads: executor.n_threads(),
            instructions: executor.instructions.name(),
            wall_seconds: seconds,
            runs_per_second: simulated.n_simulated as f64 / seconds.max(1e-9),
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

/// The time in UTC, to the second. Only manifests contain it, never results.
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
    fn results_folder_is_named_after_the_file() {
        let folder = |file: &str| target_folder(Path::new(file), Path::new("out"));
        assert_eq!(folder("a/b.toml").unwrap(), Path::new("out/b"));
        assert_eq!(folder("b").unwrap(), Path::new("out/b"));
        for bad in ["", "..", "a/..", ".toml", "...toml", "a/=b.toml", "-b"] {
            assert!(folder(bad).is_err(), "{bad}");
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
