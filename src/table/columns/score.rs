//! The columns of a folder of scores.

use super::{Column, DATE, DICTIONARY, FileColumns, PROBABILITY, column};

const SCORE_UNIT: &str = "score, 0 best to 1 worst";
const NATS: &str = "nats, 0 best";
const DAYS: &str = "days";
const QUESTIONS: &str = "questions";

/// All files of a folder of scores, in the order of its dictionary.
pub const SCORE_FILES: [&FileColumns; 5] = [
    &SCORE,
    &SCORE_GROUPS,
    &SCORE_SUMMARY,
    &RELIABILITY,
    &DICTIONARY,
];

/// `score.csv`.
pub const SCORE: FileColumns = FileColumns {
    name: "score",
    row: "a question of one of the scored folders",
    columns: &[
        column("scenario", "", "name of the scenario"),
        column("outcome", "", "name of the question in the scenario"),
        column("label", "", "its name for people"),
        column("question", "", "the question as it was asked"),
        column("last_date", DATE, "the last date that counts"),
        column(
            "status",
            "",
            "scored, unresolved (no answer yet), annulled (withdrawn) or no_forecast (no run was counted)",
        ),
        column(
            "answer",
            "",
            "yes, no or annulled; empty where there is none yet",
        ),
        column(
            "resolution_date",
            DATE,
            "date of the answer: for a yes, the day on which it came true",
        ),
        column("resolution_source", "", "where the answer stands"),
        column(
            "resolved_by",
            "",
            "who gave the answer: the scenario that was run, or the resolutions file, which counts where both do",
        ),
        column(
            "option_group",
            "",
            "the question of which this outcome is one option; it is then scored in score_groups.csv and left out of the means over questions",
        ),
        column("option_order", "", "its place among ordered options"),
        column("n_runs", "runs", "runs that the forecast is a share of"),
        column("probability", PROBABILITY, "the forecast"),
        column(
            "brier",
            SCORE_UNIT,
            "Brier score in the 0-1 convention: (probability - 1)^2 for a yes, probability^2 for a no",
        ),
        column(
            "log_score",
            NATS,
            "-ln(probability given to what happened), natural logarithm; a probability below 1/(n_runs + 2) is taken as that, since none of n_runs runs does not mean never",
        ),
        column(
            "log_score_clipped",
            "0 or 1",
            "1 where that was needed: without it the log score would be infinite",
        ),
        column(
            "integrated_brier",
            SCORE_UNIT,
            "mean over the days to the last that counts of (probability that it has come true by then - whether it has)^2; empty where the day of a yes is not known",
        ),
        column(
            "crps_days",
            DAYS,
            "continuous ranked probability score of the day on which it came true, up to the last that counts: integrated_brier times the number of days",
        ),
        column(
            "crps_days_fair",
            DAYS,
            "the same without what the finite number of runs adds, runs taken as independent; below 0 by chance",
        ),
    ],
};

/// The columns of `score.csv` that follow [`SCORE`], by pattern.
pub const SCORE_PATTERNS: [Column; 2] = [
    column(
        "reference_<name>",
        PROBABILITY,
        "what another forecaster had said, from the resolutions file",
    ),
    column(
        "brier_reference_<name>",
        SCORE_UNIT,
        "Brier score of that forecast in the 0-1 convention",
    ),
];

/// `score_groups.csv`.
pub const SCORE_GROUPS: FileColumns = FileColumns {
    name: "score_groups",
    row: "a question with several options",
    columns: &[
        column("scenario", "", "name of the scenario"),
        column(
            "option_group",
            "",
            "name of the group in the resolutions file",
        ),
        column(
            "status",
            "",
            "scored, unresolved, annulled, no_forecast, or sum_not_one: its probabilities add up to something that is not within 0.05 of 1, so these are not all the options or they overlap",
        ),
        column("is_ordered", "0 or 1", "1 where its options have an order"),
        column("n_options", "options", "number of its options"),
        column("options", "", "names of the outcomes, in order"),
        column(
            "probability_sum",
            PROBABILITY,
            "what the forecasts of the options add up to; they are divided by it",
        ),
        column("answer", "", "the option that came true"),
        column(
            "probability_of_answer",
            PROBABILITY,
            "the forecast of that option, divided by the sum",
        ),
        column(
            "score",
            SCORE_UNIT,
            "0-1 convention: ranked probability score of ordered options, the mean Brier score over the cuts between neighbours; half of Brier's sum over options without an order",
        ),
        column(
            "score_0_2",
            "score, 0 best to 2 worst",
            "the same in the 0-2 convention of forecasting tournaments",
        ),
    ],
};

/// `score_summary.csv`.
pub const SCORE_SUMMARY: FileColumns = FileColumns {
    name: "score_summary",
    row: "a measure over all questions",
    columns: &[
        column("measure", "", "its name"),
        column("label", "", "its name for people"),
        column("n_questions", QUESTIONS, "questions or groups behind it"),
        column(
            "value",
            "its own",
            "its value; empty where it is not defined, such as a skill against a reference that was perfect",
        ),
        column(
            "bootstrap_low",
            "its own",
            "lower end of its bootstrap interval (percentiles over questions drawn with replacement); questions are taken as independent, which those of one scenario are not, so it is too narrow rather than too wide",
        ),
        column("bootstrap_high", "its own", "its upper end"),
        column("meaning", "", "what it means"),
    ],
};

/// `reliability.csv`.
pub const RELIABILITY: FileColumns = FileColumns {
    name: "reliability",
    row: "a bin that holds a forecast",
    columns: &[
        column(
            "bin_low",
            PROBABILITY,
            "lower end of the bin, which it holds",
        ),
        column(
            "bin_high",
            PROBABILITY,
            "its upper end, which only the last bin holds; the same for a bin of one distinct forecast",
        ),
        column("n_questions", QUESTIONS, "questions forecast in it"),
        column("n_yes", QUESTIONS, "of which came true"),
        column(
            "mean_probability",
            PROBABILITY,
            "mean of the forecasts in it",
        ),
        column("share_yes", PROBABILITY, "share of them that came true"),
        column(
            "consistency_low",
            PROBABILITY,
            "lower end of the shares that a calibrated forecaster would see here (Broecker and Smith 2007: forecasts drawn with replacement, answers by their probabilities); share_yes below it speaks against calibration",
        ),
        column("consistency_high", PROBABILITY, "its upper end"),
    ],
};
