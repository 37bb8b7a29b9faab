//! Answers that contradict each other: of two questions about the same outcome by two days, a yes by the
//! earlier day implies a yes by the later one.
//!
//! Results folders do not contain the conditions of outcomes. Two outcomes are taken as the same if their
//! cumulative probabilities are equal on all days on which both count.

use super::question::Question;
use crate::scenario::Answer;

/// A warning for each pair of contradictory answers.
pub(super) fn contradictions(questions: &[Question]) -> Vec<String> {
    let mut all = Vec::new();
    for later in questions {
        let earlier = questions.iter().filter(|one| implies(one, later));
        all.extend(earlier.filter_map(|earlier| contradiction(earlier, later)));
    }
    all
}

/// Whether a yes of one question implies a yes of the other: it is the same outcome by an earlier day, or
/// by the same day.
fn implies(earlier: &Question, later: &Question) -> bool {
    let days = |question: &Question| question.forecast.by_day.clone().unwrap_or_default();
    let is_other = earlier.forecast.outcome != later.forecast.outcome;
    if !is_other || earlier.scenario != later.scenario {
        return false;
    }
    let (earlier, later) = (days(earlier), days(later));
    // An outcome that never occurs in the simulation could be any.
    let occurs = earlier.last().is_some_and(|&probability| probability > 0.0);
    occurs && later.starts_with(&earlier)
}

/// The contradiction between the answers of an outcome by an earlier day and by a later one.
fn contradiction(earlier: &Question, later: &Question) -> Option<String> {
    let name = |question: &Question| format!("{}.{}", question.scenario, question.forecast.outcome);
    let (first, second) = (name(earlier), name(later));
    let last = earlier.forecast.last_date;
    match (earlier.answer()?, later.answer()?) {
        (Answer::Yes, Answer::No) => Some(format!(
            "{first} is answered yes and {second} no, although the first is the same outcome by an earlier or the same day ({last}), which implies the second: correct one of the answers"
        )),
        (Answer::No, Answer::Yes) => {
            let date = later
                .resolution
                .as_ref()?
                .date
                .filter(|date| *date <= last)?;
            Some(format!(
                "{first} is answered no and {second} yes on {date}, although the first is the same outcome by {last}: correct one of the answers or the date"
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::forecast::Forecast;
    use super::super::question::QuestionStatus;
    use super::*;
    use crate::scenario::Resolution;

    fn question(outcome: &str, by_day: &[f64], answer: Answer, date: Option<&str>) -> Question {
        let last_date = format!("2030-03-{:02}", by_day.len());
        Question {
            scenario: "s".to_owned(),
            forecast: Forecast {
                outcome: outcome.to_owned(),
                label: String::new(),
                question: String::new(),
                last_date: last_date.parse().unwrap(),
                n_runs: 100,
                probability: by_day.last().copied(),
                by_day: Some(by_day.to_vec()),
                resolution: None,
            },
            resolution: Some(Resolution {
                answer,
                date: date.map(|date| date.parse().unwrap()),
                source: None,
            }),
            resolved_by: None,
            group: None,
            order: None,
            references: Vec::new(),
            status: QuestionStatus::Scored,
            score: None,
        }
    }

    #[test]
    fn yes_by_an_earlier_day_implies_a_yes_by_a_later_one() {
        let falls = |answer, date| question("falls", &[0.1, 0.2, 0.3, 0.4], answer, date);
        let soon = |answer| question("falls_soon", &[0.1, 0.2], answer, Some("2030-03-02"));
        let warnings = contradictions(&[falls(Answer::No, None), soon(Answer::Yes)]);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].starts_with("s.falls_soon is answered yes and s.falls no"));
        let warnings = contradictions(&[falls(Answer::Yes, Some("2030-03-02")), soon(Answer::No)]);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        let later = falls(Answer::Yes, Some("2030-03-03"));
        assert!(contradictions(&[later, soon(Answer::No)]).is_empty());
        let unknown = falls(Answer::Yes, None);
        assert!(contradictions(&[unknown, soon(Answer::No)]).is_empty());
    }

    #[test]
    fn other_outcomes_imply_nothing() {
        let falls = || question("falls", &[0.1, 0.2, 0.3], Answer::No, None);
        let other = question("other", &[0.1, 0.21], Answer::Yes, None);
        assert!(contradictions(&[falls(), other]).is_empty());
        let never = question("never", &[0.0, 0.0], Answer::Yes, None);
        let also_never = question("also", &[0.0, 0.0, 0.0], Answer::No, None);
        assert!(contradictions(&[never, also_never]).is_empty());
    }
}
