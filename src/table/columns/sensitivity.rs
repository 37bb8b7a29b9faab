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
const OUTCOME: Column = column("outcome", "", "name of the question in the scenario");
const QUANTITY: Column = column(
    "quantity",
    "",
    "TOML path of the uncertain quantity, or with --by actor what is gathered: an actor with its actions, the variables, the events",
);
const MOVES_WITH: Column = column(
    "moves_with",
    "",
    "the quantities with which it is correlated: they are known or not known together, and what stands in this row is of all of them",
);
const N_QUANTITIES: Column = column(
    "n_quantities",
    "quantities",
    "how many uncertain quantities this row is of",
);
const RUNS_PER_POINT: Column = column(
    "runs_per_point",
    RUN_COUNT,
    "runs of each of the simulations behind the row",
);
const VARIANCE: Column = column(
    "parameter_variance",
    SQUARE,
    "variance of the true probability between draws, over all simulations; unbiased, so it may fall below 0 by chance",
);
const FIRST_ORDER: Column = column(
    "first_order",
    INDEX,
    "first-order Sobol' index: the share of parameter_variance that knowing this quantity alone would remove on average; empty where parameter_variance is within 2 standard errors of 0; never clamped, so it may fall below 0 or above 1 by chance",
);
const FIRST_ORDER_LOW: Column = column(
    "simulation_first_order_low",
    INDEX,
    "lower end of its bootstrap interval (percentiles over draws taken with replacement); more runs narrow it",
);
const FIRST_ORDER_HIGH: Column = column("simulation_first_order_high", INDEX, "its upper end");
const TOTAL: Column = column(
    "total",
    INDEX,
    "total Sobol' index: the share of parameter_variance that would be left if everything but this quantity were known; at least first_order but for chance, and what it is more comes from the company of other quantities; empty and never clamped like first_order",
);
const TOTAL_LOW: Column = column(
    "simulation_total_low",
    INDEX,
    "lower end of its bootstrap interval",
);
const TOTAL_HIGH: Column = column("simulation_total_high", INDEX, "its upper end");
const FIRST_ORDER_VARIANCE: Column = column(
    "first_order_variance",
    SQUARE,
    "first_order before it is divided by parameter_variance: the variance of the probability that knowing this quantity alone would remove",
);
const TOTAL_VARIANCE: Column = column(
    "total_variance",
    SQUARE,
    "total before it is divided: the variance of the probability that would be left if everything but this quantity were known",
);

/// `sensitivity.csv`.
pub const SENSITIVITY: FileColumns = FileColumns {
    name: "sensitivity",
    row: "a question and an uncertain quantity",
    columns: &[
        SCENARIO,
        OUTCOME,
        column("label", "", "its name for people"),
        column(
            "probability",
            PROBABILITY,
            "the share of all runs of all simulations in which it came true",
        ),
        VARIANCE,
        PARAMETER_VARIANCE_SE,
        column(
            "parameter_share",
            "share, 0 to 1",
            "parameter_variance divided by probability * (1 - probability): the share of the variance of yes and no that is not chance; empty where the question never or always came true",
        ),
        column(
            "simulation_parameter_share_low",
            "share, 0 to 1",
            "lower end of its bootstrap interval",
        ),
        column(
            "simulation_parameter_share_high",
            "share, 0 to 1",
            "its upper end",
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
            "matters (the interval of total lies above 0.05), negligible (below), undecided (neither), or not_measurable (parameter_variance is within 2 standard errors of 0, so there are no indices)",
        ),
        column(
            "rank_first_order",
            "rank, 1 first",
            "place among the quantities by first_order_variance; those that move together share one",
        ),
        column("rank_total", "rank, 1 first", "place by total_variance"),
        FIRST_ORDER_VARIANCE,
        column(
            "simulation_first_order_variance_low",
            SQUARE,
            "lower end of its bootstrap interval",
        ),
        column(
            "simulation_first_order_variance_high",
            SQUARE,
            "its upper end",
        ),
        column(
            "first_order_sd",
            PROBABILITY,
            "root of first_order_variance: how far, as a standard deviation, the probability would move on learning this quantity alone; empty where the variance came out below 0",
        ),
        TOTAL_VARIANCE,
        column(
            "simulation_total_variance_low",
            SQUARE,
            "lower end of its bootstrap interval",
        ),
        column("simulation_total_variance_high", SQUARE, "its upper end"),
        column(
            "total_sd",
            PROBABILITY,
            "root of total_variance; empty where the variance came out below 0",
        ),
        RUNS_PER_POINT,
        column(
            "n_draws",
            "draws",
            "draws counted: half the runs of a simulation, without those in which a run faulted",
        ),
    ],
};

/// `convergence.csv`.
pub const CONVERGENCE: FileColumns = FileColumns {
    name: "convergence",
    row: "a question, an uncertain quantity and a share of the runs",
    columns: &[
        SCENARIO,
        OUTCOME,
        QUANTITY,
        column(
            "share_of_runs",
            "share, 0 to 1",
            "the indices are those of this share of the runs, the first of them",
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

/// `morris.csv`.
pub const MORRIS: FileColumns = FileColumns {
    name: "morris",
    row: "a question and an uncertain quantity",
    columns: &[
        SCENARIO,
        OUTCOME,
        column("label", "", "its name for people"),
        QUANTITY,
        N_QUANTITIES,
        MOVES_WITH,
        column(
            "mu_star",
            PER_RANGE,
            "mean size of the elementary effects (Morris; Campolongo): the change of the probability when the quantity moves by half the range of its quantiles (from 1/8 to 5/8 or from 3/8 to 7/8), doubled",
        ),
        column(
            "simulation_mu_star_low",
            PER_RANGE,
            "lower end of its interval, from the spread between trajectories; empty for a single one",
        ),
        column("simulation_mu_star_high", PER_RANGE, "its upper end"),
        column(
            "mu",
            PER_RANGE,
            "mean of the effects with their signs: above 0 where a greater quantity makes the question more probable; empty where several quantities move together",
        ),
        column(
            "sigma",
            PER_RANGE,
            "standard deviation of the effects between trajectories: great beside mu_star where the effect hangs on the other quantities or bends; luck adds to it",
        ),
        column(
            "simulation_effect_se",
            PER_RANGE,
            "what the finite number of runs leaves uncertain in one effect, as a standard error: a mu_star that is not above it is luck",
        ),
        column("rank", "rank, 1 first", "place by mu_star"),
        column(
            "n_trajectories",
            "trajectories",
            "how often the quantity was moved",
        ),
        RUNS_PER_POINT,
    ],
};
