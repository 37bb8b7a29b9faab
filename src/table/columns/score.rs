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

/// The columns of `score.csv`.
pub const SCORE: FileColumns = FileColumns {
    name: "score",
    row: "an outcome of one of the scored results folders",
    columns: &[
        column("scenario", "", "name of the scenario"),
        column("outcome", "", "name of the outcome in the scenario"),
        column("label", "", "display name"),
        column("question", "", "question that was asked"),
        column("last_date", DATE, "last date on which the outcome counts"),
        column(
            "status",
            "",
            "scored, unresolved (no resolution yet), annulled (withdrawn) or no_forecast (no run was counted)",
        ),
        column("answer", "", "yes, no or annulled; empty if unresolved"),
        column(
            "resolution_date",
            DATE,
            "date of the resolution; for yes, the day of occurrence",
        ),
        column("resolution_source", "", "source of the resolution"),
        column(
            "resolved_by",
            "",
            "source of the resolution: the scenario, or the resolutions file, which has precedence",
        ),
        column(
            "option_group",
            "",
            "question with several exclusive outcomes to which this outcome belongs; it is then scored in score_groups.csv and left out of the means over questions",
        ),
        column(
            "option_order",
            "",
            "rank among ordered outcomes of the group",
        ),
        column("n_runs", "runs", "runs behind the forecast"),
        column("probability", PROBABILITY, "the forecast"),
        column(
            "brier",
            SCORE_UNIT,
            "Brier score in the 0-1 convention: (probability - 1)^2 for a yes, probability^2 for a no",
        ),
        column(
            "log_score",
            NATS,
            "negative natural logarithm of the probability given to the resolution; a probability below 1/(n_runs + 2) is replaced by that bound",
        ),
        column(
            "log_score_clipped",
            "0 or 1",
            "1 if the bound was applied; the log score would otherwise be infinite",
        ),
        column(
            "integrated_brier",
            SCORE_UNIT,
            "mean over the days, up to the last that counts, of (probability of occurrence by that day - occurrence by that day)^2; empty if the day of a yes is missing",
        ),
        column(
            "crps_days",
            DAYS,
            "continuous ranked probability score of the day of occurrence, up to the last day that counts: integrated_brier times the number of days",
        ),
        column(
            "crps_days_fair",
            DAYS,
            "crps_days corrected for the finite number of runs (fair CRPS, runs taken as independent); may be below 0 by chance",
        ),
    ],
};

/// The columns of `score.csv` that follow [`SCORE`], by pattern.
pub const SCORE_PATTERNS: [Column; 2] = [
    column(
        "reference_<name>",
        PROBABILITY,
        "forecast of a reference, from the resolutions file",
    ),
    column(
        "brier_reference_<name>",
        SCORE_UNIT,
        "Brier score of that forecast in the 0-1 convention",
    ),
];

/// The columns of `score_groups.csv`.
pub const SCORE_GROUPS: FileColumns = FileColumns {
    name: "score_groups",
    row: "a question with several exclusive outcomes",
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
            "scored, unresolved, annulled, no_forecast, or sum_not_one: the probabilities do not sum to 1 within 0.05, so an outcome is missing or outcomes overlap",
        ),
        column("is_ordered", "0 or 1", "1 if the outcomes are ordered"),
        column("n_options", "outcomes", "number of outcomes in the group"),
        column("options", "", "names of the outcomes, in order"),
        column(
            "probability_sum",
            PROBABILITY,
            "sum of the forecasts of the group, by which each is divided",
        ),
        column("answer", "", "outcome that occurred"),
        column(
            "probability_of_answer",
            PROBABILITY,
            "forecast of that outcome, divided by the sum",
        ),
        column(
            "score",
            SCORE_UNIT,
            "0-1 convention: for ordered outcomes the ranked probability score, the mean Brier score over the cuts between neighbors; otherwise half of Brier's sum over the outcomes",
        ),
        column(
            "score_0_2",
            "score, 0 best to 2 worst",
            "the same in the 0-2 convention of forecasting tournaments",
        ),
    ],
};

/// The columns of `score_summary.csv`.
pub const SCORE_SUMMARY: FileColumns = FileColumns {
    name: "score_summary",
    row: "a measure over all questions",
    columns: &[
        column("measure", "", "name of the measure"),
        column("label", "", "display name"),
        column("n_questions", QUESTIONS, "number of questions or groups"),
        column(
            "value",
            "its own",
            "value; empty if undefined, such as skill against a perfect reference",
        ),
        column(
            "bootstrap_low",
            "its own",
            "lower end of the bootstrap interval (percentiles, questions resampled with replacement); questions of one scenario are not independent, so it tends to be too narrow",
        ),
        column(
            "bootstrap_high",
            "its own",
            "upper end of the same interval",
        ),
        column("meaning", "", "definition of the column"),
    ],
};

/// The columns of `reliability.csv`.
pub const RELIABILITY: FileColumns = FileColumns {
    name: "reliability",
    row: "a bin that contains a forecast",
    columns: &[
        column("bin_low", PROBABILITY, "lower end of the bin, inclusive"),
        column(
            "bin_high",
            PROBABILITY,
            "upper end of the bin, inclusive only in the last bin; equal to bin_low for a bin of one distinct forecast",
        ),
        column(
            "n_questions",
            QUESTIONS,
            "questions with a forecast in the bin",
        ),
        column("n_yes", QUESTIONS, "questions in the bin that resolved yes"),
        column("mean_probability", PROBABILITY, "mean forecast in the bin"),
        column(
            "share_yes",
            PROBABILITY,
            "share of questions in the bin that resolved yes",
        ),
        column(
            "consistency_low",
            PROBABILITY,
            "lower end of the consistency bar of a calibrated forecaster (Broecker and Smith 2007: forecasts resampled, resolutions sampled by their probabilities); share_yes below it is evidence against calibration",
        ),
        column(
            "consistency_high",
            PROBABILITY,
            "upper end of the same interval",
        ),
    ],
};
