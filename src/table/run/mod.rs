//! The tables of one simulated scenario.
//!
//! Each file describes one table, or two of the same rows: the one that people read, and the day
//! quantiles or diagnostics beside it. Every table starts with the scenario and a key.

mod actions;
mod common;
mod events;
mod joint;
mod outcomes;
mod parameters;
mod resolutions;
mod runs;
mod timeline;
mod variables;

pub use common::{
    effective_runs, interval, keyed, keyed_by, n_runs, parameter_sd, parameter_sd_interval,
};
pub use outcomes::outcomes;
pub use parameters::parameters;
pub use runs::RunsTable;

use super::{CsvFolder, ExportError};
use crate::estimate::Estimates;

/// Writes all tables except `runs.csv`.
///
/// # Errors
/// If a file cannot be written.
pub fn write_tables(folder: &mut CsvFolder, estimates: &Estimates<'_>) -> Result<(), ExportError> {
    let scenario = estimates.scenario;
    folder.write(&outcomes(scenario), estimates.outcomes())?;
    folder.write(&timeline::timeline(scenario), estimates.timeline())?;
    folder.write(&outcomes::days(scenario), estimates.outcomes())?;
    folder.write(&outcomes::diagnostics(scenario), estimates.outcomes())?;
    folder.write(&joint::joint(scenario), estimates.joint())?;
    folder.write(&actions::actions(scenario), estimates.actions())?;
    folder.write(&actions::days(scenario), estimates.actions())?;
    folder.write(&events::events(scenario), estimates.events())?;
    folder.write(&events::days(scenario), estimates.events())?;
    folder.write(&variables::variables(scenario), estimates.variables())?;
    folder.write(&parameters("parameters", scenario), estimates.parameters())?;
    let mut resolved = resolutions::rows(scenario).peekable();
    if resolved.peek().is_some() {
        folder.write(&resolutions::resolutions(scenario), resolved)?;
    }
    Ok(())
}
