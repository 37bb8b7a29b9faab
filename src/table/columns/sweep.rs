//! The columns of a folder of a sweep.

use super::{
    Column, DATE, DAY, DICTIONARY, EFFECTIVE_RUNS, FileColumns, N_RUNS, PARAMETER_SD,
    PARAMETER_SD_HIGH, PARAMETER_SD_LOW, PARAMETERS, PROBABILITY, RUN_COUNT, SIMULATION_HIGH,
    SIMULATION_LOW, column,
};

/// All files of a folder of a sweep, in the order of its dictionary.
pub const SWEEP_FILES: [&FileColumns; 4] = [&SWEEP, &SWEEP_POINTS, &FIXED_PARAMETERS, &DICTIONARY];

const POINT: Column = column("point", "", "number of the design point, from 1");

/// The columns after the first of `sweep.csv` and `sweep_points.csv`, by pattern.
pub const SWEEP_PATTERN: Column = column(
    "<path>",
    "its own",
    "value that was set at the varied TOML path; empty where it is as in the file. With _factor after the path, what the file says was multiplied by it",
);

/// `sweep.csv`.
pub const SWEEP: FileColumns = FileColumns {
    name: "sweep",
    row: "a design point that was lived and a question",
    columns: &[
        POINT,
        column("outcome", "", "name of the question in the scenario"),
        column("label", "", "its name for people"),
        column("last_date", DATE, "the last date that counts"),
        N_RUNS,
        column("n_yes", RUN_COUNT, "runs in which it came true"),
        column(
            "probability",
            PROBABILITY,
            "the share of the runs in which it came true at this point. All points meet the same luck, so differences between points are sharper than the intervals of each",
        ),
        SIMULATION_LOW,
        SIMULATION_HIGH,
        EFFECTIVE_RUNS,
        PARAMETER_SD,
        PARAMETER_SD_LOW,
        PARAMETER_SD_HIGH,
        column(
            "mean_day_if_yes",
            DAY,
            "mean day on which it came true, over the runs in which it did",
        ),
    ],
};

/// `sweep_points.csv`.
pub const SWEEP_POINTS: FileColumns = FileColumns {
    name: "sweep_points",
    row: "a design point",
    columns: &[
        POINT,
        column(
            "status",
            "",
            "done, rejected (the scenario with these values has a mistake), faulted (in too many runs a number stopped being a number), or not_reached",
        ),
        column("reason", "", "why there are no results"),
        column("seed", "", "seed of its luck, hexadecimal"),
        N_RUNS,
        column(
            "n_left_out",
            RUN_COUNT,
            "runs left out because they or the other run of their draw faulted",
        ),
    ],
};

/// `fixed_parameters.csv`.
pub const FIXED_PARAMETERS: FileColumns = FileColumns {
    name: "fixed_parameters",
    row: "a number or distribution of the scenario that was not varied, written or by default",
    columns: PARAMETERS.columns,
};
