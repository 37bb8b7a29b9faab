//! The quantities of a scenario: constants, distributions, and moments of the sampled values.

use super::Estimates;
use crate::base::index::{Id, ParameterId};
use crate::base::math::double::sqrt;
use crate::base::random::{Distribution, Seed};
use crate::program::{ActorRow, BoundProgram, DrawSampler, Parameter, ParameterValue};
use crate::scenario::Value;
use std::collections::BTreeSet;

/// Number of draws over which sampled values are averaged.
pub const PARAMETER_DRAWS: u64 = 4_096;

/// One quantity that is a constant or a distribution.
#[derive(Clone, Debug)]
pub struct ParameterEstimate<'a> {
    /// TOML path of the quantity.
    pub path: &'a str,
    /// The number, if the quantity is a constant.
    pub number: Option<f64>,
    /// The distribution, if the quantity is uncertain.
    pub distribution: Option<&'a Distribution>,
    /// Moments of the distribution; the number and 0 for a constant.
    pub own: Moments,
    /// Moments over the first [`PARAMETER_DRAWS`] draws of the seed; the number and 0 for a constant.
    pub drawn: Moments,
    /// For the weight of an imperative: its share of the sum of its actor's weights, over the same
    /// draws.
    pub normalized: Option<Moments>,
}

/// Mean and standard deviation of a quantity, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

impl<'a> Estimates<'a> {
    /// All quantities in the order of the program.
    pub fn parameters(&self) -> impl Iterator<Item = ParameterEstimate<'a>> + use<'a> {
        let program = &*self.bound.program;
        let draws = FirstDraws::new(self.bound, Seed(self.tally.seed));
        let mut normalized = vec![None; program.parameters.len()];
        for actor in &program.actors {
            let weights = draws.normalized(actor);
            for (imperative, weight) in actor.imperatives.iter().zip(weights) {
                normalized[imperative.weight.index()] = Some(weight);
            }
        }
        // A variable that is hidden without a belief has a second parameter with the path and the value
        // of its initial value.
        let mut paths = BTreeSet::new();
        let rows = program.parameters.enumerate().zip(normalized);
        let rows = rows.filter(move |((_, parameter), _)| paths.insert(&parameter.path));
        rows.map(move |((id, parameter), normalized)| ParameterEstimate {
            normalized,
            ..estimate_of(&draws, id, parameter)
        })
    }
}

/// The first [`PARAMETER_DRAWS`] draws of a seed.
struct FirstDraws<'a> {
    bound: &'a BoundProgram,
    sampler: DrawSampler,
}

impl<'a> FirstDraws<'a> {
    fn new(bound: &'a BoundProgram, seed: Seed) -> Self {
        let mut sampler = DrawSampler::new(bound, PARAMETER_DRAWS as usize);
        sampler.begin(bound, seed, 0);
        Self { bound, sampler }
    }

    /// The values of a parameter.
    fn values(&self, id: ParameterId) -> Vec<f64> {
        match self.bound.parameter_value(id) {
            ParameterValue::Constant(value) => vec![f64::from(value); PARAMETER_DRAWS as usize],
            ParameterValue::Drawn(index) => {
                let values = self.sampler.values(self.bound, index);
                values.map(f64::from).collect()
            }
        }
    }

    /// Moments of the normalized weights of an actor, in the order of its imperatives.
    fn normalized(&self, actor: &ActorRow) -> Vec<Moments> {
        let weights = actor.imperatives.iter().map(|row| self.values(row.weight));
        let weights: Vec<Vec<f64>> = weights.collect();
        let mut sums = vec![Sums::default(); weights.len()];
        for draw in 0..PARAMETER_DRAWS as usize {
            let total: f64 = weights.iter().map(|values| values[draw]).sum();
            for (sums, values) in sums.iter_mut().zip(&weights) {
                sums.add(if total > 0.0 {
                    values[draw] / total
                } else {
                    0.0
                });
            }
        }
        sums.into_iter().map(Sums::moments).collect()
    }
}

fn estimate_of<'a>(
    draws: &FirstDraws<'_>,
    id: ParameterId,
    parameter: &'a Parameter,
) -> ParameterEstimate<'a> {
    let path = parameter.path.as_str();
    match (draws.bound.parameter_value(id), &parameter.value) {
        (ParameterValue::Drawn(_), Value::Distribution(distribution)) => {
            let mut sums = Sums::default();
            for value in draws.values(id) {
                sums.add(value);
            }
            let own = Moments {
                mean: distribution.mean(),
                sd: distribution.sd(),
            };
            let drawn = sums.moments();
            let distribution = Some(distribution);
            ParameterEstimate {
                path,
                number: None,
                distribution,
                own,
                drawn,
                normalized: None,
            }
        }
        (ParameterValue::Constant(known), own) => {
            // The number as written, unless the caller set another one.
            let mean = match own {
                Value::Number(written) if *written as f32 == known => *written,
                _ => f64::from(known),
            };
            let own = Moments { mean, sd: 0.0 };
            let number = Some(mean);
            ParameterEstimate {
                path,
                number,
                distribution: None,
                own,
                drawn: own,
                normalized: None,
            }
        }
        (ParameterValue::Drawn(_), _) => unreachable!("only a distribution is drawn"),
    }
}

/// Sums of differences from the first value, which avoids cancellation for a small spread.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    first: Option<f64>,
    n: f64,
    sum: f64,
    squares: f64,
}

impl Sums {
    fn add(&mut self, value: f64) {
        let distance = value - *self.first.get_or_insert(value);
        self.n += 1.0;
        self.sum += distance;
        self.squares += distance * distance;
    }

    fn moments(self) -> Moments {
        let variance = (self.squares - self.sum * self.sum / self.n) / (self.n - 1.0);
        Moments {
            mean: self.first.unwrap_or(0.0) + self.sum / self.n,
            sd: sqrt(variance.max(0.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_equal_values_have_no_spread() {
        let mut sums = Sums::default();
        (0..7).for_each(|_| sums.add(0.1));
        assert_eq!(sums.moments(), Moments { mean: 0.1, sd: 0.0 });
    }

    #[test]
    fn moments_of_one_to_five() {
        let mut sums = Sums::default();
        (1..=5).for_each(|value| sums.add(f64::from(value)));
        assert_eq!(sums.moments().mean, 3.0);
        assert!((sums.moments().sd - 2.5_f64.sqrt()).abs() < 1e-15);
    }
}
