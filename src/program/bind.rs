//! Binds a program to the values of its parameters.
//!
//! A parameter is the scenario's own number or distribution, or a value that a caller sets (a point
//! of a sweep, a tuned weight). The engine computes by the same operations in each case, so setting
//! a parameter to the number in the file leaves the results bit-identical.

use super::quantile_tables::QuantileTables;
use super::tables::{Input, Parameter, Program};
use crate::base::index::{Id, ParameterId, SiteId};
use crate::base::math::double;
use crate::base::random::QuantileTable;
use crate::base::random::keyed::{self, DrawBranch, Draws, Seed, SiteKey};
use crate::scenario::Value;
use std::ops::Range;
use std::sync::Arc;
use thiserror::Error;

/// Sets a parameter to a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assignment {
    /// The parameter that is set.
    pub parameter: ParameterId,
    /// Its value, within its domain.
    pub value: f64,
}

/// A value that cannot be bound.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum BindError {
    /// A value lies outside the parameter's domain or is not a finite number.
    #[error("{path} = {value} lies outside [{low}, {high}]")]
    OutOfDomain {
        /// TOML path of the parameter.
        path: String,
        /// The value that was assigned.
        value: f64,
        /// Lower end of the domain.
        low: f64,
        /// Upper end of the domain.
        high: f64,
    },
}

/// A program with the values of its parameters, ready to be simulated. It shares the program with
/// everything else that was bound from it.
#[derive(Clone, Debug)]
pub struct BoundProgram {
    /// The compiled program.
    pub program: Arc<Program>,
    values: Vec<ParameterValue>,
    samplers: Vec<(ParameterId, Sampler)>,
    site_keys: Arc<[SiteKey]>,
}

/// The value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParameterValue {
    /// A number that is the same in every run.
    Constant(f32),
    /// A value per draw, with the index of its row among the drawn parameters.
    Drawn(usize),
}

/// Samples one uncertain quantity by its inverse CDF.
#[derive(Clone, Debug)]
pub struct Sampler {
    /// Shared between bound programs, since some tables are large.
    table: Arc<QuantileTable>,
    branch: DrawBranch,
    path_hash: u64,
    mix: Vec<(u64, f64)>,
    /// The domain in f32, so that rounding to f32 cannot move a value out of it.
    low: f32,
    high: f32,
}

impl Sampler {
    fn new(parameter: &Parameter, table: Arc<QuantileTable>) -> Self {
        let (low, high) = parameter.domain.bounds();
        Self {
            table,
            branch: DrawBranch::default(),
            path_hash: parameter.path_hash,
            mix: parameter.mix.clone(),
            low: low as f32,
            high: high as f32,
        }
    }

    /// The uniform variate of the quantity: its own, or, under a Gaussian copula, that of its normal
    /// score mixed with the scores of correlated quantities. `own` gives the uniform variate
    /// of a path hash.
    fn uniform(&self, own: impl Fn(u64) -> f64) -> f64 {
        if self.mix.is_empty() {
            return own(self.path_hash);
        }
        let score = self
            .mix
            .iter()
            .map(|&(path, coefficient)| coefficient * double::normal_quantile(own(path)));
        uniform_of_score(score.sum())
    }

    /// The branch whose draws it takes.
    pub(super) fn branch(&self) -> DrawBranch {
        self.branch
    }

    /// The path hashes and coefficients of the normal scores that are mixed; empty without
    /// correlations.
    pub(super) fn mix(&self) -> &[(u64, f64)] {
        &self.mix
    }

    /// The normal scores of a path hash in consecutive draws.
    pub(super) fn scores(
        &self,
        seed: Seed,
        draws: Range<u64>,
        path: u64,
    ) -> impl Iterator<Item = f64> + use<> {
        let own = Draws::of(seed, self.branch, path);
        draws.map(move |draw| double::normal_quantile(own.uniform(draw)))
    }

    /// The value for a mixed normal score.
    pub(super) fn value_of_score(&self, score: f64) -> f32 {
        self.quantile(uniform_of_score(score))
    }

    /// The value of the quantity in a draw.
    pub fn draw(&self, seed: Seed, draw: u64) -> f32 {
        self.value(|path| keyed::branched_draw_uniform(seed, self.branch, draw, path))
    }

    /// The values of an uncorrelated quantity in consecutive draws.
    pub(super) fn uncorrelated_draws(
        &self,
        seed: Seed,
        draws: Range<u64>,
    ) -> impl Iterator<Item = f32> + '_ {
        let own = Draws::of(seed, self.branch, self.path_hash);
        draws.map(move |draw| self.quantile(own.uniform(draw)))
    }

    /// The value of the quantity if `own` gives the uniform variates, in (0, 1), of the
    /// path hashes in [`Sampler::sources`].
    pub fn value(&self, own: impl Fn(u64) -> f64) -> f32 {
        self.quantile(self.uniform(own))
    }

    fn quantile(&self, u: f64) -> f32 {
        (self.table.value(u) as f32).clamp(self.low, self.high)
    }

    /// The path hashes whose uniform variates determine the value: its own and those of correlated
    /// quantities. Two quantities without a common source are independent.
    pub fn sources(&self) -> impl Iterator<Item = u64> + '_ {
        let mixed = self.mix.iter();
        let mixed = mixed.filter(|(path, _)| *path != self.path_hash);
        std::iter::once(self.path_hash).chain(mixed.map(|&(path, _)| path))
    }
}

/// The uniform variate of a normal score. Rounding must not turn a score in the tail into 0 or 1.
fn uniform_of_score(score: f64) -> f64 {
    double::normal_cdf(score).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)
}

/// Binds a program to the scenario's own values, except for the parameters in `fixed`.
///
/// # Errors
/// If a value in `fixed` lies outside the domain of its parameter.
pub fn bind(program: &Arc<Program>, fixed: &[Assignment]) -> Result<BoundProgram, BindError> {
    bind_with_tables(program, fixed, &QuantileTables::default())
}

/// Like [`bind`], with the tabulated distributions of earlier programs.
///
/// # Errors
/// As [`bind`].
pub fn bind_with_tables(
    program: &Arc<Program>,
    fixed: &[Assignment],
    tables: &QuantileTables,
) -> Result<BoundProgram, BindError> {
    let mut own: Vec<Option<f32>> = vec![None; program.parameters.len()];
    for assignment in fixed {
        let parameter = &program.parameters[assignment.parameter];
        let (low, high) = parameter.domain.bounds();
        let value = assignment.value;
        if !value.is_finite() || value < low || value > high || !(value as f32).is_finite() {
            let path = parameter.path.clone();
            return Err(BindError::OutOfDomain {
                path,
                value,
                low,
                high,
            });
        }
        own[assignment.parameter.index()] = Some(value as f32);
    }
    let mut drawn = Vec::new();
    let values = program
        .parameters
        .enumerate()
        .map(
            |(id, parameter)| match (own[id.index()], &parameter.value) {
                (Some(value), _) => ParameterValue::Constant(value),
                (None, Value::Number(value)) => ParameterValue::Constant(*value as f32),
                (None, Value::Distribution(distribution)) => {
                    drawn.push((id, parameter, distribution));
                    ParameterValue::Drawn(drawn.len() - 1)
                }
                (None, Value::Expression(_)) => {
                    unreachable!("an expression is compiled, not a parameter")
                }
            },
        )
        .collect();
    let distributions: Vec<_> = drawn.iter().map(|one| one.2).collect();
    let tables = tables.of(&distributions).into_iter();
    let samplers = drawn.iter().zip(tables);
    let samplers = samplers
        .map(|(&(id, parameter, _), table)| (id, Sampler::new(parameter, table)))
        .collect();
    Ok(BoundProgram {
        program: program.clone(),
        values,
        samplers,
        site_keys: program.site_keys.clone(),
    })
}

/// Binds a program to rows that the caller fills in: parameter k is row k of the drawn values, and
/// no parameter is constant. Such a program is only re-evaluated, never simulated.
pub fn bind_to_rows(program: &Arc<Program>) -> BoundProgram {
    BoundProgram {
        program: program.clone(),
        values: (0..program.parameters.len())
            .map(ParameterValue::Drawn)
            .collect(),
        samplers: Vec::new(),
        site_keys: program.site_keys.clone(),
    }
}

impl BoundProgram {
    /// The key of a site on a day, in 0..=horizon.
    #[inline(always)]
    pub fn site_key(&self, site: SiteId, day: u16) -> SiteKey {
        self.site_keys[usize::from(day) * self.program.sites.len() + site.index()]
    }

    /// The keys of all sites on a day, in 0..=horizon, by site.
    #[inline(always)]
    pub fn site_keys_on(&self, day: u16) -> &[SiteKey] {
        let n = self.program.sites.len();
        &self.site_keys[usize::from(day) * n..][..n]
    }

    /// The value of a parameter: a constant, or the index of a row of drawn values.
    #[inline(always)]
    pub fn parameter_value(&self, parameter: ParameterId) -> ParameterValue {
        self.values[parameter.index()]
    }

    /// The value of a parameter in a draw.
    pub fn value_in(&self, parameter: ParameterId, seed: Seed, draw: u64) -> f32 {
        match self.parameter_value(parameter) {
            ParameterValue::Constant(value) => value,
            ParameterValue::Drawn(index) => self.samplers[index].1.draw(seed, draw),
        }
    }

    /// The value of a quantity if it is the same in every run.
    #[inline(always)]
    pub fn constant(&self, input: Input) -> Option<f32> {
        match input {
            Input::Parameter(id) => match self.parameter_value(id) {
                ParameterValue::Constant(value) => Some(value),
                ParameterValue::Drawn(_) => None,
            },
            Input::Code(..) => None,
        }
    }

    /// A copy whose drawn parameters are taken from the sample that `branch_of` names, so that two
    /// bound programs share the values of some parameters and differ in the others. Correlated
    /// parameters must be taken from the same sample to stay correlated.
    #[must_use]
    pub fn with_draws(&self, branch_of: impl Fn(ParameterId) -> DrawBranch) -> Self {
        let mut bound = self.clone();
        for (id, sampler) in &mut bound.samplers {
            sampler.branch = branch_of(*id);
        }
        bound
    }

    pub(super) fn samplers(&self) -> &[(ParameterId, Sampler)] {
        &self.samplers
    }

    /// The drawn parameters with their samplers.
    pub fn drawn(&self) -> impl ExactSizeIterator<Item = (ParameterId, &Sampler)> + '_ {
        self.samplers.iter().map(|(id, sampler)| (*id, sampler))
    }
}
