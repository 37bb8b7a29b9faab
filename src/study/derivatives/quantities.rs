//! Which quantities bear on what is decided, and how; and why the others are out of reach.

use crate::base::index::{ActionId, ActorId, EventId};
use crate::program::{BoundProgram, Input, ParameterValue, Program};
use crate::scenario::{Domain, Quantity, Scenario, Value};
use std::collections::BTreeMap;

/// A quantity of the scenario and whether its derivative can be had.
#[derive(Clone, Debug)]
pub struct Studied {
    /// Its TOML path.
    pub path: String,
    /// Its value, or the mean of its distribution; `None` for an expression.
    pub value: Option<f64>,
    /// The values that it may take.
    pub domain: Domain,
    /// How it is reached, or why not.
    pub reach: Result<Reach, OutOfReach>,
}

/// How a quantity bears on what is decided.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    pub(super) role: Role,
    pub(super) by: By,
}

impl Reach {
    /// What it does.
    pub fn role(&self) -> Role {
        self.role
    }

    /// By what the derivative is taken.
    pub fn by(&self) -> By {
        self.by
    }
}

/// By what a derivative is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    /// The value itself, known or drawn.
    Value,
    /// The logarithm of what an expression gives.
    Logarithm,
}

/// What a quantity does in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The weight of an actor's imperative, by its place in the order of the names.
    Weight(ActorId, usize),
    /// λ.
    Precision(ActorId),
    /// Aversion to the spread.
    Risk(ActorId),
    /// The share of others' precision with which an actor reads them.
    Insight(ActorId),
    /// The probability of deliberating.
    Tempo(ActorId),
    /// The probability of success.
    Success(ActionId),
    /// Cost.
    Cost(ActionId),
    /// Appeal.
    Appeal(ActionId),
    /// Odds against waiting.
    DailyOdds(ActionId),
    /// The probability of striking.
    Hazard(EventId),
}

/// Why a derivative cannot be had from the likelihood of what was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfReach {
    /// It moves the state itself.
    MovesTheState,
    /// It is 0 or 1: what would happen otherwise is never seen.
    IsCertain,
    /// With odds of 0 the action is never taken.
    IsNeverTaken,
    /// All weights of the actor are 0.
    HasNoWeights,
    /// The actor anticipates nobody.
    AnticipatesNobody,
}

impl OutOfReach {
    /// The reason, and what to do instead.
    pub fn note(self) -> &'static str {
        match self {
            Self::MovesTheState => {
                "moves the state of the world itself, not the odds of a decision: `realpolitik sweep` and `realpolitik compare` vary it"
            }
            Self::IsCertain => {
                "with a probability of 0 or 1 what would happen otherwise is never seen: give it a value between, or vary it with `realpolitik sweep` or `realpolitik compare`"
            }
            Self::IsNeverTaken => {
                "with odds of 0 the action is never taken: give it odds, or vary it with `realpolitik sweep` or `realpolitik compare`"
            }
            Self::HasNoWeights => {
                "all weights of the actor are 0, and the first one above 0 would count in full: `realpolitik compare` shows what it changes"
            }
            Self::AnticipatesNobody => "plays no part, since the actor anticipates nobody",
        }
    }
}

/// All quantities of a scenario, in the order of the file.
pub(super) fn study(scenario: &Scenario, bound: &BoundProgram<'_>) -> Vec<Studied> {
    let roles = roles(bound.program);
    let see = |quantity: &Quantity| {
        let role = roles.get(&quantity.path).copied();
        let reach = role.map_or(Err(OutOfReach::MovesTheState), |(role, input)| {
            reach(bound, role, input)
        });
        let value = match (&quantity.value, role) {
            (_, Some((_, input))) => typical(bound, input),
            (Value::Number(value), None) => Some(*value),
            (Value::Distribution(distribution), None) => Some(distribution.mean()),
            (Value::Expression(_), None) => None,
        };
        Studied {
            path: quantity.path.clone(),
            value,
            domain: quantity.domain,
            reach,
        }
    };
    scenario.quantities().into_iter().map(see).collect()
}

/// The quantities that bear on decisions and on what happens by chance, by path.
fn roles(program: &Program) -> BTreeMap<String, (Role, Input)> {
    let mut roles = BTreeMap::new();
    for (id, actor) in program.actors.enumerate() {
        let mut add = |name: &str, role, input| {
            roles.insert(format!("actors.{}.{name}", actor.name), (role, input));
        };
        add("precision", Role::Precision(id), actor.precision);
        add("tempo", Role::Tempo(id), actor.tempo);
        add("insight", Role::Insight(id), actor.insight);
        if let Some(risk) = actor.risk {
            add("risk", Role::Risk(id), risk);
        }
        for (place, imperative) in actor.imperatives.iter().enumerate() {
            let name = format!("imperatives.{}.weight", imperative.name);
            let weight = Input::Parameter(imperative.weight);
            add(&name, Role::Weight(id, place), weight);
        }
    }
    for (id, action) in program.actions.enumerate() {
        let mut add = |name: &str, role, input| {
            roles.insert(format!("actions.{}.{name}", action.name), (role, input));
        };
        add("success", Role::Success(id), action.success);
        add("cost", Role::Cost(id), action.cost);
        add("appeal", Role::Appeal(id), action.appeal);
        add("daily_odds", Role::DailyOdds(id), action.daily_odds);
    }
    for (id, event) in program.events.enumerate() {
        let path = format!("events.{}.hazard", event.name);
        roles.insert(path, (Role::Hazard(id), event.hazard));
    }
    roles
}

fn reach(bound: &BoundProgram<'_>, role: Role, input: Input) -> Result<Reach, OutOfReach> {
    let program = bound.program;
    let known = bound.constant(input);
    match role {
        Role::Success(_) | Role::Hazard(_) if known == Some(0.0) || known == Some(1.0) => {
            return Err(OutOfReach::IsCertain);
        }
        // Of one who always deliberates, both acting and waiting are seen.
        Role::Tempo(_) if known == Some(0.0) => return Err(OutOfReach::IsCertain),
        Role::DailyOdds(_) if known == Some(0.0) => return Err(OutOfReach::IsNeverTaken),
        Role::Weight(actor, _) if !has_weights(bound, actor) => {
            return Err(OutOfReach::HasNoWeights);
        }
        Role::Insight(actor) if program.actors[actor].anticipates.is_empty() => {
            return Err(OutOfReach::AnticipatesNobody);
        }
        _ => {}
    }
    let by = match input {
        Input::Parameter(_) => By::Value,
        Input::Code(..) => By::Logarithm,
    };
    Ok(Reach { role, by })
}

/// Whether an actor's weights do not all vanish.
fn has_weights(bound: &BoundProgram<'_>, actor: ActorId) -> bool {
    let imperatives = &bound.program.actors[actor].imperatives;
    let mut weights = imperatives
        .iter()
        .map(|row| bound.parameter_value(row.weight));
    weights.any(|given| given != ParameterValue::Constant(0.0))
}

/// A quantity's value or the mean of its distribution; `None` for an expression.
fn typical(bound: &BoundProgram<'_>, input: Input) -> Option<f64> {
    let Input::Parameter(id) = input else {
        return None;
    };
    match (
        bound.parameter_value(id),
        &bound.program.parameters[id].value,
    ) {
        (ParameterValue::Constant(value), _) => Some(f64::from(value)),
        (ParameterValue::Drawn(_), Value::Distribution(distribution)) => Some(distribution.mean()),
        (ParameterValue::Drawn(_), _) => None,
    }
}
