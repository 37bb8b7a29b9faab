//! `realpolitik tune`: find numbers with which the results are what they should be.

use super::Exit;
use super::arguments::{Format, TuneArguments};
use super::load::{Loaded, load, tell};
use super::show::{LINES_AROUND_THE_HEADER, print};
use super::study::Study;
use crate::study::tune::{
    self, Job, Log, PosteriorSettings, Settings, Target, TuneError, TunedTarget, Tuning,
};
use crate::table::columns::{TUNE, TUNE_PARAMETERS};
use crate::table::manifest::ListedFile;
use crate::table::table::sha256;
use crate::table::{CsvText, ExportError, JsonRows, Staging};
use anyhow::{Context, bail};
use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The log of evaluations in the results folder.
const LOG: &str = "evaluations.csv";

/// Tunes, writes the tuned file and the results, and prints.
pub(super) fn tune(arguments: &TuneArguments) -> anyhow::Result<Exit> {
    let destination = destination(arguments)?;
    let study = Study::begin("tune", &arguments.simulation)?;
    let Some(loaded) = load(&arguments.file, &arguments.simulation.overrides)? else {
        return Ok(Exit::Rejected);
    };
    let folder = study.folder(&arguments.file)?;
    let targets = tune::read_targets(&arguments.targets, &loaded.scenario)?;
    let job = job(arguments, &loaded, &targets);
    let log = Log::read(&folder.join(LOG), &job);
    let staging = Staging::begin(&folder)?;
    let settings = settings(arguments);
    let n_runs = runs_to_expect(arguments);
    let tuned = study.simulate(&loaded.scenario.name, n_runs, |simulator| {
        tune::tune(job, &settings, log, simulator)
    });
    let tuning = match tuned {
        Ok(tuning) => tuning,
        // Nothing is not worth earlier results.
        Err(TuneError::Stopped) => return Ok(Exit::Interrupted),
        Err(TuneError::Refused {
            assignment,
            sources,
            diagnostics,
        }) => {
            tell(&sources, &diagnostics);
            bail!("the range of {assignment} is not one that the scenario allows");
        }
        Err(error) => return Err(error.into()),
    };
    let destination = if arguments.in_place && !tuning.is_complete {
        // The log is about the scenario as it is: with other numbers in it, the same command
        // would begin anew.
        beside(&arguments.file)
    } else {
        destination
    };
    replace_file(&destination, &tuning.text)?;
    let written = tune::write_files(staging.folder(), &job, &tuning)?;
    let files: Vec<ListedFile> = written.iter().map(ListedFile::from).collect();
    let about = about(arguments, &job, &tuning, &destination)?;
    study.publish(staging, &[&loaded], tuning.is_complete, about, &files)?;
    show(arguments, &job, &tuning, &destination, &folder)?;
    Ok(if tuning.is_complete {
        Exit::Good
    } else {
        Exit::Interrupted
    })
}

/// Where the tuned file goes: never over the old one unless that is asked for, nor over the
/// targets. What could not be written is told now, not when hours have gone into it.
fn destination(arguments: &TuneArguments) -> anyhow::Result<PathBuf> {
    let file = &arguments.file;
    if arguments.in_place {
        // A link stays one.
        return Ok(file.canonicalize().unwrap_or_else(|_| file.clone()));
    }
    let destination = arguments.write.clone().unwrap_or_else(|| beside(file));
    let is_the_same = |other: &Path| match (destination.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => destination == *other,
    };
    let place = destination.display();
    if is_the_same(file) {
        bail!(
            "--write {place} is the scenario itself: give --in-place if its numbers may be replaced"
        );
    }
    if is_the_same(&arguments.targets) {
        bail!("--write {place} is the file of the targets: the tuned scenario would replace it");
    }
    if destination.is_dir() {
        bail!("--write {place} is a folder: give the name of a file in it");
    }
    if !folder_of(&destination).is_dir() {
        bail!("--write {place} is in a folder that does not exist: make it first");
    }
    Ok(destination)
}

fn beside(file: &Path) -> PathBuf {
    file.with_extension("tuned.toml")
}

fn folder_of(path: &Path) -> &Path {
    let parent = path.parent();
    parent
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn job<'a>(arguments: &'a TuneArguments, loaded: &'a Loaded, targets: &'a [Target]) -> Job<'a> {
    Job {
        file: &loaded.file,
        // The file is the first of all sources.
        text: &loaded.sources.0[0].text,
        overrides: &arguments.simulation.overrides,
        fingerprint: loaded.fingerprint,
        free: &arguments.free,
        targets,
        seed: arguments.simulation.seed,
        n_runs: arguments.simulation.runs,
    }
}

/// The runs of the whole command, for its progress: those of the search at most, and what a
/// posterior usually takes.
fn runs_to_expect(arguments: &TuneArguments) -> u64 {
    const TRIALS_PER_PARTICLE: u64 = 20;
    let search = arguments
        .evaluations
        .saturating_mul(arguments.simulation.runs);
    let n_trials = u64::from(arguments.posterior.unwrap_or(0)) * TRIALS_PER_PARTICLE;
    search.saturating_add(n_trials.saturating_mul(arguments.posterior_runs))
}

fn settings(arguments: &TuneArguments) -> Settings {
    Settings {
        n_evaluations: arguments.evaluations,
        posterior: arguments.posterior.map(|n| PosteriorSettings {
            n_particles: n as usize,
            n_runs: arguments.posterior_runs,
        }),
    }
}

/// Writes a whole file or none.
fn replace_file(path: &Path, text: &str) -> anyhow::Result<()> {
    let place = || format!("cannot write {}", path.display());
    let mut file = tempfile::Builder::new()
        .prefix(".tuned.")
        .tempfile_in(folder_of(path))
        .with_context(place)?;
    file.write_all(text.as_bytes()).with_context(place)?;
    if let Ok(old) = std::fs::metadata(path) {
        // A file that is replaced keeps who may read it.
        std::fs::set_permissions(file.path(), old.permissions()).with_context(place)?;
    }
    file.persist(path)
        .map_err(|error| error.error)
        .with_context(place)?;
    Ok(())
}

/// What the manifest tells of a tuning alone.
fn about(
    arguments: &TuneArguments,
    job: &Job<'_>,
    tuning: &Tuning,
    destination: &Path,
) -> anyhow::Result<Value> {
    let place = || format!("cannot read {}", arguments.targets.display());
    let targets = std::fs::read(&arguments.targets).with_context(place)?;
    Ok(json!({
        "targets": {
            "file": arguments.targets.display().to_string(),
            "sha256": sha256(&targets),
        },
        "free": job.free.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "tuned": {
            "file": destination.display().to_string(),
            "sha256": sha256(tuning.text.as_bytes()),
        },
        "search": {
            "end": tuning.end.map_or("interrupted", tune::End::word),
            "evaluations_at_most": arguments.evaluations,
            "fingerprint": format!("{:#018x}", tune::fingerprint(job)),
            "evaluations": tuning.evaluations.len(),
            "taken_from_before": tuning.n_reused,
        },
        "posterior": tuning.posterior.as_ref().map(|posterior| json!({
            "particles": posterior.particles.len(),
            "runs": arguments.posterior_runs,
            "tolerance_in_tolerances": posterior.tolerance.is_finite().then_some(posterior.tolerance),
            "is_within_all_tolerances": posterior.is_reached,
            "generations": posterior.n_generations,
            "trials": posterior.n_trials,
        })),
        "warnings": tuning.warnings,
    }))
}

fn show(
    arguments: &TuneArguments,
    job: &Job<'_>,
    tuning: &Tuning,
    destination: &Path,
    folder: &Path,
) -> anyhow::Result<()> {
    let is_quiet = arguments.simulation.quiet;
    if !is_quiet {
        for warning in &tuning.warnings {
            eprintln!("warning: {warning}");
        }
    }
    let notes = notes(job, tuning, destination, folder);
    match arguments.format {
        Some(Format::Csv) => print(&csv(tuning)?)?,
        Some(Format::Json) => print(&json_text(job, tuning)?)?,
        None if is_quiet => {}
        None | Some(Format::Table) => {
            return Ok(print(&format!("{}{notes}", tables(job, tuning)))?);
        }
    }
    if !is_quiet {
        eprint!("{notes}");
    }
    Ok(())
}

/// Where everything is, and how to go on.
fn notes(job: &Job<'_>, tuning: &Tuning, destination: &Path, folder: &Path) -> String {
    let n_met = tuning.targets.iter().filter(|row| row.is_met).count();
    let mut text = format!(
        "{n_met} of {} targets are met; {} evaluations of {} runs or fewer, {} of them known from before\n",
        tuning.targets.len(),
        tuning.evaluations.len(),
        job.n_runs,
        tuning.n_reused
    );
    if !tuning.is_complete {
        text.push_str(
            "stopped early: this is the best so far; give the same command again to go on from here\n",
        );
    }
    text.push_str(&format!("tuned scenario in {}\n", destination.display()));
    if !job.overrides.is_empty() {
        let set = job.overrides.iter().map(|set| format!(" --set '{set}'"));
        text.push_str(&format!(
            "which gives these results together with{}\n",
            set.collect::<String>()
        ));
    }
    text.push_str(&format!("results in {}\n", folder.display()));
    text
}

fn csv(tuning: &Tuning) -> Result<String, ExportError> {
    let mut rows = CsvText::begin(&TUNE.header());
    tune::write_targets(tuning, &mut rows)?;
    Ok(rows.finish())
}

fn json_text(job: &Job<'_>, tuning: &Tuning) -> Result<String, ExportError> {
    let mut targets = JsonRows::begin(TUNE.header());
    tune::write_targets(tuning, &mut targets)?;
    let mut parameters = JsonRows::begin(TUNE_PARAMETERS.header());
    tune::write_parameters(tuning, &mut parameters)?;
    let mut object = json!({
        "targets": targets.into_value(),
        "parameters": parameters.into_value(),
    });
    if tuning.posterior.is_some() {
        let mut summary = JsonRows::begin(tune::posterior_summary_header(job.free));
        tune::write_posterior_summary(job.free, tuning, &mut summary)?;
        object["posterior"] = summary.into_value();
    }
    Ok(format!("{object:#}\n"))
}

/// What people see: the targets, the numbers, and what else fits.
fn tables(job: &Job<'_>, tuning: &Tuning) -> String {
    let mut text = format!("{}\n\n{}\n\n", target_table(tuning), number_table(tuning));
    if tuning.posterior.is_some() {
        text.push_str(&format!("{}\n\n", posterior_table(job, tuning)));
    }
    text
}

fn target_table(tuning: &Tuning) -> Table {
    let mut table = table(&["Target", "Wanted", "Tolerance", "Before", "After", "Met"]);
    for row in &tuning.targets {
        let TunedTarget { target, .. } = row;
        let day = target
            .day
            .map_or_else(String::new, |day| format!(", day {day}"));
        table.add_row(vec![
            format!("{} {}{day}", target.kind.word(), target.name),
            short(target.target),
            format!("± {}", short(target.tolerance)),
            row.before.map_or_else(unknown, short),
            row.after.map_or_else(unknown, short),
            (if row.is_met { "yes" } else { "no" }).to_owned(),
        ]);
    }
    align(&mut table);
    table
}

fn number_table(tuning: &Tuning) -> Table {
    let mut table = table(&["Number", "Before", "After", "Range", "Standard\nerror"]);
    for row in &tuning.parameters {
        let after = match row.at_bound {
            Some(end) => format!("{} ({end} end)", row.after),
            None => row.after.to_string(),
        };
        table.add_row(vec![
            row.free.path.clone(),
            row.before.to_string(),
            after,
            format!("{} to {}", row.free.low, row.free.high),
            match (row.standard_error, row.pinned) {
                (Some(error), _) => short(error),
                (None, "") => unknown(),
                (None, why) => why.to_owned(),
            },
        ]);
    }
    align(&mut table);
    table
}

fn posterior_table(job: &Job<'_>, tuning: &Tuning) -> Table {
    let mut table = table(&["What fits", "Mean", "sd", "5 %", "50 %", "95 %"]);
    for row in tune::posterior_summary(job.free, tuning) {
        let numbers = [row.mean, row.sd, row.p05, row.p50, row.p95].map(short);
        table.add_row(std::iter::once(row.path).chain(numbers).collect::<Vec<_>>());
    }
    align(&mut table);
    table
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(LINES_AROUND_THE_HEADER)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(100)
        .set_header(header.to_vec());
    table
}

fn align(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

fn unknown() -> String {
    "–".to_owned()
}

/// A number with four significant digits, and none of them a zero at the end of a fraction.
fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!(short(0.123_456), "0.1235");
        assert_eq!(short(0.25), "0.25");
        assert_eq!(short(12_345.6), "12350");
    }
}
