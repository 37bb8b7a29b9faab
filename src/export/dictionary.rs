//! `dictionary.csv`: what every column of every file means.

use super::ExportError;
use super::columns::{
    Column, FILES, FileColumns, RUN_PATTERNS, RUNS, SCORE, SCORE_FILES, SCORE_PATTERNS, TUNE_FILES,
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
