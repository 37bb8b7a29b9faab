//! Matches forecasts with resolutions: one [`Question`] per outcome and folder.
//!
//! No question is dropped; the status states why one is not scored.

use super::error::ScoreError;
use super::forecast::Forecast;
use super::question::{Question, QuestionScore, QuestionStatus, ResolvedBy};
use super::reliability::Pair;
use super::resolutions::{ResolutionRow, Resolutions};
use super::results::ResultsFolder;
use super::rules::{brier, date_score, log_score};
use crate::base::diagnostic::escaped;
use crate::scenario::{Answer, Resolution};
use crate::table::user_table::{Mistake, Mistakes, probable_name, quoted};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// All questions of all folders. Rows of the file about unknown questions are added to its mistakes.
///
/// # Errors
/// If two folders have forecasts of one scenario.
pub(super) fn questions(
    folders: &[ResultsFolder],
    resolutions: Option<&Resolutions>,
    mistakes: &mut Mistakes,
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
        find_unknown(file, &by_scenario, mistakes, notes);
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

/// Finds rows about outcomes that a scenario does not have. Rows about scenarios that are not scored
/// are only noted, since one file may serve several commands.
fn find_unknown(
    file: &Resolutions,
    folders: &BTreeMap<&str, &ResultsFolder>,
    mistakes: &mut Mistakes,
    notes: &mut Vec<String>,
) {
    let mut elsewhere = BTreeSet::new();
    let mut n_elsewhere = 0;
    let mut rows: Vec<_> = file.rows.iter().collect();
    rows.sort_by_key(|(_, row)| row.line);
    for ((scenario, outcome), row) in rows {
        let Some(folder) = folders.get(scenario.as_str()) else {
            elsewhere.insert(scenario.as_str());
            n_elsewhere += 1;
            continue;
        };
        let known: Vec<&str> = folder
            .forecasts
            .iter()
            .map(|forecast| forecast.outcome.as_str())
            .collect();
        if !known.contains(&outcome.as_str()) {
            let hint = match probable_name(outcome, known.iter().copied()) {
                // Of later mistakes only the number is printed.
                _ if mistakes.is_full() => String::new(),
                Some(near) => format!(": did you mean `{near}`?"),
                None => format!(": its outcomes are {}", first_names(&known)),
            };
            let problem = format!(
                "{} has no outcome {}{hint}",
                quoted(scenario),
                quoted(outcome)
            );
            mistakes.push(Mistake::in_field(row.line, "outcome", problem));
        }
    }
    if n_elsewhere > 0 {
        let known = || folders.keys().copied();
        // Suggestions are for the names that are shown.
        let names = elsewhere.iter().take(MAX_NAMES);
        let names = names.map(|name| match probable_name(name, known()) {
            Some(near) => format!("{} (did you mean `{near}`?)", escaped(name)),
            None => escaped(name).into_owned(),
        });
        notes.push(format!(
            "{}: {n_elsewhere} of {} {} about scenarios that are not scored here: {}",
            file.path.display(),
            file.rows.len(),
            if file.rows.len() == 1 {
                "row is"
            } else {
                "rows are"
            },
            with_rest(names.collect(), elsewhere.len())
        ));
    }
}

/// Maximum number of names in a message.
const MAX_NAMES: usize = 20;

/// The first names of a list, and the number of the others.
fn first_names(names: &[&str]) -> String {
    let shown = names.iter().take(MAX_NAMES);
    let shown = shown.map(|name| escaped(name).into_owned());
    with_rest(shown.collect(), names.len())
}

/// The names that are shown, and the number of the others of `n` names.
fn with_rest(shown: Vec<String>, n: usize) -> String {
    let text = shown.join(", ");
    match n - shown.len() {
        0 => text,
        n_more => format!("{text} and {n_more} more"),
    }
}

fn question(
    folder: &ResultsFolder,
    forecast: &Forecast,
    row: Option<&ResolutionRow>,
    notes: &mut Vec<String>,
) -> Question {
    let own = forecast.resolution.as_ref();
    let from_file = row.and_then(|row| row.resolution.as_ref());
    if let (Some(own), Some(from_file)) = (own, from_file)
        && own.answer != from_file.answer
    {
        notes.push(format!(
            "{}.{}: the answer is {} in the scenario and {} in the resolutions file, which takes precedence",
            folder.scenario,
            forecast.outcome,
            own.answer.word(),
            from_file.answer.word()
        ));
    }
    let resolution = from_file.or(own).cloned();
    let resolution = resolution.map(|one| until_last_date(folder, forecast, one, notes));
    let resolved_by = match (from_file, own) {
        (Some(_), _) => Some(ResolvedBy::File),
        (None, Some(_)) => Some(ResolvedBy::Scenario),
        (None, None) => None,
    };
    let status = match (&resolution, forecast.probability) {
        (None, _) => QuestionStatus::Unresolved,
        (Some(resolution), _) if resolution.answer == Answer::Annulled => QuestionStatus::Annulled,
        (Some(_), None) => QuestionStatus::NoForecast,
        (Some(_), Some(_)) => QuestionStatus::Scored,
    };
    let references = row.map_or_else(Vec::new, |row| row.references.clone());
    let score = match (&resolution, forecast.probability) {
        (Some(resolution), Some(probability)) if status == QuestionStatus::Scored => {
            let pair = Pair {
                probability,
                is_yes: resolution.answer == Answer::Yes,
            };
            let day = day_of_occurrence(folder, forecast, resolution, notes);
            Some(score(forecast, pair, day, &references))
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

/// The resolution as of the forecast's last date: a yes with a later date is a no.
fn until_last_date(
    folder: &ResultsFolder,
    forecast: &Forecast,
    resolution: Resolution,
    notes: &mut Vec<String>,
) -> Resolution {
    let last = forecast.last_date;
    let Some(date) = resolution
        .date
        .filter(|date| resolution.answer == Answer::Yes && *date > last)
    else {
        return resolution;
    };
    notes.push(format!(
        "{}.{}: it occurred on {date}, after the last date of the question, {last}: scored as a no",
        folder.scenario, forecast.outcome
    ));
    Resolution {
        answer: Answer::No,
        ..resolution
    }
}

/// The day on which an outcome occurred: `Some(None)` for never, `None` if it is unknown.
fn day_of_occurrence(
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
        "{}.{}: it occurred on {date}, before the start of the scenario, {}: its date is not scored",
        folder.scenario, forecast.outcome, folder.start
    ));
    None
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

fn score(
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
        date: day
            .zip(by_day)
            .map(|(day, by_day)| date_score(by_day, day, forecast.n_runs)),
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
        let (mut mistakes, mut notes) = (file.mistakes.clone(), Vec::new());
        let read = questions(folders, Some(&file), &mut mistakes, &mut notes);
        let checked = mistakes.finish().map_err(ScoreError::from);
        (checked.and(read), notes)
    }

    #[test]
    fn all_questions_are_listed_with_their_status() {
        let results = folder(
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
        let (read, notes) = all(&[results], text);
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
                .contains("s.a: the answer is no in the scenario and yes in the resolutions file")
        );
        let score = read[0].score.as_ref().unwrap();
        assert!((score.brier - 0.36).abs() < 1e-12);
        // It occurred on day 3: (0.1² + 0.2² + 0.7² + 0.6²) days.
        assert!((score.date.unwrap().crps_days - 0.90).abs() < 1e-12);
    }

    #[test]
    fn yes_without_a_valid_date_has_no_date_score() {
        let results = folder(
            "s",
            &[("a", Some(0.4), Some(Answer::Yes)), ("b", Some(0.4), None)],
        );
        let text = "scenario,outcome,answer,date\ns,b,yes,2030-02-28\n";
        let (read, notes) = all(&[results], text);
        let read = read.unwrap();
        assert!(
            read.iter()
                .all(|question| question.score.as_ref().unwrap().date.is_none())
        );
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("on 2030-02-28, before the start of the scenario, 2030-03-01"));
    }

    #[test]
    fn yes_after_the_last_date_is_a_no() {
        let results = folder("s", &[("a", Some(0.4), None), ("b", Some(0.4), None)]);
        let text = "scenario,outcome,answer,date\ns,a,yes,2030-03-04\ns,b,yes,2030-03-05\n";
        let (read, notes) = all(&[results], text);
        let read = read.unwrap();
        let is_yes = |index: usize| read[index].score.as_ref().unwrap().pair.is_yes;
        assert!(is_yes(0) && !is_yes(1));
        assert_eq!(read[1].answer(), Some(Answer::No));
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("s.b: it occurred on 2030-03-05, after the last date"));
    }

    #[test]
    fn names_that_a_spreadsheet_changed_are_suggested() {
        let results = folder("007", &[("mar1", Some(0.4), None)]);
        let (_, notes) = all(
            std::slice::from_ref(&results),
            "scenario,outcome,answer\n7,mar1,yes\n",
        );
        assert!(notes[0].ends_with("7 (did you mean `007`?)"), "{notes:?}");
        let (read, _) = all(&[results], "scenario,outcome,answer\n007,01-Mar,yes\n");
        let error = read.unwrap_err().to_string();
        assert!(error.ends_with("did you mean `mar1`?"), "{error}");
    }

    #[test]
    fn names_are_compared_with_composed_characters() {
        let results = folder("Z\u{fc}rich", &[("a", Some(0.4), None)]);
        let (read, notes) = all(&[results], "scenario,outcome,answer\nZu\u{308}rich,a,yes\n");
        assert!(notes.is_empty(), "{notes:?}");
        assert_eq!(read.unwrap()[0].status, QuestionStatus::Scored);
    }

    #[test]
    fn unknown_outcomes_and_repeated_scenarios_are_rejected() {
        let results = folder("s", &[("crisis", Some(0.4), None)]);
        let (read, _) = all(
            std::slice::from_ref(&results),
            "scenario,outcome,answer\ns,crises,yes\n",
        );
        let error = read.unwrap_err().to_string();
        assert_eq!(
            error,
            "r.csv:2, column `outcome`: `s` has no outcome `crises`: did you mean `crisis`?"
        );
        let (read, _) = all(&[results.clone(), results], "scenario,outcome,answer\n");
        assert!(matches!(read, Err(ScoreError::Twice { .. })));
    }
}
