//! The memory of an engine, known before it is allocated.
//!
//! The figures are upper bounds, close where they are large: a test compares them with what is
//! allocated. Small parts are covered by a constant.

use crate::base::index::CodeId;
use crate::engine::lanes::Lanes;
use crate::program::{ActorRow, BoundProgram, Code, Program, TrackRow};

/// What is not counted one by one: names, short lists, rows of which there are a few.
const SMALL_PARTS: usize = 64 << 10;
/// Days of a packed history, see `PackedHistory`.
const PACKED_DAYS: usize = 32;
/// Rows of a track's choice, and of an evaluated response.
const ROWS_PER_CHOICE: usize = 5;

/// Memory of one engine with blocks of `L` lanes \[bytes\], without the program and the execution plan.
pub fn engine_bytes<const L: usize>(bound: &BoundProgram) -> u64 {
    let program = &*bound.program;
    let rows = state_rows(bound) + workspace_rows(program) + preference_rows(program);
    let n_correlated = bound.program.parameters.iter();
    let n_correlated = n_correlated.filter(|row| !row.mix.is_empty()).count();
    let scores = n_correlated * L / 2 * size_of::<f64>();
    (rows * size_of::<Lanes<L>>() + scores + SMALL_PARTS) as u64
}

/// Memory of the execution plan, which engines share \[bytes\].
pub fn execution_plan_bytes(program: &Program) -> u64 {
    let per_action = program.actions.iter().map(|row| {
        let anticipates = program.actors[row.actor].anticipates.iter();
        let invalidations = anticipates.zip(&row.invalidates);
        let bytes = invalidations.map(|(anticipation, &invalidates)| {
            let responses = anticipation.response_dependencies.len();
            let residuals = anticipation.residuals.len() + anticipation.responder_residuals.len();
            72 + usize::from(invalidates) * (3 * responses + residuals + 48)
        });
        512 + 256 * row.effects.len() + bytes.sum::<usize>()
    });
    (per_action.sum::<usize>() + 256 * program.variables.len() + SMALL_PARTS) as u64
}

fn state_rows(bound: &BoundProgram) -> usize {
    let program = &*bound.program;
    let pending = program
        .pending
        .iter()
        .map(|row| usize::from(row.max_days_ahead));
    let lagged = program.lagged_variables.iter();
    let lagged = lagged.map(|row| usize::from(row.max_days_ahead) + 1);
    bound.drawn().len()
        + program.variables.len()
        + pending.sum::<usize>()
        + lagged.sum::<usize>()
        + 2 * (program.actions.len() + program.events.len() + program.outcomes.len())
        // Today's clamps, and those of the run.
        + 2 * program.clamped.len()
}

fn workspace_rows(program: &Program) -> usize {
    let max = |counts: &mut dyn Iterator<Item = usize>| counts.max().unwrap_or(0);
    let actors = || program.actors.iter();
    let effects = || {
        let actions = program.actions.iter().map(|row| row.effects.len());
        actions.chain(program.events.iter().map(|row| row.effects.len()))
    };
    let tracks = || actors().flat_map(|actor| &actor.tracks);
    let max_actions_of_track = max(&mut tracks().map(|track| track.actions.len()));
    let max_effects = max(&mut effects());
    let residuals = residual_rows(program);
    // On s⁺ and on the current state, and the weights of a track.
    let responses = (2 * ROWS_PER_CHOICE + 1) * max(&mut actors().map(n_actions));
    let response_workspace = max_effects + 4 * residuals + responses;
    let max_anticipated = max(&mut actors().map(|actor| actor.anticipates.len()));
    // Perceived, expected, hypothetical and drifted values, and the normals of shocks.
    7 * program.variables.len()
        // Sources and amounts of effects, for success and failure.
        + program.actions.len()
        + program.events.len()
        + 2 * effects().sum::<usize>()
        // Available and chosen.
        + 2 * program.actions.len()
        + program.n_tracks * (1 + ROWS_PER_CHOICE + PACKED_DAYS)
        + ROWS_PER_CHOICE * (max_actions_of_track + 1)
        + max_effects
        + residuals
        + program.actors.len()
        + max_anticipated * response_workspace
        + program.constants.len()
        + max(&mut program.codes.iter().map(register_rows))
}

fn preference_rows(program: &Program) -> usize {
    let per_actor = |actor: &ActorRow| actor.imperatives.len() + actor.gradient.len() + 2;
    program.actors.iter().map(per_actor).sum::<usize>() + 3 * program.actions.len()
}

fn n_actions(actor: &ActorRow) -> usize {
    let tracks = actor.tracks.iter();
    tracks.map(|track: &TrackRow| track.actions.len()).sum()
}

/// Rows of the cached residuals of an actor: each keeps the temporaries of the largest goal that it
/// has had, of any actor.
fn residual_rows(program: &Program) -> usize {
    let mut rows = Vec::new();
    for actor in &program.actors {
        for (k, imperative) in actor.imperatives.iter().enumerate() {
            let needed = 1 + imperative
                .residual
                .map_or(0, |code: CodeId| register_rows(&program.codes[code]));
            match rows.get_mut(k) {
                Some(row) => *row = needed.max(*row),
                None => rows.push(needed),
            }
        }
    }
    rows.iter().sum()
}

fn register_rows(code: &Code) -> usize {
    code.n_numbers + code.n_conditions
}

/// Additional memory of a re-evaluation with gradients \[bytes\], which has an engine of its own.
pub fn gradient_bytes<const L: usize>(bound: &BoundProgram) -> u64 {
    let program = &*bound.program;
    let max_effects = program.actions.iter().map(|row| row.effects.len()).max();
    let max_effects = max_effects.unwrap_or(0);
    let mut rows = 4 * program.actions.len() + 2 * max_effects;
    for actor in &program.actors {
        rows += 3 * actor.imperatives.len() + 4;
        for anticipation in &actor.anticipates {
            let responder = &program.actors[anticipation.responder];
            let n_imperatives = actor.imperatives.len() + responder.imperatives.len();
            // By hypothetical state: each response with its derivatives, and what they share.
            let per_response = 12 + n_imperatives;
            let per_state = n_actions(responder) * per_response + n_imperatives + 8;
            rows += 3 * per_state + 2 * n_imperatives + max_effects + 2 * n_actions(responder) + 2;
        }
    }
    engine_bytes::<L>(bound) + (rows * size_of::<Lanes<L>>()) as u64
}
