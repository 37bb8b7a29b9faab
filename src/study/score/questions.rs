//! Forecasts and answers brought together: one [`Question`] for each outcome of each folder.
//!
//! None is ever dropped: what has no answer, was annulled or was not forecast says so in its
//! status.

use super::ScoreError;
use super::reliability::Pair;
use super::resolutions::{ResolutionRow, Resolutions};
use super::results::{Forecast, ResultsFolder};
use super::rules::{DayScore, LogScore, brier, day_score, log_score};
use crate::base::diagnostic::nearest;
use crate::scenario::{Answer, Resolution};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A question with its forecast, its answer, and how well they agree.
#[derive(Clone, Debug)]
pub struct Question {
    /// The name of the scenario.
    pub scenario: String,
    /// What was forecast.
    pub forecast: Forecast,
    /// The answer, if there is one.
    pub resolution: Option<Resolution>,
    /// Who gave the answer.
    pub resolved_by: Option<ResolvedBy>,
    /// The question of which this is one option; then it is scored with its group.
    pub group: Option<String>,
    /// Its place among ordered options.
    pub order: Option<f64>,
    /// What others had forecast, in the order of the reference columns.
    pub references: Vec<Option<f64>>,
    /// Whether it is scored.
    pub status: Status,
    /// Its scores, where it is.
    pub score: Option<QuestionScore>,
}

/// Whether a question is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is.
    Scored,
    /// It has no answer yet.
    Unresolved,
    /// It was withdrawn.
    Annulled,
    /// No run was counted.
    NoForecast,
}

impl Status {
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

/// Who gave an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResolvedBy {
    /// The scenario that was run.
    Scenario,
    /// The resolutions file.
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
    /// The Brier score, 0–1.
    pub brier: f64,
    /// The logarithmic score.
    pub log: LogScore,
    /// The scores of the day; `None` where the days are not told, or that of a yes is not.
    pub day: Option<DayScore>,
    /// The Brier scores of the reference forecasts.
    pub references: Vec<Option<f64>>,
}

impl Question {
    /// Whether it counts in the summary: scored, and no option of a group.
    pub fn counts(&self) -> bool {
        self.score.is_some() && self.group.is_none()
    }

    /// The forecast and the answer, where it is scored.
    pub fn pair(&self) -> Option<Pair> {
        self.score.as_ref().map(|score| score.pair)
    }

    /// The answer, if there is one.
    pub fn answer(&self) -> Option<Answer> {
        self.resolution.as_ref().map(|resolution| resolution.answer)
    }
}

/// All questions of all folders.
///
/// # Errors
/// Where two folders forecast one scenario, or the file answers a question that is not there.
pub(super) fn questions(
    folders: &[ResultsFolder],
    resolutions: Option<&Resolutions>,
    notes: &mut Vec<String>,
) -> Result<Vec<Question>, ScoreError> {
    let mut by_scenario: BTreeMap<&str, &ResultsFolder> = BTreeMap::new();
    for folder in folders {
        if let Some(first) = by_scenario.insert(&folder.scenario, folder) {
            return Err(ScoreError::Twice {
                scenario: folder.scenario.clone(),
                first: first.path.clone(),
                second: folder.path.clone(),
            });
        }
    }
    if let Some(file) = resolutions {
        refuse_unknown(file, &by_scenario, notes)?;
    }
    let mut all = Vec::new();
    for folder in folders {
        for forecast in &folder.forecasts {
            let name = (folder.scenario.clone(), forecast.outcome.clone());
            let row = resolutions.and_then(|file| file.rows.get(&name));
            all.push(question(folder, forecast, row, notes));
        }
    }
    Ok(all)
}

/// Refuses rows about questions that a scenario does not ask; tells of rows about scenarios that
/// are not here, since one file may serve many.
fn refuse_unknown(
    file: &Resolutions,
    folders: &BTreeMap<&str, &ResultsFolder>,
    notes: &mut Vec<String>,
) -> Result<(), ScoreError> {
    let mut mistakes = Vec::new();
    let mut elsewhere = BTreeSet::new();
    let mut n_elsewhere = 0;
    for ((scenario, outcome), row) in &file.rows {
        let Some(folder) = folders.get(scenario.as_str()) else {
            elsewhere.insert(scenario.as_str());
            n_elsewhere += 1;
            continue;
        };
        let mut known = folder
            .forecasts
            .iter()
            .map(|forecast| forecast.outcome.as_str());
        if known.clone().all(|name| name != outcome) {
            let hint = match nearest(outcome, known.clone()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("it asks {}", known.by_ref().collect::<Vec<_>>().join(", ")),
            };
            let problem = format!("`{scenario}` asks no question `{outcome}`: {hint}");
            mistakes.push(ScoreError::mistake(&file.path, row.line, &problem));
        }
    }
    ScoreError::all(mistakes)?;
    if n_elsewhere > 0 {
        let names: Vec<&str> = elsewhere.into_iter().collect();
        notes.push(format!(
            "{}: {n_elsewhere} of {} rows are about scenarios that are not scored here: {}",
            file.path.display(),
            file.rows.len(),
            names.join(", ")
        ));
    }
    Ok(())
}

fn question(
    folder: &ResultsFolder,
    forecast: &Forecast,
    row: Option<&ResolutionRow>,
    notes: &mut Vec<String>,
) -> Question {
    let own = forecast.resolution.as_ref();
    let told = row.and_then(|row| row.resolution.as_ref());
    if let (Some(own), Some(told)) = (own, told)
        && own.answer != told.answer
    {
        notes.push(format!(
            "{}.{}: the scenario says {}, the resolutions file {}; the file counts",
            folder.scenario,
            forecast.outcome,
            own.answer.word(),
            told.answer.word()
        ));
    }
    let resolution = told.or(own).cloned();
    let resolution = resolution.map(|told| within_time(folder, forecast, told, notes));
    let resolved_by = match (told, own) {
        (Some(_), _) => Some(ResolvedBy::File),
        (None, Some(_)) => Some(ResolvedBy::Scenario),
        (None, None) => None,
    };
    let status = match (&resolution, forecast.probability) {
        (None, _) => Status::Unresolved,
        (Some(resolution), _) if resolution.answer == Answer::Annulled => Status::Annulled,
        (Some(_), None) => Status::NoForecast,
        (Some(_), Some(_)) => Status::Scored,
    };
    let references = row.map_or_else(Vec::new, |row| row.references.clone());
    let score = match (&resolution, forecast.probability) {
        (Some(resolution), Some(probability)) if status == Status::Scored => {
            let pair = Pair {
                probability,
                is_yes: resolution.answer == Answer::Yes,
            };
            let day = day_of(folder, forecast, resolution, notes);
            Some(scores(forecast, pair, day, &references))
        }
        _ => None,
    };
    Question {
        scenario: folder.scenario.clone(),
        forecast: forecast.clone(),
        resolution,
        resolved_by,
        group: row.and_then(|row| row.group.clone()),
        order: row.and_then(|row| row.order),
        references,
        status,
        score,
    }
}

/// What an answer says of the days that were asked about: what came true later is a no.
fn within_time(
    folder: &ResultsFolder,
    forecast: &Forecast,
    told: Resolution,
    notes: &mut Vec<String>,
) -> Resolution {
    let last = forecast.last_date;
    let Some(date) = told
        .date
        .filter(|date| told.answer == Answer::Yes && *date > last)
    else {
        return told;
    };
    notes.push(format!(
        "{}.{}: it came true on {date}, after the {last} it was asked about; that counts as a no",
        folder.scenario, forecast.outcome
    ));
    Resolution {
        answer: Answer::No,
        ..told
    }
}

/// When a question came true: `Some(None)` for never, `None` where it is not told.
fn day_of(
    folder: &ResultsFolder,
    forecast: &Forecast,
    resolution: &Resolution,
    notes: &mut Vec<String>,
) -> Option<Option<u16>> {
    if resolution.answer != Answer::Yes {
        return Some(None);
    }
    let date = resolution.date?;
    if date >= folder.start {
        let day = days_between(folder.start, date) + 1;
        return Some(u16::try_from(day).ok());
    }
    notes.push(format!(
        "{}.{}: it came true on {date}, before the {} at which the scenario starts; its day is not \
         scored",
        folder.scenario, forecast.outcome, folder.start
    ));
    None
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

fn scores(
    forecast: &Forecast,
    pair: Pair,
    day: Option<Option<u16>>,
    references: &[Option<f64>],
) -> QuestionScore {
    let Pair {
        probability,
        is_yes,
    } = pair;
    let by_day = forecast.by_day.as_deref();
    QuestionScore {
        pair,
        brier: brier(probability, is_yes),
        log: log_score(probability, is_yes, forecast.n_runs),
        day: day
            .zip(by_day)
            .map(|(day, by_day)| day_score(by_day, day, forecast.n_runs)),
        references: references
            .iter()
            .map(|reference| reference.map(|probability| brier(probability, is_yes)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::resolutions::parse_resolutions;
    use super::*;
    use std::path::{Path, PathBuf};

    fn folder(scenario: &str, forecasts: &[(&str, Option<f64>, Option<Answer>)]) -> ResultsFolder {
        let forecast =
            |&(outcome, probability, answer): &(&str, Option<f64>, Option<Answer>)| Forecast {
                outcome: outcome.to_owned(),
                label: outcome.to_owned(),
                question: String::new(),
                last_date: "2030-03-04".parse().unwrap(),
                n_runs: 100,
                probability,
                by_day: Some(vec![0.1, 0.2, 0.3, 0.4]),
                resolution: answer.map(|answer| Resolution {
                    answer,
                    date: None,
                    source: None,
                }),
            };
        ResultsFolder {
            path: PathBuf::from(scenario),
            scenario: scenario.to_owned(),
            start: "2030-03-01".parse().unwrap(),
            fingerprint: String::new(),
            created: String::new(),
            forecasts: forecasts.iter().map(forecast).collect(),
            notes: Vec::new(),
        }
    }

    fn all(
        folders: &[ResultsFolder],
        text: &str,
    ) -> (Result<Vec<Question>, ScoreError>, Vec<String>) {
        let file = parse_resolutions(Path::new("r.csv"), text.as_bytes()).unwrap();
        let mut notes = Vec::new();
        (questions(folders, Some(&file), &mut notes), notes)
    }

    #[test]
    fn every_question_is_in_the_list_with_its_status() {
        let world = folder(
            "s",
            &[
                ("a", Some(0.4), Some(Answer::No)),
                ("b", Some(0.4), None),
                ("c", Some(0.4), Some(Answer::Annulled)),
                ("d", None, Some(Answer::Yes)),
                ("e", Some(0.4), None),
            ],
        );
        let text = "scenario,outcome,answer,date\ns,a,yes,2030-03-03\ns,e,,\nother,x,no,\n";
        let (read, notes) = all(&[world], text);
        let read = read.unwrap();
        let words: Vec<_> = read.iter().map(|question| question.status.word()).collect();
        assert_eq!(
            words,
            [
                "scored",
                "unresolved",
                "annulled",
                "no_forecast",
                "unresolved"
            ]
        );
        assert_eq!(read[0].resolved_by, Some(ResolvedBy::File));
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(
            notes[0].contains("1 of 3 rows are about scenarios that are not scored here: other")
        );
        assert!(
            notes[1]
                .contains("s.a: the scenario says no, the resolutions file yes; the file counts")
        );
        let score = read[0].score.as_ref().unwrap();
        assert!((score.brier - 0.36).abs() < 1e-12);
        // Came true on day 3: (0.1² + 0.2² + 0.7² + 0.6²) days.
        assert!((score.day.unwrap().crps_days - 0.90).abs() < 1e-12);
    }

    #[test]
    fn a_yes_without_its_day_has_no_score_of_the_day() {
        let world = folder(
            "s",
            &[("a", Some(0.4), Some(Answer::Yes)), ("b", Some(0.4), None)],
        );
        let text = "scenario,outcome,answer,date\ns,b,yes,2030-02-28\n";
        let (read, notes) = all(&[world], text);
        let read = read.unwrap();
        assert!(
            read.iter()
                .all(|question| question.score.as_ref().unwrap().day.is_none())
        );
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("2030-02-28, before the 2030-03-01 at which"));
    }

    #[test]
    fn a_yes_after_the_last_day_is_a_no() {
        let world = folder("s", &[("a", Some(0.4), None), ("b", Some(0.4), None)]);
        let text = "scenario,outcome,answer,date\ns,a,yes,2030-03-04\ns,b,yes,2030-03-05\n";
        let (read, notes) = all(&[world], text);
        let read = read.unwrap();
        let is_yes = |at: usize| read[at].score.as_ref().unwrap().pair.is_yes;
        assert!(is_yes(0) && !is_yes(1));
        assert_eq!(read[1].answer(), Some(Answer::No));
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("s.b: it came true on 2030-03-05, after the 2030-03-04"));
    }

    #[test]
    fn unknown_questions_and_scenarios_twice_are_refused() {
        let world = folder("s", &[("crisis", Some(0.4), None)]);
        let (read, _) = all(
            std::slice::from_ref(&world),
            "scenario,outcome,answer\ns,crises,yes\n",
        );
        let told = read.unwrap_err().to_string();
        assert_eq!(
            told,
            "r.csv:2: `s` asks no question `crises`: did you mean `crisis`?"
        );
        let (read, _) = all(&[world.clone(), world], "scenario,outcome,answer\n");
        assert!(matches!(read, Err(ScoreError::Twice { .. })));
    }
}
