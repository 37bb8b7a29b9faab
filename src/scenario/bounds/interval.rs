//! Interval arithmetic with outward rounding.
//!
//! The functions take the [`Bounds`] of operands and return those of the result, and whether it
//! may fault. An infinite bound stands for a finite number of any size, since an infinite
//! number is a fault.

use crate::base::math::double;
use crate::scenario::model::{Arithmetic, Comparison, Function};

/// Numbers beyond this may overflow in single precision, so they count as possible faults. Half of
/// the largest f32, to allow for rounding.
pub const OVERFLOW: f64 = f32::MAX as f64 / 2.0;

/// The values that an expression can have if it does not fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The lower bound of the values.
    pub low: f64,
    /// The upper bound of the values.
    pub high: f64,
    /// Whether the expression, or any part of it, may have a value that is not finite.
    pub may_fault: bool,
}

/// Whether a condition can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// The condition always holds.
    Always,
    /// The condition never holds.
    Never,
    /// The condition depends on the state.
    Depends,
}

pub(super) fn point(value: f64) -> Bounds {
    between(value, value)
}

pub(super) fn between(low: f64, high: f64) -> Bounds {
    Bounds {
        low,
        high,
        may_fault: false,
    }
}

pub(super) fn anything(may_fault: bool) -> Bounds {
    Bounds {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        may_fault,
    }
}

/// The bounds of a binary operation.
pub(super) fn arithmetic(operation: Arithmetic, a: Bounds, b: Bounds) -> Bounds {
    let may_fault = a.may_fault || b.may_fault;
    match operation {
        Arithmetic::Add => sum((a.low, b.low), (a.high, b.high), may_fault),
        Arithmetic::Subtract => sum((a.low, -b.high), (a.high, -b.low), may_fault),
        Arithmetic::Multiply => hull(corners(a, b).map(|(a, b)| product(a, b)), may_fault),
        Arithmetic::Divide if b.low <= 0.0 && b.high >= 0.0 => anything(true),
        Arithmetic::Divide => hull(corners(a, b).map(|(a, b)| quotient(a, b)), may_fault),
        Arithmetic::Power => power(a, b),
    }
}

/// The sum at both ends, rounded outward unless it is exact.
fn sum(low: (f64, f64), high: (f64, f64), may_fault: bool) -> Bounds {
    let (low_sum, high_sum) = (low.0 + low.1, high.0 + high.1);
    Bounds {
        low: if is_exact(low, low_sum) {
            low_sum
        } else {
            low_sum.next_down()
        },
        high: if is_exact(high, high_sum) {
            high_sum
        } else {
            high_sum.next_up()
        },
        may_fault,
    }
}

/// Whether a sum has no rounding error (Knuth's two-sum), so that `1 - x` stays in [0, 1].
fn is_exact((a, b): (f64, f64), sum: f64) -> bool {
    let b_rounded = sum - a;
    let a_rounded = sum - b_rounded;
    (a - a_rounded) + (b - b_rounded) == 0.0
}

/// Rounds outward by four units in the last place, for functions with an error of one or two, but
/// never past 0, since rounding does not change a sign.
fn round_outward(low: f64, high: f64, may_fault: bool) -> Bounds {
    let mut rounded = (low, high);
    for _ in 0..4 {
        rounded = (rounded.0.next_down(), rounded.1.next_up());
    }
    Bounds {
        low: if low >= 0.0 {
            rounded.0.max(0.0)
        } else {
            rounded.0
        },
        high: if high <= 0.0 {
            rounded.1.min(0.0)
        } else {
            rounded.1
        },
        may_fault,
    }
}

/// The interval around the values at the corners, for operations without extrema between them.
fn hull(values: [f64; 4], may_fault: bool) -> Bounds {
    let low = values.into_iter().fold(f64::INFINITY, f64::min);
    let high = values.into_iter().fold(f64::NEG_INFINITY, f64::max);
    round_outward(low, high, may_fault)
}

fn corners(a: Bounds, b: Bounds) -> [(f64, f64); 4] {
    [
        (a.low, b.low),
        (a.low, b.high),
        (a.high, b.low),
        (a.high, b.high),
    ]
}

/// a · b, where 0 times an infinite bound is 0, since the bound stands for a finite number.
fn product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

/// a / b with b ≠ 0. A quotient of two infinite bounds lies between those at the other corners.
fn quotient(a: f64, b: f64) -> f64 {
    if a.is_infinite() && b.is_infinite() {
        0.0
    } else {
        a / b
    }
}

/// Marks numbers that may overflow as possible faults.
pub(super) fn overflowing(bounds: Bounds) -> Bounds {
    let fits = bounds.low >= -OVERFLOW && bounds.high <= OVERFLOW;
    Bounds {
        may_fault: bounds.may_fault || !fits,
        ..bounds
    }
}

pub(super) fn apply(function: Function, a: Bounds) -> Bounds {
    match function {
        Function::Abs => {
            let spans_zero = a.low <= 0.0 && a.high >= 0.0;
            Bounds {
                low: if spans_zero {
                    0.0
                } else {
                    a.low.abs().min(a.high.abs())
                },
                high: a.low.abs().max(a.high.abs()),
                ..a
            }
        }
        Function::Sqrt => {
            let may_fault = a.may_fault || a.low < 0.0;
            round_outward(a.low.max(0.0).sqrt(), a.high.max(0.0).sqrt(), may_fault)
        }
        Function::Exp => round_outward(double::exp(a.low), double::exp(a.high), a.may_fault),
        Function::Ln => {
            let ends = (double::ln(a.low.max(0.0)), double::ln(a.high.max(0.0)));
            round_outward(ends.0, ends.1, a.may_fault || a.low <= 0.0)
        }
        Function::Logistic => {
            let inside = round_outward(
                double::logistic(a.low),
                double::logistic(a.high),
                a.may_fault,
            );
            Bounds {
                high: inside.high.min(1.0),
                ..inside
            }
        }
    }
}

/// The bounds of aᵇ. For a ≥ 0 it is monotone in a and in b, so the corners bound it; for a < 0 it
/// has a value if b is an integer, which is analyzed only for a constant b.
fn power(a: Bounds, b: Bounds) -> Bounds {
    let may_fault = a.may_fault || b.may_fault;
    if a.low >= 0.0 {
        let zero_to_negative = a.low == 0.0 && b.low < 0.0;
        // The odd power of −0 is −0 or −∞, which would exclude values in between: (−0)⁰ = 1.
        let (low, high) = (a.low.abs(), a.high.abs());
        let a = Bounds { low, high, ..a };
        let ends = corners(a, b).map(|(a, b)| double::power(a, b));
        return hull(ends, may_fault || zero_to_negative);
    }
    let whole = b.low == b.high && b.low == b.low.trunc();
    if !whole || (b.low < 0.0 && a.high >= 0.0) {
        return anything(true);
    }
    let (low, high) = (double::power(a.low, b.low), double::power(a.high, b.low));
    let even = (b.low / 2.0).trunc() * 2.0 == b.low;
    let min = low.min(high);
    // An even power has its minimum, 0, inside if a contains 0.
    let min = if even && b.low != 0.0 && a.high >= 0.0 {
        0.0
    } else {
        min
    };
    round_outward(min, low.max(high), may_fault)
}

/// The bounds of `contest(a, b, v)`: it increases with a, decreases with b and is monotone in v, so
/// the corners bound it.
pub(super) fn contest(a: Bounds, b: Bounds, v: Bounds) -> Bounds {
    let is_outside_domain = a.low < 0.0 || b.low < 0.0;
    let may_divide_by_zero = v.low < 0.0 && (a.low <= 0.0 || b.low <= 0.0);
    let may_fault =
        a.may_fault || b.may_fault || v.may_fault || is_outside_domain || may_divide_by_zero;
    if is_outside_domain || v.low < 0.0 {
        return Bounds {
            may_fault,
            ..between(0.0, 1.0)
        };
    }
    let mut low = 1.0_f64;
    let mut high = 0.0_f64;
    for (a, b) in corners(a, b) {
        for v in [v.low, v.high] {
            let value = contest_of(a, b, v);
            low = low.min(value);
            high = high.max(value);
        }
    }
    // Allowance for the rounding of the ratio, its power, the sum and the quotient.
    let slack = 1e-12;
    Bounds {
        low: (low - slack).max(0.0),
        high: (high + slack).min(1.0),
        may_fault,
    }
}

/// aᵛ / (aᵛ + bᵛ) for a, b, v ≥ 0, without overflow.
fn contest_of(a: f64, b: f64, v: f64) -> f64 {
    if a == b || v == 0.0 {
        0.5
    } else if a == 0.0 {
        0.0
    } else if b == 0.0 {
        1.0
    } else {
        1.0 / (1.0 + double::power(b / a, v))
    }
}

pub(super) fn compare(comparison: Comparison, a: Bounds, b: Bounds) -> Truth {
    let (always, never) = match comparison {
        Comparison::Less => (a.high < b.low, a.low >= b.high),
        Comparison::LessOrEqual => (a.high <= b.low, a.low > b.high),
        Comparison::Greater => (a.low > b.high, a.high <= b.low),
        Comparison::GreaterOrEqual => (a.low >= b.high, a.high < b.low),
        Comparison::Equal => (
            a.low == b.high && a.high == b.low,
            a.high < b.low || a.low > b.high,
        ),
        Comparison::NotEqual => (
            a.high < b.low || a.low > b.high,
            a.low == b.high && a.high == b.low,
        ),
    };
    match (always, never) {
        (true, false) => Truth::Always,
        (false, true) => Truth::Never,
        _ => Truth::Depends,
    }
}
