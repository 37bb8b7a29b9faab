//! Warnings about a scenario that runs and is probably not what was meant.
//!
//! In: a scenario without errors. Out: warnings, none of which stops it from running. What is
//! said to be never or always so is proven by [interval analysis](super::bounds); a goal outside
//! [0, 1] and a formula without a value are reported where a few states tried out show them.

mod luck;
mod size;
mod tried;

pub(super) use luck::refuse_shared_luck;
pub(super) use size::{refuse_late_effects, refuse_size};

use super::bounds::{Analysis, Truth};
use super::findings::{Findings, four_digits};
use super::model::{
    Condition, Effect, Formula, Imperative, Number, Occurrence, Part, Quantity, Scenario, Value,
};
use super::names::Places;
use crate::base::diagnostic::{Diagnostic, Span};
use crate::base::index::{Id, VariableId};
use std::collections::BTreeSet;
use tried::Tried;

/// The engine holds a variable to this part of its range.
const RESOLUTION: f64 = 1.0 / (1_u64 << 24) as f64;
/// The engine holds a chance to this part of certainty.
const CHANCE_RESOLUTION: f64 = 1.0 / (1_u64 << 31) as f64;
/// How far a goal may leave [0, 1] before we speak of it.
const GOAL_SLACK: f64 = 1e-6;
/// Adds all warnings about a scenario, whose names stand at `places`.
pub(super) fn warn(scenario: &Scenario, places: &Places, findings: &mut Findings) {
    let analysis = Analysis::new(scenario);
    let uses = Uses::of(scenario);
    warn_of_outcomes(scenario, &analysis, findings);
    warn_of_variables(scenario, places, &uses, findings);
    warn_of_actors(scenario, places, findings);
    let tried = Tried::new(scenario, &analysis);
    warn_of_goals(scenario, &tried, findings);
    warn_of_faults(scenario, &tried, findings);
    warn_of_actions(scenario, &analysis, places, &uses, findings);
    warn_of_events(scenario, &analysis, places, &uses, findings);
}

/// What the expressions of a scenario name.
struct Uses {
    variables: Vec<bool>,
    occurrences: BTreeSet<Occurrence>,
}

impl Uses {
    fn of(scenario: &Scenario) -> Self {
        let mut uses = Self {
            variables: vec![false; scenario.variables.len()],
            occurrences: BTreeSet::new(),
        };
        for (part, _) in expressions(scenario) {
            part.walk(&mut |part| uses.see(part));
        }
        uses
    }

    fn see(&mut self, part: Part<'_>) {
        match part {
            Part::Number(Number::Variable(id)) => self.variables[id.index()] = true,
            Part::Number(Number::Count(what) | Number::DaysSince(what, _))
            | Part::Condition(Condition::Happened(what) | Condition::Succeeded(what)) => {
                self.occurrences.insert(*what);
            }
            _ => {}
        }
    }
}

/// All expressions of a scenario, with their places.
fn expressions(scenario: &Scenario) -> Vec<(Part<'_>, Option<Span>)> {
    let mut parts = Vec::new();
    for indicator in &scenario.indicators {
        parts.push(match &indicator.formula {
            Formula::Number(formula) => (Part::Number(&formula.tree), formula.span),
            Formula::Condition(formula) => (Part::Condition(&formula.tree), formula.span),
        });
    }
    for actor in &scenario.actors {
        let goals = actor.imperatives.iter().map(|imperative| &imperative.goal);
        parts.extend(goals.map(|goal| (Part::Number(&goal.tree), goal.span)));
    }
    for action in &scenario.actions {
        let requires = action.requires.iter();
        parts.extend(requires.map(|one| (Part::Condition(&one.tree), one.span)));
    }
    let conditions = scenario.outcomes.iter().map(|outcome| &outcome.when);
    parts.extend(conditions.map(|when| (Part::Condition(&when.tree), when.span)));
    for quantity in scenario.quantities() {
        if let Value::Expression(expression) = &quantity.value {
            parts.push((Part::Number(&expression.tree), expression.span));
        }
    }
    parts
}

/// Adds a warning where there is a place for it.
fn push(
    findings: &mut Findings,
    code: &'static str,
    span: Option<Span>,
    message: impl Into<String>,
    hint: impl Into<String>,
) {
    if let Some(span) = span {
        findings.push(Diagnostic::warning(code, span, message).hint(hint));
    }
}

fn warn_of_outcomes(scenario: &Scenario, analysis: &Analysis<'_>, findings: &mut Findings) {
    for outcome in &scenario.outcomes {
        let name = &outcome.name;
        let message = match analysis.condition(&outcome.when.tree) {
            Truth::Depends => continue,
            Truth::Always => format!("the outcome `{name}` is certain: this always holds"),
            Truth::Never => format!("the outcome `{name}` is impossible: this never holds"),
        };
        let hint = "look at the bounds of the variables in it";
        push(
            findings,
            "constant-outcome",
            outcome.when.span,
            message,
            hint,
        );
    }
}

fn warn_of_variables(scenario: &Scenario, places: &Places, uses: &Uses, findings: &mut Findings) {
    for (id, variable) in scenario.variables.enumerate() {
        if !uses.variables[id.index()] {
            let message = format!("nothing hangs on the variable `{}`", variable.name);
            let hint = "name it in a goal, a condition or an indicator, or remove it";
            let place = places.variables.get(id.index()).copied();
            push(findings, "unused-variable", place, message, hint);
        }
        if let (Some(baseline), None) = (&variable.baseline, &variable.reversion) {
            let message = format!("`{}` has a baseline and never returns to it", variable.name);
            let hint = "add `reversion`, the share of the distance closed in a day";
            push(findings, "unused-baseline", baseline.span, message, hint);
        }
        let least = RESOLUTION * (variable.max - variable.min);
        if let Some(volatility) = &variable.volatility {
            warn_if_tiny(volatility, least, "this shock", findings);
        }
    }
}

/// Warns of a known number that is smaller than what the engine can hold, and not 0.
fn warn_if_tiny(quantity: &Quantity, least: f64, what: &str, findings: &mut Findings) {
    if let Value::Number(value) = quantity.value
        && value != 0.0
        && value.abs() < least
    {
        let message = format!("{what} is too small to be felt: {value:e}");
        let hint = format!("less than {least:.1e} is lost in rounding: write 0, or more");
        push(findings, "too-small", quantity.span, message, hint);
    }
}

fn warn_of_actors(scenario: &Scenario, places: &Places, findings: &mut Findings) {
    let mut acts = vec![false; scenario.actors.len()];
    for action in &scenario.actions {
        acts[action.actor.index()] = true;
    }
    for (id, actor) in scenario.actors.enumerate() {
        if !acts[id.index()] {
            let message = format!(
                "the actor `{}` has no action: it only ever waits",
                actor.name
            );
            let hint = format!(
                "add a table `[actions.…]` with `actor = \"{}\"`",
                actor.name
            );
            let place = places.actors.get(id.index()).copied();
            push(findings, "idle-actor", place, message, hint);
        }
        if actor.anticipates.is_empty() {
            let message = format!("`{}` has insight and anticipates nobody", actor.name);
            let hint = "add `anticipates` with the names of other actors, or remove `insight`";
            push(
                findings,
                "unused-insight",
                actor.insight.span,
                message,
                hint,
            );
        }
        if !actor.imperatives.is_empty() && actor.imperatives.iter().all(weighs_nothing) {
            let message = format!("all weights of `{}` are 0", actor.name);
            let hint = "it acts on appeal and cost alone: give one imperative a weight above 0";
            push(
                findings,
                "weights-zero",
                actor.imperatives[0].weight.span,
                message,
                hint,
            );
        }
    }
}

fn weighs_nothing(imperative: &Imperative) -> bool {
    matches!(imperative.weight.value, Value::Number(0.0))
}

fn warn_of_goals(scenario: &Scenario, tried: &Tried<'_>, findings: &mut Findings) {
    let actors = scenario.actors.iter();
    for imperative in actors.flat_map(|actor| &actor.imperatives) {
        let goal = &imperative.goal;
        let leaves = |analysis: &Analysis<'_>| {
            let bounds = analysis.number(&goal.tree);
            bounds.low < -GOAL_SLACK || bounds.high > 1.0 + GOAL_SLACK
        };
        if let Some(state) = tried.witness(leaves) {
            let bounds = state.analysis.number(&goal.tree);
            // Of a goal that hangs on what has happened, only bounds are known.
            let value = if bounds.high > 1.0 + GOAL_SLACK {
                bounds.high
            } else {
                bounds.low
            };
            let (value, place) = (
                four_digits(value),
                state.describe(scenario, Part::Number(&goal.tree)),
            );
            let message = format!("this goal leaves [0, 1]: it may be {value}{place}");
            let hint = "it then counts for more, or less, than other goals of its weight: rescale \
                        it, or write `clamp(…, 0, 1)`";
            push(findings, "goal-range", goal.span, message, hint);
        }
    }
}

/// Warns of expressions that may give no number, since runs that meet such a state are lost.
fn warn_of_faults(scenario: &Scenario, tried: &Tried<'_>, findings: &mut Findings) {
    for (part, span) in expressions(scenario) {
        // What an indicator is to blame for is reported there alone.
        let may_fault = |analysis: &Analysis<'_>| analysis.may_fault_itself(part);
        if let Some(state) = tried.witness(may_fault) {
            let place = state.describe(scenario, part);
            let message = format!("this may have no value{place}");
            let hint = "look for a division by 0, a root or logarithm of what is not above 0, or \
                        an overflow, and keep it away with `max(…, 0.01)` or `if`";
            push(findings, "may-fault", span, message, hint);
        }
    }
}

fn warn_of_actions(
    scenario: &Scenario,
    analysis: &Analysis<'_>,
    places: &Places,
    uses: &Uses,
    findings: &mut Findings,
) {
    for (id, action) in scenario.actions.enumerate() {
        let name = &action.name;
        if let Some(requires) = &action.requires
            && analysis.condition(&requires.tree) == Truth::Never
        {
            let message = format!("the action `{name}` is never open: this never holds");
            let hint = "look at the bounds of the variables in it";
            push(findings, "never-open", requires.span, message, hint);
        }
        if let Value::Number(0.0) = action.daily_odds.value {
            let message = format!("the action `{name}` is never taken: its odds are 0");
            let hint = "write more than 0, or remove the action";
            push(
                findings,
                "never-open",
                action.daily_odds.span,
                message,
                hint,
            );
        }
        let has_effects = !action.effects.is_empty() || !action.failure_effects.is_empty();
        let appeals = !matches!(action.appeal.value, Value::Number(0.0));
        let is_remembered = uses.occurrences.contains(&Occurrence::Action(id));
        if !has_effects && !appeals && !is_remembered {
            let message = format!("the action `{name}` does nothing");
            let hint = "it only takes probability from the other options: add `effects`, \
                        `appeal`, or an expression that asks whether it has happened";
            let place = places.actions.get(id.index()).copied();
            push(findings, "empty-action", place, message, hint);
        }
        let effects = action.effects.iter().chain(&action.failure_effects);
        warn_of_effects(scenario, effects, action.timing.delay_days, findings);
    }
}

fn warn_of_events(
    scenario: &Scenario,
    analysis: &Analysis<'_>,
    places: &Places,
    uses: &Uses,
    findings: &mut Findings,
) {
    for (id, event) in scenario.events.enumerate() {
        let name = &event.name;
        warn_if_tiny(&event.hazard, CHANCE_RESOLUTION, "this hazard", findings);
        let impossible = match &event.hazard.value {
            Value::Number(value) => *value == 0.0,
            Value::Expression(expression) => analysis.number(&expression.tree).high <= 0.0,
            Value::Distribution(_) => false,
        };
        if impossible {
            let message = format!("the event `{name}` never strikes: its hazard is 0");
            let hint = "write more than 0, or remove the event";
            push(findings, "never-strikes", event.hazard.span, message, hint);
        }
        if event.effects.is_empty() && !uses.occurrences.contains(&Occurrence::Event(id)) {
            let message = format!("nothing hangs on the event `{name}`");
            let hint = "add `effects`, or an expression that asks whether it has happened";
            let place = places.events.get(id.index()).copied();
            push(findings, "empty-event", place, message, hint);
        }
        warn_of_effects(
            scenario,
            event.effects.iter(),
            event.timing.delay_days,
            findings,
        );
    }
}

fn warn_of_effects<'e>(
    scenario: &Scenario,
    effects: impl Iterator<Item = &'e Effect>,
    delay_days: u16,
    findings: &mut Findings,
) {
    let mut first_place = None;
    for effect in effects {
        let least = RESOLUTION * range_of(scenario, effect.variable);
        warn_if_tiny(&effect.amount, least, "this effect", findings);
        first_place = first_place.or(effect.amount.span);
    }
    if delay_days >= scenario.horizon_days {
        let message = format!("these effects come {delay_days} days later, after the last day");
        let hint = "shorten `delay_days`, or lengthen `horizon_days`";
        push(findings, "late-effects", first_place, message, hint);
    }
}

fn range_of(scenario: &Scenario, variable: VariableId) -> f64 {
    let variable = &scenario.variables[variable];
    variable.max - variable.min
}
