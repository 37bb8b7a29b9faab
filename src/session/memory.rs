//! The memory that a session may use.

use super::Session;
use crate::simulate::MemoryNeed;
use bytesize::ByteSize;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use sysinfo::{MemoryRefreshKind, RefreshKind, System};
use thiserror::Error;

/// The limit by default, where the machine has more.
const DEFAULT_LIMIT: u64 = 4_000_000_000;
/// The part of the available memory that is used by default, in hundredths.
const AVAILABLE_PERCENT: u64 = 80;

/// A simulation for which the memory of a session does not suffice.
#[derive(Debug, Error)]
pub enum MemoryError {
    /// It needs more than the limit even on one thread.
    #[error(
        "the simulation needs {} of memory on one thread, more than the limit of {}: raise the limit \
         with --max-memory {}, or shorten the horizon or the lists of actors, actions and variables",
        .needed.display().si(), .limit.display().si(), sufficient(.needed)
    )]
    TooMuch {
        /// What it needs.
        needed: ByteSize,
        /// The limit of the session.
        limit: ByteSize,
    },
    /// Fewer threads could not be started.
    #[error("cannot start the threads: {0}")]
    Threads(#[from] ThreadPoolBuildError),
}

/// The next whole size, as it is written after `--max-memory`.
fn sufficient(needed: &ByteSize) -> String {
    match needed.as_u64().div_ceil(1_000_000_000) {
        0 | 1 => format!("{}MB", needed.as_u64().div_ceil(1_000_000)),
        gigabytes => format!("{gigabytes}GB"),
    }
}

/// The limit by default \[bytes\]: 4 GB, or less where the machine or its control group has less
/// available.
pub fn default_memory_limit() -> u64 {
    let refresh = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(refresh);
    let group = system.cgroup_limits().map(|limits| limits.free_memory);
    let available = [Some(system.available_memory()), group];
    // A system that does not say how much is available reports 0.
    let available = available.into_iter().flatten().filter(|&bytes| bytes > 0);
    let usable = available.map(|bytes| bytes / 100 * AVAILABLE_PERCENT);
    usable.fold(DEFAULT_LIMIT, u64::min)
}

/// A pool of threads; 0 means one per core.
pub(super) fn thread_pool(n_threads: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
    ThreadPoolBuilder::new().num_threads(n_threads).build()
}

impl Session {
    /// Limits the memory of simulations \[bytes\].
    pub fn set_memory_limit(&mut self, bytes: u64) {
        self.memory_limit = bytes;
    }

    /// The limit of the memory of simulations \[bytes\].
    pub fn memory_limit(&self) -> u64 {
        self.memory_limit
    }

    /// Prepares for simulations with this need: uses fewer threads if the memory does not suffice for
    /// all. This changes no result.
    ///
    /// # Errors
    /// If it does not suffice for one thread.
    pub fn fit_memory(&mut self, need: MemoryNeed) -> Result<(), MemoryError> {
        let Some(n_threads) = need.threads_within(self.memory_limit, self.max_threads) else {
            return Err(MemoryError::TooMuch {
                needed: ByteSize(need.with_threads(1)),
                limit: ByteSize(self.memory_limit),
            });
        };
        if n_threads != self.n_threads() {
            self.pool = thread_pool(n_threads)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_threads_are_tried_before_a_refusal_with_the_figure() {
        let mut session = Session::new(std::num::NonZeroUsize::new(4), None).expect("threads");
        session.set_memory_limit(10_000_000_000);
        let need = |shared, per_thread| MemoryNeed { shared, per_thread };
        session
            .fit_memory(need(1_000_000_000, 3_000_000_000))
            .expect("three threads");
        assert_eq!(session.n_threads(), 3);
        session.fit_memory(need(0, 1)).expect("all threads");
        assert_eq!(session.n_threads(), 4);
        let refused = session.fit_memory(need(8_000_000_000, 3_500_000_000));
        let message = refused.expect_err("too much").to_string();
        assert!(
            message.contains("11.5 GB") && message.contains("--max-memory 12GB"),
            "{message}"
        );
    }

    #[test]
    fn the_default_is_at_most_four_gigabytes() {
        assert!((1..=DEFAULT_LIMIT).contains(&default_memory_limit()));
    }
}
