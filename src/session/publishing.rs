//! A flag that is set while results are put in place, so that a front end does not end the process
//! then.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Number of publications in progress. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct PublishingFlag(Arc<Mutex<u32>>);

impl PublishingFlag {
    /// Sets the flag until the guard is dropped. A publication inside another one is part of it.
    pub fn begin(&self) -> PublishingGuard {
        *self.lock() += 1;
        PublishingGuard(self.clone())
    }

    /// Calls `end`, which may end the process, unless results are being put in place; none begins
    /// meanwhile. Returns whether it was called.
    pub fn unless_publishing(&self, end: impl FnOnce()) -> bool {
        let n_publishing = self.lock();
        let is_idle = *n_publishing == 0;
        if is_idle {
            end();
        }
        is_idle
    }

    fn lock(&self) -> MutexGuard<'_, u32> {
        // A number is never half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Unsets a [`PublishingFlag`] on drop.
#[derive(Debug)]
pub struct PublishingGuard(PublishingFlag);

impl Drop for PublishingGuard {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_is_not_ended_during_a_publication() {
        let flag = PublishingFlag::default();
        let outer = flag.begin();
        drop(flag.begin());
        assert!(!flag.unless_publishing(|| panic!("results are being put in place")));
        drop(outer);
        assert!(flag.unless_publishing(|| {}));
    }
}
