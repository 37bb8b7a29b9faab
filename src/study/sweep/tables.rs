//! The tables of a sweep: `sweep.csv`, `sweep_points.csv` and `fixed_parameters.csv`.

use super::design::{Design, Setting, target};
use super::sweeping::{PointResult, Sweep, SweptOutcome, SweptPoint};
use crate::base::stats::Proportion;
use crate::estimate::Estimates;
use crate::scenario::is_part;
use crate::table::cell::Cell;
use crate::table::run::{
    effective_runs, interval, keyed, n_runs, parameter_sd, parameter_sd_interval, parameters,
};
use crate::table::{Columns, CsvFolder, ExportError, Table};

/// Writes all files of a sweep. `base` is the scenario as it is in the file, for the quantities that
/// were not varied.
///
/// # Errors
/// If a file cannot be written.
pub fn write_files(
    folder: &mut CsvFolder,
    swept: &Sweep,
    base: &Estimates<'_>,
) -> Result<(), ExportError> {
    let scenario = base.scenario;
    folder.write(&outcome_table(&scenario.name, swept), outcome_rows(swept))?;
    let points = swept.points.iter().enumerate();
    let points = points.map(|(index, point)| PointRow { index, point });
    folder.write(&point_table(&scenario.name, swept), points)?;
    let fixed = base.parameters();
    let fixed = fixed.filter(|parameter| !is_varied(&swept.design, parameter.path));
    folder.write(&parameters("fixed_parameters", scenario), fixed)
}

/// Whether a quantity or a part of it was varied.
fn is_varied(design: &Design, path: &str) -> bool {
    let mut varied = design.paths.iter();
    varied.any(|varied| {
        let varied = target(varied);
        is_part(varied, path) || is_part(path, varied)
    })
}

/// The column name of a varied path; `<path>_factor` for a factor on a path.
pub fn column_of(path: &str) -> String {
    match path.strip_suffix('*') {
        Some(path) => format!("{}_factor", path.trim_end()),
        None => path.to_owned(),
    }
}

/// A row of `sweep.csv`: an outcome at a simulated point.
pub struct OutcomeRow<'a> {
    index: usize,
    point: &'a SweptPoint,
    outcome: &'a SweptOutcome,
}

/// A row of `sweep_points.csv`.
struct PointRow<'a> {
    index: usize,
    point: &'a SweptPoint,
}

/// The rows of `sweep.csv`.
pub fn outcome_rows(swept: &Sweep) -> impl Iterator<Item = OutcomeRow<'_>> {
    let points = swept.points.iter().enumerate();
    points.flat_map(|(index, point)| {
        let outcomes = match &point.result {
            PointResult::Done(outcomes) => outcomes.as_slice(),
            _ => &[],
        };
        outcomes.iter().map(move |outcome| OutcomeRow {
            index,
            point,
            outcome,
        })
    })
}

/// Adds the number of the point and a column for each varied path.
fn with_settings<'a, R: 'a>(
    columns: Columns<'a, R>,
    swept: &'a Sweep,
    index: impl Fn(&R) -> usize + Clone + 'a,
) -> Columns<'a, R> {
    let point = index.clone();
    let number = move |row: &R| point(row) as u64 + 1;
    let columns = columns.count("point", "", "number of the design point, from 1", number);
    let add = |columns: Columns<'a, R>, (at, path): (usize, &String)| {
        let meaning = match path.ends_with('*') {
            true => {
                "factor by which the value in the file, or of --set, was multiplied; empty if it is as in the file"
            }
            false => "value set at the varied TOML path; empty if it is as in the file",
        };
        let index = index.clone();
        let mut points = swept.design.points.iter();
        let has_texts = points.any(|point| matches!(point.settings[at], Setting::Text(_)));
        columns.stated(
            column_of(path),
            meaning,
            has_texts,
            move |row| match &swept.design.points[index(row)].settings[at] {
                Setting::AsInFile => Cell::Missing,
                Setting::Number(number) => (*number).into(),
                Setting::Text(text) => text.as_str().into(),
            },
        )
    };
    swept.design.paths.iter().enumerate().fold(columns, add)
}

/// The columns of `sweep.csv`.
pub fn outcome_table<'a>(scenario: &'a str, swept: &'a Sweep) -> Table<'a, OutcomeRow<'a>> {
    let key = |row: &OutcomeRow<'a>| format!("point_{}/{}", row.index + 1, row.outcome.name);
    let columns = with_settings(keyed(scenario, key), swept, |row| row.index)
        .id("outcome", "name of the outcome in the scenario", |row| {
            &row.outcome.name
        })
        .text("label", "display name", |row| &row.outcome.label)
        .date("last_date", "last date on which the outcome counts", |row| {
            row.outcome.last_date
        })
        .part(
            |row| row.outcome.proportion.as_ref(),
            Columns::new()
                .probability(
                    "probability",
                    "share of the runs at this point in which the outcome occurred. All points use common random numbers, so differences between points are more precise than their intervals suggest",
                    |row: &Proportion| row.probability,
                )
                .probability(
                    "mc_se",
                    "Monte Carlo standard error of the probability",
                    Proportion::standard_error,
                )
                .and(interval()),
        )
        .and(n_runs(|row: &OutcomeRow<'a>| row.point.n_runs))
        .count("n_yes", "runs", "runs in which the outcome occurred", |row| {
            row.outcome.n_yes
        })
        .estimate(
            "mean_day_if_yes",
            "day, 1 is the start",
            "mean day of occurrence, over the runs in which the outcome occurred",
            |row| row.outcome.mean_day_if_yes,
        )
        .part(
            |row| row.outcome.proportion.as_ref(),
            effective_runs()
                .and(parameter_sd())
                .and(parameter_sd_interval())
                .all_specialist(),
        );
    Table::new("sweep", "a simulated design point and an outcome", columns)
}

/// The columns of `sweep_points.csv`.
fn point_table<'a>(scenario: &'a str, swept: &'a Sweep) -> Table<'a, PointRow<'a>> {
    let key = |row: &PointRow<'a>| format!("point_{}", row.index + 1);
    let columns = with_settings(keyed(scenario, key), swept, |row| row.index)
        .text(
            "status",
            "done, rejected (the scenario is invalid with these values), faulted (too many runs gave a non-finite number), or not_reached",
            |row| status(&row.point.result),
        )
        .text("reason", "why the point has no results", |row| {
            match &row.point.result {
                PointResult::Rejected(reason) | PointResult::Faulted(reason) => {
                    Some(reason.as_str())
                }
                PointResult::Done(_) | PointResult::NotReached => None,
            }
        })
        .id("seed", "seed of its random numbers, hexadecimal", |row| {
            format!("{:#x}", row.point.seed.0)
        })
        .and(n_runs(|row: &PointRow<'a>| row.point.n_runs))
        .count(
            "n_left_out",
            "runs",
            "runs left out because a run of their draw faulted",
            |row| row.point.n_left_out,
        );
    Table::new("sweep_points", "a design point", columns)
}

fn status(result: &PointResult) -> &'static str {
    match result {
        PointResult::Done(_) => "done",
        PointResult::Rejected(_) => "rejected",
        PointResult::Faulted(_) => "faulted",
        PointResult::NotReached => "not_reached",
    }
}
