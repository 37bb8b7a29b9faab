//! `timeline.csv`: one row per outcome and day.

use super::writer::Rows;
use super::{ExportError, proportion_cells};
use crate::estimate::Estimates;

/// Writes the rows of `columns::TIMELINE`.
///
/// # Errors
/// If a row cannot be written.
pub fn write(estimates: &Estimates<'_>, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for row in estimates.timeline() {
        let [probability, low, high] = proportion_cells(row.proportion.as_ref());
        rows.row(&[
            row.outcome.name.as_str().into(),
            row.day.into(),
            row.date.into(),
            estimates.tally.n_runs.into(),
            row.n_yes.into(),
            probability,
            low,
            high,
            row.hazard.into(),
        ])?;
    }
    Ok(())
}
