//! Factors of a sensitivity analysis: groups of uncertain quantities.
//!
//! Correlated quantities form one factor, since their shares of the variance cannot be separated
//! (Jacques, Lavergne & Devictor 2006). Grouped by actor, all quantities of an actor and its actions
//! form one factor.

use crate::base::index::ParameterId;
use crate::program::{BoundProgram, Program};
use std::collections::{BTreeMap, BTreeSet};

/// How quantities are grouped into factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorGrouping {
    /// Each quantity, with the quantities that it is correlated with.
    Quantity,
    /// Each actor with its actions; all variables; all events.
    Actor,
}

/// Uncertain quantities whose influence is estimated together.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// The path of its quantity, or of its group, such as `actors.russia`.
    pub name: String,
    /// Its quantities, in the order of the program.
    pub members: Vec<ParameterId>,
    /// Hashes of the paths that key the uniform variates of its members.
    pub(super) sources: Vec<u64>,
}

/// The factors of a bound program, in the order of their first quantities.
pub fn factors(bound: &BoundProgram, by: FactorGrouping) -> Vec<Factor> {
    let program = &*bound.program;
    let drawn: Vec<_> = bound.drawn().collect();
    let mut sets = DisjointSets((0..drawn.len()).collect());
    let mut first_with_name: BTreeMap<String, usize> = BTreeMap::new();
    let mut first_with_source: BTreeMap<u64, usize> = BTreeMap::new();
    let mut names = Vec::new();
    for (index, (id, sampler)) in drawn.iter().enumerate() {
        let path = &program.parameters[*id].path;
        let name = match by {
            FactorGrouping::Quantity => path.clone(),
            FactorGrouping::Actor => owner(program, path),
        };
        sets.union(index, *first_with_name.entry(name.clone()).or_insert(index));
        for source in sampler.sources() {
            sets.union(index, *first_with_source.entry(source).or_insert(index));
        }
        names.push(name);
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in 0..drawn.len() {
        members.entry(sets.find(index)).or_default().push(index);
    }
    let factor = |indices: Vec<usize>| {
        let mut distinct: Vec<&str> = Vec::new();
        for &index in &indices {
            if !distinct.contains(&&*names[index]) {
                distinct.push(&names[index]);
            }
        }
        let sources = indices.iter().flat_map(|&index| drawn[index].1.sources());
        let sources: BTreeSet<u64> = sources.collect();
        Factor {
            name: distinct.join(" + "),
            members: indices.iter().map(|&index| drawn[index].0).collect(),
            sources: sources.into_iter().collect(),
        }
    };
    members.into_values().map(factor).collect()
}

/// The group of a quantity by its path: its actor, also for its actions; `variables`; or `events`.
fn owner(program: &Program, path: &str) -> String {
    let mut parts = path.split('.');
    let kind = parts.next().unwrap_or_default();
    let name = parts.next().unwrap_or_default();
    let action = program.actions.iter().find(|action| action.name == name);
    match (kind, action) {
        ("actors", _) => format!("actors.{name}"),
        ("actions", Some(action)) => format!("actors.{}", program.actors[action.actor].name),
        _ => kind.to_owned(),
    }
}

/// Disjoint sets of indices: by index, its parent, or itself if it is the root of its set.
struct DisjointSets(Vec<usize>);

impl DisjointSets {
    /// The root of a set, which is its smallest index.
    fn find(&self, mut index: usize) -> usize {
        while self.0[index] != index {
            index = self.0[index];
        }
        index
    }

    fn union(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        self.0[one.max(other)] = one.min(other);
    }
}
