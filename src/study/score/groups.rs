//! Groups of mutually exclusive outcomes, of which exactly one occurs.
//!
//! The resolutions file assigns outcomes to a `group`, with an `order` if they are ordered. The
//! probabilities of complete and mutually exclusive outcomes sum to 1. If the sum is close to 1, they are
//! divided by it; otherwise the group is listed but not scored.

use super::question::{Question, QuestionStatus};
use super::resolutions::Resolutions;
use super::rules::{brier_of_alternatives, ranked_probability};
use crate::scenario::Answer;
use crate::table::user_table::{Mistake, Mistakes, quoted};
use std::collections::BTreeMap;

/// Maximum distance of the sum of probabilities from 1.
const MAX_SUM_ERROR: f64 = 0.05;

/// The alternatives of one group with their score.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The name of the scenario.
    pub scenario: String,
    /// The name of the group.
    pub name: String,
    /// The outcomes by `order`, or in the order of the scenario.
    pub alternatives: Vec<String>,
    /// Whether the alternatives are ordered.
    pub is_ordered: bool,
    /// The sum of their probabilities; `None` if one was not forecast.
    pub probability_sum: Option<f64>,
    /// Whether it is scored, or why not.
    pub status: GroupStatus,
    /// The alternative that occurred.
    pub answer: Option<String>,
    /// Its probability, if the group is scored.
    pub probability_of_answer: Option<f64>,
    /// Ranked probability score of ordered alternatives, half of Brier's sum of others; both 0–1.
    pub score: Option<f64>,
}

/// Whether a group is scored, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupStatus {
    /// All alternatives have forecasts and answers.
    Scored,
    /// An alternative has no resolution yet.
    Unresolved,
    /// An alternative was annulled.
    Annulled,
    /// An alternative was not forecast.
    NoForecast,
    /// The probabilities do not sum to 1: the alternatives are incomplete or overlap.
    SumNotOne,
}

impl GroupStatus {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scored => QuestionStatus::Scored.word(),
            Self::Unresolved => QuestionStatus::Unresolved.word(),
            Self::Annulled => QuestionStatus::Annulled.word(),
            Self::NoForecast => QuestionStatus::NoForecast.word(),
            Self::SumNotOne => "sum_not_one",
        }
    }
}

/// All groups by scenario and name. Mistakes are added to the list: a group with a single alternative, an
/// incomplete order, or not exactly one yes.
pub(super) fn groups(
    questions: &[Question],
    file: &Resolutions,
    mistakes: &mut Mistakes,
) -> Vec<Group> {
    let mut members: BTreeMap<(&str, &str), Vec<&Question>> = BTreeMap::new();
    for question in questions {
        if let Some(group) = &question.group {
            let name = (question.scenario.as_str(), group.as_str());
            members.entry(name).or_default().push(question);
        }
    }
    let mut all = Vec::new();
    for ((scenario, name), mut alternatives) in members {
        let first = (
            scenario.to_owned(),
            alternatives[0].forecast.outcome.clone(),
        );
        let line = file.rows.get(&first).map_or(1, |row| row.line);
        match group(scenario, name, &mut alternatives) {
            Ok(group) => all.push(group),
            Err(problem) => {
                let [name, scenario] = [name, scenario].map(quoted);
                let problem = format!("the group {name} of {scenario} {problem}");
                mistakes.push(Mistake::in_row(line, problem));
            }
        }
    }
    all
}

fn group(
    scenario: &str,
    name: &str,
    alternatives: &mut [&Question],
) -> Result<Group, &'static str> {
    if alternatives.len() < 2 {
        return Err("has a single alternative: add the others");
    }
    let n_ordered = alternatives
        .iter()
        .filter(|one| one.order.is_some())
        .count();
    let is_ordered = n_ordered > 0;
    if is_ordered && n_ordered < alternatives.len() {
        return Err("has alternatives with and without `order`: give all of them one, or none");
    }
    let order = |one: &Question| one.order.unwrap_or(0.0);
    alternatives.sort_by(|a, b| order(a).total_cmp(&order(b)));
    let has_tie = alternatives
        .windows(2)
        .any(|two| order(two[0]) == order(two[1]));
    if is_ordered && has_tie {
        return Err("has two alternatives with the same `order`: give them different ones");
    }
    let probabilities: Option<Vec<f64>> = alternatives
        .iter()
        .map(|one| one.forecast.probability)
        .collect();
    let sum = probabilities.as_ref().map(|all| all.iter().sum::<f64>());
    let status = status(alternatives, sum);
    let is_yes = |one: &&Question| one.answer() == Some(Answer::Yes);
    let answer = alternatives.iter().position(is_yes);
    if status != GroupStatus::Annulled {
        if alternatives.iter().filter(|one| is_yes(one)).count() > 1 {
            return Err("has more than one alternative with the answer yes");
        }
        if answer.is_none() && status != GroupStatus::Unresolved {
            return Err("has no alternative with the answer yes: add the one that occurred");
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
        brier_of_alternatives
    };
    Ok(Group {
        scenario: scenario.to_owned(),
        name: name.to_owned(),
        alternatives: alternatives
            .iter()
            .map(|one| one.forecast.outcome.clone())
            .collect(),
        is_ordered,
        probability_sum: sum,
        status,
        answer: answer.map(|index| alternatives[index].forecast.outcome.clone()),
        probability_of_answer: scored.as_ref().map(|(shares, answer)| shares[*answer]),
        score: scored.map(|(shares, answer)| rule(&shares, answer)),
    })
}

fn status(alternatives: &[&Question], sum: Option<f64>) -> GroupStatus {
    let any = |status: QuestionStatus| alternatives.iter().any(|one| one.status == status);
    if any(QuestionStatus::Annulled) {
        GroupStatus::Annulled
    } else if any(QuestionStatus::Unresolved) {
        GroupStatus::Unresolved
    } else {
        match sum {
            None => GroupStatus::NoForecast,
            Some(sum) if (sum - 1.0).abs() > MAX_SUM_ERROR => GroupStatus::SumNotOne,
            Some(_) => GroupStatus::Scored,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::forecast::Forecast;
    use super::super::questions::questions;
    use super::super::resolutions::parse_resolutions;
    use super::super::results::ResultsFolder;
    use super::*;
    use std::path::{Path, PathBuf};

    fn results(probabilities: &[f64]) -> ResultsFolder {
        let forecast = |(index, &probability): (usize, &f64)| Forecast {
            outcome: format!("o{index}"),
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
        let mut mistakes = file.mistakes.clone();
        let folders = [results(probabilities)];
        let all = questions(&folders, Some(&file), &mut mistakes, &mut Vec::new()).unwrap();
        let groups = groups(&all, &file, &mut mistakes);
        mistakes.finish().map_err(|error| error.to_string())?;
        Ok(groups)
    }

    #[test]
    fn alternatives_are_scored_in_their_order() {
        let shares = [0.45, 0.15, 0.25, 0.15];
        let rows = ["s,o0,no,g,2", "s,o1,no,g,1", "s,o2,yes,g,3", "s,o3,no,g,4"];
        let ordered = &read(&shares, &rows).unwrap()[0];
        assert_eq!(ordered.alternatives, ["o1", "o0", "o2", "o3"]);
        assert!(ordered.is_ordered);
        assert!((ordered.score.unwrap() - 0.135).abs() < 1e-12);
        assert_eq!(ordered.answer.as_deref(), Some("o2"));
        let rows = rows.map(|row| row.rsplit_once(',').unwrap().0.to_owned() + ",");
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let unordered = &read(&shares, &rows).unwrap()[0];
        assert!(!unordered.is_ordered);
        assert!((unordered.score.unwrap() - 0.405).abs() < 1e-12);
    }

    #[test]
    fn sums_close_to_one_are_normalized_and_others_listed() {
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
    fn invalid_groups_are_rejected() {
        let error = |rows: &[&str]| read(&[0.5, 0.5], rows).unwrap_err();
        assert_eq!(
            error(&["s,o0,yes,g,"]),
            "r.csv:2: the group `g` of `s` has a single alternative: add the others"
        );
        assert!(error(&["s,o0,yes,g,1", "s,o1,no,g,"]).contains("with and without `order`"));
        assert!(error(&["s,o0,yes,g,1", "s,o1,no,g,1"]).contains("the same `order`"));
        assert!(error(&["s,o0,yes,g,", "s,o1,yes,g,"]).contains("more than one alternative"));
        assert!(
            error(&["s,o0,no,g,", "s,o1,no,g,"]).contains("no alternative with the answer yes")
        );
    }
}
