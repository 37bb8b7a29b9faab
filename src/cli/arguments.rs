//! What may be written on the command line, and its help.

use crate::engine::InstructionPath;
use crate::random::Seed;
use crate::scenario::Override;
use crate::study::compare::Variant;
use crate::study::score::Bins;
use crate::study::sweep::Axis;
use crate::study::tune::Free;
use clap::{Args, Parser, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

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
    #[arg(long, value_name = "N")]
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
    /// The rows of outcomes.csv.
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

/// Arguments of `compare`.
#[derive(Args, Debug)]
#[command(after_help = COMPARE_EXAMPLES)]
pub struct CompareArguments {
    /// The scenario that is varied.
    #[arg(value_name = "BASE")]
    pub base: PathBuf,

    /// Scenario files to hold against it; questions and actions are matched by their names.
    #[arg(value_name = "FILE", required_unless_present = "variants")]
    pub files: Vec<PathBuf>,

    /// The base with other values: PATH=VALUE, or PATH*=FACTOR to multiply what the file says,
    /// with semicolons between several, and a name and a colon before them where you want one;
    /// may be given many times.
    #[arg(long = "variant", value_name = "[NAME:] SETTINGS")]
    pub variants: Vec<Variant>,

    /// What all simulations take; --set counts for the base and every variant.
    #[command(flatten)]
    pub simulation: SimulationArguments,

    /// What to print: tables, or compare.csv, or the same as JSON.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<StudyFormat>,
}

const COMPARE_EXAMPLES: &str = "\
Examples (in the Windows command prompt, write \" instead of '):
  realpolitik compare params/quickstart.toml my_view.toml their_view.toml
  realpolitik compare params/quickstart.toml --variant 'actors.northland.precision*=1.1'
  realpolitik compare params/quickstart.toml \\
      --variant 'no patrols: actions.send_patrol.daily_odds=0' \\
      --variant 'cheap talk: actions.offer_talks.cost=0; actions.offer_talks.limit=10'
  realpolitik compare old/quickstart.toml new/quickstart.toml --quiet --format csv";

/// Arguments of `sweep`.
#[derive(Args, Debug)]
#[command(after_help = SWEEP_EXAMPLES)]
pub struct SweepArguments {
    /// The scenario.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// A value to vary and its range; may be given many times.
    ///
    /// STEPS are the levels of a grid, 5 where they are not given; `log` takes equal ratios
    /// instead of equal distances; `whole` rounds to whole numbers. PATH*=LOW..HIGH varies a
    /// factor on what the file says.
    #[arg(long = "vary", value_name = "PATH=LOW..HIGH[:STEPS][:log][:whole]")]
    pub axes: Vec<Axis>,

    /// How points are chosen: grid (every combination; the default for one or two ranges), lhs (a
    /// Latin hypercube), sobol (scrambled Sobol' points), or a table of points, FILE.csv.
    ///
    /// The columns of a table are TOML paths, its fields any values that --set takes; an empty
    /// field means: as in the scenario. A column `seed` gives points luck of their own.
    #[arg(long, value_name = "DESIGN")]
    pub design: Option<DesignChoice>,

    /// How many points lhs and sobol have; powers of 2 are best for sobol.
    #[arg(long, value_name = "N", value_parser = parse_runs)]
    pub points: Option<u64>,

    /// What all simulations take; --runs counts for each point.
    #[command(flatten)]
    pub simulation: SimulationArguments,

    /// What to print: a table, or sweep.csv, or the same as JSON.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<StudyFormat>,
}

const SWEEP_EXAMPLES: &str = "\
Examples:
  realpolitik sweep params/quickstart.toml --vary actors.northland.precision=50..400
  realpolitik sweep params/quickstart.toml --vary actors.northland.precision=10..1000:7:log \\
      --vary actions.send_troops.success=0.5..1:3 --runs 20000
  realpolitik sweep params/quickstart.toml --design sobol --points 64 \\
      --vary actors.northland.imperatives.calm.weight=0..1 \\
      --vary actors.southland.imperatives.no_war.weight=0..1 \\
      --vary scenario.horizon_days=14..42:whole
  realpolitik sweep params/quickstart.toml --design points.csv";

/// How the points of a sweep are chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DesignChoice {
    /// Every combination of levels.
    Grid,
    /// A Latin hypercube.
    LatinHypercube,
    /// Scrambled Sobol' points.
    Sobol,
    /// A table of points.
    Table(PathBuf),
}

impl std::str::FromStr for DesignChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "grid" => Ok(Self::Grid),
            "lhs" => Ok(Self::LatinHypercube),
            "sobol" => Ok(Self::Sobol),
            _ if text.to_ascii_lowercase().ends_with(".csv") => Ok(Self::Table(text.into())),
            _ => Err(format!(
                "`{text}` is none of grid, lhs and sobol, nor a table whose name ends in .csv"
            )),
        }
    }
}

/// What is printed of a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StudyFormat {
    /// A table for people.
    Table,
    /// The rows of the main file.
    Csv,
    /// The same as a list of JSON objects.
    Json,
}

/// Arguments of `score`.
#[derive(Args, Debug)]
#[command(after_help = SCORE_EXAMPLES)]
pub struct ScoreArguments {
    /// Results folders, each of another scenario.
    #[arg(required = true, value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,

    /// A CSV with answers: scenario, outcome, answer, date, source, …
    #[arg(long, value_name = "FILE")]
    pub resolutions: Option<PathBuf>,

    /// Calibration by so many bins of equal width, or `distinct`: one for each forecast made.
    #[arg(long, value_name = "N", default_value = "10", value_parser = parse_bins)]
    pub bins: Bins,

    /// Samples of the bootstrap; 0 for no intervals. The luck is the same each time.
    #[arg(long, value_name = "N", default_value = "10000", value_parser = parse_samples)]
    pub bootstrap: u32,

    /// The share of intervals that are meant to hold the truth.
    #[arg(long, value_name = "SHARE", default_value = "0.95", value_parser = parse_confidence)]
    pub confidence: f64,

    /// What to print: tables, or score.csv, or everything as JSON.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ScoreFormat,

    /// A folder for score.csv, score_groups.csv, score_summary.csv and reliability.csv, with
    /// their dictionary and manifest.
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

const SCORE_EXAMPLES: &str = "\
Examples:
  realpolitik score output/cuban_missile_crisis
  realpolitik score output/* --resolutions resolutions.csv --output scores
  realpolitik score output/quickstart --bins distinct --format json";

/// What is printed of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScoreFormat {
    /// Tables for people.
    Table,
    /// The rows of score.csv.
    Csv,
    /// An object with the rows of all four files.
    Json,
}

/// Arguments of `tune`.
#[derive(Args, Debug)]
#[command(after_help = TUNE_EXAMPLES)]
pub struct TuneArguments {
    /// The scenario file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// A CSV with what the results should be: kind, name, day, target, tolerance, weight.
    #[arg(long, value_name = "FILE", required = true)]
    pub targets: PathBuf,

    /// A number that may be moved, by its TOML path, and how far; may be given many times.
    #[arg(long, value_name = "PATH=LOW..HIGH", required = true)]
    pub free: Vec<Free>,

    /// What all simulations take; --runs are those of each whole evaluation.
    #[command(flatten)]
    pub simulation: SimulationArguments,

    /// Evaluations of the search at most; one more for each free number, and two, follow it.
    ///
    /// Where the search looks round, an evaluation takes an eighth of the runs.
    #[arg(long, value_name = "N", default_value = "200", value_parser = parse_runs)]
    pub evaluations: u64,

    /// Sample all that fits, not only what fits best: so many weighted particles, 200 where no
    /// number is given.
    ///
    /// Approximate Bayesian computation by sequential Monte Carlo; before the targets are seen,
    /// every value between LOW and HIGH is alike (on the scale that tune_parameters.csv names).
    /// A particle fits where all targets are within their tolerances in one trial with luck of
    /// its own.
    #[arg(
        long,
        value_name = "PARTICLES",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "200",
        value_parser = parse_particles
    )]
    pub posterior: Option<u32>,

    /// Runs of each trial of the posterior.
    #[arg(long, value_name = "N", default_value = "16384", value_parser = parse_runs)]
    pub posterior_runs: u64,

    /// Where the tuned file goes, instead of beside the old one.
    #[arg(long, value_name = "FILE", conflicts_with = "in_place")]
    pub write: Option<PathBuf>,

    /// Write the new numbers into the scenario file itself.
    #[arg(long)]
    pub in_place: bool,

    /// What to print: tables, or tune.csv, or everything as JSON.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
}

const TUNE_EXAMPLES: &str = "\
Examples:
  realpolitik tune params/quickstart.toml --targets targets.csv \\
    --free actions.send_troops.daily_odds=0.005..0.5 --free actors.northland.precision=50..800
  realpolitik tune params/quickstart.toml --targets targets.csv \\
    --free variables.tension.initial.to=0.35..0.9 --posterior=500 --runs 20000

A targets.csv:
  kind,name,day,target,tolerance
  probability,crisis,,0.25,0.01
  action_share,send_troops,,0.60,0.02
  variable,garrison,28,0.30,0.01";

/// The most particles of a posterior.
const MOST_PARTICLES: u64 = 100_000;

/// Reads a number of particles, at least 10: fewer have no spread to speak of.
fn parse_particles(text: &str) -> Result<u32, String> {
    let number = parse_count(text)?;
    match u32::try_from(number) {
        Ok(n) if (10..=MOST_PARTICLES).contains(&number) => Ok(n),
        _ => Err(format!("it is a number from 10 to {MOST_PARTICLES}")),
    }
}

/// Arguments of `sensitivity`.
#[derive(Args, Debug)]
#[command(after_help = SENSITIVITY_EXAMPLES)]
pub struct SensitivityArguments {
    /// The scenario file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// What all simulations take; --runs is of each of them.
    #[command(flatten)]
    pub simulation: SimulationArguments,

    /// What to print: tables, or the rows of sensitivity.csv (of morris.csv with --screen), or the
    /// same as JSON.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// What is asked about: each quantity, or each actor with its actions, the variables and the
    /// events, which takes fewer simulations.
    #[arg(long, value_name = "WHAT", default_value = "quantity")]
    pub by: Grouping,

    /// Only this question, by its name; may be given many times.
    #[arg(long = "outcome", value_name = "NAME")]
    pub outcomes: Vec<String>,

    /// Runs from which the derivatives are taken, of each question's probability by each number.
    #[arg(long, value_name = "N", default_value = "16384", value_parser = parse_runs)]
    pub derivative_runs: u64,

    /// Rank the quantities with few runs instead: --trajectories times --point-runs for each.
    #[arg(long, conflicts_with = "runs")]
    pub screen: bool,

    /// How often a screening moves each quantity.
    #[arg(long, value_name = "N", default_value = "20", value_parser = parse_trajectories, requires = "screen")]
    pub trajectories: u32,

    /// How many runs a screening gives to each point; they have the same luck along a trajectory.
    #[arg(long, value_name = "N", default_value = "1024", value_parser = parse_runs, requires = "screen")]
    pub point_runs: u64,
}

const SENSITIVITY_EXAMPLES: &str = "\
Examples:
  realpolitik sensitivity params/quickstart.toml
  realpolitik sensitivity params/within_the_month.toml --by actor
  realpolitik sensitivity params/within_the_month.toml --outcome us_turkey_split --runs 400000
  realpolitik sensitivity params/within_the_month.toml --screen";

/// What a sensitivity is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Grouping {
    /// Each uncertain quantity.
    Quantity,
    /// Each actor with its actions; the variables; the events.
    Actor,
}

/// Reads a number of trajectories.
fn parse_trajectories(text: &str) -> Result<u32, String> {
    match parse_count(text)? {
        0 => Err("at least 1 is needed".to_owned()),
        n => u32::try_from(n).map_err(|_| format!("the most is {}", u32::MAX)),
    }
}

/// The most bins, and the most samples of a bootstrap.
const MOST_BINS: u32 = 1_000;
const MOST_SAMPLES: u64 = 1_000_000;

/// Reads how to put forecasts together.
fn parse_bins(text: &str) -> Result<Bins, String> {
    if text == "distinct" {
        return Ok(Bins::Distinct);
    }
    let number = text.parse().ok().filter(|n| (1..=MOST_BINS).contains(n));
    number
        .map(Bins::Equal)
        .ok_or_else(|| format!("`{text}` is neither a number from 1 to {MOST_BINS} nor `distinct`"))
}

/// Reads a number of samples.
fn parse_samples(text: &str) -> Result<u32, String> {
    let number = parse_count(text)?;
    match u32::try_from(number) {
        Ok(n) if number <= MOST_SAMPLES => Ok(n),
        _ => Err(format!("the most is {MOST_SAMPLES}")),
    }
}

/// The most runs of one command: the sums of a tally have room for far more.
const MOST_RUNS: u64 = 1_000_000_000_000;

/// Reads a number of runs, at least 1.
fn parse_runs(text: &str) -> Result<u64, String> {
    match parse_count(text)? {
        0 => Err("at least 1 run is needed".to_owned()),
        n => Ok(n),
    }
}

/// Reads a whole number; `1_000_000` is taken as it is meant.
fn parse_count(text: &str) -> Result<u64, String> {
    let number = text.replace('_', "").parse::<u64>().map_err(|_| {
        format!("`{text}` is not a whole number: write, for instance, 100000 or 100_000")
    })?;
    if number > MOST_RUNS {
        return Err(format!("the most is {MOST_RUNS}"));
    }
    Ok(number)
}

/// Reads a seed of 64 bits, decimal or hexadecimal.
fn parse_seed(text: &str) -> Result<Seed, String> {
    let digits = text.replace('_', "");
    let hexadecimal = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    let seed = match hexadecimal {
        Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok(),
        Some(_) => None,
        None => digits.parse().ok(),
    };
    seed.map(Seed).ok_or_else(|| {
        format!("`{text}` is not a number of 64 bits: write, for instance, 42 or 0x2a")
    })
}

/// Reads the name of a set of instructions that this processor has.
fn parse_instructions(text: &str) -> Result<InstructionPath, String> {
    let available = InstructionPath::ALL
        .into_iter()
        .filter(|path| path.is_available());
    let names: Vec<&str> = available.clone().map(InstructionPath::name).collect();
    let mut named = available.filter(|path| path.name() == text);
    named
        .next()
        .ok_or_else(|| format!("this processor has {}, and not `{text}`", names.join(", ")))
}

/// Reads a confidence in (0, 1).
fn parse_confidence(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.5..=0.9999).contains(&share) => Ok(share),
        Ok(share) if (50.0..100.0).contains(&share) => {
            Err(format!("`{text}` is a percentage: write {}", share / 100.0))
        }
        _ => Err(format!(
            "`{text}` is not a share from 0.5 to 0.9999: write, for instance, 0.95"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn numbers_are_taken_as_people_write_them() {
        assert_eq!(parse_runs("1_000_000"), Ok(1_000_000));
        assert!(parse_runs("0").is_err());
        assert!(parse_runs("-1").is_err());
        assert_eq!(parse_seed("0x2a"), Ok(Seed(42)));
        assert_eq!(parse_seed("42"), Ok(Seed(42)));
        assert_eq!(parse_seed("0xffff_ffff_ffff_ffff"), Ok(Seed(u64::MAX)));
        assert!(parse_seed("0x").is_err());
        assert!(parse_seed("2a").is_err());
        assert_eq!(parse_confidence("0.9"), Ok(0.9));
        assert!(parse_confidence("95").unwrap_err().contains("write 0.95"));
        assert!(parse_confidence("nan").is_err());
    }
}
