//! Assertions that means agree with known answers, in standard errors.

use crate::known_answers::runs::{Place, RunValues, SimulatedRuns};

/// Maximum deviation of a mean from the truth, in standard errors.
pub const THRESHOLD: f64 = 4.5;

/// Asserts the mean of a statistic over all runs. The two runs of a draw are correlated, so the mean of
/// the draw is the unit.
pub fn assert_near(
    what: &str,
    runs: &SimulatedRuns,
    statistic: impl Fn(&RunValues) -> f64,
    truth: f64,
) {
    assert_draws(
        what,
        runs,
        |pair| 0.5 * (statistic(&pair[0]) + statistic(&pair[1])),
        truth,
    );
}

/// Asserts the mean of a statistic of the two runs of a draw.
pub fn assert_draws(
    what: &str,
    runs: &SimulatedRuns,
    statistic: impl Fn(&[RunValues]) -> f64,
    truth: f64,
) {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for pair in runs.draws() {
        // Centered at the truth, which avoids cancellation of the squares.
        let distance = statistic(pair) - truth;
        n += 1.0;
        sum += distance;
        squares += distance * distance;
    }
    let mean: f64 = sum / n;
    let error = ((squares / n - mean * mean) / (n - 1.0)).sqrt();
    // An impossible or certain outcome has exactly its probability.
    let z = if mean == 0.0 { 0.0 } else { mean / error };
    println!("{what}: {truth} and {:.2e} (z = {z:.2})", mean);
    assert!(
        z.abs() < THRESHOLD,
        "{what}: {} instead of {truth}, {z:.1} standard errors off",
        truth + mean
    );
}

/// Asserts the probability that an outcome occurs by a day.
pub fn assert_within(runs: &SimulatedRuns, outcome: &str, day: u32, truth: f64) {
    let place = runs.outcome(outcome);
    assert_near(
        &format!("{outcome} by day {day}"),
        runs,
        |run| run.hit_by(place, day),
        truth,
    );
}

/// Asserts mean and variance of a variable at the end of a day.
pub fn assert_moments(runs: &SimulatedRuns, variable: &str, day: usize, mean: f64, variance: f64) {
    let place: Place = runs.variable(variable);
    let what = |moment: &str| format!("{moment} of {variable} on day {day}");
    assert_near(&what("mean"), runs, |run| run.value(place, day), mean);
    assert_near(
        &what("variance"),
        runs,
        |run| (run.value(place, day) - mean).powi(2),
        variance,
    );
}
