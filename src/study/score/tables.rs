//! The tables of scores.

use super::groups::Group;
use super::measures::Measure;
use super::question::{Question, QuestionScore};
use super::reliability::Bin;
use super::rules::DateScore;
use super::scoring::Scores;
use crate::table::run::{keyed, keyed_by};
use crate::table::{Columns, CsvFolder, ExportError, Table};

const SCORE: &str = "score, 0 best to 1 worst";
const DAYS: &str = "days";
const QUESTIONS: &str = "questions";
const ITS_OWN: &str = "unit of the measure";

/// Writes all files of scores.
///
/// # Errors
/// If a file cannot be written.
pub fn write_files(folder: &mut CsvFolder, scores: &Scores) -> Result<(), ExportError> {
    folder.write(&question_table(scores), scores.questions.iter())?;
    folder.write(&group_table(), scores.groups.iter())?;
    let scenario = scores.scenario();
    folder.write(&summary_table(scenario), scores.summary.iter())?;
    folder.write(&reliability_table(scenario), scores.reliability.iter())
}

impl Scores {
    /// The name of the scenario, if all questions are of one; else empty.
    pub fn scenario(&self) -> &str {
        let mut names = self
            .questions
            .iter()
            .map(|question| question.scenario.as_str());
        let first = names.next().unwrap_or_default();
        match names.all(|name| name == first) {
            true => first,
            false => "",
        }
    }
}

/// The columns of `score.csv`, with the reference columns.
pub fn question_table<'a>(scores: &'a Scores) -> Table<'a, &'a Question> {
    let columns = keyed_by(
        |row: &&'a Question| row.scenario.as_str(),
        |row| row.forecast.outcome.clone(),
    )
    .id("outcome", "name of the outcome in the scenario", |row| {
        &row.forecast.outcome
    })
    .text("label", "display name", |row| &row.forecast.label)
    .text("question", "question that was asked", |row| {
        &row.forecast.question
    })
    .date("last_date", "last date on which the outcome counts", |row| {
        row.forecast.last_date
    })
    .stated_probability("probability", "the forecast", |row| {
        row.forecast.probability
    })
    .text("answer", "yes, no or annulled; empty if unresolved", |row| {
        row.answer().map(|answer| answer.word())
    })
    .text(
        "status",
        "scored, unresolved (no resolution yet), annulled (withdrawn) or no_forecast (no run was counted)",
        |row| row.status.word(),
    )
    .part(|row| row.score.as_ref(), score_columns())
    .date(
        "resolution_date",
        "date of the resolution; for yes, the day of occurrence",
        |row| row.resolution.as_ref().and_then(|resolution| resolution.date),
    )
    .text("resolution_source", "source of the resolution", |row| {
        row.resolution.as_ref().and_then(|resolution| resolution.source.as_deref())
    })
    .text(
        "resolved_by",
        "source of the resolution: the scenario, or the resolutions file, which has precedence",
        |row| row.resolved_by.map(|by| by.word()),
    )
    .text(
        "option_group",
        "question with several exclusive outcomes to which this outcome belongs; it is then scored in score_groups.csv and left out of the means over questions",
        |row| row.group.as_deref(),
    )
    .exact("option_order", "", "rank among ordered outcomes of the group", |row| {
        row.order
    })
    .count("n_runs", "runs", "runs behind the forecast", |row| {
        row.forecast.n_runs
    });
    let columns = with_references(columns, scores);
    Table::new(
        "score",
        "an outcome of one of the scored results folders",
        columns,
    )
}

fn score_columns<'a>() -> Columns<'a, QuestionScore> {
    let date = Columns::new()
        .estimate(
            "integrated_brier",
            SCORE,
            "mean over the days, up to the last that counts, of (probability of occurrence by that day - occurrence by that day)^2; empty if the day of a yes is missing",
            |row: &DateScore| row.integrated_brier,
        )
        .estimate(
            "crps_days",
            DAYS,
            "continuous ranked probability score of the day of occurrence, up to the last day that counts: integrated_brier times the number of days",
            |row| row.crps_days,
        )
        .estimate(
            "crps_days_fair",
            DAYS,
            "crps_days corrected for the finite number of runs (fair CRPS, runs taken as independent); may be below 0 by chance",
            |row| row.crps_days_fair,
        )
        .specialist();
    Columns::new()
        .estimate(
            "brier",
            SCORE,
            "Brier score in the 0-1 convention: (probability - 1)^2 for a yes, probability^2 for a no",
            |row: &QuestionScore| row.brier,
        )
        .estimate(
            "log_score",
            "nats, 0 best",
            "negative natural logarithm of the probability given to the resolution; a probability below 1/(n_runs + 2) is replaced by that bound",
            |row| row.log.nats,
        )
        .flag(
            "log_score_clipped",
            "1 if the bound was applied; the log score would otherwise be infinite",
            |row| row.log.is_clipped,
        )
        .specialist()
        .part(|row| row.date.as_ref(), date)
}

/// Adds two columns for each reference, whose names begin with [`super::REFERENCE`].
fn with_references<'a>(
    columns: Columns<'a, &'a Question>,
    scores: &Scores,
) -> Columns<'a, &'a Question> {
    let references = scores.references.iter().enumerate();
    references.fold(columns, |columns, (index, name)| {
        columns
            .stated_probability(
                name.clone(),
                "forecast of a reference, from the resolutions file",
                move |row: &&'a Question| row.references.get(index).copied().flatten(),
            )
            .estimate(
                format!("brier_{name}"),
                SCORE,
                "Brier score of that forecast in the 0-1 convention",
                move |row| {
                    let score = row.score.as_ref()?;
                    score.references.get(index).copied().flatten()
                },
            )
    })
}

/// The columns of `score_groups.csv`.
pub fn group_table<'a>() -> Table<'a, &'a Group> {
    let columns = keyed_by(
        |row: &&'a Group| row.scenario.as_str(),
        |row| row.name.clone(),
    )
    .id("option_group", "name of the group in the resolutions file", |row| {
        &row.name
    })
    .text(
        "status",
        "scored, unresolved, annulled, no_forecast, or sum_not_one: the probabilities do not sum to 1 within 0.05, so an outcome is missing or outcomes overlap",
        |row| row.status.word(),
    )
    .flag("is_ordered", "1 if the outcomes are ordered", |row| {
        row.is_ordered
    })
    .count("n_options", "outcomes", "number of outcomes in the group", |row| {
        row.alternatives.len() as u64
    })
    .text("options", "names of the outcomes, in order", |row| {
        row.alternatives.join(" ")
    })
    .probability(
        "probability_sum",
        "sum of the forecasts of the group, by which each is divided",
        |row| row.probability_sum,
    )
    .id("answer", "outcome that occurred", |row| row.answer.as_deref())
    .probability(
        "probability_of_answer",
        "forecast of that outcome, divided by the sum",
        |row| row.probability_of_answer,
    )
    .estimate(
        "score",
        SCORE,
        "0-1 convention: for ordered outcomes the ranked probability score, the mean Brier score over the cuts between neighbors; otherwise half of Brier's sum over the outcomes",
        |row| row.score,
    )
    .estimate(
        "score_0_2",
        "score, 0 best to 2 worst",
        "the same in the 0-2 convention of forecasting tournaments",
        |row| row.score.map(|score| 2.0 * score),
    );
    Table::new(
        "score_groups",
        "a question with several exclusive outcomes",
        columns,
    )
}

/// The columns of `score_summary.csv`.
pub fn summary_table<'a>(scenario: &'a str) -> Table<'a, &'a Measure> {
    let columns = keyed(scenario, |row: &&'a Measure| row.name.clone())
        .id("measure", "name of the measure", |row| &row.name)
        .text("label", "display name", |row| &row.label)
        .count("n_questions", QUESTIONS, "number of questions or groups", |row| {
            row.n_questions
        })
        .estimate(
            "value",
            ITS_OWN,
            "value; empty if undefined, such as skill against a perfect reference",
            |row| row.measured.value,
        )
        .estimate(
            "ci_low",
            ITS_OWN,
            "lower end of the bootstrap interval (percentiles, questions resampled with replacement; of base_rate Wilson's interval); empty for a count, if the measure is undefined in at least 5 % of the samples, or if it is the same in all; questions of one scenario are not independent, so it tends to be too narrow",
            |row| row.measured.interval.map(|interval| interval.low),
        )
        .estimate("ci_high", ITS_OWN, "upper end of the same interval", |row| {
            row.measured.interval.map(|interval| interval.high)
        })
        .text("meaning", "definition of the measure", |row| &row.meaning);
    Table::new("score_summary", "a measure over all questions", columns)
}

/// The columns of `reliability.csv`.
pub fn reliability_table<'a>(scenario: &'a str) -> Table<'a, &'a Bin> {
    let columns = keyed(scenario, |row: &&'a Bin| format!("{}..{}", row.low, row.high))
        .probability("bin_low",
            "lower end of the bin, inclusive",
            |row| row.low,
        )
        .probability("bin_high",
            "upper end of the bin, inclusive only in the last bin; equal to bin_low for a bin of one distinct forecast",
            |row| row.high,
        )
        .count(
            "n_questions",
            QUESTIONS,
            "questions with a forecast in the bin",
            |row| row.n_questions,
        )
        .count("n_yes", QUESTIONS, "questions in the bin that resolved yes", |row| {
            row.n_yes
        })
        .probability("mean_probability", "mean forecast in the bin", |row| {
            row.mean_probability
        })
        .probability(
            "share_yes",
            "share of questions in the bin that resolved yes",
            |row| row.share_yes(),
        )
        .probability(
            "consistency_low",
            "lower end of the consistency bar of a calibrated forecaster (Broecker and Smith 2007: forecasts resampled, resolutions sampled by their probabilities); share_yes below it is evidence against calibration",
            |row| row.consistency.map(|band| band.low),
        )
        .probability("consistency_high", "upper end of the same interval", |row| {
            row.consistency.map(|band| band.high)
        });
    Table::new("reliability", "a bin that contains a forecast", columns)
}
