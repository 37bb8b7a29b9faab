//! Simulates one chunk on one thread.

use super::chunk_observer::ChunkObserver;
use super::lane_sets::{LaneSets, lanes_of};
use super::plan::{CHUNK_RUNS, SimulationPlan};
use super::tally::{Shape, Tally};
use super::variable_collector::{CHUNK_KEYS, VariableCollector};
use crate::base::cancel::CancelFlag;
use crate::engine::{Engine, ExecutionPlan, InstructionPath, SimulateDays, State};
use crate::program::BoundProgram;
use std::sync::Arc;

/// What the threads of a simulation need of it.
#[derive(Clone, Debug)]
pub(super) struct ChunkSimulator {
    pub(super) bound: Arc<BoundProgram>,
    pub(super) plan: SimulationPlan,
    pub(super) path: InstructionPath,
    pub(super) cancel: CancelFlag,
    pub(super) shape: Shape,
    /// Shared by the engines of all threads.
    pub(super) execution_plan: Arc<ExecutionPlan>,
}

/// What one chunk resulted in.
pub(super) struct ChunkResult<K> {
    pub(super) tally: Tally,
    /// Values of the variables, if the plan tallies them for the chunk.
    pub(super) variables: Option<VariableCollector>,
    /// What the caller keeps of the chunk.
    pub(super) kept: K,
}

impl ChunkSimulator {
    /// An engine, the workspace of one thread.
    pub(super) fn engine<const L: usize>(&self) -> Engine<'_, L> {
        let plan = self.execution_plan.clone();
        Engine::with_plan(&self.bound, plan, self.path).with_cancel_flag(self.cancel.clone())
    }

    /// Number of chunks up to the end of the plan, from run 0.
    pub(super) fn end_chunk(&self) -> u64 {
        self.plan.end().div_ceil(CHUNK_RUNS)
    }

    /// Simulates one chunk; `None` if it was canceled. `keep` is called for every run of the plan.
    pub(super) fn simulate<const L: usize, K: Default>(
        &self,
        engine: &mut Engine<'_, L>,
        chunk: u64,
        keep: &impl Fn(&State<L>, usize, &mut K),
    ) -> Option<ChunkResult<K>>
    where
        for<'a> Engine<'a, L>: SimulateDays<L>,
    {
        let (seed, branch) = (self.plan.seed, self.plan.branch);
        let first = chunk * CHUNK_RUNS;
        let end = (first + CHUNK_RUNS).min(self.plan.end());
        let variable_end = self.plan.variable_runs.min(end);
        let mut variables = (first < variable_end).then(|| {
            let size = (variable_end - first, CHUNK_KEYS);
            VariableCollector::new(&self.shape, size, L, &self.cancel)
        });
        let mut tally = Tally::new(&self.shape);
        let mut kept = K::default();
        for first_run in (first..end).step_by(L) {
            let collector = variables
                .as_mut()
                .filter(|_| first_run < self.plan.variable_runs);
            let lanes;
            let state = match collector {
                Some(collector) => {
                    collector.begin_block(L);
                    let state = engine.simulate(seed, first_run, branch, collector);
                    lanes = LaneSets::new(state, end);
                    collector.end_block::<L>(lanes.first(self.plan.variable_runs - first_run));
                    state
                }
                None => {
                    let state = engine.simulate(seed, first_run, branch, &mut ());
                    lanes = LaneSets::new(state, end);
                    state
                }
            };
            if self.cancel.is_canceled() {
                return None;
            }
            tally.tally_block(state, &lanes);
            for lane in lanes_of(lanes.covered) {
                keep(state, lane, &mut kept);
            }
        }
        tally.ranges.push((first, end));
        Some(ChunkResult {
            tally,
            variables,
            kept,
        })
    }

    /// Simulates one chunk with an observer; `None` if it was canceled.
    pub(super) fn simulate_observed<const L: usize, S: ChunkObserver<L>>(
        &self,
        engine: &mut Engine<'_, L>,
        chunk_observer: &mut S,
        chunk: u64,
    ) -> Option<ChunkResult<S::ChunkResult>>
    where
        for<'a> Engine<'a, L>: SimulateDays<L>,
    {
        let first = chunk * CHUNK_RUNS;
        let end = (first + CHUNK_RUNS).min(self.plan.end());
        let mut tally = Tally::new(&self.shape);
        for first_run in (first..end).step_by(L) {
            engine.begin(self.plan.seed, first_run, self.plan.branch);
            chunk_observer.begin_block(engine.state());
            engine.simulate_until(self.bound.program.horizon_days, chunk_observer);
            if self.cancel.is_canceled() {
                return None;
            }
            let state = engine.state();
            let lanes = LaneSets::new(state, end);
            tally.tally_block(state, &lanes);
            chunk_observer.end_block(state, &mut lanes_of(lanes.pairs));
        }
        tally.ranges.push((first, end));
        Some(ChunkResult {
            tally,
            variables: None,
            kept: chunk_observer.finish_chunk(),
        })
    }
}
