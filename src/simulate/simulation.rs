//! A simulation: runs in ascending order, chunk by chunk, merged into one tally.

use super::chunk_observer::ChunkObserver;
use super::chunk_queue::simulate_in_order;
use super::chunk_simulator::{ChunkResult, ChunkSimulator};
use super::lane_sets::LaneSet;
use super::plan::{CHUNK_RUNS, SimulationPlan};
use super::record::{FirstDays, RunRecord};
use super::tally::{Shape, Tally};
use super::variable_collector::{STRETCH_KEYS, VariableCollector};
use crate::base::cancel::CancelFlag;
use crate::engine::{Engine, ExecutionPlan, InstructionPath, LANES, SimulateDays, State};
use crate::program::BoundProgram;
use std::sync::Arc;

/// A simulation in progress, in blocks of `L` lanes.
#[derive(Debug)]
pub struct Simulation<const L: usize = LANES> {
    chunks: ChunkSimulator,
    next_run: u64,
    tally: Tally,
    /// Values of the variables that are not in the tally yet.
    variables: Option<VariableCollector>,
}

impl<const L: usize> Simulation<L>
where
    for<'a> Engine<'a, L>: SimulateDays<L>,
{
    /// A simulation before its first run, on the widest instruction set of the processor.
    pub fn new(bound: Arc<BoundProgram>, plan: SimulationPlan) -> Self {
        Self::with_path(bound, plan, InstructionPath::widest())
    }

    /// Like [`Simulation::new`], with a given instruction set, which the processor must support.
    pub fn with_path(
        bound: Arc<BoundProgram>,
        plan: SimulationPlan,
        path: InstructionPath,
    ) -> Self {
        const { assert!(L >= 2 && L <= LaneSet::BITS as usize && CHUNK_RUNS.is_multiple_of(L as u64)) };
        let program = &bound.program;
        let shape = Shape {
            fingerprint: plan.fingerprint,
            seed: plan.seed.0,
            horizon_days: program.horizon_days,
            n_variables: program.variables.len(),
            n_outcomes: program.outcomes.len(),
            n_actions: program.actions.len(),
            n_events: program.events.len(),
            n_clamped: program.clamped.len(),
        };
        let tally = Tally::new(&shape);
        assert!(
            plan.first_run.is_multiple_of(CHUNK_RUNS),
            "a shard starts at a chunk"
        );
        Self {
            next_run: plan.first_run,
            chunks: ChunkSimulator {
                execution_plan: Arc::new(ExecutionPlan::new(&bound)),
                bound,
                plan,
                path,
                cancel: CancelFlag::default(),
                shape,
            },
            tally,
            variables: None,
        }
    }

    /// The same simulation, which stops soon after this flag is set: it then drops the chunks that
    /// are not complete, and every later call simulates nothing.
    pub fn with_cancel_flag(mut self, cancel: CancelFlag) -> Self {
        self.chunks.cancel = cancel;
        self
    }

    /// Simulates the next `n_chunks` chunks (fewer at the end, or if canceled) on the threads of the
    /// current rayon pool and merges their tallies in order. Returns the records of the runs if the plan
    /// asks for them.
    pub fn advance(&mut self, n_chunks: u64) -> Vec<RunRecord> {
        let keep_runs = self.chunks.plan.keep_runs;
        let kept = self.advance_collecting(n_chunks, |state, lane, kept: &mut Vec<RunRecord>| {
            if keep_runs {
                kept.push(record_of(state, lane));
            }
        });
        kept.into_iter().flatten().collect()
    }

    /// Like [`Simulation::advance`], but returns the first day of every outcome and action, and the
    /// count of every action, of each run.
    pub fn advance_days(&mut self, n_chunks: u64) -> FirstDays {
        let mut all = FirstDays::default();
        for more in self.advance_collecting(n_chunks, push_first_days) {
            all.extend(more);
        }
        all
    }

    /// Simulates the next chunks and returns what `keep` collected from the runs of each, in order.
    fn advance_collecting<K: Default + Send>(
        &mut self,
        n_chunks: u64,
        keep: impl Fn(&State<L>, usize, &mut K) + Sync,
    ) -> Vec<K> {
        let chunks = self.chunks.clone();
        self.advance_with(
            n_chunks,
            || chunks.engine(),
            |engine, chunk| chunks.simulate(engine, chunk, &keep),
        )
    }

    /// Simulates the next chunks with an observer per thread. Returns the chunk results in order;
    /// variables are not tallied.
    pub fn advance_observed<S: ChunkObserver<L>>(
        &mut self,
        n_chunks: u64,
        chunk_observer: impl Fn() -> S + Sync,
    ) -> Vec<S::ChunkResult> {
        let chunks = self.chunks.clone();
        self.advance_with(
            n_chunks,
            || (chunks.engine(), chunk_observer()),
            |(engine, chunk_observer), chunk| {
                chunks.simulate_observed(engine, chunk_observer, chunk)
            },
        )
    }

    /// Simulates the next chunks, each thread with its own workspace, merges their tallies in order, and
    /// returns what else each chunk resulted in, in order.
    fn advance_with<T, K: Send>(
        &mut self,
        n_chunks: u64,
        workspace: impl Fn() -> T + Sync,
        simulate: impl Fn(&mut T, u64) -> Option<ChunkResult<K>> + Sync,
    ) -> Vec<K> {
        let first = self.next_run / CHUNK_RUNS;
        let end = (first + n_chunks).min(self.chunks.end_chunk());
        let mut all = Vec::new();
        let n_variable_runs = self.chunks.plan.variable_runs.min(self.chunks.plan.end());
        let size = (
            n_variable_runs - self.next_run.min(n_variable_runs),
            STRETCH_KEYS,
        );
        let (tally, variables) = (&mut self.tally, &mut self.variables);
        let shape = &self.chunks.shape;
        let merge = |chunk: ChunkResult<K>| {
            let merged = tally.merge(&chunk.tally);
            merged.expect("chunks of one plan never overlap");
            if let Some(more) = chunk.variables {
                let new = || VariableCollector::new(shape, size, L, &CancelFlag::default());
                variables.get_or_insert_with(new).merge(more);
            }
            all.push(chunk.kept);
        };
        let end = simulate_in_order(first..end, &self.chunks.cancel, workspace, simulate, merge);
        self.next_run = (end * CHUNK_RUNS)
            .min(self.chunks.plan.end())
            .max(self.next_run);
        if self.next_run >= n_variable_runs {
            self.count_variables();
        }
        all
    }

    /// Whether all runs of the plan have been simulated.
    pub fn is_finished(&self) -> bool {
        self.next_run >= self.chunks.plan.end()
    }

    /// Number of runs simulated so far, which are a contiguous prefix.
    pub fn n_simulated(&self) -> u64 {
        self.next_run - self.chunks.plan.first_run
    }

    /// Adds to the tally the values of the variables that were collected.
    fn count_variables(&mut self) {
        if let Some(variables) = self.variables.take() {
            self.tally.merge_variables(variables.into_tally());
        }
    }

    /// The tally of the runs simulated so far; with the variables once all runs on which they are
    /// tallied are simulated.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The tally of the runs simulated so far, with all variables.
    pub fn into_tally(mut self) -> Tally {
        self.count_variables();
        self.tally
    }
}

fn record_of<const L: usize>(state: &State<L>, lane: usize) -> RunRecord {
    RunRecord {
        run_id: state.first_run + lane as u64,
        faulted: state.faults[lane] != 0,
        drawn: state.drawn.iter().map(|row| row[lane]).collect(),
        outcome_days: state
            .outcome_days
            .iter()
            .map(|days| days[lane] as u16)
            .collect(),
        variables: state.variables.iter().map(|row| row[lane]).collect(),
    }
}

fn push_first_days<const L: usize>(state: &State<L>, lane: usize, kept: &mut FirstDays) {
    kept.faulted.push(state.faults[lane] != 0);
    let outcomes = state.outcome_days.iter().map(|days| days[lane] as u16);
    kept.days.extend(outcomes);
    let actions = state.history.actions.iter();
    for record in actions {
        kept.days.push(record.first_day(lane) as u16);
        // At most one per day.
        kept.counts.push(record.count(lane) as u16);
    }
}
