//! Filling in the numbers.
//!
//! A program says what depends on what; [`bind`] says what each parameter is: the scenario's own
//! number or distribution, or a value that a caller sets (a sweep's point, a slider, a tuned
//! weight). The engine then computes with rows of values by the same operations whichever it is,
//! so setting a parameter to the number that the file has changes no bit.

use super::{Input, Parameter, Program};
use crate::base::index::{Id, ParameterId, SiteId};
use crate::base::math::double;
use crate::base::random::QuantileTable;
use crate::base::random::keyed::{self, DrawBranch, Draws, Seed, SiteKey};
use crate::scenario::Value;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;
use thiserror::Error;

/// Sets a parameter to a known value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assignment {
    /// Which.
    pub parameter: ParameterId,
    /// To what.
    pub value: f64,
}

/// Why values cannot be bound.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum BindError {
    /// A value lies outside the parameter's domain or is not a finite number.
    #[error("{path} = {value} lies outside [{low}, {high}]")]
    OutOfDomain {
        /// The parameter's TOML path.
        path: String,
        /// The value.
        value: f64,
        /// Least value allowed.
        low: f64,
        /// Greatest value allowed.
        high: f64,
    },
}

/// A program with its numbers: what the engine runs.
#[derive(Clone, Debug)]
pub struct BoundProgram<'p> {
    /// The structure.
    pub program: &'p Program,
    given: Vec<Given>,
    samplers: Vec<(ParameterId, Sampler)>,
    site_keys: Vec<SiteKey>,
}

/// Where the engine finds a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Given {
    /// The same in every run.
    Known(f32),
    /// Drawn once per draw: the index of its sampler.
    Drawn(usize),
}

/// Draws one uncertain quantity through its own inverse CDF.
#[derive(Clone, Debug)]
pub struct Sampler {
    /// Shared by all that are bound anew from one another: some tables are large.
    table: Arc<QuantileTable>,
    branch: DrawBranch,
    path_hash: u64,
    mix: Vec<(u64, f64)>,
    /// The domain in f32: rounding a draw to f32 must not carry it over a bound.
    low: f32,
    high: f32,
}

impl Sampler {
    fn new(parameter: &Parameter, table: QuantileTable) -> Self {
        let (low, high) = parameter.domain.bounds();
        Self {
            table: Arc::new(table),
            branch: DrawBranch::default(),
            path_hash: parameter.path_hash,
            mix: parameter.mix.clone(),
            low: low as f32,
            high: high as f32,
        }
    }

    /// The quantity's own uniform number, or that of its normal score mixed with those of the
    /// quantities with which it is correlated (a Gaussian copula). `own` gives the uniform number
    /// of a path's hash.
    fn uniform(&self, own: impl Fn(u64) -> f64) -> f64 {
        if self.mix.is_empty() {
            return own(self.path_hash);
        }
        let score = self
            .mix
            .iter()
            .map(|&(path, coefficient)| coefficient * double::normal_quantile(own(path)));
        // Rounding must not carry a score in the tail to 0 or 1.
        double::normal_cdf(score.sum()).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)
    }

    /// The quantity's value in a draw.
    pub fn draw(&self, seed: Seed, draw: u64) -> f32 {
        self.value(|path| keyed::branched_draw_uniform(seed, self.branch, draw, path))
    }

    /// Its values in draws that follow on one another.
    pub fn draws(&self, seed: Seed, draws: Range<u64>) -> impl Iterator<Item = f32> + '_ {
        let own = Draws::of(seed, self.branch, self.path_hash);
        draws.map(move |draw| match self.mix.is_empty() {
            true => self.quantile(own.uniform(draw)),
            false => self.draw(seed, draw),
        })
    }

    /// The quantity's value where `own` gives the uniform numbers, in (0, 1), of the paths that
    /// [`Sampler::sources`] names.
    pub fn value(&self, own: impl Fn(u64) -> f64) -> f32 {
        self.quantile(self.uniform(own))
    }

    fn quantile(&self, u: f64) -> f32 {
        (self.table.value(u) as f32).clamp(self.low, self.high)
    }

    /// The hashes of the paths whose uniform numbers decide the value: its own, and those of
    /// quantities with which it is correlated. Two quantities without a common one are independent.
    pub fn sources(&self) -> impl Iterator<Item = u64> + '_ {
        let mixed = self.mix.iter();
        let mixed =
            mixed.filter(|(path, coefficient)| *coefficient != 0.0 && *path != self.path_hash);
        std::iter::once(self.path_hash).chain(mixed.map(|&(path, _)| path))
    }
}

/// Binds a program to the scenario's own values, save for the parameters that are assigned.
///
/// # Errors
/// Where an assigned value lies outside its parameter's domain.
pub fn bind<'p>(program: &'p Program, fixed: &[Assignment]) -> Result<BoundProgram<'p>, BindError> {
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
    let given = program
        .parameters
        .enumerate()
        .map(
            |(id, parameter)| match (own[id.index()], &parameter.value) {
                (Some(value), _) => Given::Known(value),
                (None, Value::Number(value)) => Given::Known(*value as f32),
                (None, Value::Distribution(distribution)) => {
                    drawn.push((id, parameter, distribution));
                    Given::Drawn(drawn.len() - 1)
                }
                (None, Value::Expression(_)) => {
                    unreachable!("an expression is compiled, not a parameter")
                }
            },
        )
        .collect();
    // Tabulating is what takes time here.
    let samplers = drawn
        .into_par_iter()
        .map(|(id, parameter, distribution)| {
            let table = QuantileTable::new(distribution);
            (id, Sampler::new(parameter, table))
        })
        .collect();
    Ok(BoundProgram {
        program,
        given,
        samplers,
        site_keys: site_keys(program),
    })
}

/// Binds a program to rows that the caller fills in: parameter k is row k of what the engine takes
/// for drawn, and nothing is known beforehand. Such a program is rehearsed, never lived.
pub fn bind_to_rows(program: &Program) -> BoundProgram<'_> {
    BoundProgram {
        program,
        given: (0..program.parameters.len()).map(Given::Drawn).collect(),
        samplers: Vec::new(),
        site_keys: site_keys(program),
    }
}

/// The keys of all sites on all days (and pairs of days), day by day.
fn site_keys(program: &Program) -> Vec<SiteKey> {
    let days = 0..=u32::from(program.horizon_days);
    days.flat_map(|day| {
        program
            .sites
            .iter()
            .map(move |site| keyed::site_key(site.hash, day))
    })
    .collect()
}

impl BoundProgram<'_> {
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

    /// What a parameter is.
    #[inline(always)]
    pub fn given(&self, parameter: ParameterId) -> Given {
        self.given[parameter.index()]
    }

    /// A parameter's value in a draw.
    pub fn value_in(&self, parameter: ParameterId, seed: Seed, draw: u64) -> f32 {
        match self.given(parameter) {
            Given::Known(value) => value,
            Given::Drawn(index) => self.samplers[index].1.draw(seed, draw),
        }
    }

    /// The known value of a quantity, where it has one.
    #[inline(always)]
    pub fn known(&self, input: Input) -> Option<f32> {
        match input {
            Input::Parameter(id) => match self.given(id) {
                Given::Known(value) => Some(value),
                Given::Drawn(_) => None,
            },
            Input::Code(..) => None,
        }
    }

    /// The same with each drawn parameter taken from the sample that `branch_of` names: two bound
    /// programs share the values of some and differ in the others. Those that are correlated are
    /// taken from one sample, or they are correlated no longer.
    #[must_use]
    pub fn with_draws(&self, branch_of: impl Fn(ParameterId) -> DrawBranch) -> Self {
        let mut bound = self.clone();
        for (id, sampler) in &mut bound.samplers {
            sampler.branch = branch_of(*id);
        }
        bound
    }

    /// The parameters that are drawn, with what draws them.
    pub fn drawn(&self) -> impl ExactSizeIterator<Item = (ParameterId, &Sampler)> + '_ {
        self.samplers.iter().map(|(id, sampler)| (*id, sampler))
    }
}
