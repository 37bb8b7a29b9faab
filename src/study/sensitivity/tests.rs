//! Known answers at fixed seeds, with a tolerance of 4.5 standard errors: correct code would fail a
//! check with a probability of 7·10⁻⁶ if the seed were changed.

// Reference values may use the platform's arithmetic.
#![allow(clippy::disallowed_methods)]

use super::sobol::rounded_up;
use super::*;
use crate::base::diagnostic::Sources;
use crate::base::index::OutcomeId;
use crate::base::random::keyed::{branched_draw_uniform, hash_name};
use crate::base::random::{Branch, DrawBranch, Seed};
use crate::engine::InstructionPath;
use crate::program::{BoundProgram, Program, compile};
use crate::scenario;
use crate::simulate::{CancelFlag, RunRecord, SimulationPlan};
use crate::study::Simulator;
use crate::table::RecordLog;
use std::f64::consts::PI;
use std::sync::Arc;

const THRESHOLD: f64 = 4.5;
const PRODUCT: &str = include_str!("../../../tests/statistics/known/product_of_unknowns.toml");

fn program(text: &str) -> Arc<Program> {
    let mut sources = Sources::default();
    let reading = scenario::read(&mut sources, "test.toml", text, &[]);
    compile(&reading.scenario.expect("an accepted scenario"))
}

fn settings(n_runs: u64) -> SobolSettings {
    SobolSettings {
        seed: Seed(5),
        n_runs,
        confidence: 0.95,
        fingerprint: 0,
    }
}

fn simulate<T>(study: impl FnOnce(&mut Simulator<'_>) -> T) -> T {
    let pool = rayon::ThreadPoolBuilder::new().build().unwrap();
    let path = InstructionPath::widest();
    study(&mut Simulator::new(
        &pool,
        path,
        CancelFlag::default(),
        &mut |_| (),
    ))
}

/// Compares an estimate with the true value. Its standard error must be below `max_error`, so that
/// the comparison is meaningful.
fn check(name: &str, estimate: &BootstrapEstimate, truth: f64, max_error: f64) {
    let z = (estimate.value - truth) / estimate.standard_error;
    println!("{name}: {truth} and {} (z = {z:.2})", estimate.value);
    assert!(estimate.standard_error < max_error, "{name}: {estimate:?}");
    assert!(
        z.abs() < THRESHOLD,
        "{name}: {estimate:?} instead of {truth}"
    );
}

fn check_indices(indices: &OutcomeIndices, truths: &[[f64; 2]], max_error: f64) {
    for (factor, truth) in truths.iter().enumerate() {
        let indices = indices.factors[factor];
        let first = indices.first_order.share.expect("V is far from 0");
        let total = indices.total.share.expect("V is far from 0");
        check(&format!("S1 of {factor}"), &first, truth[0], max_error);
        check(&format!("ST of {factor}"), &total, truth[1], max_error);
    }
}

/// The sums for a function of three uniform variates. `runs` receives the variates, the number of
/// the point (0 for A, 1 for B, then the partners) and the draw, and returns the pair of runs.
fn draw_blocks(
    n_draws: u64,
    seed: u64,
    runs: impl Fn([f64; 3], u64, u64) -> [f64; 2],
) -> DrawBlocks {
    let uniform = |draw, input: usize, sample| {
        let path = hash_name(&format!("x{input}"));
        branched_draw_uniform(Seed(seed), DrawBranch(sample), draw, path)
    };
    let mut blocks = DrawBlocks::new(n_draws, 3);
    for draw in 0..n_draws {
        let inputs =
            |sample_of: &dyn Fn(usize) -> u64| [0, 1, 2].map(|i| uniform(draw, i, sample_of(i)));
        let a = [Some(runs(inputs(&|_| 0), 0, draw))];
        let b = [Some(runs(inputs(&|_| 1), 1, draw))];
        for factor in 0..3 {
            let partner = inputs(&|i| u64::from(i != factor));
            let partner = [Some(runs(partner, 2 + factor as u64, draw))];
            blocks.add(draw, factor, [&a, &b, &partner]);
        }
    }
    blocks
}

/// The Ishigami function with a = 7 and b = 0.1 (Ishigami & Homma 1990).
fn ishigami(inputs: [f64; 3]) -> f64 {
    let [x1, x2, x3] = inputs.map(|u| PI * (2.0 * u - 1.0));
    x1.sin() + 7.0 * x2.sin().powi(2) + 0.1 * x3.powi(4) * x1.sin()
}

/// V = a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2, and the indices S1 and ST of each input.
fn ishigami_truth() -> (f64, [[f64; 2]; 3]) {
    let (a, b) = (7.0_f64, 0.1_f64);
    let v1 = 0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2);
    let v2 = a * a / 8.0;
    let v13 = b * b * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0);
    let v = v1 + v2 + v13;
    (
        v,
        [[v1 / v, (v1 + v13) / v], [v2 / v, v2 / v], [0.0, v13 / v]],
    )
}

#[test]
fn indices_of_the_ishigami_function() {
    let (variance, truths) = ishigami_truth();
    let published = [[0.3139, 0.5576], [0.4424, 0.4424], [0.0, 0.2437]];
    for (truth, published) in truths.iter().flatten().zip(published.iter().flatten()) {
        assert!((truth - published).abs() < 5e-5);
    }
    let blocks = draw_blocks(1 << 14, 1, |inputs, _, _| [ishigami(inputs); 2]);
    let indices = estimate_indices(&blocks, 4, 0.95, Seed(1), "test:4");
    check("V", &indices.variance, variance, 0.2);
    check_indices(&indices, &truths, 0.02);
    let factors = indices.factors.iter();
    let ranks = factors.map(|one| (one.rank_first_order, one.rank_total));
    assert_eq!(ranks.collect::<Vec<_>>(), [(2, 1), (1, 2), (3, 3)]);
}

/// Noise with twice the function's standard deviation, independent in each run, changes no index.
#[test]
fn chance_of_a_run_is_not_part_of_the_indices() {
    let (variance, truths) = ishigami_truth();
    let blocks = draw_blocks(1 << 16, 2, |inputs, point, draw| {
        [0, 1].map(|run| {
            let key = hash_name(&format!("life {run} of {point}"));
            let u = branched_draw_uniform(Seed(2), DrawBranch(7), draw, key);
            ishigami(inputs) + 25.0 * (u - 0.5)
        })
    });
    let indices = estimate_indices(&blocks, 4, 0.95, Seed(1), "test:4");
    check("V", &indices.variance, variance, 0.5);
    check_indices(&indices, &truths, 0.04);
}

/// Bootstrap standard errors match the errors: over 30 independent samples, the mean of z² is 1,
/// with a standard error of √(2/30) = 0.26 for one index.
#[test]
fn bootstrap_intervals_have_the_right_width() {
    let (_, truths) = ishigami_truth();
    let mut squares = [[0.0; 2]; 3];
    let mut n_inside = 0;
    for seed in 0..30 {
        let blocks = draw_blocks(512, 100 + seed, |inputs, _, _| [ishigami(inputs); 2]);
        let indices = estimate_indices(&blocks, 4, 0.9, Seed(seed), "test:4");
        for (factor, truth) in truths.iter().enumerate() {
            let indices = indices.factors[factor];
            for (which, index) in [indices.first_order, indices.total].iter().enumerate() {
                let share = index.share.unwrap();
                let z = (share.value - truth[which]) / share.standard_error;
                squares[factor][which] += z * z / 30.0;
                n_inside += u64::from(share.interval.contains(truth[which]));
            }
        }
    }
    println!("{squares:?}, {n_inside} of 180");
    for square in squares.iter().flatten() {
        assert!((0.3..2.2).contains(square), "{squares:?}");
    }
    // The expectation is 162 of 180; the six intervals of a sample are dependent.
    assert!((145..=176).contains(&n_inside), "{n_inside}");
}

#[test]
fn indices_of_a_product_of_uncertain_quantities() {
    let program = program(PRODUCT);
    let bound = Arc::new(crate::program::bind(&program, &[]).unwrap());
    let factors = factors(&bound, FactorGrouping::Quantity);
    let outcomes: Vec<OutcomeId> = program.outcomes.enumerate().map(|(id, _)| id).collect();
    let mut records = RecordLog::default();
    let mut estimate_all = || {
        let factors = factors.clone();
        simulate(|simulator| {
            let settings = settings(1 << 16);
            estimate(
                &bound,
                factors,
                &outcomes,
                &settings,
                &mut records,
                simulator,
            )
        })
    };
    let measured = estimate_all().unwrap();
    // From the records, the same numbers to the bit.
    let again = estimate_all().unwrap();
    assert_eq!(format!("{measured:?}"), format!("{again:?}"));
    let all = measured.outcomes[0].all_draws();
    check("V", &all.variance, 7.0 / 144.0, 0.001);
    let share = all.parameter_share.unwrap();
    check("parameter share", &share, 7.0 / 27.0, 0.004);
    let truths = [[3.0 / 7.0, 4.0 / 7.0], [3.0 / 7.0, 4.0 / 7.0], [0.0, 0.0]];
    check_indices(all, &truths, 0.02);
    assert!((all.mean - 0.25).abs() < 0.003);
    let findings: Vec<Finding> = all.factors.iter().map(FactorIndices::finding).collect();
    assert_eq!(
        findings,
        [Finding::Matters, Finding::Matters, Finding::Negligible]
    );
    // Sample A is an ordinary simulation, and more draws reduce the standard error.
    assert_eq!(measured.base.n_runs, 1 << 16);
    let draws: Vec<u64> = measured.outcomes[0]
        .stages
        .iter()
        .map(|one| one.n_draws)
        .collect();
    assert_eq!(draws, [1 << 13, 1 << 14, 1 << 15]);
    let errors = measured.outcomes[0]
        .stages
        .each_ref()
        .map(|one| one.variance.standard_error);
    assert!(errors[0] > 1.5 * errors[2], "{errors:?}");
}

/// If the partner used the random numbers of A, single runs would give
/// (E min(x₁x₂, x₁x₂′) − 1/16)/V = 15/7 instead of S1 = 3/7.
#[test]
fn common_random_numbers_would_bias_the_indices() {
    let program = program(PRODUCT);
    let bound = Arc::new(crate::program::bind(&program, &[]).unwrap());
    let factors = factors(&bound, FactorGrouping::Quantity);
    let branch_of = |id| DrawBranch(u64::from(!factors[0].members.contains(&id)));
    let partner = Arc::new(bound.with_draws(branch_of));
    let simulate = |bound: &Arc<BoundProgram>, branch: u64| {
        let plan = SimulationPlan {
            seed: Seed(9),
            branch: Branch(branch),
            first_run: 0,
            n_runs: 1 << 16,
            variable_runs: 0,
            keep_runs: true,
            fingerprint: 0,
        };
        simulate(|simulator| {
            let mut simulation = simulator.begin(bound, plan);
            let mut records = Vec::new();
            while !simulation.is_finished() {
                records.extend(simulator.advance(&mut simulation).unwrap());
            }
            records
        })
    };
    let index = |branch: u64| {
        let (a, partner) = (simulate(&bound, 0), simulate(&partner, branch));
        let mut moments = Moments::default();
        for (a, partner) in a.chunks(2).zip(partner.chunks(2)) {
            let first = |pair: &[RunRecord]| [f64::from(pair[0].outcome_days[0]); 2];
            moments.add([first(a), [0.0; 2], first(partner)]);
        }
        moments.covariance_a_partner() / (7.0 / 144.0)
    };
    // For single runs the standard error is about 0.1875/√32768/V = 0.021.
    let (same, other) = (index(0), index(1));
    assert!((same - 15.0 / 7.0).abs() < 0.1, "{same}");
    assert!((other - 3.0 / 7.0).abs() < 0.1, "{other}");
}

/// A partner has the quantities of its factor from A, to the bit, and everything else from B.
#[test]
fn partner_shares_only_its_factor_with_a() {
    let text = PRODUCT.to_owned()
        + "[[correlations]]\nbetween = [\"variables.x1.initial\", \"variables.x3.initial\"]\n\
           coefficient = 0.5\n";
    let program = program(&text);
    let bound = Arc::new(crate::program::bind(&program, &[]).unwrap());
    let by_quantity = factors(&bound, FactorGrouping::Quantity);
    let names: Vec<&str> = by_quantity.iter().map(|factor| &*factor.name).collect();
    assert_eq!(
        names,
        [
            "variables.x1.initial + variables.x3.initial",
            "variables.x2.initial"
        ]
    );
    let by_actor = factors(&bound, FactorGrouping::Actor);
    assert_eq!(by_actor.len(), 1);
    assert_eq!(
        (&*by_actor[0].name, by_actor[0].members.len()),
        ("variables", 3)
    );
    let other = bound.with_draws(|_| DrawBranch(1));
    let partner =
        bound.with_draws(|id| DrawBranch(u64::from(!by_quantity[0].members.contains(&id))));
    for draw in 0..100 {
        for (id, _) in bound.drawn() {
            let value = |bound: &BoundProgram| bound.value_in(id, Seed(3), draw);
            let source = if by_quantity[0].members.contains(&id) {
                &*bound
            } else {
                &other
            };
            assert_eq!(value(&partner), value(source));
            assert!(value(&bound) != value(&other));
        }
    }
}

/// The effect of x₁ is x₂, whose levels are 1/8, 3/8, 5/8, 7/8: μ* = μ = 1/2, σ² = 5/64. Under
/// common random numbers, a quantity without influence has an effect of exactly 0.
#[test]
fn elementary_effects_of_a_product() {
    let program = program(PRODUCT);
    let bound = Arc::new(crate::program::bind(&program, &[]).unwrap());
    let outcomes: Vec<OutcomeId> = program.outcomes.enumerate().map(|(id, _)| id).collect();
    let settings = MorrisSettings {
        seed: Seed(1),
        n_trajectories: 60,
        n_runs: 1024,
        confidence: 0.95,
        fingerprint: 0,
    };
    let by_quantity = factors(&bound, FactorGrouping::Quantity);
    let mut records = RecordLog::default();
    let mut screen_all = || {
        let by_quantity = by_quantity.clone();
        simulate(|simulator| {
            screen(
                &bound,
                by_quantity,
                &outcomes,
                &settings,
                &mut records,
                simulator,
            )
        })
    };
    let screened = screen_all().unwrap();
    let again = screen_all().unwrap();
    assert_eq!(format!("{screened:?}"), format!("{again:?}"));
    let effects = &screened.outcomes[0].effects;
    for effect in &effects[..2] {
        // √(5/64/60) = 0.036; Monte Carlo error adds little.
        assert!(
            (effect.mean_absolute - 0.5).abs() < THRESHOLD * 0.037,
            "{effect:?}"
        );
        let no_negative = Some(effect.mean_absolute);
        assert_eq!(effect.mean, no_negative, "no effect is negative");
        assert!(
            (effect.sd.unwrap() - (5.0_f64 / 64.0).sqrt()).abs() < 0.06,
            "{effect:?}"
        );
        let error = effect.monte_carlo_error;
        assert!(error > 0.01 && error < 0.05, "{effect:?}");
    }
    let inert = ElementaryEffects {
        mean_absolute: 0.0,
        interval: Some(crate::base::stats::Interval {
            low: 0.0,
            high: 0.0,
        }),
        mean: Some(0.0),
        sd: Some(0.0),
        monte_carlo_error: 0.0,
        rank: 3,
    };
    assert_eq!(effects[2], inert);
}

#[test]
fn suggested_runs_have_two_digits() {
    assert_eq!(
        [1.0, 99.0, 99.5, 123_456.0].map(rounded_up),
        [1, 99, 100, 130_000]
    );
}
