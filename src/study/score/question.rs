//! A question with its forecast, resolution and scores.

use super::forecast::Forecast;
use super::reliability::Pair;
use super::rules::{DateScore, LogScore};
use crate::scenario::{Answer, Resolution};

/// A question with its forecast, its resolution and its scores.
#[derive(Clone, Debug)]
pub struct Question {
    /// The name of the scenario.
    pub scenario: String,
    /// The forecast of `run`.
    pub forecast: Forecast,
    /// The resolution, if there is one.
    pub resolution: Option<Resolution>,
    /// The source of the resolution.
    pub resolved_by: Option<ResolvedBy>,
    /// The group of exclusive alternatives that it is one of; then it is scored with its group.
    pub group: Option<String>,
    /// Its rank among ordered alternatives.
    pub order: Option<f64>,
    /// The probabilities of other forecasters, in the order of the reference columns.
    pub references: Vec<Option<f64>>,
    /// Whether it is scored, or why not.
    pub status: QuestionStatus,
    /// Its scores, if it is scored.
    pub score: Option<QuestionScore>,
}

/// Whether a question is scored, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionStatus {
    /// It has a forecast and the answer yes or no.
    Scored,
    /// It has no resolution yet.
    Unresolved,
    /// The question was withdrawn.
    Annulled,
    /// No run was counted.
    NoForecast,
}

impl QuestionStatus {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::Unresolved => "unresolved",
            Self::Annulled => "annulled",
            Self::NoForecast => "no_forecast",
        }
    }
}

/// The source of a resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResolvedBy {
    /// The scenario that was simulated.
    Scenario,
    /// The file given with `--resolutions`.
    File,
}

impl ResolvedBy {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::File => "resolutions",
        }
    }
}

/// The scores of one question.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionScore {
    /// The forecast and the answer.
    pub pair: Pair,
    /// Brier score, from 0 (best) to 1.
    pub brier: f64,
    /// Logarithmic score in nats.
    pub log: LogScore,
    /// Scores of the date; `None` without cumulative probabilities or without the date of a yes.
    pub date: Option<DateScore>,
    /// Brier scores of the reference forecasts.
    pub references: Vec<Option<f64>>,
}

impl Question {
    /// Whether it counts in the means: scored, and not in a group.
    pub fn counts(&self) -> bool {
        self.score.is_some() && self.group.is_none()
    }

    /// The forecast and the answer, if it is scored.
    pub fn pair(&self) -> Option<Pair> {
        self.score.as_ref().map(|score| score.pair)
    }

    /// The answer, if there is one.
    pub fn answer(&self) -> Option<Answer> {
        self.resolution.as_ref().map(|resolution| resolution.answer)
    }
}
