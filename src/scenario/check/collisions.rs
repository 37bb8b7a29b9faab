//! Rejects names whose hashes collide.
//!
//! Random numbers are keyed by the hash of a name (see [`keyed`](crate::base::random::keyed)), so
//! two names with one hash would share their random numbers. A collision is very unlikely but would
//! otherwise go undetected.

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::random::keyed::hash_name;
use crate::scenario::diagnostics::DiagnosticSink;
use crate::scenario::model::{PerceptionKind, Scenario, Value};

/// Reports names with the same hash, separately among the sites of random numbers and among the
/// paths of uncertain quantities, which have a key domain of their own.
pub(in crate::scenario) fn reject_hash_collisions(scenario: &Scenario, sink: &mut DiagnosticSink) {
    let quantities = scenario.quantities().into_iter();
    let drawn = quantities.filter(|one| matches!(one.value, Value::Distribution(_)));
    let paths = colliding_names(drawn.map(|one| (hash_name(&one.path), one.path.as_str())));
    let sites = sites(scenario);
    let sites = colliding_names(sites.iter().map(|name| (hash_name(name), name.as_str())));
    for (one, other) in sites.into_iter().chain(paths) {
        sink.push(Diagnostic {
            severity: Severity::Error,
            code: "hash-collision",
            span: None,
            message: format!(
                "`{one}` and `{other}` have the same hash and would use the same random numbers"
            ),
            hint: Some("rename one of the two".to_owned()),
        });
    }
}

/// Pairs of different names with the same hash.
fn colliding_names<'s>(hashed: impl Iterator<Item = (u64, &'s str)>) -> Vec<(String, String)> {
    let mut all: Vec<(u64, &str)> = hashed.collect();
    all.sort_unstable();
    all.dedup();
    let pairs = all.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    pairs
        .map(|pair| (pair[0].1.to_owned(), pair[1].1.to_owned()))
        .collect()
}

/// The names of all sites of random numbers; `src/semantics.md` lists them.
fn sites(scenario: &Scenario) -> Vec<String> {
    let mut sites = Vec::new();
    let mut shock = |kind: &str, path: &str| {
        sites.extend(["radius", "angle"].map(|role| format!("{kind}:{path}:{role}")));
    };
    for variable in &scenario.variables {
        if variable.volatility.is_some() {
            shock("shock", &format!("variables.{}", variable.name));
        }
    }
    for actor in &scenario.actors {
        for perception in &actor.perceives {
            if let PerceptionKind::Observed { noise: Some(_), .. } = perception.kind {
                let variable = &scenario.variables[perception.variable].name;
                shock(
                    "belief",
                    &format!("actors.{}.perceives.{variable}", actor.name),
                );
            }
        }
    }
    for actor in &scenario.actors {
        sites.push(format!("actor:actors.{}:deliberate", actor.name));
    }
    for action in &scenario.actions {
        let actor = &scenario.actors[action.actor].name;
        sites.push(format!("track:actors.{actor}.{}:choice", action.track));
        sites.push(format!("action:actions.{}:success", action.name));
    }
    for event in &scenario.events {
        sites.push(format!("event:events.{}:strike", event.name));
    }
    sites
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_different_names_with_one_hash_collide() {
        let named = |pairs: &[(u64, &'static str)]| colliding_names(pairs.iter().copied());
        assert!(named(&[(1, "a"), (2, "b"), (1, "a"), (3, "c")]).is_empty());
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        let found = named(&[(7, "c"), (1, "a"), (7, "a"), (2, "b"), (7, "b")]);
        assert_eq!(found, [pair("a", "b"), pair("b", "c")]);
    }
}
