//! The columns of a table of derivatives.

use super::{FileColumns, N_RUNS, PROBABILITY_DIFFERENCE, RUN_COUNT, column};

const PER_UNIT: &str = "probability per unit";

/// The columns of `derivatives.csv`.
pub const DERIVATIVES: FileColumns = FileColumns {
    name: "derivatives",
    row: "an outcome and a quantity; a quantity without derivative has one row without outcome",
    columns: &[
        column("scenario", "", "name of the scenario"),
        column(
            "outcome",
            "",
            "name of the outcome; empty if the quantity has no derivative",
        ),
        column("quantity", "", "the quantity's TOML path"),
        column(
            "value",
            "its own",
            "its value, or the mean of its distribution; empty for an expression",
        ),
        column(
            "derivative",
            PER_UNIT,
            "partial derivative of the outcome's probability with respect to the quantity; an uncertain quantity is moved by the same amount in every draw",
        ),
        column(
            "derivative_by",
            "",
            "value: per unit of the value; logarithm: per unit of the logarithm of the expression's value, so that a hundredth of it is the effect of +1 % on every day",
        ),
        column(
            "simulation_se",
            PER_UNIT,
            "Monte Carlo standard error of the derivative, clustered by draw",
        ),
        column(
            "simulation_low",
            PER_UNIT,
            "lower end of the confidence interval of the derivative (normal)",
        ),
        column(
            "simulation_high",
            PER_UNIT,
            "upper end of the same interval",
        ),
        column(
            "change",
            "",
            "change to which the next columns refer: +1 %, or +0.01 log odds for probabilities and shares; empty if the quantity is 0",
        ),
        column(
            "change_effect",
            PROBABILITY_DIFFERENCE,
            "first-order effect of that change on the outcome's probability; sort by this column",
        ),
        column(
            "change_effect_low",
            PROBABILITY_DIFFERENCE,
            "lower end of its confidence interval",
        ),
        column(
            "change_effect_high",
            PROBABILITY_DIFFERENCE,
            "upper end of the same interval",
        ),
        N_RUNS,
        column("n_yes", RUN_COUNT, "runs in which the outcome occurred"),
        column(
            "method",
            "",
            "likelihood_ratio: likelihood-ratio (score function) estimator over the runs of one simulation; none: no derivative",
        ),
        column(
            "note",
            "",
            "why a quantity has no derivative and which command varies it, or a caution",
        ),
    ],
};
