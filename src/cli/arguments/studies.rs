//! Arguments of the commands that study a scenario: compare, sweep, score, tune, sensitivity.

use super::values::{
    parse_bins, parse_confidence, parse_particles, parse_runs, parse_samples, parse_trajectories,
};
use super::{Format, SimulationArguments};
use crate::study::compare::Variant;
use crate::study::score::Bins;
use crate::study::sweep::Axis;
use crate::study::tune::Free;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

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
