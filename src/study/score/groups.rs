//! Questions with several options, of which one comes true.
//!
//! The language has no options: the resolutions file puts outcomes into a `group`, and gives
//! each an `order` where they have one. Their probabilities are shares of the same runs, so they
//! add up to 1 exactly where the outcomes are options in truth; what is close is divided by the
//! sum, and what is not is listed and not scored.

use super::ScoreError;
use super::questions::{Question, Status};
use super::resolutions::Resolutions;
use super::rules::{brier_of_options, ranked_probability};
use crate::scenario::Answer;
use std::collections::BTreeMap;

/// How far from 1 the sum of the options' probabilities may be.
const MAX_OFF: f64 = 0.05;

/// A question with several options.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The name of the scenario.
    pub scenario: String,
    /// The name of the group.
    pub name: String,
    /// The outcomes, by their order, or as in the scenario where they have none.
    pub options: Vec<String>,
    /// Whether they have an order.
    pub is_ordered: bool,
    /// What their probabilities add up to; `None` where one was not forecast.
    pub probability_sum: Option<f64>,
    /// Whether it is scored.
    pub status: GroupStatus,
    /// The option that came true.
    pub answer: Option<String>,
    /// The probability given to it, where it is scored.
    pub probability_of_answer: Option<f64>,
    /// Of ordered options the ranked probability score, of others half of Brier's sum; both 0–1.
    pub score: Option<f64>,
}

/// Whether a group is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupStatus {
    /// It is.
    Scored,
    /// An option has no answer yet.
    Unresolved,
    /// An option was annulled.
    Annulled,
    /// An option was not forecast.
    NoForecast,
    /// The probabilities do not add up to 1: these are not all the options, or they overlap.
    SumNotOne,
}

impl GroupStatus {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scored => Status::Scored.word(),
            Self::Unresolved => Status::Unresolved.word(),
            Self::Annulled => Status::Annulled.word(),
            Self::NoForecast => Status::NoForecast.word(),
            Self::SumNotOne => "sum_not_one",
        }
    }
}

/// All groups, by scenario and name.
///
/// # Errors
/// Where a group has one option alone, an order in part, or other than one option came true.
pub(super) fn groups(
    questions: &[Question],
    resolutions: Option<&Resolutions>,
) -> Result<Vec<Group>, ScoreError> {
    let mut members: BTreeMap<(&str, &str), Vec<&Question>> = BTreeMap::new();
    for question in questions {
        if let Some(group) = &question.group {
            let name = (question.scenario.as_str(), group.as_str());
            members.entry(name).or_default().push(question);
        }
    }
    let mut mistakes = Vec::new();
    let mut all = Vec::new();
    for ((scenario, name), mut options) in members {
        let file = resolutions.expect("only a resolutions file makes groups");
        let first = (scenario.to_owned(), options[0].forecast.outcome.clone());
        let line = file.rows.get(&first).map_or(1, |row| row.line);
        match group(scenario, name, &mut options) {
            Ok(group) => all.push(group),
            Err(problem) => {
                let problem = format!("the group `{name}` of `{scenario}` {problem}");
                mistakes.push(ScoreError::mistake(&file.path, line, &problem));
            }
        }
    }
    ScoreError::all(mistakes)?;
    Ok(all)
}

fn group(scenario: &str, name: &str, options: &mut [&Question]) -> Result<Group, &'static str> {
    if options.len() < 2 {
        return Err("has one option alone");
    }
    let n_ordered = options
        .iter()
        .filter(|option| option.order.is_some())
        .count();
    let is_ordered = n_ordered > 0;
    if is_ordered && n_ordered < options.len() {
        return Err("gives an `order` to some of its options and not to others");
    }
    let place = |option: &Question| option.order.unwrap_or(0.0);
    options.sort_by(|a, b| place(a).total_cmp(&place(b)));
    if is_ordered && options.windows(2).any(|two| place(two[0]) == place(two[1])) {
        return Err("gives two of its options the same `order`");
    }
    let probabilities: Option<Vec<f64>> = options
        .iter()
        .map(|option| option.forecast.probability)
        .collect();
    let sum = probabilities.as_ref().map(|all| all.iter().sum::<f64>());
    let status = status(options, sum);
    let is_yes = |option: &&Question| option.answer() == Some(Answer::Yes);
    let answer = options.iter().position(is_yes);
    if status != GroupStatus::Annulled {
        if options.iter().filter(|option| is_yes(option)).count() > 1 {
            return Err("has more than one option that came true");
        }
        if answer.is_none() && status != GroupStatus::Unresolved {
            return Err(
                "has no option that came true: all its options are needed, `none of them` being one",
            );
        }
    }
    let shares = probabilities
        .zip(sum)
        .filter(|_| status == GroupStatus::Scored)
        .map(|(all, sum)| all.iter().map(|p| p / sum).collect::<Vec<f64>>());
    let scored = shares.zip(answer);
    let rule = if is_ordered {
        ranked_probability
    } else {
        brier_of_options
    };
    Ok(Group {
        scenario: scenario.to_owned(),
        name: name.to_owned(),
        options: options
            .iter()
            .map(|option| option.forecast.outcome.clone())
            .collect(),
        is_ordered,
        probability_sum: sum,
        status,
        answer: answer.map(|at| options[at].forecast.outcome.clone()),
        probability_of_answer: scored.as_ref().map(|(shares, answer)| shares[*answer]),
        score: scored.map(|(shares, answer)| rule(&shares, answer)),
    })
}

fn status(options: &[&Question], sum: Option<f64>) -> GroupStatus {
    let any = |status: Status| options.iter().any(|option| option.status == status);
    if any(Status::Annulled) {
        GroupStatus::Annulled
    } else if any(Status::Unresolved) {
        GroupStatus::Unresolved
    } else {
        match sum {
            None => GroupStatus::NoForecast,
            Some(sum) if (sum - 1.0).abs() > MAX_OFF => GroupStatus::SumNotOne,
            Some(_) => GroupStatus::Scored,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::questions::questions;
    use super::super::resolutions::parse_resolutions;
    use super::super::results::{Forecast, ResultsFolder};
    use super::*;
    use std::path::{Path, PathBuf};

    fn world(probabilities: &[f64]) -> ResultsFolder {
        let forecast = |(at, &probability): (usize, &f64)| Forecast {
            outcome: format!("o{at}"),
            label: String::new(),
            question: String::new(),
            last_date: "2030-03-04".parse().unwrap(),
            n_runs: 100,
            probability: Some(probability),
            by_day: None,
            resolution: None,
        };
        ResultsFolder {
            path: PathBuf::from("s"),
            scenario: "s".to_owned(),
            start: "2030-03-01".parse().unwrap(),
            fingerprint: String::new(),
            created: String::new(),
            forecasts: probabilities.iter().enumerate().map(forecast).collect(),
            notes: Vec::new(),
        }
    }

    fn read(probabilities: &[f64], rows: &[&str]) -> Result<Vec<Group>, String> {
        let text = format!("scenario,outcome,answer,group,order\n{}\n", rows.join("\n"));
        let file = parse_resolutions(Path::new("r.csv"), text.as_bytes()).unwrap();
        let all = questions(&[world(probabilities)], Some(&file), &mut Vec::new()).unwrap();
        groups(&all, Some(&file)).map_err(|error| error.to_string())
    }

    #[test]
    fn options_are_scored_in_their_order_and_not_in_the_files() {
        let shares = [0.45, 0.15, 0.25, 0.15];
        let rows = ["s,o0,no,g,2", "s,o1,no,g,1", "s,o2,yes,g,3", "s,o3,no,g,4"];
        let ordered = &read(&shares, &rows).unwrap()[0];
        assert_eq!(ordered.options, ["o1", "o0", "o2", "o3"]);
        assert!(ordered.is_ordered);
        assert!((ordered.score.unwrap() - 0.135).abs() < 1e-12);
        assert_eq!(ordered.answer.as_deref(), Some("o2"));
        let rows = rows.map(|row| row.rsplit_once(',').unwrap().0.to_owned() + ",");
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let plain = &read(&shares, &rows).unwrap()[0];
        assert!(!plain.is_ordered);
        assert!((plain.score.unwrap() - 0.405).abs() < 1e-12);
    }

    #[test]
    fn what_is_close_to_one_is_divided_and_the_rest_is_listed() {
        let rows = ["s,o0,yes,g,", "s,o1,no,g,"];
        let close = &read(&[0.48, 0.48], &rows).unwrap()[0];
        assert_eq!(close.probability_of_answer, Some(0.5));
        assert!((close.probability_sum.unwrap() - 0.96).abs() < 1e-12);
        let far = &read(&[0.3, 0.3], &rows).unwrap()[0];
        assert_eq!((far.status, far.score), (GroupStatus::SumNotOne, None));
        let open = &read(&[0.5, 0.5], &["s,o0,,g,", "s,o1,no,g,"]).unwrap()[0];
        assert_eq!(open.status, GroupStatus::Unresolved);
        let annulled = &read(&[0.5, 0.5], &["s,o0,annulled,g,", "s,o1,no,g,"]).unwrap()[0];
        assert_eq!(annulled.status, GroupStatus::Annulled);
    }

    #[test]
    fn groups_that_make_no_sense_are_refused() {
        let refused = |rows: &[&str]| read(&[0.5, 0.5], rows).unwrap_err();
        assert_eq!(
            refused(&["s,o0,yes,g,"]),
            "r.csv:2: the group `g` of `s` has one option alone"
        );
        assert!(refused(&["s,o0,yes,g,1", "s,o1,no,g,"]).contains("to some of its options"));
        assert!(refused(&["s,o0,yes,g,1", "s,o1,no,g,1"]).contains("the same `order`"));
        assert!(refused(&["s,o0,yes,g,", "s,o1,yes,g,"]).contains("more than one option"));
        assert!(refused(&["s,o0,no,g,", "s,o1,no,g,"]).contains("no option that came true"));
    }
}
