//! The columns of a folder of sensitivities.

use super::{
    Column, DERIVATIVES, DICTIONARY, FileColumns, PARAMETER_VARIANCE_SE, PROBABILITY, RUN_COUNT,
    column,
};

const INDEX: &str = "share of parameter_variance, 0 to 1";
const SQUARE: &str = "probability squared";
const PER_RANGE: &str = "probability per whole range of quantiles";

/// All files of a folder of sensitivities, in the order of its dictionary.
pub const SENSITIVITY_FILES: [&FileColumns; 4] =
    [&SENSITIVITY, &CONVERGENCE, &DERIVATIVES, &DICTIONARY];

/// All files of a folder of a screening.
pub const SCREENING_FILES: [&FileColumns; 2] = [&MORRIS, &DICTIONARY];

const SCENARIO: Column = column("scenario", "", "name of the scenario");
const OUTCOME: Column = column("outcome", "", "name of the outcome in the scenario");
const QUANTITY: Column = column(
    "quantity",
    "",
    "TOML path of the uncertain quantity, or with --by actor the group: an actor with its actions, the variables, the events",
);
const MOVES_WITH: Column = column(
    "moves_with",
    "",
    "quantities with which it is correlated; they form one group, and the row refers to the whole group",
);
const N_QUANTITIES: Column = column(
    "n_quantities",
    "quantities",
    "number of uncertain quantities in the row's group",
);
const RUNS_PER_POINT: Column = column(
    "runs_per_point",
    RUN_COUNT,
    "runs of each simulation behind the row",
);
const VARIANCE: Column = column(
    "parameter_variance",
    SQUARE,
    "variance of the probability over the uncertain quantities, over all simulations; unbiased, so it may be below 0 by chance",
);
const FIRST_ORDER: Column = column(
    "first_order",
    INDEX,
    "first-order Sobol' index (S1): expected share of parameter_variance removed by fixing this quantity; empty if parameter_variance is within 2 standard errors of 0; not clamped, so it may be below 0 or above 1 by chance",
);
const FIRST_ORDER_LOW: Column = column(
    "simulation_first_order_low",
    INDEX,
    "lower end of its bootstrap interval (percentiles, draws resampled with replacement); more runs narrow it",
);
const FIRST_ORDER_HIGH: Column = column(
    "simulation_first_order_high",
    INDEX,
    "upper end of the same interval",
);
const TOTAL: Column = column(
    "total",
    INDEX,
    "total-order Sobol' index (ST): expected share of parameter_variance that remains if all other quantities are fixed; its excess over first_order is due to interactions; empty and not clamped like first_order",
);
const TOTAL_LOW: Column = column(
    "simulation_total_low",
    INDEX,
    "lower end of its bootstrap interval",
);
const TOTAL_HIGH: Column = column(
    "simulation_total_high",
    INDEX,
    "upper end of the same interval",
);
const FIRST_ORDER_VARIANCE: Column = column(
    "first_order_variance",
    SQUARE,
    "numerator of first_order: expected reduction of the variance of the probability by fixing this quantity",
);
const TOTAL_VARIANCE: Column = column(
    "total_variance",
    SQUARE,
    "numerator of total: expected variance of the probability that remains if all other quantities are fixed",
);

/// The columns of `sensitivity.csv`.
pub const SENSITIVITY: FileColumns = FileColumns {
    name: "sensitivity",
    row: "an outcome and an uncertain quantity",
    columns: &[
        SCENARIO,
        OUTCOME,
        column("label", "", "display name"),
        column(
            "probability",
            PROBABILITY,
            "share of all runs of all simulations in which the outcome occurred",
        ),
        VARIANCE,
        PARAMETER_VARIANCE_SE,
        column(
            "parameter_share",
            "share, 0 to 1",
            "parameter_variance / (probability * (1 - probability)): share of the outcome's variance explained by parameter uncertainty; empty if the outcome occurred in no or all runs",
        ),
        column(
            "simulation_parameter_share_low",
            "share, 0 to 1",
            "lower end of its bootstrap interval",
        ),
        column(
            "simulation_parameter_share_high",
            "share, 0 to 1",
            "upper end of the same interval",
        ),
        QUANTITY,
        N_QUANTITIES,
        MOVES_WITH,
        FIRST_ORDER,
        FIRST_ORDER_LOW,
        FIRST_ORDER_HIGH,
        TOTAL,
        TOTAL_LOW,
        TOTAL_HIGH,
        column(
            "finding",
            "",
            "matters (the interval of total is above 0.05), negligible (below), undecided (neither), or not_measurable (parameter_variance is within 2 standard errors of 0, so there are no indices)",
        ),
        column(
            "rank_first_order",
            "rank, 1 first",
            "rank of the quantity by first_order_variance; correlated quantities share one",
        ),
        column("rank_total", "rank, 1 first", "rank by total_variance"),
        FIRST_ORDER_VARIANCE,
        column(
            "simulation_first_order_variance_low",
            SQUARE,
            "lower end of its bootstrap interval",
        ),
        column(
            "simulation_first_order_variance_high",
            SQUARE,
            "upper end of the same interval",
        ),
        column(
            "first_order_sd",
            PROBABILITY,
            "square root of first_order_variance: standard deviation of the probability due to this quantity alone; empty if the estimated variance is below 0",
        ),
        TOTAL_VARIANCE,
        column(
            "simulation_total_variance_low",
            SQUARE,
            "lower end of its bootstrap interval",
        ),
        column(
            "simulation_total_variance_high",
            SQUARE,
            "upper end of the same interval",
        ),
        column(
            "total_sd",
            PROBABILITY,
            "square root of total_variance; empty if the estimated variance is below 0",
        ),
        RUNS_PER_POINT,
        column(
            "n_draws",
            "draws",
            "draws counted: half the runs of a simulation, without draws with a faulted run",
        ),
    ],
};

/// The columns of `convergence.csv`.
pub const CONVERGENCE: FileColumns = FileColumns {
    name: "convergence",
    row: "an outcome, an uncertain quantity and a share of the runs",
    columns: &[
        SCENARIO,
        OUTCOME,
        QUANTITY,
        column(
            "share_of_runs",
            "share, 0 to 1",
            "share of the runs, from the first, from which the indices are estimated",
        ),
        column("n_draws", "draws", "draws counted among them"),
        VARIANCE,
        PARAMETER_VARIANCE_SE,
        FIRST_ORDER,
        FIRST_ORDER_LOW,
        FIRST_ORDER_HIGH,
        TOTAL,
        TOTAL_LOW,
        TOTAL_HIGH,
        FIRST_ORDER_VARIANCE,
        TOTAL_VARIANCE,
    ],
};

/// The columns of `morris.csv`.
pub const MORRIS: FileColumns = FileColumns {
    name: "morris",
    row: "an outcome and an uncertain quantity",
    columns: &[
        SCENARIO,
        OUTCOME,
        column("label", "", "display name"),
        QUANTITY,
        N_QUANTITIES,
        MOVES_WITH,
        column(
            "mu_star",
            PER_RANGE,
            "mean absolute elementary effect (Morris; Campolongo): change of the probability when the quantity moves by half the range of its quantiles (from 1/8 to 5/8 or from 3/8 to 7/8), doubled",
        ),
        column(
            "simulation_mu_star_low",
            PER_RANGE,
            "lower end of its confidence interval, from the spread between trajectories; empty for a single one",
        ),
        column(
            "simulation_mu_star_high",
            PER_RANGE,
            "upper end of the same interval",
        ),
        column(
            "mu",
            PER_RANGE,
            "mean signed elementary effect: above 0 if a larger quantity raises the probability; empty for a group of quantities",
        ),
        column(
            "sigma",
            PER_RANGE,
            "standard deviation of the elementary effects over trajectories: large relative to mu_star if there are interactions or nonlinearity; it includes Monte Carlo error",
        ),
        column(
            "simulation_effect_se",
            PER_RANGE,
            "Monte Carlo standard error of one elementary effect; a mu_star that does not exceed it is not distinguishable from zero",
        ),
        column("rank", "rank, 1 first", "rank by mu_star"),
        column("n_trajectories", "trajectories", "number of trajectories"),
        RUNS_PER_POINT,
    ],
};
