//! Warnings about numbers on the wrong scale: daily shocks that are wider than the range of their
//! variable, and precisions with which utility hardly influences a choice.

use super::super::bounds::IntervalAnalysis;
use super::super::diagnostics::{DiagnosticSink, four_digits};
use super::super::model::{
    Action, Actor, Condition, ExpressionRef, Number, Quantity, Scenario, Value,
};
use super::push;
use super::sampled_states::{SampledState, SampledStates};
use crate::base::index::{Id, IndicatorId};

/// A product of precision and utility difference below which the odds of two alternatives differ by
/// at most a tenth.
const MIN_LOGIT_DIFFERENCE: f64 = 0.1;
/// A precision from which utility is assumed to influence choices \[1/utility\].
const LOW_PRECISION: f64 = 10.0;
/// Maximum number of analyses of goals, so that a large scenario is checked as fast as before.
const MAX_ANALYSES: usize = 256;
/// The product that the hint aims at: odds of 20 to 1 between the best and the worst alternative.
const USUAL_LOGIT_DIFFERENCE: f64 = 3.0;

/// Warns of daily shocks whose standard deviation is at least the range of their variable.
pub(super) fn warn_about_wide_shocks(
    scenario: &Scenario,
    analysis: &IntervalAnalysis<'_>,
    sink: &mut DiagnosticSink,
) {
    for variable in &scenario.variables {
        let Some(volatility) = &variable.volatility else {
            continue;
        };
        let (low, _) = range_of_quantity(volatility, analysis);
        let range = variable.max - variable.min;
        if low < range {
            continue;
        }
        let name = &variable.name;
        let message = format!(
            "`volatility` = {}: the daily shock of `{name}` is as wide as its range or wider, from {} \
             to {}",
            four_digits(low),
            variable.min,
            variable.max
        );
        let is_percentage = range == 1.0 && low <= 100.0;
        let hint = match is_percentage {
            true => format!(
                "for {} % of the range, write `volatility = {}`",
                four_digits(low),
                four_digits(low / 100.0)
            ),
            false => format!(
                "write the standard deviation of one day in the unit of the variable, for example \
                 `volatility = {}`, or change its `min` and `max`",
                four_digits(0.02 * range)
            ),
        };
        push(sink, "wide-shock", volatility.span, message, hint);
    }
}

/// Warns of actors whose precision is so low that their goals have practically no influence.
pub(super) fn warn_about_low_precision(
    scenario: &Scenario,
    analysis: &IntervalAnalysis<'_>,
    states: &SampledStates<'_>,
    sink: &mut DiagnosticSink,
) {
    let mut budget = MAX_ANALYSES;
    for (id, actor) in scenario.actors.enumerate() {
        let (_, precision) = range_of_quantity(&actor.precision, analysis);
        // A precision of 0 says that utility is ignored.
        let is_low = precision > 0.0 && precision < LOW_PRECISION;
        if !is_low || actor.imperatives.is_empty() || !actor.anticipates.is_empty() {
            continue;
        }
        let goals = actor.imperatives.iter();
        let goals = goals.flat_map(|one| ExpressionRef::Number(&one.goal.tree).indicators());
        let indicators = scenario.with_dependencies(goals.collect());
        if uses_past(actor, &indicators, scenario) {
            continue;
        }
        let estimate = UtilityEstimate {
            scenario,
            actor,
            indicators: &indicators,
            states,
        };
        let mut largest = 0.0_f64;
        for action in scenario.actions.iter().filter(|one| one.actor == id) {
            let max = MIN_LOGIT_DIFFERENCE / precision;
            if largest < max {
                largest = largest.max(estimate.largest_difference(action, max, &mut budget));
            }
        }
        if largest == 0.0 || !(precision * largest < MIN_LOGIT_DIFFERENCE) {
            continue;
        }
        let name = &actor.name;
        let message = format!(
            "precision {}: the largest utility difference of the actions of `{name}` is {}, so its \
             choices hardly depend on its goals",
            four_digits(precision),
            four_digits(largest)
        );
        let usual = (USUAL_LOGIT_DIFFERENCE / largest).max(1.0);
        let rounded: f64 = format!("{usual:.0e}").parse().unwrap_or(usual);
        let hint = format!(
            "write a higher number, here for example `precision = {rounded}`; 100 to 500 is usual: it \
             is a factor on utility, not a share of right choices"
        );
        push(sink, "low-precision", actor.precision.span, message, hint);
    }
}

/// Whether a goal of an actor depends on what has happened, directly or through indicators.
fn uses_past(actor: &Actor, indicators: &[IndicatorId], scenario: &Scenario) -> bool {
    let mut uses = false;
    let mut examine = |part: ExpressionRef<'_>| {
        uses |= matches!(
            part,
            ExpressionRef::Number(Number::Count(_) | Number::DaysSince(..))
                | ExpressionRef::Condition(Condition::Happened(_) | Condition::Succeeded(_))
        );
    };
    for one in &actor.imperatives {
        ExpressionRef::Number(&one.goal.tree).visit(&mut examine);
    }
    for &id in indicators {
        scenario.indicators[id].formula.part().visit(&mut examine);
    }
    uses
}

/// What the utilities of an actor's actions depend on.
struct UtilityEstimate<'s> {
    scenario: &'s Scenario,
    actor: &'s Actor,
    /// The indicators that its goals use, in the order of their dependencies.
    indicators: &'s [IndicatorId],
    states: &'s SampledStates<'s>,
}

impl UtilityEstimate<'_> {
    /// A bound of the difference in utility between an action and waiting, over the sampled states up
    /// to the first one at which it exceeds `max`; infinite if the budget of analyses is used up.
    fn largest_difference(&self, action: &Action, max: f64, budget: &mut usize) -> f64 {
        let mut largest = 0.0_f64;
        for state in self.states.states() {
            if *budget == 0 {
                return f64::INFINITY;
            }
            *budget -= 1;
            let difference = self.difference_at(action, state);
            if difference.is_nan() {
                return f64::INFINITY;
            }
            largest = largest.max(difference);
            if largest > max {
                break;
            }
        }
        largest
    }

    /// A bound of the difference in utility between an action and waiting in one state.
    fn difference_at(&self, action: &Action, state: &SampledState<'_>) -> f64 {
        let values = state.values.iter();
        let mut ranges: Vec<(f64, f64)> = values.map(|value| (*value, *value)).collect();
        for effect in action.effects.iter().chain(&action.failure_effects) {
            let (low, high) = range_of_quantity(&effect.amount, &state.analysis);
            let variable = &self.scenario.variables[effect.variable];
            let range = &mut ranges[effect.variable.index()];
            range.0 = (range.0 + low.min(0.0)).max(variable.min);
            range.1 = (range.1 + high.max(0.0)).min(variable.max);
        }
        let after = IntervalAnalysis::at_ranges(self.scenario, state.day, &ranges, self.indicators);
        let imperatives = &self.actor.imperatives;
        let total: f64 = imperatives.iter().map(|one| magnitude(&one.weight)).sum();
        let changes = imperatives.iter().map(|one| {
            let goal = after.number(&one.goal.tree);
            match magnitude(&one.weight) {
                0.0 => 0.0,
                weight => weight / total * (goal.high - goal.low),
            }
        });
        let size = |quantity: &Quantity| {
            let (low, high) = range_of_quantity(quantity, &state.analysis);
            low.abs().max(high.abs())
        };
        changes.sum::<f64>() + size(&action.cost) + size(&action.appeal)
    }
}

/// The size of a known quantity, or the mean of an uncertain one; 0 of an expression.
fn magnitude(quantity: &Quantity) -> f64 {
    match &quantity.value {
        Value::Number(value) => *value,
        Value::Distribution(distribution) => distribution.mean(),
        Value::Expression(_) => 0.0,
    }
}

/// The values that a quantity may have, those of a distribution from its percentile 5 to 95.
fn range_of_quantity(quantity: &Quantity, analysis: &IntervalAnalysis<'_>) -> (f64, f64) {
    match &quantity.value {
        Value::Number(value) => (*value, *value),
        Value::Distribution(one) => (one.quantile(0.05), one.quantile(0.95)),
        Value::Expression(expression) => {
            let bounds = analysis.number(&expression.tree);
            (bounds.low, bounds.high)
        }
    }
}
