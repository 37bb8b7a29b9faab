//! Warnings about numbers on the wrong scale: daily shocks that are wider than the range of their
//! variable, and precisions with which utility hardly influences a choice.

use super::super::bounds::IntervalAnalysis;
use super::super::diagnostics::{DiagnosticSink, four_digits};
use super::super::model::{
    Action, Actor, Condition, ExpressionRef, Formula, Number, Quantity, Scenario, Value,
};
use super::push;
use super::sampled_states::SampledStates;
use crate::base::index::Id;

/// A product of precision and utility difference below which the odds of two alternatives differ by
/// at most a tenth.
const MIN_LOGIT_DIFFERENCE: f64 = 0.1;
/// The product that the hint aims at: odds of 20 to 1 between the best and the worst alternative.
const USUAL_LOGIT_DIFFERENCE: f64 = 3.0;

/// Warns of daily shocks whose standard deviation is at least the range of their variable.
pub(super) fn warn_about_wide_shocks(scenario: &Scenario, sink: &mut DiagnosticSink) {
    for variable in &scenario.variables {
        let Some(volatility) = &variable.volatility else {
            continue;
        };
        let (low, _) = range_of_quantity(volatility, &IntervalAnalysis::new(scenario));
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
    states: &SampledStates<'_>,
    sink: &mut DiagnosticSink,
) {
    let analysis = IntervalAnalysis::new(scenario);
    for (id, actor) in scenario.actors.enumerate() {
        let (_, precision) = range_of_quantity(&actor.precision, &analysis);
        // A precision of 0 says that utility is ignored.
        let is_estimated = precision > 0.0
            && !actor.imperatives.is_empty()
            && actor.anticipates.is_empty()
            && !actor
                .imperatives
                .iter()
                .any(|one| uses_past(&one.goal.tree, scenario));
        if !is_estimated {
            continue;
        }
        let actions = scenario.actions.iter().filter(|one| one.actor == id);
        let differences = actions.map(|action| largest_utility(scenario, actor, action, states));
        let largest = differences.fold(0.0, f64::max);
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

/// Whether a goal depends on what has happened, directly or through indicators.
fn uses_past(goal: &Number, scenario: &Scenario) -> bool {
    let goal = ExpressionRef::Number(goal);
    let mut uses = false;
    let mut examine = |part: ExpressionRef<'_>| {
        uses |= matches!(
            part,
            ExpressionRef::Number(Number::Count(_) | Number::DaysSince(..))
                | ExpressionRef::Condition(Condition::Happened(_) | Condition::Succeeded(_))
        );
    };
    goal.visit(&mut examine);
    for id in scenario.with_dependencies(goal.indicators()) {
        match &scenario.indicators[id].formula {
            Formula::Number(formula) => ExpressionRef::Number(&formula.tree).visit(&mut examine),
            Formula::Condition(formula) => {
                ExpressionRef::Condition(&formula.tree).visit(&mut examine);
            }
        }
    }
    uses
}

/// A bound of the difference in utility between an action and waiting, over the sampled states.
fn largest_utility(
    scenario: &Scenario,
    actor: &Actor,
    action: &Action,
    states: &SampledStates<'_>,
) -> f64 {
    let weights = actor.imperatives.iter().map(|one| magnitude(&one.weight));
    let total: f64 = weights.clone().sum();
    let mut largest = 0.0_f64;
    for (day, values) in states.values() {
        let here = IntervalAnalysis::at_state(scenario, day, values);
        let mut ranges: Vec<(f64, f64)> = values.iter().map(|value| (*value, *value)).collect();
        for effect in action.effects.iter().chain(&action.failure_effects) {
            let (low, high) = range_of_quantity(&effect.amount, &here);
            let variable = &scenario.variables[effect.variable];
            let range = &mut ranges[effect.variable.index()];
            range.0 = (range.0 + low.min(0.0)).max(variable.min);
            range.1 = (range.1 + high.max(0.0)).min(variable.max);
        }
        let after = IntervalAnalysis::at_ranges(scenario, day, &ranges);
        let changes = actor.imperatives.iter().zip(weights.clone());
        let changes = changes.map(|(one, weight)| {
            let goal = after.number(&one.goal.tree);
            if weight == 0.0 {
                0.0
            } else {
                weight / total * (goal.high - goal.low)
            }
        });
        let ends = |quantity: &Quantity| {
            let (low, high) = range_of_quantity(quantity, &here);
            low.abs().max(high.abs())
        };
        let difference = changes.sum::<f64>() + ends(&action.cost) + ends(&action.appeal);
        if difference.is_nan() {
            return f64::INFINITY;
        }
        largest = largest.max(difference);
    }
    largest
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
