//! Observers that reduce the runs of a chunk to a result of their own.
//!
//! One observer per thread serves many chunks; its result may depend only on the chunk. Results are
//! returned in the order of the chunks, so floating-point sums folded in that order are the same for
//! any number of threads.

use crate::engine::{Observer, State};

/// An [`Observer`] of whole chunks of runs.
pub trait ChunkObserver<const L: usize>: Observer<L> {
    /// The result for one chunk.
    type ChunkResult: Send;

    /// Called before day 1 of a block.
    fn begin_block(&mut self, state: &State<L>);

    /// Called after the last day of a block. `pairs` are the even lanes whose two runs, in that lane
    /// and the next, are both counted.
    fn end_block(&mut self, state: &State<L>, pairs: &mut dyn Iterator<Item = usize>);

    /// Called after the last block of a chunk: returns its result and resets the observer.
    fn finish_chunk(&mut self) -> Self::ChunkResult;
}
