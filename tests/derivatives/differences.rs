//! Derivatives against finite differences under common luck.

use crate::common;
use crate::measure::{THRESHOLD, derivatives_of};
use realpolitik::ensemble::{RunRecord, Simulation};
use realpolitik::index::Id;
use realpolitik::program::{Assignment, bind, compile};
use realpolitik::study::derivatives::{By, OutOfReach, Slope, Studied};

/// Lives a text with some parameters set.
fn lives(text: &str, set: Option<(&str, f64)>, n_runs: u64) -> Vec<RunRecord> {
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
    let mut simulation = Simulation::<64>::new(&bound, plan);
    simulation.advance(n_runs)
}

/// The difference quotient of an outcome's probability between two sets of runs of the same luck.
fn quotient(above: &[RunRecord], below: &[RunRecord], outcome: usize, distance: f64) -> Slope {
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
    let squares: f64 = draws.iter().map(|draw| (draw - mean).powi(2)).sum();
    Slope {
        value: mean,
        standard_error: (squares / (n * (n - 1.0))).sqrt(),
    }
}

/// Judges all derivatives of a text by its known numbers, and by the expressions that are listed.
fn judge_all(text: &str, outcomes: &[&str], expressions: &[(&str, &str)], n_runs: u64) -> usize {
    let measured = derivatives_of(text, n_runs);
    let mut n_judged = 0;
    for studied in &measured.derivatives.quantities {
        let Ok(reach) = &studied.reach else { continue };
        let Some((above, below, distance)) = moved(text, studied, reach.by(), expressions, n_runs)
        else {
            continue;
        };
        for outcome in outcomes {
            let id = measured.outcome(outcome);
            let slope = measured.derivatives.slope_by(id, &studied.path);
            let slope = slope.expect("a derivative");
            let other = quotient(&above, &below, id.index(), distance);
            let error = slope.standard_error.hypot(other.standard_error);
            let apart = (slope.value - other.value).abs();
            let z = if apart == 0.0 { 0.0 } else { apart / error };
            println!(
                "{outcome} by {}: {:.4} ± {:.4}, {:.4} ± {:.4} (z = {z:.2})",
                studied.path,
                slope.value,
                slope.standard_error,
                other.value,
                other.standard_error
            );
            assert!(z < THRESHOLD, "{outcome} by {}", studied.path);
            n_judged += 1;
        }
    }
    n_judged
}

/// The runs with a quantity moved up and down, and the distance.
fn moved(
    text: &str,
    studied: &Studied,
    by: By,
    expressions: &[(&str, &str)],
    n_runs: u64,
) -> Option<(Vec<RunRecord>, Vec<RunRecord>, f64)> {
    let path = studied.path.as_str();
    if path.ends_with(".appeal") {
        return None; // cost with the other sign
    }
    if let By::Logarithm(_) = by {
        let (_, expression) = expressions.iter().find(|(own, _)| *own == path)?;
        let step: f64 = 0.1;
        let with = |step: f64| {
            let line = format!("\"{expression}\"");
            assert_eq!(text.matches(&line).count(), 1, "{line}");
            text.replace(&line, &format!("\"{} * ({expression})\"", libm::exp(step)))
        };
        let lives = |step| lives(&with(step), None, n_runs);
        return Some((lives(step), lives(-step), 2.0 * step));
    }
    let value = studied.value?;
    // Where a number can be 0 or less, it is moved by what a fifth of a nat takes at λ = 200.
    let is_additive = path.ends_with(".cost") || path.ends_with(".appeal");
    let step = match is_additive {
        true => 0.001,
        false => 0.1 * value.abs(),
    };
    let (up, down) = match path.ends_with(".success") && value > 0.9 {
        true => (0.05 * (1.0 - value), step),
        false => (step, if path.ends_with(".cost") { step.min(value) } else { step }),
    };
    let lives = |value| lives(text, Some((path, value)), n_runs);
    Some((lives(value + up), lives(value - down), up + down))
}

/// The quickstart with one weight known, so that it can be moved by setting it.
#[test]
fn the_quickstart() {
    let text = common::params("quickstart.toml")
        .replace("weight = { from = 0.3, to = 0.5 }", "weight = 0.4");
    let expressions = [
        ("actions.send_troops.cost", "0.002 + 0.05 * garrison"),
        (
            "events.collision_at_sea.hazard",
            "0.01 * tension + 0.02 * min(1, count(send_patrol) / 5)",
        ),
    ];
    let n_judged = judge_all(&text, &["crisis", "fortress"], &expressions, 6_144);
    assert_eq!(n_judged, 32);
}

/// What cannot be had is listed with the reason.
#[test]
fn what_is_out_of_reach() {
    let measured = derivatives_of(&common::params("quickstart.toml"), 1_024);
    let why = |path: &str| {
        let mut quantities = measured.derivatives.quantities.iter();
        let found = quantities.find(|quantity| quantity.path == path);
        found.expect("a quantity").reach.as_ref().err().copied()
    };
    let state = Some(OutOfReach::MovesTheState);
    assert_eq!(why("variables.tension.initial"), state);
    assert_eq!(why("variables.tension.volatility"), state);
    assert_eq!(why("actions.send_troops.effects.garrison"), state);
    assert_eq!(why("events.collision_at_sea.effects.tension"), state);
    assert_eq!(why("actors.northland.tempo"), Some(OutOfReach::IsCertain));
    assert_eq!(why("actions.offer_talks.success"), Some(OutOfReach::IsCertain));
    assert_eq!(
        why("actors.northland.insight"),
        Some(OutOfReach::AnticipatesNobody)
    );
    assert_eq!(why("actors.southland.tempo"), None);
    assert_eq!(why("events.collision_at_sea.hazard"), None);
}
