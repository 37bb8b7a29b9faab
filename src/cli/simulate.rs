//! A simulation from its first run to its last, under progress and interruption.

use super::interrupt::Interrupt;
use crate::engine::InstructionPath;
use crate::program::BoundProgram;
use crate::simulate::{RunRecord, Simulation, SimulationPlan, Tally};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use rayon::ThreadPool;
use std::fmt::Write;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

/// What came of a simulation.
#[derive(Debug)]
pub(super) struct Lived {
    /// The sums.
    pub(super) tally: Tally,
    /// Runs lived: all that were asked for, or fewer where it was interrupted.
    pub(super) n_simulated: u64,
    /// Whether all were lived.
    pub(super) is_finished: bool,
    /// How long it took.
    pub(super) wall: Duration,
}

/// How long one advance should take: short enough to stop at once when asked, long enough to
/// keep all threads busy.
const ADVANCE: Duration = Duration::from_millis(100);

/// What a simulation runs on; it changes no result.
#[derive(Debug)]
pub(super) struct Machine {
    pool: ThreadPool,
    /// The instructions of the engine.
    pub(super) instructions: InstructionPath,
}

impl Machine {
    /// A number of threads, one per core where it is not given; and the widest instructions
    /// that the processor has, where no others are asked for.
    ///
    /// # Errors
    /// Where the system gives no threads.
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

    /// Does something on the threads.
    pub(super) fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }

    /// The number of threads.
    pub(super) fn n_threads(&self) -> usize {
        self.pool.current_num_threads()
    }
}

/// Lives all runs of a plan, or those up to an interruption. `keep` takes the records of the
/// runs where the plan asks for them.
///
/// # Errors
/// Where `keep` fails.
// The wall time is told to the user and goes into the manifest, never into a result.
#[allow(clippy::disallowed_methods)]
pub(super) fn simulate(
    bound: &BoundProgram<'_>,
    plan: SimulationPlan,
    machine: &Machine,
    interrupt: &Interrupt,
    progress: &ProgressBar,
    mut keep: impl FnMut(Vec<RunRecord>) -> anyhow::Result<()>,
) -> anyhow::Result<Lived> {
    let begun = Instant::now();
    let mut simulation: Simulation<'_> = Simulation::with_path(bound, plan, machine.instructions);
    let min_batches = machine.n_threads() as u64;
    let mut n_batches = min_batches;
    while !simulation.is_finished() && !interrupt.is_wanted() {
        let before = Instant::now();
        keep(machine.pool.install(|| simulation.advance(n_batches)))?;
        progress.set_position(simulation.n_simulated());
        if before.elapsed() < ADVANCE / 2 {
            n_batches *= 2;
        } else if before.elapsed() > ADVANCE * 2 {
            n_batches = (n_batches / 2).max(min_batches);
        }
    }
    progress.finish_and_clear();
    Ok(Lived {
        tally: simulation.tally().clone(),
        n_simulated: simulation.n_simulated(),
        is_finished: simulation.is_finished(),
        wall: begun.elapsed(),
    })
}

/// A bar with the time that is left, on standard error where that is a terminal.
pub(super) fn progress_bar(name: &str, n_runs: u64, is_quiet: bool) -> ProgressBar {
    if is_quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(
        "{msg} {wide_bar} {human_pos} of {human_len} runs, {rate}, {eta} left",
    )
    .expect("the template is well-formed")
    .with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
        // A rate that cannot be written is not worth an error.
        let _ = write!(out, "{:.0}/s", state.per_sec());
    });
    ProgressBar::with_draw_target(Some(n_runs), ProgressDrawTarget::stderr())
        .with_style(style)
        .with_message(name.to_owned())
}
