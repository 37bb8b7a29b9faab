//! Simulates for a study, in stretches between which it reports the progress.
//!
//! A study owns no threads, signals or clock: the simulator that it is given has them. It runs on the
//! caller's thread; only the stretches are simulated on the threads of the pool. Before each stretch it
//! looks at the cancel flag, and after it reports the number of runs simulated so far.

use crate::engine::{InstructionPath, LANES};
use crate::program::BoundProgram;
use crate::simulate::{
    CHUNK_RUNS, CancelFlag, ChunkObserver, FirstDays, RunRecord, Simulation, SimulationPlan, Tally,
    first_days_bytes, map_in_parallel, record_bytes,
};
use rayon::ThreadPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use thiserror::Error;

/// Called after each stretch, on the caller's thread, with the number of runs simulated so far.
pub type OnProgress<'a> = dyn FnMut(u64) + 'a;

/// Simulates all runs of a plan, for one point of [`Simulator::simulate_points`].
pub type SimulatePlan<'a> =
    dyn FnMut(&Arc<BoundProgram>, SimulationPlan) -> Result<Tally, Stopped> + 'a;

/// The study was canceled.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("canceled")]
pub struct Stopped;

/// Runs the simulations of a study, one after the other or interleaved.
pub struct Simulator<'a> {
    pool: &'a ThreadPool,
    path: InstructionPath,
    cancel: CancelFlag,
    on_progress: &'a mut OnProgress<'a>,
    n_simulated: u64,
    max_stretch_chunks: u64,
}

/// Maximum number of chunks of a stretch: enough to keep many threads busy.
const STRETCH_CHUNKS: u64 = 32;
/// Maximum size of what a stretch returns of its runs \[bytes\], unless a chunk is larger.
const STRETCH_BYTES: u64 = 256 << 20;
/// Chunks per thread of a wave of points: enough that the last ones leave few threads idle, few enough
/// to stop soon and to keep few bound programs in memory.
const WAVE_CHUNKS_PER_THREAD: u64 = 8;

impl<'a> Simulator<'a> {
    /// A simulator that uses the threads of this pool and this instruction set.
    pub fn new(
        pool: &'a ThreadPool,
        path: InstructionPath,
        cancel: CancelFlag,
        on_progress: &'a mut OnProgress<'a>,
    ) -> Self {
        Self {
            pool,
            path,
            cancel,
            on_progress,
            n_simulated: 0,
            max_stretch_chunks: STRETCH_CHUNKS,
        }
    }

    /// Simulates all runs of a plan.
    ///
    /// # Errors
    /// If the study was canceled.
    pub fn simulate(
        &mut self,
        bound: &Arc<BoundProgram>,
        plan: SimulationPlan,
    ) -> Result<Tally, Stopped> {
        let mut simulation = self.begin(bound, plan);
        while !simulation.is_finished() {
            self.advance(&mut simulation)?;
        }
        Ok(simulation.into_tally())
    }

    /// Begins a simulation that the study advances itself, for instance interleaved with others.
    pub fn begin(&mut self, bound: &Arc<BoundProgram>, plan: SimulationPlan) -> Simulation {
        let run_bytes = record_bytes(bound).max(first_days_bytes(bound));
        let affordable = STRETCH_BYTES / (CHUNK_RUNS * run_bytes);
        self.max_stretch_chunks = self.max_stretch_chunks.min(affordable).max(1);
        let simulation = Simulation::with_path(bound.clone(), plan, self.path);
        simulation.with_cancel_flag(self.cancel.clone())
    }

    /// Simulates the next stretch and returns the records that its plan keeps. Simulations that
    /// begin at the same run have the same stretches.
    ///
    /// # Errors
    /// If the study was canceled.
    pub fn advance(&mut self, simulation: &mut Simulation) -> Result<Vec<RunRecord>, Stopped> {
        let records = self.advance_partly(simulation)?;
        if self.cancel.is_canceled() {
            return Err(Stopped);
        }
        Ok(records)
    }

    /// Like [`Simulator::advance`], but a stretch during which the study is canceled results in the
    /// records of its complete chunks.
    ///
    /// # Errors
    /// If the study was canceled before the stretch.
    pub fn advance_partly(
        &mut self,
        simulation: &mut Simulation,
    ) -> Result<Vec<RunRecord>, Stopped> {
        self.stretch(simulation, |simulation, n_chunks| {
            simulation.advance(n_chunks)
        })
    }

    /// Simulates the next stretch and returns, for each run, the first day of every outcome and
    /// action.
    ///
    /// # Errors
    /// If the study was canceled.
    pub fn advance_days(&mut self, simulation: &mut Simulation) -> Result<FirstDays, Stopped> {
        let days = self.stretch(simulation, |simulation, n_chunks| {
            simulation.advance_days(n_chunks)
        })?;
        if self.cancel.is_canceled() {
            return Err(Stopped);
        }
        Ok(days)
    }

    /// Simulates all runs of a plan with one chunk observer per thread, and passes the chunk results
    /// to `fold` in the order of the chunks.
    ///
    /// # Errors
    /// If the study was canceled.
    pub fn simulate_observed<S: ChunkObserver<LANES>>(
        &mut self,
        bound: &Arc<BoundProgram>,
        plan: SimulationPlan,
        chunk_observer: impl Fn(InstructionPath) -> S + Sync,
        mut fold: impl FnMut(S::ChunkResult),
    ) -> Result<Tally, Stopped> {
        let path = self.path;
        let mut simulation = self.begin(bound, plan);
        while !simulation.is_finished() {
            let results = self.stretch(&mut simulation, |simulation, n_chunks| {
                simulation.advance_observed(n_chunks, || chunk_observer(path))
            })?;
            results.into_iter().for_each(&mut fold);
        }
        Ok(simulation.into_tally())
    }

    /// Simulates points of a study, each with its own program and at most `n_runs` runs, in their
    /// order, and passes each result to `done`. Points with few runs are simulated in waves, several at
    /// once, which changes no result; the progress is then reported after each wave.
    ///
    /// `simulate_point` prepares a point, calls the given function to simulate it, and returns its
    /// result.
    ///
    /// # Errors
    /// If the study was canceled; the results of complete waves have been passed to `done`.
    pub fn simulate_points<P: Sync, R: Send>(
        &mut self,
        points: &[P],
        n_runs: u64,
        simulate_point: impl Fn(&P, &mut SimulatePlan<'_>) -> Result<R, Stopped> + Sync,
        mut done: impl FnMut(&P, R),
    ) -> Result<(), Stopped> {
        let n_chunks = n_runs.div_ceil(CHUNK_RUNS).max(1);
        let n_threads = self.pool.current_num_threads();
        let wave_chunks = WAVE_CHUNKS_PER_THREAD * n_threads as u64;
        for wave in points.chunks((wave_chunks / n_chunks).max(1) as usize) {
            if let [point] = wave {
                let mut simulate = |bound: &Arc<BoundProgram>, plan| self.simulate(bound, plan);
                done(point, simulate_point(point, &mut simulate)?);
                continue;
            }
            if self.cancel.is_canceled() {
                return Err(Stopped);
            }
            let n_more = AtomicU64::new(0);
            let (path, cancel) = (self.path, &self.cancel);
            let simulate = |bound: &Arc<BoundProgram>, plan: SimulationPlan| {
                let mut simulation: Simulation = Simulation::with_path(bound.clone(), plan, path)
                    .with_cancel_flag(cancel.clone());
                simulation.advance(plan.n_runs.div_ceil(CHUNK_RUNS));
                n_more.fetch_add(simulation.n_simulated(), Ordering::Relaxed);
                if !simulation.is_finished() {
                    return Err(Stopped);
                }
                Ok(simulation.into_tally())
            };
            let simulate_point = |point: &P| simulate_point(point, &mut { simulate });
            let results = self.pool.install(|| map_in_parallel(wave, simulate_point));
            for (point, result) in wave.iter().zip(results) {
                done(point, result?);
            }
            self.n_simulated += n_more.into_inner();
            (self.on_progress)(self.n_simulated);
        }
        Ok(())
    }

    /// Advances a simulation on the pool and reports the progress.
    ///
    /// # Errors
    /// If the study was canceled before; the simulation is then not advanced.
    fn stretch<T: Send>(
        &mut self,
        simulation: &mut Simulation,
        advance: impl FnOnce(&mut Simulation, u64) -> T + Send,
    ) -> Result<T, Stopped> {
        if self.cancel.is_canceled() {
            return Err(Stopped);
        }
        let before = simulation.n_simulated();
        // The first stretches are short, so that the time that remains is known early.
        let n_done = before / CHUNK_RUNS;
        let n_threads = self.pool.current_num_threads() as u64;
        let n_chunks = n_done.max(n_threads).min(self.max_stretch_chunks);
        let result = self.pool.install(|| advance(simulation, n_chunks));
        self.n_simulated += simulation.n_simulated() - before;
        (self.on_progress)(self.n_simulated);
        Ok(result)
    }
}
