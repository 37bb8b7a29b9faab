//! The columns of a folder of a tuning.

use super::{Column, DAY, DICTIONARY, FileColumns, column};

const OF_TARGET: &str = "unit of the target";
const OF_NUMBER: &str = "unit of the number";
const TOLERANCES: &str = "tolerances";

/// All files of a folder of a tuning, in the order of its dictionary, each with the patterns of
/// the columns that follow those that every scenario has.
pub const TUNE_FILES: [(&FileColumns, &[Column]); 6] = [
    (&TUNE, &[]),
    (&TUNE_PARAMETERS, &[]),
    (&EVALUATIONS, &EVALUATION_PATTERNS),
    (&POSTERIOR, &POSTERIOR_PATTERNS),
    (&POSTERIOR_SUMMARY, &POSTERIOR_SUMMARY_PATTERNS),
    (&DICTIONARY, &[]),
];

/// `tune.csv`.
pub const TUNE: FileColumns = FileColumns {
    name: "tune",
    row: "a target",
    columns: &[
        column(
            "kind",
            "",
            "what should have the value: probability of an outcome (by the day where one is given), mean_day of an outcome over the runs in which it comes true, action_share (share of runs in which an action is taken), action_count (times in a run, on average), or variable (its mean in the evening of the day)",
        ),
        column(
            "name",
            "",
            "name of the outcome, action or variable in the scenario",
        ),
        column("day", DAY, "the day, where the target has one"),
        column("target", OF_TARGET, "what it should be"),
        column("tolerance", OF_TARGET, "how far off it may be"),
        column("weight", "", "how much it counts beside the others"),
        column(
            "before",
            OF_TARGET,
            "what it is with the numbers of the file; empty for the mean day of what never happens",
        ),
        column(
            "after",
            OF_TARGET,
            "what it is with the new numbers, as they are written; the same runs and seed as before",
        ),
        column(
            "simulation_se",
            OF_TARGET,
            "standard error of after by simulation, which more runs shrink; empty for mean days and variables",
        ),
        column(
            "is_met",
            "0 or 1",
            "1 where after is within the tolerance of the target",
        ),
    ],
};

/// `tune_parameters.csv`.
pub const TUNE_PARAMETERS: FileColumns = FileColumns {
    name: "tune_parameters",
    row: "a number that was free",
    columns: &[
        column("path", "", "its TOML path"),
        column("before", OF_NUMBER, "what it is in the file"),
        column("after", OF_NUMBER, "what it is in the tuned file"),
        column("low", OF_NUMBER, "the least that it was allowed to be"),
        column("high", OF_NUMBER, "the greatest"),
        column(
            "scale",
            "",
            "on what scale it was moved, which is also that on which the prior of the posterior is uniform: logarithmic where low is above 0 and high at least ten times low, else linear",
        ),
        column(
            "at_bound",
            "",
            "low or high where it lies at that end of its range: the targets may want it beyond",
        ),
        column(
            "standard_error",
            OF_NUMBER,
            "how well the targets pin it down: its standard error in the fit, the tolerances taken as standard errors of the targets; empty where they do not",
        ),
        column(
            "not_pinned_down",
            "",
            "idle where it moves no target by a tenth of its tolerance, not_identifiable where other free numbers can make up for it",
        ),
    ],
};

/// `evaluations.csv`.
pub const EVALUATIONS: FileColumns = FileColumns {
    name: "evaluations",
    row: "an evaluation, in order",
    columns: &[
        column(
            "fingerprint",
            "",
            "names the scenario, its --set values, the engine, and what is free and looked at, hexadecimal: the same command takes rows with its own from here instead of living them again",
        ),
        column("seed", "", "its seed, hexadecimal"),
        column("n_runs", "runs", "its runs"),
        column(
            "purpose",
            "",
            "file (the numbers of the file), start (a descent begins), rough_jacobian (for first slopes, with fewer runs), jacobian (beside another place), step (of a descent), explore (a sample of all ranges, with fewer runs), tuned (the tuned file) or particle (of the posterior)",
        ),
        column(
            "status",
            "",
            "evaluated, rejected (the scenario does not allow these numbers together) or faulted (in more than 0.1 % of the runs a number stopped being a number)",
        ),
        column(
            "sum_of_squares",
            "tolerances squared",
            "what the search minimises: the sum over the targets of weight * ((value - target) / tolerance)^2",
        ),
    ],
};

/// The columns of `evaluations.csv` that follow [`EVALUATIONS`], by pattern.
pub const EVALUATION_PATTERNS: [Column; 2] = [
    column(
        "<path>",
        OF_NUMBER,
        "what the free number with this TOML path was",
    ),
    column(
        "<kind>.<name>",
        OF_TARGET,
        "what the target of this kind and name came to, with .day_<day> where it has a day; empty for the mean day of what never happens",
    ),
];

/// `posterior.csv`.
pub const POSTERIOR: FileColumns = FileColumns {
    name: "posterior",
    row: "a particle: numbers with which the targets are within their tolerances (only with --posterior)",
    columns: &[
        column("particle", "", "its number, from 1"),
        column("weight", "share, 0 to 1", "its weight; all add up to 1"),
        column(
            "distance",
            TOLERANCES,
            "how far off the farthest target was in its one trial, which had luck of its own",
        ),
    ],
};

/// The columns of `posterior.csv` that follow [`POSTERIOR`], by pattern.
pub const POSTERIOR_PATTERNS: [Column; 1] = [column(
    "<path>",
    OF_NUMBER,
    "what the free number with this TOML path is",
)];

/// `posterior_summary.csv`.
pub const POSTERIOR_SUMMARY: FileColumns = FileColumns {
    name: "posterior_summary",
    row: "a number that was free (only with --posterior)",
    columns: &[
        column("path", "", "its TOML path"),
        column("low", OF_NUMBER, "the least that it was allowed to be"),
        column("high", OF_NUMBER, "the greatest"),
        column("n_particles", "particles", "number of particles"),
        column(
            "effective_particles",
            "particles",
            "number of particles of equal weight that would tell as much",
        ),
        column("mean", OF_NUMBER, "weighted mean over the particles"),
        column("sd", OF_NUMBER, "weighted standard deviation"),
        column(
            "p05",
            OF_NUMBER,
            "value that 5 % of the weight does not pass",
        ),
        column("p50", OF_NUMBER, "the same for half"),
        column("p95", OF_NUMBER, "the same for 95 %"),
    ],
};

/// The columns of `posterior_summary.csv` that follow [`POSTERIOR_SUMMARY`], by pattern.
pub const POSTERIOR_SUMMARY_PATTERNS: [Column; 1] = [column(
    "correlation_<path>",
    "correlation, -1 to 1",
    "weighted correlation with the free number of this path: near 1 or -1, the targets do not tell the two apart; empty where one does not vary",
)];
