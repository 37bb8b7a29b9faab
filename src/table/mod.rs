//! Tables (floor 7): estimates written as CSV, JSON and a manifest, and the reader of users' tables.
//!
//! Each result table has a file here; the names and definitions of all columns are in [`columns`].
//! [`user_table`] reads what users hand in. This module computes nothing.

mod actions;
pub mod cell;
pub mod columns;
pub mod dictionary;
mod events;
mod joint;
pub mod manifest;
pub mod outcomes;
pub mod parameters;
mod runs;
mod staging;
mod timeline;
pub mod user_table;
mod variables;
pub mod writer;

pub use manifest::Manifest;
pub use runs::RunsTable;
pub use staging::Staging;
pub use writer::{CsvTable, CsvText, JsonRows, Rows, WrittenFile};

use crate::base::stats::Proportion;
use crate::estimate::{DayQuantiles, Estimates, OccurrenceEstimate};
use crate::scenario::Scenario;
use cell::Cell;
use columns::FileColumns;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The reason why results cannot be written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// A folder cannot be created.
    #[error("cannot create a folder in {}", .0.display())]
    MakeFolder(PathBuf, #[source] std::io::Error),
    /// The path exists and is not a folder.
    #[error("{} exists and is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// The path has no final name.
    #[error("{} does not name a folder", .0.display())]
    NotAFolderName(PathBuf),
    /// A file cannot be written; earlier results are unchanged.
    #[error("cannot write {}; earlier results are unchanged", .0.display())]
    Write(PathBuf, #[source] std::io::Error),
    /// A file cannot be moved into the results folder.
    #[error(
        "cannot replace {}; close it in other programs. The new results are complete, in {}",
        path.display(),
        kept.display()
    )]
    Publish {
        /// The file that could not be replaced.
        path: PathBuf,
        /// The system error.
        source: std::io::Error,
        /// The folder of the staged results.
        kept: PathBuf,
    },
}

impl ExportError {
    fn write(path: &Path, error: impl Into<std::io::Error>) -> Self {
        Self::Write(path.to_owned(), error.into())
    }

    fn make(parent: &Path, error: std::io::Error) -> Self {
        Self::MakeFolder(parent.to_owned(), error)
    }
}

/// Writes all tables except `runs.csv` into the staging folder.
///
/// # Errors
/// If a file cannot be written.
pub fn write_tables(
    staging: &Staging,
    estimates: &Estimates<'_>,
) -> Result<Vec<WrittenFile>, ExportError> {
    type Write = fn(&Estimates<'_>, &mut dyn Rows) -> Result<(), ExportError>;
    let tables: [(&FileColumns, Write); 8] = [
        (&columns::OUTCOMES, outcomes::write),
        (&columns::TIMELINE, timeline::write),
        (&columns::ACTIONS, actions::write),
        (&columns::EVENTS, events::write),
        (&columns::VARIABLES, variables::write),
        (&columns::JOINT, joint::write),
        (&columns::PARAMETERS, parameters::write),
        (&columns::DICTIONARY, |_, rows| dictionary::write(rows)),
    ];
    let mut written = Vec::new();
    for (file, write) in tables {
        let mut table = CsvTable::begin(staging.folder(), file.name, file.header())?;
        write(estimates, &mut table)?;
        written.extend(table.finish()?);
    }
    Ok(written)
}

/// A probability and its Monte Carlo confidence interval.
fn proportion_cells(proportion: Option<&Proportion>) -> [Cell<'static>; 3] {
    [
        proportion.map(|proportion| proportion.probability).into(),
        proportion.map(|proportion| proportion.interval.low).into(),
        proportion.map(|proportion| proportion.interval.high).into(),
    ]
}

/// Standard deviation of the probability over the uncertain quantities.
fn parameter_sd(proportion: Option<&Proportion>) -> Cell<'static> {
    let between = proportion.and_then(|proportion| proportion.between.as_ref());
    between.and_then(|between| between.sd).into()
}

/// The cells from `n_runs` to `simulation_mean_count_se`.
fn occurrence_cells(estimate: &OccurrenceEstimate) -> [Cell<'static>; 7] {
    let proportion = estimate.proportion.as_ref();
    let [share, low, high] = proportion_cells(proportion);
    let count = estimate.count.as_ref();
    [
        estimate.n_runs.into(),
        share,
        low,
        high,
        parameter_sd(proportion),
        count.map(|count| count.mean).into(),
        count.and_then(|count| count.standard_error).into(),
    ]
}

fn days_of(quantiles: &DayQuantiles) -> [Cell<'static>; 5] {
    quantiles.days.map(Cell::from)
}

fn dates_of(scenario: &Scenario, quantiles: &DayQuantiles) -> [Cell<'static>; 5] {
    let date = |day: Option<u16>| day.map(|day| scenario.date_of_day(day)).into();
    quantiles.days.map(date)
}
