//! The pipeline that every front end calls (floor 9): load, simulate, cancel, publish.
//!
//! A [`Session`] has threads, an instruction set and a cancel flag. A [`LoadedScenario`] is a checked and
//! compiled file, a [`Run`] its simulation, a [`Publication`] a results folder being written, with its
//! [`Manifest`]. Studies are functions of [`crate::study`] that take a [`Session::simulator`].
//!
//! Everything is synchronous: progress is reported on the caller's thread, and a front end that must not
//! wait calls from a thread of its own. There is no terminal and no signal here, and no clock but the
//! manifest's.
//!
//! ```
//! use realpolitik::session::{LoadedScenario, RunSettings, Session};
//! use std::path::Path;
//!
//! let session = Session::new(None, None)?;
//! let cancel = session.cancel_flag(); // give a clone to a signal handler or another thread
//! let scenario = LoadedScenario::load(Path::new("params/quickstart.toml"), &[])?;
//! let mut settings = RunSettings::default();
//! settings.simulation.n_runs = 10_000;
//! let run = session.run(&scenario, &settings, &mut |n_runs| {
//!     if n_runs > 1_000_000 {
//!         cancel.cancel();
//!     }
//! });
//! run.check_faults()?;
//! for estimate in run.estimates().outcomes() {
//!     let probability = estimate.proportion.map_or(f64::NAN, |p| p.probability);
//!     println!("{}: {probability:.3}", estimate.outcome.label);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batch;
mod load;
mod memory;
mod publication;
mod publishing;
mod run;
mod settings;

pub use crate::simulate::CancelFlag;
pub use crate::table::{Manifest, OnWait, RecordLog};
pub use batch::{Batch, BatchRow};
pub use load::{LoadError, LoadedScenario};
pub use memory::{MemoryError, default_memory_limit};
pub use publication::{
    Provenance, Publication, PublicationError, as_lines, reject_shared_folders, results_folder,
};
pub use publishing::{PublishingFlag, PublishingGuard};
pub use run::Run;
pub use settings::{DEFAULT_VARIABLE_RUNS, RunSettings, SimulationSettings};

use crate::engine::InstructionPath;
use crate::program::{self, BoundProgram};
use crate::study::{OnProgress, Simulator};
use rayon::{ThreadPool, ThreadPoolBuildError};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// The threads and the instruction set of simulations, which change no result, and a cancel flag.
#[derive(Debug)]
pub struct Session {
    pool: ThreadPool,
    /// Number of threads if the memory suffices.
    max_threads: usize,
    memory_limit: u64,
    path: InstructionPath,
    cancel: CancelFlag,
    publishing: PublishingFlag,
}

impl Session {
    /// Starts a session: by default one thread per core, and the widest instruction set of the
    /// processor.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub fn new(
        threads: Option<NonZeroUsize>,
        path: Option<InstructionPath>,
    ) -> Result<Self, ThreadPoolBuildError> {
        let pool = memory::thread_pool(threads.map_or(0, NonZeroUsize::get))?;
        Ok(Self {
            max_threads: pool.current_num_threads(),
            pool,
            memory_limit: default_memory_limit(),
            path: path.unwrap_or_else(InstructionPath::widest),
            cancel: CancelFlag::default(),
            publishing: PublishingFlag::default(),
        })
    }

    /// A clone of the flag that cancels what the session simulates.
    pub fn cancel_flag(&self) -> CancelFlag {
        self.cancel.clone()
    }

    /// A clone of the flag that is set while results are put in place.
    pub fn publishing_flag(&self) -> PublishingFlag {
        self.publishing.clone()
    }

    /// Sets the flag until the guard is dropped.
    pub fn begin_publishing(&self) -> PublishingGuard {
        self.publishing.begin()
    }

    /// Number of threads.
    pub fn n_threads(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// The instruction set of the engine.
    pub fn instruction_path(&self) -> InstructionPath {
        self.path
    }

    /// Binds a scenario to its own numbers and distributions.
    pub fn bind(&self, loaded: &LoadedScenario) -> Arc<BoundProgram> {
        let bound = self.pool.install(|| program::bind(&loaded.program, &[]));
        Arc::new(bound.expect("a scenario's own values lie within their domains"))
    }

    /// A simulator for a study. `on_progress` is called on this thread with the number of runs
    /// simulated so far.
    pub fn simulator<'s>(&'s self, on_progress: &'s mut OnProgress<'s>) -> Simulator<'s> {
        Simulator::new(&self.pool, self.path, self.cancel.clone(), on_progress)
    }
}
