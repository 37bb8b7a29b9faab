//! Choice probabilities of actors.

use crate::known_answers::judge::{assert_near, assert_within};
use crate::known_answers::runs::SimulatedRuns;

/// Probabilities of a logit over alternatives (base odds, utility), with waiting as (1, 0).
fn shares(precision: f64, options: &[(f64, f64)]) -> Vec<f64> {
    let weights: Vec<f64> = options
        .iter()
        .map(|(odds, utility)| odds * libm::exp(precision * utility))
        .collect();
    let total = 1.0 + weights.iter().sum::<f64>();
    weights.iter().map(|weight| weight / total).collect()
}

#[test]
fn choices_have_logit_probabilities() {
    let runs = SimulatedRuns::of("logit_shares.toml", 1 << 15);
    let days = 8.0;
    let check = |names: &[&str], truths: &[f64]| {
        for (name, truth) in names.iter().zip(truths) {
            let action = runs.action(name);
            assert_near(name, &runs, |run| run.taken(action), days * truth);
        }
    };
    check(&["go"], &shares(4.0, &[(0.5, 0.3)]));
    check(&["left", "right"], &shares(2.5, &[(1.0, 0.4), (3.0, -0.7)]));
    let ways: Vec<(f64, f64)> = (1..=9)
        .map(|k| (f64::from(10 - k) / 10.0, f64::from(k * 7 % 10) / 10.0))
        .collect();
    let names: Vec<String> = (1..=9).map(|k| format!("way_{k}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    check(&names, &shares(10.0, &ways));
}

/// The probability is an integral over the uncertain precision, computed by the midpoint rule over its
/// quantiles.
#[test]
fn uncertain_precision_gives_a_mixture_of_logits() {
    let runs = SimulatedRuns::of("unknown_precision.toml", 1 << 15);
    let n = 200_000;
    let mean = |value: &dyn Fn(f64) -> f64| {
        (0..n)
            .map(|k| value((f64::from(k) + 0.5) / f64::from(n)))
            .sum::<f64>()
            / f64::from(n)
    };
    let logistic = |x: f64| 1.0 / (1.0 + libm::exp(-x));
    let flat = |u: f64| logistic(20.0 * u * 0.1);
    // 2 and 40 are the 5th and 95th percentiles of a lognormal.
    let normal = statrs::distribution::Normal::standard();
    let centre = 0.5 * (libm::log(2.0) + libm::log(40.0));
    let spread = (libm::log(40.0) - centre) / 1.644_853_626_951_472_2;
    let precision = |u: f64| {
        let quantile = statrs::distribution::ContinuousCDF::inverse_cdf(&normal, u);
        libm::exp(centre + spread * quantile)
    };
    let steep = |u: f64| logistic(-0.05 * precision(u));
    // ∫ logistic has a closed form, which checks the rule.
    let closed = libm::log(0.5 * (1.0 + libm::exp(2.0))) / 2.0;
    assert!((mean(&flat) - closed).abs() < 1e-9);
    assert_within(&runs, "acted", 1, closed);
    assert_within(&runs, "moved", 1, mean(&steep));
    // The two runs of a draw share the precision, not the random numbers.
    for (name, share) in [("acted", &flat as &dyn Fn(f64) -> f64), ("moved", &steep)] {
        let place = runs.outcome(name);
        crate::known_answers::judge::assert_draws(
            &format!("{name} in both runs"),
            &runs,
            |pair| pair[0].hit(place) * pair[1].hit(place),
            mean(&|u| share(u) * share(u)),
        );
    }
}
