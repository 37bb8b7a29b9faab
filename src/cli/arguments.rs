//! The arguments of all commands, and their help.

mod studies;
mod values;

use crate::base::random::Seed;
use crate::engine::InstructionPath;
use crate::scenario::Override;
use crate::session::DEFAULT_VARIABLE_RUNS;
use crate::table::Dialect;
use clap::{Args, Parser, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;
pub use studies::{
    CompareArguments, DesignChoice, Grouping, ScoreArguments, SensitivityArguments, SweepArguments,
    TuneArguments,
};
use values::{
    parse_confidence, parse_count, parse_dialect, parse_instructions, parse_memory, parse_runs,
    parse_seed, parse_threads,
};

/// Agent-based Monte Carlo simulator for political forecasting.
///
/// A scenario is a TOML file: actors with weighted imperatives, the actions available to them,
/// the state of the world, and the forecast questions. realpolitik simulates the coming weeks
/// 100,000 times and reports how often each outcome occurred, with Monte Carlo error and
/// parameter uncertainty, as CSV files that open in any spreadsheet.
#[derive(Debug, Parser)]
#[command(name = "realpolitik", version, after_help = EXAMPLES, max_term_width = 96)]
pub struct CommandLine {
    /// The subcommand with its arguments.
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
  realpolitik score output/cuban_missile_crisis
  realpolitik tune params/quickstart.toml --targets targets.csv --free PATH=LOW..HIGH
  realpolitik schema > scenario.schema.json

Exit codes:
  0  success
  1  a scenario was rejected
  2  could not run: a missing file, a full disk, an invalid argument
  130  stopped with Ctrl-C; what was complete has been written";

/// The commands of realpolitik.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Simulate scenarios and write their results.
    ///
    /// The results of `params/quickstart.toml` go to `output/quickstart/`: `outcomes.csv` holds
    /// the forecasts, `dictionary.csv` the unit and meaning of every column of every file, and
    /// `manifest.json` the provenance. Earlier results in that folder are replaced in one step
    /// when the new ones are complete; other files there are kept.
    ///
    /// The same file, values, seed and number of runs give the same CSV files to the byte, on any
    /// machine and with any number of threads.
    Run(RunArguments),
    /// Report all mistakes of scenarios, without writing anything.
    ///
    /// All mistakes of a file are reported at once, each with its line and what to write instead.
    /// A file without mistakes is simulated for a few thousand runs, which give warnings: actions
    /// taken in nearly all or nearly no runs, expressions that leave their domain, values that
    /// are not finite.
    Check(CheckArguments),
    /// Score forecasts against resolutions.
    ///
    /// Reads the folders that `run` wrote. A question is resolved by the `resolution` of the
    /// scenario that was run, or by a resolutions file, which takes precedence. Each question gets
    /// a Brier score (0 best, 1 worst), a log score (nats) and, if its date is known, scores of
    /// the date; all questions together get mean scores, skill against named references, Murphy's
    /// decomposition and a calibration table, with bootstrap intervals. Unresolved and annulled
    /// questions are listed.
    ///
    /// The resolutions file is a CSV with the columns scenario, outcome and answer (yes, no,
    /// annulled, or empty), and optionally: date (for a yes, the day on which the outcome
    /// occurred), source, note; reference_NAME with the probabilities of other forecasters, such
    /// as reference_crowd or reference_base_rate; and group and order for outcomes that are
    /// exclusive alternatives of one question.
    Score(ScoreArguments),
    /// Estimate the effect of variants on a base scenario, under common random numbers.
    ///
    /// A variant is another file, or the base with other values. Random numbers are keyed by name,
    /// so everything that a variant does not change uses the same random numbers on both sides,
    /// run by run: differences are estimated far more precisely than with independent seeds. For
    /// each outcome and action that both have, the tables report both probabilities, their
    /// difference with its interval, and in how many runs it changed each way. If every run of a
    /// variant is identical to the base, the likely reason is reported.
    ///
    /// The results go to `output/BASE.compare/`: compare.csv, compare_actions.csv, their
    /// dictionary and manifest.json.
    Compare(CompareArguments),
    /// Run a scenario over a grid, a Latin hypercube, Sobol' points or a table of parameter values.
    ///
    /// Any TOML path can be varied. All points use common random numbers. A point that the
    /// scenario rejects is a row with the reason, and the other points are still simulated. Points
    /// are simulated in an order that covers the whole range early, so a sweep that is stopped
    /// with Ctrl-C is still usable.
    ///
    /// The results go to `output/FILE.sweep/`: sweep.csv with a row for each point and outcome,
    /// sweep_points.csv, fixed_parameters.csv with all quantities that were not varied, their
    /// dictionary and manifest.json.
    Sweep(SweepArguments),
    /// Global sensitivity analysis (Sobol' indices, Morris screening) and derivatives.
    ///
    /// Sobol' indices divide the variance of each outcome's probability over the uncertain
    /// quantities: the share that knowing one quantity alone would remove (first-order index, S1),
    /// and the share that would remain if all others were known (total-order index, ST). The
    /// chance of a single run is not part of them. Correlated quantities form one factor. n
    /// factors take n + 2 simulations. The results of `params/quickstart.toml` go to
    /// `output/quickstart.sensitivity/`: `sensitivity.csv`, and `convergence.csv` with the same
    /// from a quarter and half of the draws.
    ///
    /// One more simulation gives the local sensitivity in `derivatives.csv`: the change of each
    /// outcome's probability for a small increase of every weight, precision, cost, probability
    /// or hazard, uncertain or not. The largest effects are printed.
    ///
    /// With many uncertain quantities, --screen ranks them with few runs (Morris' elementary
    /// effects, `morris.csv`).
    Sensitivity(SensitivityArguments),
    /// Calibrate parameters to targets.
    ///
    /// The targets are a CSV with the columns kind, name, day, target and tolerance, and
    /// optionally weight. The kinds are probability (of an outcome, by the day if one is given),
    /// mean_day (of an outcome, over the runs in which it occurs), action_share (the share of runs
    /// in which an action is taken), action_count (the mean number of times per run), and variable
    /// (its mean in the end-of-day state of a day). `--free PATH=LOW..HIGH` names a free parameter
    /// and its bounds; of a distribution, free one of its parameters, such as PATH.mean or
    /// PATH.from.
    ///
    /// The calibrated scenario is the same file with new numbers, comments and layout kept, beside
    /// the old one: `params/quickstart.toml` becomes `params/quickstart.tuned.toml`. Its numbers
    /// have as few digits as the tolerances allow, and the table shows the results of that very
    /// file. Values given with --set apply throughout and are not written into it: give them again
    /// when you run it.
    ///
    /// The search minimizes the sum of weight × ((estimate − target)/tolerance)² with a
    /// Gauss–Newton trust region and, if that does not reach the targets, an evolution strategy
    /// (CMA-ES); all evaluations use common random numbers. The same command given again resumes
    /// from `evaluations.csv` in its results folder, also after Ctrl-C.
    Tune(TuneArguments),
    /// Print the JSON Schema of scenario files, for completion and checking in editors.
    ///
    /// Save it beside your scenarios and begin each with the line
    /// `#:schema ./scenario.schema.json`; editors with Even Better TOML or taplo then complete
    /// and check as you type.
    Schema,
}

/// Arguments that all simulating commands share.
#[derive(Args, Debug)]
pub struct SimulationArguments {
    /// Number of runs; four times as many halve the Monte Carlo error.
    #[arg(long, value_name = "N", default_value = "100000", value_parser = parse_runs)]
    pub runs: u64,

    /// Seed of all random numbers, decimal or hexadecimal with 0x.
    #[arg(long, value_name = "SEED", default_value = "0x20161101", value_parser = parse_seed)]
    pub seed: Seed,

    /// Number of threads; one per core by default. It changes no result.
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    pub threads: Option<NonZeroUsize>,

    /// Memory that simulations may use, such as 8GB; by default 4 GB, or 80 % of what is available if
    /// that is less. If it does not suffice for all threads, fewer are used. It changes no result.
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub max_memory: Option<u64>,

    /// Instruction set: portable, avx2 or avx512; by default the widest that the processor has.
    /// It changes no result.
    #[arg(long, value_name = "NAME", value_parser = parse_instructions, hide_short_help = true)]
    pub instructions: Option<InstructionPath>,

    /// Confidence level of all intervals.
    #[arg(long, value_name = "SHARE", default_value = "0.95", value_parser = parse_confidence)]
    pub confidence: f64,

    /// Set one quantity, by its TOML path, or multiply it with PATH*=FACTOR; may be given several
    /// times.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub overrides: Vec<Override>,

    /// Folder in which each scenario gets a results folder.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,

    /// Separators of CSV files: comma (decimal point), or semicolon (decimal comma), which
    /// spreadsheets of most of Europe and South America open correctly.
    #[arg(long, value_name = "SEPARATOR", default_value = "comma", value_parser = parse_dialect)]
    pub csv: Dialect,

    /// Print only errors and the output of --format: no progress, warnings or summary.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Arguments of the command `run`.
#[derive(Args, Debug)]
#[command(after_help = RUN_EXAMPLES)]
pub struct RunArguments {
    /// Scenario files; if one is rejected, the others are still simulated.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Arguments that all simulating commands share.
    #[command(flatten)]
    pub simulation: SimulationArguments,

    /// What to print: a table, or outcomes.csv, or the same as JSON.
    ///
    /// The printed CSV is for other programs: it has line feeds and no byte-order mark. The file
    /// is for spreadsheets.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Number of runs, from the first, whose variables are recorded day by day.
    #[arg(
        long, value_name = "N", default_value_t = DEFAULT_VARIABLE_RUNS, value_parser = parse_count
    )]
    pub variable_runs: u64,

    /// Name of the folder of the batch: with several files, all outcomes in one outcomes.csv, and
    /// settings.csv with a column for every setting in which the files differ.
    #[arg(long, value_name = "NAME", default_value = "batch")]
    pub batch: String,

    /// Also write runs.csv: the draw, outcome days and final state of every run.
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

/// Format of the results on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table to read in the terminal.
    Table,
    /// The rows of the main file as CSV.
    Csv,
    /// The same rows as JSON.
    Json,
}

/// Arguments of the command `check`.
#[derive(Args, Debug)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct CheckArguments {
    /// Scenario files to check.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Set one quantity, by its TOML path, or multiply it with PATH*=FACTOR; may be given several
    /// times.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub overrides: Vec<Override>,

    /// Print the compiled program.
    #[arg(long)]
    pub listing: bool,

    /// Number of trial runs, which detect values that are not finite, clamped values, and actions
    /// that are taken always or never. With 0 only the file is checked, in a few milliseconds,
    /// which suits editors.
    #[arg(long, value_name = "N", default_value_t = 8_192)]
    pub runs: u64,

    /// Memory that the trial may use, such as 8GB; by default 4 GB, or 80 % of what is available if
    /// that is less.
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub max_memory: Option<u64>,
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
    fn clap_accepts_the_argument_definitions() {
        CommandLine::command().debug_assert();
    }
}
