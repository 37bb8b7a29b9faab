//! The scoring rules, each a pure function of one forecast and what came true.
//!
//! All are proper: in expectation nobody scores better than by saying what they believe. Lower
//! is better in all of them. Probabilities lie in [0, 1]; days are counted from 1.

use crate::base::math::double::ln;

/// A logarithmic score, and whether the forecast had to be held off 0 for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogScore {
    /// −ln of the probability given to what happened, in nats.
    pub nats: f64,
    /// The probability was below what `n_runs` runs can tell from 0.
    pub is_clipped: bool,
}

/// The Brier score of a yes–no question in the 0–1 convention: (p − y)², 0 best, 1 worst. Brier's
/// own sum over both answers (1950) is twice that.
pub fn brier(probability: f64, is_yes: bool) -> f64 {
    let miss = probability - f64::from(u8::from(is_yes));
    miss * miss
}

/// The logarithmic score (Good 1952) with the natural logarithm: −ln p for a yes, −ln(1 − p) for
/// a no.
///
/// A forecast of 0 that came true would score infinity. But none of `n_runs` runs does not mean
/// that it cannot happen: Laplace's rule of succession gives it 1/(n_runs + 2), and what happened
/// is never taken as less probable than that. Every forecast between 0 and 1 is above it.
pub fn log_score(probability: f64, is_yes: bool, n_runs: u64) -> LogScore {
    let given = if is_yes {
        probability
    } else {
        1.0 - probability
    };
    let least = 1.0 / (n_runs as f64 + 2.0);
    let is_clipped = given < least;
    LogScore {
        nats: -ln(if is_clipped { least } else { given }),
        is_clipped,
    }
}

/// The ranked probability score of ordered options (Epstein 1969) in the 0–1 convention: the mean
/// over the K − 1 cuts between neighbours of the Brier score of "it lies below the cut". Twice
/// that is the 0–2 convention of forecasting tournaments. `shares` add up to 1, K ≥ 2;
/// `answer` is the index of the option that came true.
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

/// The Brier score of options without an order in the 0–1 convention: half of Brier's sum over
/// all options (1950), so that two options score as one yes–no question.
pub fn brier_of_options(shares: &[f64], answer: usize) -> f64 {
    let options = shares.iter().enumerate();
    let sum: f64 = options
        .map(|(option, &share)| brier(share, option == answer))
        .sum();
    0.5 * sum
}

/// A dated forecast held against the day: both are the squared distance between the cumulative
/// probability and the step at the day on which it came true, over days 1 to the last that
/// counts. What would come later is all alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayScore {
    /// The mean over the days: a Brier score in the 0–1 convention, for being right early.
    pub integrated_brier: f64,
    /// The sum over the days: the continuous ranked probability score of the day (in days),
    /// where what never came true counts as the day after the last.
    pub crps_days: f64,
    /// The same without what the finite number of runs adds to it.
    pub crps_days_fair: f64,
}

/// Scores a dated forecast. `by_day[d − 1]` is the probability that it has come true by the
/// evening of day d, not falling; `day` is when it did, `None` for never. Fairness takes the
/// runs as independent (Ferro 2014).
pub fn day_score(by_day: &[f64], day: Option<u16>, n_runs: u64) -> DayScore {
    debug_assert!(!by_day.is_empty());
    let came_by = |at: usize| day.is_some_and(|day| usize::from(day) <= at + 1);
    let days = by_day.iter().enumerate();
    let crps_days: f64 = days.map(|(at, &p)| brier(p, came_by(at))).sum();
    let spread: f64 = by_day.iter().map(|p| p * (1.0 - p)).sum();
    DayScore {
        integrated_brier: crps_days / by_day.len() as f64,
        crps_days,
        crps_days_fair: crps_days - spread / (n_runs.max(2) - 1) as f64,
    }
}

/// The continuous ranked probability score of an ensemble (Matheson and Winkler 1976; Gneiting
/// and Raftery 2007, eq. 21): mean |xᵢ − y| − ½ mean |xᵢ − xⱼ|, in the unit of the members. With
/// `is_fair`, the second mean leaves out the pairs of a member with itself, which makes the
/// expectation that of an infinite ensemble (Ferro 2014); it needs two members.
pub fn crps_of_ensemble(members: &[f64], observed: f64, is_fair: bool) -> f64 {
    let n = members.len() as f64;
    let miss: f64 = members.iter().map(|x| (x - observed).abs()).sum();
    let pairs = members
        .iter()
        .flat_map(|x| members.iter().map(move |y| x - y));
    let spread: f64 = pairs.map(f64::abs).sum();
    let n_pairs = if is_fair { n * (n - 1.0) } else { n * n };
    miss / n - 0.5 * spread / n_pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, truth: f64) {
        assert!((value - truth).abs() < 1e-12, "{value} is not {truth}");
    }

    #[test]
    fn brier_of_one_question() {
        near(brier(0.8, true), 0.04);
        near(brier(0.8, false), 0.64);
        assert_eq!((brier(1.0, true), brier(1.0, false)), (0.0, 1.0));
    }

    #[test]
    fn the_log_score_is_finite_where_no_run_foresaw_it() {
        let score = log_score(0.8, true, 100);
        assert!(!score.is_clipped);
        near(score.nats, 0.223_143_551_314_209_7);
        near(log_score(0.8, false, 100).nats, 1.609_437_912_434_100_3);
        let surprise = log_score(0.0, true, 98);
        assert!(surprise.is_clipped);
        near(surprise.nats, 4.605_170_185_988_091);
        assert_eq!(surprise, log_score(1.0, false, 98));
        assert_eq!(log_score(1.0, true, 98).nats, 0.0);
        assert!(!log_score(1.0 / 98.0, true, 98).is_clipped);
    }

    #[test]
    fn ordered_options() {
        let shares = [0.15, 0.45, 0.25, 0.15];
        near(ranked_probability(&shares, 2), 0.135);
        near(2.0 * ranked_probability(&shares, 2), 0.27);
        // A near miss is better than a far one, which options without order do not see.
        let sure = [0.0, 1.0, 0.0, 0.0];
        assert!(ranked_probability(&sure, 2) < ranked_probability(&sure, 3));
        assert_eq!(brier_of_options(&sure, 2), brier_of_options(&sure, 3));
        near(
            brier_of_options(&shares, 2),
            0.5 * (0.0225 + 0.2025 + 0.5625 + 0.0225),
        );
    }

    #[test]
    fn two_options_are_one_question() {
        near(ranked_probability(&[0.2, 0.8], 1), brier(0.8, true));
        near(brier_of_options(&[0.2, 0.8], 1), brier(0.8, true));
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

    /// Runs that come true on days 1, 2, 2, 4 and never, of 5 days, told by day and as members.
    #[test]
    fn the_score_of_a_day_is_the_crps_of_the_runs() {
        let by_day = [0.2, 0.6, 0.6, 0.8, 0.8];
        let members = [1.0, 2.0, 2.0, 4.0, 6.0];
        for (day, observed) in [(Some(1), 1.0), (Some(3), 3.0), (Some(5), 5.0), (None, 6.0)] {
            let score = day_score(&by_day, day, 5);
            near(score.crps_days, crps_of_ensemble(&members, observed, false));
            near(
                score.crps_days_fair,
                crps_of_ensemble(&members, observed, true),
            );
            near(score.integrated_brier, score.crps_days / 5.0);
        }
        // Right early beats right late.
        let late = [0.0, 0.0, 0.0, 0.8, 0.8];
        assert!(day_score(&by_day, Some(2), 5).crps_days < day_score(&late, Some(2), 5).crps_days);
    }

    /// What one believes is the best thing to say, for every rule.
    #[test]
    fn the_rules_are_proper() {
        for belief in [0.1, 0.37, 0.5, 0.9] {
            let expected =
                |rule: &dyn Fn(bool) -> f64| belief * rule(true) + (1.0 - belief) * rule(false);
            let honest_brier = expected(&|is_yes| brier(belief, is_yes));
            let honest_log = expected(&|is_yes| log_score(belief, is_yes, 1000).nats);
            for step in 0..=20 {
                let said = f64::from(step) / 20.0;
                assert!(expected(&|is_yes| brier(said, is_yes)) >= honest_brier - 1e-15);
                assert!(
                    expected(&|is_yes| log_score(said, is_yes, 1000).nats) >= honest_log - 1e-12
                );
            }
        }
    }
}
