//! Those who watch whole batches of runs live and give an account of them.
//!
//! A chunk_observer sees every block of a batch from its eve to its end, and what an [`Observer`] sees
//! in between. It is made once for a thread and serves many batches; its account of a batch may
//! hang on that batch alone. Accounts come back in the order of the batches, so sums of floating
//! point that the caller folds in that order are the same for any number of threads.

use crate::engine::{Observer, State};

/// Watches batches of runs.
pub trait ChunkObserver<const L: usize>: Observer<L> {
    /// What it tells of a batch.
    type ChunkResult: Send;

    /// A block is on the eve of its first day.
    fn begin(&mut self, state: &State<L>);

    /// A block is at its end. `draws` are the even lanes of which both lives count: that lane's
    /// and the next one's.
    fn end(&mut self, state: &State<L>, draws: &mut dyn Iterator<Item = usize>);

    /// The batch is over: gives its account, and begins the next from nothing.
    fn account(&mut self) -> Self::ChunkResult;
}
