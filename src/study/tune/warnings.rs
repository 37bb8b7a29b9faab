//! What the reader of a tuning should know, in sentences.

use super::fit::{Alike, Fit};
use super::free::rounded;
use super::model::Job;
use super::targets::TargetKind;
use super::{End, TunedTarget, Tuning};

/// What the slopes tell: numbers that do nothing, and numbers that cannot be told apart.
pub(super) fn of_fit(job: &Job<'_>, fit: &Fit) -> Vec<String> {
    let idle = fit.idle.iter().map(|&at| {
        format!(
            "`{}` moves none of the targets where the search ended: leave it out, or add a target that it moves",
            job.free[at].path
        )
    });
    let alike = fit.alike.iter().map(|group| not_told_apart(job, group));
    idle.chain(alike).collect()
}

fn not_told_apart(job: &Job<'_>, group: &Alike) -> String {
    let names = group.members.iter();
    let names: Vec<String> = names
        .map(|&(at, _)| format!("`{}`", job.free[at].path))
        .collect();
    let ([(one, first), (other, second)], 1) = (&group.members[..], group.n_directions) else {
        let (n, n_loose) = (names.len(), group.n_directions);
        let (it, pinned) = match n - n_loose.min(n) {
            0 => ("hardly notice any of them", String::new()),
            1 => ("pin down", " only one combination of them".to_owned()),
            more => ("pin down", format!(" only {more} combinations of them")),
        };
        let them = if n_loose == 1 {
            "one".to_owned()
        } else {
            format!("{n_loose} of them")
        };
        return format!(
            "{} cannot all be told apart: the targets {it}{pinned}; fix {them}, or add targets that they move differently",
            names.join(", ")
        );
    };
    let paths = [*one, *other].map(|at| job.free[at].path.as_str());
    let what = if first * second < 0.0 {
        "raising one undoes what lowering the other does, so only their sum or product matters"
    } else if actor_of_weight(paths[0]).is_some()
        && actor_of_weight(paths[0]) == actor_of_weight(paths[1])
    {
        "only their ratio matters, since an actor's weights are normalised"
    } else {
        "raising both changes next to nothing, so only their difference or ratio matters"
    };
    format!(
        "{} cannot be told apart: {what}; fix one of them, or add a target that they move differently",
        names.join(" and ")
    )
}

/// The actor whose weight a path names.
fn actor_of_weight(path: &str) -> Option<&str> {
    let mut keys = path.split('.');
    let is_weight = keys.next() == Some("actors");
    let actor = keys.next()?;
    let is_weight =
        is_weight && keys.next() == Some("imperatives") && keys.nth(1) == Some("weight");
    is_weight.then_some(actor)
}

/// What the results tell: targets that are missed, or asked for more finely than runs can tell.
pub(super) fn of(tuning: &Tuning) -> Vec<String> {
    let mut warnings = Vec::new();
    let missed = tuning.targets.iter().filter(|row| !row.is_met);
    for row in missed.filter(|_| tuning.end.is_some()) {
        warnings.push(missed_target(tuning, row));
    }
    if tuning.end == Some(End::OutOfBudget) {
        warnings.push(
            "the evaluations were used up before the search came to rest: give more --evaluations; what has been evaluated is not lived again".to_owned(),
        );
    }
    for row in &tuning.targets {
        if let Some(error) = row.standard_error
            && 2.0 * error > row.target.tolerance
        {
            warnings.push(format!(
                "{}: the tolerance {} is finer than the simulation error of these runs (standard error {error:.2e}): another seed would miss it; give more --runs or a wider tolerance",
                row.target.column(),
                row.target.tolerance
            ));
        }
    }
    if let Some(posterior) = &tuning.posterior
        && !posterior.is_reached
    {
        let reached = if posterior.tolerance.is_finite() {
            format!(
                "within {:.3} tolerances of all targets",
                posterior.tolerance
            )
        } else {
            "the prior itself".to_owned()
        };
        warnings.push(format!(
            "the posterior did not come within all tolerances: its particles are {reached}; wider tolerances or ranges, or more --posterior-runs, may help"
        ));
    }
    warnings
}

fn missed_target(tuning: &Tuning, row: &TunedTarget) -> String {
    let target = &row.target;
    let nearest = match row.after {
        Some(after) => format!("the nearest that was found is {}", rounded(after, 4)),
        None if target.kind == TargetKind::MeanDay => "it never comes true".to_owned(),
        None => "it could not be evaluated".to_owned(),
    };
    let at_bounds = tuning.parameters.iter().filter_map(|parameter| {
        let end = parameter.at_bound?;
        let (path, after) = (&parameter.free.path, parameter.after);
        Some(format!("`{path}` at its {end} end, {after}"))
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
