//! Checks the varied paths before anything is simulated: each must be in the scenario, and none may be
//! set as well.

use super::axis::Axis;
use super::design::{DesignPoint, Setting, target};
use super::sweeping::ScenarioText;
use super::tables::column_of;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Severity, Sources, escaped};
use crate::scenario::{Override, PathError, PathSet, path_errors};
use crate::table::column::is_good_header;

/// Maximum number of invalid paths that are reported.
const MAX_REPORTED: usize = 20;

/// A path that is both varied and set, so that the setting has no effect on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAndVaried<'a> {
    /// Index of the varied path.
    pub path: usize,
    /// The setting.
    pub setting: &'a Override,
}

/// The varied paths that are set too: whose value is set, multiplied, or part of a value that is set. A
/// varied factor multiplies what is set, so both have an effect.
pub fn set_and_varied<'a>(overrides: &'a [Override], paths: &[String]) -> Vec<SetAndVaried<'a>> {
    let set: PathSet<'_> = overrides.iter().map(Override::target).collect();
    let values = paths
        .iter()
        .enumerate()
        .filter(|(_, path)| !path.ends_with('*'));
    let both = values.filter_map(|(path, text)| {
        let setting = &overrides[set.overlapping(target(text))?];
        Some(SetAndVaried { path, setting })
    });
    both.collect()
}

/// What is wrong with the columns of a table, as the index of the path and the problem with what to write
/// instead.
pub(super) fn column_problems(
    text: &ScenarioText<'_>,
    paths: &[String],
    points: &[DesignPoint],
) -> Vec<(usize, String)> {
    let mut problems: Vec<(usize, String)> = errors(text, paths, points)
        .into_iter()
        .map(|error| {
            let Diagnostic { message, hint, .. } = error.diagnostic;
            let hint = hint.map_or_else(String::new, |hint| format!(": {hint}"));
            (error.setting, format!("{message}{hint}"))
        })
        .collect();
    let mut is_reported = vec![false; paths.len()];
    problems.iter().for_each(|one| is_reported[one.0] = true);
    for (index, path) in paths.iter().enumerate() {
        if !is_reported[index] && !is_good_header(&column_of(path)) {
            let problem =
                "is not a TOML path: write keys of lowercase letters, digits and _, joined by dots";
            problems.push((index, problem.to_owned()));
        }
    }
    problems.extend(set_and_varied(text.overrides, paths).into_iter().map(|one| {
        let problem = format!(
            "the points give this value, so `--set '{}'` has no effect on it: remove the column or the --set",
            escaped(&one.setting.to_string())
        );
        (one.path, problem)
    }));
    problems
}

/// The errors about the paths of `--vary`, with the texts that they refer to; `None` if there are none.
pub fn axis_errors(
    text: &ScenarioText<'_>,
    axes: &[Axis],
    points: &[DesignPoint],
) -> Option<(Sources, Diagnostics)> {
    let paths: Vec<String> = axes.iter().map(|axis| axis.path.clone()).collect();
    let errors = errors(text, &paths, points);
    if errors.is_empty() {
        return None;
    }
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    for error in errors.iter().take(MAX_REPORTED) {
        let source = sources.push("--vary", axes[error.setting].to_string());
        diagnostics.push(error.in_source(source));
    }
    if errors.len() > MAX_REPORTED {
        diagnostics.push(Diagnostic {
            severity: Severity::Error,
            code: "unknown-key",
            span: None,
            message: format!(
                "and {} more --vary with paths that the scenario does not have",
                errors.len() - MAX_REPORTED
            ),
            hint: None,
        });
    }
    Some((sources, diagnostics))
}

/// The errors about paths. Each is tried with its first value at a point; errors in values are reported at
/// their points.
fn errors(text: &ScenarioText<'_>, paths: &[String], points: &[DesignPoint]) -> Vec<PathError> {
    let mut values: Vec<Option<String>> = vec![None; paths.len()];
    let mut n_missing = paths.len();
    for point in points {
        if n_missing == 0 {
            break;
        }
        for (value, setting) in values.iter_mut().zip(&point.settings) {
            if value.is_none() && *setting != Setting::AsInFile {
                *value = setting.text();
                n_missing -= 1;
            }
        }
    }
    let trials = paths.iter().zip(values).map(|(path, value)| Override {
        path: path.clone(),
        value: value.unwrap_or_else(|| "0".to_owned()),
    });
    let trials: Vec<Override> = trials.collect();
    path_errors(text.file, text.text, text.overrides, &trials)
}
