//! Ctrl-C: the first stops after the current chunks and writes what is complete; the second exits.

use anyhow::Context;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that Ctrl-C sets.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Installs the handler for SIGINT, SIGTERM and SIGHUP.
    ///
    /// # Errors
    /// If the system does not allow it.
    pub(super) fn listen() -> anyhow::Result<Self> {
        let interrupt = Self::default();
        let requested = interrupt.clone();
        ctrlc::set_handler(move || {
            if requested.0.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
            eprintln!("stopping; press Ctrl-C again to stop without writing");
        })
        .context("cannot install a handler for Ctrl-C")?;
        Ok(interrupt)
    }

    pub(super) fn is_requested(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
