//! Proper scoring rules, each a function of one forecast and its resolution.
//!
//! Lower is better in all of them. Probabilities are in [0, 1]; days are counted from 1.

use crate::base::math::double::ln;

/// A logarithmic score, and whether the probability was clipped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogScore {
    /// −ln of the probability of the answer, in nats.
    pub nats: f64,
    /// Whether the probability of the answer was below the minimum that `n_runs` runs allow.
    pub is_clipped: bool,
}

/// The Brier score of a binary question in the 0–1 convention: (p − y)², 0 best, 1 worst. Brier's own
/// sum over both answers (1950) is twice that.
pub fn brier(probability: f64, is_yes: bool) -> f64 {
    let error = probability - f64::from(u8::from(is_yes));
    error * error
}

/// The logarithmic score (Good 1952) in nats: −ln p for a yes, −ln(1 − p) for a no.
///
/// No occurrence in `n_runs` runs does not mean impossible, so the probability of the answer is
/// clipped to at least 1/(n_runs + 2) (Laplace's rule of succession). Only forecasts of exactly 0 or
/// 1 can be below that.
pub fn log_score(probability: f64, is_yes: bool, n_runs: u64) -> LogScore {
    let of_answer = if is_yes {
        probability
    } else {
        1.0 - probability
    };
    let min = 1.0 / (n_runs as f64 + 2.0);
    let is_clipped = of_answer < min;
    LogScore {
        nats: -ln(if is_clipped { min } else { of_answer }),
        is_clipped,
    }
}

/// The ranked probability score of ordered alternatives (Epstein 1969) in the 0–1 convention: the
/// mean Brier score over the K − 1 cuts between neighbors. The 0–2 convention of forecasting
/// tournaments is twice that. The sum of `shares` is 1, K ≥ 2; `answer` is the index of the
/// alternative that occurred.
pub fn ranked_probability(shares: &[f64], answer: usize) -> f64 {
    debug_assert!(shares.len() >= 2 && answer < shares.len());
    let mut below = 0.0;
    let mut sum = 0.0;
    for (cut, share) in shares[..shares.len() - 1].iter().enumerate() {
        below += share;
        sum += brier(below, answer <= cut);
    }
    sum / (shares.len() - 1) as f64
}

/// The Brier score of unordered alternatives in the 0–1 convention: half of Brier's sum over all
/// alternatives (1950), so that two alternatives score as one binary question.
pub fn brier_of_alternatives(shares: &[f64], answer: usize) -> f64 {
    let alternatives = shares.iter().enumerate();
    let sum: f64 = alternatives
        .map(|(index, &share)| brier(share, index == answer))
        .sum();
    0.5 * sum
}

/// Scores of a cumulative forecast: squared distances between the cumulative probability and the step
/// at the day of occurrence, over the days 1 to D. Later occurrences count as never.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DateScore {
    /// Mean over the days: a Brier score in the 0–1 convention.
    pub integrated_brier: f64,
    /// Sum over the days: the continuous ranked probability score of the day of occurrence, in days,
    /// where "never" counts as day D + 1.
    pub crps_days: f64,
    /// `crps_days` without the part that a finite number of runs adds (Ferro 2014).
    pub crps_days_fair: f64,
}

/// Scores a cumulative forecast. `by_day[d − 1]` is the probability that the outcome has occurred by
/// the end of day d; `day` is the day of occurrence, `None` for never. The fair score assumes
/// independent runs (Ferro 2014).
pub fn date_score(by_day: &[f64], day: Option<u16>, n_runs: u64) -> DateScore {
    debug_assert!(!by_day.is_empty());
    let has_occurred = |index: usize| day.is_some_and(|day| usize::from(day) <= index + 1);
    let days = by_day.iter().enumerate();
    let crps_days: f64 = days.map(|(index, &p)| brier(p, has_occurred(index))).sum();
    let spread: f64 = by_day.iter().map(|p| p * (1.0 - p)).sum();
    DateScore {
        integrated_brier: crps_days / by_day.len() as f64,
        crps_days,
        crps_days_fair: crps_days - spread / (n_runs.max(2) - 1) as f64,
    }
}

/// The continuous ranked probability score of an ensemble (Matheson & Winkler 1976; Gneiting &
/// Raftery 2007, eq. 21): mean |xᵢ − y| − ½ mean |xᵢ − xⱼ|, in the unit of the members. With
/// `is_fair`, the second mean excludes the pairs of a member with itself, which gives the expectation
/// of an infinite ensemble (Ferro 2014); it needs two members.
pub fn crps_of_ensemble(members: &[f64], observed: f64, is_fair: bool) -> f64 {
    let n = members.len() as f64;
    let error: f64 = members.iter().map(|x| (x - observed).abs()).sum();
    let pairs = members
        .iter()
        .flat_map(|x| members.iter().map(move |y| x - y));
    let spread: f64 = pairs.map(f64::abs).sum();
    let n_pairs = if is_fair { n * (n - 1.0) } else { n * n };
    error / n - 0.5 * spread / n_pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64) {
        assert!(
            (value - expected).abs() < 1e-12,
            "{value} is not {expected}"
        );
    }

    #[test]
    fn brier_score_of_one_question() {
        near(brier(0.8, true), 0.04);
        near(brier(0.8, false), 0.64);
        assert_eq!((brier(1.0, true), brier(1.0, false)), (0.0, 1.0));
    }

    #[test]
    fn log_score_of_an_answer_without_runs_is_clipped() {
        let score = log_score(0.8, true, 100);
        assert!(!score.is_clipped);
        near(score.nats, 0.223_143_551_314_209_7);
        near(log_score(0.8, false, 100).nats, 1.609_437_912_434_100_3);
        let clipped = log_score(0.0, true, 98);
        assert!(clipped.is_clipped);
        near(clipped.nats, 4.605_170_185_988_091);
        assert_eq!(clipped, log_score(1.0, false, 98));
        assert_eq!(log_score(1.0, true, 98).nats, 0.0);
        assert!(!log_score(1.0 / 98.0, true, 98).is_clipped);
    }

    #[test]
    fn ordered_alternatives() {
        let shares = [0.15, 0.45, 0.25, 0.15];
        near(ranked_probability(&shares, 2), 0.135);
        near(2.0 * ranked_probability(&shares, 2), 0.27);
        // Only the ranked score rewards a near miss.
        let certain = [0.0, 1.0, 0.0, 0.0];
        assert!(ranked_probability(&certain, 2) < ranked_probability(&certain, 3));
        assert_eq!(
            brier_of_alternatives(&certain, 2),
            brier_of_alternatives(&certain, 3)
        );
        near(
            brier_of_alternatives(&shares, 2),
            0.5 * (0.0225 + 0.2025 + 0.5625 + 0.0225),
        );
    }

    #[test]
    fn two_alternatives_score_as_one_question() {
        near(ranked_probability(&[0.2, 0.8], 1), brier(0.8, true));
        near(brier_of_alternatives(&[0.2, 0.8], 1), brier(0.8, true));
    }

    #[test]
    fn crps_of_four_members() {
        near(crps_of_ensemble(&[1.0, 2.0, 3.0, 4.0], 2.5, false), 0.375);
        near(
            crps_of_ensemble(&[1.0, 2.0, 3.0, 4.0], 2.5, true),
            1.0 / 6.0,
        );
        near(crps_of_ensemble(&[7.0], 2.5, false), 4.5);
    }

    /// Runs in which the outcome occurs on days 1, 2, 2, 4 and never, of 5 days.
    #[test]
    fn date_score_is_the_crps_of_the_runs() {
        let by_day = [0.2, 0.6, 0.6, 0.8, 0.8];
        let members = [1.0, 2.0, 2.0, 4.0, 6.0];
        for (day, observed) in [(Some(1), 1.0), (Some(3), 3.0), (Some(5), 5.0), (None, 6.0)] {
            let score = date_score(&by_day, day, 5);
            near(score.crps_days, crps_of_ensemble(&members, observed, false));
            near(
                score.crps_days_fair,
                crps_of_ensemble(&members, observed, true),
            );
            near(score.integrated_brier, score.crps_days / 5.0);
        }
        // An early correct forecast scores better than a late one.
        let late = [0.0, 0.0, 0.0, 0.8, 0.8];
        assert!(
            date_score(&by_day, Some(2), 5).crps_days < date_score(&late, Some(2), 5).crps_days
        );
    }

    /// The expected score is minimal for a forecast of the true probability.
    #[test]
    fn scoring_rules_are_proper() {
        for truth in [0.1, 0.37, 0.5, 0.9] {
            let expected =
                |rule: &dyn Fn(bool) -> f64| truth * rule(true) + (1.0 - truth) * rule(false);
            let min_brier = expected(&|is_yes| brier(truth, is_yes));
            let min_log = expected(&|is_yes| log_score(truth, is_yes, 1000).nats);
            for step in 0..=20 {
                let forecast = f64::from(step) / 20.0;
                assert!(expected(&|is_yes| brier(forecast, is_yes)) >= min_brier - 1e-15);
                assert!(
                    expected(&|is_yes| log_score(forecast, is_yes, 1000).nats) >= min_log - 1e-12
                );
            }
        }
    }
}
