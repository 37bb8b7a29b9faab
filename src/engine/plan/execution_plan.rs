//! The execution plan of a bound program.

use crate::base::index::{ActionId, ActorId, Id, IdVec, VariableId};
use crate::engine::plan::action::ActionPlan;
use crate::engine::plan::affine::MeasuredVariable;
use crate::engine::plan::affine_track::{AffineTrack, actions_read};
use crate::engine::plan::drift::{VariableDrift, has_expression};
use crate::engine::plan::effects::EffectPlan;
use crate::engine::plan::invalidation::invalidations;
use crate::program::{ActorRow, BoundProgram, Input, Operation, Program, Turn, VariableRow};

/// The execution plan of a bound program.
#[derive(Debug)]
pub(crate) struct ExecutionPlan {
    pub(crate) actions: IdVec<ActionId, ActionPlan>,
    pub(crate) actors: IdVec<ActorId, ActorPlan>,
    /// By track: its plan if it is affine and its actor anticipates no other actor.
    pub(crate) tracks: Vec<Option<AffineTrack>>,
    pub(crate) turns: Vec<TurnPlan>,
    /// Sums of effects, by turn and for events.
    pub(crate) effects: EffectPlan,
    /// The variables with pending effects, each with its rows of `Program::pending`.
    pub(crate) pending: Vec<(usize, Vec<usize>)>,
    /// The variables whose drift contains no expression.
    pub(crate) drift: Vec<VariableDrift>,
    /// The variables whose drift contains an expression.
    pub(crate) drift_by_expression: Vec<usize>,
}

/// What is known of a turn before day 1.
#[derive(Debug)]
pub(crate) struct TurnPlan {
    /// Whether neither success nor effects of its actions depend on the history.
    pub(crate) ignores_history: bool,
    /// The variables whose ranges its actors need.
    pub(crate) measured: Vec<MeasuredVariable>,
    /// The tracks of its actors.
    pub(crate) tracks: Vec<usize>,
}

/// What is known of an actor before day 1.
#[derive(Debug)]
pub(crate) struct ActorPlan {
    /// Whether it perceives the true state, is activated on every day, has affine tracks only and no
    /// pending effects of its own. Then nothing is prepared for its choices.
    pub(crate) is_affine: bool,
    /// The variables of hypothetical states on which goals are evaluated; empty if its goals are
    /// linear and it anticipates no other actor.
    pub(crate) hypothetical: Vec<usize>,
    /// The variables whose ranges it needs.
    pub(crate) measured: Vec<MeasuredVariable>,
}

impl ExecutionPlan {
    pub(crate) fn new(bound: &BoundProgram) -> Self {
        let program = &*bound.program;
        let actions: IdVec<ActionId, ActionPlan> = program
            .actions
            .iter()
            .zip(invalidations(program))
            .map(|(row, invalidations)| ActionPlan::new(bound, row, invalidations))
            .collect();
        let tracks = affine_tracks(bound, &actions);
        let drifts = |(id, row): (VariableId, &VariableRow)| {
            (row.reversion.is_some() || row.shock.is_some()).then_some(id.index())
        };
        let (drift_by_expression, drift): (Vec<_>, Vec<_>) = program
            .variables
            .enumerate()
            .filter_map(drifts)
            .partition(|&index| has_expression(&program.variables.as_slice()[index]));
        let drift = drift
            .into_iter()
            .map(|index| VariableDrift::new(bound, index, &program.variables.as_slice()[index]));
        let turns = program.turns.iter();
        let actors = program.actors.iter();
        Self {
            turns: turns
                .map(|turn| TurnPlan::new(program, turn, &actions))
                .collect(),
            effects: EffectPlan::new(bound),
            pending: pending_rows(program),
            drift: drift.collect(),
            drift_by_expression,
            actors: actors
                .map(|actor| ActorPlan::new(bound, actor, &actions, &tracks))
                .collect(),
            tracks,
            actions,
        }
    }

    /// By track: whether its history is packed.
    pub(crate) fn is_packed(&self) -> impl Iterator<Item = bool> {
        let tracks = self.tracks.iter();
        tracks.map(|track| track.as_ref().is_some_and(|track| track.is_packed))
    }
}

/// By track: its plan if it is affine. The tracks of an actor that anticipates others are left out:
/// the availability of all its actions is needed before any utility is computed.
fn affine_tracks(
    bound: &BoundProgram,
    actions: &IdVec<ActionId, ActionPlan>,
) -> Vec<Option<AffineTrack>> {
    let program = &*bound.program;
    let read_actions = actions_read(program);
    let mut plans: Vec<_> = (0..program.n_tracks).map(|_| None).collect();
    let actors = program.actors.iter();
    let actors = actors.filter(|actor| actor.anticipates.is_empty());
    for track in actors.flat_map(|actor| &actor.tracks) {
        plans[track.index] = AffineTrack::new(bound, track, actions, &read_actions);
    }
    plans
}

impl TurnPlan {
    fn new(program: &Program, turn: &Turn, actions: &IdVec<ActionId, ActionPlan>) -> Self {
        let tracks = || {
            let actors = turn.actors.iter();
            actors.flat_map(|&id| &program.actors[id].tracks)
        };
        let own_actions = tracks().flat_map(|track| &track.actions);
        Self {
            ignores_history: !reads_history(program, turn),
            measured: MeasuredVariable::from_terms(own_actions.flat_map(|&id| actions[id].terms())),
            tracks: tracks().map(|track| track.index).collect(),
        }
    }
}

impl ActorPlan {
    fn new(
        bound: &BoundProgram,
        actor: &ActorRow,
        actions: &IdVec<ActionId, ActionPlan>,
        tracks: &[Option<AffineTrack>],
    ) -> Self {
        let own_actions = || actor.tracks.iter().flat_map(|track| &track.actions);
        let hypothetical = hypothetical_variables(&bound.program, actor);
        let mut own_tracks = actor.tracks.iter();
        Self {
            is_affine: actor.perceives.is_empty()
                && bound.constant(actor.tempo) == Some(1.0)
                && actor.pending.is_empty()
                && hypothetical.is_empty()
                && own_tracks.all(|track| tracks[track.index].is_some()),
            hypothetical,
            measured: MeasuredVariable::from_terms(
                own_actions().flat_map(|&id| actions[id].terms()),
            ),
        }
    }
}

/// The variables that are read or changed where an actor evaluates goals
/// on hypothetical states, ascending.
fn hypothetical_variables(program: &Program, actor: &ActorRow) -> Vec<usize> {
    let mut variables: Vec<usize> = Vec::new();
    for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
        let row = &program.actions[action];
        for &index in &row.dependencies.residuals {
            if let Some(residual) = actor.imperatives[index].residual {
                variables.extend(program.codes[residual].reads.iter().map(|id| id.index()));
            }
        }
        if !row.dependencies.residuals.is_empty() {
            variables.extend(row.effects.iter().map(|effect| effect.variable.index()));
        }
    }
    if !actor.anticipates.is_empty() {
        variables.extend(program.variables.ids().map(Id::index));
    }
    variables.sort_unstable();
    variables.dedup();
    variables
}

/// The variables with pending effects, each with its rows of `Program::pending` in their order.
fn pending_rows(program: &Program) -> Vec<(usize, Vec<usize>)> {
    let rows_of = |variable: VariableId| {
        let rows = program.pending.iter().enumerate();
        rows.filter(move |(_, row)| row.variable == variable)
            .map(|(index, _)| index)
            .collect()
    };
    let ids = program.variables.ids();
    ids.map(|id| (id.index(), rows_of(id)))
        .filter(|(_, rows): &(usize, Vec<usize>)| !rows.is_empty())
        .collect()
}

/// Whether the success or an effect of an action of the turn reads the history.
fn reads_history(program: &Program, turn: &Turn) -> bool {
    let actions = turn.actions.iter().map(|&action| &program.actions[action]);
    let mut inputs = actions.flat_map(|row| {
        let effects = row.effects.iter();
        let amounts = effects.flat_map(|effect| [effect.success, effect.failure]);
        amounts.flatten().chain([row.success])
    });
    inputs.any(|input| match input {
        Input::Parameter(_) => false,
        Input::Code(code, _) => {
            let mut instructions = program.codes[code].instructions.iter();
            instructions.any(|instruction| {
                matches!(
                    instruction.operation,
                    Operation::CountAction(_)
                        | Operation::CountEvent(_)
                        | Operation::DaysSinceAction(..)
                        | Operation::DaysSinceEvent(..)
                        | Operation::HappenedAction(_)
                        | Operation::HappenedEvent(_)
                        | Operation::SucceededAction(_)
                )
            })
        }
    })
}
