//! Arguments of the studies: compare, sweep, score, tune, sensitivity.

use super::values::{
    parse_bins, parse_confidence, parse_dialect, parse_particles, parse_runs, parse_samples,
    parse_trajectories,
};
use super::{Format, SimulationArguments};
use crate::study::compare::Variant;
use crate::study::score::Bins;
use crate::study::sweep::Axis;
use crate::study::tune::FreeNumber;
use crate::table::Dialect;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of the command `compare`.
#[derive(Args, Debug)]
#[command(after_help = COMPARE_EXAMPLES)]
pub struct CompareArguments {
    /// Scenario file of the base.
    #[arg(value_name = "BASE")]
    pub base: PathBuf,

    /// Scenario files to compare with it; outcomes and actions are matched by name.
    #[arg(value_name = "FILE", required_unless_present = "variants")]
    pub files: Vec<PathBuf>,

    /// The base with other values: PATH=VALUE, or PATH*=FACTOR to multiply what the file says.
    /// Semicolons separate several settings; a name and a colon may come first. May be given
    /// several times.
    #[arg(long = "variant", value_name = "[NAME:] SETTINGS")]
    pub variants: Vec<Variant>,

    /// Arguments that all simulating commands share; --set applies to the base and every variant.
    #[command(flatten)]
    pub simulation: SimulationArguments,

    /// What to print: tables, or compare.csv, or the same as JSON.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
}

const COMPARE_EXAMPLES: &str = "\
Examples (in the Windows command prompt, write \" instead of '):
  realpolitik compare params/quickstart.toml my_view.toml their_view.toml
  realpolitik compare params/quickstart.toml --variant 'actors.northland.precision*=1.1'
  realpolitik compare params/quickstart.toml \\
      --variant 'no patrols: actions.send_patrol.daily_odds=0' \\
      --variant 'cheap talk: actions.offer_talks.cost=0; actions.offer_talks.limit=10'
  realpolitik compare old/quickstart.toml new/quickstart.toml --quiet --format csv";

/// Arguments of the command `sweep`.
#[derive(Args, Debug)]
#[command(after_help = SWEEP_EXAMPLES)]
pub struct SweepArguments {
    /// The scenario file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// A value to vary and its range; may be given several times.
    ///
    /// STEPS is the number of levels of a grid, 5 by default; `log` spaces them by equal ratios
    /// instead of equal distances; `whole` rounds to whole numbers. PATH*=LOW..HIGH varies a
    /// factor on what the file says.
    #[arg(long = "vary", value_name = "PATH=LOW..HIGH[:STEPS][:log][:whole]")]
    pub axes: Vec<Axis>,

    /// The design: grid (every combination; the default for one or two ranges), lhs (a Latin
    /// hypercube), sobol (scrambled Sobol' points), or a table of points, FILE.csv.
    ///
    /// The columns of a table are TOML paths, its fields are values as in --set; an empty field
    /// means "as in the file". A column `seed` gives a point independent random numbers.
    #[arg(long, value_name = "DESIGN")]
    pub design: Option<DesignChoice>,

    /// Number of points of lhs and sobol; powers of 2 are best for sobol.
    #[arg(long, value_name = "N", value_parser = parse_runs)]
    pub points: Option<u64>,

    /// Arguments that all simulating commands share; --runs is per point.
    #[command(flatten)]
    pub simulation: SimulationArguments,

    /// What to print: a table, or sweep.csv, or the same as JSON.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
}

const SWEEP_EXAMPLES: &str = "\
Examples:
  realpolitik sweep params/quickstart.toml --vary actors.northland.precision=50..400
  realpolitik sweep params/quickstart.toml --vary actors.northland.precision=10..1000:7:log \\
      --vary actions.send_troops.success=0.5..1:3 --runs 20000
  realpolitik sweep params/quickstart.toml --design sobol --points 64 \\
      --vary actors.northland.imperatives.calm.weight=0..1 \\
      --vary actors.southland.imperatives.no_war.weight=0..1 \\
      --vary scenario.horizon_days=21..42:whole
  realpolitik sweep params/quickstart.toml --design points.csv";

/// The design of a sweep, as the value of `--design`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DesignChoice {
    /// A full factorial grid: every combination of levels.
    Grid,
    /// A Latin hypercube with `--points` points.
    LatinHypercube,
    /// The first `--points` scrambled Sobol' points.
    Sobol,
    /// The CSV file that lists the points.
    Table(PathBuf),
}

impl std::str::FromStr for DesignChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "grid" => Ok(Self::Grid),
            "lhs" => Ok(Self::LatinHypercube),
            "sobol" => Ok(Self::Sobol),
            _ if names_table(text) => Ok(Self::Table(text.into())),
            _ => Err(
                "write grid, lhs, sobol, or the name of a table that ends in .csv, .tsv or .txt"
                    .to_owned(),
            ),
        }
    }
}

/// Whether a text is the name of a table; Excel saves "Unicode Text" as .txt.
fn names_table(text: &str) -> bool {
    let name = text.to_ascii_lowercase();
    [".csv", ".tsv", ".txt"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Arguments of the command `score`.
#[derive(Args, Debug)]
#[command(after_help = SCORE_EXAMPLES)]
pub struct ScoreArguments {
    /// Results folders of `run`, each of a different scenario.
    #[arg(required = true, value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,

    /// A CSV with resolutions: scenario, outcome, answer, date, source, …
    #[arg(long, value_name = "FILE")]
    pub resolutions: Option<PathBuf>,

    /// Accept results that were changed after `run` wrote them, such as tables that a spreadsheet saved
    /// again. Their numbers must still agree with each other.
    #[arg(long)]
    pub accept_changed: bool,

    /// Number of calibration bins of equal width, or `distinct`: one bin per distinct forecast.
    #[arg(long, value_name = "N", default_value = "10", value_parser = parse_bins)]
    pub bins: Bins,

    /// Number of bootstrap samples; 0 for no intervals. The seed is fixed.
    #[arg(long, value_name = "N", default_value = "10000", value_parser = parse_samples)]
    pub bootstrap: u32,

    /// Confidence level of all intervals.
    #[arg(long, value_name = "SHARE", default_value = "0.95", value_parser = parse_confidence)]
    pub confidence: f64,

    /// What to print: tables, or score.csv, or everything as JSON.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,

    /// Folder for score.csv, score_groups.csv, score_summary.csv and reliability.csv, with their
    /// dictionary and manifest.
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Separators of CSV files: comma (decimal point), or semicolon (decimal comma).
    #[arg(long, value_name = "SEPARATOR", default_value = "comma", value_parser = parse_dialect)]
    pub csv: Dialect,
}

const SCORE_EXAMPLES: &str = "\
Examples:
  realpolitik score output/cuban_missile_crisis
  realpolitik score output/quickstart --resolutions resolutions.csv --output scores
  realpolitik score output/quickstart --bins distinct --format json";

/// Arguments of the command `tune`.
#[derive(Args, Debug)]
#[command(after_help = TUNE_EXAMPLES)]
pub struct TuneArguments {
    /// The scenario file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// A CSV with the targets: kind, name, day, target, tolerance, weight.
    #[arg(long, value_name = "FILE", required = true)]
    pub targets: PathBuf,

    /// A free parameter, by its TOML path, and its bounds; may be given several times.
    #[arg(long, value_name = "PATH=LOW..HIGH", required = true)]
    pub free: Vec<FreeNumber>,

    /// Arguments that all simulating commands share; --runs is per full evaluation.
    #[command(flatten)]
    pub simulation: SimulationArguments,

    /// Maximum number of evaluations of the search; n + 2 more follow it, for n free parameters.
    ///
    /// Exploratory evaluations use an eighth of the runs.
    #[arg(long, value_name = "N", default_value = "200", value_parser = parse_runs)]
    pub evaluations: u64,

    /// Also sample the posterior: all combinations that match the targets, as this many weighted
    /// particles, 200 by default.
    ///
    /// Approximate Bayesian computation by sequential Monte Carlo (ABC-SMC). The prior is uniform
    /// between LOW and HIGH, on the scale that tune_parameters.csv names. Each trial uses
    /// independent random numbers and is accepted if all targets are within their tolerances.
    #[arg(
        long,
        value_name = "PARTICLES",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "200",
        value_parser = parse_particles
    )]
    pub posterior: Option<u32>,

    /// Number of runs per trial of the posterior.
    #[arg(long, value_name = "N", default_value = "16384", value_parser = parse_runs)]
    pub posterior_runs: u64,

    /// File for the calibrated scenario; by default FILE.tuned.toml beside the old one.
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

/// Arguments of the command `sensitivity`.
#[derive(Args, Debug)]
#[command(after_help = SENSITIVITY_EXAMPLES)]
pub struct SensitivityArguments {
    /// The scenario file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Arguments that all simulating commands share; --runs is per simulation.
    #[command(flatten)]
    pub simulation: SimulationArguments,

    /// What to print: tables, or the rows of sensitivity.csv (of morris.csv with --screen), or the
    /// same as JSON.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// The factors: each quantity, or each actor with its actions, the variables and the events,
    /// which takes fewer simulations.
    #[arg(long, value_name = "WHAT", default_value = "quantity")]
    pub by: Grouping,

    /// Restrict the analysis to this outcome; may be given several times.
    #[arg(long = "outcome", value_name = "NAME")]
    pub outcomes: Vec<String>,

    /// Number of runs for the derivatives.
    #[arg(long, value_name = "N", default_value = "16384", value_parser = parse_runs)]
    pub derivative_runs: u64,

    /// Morris screening instead: rank the quantities with few runs.
    #[arg(long, conflicts_with = "runs")]
    pub screen: bool,

    /// Number of trajectories of a screening; each moves every factor once.
    #[arg(long, value_name = "N", default_value = "20", value_parser = parse_trajectories, requires = "screen")]
    pub trajectories: u32,

    /// Number of runs per point of a screening; a trajectory uses common random numbers.
    #[arg(long, value_name = "N", default_value = "1024", value_parser = parse_runs, requires = "screen")]
    pub point_runs: u64,
}

const SENSITIVITY_EXAMPLES: &str = "\
Examples:
  realpolitik sensitivity params/quickstart.toml
  realpolitik sensitivity params/within_the_month.toml --by actor
  realpolitik sensitivity params/within_the_month.toml --outcome us_turkey_split --runs 400000
  realpolitik sensitivity params/within_the_month.toml --screen";

/// How uncertain quantities are grouped into factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Grouping {
    /// Each uncertain quantity is a factor.
    Quantity,
    /// Each actor with its actions, the variables, and the events are factors.
    Actor,
}
