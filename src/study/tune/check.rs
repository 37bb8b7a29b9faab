//! Checks the free parameters before the search.

use super::edit::{self, NumberLiteral};
use super::error::TuneError;
use super::problem::TuningProblem;
use crate::scenario::{Override, PathSet};
use std::collections::BTreeSet;

/// Finds the free parameters in the text.
///
/// # Errors
/// If a number is given twice, overlaps with one that is set, or is not in the text.
pub(super) fn find_numbers(problem: &TuningProblem<'_>) -> Result<Vec<NumberLiteral>, TuneError> {
    let set: PathSet<'_> = problem.overrides.iter().map(Override::target).collect();
    let mut paths = BTreeSet::new();
    for free in problem.free {
        let twice = |other: &str, how| TuneError::Twice {
            one: free.path.clone(),
            other: other.to_owned(),
            how,
        };
        if !paths.insert(free.path.as_str()) {
            return Err(twice(&free.path, "also free"));
        }
        if let Some(index) = set.overlapping(&free.path) {
            return Err(twice(&problem.overrides[index].path, "set"));
        }
    }
    problem
        .free
        .iter()
        .map(|free| edit::find(problem.text, &free.path))
        .collect()
}

/// Checks that the scenario accepts a value near each number, which also shows whether fractions are
/// allowed. Rejected bounds are only warnings, since they may be accepted with other values of the
/// other numbers.
///
/// # Errors
/// If a value near a number is rejected.
pub(super) fn check_bounds(
    problem: &TuningProblem<'_>,
    numbers: &[NumberLiteral],
) -> Result<Vec<String>, TuneError> {
    const OFFSET: f64 = 0.013_7;
    let mut warnings = Vec::new();
    for (free, number) in problem.free.iter().zip(numbers) {
        let start = free.unit_coordinate(number.value);
        let near = if start < 0.5 {
            start + OFFSET
        } else {
            start - OFFSET
        };
        let value = free.value_at(near);
        if let Some((sources, diagnostics)) = problem.rejection(free, value) {
            return Err(TuneError::Rejected {
                assignment: format!("{}={value}", free.path),
                sources,
                diagnostics,
            });
        }
        for end in [free.low, free.high] {
            if let Some((_, diagnostics)) = problem.rejection(free, end) {
                let why = diagnostics.0.first().map_or("", |one| &one.message);
                warnings.push(format!(
                    "`{}` cannot be {end} with the other numbers as in the file: {why}; these combinations are skipped",
                    free.path
                ));
            }
        }
        if !(free.low..=free.high).contains(&number.value) {
            warnings.push(format!(
                "`{}` is {} in the file, outside its bounds {}..{}: the search starts at the nearer bound",
                free.path, number.value, free.low, free.high
            ));
        }
    }
    Ok(warnings)
}
