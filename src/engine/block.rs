//! The engine of one block of runs, and the workspace of a day.

use crate::base::cancel::CancelFlag;
use crate::base::random::keyed::{Branch, Seed};
use crate::engine::day::choice_set::SampleBuffer;
use crate::engine::day::effect_sums::EffectWorkspace;
use crate::engine::day::normals::ShockNormals;
use crate::engine::day::track_choice::{ChoiceWorkspace, TrackChoice};
use crate::engine::dispatch::InstructionPath;
use crate::engine::lanes::{Lanes, Mask};
use crate::engine::plan::execution_plan::ExecutionPlan;
use crate::engine::state::State;
use crate::engine::state::packed_history::PackedHistory;
use crate::engine::utility::decision_state::DecisionState;
use crate::engine::utility::evaluator::Evaluator;
use crate::engine::utility::preferences::Preferences;
use crate::engine::utility::ranges::ValueRanges;
use crate::program::{BoundProgram, Program};
use std::sync::Arc;

/// Number of lanes of a block in ordinary use.
pub const LANES: usize = 128;

/// Simulates blocks of `L` runs, one after the other.
#[derive(Debug)]
pub struct Engine<'p, const L: usize> {
    pub(crate) bound: &'p BoundProgram,
    pub(crate) state: State<L>,
    pub(crate) evaluator: Evaluator<L>,
    pub(crate) preferences: Preferences<L>,
    pub(crate) workspace: Workspace<L>,
    pub(crate) packed_history: PackedHistory<L>,
    pub(crate) plan: Arc<ExecutionPlan>,
}

/// Scratch buffers of a day.
#[derive(Debug)]
pub(crate) struct Workspace<const L: usize> {
    /// The perceived state of the choosing actor, if it differs from the true state.
    pub(crate) perceived_state: Vec<Lanes<L>>,
    /// The ranges of variables in the true state.
    pub(crate) ranges: ValueRanges,
    /// The state on which the choosing actor decides.
    pub(crate) decision: DecisionState<L>,
    /// Occurrences and amounts of today's effects.
    pub(crate) effects: EffectWorkspace<L>,
    /// The normal variates of the daily shocks.
    pub(crate) normals: ShockNormals<L>,
    /// New values of variables whose drift contains an expression.
    pub(crate) drifted: Vec<Lanes<L>>,
    /// By action: where it is available to its activated actor.
    pub(crate) available: Vec<Mask<L>>,
    /// By action: whether it is available in any lane.
    pub(crate) is_available: Vec<bool>,
    /// By track: today's choice.
    pub(crate) choices: Vec<TrackChoice<L>>,
    /// By action: where it was chosen today.
    pub(crate) chosen: Vec<Mask<L>>,
    /// Logits and weights on the current track.
    pub(crate) track: ChoiceWorkspace<L>,
    /// Intermediate results of sampling an alternative.
    pub(crate) sample: SampleBuffer<L>,
}

impl<const L: usize> Workspace<L> {
    fn new(program: &Program, plan: &ExecutionPlan) -> Self {
        let n_variables = program.variables.len();
        let zeros = || vec![Lanes::<L>::splat(0.0); n_variables];
        let masks = || vec![Mask::<L>::splat(0); program.actions.len()];
        Self {
            perceived_state: zeros(),
            ranges: ValueRanges::new(n_variables),
            decision: DecisionState::new(program),
            effects: EffectWorkspace::new(program, &plan.effects),
            normals: ShockNormals::new(n_variables),
            drifted: zeros(),
            available: masks(),
            is_available: vec![false; program.actions.len()],
            choices: vec![TrackChoice::new(); program.n_tracks],
            chosen: masks(),
            track: ChoiceWorkspace::new(program),
            sample: SampleBuffer::new(),
        }
    }
}

impl<'p, const L: usize> Engine<'p, L> {
    /// Allocates an engine on the widest instruction path that the processor has.
    pub fn new(bound: &'p BoundProgram) -> Self {
        Self::with_path(bound, InstructionPath::widest())
    }

    /// Allocates an engine on the given instruction path.
    ///
    /// # Panics
    /// If the processor lacks the instructions.
    pub fn with_path(bound: &'p BoundProgram, path: InstructionPath) -> Self {
        Self::with_plan(bound, Arc::new(ExecutionPlan::new(bound)), path)
    }

    /// Like [`Engine::with_path`], with the execution plan of this bound program, which engines share.
    pub(crate) fn with_plan(
        bound: &'p BoundProgram,
        plan: Arc<ExecutionPlan>,
        path: InstructionPath,
    ) -> Self {
        assert!(path.is_available(), "this processor has no {}", path.name());
        let program = &*bound.program;
        Self {
            bound,
            state: State::new(bound),
            evaluator: Evaluator::new(program, path),
            preferences: Preferences::new(program),
            workspace: Workspace::new(program, &plan),
            packed_history: PackedHistory::new(plan.is_packed()),
            plan,
        }
    }

    /// The same engine, which looks at this flag: once it is set, a block is not simulated any further,
    /// and its state is meaningless.
    pub fn with_cancel_flag(mut self, cancel: CancelFlag) -> Self {
        self.evaluator.cancel = cancel;
        self
    }

    /// Sets the block to the state before day 1 of runs `first_run..first_run + L`.
    /// `first_run` must be even.
    pub fn begin(&mut self, seed: Seed, first_run: u64, branch: Branch) {
        self.state.begin(self.bound, seed, first_run, branch);
        self.reset_caches();
    }

    /// Continues from a state of this program that was cloned earlier.
    pub fn resume(&mut self, state: &State<L>) {
        self.state.clone_from(state);
        self.reset_caches();
    }

    fn reset_caches(&mut self) {
        self.workspace.normals.reset();
        self.preferences.is_current = false;
    }

    /// The current state of the block.
    pub fn state(&self) -> &State<L> {
        &self.state
    }
}
