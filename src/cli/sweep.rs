//! `realpolitik sweep`: simulates a scenario at many points.

use super::Exit;
use super::arguments::{DesignChoice, SweepArguments};
use super::front::{Front, report_diagnostics};
use super::show::{align, counted, missing, new_table, percent};
use crate::estimate::Estimates;
use crate::simulate::MemoryNeed;
use crate::study::sweep::{
    self, Design, PointResult, ScenarioText, Sweep, SweepSettings, SweptOutcome,
};
use crate::table::sha256;
use anyhow::{Context, bail};
use comfy_table::CellAlignment;
use serde_json::{Value, json};
use std::path::Path;

/// Maximum number of rows and of outcomes in the terminal table.
const N_SHOWN_POINTS: usize = 40;
const N_SHOWN_OUTCOMES: usize = 4;

pub(super) fn sweep(arguments: &SweepArguments) -> anyhow::Result<Exit> {
    let of_axes = design_of_axes(arguments)?;
    let mut front = Front::begin(&arguments.simulation)?;
    let Some(base) = front.load(&arguments.file)? else {
        return Ok(Exit::Rejected);
    };
    let text = ScenarioText {
        file: &base.file,
        text: base.text(),
        overrides: &base.overrides,
        fingerprint: base.fingerprint,
    };
    let Some(design) = checked_design(&text, of_axes, arguments)? else {
        return Ok(Exit::Rejected);
    };
    let mut publication = front.publication("sweep", &arguments.file)?;
    let mut records = publication.records(None)?;
    let target = publication.folder().to_owned();
    let settings = SweepSettings {
        seed: arguments.simulation.seed,
        n_runs: arguments.simulation.runs,
        confidence: arguments.simulation.confidence,
    };
    let bound = front.session.bind(&base);
    front.fit_memory(&base, MemoryNeed::of(&bound, &front.plan(&base)))?;
    let n_runs = settings.n_runs.saturating_mul(design.points.len() as u64);
    let (swept, tally) = front.simulate(&base.scenario.name, n_runs, |simulator| {
        let tally = simulator.begin(&bound, front.plan(&base)).tally().clone();
        let swept = sweep::sweep(&text, design, &settings, &mut records, simulator);
        (swept, tally)
    });
    records.check()?;
    front.report_reused(&records, "points");
    let counts = PointCounts::new(&swept);
    if counts.n_done + counts.n_failed == 0 {
        // Earlier results are kept: there is nothing to replace them with.
        return Ok(Exit::Interrupted);
    }
    let estimates = Estimates {
        scenario: &base.scenario,
        bound: &bound,
        tally: &tally,
        confidence: settings.confidence,
    };
    sweep::write_files(publication.tables(), &swept, &estimates)?;
    let is_complete = counts.not_reached.is_empty();
    let details = manifest_entries(arguments, &swept, &counts)?;
    if is_complete {
        publication.spend_used_records(records);
    }
    front.publish(publication, vec![&base], is_complete, details, &[])?;
    let summary = summary(arguments, &counts, &base.scenario.title, &target);
    front.print(
        arguments.format,
        &summary,
        || format!("{summary}{}\n", table_text(&swept)),
        &sweep::outcome_table(&base.scenario.name, &swept),
        sweep::outcome_rows(&swept),
    )?;
    Ok(match (is_complete, counts.n_done) {
        (false, _) => Exit::Interrupted,
        (true, 0) => Exit::Rejected,
        (true, _) => Exit::Success,
    })
}

/// The design that the arguments describe; `None` if it is in a table.
///
/// # Errors
/// If the arguments contradict each other.
fn design_of_axes(arguments: &SweepArguments) -> anyhow::Result<Option<Design>> {
    let axes = &arguments.axes;
    if let Some(DesignChoice::Table(_)) = &arguments.design {
        if !axes.is_empty() || arguments.points.is_some() {
            bail!(
                "--design FILE.csv contains all points: remove --vary and --points, and give constant values with --set"
            );
        }
        return Ok(None);
    }
    if axes.is_empty() {
        bail!(
            "nothing is varied: give --vary PATH=LOW..HIGH, or a table of points with --design FILE.csv"
        );
    }
    let choice = match &arguments.design {
        Some(choice) => choice,
        None if axes.len() <= 2 && arguments.points.is_none() => &DesignChoice::Grid,
        None => bail!(
            "{} ranges: give --design grid for every combination, or --design sobol (or lhs) with --points N",
            axes.len()
        ),
    };
    let steps = axes.iter().find(|axis| axis.n_steps.is_some());
    let seed = arguments.simulation.seed;
    let design = match (choice, arguments.points, steps) {
        (DesignChoice::Grid, Some(_), _) => {
            bail!("the number of points of a grid follows from its levels: remove --points")
        }
        (DesignChoice::Grid, None, _) => Design::grid(axes)?,
        (_, None, _) => bail!("the number of points is missing: write, for instance, --points 64"),
        (_, Some(_), Some(axis)) => {
            bail!(
                "only a grid has levels: write --vary {}={}..{}",
                axis.path,
                axis.low,
                axis.high
            )
        }
        (DesignChoice::Sobol, Some(n), None) => Design::sobol(axes, n, seed)?,
        (_, Some(n), None) => Design::latin_hypercube(axes, n, seed)?,
    };
    Ok(Some(design))
}

/// The design after its paths have been checked; `None` if some are not in the scenario, which has been
/// reported. A design that is in a table is read.
///
/// # Errors
/// If the table cannot be read or has mistakes, or a path is both varied and set.
fn checked_design(
    text: &ScenarioText<'_>,
    of_axes: Option<Design>,
    arguments: &SweepArguments,
) -> anyhow::Result<Option<Design>> {
    let design = match (of_axes, &arguments.design) {
        (Some(design), _) => design,
        (None, Some(DesignChoice::Table(file))) => {
            return Ok(Some(sweep::read_design(file, text)?));
        }
        (None, _) => unreachable!("a design that is not in a table is one of axes"),
    };
    if let Some((sources, errors)) = sweep::axis_errors(text, &arguments.axes, &design.points) {
        report_diagnostics(&sources, &errors);
        return Ok(None);
    }
    if let Some(both) = sweep::set_and_varied(text.overrides, &design.paths).first() {
        bail!(
            "`{}` is varied, so --set '{}' has no effect on it: remove one of the two",
            design.paths[both.path],
            both.setting
        );
    }
    Ok(Some(design))
}

/// The points by status.
struct PointCounts {
    n_done: usize,
    n_failed: usize,
    /// The number of the first point without results and its reason.
    first_failure: Option<(usize, String)>,
    /// Numbers of the points that were not simulated, from 1.
    not_reached: Vec<usize>,
}

impl PointCounts {
    fn new(swept: &Sweep) -> Self {
        let mut counts = Self {
            n_done: 0,
            n_failed: 0,
            first_failure: None,
            not_reached: Vec::new(),
        };
        for (number, point) in (1..).zip(&swept.points) {
            match &point.result {
                PointResult::Done(_) => counts.n_done += 1,
                PointResult::Rejected(reason) | PointResult::Faulted(reason) => {
                    counts.n_failed += 1;
                    let failure = || (number, reason.clone());
                    counts.first_failure.get_or_insert_with(failure);
                }
                PointResult::NotReached => counts.not_reached.push(number),
            }
        }
        counts
    }
}

/// The entries of the manifest that only a sweep has.
fn manifest_entries(
    arguments: &SweepArguments,
    swept: &Sweep,
    counts: &PointCounts,
) -> anyhow::Result<Value> {
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
            "requested": swept.points.len(),
            "done": counts.n_done,
            "failed": counts.n_failed,
            "not_reached": counts.not_reached,
        },
    }))
}

fn summary(arguments: &SweepArguments, counts: &PointCounts, title: &str, target: &Path) -> String {
    let mut summary = format!(
        "{title}\n{} of {}, common random numbers; seed {:#x}\n",
        counted(counts.n_done as u64, "point"),
        counted(arguments.simulation.runs, "run"),
        arguments.simulation.seed.0
    );
    if counts.n_failed > 0 {
        summary.push_str(&format!(
            "without results: {} (all reasons are in sweep_points.csv)\n",
            counted(counts.n_failed as u64, "point")
        ));
        if let Some((number, reason)) = &counts.first_failure {
            summary.push_str(&format!("  point {number}: {reason}\n"));
        }
        if counts.n_failed > 1 {
            let n_others = counted(counts.n_failed as u64 - 1, "other point");
            summary.push_str(&format!("  and {n_others}\n"));
        }
    }
    if !counts.not_reached.is_empty() {
        summary.push_str(&format!(
            "stopped early; not simulated: {}\n",
            counted(counts.not_reached.len() as u64, "point")
        ));
    }
    summary.push_str(&format!("results in {}\n", target.display()));
    summary
}

/// One row per point: its settings and the probabilities of the outcomes that vary most.
fn table_text(swept: &Sweep) -> String {
    let shown = most_varying_outcomes(swept);
    let short = |path: &String| {
        let keys: Vec<&str> = path.split('.').collect();
        keys[keys.len().saturating_sub(2)..].join(".\n")
    };
    let mut header = vec!["Point".to_owned()];
    header.extend(swept.design.paths.iter().map(short));
    header.extend(shown.iter().map(|(_, label)| label.clone()));
    let mut table = new_table(header);
    for (index, point) in swept.points.iter().enumerate().take(N_SHOWN_POINTS) {
        let mut row = vec![(index + 1).to_string()];
        let settings = swept.design.points[index].settings.iter();
        row.extend(settings.map(|setting| setting.text().unwrap_or_else(missing)));
        match &point.result {
            PointResult::Done(outcomes) => row.extend(shown.iter().map(|(name, _)| {
                let outcome = outcomes.iter().find(|outcome| outcome.name == *name);
                outcome.and_then(probability).map_or_else(missing, percent)
            })),
            PointResult::Rejected(_) => row.push("rejected".to_owned()),
            PointResult::Faulted(_) => row.push("faulted".to_owned()),
            PointResult::NotReached => row.push("not reached".to_owned()),
        }
        row.resize(
            1 + swept.design.paths.len() + shown.len().max(1),
            String::new(),
        );
        table.add_row(row);
    }
    align(&mut table, None);
    if let Some(numbers) = table.column_mut(0) {
        numbers.set_cell_alignment(CellAlignment::Right);
    }
    let mut text = format!("{table}\n");
    let n_more = swept.points.len().saturating_sub(N_SHOWN_POINTS);
    if n_more > 0 {
        text.push_str(&format!("and {n_more} more in sweep.csv\n"));
    }
    let done = swept.points.iter().find_map(|point| match &point.result {
        PointResult::Done(outcomes) => Some(outcomes.len()),
        _ => None,
    });
    if done.is_some_and(|n| n > shown.len()) {
        text.push_str(
            "These are the outcomes that vary most over the points; sweep.csv has all.\n",
        );
    }
    text
}

/// Names and labels of the outcomes whose probability has the widest range over the points.
fn most_varying_outcomes(swept: &Sweep) -> Vec<(String, String)> {
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
    let names = ranges.iter().take(N_SHOWN_OUTCOMES);
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
