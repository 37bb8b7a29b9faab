//! The columns of a table of derivatives.

use super::{FileColumns, GAIN_IN_PROBABILITY, N_RUNS, RUN_COUNT, column};

const PER_UNIT: &str = "probability per unit";

/// `derivatives.csv`.
pub const DERIVATIVES: FileColumns = FileColumns {
    name: "derivatives",
    row: "a question and a quantity; a quantity out of reach has one row without a question",
    columns: &[
        column("scenario", "", "name of the scenario"),
        column(
            "outcome",
            "",
            "name of the question; empty where the quantity is out of reach",
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
            "how fast the probability of the question rises with the quantity: the change of the probability divided by a small change of the quantity, all else equal; of an uncertain quantity, if it is moved by the same amount in every draw",
        ),
        column(
            "derivative_by",
            "",
            "value: per unit of the value; logarithm: per unit of the logarithm of what the expression gives, so that a hundredth of it is the effect of 1 % more on every day",
        ),
        column(
            "simulation_se",
            PER_UNIT,
            "standard error of the derivative over draws; more runs shrink it",
        ),
        column(
            "simulation_low",
            PER_UNIT,
            "lower end of the interval of the derivative (normal)",
        ),
        column("simulation_high", PER_UNIT, "its upper end"),
        column(
            "change",
            "",
            "the change that the next columns are for: 1 % more, or for probabilities and shares 0.01 more log odds, which is about 1 % more of a small one and a hundredth less doubt of a large one; empty where the quantity is 0",
        ),
        column(
            "change_effect",
            GAIN_IN_PROBABILITY,
            "what the probability of the question gains by that change, in first order: the column to sort by",
        ),
        column(
            "change_effect_low",
            GAIN_IN_PROBABILITY,
            "lower end of its interval",
        ),
        column("change_effect_high", GAIN_IN_PROBABILITY, "its upper end"),
        N_RUNS,
        column("n_yes", RUN_COUNT, "runs in which the question came true"),
        column(
            "method",
            "",
            "likelihood_ratio: from the likelihood of what was decided in the runs of one batch; none: out of reach",
        ),
        column(
            "note",
            "",
            "why a quantity is out of reach and what reaches it, or what to mind",
        ),
    ],
};
