//! Morris screening: elementary effects of many quantities from few runs (Morris 1991).
//!
//! The design is on the unit cube of the quantities' own quantiles, with the levels 1/8, 3/8, 5/8
//! and 7/8. A trajectory moves one factor after the other, in random order, by 1/2. An elementary
//! effect is the change of an outcome's probability divided by 1/2. All points of a trajectory use
//! common random numbers, so a factor without influence has an effect of exactly 0.
//!
//! Correlated quantities move within one step, each in its own direction (Campolongo et al. 2007),
//! so their effect has no sign.

use super::factors::Factor;
use super::occurrences::{Occurrences, PART_RUNS, RecordedSimulation};
use crate::base::index::OutcomeId;
use crate::base::math::double::sqrt;
use crate::base::random::keyed::{KeyedStream, hash_name};
use crate::base::random::{Branch, Seed};
use crate::base::stats::{Interval, t_of_confidence};
use crate::program::{Assignment, BindError, BoundProgram, bind};
use crate::simulate::SimulationPlan;
use crate::study::{Simulator, Stopped, streams};
use crate::table::RecordLog;
use rand::distr::{Distribution, Uniform};
use std::collections::BTreeMap;
use std::sync::Arc;
use thiserror::Error;

/// Settings of a screening.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MorrisSettings {
    /// Seed of all random numbers.
    pub seed: Seed,
    /// Number of trajectories; each moves every factor once.
    pub n_trajectories: u32,
    /// Number of runs per point.
    pub n_runs: u64,
    /// Confidence level of intervals.
    pub confidence: f64,
    /// Identifies the program and the engine version.
    pub fingerprint: u64,
}

impl MorrisSettings {
    /// The total number of runs over all points.
    pub fn n_total_runs(&self, n_factors: usize) -> u64 {
        let n_points = u64::from(self.n_trajectories) * (n_factors as u64 + 1);
        self.n_runs.saturating_mul(n_points)
    }
}

/// The reason why a screening failed or stopped.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ScreenError {
    /// The progress callback asked to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// A quantile lies outside its quantity's domain.
    #[error(transparent)]
    Bind(#[from] BindError),
}

/// The elementary effects of all factors on all outcomes.
#[derive(Clone, Debug)]
pub struct Screening {
    /// The factors, in the order of their first quantities.
    pub factors: Vec<Factor>,
    /// The outcomes that were requested.
    pub outcomes: Vec<OutcomeScreening>,
    /// Number of trajectories simulated.
    pub n_trajectories: u32,
    /// Number of runs per point.
    pub n_runs: u64,
    /// Runs that faulted, over all points.
    pub n_faulted: u64,
}

/// The elementary effects on one outcome.
#[derive(Clone, Debug)]
pub struct OutcomeScreening {
    /// The outcome that the effects are on.
    pub outcome: OutcomeId,
    /// The effects of each factor.
    pub effects: Vec<ElementaryEffects>,
}

/// Statistics of the elementary effects of one factor on one outcome, as changes of the probability
/// over the whole range of quantiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ElementaryEffects {
    /// μ*, the mean absolute effect.
    pub mean_absolute: f64,
    /// Interval of μ* over trajectories by Student's t; `None` for a single one.
    pub interval: Option<Interval>,
    /// μ, the mean effect; `None` if several quantities move together.
    pub mean: Option<f64>,
    /// σ, the standard deviation over trajectories, which shows interactions and nonlinearity;
    /// `None` if μ is missing, or for a single trajectory.
    pub sd: Option<f64>,
    /// Monte Carlo standard error of one effect: a μ* below it is noise.
    pub monte_carlo_error: f64,
    /// Rank of the factor by μ*, from 1.
    pub rank: u64,
}

/// The effect of one step of a trajectory on one outcome.
#[derive(Clone, Copy)]
struct StepEffect {
    effect: f64,
    /// Square of the Monte Carlo standard error.
    error_square: f64,
}

/// Length of a step in the unit cube.
const STEP: f64 = 0.5;
const N_LEVELS: usize = 4;

/// Estimates the elementary effects of the factors on the probabilities of `outcomes`. Completed
/// simulations are recorded, and taken from `records` if they are there.
///
/// # Errors
/// If the progress callback asks to stop, a quantile is outside a quantity's domain, or a simulation
/// cannot be recorded.
pub fn screen(
    bound: &BoundProgram,
    factors: Vec<Factor>,
    outcomes: &[OutcomeId],
    settings: &MorrisSettings,
    records: &mut RecordLog,
    simulator: &mut Simulator<'_>,
) -> Result<Screening, ScreenError> {
    let mut steps: Vec<Vec<Vec<StepEffect>>> =
        vec![vec![Vec::new(); factors.len()]; outcomes.len()];
    let mut n_faulted = 0;
    for number in 0..settings.n_trajectories {
        let purpose = streams::morris_trajectory(number);
        let mut stream = KeyedStream::new(settings.seed, &purpose);
        let mut levels = starting_levels(&factors, &mut stream);
        let mut simulate = |levels: &BTreeMap<u64, usize>| {
            let point = Arc::new(bind_levels(bound, levels)?);
            let plan = SimulationPlan {
                seed: settings.seed,
                branch: Branch(hash_name(&purpose)),
                first_run: 0,
                n_runs: settings.n_runs,
                variable_runs: 0,
                keep_runs: true,
                fingerprint: settings.fingerprint,
            };
            let simulation = RecordedSimulation {
                bound: point,
                plan,
                name: format!("morris {levels:?}"),
                outcomes,
                keeps_tally: false,
            };
            let mut parts = Vec::new();
            for first_run in (0..plan.n_runs).step_by(PART_RUNS as usize) {
                parts.push(simulation.part(first_run, records, simulator)?);
            }
            n_faulted += parts.iter().map(Occurrences::n_faulted).sum::<u64>();
            Ok::<_, ScreenError>(parts)
        };
        let mut before = simulate(&levels)?;
        for factor in shuffled(factors.len(), &mut stream) {
            let sign = move_levels(&mut levels, &factors[factor]);
            let after = simulate(&levels)?;
            for (outcome, steps) in steps.iter_mut().enumerate() {
                steps[factor].extend(step_effect(&before, &after, outcome, sign));
            }
            before = after;
        }
    }
    let by_outcome = outcomes.iter().zip(&steps);
    let by_outcome = by_outcome.map(|(&outcome, steps)| OutcomeScreening {
        outcome,
        effects: elementary_effects(&factors, steps, settings.confidence),
    });
    Ok(Screening {
        outcomes: by_outcome.collect(),
        factors,
        n_trajectories: settings.n_trajectories,
        n_runs: settings.n_runs,
        n_faulted,
    })
}

/// A random level for each source of the factors.
fn starting_levels(factors: &[Factor], stream: &mut KeyedStream) -> BTreeMap<u64, usize> {
    let level = Uniform::new(0, N_LEVELS).expect("there are levels");
    let sources = factors.iter().flat_map(|factor| &factor.sources);
    sources
        .map(|&source| (source, level.sample(stream)))
        .collect()
}

/// The numbers below `n` in random order (Fisher–Yates shuffle).
fn shuffled(n: usize, stream: &mut KeyedStream) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        let index = Uniform::new_inclusive(0, last).expect("the range is not empty");
        order.swap(last, index.sample(stream));
    }
    order
}

/// Moves a factor by half the cube: up from the lower two levels, down from the others. Returns the
/// sign of the step of a factor with one source.
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

/// Binds the program with every uncertain quantity at the quantile of its level.
fn bind_levels(
    bound: &BoundProgram,
    levels: &BTreeMap<u64, usize>,
) -> Result<BoundProgram, BindError> {
    let uniform = |source: u64| {
        let level = levels.get(&source).copied().unwrap_or_default();
        (level as f64 + 0.5) / N_LEVELS as f64
    };
    let fixed = bound.drawn().map(|(parameter, sampler)| {
        // A bound rounded to single precision may lie slightly outside the bound in double.
        let (low, high) = bound.program.parameters[parameter].domain.bounds();
        let value = f64::from(sampler.value(uniform)).clamp(low, high);
        Assignment { parameter, value }
    });
    bind(&bound.program, &fixed.collect::<Vec<_>>())
}

/// The effect of a step on an outcome, from the runs of two points with common random numbers;
/// `None` if fewer than two runs did not fault.
fn step_effect(
    before: &[Occurrences],
    after: &[Occurrences],
    outcome: usize,
    sign: f64,
) -> Option<StepEffect> {
    let (mut n, mut sum, mut squares) = (0_u64, 0_i64, 0_i64);
    for (before, after) in before.iter().zip(after) {
        for run in 0..before.n_runs as usize {
            if !before.is_faulted(run) && !after.is_faulted(run) {
                let occurred = |part: &Occurrences| i64::from(part.has_occurred(outcome, run));
                let change = occurred(after) - occurred(before);
                n += 1;
                sum += change;
                squares += change * change;
            }
        }
    }
    if n < 2 {
        return None;
    }
    let runs = n as f64;
    let mean = sum as f64 / runs;
    let variance = squares as f64 / runs - mean * mean;
    Some(StepEffect {
        effect: sign * mean / STEP,
        error_square: variance / (runs - 1.0) / (STEP * STEP),
    })
}

fn elementary_effects(
    factors: &[Factor],
    steps: &[Vec<StepEffect>],
    confidence: f64,
) -> Vec<ElementaryEffects> {
    let means_absolute: Vec<f64> = steps
        .iter()
        .map(|steps| mean_and_sd(steps.iter().map(|step| step.effect.abs())).0)
        .collect();
    let effects = |(factor, steps): (&Factor, &Vec<StepEffect>)| {
        let (mean_absolute, sd_absolute) = mean_and_sd(steps.iter().map(|step| step.effect.abs()));
        let (mean, sd) = mean_and_sd(steps.iter().map(|step| step.effect));
        let has_sign = factor.sources.len() == 1;
        let error_squares = steps.iter().map(|step| step.error_square);
        let n = steps.len() as f64;
        let half_width = |sd: f64| t_of_confidence(confidence, n - 1.0) * sd / sqrt(n);
        let above = means_absolute
            .iter()
            .filter(|&&other| other > mean_absolute);
        ElementaryEffects {
            mean_absolute,
            interval: sd_absolute.map(|sd| Interval {
                low: mean_absolute - half_width(sd),
                high: mean_absolute + half_width(sd),
            }),
            mean: has_sign.then_some(mean),
            sd: sd.filter(|_| has_sign),
            monte_carlo_error: sqrt(mean_and_sd(error_squares).0),
            rank: 1 + above.count() as u64,
        }
    };
    factors.iter().zip(steps).map(effects).collect()
}

/// The mean, 0 for no values, and the standard deviation, `None` for fewer than two.
fn mean_and_sd(values: impl Iterator<Item = f64> + Clone) -> (f64, Option<f64>) {
    let n = values.clone().count() as f64;
    if n == 0.0 {
        return (0.0, None);
    }
    let mean = values.clone().sum::<f64>() / n;
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    (mean, (n > 1.0).then(|| sqrt(squares / (n - 1.0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::math::double::normal_quantile;

    /// The interval of 10 trajectories with normal effects far from 0 covers their mean in 95 % of 4,000
    /// replicates, within 4 standard errors. With the normal quantile it would be 91.9 %.
    #[test]
    fn intervals_have_nominal_coverage_with_ten_trajectories() {
        const N_REPLICATES: u32 = 4_000;
        let mut stream = KeyedStream::new(Seed(1), "test");
        let uniform = Uniform::new(0.0, 1.0).unwrap();
        let factor = Factor {
            name: "x".to_owned(),
            members: Vec::new(),
            sources: vec![1],
        };
        let mut n_covered = 0;
        for _ in 0..N_REPLICATES {
            let steps = (0..10).map(|_| StepEffect {
                effect: 20.0 + normal_quantile(uniform.sample(&mut stream)),
                error_square: 0.0,
            });
            let steps = [steps.collect::<Vec<_>>()];
            let effects = elementary_effects(std::slice::from_ref(&factor), &steps, 0.95);
            let interval = effects[0].interval.unwrap();
            n_covered += u32::from(interval.contains(20.0));
        }
        let coverage = f64::from(n_covered) / f64::from(N_REPLICATES);
        let standard_error = sqrt(0.95 * 0.05 / f64::from(N_REPLICATES));
        assert!((coverage - 0.95).abs() < 4.0 * standard_error, "{coverage}");
    }
}
