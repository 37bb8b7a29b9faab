//! `events.csv`: one row per event.

use super::writer::Rows;
use super::{ExportError, days_of, occurrence_cells};
use crate::estimate::Estimates;

/// Writes the rows of `columns::EVENTS`.
///
/// # Errors
/// If a row cannot be written.
pub fn write(estimates: &Estimates<'_>, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for estimate in estimates.events() {
        let event = estimate.event;
        let mut cells = vec![event.name.as_str().into(), event.label.as_str().into()];
        cells.extend(occurrence_cells(&estimate.occurred));
        cells.extend(days_of(&estimate.occurred.first_day));
        cells.extend(days_of(&estimate.occurred.first_day_if_yes));
        rows.row(&cells)?;
    }
    Ok(())
}
