//! Derivatives as rows of the file that [`crate::table::columns`] describes.

use super::quantities::{By, Studied};
use super::{Derivative, Derivatives};
use crate::base::stats::z_of_confidence;
use crate::scenario::Scenario;
use crate::table::cell::Cell;
use crate::table::columns::DERIVATIVES;
use crate::table::{CsvTable, ExportError, Rows, WrittenFile};
use std::path::Path;

/// Writes `derivatives.csv`.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_file(
    folder: &Path,
    scenario: &Scenario,
    derivatives: &Derivatives,
    confidence: f64,
) -> Result<Vec<WrittenFile>, ExportError> {
    let mut table = CsvTable::begin(folder, DERIVATIVES.name, DERIVATIVES.header())?;
    write(scenario, derivatives, confidence, &mut table)?;
    table.finish()
}

/// Writes its rows: the reached quantities question by question, then those out of reach.
///
/// # Errors
/// If a row cannot be written.
pub fn write(
    scenario: &Scenario,
    derivatives: &Derivatives,
    confidence: f64,
    rows: &mut dyn Rows,
) -> Result<(), ExportError> {
    let z = z_of_confidence(confidence);
    let n_runs = derivatives.tally.n_runs;
    for (id, outcome) in scenario.outcomes.enumerate() {
        let about = About {
            scenario: &scenario.name,
            outcome: &outcome.name,
            n_runs,
            n_yes: derivatives.n_yes(id),
            is_rare: derivatives.is_rare(id),
            n_unscored: derivatives.n_unscored,
        };
        for (studied, slope) in derivatives.gradient(id) {
            rows.row(&reached_cells(&about, studied, slope, z))?;
        }
    }
    for studied in &derivatives.quantities {
        if let Err(reason) = studied.reach {
            let mut cells = vec![Cell::Missing; DERIVATIVES.columns.len()];
            cells[0] = scenario.name.as_str().into();
            cells[2] = studied.path.as_str().into();
            cells[3] = studied.value.into();
            let last = cells.len() - 1;
            cells[last - 1] = "none".into();
            cells[last] = reason.note().into();
            rows.row(&cells)?;
        }
    }
    Ok(())
}

/// What all rows of a question share.
struct About<'a> {
    scenario: &'a str,
    outcome: &'a str,
    n_runs: u64,
    n_yes: u64,
    is_rare: bool,
    n_unscored: u64,
}

fn reached_cells<'a>(
    about: &About<'a>,
    studied: &'a Studied,
    slope: Derivative,
    z: f64,
) -> [Cell<'a>; 17] {
    let by = match studied.reach {
        Ok(ref reach) if matches!(reach.by(), By::Logarithm) => "logarithm",
        _ => "value",
    };
    let effect = studied.effect(slope);
    let (low, high) = (
        slope.value - z * slope.standard_error,
        slope.value + z * slope.standard_error,
    );
    let end = |z: f64| effect.map(|effect| effect.difference + z * effect.standard_error);
    let note = if about.n_unscored > 0 {
        Some("some numbers on the way were not finite and were left out: do not rely on it")
    } else {
        about.is_rare.then_some(
            "fewer than 30 runs with one of the two answers: the error is itself uncertain, simulate more runs",
        )
    };
    [
        about.scenario.into(),
        about.outcome.into(),
        studied.path.as_str().into(),
        studied.value.into(),
        slope.value.into(),
        by.into(),
        slope.standard_error.into(),
        low.into(),
        high.into(),
        effect.map(|effect| effect.change.words).into(),
        effect.map(|effect| effect.difference).into(),
        end(-z).into(),
        end(z).into(),
        about.n_runs.into(),
        about.n_yes.into(),
        "likelihood_ratio".into(),
        note.into(),
    ]
}
