//! The columns of a folder of comparisons.

use super::{
    Column, DATE, DAY, DICTIONARY, FileColumns, GAIN_IN_PROBABILITY, PROBABILITY, RUN_COUNT, column,
};

/// All files of a folder of comparisons, in the order of its dictionary.
pub const COMPARE_FILES: [&FileColumns; 3] = [&COMPARE, &COMPARE_ACTIONS, &DICTIONARY];

const BASE: Column = column("base", "", "name of the scenario that is varied");
const VARIANT: Column = column(
    "variant",
    "",
    "name of the variant: the one given to it, its settings, or its file",
);
const N_RUNS: Column = column(
    "n_runs",
    RUN_COUNT,
    "runs counted on both sides; a draw in which a run faulted on either side is left out on both",
);
const DIFFERENCE: Column = column(
    "difference",
    GAIN_IN_PROBABILITY,
    "variant_probability less base_probability, over the same runs with the same luck",
);
const LOW: Column = column(
    "simulation_low",
    GAIN_IN_PROBABILITY,
    "lower end of the interval of the simulation error of the difference (Agresti and Min 2005, on the effective runs); more runs narrow it",
);
const HIGH: Column = column("simulation_high", GAIN_IN_PROBABILITY, "its upper end");
const STANDARD_ERROR: Column = column(
    "standard_error",
    PROBABILITY,
    "standard error of the difference by simulation: the spread of the differences of the draws; 0 where no run changed",
);
const NO_TO_YES: Column = column(
    "runs_no_to_yes",
    RUN_COUNT,
    "runs with no in the base and yes in the variant",
);
const YES_TO_NO: Column = column(
    "runs_yes_to_no",
    RUN_COUNT,
    "runs with yes in the base and no in the variant",
);
const SE_IF_INDEPENDENT: Column = column(
    "se_if_independent",
    PROBABILITY,
    "standard error that the difference of two simulations with luck of their own would have",
);
const GAIN: Column = column(
    "gain",
    "ratio",
    "se_if_independent / standard_error: how much sharper the same luck tells the difference; its square is how many times the runs it saves; empty where no run changed",
);
const GAIN_BOUND: Column = column(
    "gain_bound",
    "ratio",
    "the most that pairing run by run could gain at these two probabilities: sqrt((p0 q0 + p1 q1) / (|d| - d^2)); empty where they are the same. Two runs share a draw, so gain may pass it a little",
);

/// `compare.csv`.
pub const COMPARE: FileColumns = FileColumns {
    name: "compare",
    row: "a variant and a question that base and variant share",
    columns: &[
        BASE,
        VARIANT,
        column("outcome", "", "name of the question in the scenario"),
        column("label", "", "its name for people"),
        column("base_last_date", DATE, "last date that counts in the base"),
        column(
            "variant_last_date",
            DATE,
            "last date that counts in the variant; where it is another one, so is the question",
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
            "mean day on which it came true in the base, over the runs in which it did there",
        ),
        column(
            "variant_mean_day_if_yes",
            DAY,
            "the same in the variant, over the runs in which it did there",
        ),
        column(
            "n_yes_in_both",
            RUN_COUNT,
            "runs in which it came true on both sides",
        ),
        column(
            "days_later_if_both",
            "days",
            "by how many days later it comes true in the variant, mean over the runs in which it does on both sides",
        ),
        column(
            "days_later_se",
            "days",
            "standard error of days_later_if_both by simulation",
        ),
        column(
            "is_same",
            "0 or 1",
            "1 where every run of the variant is that of the base; manifest.json says why",
        ),
    ],
};

/// `compare_actions.csv`.
pub const COMPARE_ACTIONS: FileColumns = FileColumns {
    name: "compare_actions",
    row: "a variant and an action that base and variant share; those that changed most come first",
    columns: &[
        BASE,
        VARIANT,
        column("actor", "", "name of the actor in the scenario"),
        column("action", "", "name of the action in the scenario"),
        column("label", "", "its name for people"),
        N_RUNS,
        column(
            "base_share_of_runs",
            PROBABILITY,
            "share of the base's runs in which it was taken at all",
        ),
        column(
            "variant_share_of_runs",
            PROBABILITY,
            "share of the variant's runs in which it was taken at all",
        ),
        column(
            "difference",
            GAIN_IN_PROBABILITY,
            "variant_share_of_runs less base_share_of_runs, over the same runs with the same luck",
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
