//! Simulates a plan with a progress bar until it is finished or interrupted.

use super::interrupt::Interrupt;
use crate::engine::InstructionPath;
use crate::program::BoundProgram;
use crate::simulate::{RunRecord, Simulation, SimulationPlan, Tally};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use rayon::ThreadPool;
use std::fmt::Write;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A simulation that finished or was interrupted.
#[derive(Debug)]
pub(super) struct SimulationResult {
    pub(super) tally: Tally,
    /// Runs simulated: all of the plan, or fewer if it was interrupted.
    pub(super) n_simulated: u64,
    pub(super) is_finished: bool,
    pub(super) wall_time: Duration,
}

/// Intended duration of one advance: short enough to stop promptly, long enough to keep all
/// threads busy.
const ADVANCE: Duration = Duration::from_millis(100);

/// The threads and instruction set of a simulation; they change no result.
#[derive(Debug)]
pub(super) struct Executor {
    pool: ThreadPool,
    pub(super) instructions: InstructionPath,
}

impl Executor {
    /// By default one thread per core and the widest instruction set of the processor.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub(super) fn new(
        threads: Option<NonZeroUsize>,
        instructions: Option<InstructionPath>,
    ) -> anyhow::Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            // 0 means one per core.
            .num_threads(threads.map_or(0, NonZeroUsize::get))
            .build()
            .context("cannot start the threads")?;
        Ok(Self {
            pool,
            instructions: instructions.unwrap_or_else(InstructionPath::widest),
        })
    }

    /// Executes `work` in the thread pool.
    pub(super) fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }

    pub(super) fn n_threads(&self) -> usize {
        self.pool.current_num_threads()
    }
}

/// Simulates all runs of a plan, or those up to an interruption. `keep` receives the records of
/// the runs if the plan keeps them.
///
/// # Errors
/// If `keep` fails.
// Only the terminal and the manifest contain the wall time, never a result.
#[allow(clippy::disallowed_methods)]
pub(super) fn simulate(
    bound: &Arc<BoundProgram>,
    plan: SimulationPlan,
    executor: &Executor,
    interrupt: &Interrupt,
    progress: &ProgressBar,
    mut keep: impl FnMut(Vec<RunRecord>) -> anyhow::Result<()>,
) -> anyhow::Result<SimulationResult> {
    let begun = Instant::now();
    let mut simulation: Simulation =
        Simulation::with_path(bound.clone(), plan, executor.instructions);
    let min_chunks = executor.n_threads() as u64;
    let mut n_chunks = min_chunks;
    while !simulation.is_finished() && !interrupt.is_requested() {
        let before = Instant::now();
        keep(executor.pool.install(|| simulation.advance(n_chunks)))?;
        progress.set_position(simulation.n_simulated());
        if before.elapsed() < ADVANCE / 2 {
            n_chunks *= 2;
        } else if before.elapsed() > ADVANCE * 2 {
            n_chunks = (n_chunks / 2).max(min_chunks);
        }
    }
    progress.finish_and_clear();
    Ok(SimulationResult {
        tally: simulation.tally().clone(),
        n_simulated: simulation.n_simulated(),
        is_finished: simulation.is_finished(),
        wall_time: begun.elapsed(),
    })
}

/// A progress bar with the remaining time, on standard error if that is a terminal.
pub(super) fn progress_bar(name: &str, n_runs: u64, is_quiet: bool) -> ProgressBar {
    if is_quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(
        "{msg} {wide_bar} {human_pos} of {human_len} runs, {rate}, {eta} left",
    )
    .expect("the template is well-formed")
    .with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{:.0}/s", state.per_sec());
    });
    ProgressBar::with_draw_target(Some(n_runs), ProgressDrawTarget::stderr())
        .with_style(style)
        .with_message(name.to_owned())
}
