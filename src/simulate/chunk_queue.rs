//! Simulates chunks on several threads and merges their results in the order of the chunks.
//!
//! Threads take the chunks in ascending order, and a result that is finished early waits for those
//! before it. So there are never more results in memory than threads, and what is merged is always a
//! contiguous prefix, wherever a cancel flag stops the threads.

use crate::base::cancel::CancelFlag;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Results that are merged in the order of their chunks.
struct InOrder<R, F> {
    next: u64,
    waiting: BTreeMap<u64, R>,
    merge: F,
}

impl<R, F: FnMut(R)> InOrder<R, F> {
    fn add(&mut self, chunk: u64, result: R) {
        self.waiting.insert(chunk, result);
        while let Some(result) = self.waiting.remove(&self.next) {
            (self.merge)(result);
            self.next += 1;
        }
    }
}

/// Simulates chunks on the threads of the current rayon pool, each with its own workspace, and passes
/// the results to `merge` in order. `simulate` returns `None` if it was canceled. Returns the end of
/// the chunks that were merged, which is below the end of `chunks` only after a cancellation.
pub(super) fn simulate_in_order<T, R: Send>(
    chunks: Range<u64>,
    cancel: &CancelFlag,
    workspace: impl Fn() -> T + Sync,
    simulate: impl Fn(&mut T, u64) -> Option<R> + Sync,
    merge: impl FnMut(R) + Send,
) -> u64 {
    let next_chunk = AtomicU64::new(chunks.start);
    let take = || {
        let chunk = next_chunk.fetch_add(1, Ordering::Relaxed);
        (chunk < chunks.end && !cancel.is_canceled()).then_some(chunk)
    };
    let merged = Mutex::new(InOrder {
        next: chunks.start,
        waiting: BTreeMap::new(),
        merge,
    });
    let work = || {
        let Some(mut chunk) = take() else { return };
        let mut workspace = workspace();
        while let Some(result) = simulate(&mut workspace, chunk) {
            let mut merged = merged
                .lock()
                .expect("a panic of another thread ends the scope");
            merged.add(chunk, result);
            drop(merged);
            match take() {
                Some(next) => chunk = next,
                None => return,
            }
        }
    };
    let n_chunks = chunks.end.saturating_sub(chunks.start);
    match n_chunks.min(rayon::current_num_threads() as u64) {
        0 | 1 => work(),
        n_threads => rayon::scope(|scope| {
            for _ in 0..n_threads {
                scope.spawn(|_| work());
            }
        }),
    }
    merged.into_inner().expect("no thread panicked").next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_merged_in_order_and_a_cancellation_leaves_a_prefix() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build();
        let pool = pool.expect("threads");
        for stop_at in [None, Some(0), Some(37)] {
            let cancel = CancelFlag::default();
            let mut merged = Vec::new();
            let simulate = |_: &mut (), chunk: u64| {
                if Some(chunk) == stop_at {
                    cancel.cancel();
                    return None;
                }
                std::thread::sleep(std::time::Duration::from_micros(chunk * 7 % 50));
                Some(chunk)
            };
            let end = pool.install(|| {
                simulate_in_order(5..100, &cancel, || (), simulate, |chunk| merged.push(chunk))
            });
            assert!(merged.iter().copied().eq(5..end));
            match stop_at {
                None | Some(0) => assert_eq!(end, 100),
                Some(chunk) => assert!((5..=chunk).contains(&end)),
            }
        }
        assert_eq!(
            simulate_in_order(
                7..7,
                &CancelFlag::default(),
                || (),
                |(), _| Some(()),
                |()| ()
            ),
            7
        );
    }
}
