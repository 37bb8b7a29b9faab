//! What may be written on the command line, and its help.

mod studies;
mod values;

use crate::base::random::Seed;
use crate::engine::InstructionPath;
use crate::scenario::Override;
use clap::{Args, Parser, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;
pub use studies::{
    CompareArguments, DesignChoice, Grouping, ScoreArguments, ScoreFormat, SensitivityArguments,
    StudyFormat, SweepArguments, TuneArguments,
};
use values::{
    parse_confidence, parse_count, parse_instructions, parse_runs, parse_seed, parse_threads,
};

/// Forecast by living a scenario many times.
///
/// A scenario is a TOML file: actors with weighted imperatives, the actions open to them, the
/// state of the world, and the questions. realpolitik lives its next weeks hundreds of thousands
/// of times and says how often each question came true, with honest uncertainty, as CSV files
/// that open cleanly in a spreadsheet.
#[derive(Debug, Parser)]
#[command(name = "realpolitik", version, after_help = EXAMPLES, max_term_width = 96)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Subcommand,
}

const EXAMPLES: &str = "\
Examples:
  realpolitik check params/quickstart.toml
  realpolitik run params/quickstart.toml
  realpolitik run params/*.toml --runs 1000000 --output results
  realpolitik compare params/quickstart.toml --variant 'actors.northland.precision*=2'
  realpolitik sweep params/quickstart.toml --vary actors.northland.precision=50..400
  realpolitik score results/*
  realpolitik tune params/quickstart.toml --targets targets.csv --free PATH=LOW..HIGH
  realpolitik schema > scenario.schema.json

Exit codes:
  0  good
  1  a scenario was rejected
  2  could not run: a missing file, a full disk, an argument that is wrong
  130  stopped with Ctrl-C; what was complete has been written";

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Simulate scenarios and write their results.
    ///
    /// The results of `params/quickstart.toml` go to `output/quickstart/`: `outcomes.csv` holds
    /// the forecasts, `dictionary.csv` says what every column of every file means, and
    /// `manifest.json` where it all comes from. Earlier results in that folder are replaced in
    /// one go when the new ones are whole, and other files there are left alone.
    ///
    /// The same file, values, seed and number of runs give the same CSV files to the byte, on any
    /// machine and with any number of threads.
    Run(RunArguments),
    /// Look for mistakes in scenarios, without writing anything.
    ///
    /// All mistakes of a file are told at once, each with its line and what to write instead. A
    /// file without mistakes is tried on a few thousand runs, and what these show is told as
    /// warnings: actions taken in nearly all or nearly no runs, expressions that leave their
    /// domain, numbers that stop being numbers.
    Check(CheckArguments),
    /// Hold forecasts against what came true.
    ///
    /// Reads the folders that `run` wrote. A question is answered by the `resolution` of the
    /// scenario that was run, or by a resolutions file, which counts where both answer. Each
    /// question gets a Brier score (0 best, 1 worst), a log score (nats) and, where the day is
    /// known, scores of the day; all of them together get means, skills against named references,
    /// Murphy's decomposition and a table of calibration, with bootstrap intervals. Questions
    /// that have no answer yet or were annulled are listed.
    ///
    /// The resolutions file is a CSV with the columns scenario, outcome and answer (yes, no,
    /// annulled, or empty), and where you want them: date (for a yes, the day on which it came
    /// true), source, note; reference_NAME with the probabilities of other forecasters, such as
    /// reference_crowd or reference_base_rate; and group and order for outcomes that are the
    /// options of one question, of which one comes true.
    Score(ScoreArguments),
    /// Say what would change the forecasts: variants against a base, under the same luck.
    ///
    /// A variant is another file, or the base with other values. Luck is keyed by names, so
    /// whatever a variant does not touch happens alike on both sides, run by run: differences are
    /// told far more sharply than by two simulations with luck of their own. For each question
    /// both have you see both probabilities, their difference with its interval, and how many
    /// runs changed their answer each way; the same for each action. A variant whose every run is
    /// that of the base is told, with the likely reason.
    ///
    /// The results go to `output/BASE.compare/`: compare.csv, compare_actions.csv, their
    /// dictionary and manifest.json.
    Compare(CompareArguments),
    /// Ask a scenario at many points: what if this value were another?
    ///
    /// Any TOML path can be varied: over a grid, over points that fill the space evenly, or over
    /// a table of points that a spreadsheet has written. All points meet the same luck. A point
    /// that the scenario rejects is a row that says why, and the others go on. Points are lived in
    /// an order that is even from the start, so that a sweep stopped with Ctrl-C is of use.
    ///
    /// The results go to `output/FILE.sweep/`: sweep.csv with a row for each point and question,
    /// sweep_points.csv, fixed_parameters.csv with all that was not varied, their dictionary and
    /// manifest.json.
    Sweep(SweepArguments),
    /// Say which of the things that are not known matter, and which would not even if they were.
    ///
    /// Lives the scenario once for each uncertain quantity (and twice more) and divides the
    /// variance of each question's probability among the quantities: what knowing one alone would
    /// remove (first-order Sobol' index), and what would be left if all but it were known (total
    /// index). Only what is not known is divided; chance is told apart and left out. Quantities
    /// that are correlated are known or not known together. The results of
    /// `params/quickstart.toml` go to `output/quickstart.sensitivity/`: `sensitivity.csv`, and
    /// `convergence.csv` with the same from a quarter and half of the runs. And one more batch of
    /// runs gives `derivatives.csv`: by how many points a question's probability would move if a
    /// weight, precision, cost, probability or hazard were a little greater, uncertain or not. The
    /// numbers that move it most are printed.
    ///
    /// Where there are too many quantities for that, --screen ranks them with few runs (Morris'
    /// elementary effects, `morris.csv`).
    Sensitivity(SensitivityArguments),
    /// Find numbers of a scenario with which its results are what they should be.
    ///
    /// The targets are a CSV with the columns kind, name, day, target and tolerance, and weight
    /// where you want it. The kinds are probability (of an outcome, by the day where one is
    /// given), mean_day (of an outcome, over the runs in which it comes true), action_share (the
    /// share of runs in which an action is taken), action_count (how often in a run), and
    /// variable (its mean in the evening of a day). `--free PATH=LOW..HIGH` names a number that
    /// may be moved, and how far; of a distribution, free one of its numbers, such as PATH.mean
    /// or PATH.from.
    ///
    /// What is found is written as the same file with new numbers, comments and layout kept,
    /// beside the old one: `params/quickstart.toml` becomes `params/quickstart.tuned.toml`. It has
    /// as few digits as matter, and the table shows what that very file gives. Values given with
    /// --set hold throughout, and are not written into it: give them again when you run it.
    ///
    /// The search minimises the sum of weight × ((value − target)/tolerance)² by trust-region
    /// Gauss–Newton steps; every evaluation meets the same luck. Started again with the same
    /// arguments, it takes from `evaluations.csv` in its results folder what it has evaluated
    /// before, also after Ctrl-C.
    Tune(TuneArguments),
    /// Print the JSON Schema of scenario files, for completion and checking in editors.
    ///
    /// Save it beside your scenarios and begin each with the line
    /// `#:schema ./scenario.schema.json`; editors with Even Better TOML or taplo then complete
    /// and check as you type.
    Schema,
}

/// Arguments of all commands that simulate.
#[derive(Args, Debug)]
pub struct SimulationArguments {
    /// How many lives of the world to simulate; four times as many halve the simulation error.
    #[arg(long, value_name = "N", default_value = "100000", value_parser = parse_runs)]
    pub runs: u64,

    /// The seed of all luck, decimal or hexadecimal with 0x.
    #[arg(long, value_name = "SEED", default_value = "0x20161101", value_parser = parse_seed)]
    pub seed: Seed,

    /// Threads to use; one per core where it is not given. It changes no result.
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    pub threads: Option<NonZeroUsize>,

    /// The processor's instructions to use: portable, avx2 or avx512; the widest that it has
    /// where it is not given. It changes no result.
    #[arg(long, value_name = "NAME", value_parser = parse_instructions, hide_short_help = true)]
    pub instructions: Option<InstructionPath>,

    /// The share of intervals that are meant to hold the truth.
    #[arg(long, value_name = "SHARE", default_value = "0.95", value_parser = parse_confidence)]
    pub confidence: f64,

    /// Another value for one quantity, by its TOML path, or PATH*=FACTOR to multiply it; may be
    /// given many times.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub overrides: Vec<Override>,

    /// The folder in which each scenario gets a folder of its own.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,

    /// Print nothing but errors and what --format asks for: no progress, warnings or summary.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Arguments of `run`.
#[derive(Args, Debug)]
#[command(after_help = RUN_EXAMPLES)]
pub struct RunArguments {
    /// Scenario files; a mistake in one does not keep the others from running.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// What all simulations take.
    #[command(flatten)]
    pub simulation: SimulationArguments,

    /// What to print: a table, or outcomes.csv, or the same as JSON.
    ///
    /// What is printed as csv has plain line ends and no byte-order mark, as other programs like
    /// it; the file has what spreadsheets like.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// On how many of the first runs the variables are followed day by day.
    #[arg(long, value_name = "N", default_value = "16384", value_parser = parse_count)]
    pub variable_runs: u64,

    /// Write runs.csv too: for every run its draw, outcome days and final state.
    #[arg(long)]
    pub every_run: bool,
}

const RUN_EXAMPLES: &str = "\
Examples:
  realpolitik run params/quickstart.toml
  realpolitik run params/quickstart.toml --runs 1_000_000 --seed 7
  realpolitik run params/quickstart.toml --set actors.northland.precision=50
  realpolitik run params/quickstart.toml --set 'variables.tension.initial={from=0.4, to=0.6}'
  realpolitik run params/*.toml --quiet --format csv > all_outcomes.csv
  realpolitik run params/quickstart.toml --format json | jq '.[] | {outcome, probability}'";

/// What is printed of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people.
    Table,
    /// Its rows as CSV.
    Csv,
    /// The same as a list of JSON objects.
    Json,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct CheckArguments {
    /// Scenario files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Another value for one quantity, by its TOML path; may be given many times.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub overrides: Vec<Override>,

    /// Print what the compiler made of the scenario.
    #[arg(long)]
    pub listing: bool,

    /// Runs of a trial that finds what only happens in runs: faults, clamps, actions that are
    /// taken always or never. With 0 the file alone is checked, in a few milliseconds, as an editor
    /// likes it.
    #[arg(long, value_name = "N", default_value_t = 8_192)]
    pub runs: u64,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  realpolitik check params/quickstart.toml
  realpolitik check params/quickstart.toml --runs 0
  realpolitik check params/*.toml
  realpolitik check params/quickstart.toml --listing";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }
}
