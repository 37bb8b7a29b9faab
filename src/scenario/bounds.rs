//! What an expression can give, whatever happens: interval arithmetic over the bounds of variables.
//!
//! In: a checked scenario. Out: for every number an interval that holds all its values and
//! whether it may fault, for every condition whether it can change at all. Both are sound, not
//! tight: `x - x` is taken to be anything from min − max to max − min. Rounding is outward in
//! f64; whoever computes in f32 adds the rounding of f32. Absent on purpose: reasoning about
//! time, so a variable without effects is still taken to roam between its bounds.

use super::model::{
    Arithmetic, Comparison, Condition, Formula, Function, Happening, Number, Scenario,
};
use crate::index::{Id, IndicatorId};
use crate::math::double;

/// Numbers beyond this may overflow where they are held in single precision, so they count as
/// possible faults. Half of the greatest single-precision number, to leave room for rounding.
pub const OVERFLOW: f64 = f32::MAX as f64 / 2.0;

/// The values that an expression can give where it does not fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// No value is below this.
    pub low: f64,
    /// No value is above this.
    pub high: f64,
    /// Whether it, or anything that it is made of, could be other than a finite number.
    pub may_fault: bool,
}

/// Whether a condition can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It always holds.
    Always,
    /// It never holds.
    Never,
    /// It hangs on the state.
    Depends,
}

/// The analysis of one scenario; its indicators are worked out once.
#[derive(Debug)]
pub struct Analysis<'s> {
    scenario: &'s Scenario,
    /// The days on which it is.
    day: Bounds,
    /// The values that each variable may have.
    variables: Vec<Bounds>,
    indicators: Vec<OfIndicator>,
}

/// What is known of an indicator.
#[derive(Clone, Copy, Debug)]
enum OfIndicator {
    Number(Bounds),
    Condition(Judged),
}

/// What is known of a condition.
#[derive(Clone, Copy, Debug)]
struct Judged {
    truth: Truth,
    may_fault: bool,
}

/// The bounds of one number; for many, keep an [`Analysis`].
pub fn bounds_of_number(number: &Number, scenario: &Scenario) -> Bounds {
    Analysis::new(scenario).number(number)
}

/// Whether one condition can change; for many, keep an [`Analysis`].
pub fn truth_of(condition: &Condition, scenario: &Scenario) -> Truth {
    Analysis::new(scenario).condition(condition)
}

impl<'s> Analysis<'s> {
    /// Works out the indicators, each once.
    pub fn new(scenario: &'s Scenario) -> Self {
        let variables = scenario.variables.iter();
        let variables = variables.map(|one| between(one.min, one.max)).collect();
        Self::within(
            scenario,
            between(1.0, f64::from(scenario.horizon_days)),
            variables,
        )
    }

    /// The same on one day and where each variable has one value, in the order of their ids.
    /// What still has wide bounds there hangs on what has happened.
    pub fn at(scenario: &'s Scenario, day: u16, values: &[f64]) -> Self {
        let day = point(f64::from(day));
        Self::within(scenario, day, values.iter().copied().map(point).collect())
    }

    fn within(scenario: &'s Scenario, day: Bounds, variables: Vec<Bounds>) -> Self {
        let unknown = OfIndicator::Number(anything(true));
        let mut analysis = Self {
            scenario,
            day,
            variables,
            indicators: vec![unknown; scenario.indicators.len()],
        };
        for id in scenario.indicators_in_order_of_use() {
            analysis.indicators[id.index()] = match &scenario.indicators[id].formula {
                Formula::Number(formula) => OfIndicator::Number(analysis.number(&formula.tree)),
                Formula::Condition(formula) => {
                    OfIndicator::Condition(analysis.judge(&formula.tree))
                }
            };
        }
        analysis
    }

    /// The values that a number can take.
    pub fn number(&self, number: &Number) -> Bounds {
        let result = match number {
            Number::Constant(value) => point(*value),
            Number::Variable(id) => self.variables[id.index()],
            Number::Indicator(id) => self.number_of_indicator(*id),
            Number::Day => self.day,
            Number::Negate(a) => {
                let a = self.number(a);
                Bounds {
                    low: -a.high,
                    high: -a.low,
                    ..a
                }
            }
            Number::Arithmetic(operation, a, b) => self.arithmetic(*operation, self.number(a), b),
            Number::If(condition, a, b) => self.choice(condition, a, b),
            Number::Function(function, a) => apply(*function, self.number(a)),
            Number::Min(all) => self.fold(all, f64::min),
            Number::Max(all) => self.fold(all, f64::max),
            Number::Clamp(x, low, high) => {
                let (x, low, high) = (self.number(x), self.number(low), self.number(high));
                Bounds {
                    low: x.low.min(high.low).max(low.low),
                    high: x.high.min(high.high).max(low.high),
                    may_fault: x.may_fault || low.may_fault || high.may_fault,
                }
            }
            Number::Contest(a, b, v) => contest(self.number(a), self.number(b), self.number(v)),
            Number::Count(happening) => between(0.0, self.most_happenings(*happening)),
            Number::DaysSince(_, otherwise) => {
                let otherwise = self.number(otherwise);
                Bounds {
                    low: otherwise.low.min(0.0),
                    high: otherwise
                        .high
                        .max(f64::from(self.scenario.horizon_days) - 1.0),
                    ..otherwise
                }
            }
        };
        overflowing(result)
    }

    /// Whether a condition can change.
    pub fn condition(&self, condition: &Condition) -> Truth {
        self.judge(condition).truth
    }

    /// Whether judging a condition could fault.
    pub fn condition_may_fault(&self, condition: &Condition) -> bool {
        self.judge(condition).may_fault
    }

    fn number_of_indicator(&self, id: IndicatorId) -> Bounds {
        match self.indicators[id.index()] {
            OfIndicator::Number(bounds) => bounds,
            // Reading has checked that a number is asked for only where there is one.
            OfIndicator::Condition(judged) => anything(judged.may_fault),
        }
    }

    fn arithmetic(&self, operation: Arithmetic, a: Bounds, right: &Number) -> Bounds {
        let b = self.number(right);
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

    fn choice(&self, condition: &Condition, a: &Number, b: &Number) -> Bounds {
        let judged = self.judge(condition);
        let taken = match judged.truth {
            Truth::Always => self.number(a),
            Truth::Never => self.number(b),
            Truth::Depends => {
                let (a, b) = (self.number(a), self.number(b));
                Bounds {
                    low: a.low.min(b.low),
                    high: a.high.max(b.high),
                    may_fault: a.may_fault || b.may_fault,
                }
            }
        };
        Bounds {
            may_fault: taken.may_fault || judged.may_fault,
            ..taken
        }
    }

    fn fold(&self, all: &[Number], pick: fn(f64, f64) -> f64) -> Bounds {
        let each = all.iter().map(|one| self.number(one));
        each.reduce(|a, b| Bounds {
            low: pick(a.low, b.low),
            high: pick(a.high, b.high),
            may_fault: a.may_fault || b.may_fault,
        })
        .unwrap_or_else(|| anything(true))
    }

    /// How often an action or event can happen in a run: once a day at most.
    fn most_happenings(&self, happening: Happening) -> f64 {
        let days = u32::from(self.scenario.horizon_days);
        let (limit, rhythm) = match happening {
            Happening::Action(id) => {
                let action = &self.scenario.actions[id];
                (action.limit, u32::from(action.cooldown_days) + 1)
            }
            Happening::Event(id) => (self.scenario.events[id].limit, 1),
        };
        let most = days.div_ceil(rhythm);
        f64::from(limit.map_or(most, |limit| limit.min(most)))
    }

    fn judge(&self, condition: &Condition) -> Judged {
        match condition {
            Condition::Constant(value) => known(*value),
            Condition::Indicator(id) => match self.indicators[id.index()] {
                OfIndicator::Condition(judged) => judged,
                OfIndicator::Number(bounds) => depends(bounds.may_fault),
            },
            Condition::Compare(comparison, a, b) => {
                let (a, b) = (self.number(a), self.number(b));
                Judged {
                    truth: compare(*comparison, a, b),
                    may_fault: a.may_fault || b.may_fault,
                }
            }
            Condition::Not(a) => {
                let a = self.judge(a);
                let truth = match a.truth {
                    Truth::Always => Truth::Never,
                    Truth::Never => Truth::Always,
                    Truth::Depends => Truth::Depends,
                };
                Judged { truth, ..a }
            }
            Condition::And(a, b) => self.joined(a, b, Truth::Never),
            Condition::Or(a, b) => self.joined(a, b, Truth::Always),
            Condition::If(choice, a, b) => {
                let choice = self.judge(choice);
                let taken = match choice.truth {
                    Truth::Always => self.judge(a),
                    Truth::Never => self.judge(b),
                    Truth::Depends => {
                        let (a, b) = (self.judge(a), self.judge(b));
                        Judged {
                            truth: if a.truth == b.truth {
                                a.truth
                            } else {
                                Truth::Depends
                            },
                            may_fault: a.may_fault || b.may_fault,
                        }
                    }
                };
                Judged {
                    may_fault: taken.may_fault || choice.may_fault,
                    ..taken
                }
            }
            Condition::Happened(_) | Condition::Succeeded(_) => depends(false),
        }
    }

    /// `and` and `or`: where one of the two is `decisive`, so is the whole, and where the first
    /// is, the second is not looked at.
    fn joined(&self, a: &Condition, b: &Condition, decisive: Truth) -> Judged {
        let a = self.judge(a);
        if a.truth == decisive {
            return a;
        }
        let b = self.judge(b);
        let truth = if b.truth == decisive {
            decisive
        } else if a.truth == b.truth {
            a.truth
        } else {
            Truth::Depends
        };
        Judged {
            truth,
            may_fault: a.may_fault || b.may_fault,
        }
    }
}

fn point(value: f64) -> Bounds {
    between(value, value)
}

fn between(low: f64, high: f64) -> Bounds {
    Bounds {
        low,
        high,
        may_fault: false,
    }
}

fn anything(may_fault: bool) -> Bounds {
    Bounds {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        may_fault,
    }
}

/// a + b at both ends, rounded away from the inside where it is not exact.
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

/// Whether a sum has no rounding error, by the two-sum of Knuth. So `1 - x` stays in [0, 1].
fn is_exact((a, b): (f64, f64), sum: f64) -> bool {
    let b_rounded = sum - a;
    let a_rounded = sum - b_rounded;
    (a - a_rounded) + (b - b_rounded) == 0.0
}

/// Rounds away from the inside by four places in the last digit, for functions that are off by
/// one or two, but never past 0, since no rounding changes a sign.
fn well_outward(low: f64, high: f64, may_fault: bool) -> Bounds {
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

/// The interval around the values at the corners of an operation that has no others between.
fn hull(values: [f64; 4], may_fault: bool) -> Bounds {
    let low = values.into_iter().fold(f64::INFINITY, f64::min);
    let high = values.into_iter().fold(f64::NEG_INFINITY, f64::max);
    well_outward(low, high, may_fault)
}

fn corners(a: Bounds, b: Bounds) -> [(f64, f64); 4] {
    [
        (a.low, b.low),
        (a.low, b.high),
        (a.high, b.low),
        (a.high, b.high),
    ]
}

/// a · b, where an infinite bound stands for any finite number, so 0 times it is 0.
fn product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

/// a / b with b ≠ 0; an infinite bound divided by another stands for what lies between, of
/// which the other corners tell.
fn quotient(a: f64, b: f64) -> f64 {
    if a.is_infinite() && b.is_infinite() {
        0.0
    } else {
        a / b
    }
}

/// Numbers so great that they might not be held count as possible faults.
fn overflowing(bounds: Bounds) -> Bounds {
    let fits = bounds.low >= -OVERFLOW && bounds.high <= OVERFLOW;
    Bounds {
        may_fault: bounds.may_fault || !fits,
        ..bounds
    }
}

fn apply(function: Function, a: Bounds) -> Bounds {
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
            well_outward(a.low.max(0.0).sqrt(), a.high.max(0.0).sqrt(), may_fault)
        }
        Function::Exp => well_outward(double::exp(a.low), double::exp(a.high), a.may_fault),
        Function::Ln => {
            let ends = (double::ln(a.low.max(0.0)), double::ln(a.high.max(0.0)));
            well_outward(ends.0, ends.1, a.may_fault || a.low <= 0.0)
        }
        Function::Logistic => {
            let inside = well_outward(
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

/// aᵇ. For a ≥ 0 it is monotone in each of a and b, so its corners tell; for a < 0 it has a
/// value where b is whole, and we follow it for a constant b alone.
fn power(a: Bounds, b: Bounds) -> Bounds {
    let may_fault = a.may_fault || b.may_fault;
    if a.low >= 0.0 {
        let zero_to_negative = a.low == 0.0 && b.low < 0.0;
        let ends = corners(a, b).map(|(a, b)| double::power(a, b));
        return hull(ends, may_fault || zero_to_negative);
    }
    let whole = b.low == b.high && b.low == b.low.trunc();
    if !whole || (b.low < 0.0 && a.high >= 0.0) {
        return anything(true);
    }
    let (low, high) = (double::power(a.low, b.low), double::power(a.high, b.low));
    let even = (b.low / 2.0).trunc() * 2.0 == b.low;
    let least = low.min(high);
    // An even power has its least value, 0, inside where a spans 0.
    let least = if even && b.low != 0.0 && a.high >= 0.0 {
        0.0
    } else {
        least
    };
    well_outward(least, low.max(high), may_fault)
}

/// `contest(a, b, v)` rises with a and falls with b; in v it is monotone either way, so its
/// corners tell.
fn contest(a: Bounds, b: Bounds, v: Bounds) -> Bounds {
    let sides_are_odd = a.low < 0.0 || b.low < 0.0;
    let may_divide_by_zero = v.low < 0.0 && (a.low <= 0.0 || b.low <= 0.0);
    let may_fault =
        a.may_fault || b.may_fault || v.may_fault || sides_are_odd || may_divide_by_zero;
    if sides_are_odd || v.low < 0.0 {
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
    // The ratio, its power, the sum and the quotient are each off by a little.
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

fn known(value: bool) -> Judged {
    Judged {
        truth: if value { Truth::Always } else { Truth::Never },
        may_fault: false,
    }
}

fn depends(may_fault: bool) -> Judged {
    Judged {
        truth: Truth::Depends,
        may_fault,
    }
}

fn compare(comparison: Comparison, a: Bounds, b: Bounds) -> Truth {
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
