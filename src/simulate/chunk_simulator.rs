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
            let mut collector = variables
                .as_mut()
                .filter(|_| first_run < self.plan.variable_runs);
            let state = match &mut collector {
                Some(collector) => {
                    collector.begin_block(L);
                    engine.simulate(seed, first_run, branch, *collector)
                }
                None => engine.simulate(seed, first_run, branch, &mut ()),
            };
            // What is canceled is not complete: neither the state nor what the collector has counted.
            if self.cancel.is_canceled() {
                return None;
            }
            let lanes = LaneSets::new(state, end);
            if let Some(collector) = collector {
                collector.end_block::<L>(lanes.first(self.plan.variable_runs - first_run));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Sources;
    use crate::base::random::keyed::{Branch, Seed};
    use crate::engine::LANES;
    use crate::program::{bind, compile};
    use crate::scenario::read;

    /// So many variables and days that values are counted after every block.
    fn chunk_simulator(cancel: &CancelFlag) -> ChunkSimulator {
        let mut text =
            "[scenario]\ntitle = \"x\"\nstart = 2030-01-01\nhorizon_days = 1000\n".to_owned();
        for k in 0..10 {
            text += &format!("[variables.v{k}]\ninitial = 0.5\nvolatility = 0.1\n");
        }
        text += "[outcomes.o]\nquestion = \"?\"\nwhen = \"v0 > 0.6\"\n";
        let scenario = read(&mut Sources::default(), "x.toml", &text, &[]).scenario;
        let program = compile(&scenario.expect("an accepted scenario"));
        let bound = Arc::new(bind(&program, &[]).expect("its own values"));
        ChunkSimulator {
            shape: Shape {
                fingerprint: 0,
                seed: 1,
                horizon_days: 1000,
                n_variables: 10,
                n_outcomes: 1,
                n_actions: 0,
                n_events: 0,
                n_clamped: 0,
            },
            execution_plan: Arc::new(ExecutionPlan::new(&bound)),
            bound,
            plan: SimulationPlan {
                seed: Seed(1),
                branch: Branch(0),
                first_run: 0,
                n_runs: 150,
                variable_runs: 150,
                keep_runs: false,
                fingerprint: 0,
            },
            path: InstructionPath::widest(),
            cancel: cancel.clone(),
        }
    }

    #[test]
    fn cancellation_while_values_are_counted_drops_the_chunk() {
        let cancel = CancelFlag::default();
        let chunks = chunk_simulator(&cancel);
        let whole = chunks.simulate(&mut chunks.engine::<LANES>(), 0, &|_, _, _: &mut ()| ());
        assert!(whole.is_some_and(|chunk| chunk.tally.n_runs == 150));
        // Set after the first block, so that counting its values is what stops.
        let keep = |_: &State<LANES>, _, _: &mut ()| cancel.cancel();
        let canceled = chunks.simulate(&mut chunks.engine::<LANES>(), 0, &keep);
        assert!(canceled.is_none());
    }
}
