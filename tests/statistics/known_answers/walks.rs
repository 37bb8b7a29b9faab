//! Variables that drift.

use crate::known_answers::judge::{judge, judge_moments};
use crate::known_answers::lives::Lives;

#[test]
fn a_random_walk_spreads_with_the_root_of_time() {
    let lives = Lives::of("random_walk.toml", 1 << 15);
    for day in [1, 2, 3, 7, 30] {
        let time = day as f64;
        judge_moments(&lives, "walk", day, 5.0 + 0.3 * time, 4.0 * time);
    }
    // Shocks of different days are independent, also those that come from one pair of normals,
    // and so are the two lives of a draw.
    let walk = lives.variable("walk");
    let shock = |life: &crate::known_answers::lives::Life, day: usize| {
        let before = if day == 1 {
            5.0
        } else {
            life.value(walk, day - 1)
        };
        (life.value(walk, day) - before - 0.3) / 2.0
    };
    for (first, second) in [(1, 2), (2, 3), (3, 4), (1, 3)] {
        let what = format!("shocks of days {first} and {second}");
        judge(
            &what,
            &lives,
            |life| shock(life, first) * shock(life, second),
            0.0,
        );
        let squares = |life: &crate::known_answers::lives::Life| {
            (shock(life, first).powi(2) - 1.0) * (shock(life, second).powi(2) - 1.0)
        };
        judge(&format!("{what}, squared"), &lives, squares, 0.0);
    }
    crate::known_answers::judge::judge_draws(
        "shocks of two lives",
        &lives,
        |pair| shock(&pair[0], 1) * shock(&pair[1], 1),
        0.0,
    );
    // Kurtosis of a normal.
    judge(
        "fourth power of a shock",
        &lives,
        |life| shock(life, 5).powi(4),
        3.0,
    );
}

/// x′ = x + r(b − x) + σN: the mean closes in as (1 − r)ᵗ, the variance tends to σ²/(1 − (1 − r)²).
#[test]
fn a_variable_returns_to_its_baseline() {
    let lives = Lives::of("mean_reversion.toml", 1 << 15);
    let (left, volatility) = (0.85_f64, 0.6_f64);
    let variance = |day: i32| volatility.powi(2) * (1.0 - left.powi(2 * day)) / (1.0 - left * left);
    for day in [1, 2, 5, 25] {
        let time = day as i32;
        let mean = 4.0 + 5.0 * left.powi(time);
        judge_moments(&lives, "rate", day, mean, variance(time));
    }
    // The memory of six days.
    let rate = lives.variable("rate");
    let deviation = |life: &crate::known_answers::lives::Life, day: usize| {
        life.value(rate, day) - 4.0 - 5.0 * left.powi(day as i32)
    };
    judge(
        "covariance of days 14 and 20",
        &lives,
        |life| deviation(life, 14) * deviation(life, 20),
        left.powi(6) * variance(14),
    );
}
