//! `dictionary.csv`: the definition of every column of every file.

use super::ExportError;
use super::columns::{
    COMPARE, COMPARE_FILES, Column, FILES, FileColumns, RUN_PATTERNS, RUNS, SCORE, SCORE_FILES,
    SCORE_PATTERNS, SWEEP, SWEEP_FILES, SWEEP_PATTERN, SWEEP_POINTS, TUNE_FILES,
};
use super::writer::Rows;

/// Writes `dictionary.csv` of a results folder.
///
/// # Errors
/// If a row cannot be written.
pub fn write(rows: &mut dyn Rows) -> Result<(), ExportError> {
    write_files(&FILES, &RUNS, &RUN_PATTERNS, rows)
}

/// Writes `dictionary.csv` of `score`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_score(rows: &mut dyn Rows) -> Result<(), ExportError> {
    write_files(&SCORE_FILES, &SCORE, &SCORE_PATTERNS, rows)
}

/// Writes `dictionary.csv` of `compare`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_compare(rows: &mut dyn Rows) -> Result<(), ExportError> {
    write_files(&COMPARE_FILES, &COMPARE, &[], rows)
}

/// Writes `dictionary.csv` of `sweep`; the varied paths follow the point number.
///
/// # Errors
/// If a row cannot be written.
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

/// Writes `dictionary.csv` for files whose columns do not depend on the scenario.
///
/// # Errors
/// If a row cannot be written.
pub fn write_plain(files: &[&FileColumns], rows: &mut dyn Rows) -> Result<(), ExportError> {
    for file in files {
        for column in file.columns {
            write_column(file, column, rows)?;
        }
    }
    Ok(())
}

/// Writes `dictionary.csv` of `tune`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_tune(rows: &mut dyn Rows) -> Result<(), ExportError> {
    for (file, patterns) in TUNE_FILES {
        for column in file.columns.iter().chain(patterns) {
            write_column(file, column, rows)?;
        }
    }
    Ok(())
}

/// Writes the columns of `files`; in `open`, `patterns` follow.
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
