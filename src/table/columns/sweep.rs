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
    "value set at the varied TOML path; empty if it is as in the file. With the suffix _factor, the factor by which the file's value was multiplied",
);

/// The columns of `sweep.csv`.
pub const SWEEP: FileColumns = FileColumns {
    name: "sweep",
    row: "a simulated design point and an outcome",
    columns: &[
        POINT,
        column("outcome", "", "name of the outcome in the scenario"),
        column("label", "", "display name"),
        column("last_date", DATE, "last date on which the outcome counts"),
        N_RUNS,
        column("n_yes", RUN_COUNT, "runs in which the outcome occurred"),
        column(
            "probability",
            PROBABILITY,
            "share of the runs at this point in which the outcome occurred. All points use common random numbers, so differences between points are more precise than their intervals suggest",
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
            "mean day of occurrence, over the runs in which the outcome occurred",
        ),
    ],
};

/// The columns of `sweep_points.csv`.
pub const SWEEP_POINTS: FileColumns = FileColumns {
    name: "sweep_points",
    row: "a design point",
    columns: &[
        POINT,
        column(
            "status",
            "",
            "done, rejected (the scenario is invalid with these values), faulted (too many runs gave a non-finite number), or not_reached",
        ),
        column("reason", "", "why the point has no results"),
        column("seed", "", "seed of its random numbers, hexadecimal"),
        N_RUNS,
        column(
            "n_left_out",
            RUN_COUNT,
            "runs left out because a run of their draw faulted",
        ),
    ],
};

/// The columns of `fixed_parameters.csv`.
pub const FIXED_PARAMETERS: FileColumns = FileColumns {
    name: "fixed_parameters",
    row: "a quantity of the scenario that was not varied, including defaults",
    columns: PARAMETERS.columns,
};
