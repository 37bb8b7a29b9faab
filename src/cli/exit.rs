//! How a command ends.

use std::io;
use std::process::ExitCode;

/// How a command ended; of many files, the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything was done.
    Good,
    /// A scenario was rejected.
    Rejected,
    /// Something else than a scenario stood in the way.
    CouldNotRun,
    /// The user stopped it; what was complete has been written.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Good => 0,
            Exit::Rejected => 1,
            Exit::CouldNotRun => 2,
            // 128 + SIGINT, as shells do.
            Exit::Interrupted => 130,
        })
    }
}

/// Tells an error and how the command ends by it. A reader that closed the pipe has seen what it
/// wanted, as `head` does: that is no error.
pub(super) fn tell(error: &anyhow::Error) -> Exit {
    let is_closed_pipe = error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
    if is_closed_pipe {
        return Exit::Good;
    }
    eprintln!("error: {error:#}");
    Exit::CouldNotRun
}
