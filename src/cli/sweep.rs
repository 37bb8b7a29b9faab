//! `realpolitik sweep`: a scenario asked at many points.

use super::Exit;
use super::arguments::{DesignChoice, StudyFormat, SweepArguments};
use super::load::{load, tell};
use super::show::{LINES_AROUND_THE_HEADER, grouped, percent, print};
use super::study::Study;
use crate::base::random::Branch;
use crate::estimate::Estimates;
use crate::program;
use crate::simulate::SimulationPlan;
use crate::study::sweep::{self, Design, PointResult, Settings, Swept, SweptOutcome, Text};
use crate::table::manifest::ListedFile;
use crate::table::table::{is_good_header, sha256};
use crate::table::{CsvText, JsonRows, Staging};
use anyhow::{Context, bail};
use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde_json::{Value, json};
use std::path::Path;

/// More points than this are not shown on the terminal.
const SHOWN_POINTS: usize = 40;
/// How many questions are shown on the terminal.
const SHOWN_OUTCOMES: usize = 4;

/// Sweeps, prints and writes.
pub(super) fn sweep(arguments: &SweepArguments) -> anyhow::Result<Exit> {
    let design = design(arguments)?;
    let study = Study::begin("sweep", &arguments.simulation)?;
    let target = study.folder(&arguments.file)?;
    let Some(base) = load(&arguments.file, &arguments.simulation.overrides)? else {
        return Ok(Exit::Rejected);
    };
    let text = Text {
        file: &base.file,
        // The reader has seen this text already.
        text: &base.sources.0[0].text,
        overrides: &arguments.simulation.overrides,
        fingerprint: base.fingerprint,
    };
    if tell_unknown_paths(&text, &design, arguments) {
        return Ok(Exit::Rejected);
    }
    if !arguments.simulation.quiet {
        tell(&base.sources, &base.warnings);
    }
    let staging = Staging::begin(&target)?;
    let settings = Settings {
        seed: arguments.simulation.seed,
        n_runs: arguments.simulation.runs,
        confidence: arguments.simulation.confidence,
    };
    let program = program::compile(&base.scenario);
    let bound = study.machine.install(|| program::bind(&program, &[]))?;
    let unlived = SimulationPlan {
        seed: settings.seed,
        branch: Branch(0),
        first_run: 0,
        n_runs: settings.n_runs,
        variable_runs: 0,
        keep_runs: false,
        fingerprint: base.fingerprint,
    };
    let n_runs = settings.n_runs.saturating_mul(design.points.len() as u64);
    let (swept, tally) = study.simulate(&base.scenario.name, n_runs, |simulator| {
        let tally = simulator.begin(&bound, unlived).tally().clone();
        (sweep::sweep(&text, design, &settings, simulator), tally)
    });
    let counts = Counts::new(&swept);
    if counts.n_done + counts.n_failed == 0 {
        // Nothing is not worth earlier results.
        return Ok(Exit::Interrupted);
    }
    let estimates = Estimates {
        scenario: &base.scenario,
        bound: &bound,
        tally: &tally,
        confidence: settings.confidence,
    };
    let written = sweep::write_files(staging.folder(), &swept, &estimates)?;
    let files: Vec<ListedFile> = written.iter().map(ListedFile::from).collect();
    let is_complete = counts.not_reached.is_empty();
    study.publish(
        staging,
        &[&base],
        is_complete,
        about(arguments, &swept, &counts)?,
        &files,
    )?;
    let title = &base.scenario.title;
    show(arguments, &swept, &counts, title, &target)?;
    Ok(match (is_complete, counts.n_done) {
        (false, _) => Exit::Interrupted,
        (true, 0) => Exit::Rejected,
        (true, _) => Exit::Good,
    })
}

/// The points that are asked for.
///
/// # Errors
/// Where the arguments do not belong together, or a table cannot be read.
fn design(arguments: &SweepArguments) -> anyhow::Result<Design> {
    let axes = &arguments.axes;
    if let Some(DesignChoice::Table(file)) = &arguments.design {
        if !axes.is_empty() || arguments.points.is_some() {
            bail!(
                "a table has its own points: leave --vary and --points out, and --set what stays the same"
            );
        }
        return Ok(sweep::read_design(file)?);
    }
    if axes.is_empty() {
        bail!(
            "nothing is varied: give --vary PATH=LOW..HIGH, or a table of points by --design FILE.csv"
        );
    }
    let choice = match &arguments.design {
        Some(choice) => choice,
        None if axes.len() <= 2 && arguments.points.is_none() => &DesignChoice::Grid,
        None => bail!(
            "{} ranges: say --design grid for every combination, or --design sobol (or lhs) with --points N",
            axes.len()
        ),
    };
    let steps = axes.iter().find(|axis| axis.n_steps.is_some());
    let seed = arguments.simulation.seed;
    match (choice, arguments.points, steps) {
        (DesignChoice::Grid, Some(_), _) => {
            bail!("a grid has as many points as its steps make: leave --points out")
        }
        (DesignChoice::Grid, None, _) => Ok(Design::grid(axes)?),
        (_, None, _) => bail!("say how many points: --points 64, for instance"),
        (_, Some(_), Some(axis)) => {
            bail!(
                "steps belong to a grid: write --vary {}={}..{}",
                axis.path,
                axis.low,
                axis.high
            )
        }
        (DesignChoice::Sobol, Some(n), None) => Ok(Design::sobol(axes, n, seed)?),
        (_, Some(n), None) => Ok(Design::latin_hypercube(axes, n, seed)?),
    }
}

/// Tells of varied paths that the scenario does not have; whether there are any.
fn tell_unknown_paths(text: &Text<'_>, design: &Design, arguments: &SweepArguments) -> bool {
    let unknown = sweep::unknown_paths(text, design);
    for one in &unknown {
        if let Some(DesignChoice::Table(file)) = &arguments.design {
            eprintln!("the column `{}` of {}:", one.path, file.display());
        }
        tell(&one.sources, &one.diagnostics);
    }
    let mut is_bad = !unknown.is_empty();
    for path in &design.paths {
        let is_told = unknown.iter().any(|one| one.path == *path);
        if !is_told && !is_good_header(&sweep::column_of(path)) {
            eprintln!(
                "error: `{path}` is no TOML path of small letters, digits and _ with dots between"
            );
            is_bad = true;
        }
    }
    is_bad
}

/// What became of the points.
struct Counts {
    n_done: usize,
    n_failed: usize,
    /// Their numbers, from 1.
    not_reached: Vec<usize>,
}

impl Counts {
    fn new(swept: &Swept) -> Self {
        let mut counts = Self {
            n_done: 0,
            n_failed: 0,
            not_reached: Vec::new(),
        };
        for (number, point) in (1..).zip(&swept.points) {
            match point.result {
                PointResult::Done(_) => counts.n_done += 1,
                PointResult::Rejected(_) | PointResult::Faulted(_) => counts.n_failed += 1,
                PointResult::NotReached => counts.not_reached.push(number),
            }
        }
        counts
    }
}

/// What only a sweep has to tell.
fn about(arguments: &SweepArguments, swept: &Swept, counts: &Counts) -> anyhow::Result<Value> {
    let kind = match &arguments.design {
        None | Some(DesignChoice::Grid) => "grid",
        Some(DesignChoice::LatinHypercube) => "lhs",
        Some(DesignChoice::Sobol) => "sobol",
        Some(DesignChoice::Table(_)) => "table",
    };
    let table = match &arguments.design {
        Some(DesignChoice::Table(file)) => {
            let name = file.display().to_string();
            let bytes = std::fs::read(file).with_context(|| format!("cannot read {name}"))?;
            Some(json!({ "file": name, "sha256": sha256(&bytes) }))
        }
        _ => None,
    };
    Ok(json!({
        "design": {
            "kind": kind,
            "varied": swept.design.paths,
            "axes": arguments.axes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "table": table,
        },
        "points": {
            "asked": swept.points.len(),
            "done": counts.n_done,
            "failed": counts.n_failed,
            "not_reached": counts.not_reached,
        },
    }))
}

fn show(
    arguments: &SweepArguments,
    swept: &Swept,
    counts: &Counts,
    title: &str,
    target: &Path,
) -> anyhow::Result<()> {
    let quiet = arguments.simulation.quiet;
    let mut note = format!(
        "{title}\n{} points of {} runs, the same luck; seed {:#x}\n",
        grouped(counts.n_done as u64),
        grouped(arguments.simulation.runs),
        arguments.simulation.seed.0
    );
    if counts.n_failed > 0 {
        note.push_str(&format!(
            "{} points have no results: sweep_points.csv says why\n",
            counts.n_failed
        ));
    }
    if !counts.not_reached.is_empty() {
        note.push_str(&format!(
            "stopped early: {} points were not reached\n",
            counts.not_reached.len()
        ));
    }
    note.push_str(&format!("results in {}\n", target.display()));
    match arguments.format {
        None if quiet => return Ok(()),
        None | Some(StudyFormat::Table) => {
            return Ok(print(&format!("{note}{}\n", table_text(swept)))?);
        }
        Some(StudyFormat::Csv) => {
            let mut rows = CsvText::begin(&sweep::outcome_header(swept));
            sweep::write_outcomes(swept, &mut rows)?;
            print(&rows.finish())?;
        }
        Some(StudyFormat::Json) => {
            let mut rows = JsonRows::begin(sweep::outcome_header(swept));
            sweep::write_outcomes(swept, &mut rows)?;
            print(&rows.finish())?;
        }
    }
    if !quiet {
        eprint!("{note}");
    }
    Ok(())
}

/// One line a point: what was set, and the questions that move most.
fn table_text(swept: &Swept) -> String {
    let moving = moving_most(swept);
    let mut table = Table::new();
    let short = |path: &String| {
        let keys: Vec<&str> = path.split('.').collect();
        keys[keys.len().saturating_sub(2)..].join(".\n")
    };
    let mut header = vec!["Point".to_owned()];
    header.extend(swept.design.paths.iter().map(short));
    header.extend(moving.iter().map(|(_, label)| label.clone()));
    table
        .load_style(LINES_AROUND_THE_HEADER)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(100)
        .set_header(header);
    for (at, point) in swept.points.iter().enumerate().take(SHOWN_POINTS) {
        let mut row = vec![(at + 1).to_string()];
        let settings = swept.design.points[at].settings.iter();
        row.extend(settings.map(|setting| setting.text().unwrap_or_else(|| "–".to_owned())));
        match &point.result {
            PointResult::Done(outcomes) => row.extend(moving.iter().map(|(name, _)| {
                let outcome = outcomes.iter().find(|outcome| outcome.name == *name);
                outcome
                    .and_then(probability)
                    .map_or_else(|| "–".to_owned(), percent)
            })),
            PointResult::Rejected(_) => row.push("rejected".to_owned()),
            PointResult::Faulted(_) => row.push("faulted".to_owned()),
            PointResult::NotReached => row.push("not reached".to_owned()),
        }
        row.resize(
            1 + swept.design.paths.len() + moving.len().max(1),
            String::new(),
        );
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut text = format!("{table}\n");
    let n_more = swept.points.len().saturating_sub(SHOWN_POINTS);
    if n_more > 0 {
        text.push_str(&format!("and {n_more} more points in sweep.csv\n"));
    }
    let done = swept.points.iter().find_map(|point| match &point.result {
        PointResult::Done(outcomes) => Some(outcomes.len()),
        _ => None,
    });
    if done.is_some_and(|n| n > moving.len()) {
        text.push_str("The questions shown are those that move most; sweep.csv has all.\n");
    }
    text
}

/// Names and labels of the questions whose probability ranges furthest over the points.
fn moving_most(swept: &Swept) -> Vec<(String, String)> {
    let mut ranges: Vec<(&SweptOutcome, f64, f64)> = Vec::new();
    for point in &swept.points {
        let PointResult::Done(outcomes) = &point.result else {
            continue;
        };
        for outcome in outcomes {
            let Some(p) = probability(outcome) else {
                continue;
            };
            match ranges.iter_mut().find(|range| range.0.name == outcome.name) {
                Some((_, low, high)) => (*low, *high) = (low.min(p), high.max(p)),
                None => ranges.push((outcome, p, p)),
            }
        }
    }
    ranges.sort_by(|one, other| (other.2 - other.1).total_cmp(&(one.2 - one.1)));
    let names = ranges.iter().take(SHOWN_OUTCOMES);
    names
        .map(|range| (range.0.name.clone(), range.0.label.clone()))
        .collect()
}

fn probability(outcome: &SweptOutcome) -> Option<f64> {
    outcome
        .proportion
        .as_ref()
        .map(|proportion| proportion.probability)
}
