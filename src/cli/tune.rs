//! `realpolitik tune`: calibrates parameters to targets.

mod destination;

use super::Exit;
use super::arguments::{Format, TuneArguments};
use super::front::{Front, json_of, report_diagnostics};
use super::show::{self, align, counted, missing, new_table};
use crate::base::diagnostic::escaped_lines;
use crate::session::LoadedScenario;
use crate::simulate::{MemoryNeed, SimulationPlan};
use crate::study::tune::{
    self, EvaluationLog, PosteriorSettings, Target, Termination, TuneError, TuneSettings,
    TunedTarget, Tuning, TuningProblem,
};
use crate::table::{ExportError, sha256};
use anyhow::{Context, bail};
use comfy_table::Table;
use destination::Destination;
use serde_json::{Value, json};
use std::path::Path;

/// Name of the log of the evaluations of all searches in the results folder.
const LOG: &str = "evaluations.jsonl";

pub(super) fn tune(arguments: &TuneArguments) -> anyhow::Result<Exit> {
    let destination = destination::destination(arguments)?;
    let mut front = Front::begin(&arguments.simulation)?;
    let Some(loaded) = front.load(&arguments.file)? else {
        return Ok(Exit::Rejected);
    };
    let mut publication = front.publication("tune", &arguments.file)?;
    let folder = publication.folder().to_owned();
    let targets = tune::read_targets(&arguments.targets, &loaded.scenario)?;
    let problem = problem(arguments, &loaded, &targets);
    let plan = SimulationPlan {
        variable_runs: arguments.simulation.runs,
        ..front.plan(&loaded)
    };
    let need = MemoryNeed::of(&front.session.bind(&loaded), &plan);
    front.fit_memory(&loaded, need)?;
    let records = publication.records(Some(LOG))?;
    let destination = Destination::begin(arguments, destination, &folder, &records)?;
    let mut log = EvaluationLog::new(records, &problem);
    let settings = settings(arguments);
    let n_runs = expected_runs(arguments);
    let tuned = front.simulate(&loaded.scenario.name, n_runs, |simulator| {
        tune::tune(problem, &settings, &mut log, simulator)
    });
    let tuning = match tuned {
        Ok(tuning) => tuning,
        // Earlier results are kept: there is nothing to replace them with.
        Err(TuneError::Stopped) => return Ok(Exit::Interrupted),
        Err(TuneError::Rejected {
            assignment,
            sources,
            diagnostics,
        }) => {
            report_diagnostics(&sources, &diagnostics);
            bail!(
                "the scenario does not allow {assignment}, which lies within --free: change these bounds"
            );
        }
        Err(error) => return Err(error.into()),
    };
    let _guard = front.session.begin_publishing();
    let mut records = log.into_records();
    let scratch = publication.scratch_file();
    let destination = destination.write(arguments, &tuning, &scratch, &mut records)?;
    let name = &loaded.scenario.name;
    tune::write_files(publication.tables(), name, &problem, &tuning)?;
    publication.tables().write_lines(LOG, records.lines())?;
    let details = manifest_entries(arguments, &problem, &tuning, &destination)?;
    let (is_complete, warnings) = (tuning.is_complete, &tuning.warnings);
    // They are in the results folder now.
    publication.spend_records(records);
    front.publish(publication, vec![&loaded], is_complete, details, warnings)?;
    if !arguments.simulation.quiet {
        for warning in warnings {
            eprintln!("warning: {}", escaped_lines(warning));
        }
    }
    let summary = summary(&problem, &tuning, &destination, &folder);
    if arguments.format == Some(Format::Json) {
        print_json(arguments, &summary, &json_text(name, &problem, &tuning)?)?;
    } else {
        front.print(
            arguments.format,
            &summary,
            || format!("{}{summary}", tables(&problem, &tuning)),
            &tune::target_table(name),
            tuning.targets.iter(),
        )?;
    }
    Ok(Exit::of(is_complete))
}

/// Prints all tables as one JSON object.
fn print_json(arguments: &TuneArguments, summary: &str, text: &str) -> anyhow::Result<()> {
    show::print(text)?;
    if !arguments.simulation.quiet {
        eprint!("{}", escaped_lines(summary));
    }
    Ok(())
}

fn problem<'a>(
    arguments: &'a TuneArguments,
    loaded: &'a LoadedScenario,
    targets: &'a [Target],
) -> TuningProblem<'a> {
    TuningProblem {
        file: &loaded.file,
        text: loaded.text(),
        overrides: &loaded.overrides,
        fingerprint: loaded.fingerprint,
        free: &arguments.free,
        targets,
        seed: arguments.simulation.seed,
        n_runs: arguments.simulation.runs,
    }
}

/// The runs of the whole command for the progress bar: the maximum of the search, and the typical
/// number of a posterior.
fn expected_runs(arguments: &TuneArguments) -> u64 {
    const TRIALS_PER_PARTICLE: u64 = 20;
    let search = arguments
        .evaluations
        .saturating_mul(arguments.simulation.runs);
    let n_trials = u64::from(arguments.posterior.unwrap_or(0)) * TRIALS_PER_PARTICLE;
    search.saturating_add(n_trials.saturating_mul(arguments.posterior_runs))
}

fn settings(arguments: &TuneArguments) -> TuneSettings {
    TuneSettings {
        n_evaluations: arguments.evaluations,
        posterior: arguments.posterior.map(|n| PosteriorSettings {
            n_particles: n as usize,
            n_runs: arguments.posterior_runs,
        }),
    }
}

/// The entries of the manifest that only a calibration has.
fn manifest_entries(
    arguments: &TuneArguments,
    problem: &TuningProblem<'_>,
    tuning: &Tuning,
    destination: &Path,
) -> anyhow::Result<Value> {
    let context = || format!("cannot read {}", arguments.targets.display());
    let targets = std::fs::read(&arguments.targets).with_context(context)?;
    Ok(json!({
        "targets": {
            "file": arguments.targets.display().to_string(),
            "sha256": sha256(&targets),
        },
        "free": problem.free.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "tuned": {
            "file": destination.display().to_string(),
            "sha256": sha256(tuning.text.as_bytes()),
        },
        "search": {
            "end": tuning.termination.map_or("interrupted", Termination::word),
            "evaluations_at_most": arguments.evaluations,
            "fingerprint": format!("{:#018x}", problem.evaluations_fingerprint()),
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
    }))
}

/// Counts, the files that were written, and how to resume.
fn summary(
    problem: &TuningProblem<'_>,
    tuning: &Tuning,
    destination: &Path,
    folder: &Path,
) -> String {
    let n_met = tuning.targets.iter().filter(|row| row.is_met).count();
    let mut text = format!(
        "{n_met} of {} met; {} of at most {}, {} of them reused from earlier\n",
        counted(tuning.targets.len() as u64, "target"),
        counted(tuning.evaluations.len() as u64, "evaluation"),
        counted(problem.n_runs, "run"),
        tuning.n_reused
    );
    if !tuning.is_complete {
        text.push_str(
            "stopped early: these are the best numbers so far; give the same command again to resume\n",
        );
    }
    text.push_str(&format!(
        "calibrated scenario in {}\n",
        destination.display()
    ));
    if !problem.overrides.is_empty() {
        let set = problem
            .overrides
            .iter()
            .map(|set| format!(" --set '{set}'"));
        text.push_str(&format!(
            "to get these results, run it with{}\n",
            set.collect::<String>()
        ));
    }
    text.push_str(&format!("results in {}\n", folder.display()));
    text
}

fn json_text(
    scenario: &str,
    problem: &TuningProblem<'_>,
    tuning: &Tuning,
) -> Result<String, ExportError> {
    let targets = json_of(&tune::target_table(scenario), tuning.targets.iter())?;
    let parameters = json_of(&tune::parameter_table(scenario), tuning.parameters.iter())?;
    let mut object = json!({
        "targets": targets.into_value(),
        "parameters": parameters.into_value(),
    });
    if tuning.reached_posterior().is_some() {
        let table = tune::posterior_summary_table(scenario, problem.free);
        let rows = tune::summary_rows(problem.free, tuning);
        object["posterior"] = json_of(&table, rows)?.into_value();
    }
    Ok(format!("{object:#}\n"))
}

/// The tables of the targets, the free parameters and the posterior.
fn tables(problem: &TuningProblem<'_>, tuning: &Tuning) -> String {
    let mut text = format!(
        "{}\n\n{}\n\n",
        target_table(tuning),
        parameter_table(tuning)
    );
    if tuning.reached_posterior().is_some() {
        text.push_str(&format!("{}\n\n", posterior_table(problem, tuning)));
    }
    text
}

fn target_table(tuning: &Tuning) -> Table {
    let mut table = new_table(vec![
        "Result",
        "Target",
        "Tolerance",
        "Before",
        "After",
        "Met",
    ]);
    for row in &tuning.targets {
        let TunedTarget { target, .. } = row;
        let day = target
            .day
            .map_or_else(String::new, |day| format!(", day {day}"));
        table.add_row(vec![
            format!("{} {}{day}", target.kind.word(), target.name),
            short(target.target),
            format!("± {}", short(target.tolerance)),
            row.before.map_or_else(missing, short),
            row.after.map_or_else(missing, short),
            (if row.is_met { "yes" } else { "no" }).to_owned(),
        ]);
    }
    align(&mut table, None);
    table
}

fn parameter_table(tuning: &Tuning) -> Table {
    let mut table = new_table(vec![
        "Parameter",
        "Before",
        "After",
        "Bounds",
        "Standard error",
    ]);
    for row in &tuning.parameters {
        let after = match row.at_bound {
            Some(bound) => format!("{} ({})", row.after, bound.term()),
            None => row.after.to_string(),
        };
        table.add_row(vec![
            row.free.path.clone(),
            row.before.to_string(),
            after,
            format!("{} to {}", row.free.low, row.free.high),
            match (row.standard_error, row.identifiability) {
                (Some(error), _) => short(error),
                (None, "") => missing(),
                (None, why) => why.replace('_', " "),
            },
        ]);
    }
    align(&mut table, None);
    table
}

fn posterior_table(problem: &TuningProblem<'_>, tuning: &Tuning) -> Table {
    let mut table = new_table(vec!["Posterior", "Mean", "sd", "5 %", "50 %", "95 %"]);
    for row in tune::posterior_summary(problem.free, tuning) {
        let numbers = [row.mean, row.sd, row.p05, row.p50, row.p95].map(short);
        table.add_row(std::iter::once(row.path).chain(numbers).collect::<Vec<_>>());
    }
    align(&mut table, None);
    table
}

/// A number with four significant digits, without trailing zeros.
fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_significant_digits() {
        assert_eq!(short(0.123_456), "0.1235");
        assert_eq!(short(0.25), "0.25");
        assert_eq!(short(12_345.6), "12350");
    }
}
