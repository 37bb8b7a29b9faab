//! Means against known answers, in standard errors.

use crate::known_answers::lives::{Life, Lives, Place};

/// What a mean may differ from the truth, in standard errors.
pub const THRESHOLD: f64 = 4.5;

/// Judges the mean of a statistic over all lives. The two lives of a draw are not independent, so
/// the draw's mean is the unit.
pub fn judge(what: &str, lives: &Lives, statistic: impl Fn(&Life) -> f64, truth: f64) {
    judge_draws(
        what,
        lives,
        |pair| 0.5 * (statistic(&pair[0]) + statistic(&pair[1])),
        truth,
    );
}

/// Judges the mean of a statistic of a draw's two lives.
pub fn judge_draws(what: &str, lives: &Lives, statistic: impl Fn(&[Life]) -> f64, truth: f64) {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for pair in lives.draws() {
        // About the truth, so that the squares do not cancel.
        let distance = statistic(pair) - truth;
        n += 1.0;
        sum += distance;
        squares += distance * distance;
    }
    let mean: f64 = sum / n;
    let error = ((squares / n - mean * mean) / (n - 1.0)).sqrt();
    // What cannot happen, or must, does so exactly.
    let z = if mean == 0.0 { 0.0 } else { mean / error };
    println!("{what}: {truth} and {:.2e} (z = {z:.2})", mean);
    assert!(
        z.abs() < THRESHOLD,
        "{what}: {} instead of {truth}, {z:.1} standard errors off",
        truth + mean
    );
}

/// Judges the probability that an outcome comes true by a day.
pub fn judge_by(lives: &Lives, outcome: &str, day: u32, truth: f64) {
    let place = lives.outcome(outcome);
    judge(
        &format!("{outcome} by day {day}"),
        lives,
        |life| life.hit_by(place, day),
        truth,
    );
}

/// Judges mean and variance of a variable in the evening of a day.
pub fn judge_moments(lives: &Lives, variable: &str, day: usize, mean: f64, variance: f64) {
    let place: Place = lives.variable(variable);
    let what = |moment: &str| format!("{moment} of {variable} on day {day}");
    judge(&what("mean"), lives, |life| life.value(place, day), mean);
    judge(
        &what("variance"),
        lives,
        |life| (life.value(place, day) - mean).powi(2),
        variance,
    );
}
