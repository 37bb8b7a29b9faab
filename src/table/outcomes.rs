//! `outcomes.csv`: one row per outcome.

use super::cell::Cell;
use super::writer::Rows;
use super::{ExportError, dates_of, days_of, parameter_sd, proportion_cells};
use crate::estimate::{Estimates, OutcomeEstimate};
use crate::scenario::Resolution;

/// Writes the rows of [`OUTCOMES`](super::columns::OUTCOMES).
///
/// # Errors
/// If a row cannot be written.
pub fn write(estimates: &Estimates<'_>, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for estimate in estimates.outcomes() {
        rows.row(&cells(estimates, &estimate))?;
    }
    Ok(())
}

fn cells<'a>(estimates: &Estimates<'a>, estimate: &OutcomeEstimate<'a>) -> Vec<Cell<'a>> {
    let scenario = estimates.scenario;
    let outcome = estimate.outcome;
    let proportion = estimate.proportion.as_ref();
    let between = proportion.and_then(|proportion| proportion.between.as_ref());
    let mut cells: Vec<Cell<'a>> = vec![
        scenario.name.as_str().into(),
        outcome.name.as_str().into(),
        outcome.label.as_str().into(),
        outcome.question.as_str().into(),
        outcome.last_day.into(),
        scenario.date_of_day(outcome.last_day).into(),
        estimate.n_runs.into(),
        estimate.n_yes.into(),
    ];
    cells.extend(proportion_cells(proportion));
    cells.extend([
        proportion
            .map(|proportion| proportion.effective_runs)
            .into(),
        proportion
            .and_then(|proportion| proportion.pair_correlation)
            .into(),
        between.map(|between| between.variance).into(),
        between.map(|between| between.variance_se).into(),
        parameter_sd(proportion),
        between.map(|between| between.sd_interval.low).into(),
        between.map(|between| between.sd_interval.high).into(),
    ]);
    cells.extend(days_of(&estimate.day));
    cells.extend(dates_of(scenario, &estimate.day));
    cells.push(estimate.mean_day_if_yes.into());
    cells.extend(days_of(&estimate.day_if_yes));
    cells.extend(dates_of(scenario, &estimate.day_if_yes));
    cells.extend(resolution_cells(outcome.resolution.as_ref()));
    cells
}

/// The resolution, if the scenario has one, so that `score` needs no other file.
fn resolution_cells(resolution: Option<&Resolution>) -> [Cell<'_>; 3] {
    [
        resolution.map(|resolution| resolution.answer.word()).into(),
        resolution.and_then(|resolution| resolution.date).into(),
        resolution
            .and_then(|resolution| resolution.source.as_deref())
            .into(),
    ]
}
