//! `variables.csv`: one row per variable and day.

use super::ExportError;
use super::writer::Rows;
use crate::estimate::Estimates;

/// Writes the rows of `columns::VARIABLES`.
///
/// # Errors
/// If a row cannot be written.
pub fn write(estimates: &Estimates<'_>, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for row in estimates.variables() {
        let [p05, p25, p50, p75, p95] = row.values.quantiles;
        rows.row(&[
            row.variable.name.as_str().into(),
            row.variable.label.as_str().into(),
            row.day.into(),
            row.date.into(),
            row.n_runs.into(),
            row.values.mean.into(),
            row.values.sd.into(),
            p05.into(),
            p25.into(),
            p50.into(),
            p75.into(),
            p95.into(),
        ])?;
    }
    Ok(())
}
