//! Ctrl-C and termination: when a signal stops the command, and when it ends the process.
//!
//! - Before the first run there is nothing to write, so a signal ends the process at once, even while a
//!   file is opened that has no writer yet, such as a named pipe.
//! - The first signal afterwards stops the simulation, and what is complete is written. More signals within
//!   a second are the same wish: `timeout` signals the process and its group, a terminal everything in it.
//! - A simulation that does not stop within a second is ended with the process.
//! - A later signal ends the process, unless results are being put in place: then it waits for that.

use crate::session::{PublishingFlag, Session};
use anyhow::Context;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Signals within this time are one wish.
const ONE_WISH: Duration = Duration::from_secs(1);

/// Exit code after a signal: 128 + SIGINT, as shells do.
const EXIT_CODE: i32 = 130;

const PUBLISHING: &str = "the results are being put in place: this takes a moment";

/// Whether the command has begun to simulate. Signals belong to the process, and so does this.
static HAS_BEGUN: AtomicBool = AtomicBool::new(false);

/// Whether the command simulates at the moment.
static IS_SIMULATING: AtomicBool = AtomicBool::new(false);

/// The time in which a simulation must have stopped. A scenario near the limits of the language may
/// take longer between two looks at the cancel flag.
const PATIENCE: Duration = Duration::from_millis(800);

/// While it exists, the command simulates. From its beginning on, the first signal stops the simulation
/// instead of the process.
pub(super) struct Simulating;

impl Simulating {
    pub(super) fn begin() -> Self {
        HAS_BEGUN.store(true, Ordering::SeqCst);
        IS_SIMULATING.store(true, Ordering::SeqCst);
        Self
    }
}

impl Drop for Simulating {
    fn drop(&mut self) {
        IS_SIMULATING.store(false, Ordering::SeqCst);
    }
}

/// Ends the process if the simulation has not stopped in time.
fn watch(publishing: PublishingFlag) {
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        if IS_SIMULATING.load(Ordering::SeqCst) {
            end(
                &publishing,
                "stopped without writing: a part of the simulation takes too long",
            );
        }
    });
}

/// While a file is read that may keep the command waiting: a signal ends the process.
pub(super) struct Reading {
    had_begun: bool,
}

impl Reading {
    /// Begins to read a file, if it is no ordinary one.
    pub(super) fn begin(file: &Path) -> Option<Self> {
        let is_ordinary = std::fs::metadata(file).is_ok_and(|about| about.is_file());
        (!is_ordinary).then(|| Self {
            had_begun: HAS_BEGUN.swap(false, Ordering::SeqCst),
        })
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        HAS_BEGUN.store(self.had_begun, Ordering::SeqCst);
    }
}

/// Installs the handler for a session.
///
/// # Errors
/// If there is one already.
pub(super) fn install(session: &Session) -> anyhow::Result<()> {
    let (cancel, publishing) = (session.cancel_flag(), session.publishing_flag());
    let mut first: Option<Instant> = None;
    ctrlc::set_handler(move || {
        if !HAS_BEGUN.load(Ordering::SeqCst) {
            end(&publishing, "stopped before the first run");
            return;
        }
        match first {
            None => {
                first = Some(now());
                cancel.cancel();
                let is_simulating = publishing.unless_publishing(|| {
                    say("stopping; press Ctrl-C again after a second to stop without writing");
                });
                match is_simulating {
                    true => watch(publishing.clone()),
                    false => say(PUBLISHING),
                }
            }
            Some(first) if first.elapsed() < ONE_WISH => {}
            Some(_) => end(&publishing, "stopped without writing"),
        }
    })
    .context("cannot install a handler for Ctrl-C")
}

/// Ends the process, unless results are being put in place.
fn end(publishing: &PublishingFlag, message: &str) {
    let has_ended = publishing.unless_publishing(|| {
        say(message);
        std::process::exit(EXIT_CODE);
    });
    if !has_ended {
        say(PUBLISHING);
    }
}

/// Prints a line to standard error, if it is still there.
fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}

// Separates one signal from the next.
#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}
