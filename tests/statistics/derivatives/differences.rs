//! Derivatives against finite differences under common random numbers.

use crate::common;
use crate::derivatives::measure::{THRESHOLD, derivatives_of};
use realpolitik::base::index::Id;
use realpolitik::engine::LANES;
use realpolitik::program::{Assignment, bind, compile};
use realpolitik::scenario::Value;
use realpolitik::simulate::{RunRecord, Simulation};
use realpolitik::study::derivatives::{Derivative, NoDerivative, Studied};
use std::sync::Arc;

/// Simulates a text with some parameters set.
fn simulated_runs(text: &str, set: Option<(&str, f64)>, n_runs: u64) -> Vec<RunRecord> {
    let program = compile(&common::scenario(text));
    let assignments: Vec<Assignment> = set
        .iter()
        .map(|&(path, value)| {
            let mut parameters = program.parameters.enumerate();
            let found = parameters.find(|(_, parameter)| parameter.path == path);
            let (parameter, _) = found.expect("a parameter");
            Assignment { parameter, value }
        })
        .collect();
    let bound = bind(&program, &assignments).expect("values in their domains");
    let plan = common::plan(n_runs, 1_648);
    let mut simulation = Simulation::<LANES>::new(Arc::new(bound), plan);
    simulation.advance(n_runs)
}

/// The difference quotient of an outcome's probability under common random numbers.
fn quotient(above: &[RunRecord], below: &[RunRecord], outcome: usize, distance: f64) -> Derivative {
    let change = |pair: (&RunRecord, &RunRecord)| {
        let hit = |record: &RunRecord| f64::from(u8::from(record.outcome_days[outcome] != 0));
        (hit(pair.0) - hit(pair.1)) / distance
    };
    let changes: Vec<f64> = above.iter().zip(below).map(change).collect();
    let draws: Vec<f64> = changes
        .chunks_exact(2)
        .map(|draw| 0.5 * (draw[0] + draw[1]))
        .collect();
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let squares: f64 = draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum();
    Derivative {
        value: mean,
        standard_error: (squares / (n * (n - 1.0))).sqrt(),
    }
}

/// A quantity that is moved by replacing its text.
struct Rewritten {
    path: &'static str,
    /// The text to replace, which occurs once.
    is: String,
    /// The replacement for the moved quantity.
    up: String,
    down: String,
    distance: f64,
}

/// An expression times e^(±0.1).
fn multiplied(path: &'static str, expression: &str) -> Rewritten {
    let factor = |nats: f64| format!("\"{} * ({expression})\"", libm::exp(nats));
    Rewritten {
        path,
        is: format!("\"{expression}\""),
        up: factor(0.1),
        down: factor(-0.1),
        distance: 0.2,
    }
}

/// A uniform distribution moved up and down.
fn shifted(path: &'static str, low: f64, high: f64, by: f64) -> Rewritten {
    let uniform = |by: f64| {
        format!(
            "{{ uniform = {{ min = {}, max = {} }} }}",
            low + by,
            high + by
        )
    };
    Rewritten {
        path,
        is: uniform(0.0),
        up: uniform(by),
        down: uniform(-by),
        distance: 2.0 * by,
    }
}

/// Compares the derivatives with respect to the selected constants and the rewritten quantities. Returns
/// the number of comparisons.
fn compare_all(
    text: &str,
    outcomes: &[&str],
    is_chosen: impl Fn(&str) -> bool,
    rewritten: &[Rewritten],
    n_runs: u64,
) -> usize {
    let measured = derivatives_of(text, n_runs);
    let mut n_compared = 0;
    for studied in &measured.derivatives.quantities {
        let is_rewritten = rewritten.iter().any(|by| by.path == studied.path);
        if studied.reach.is_err() || !(is_rewritten || is_chosen(&studied.path)) {
            continue;
        }
        let Some((above, below, distance)) = moved(text, studied, rewritten, n_runs) else {
            continue;
        };
        for outcome in outcomes {
            let id = measured.outcome(outcome);
            let slope = measured.derivatives.derivative_by(id, &studied.path);
            let slope = slope.expect("a derivative");
            let other = quotient(&above, &below, id.index(), distance);
            let error = libm::hypot(slope.standard_error, other.standard_error);
            let apart = (slope.value - other.value).abs();
            let z = if apart == 0.0 { 0.0 } else { apart / error };
            println!(
                "{outcome} by {}: {:.5} ± {:.5}, {:.5} ± {:.5} (z = {z:.2})",
                studied.path, slope.value, slope.standard_error, other.value, other.standard_error
            );
            assert!(z < THRESHOLD, "{outcome} by {}", studied.path);
            n_compared += 1;
        }
    }
    n_compared
}

/// The runs with a quantity moved up and down, and the distance.
fn moved(
    text: &str,
    studied: &Studied,
    rewritten: &[Rewritten],
    n_runs: u64,
) -> Option<(Vec<RunRecord>, Vec<RunRecord>, f64)> {
    let path = studied.path.as_str();
    if let Some(by) = rewritten.iter().find(|by| by.path == path) {
        assert_eq!(text.matches(&by.is).count(), 1, "{}", by.is);
        let simulate = |text: String| simulated_runs(&text, None, n_runs);
        let runs = (
            simulate(text.replace(&by.is, &by.up)),
            simulate(text.replace(&by.is, &by.down)),
        );
        return Some((runs.0, runs.1, by.distance));
    }
    let scenario = common::scenario(text);
    let mut quantities = scenario.quantities().into_iter();
    let quantity = quantities.find(|quantity| quantity.path == path)?;
    let Value::Number(value) = quantity.value else {
        return None;
    };
    let step = if path.ends_with(".cost") {
        0.001
    } else {
        0.1 * value
    };
    let (low, high) = quantity.domain.bounds();
    let (above, below) = ((value + step).min(high), (value - step).max(low));
    let simulate = |value| simulated_runs(text, Some((path, value)), n_runs);
    Some((simulate(above), simulate(below), above - below))
}

/// The quickstart with one weight as a constant, so that `--set` can move it.
#[test]
fn quickstart_matches_differences() {
    let text = common::params("quickstart.toml")
        .replace("weight = { from = 0.3, to = 0.5 }", "weight = 0.4");
    let rewritten = [
        multiplied("actions.send_troops.cost", "0.002 + 0.05 * garrison"),
        multiplied(
            "events.collision_at_sea.hazard",
            "0.01 * tension + 0.02 * min(1, count(send_patrol) / 5)",
        ),
    ];
    // Appeal is cost with the other sign.
    let is_chosen = |path: &str| !path.ends_with(".appeal");
    let outcomes = ["crisis", "fortress"];
    let n_compared = compare_all(&text, &outcomes, is_chosen, &rewritten, 6_144);
    assert_eq!(n_compared, 34);
}

/// Risk-averse actors with delayed perception and anticipation, under sequential moves.
#[test]
fn foresight_perception_and_risk_match_differences() {
    let path = format!(
        "{}/tests/language/accepted/perception_and_correlation.toml",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).expect("a readable scenario");
    let text = text
        .replace("weight = { from = 0.5, to = 0.8 }", "weight = { uniform = { min = 0.5, max = 0.8 } }")
        .replace("precision = { from = 150, to = 300 }", "precision = { uniform = { min = 150, max = 300 } }")
        .replace("insight = { from = 0.5, to = 0.9 }", "insight = { uniform = { min = 0.5, max = 0.85 } }")
        .replace("horizon_days = 20", "horizon_days = 20\nmoves = \"sequential\"\norder = [\"turkey\", \"russia\", \"baghdad\", \"united_states\"]")
        .replace("trust < 0.35", "trust < 0.46")
        .replace("deal > 0.5", "deal > 0.6");
    let rewritten = [
        shifted("actors.russia.imperatives.split.weight", 0.5, 0.8, 0.05),
        shifted("actors.russia.precision", 150.0, 300.0, 20.0),
        shifted("actors.russia.insight", 0.5, 0.85, 0.1),
        multiplied("actors.turkey.risk", "-10 * (1 - trust)"),
        multiplied("actors.turkey.insight", "0.5 + 0.5 * deal"),
        multiplied("actions.mass_troops.cost", "0.01 * buildup"),
        multiplied("actions.reassure.success", "0.5 + 0.3 * cohesion"),
    ];
    let is_chosen = |path: &str| path.ends_with("russia.tempo") || path.ends_with("hazard");
    let n_compared = compare_all(&text, &["split", "deal"], is_chosen, &rewritten, 2_048);
    assert_eq!(n_compared, 18);
}

/// The derivatives of every accepted scenario are finite.
#[test]
fn accepted_scenarios_match_differences() {
    for (name, text) in common::folder("tests/language/accepted") {
        let measured = derivatives_of(&text, 128);
        let outcomes = common::scenario(&text).outcomes;
        for outcome in outcomes.ids() {
            for (studied, slope) in measured.derivatives.gradient(outcome) {
                let is_number = slope.value.is_finite() && slope.standard_error.is_finite();
                assert!(is_number, "{name}: {}", studied.path);
            }
        }
    }
}

/// Quantities without derivative are listed with the reason.
#[test]
fn quantities_without_derivative_give_the_reason() {
    let measured = derivatives_of(&common::params("quickstart.toml"), 1_024);
    let why = |path: &str| {
        let mut quantities = measured.derivatives.quantities.iter();
        let found = quantities.find(|quantity| quantity.path == path);
        found.expect("a quantity").reach.as_ref().err().copied()
    };
    let state = Some(NoDerivative::ChangesTheState);
    assert_eq!(why("variables.tension.initial"), state);
    assert_eq!(why("variables.tension.volatility"), state);
    assert_eq!(why("actions.send_troops.effects.garrison"), state);
    assert_eq!(why("events.collision_at_sea.effects.tension"), state);
    assert_eq!(why("actors.northland.tempo"), None);
    assert_eq!(
        why("actions.offer_talks.success"),
        Some(NoDerivative::IsCertain)
    );
    assert_eq!(
        why("actors.northland.insight"),
        Some(NoDerivative::AnticipatesNoActor)
    );
    assert_eq!(why("actors.southland.tempo"), None);
    assert_eq!(why("events.collision_at_sea.hazard"), None);
}
