//! Simulates for a study, in stretches after which it reports the progress.
//!
//! A study owns no threads, signals or clock. It is called inside a thread pool, and after each
//! stretch it reports the number of runs simulated so far; the answer may ask it to stop.

use crate::engine::{InstructionPath, LANES};
use crate::program::BoundProgram;
use crate::simulate::{
    CHUNK_RUNS, ChunkObserver, FirstDays, RunRecord, Simulation, SimulationPlan, Tally,
    map_in_parallel, n_threads,
};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use thiserror::Error;

/// Called after each stretch with the number of runs that the study has simulated so far; returns
/// whether to continue.
pub type OnProgress<'a> = dyn FnMut(u64) -> ControlFlow<()> + Send + 'a;

/// Simulates all runs of a plan, for one point of [`Simulator::simulate_points`].
pub type SimulatePlan<'a> =
    dyn FnMut(&Arc<BoundProgram>, SimulationPlan) -> Result<Tally, Stopped> + 'a;

/// The progress callback asked the study to stop.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("stopped")]
pub struct Stopped;

/// Runs the simulations of a study, one after the other or interleaved.
pub struct Simulator<'a> {
    path: InstructionPath,
    on_progress: &'a mut OnProgress<'a>,
    n_simulated: u64,
}

/// Chunks of a stretch: enough to keep many threads busy, few enough to stop within a second.
const STRETCH_CHUNKS: u64 = 32;
/// Chunks per thread of a wave of points: enough that the last ones leave few threads idle, few enough
/// to stop soon and to keep few bound programs in memory.
const WAVE_CHUNKS_PER_THREAD: u64 = 8;

impl<'a> Simulator<'a> {
    /// Maximum number of runs of a stretch.
    pub const STRETCH_RUNS: u64 = STRETCH_CHUNKS * CHUNK_RUNS;

    /// A simulator that uses this instruction set.
    pub fn new(path: InstructionPath, on_progress: &'a mut OnProgress<'a>) -> Self {
        Self {
            path,
            on_progress,
            n_simulated: 0,
        }
    }

    /// Number of runs simulated so far, over all simulations.
    pub fn n_simulated(&self) -> u64 {
        self.n_simulated
    }

    /// Simulates all runs of a plan.
    ///
    /// # Errors
    /// If the progress callback asks to stop.
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
    pub fn begin(&self, bound: &Arc<BoundProgram>, plan: SimulationPlan) -> Simulation {
        Simulation::with_path(bound.clone(), plan, self.path)
    }

    /// Simulates the next stretch and returns the records that its plan keeps. Simulations that
    /// begin at the same run have the same stretches.
    ///
    /// # Errors
    /// If the progress callback asks to stop.
    pub fn advance(&mut self, simulation: &mut Simulation) -> Result<Vec<RunRecord>, Stopped> {
        let before = simulation.n_simulated();
        let records = simulation.advance(STRETCH_CHUNKS);
        self.report(simulation.n_simulated() - before)?;
        Ok(records)
    }

    /// Simulates the next stretch and returns, for each run, the first day of every outcome and
    /// action.
    ///
    /// # Errors
    /// If the progress callback asks to stop; the days of the stretch are then lost.
    pub fn advance_days(&mut self, simulation: &mut Simulation) -> Result<FirstDays, Stopped> {
        let before = simulation.n_simulated();
        let days = simulation.advance_days(STRETCH_CHUNKS);
        self.report(simulation.n_simulated() - before)?;
        Ok(days)
    }

    /// Simulates all runs of a plan with one chunk observer per thread, and passes the chunk results
    /// to `fold` in the order of the chunks.
    ///
    /// # Errors
    /// If the progress callback asks to stop.
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
            let before = simulation.n_simulated();
            let results = simulation.advance_observed(STRETCH_CHUNKS, || chunk_observer(path));
            results.into_iter().for_each(&mut fold);
            self.report(simulation.n_simulated() - before)?;
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
    /// If the progress callback asks to stop; the results of complete waves have been passed to `done`.
    pub fn simulate_points<P: Sync, R: Send>(
        &mut self,
        points: &[P],
        n_runs: u64,
        simulate_point: impl Fn(&P, &mut SimulatePlan<'_>) -> Result<R, Stopped> + Sync,
        mut done: impl FnMut(&P, R),
    ) -> Result<(), Stopped> {
        let n_chunks = n_runs.div_ceil(CHUNK_RUNS).max(1);
        let wave_chunks = WAVE_CHUNKS_PER_THREAD * n_threads() as u64;
        for wave in points.chunks((wave_chunks / n_chunks).max(1) as usize) {
            if let [point] = wave {
                let mut simulate = |bound: &Arc<BoundProgram>, plan| self.simulate(bound, plan);
                done(point, simulate_point(point, &mut simulate)?);
                continue;
            }
            let (path, n_more) = (self.path, AtomicU64::new(0));
            let simulate = |bound: &Arc<BoundProgram>, plan: SimulationPlan| {
                let mut simulation: Simulation = Simulation::with_path(bound.clone(), plan, path);
                simulation.advance(plan.n_runs.div_ceil(CHUNK_RUNS));
                n_more.fetch_add(simulation.n_simulated(), Ordering::Relaxed);
                Ok(simulation.into_tally())
            };
            let results = map_in_parallel(wave, |point| simulate_point(point, &mut { simulate }));
            for (point, result) in wave.iter().zip(results) {
                done(point, result?);
            }
            self.report(n_more.into_inner())?;
        }
        Ok(())
    }

    fn report(&mut self, n_more: u64) -> Result<(), Stopped> {
        self.n_simulated += n_more;
        match (self.on_progress)(self.n_simulated) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stopped),
        }
    }
}
