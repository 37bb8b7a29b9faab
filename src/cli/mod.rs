//! The command line (floor 10).
//!
//! One file per command, each a short pipeline over [`crate::session`]: load, simulate, publish, print.
//! Shared parts: `front` has the session that Ctrl-C cancels, diagnostics and progress, `show` formats
//! results for the terminal, `signals` decides when a signal stops a command. Only this module prints and handles signals.

// This is the only module that prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod check;
mod compare;
mod exit;
mod front;
mod run;
mod schema;
mod score;
mod sensitivity;
mod show;
mod signals;
mod sweep;
mod tune;

pub use arguments::{
    CheckArguments, CommandLine, CompareArguments, DesignChoice, Format, Grouping, RunArguments,
    ScoreArguments, SensitivityArguments, SimulationArguments, Subcommand, SweepArguments,
    TuneArguments,
};
pub use exit::Exit;

use clap::Parser;

/// Parses the command line and executes the command.
pub fn main() -> Exit {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => {
            // clap reports help and version as errors too; if printing fails, nothing can be done.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::CouldNotRun
            } else {
                Exit::Success
            };
        }
    };
    let done = match &line.command {
        Subcommand::Run(arguments) => run::run(arguments),
        Subcommand::Check(arguments) => check::check(arguments),
        Subcommand::Score(arguments) => score::score(arguments),
        Subcommand::Compare(arguments) => compare::compare(arguments),
        Subcommand::Sweep(arguments) => sweep::sweep(arguments),
        Subcommand::Sensitivity(arguments) => sensitivity::sensitivity(arguments),
        Subcommand::Tune(arguments) => tune::tune(arguments),
        Subcommand::Schema => schema::schema(),
    };
    done.unwrap_or_else(|error| exit::report_error(&error))
}
