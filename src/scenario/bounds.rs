//! What an expression can give, whatever happens: interval arithmetic over the bounds of variables.
//!
//! In: a checked scenario. Out: for every number an interval that holds all its values and
//! whether it may fault, for every condition whether it can change at all. Both are sound, not
//! tight: `x - x` is taken to be anything from min − max to max − min. Rounding is outward in
//! f64; whoever computes in f32 adds the rounding of f32. FieldDefault on purpose: reasoning about
//! time, so a variable without effects is still taken to roam between its bounds.

mod interval;

pub use interval::{Bounds, OVERFLOW, Truth};

use super::model::{Condition, ExpressionRef, Formula, Number, Occurrence, Scenario};
use crate::base::index::{Id, IndicatorId};
use interval::{anything, apply, between, compare, contest, overflowing, point};

/// The analysis of one scenario; its indicators are worked out once.
#[derive(Debug)]
pub struct IntervalAnalysis<'s> {
    scenario: &'s Scenario,
    /// The days on which it is.
    day: Bounds,
    /// The values that each variable may have.
    variables: Vec<Bounds>,
    indicators: Vec<IndicatorBounds>,
}

/// What is known of an indicator.
#[derive(Clone, Copy, Debug)]
enum IndicatorBounds {
    Number(Bounds),
    Condition(ConditionBounds),
}

/// What is known of a condition.
#[derive(Clone, Copy, Debug)]
struct ConditionBounds {
    truth: Truth,
    may_fault: bool,
}

/// The bounds of one number; for many, keep an [`IntervalAnalysis`].
pub fn bounds_of_number(number: &Number, scenario: &Scenario) -> Bounds {
    IntervalAnalysis::new(scenario).number(number)
}

/// Whether one condition can change; for many, keep an [`IntervalAnalysis`].
pub fn truth_of(condition: &Condition, scenario: &Scenario) -> Truth {
    IntervalAnalysis::new(scenario).condition(condition)
}

impl<'s> IntervalAnalysis<'s> {
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
        let unknown = IndicatorBounds::Number(anything(true));
        let mut analysis = Self {
            scenario,
            day,
            variables,
            indicators: vec![unknown; scenario.indicators.len()],
        };
        for id in scenario.indicators_in_dependency_order() {
            analysis.indicators[id.index()] = match &scenario.indicators[id].formula {
                Formula::Number(formula) => IndicatorBounds::Number(analysis.number(&formula.tree)),
                Formula::Condition(formula) => {
                    IndicatorBounds::Condition(analysis.evaluate_condition(&formula.tree))
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
            Number::Arithmetic(operation, a, b) => {
                interval::arithmetic(*operation, self.number(a), self.number(b))
            }
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
            Number::Count(occurrence) => between(0.0, self.max_occurrences(*occurrence)),
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
        self.evaluate_condition(condition).truth
    }

    /// Whether judging a condition could fault.
    pub fn condition_may_fault(&self, condition: &Condition) -> bool {
        self.evaluate_condition(condition).may_fault
    }

    /// Whether an expression could fault through none of the indicators that it names.
    pub fn may_fault_itself(&self, part: ExpressionRef<'_>) -> bool {
        let may_fault = match part {
            ExpressionRef::Number(number) => self.number(number).may_fault,
            ExpressionRef::Condition(condition) => self.evaluate_condition(condition).may_fault,
        };
        let mut is_their_fault = false;
        part.walk(&mut |part| {
            if let ExpressionRef::Number(Number::Indicator(id))
            | ExpressionRef::Condition(Condition::Indicator(id)) = part
            {
                is_their_fault |= match self.indicators[id.index()] {
                    IndicatorBounds::Number(bounds) => bounds.may_fault,
                    IndicatorBounds::Condition(condition_bounds) => condition_bounds.may_fault,
                };
            }
        });
        may_fault && !is_their_fault
    }

    fn number_of_indicator(&self, id: IndicatorId) -> Bounds {
        match self.indicators[id.index()] {
            IndicatorBounds::Number(bounds) => bounds,
            // Reading has checked that a number is asked for only where there is one.
            IndicatorBounds::Condition(condition_bounds) => anything(condition_bounds.may_fault),
        }
    }

    fn choice(&self, condition: &Condition, a: &Number, b: &Number) -> Bounds {
        let condition_bounds = self.evaluate_condition(condition);
        let taken = match condition_bounds.truth {
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
            may_fault: taken.may_fault || condition_bounds.may_fault,
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
    fn max_occurrences(&self, occurrence: Occurrence) -> f64 {
        let days = u32::from(self.scenario.horizon_days);
        let (limit, rhythm) = match occurrence {
            Occurrence::Action(id) => {
                let action = &self.scenario.actions[id];
                (action.limit, u32::from(action.cooldown_days) + 1)
            }
            Occurrence::Event(id) => (self.scenario.events[id].limit, 1),
        };
        let most = days.div_ceil(rhythm);
        f64::from(limit.map_or(most, |limit| limit.min(most)))
    }

    fn evaluate_condition(&self, condition: &Condition) -> ConditionBounds {
        match condition {
            Condition::Constant(value) => known(*value),
            Condition::Indicator(id) => match self.indicators[id.index()] {
                IndicatorBounds::Condition(condition_bounds) => condition_bounds,
                IndicatorBounds::Number(bounds) => depends(bounds.may_fault),
            },
            Condition::Compare(comparison, a, b) => {
                let (a, b) = (self.number(a), self.number(b));
                ConditionBounds {
                    truth: compare(*comparison, a, b),
                    may_fault: a.may_fault || b.may_fault,
                }
            }
            Condition::Not(a) => {
                let a = self.evaluate_condition(a);
                let truth = match a.truth {
                    Truth::Always => Truth::Never,
                    Truth::Never => Truth::Always,
                    Truth::Depends => Truth::Depends,
                };
                ConditionBounds { truth, ..a }
            }
            Condition::And(a, b) => self.joined(a, b, Truth::Never),
            Condition::Or(a, b) => self.joined(a, b, Truth::Always),
            Condition::If(choice, a, b) => {
                let choice = self.evaluate_condition(choice);
                let taken = match choice.truth {
                    Truth::Always => self.evaluate_condition(a),
                    Truth::Never => self.evaluate_condition(b),
                    Truth::Depends => {
                        let (a, b) = (self.evaluate_condition(a), self.evaluate_condition(b));
                        ConditionBounds {
                            truth: if a.truth == b.truth {
                                a.truth
                            } else {
                                Truth::Depends
                            },
                            may_fault: a.may_fault || b.may_fault,
                        }
                    }
                };
                ConditionBounds {
                    may_fault: taken.may_fault || choice.may_fault,
                    ..taken
                }
            }
            Condition::Happened(_) | Condition::Succeeded(_) => depends(false),
        }
    }

    /// `and` and `or`: where one of the two is `decisive`, so is the whole, and where the first
    /// is, the second is not looked at.
    fn joined(&self, a: &Condition, b: &Condition, decisive: Truth) -> ConditionBounds {
        let a = self.evaluate_condition(a);
        if a.truth == decisive {
            return a;
        }
        let b = self.evaluate_condition(b);
        let truth = if b.truth == decisive {
            decisive
        } else if a.truth == b.truth {
            a.truth
        } else {
            Truth::Depends
        };
        ConditionBounds {
            truth,
            may_fault: a.may_fault || b.may_fault,
        }
    }
}

fn known(value: bool) -> ConditionBounds {
    ConditionBounds {
        truth: if value { Truth::Always } else { Truth::Never },
        may_fault: false,
    }
}

fn depends(may_fault: bool) -> ConditionBounds {
    ConditionBounds {
        truth: Truth::Depends,
        may_fault,
    }
}

#[cfg(test)]
mod tests;
