//! Writes the files of a comparison; [`crate::table::columns`] describes their columns.

use super::comparison::{ActionDifference, ComparedVariant, Comparison, OutcomeDifference};
use super::paired::PairedDifference;
use crate::table::cell::Cell;
use crate::table::columns::{COMPARE, COMPARE_ACTIONS, DICTIONARY};
use crate::table::{CsvTable, ExportError, Rows, WrittenFile, dictionary};
use std::path::Path;

/// Writes all files of a comparison.
///
/// # Errors
/// If a file cannot be written.
pub fn write_files(
    folder: &Path,
    compared: &Comparison<'_>,
) -> Result<Vec<WrittenFile>, ExportError> {
    type Write = fn(&Comparison<'_>, &mut dyn Rows) -> Result<(), ExportError>;
    let tables: [(&str, Vec<String>, Write); 3] = [
        (COMPARE.name, outcome_header(), write_outcomes),
        (
            COMPARE_ACTIONS.name,
            COMPARE_ACTIONS.header(),
            write_actions,
        ),
        (DICTIONARY.name, DICTIONARY.header(), |_, rows| {
            dictionary::write_compare(rows)
        }),
    ];
    let mut written = Vec::new();
    for (name, header, write) in tables {
        let mut table = CsvTable::begin(folder, name, header)?;
        write(compared, &mut table)?;
        written.extend(table.finish()?);
    }
    Ok(written)
}

/// The header of `compare.csv`.
pub fn outcome_header() -> Vec<String> {
    COMPARE.header()
}

/// Writes the rows of `compare.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_outcomes(compared: &Comparison<'_>, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for variant in &compared.variants {
        for outcome in &variant.outcomes {
            rows.row(&outcome_cells(compared, variant, outcome))?;
        }
    }
    Ok(())
}

fn outcome_cells<'a>(
    compared: &Comparison<'a>,
    variant: &ComparedVariant<'a>,
    outcome: &OutcomeDifference<'a>,
) -> Vec<Cell<'a>> {
    let (base, other) = (compared.base.scenario, variant.side.scenario);
    let change = outcome.difference.as_ref();
    let mut cells: Vec<Cell<'a>> = vec![
        compared.base.name.into(),
        variant.side.name.into(),
        outcome.base.name.as_str().into(),
        outcome.base.label.as_str().into(),
        base.date_of_day(outcome.base.last_day).into(),
        other.date_of_day(outcome.variant.last_day).into(),
    ];
    cells.extend(difference_cells(change));
    cells.extend([
        change.and_then(|change| change.base_mean_day).into(),
        change.and_then(|change| change.variant_mean_day).into(),
        change.map(|change| change.n_both).into(),
        change.and_then(|change| change.days_later).into(),
        change.and_then(|change| change.days_later_se).into(),
        u16::from(variant.reasons_if_identical.is_some()).into(),
    ]);
    cells
}

/// The cells from `n_runs` to `gain_bound`.
fn difference_cells(change: Option<&PairedDifference>) -> [Cell<'static>; 12] {
    [
        change.map(|change| change.n_runs).into(),
        change.map(|change| change.base_probability).into(),
        change.map(|change| change.variant_probability).into(),
        change.map(|change| change.difference).into(),
        change.map(|change| change.interval.low).into(),
        change.map(|change| change.interval.high).into(),
        change.and_then(|change| change.standard_error).into(),
        change.map(|change| change.n_no_to_yes).into(),
        change.map(|change| change.n_yes_to_no).into(),
        change.map(|change| change.se_if_independent).into(),
        change.and_then(|change| change.gain).into(),
        change.and_then(|change| change.gain_bound).into(),
    ]
}

fn write_actions(compared: &Comparison<'_>, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for variant in &compared.variants {
        for action in &variant.actions {
            rows.row(&action_cells(compared, variant, action))?;
        }
    }
    Ok(())
}

fn action_cells<'a>(
    compared: &Comparison<'a>,
    variant: &ComparedVariant<'a>,
    action: &ActionDifference<'a>,
) -> Vec<Cell<'a>> {
    let mut cells: Vec<Cell<'a>> = vec![
        compared.base.name.into(),
        variant.side.name.into(),
        action.actor.name.as_str().into(),
        action.action.name.as_str().into(),
        action.action.label.as_str().into(),
    ];
    cells.extend(difference_cells(action.difference.as_ref()));
    cells
}
