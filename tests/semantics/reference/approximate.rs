//! Numbers with an error bound for the engine's single-precision value.
//!
//! Running error analysis (Higham, *Accuracy and Stability of Numerical Algorithms*, 3.3): the
//! value is computed in f64; each operation propagates the bounds of its operands and adds the
//! error of one rounding to f32. A bound of 0 means that the engine has exactly this number, which
//! holds for inputs and for their sums and products if f32 represents them. An infinite bound means
//! that nothing is asserted.

use super::truth::Truth;
use std::ops::{Add, Mul, Neg, Sub};

/// The unit roundoff of f32, 2⁻²⁴.
pub const UNIT: f64 = 1.0 / 16_777_216.0;
/// Relative error bound of exp, ln and powers: 5 units, above the stated bound of each function.
pub const FUNCTION_ERROR: f64 = 5.0 * UNIT;
/// Spacing of subnormal f32 numbers.
const SUBNORMAL: f64 = 1.401_298_464_324_817e-45;
/// Smallest normal f32, below which exp is 0.
pub const MIN_NORMAL: f64 = f32::MIN_POSITIVE as f64;

/// A value with an error bound for the engine's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Approximate {
    /// Value in f64.
    pub value: f64,
    /// Maximum distance of the engine's value, ≥ 0; may be ∞.
    pub bound: f64,
}

impl Approximate {
    pub const ZERO: Self = Self::exact(0.0);
    pub const ONE: Self = Self::exact(1.0);

    /// A number that the engine has to the bit.
    pub const fn exact(value: f64) -> Self {
        Self { value, bound: 0.0 }
    }

    /// A number of the scenario: the engine holds it rounded to f32.
    pub fn given(value: f64) -> Self {
        Self::exact(f64::from(value as f32))
    }

    /// A number anywhere in an interval.
    pub fn between(low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() {
            let value = 0.5 * (low + high);
            Self::with_bound(value, (high - value).max(value - low))
        } else {
            Self::with_bound(0.0, f64::INFINITY)
        }
    }

    fn with_bound(value: f64, bound: f64) -> Self {
        let bound = if bound.is_nan() { f64::INFINITY } else { bound };
        Self { value, bound }
    }

    /// The result of one rounding operation, whose operands' bounds have grown to `propagated`.
    /// `residue` is 0 where f64 has rounded nothing.
    fn rounded(value: f64, residue: f64, propagated: f64) -> Self {
        if propagated == 0.0 && residue == 0.0 && f64::from(value as f32) == value {
            return Self::exact(value);
        }
        let tiny = if value.abs() < MIN_NORMAL {
            SUBNORMAL
        } else {
            0.0
        };
        Self::with_bound(value, propagated + UNIT * (value.abs() + propagated) + tiny)
    }

    /// The result of a function that is monotone between `low` and `high`, its values at the
    /// ends of its argument.
    fn of_function(value: f64, low: f64, high: f64) -> Self {
        let spread = (high - value).abs().max((value - low).abs());
        let tiny = if value.abs() < 2.0 * MIN_NORMAL {
            MIN_NORMAL
        } else {
            0.0
        };
        Self::with_bound(
            value,
            spread + FUNCTION_ERROR * (value.abs() + spread) + tiny,
        )
    }

    pub fn low(self) -> f64 {
        self.value - self.bound
    }

    pub fn high(self) -> f64 {
        self.value + self.bound
    }

    /// Whether the engine may have `number`.
    pub fn admits(self, number: f64) -> bool {
        (number - self.value).abs() <= self.bound
    }

    /// The same value with its bound multiplied by a factor.
    pub fn widened(self, factor: f64) -> Self {
        Self::with_bound(self.value, self.bound * factor)
    }

    /// The smallest interval that contains both.
    pub fn hull(self, other: Self) -> Self {
        if self == other {
            return self;
        }
        Self::between(self.low().min(other.low()), self.high().max(other.high()))
    }

    /// Σ terms, summed in any order.
    pub fn sum(terms: impl IntoIterator<Item = Self>) -> Self {
        let (mut value, mut bound, mut magnitude, mut n) = (0.0, 0.0, 0.0, 0.0);
        let mut grain = f64::INFINITY;
        for term in terms.into_iter().filter(|term| *term != Self::ZERO) {
            value += term.value;
            bound += term.bound;
            magnitude += term.value.abs() + term.bound;
            grain = grain.min(last_bit(term.value));
            n += 1.0;
        }
        // Integer multiples of a common unit below 2^24 of it: no order of summation rounds.
        let is_exact = bound == 0.0 && magnitude * UNIT <= grain;
        if n <= 1.0 || is_exact {
            Self::with_bound(value, bound)
        } else {
            Self::with_bound(value, bound + (n - 1.0) * UNIT * magnitude)
        }
    }

    /// x + share·(to − x) + shock, in any order: an error in x shrinks with the distance.
    pub fn drift(self, to: Self, share: Self, shock: Self) -> Self {
        let distance = to - self;
        let step = share * distance;
        let parts = Self::sum([self, step, shock]);
        let own_error = (1.0 - share.value).abs() * self.bound
            + share.value.abs() * to.bound
            + share.bound * (distance.value.abs() + distance.bound);
        let roundings = 6.0 * UNIT * (self.value.abs() + to.value.abs() + step.value.abs());
        let bound = own_error + shock.bound + roundings + 3.0 * UNIT * shock.value.abs();
        Self::with_bound(parts.value, parts.bound.min(bound))
    }

    /// a / b; unbounded where b may be 0. The caller checks for b = 0 first.
    pub fn divide(self, divisor: Self) -> Self {
        let value = self.value / divisor.value;
        if divisor == Self::ONE {
            return self;
        }
        let nearest = divisor.value.abs() - divisor.bound;
        if nearest <= 0.0 {
            return Self::with_bound(0.0, f64::INFINITY);
        }
        let propagated = (value.abs() * divisor.bound + self.bound) / nearest;
        Self::rounded(value, value * divisor.value - self.value, propagated)
    }

    pub fn abs(self) -> Self {
        Self::with_bound(self.value.abs(), self.bound)
    }

    pub fn min(self, other: Self) -> Self {
        self.select(other, f64::min)
    }

    pub fn max(self, other: Self) -> Self {
        self.select(other, f64::max)
    }

    /// min or max, which round nothing.
    fn select(self, other: Self, choose: fn(f64, f64) -> f64) -> Self {
        let value = choose(self.value, other.value);
        let low = choose(self.low(), other.low());
        let high = choose(self.high(), other.high());
        Self::with_bound(value, (high - value).max(value - low))
    }

    /// Clamped between two numbers; exact if certainly beyond one of them.
    pub fn clamp(self, low: f64, high: f64) -> Self {
        let hold = |x: f64| x.max(low).min(high);
        let value = hold(self.value);
        Self::with_bound(
            value,
            (hold(self.high()) - value).max(value - hold(self.low())),
        )
    }

    /// √a over the nonnegative part.
    pub fn sqrt(self) -> Self {
        let root = |x: f64| x.max(0.0).sqrt();
        let value = root(self.value);
        let spread = (root(self.high()) - value).max(value - root(self.low()));
        Self::rounded(value, value * value - self.value, spread)
    }

    pub fn exp(self) -> Self {
        Self::of_function(
            libm::exp(self.value),
            libm::exp(self.low()),
            libm::exp(self.high()),
        )
    }

    /// ln a over the positive part.
    pub fn ln(self) -> Self {
        if self.low() <= 0.0 {
            return Self::with_bound(0.0, f64::INFINITY);
        }
        Self::of_function(
            libm::log(self.value),
            libm::log(self.low()),
            libm::log(self.high()),
        )
    }

    pub fn logistic(self) -> Self {
        let logistic = |x: f64| 1.0 / (1.0 + libm::exp(-x));
        Self::of_function(
            logistic(self.value),
            logistic(self.low()),
            logistic(self.high()),
        )
    }

    /// aᵇ for an a that is certainly not negative, and not 0 with a negative b: monotone in each,
    /// so the extremes lie at corners.
    pub fn power(self, exponent: Self) -> Self {
        let corners = [
            libm::pow(self.low().max(0.0), exponent.low()),
            libm::pow(self.low().max(0.0), exponent.high()),
            libm::pow(self.high(), exponent.low()),
            libm::pow(self.high(), exponent.high()),
        ];
        Self::of_corners(libm::pow(self.value.max(0.0), exponent.value), &corners)
    }

    /// aⁿ for a whole n and any a but 0 with a negative n.
    pub fn whole_power(self, n: f64) -> Self {
        let mut corners = vec![libm::pow(self.low(), n), libm::pow(self.high(), n)];
        if self.low() < 0.0 && self.high() > 0.0 {
            corners.push(0.0);
        }
        Self::of_corners(libm::pow(self.value, n), &corners)
    }

    /// aᵛ / (aᵛ + bᵛ) for a, b ≥ 0: rises in a, falls in b, monotone in v.
    pub fn contest(self, other: Self, decisiveness: Self) -> Self {
        let mut corners = Vec::new();
        for a in [self.low().max(0.0), self.high()] {
            for b in [other.low().max(0.0), other.high()] {
                for v in [decisiveness.low(), decisiveness.high()] {
                    corners.push(contest(a, b, v));
                }
            }
        }
        let value = contest(
            self.value.max(0.0),
            other.value.max(0.0),
            decisiveness.value,
        );
        Self::of_corners(value, &corners)
    }

    fn of_corners(value: f64, corners: &[f64]) -> Self {
        let low = corners.iter().copied().fold(value, f64::min);
        let high = corners.iter().copied().fold(value, f64::max);
        if corners.iter().any(|corner| corner.is_nan()) {
            return Self::with_bound(value, f64::INFINITY);
        }
        Self::of_function(value, low, high)
    }

    /// Whether a < b.
    pub fn less(self, other: Self) -> Truth {
        if self.bound == 0.0 && other.bound == 0.0 {
            Truth::known(self.value < other.value)
        } else if self.high() < other.low() {
            Truth::True
        } else if self.low() >= other.high() {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// Whether a = b.
    pub fn equal(self, other: Self) -> Truth {
        if self.bound == 0.0 && other.bound == 0.0 {
            Truth::known(self.value == other.value)
        } else if self.high() < other.low() || self.low() > other.high() {
            Truth::False
        } else {
            Truth::Unknown
        }
    }
}

/// The value of the last bit of a number that is not 0.
fn last_bit(x: f64) -> f64 {
    let bits = x.to_bits();
    let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52);
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1075;
    libm::ldexp(1.0, exponent + mantissa.trailing_zeros() as i32)
}

/// The contest function, from the ratio of the strengths.
fn contest(a: f64, b: f64, decisiveness: f64) -> f64 {
    if a == b {
        0.5
    } else {
        1.0 / (1.0 + libm::pow(b / a, decisiveness))
    }
}

impl Add for Approximate {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        if other == Self::ZERO {
            self
        } else if self == Self::ZERO {
            other
        } else {
            // Rounding error of the sum (Knuth's two-sum).
            let (a, b) = (self.value, other.value);
            let sum = a + b;
            let b_part = sum - a;
            let residue = (a - (sum - b_part)) + (b - b_part);
            Self::rounded(sum, residue, self.bound + other.bound)
        }
    }
}

impl Neg for Approximate {
    type Output = Self;
    fn neg(self) -> Self {
        Self::with_bound(-self.value, self.bound)
    }
}

impl Sub for Approximate {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Approximate {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        if other == Self::ONE {
            return self;
        }
        if self == Self::ONE {
            return other;
        }
        let propagated = self.value.abs() * other.bound
            + other.value.abs() * self.bound
            + self.bound * other.bound;
        // A product of two f32 is exact in f64.
        Self::rounded(self.value * other.value, 0.0, propagated)
    }
}
