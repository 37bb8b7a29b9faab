//! An allocator that counts, so that what is promised about memory can be measured.

#![allow(unsafe_code, reason = "an allocator is unsafe by its signature")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Counts the bytes allocated by each thread, so that tests may run in parallel.
struct Counting;

thread_local! {
    /// Bytes in use and their maximum. Memory that another thread frees stays counted.
    static BYTES_IN_USE: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

// SAFETY: every call is forwarded to the system allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = BYTES_IN_USE.try_with(|bytes| {
            let (now, peak) = bytes.get();
            let now = now + layout.size();
            bytes.set((now, peak.max(now)));
        });
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let _ = BYTES_IN_USE.try_with(|bytes| {
            let (now, peak) = bytes.get();
            bytes.set((now.saturating_sub(layout.size()), peak));
        });
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The result of a function, and the most bytes that it had allocated on this thread at any time.
pub fn peak_bytes<T>(compute: impl FnOnce() -> T) -> (T, usize) {
    let before = BYTES_IN_USE.get().0;
    BYTES_IN_USE.set((before, before));
    let result = compute();
    (result, BYTES_IN_USE.get().1 - before)
}
