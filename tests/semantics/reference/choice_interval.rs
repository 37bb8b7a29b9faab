//! The alternatives that a choice may take within the error bounds.
//!
//! A weight r·exp(λu) is kept as an interval, and each probability B/(B + R) is bounded by the ends of
//! its two parts.

use super::approximate::{Approximate, FUNCTION_ERROR, MIN_NORMAL, UNIT};

/// A power below this, relative to the largest of a choice, may be 0: the engine divides all weights by
/// a power of two within a factor of two of the largest and avoids subnormal numbers.
const MIN_POWER: f64 = 4.0 * MIN_NORMAL;

/// An alternative's weight, as an interval.
#[derive(Clone, Copy, Debug)]
pub struct Weight {
    low: f64,
    value: f64,
    high: f64,
}

impl Weight {
    /// The weight of an unavailable alternative.
    pub const ZERO: Self = Self {
        low: 0.0,
        value: 0.0,
        high: 0.0,
    };

    /// r·exp(difference); a negligible weight may have become 0.
    fn new(odds: Approximate, difference: Approximate) -> Self {
        if odds.high() <= 0.0 {
            return Self::ZERO;
        }
        let error = difference.bound + UNIT * difference.value.abs();
        let part = |odds: f64, difference: f64, factor: f64| {
            let power = libm::exp(difference) * factor;
            (odds.max(0.0) * power, power)
        };
        let (low, power) = part(odds.low(), difference.value - error, 1.0 - FUNCTION_ERROR);
        let (high, _) = part(odds.high(), difference.value + error, 1.0 + FUNCTION_ERROR);
        Self {
            low: if power < MIN_POWER || low < MIN_NORMAL {
                0.0
            } else {
                low
            },
            value: part(odds.value, difference.value, 1.0).0,
            high: high + odds.high().max(1.0) * MIN_NORMAL,
        }
    }

    /// The same weight if the alternative may also be unavailable.
    pub fn or_none(self) -> Self {
        Self { low: 0.0, ..self }
    }

    /// The weight as a number with an error bound.
    pub fn as_number(self) -> Approximate {
        Approximate {
            value: self.value,
            bound: (self.high - self.value).max(self.value - self.low),
        }
    }

    /// Sum of weights.
    fn sum(weights: &[Self]) -> Self {
        weights.iter().fold(Self::ZERO, |sum, weight| Self {
            low: sum.low + weight.low,
            value: sum.value + weight.value,
            high: sum.high + weight.high,
        })
    }

    /// b / (b + r), widened for the given number of roundings.
    fn share(b: Self, r: Self, roundings: usize) -> Self {
        let share = |b: f64, r: f64| if b > 0.0 { 1.0 / (1.0 + r / b) } else { 0.0 };
        let rounding = (roundings + 4) as f64 * UNIT;
        Self {
            low: share(b.low, r.high) * (1.0 - rounding),
            value: share(b.value, r.value),
            high: share(b.high, r.low) * (1.0 + rounding),
        }
    }
}

/// Weights of alternatives given as (number, odds, λu), with waiting as alternative 0. The largest logit
/// with positive odds is subtracted from all.
pub fn weigh(
    options: impl Iterator<Item = (usize, Approximate, Approximate)>,
) -> Vec<(usize, Weight)> {
    let mut logits = vec![(0, Approximate::ONE, Approximate::ZERO)];
    logits.extend(options);
    let (greatest, _, most) =
        logits
            .iter()
            .filter(|(_, odds, _)| odds.high() > 0.0)
            .fold(logits[0], |most, &option| {
                if option.2.value > most.2.value {
                    option
                } else {
                    most
                }
            });
    // The subtracted logit is a common factor, so its error cancels. If the error is so large that the
    // factor may underflow, the difference of the largest from itself must be exactly 0.
    let is_wild = most.bound > 1.0;
    logits
        .into_iter()
        .map(|(option, odds, logit)| {
            let difference = if !is_wild {
                Approximate {
                    value: logit.value - most.value,
                    ..logit
                }
            } else if option == greatest {
                Approximate::ZERO
            } else {
                logit - most
            };
            (option, Weight::new(odds, difference))
        })
        .collect()
}

/// The alternatives that a choice may take.
#[derive(Clone, Debug)]
pub struct ChoiceInterval {
    /// Possible alternatives, ascending.
    pub possible: Vec<usize>,
    /// Alternative chosen without rounding.
    pub own: usize,
    /// Probability of a uniform variate for which several are possible.
    pub fork_probability: f64,
    /// Probability by alternative.
    pub shares: Vec<Weight>,
}

impl ChoiceInterval {
    /// The choice is the last alternative with weight > 0 and Σ of the weights before it ≤ uniform·Σ.
    pub fn new(weights: &[Weight], uniform: f64) -> Self {
        let mut interval = Self {
            possible: Vec::new(),
            own: 0,
            fork_probability: 0.0,
            shares: Vec::new(),
        };
        let n = weights.len();
        let mut covered_to = 0.0_f64;
        for (option, weight) in weights.iter().enumerate() {
            let rest = [&weights[..option], &weights[option + 1..]].concat();
            interval
                .shares
                .push(Weight::share(*weight, Weight::sum(&rest), n));
            if weight.high <= 0.0 {
                continue;
            }
            let (before, after) = weights.split_at(option);
            let edge = Weight::share(Weight::sum(before), Weight::sum(after), n);
            if edge.low <= uniform {
                if weight.low > 0.0 && edge.high <= uniform {
                    interval.possible.clear();
                }
                interval.possible.push(option);
            }
            if weight.value > 0.0 && edge.value <= uniform {
                interval.own = option;
            }
            let end = edge.high.min(1.0);
            interval.fork_probability += (end - edge.low.max(covered_to)).max(0.0);
            covered_to = covered_to.max(end);
        }
        interval
    }

    /// Whether the engine's probabilities lie within the bounds.
    pub fn admits(&self, shares: &[f64]) -> bool {
        self.shares.len() == shares.len()
            && self
                .shares
                .iter()
                .zip(shares)
                .all(|(own, engine)| own.low <= *engine && *engine <= own.high)
    }
}
