//! Anticipated responses, perception, risk and correlations against closed forms, at a fixed seed and a
//! threshold of 4.5 standard errors. For a random seed, a correct engine would fail the 9 comparisons with
//! a probability of 6·10⁻⁵.

// The closed forms use the platform's functions.
use crate::common::tally;

const N_RUNS: u64 = 40_000;

/// The share of runs in which an action is taken.
fn share_taken(text: &str, action: &str) -> f64 {
    let (scenario, tally) = tally(text, N_RUNS, 20);
    let index = scenario
        .actions
        .iter()
        .position(|row| row.name == action)
        .expect("an action");
    tally.actions[index].n_hits() as f64 / tally.n_runs as f64
}

/// The share of runs in which the first outcome occurred.
fn share_true(text: &str) -> f64 {
    let (_, tally) = tally(text, N_RUNS, 21);
    tally.outcomes[0].n_hits() as f64 / tally.n_runs as f64
}

fn assert_share(found: f64, expected: f64, what: &str) {
    let standard_error = (expected * (1.0 - expected) / N_RUNS as f64).sqrt();
    assert!(
        (found - expected).abs() < 4.5 * standard_error,
        "{what}: {found}, and the formula says {expected}"
    );
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// One day: the first actor may provoke the second, which may then retaliate.
fn provocation(first: &str, second: &str) -> String {
    format!(
        r#"
[scenario]
title = "A provocation"
start = 2030-01-01
horizon_days = 1
[variables.insult]
initial = 0
[variables.harm]
initial = 0
[actors.first]
precision = 40
{first}
[actors.first.imperatives.safety]
weight = 1
goal = "1 - harm"
[actors.second]
precision = 8
{second}
[actors.second.imperatives.honour]
weight = 3
goal = "harm"
[actions.provoke]
actor = "first"
appeal = 0.05
effects = {{ insult = 0.1 }}
[actions.strike_back]
actor = "second"
requires = "insult > 0.05"
success = 0.75
effects = {{ harm = 0.2 }}
[outcomes.harmed]
question = "Is there harm?"
when = "harm > 0.1"
"#
    )
}

#[test]
fn anticipated_responses_follow_the_logit() {
    let reply = |precision: f64| logistic(precision * 0.75 * 0.2);
    let provoked = |reply: f64| logistic(40.0 * (0.05 - reply * 0.75 * 0.2));
    let blind = share_taken(&provocation("", ""), "provoke");
    assert_share(blind, logistic(40.0 * 0.05), "without foresight");
    let ahead = "anticipates = [\"second\"]";
    let seeing = share_taken(&provocation(ahead, ""), "provoke");
    assert_share(seeing, provoked(reply(8.0)), "with foresight");
    let half = format!("{ahead}\ninsight = 0.25");
    let unsure = share_taken(&provocation(&half, ""), "provoke");
    assert_share(unsure, provoked(reply(2.0)), "reading the other badly");
    let slow = share_taken(&provocation(ahead, "tempo = 0.4"), "provoke");
    assert_share(
        slow,
        provoked(0.4 * reply(8.0)),
        "a reply that may not come",
    );
    assert!(seeing < slow && slow < blind, "foresight deters");
}

/// An actor that acts with certainty as soon as it perceives x above one half.
fn watcher(days: u16, sight: &str, x: &str) -> String {
    format!(
        r#"
[scenario]
title = "A watcher"
start = 2030-01-01
horizon_days = {days}
[variables.x]
{x}
[variables.y]
initial = 0
[actors.watcher]
precision = 0
[actors.watcher.perceives.x]
{sight}
[actions.act]
actor = "watcher"
requires = "x > 0.5"
daily_odds = 1e12
effects = {{ y = 0.1 }}
[events.jump]
hazard = "if(day == 2, 1, 0)"
effects = {{ x = 0.3 }}
[outcomes.acted]
question = "Does the watcher act?"
when = "y > 0.05"
"#
    )
}

#[test]
fn delayed_perception_is_delayed_by_its_days() {
    for delay in [0_usize, 1, 3] {
        let sight = format!("delay_days = {delay}");
        let (_, tally) = tally(&watcher(9, &sight, "initial = 0.3"), 512, 3);
        let mut expected = vec![0; 9];
        // It jumps on day 2; the start-of-day state of day 3 shows it.
        expected[3 + delay - 1] = 512;
        assert_eq!(tally.actions[0].first_day, expected, "late by {delay}");
    }
}

#[test]
fn hidden_variables_are_perceived_as_the_belief() {
    let acts = |sight: &str, x: &str| share_taken(&watcher(4, sight, x), "act");
    assert_eq!(
        acts("hidden = true", "initial = 0.3"),
        0.0,
        "it never learns of the jump"
    );
    assert_eq!(
        acts("hidden = true\nbelief = 0.8", "initial = 0.3"),
        1.0,
        "a false alarm"
    );
    let sight = "hidden = true\nbelief = { uniform = { min = 0.2, max = 0.9 } }";
    // The two runs of a draw share the belief: the effective number of runs is half.
    let found = acts(sight, "initial = 0.3");
    assert!((found - 4.0 / 7.0).abs() < 4.5 * (12.0 / 49.0 * 2.0 / N_RUNS as f64).sqrt());
}

#[test]
fn perception_noise_is_symmetric() {
    let text = watcher(1, "noise = 0.1", "initial = 0.42");
    // P(0.42 + 0.1·z > 0.5) = 1 − Φ(0.8).
    assert_share(
        share_taken(&text, "act"),
        0.211_855_398_583_397,
        "one and a bit sd away",
    );
}

#[test]
fn risk_aversion_discounts_the_spread() {
    let gamble = |risk: &str| {
        format!(
            r#"
[scenario]
title = "A gamble"
start = 2030-01-01
horizon_days = 1
[variables.x]
initial = 0.5
[actors.gambler]
precision = 10
{risk}
[actors.gambler.imperatives.gain]
weight = 1
goal = "x"
[actions.gamble]
actor = "gambler"
success = 0.5
effects = {{ x = 0.2 }}
failure_effects = {{ x = -0.2 }}
[outcomes.won]
question = "Does it win?"
when = "x > 0.6"
"#
        )
    };
    // The risk premium is ln cosh(α·0.2) / α for either sign of α.
    let discount = |risk: f64| (risk * 0.2).cosh().ln() / risk;
    assert_share(share_taken(&gamble(""), "gamble"), 0.5, "neutral");
    for risk in [10.0, -10.0, 0.01] {
        let found = share_taken(&gamble(&format!("risk = {risk}")), "gamble");
        assert_share(
            found,
            logistic(-10.0 * discount(risk)),
            &format!("risk {risk}"),
        );
    }
}

/// Two variables around one half, and whether both lie above it.
fn quadrant(x: &str, correlation: &str) -> String {
    format!(
        r#"
correlations = [{correlation}]
[scenario]
title = "A quadrant"
start = 2030-01-01
horizon_days = 1
[variables.a]
{x}
[variables.b]
{x}
[outcomes.both]
question = "Are both above?"
when = "a > 0.5 and b > 0.5"
"#
    )
}

/// P(both above their medians) for normals correlated by ρ, or what a Gaussian copula makes of
/// them (Sheppard 1899).
fn orthant(rho: f64) -> f64 {
    0.25 + rho.asin() / std::f64::consts::TAU
}

#[test]
fn correlated_quantities_have_the_gaussian_quadrant_probability() {
    let text = quadrant(
        "initial = { uniform = { min = 0, max = 1 } }",
        "{ between = [\"variables.b.initial\", \"variables.a.initial\"], coefficient = 0.6 }",
    );
    let (found, expected) = (share_true(&text), orthant(0.6));
    // The two runs of a draw share the quantities: half as many effective runs.
    let standard_error = (2.0 * expected * (1.0 - expected) / N_RUNS as f64).sqrt();
    assert!(
        (found - expected).abs() < 4.5 * standard_error,
        "{found}, {expected}"
    );
}

#[test]
fn correlated_shocks_have_the_gaussian_quadrant_probability() {
    let text = quadrant(
        "initial = 0.5\nvolatility = 0.05",
        "{ shocks = [\"a\", \"b\"], coefficient = -0.5 }",
    );
    assert_share(share_true(&text), orthant(-0.5), "shocks");
}
