//! The command line (floor 10).
//!
//! One file per subcommand, each the pipeline in ten lines: read, compile, bind, live, estimate,
//! write. What they share is in files of its own: `load` reads a scenario and tells its
//! mistakes, `live` advances a simulation under progress and interruption, `show` puts
//! results on the terminal. Only this floor prints, reads files, asks the clock for more than a
//! date, or knows of signals.

// The one place that is meant to print.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod check;
mod compare;
mod exit;
mod interrupt;
mod load;
mod results;
mod run;
mod schema;
mod score;
mod sensitivity;
mod show;
mod simulate;
mod study;
mod sweep;
mod tune;

pub use arguments::{
    CheckArguments, CommandLine, CompareArguments, DesignChoice, Format, Grouping, RunArguments,
    ScoreArguments, ScoreFormat, SensitivityArguments, SimulationArguments, StudyFormat,
    Subcommand, SweepArguments, TuneArguments,
};
pub use exit::Exit;

use clap::Parser;

/// Reads the command line and does what it says.
pub fn main() -> Exit {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => {
            // Help is an answer, not a mistake; what cannot be printed is nobody's fault here.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::CouldNotRun
            } else {
                Exit::Good
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
    done.unwrap_or_else(|error| exit::tell(&error))
}
