//! The files that a simulation of one scenario writes.

use super::{
    Column, DATE, DAY, EFFECTIVE_RUNS, FileColumns, N_RUNS, PAIR_CORRELATION, PARAMETER_SD,
    PARAMETER_SD_HIGH, PARAMETER_SD_LOW, PARAMETER_VARIANCE, PARAMETER_VARIANCE_SE, PROBABILITY,
    RUN_COUNT, SIMULATION_HIGH, SIMULATION_LOW, column,
};

/// `outcomes.csv`.
pub const OUTCOMES: FileColumns = FileColumns {
    name: "outcomes",
    row: "a question",
    columns: &[
        column(
            "scenario",
            "",
            "name of the scenario, so that the files of many can be stacked",
        ),
        column("outcome", "", "name of the question in the scenario"),
        column("label", "", "its name for people"),
        column(
            "question",
            "",
            "the question as it is asked of a forecaster",
        ),
        column("last_day", DAY, "the last day that counts"),
        column("last_date", DATE, "its date"),
        N_RUNS,
        column("n_yes", RUN_COUNT, "runs in which it came true"),
        column(
            "probability",
            PROBABILITY,
            "the share of the runs in which it came true: the forecast",
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
            "day by which it has come true in 5 % of all runs; empty where it is rarer than that",
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
            "mean day on which it came true, over the runs in which it did",
        ),
        column(
            "day_p05_if_yes",
            DAY,
            "day by which it has come true in 5 % of the runs in which it does",
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
            "how the question was answered: yes, no or annulled; empty where the scenario does not say. The runs know nothing of it",
        ),
        column(
            "resolution_date",
            DATE,
            "date of that answer: for a yes, the day on which it came true",
        ),
        column("resolution_source", "", "where the answer stands"),
    ],
};

/// `timeline.csv`.
pub const TIMELINE: FileColumns = FileColumns {
    name: "timeline",
    row: "a question and a day, up to the last that counts",
    columns: &[
        column("outcome", "", "name of the question in the scenario"),
        column("day", DAY, "the day"),
        column("date", DATE, "its date"),
        N_RUNS,
        column(
            "n_yes",
            RUN_COUNT,
            "runs in which it has come true by the evening",
        ),
        column(
            "probability",
            PROBABILITY,
            "probability that it has come true by the evening",
        ),
        SIMULATION_LOW,
        SIMULATION_HIGH,
        column(
            "hazard",
            PROBABILITY,
            "share of the runs in which it comes true on this day among those in which it has not before; empty where none is left. It is a mixture over draws and may fall by selection alone: the draws that make it likely leave the mixture first",
        ),
    ],
};

/// `actions.csv`.
pub const ACTIONS: FileColumns = FileColumns {
    name: "actions",
    row: "an actor and one of its actions",
    columns: &[
        column("actor", "", "name of the actor in the scenario"),
        column("action", "", "name of the action in the scenario"),
        column("label", "", "its name for people"),
        column("track", "", "the line on which it is decided"),
        N_RUNS,
        column(
            "share_of_runs",
            PROBABILITY,
            "share of the runs in which it was taken at all",
        ),
        SIMULATION_LOW,
        SIMULATION_HIGH,
        PARAMETER_SD,
        column(
            "mean_count",
            "times in a run",
            "how often it was taken in a run, on average",
        ),
        column(
            "simulation_mean_count_se",
            "times in a run",
            "standard error of mean_count by simulation, clustered by draw",
        ),
        column(
            "success_share",
            PROBABILITY,
            "share of the times it was taken in which it succeeded; empty where it never was taken",
        ),
        column(
            "days_open",
            "days in a run",
            "days of a run, on average, on which its actor deliberated and it was open",
        ),
        column(
            "share_of_open_days",
            PROBABILITY,
            "share of those days on which it was taken; empty where it never was open",
        ),
        column(
            "first_day_p05",
            DAY,
            "day by which it was first taken in 5 % of all runs; empty where it is rarer than that",
        ),
        column("first_day_p25", DAY, "the same for 25 % of all runs"),
        column("first_day_p50", DAY, "the same for half of all runs"),
        column("first_day_p75", DAY, "the same for 75 % of all runs"),
        column("first_day_p95", DAY, "the same for 95 % of all runs"),
        column(
            "first_day_p05_if_yes",
            DAY,
            "day by which it was first taken in 5 % of the runs in which it was taken at all",
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

/// `events.csv`.
pub const EVENTS: FileColumns = FileColumns {
    name: "events",
    row: "an event",
    columns: &[
        column("event", "", "name of the event in the scenario"),
        column("label", "", "its name for people"),
        N_RUNS,
        column(
            "share_of_runs",
            PROBABILITY,
            "share of the runs in which it struck at all",
        ),
        SIMULATION_LOW,
        SIMULATION_HIGH,
        PARAMETER_SD,
        column(
            "mean_count",
            "times in a run",
            "how often it struck in a run, on average",
        ),
        column(
            "simulation_mean_count_se",
            "times in a run",
            "standard error of mean_count by simulation, clustered by draw",
        ),
        column(
            "first_day_p05",
            DAY,
            "day by which it first struck in 5 % of all runs; empty where it is rarer than that",
        ),
        column("first_day_p25", DAY, "the same for 25 % of all runs"),
        column("first_day_p50", DAY, "the same for half of all runs"),
        column("first_day_p75", DAY, "the same for 75 % of all runs"),
        column("first_day_p95", DAY, "the same for 95 % of all runs"),
        column(
            "first_day_p05_if_yes",
            DAY,
            "day by which it first struck in 5 % of the runs in which it struck at all",
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

/// `variables.csv`.
pub const VARIABLES: FileColumns = FileColumns {
    name: "variables",
    row: "a variable and a day",
    columns: &[
        column("variable", "", "name of the variable in the scenario"),
        column("label", "", "its name for people"),
        column("day", DAY, "the day, of which the evening counts"),
        column("date", DATE, "its date"),
        column(
            "n_runs",
            RUN_COUNT,
            "runs counted: only the first of all runs, see variable_runs in manifest.json",
        ),
        column("mean", VARIABLE_UNIT, "mean over these runs"),
        column(
            "sd",
            VARIABLE_UNIT,
            "standard deviation between these runs: draws and chance together; empty for one run",
        ),
        column(
            "p05",
            VARIABLE_UNIT,
            "value that 5 % of these runs do not pass, to 1/1024 of the variable's range, coarser in large worlds",
        ),
        column("p25", VARIABLE_UNIT, "the same for 25 %"),
        column("p50", VARIABLE_UNIT, "the same for half"),
        column("p75", VARIABLE_UNIT, "the same for 75 %"),
        column("p95", VARIABLE_UNIT, "the same for 95 %"),
    ],
};

/// `joint.csv`.
pub const JOINT: FileColumns = FileColumns {
    name: "joint",
    row: "an ordered pair of different questions, A and B",
    columns: &[
        column("outcome_a", "", "name of question A in the scenario"),
        column("outcome_b", "", "name of question B in the scenario"),
        N_RUNS,
        column("p_a", PROBABILITY, "probability of A"),
        column("p_b", PROBABILITY, "probability of B"),
        column("p_a_and_b", PROBABILITY, "probability of both in one run"),
        column(
            "p_b_given_a",
            PROBABILITY,
            "probability of B over the runs in which A came true; empty where it never did",
        ),
        column(
            "lift",
            "ratio",
            "p_a_and_b / (p_a * p_b): above 1 they come together more often than if they had nothing to do with one another; empty where either never came true",
        ),
    ],
};

/// `parameters.csv`.
pub const PARAMETERS: FileColumns = FileColumns {
    name: "parameters",
    row: "a number or distribution of the scenario, written or by default",
    columns: &[
        column("path", "", "its TOML path"),
        column("number", "its own", "the number, where it is known"),
        column(
            "distribution",
            "",
            "the distribution, where it is not known; interval(from, to) holds 90 % of the probability",
        ),
        column("mean", "its own", "mean of the distribution, or the number"),
        column(
            "sd",
            "its own",
            "standard deviation of the distribution, 0 for a number",
        ),
        column(
            "mean_drawn",
            "its own",
            "mean over the first 4096 draws of this seed, or the number",
        ),
        column(
            "sd_drawn",
            "its own",
            "standard deviation over the same draws, 0 for a number",
        ),
        column(
            "normalised_mean",
            "share, 0 to 1",
            "for a weight: its share in the sum of its actor's weights, mean over the same draws",
        ),
        column(
            "normalised_sd",
            "share, 0 to 1",
            "standard deviation of that share over the same draws",
        ),
    ],
};

/// `runs.csv`.
pub const RUNS: FileColumns = FileColumns {
    name: "runs",
    row: "a run (only with --every-run)",
    columns: &[
        column("run_id", "", "number of the run, from 0"),
        column(
            "draw",
            "",
            "number of the draw that it lives, from 0; runs 2k and 2k + 1 share draw k",
        ),
        column(
            "faulted",
            "0 or 1",
            "1 where a number stopped being a number; the fields that follow are then empty",
        ),
    ],
};

/// The columns of `runs.csv` that follow [`RUNS`], by pattern.
pub const RUN_PATTERNS: [Column; 3] = [
    column(
        "<path>",
        "its own",
        "value drawn for the uncertain quantity with this TOML path",
    ),
    column(
        "day_<outcome>",
        DAY,
        "day on which the question came true; empty where it did not",
    ),
    column(
        "final_<variable>",
        VARIABLE_UNIT,
        "value of the variable in the last evening",
    ),
];
