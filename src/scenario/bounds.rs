//! Interval analysis: bounds of expressions over the bounds of variables.
//!
//! For every number it computes an interval that contains all its values and whether it may
//! fault, for every condition whether it can change. Both are sound but not tight: `x - x` is
//! taken to be anything from min − max to max − min. Rounding is outward in f64; callers that
//! compute in f32 add its rounding. Time is not considered, so a variable without effects may
//! still be anywhere within its bounds.

mod interval;

pub use interval::{Bounds, OVERFLOW, Truth};

use super::model::{Condition, ExpressionRef, Formula, Number, Occurrence, Scenario};
use crate::base::index::{Id, IndicatorId};
use interval::{anything, apply, between, compare, contest, overflowing, point};

/// The interval analysis of one scenario, with each indicator analyzed once.
#[derive(Debug)]
pub struct IntervalAnalysis<'s> {
    scenario: &'s Scenario,
    day: Bounds,
    /// The possible values of each variable.
    variables: Vec<Bounds>,
    indicators: Vec<IndicatorBounds>,
}

/// The result for an indicator.
#[derive(Clone, Copy, Debug)]
enum IndicatorBounds {
    Number(Bounds),
    Condition(ConditionBounds),
}

/// The result for a condition.
#[derive(Clone, Copy, Debug)]
struct ConditionBounds {
    truth: Truth,
    may_fault: bool,
}

/// The bounds of one number; for several, keep an [`IntervalAnalysis`].
pub fn bounds_of_number(number: &Number, scenario: &Scenario) -> Bounds {
    IntervalAnalysis::new(scenario).number(number)
}

/// Whether one condition can change; for several, keep an [`IntervalAnalysis`].
pub fn truth_of(condition: &Condition, scenario: &Scenario) -> Truth {
    IntervalAnalysis::new(scenario).condition(condition)
}

impl<'s> IntervalAnalysis<'s> {
    /// The analysis over all states within the bounds of the variables and all days.
    pub fn new(scenario: &'s Scenario) -> Self {
        let variables = scenario.variables.iter();
        let variables = variables.map(|one| between(one.min, one.max)).collect();
        Self::within(
            scenario,
            between(1.0, f64::from(scenario.horizon_days)),
            variables,
        )
    }

    /// The analysis on one day with one value for each variable, in the order of their ids. What
    /// still has wide bounds depends on past occurrences.
    pub fn at_state(scenario: &'s Scenario, day: u16, values: &[f64]) -> Self {
        let day = point(f64::from(day));
        Self::within(scenario, day, values.iter().copied().map(point).collect())
    }

    /// The analysis on one day with a range for each variable, in the order of their ids, of these
    /// indicators only, which are in the order of their dependencies.
    pub(super) fn at_ranges(
        scenario: &'s Scenario,
        day: u16,
        ranges: &[(f64, f64)],
        indicators: &[IndicatorId],
    ) -> Self {
        let ranges = ranges.iter().map(|(low, high)| between(*low, *high));
        let day = point(f64::from(day));
        Self::of_indicators(scenario, day, ranges.collect(), indicators)
    }

    fn within(scenario: &'s Scenario, day: Bounds, variables: Vec<Bounds>) -> Self {
        let all = scenario.indicators_in_dependency_order();
        Self::of_indicators(scenario, day, variables, &all)
    }

    fn of_indicators(
        scenario: &'s Scenario,
        day: Bounds,
        variables: Vec<Bounds>,
        indicators: &[IndicatorId],
    ) -> Self {
        let unknown = IndicatorBounds::Number(anything(true));
        let mut analysis = Self {
            scenario,
            day,
            variables,
            indicators: vec![unknown; scenario.indicators.len()],
        };
        for &id in indicators {
            analysis.indicators[id.index()] = match &scenario.indicators[id].formula {
                Formula::Number(formula) => IndicatorBounds::Number(analysis.number(&formula.tree)),
                Formula::Condition(formula) => {
                    IndicatorBounds::Condition(analysis.evaluate_condition(&formula.tree))
                }
            };
        }
        analysis
    }

    /// The bounds of a number.
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
            Number::If(condition, a, b) => self.conditional(condition, a, b),
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

    /// Whether the evaluation of a condition may fault.
    pub fn condition_may_fault(&self, condition: &Condition) -> bool {
        self.evaluate_condition(condition).may_fault
    }

    /// Whether an expression may fault other than through the indicators that it uses.
    pub fn may_fault_itself(&self, part: ExpressionRef<'_>) -> bool {
        let may_fault = match part {
            ExpressionRef::Number(number) => self.number(number).may_fault,
            ExpressionRef::Condition(condition) => self.evaluate_condition(condition).may_fault,
        };
        let mut is_in_indicator = false;
        part.visit(&mut |part| {
            if let ExpressionRef::Number(Number::Indicator(id))
            | ExpressionRef::Condition(Condition::Indicator(id)) = part
            {
                is_in_indicator |= match self.indicators[id.index()] {
                    IndicatorBounds::Number(bounds) => bounds.may_fault,
                    IndicatorBounds::Condition(condition_bounds) => condition_bounds.may_fault,
                };
            }
        });
        may_fault && !is_in_indicator
    }

    fn number_of_indicator(&self, id: IndicatorId) -> Bounds {
        match self.indicators[id.index()] {
            IndicatorBounds::Number(bounds) => bounds,
            // Reading has checked that a condition is not used as a number.
            IndicatorBounds::Condition(condition_bounds) => anything(condition_bounds.may_fault),
        }
    }

    fn conditional(&self, condition: &Condition, a: &Number, b: &Number) -> Bounds {
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

    fn fold(&self, all: &[Number], select: fn(f64, f64) -> f64) -> Bounds {
        let each = all.iter().map(|one| self.number(one));
        each.reduce(|a, b| Bounds {
            low: select(a.low, b.low),
            high: select(a.high, b.high),
            may_fault: a.may_fault || b.may_fault,
        })
        .unwrap_or_else(|| anything(true))
    }

    /// The maximum number of occurrences in a run: at most one per day.
    fn max_occurrences(&self, occurrence: Occurrence) -> f64 {
        let days = u32::from(self.scenario.horizon_days);
        let (limit, rhythm) = match occurrence {
            Occurrence::Action(id) => {
                let action = &self.scenario.actions[id];
                (action.limit, u32::from(action.cooldown_days) + 1)
            }
            Occurrence::Event(id) => (self.scenario.events[id].limit, 1),
        };
        let max = days.div_ceil(rhythm);
        f64::from(limit.map_or(max, |limit| limit.min(max)))
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
            Condition::And(a, b) => self.junction(a, b, Truth::Never),
            Condition::Or(a, b) => self.junction(a, b, Truth::Always),
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

    /// `and` and `or`: if one operand is `decisive`, so is the whole; if the first is, the
    /// second is not evaluated.
    fn junction(&self, a: &Condition, b: &Condition, decisive: Truth) -> ConditionBounds {
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
