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

/// The columns of `tune.csv`.
pub const TUNE: FileColumns = FileColumns {
    name: "tune",
    row: "a target",
    columns: &[
        column(
            "kind",
            "",
            "quantity that the target constrains: probability of an outcome (by a day if one is given), mean_day of an outcome over the runs in which it occurs, action_share (share of runs in which an action is taken), action_count (mean number of times in a run), or variable (mean at the end of the day)",
        ),
        column(
            "name",
            "",
            "name of the outcome, action or variable in the scenario",
        ),
        column("day", DAY, "day of the target, if it has one"),
        column("target", OF_TARGET, "target value"),
        column("tolerance", OF_TARGET, "tolerance"),
        column("weight", "", "relative weight"),
        column(
            "before",
            OF_TARGET,
            "value with the numbers of the file; empty for the mean day of an outcome that never occurs",
        ),
        column(
            "after",
            OF_TARGET,
            "value with the tuned numbers as written, with the same runs and seed as before",
        ),
        column(
            "simulation_se",
            OF_TARGET,
            "Monte Carlo standard error of after; empty for mean days and variables",
        ),
        column(
            "is_met",
            "0 or 1",
            "1 if after is within the tolerance of the target",
        ),
    ],
};

/// The columns of `tune_parameters.csv`.
pub const TUNE_PARAMETERS: FileColumns = FileColumns {
    name: "tune_parameters",
    row: "a free parameter",
    columns: &[
        column("path", "", "TOML path"),
        column("before", OF_NUMBER, "value in the file"),
        column("after", OF_NUMBER, "value in the tuned file"),
        column("low", OF_NUMBER, "lower bound"),
        column("high", OF_NUMBER, "upper bound"),
        column(
            "scale",
            "",
            "scale on which the number was varied and on which the prior is uniform: logarithmic if low is above 0 and high is at least ten times low, else linear",
        ),
        column(
            "at_bound",
            "",
            "low or high if the tuned number is at that bound; the optimum may lie beyond it",
        ),
        column(
            "standard_error",
            OF_NUMBER,
            "standard error in the fit, with the tolerances as standard errors of the targets; empty if the targets do not identify the number",
        ),
        column(
            "not_pinned_down",
            "",
            "idle if the number moves no target by a tenth of its tolerance; not_identifiable if other free parameters can compensate for it",
        ),
    ],
};

/// The columns of `evaluations.csv`.
pub const EVALUATIONS: FileColumns = FileColumns {
    name: "evaluations",
    row: "an evaluation, in order",
    columns: &[
        column(
            "fingerprint",
            "",
            "hash of the scenario, its --set values, the engine version, the free parameters and the targets, hexadecimal; the same command reuses rows with its fingerprint instead of simulating them again",
        ),
        column("seed", "", "seed, hexadecimal"),
        column("n_runs", "runs", "runs of the evaluation"),
        column(
            "purpose",
            "",
            "file (the numbers of the file), start (a descent begins), rough_jacobian (for first slopes, with fewer runs), jacobian (beside another place), step (of a descent), explore (a sample of all ranges, with fewer runs), tuned (the tuned file) or particle (of the posterior)",
        ),
        column(
            "status",
            "",
            "evaluated, rejected (the scenario is invalid with these numbers) or faulted (more than 0.1 % of the runs gave a non-finite number)",
        ),
        column(
            "sum_of_squares",
            "tolerances squared",
            "objective: sum over the targets of weight * ((value - target) / tolerance)^2",
        ),
    ],
};

/// The columns of `evaluations.csv` that follow [`EVALUATIONS`], by pattern.
pub const EVALUATION_PATTERNS: [Column; 2] = [
    column(
        "<path>",
        OF_NUMBER,
        "value of the free parameter with this TOML path",
    ),
    column(
        "<kind>.<name>",
        OF_TARGET,
        "value of the target of this kind and name, with .day_<day> if it has a day; empty for the mean day of an outcome that never occurs",
    ),
];

/// The columns of `posterior.csv`.
pub const POSTERIOR: FileColumns = FileColumns {
    name: "posterior",
    row: "a particle: free parameters with which the targets are within their tolerances (only with --posterior)",
    columns: &[
        column("particle", "", "number of the particle, from 1"),
        column("weight", "share, 0 to 1", "weight; the weights sum to 1"),
        column(
            "distance",
            TOLERANCES,
            "largest distance from a target in its one trial, which used independent random numbers",
        ),
    ],
};

/// The columns of `posterior.csv` that follow [`POSTERIOR`], by pattern.
pub const POSTERIOR_PATTERNS: [Column; 1] = [column(
    "<path>",
    OF_NUMBER,
    "value of the free parameter with this TOML path",
)];

/// The columns of `posterior_summary.csv`.
pub const POSTERIOR_SUMMARY: FileColumns = FileColumns {
    name: "posterior_summary",
    row: "a free parameter (only with --posterior)",
    columns: &[
        column("path", "", "TOML path"),
        column("low", OF_NUMBER, "lower bound"),
        column("high", OF_NUMBER, "upper bound"),
        column("n_particles", "particles", "number of particles"),
        column(
            "effective_particles",
            "particles",
            "effective sample size of the weighted particles",
        ),
        column("mean", OF_NUMBER, "weighted mean over the particles"),
        column("sd", OF_NUMBER, "weighted standard deviation"),
        column("p05", OF_NUMBER, "weighted 5th percentile"),
        column("p50", OF_NUMBER, "the same for half"),
        column("p95", OF_NUMBER, "the same for 95 %"),
    ],
};

/// The columns of `posterior_summary.csv` that follow [`POSTERIOR_SUMMARY`], by pattern.
pub const POSTERIOR_SUMMARY_PATTERNS: [Column; 1] = [column(
    "correlation_<path>",
    "correlation, -1 to 1",
    "weighted correlation with the free parameter of this path; near 1 or -1 the two are not separately identifiable; empty if one does not vary",
)];
