//! Screening: which of many quantities might matter, with few runs.
//!
//! Morris 1991, over the cube of the quantities' own quantiles, so that a step is a step in what is
//! thought possible: each quantity stands on one of the levels 1/8, 3/8, 5/8, 7/8, and a trajectory
//! moves one factor after the other, in random order, by half the cube. An elementary effect is the
//! change of an outcome's probability divided by that half. All points of a trajectory are lived
//! with the same luck, run by run, so that what does nothing has no effect at all.
//!
//! Quantities that move together each go their own way within one step (Campolongo et al. 2007), so
//! their effect has a size and no sign.

use super::factors::Factor;
use crate::base::index::{Id, OutcomeId};
use crate::base::math::double::sqrt;
use crate::base::random::keyed::{KeyedStream, hash_name};
use crate::base::random::{Branch, Seed};
use crate::base::stats::{Interval, z_of_confidence};
use crate::program::{Assignment, BindError, BoundProgram, bind};
use crate::simulate::{RunRecord, SimulationPlan};
use crate::study::{Simulator, Stopped};
use rand::distr::{Distribution, Uniform};
use std::collections::BTreeMap;
use thiserror::Error;

/// How to screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScreenSettings {
    /// The seed of all luck.
    pub seed: Seed,
    /// How often each factor is moved.
    pub n_trajectories: u32,
    /// The runs at each point.
    pub n_runs: u64,
    /// The share of intervals that are meant to hold the truth.
    pub confidence: f64,
    /// Names the program and the engine.
    pub fingerprint: u64,
}

impl ScreenSettings {
    /// The runs of all points of so many factors.
    pub fn n_runs_in_all(&self, n_factors: usize) -> u64 {
        let n_points = u64::from(self.n_trajectories) * (n_factors as u64 + 1);
        self.n_runs.saturating_mul(n_points)
    }
}

/// Why a screening gives nothing.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ScreenError {
    /// The watch asked to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// A quantile lies outside its quantity's domain.
    #[error(transparent)]
    Bind(#[from] BindError),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Screening {
    /// What was asked about.
    pub factors: Vec<Factor>,
    /// By outcome that was asked for.
    pub outcomes: Vec<OutcomeScreening>,
    /// How often each factor was moved.
    pub n_trajectories: u32,
    /// The runs at each point.
    pub n_runs: u64,
    /// Runs that faulted, over all points.
    pub n_faulted: u64,
}

/// The elementary effects on one outcome.
#[derive(Clone, Debug)]
pub struct OutcomeScreening {
    /// Which.
    pub outcome: OutcomeId,
    /// By factor.
    pub effects: Vec<Effect>,
}

/// The elementary effects of one factor on one outcome, as changes of the probability over the
/// whole range of the factor's quantiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// μ*: the mean size.
    pub mean_size: f64,
    /// Its interval from the spread between trajectories; `None` for a single one.
    pub interval: Option<Interval>,
    /// μ: the mean with its sign; `None` where several quantities move together.
    pub mean: Option<f64>,
    /// σ: the standard deviation between trajectories, which shows how far the effect hangs on the
    /// other quantities; `None` where μ is, or for a single trajectory.
    pub sd: Option<f64>,
    /// The standard error of one effect that the finite number of runs leaves: a μ* below it is
    /// luck.
    pub luck: f64,
    /// Its place by μ*, from 1.
    pub rank: u64,
}

/// A step of a trajectory as it showed in one outcome: the effect and its squared standard error.
#[derive(Clone, Copy)]
struct Step {
    effect: f64,
    error_square: f64,
}

/// The length of a step in the cube.
const STEP: f64 = 0.5;
const N_LEVELS: usize = 4;

/// Screens the factors by their effects on the probabilities of `outcomes`.
///
/// # Errors
/// Where the simulator's watch asks to stop.
pub fn screen(
    bound: &BoundProgram<'_>,
    factors: Vec<Factor>,
    outcomes: &[OutcomeId],
    settings: &ScreenSettings,
    simulator: &mut Simulator<'_>,
) -> Result<Screening, ScreenError> {
    let mut steps: Vec<Vec<Vec<Step>>> = vec![vec![Vec::new(); factors.len()]; outcomes.len()];
    let mut n_faulted = 0;
    for number in 0..settings.n_trajectories {
        let purpose = format!("screening:trajectory:{number}");
        let mut luck = KeyedStream::new(settings.seed, &purpose);
        let mut levels = starting_levels(&factors, &mut luck);
        let mut simulate = |levels: &BTreeMap<u64, usize>| {
            let point = point(bound, levels)?;
            let plan = SimulationPlan {
                seed: settings.seed,
                branch: Branch(hash_name(&purpose)),
                first_run: 0,
                n_runs: settings.n_runs,
                variable_runs: 0,
                keep_runs: true,
                fingerprint: settings.fingerprint,
            };
            let mut simulation = simulator.begin(&point, plan);
            let mut records = Vec::new();
            while !simulation.is_finished() {
                records.extend(simulator.advance(&mut simulation)?);
            }
            n_faulted += simulation.tally().n_faulted;
            Ok::<_, ScreenError>(records)
        };
        let mut before = simulate(&levels)?;
        for factor in shuffled(factors.len(), &mut luck) {
            let sign = move_levels(&mut levels, &factors[factor]);
            let after = simulate(&levels)?;
            for (steps, &outcome) in steps.iter_mut().zip(outcomes) {
                steps[factor].extend(step(&before, &after, outcome, sign));
            }
            before = after;
        }
    }
    let by_outcome = outcomes.iter().zip(&steps);
    let by_outcome = by_outcome.map(|(&outcome, steps)| OutcomeScreening {
        outcome,
        effects: effects(&factors, steps, settings.confidence),
    });
    Ok(Screening {
        outcomes: by_outcome.collect(),
        factors,
        n_trajectories: settings.n_trajectories,
        n_runs: settings.n_runs,
        n_faulted,
    })
}

/// A random level for each source of the factors' luck.
fn starting_levels(factors: &[Factor], luck: &mut KeyedStream) -> BTreeMap<u64, usize> {
    let pick = Uniform::new(0, N_LEVELS).expect("there are levels");
    let sources = factors.iter().flat_map(|factor| &factor.sources);
    sources.map(|&source| (source, pick.sample(luck))).collect()
}

/// The numbers below `n` in random order (Fisher and Yates).
fn shuffled(n: usize, luck: &mut KeyedStream) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        let pick = Uniform::new_inclusive(0, last).expect("there are places");
        order.swap(last, pick.sample(luck));
    }
    order
}

/// Moves a factor by half the cube, upwards from the lower two levels, downwards from the others.
/// Gives the sign, that of its only source.
fn move_levels(levels: &mut BTreeMap<u64, usize>, factor: &Factor) -> f64 {
    let mut sign = 1.0;
    for source in &factor.sources {
        if let Some(level) = levels.get_mut(source) {
            sign = if *level < N_LEVELS / 2 { 1.0 } else { -1.0 };
            *level = (*level + N_LEVELS / 2) % N_LEVELS;
        }
    }
    sign
}

/// The program with every uncertain quantity at the quantile of its level.
fn point<'p>(
    bound: &BoundProgram<'p>,
    levels: &BTreeMap<u64, usize>,
) -> Result<BoundProgram<'p>, BindError> {
    let uniform = |source: u64| {
        let level = levels.get(&source).copied().unwrap_or_default();
        (level as f64 + 0.5) / N_LEVELS as f64
    };
    let fixed = bound.drawn().map(|(parameter, sampler)| {
        // A bound in single precision may lie a hair outside of the same bound in double.
        let (low, high) = bound.program.parameters[parameter].domain.bounds();
        let value = f64::from(sampler.value(uniform)).clamp(low, high);
        Assignment { parameter, value }
    });
    bind(bound.program, &fixed.collect::<Vec<_>>())
}

/// The effect on an outcome of a step between two points with the same luck. `None` where every
/// run faulted.
fn step(before: &[RunRecord], after: &[RunRecord], outcome: OutcomeId, sign: f64) -> Option<Step> {
    let came_true = |record: &RunRecord| i64::from(record.outcome_days[outcome.index()] != 0);
    let (mut n, mut sum, mut squares) = (0_u64, 0_i64, 0_i64);
    for (before, after) in before.iter().zip(after) {
        if !before.faulted && !after.faulted {
            let change = came_true(after) - came_true(before);
            n += 1;
            sum += change;
            squares += change * change;
        }
    }
    if n < 2 {
        return None;
    }
    let runs = n as f64;
    let mean = sum as f64 / runs;
    let variance = squares as f64 / runs - mean * mean;
    Some(Step {
        effect: sign * mean / STEP,
        error_square: variance / (runs - 1.0) / (STEP * STEP),
    })
}

fn effects(factors: &[Factor], steps: &[Vec<Step>], confidence: f64) -> Vec<Effect> {
    let sizes: Vec<f64> = steps
        .iter()
        .map(|steps| moments(steps.iter().map(|step| step.effect.abs())).0)
        .collect();
    let effect = |(factor, steps): (&Factor, &Vec<Step>)| {
        let (size, size_sd) = moments(steps.iter().map(|step| step.effect.abs()));
        let (mean, sd) = moments(steps.iter().map(|step| step.effect));
        let has_sign = factor.sources.len() == 1;
        let error_squares = steps.iter().map(|step| step.error_square);
        let reach = |sd: f64| z_of_confidence(confidence) * sd / sqrt(steps.len() as f64);
        Effect {
            mean_size: size,
            interval: size_sd.map(|sd| Interval {
                low: size - reach(sd),
                high: size + reach(sd),
            }),
            mean: has_sign.then_some(mean),
            sd: sd.filter(|_| has_sign),
            luck: sqrt(moments(error_squares).0),
            rank: 1 + sizes.iter().filter(|&&other| other > size).count() as u64,
        }
    };
    factors.iter().zip(steps).map(effect).collect()
}

/// Mean, 0 of nothing, and standard deviation, `None` of fewer than two.
fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, Option<f64>) {
    let n = values.clone().count() as f64;
    if n == 0.0 {
        return (0.0, None);
    }
    let mean = values.clone().sum::<f64>() / n;
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    (mean, (n > 1.0).then(|| sqrt(squares / (n - 1.0))))
}
