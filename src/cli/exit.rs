//! Exit codes, and errors that end a command.

use crate::base::diagnostic::escaped_lines;
use crate::session::PublicationError;
use crate::table::ExportError;
use std::io::{self, Write};
use std::process::ExitCode;

/// The result of a command, in increasing severity; with several files, the most severe counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything was done (exit code 0).
    Success,
    /// A scenario was rejected (exit code 1).
    Rejected,
    /// The command failed for another reason than a scenario (exit code 2).
    CouldNotRun,
    /// The user stopped it; what was complete has been written (exit code 130).
    Interrupted,
}

impl Exit {
    /// Success, or interrupted.
    pub(super) fn of(is_complete: bool) -> Self {
        match is_complete {
            true => Self::Success,
            false => Self::Interrupted,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Success => 0,
            Exit::Rejected => 1,
            Exit::CouldNotRun => 2,
            // 128 + SIGINT, as shells do.
            Exit::Interrupted => 130,
        })
    }
}

/// Prints an error and returns the exit code. A closed pipe is no error: a reader such as `head`
/// has read all that it needs.
pub(super) fn report_error(error: &anyhow::Error) -> Exit {
    let is_closed_pipe = error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
    if is_closed_pipe {
        return Exit::Success;
    }
    let text = format!("error: {error:#}");
    // An error that cannot be shown must not become a panic.
    let _ = writeln!(io::stderr(), "{}", escaped_lines(&text));
    if matches!(
        error.downcast_ref(),
        Some(PublicationError::Export(ExportError::StoppedWaiting(_)))
    ) {
        return Exit::Interrupted;
    }
    Exit::CouldNotRun
}
