//! Factors: what is known or not known together.
//!
//! A factor is an uncertain quantity, or several that cannot be told apart: quantities that are
//! correlated are drawn together, so to know one is to know something of the others, and their
//! shares of the variance have no meaning one by one. By actor, all quantities of an actor and of
//! its actions are one factor.

use crate::base::index::ParameterId;
use crate::program::{BoundProgram, Program};
use std::collections::{BTreeMap, BTreeSet};

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Each quantity, and those that are correlated with each other together.
    Quantity,
    /// Each actor with its actions; all variables; all events.
    Actor,
}

/// Uncertain quantities that move together.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// The path of its quantity, or what it gathers, such as `actors.russia`.
    pub name: String,
    /// Its quantities, in the order of the program.
    pub members: Vec<ParameterId>,
    /// The hashes of the paths whose luck decides its members' values.
    pub(super) sources: Vec<u64>,
}

/// The factors of a bound program, in the order of their first quantities.
pub fn factors(bound: &BoundProgram<'_>, by: By) -> Vec<Factor> {
    let program = bound.program;
    let drawn: Vec<_> = bound.drawn().collect();
    let mut joined = Joined((0..drawn.len()).collect());
    let mut first_with_name: BTreeMap<String, usize> = BTreeMap::new();
    let mut first_with_source: BTreeMap<u64, usize> = BTreeMap::new();
    let mut names = Vec::new();
    for (place, (id, sampler)) in drawn.iter().enumerate() {
        let path = &program.parameters[*id].path;
        let name = match by {
            By::Quantity => path.clone(),
            By::Actor => owner(program, path),
        };
        joined.join(place, *first_with_name.entry(name.clone()).or_insert(place));
        for source in sampler.sources() {
            joined.join(place, *first_with_source.entry(source).or_insert(place));
        }
        names.push(name);
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in 0..drawn.len() {
        members.entry(joined.first(place)).or_default().push(place);
    }
    let factor = |places: Vec<usize>| {
        let mut distinct: Vec<&str> = Vec::new();
        for &place in &places {
            if !distinct.contains(&&*names[place]) {
                distinct.push(&names[place]);
            }
        }
        let sources = places.iter().flat_map(|&place| drawn[place].1.sources());
        let sources: BTreeSet<u64> = sources.collect();
        Factor {
            name: distinct.join(" + "),
            members: places.iter().map(|&place| drawn[place].0).collect(),
            sources: sources.into_iter().collect(),
        }
    };
    members.into_values().map(factor).collect()
}

/// Whose a quantity is, by its path: an actor's, its own or its actions'; or the variables', or
/// the events'.
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

/// Places that are joined to an earlier one, or to themselves (a forest of trees).
struct Joined(Vec<usize>);

impl Joined {
    /// The first place of all that are joined with this one.
    fn first(&self, mut place: usize) -> usize {
        while self.0[place] != place {
            place = self.0[place];
        }
        place
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other)] = one.min(other);
    }
}
