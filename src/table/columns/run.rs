//! The files that a simulation of one scenario writes.

use super::{
    Column, DATE, DAY, EFFECTIVE_RUNS, FileColumns, N_RUNS, PAIR_CORRELATION, PARAMETER_SD,
    PARAMETER_SD_HIGH, PARAMETER_SD_LOW, PARAMETER_VARIANCE, PARAMETER_VARIANCE_SE, PROBABILITY,
    RUN_COUNT, SIMULATION_HIGH, SIMULATION_LOW, column,
};

/// The columns of `outcomes.csv`.
pub const OUTCOMES: FileColumns = FileColumns {
    name: "outcomes",
    row: "an outcome",
    columns: &[
        column(
            "scenario",
            "",
            "name of the scenario; files of several scenarios can be stacked",
        ),
        column("outcome", "", "name of the outcome in the scenario"),
        column("label", "", "display name"),
        column("question", "", "the question that a forecaster is asked"),
        column("last_day", DAY, "last day on which the outcome counts"),
        column("last_date", DATE, "date of that day"),
        N_RUNS,
        column("n_yes", RUN_COUNT, "runs in which the outcome occurred"),
        column(
            "probability",
            PROBABILITY,
            "share of the runs in which the outcome occurred: the forecast",
        ),
        SIMULATION_LOW,
        SIMULATION_HIGH,
        EFFECTIVE_RUNS,
        PAIR_CORRELATION,
        PARAMETER_VARIANCE,
        PARAMETER_VARIANCE_SE,
        PARAMETER_SD,
        PARAMETER_SD_LOW,
        PARAMETER_SD_HIGH,
        column(
            "day_p05",
            DAY,
            "day by which the outcome has occurred in 5 % of all runs; empty if its probability is lower",
        ),
        column("day_p25", DAY, "the same for 25 % of all runs"),
        column("day_p50", DAY, "the same for half of all runs"),
        column("day_p75", DAY, "the same for 75 % of all runs"),
        column("day_p95", DAY, "the same for 95 % of all runs"),
        column("date_p05", DATE, "date of day_p05"),
        column("date_p25", DATE, "date of day_p25"),
        column("date_p50", DATE, "date of day_p50"),
        column("date_p75", DATE, "date of day_p75"),
        column("date_p95", DATE, "date of day_p95"),
        column(
            "mean_day_if_yes",
            DAY,
            "mean day of occurrence, over the runs in which the outcome occurred",
        ),
        column(
            "day_p05_if_yes",
            DAY,
            "day by which the outcome has occurred in 5 % of the runs in which it occurs",
        ),
        column("day_p25_if_yes", DAY, "the same for 25 % of those runs"),
        column("day_p50_if_yes", DAY, "the same for half of those runs"),
        column("day_p75_if_yes", DAY, "the same for 75 % of those runs"),
        column("day_p95_if_yes", DAY, "the same for 95 % of those runs"),
        column("date_p05_if_yes", DATE, "date of day_p05_if_yes"),
        column("date_p25_if_yes", DATE, "date of day_p25_if_yes"),
        column("date_p50_if_yes", DATE, "date of day_p50_if_yes"),
        column("date_p75_if_yes", DATE, "date of day_p75_if_yes"),
        column("date_p95_if_yes", DATE, "date of day_p95_if_yes"),
        column(
            "resolution_answer",
            "",
            "resolution of the question: yes, no or annulled; empty if the scenario has none. It does not affect the simulation",
        ),
        column(
            "resolution_date",
            DATE,
            "date of the resolution; for yes, the day of occurrence",
        ),
        column("resolution_source", "", "source of the resolution"),
    ],
};

/// The columns of `timeline.csv`.
pub const TIMELINE: FileColumns = FileColumns {
    name: "timeline",
    row: "an outcome and a day, up to the last day that counts",
    columns: &[
        column("outcome", "", "name of the outcome in the scenario"),
        column("day", DAY, "the day"),
        column("date", DATE, "date of that day"),
        N_RUNS,
        column(
            "n_yes",
            RUN_COUNT,
            "runs in which the outcome has occurred by the end of the day",
        ),
        column(
            "probability",
            PROBABILITY,
            "probability that the outcome has occurred by the end of the day",
        ),
        SIMULATION_LOW,
        SIMULATION_HIGH,
        column(
            "hazard",
            PROBABILITY,
            "probability that the outcome occurs on this day, given that it has not occurred before; empty if no run is left. It is a mixture over draws and may fall by selection alone: draws with a high probability leave the mixture first",
        ),
    ],
};

/// The columns of `actions.csv`.
pub const ACTIONS: FileColumns = FileColumns {
    name: "actions",
    row: "an actor and one of its actions",
    columns: &[
        column("actor", "", "name of the actor in the scenario"),
        column("action", "", "name of the action in the scenario"),
        column("label", "", "display name"),
        column("track", "", "track on which the action is chosen"),
        N_RUNS,
        column(
            "share_of_runs",
            PROBABILITY,
            "share of the runs in which the action was taken at least once",
        ),
        SIMULATION_LOW,
        SIMULATION_HIGH,
        PARAMETER_SD,
        column(
            "mean_count",
            "times in a run",
            "mean number of times the action was taken in a run",
        ),
        column(
            "simulation_mean_count_se",
            "times in a run",
            "Monte Carlo standard error of mean_count, clustered by draw",
        ),
        column(
            "success_share",
            PROBABILITY,
            "share of successes among the times the action was taken; empty if it was never taken",
        ),
        column(
            "days_open",
            "days in a run",
            "mean number of days in a run on which the actor was activated and the action was available",
        ),
        column(
            "share_of_open_days",
            PROBABILITY,
            "share of the available days on which the action was taken; empty if it was never available",
        ),
        column(
            "first_day_p05",
            DAY,
            "day by which the action was first taken in 5 % of all runs; empty if it was taken in fewer",
        ),
        column("first_day_p25", DAY, "the same for 25 % of all runs"),
        column("first_day_p50", DAY, "the same for half of all runs"),
        column("first_day_p75", DAY, "the same for 75 % of all runs"),
        column("first_day_p95", DAY, "the same for 95 % of all runs"),
        column(
            "first_day_p05_if_yes",
            DAY,
            "day by which the action was first taken in 5 % of the runs in which it was taken",
        ),
        column(
            "first_day_p25_if_yes",
            DAY,
            "the same for 25 % of those runs",
        ),
        column(
            "first_day_p50_if_yes",
            DAY,
            "the same for half of those runs",
        ),
        column(
            "first_day_p75_if_yes",
            DAY,
            "the same for 75 % of those runs",
        ),
        column(
            "first_day_p95_if_yes",
            DAY,
            "the same for 95 % of those runs",
        ),
    ],
};

/// The columns of `events.csv`.
pub const EVENTS: FileColumns = FileColumns {
    name: "events",
    row: "an event",
    columns: &[
        column("event", "", "name of the event in the scenario"),
        column("label", "", "display name"),
        N_RUNS,
        column(
            "share_of_runs",
            PROBABILITY,
            "share of the runs in which the event occurred at least once",
        ),
        SIMULATION_LOW,
        SIMULATION_HIGH,
        PARAMETER_SD,
        column(
            "mean_count",
            "times in a run",
            "mean number of occurrences in a run",
        ),
        column(
            "simulation_mean_count_se",
            "times in a run",
            "Monte Carlo standard error of mean_count, clustered by draw",
        ),
        column(
            "first_day_p05",
            DAY,
            "day by which the event first occurred in 5 % of all runs; empty if it occurred in fewer",
        ),
        column("first_day_p25", DAY, "the same for 25 % of all runs"),
        column("first_day_p50", DAY, "the same for half of all runs"),
        column("first_day_p75", DAY, "the same for 75 % of all runs"),
        column("first_day_p95", DAY, "the same for 95 % of all runs"),
        column(
            "first_day_p05_if_yes",
            DAY,
            "day by which the event first occurred in 5 % of the runs in which it occurred",
        ),
        column(
            "first_day_p25_if_yes",
            DAY,
            "the same for 25 % of those runs",
        ),
        column(
            "first_day_p50_if_yes",
            DAY,
            "the same for half of those runs",
        ),
        column(
            "first_day_p75_if_yes",
            DAY,
            "the same for 75 % of those runs",
        ),
        column(
            "first_day_p95_if_yes",
            DAY,
            "the same for 95 % of those runs",
        ),
    ],
};

const VARIABLE_UNIT: &str = "unit of the variable";

/// The columns of `variables.csv`.
pub const VARIABLES: FileColumns = FileColumns {
    name: "variables",
    row: "a variable and a day",
    columns: &[
        column("variable", "", "name of the variable in the scenario"),
        column("label", "", "display name"),
        column("day", DAY, "day; values are end-of-day states"),
        column("date", DATE, "date of that day"),
        column(
            "n_runs",
            RUN_COUNT,
            "runs counted: only the first runs, see variable_runs in manifest.json",
        ),
        column("mean", VARIABLE_UNIT, "mean over these runs"),
        column(
            "sd",
            VARIABLE_UNIT,
            "standard deviation over these runs (parameter uncertainty and chance together); empty for one run",
        ),
        column(
            "p05",
            VARIABLE_UNIT,
            "5th percentile over these runs, resolved to 1/1024 of the variable's range (coarser in scenarios with many variables)",
        ),
        column("p25", VARIABLE_UNIT, "the same for 25 %"),
        column("p50", VARIABLE_UNIT, "the same for half"),
        column("p75", VARIABLE_UNIT, "the same for 75 %"),
        column("p95", VARIABLE_UNIT, "the same for 95 %"),
    ],
};

/// The columns of `joint.csv`.
pub const JOINT: FileColumns = FileColumns {
    name: "joint",
    row: "an ordered pair of different outcomes, A and B",
    columns: &[
        column("outcome_a", "", "name of outcome A in the scenario"),
        column("outcome_b", "", "name of outcome B in the scenario"),
        N_RUNS,
        column("p_a", PROBABILITY, "probability of A"),
        column("p_b", PROBABILITY, "probability of B"),
        column("p_a_and_b", PROBABILITY, "probability of both in one run"),
        column(
            "p_b_given_a",
            PROBABILITY,
            "probability of B over the runs in which A occurred; empty if A never occurred",
        ),
        column(
            "lift",
            "ratio",
            "p_a_and_b / (p_a * p_b): above 1 if the outcomes occur together more often than independent outcomes would; empty if either never occurred",
        ),
    ],
};

/// The columns of `parameters.csv`.
pub const PARAMETERS: FileColumns = FileColumns {
    name: "parameters",
    row: "a quantity of the scenario, including defaults",
    columns: &[
        column("path", "", "TOML path"),
        column(
            "number",
            "unit of the quantity",
            "the number, if the quantity is a constant",
        ),
        column(
            "distribution",
            "",
            "the distribution, if the quantity is uncertain; interval(from, to) is a 90 % interval",
        ),
        column(
            "mean",
            "unit of the quantity",
            "mean of the distribution, or the number",
        ),
        column(
            "sd",
            "unit of the quantity",
            "standard deviation of the distribution, 0 for a constant",
        ),
        column(
            "mean_drawn",
            "unit of the quantity",
            "mean over the first 4096 draws of this seed, or the number",
        ),
        column(
            "sd_drawn",
            "unit of the quantity",
            "standard deviation over the same draws, 0 for a constant",
        ),
        column(
            "normalised_mean",
            "share, 0 to 1",
            "for a weight: its share of the sum of its actor's weights, mean over the same draws",
        ),
        column(
            "normalised_sd",
            "share, 0 to 1",
            "standard deviation of that share over the same draws",
        ),
    ],
};

/// The columns of `runs.csv`.
pub const RUNS: FileColumns = FileColumns {
    name: "runs",
    row: "a run (only with --every-run)",
    columns: &[
        column("run_id", "", "number of the run, from 0"),
        column(
            "draw",
            "",
            "number of the draw of the uncertain quantities, from 0; runs 2k and 2k + 1 share draw k",
        ),
        column(
            "faulted",
            "0 or 1",
            "1 if a computation gave a non-finite number; the following fields are then empty",
        ),
    ],
};

/// The columns of `runs.csv` that follow [`RUNS`], by pattern.
pub const RUN_PATTERNS: [Column; 3] = [
    column(
        "<path>",
        "unit of the quantity",
        "sampled value of the uncertain quantity with this TOML path",
    ),
    column(
        "day_<outcome>",
        DAY,
        "day on which the outcome occurred; empty if it did not",
    ),
    column(
        "final_<variable>",
        VARIABLE_UNIT,
        "value of the variable at the end of the last day",
    ),
];
