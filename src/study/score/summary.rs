//! Means over the questions, and how much better they are than named references.
//!
//! In: scored questions. Out: [`Measure`]s with bootstrap intervals, each with its meaning in
//! words. Options of a group count in their group alone.

use super::bootstrap::{Measured, bootstrap};
use super::groups::{Group, GroupStatus};
use super::questions::{Question, Status};
use super::reliability::{Binning, Pair};
use super::rules::brier;
use super::{REFERENCE, Settings};
use crate::base::random::keyed::KeyedStream;

/// A number about all questions.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its name in files.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// What it means.
    pub meaning: String,
    /// The questions or groups that it is of.
    pub n_questions: u64,
    /// The number and its interval; a count has none.
    pub measured: Measured,
}

/// What is summed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Summed<'a> {
    /// All questions.
    pub(super) questions: &'a [Question],
    /// Those that count in the means.
    pub(super) counted: &'a [&'a Question],
    /// Their forecasts and answers.
    pub(super) pairs: &'a [Pair],
    /// Their bins.
    pub(super) binning: &'a Binning,
    /// The groups.
    pub(super) groups: &'a [Group],
    /// The names of the reference columns.
    pub(super) references: &'a [String],
    /// How to score.
    pub(super) settings: &'a Settings,
}

/// Name, label and meaning of each mean over yes–no questions, in the order of [`means`].
const MEANS: [[&str; 3]; 14] = [
    [
        "brier",
        "Brier score",
        "mean of (p - y)^2 in the 0-1 convention: 0 best, 1 worst; Brier's own sum over both answers is twice that",
    ],
    [
        "log_score",
        "Log score (nats)",
        "mean of -ln(probability given to what happened), natural logarithm: 0 best; a probability below 1/(n_runs + 2) is taken as that, see log_scores_clipped",
    ],
    ["mean_probability", "Mean forecast", "mean of the forecasts"],
    [
        "base_rate",
        "Base rate",
        "share of the questions that came true",
    ],
    [
        "reliability",
        "Reliability (0 best)",
        "Murphy's decomposition, brier = reliability - resolution + uncertainty + within_bins: squared distance of mean forecasts from how often they came true, by bins; too high by chance where bins hold few questions",
    ],
    [
        "resolution",
        "Resolution (more is better)",
        "squared distance of how often bins came true from the base rate; too high by chance where bins hold few questions",
    ],
    [
        "uncertainty",
        "Uncertainty",
        "base_rate * (1 - base_rate): the Brier score of always saying the base rate of these questions",
    ],
    [
        "within_bins",
        "Within bins",
        "what forecasts that differ within a bin add to the Brier score; 0 with one bin for each distinct forecast",
    ],
    [
        "brier_skill_climatology",
        "Skill against climatology",
        "1 - brier/uncertainty: against always saying the base rate of these same questions, which nobody knew beforehand; 0 is as good, 1 perfect; empty where all had one answer",
    ],
    [
        "brier_skill_climatology_left_out",
        "Skill against climatology, left out",
        "1 - brier/(Brier score of saying for each question the base rate of all the others): climatology without a look at the answer",
    ],
    [
        "brier_skill_even_odds",
        "Skill against even odds",
        "1 - brier/0.25: against always saying 0.5",
    ],
    [
        "integrated_brier",
        "Brier score over the days",
        "mean over the days, then over dated questions, of (probability that it has come true by then - whether it has)^2, 0-1",
    ],
    [
        "crps_days",
        "CRPS of the day (days)",
        "mean over dated questions of the continuous ranked probability score of the day, up to the last that counts; never counts as the day after it",
    ],
    [
        "crps_days_fair",
        "CRPS of the day, fair (days)",
        "the same without what the finite number of runs adds, runs taken as independent",
    ],
];

/// How often what happened had been given less than the runs can tell from 0, and other counts,
/// then means, then groups.
pub(super) fn summary(summed: &Summed<'_>) -> Vec<Measure> {
    let mut all = counts(summed);
    let settings = summed.settings;
    let mut luck = KeyedStream::new(settings.seed, "score:questions");
    let measured = bootstrap(
        summed.counted.len(),
        settings.n_bootstrap,
        settings.confidence,
        &mut luck,
        |sample| means(summed, sample),
    );
    let texts = MEANS.iter().map(|texts| texts.map(str::to_owned));
    let references = summed
        .references
        .iter()
        .flat_map(|name| reference_texts(name));
    for (at, (texts, measured)) in texts.chain(references).zip(measured).enumerate() {
        all.push(measure(texts, n_behind(summed, at), measured));
    }
    all.extend(group_means(summed));
    all
}

fn measure([name, label, meaning]: [String; 3], n_questions: u64, measured: Measured) -> Measure {
    Measure {
        name,
        label,
        meaning,
        n_questions,
        measured,
    }
}

fn counts(summed: &Summed<'_>) -> Vec<Measure> {
    let n_questions = summed.questions.len() as u64;
    let n = |is: &dyn Fn(&Question) -> bool| {
        summed
            .questions
            .iter()
            .filter(|question| is(question))
            .count()
    };
    let with = |status: Status| n(&|question| question.status == status);
    let is_clipped = |question: &Question| {
        question
            .score
            .as_ref()
            .is_some_and(|score| score.log.is_clipped)
    };
    let rows = [
        (
            "questions_scored",
            "Scored",
            "questions with a forecast and the answer yes or no",
            with(Status::Scored),
        ),
        (
            "questions_unresolved",
            "Unresolved",
            "questions without an answer yet",
            with(Status::Unresolved),
        ),
        (
            "questions_annulled",
            "Annulled",
            "questions that were withdrawn",
            with(Status::Annulled),
        ),
        (
            "questions_without_forecast",
            "Not forecast",
            "questions with an answer of which no run was counted",
            with(Status::NoForecast),
        ),
        (
            "questions_in_groups",
            "Options",
            "questions that are options of a group: scored there, and left out of the means over questions",
            n(&|question| question.group.is_some()),
        ),
        (
            "log_scores_clipped",
            "Log scores clipped",
            "questions where what happened was given less than 1/(n_runs + 2); without that, their log score would be infinite",
            n(&|question| question.counts() && is_clipped(question)),
        ),
    ];
    rows.map(|(name, label, meaning, count)| {
        let measured = Measured {
            value: Some(count as f64),
            interval: None,
        };
        measure(
            [name, label, meaning].map(str::to_owned),
            n_questions,
            measured,
        )
    })
    .to_vec()
}

/// The means over a sample of the questions, in the order of [`MEANS`] and then of the references.
fn means(summed: &Summed<'_>, sample: &[usize]) -> Vec<Option<f64>> {
    let scores = || {
        sample
            .iter()
            .filter_map(|&at| summed.counted[at].score.as_ref())
    };
    let pairs = || sample.iter().map(|&at| summed.pairs[at]);
    let brier_mean = mean(scores().map(|score| score.brier));
    let base_rate = mean(pairs().map(|pair| f64::from(u8::from(pair.is_yes))));
    let parts = (!sample.is_empty()).then(|| summed.binning.decompose(summed.pairs, sample));
    let days = || scores().filter_map(|score| score.day);
    let mut values = vec![
        brier_mean,
        mean(scores().map(|score| score.log.nats)),
        mean(pairs().map(|pair| pair.probability)),
        base_rate,
        parts.map(|parts| parts.reliability),
        parts.map(|parts| parts.resolution),
        parts.map(|parts| parts.uncertainty),
        parts.map(|parts| parts.within_bins),
        skill(brier_mean, parts.map(|parts| parts.uncertainty)),
        skill(brier_mean, left_out(pairs())),
        skill(brier_mean, Some(0.25)),
        mean(days().map(|day| day.integrated_brier)),
        mean(days().map(|day| day.crps_days)),
        mean(days().map(|day| day.crps_days_fair)),
    ];
    for at in 0..summed.references.len() {
        let both =
            || scores().filter_map(move |score| Some((score.brier, (*score.references.get(at)?)?)));
        let theirs = mean(both().map(|(_, theirs)| theirs));
        values.push(theirs);
        values.push(skill(mean(both().map(|(ours, _)| ours)), theirs));
    }
    values
}

/// The questions behind each of [`means`].
fn n_behind(summed: &Summed<'_>, at: usize) -> u64 {
    let scores = || {
        summed
            .counted
            .iter()
            .filter_map(|question| question.score.as_ref())
    };
    let n = if let Some(reference) = at.checked_sub(MEANS.len()) {
        let has =
            |references: &[Option<f64>]| references.get(reference / 2).is_some_and(Option::is_some);
        scores().filter(|score| has(&score.references)).count()
    } else if MEANS[at][0] == "integrated_brier" || MEANS[at][0].starts_with("crps") {
        scores().filter(|score| score.day.is_some()).count()
    } else {
        summed.counted.len()
    };
    n as u64
}

fn reference_texts(column: &str) -> [[String; 3]; 2] {
    let who = column
        .strip_prefix(REFERENCE)
        .unwrap_or(column)
        .replace('_', " ");
    [
        [
            format!("brier_{column}"),
            format!("Brier score of {who}"),
            format!(
                "Brier score, 0-1, of the forecasts in {column} of the resolutions file, over the questions that have one"
            ),
        ],
        [
            format!("brier_skill_{column}"),
            format!("Skill against {who}"),
            format!("1 - brier/(Brier score of {column}), both over the questions that have one"),
        ],
    ]
}

fn group_means(summed: &Summed<'_>) -> Vec<Measure> {
    let kinds = [
        (
            true,
            "rps",
            "Ranked probability score",
            "mean over groups of ordered options of the ranked probability score, 0-1: the mean Brier score over the cuts between neighbours; twice that in the 0-2 convention",
        ),
        (
            false,
            "brier_of_options",
            "Brier score of options",
            "mean over groups of options without an order of half of Brier's sum over the options, 0-1",
        ),
    ];
    let mut all = Vec::new();
    for (is_ordered, name, label, meaning) in kinds {
        let of_kind = summed
            .groups
            .iter()
            .filter(|group| group.is_ordered == is_ordered);
        let scores: Vec<f64> = of_kind.filter_map(|group| group.score).collect();
        if scores.is_empty() {
            continue;
        }
        let mut luck = KeyedStream::new(summed.settings.seed, "score:groups");
        let settings = summed.settings;
        let measured = bootstrap(
            scores.len(),
            settings.n_bootstrap,
            settings.confidence,
            &mut luck,
            |sample| vec![mean(sample.iter().map(|&at| scores[at]))],
        );
        let texts = [name, label, meaning].map(str::to_owned);
        all.push(measure(texts, scores.len() as u64, measured[0]));
    }
    let n_left = summed
        .groups
        .iter()
        .filter(|group| group.status != GroupStatus::Scored)
        .count();
    if n_left > 0 {
        let texts = [
            "groups_not_scored",
            "Groups not scored",
            "groups whose options are unresolved, annulled or not forecast, or whose probabilities do not add up to 1",
        ];
        let measured = Measured {
            value: Some(n_left as f64),
            interval: None,
        };
        all.push(measure(
            texts.map(str::to_owned),
            summed.groups.len() as u64,
            measured,
        ));
    }
    all
}

/// 1 − score/reference; `None` where the reference is perfect.
fn skill(score: Option<f64>, reference: Option<f64>) -> Option<f64> {
    let reference = reference.filter(|&reference| reference > 0.0)?;
    score.map(|score| 1.0 - score / reference)
}

/// The Brier score of saying for each question the share of the others that came true.
fn left_out(pairs: impl Iterator<Item = Pair> + Clone) -> Option<f64> {
    let n = pairs.clone().count();
    let n_yes = pairs.clone().filter(|pair| pair.is_yes).count();
    let others = n.checked_sub(1).filter(|&others| others > 0)? as f64;
    mean(pairs.map(|pair| {
        let n_other = n_yes - usize::from(pair.is_yes);
        brier(n_other as f64 / others, pair.is_yes)
    }))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = values.fold((0_u64, 0.0), |(n, sum), value| (n + 1, sum + value));
    (n > 0).then(|| sum / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_left_out_base_rate_is_what_the_others_did() {
        let pair = |is_yes| Pair {
            probability: 0.5,
            is_yes,
        };
        let pairs = [true, false, false, false].map(pair);
        // The one yes is told 0 of 3, each no 1 of 3.
        let expected = (1.0 + 3.0 / 9.0) / 4.0;
        assert!((left_out(pairs.iter().copied()).unwrap() - expected).abs() < 1e-12);
        assert!(left_out(pairs[..1].iter().copied()).is_none());
    }

    #[test]
    fn skill_is_undefined_against_a_perfect_reference() {
        assert_eq!(skill(Some(0.1), Some(0.0)), None);
        assert_eq!(skill(Some(0.1), Some(0.2)), Some(0.5));
        assert_eq!(skill(Some(0.0), Some(0.2)), Some(1.0));
        assert!(skill(Some(0.4), Some(0.2)).unwrap() < 0.0);
    }
}
