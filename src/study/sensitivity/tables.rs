//! Writes the files of a sensitivity analysis; [`crate::table::columns`] describes their columns.

use super::factors::Factor;
use super::indices::{BootstrapEstimate, Index, OutcomeIndices};
use super::morris::Screening;
use super::sobol::{OutcomeSensitivity, Sensitivity};
use crate::base::index::OutcomeId;
use crate::base::math::double::sqrt;
use crate::base::stats::Interval;
use crate::program::Program;
use crate::scenario::Scenario;
use crate::table::cell::Cell;
use crate::table::columns::{
    CONVERGENCE, DICTIONARY, FileColumns, MORRIS, SCREENING_FILES, SENSITIVITY, SENSITIVITY_FILES,
};
use crate::table::{CsvTable, ExportError, Rows, WrittenFile, dictionary};
use std::path::Path;

/// Writes all files of Sobol' indices.
///
/// # Errors
/// If a file cannot be written.
pub fn write_files(
    folder: &Path,
    scenario: &Scenario,
    program: &Program,
    sensitivity: &Sensitivity,
) -> Result<Vec<WrittenFile>, ExportError> {
    let mut files = Files {
        folder,
        written: Vec::new(),
    };
    files.write(&SENSITIVITY, |rows| {
        write_sensitivity(scenario, program, sensitivity, rows)
    })?;
    files.write(&CONVERGENCE, |rows| {
        write_convergence(scenario, program, sensitivity, rows)
    })?;
    files.write(&DICTIONARY, |rows| {
        dictionary::write_plain(&SENSITIVITY_FILES, rows)
    })?;
    Ok(files.written)
}

/// Writes all files of a screening.
///
/// # Errors
/// If a file cannot be written.
pub fn write_screening_files(
    folder: &Path,
    scenario: &Scenario,
    program: &Program,
    screening: &Screening,
) -> Result<Vec<WrittenFile>, ExportError> {
    let mut files = Files {
        folder,
        written: Vec::new(),
    };
    files.write(&MORRIS, |rows| {
        write_screening(scenario, program, screening, rows)
    })?;
    files.write(&DICTIONARY, |rows| {
        dictionary::write_plain(&SCREENING_FILES, rows)
    })?;
    Ok(files.written)
}

/// Writes files into one folder and lists them.
struct Files<'a> {
    folder: &'a Path,
    written: Vec<WrittenFile>,
}

impl Files<'_> {
    fn write(
        &mut self,
        file: &FileColumns,
        write: impl FnOnce(&mut dyn Rows) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let mut table = CsvTable::begin(self.folder, file.name, file.header())?;
        write(&mut table)?;
        self.written.extend(table.finish()?);
        Ok(())
    }
}

/// Writes the rows of `sensitivity.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_sensitivity(
    scenario: &Scenario,
    program: &Program,
    sensitivity: &Sensitivity,
    rows: &mut dyn Rows,
) -> Result<(), ExportError> {
    for of_outcome in &sensitivity.outcomes {
        let all = of_outcome.all_draws();
        for (factor, indices) in sensitivity.factors.iter().zip(&all.factors) {
            for [quantity, n_quantities, moves_with] in quantity_cells(program, factor) {
                let mut cells = head(scenario, program, of_outcome);
                cells.extend([quantity, n_quantities, moves_with]);
                cells.extend(share_cells(&indices.first_order));
                cells.extend(share_cells(&indices.total));
                cells.extend([
                    indices.finding().word().into(),
                    indices.rank_first_order.into(),
                    indices.rank_total.into(),
                ]);
                cells.extend(variance_cells(&indices.first_order));
                cells.extend(variance_cells(&indices.total));
                cells.extend([sensitivity.n_runs.into(), all.n_draws.into()]);
                rows.row(&cells)?;
            }
        }
    }
    Ok(())
}

/// The cells from `scenario` to `simulation_parameter_share_high`.
fn head<'a>(
    scenario: &'a Scenario,
    program: &'a Program,
    sensitivity: &OutcomeSensitivity,
) -> Vec<Cell<'a>> {
    let all = sensitivity.all_draws();
    let [name, outcome] = outcome_cells(scenario, program, sensitivity.outcome);
    let label = scenario.outcomes[sensitivity.outcome].label.as_str();
    let mut cells = vec![name, outcome, label.into(), all.mean.into()];
    cells.extend(stage_cells(all));
    cells.extend(estimate_cells(all.parameter_share.as_ref()));
    cells
}

/// Writes the rows of `convergence.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_convergence(
    scenario: &Scenario,
    program: &Program,
    sensitivity: &Sensitivity,
    rows: &mut dyn Rows,
) -> Result<(), ExportError> {
    for of_outcome in &sensitivity.outcomes {
        for (index, factor) in sensitivity.factors.iter().enumerate() {
            for [quantity, ..] in quantity_cells(program, factor) {
                for stage in &of_outcome.stages {
                    let indices = &stage.factors[index];
                    let mut cells = outcome_cells(scenario, program, of_outcome.outcome).to_vec();
                    cells.extend([
                        quantity.clone(),
                        (stage.n_quarters as f64 / 4.0).into(),
                        stage.n_draws.into(),
                    ]);
                    cells.extend(stage_cells(stage));
                    cells.extend(share_cells(&indices.first_order));
                    cells.extend(share_cells(&indices.total));
                    cells.extend([
                        indices.first_order.variance.value.into(),
                        indices.total.variance.value.into(),
                    ]);
                    rows.row(&cells)?;
                }
            }
        }
    }
    Ok(())
}

/// Writes the rows of `morris.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_screening(
    scenario: &Scenario,
    program: &Program,
    screening: &Screening,
    rows: &mut dyn Rows,
) -> Result<(), ExportError> {
    for of_outcome in &screening.outcomes {
        for (factor, effect) in screening.factors.iter().zip(&of_outcome.effects) {
            for [quantity, n_quantities, moves_with] in quantity_cells(program, factor) {
                let [name, outcome] = outcome_cells(scenario, program, of_outcome.outcome);
                rows.row(&[
                    name,
                    outcome,
                    scenario.outcomes[of_outcome.outcome].label.as_str().into(),
                    quantity,
                    n_quantities,
                    moves_with,
                    effect.mean_absolute.into(),
                    effect.interval.map(|interval| interval.low).into(),
                    effect.interval.map(|interval| interval.high).into(),
                    effect.mean.into(),
                    effect.sd.into(),
                    effect.monte_carlo_error.into(),
                    effect.rank.into(),
                    screening.n_trajectories.into(),
                    screening.n_runs.into(),
                ])?;
            }
        }
    }
    Ok(())
}

fn outcome_cells<'a>(
    scenario: &'a Scenario,
    program: &'a Program,
    outcome: OutcomeId,
) -> [Cell<'a>; 2] {
    [
        scenario.name.as_str().into(),
        program.outcomes[outcome].name.as_str().into(),
    ]
}

/// The cells `quantity`, `n_quantities` and `moves_with` of a factor's rows: one row per quantity,
/// or a single row if the factor is a group by actor.
fn quantity_cells(program: &Program, factor: &Factor) -> Vec<[Cell<'static>; 3]> {
    let paths = factor.members.iter();
    let paths: Vec<&str> = paths
        .map(|&id| program.parameters[id].path.as_str())
        .collect();
    let n_quantities = paths.len() as u64;
    if paths.join(" + ") != factor.name {
        return vec![[
            factor.name.clone().into(),
            n_quantities.into(),
            Cell::Missing,
        ]];
    }
    let row = |&path: &&str| {
        let others = paths.iter().filter(|&&other| other != path);
        let others: Vec<&str> = others.copied().collect();
        let others = (!others.is_empty()).then(|| others.join(" "));
        [path.to_owned().into(), n_quantities.into(), others.into()]
    };
    paths.iter().map(row).collect()
}

/// The cells `parameter_variance` and `simulation_parameter_variance_se`.
fn stage_cells(stage: &OutcomeIndices) -> [Cell<'static>; 2] {
    [
        stage.variance.value.into(),
        stage.variance.standard_error.into(),
    ]
}

fn share_cells(index: &Index) -> [Cell<'static>; 3] {
    estimate_cells(index.share.as_ref())
}

fn estimate_cells(estimate: Option<&BootstrapEstimate>) -> [Cell<'static>; 3] {
    let end = |of: fn(Interval) -> f64| estimate.map(|one| of(one.interval)).into();
    [
        estimate.map(|one| one.value).into(),
        end(|interval| interval.low),
        end(|interval| interval.high),
    ]
}

/// A variance, its interval and its square root.
fn variance_cells(index: &Index) -> Vec<Cell<'static>> {
    let value = index.variance.value;
    let mut cells = estimate_cells(Some(&index.variance)).to_vec();
    cells.push((value >= 0.0).then(|| sqrt(value)).into());
    cells
}
