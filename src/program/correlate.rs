//! Correlations between uncertain quantities and between daily shocks.

use super::tables::{Parameter, ShockGroup};
use crate::base::index::{IdVec, ParameterId, VariableId};
use crate::base::linalg::{Matrix, correlation_factor, correlation_groups};
use crate::base::random::keyed::hash_name;
use crate::scenario::{Correlated, Scenario};
use std::collections::{BTreeMap, BTreeSet};

/// Fills in [`Parameter::mix`] of correlated parameters. The order within a group is that of TOML
/// paths, so that the order of the file does not matter.
pub(super) fn correlate_parameters(
    scenario: &Scenario,
    parameters: &mut IdVec<ParameterId, Parameter>,
) {
    let pairs = scenario.correlations.iter().filter_map(|correlation| {
        let coefficient = correlation.coefficient;
        match &correlation.between {
            Correlated::Quantities(a, b) => Some((a.as_str(), b.as_str(), coefficient)),
            Correlated::Shocks(..) => None,
        }
    });
    let pairs: Vec<(&str, &str, f64)> = pairs.collect();
    // Hashes are faster to look up than paths, and those of drawn quantities are distinct.
    let hashes = pairs
        .iter()
        .flat_map(|(a, b, _)| [hash_name(a), hash_name(b)]);
    let named: BTreeSet<u64> = hashes.collect();
    let ids = parameters.ids();
    let linked: Vec<ParameterId> = ids
        .filter(|&id| named.contains(&parameters[id].path_hash))
        .collect();
    let mut by_path = linked.clone();
    by_path.sort_by(|&a, &b| parameters[a].path.cmp(&parameters[b].path));
    // A hidden variable without a `belief` uses the variable's initial value: the same path and the
    // same random numbers.
    by_path.dedup_by(|a, b| parameters[*a].path == parameters[*b].path);
    let position_of = |path: &str| {
        let position = by_path.binary_search_by(|&id| parameters[id].path.as_str().cmp(path));
        position.ok()
    };
    let entries: Vec<_> = pairs
        .iter()
        .filter_map(|&(a, b, coefficient)| Some((position_of(a)?, position_of(b)?, coefficient)))
        .collect();
    let mut mixes: BTreeMap<String, Vec<(u64, f64)>> = BTreeMap::new();
    for (members, factor) in factors(by_path.len(), &entries) {
        let hashes: Vec<u64> = members
            .iter()
            .map(|&position| parameters[by_path[position]].path_hash)
            .collect();
        for (row, &position) in factor.iter().zip(&members) {
            // Most coefficients of a chain of correlations are 0.
            let mix = hashes.iter().copied().zip(row.iter().copied());
            let mix = mix.filter(|&(_, coefficient)| coefficient != 0.0).collect();
            mixes.insert(parameters[by_path[position]].path.clone(), mix);
        }
    }
    for id in linked {
        let parameter = &mut parameters[id];
        if let Some(mix) = mixes.get(&parameter.path) {
            parameter.mix.clone_from(mix);
        }
    }
}

/// The groups of variables with correlated shocks, in the order of the variables' names.
pub(super) fn correlated_shocks(scenario: &Scenario) -> Vec<ShockGroup> {
    let mut variables: Vec<VariableId> = scenario.variables.ids().collect();
    variables.sort_by_key(|&id| &scenario.variables[id].name);
    let position_of = |id: VariableId| variables.iter().position(|&other| other == id);
    let entries = scenario.correlations.iter().filter_map(|correlation| {
        let Correlated::Shocks(a, b) = &correlation.between else {
            return None;
        };
        Some((position_of(*a)?, position_of(*b)?, correlation.coefficient))
    });
    let entries: Vec<_> = entries.collect();
    let as_f32 = |row: &Vec<f64>| row.iter().map(|&coefficient| coefficient as f32).collect();
    factors(variables.len(), &entries)
        .into_iter()
        .map(|(members, factor)| ShockGroup {
            variables: members.iter().map(|&member| variables[member]).collect(),
            factor: factor.iter().map(as_f32).collect(),
        })
        .collect()
}

/// The groups of correlated members, each with the Cholesky factor of its correlations.
fn factors(n: usize, entries: &[(usize, usize, f64)]) -> Vec<(Vec<usize>, Matrix)> {
    let groups = correlation_groups(n, entries).into_iter();
    groups
        .map(|group| {
            let factor = correlation_factor(group.members.len(), &group.entries)
                .expect("reading has checked that the correlations are positive definite");
            (group.members, factor)
        })
        .collect()
}
