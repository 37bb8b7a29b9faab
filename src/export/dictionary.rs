//! `dictionary.csv`: what every column of every file means.

use super::ExportError;
use super::columns::{Column, FILES, FileColumns, RUN_PATTERNS, RUNS};
use super::table::Rows;

/// Writes the rows of `columns::DICTIONARY`.
///
/// # Errors
/// Where a row cannot be written.
pub fn write(rows: &mut dyn Rows) -> Result<(), ExportError> {
    for file in FILES {
        for column in file.columns {
            write_column(file, column, rows)?;
        }
        if file.name == RUNS.name {
            for column in &RUN_PATTERNS {
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
