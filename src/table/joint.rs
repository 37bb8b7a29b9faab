//! `joint.csv`: one row per ordered pair of outcomes.

use super::ExportError;
use super::writer::Rows;
use crate::estimate::Estimates;

/// Writes the rows of `columns::JOINT`.
///
/// # Errors
/// If a row cannot be written.
pub fn write(estimates: &Estimates<'_>, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for pair in estimates.joint() {
        rows.row(&[
            pair.first.name.as_str().into(),
            pair.second.name.as_str().into(),
            pair.n_runs.into(),
            pair.first_probability.into(),
            pair.second_probability.into(),
            pair.both_probability.into(),
            pair.conditional_probability.into(),
            pair.lift.into(),
        ])?;
    }
    Ok(())
}
