//! Variables with random walk and mean reversion.

use crate::known_answers::judge::{assert_moments, assert_near};
use crate::known_answers::runs::SimulatedRuns;

#[test]
fn random_walk_variance_grows_linearly() {
    let runs = SimulatedRuns::of("random_walk.toml", 1 << 15);
    for day in [1, 2, 3, 7, 30] {
        let time = day as f64;
        assert_moments(&runs, "walk", day, 5.0 + 0.3 * time, 4.0 * time);
    }
    // Shocks of different days are independent, also those of one pair of normals, and so are the two
    // runs of a draw.
    let walk = runs.variable("walk");
    let shock = |run: &crate::known_answers::runs::RunValues, day: usize| {
        let before = if day == 1 {
            5.0
        } else {
            run.value(walk, day - 1)
        };
        (run.value(walk, day) - before - 0.3) / 2.0
    };
    for (first, second) in [(1, 2), (2, 3), (3, 4), (1, 3)] {
        let what = format!("shocks of days {first} and {second}");
        assert_near(
            &what,
            &runs,
            |run| shock(run, first) * shock(run, second),
            0.0,
        );
        let squares = |run: &crate::known_answers::runs::RunValues| {
            (shock(run, first).powi(2) - 1.0) * (shock(run, second).powi(2) - 1.0)
        };
        assert_near(&format!("{what}, squared"), &runs, squares, 0.0);
    }
    crate::known_answers::judge::assert_draws(
        "shocks of two runs",
        &runs,
        |pair| shock(&pair[0], 1) * shock(&pair[1], 1),
        0.0,
    );
    // Kurtosis of a normal.
    assert_near(
        "fourth power of a shock",
        &runs,
        |run| shock(run, 5).powi(4),
        3.0,
    );
}

/// x′ = x + r(b − x) + σN: the distance of the mean decays as (1 − r)ᵗ, the variance tends to σ²/(1 − (1 − r)²).
#[test]
fn mean_reversion_follows_the_ar1_recursion() {
    let runs = SimulatedRuns::of("mean_reversion.toml", 1 << 15);
    let (left, volatility) = (0.85_f64, 0.6_f64);
    let variance = |day: i32| volatility.powi(2) * (1.0 - left.powi(2 * day)) / (1.0 - left * left);
    for day in [1, 2, 5, 25] {
        let time = day as i32;
        let mean = 4.0 + 5.0 * left.powi(time);
        assert_moments(&runs, "rate", day, mean, variance(time));
    }
    // Autocorrelation at lag 6.
    let rate = runs.variable("rate");
    let deviation = |run: &crate::known_answers::runs::RunValues, day: usize| {
        run.value(rate, day) - 4.0 - 5.0 * left.powi(day as i32)
    };
    assert_near(
        "covariance of days 14 and 20",
        &runs,
        |run| deviation(run, 14) * deviation(run, 20),
        left.powi(6) * variance(14),
    );
}
