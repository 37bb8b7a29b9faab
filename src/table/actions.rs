//! `actions.csv`: one row per actor and action.

use super::writer::Rows;
use super::{ExportError, days_of, occurrence_cells};
use crate::estimate::Estimates;

/// Writes the rows of `columns::ACTIONS`.
///
/// # Errors
/// If a row cannot be written.
pub fn write(estimates: &Estimates<'_>, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for estimate in estimates.actions() {
        let action = estimate.action;
        let mut cells = vec![
            estimate.actor.name.as_str().into(),
            action.name.as_str().into(),
            action.label.as_str().into(),
            action.track.as_str().into(),
        ];
        cells.extend(occurrence_cells(&estimate.taken));
        cells.extend([
            estimate.success_share.into(),
            estimate.days_open.into(),
            estimate.share_of_open_days.into(),
        ]);
        cells.extend(days_of(&estimate.taken.first_day));
        cells.extend(days_of(&estimate.taken.first_day_if_yes));
        rows.row(&cells)?;
    }
    Ok(())
}
