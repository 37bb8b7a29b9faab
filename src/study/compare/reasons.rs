//! The likely reasons why every run of a variant is identical to the base.
//!
//! Each reason follows from the scenarios or the tally. If none does, a reason states only that the
//! change had no effect.

use super::side::Side;
use crate::base::index::{ActionId, ActorId, Id};
use crate::program::list;
use crate::scenario::{Actor, Quantity, Scenario, Value};
use crate::simulate::Tally;

/// Maximum number of reasons in a list.
const MAX_REASONS: usize = 8;

/// Two sides with identical runs, and their common tally.
#[derive(Clone, Copy)]
pub(super) struct Identical<'a> {
    pub(super) base: &'a Side<'a>,
    pub(super) variant: &'a Side<'a>,
    pub(super) tally: &'a Tally,
}

/// The likely reasons, as sentences without a period.
pub(super) fn reasons(sides: Identical<'_>) -> Vec<String> {
    let (base, variant) = (sides.base, sides.variant);
    let is_same_program = list(&base.bound.program) == list(&variant.bound.program)
        && base.scenario.correlations == variant.scenario.correlations;
    let changed = changed_paths(base.scenario, variant.scenario);
    if is_same_program && changed.is_empty() {
        return vec![
            "the variant has the same values as the base in everything that the runs depend on"
                .into(),
        ];
    }
    let mut reasons: Vec<String> = Vec::new();
    for path in &changed {
        let reason = sides.reason(path).unwrap_or_else(|| match is_same_program {
            true => format!("the simulation does not use `{path}`"),
            false => format!("`{path}` affected no choice and no outcome in any run"),
        });
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() {
        reasons.push("the changed setting affected no choice and no outcome in any run".into());
    }
    if reasons.len() > MAX_REASONS {
        let more = reasons.len() - MAX_REASONS;
        reasons.truncate(MAX_REASONS);
        reasons.push(format!("and {more} more changes without effect"));
    }
    reasons
}

/// The paths of quantities that differ, or that only one side has.
fn changed_paths(base: &Scenario, variant: &Scenario) -> Vec<String> {
    let (before, after) = (base.quantities(), variant.quantities());
    let find = |all: &[&Quantity], path: &str| -> Option<Value> {
        let found = all.iter().find(|quantity| quantity.path == path);
        found.map(|quantity| quantity.value.clone())
    };
    let differs = |quantity: &&&Quantity| match find(&before, &quantity.path) {
        Some(value) => !is_same(&value, &quantity.value),
        None => true,
    };
    let is_removed = |quantity: &&&Quantity| find(&after, &quantity.path).is_none();
    let path = |quantity: &&Quantity| quantity.path.clone();
    let changed = after.iter().filter(differs).map(path);
    let removed = before.iter().filter(is_removed).map(path);
    changed.chain(removed).collect()
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Distribution(a), Value::Distribution(b)) => a == b,
        (Value::Expression(a), Value::Expression(b)) => a.text == b.text,
        _ => false,
    }
}

fn is_zero(quantity: &Quantity) -> bool {
    matches!(quantity.value, Value::Number(number) if number == 0.0)
}

impl Identical<'_> {
    /// The reason why a quantity had no effect, if one follows from the scenarios or the tally.
    fn reason(&self, path: &str) -> Option<String> {
        let keys: Vec<&str> = path.split('.').collect();
        match keys.as_slice() {
            ["actors", actor, rest @ ..] => {
                let id = position(self.base.scenario.actors.iter().map(|one| &one.name), actor)?;
                self.reason_of_actor(ActorId::new(id), rest)
            }
            ["actions", action, field, ..] => {
                let id = position(
                    self.base.scenario.actions.iter().map(|one| &one.name),
                    action,
                )?;
                self.reason_of_action(ActionId::new(id), field)
            }
            ["events", event, field, ..] => {
                let id = position(self.base.scenario.events.iter().map(|one| &one.name), event)?;
                let never = self.tally.events[id].n_hits() == 0;
                let consequence = if *field == "hazard" {
                    "with either hazard"
                } else {
                    "so its effects were never applied"
                };
                never.then(|| format!("the event `{event}` occurred in no run, {consequence}"))
            }
            ["variables", variable, ..] => self.reason_of_variable(variable),
            _ => None,
        }
    }

    fn reason_of_actor(&self, id: ActorId, rest: &[&str]) -> Option<String> {
        let both = [self.base, self.variant].map(|side| {
            let name = &self.base.scenario.actors[id].name;
            side.scenario
                .actors
                .iter()
                .find(|actor| actor.name == *name)
        });
        let [Some(before), Some(after)] = both else {
            return None;
        };
        let name = &before.name;
        let is_weight = matches!(rest, ["imperatives", _, "weight"]);
        if let Some(reason) = self.never_acts(id, before, after) {
            return Some(reason);
        }
        if is_zero(&before.precision) && is_zero(&after.precision) && rest != ["tempo"] {
            return Some(format!(
                "`{name}` has precision 0: its choices depend on base odds only, not on utility"
            ));
        }
        if is_weight && [before, after].iter().all(|actor| n_weighted(actor) == 1) {
            return Some(format!(
                "`{name}` has no other weight above 0, and weights are relative: the value of a single weight has no effect"
            ));
        }
        if is_weight && are_proportional(before, after) {
            return Some(format!(
                "all weights of `{name}` were multiplied by the same factor, and weights are relative"
            ));
        }
        (rest == ["insight"] && before.anticipates.is_empty() && after.anticipates.is_empty())
            .then(|| format!("`{name}` anticipates no actor, so its insight is not used"))
    }

    /// The reason why an actor never chose between alternatives.
    fn never_acts(&self, id: ActorId, before: &Actor, after: &Actor) -> Option<String> {
        let name = &before.name;
        let actions = self.base.scenario.actions.enumerate();
        let mut own = actions.filter(|(_, action)| action.actor == id).peekable();
        if own.peek().is_none() {
            return Some(format!("`{name}` has no actions, so it makes no choices"));
        }
        if is_zero(&before.tempo) && is_zero(&after.tempo) {
            return Some(format!("`{name}` has tempo 0 and is never activated"));
        }
        own.all(|(action, _)| self.tally.actions[action.index()].days_available == 0)
            .then(|| format!("no action of `{name}` was available in any run, so it always waited"))
    }

    fn reason_of_action(&self, id: ActionId, field: &str) -> Option<String> {
        let action = &self.base.scenario.actions[id];
        let tally = &self.tally.actions[id.index()];
        let actor = &self.base.scenario.actors[action.actor];
        let name = &action.name;
        if tally.days_available == 0 {
            return Some(format!("the action `{name}` was available in no run"));
        }
        if matches!(field, "cost" | "appeal") && is_zero(&actor.precision) {
            let actor = &actor.name;
            return Some(format!(
                "`{actor}` has precision 0: its choices depend on base odds only, not on the cost or appeal of `{name}`"
            ));
        }
        if tally.count == 0 {
            return Some(format!("the action `{name}` was taken in no run"));
        }
        match field {
            "effects" if tally.successes == 0 => {
                Some(format!("the action `{name}` succeeded in no run"))
            }
            "failure_effects" if tally.successes == tally.count => {
                Some(format!("the action `{name}` failed in no run"))
            }
            _ => None,
        }
    }

    /// The reason if no expression, goal, condition or outcome reads a variable.
    fn reason_of_variable(&self, name: &str) -> Option<String> {
        let is_read = |side: &Side<'_>| {
            let program = &*side.bound.program;
            let found = program
                .variables
                .enumerate()
                .find(|(_, row)| row.name == name);
            found.is_none_or(|(id, _)| {
                program.codes.iter().any(|code| code.reads.contains(&id))
                    || program
                        .actors
                        .iter()
                        .any(|actor| actor.gradient.iter().any(|row| row.variable == id))
            })
        };
        (!is_read(self.base) && !is_read(self.variant))
            .then(|| format!("no goal, expression or outcome reads the variable `{name}`"))
    }
}

fn position<'a>(names: impl Iterator<Item = &'a String>, name: &str) -> Option<usize> {
    names.into_iter().position(|known| known == name)
}

/// The number of imperatives whose weight is not the number 0.
fn n_weighted(actor: &Actor) -> usize {
    let weights = actor
        .imperatives
        .iter()
        .map(|imperative| &imperative.weight);
    weights.filter(|weight| !is_zero(weight)).count()
}

/// Whether all weights are numbers and the ratio of after to before is the same for all.
fn are_proportional(before: &Actor, after: &Actor) -> bool {
    let mut ratio: Option<f64> = None;
    before.imperatives.len() == after.imperatives.len()
        && before.imperatives.iter().all(|imperative| {
            let other = after
                .imperatives
                .iter()
                .find(|one| one.name == imperative.name);
            let numbers = other.map(|other| (&imperative.weight.value, &other.weight.value));
            let Some((Value::Number(a), Value::Number(b))) = numbers else {
                return false;
            };
            if *a == 0.0 {
                return *b == 0.0;
            }
            (b / a - *ratio.get_or_insert(b / a)).abs() < 1e-9
        })
}
