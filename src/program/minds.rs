//! What actors make of each other and of what they see: replies, perceptions, shared luck.
//!
//! The second half of compiling, for what needs all actors and actions to be there already.

use super::compile::Compiler;
use super::goal::Goals;
use super::{
    ActionRow, ActorRow, Anticipation, Code, HistoryRow, Input, Parameter, PerceptionRow,
    PerceptionSource, Shock, ShockGroup,
};
use crate::base::index::{ActionId, ActorId, CodeId, Id, IdVec, ParameterId, VariableId};
use crate::base::linalg::{Matrix, correlation_factor, correlation_groups};
use crate::base::random::keyed::hash_name;
use crate::scenario::{Actor, Correlated, PerceptionKind, Scenario};
use std::collections::{BTreeMap, BTreeSet};

impl Compiler<'_> {
    /// What an actor sees otherwise than it is, in the order of the variables' names.
    pub(super) fn perceptions(&mut self, actor: &Actor) -> Vec<PerceptionRow> {
        let scenario = self.scenario;
        let mut sorted: Vec<_> = actor.perceives.iter().collect();
        sorted.sort_by_key(|perception| &scenario.variables[perception.variable].name);
        let mut rows = Vec::new();
        for perception in sorted {
            let variable = perception.variable;
            let row = match &perception.kind {
                PerceptionKind::Observed { delay_days, noise } => {
                    let name = &scenario.variables[variable].name;
                    let path = format!("actors.{}.perceives.{name}", actor.name);
                    let noise = noise.as_ref().map(|noise| Shock {
                        volatility: self.input(noise),
                        radius: self.site("belief", &path, "radius"),
                        angle: self.site("belief", &path, "angle"),
                    });
                    let source = match *delay_days {
                        0 => PerceptionSource::Now,
                        days => PerceptionSource::Past {
                            history: self.history(variable, days),
                            days,
                        },
                    };
                    PerceptionRow {
                        variable,
                        source,
                        noise,
                    }
                }
                PerceptionKind::Hidden { belief } => {
                    let initial = &scenario.variables[variable].initial;
                    let belief = self.parameter(belief.as_ref().unwrap_or(initial));
                    let source = PerceptionSource::Belief(belief);
                    PerceptionRow {
                        variable,
                        source,
                        noise: None,
                    }
                }
            };
            rows.push(row);
        }
        rows
    }

    /// The history of a variable, made to reach back at least so many mornings.
    fn history(&mut self, variable: VariableId, days: u16) -> usize {
        let known = self
            .histories
            .iter()
            .position(|row| row.variable == variable);
        let index = known.unwrap_or_else(|| {
            self.histories.push(HistoryRow {
                variable,
                reach_days: 1,
            });
            self.histories.len() - 1
        });
        let reach = &mut self.histories[index].reach_days;
        *reach = (*reach).max(days);
        index
    }
}

/// Fills in whose replies each actor reckons with, and which of its actions may change them.
pub(super) fn reckon_with_replies(
    scenario: &Scenario,
    goals: &[Goals],
    codes: &IdVec<CodeId, Code>,
    actors: &mut IdVec<ActorId, ActorRow>,
    actions: &mut IdVec<ActionId, ActionRow>,
) {
    for (id, actor) in scenario.actors.enumerate() {
        let mut repliers = actor.anticipates.clone();
        repliers.sort_by_key(|&replier| &scenario.actors[replier].name);
        for replier in repliers {
            let row = &actors[replier];
            let options: Vec<ActionId> = row
                .tracks
                .iter()
                .flat_map(|track| &track.options)
                .copied()
                .collect();
            let concerns: Vec<_> = options
                .iter()
                .map(|&option| goals[id.index()].concern(&actions[option].touches, codes))
                .collect();
            let residuals: BTreeSet<usize> = concerns
                .iter()
                .flat_map(|concern| concern.residuals.iter().copied())
                .collect();
            let replier_residuals: BTreeSet<usize> = options
                .iter()
                .flat_map(|&option| actions[option].concern.residuals.iter().copied())
                .collect();

            let mut matters = BTreeSet::new();
            let mut read = |code: Option<CodeId>| {
                matters.extend(code.iter().flat_map(|&code| &codes[code].reads));
            };
            for &option in &options {
                read(actions[option].requires);
                inputs_of(&actions[option]).for_each(|input| read(code_of(input)));
            }
            read(code_of(row.precision));
            read(code_of(row.tempo));
            read(row.risk.and_then(code_of));
            let own = residuals
                .iter()
                .map(|&index| &actors[id].imperatives[index]);
            let theirs = replier_residuals
                .iter()
                .map(|&index| &row.imperatives[index]);
            own.chain(theirs)
                .for_each(|imperative| read(imperative.residual));
            let touches = options.iter().flat_map(|&option| &actions[option].touches);
            matters.extend(touches.map(|touch| touch.variable));

            for action in actions.iter_mut().filter(|action| action.actor == id) {
                let stirs = action
                    .touches
                    .iter()
                    .any(|touch| matters.contains(&touch.variable));
                action.stirs.push(stirs);
            }
            actors[id].anticipates.push(Anticipation {
                replier,
                concerns,
                residuals: residuals.into_iter().collect(),
                replier_residuals: replier_residuals.into_iter().collect(),
            });
        }
    }
}

/// All quantities of an action.
fn inputs_of(action: &ActionRow) -> impl Iterator<Item = Input> + '_ {
    let amounts = action
        .touches
        .iter()
        .flat_map(|touch| [touch.success, touch.failure]);
    [
        action.success,
        action.cost,
        action.appeal,
        action.daily_odds,
    ]
    .into_iter()
    .chain(amounts.flatten())
}

fn code_of(input: Input) -> Option<CodeId> {
    match input {
        Input::Code(code, _) => Some(code),
        Input::Parameter(_) => None,
    }
}

/// Mixes the luck of correlated parameters, and gives the groups of correlated shocks. Within a
/// group the order is that of the names, so that the order of the file does not matter.
pub(super) fn correlate(
    scenario: &Scenario,
    parameters: &mut IdVec<ParameterId, Parameter>,
) -> Vec<ShockGroup> {
    // Hashes are quicker to look up than paths, and those of drawn quantities differ.
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
    // A belief may stand for a variable's initial value and share its path; the luck is shared.
    by_path.dedup_by(|a, b| parameters[*a].path == parameters[*b].path);
    let place_of = |path: &str| {
        let place = by_path.binary_search_by(|&id| parameters[id].path.as_str().cmp(path));
        place.ok()
    };
    let mut draws = Vec::new();
    let mut variables: Vec<VariableId> = scenario.variables.ids().collect();
    variables.sort_by_key(|&id| &scenario.variables[id].name);
    let place_of_variable = |id: VariableId| variables.iter().position(|&other| other == id);
    let mut shocks = Vec::new();
    for correlation in &scenario.correlations {
        let (places, list) = match &correlation.between {
            Correlated::Quantities(a, b) => ((place_of(a), place_of(b)), &mut draws),
            Correlated::Shocks(a, b) => {
                ((place_of_variable(*a), place_of_variable(*b)), &mut shocks)
            }
        };
        if let (Some(a), Some(b)) = places {
            list.push((a, b, correlation.coefficient));
        }
    }

    let mut mixes: BTreeMap<String, Vec<(u64, f64)>> = BTreeMap::new();
    for (members, factor) in factors(by_path.len(), &draws) {
        let hashes: Vec<u64> = members
            .iter()
            .map(|&place| parameters[by_path[place]].path_hash)
            .collect();
        for (row, &place) in factor.iter().zip(&members) {
            let mix = hashes.iter().copied().zip(row.iter().copied()).collect();
            mixes.insert(parameters[by_path[place]].path.clone(), mix);
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
            variables: members.iter().map(|&place| variables[place]).collect(),
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
