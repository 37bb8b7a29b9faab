//! `parameters.csv`: one row per quantity.

use super::ExportError;
use super::writer::Rows;
use crate::estimate::Estimates;

/// Writes the rows of `columns::PARAMETERS`.
///
/// # Errors
/// If a row cannot be written.
pub fn write(estimates: &Estimates<'_>, rows: &mut dyn Rows) -> Result<(), ExportError> {
    write_where(estimates, rows, |_| true)
}

/// Writes the rows of the selected paths.
///
/// # Errors
/// If a row cannot be written.
pub fn write_where(
    estimates: &Estimates<'_>,
    rows: &mut dyn Rows,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<(), ExportError> {
    let all = estimates.parameters();
    for parameter in all.filter(|parameter| is_wanted(parameter.path)) {
        rows.row(&[
            parameter.path.into(),
            parameter.number.into(),
            parameter.distribution.map(ToString::to_string).into(),
            parameter.own.mean.into(),
            parameter.own.sd.into(),
            parameter.drawn.mean.into(),
            parameter.drawn.sd.into(),
            parameter.normalized.map(|share| share.mean).into(),
            parameter.normalized.map(|share| share.sd).into(),
        ])?;
    }
    Ok(())
}
