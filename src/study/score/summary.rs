//! Counts, mean scores and skills over all questions, with bootstrap intervals.
//!
//! Alternatives of a group count only in their group.

use super::bootstrap::bootstrap;
use super::groups::{Group, GroupStatus};
use super::measures::{MEANS, Measure, count_measure, measure, reference_texts};
use super::question::{Question, QuestionStatus};
use super::reliability::{Binning, Pair};
use super::rules::brier;
use crate::base::random::Seed;
use crate::base::random::keyed::KeyedStream;
use crate::base::stats::{Interval, wilson};
use crate::study::streams;

/// The questions and groups that are summarized, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct SummaryInput<'a> {
    pub(super) questions: &'a [Question],
    /// The questions that count in the means.
    pub(super) counted: &'a [&'a Question],
    /// The forecasts and answers of `counted`.
    pub(super) pairs: &'a [Pair],
    /// The bins of `counted`.
    pub(super) binning: &'a Binning,
    pub(super) groups: &'a [Group],
    /// The names of the reference columns.
    pub(super) references: &'a [String],
    /// Number of bootstrap samples; 0 for no intervals.
    pub(super) n_bootstrap: u32,
    /// Confidence level of intervals.
    pub(super) confidence: f64,
    /// Seed of the bootstrap.
    pub(super) seed: Seed,
}

/// All measures: counts, then means over questions, then means over groups.
pub(super) fn summary(summed: &SummaryInput<'_>) -> Vec<Measure> {
    let mut all = counts(summed);
    let mut stream = KeyedStream::new(summed.seed, streams::SCORE_QUESTIONS);
    let mut measured = bootstrap(
        summed.counted.len(),
        summed.n_bootstrap,
        summed.confidence,
        &mut stream,
        |sample| means(summed, sample),
    );
    let base_rate = MEANS.iter().position(|texts| texts[0] == "base_rate");
    if let Some(base_rate) = base_rate.map(|index| &mut measured[index]) {
        base_rate.interval = wilson_interval(summed, base_rate.value);
    }
    let texts = MEANS.iter().map(|texts| texts.map(str::to_owned));
    let references = summed
        .references
        .iter()
        .flat_map(|name| reference_texts(name));
    for (index, (texts, measured)) in texts.chain(references).zip(measured).enumerate() {
        all.push(measure(texts, n_questions(summed, index), measured));
    }
    all.extend(group_means(summed));
    all
}

/// Wilson's interval of the base rate; `None` without questions, or if no intervals are wanted.
fn wilson_interval(summed: &SummaryInput<'_>, base_rate: Option<f64>) -> Option<Interval> {
    let base_rate = base_rate.filter(|_| summed.n_bootstrap > 0)?;
    let n_questions = summed.counted.len() as f64;
    Some(wilson(base_rate, n_questions, summed.confidence))
}

fn counts(summed: &SummaryInput<'_>) -> Vec<Measure> {
    let n_questions = summed.questions.len() as u64;
    let n = |is: &dyn Fn(&Question) -> bool| {
        summed
            .questions
            .iter()
            .filter(|question| is(question))
            .count()
    };
    let with = |status: QuestionStatus| n(&|question| question.status == status);
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
            with(QuestionStatus::Scored),
        ),
        (
            "questions_unresolved",
            "Unresolved",
            "questions without a resolution yet",
            with(QuestionStatus::Unresolved),
        ),
        (
            "questions_annulled",
            "Annulled",
            "questions that were withdrawn",
            with(QuestionStatus::Annulled),
        ),
        (
            "questions_without_forecast",
            "Not forecast",
            "questions with an answer but without a counted run",
            with(QuestionStatus::NoForecast),
        ),
        (
            "questions_in_groups",
            "In groups",
            "questions that are alternatives of a group: scored there, and left out of the means over questions",
            n(&|question| question.group.is_some()),
        ),
        (
            "log_scores_clipped",
            "Log scores clipped",
            "questions whose answer had a probability below 1/(n_runs + 2); without clipping, their log score would be infinite",
            n(&|question| question.counts() && is_clipped(question)),
        ),
    ];
    rows.map(|(name, label, meaning, count)| {
        // The clipped scores are among the questions that count in the means.
        let n_questions = match name {
            "log_scores_clipped" => summed.counted.len() as u64,
            _ => n_questions,
        };
        count_measure(
            [name, label, meaning].map(str::to_owned),
            n_questions,
            count,
        )
    })
    .to_vec()
}

/// The means over a sample of the questions, in the order of [`MEANS`], then of the references.
fn means(summed: &SummaryInput<'_>, sample: &[usize]) -> Vec<Option<f64>> {
    let scores = || {
        sample
            .iter()
            .filter_map(|&index| summed.counted[index].score.as_ref())
    };
    let pairs = || sample.iter().map(|&index| summed.pairs[index]);
    let brier_mean = mean(scores().map(|score| score.brier));
    let base_rate = mean(pairs().map(|pair| f64::from(u8::from(pair.is_yes))));
    let parts = (!sample.is_empty()).then(|| summed.binning.decompose(summed.pairs, sample));
    let dates = || scores().filter_map(|score| score.date);
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
        skill(brier_mean, leave_one_out(pairs())),
        skill(brier_mean, Some(0.25)),
        mean(dates().map(|date| date.integrated_brier)),
        mean(dates().map(|date| date.crps_days)),
        mean(dates().map(|date| date.crps_days_fair)),
    ];
    for index in 0..summed.references.len() {
        let both = || {
            scores().filter_map(move |score| Some((score.brier, (*score.references.get(index)?)?)))
        };
        let theirs = mean(both().map(|(_, theirs)| theirs));
        values.push(theirs);
        values.push(skill(mean(both().map(|(ours, _)| ours)), theirs));
    }
    values
}

/// The number of questions of each of [`means`].
fn n_questions(summed: &SummaryInput<'_>, index: usize) -> u64 {
    let scores = || {
        summed
            .counted
            .iter()
            .filter_map(|question| question.score.as_ref())
    };
    let n = if let Some(reference) = index.checked_sub(MEANS.len()) {
        let has =
            |references: &[Option<f64>]| references.get(reference / 2).is_some_and(Option::is_some);
        scores().filter(|score| has(&score.references)).count()
    } else if MEANS[index][0] == "integrated_brier" || MEANS[index][0].starts_with("crps") {
        scores().filter(|score| score.date.is_some()).count()
    } else {
        summed.counted.len()
    };
    n as u64
}

fn group_means(summed: &SummaryInput<'_>) -> Vec<Measure> {
    let kinds = [
        (
            true,
            "rps",
            "Ranked probability score",
            "mean over groups of ordered alternatives of the ranked probability score, 0-1: the mean Brier score over the cuts between neighbors; twice that in the 0-2 convention",
        ),
        (
            false,
            "brier_of_alternatives",
            "Brier score of alternatives",
            "mean over groups of unordered alternatives of half of Brier's sum over the alternatives, 0-1",
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
        let mut stream = KeyedStream::new(summed.seed, streams::SCORE_GROUPS);
        let measured = bootstrap(
            scores.len(),
            summed.n_bootstrap,
            summed.confidence,
            &mut stream,
            |sample| vec![mean(sample.iter().map(|&index| scores[index]))],
        );
        let texts = [name, label, meaning].map(str::to_owned);
        all.push(measure(texts, scores.len() as u64, measured[0]));
    }
    let n_not_scored = summed
        .groups
        .iter()
        .filter(|group| group.status != GroupStatus::Scored)
        .count();
    if n_not_scored > 0 {
        let texts = [
            "groups_not_scored",
            "Groups not scored",
            "groups whose alternatives are unresolved, annulled or not forecast, or whose probabilities do not sum to 1",
        ];
        all.push(count_measure(
            texts.map(str::to_owned),
            summed.groups.len() as u64,
            n_not_scored,
        ));
    }
    all
}

/// 1 − score/reference; `None` if the reference is perfect.
fn skill(score: Option<f64>, reference: Option<f64>) -> Option<f64> {
    let reference = reference.filter(|&reference| reference > 0.0)?;
    score.map(|score| 1.0 - score / reference)
}

/// The Brier score of forecasting for each question the base rate of the others; `None` for fewer
/// than two questions.
fn leave_one_out(pairs: impl Iterator<Item = Pair> + Clone) -> Option<f64> {
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
    fn leave_one_out_base_rate_excludes_the_question() {
        let pair = |is_yes| Pair {
            probability: 0.5,
            is_yes,
        };
        let pairs = [true, false, false, false].map(pair);
        // The forecast of the yes is 0 of 3, that of each no 1 of 3.
        let expected = (1.0 + 3.0 / 9.0) / 4.0;
        assert!((leave_one_out(pairs.iter().copied()).unwrap() - expected).abs() < 1e-12);
        assert!(leave_one_out(pairs[..1].iter().copied()).is_none());
    }

    #[test]
    fn skill_is_undefined_against_a_perfect_reference() {
        assert_eq!(skill(Some(0.1), Some(0.0)), None);
        assert_eq!(skill(Some(0.1), Some(0.2)), Some(0.5));
        assert_eq!(skill(Some(0.0), Some(0.2)), Some(1.0));
        assert!(skill(Some(0.4), Some(0.2)).unwrap() < 0.0);
    }
}
