//! A simulation: runs in ascending order, chunk by chunk, merged into one tally.

use super::block_tally::DailyStates;
use super::chunk_observer::ChunkObserver;
use super::lane_sets::{LaneSet, LaneSets, lanes_of};
use super::record::{FirstDays, RunRecord};
use super::tally::{Shape, Tally};
use crate::base::random::keyed::{Branch, Seed};
use crate::engine::{Engine, InstructionPath, LANES, SimulateDays, State};
use crate::program::BoundProgram;
use rayon::prelude::*;
use std::sync::Arc;

/// Runs per chunk: the unit of work of a thread, after which a simulation can stop. A multiple of
/// every block width.
pub const CHUNK_RUNS: u64 = 1024;

/// Which runs are simulated, with which random numbers, and what is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimulationPlan {
    /// Seed of all random numbers.
    pub seed: Seed,
    /// Branch of the daily random numbers; ordinary runs use 0. The uncertain quantities are sampled
    /// identically on every branch.
    pub branch: Branch,
    /// First run, a multiple of [`CHUNK_RUNS`]; 0 unless the simulation is a shard.
    pub first_run: u64,
    /// Number of runs.
    pub n_runs: u64,
    /// Variables are tallied day by day on runs `0..variable_runs`.
    pub variable_runs: u64,
    /// Whether [`Simulation::advance`] returns a record of each run.
    pub keep_runs: bool,
    /// Hash of the program, its values and the engine; stored in the tally.
    pub fingerprint: u64,
}

impl SimulationPlan {
    /// The run after the last one.
    fn end(&self) -> u64 {
        self.first_run + self.n_runs
    }
}

/// A simulation in progress, in blocks of `L` lanes.
#[derive(Debug)]
pub struct Simulation<const L: usize = LANES> {
    bound: Arc<BoundProgram>,
    plan: SimulationPlan,
    path: InstructionPath,
    shape: Shape,
    next_run: u64,
    tally: Tally,
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
        let tally = Tally::new(&shape, false);
        assert!(
            plan.first_run.is_multiple_of(CHUNK_RUNS),
            "a shard starts at a chunk"
        );
        Self {
            bound,
            plan,
            path,
            shape,
            next_run: plan.first_run,
            tally,
        }
    }

    /// Simulates the next `n_chunks` chunks (fewer at the end) on the threads of the current rayon
    /// pool and merges their tallies in order. Returns the records of the runs if the plan asks for
    /// them.
    pub fn advance(&mut self, n_chunks: u64) -> Vec<RunRecord> {
        let keep_runs = self.plan.keep_runs;
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
        let (bound, path) = (self.bound.clone(), self.path);
        self.advance_with(
            n_chunks,
            || Engine::<L>::with_path(&bound, path),
            |simulation, engine, chunk| simulation.simulate(engine, chunk, &keep),
        )
    }

    /// Simulates the next chunks with an observer per thread. Returns the chunk results in order;
    /// variables are not tallied.
    pub fn advance_observed<S: ChunkObserver<L>>(
        &mut self,
        n_chunks: u64,
        chunk_observer: impl Fn() -> S + Sync,
    ) -> Vec<S::ChunkResult> {
        let (bound, path) = (self.bound.clone(), self.path);
        self.advance_with(
            n_chunks,
            || (Engine::<L>::with_path(&bound, path), chunk_observer()),
            |simulation, (engine, chunk_observer), chunk| {
                simulation.simulate_observed(engine, chunk_observer, chunk)
            },
        )
    }

    /// Simulates the next chunks, each thread with its own workspace, merges the tallies in order, and
    /// returns the second result of each chunk, in order.
    fn advance_with<T, K: Send>(
        &mut self,
        n_chunks: u64,
        workspace: impl Fn() -> T + Sync,
        simulate: impl Fn(&Self, &mut T, u64) -> (Tally, K) + Sync,
    ) -> Vec<K> {
        let first = self.next_run / CHUNK_RUNS;
        let end = (first + n_chunks).min(self.plan.end().div_ceil(CHUNK_RUNS));
        let simulation = &*self;
        let chunks: Vec<(Tally, K)> = (first..end)
            .into_par_iter()
            .map_init(&workspace, |workspace, chunk| {
                simulate(simulation, workspace, chunk)
            })
            .collect();
        let mut all = Vec::with_capacity(chunks.len());
        for (tally, kept) in chunks {
            self.tally
                .merge(&tally)
                .expect("chunks of one plan never overlap");
            all.push(kept);
        }
        self.next_run = (end * CHUNK_RUNS).min(self.plan.end()).max(self.next_run);
        all
    }

    /// Whether all runs of the plan have been simulated.
    pub fn is_finished(&self) -> bool {
        self.next_run >= self.plan.end()
    }

    /// Number of runs simulated so far, which are a contiguous prefix.
    pub fn n_simulated(&self) -> u64 {
        self.next_run - self.plan.first_run
    }

    /// The tally of the runs simulated so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The tally of the runs simulated so far, without a copy.
    pub fn into_tally(self) -> Tally {
        self.tally
    }

    /// Simulates one chunk.
    fn simulate<K: Default>(
        &self,
        engine: &mut Engine<'_, L>,
        chunk: u64,
        keep: &impl Fn(&State<L>, usize, &mut K),
    ) -> (Tally, K) {
        let first = chunk * CHUNK_RUNS;
        let end = (first + CHUNK_RUNS).min(self.plan.end());
        let with_variables = first < self.plan.variable_runs;
        let mut tally = Tally::new(&self.shape, with_variables);
        let mut kept = K::default();
        let mut daily_states = DailyStates::default();
        for first_run in (first..end).step_by(L) {
            let state = if first_run < self.plan.variable_runs {
                daily_states.days.clear();
                engine.simulate(
                    self.plan.seed,
                    first_run,
                    self.plan.branch,
                    &mut daily_states,
                )
            } else {
                engine.simulate(self.plan.seed, first_run, self.plan.branch, &mut ())
            };
            let lanes = LaneSets::new(state, end);
            tally.tally_block(state, &lanes);
            if first_run < self.plan.variable_runs {
                let max_lanes = self.plan.variable_runs - first_run;
                tally.tally_variables(&self.bound.program, &daily_states, lanes.first(max_lanes));
            }
            for lane in lanes_of(lanes.covered) {
                keep(state, lane, &mut kept);
            }
        }
        tally.ranges.push((first, end));
        (tally, kept)
    }

    /// Simulates one chunk with an observer.
    fn simulate_observed<S: ChunkObserver<L>>(
        &self,
        engine: &mut Engine<'_, L>,
        chunk_observer: &mut S,
        chunk: u64,
    ) -> (Tally, S::ChunkResult) {
        let first = chunk * CHUNK_RUNS;
        let end = (first + CHUNK_RUNS).min(self.plan.end());
        let mut tally = Tally::new(&self.shape, false);
        for first_run in (first..end).step_by(L) {
            engine.begin(self.plan.seed, first_run, self.plan.branch);
            chunk_observer.begin_block(engine.state());
            engine.simulate_until(self.bound.program.horizon_days, chunk_observer);
            let state = engine.state();
            let lanes = LaneSets::new(state, end);
            tally.tally_block(state, &lanes);
            chunk_observer.end_block(state, &mut lanes_of(lanes.pairs));
        }
        tally.ranges.push((first, end));
        (tally, chunk_observer.finish_chunk())
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
