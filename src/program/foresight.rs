//! Which responses an actor anticipates, and which of its actions may change them.

use super::code::Code;
use super::goal::Goals;
use super::tables::{ActionRow, ActorRow, Anticipation, GoalDependencies, Input};
use crate::base::index::{ActionId, ActorId, CodeId, Id, IdVec, VariableId};
use crate::scenario::Scenario;
use std::collections::BTreeSet;

/// Fills in [`ActorRow::anticipates`] and [`ActionRow::invalidates`]. All other fields of actors
/// and actions must be filled in already.
pub(super) fn link_anticipated_responses(
    scenario: &Scenario,
    goals: &[Goals],
    codes: &IdVec<CodeId, Code>,
    actors: &mut IdVec<ActorId, ActorRow>,
    actions: &mut IdVec<ActionId, ActionRow>,
) {
    for (id, actor) in scenario.actors.enumerate() {
        let mut responders = actor.anticipates.clone();
        responders.sort_by_key(|&responder| &scenario.actors[responder].name);
        for responder in responders {
            let anticipation = anticipate(responder, &goals[id.index()], codes, actors, actions);
            let reads = variables_read(id, &anticipation, codes, actors, actions);
            for action in actions.iter_mut().filter(|action| action.actor == id) {
                let mut effects = action.effects.iter();
                let invalidates = effects.any(|effect| reads.contains(&effect.variable));
                action.invalidates.push(invalidates);
            }
            actors[id].anticipates.push(anticipation);
        }
    }
}

/// The actions of an actor, through its tracks in order.
fn actions_of(actor: &ActorRow) -> impl Iterator<Item = ActionId> + '_ {
    let tracks = actor.tracks.iter();
    tracks.flat_map(|track| &track.actions).copied()
}

/// The responses of `responder` to an actor with `goals`.
fn anticipate(
    responder: ActorId,
    goals: &Goals,
    codes: &IdVec<CodeId, Code>,
    actors: &IdVec<ActorId, ActorRow>,
    actions: &IdVec<ActionId, ActionRow>,
) -> Anticipation {
    let responses = || actions_of(&actors[responder]).map(|action| &actions[action]);
    let response_dependencies: Vec<_> = responses()
        .map(|response| goals.dependencies(&response.effects, codes))
        .collect();
    Anticipation {
        responder,
        residuals: residuals_of(response_dependencies.iter()),
        responder_residuals: residuals_of(responses().map(|response| &response.dependencies)),
        response_dependencies,
    }
}

/// The imperatives with a residual in any of the dependencies, ascending.
fn residuals_of<'a>(dependencies: impl Iterator<Item = &'a GoalDependencies>) -> Vec<usize> {
    let residuals = dependencies.flat_map(|dependencies| &dependencies.residuals);
    let sorted: BTreeSet<usize> = residuals.copied().collect();
    sorted.into_iter().collect()
}

/// The variables that affect the responses or their value to the anticipating actor.
fn variables_read(
    anticipating: ActorId,
    anticipation: &Anticipation,
    codes: &IdVec<CodeId, Code>,
    actors: &IdVec<ActorId, ActorRow>,
    actions: &IdVec<ActionId, ActionRow>,
) -> BTreeSet<VariableId> {
    let (own, responder) = (&actors[anticipating], &actors[anticipation.responder]);
    let mut variables = BTreeSet::new();
    let mut read = |code: Option<CodeId>| {
        variables.extend(code.iter().flat_map(|&code| &codes[code].reads));
    };
    for action in actions_of(responder) {
        read(actions[action].requires);
        inputs_of(&actions[action]).for_each(|input| read(code_of(input)));
    }
    read(code_of(responder.precision));
    read(code_of(responder.tempo));
    read(responder.risk.and_then(code_of));
    for &index in &anticipation.residuals {
        read(own.imperatives[index].residual);
    }
    for &index in &anticipation.responder_residuals {
        read(responder.imperatives[index].residual);
    }
    for action in actions_of(responder) {
        let effects = actions[action].effects.iter();
        variables.extend(effects.map(|effect| effect.variable));
    }
    variables
}

/// All quantities of an action.
fn inputs_of(action: &ActionRow) -> impl Iterator<Item = Input> + '_ {
    let amounts = action
        .effects
        .iter()
        .flat_map(|effect| [effect.success, effect.failure]);
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
