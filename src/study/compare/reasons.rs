//! Why a variant changed nothing: what the two programs and their runs say about it.
//!
//! A variant whose every run is that of the base has changed something that did not matter, and
//! an analyst who meant it to matter wants to know why. Each reason is read off the scenario or
//! the tallies; where none is found, that is said and nothing is guessed.

use super::Side;
use crate::base::index::{ActionId, ActorId, Id};
use crate::program::list;
use crate::scenario::{Actor, Quantity, Scenario, Value};
use crate::simulate::Tally;

/// More reasons than this say no more.
const MAX_REASONS: usize = 8;

/// Both sides, and what was counted on them, which is the same.
#[derive(Clone, Copy)]
pub(super) struct Same<'a> {
    pub(super) base: &'a Side<'a>,
    pub(super) variant: &'a Side<'a>,
    pub(super) tally: &'a Tally,
}

/// The likely reasons why all runs are the same, in sentences without a full stop.
pub(super) fn reasons(same: Same<'_>) -> Vec<String> {
    let (base, variant) = (same.base, same.variant);
    if list(base.bound.program) == list(variant.bound.program)
        && base.scenario.correlations == variant.scenario.correlations
    {
        return vec![
            "nothing that the runs depend on differs: every value is the same as before".into(),
        ];
    }
    let changed = changed(base.scenario, variant.scenario);
    let mut reasons: Vec<String> = Vec::new();
    for path in &changed {
        let reason = same.reason(path).unwrap_or_else(|| {
            format!("`{path}` changed, and no answer or choice hung on it in any run")
        });
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() {
        reasons.push(
            "what differs is no quantity, and no answer or choice hung on it in any run".into(),
        );
    }
    if reasons.len() > MAX_REASONS {
        let more = reasons.len() - MAX_REASONS;
        reasons.truncate(MAX_REASONS);
        reasons.push(format!("and {more} more that changed nothing"));
    }
    reasons
}

/// The paths of quantities that differ, or that only one side has.
fn changed(base: &Scenario, variant: &Scenario) -> Vec<String> {
    let (before, after) = (base.quantities(), variant.quantities());
    let find = |all: &[&Quantity], path: &str| -> Option<Value> {
        let found = all.iter().find(|quantity| quantity.path == path);
        found.map(|quantity| quantity.value.clone())
    };
    let differs = |quantity: &&&Quantity| match find(&before, &quantity.path) {
        Some(value) => !is_same(&value, &quantity.value),
        None => true,
    };
    let gone = |quantity: &&&Quantity| find(&after, &quantity.path).is_none();
    let paths = |quantity: &&Quantity| quantity.path.clone();
    let changed = after.iter().filter(differs).map(paths);
    let gone = before.iter().filter(gone).map(paths);
    changed.chain(gone).collect()
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

impl Same<'_> {
    /// Why a quantity did not matter.
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
                let it = if *field == "hazard" {
                    "either way"
                } else {
                    "so its effects were not felt"
                };
                never.then(|| format!("the event `{event}` struck in no run, {it}"))
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
                "`{name}` has precision 0 and follows its odds alone, whatever it wants"
            ));
        }
        if is_weight && [before, after].iter().all(|actor| n_weighing(actor) == 1) {
            return Some(format!(
                "`{name}` has no other weight that counts, and weights are relative: its size changes nothing"
            ));
        }
        if is_weight && are_scaled_alike(before, after) {
            return Some(format!(
                "all weights of `{name}` were multiplied alike, and weights are relative"
            ));
        }
        (rest == ["insight"] && before.anticipates.is_empty() && after.anticipates.is_empty())
            .then(|| format!("`{name}` anticipates nobody, so its insight has no use"))
    }

    /// Why nothing that an actor is made of matters.
    fn never_acts(&self, id: ActorId, before: &Actor, after: &Actor) -> Option<String> {
        let name = &before.name;
        let actions = self.base.scenario.actions.enumerate();
        let mut own = actions.filter(|(_, action)| action.actor == id).peekable();
        if own.peek().is_none() {
            return Some(format!(
                "`{name}` has no action, so it has nothing to choose"
            ));
        }
        if is_zero(&before.tempo) && is_zero(&after.tempo) {
            return Some(format!("`{name}` has tempo 0 and never deliberates"));
        }
        own.all(|(action, _)| self.tally.actions[action.index()].days_open == 0)
            .then(|| {
                format!("no action of `{name}` was open in any run, so it had nothing to choose")
            })
    }

    fn reason_of_action(&self, id: ActionId, field: &str) -> Option<String> {
        let action = &self.base.scenario.actions[id];
        let tally = &self.tally.actions[id.index()];
        let actor = &self.base.scenario.actors[action.actor];
        let name = &action.name;
        if tally.days_open == 0 {
            return Some(format!("the action `{name}` was open in no run"));
        }
        if matches!(field, "cost" | "appeal") && is_zero(&actor.precision) {
            let actor = &actor.name;
            return Some(format!(
                "`{actor}` has precision 0 and follows its odds alone, whatever `{name}` costs or appeals"
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

    /// A variable that no formula, goal, condition or question reads.
    fn reason_of_variable(&self, name: &str) -> Option<String> {
        let is_read = |side: &Side<'_>| {
            let program = side.bound.program;
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
            .then(|| format!("nothing reads the variable `{name}`: no goal, formula or question"))
    }
}

fn position<'a>(names: impl Iterator<Item = &'a String>, name: &str) -> Option<usize> {
    names.into_iter().position(|known| known == name)
}

/// The imperatives whose weight is not known to be 0.
fn n_weighing(actor: &Actor) -> usize {
    let weights = actor
        .imperatives
        .iter()
        .map(|imperative| &imperative.weight);
    weights.filter(|weight| !is_zero(weight)).count()
}

/// Whether all weights are numbers and the ratio of after to before is the same for all.
fn are_scaled_alike(before: &Actor, after: &Actor) -> bool {
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
