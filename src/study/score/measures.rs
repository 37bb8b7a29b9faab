//! The measures of `score_summary.csv`: name, label and meaning.

use super::bootstrap::BootstrapEstimate;
use super::resolutions::REFERENCE;

/// A measure over all questions.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its key in files.
    pub name: String,
    /// Its label in tables.
    pub label: String,
    /// Its definition in words.
    pub meaning: String,
    /// Number of questions or groups that it is computed from.
    pub n_questions: u64,
    /// Whether it is a count of questions or groups.
    pub is_count: bool,
    /// The value and its interval; a count has no interval.
    pub measured: BootstrapEstimate,
}

/// A measure with its name, label and meaning.
pub(super) fn measure(
    [name, label, meaning]: [String; 3],
    n_questions: u64,
    measured: BootstrapEstimate,
) -> Measure {
    Measure {
        name,
        label,
        meaning,
        n_questions,
        is_count: false,
        measured,
    }
}

/// A count of questions or groups, without an interval.
pub(super) fn count_measure(texts: [String; 3], n_questions: u64, count: usize) -> Measure {
    let measured = BootstrapEstimate {
        value: Some(count as f64),
        interval: None,
    };
    Measure {
        is_count: true,
        ..measure(texts, n_questions, measured)
    }
}

/// Name, label and meaning of each mean over binary questions, in the order of `summary::means`.
pub(super) const MEANS: [[&str; 3]; 14] = [
    [
        "brier",
        "Brier score",
        "mean of (p - y)^2 in the 0-1 convention: 0 best, 1 worst; Brier's own sum over both answers is twice that",
    ],
    [
        "log_score",
        "Log score (nats)",
        "mean of -ln(probability of the answer), natural logarithm: 0 best; probabilities below 1/(n_runs + 2) are clipped to it, see log_scores_clipped",
    ],
    ["mean_probability", "Mean forecast", "mean of the forecasts"],
    [
        "base_rate",
        "Base rate (Wilson interval)",
        "share of the questions that resolved yes, with Wilson's interval for independent questions",
    ],
    [
        "reliability",
        "Reliability (0 best)",
        "Murphy's decomposition, brier = reliability - resolution + uncertainty + within_bins: mean squared distance of the bins' mean forecasts from their observed frequencies; biased upwards if bins have few questions",
    ],
    [
        "resolution",
        "Resolution (larger is better)",
        "mean squared distance of the bins' observed frequencies from the base rate; biased upwards if bins have few questions",
    ],
    [
        "uncertainty",
        "Uncertainty",
        "base_rate * (1 - base_rate): the Brier score of always forecasting the base rate of these questions",
    ],
    [
        "within_bins",
        "Within bins",
        "the part of the Brier score from forecasts that differ within a bin; 0 with one bin per distinct forecast",
    ],
    [
        "brier_skill_climatology",
        "Skill against climatology",
        "1 - brier/uncertainty: against always forecasting the base rate of these same questions, which was unknown beforehand; 0 is as good, 1 is perfect; empty if all answers are the same",
    ],
    [
        "brier_skill_climatology_left_out",
        "Skill against climatology, leave-one-out",
        "1 - brier/(Brier score of forecasting for each question the base rate of all others)",
    ],
    [
        "brier_skill_even_odds",
        "Skill against even odds",
        "1 - brier/0.25: against always forecasting 0.5",
    ],
    [
        "integrated_brier",
        "Brier score over the days",
        "mean over the days, then over dated questions, of (cumulative probability - whether the outcome has occurred)^2, 0-1",
    ],
    [
        "crps_days",
        "CRPS of the date (days)",
        "mean over dated questions of the continuous ranked probability score of the day of occurrence, up to the last day; never counts as the day after it",
    ],
    [
        "crps_days_fair",
        "CRPS of the date, fair (days)",
        "crps_days without the part that a finite number of runs adds, assuming independent runs",
    ],
];

/// Name, label and meaning of the two measures of a reference column.
pub(super) fn reference_texts(column: &str) -> [[String; 3]; 2] {
    let forecaster = column
        .strip_prefix(REFERENCE)
        .unwrap_or(column)
        .replace('_', " ");
    [
        [
            format!("brier_{column}"),
            format!("Brier score of {forecaster}"),
            format!(
                "Brier score, 0-1, of the forecasts in {column} of the resolutions file, over the questions that have one"
            ),
        ],
        [
            format!("brier_skill_{column}"),
            format!("Skill against {forecaster}"),
            format!("1 - brier/(Brier score of {column}), both over the questions that have one"),
        ],
    ]
}
