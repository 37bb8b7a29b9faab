//! What a study simulates with: runs advanced stretch by stretch, watched by whoever asked.
//!
//! In: bound programs and plans. Out: tallies and, where a study pairs runs, their records. The
//! study owns no threads, signals or clock: it is called inside a pool of threads, and after each
//! stretch it tells its watch how many runs it has lived in all, and may be told to stop.

use crate::engine::{InstructionPath, LANES};
use crate::program::BoundProgram;
use crate::simulate::{
    CHUNK_RUNS, ChunkObserver, FirstDays, RunRecord, Simulation, SimulationPlan, Tally,
};
use std::ops::ControlFlow;
use thiserror::Error;

/// Told, after each stretch, how many runs the study has lived in all; says whether to go on.
pub type Watch<'a> = dyn FnMut(u64) -> ControlFlow<()> + Send + 'a;

/// The watch asked a study to stop.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("stopped")]
pub struct Stopped;

/// Lives the simulations of a study, one after the other or side by side.
pub struct Simulator<'a> {
    path: InstructionPath,
    watch: &'a mut Watch<'a>,
    n_simulated: u64,
}

/// Batches that are lived between two looks at the watch: enough to keep many threads busy,
/// few enough to stop within a second.
const STRETCH_BATCHES: u64 = 32;

impl<'a> Simulator<'a> {
    /// A simulator that has lived nothing yet.
    pub fn new(path: InstructionPath, watch: &'a mut Watch<'a>) -> Self {
        Self {
            path,
            watch,
            n_simulated: 0,
        }
    }

    /// The runs lived so far, over all simulations.
    pub fn n_simulated(&self) -> u64 {
        self.n_simulated
    }

    /// Lives all runs of a plan.
    ///
    /// # Errors
    /// Where the watch asks to stop.
    pub fn simulate(
        &mut self,
        bound: &BoundProgram<'_>,
        plan: SimulationPlan,
    ) -> Result<Tally, Stopped> {
        let mut simulation = self.begin(bound, plan);
        while !simulation.is_finished() {
            self.advance(&mut simulation)?;
        }
        Ok(simulation.tally().clone())
    }

    /// Begins a simulation that the study advances itself, to hold several side by side.
    pub fn begin<'p>(&self, bound: &'p BoundProgram<'p>, plan: SimulationPlan) -> Simulation<'p> {
        Simulation::with_path(bound, plan, self.path)
    }

    /// Lives the next stretch of a simulation, and gives the records that its plan asks for.
    /// Every stretch ends at the same run for all simulations that begin at the same run.
    ///
    /// # Errors
    /// Where the watch asks to stop.
    pub fn advance(&mut self, simulation: &mut Simulation<'_>) -> Result<Vec<RunRecord>, Stopped> {
        let before = simulation.n_simulated();
        let records = simulation.advance(STRETCH_BATCHES);
        self.count(simulation.n_simulated() - before)?;
        Ok(records)
    }

    /// The same, giving of each run the days on which things first happened.
    ///
    /// # Errors
    /// Where the watch asks to stop; the stretch is lived, and its days are lost.
    pub fn advance_days(&mut self, simulation: &mut Simulation<'_>) -> Result<FirstDays, Stopped> {
        let before = simulation.n_simulated();
        let days = simulation.advance_days(STRETCH_BATCHES);
        self.count(simulation.n_simulated() - before)?;
        Ok(days)
    }

    /// Counts runs lived, and looks at the watch.
    fn count(&mut self, n_more: u64) -> Result<(), Stopped> {
        self.n_simulated += n_more;
        match (self.watch)(self.n_simulated) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stopped),
        }
    }

    /// Lives all runs of a plan before spectators, one to a thread, and hands their accounts over
    /// in the order of the batches.
    ///
    /// # Errors
    /// Where the watch asks to stop.
    pub fn simulate_before<S: ChunkObserver<LANES>>(
        &mut self,
        bound: &BoundProgram<'_>,
        plan: SimulationPlan,
        chunk_observer: impl Fn(InstructionPath) -> S + Sync,
        mut fold: impl FnMut(S::ChunkResult),
    ) -> Result<Tally, Stopped> {
        let path = self.path;
        let mut simulation = self.begin(bound, plan);
        while !simulation.is_finished() {
            let before = simulation.n_simulated();
            let accounts = simulation.advance_observed(STRETCH_BATCHES, || chunk_observer(path));
            accounts.into_iter().for_each(&mut fold);
            self.count(simulation.n_simulated() - before)?;
        }
        Ok(simulation.tally().clone())
    }

    /// The most runs of a stretch.
    pub const STRETCH_RUNS: u64 = STRETCH_BATCHES * CHUNK_RUNS;
}
