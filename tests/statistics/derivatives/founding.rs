//! Every derivative of the founding scenario against finite differences.
//!
//! Each number with a derivative is moved to either side, and 10,000 runs are simulated on both under
//! common random numbers, which are independent of those of the derivatives. All outcomes and numbers
//! are compared in combined standard errors, at a threshold that a correct program fails once in a
//! hundred times (Bonferroni). Steps are small enough that the truncation error of a difference, about
//! h²/6 of it for h in log odds, is below its standard error.

use crate::common;
use crate::derivatives::measure::{Measured, derivatives_of};
use rayon::prelude::*;
use realpolitik::base::index::{ActionId, ActorId, EventId, Id, OutcomeId, ParameterId};
use realpolitik::base::random::{Branch, Seed};
use realpolitik::base::stats::z_of_confidence;
use realpolitik::engine::{Engine, LANES, SimulateDays};
use realpolitik::program::{
    Assignment, BoundProgram, DifferentiableInput, Input, ParameterValue, ParameterizedProgram,
    bind, compile, parameterize,
};
use realpolitik::study::derivatives::{Derivative, Reach, Role, Studied};

const N_RUNS: u64 = 10_000;

/// Random numbers independent of those of the derivatives.
const SEED: Seed = Seed(1_649);

/// The points of a difference quotient: offset and coefficient.
type Stencil = Vec<(f64, f64)>;

/// A difference to either side.
fn central(step: f64) -> Stencil {
    vec![(step, 0.5 / step), (-step, -0.5 / step)]
}

/// A one-sided difference below, of second order.
fn from_below(step: f64) -> Stencil {
    let unit = 0.5 / step;
    vec![(0.0, 3.0 * unit), (-step, -4.0 * unit), (-2.0 * step, unit)]
}

/// The points for a quantity.
fn stencil(studied: &Studied, role: Role) -> Stencil {
    let Some(value) = studied.value else {
        // A probability near 1 would be clamped above.
        return central(if let Role::Success(_) = role {
            0.02
        } else {
            0.1
        });
    };
    match role {
        Role::Cost(_) | Role::Appeal(_) => central(0.001),
        Role::Tempo(_) if value == 1.0 => from_below(0.05),
        Role::Tempo(_) | Role::Success(_) => central((0.1 * value).min(0.5 * (1.0 - value))),
        Role::Insight(_) => central(0.05),
        Role::Risk(_) | Role::Hazard(_) => central(0.2 * value.abs()),
        Role::Weight(..) | Role::Precision(_) | Role::DailyOdds(_) => central(0.1 * value),
    }
}

/// The input of a quantity in the program.
fn input_of(loose: &ParameterizedProgram, role: Role) -> Input {
    let program = &loose.program;
    let of_actor = |id: ActorId| &program.actors[id];
    let of_action = |id: ActionId| &program.actions[id];
    let of_event = |id: EventId| &program.events[id];
    match role {
        Role::Weight(id, place) => Input::Parameter(of_actor(id).imperatives[place].weight),
        Role::Precision(id) => of_actor(id).precision,
        Role::Risk(id) => of_actor(id).risk.expect("an aversion"),
        Role::Insight(id) => of_actor(id).insight,
        Role::Tempo(id) => of_actor(id).tempo,
        Role::Success(id) => of_action(id).success,
        Role::Cost(id) => of_action(id).cost,
        Role::Appeal(id) => of_action(id).appeal,
        Role::DailyOdds(id) => of_action(id).daily_odds,
        Role::Hazard(id) => of_event(id).hazard,
    }
}

/// Whether each outcome occurred in each run, with a quantity moved by an offset.
fn hits(loose: &ParameterizedProgram, input: Input, offset: f64) -> Vec<Vec<bool>> {
    let program = &loose.program;
    let plain = bind(program, &[]).expect("the scenario's own values");
    let set = |parameter: ParameterId, value: f64| {
        let assignment = Assignment { parameter, value };
        simulate(&bind(program, &[assignment]).expect("in its domain"), None)
    };
    match loose.differentiable_input(input) {
        Some(DifferentiableInput::Parameter(parameter)) => match plain.parameter_value(parameter) {
            ParameterValue::Constant(value) => set(parameter, f64::from(value) + offset),
            ParameterValue::Drawn(index) => simulate(&plain, Some((index, offset as f32))),
        },
        Some(DifferentiableInput::Factor(factor)) => {
            set(program.variables[factor].initial, libm::exp(offset))
        }
        None => unreachable!("every number has a handle"),
    }
}

/// Simulates the runs, what was drawn for a quantity being moved by the same amount in every draw.
fn simulate(bound: &BoundProgram, shifted: Option<(usize, f32)>) -> Vec<Vec<bool>> {
    let mut engine = Engine::<LANES>::new(bound);
    let mut hits = Vec::new();
    for first_run in (0..N_RUNS).step_by(LANES) {
        engine.begin(SEED, first_run, Branch(0));
        if let Some((index, offset)) = shifted {
            let mut state = engine.state().clone();
            for value in state.drawn[index].iter_mut() {
                *value += offset;
            }
            engine.resume(&state);
        }
        engine.simulate_until(bound.program.horizon_days, &mut ());
        let state = engine.state();
        assert!(state.faults.iter().all(|&fault| fault == 0));
        let n = LANES.min((N_RUNS - first_run) as usize);
        let of_run = |lane: usize| state.outcome_days.iter().map(move |days| days[lane] != 0);
        hits.extend((0..n).map(|lane| of_run(lane).collect::<Vec<bool>>()));
    }
    hits
}

/// The difference quotient and its standard error over draws, by outcome. If hardly any run changes, the
/// error is at least that of half a change.
fn quotients(
    loose: &ParameterizedProgram,
    input: Input,
    stencil: &Stencil,
    n_outcomes: usize,
) -> Vec<Derivative> {
    let points: Vec<_> = stencil
        .iter()
        .map(|&(offset, weight)| (hits(loose, input, offset), weight))
        .collect();
    let of = |outcome: usize| {
        let run = |run: usize| -> f64 {
            let points = points.iter();
            points
                .map(|(hits, weight)| if hits[run][outcome] { *weight } else { 0.0 })
                .sum()
        };
        let draws: Vec<f64> = (0..N_RUNS as usize / 2)
            .map(|draw| 0.5 * (run(2 * draw) + run(2 * draw + 1)))
            .collect();
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let squares: f64 = draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum();
        let largest = stencil
            .iter()
            .map(|point| point.1.abs())
            .fold(0.0, f64::max);
        let half_a_change = 0.25 * largest * largest;
        Derivative {
            value: mean,
            standard_error: (squares + half_a_change).sqrt() / n,
        }
    };
    (0..n_outcomes).map(of).collect()
}

/// Compares all outcomes and the selected numbers; returns the number of comparisons.
fn assert_near(is_chosen: impl Fn(&str) -> bool) -> usize {
    let text = common::params("within_the_month.toml");
    let measured = derivatives_of(&text, N_RUNS);
    let scenario = common::scenario(&text);
    let loose = parameterize(&compile(&scenario));
    let n_outcomes = scenario.outcomes.len();
    let chosen: Vec<(&Studied, Reach)> = measured
        .derivatives
        .quantities
        .iter()
        .filter(|studied| is_chosen(&studied.path))
        .filter_map(|studied| Some((studied, *studied.reach.as_ref().ok()?)))
        .collect();
    let differences: Vec<Vec<Derivative>> = chosen
        .par_iter()
        .map(|(studied, reach)| {
            let input = input_of(&loose, reach.role());
            let stencil = stencil(studied, reach.role());
            quotients(&loose, input, &stencil, n_outcomes)
        })
        .collect();
    let n_compared = chosen.len() * n_outcomes;
    let threshold = z_of_confidence(1.0 - 0.01 / n_compared as f64);
    let names: Vec<&str> = scenario.outcomes.iter().map(|row| &*row.name).collect();
    let mut scores = Vec::new();
    let mut failed = Vec::new();
    for ((studied, _), quotients) in chosen.iter().zip(&differences) {
        for (k, &quotient) in quotients.iter().enumerate() {
            let z = score(&measured, Id::new(k), studied, quotient, names[k]);
            scores.push(z);
            if z.abs() >= threshold {
                failed.push(format!("{} by {}: z = {z:.2}", names[k], studied.path));
            }
        }
    }
    let squares: f64 = scores.iter().map(|z| z * z).sum();
    let largest = scores.iter().fold(0.0_f64, |most, z| most.max(z.abs()));
    println!(
        "{n_compared} judgements of {} numbers: root mean square of z {:.2}, largest {largest:.2}, \
         threshold {threshold:.2}",
        chosen.len(),
        (squares / n_compared as f64).sqrt(),
    );
    assert!(failed.is_empty(), "{failed:#?}");
    n_compared
}

/// The distance of a derivative from a difference, in combined standard errors.
fn score(
    measured: &Measured,
    outcome: OutcomeId,
    studied: &Studied,
    difference: Derivative,
    name: &str,
) -> f64 {
    let slope = measured.derivatives.derivative_by(outcome, &studied.path);
    let slope = slope.expect("a derivative");
    let error = libm::hypot(slope.standard_error, difference.standard_error);
    let z = (slope.value - difference.value) / error;
    println!(
        "{name} by {}: {:.5} ± {:.5}, {:.5} ± {:.5} (z = {z:.2})",
        studied.path,
        slope.value,
        slope.standard_error,
        difference.value,
        difference.standard_error
    );
    z
}

/// Numbers of every kind: constants, uncertain quantities and expressions; those of Turkey also act
/// through the response that Russia anticipates.
#[test]
fn founding_scenario_matches_differences() {
    let chosen = [
        "actors.russia.imperatives.break_nato.weight",
        "actors.russia.insight",
        "actors.turkey.precision",
        "actors.turkey.risk",
        "actors.united_states.tempo",
        "actions.propaganda_campaign.success",
        "actions.meet_russian_staff.cost",
        "actions.announce_raqqa_offensive.daily_odds",
    ];
    let n_compared = assert_near(|path| chosen.contains(&path));
    assert_eq!(n_compared, chosen.len() * 16);
}

/// All of them. Appeal is cost with the other sign.
#[test]
#[ignore = "minutes: `cargo test --test statistics -- --ignored --nocapture derivatives`"]
fn every_number() {
    let n_compared = assert_near(|path| !path.ends_with(".appeal"));
    assert!(n_compared > 200 * 16);
}
