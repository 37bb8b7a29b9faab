//! `dictionary.csv`: what every column of every file means.

use super::ExportError;
use super::columns::{
    COMPARE, COMPARE_FILES, Column, FILES, FileColumns, RUN_PATTERNS, RUNS, SCORE, SCORE_FILES,
    SCORE_PATTERNS, SWEEP, SWEEP_FILES, SWEEP_PATTERN, SWEEP_POINTS, TUNE_FILES,
};
use super::table::Rows;

/// Writes the rows of `columns::DICTIONARY` for a results folder.
///
/// # Errors
/// Where a row cannot be written.
pub fn write(rows: &mut dyn Rows) -> Result<(), ExportError> {
    write_files(&FILES, &RUNS, &RUN_PATTERNS, rows)
}

/// The same for a folder of scores.
///
/// # Errors
/// Where a row cannot be written.
pub fn write_score(rows: &mut dyn Rows) -> Result<(), ExportError> {
    write_files(&SCORE_FILES, &SCORE, &SCORE_PATTERNS, rows)
}

/// The same for a folder of comparisons.
///
/// # Errors
/// Where a row cannot be written.
pub fn write_compare(rows: &mut dyn Rows) -> Result<(), ExportError> {
    write_files(&COMPARE_FILES, &COMPARE, &[], rows)
}

/// The same for a folder of a sweep; the varied paths come after the number of the point.
///
/// # Errors
/// Where a row cannot be written.
pub fn write_sweep(rows: &mut dyn Rows) -> Result<(), ExportError> {
    for file in SWEEP_FILES {
        for (at, column) in file.columns.iter().enumerate() {
            write_column(file, column, rows)?;
            if at == 0 && [SWEEP.name, SWEEP_POINTS.name].contains(&file.name) {
                write_column(file, &SWEEP_PATTERN, rows)?;
            }
        }
    }
    Ok(())
}

/// The same for a folder of files whose columns are the same for every scenario.
///
/// # Errors
/// Where a row cannot be written.
pub fn write_plain(files: &[&FileColumns], rows: &mut dyn Rows) -> Result<(), ExportError> {
    for file in files {
        for column in file.columns {
            write_column(file, column, rows)?;
        }
    }
    Ok(())
}

/// The same for a folder of a tuning.
///
/// # Errors
/// Where a row cannot be written.
pub fn write_tune(rows: &mut dyn Rows) -> Result<(), ExportError> {
    for (file, patterns) in TUNE_FILES {
        for column in file.columns.iter().chain(patterns) {
            write_column(file, column, rows)?;
        }
    }
    Ok(())
}

/// The columns of `files`; in `open`, `patterns` follow.
fn write_files(
    files: &[&FileColumns],
    open: &FileColumns,
    patterns: &[Column],
    rows: &mut dyn Rows,
) -> Result<(), ExportError> {
    for file in files {
        for column in file.columns {
            write_column(file, column, rows)?;
        }
        if file.name == open.name {
            for column in patterns {
                write_column(file, column, rows)?;
            }
        }
    }
    Ok(())
}

fn write_column(
    file: &FileColumns,
    column: &Column,
    rows: &mut dyn Rows,
) -> Result<(), ExportError> {
    rows.row(&[
        format!("{}.csv", file.name).into(),
        column.name.into(),
        column.unit.into(),
        column.meaning.into(),
        file.row.into(),
    ])
}
