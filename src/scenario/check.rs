//! Warnings about a valid scenario that is probably not what its author meant.
//!
//! Statements that a condition always or never holds are proved by [interval
//! analysis](super::bounds). Goals outside [0, 1] and expressions without a finite value are
//! reported only if one of a few sampled states shows them.

mod collisions;
mod names;
mod overflow;
mod sampled_states;
mod scale;
mod size;

pub(super) use collisions::reject_hash_collisions;
pub(super) use overflow::reject_large_utilities;
pub(super) use size::{reject_large_delays, reject_large_expressions};

use super::bounds::{IntervalAnalysis, Truth};
use super::diagnostics::{DiagnosticSink, four_digits};
use super::model::{
    Condition, Effect, ExpressionRef, Imperative, Number, NumberExpression, Occurrence, Quantity,
    Scenario, Value, Variable,
};
use super::names::NameSpans;
use crate::base::diagnostic::{Diagnostic, Span, plural};
use crate::base::index::{Id, VariableId};
use sampled_states::SampledStates;
use std::collections::BTreeSet;

/// The rounding precision of a variable in the engine, as a share of its value.
const RESOLUTION: f64 = 1.0 / (1_u64 << 24) as f64;
/// The rounding precision of a probability in the engine.
const CHANCE_RESOLUTION: f64 = 1.0 / (1_u64 << 31) as f64;
/// How far a goal may leave [0, 1] without a warning.
const GOAL_SLACK: f64 = 1e-6;

/// Adds all warnings about a scenario whose names stand at `places`.
pub(super) fn warn(scenario: &Scenario, places: &NameSpans, sink: &mut DiagnosticSink) {
    let analysis = IntervalAnalysis::new(scenario);
    let uses = Uses::collect(scenario);
    names::warn_about_names(scenario, places, sink);
    warn_about_outcomes(scenario, &analysis, sink);
    warn_about_variables(scenario, places, &uses, sink);
    scale::warn_about_wide_shocks(scenario, &analysis, sink);
    warn_about_actors(scenario, places, sink);
    let sampled_states = SampledStates::new(scenario, &analysis);
    warn_about_goals(scenario, &sampled_states, sink);
    scale::warn_about_low_precision(scenario, &analysis, &sampled_states, sink);
    warn_about_faults(scenario, &sampled_states, sink);
    warn_about_actions(scenario, &analysis, places, &uses, sink);
    warn_about_events(scenario, &analysis, places, &uses, sink);
}

/// The variables and occurrences that the expressions of a scenario use.
struct Uses {
    variables: Vec<bool>,
    occurrences: BTreeSet<Occurrence>,
}

impl Uses {
    fn collect(scenario: &Scenario) -> Self {
        let mut uses = Self {
            variables: vec![false; scenario.variables.len()],
            occurrences: BTreeSet::new(),
        };
        for (part, _) in scenario.expressions() {
            part.visit(&mut |part| uses.record(part));
        }
        uses
    }

    fn record(&mut self, part: ExpressionRef<'_>) {
        match part {
            ExpressionRef::Number(Number::Variable(id)) => self.variables[id.index()] = true,
            ExpressionRef::Number(Number::Count(what) | Number::DaysSince(what, _))
            | ExpressionRef::Condition(Condition::Happened(what) | Condition::Succeeded(what)) => {
                self.occurrences.insert(*what);
            }
            _ => {}
        }
    }
}

/// Adds a warning, if its place is known.
fn push(
    sink: &mut DiagnosticSink,
    code: &'static str,
    span: Option<Span>,
    message: impl Into<String>,
    hint: impl Into<String>,
) {
    if let Some(span) = span {
        sink.push(Diagnostic::warning(code, span, message).hint(hint));
    }
}

fn warn_about_outcomes(
    scenario: &Scenario,
    analysis: &IntervalAnalysis<'_>,
    sink: &mut DiagnosticSink,
) {
    for outcome in &scenario.outcomes {
        let name = &outcome.name;
        let message = match analysis.condition(&outcome.when.tree) {
            Truth::Depends => continue,
            Truth::Always => format!("the condition of the outcome `{name}` always holds"),
            Truth::Never => format!("the condition of the outcome `{name}` never holds"),
        };
        let hint =
            "compare the condition with the bounds of its variables and with the simulated days";
        push(sink, "constant-outcome", outcome.when.span, message, hint);
    }
}

fn warn_about_variables(
    scenario: &Scenario,
    places: &NameSpans,
    uses: &Uses,
    sink: &mut DiagnosticSink,
) {
    for (id, variable) in scenario.variables.enumerate() {
        if !uses.variables[id.index()] {
            let message = format!("nothing depends on the variable `{}`", variable.name);
            let hint = "use it in a goal, a condition or an indicator, or remove it";
            let place = places.variables.get(id.index()).copied();
            push(sink, "unused-variable", place, message, hint);
        }
        if let (Some(baseline), None) = (&variable.baseline, &variable.reversion) {
            let message = format!("`{}` has a `baseline` but no `reversion`", variable.name);
            let hint =
                "add `reversion`, the share of the distance closed per day, or remove `baseline`";
            push(sink, "unused-baseline", baseline.span, message, hint);
        }
        let min = rounding_of(variable);
        if let Some(volatility) = &variable.volatility {
            warn_if_tiny(volatility, min, "this shock", sink);
        }
    }
}

/// The change that rounding loses while the variable is where it starts and where it returns to, or as
/// close to 0 as its bounds allow; 0 if that is not known, or if it may come close to 0.
fn rounding_of(variable: &Variable) -> f64 {
    let start = [Some(&variable.initial), variable.baseline.as_ref()];
    let magnitudes = start
        .into_iter()
        .flatten()
        .map(|quantity| match &quantity.value {
            Value::Number(value) => value.abs(),
            Value::Distribution(distribution) => distribution.mean().abs(),
            Value::Expression(_) => 0.0,
        });
    let smallest_bound = match variable.min <= 0.0 && variable.max >= 0.0 {
        true => 0.0,
        false => variable.min.abs().min(variable.max.abs()),
    };
    RESOLUTION * magnitudes.fold(f64::INFINITY, f64::min).max(smallest_bound)
}

/// Warns of a number that is not 0 and below the rounding precision of the engine.
fn warn_if_tiny(quantity: &Quantity, min: f64, what: &str, sink: &mut DiagnosticSink) {
    if let Value::Number(value) = quantity.value
        && value != 0.0
        && value.abs() < min
    {
        let message = format!("{what} is below the rounding precision: {value:e}");
        let hint = format!("write 0, or at least {min:.1e}: smaller values are lost in rounding");
        push(sink, "below-resolution", quantity.span, message, hint);
    }
}

fn warn_about_actors(scenario: &Scenario, places: &NameSpans, sink: &mut DiagnosticSink) {
    let mut acts = vec![false; scenario.actors.len()];
    for action in &scenario.actions {
        acts[action.actor.index()] = true;
    }
    for (id, actor) in scenario.actors.enumerate() {
        if !acts[id.index()] {
            let message = format!(
                "the actor `{}` has no actions, so it always waits",
                actor.name
            );
            let hint = format!(
                "add a table `[actions.NAME]` with `actor = \"{}\"`",
                actor.name
            );
            let place = places.actors.get(id.index()).copied();
            push(sink, "actor-without-actions", place, message, hint);
        }
        if actor.anticipates.is_empty() {
            let message = format!("`{}` has `insight` but anticipates no actor", actor.name);
            let hint = "add `anticipates` with the names of other actors, or remove `insight`";
            push(sink, "unused-insight", actor.insight.span, message, hint);
        }
        if !actor.imperatives.is_empty() && actor.imperatives.iter().all(has_zero_weight) {
            let message = format!("all weights of `{}` are 0", actor.name);
            let hint = "give one imperative a weight above 0; otherwise only `appeal` and `cost` enter utility";
            push(
                sink,
                "zero-weights",
                actor.imperatives[0].weight.span,
                message,
                hint,
            );
        }
    }
}

fn has_zero_weight(imperative: &Imperative) -> bool {
    matches!(imperative.weight.value, Value::Number(0.0))
}

fn warn_about_goals(
    scenario: &Scenario,
    sampled_states: &SampledStates<'_>,
    sink: &mut DiagnosticSink,
) {
    let actors = scenario.actors.iter();
    for imperative in actors.flat_map(|actor| &actor.imperatives) {
        let goal = &imperative.goal;
        let leaves = |analysis: &IntervalAnalysis<'_>| {
            let bounds = analysis.number(&goal.tree);
            bounds.low < -GOAL_SLACK || bounds.high > 1.0 + GOAL_SLACK
        };
        if let Some(state) = sampled_states.find(leaves) {
            let bounds = state.analysis.number(&goal.tree);
            // The value of a goal that depends on past occurrences is known only by its bounds.
            let value = if bounds.high > 1.0 + GOAL_SLACK {
                bounds.high
            } else {
                bounds.low
            };
            let (value, place) = (
                four_digits(value),
                state.describe(scenario, ExpressionRef::Number(&goal.tree)),
            );
            let message =
                format!("this goal is not confined to [0, 1]: it can reach {value}{place}");
            let hint = hint_for_goal(scenario, goal);
            push(sink, "goal-out-of-range", goal.span, message, hint);
        }
    }
}

/// The width of a variable's range.
fn range_of(scenario: &Scenario, variable: VariableId) -> f64 {
    let row = &scenario.variables[variable];
    row.max - row.min
}

/// What to write instead of a goal outside [0, 1]: the widest variable in it divided by its range.
fn hint_for_goal(scenario: &Scenario, goal: &NumberExpression) -> String {
    let mut widest: Option<VariableId> = None;
    ExpressionRef::Number(&goal.tree).visit(&mut |part| {
        if let ExpressionRef::Number(Number::Variable(id)) = part
            && range_of(scenario, *id) > widest.map_or(1.0, |id| range_of(scenario, id))
        {
            widest = Some(*id);
        }
    });
    let Some(id) = widest else {
        return "rescale it to [0, 1], on which weights compare goals: divide it by the largest value \
                that it can reach"
            .to_owned();
    };
    let variable = &scenario.variables[id];
    let (name, range) = (&variable.name, four_digits(variable.max - variable.min));
    let scaled = match variable.min {
        0.0 => format!("{name} / {range}"),
        min if min < 0.0 => format!("({name} + {}) / {range}", -min),
        min => format!("({name} - {min}) / {range}"),
    };
    match &goal.tree {
        Number::Variable(_) => {
            format!("weights compare goals on a scale from 0 to 1: write `goal = \"{scaled}\"`")
        }
        _ => format!(
            "weights compare goals on a scale from 0 to 1: divide the variable by its range, \
             `{scaled}` instead of `{name}`"
        ),
    }
}

/// Warns of expressions that may fault, since the draws of faulted runs are left out.
fn warn_about_faults(
    scenario: &Scenario,
    sampled_states: &SampledStates<'_>,
    sink: &mut DiagnosticSink,
) {
    for (part, span) in scenario.expressions() {
        // Faults in an indicator are reported only there.
        let may_fault = |analysis: &IntervalAnalysis<'_>| analysis.may_fault_itself(part);
        if let Some(state) = sampled_states.find(may_fault) {
            let place = state.describe(scenario, part);
            let message = format!("this expression may have no finite value{place}");
            let hint = "prevent division by 0, roots of negative numbers, logarithms of numbers \
                        that are not positive, and overflow, for example with `max(…, 0.01)` or `if`";
            push(sink, "may-fault", span, message, hint);
        }
    }
}

fn warn_about_actions(
    scenario: &Scenario,
    analysis: &IntervalAnalysis<'_>,
    places: &NameSpans,
    uses: &Uses,
    sink: &mut DiagnosticSink,
) {
    for (id, action) in scenario.actions.enumerate() {
        let name = &action.name;
        if let Some(requires) = &action.requires
            && analysis.condition(&requires.tree) == Truth::Never
        {
            let message =
                format!("the action `{name}` is never available: its condition never holds");
            let hint = "compare the condition with the bounds of its variables and with the simulated days";
            push(sink, "never-available", requires.span, message, hint);
        }
        if let Value::Number(0.0) = action.daily_odds.value {
            let message = format!("the action `{name}` is never taken: its `daily_odds` are 0");
            let hint = "write a number above 0, or remove the action";
            push(
                sink,
                "never-available",
                action.daily_odds.span,
                message,
                hint,
            );
        }
        let has_effects = !action.effects.is_empty() || !action.failure_effects.is_empty();
        let has_appeal = !matches!(action.appeal.value, Value::Number(0.0));
        let is_used = uses.occurrences.contains(&Occurrence::Action(id));
        if !has_effects && !has_appeal && !is_used {
            let message = format!("the action `{name}` changes nothing");
            let hint = format!(
                "add `effects` or `appeal`, use it in an expression such as \
                        `happened({name})`, or remove it: it only takes probability from the \
                        other alternatives"
            );
            let place = places.actions.get(id.index()).copied();
            push(sink, "action-without-effects", place, message, hint);
        }
        let effects = action.effects.iter().chain(&action.failure_effects);
        warn_about_effects(
            scenario,
            effects,
            ("action", action.timing.delay_days),
            sink,
        );
    }
}

fn warn_about_events(
    scenario: &Scenario,
    analysis: &IntervalAnalysis<'_>,
    places: &NameSpans,
    uses: &Uses,
    sink: &mut DiagnosticSink,
) {
    for (id, event) in scenario.events.enumerate() {
        let name = &event.name;
        warn_if_tiny(&event.hazard, CHANCE_RESOLUTION, "this hazard", sink);
        let is_impossible = match &event.hazard.value {
            Value::Number(value) => *value == 0.0,
            Value::Expression(expression) => analysis.number(&expression.tree).high <= 0.0,
            Value::Distribution(_) => false,
        };
        if is_impossible {
            let message = format!("the event `{name}` never occurs: its hazard is 0");
            let hint = "write a hazard above 0, or remove the event";
            push(sink, "never-occurs", event.hazard.span, message, hint);
        }
        if event.effects.is_empty() && !uses.occurrences.contains(&Occurrence::Event(id)) {
            let message = format!("the event `{name}` changes nothing");
            let hint = format!(
                "add `effects`, use it in an expression such as `happened({name})`, or remove it"
            );
            let place = places.events.get(id.index()).copied();
            push(sink, "event-without-effects", place, message, hint);
        }
        warn_about_effects(
            scenario,
            event.effects.iter(),
            ("event", event.timing.delay_days),
            sink,
        );
    }
}

fn warn_about_effects<'e>(
    scenario: &Scenario,
    effects: impl Iterator<Item = &'e Effect>,
    (what, delay_days): (&str, u16),
    sink: &mut DiagnosticSink,
) {
    let mut first_place = None;
    for effect in effects {
        let min = rounding_of(&scenario.variables[effect.variable]);
        warn_if_tiny(&effect.amount, min, "this effect", sink);
        first_place = first_place.or(effect.amount.span);
    }
    if delay_days >= scenario.horizon_days {
        let message = format!(
            "these effects start {delay_days} {} after the {what}, so never before the last day",
            plural(delay_days.into(), "day")
        );
        let hint = "shorten `delay_days`, or extend `horizon_days`";
        push(sink, "effects-after-horizon", first_place, message, hint);
    }
}
