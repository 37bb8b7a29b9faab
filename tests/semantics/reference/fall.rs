//! On which option a choice may fall.
//!
//! A weight r·exp(λu) is known up to a factor, so it is kept as an interval, and each share
//! B/(B + R) is bounded from the least and the greatest of its two parts.

use super::approximate::{Approximate, FUNCTION_ERROR, MIN_NORMAL, UNIT};

/// A power of so little beside the greatest of a choice may be 0: the engine divides all by a power
/// of two that is within a factor of two of the greatest, and keeps clear of subnormal numbers.
const MIN_POWER: f64 = 4.0 * MIN_NORMAL;

/// An option's weight: any number of an interval.
#[derive(Clone, Copy, Debug)]
pub struct Weight {
    low: f64,
    value: f64,
    high: f64,
}

impl Weight {
    /// Of a closed option.
    pub const ZERO: Self = Self {
        low: 0.0,
        value: 0.0,
        high: 0.0,
    };

    /// r·exp(difference). What is next to nothing may have become 0.
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

    /// The same where the option may as well be closed.
    pub fn or_none(self) -> Self {
        Self { low: 0.0, ..self }
    }

    /// As a number.
    pub fn as_number(self) -> Approximate {
        Approximate {
            value: self.value,
            bound: (self.high - self.value).max(self.value - self.low),
        }
    }

    /// Σ of weights.
    fn sum(weights: &[Self]) -> Self {
        weights.iter().fold(Self::ZERO, |sum, weight| Self {
            low: sum.low + weight.low,
            value: sum.value + weight.value,
            high: sum.high + weight.high,
        })
    }

    /// b / (b + r), with room for so many roundings.
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

/// The weights of options by (number, odds, λu), after that of waiting, which is option 0. The
/// greatest logit of an option with odds is taken from all.
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
    // It is a common factor, so that its error cancels. Only where the error is so great that the
    // factor might turn into nothing, the difference from the greatest itself must be exactly 0.
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

/// Where a choice may fall.
#[derive(Clone, Debug)]
pub struct Fall {
    /// The options on which it may, ascending.
    pub possible: Vec<usize>,
    /// Where it would without any rounding.
    pub own: usize,
    /// The probability of luck for which there is more than one.
    pub probability_of_fork: f64,
    /// By option, its probability.
    pub shares: Vec<Weight>,
}

impl Fall {
    /// The choice is the last option with weight > 0 and Σ of the weights before it ≤ uniform·Σ.
    pub fn new(weights: &[Weight], uniform: f64) -> Self {
        let mut fall = Self {
            possible: Vec::new(),
            own: 0,
            probability_of_fork: 0.0,
            shares: Vec::new(),
        };
        let n = weights.len();
        let mut covered_to = 0.0_f64;
        for (option, weight) in weights.iter().enumerate() {
            let rest = [&weights[..option], &weights[option + 1..]].concat();
            fall.shares
                .push(Weight::share(*weight, Weight::sum(&rest), n));
            if weight.high <= 0.0 {
                continue;
            }
            let (before, after) = weights.split_at(option);
            let edge = Weight::share(Weight::sum(before), Weight::sum(after), n);
            if edge.low <= uniform {
                if weight.low > 0.0 && edge.high <= uniform {
                    fall.possible.clear();
                }
                fall.possible.push(option);
            }
            if weight.value > 0.0 && edge.value <= uniform {
                fall.own = option;
            }
            let end = edge.high.min(1.0);
            fall.probability_of_fork += (end - edge.low.max(covered_to)).max(0.0);
            covered_to = covered_to.max(end);
        }
        fall
    }

    /// Whether the engine's probabilities may be these.
    pub fn admits(&self, shares: &[f64]) -> bool {
        self.shares.len() == shares.len()
            && self
                .shares
                .iter()
                .zip(shares)
                .all(|(own, engine)| own.low <= *engine && *engine <= own.high)
    }
}
