//! Writes the files of a sweep; [`crate::table::columns`] describes their columns.

use super::design::{Design, Setting};
use super::sweeping::{PointResult, Sweep, SweptOutcome, SweptPoint};
use crate::estimate::Estimates;
use crate::table::cell::Cell;
use crate::table::columns::{DICTIONARY, FIXED_PARAMETERS, FileColumns, SWEEP, SWEEP_POINTS};
use crate::table::{CsvTable, ExportError, Rows, WrittenFile, dictionary, parameters};
use std::path::Path;

/// Writes all files of a sweep. `base` is the scenario as it is in the file, for the quantities that
/// were not varied.
///
/// # Errors
/// If a file cannot be written.
pub fn write_files(
    folder: &Path,
    swept: &Sweep,
    base: &Estimates<'_>,
) -> Result<Vec<WrittenFile>, ExportError> {
    type Write<'w> = &'w dyn Fn(&mut dyn Rows) -> Result<(), ExportError>;
    let fixed = |rows: &mut dyn Rows| {
        parameters::write_where(base, rows, |path| !is_varied(&swept.design, path))
    };
    let tables: [(&str, Vec<String>, Write<'_>); 4] = [
        (SWEEP.name, outcome_header(swept), &|rows| {
            write_outcomes(swept, rows)
        }),
        (SWEEP_POINTS.name, header(&SWEEP_POINTS, swept), &|rows| {
            write_points(swept, rows)
        }),
        (FIXED_PARAMETERS.name, FIXED_PARAMETERS.header(), &fixed),
        (DICTIONARY.name, DICTIONARY.header(), &|rows| {
            dictionary::write_sweep(rows)
        }),
    ];
    let mut written = Vec::new();
    for (name, header, write) in tables {
        let mut table = CsvTable::begin(folder, name, header)?;
        write(&mut table)?;
        written.extend(table.finish()?);
    }
    Ok(written)
}

/// Whether a quantity or a part of it was varied.
fn is_varied(design: &Design, path: &str) -> bool {
    let is_part = |part: &str, whole: &str| {
        part.strip_prefix(whole)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let mut varied = design.paths.iter();
    varied.any(|varied| {
        let varied = varied.strip_suffix('*').unwrap_or(varied).trim_end();
        is_part(varied, path) || is_part(path, varied)
    })
}

/// The header of a file, with the varied paths after its first column.
fn header(file: &FileColumns, swept: &Sweep) -> Vec<String> {
    let mut header = file.header();
    header.splice(1..1, swept.design.paths.iter().map(|path| column_of(path)));
    header
}

/// The column name of a varied path; `<path>_factor` for a factor on a path.
pub fn column_of(path: &str) -> String {
    match path.strip_suffix('*') {
        Some(path) => format!("{}_factor", path.trim_end()),
        None => path.to_owned(),
    }
}

/// The header of `sweep.csv`.
pub fn outcome_header(swept: &Sweep) -> Vec<String> {
    header(&SWEEP, swept)
}

/// The cells of a point's number and settings.
fn point_cells(swept: &Sweep, index: usize) -> Vec<Cell<'_>> {
    let mut cells: Vec<Cell<'_>> = vec![(index as u64 + 1).into()];
    let settings = swept.design.points[index].settings.iter();
    cells.extend(settings.map(|setting| match setting {
        Setting::AsInFile => Cell::Missing,
        Setting::Number(number) => (*number).into(),
        Setting::Text(text) => text.as_str().into(),
    }));
    cells
}

/// Writes the rows of `sweep.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_outcomes(swept: &Sweep, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for (index, point) in swept.points.iter().enumerate() {
        let PointResult::Done(outcomes) = &point.result else {
            continue;
        };
        for outcome in outcomes {
            let mut cells = point_cells(swept, index);
            cells.extend(outcome_cells(point, outcome));
            rows.row(&cells)?;
        }
    }
    Ok(())
}

fn outcome_cells<'a>(point: &SweptPoint, outcome: &'a SweptOutcome) -> [Cell<'a>; 13] {
    let proportion = outcome.proportion.as_ref();
    let between = proportion.and_then(|proportion| proportion.between.as_ref());
    [
        outcome.name.as_str().into(),
        outcome.label.as_str().into(),
        outcome.last_date.into(),
        point.n_runs.into(),
        outcome.n_yes.into(),
        proportion.map(|proportion| proportion.probability).into(),
        proportion.map(|proportion| proportion.interval.low).into(),
        proportion.map(|proportion| proportion.interval.high).into(),
        proportion
            .map(|proportion| proportion.effective_runs)
            .into(),
        between.and_then(|between| between.sd).into(),
        between.map(|between| between.sd_interval.low).into(),
        between.map(|between| between.sd_interval.high).into(),
        outcome.mean_day_if_yes.into(),
    ]
}

fn write_points(swept: &Sweep, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for (index, point) in swept.points.iter().enumerate() {
        let (status, reason) = match &point.result {
            PointResult::Done(_) => ("done", None),
            PointResult::Rejected(reason) => ("rejected", Some(reason.as_str())),
            PointResult::Faulted(reason) => ("faulted", Some(reason.as_str())),
            PointResult::NotReached => ("not_reached", None),
        };
        let mut cells = point_cells(swept, index);
        cells.extend::<[Cell<'_>; 5]>([
            status.into(),
            reason.into(),
            format!("{:#x}", point.seed.0).into(),
            point.n_runs.into(),
            point.n_left_out.into(),
        ]);
        rows.row(&cells)?;
    }
    Ok(())
}
