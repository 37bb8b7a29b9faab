//! Correlations between uncertain quantities and between daily shocks.

use super::tables::{Parameter, ShockGroup};
use crate::base::index::{IdVec, ParameterId, VariableId};
use crate::base::linalg::{Matrix, correlation_factor, correlation_groups};
use crate::base::random::keyed::hash_name;
use crate::scenario::{Correlated, Scenario};
use std::collections::{BTreeMap, BTreeSet};

/// Fills in [`Parameter::mix`] of correlated parameters and returns the groups of correlated
/// shocks. The order within a group is that of paths or names, so that the order of the
/// file does not matter.
pub(super) fn correlate(
    scenario: &Scenario,
    parameters: &mut IdVec<ParameterId, Parameter>,
) -> Vec<ShockGroup> {
    // Hashes are faster to look up than paths, and those of drawn quantities are distinct.
    let named: BTreeSet<u64> = scenario
        .correlations
        .iter()
        .filter_map(|correlation| match &correlation.between {
            Correlated::Quantities(a, b) => Some([hash_name(a), hash_name(b)]),
            Correlated::Shocks(..) => None,
        })
        .flatten()
        .collect();
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
    let mut draws = Vec::new();
    let mut variables: Vec<VariableId> = scenario.variables.ids().collect();
    variables.sort_by_key(|&id| &scenario.variables[id].name);
    let position_of_variable = |id: VariableId| variables.iter().position(|&other| other == id);
    let mut shocks = Vec::new();
    for correlation in &scenario.correlations {
        let (positions, list) = match &correlation.between {
            Correlated::Quantities(a, b) => ((position_of(a), position_of(b)), &mut draws),
            Correlated::Shocks(a, b) => (
                (position_of_variable(*a), position_of_variable(*b)),
                &mut shocks,
            ),
        };
        if let (Some(a), Some(b)) = positions {
            list.push((a, b, correlation.coefficient));
        }
    }

    let mut mixes: BTreeMap<String, Vec<(u64, f64)>> = BTreeMap::new();
    for (members, factor) in factors(by_path.len(), &draws) {
        let hashes: Vec<u64> = members
            .iter()
            .map(|&position| parameters[by_path[position]].path_hash)
            .collect();
        for (row, &position) in factor.iter().zip(&members) {
            let mix = hashes.iter().copied().zip(row.iter().copied()).collect();
            mixes.insert(parameters[by_path[position]].path.clone(), mix);
        }
    }
    for id in linked {
        let parameter = &mut parameters[id];
        if let Some(mix) = mixes.get(&parameter.path) {
            parameter.mix.clone_from(mix);
        }
    }
    factors(variables.len(), &shocks)
        .into_iter()
        .map(|(members, factor)| ShockGroup {
            variables: members
                .iter()
                .map(|&position| variables[position])
                .collect(),
            factor: factor
                .iter()
                .map(|row| row.iter().map(|&coefficient| coefficient as f32).collect())
                .collect(),
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
