//! Writes the files of a calibration; [`crate::table::columns`] describes their columns.

use super::free::FreeNumber;
use super::log::{fingerprint, header_of};
use super::problem::TuningProblem;
use super::result::{RangeEnd, Tuning};
use crate::base::math::double::sqrt;
use crate::base::stats::weighted_quantile;
use crate::optimize::abc_smc::{Particle, covariance, effective_particles, mean};
use crate::table::cell::Cell;
use crate::table::columns::{
    DICTIONARY, EVALUATIONS, POSTERIOR, POSTERIOR_SUMMARY, TUNE, TUNE_PARAMETERS,
};
use crate::table::{CsvTable, ExportError, Rows, WrittenFile, dictionary};
use std::path::Path;

/// Writes all files of a calibration.
///
/// # Errors
/// If a file cannot be written.
pub fn write_files(
    folder: &Path,
    problem: &TuningProblem<'_>,
    tuning: &Tuning,
) -> Result<Vec<WrittenFile>, ExportError> {
    type Write = fn(&TuningProblem<'_>, &Tuning, &mut dyn Rows) -> Result<(), ExportError>;
    let evaluations_header = header_of(problem.free, problem.targets);
    let mut tables: Vec<(&str, Vec<String>, Write)> = vec![
        (TUNE.name, TUNE.header(), |_, tuning, rows| {
            write_targets(tuning, rows)
        }),
        (
            TUNE_PARAMETERS.name,
            TUNE_PARAMETERS.header(),
            |_, tuning, rows| write_parameters(tuning, rows),
        ),
        (EVALUATIONS.name, evaluations_header, write_evaluations),
        (DICTIONARY.name, DICTIONARY.header(), |_, _, rows| {
            dictionary::write_tune(rows)
        }),
    ];
    if tuning.posterior.is_some() {
        let header = posterior_header(problem.free);
        tables.push((POSTERIOR.name, header, |problem, tuning, rows| {
            write_posterior(problem.free, tuning, rows)
        }));
        let header = posterior_summary_header(problem.free);
        tables.push((POSTERIOR_SUMMARY.name, header, |problem, tuning, rows| {
            write_posterior_summary(problem.free, tuning, rows)
        }));
    }
    let mut written = Vec::new();
    for (name, header, write) in tables {
        let mut table = CsvTable::begin(folder, name, header)?;
        write(problem, tuning, &mut table)?;
        written.extend(table.finish()?);
    }
    Ok(written)
}

/// Writes the rows of `tune.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_targets(tuning: &Tuning, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for row in &tuning.targets {
        let target = &row.target;
        rows.row(&[
            target.kind.word().into(),
            target.name.as_str().into(),
            target.day.into(),
            target.target.into(),
            target.tolerance.into(),
            target.weight.into(),
            row.before.into(),
            row.after.into(),
            row.standard_error.into(),
            u16::from(row.is_met).into(),
        ])?;
    }
    Ok(())
}

/// Writes the rows of `tune_parameters.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_parameters(tuning: &Tuning, rows: &mut dyn Rows) -> Result<(), ExportError> {
    for row in &tuning.parameters {
        rows.row(&[
            row.free.path.as_str().into(),
            row.before.into(),
            row.after.into(),
            row.free.low.into(),
            row.free.high.into(),
            row.free.scale().word().into(),
            row.at_bound.map(RangeEnd::word).into(),
            row.standard_error.into(),
            (!row.identifiability.is_empty())
                .then_some(row.identifiability)
                .into(),
        ])?;
    }
    Ok(())
}

fn write_evaluations(
    problem: &TuningProblem<'_>,
    tuning: &Tuning,
    rows: &mut dyn Rows,
) -> Result<(), ExportError> {
    let fingerprint = format!("{:#018x}", fingerprint(problem));
    for row in &tuning.evaluations {
        let mut cells: Vec<Cell<'_>> = vec![
            fingerprint.as_str().into(),
            format!("{:#x}", row.seed.0).into(),
            row.n_runs.into(),
            row.purpose.word().into(),
            row.result.status.word().into(),
            row.result.sum_of_squares(problem.targets).into(),
        ];
        cells.extend(row.values.iter().map(|&value| Cell::from(value)));
        cells.extend(row.result.estimates.iter().map(|&value| Cell::from(value)));
        rows.row(&cells)?;
    }
    Ok(())
}

/// The header of `posterior.csv`.
pub fn posterior_header(free: &[FreeNumber]) -> Vec<String> {
    let paths = free.iter().map(|free| free.path.clone());
    POSTERIOR.header().into_iter().chain(paths).collect()
}

/// The header of `posterior_summary.csv`.
pub fn posterior_summary_header(free: &[FreeNumber]) -> Vec<String> {
    let paths = free.iter().map(|free| format!("correlation_{}", free.path));
    POSTERIOR_SUMMARY
        .header()
        .into_iter()
        .chain(paths)
        .collect()
}

/// The particles with the values of the free parameters instead of unit coordinates.
fn particles(free: &[FreeNumber], tuning: &Tuning) -> Vec<Particle> {
    let particles = tuning.posterior.iter().flat_map(|one| &one.particles);
    particles
        .map(|particle| Particle {
            point: free
                .iter()
                .zip(&particle.point)
                .map(|(free, &x)| free.value_at(x))
                .collect(),
            ..particle.clone()
        })
        .collect()
}

/// Writes the rows of `posterior.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_posterior(
    free: &[FreeNumber],
    tuning: &Tuning,
    rows: &mut dyn Rows,
) -> Result<(), ExportError> {
    for (number, particle) in (1_u64..).zip(&particles(free, tuning)) {
        let mut cells: Vec<Cell<'_>> = vec![
            number.into(),
            particle.weight.into(),
            particle.distance.into(),
        ];
        cells.extend(particle.point.iter().map(|&value| Cell::from(value)));
        rows.row(&cells)?;
    }
    Ok(())
}

/// The marginal posterior of one free parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct PosteriorSummary {
    /// TOML path of the number.
    pub path: String,
    /// Weighted mean over the particles.
    pub mean: f64,
    /// Weighted standard deviation over the particles.
    pub sd: f64,
    /// Weighted 5 % quantile.
    pub p05: f64,
    /// Weighted median (50 % quantile).
    pub p50: f64,
    /// Weighted 95 % quantile.
    pub p95: f64,
    /// Correlations with all free parameters; `None` if one does not vary.
    pub correlations: Vec<Option<f64>>,
}

/// The marginal posterior of each free parameter; empty without a posterior.
pub fn posterior_summary(free: &[FreeNumber], tuning: &Tuning) -> Vec<PosteriorSummary> {
    let particles = particles(free, tuning);
    if particles.is_empty() {
        return Vec::new();
    }
    let covariance = covariance(&particles);
    let summary = |index: usize| {
        let values = particles.iter().map(|one| (one.point[index], one.weight));
        let values: Vec<(f64, f64)> = values.collect();
        let quantile = |share: f64| weighted_quantile(values.clone(), share);
        let correlation = |other: usize| {
            let spread = sqrt(covariance[index][index] * covariance[other][other]);
            (spread > 0.0).then(|| covariance[index][other] / spread)
        };
        PosteriorSummary {
            path: free[index].path.clone(),
            mean: mean(&particles, |one| one.point[index]),
            sd: sqrt(covariance[index][index]),
            p05: quantile(0.05),
            p50: quantile(0.5),
            p95: quantile(0.95),
            correlations: (0..free.len()).map(correlation).collect(),
        }
    };
    (0..free.len()).map(summary).collect()
}

/// Writes the rows of `posterior_summary.csv`.
///
/// # Errors
/// If a row cannot be written.
pub fn write_posterior_summary(
    free: &[FreeNumber],
    tuning: &Tuning,
    rows: &mut dyn Rows,
) -> Result<(), ExportError> {
    let particles = tuning.posterior.iter().flat_map(|one| &one.particles);
    let particles: Vec<Particle> = particles.cloned().collect();
    for (one, row) in free.iter().zip(posterior_summary(free, tuning)) {
        let mut cells: Vec<Cell<'_>> = vec![
            one.path.as_str().into(),
            one.low.into(),
            one.high.into(),
            (particles.len() as u64).into(),
            effective_particles(&particles).into(),
            row.mean.into(),
            row.sd.into(),
            row.p05.into(),
            row.p50.into(),
            row.p95.into(),
        ];
        cells.extend(row.correlations.into_iter().map(Cell::from));
        rows.row(&cells)?;
    }
    Ok(())
}
