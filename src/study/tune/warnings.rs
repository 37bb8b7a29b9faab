//! Warnings of a calibration.

use super::free::rounded;
use super::identifiability::{Identifiability, UnidentifiedGroup};
use super::problem::TuningProblem;
use super::result::{TunedTarget, Tuning};
use super::targets::TargetKind;
use crate::optimize::objective::Termination;

/// Warnings about idle parameters and parameters that are not separately identifiable.
pub(super) fn identifiability_warnings(
    problem: &TuningProblem<'_>,
    identifiability: &Identifiability,
) -> Vec<String> {
    let idle = identifiability.idle.iter().map(|&index| {
        format!(
            "`{}` moves none of the targets where the search ended: remove it from --free, or add a target that it moves",
            problem.free[index].path
        )
    });
    let groups = identifiability.groups.iter();
    let groups = groups.map(|group| group_warning(problem, group));
    idle.chain(groups).collect()
}

fn group_warning(problem: &TuningProblem<'_>, group: &UnidentifiedGroup) -> String {
    let names = group.members.iter();
    let names: Vec<String> = names
        .map(|&(index, _)| format!("`{}`", problem.free[index].path))
        .collect();
    let ([(one, first), (other, second)], 1) = (&group.members[..], group.n_directions) else {
        let (n, n_directions) = (names.len(), group.n_directions);
        let determined = match n - n_directions.min(n) {
            0 => "no combination of them".to_owned(),
            1 => "only one combination of them".to_owned(),
            more => format!("only {more} combinations of them"),
        };
        let to_fix = if n_directions == 1 {
            "one".to_owned()
        } else {
            format!("{n_directions} of them")
        };
        return format!(
            "{} are not separately identifiable: the targets determine {determined}; fix {to_fix}, or add targets that they move differently",
            names.join(", ")
        );
    };
    let paths = [*one, *other].map(|index| problem.free[index].path.as_str());
    let reason = if first * second < 0.0 {
        "raising one compensates lowering the other, so the targets determine only their sum or product"
    } else if actor_of_weight(paths[0]).is_some()
        && actor_of_weight(paths[0]) == actor_of_weight(paths[1])
    {
        "the targets determine only their ratio, since an actor's weights are normalized"
    } else {
        "raising both compensates, so the targets determine only their difference or ratio"
    };
    format!(
        "{} are not separately identifiable: {reason}; fix one of them, or add a target that they move differently",
        names.join(" and ")
    )
}

/// The actor of a path of a weight.
fn actor_of_weight(path: &str) -> Option<&str> {
    let mut keys = path.split('.');
    let is_weight = keys.next() == Some("actors");
    let actor = keys.next()?;
    let is_weight =
        is_weight && keys.next() == Some("imperatives") && keys.nth(1) == Some("weight");
    is_weight.then_some(actor)
}

/// Warnings about missed targets, the evaluation limit, tolerances below the Monte Carlo error, and the
/// posterior.
pub(super) fn result_warnings(tuning: &Tuning) -> Vec<String> {
    let mut warnings = Vec::new();
    let missed = tuning.targets.iter().filter(|row| !row.is_met);
    for row in missed.filter(|_| tuning.termination.is_some()) {
        warnings.push(missed_target(tuning, row));
    }
    if tuning.termination == Some(Termination::EvaluationLimit) {
        warnings.push(
            "the evaluation limit was reached before convergence; rerun with a higher `--evaluations` to resume".to_owned(),
        );
    }
    for row in &tuning.targets {
        if let Some(error) = row.standard_error
            && 2.0 * error > row.target.tolerance
        {
            warnings.push(format!(
                "{}: the tolerance {} is less than two Monte Carlo standard errors ({error:.2e}), so another seed may miss the target: give a higher --runs or a wider tolerance",
                row.target.column(),
                row.target.tolerance
            ));
        }
    }
    if let Some(posterior) = &tuning.posterior
        && !posterior.is_reached
    {
        let distances = posterior.particles.iter().map(|one| one.distance);
        let reason = match distances.reduce(f64::min) {
            None => "no sample could be evaluated".to_owned(),
            Some(nearest) if nearest <= 1.0 => "too few samples meet all targets".to_owned(),
            Some(nearest) => format!(
                "no sample reached the tolerances: the nearest misses a target by {nearest:.3} tolerances"
            ),
        };
        warnings.push(format!(
            "there is no posterior, and none is written: {reason}; give wider tolerances or bounds, or a higher --posterior-runs"
        ));
    }
    warnings
}

fn missed_target(tuning: &Tuning, row: &TunedTarget) -> String {
    let target = &row.target;
    let nearest = match row.after {
        Some(after) => format!("the nearest value found is {}", rounded(after, 4)),
        None if target.kind == TargetKind::MeanDay => "the outcome never occurs".to_owned(),
        None => "it could not be evaluated".to_owned(),
    };
    let at_bounds = tuning.parameters.iter().filter_map(|parameter| {
        let bound = parameter.at_bound?.term();
        let (path, after) = (&parameter.free.path, parameter.after);
        Some(format!("`{path}` at its {bound}, {after}"))
    });
    let at_bounds: Vec<String> = at_bounds.collect();
    let where_found = if at_bounds.is_empty() {
        String::new()
    } else {
        format!(", with {}", at_bounds.join(" and "))
    };
    format!(
        "{} misses its target {} ± {}: {nearest}{where_found}",
        target.column(),
        target.target,
        target.tolerance
    )
}
