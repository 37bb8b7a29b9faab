//! The columns of a folder of comparisons.

use super::{
    Column, DATE, DAY, DICTIONARY, FileColumns, PROBABILITY, PROBABILITY_DIFFERENCE, RUN_COUNT,
    column,
};

/// All files of a folder of comparisons, in the order of its dictionary.
pub const COMPARE_FILES: [&FileColumns; 3] = [&COMPARE, &COMPARE_ACTIONS, &DICTIONARY];

const BASE: Column = column("base", "", "name of the base scenario");
const VARIANT: Column = column(
    "variant",
    "",
    "name of the variant: the given name, its settings, or its file",
);
const N_RUNS: Column = column(
    "n_runs",
    RUN_COUNT,
    "runs counted in both; a draw with a faulted run in either is left out of both",
);
const DIFFERENCE: Column = column(
    "difference",
    PROBABILITY_DIFFERENCE,
    "variant_probability minus base_probability, over the same runs under common random numbers",
);
const LOW: Column = column(
    "simulation_low",
    PROBABILITY_DIFFERENCE,
    "lower end of the Monte Carlo confidence interval of the difference (Agresti and Min 2005, on the effective runs); more runs narrow it",
);
const HIGH: Column = column(
    "simulation_high",
    PROBABILITY_DIFFERENCE,
    "upper end of the same interval",
);
const STANDARD_ERROR: Column = column(
    "standard_error",
    PROBABILITY,
    "Monte Carlo standard error of the paired difference, clustered by draw; 0 if no run changed",
);
const NO_TO_YES: Column = column(
    "runs_no_to_yes",
    RUN_COUNT,
    "runs in which the outcome occurred only in the variant",
);
const YES_TO_NO: Column = column(
    "runs_yes_to_no",
    RUN_COUNT,
    "runs in which the outcome occurred only in the base",
);
const SE_IF_INDEPENDENT: Column = column(
    "se_if_independent",
    PROBABILITY,
    "standard error of the difference of two simulations with independent random numbers",
);
const GAIN: Column = column(
    "gain",
    "ratio",
    "se_if_independent / standard_error: gain in precision from common random numbers; its square is the factor in runs; empty if no run changed",
);
const GAIN_BOUND: Column = column(
    "gain_bound",
    "ratio",
    "maximum of gain at these two probabilities for independent runs: sqrt((p0 q0 + p1 q1) / (|d| - d^2)); empty if the probabilities are equal. Two runs share a draw, so gain may exceed it slightly",
);

/// The columns of `compare.csv`.
pub const COMPARE: FileColumns = FileColumns {
    name: "compare",
    row: "a variant and an outcome that base and variant share",
    columns: &[
        BASE,
        VARIANT,
        column("outcome", "", "name of the outcome in the scenario"),
        column("label", "", "display name"),
        column("base_last_date", DATE, "last date that counts in the base"),
        column(
            "variant_last_date",
            DATE,
            "last date that counts in the variant; if it differs, so does the question",
        ),
        N_RUNS,
        column("base_probability", PROBABILITY, "probability in the base"),
        column(
            "variant_probability",
            PROBABILITY,
            "probability in the variant",
        ),
        DIFFERENCE,
        LOW,
        HIGH,
        STANDARD_ERROR,
        NO_TO_YES,
        YES_TO_NO,
        SE_IF_INDEPENDENT,
        GAIN,
        GAIN_BOUND,
        column(
            "base_mean_day_if_yes",
            DAY,
            "mean day of occurrence in the base, over the runs in which the outcome occurred there",
        ),
        column(
            "variant_mean_day_if_yes",
            DAY,
            "mean day of occurrence in the variant, over the runs in which the outcome occurred there",
        ),
        column(
            "n_yes_in_both",
            RUN_COUNT,
            "runs in which the outcome occurred in both",
        ),
        column(
            "days_later_if_both",
            "days",
            "mean delay of the outcome in the variant, over the runs in which it occurred in both",
        ),
        column(
            "days_later_se",
            "days",
            "Monte Carlo standard error of days_later_if_both",
        ),
        column(
            "is_same",
            "0 or 1",
            "1 if every run of the variant is identical to that of the base; manifest.json gives the reason",
        ),
    ],
};

/// The columns of `compare_actions.csv`.
pub const COMPARE_ACTIONS: FileColumns = FileColumns {
    name: "compare_actions",
    row: "a variant and an action that base and variant share, sorted by the size of the change",
    columns: &[
        BASE,
        VARIANT,
        column("actor", "", "name of the actor in the scenario"),
        column("action", "", "name of the action in the scenario"),
        column("label", "", "display name"),
        N_RUNS,
        column(
            "base_share_of_runs",
            PROBABILITY,
            "share of the base's runs in which the action was taken at least once",
        ),
        column(
            "variant_share_of_runs",
            PROBABILITY,
            "share of the variant's runs in which the action was taken at least once",
        ),
        column(
            "difference",
            PROBABILITY_DIFFERENCE,
            "variant_share_of_runs minus base_share_of_runs, over the same runs under common random numbers",
        ),
        LOW,
        HIGH,
        STANDARD_ERROR,
        NO_TO_YES,
        YES_TO_NO,
        SE_IF_INDEPENDENT,
        GAIN,
        GAIN_BOUND,
    ],
};
