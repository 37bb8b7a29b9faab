//! Several simulations at once.

use rayon::prelude::*;

/// Applies `work` to each item on the threads of the current rayon pool. Returns the results in the
/// order of the items.
pub fn map_in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    // One item per task: an item takes long, and not all take the same time.
    items.par_iter().with_max_len(1).map(&work).collect()
}
