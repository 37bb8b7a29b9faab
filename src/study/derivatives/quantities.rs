//! The quantities of a scenario by their role in decisions, and why the others have no derivative.

use crate::base::index::{ActionId, ActorId, EventId};
use crate::program::{BoundProgram, Input, ParameterValue, Program};
use crate::scenario::{Domain, Quantity, Scenario, Value};
use std::collections::BTreeMap;

/// A quantity of the scenario and whether it has a derivative.
#[derive(Clone, Debug)]
pub struct Studied {
    /// TOML path of the quantity.
    pub path: String,
    /// Value, or mean of the distribution; `None` for an expression.
    pub value: Option<f64>,
    /// Domain of the values.
    pub domain: Domain,
    /// Role and unit of the derivative, or the reason why there is none.
    pub reach: Result<Reach, NoDerivative>,
}

/// The role of a quantity with a derivative.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    pub(super) role: Role,
    pub(super) by: By,
}

impl Reach {
    /// Role of the quantity in a decision.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The unit by which the derivative is taken.
    pub fn by(&self) -> By {
        self.by
    }
}

/// The unit by which a derivative is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    /// The value of the quantity.
    Value,
    /// The logarithm of an expression's value.
    Logarithm,
}

/// The role of a quantity in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The weight of an actor's imperative, by its index in the order of the names.
    Weight(ActorId, usize),
    /// Precision λ of the logit choice.
    Precision(ActorId),
    /// Risk aversion α.
    Risk(ActorId),
    /// The share of other actors' precision that the actor assumes.
    Insight(ActorId),
    /// Activation probability per day.
    Tempo(ActorId),
    /// Probability of success.
    Success(ActionId),
    /// Cost, in units of utility.
    Cost(ActionId),
    /// Appeal, in units of utility.
    Appeal(ActionId),
    /// Base odds against waiting.
    DailyOdds(ActionId),
    /// Hazard of an event per day.
    Hazard(EventId),
}

/// The reason why a quantity has no likelihood-ratio derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDerivative {
    /// The quantity changes the state directly.
    ChangesTheState,
    /// The probability is 0 or 1, so the alternative never occurs.
    IsCertain,
    /// The base odds are 0, so the action is never taken.
    IsNeverTaken,
    /// All weights of the actor are 0.
    HasNoWeights,
    /// The actor anticipates no other actor.
    AnticipatesNoActor,
}

impl NoDerivative {
    /// The reason, and which command to use instead.
    pub fn note(self) -> &'static str {
        match self {
            Self::ChangesTheState => {
                "changes the state directly, not the probability of a decision: vary it with `realpolitik sweep` or `realpolitik compare`"
            }
            Self::IsCertain => {
                "a probability of 0 or 1 has no likelihood-ratio derivative: set it between 0 and 1, or vary it with `realpolitik sweep` or `realpolitik compare`"
            }
            Self::IsNeverTaken => {
                "base odds of 0 mean that the action is never taken: set them above 0, or vary them with `realpolitik sweep` or `realpolitik compare`"
            }
            Self::HasNoWeights => {
                "all weights of the actor are 0, so the first positive weight would count in full: vary it with `realpolitik compare`"
            }
            Self::AnticipatesNoActor => "has no effect, since the actor anticipates no other actor",
        }
    }
}

/// All quantities of a scenario, in the order of the file.
pub(super) fn studied_quantities(scenario: &Scenario, bound: &BoundProgram) -> Vec<Studied> {
    let roles = roles(&bound.program);
    let see = |quantity: &Quantity| {
        let role = roles.get(&quantity.path).copied();
        let reach = role.map_or(Err(NoDerivative::ChangesTheState), |(role, input)| {
            reach(bound, role, input)
        });
        let value = match (&quantity.value, role) {
            (_, Some((_, input))) => typical_value(bound, input),
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

/// The quantities of decisions and Bernoulli trials, by path.
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

fn reach(bound: &BoundProgram, role: Role, input: Input) -> Result<Reach, NoDerivative> {
    let program = &*bound.program;
    let known = bound.constant(input);
    match role {
        Role::Success(_) | Role::Hazard(_) if known == Some(0.0) || known == Some(1.0) => {
            return Err(NoDerivative::IsCertain);
        }
        // With activation probability 1, both acting and waiting occur, so there is a derivative.
        Role::Tempo(_) if known == Some(0.0) => return Err(NoDerivative::IsCertain),
        Role::DailyOdds(_) if known == Some(0.0) => return Err(NoDerivative::IsNeverTaken),
        Role::Weight(actor, _) if !has_weights(bound, actor) => {
            return Err(NoDerivative::HasNoWeights);
        }
        Role::Insight(actor) if program.actors[actor].anticipates.is_empty() => {
            return Err(NoDerivative::AnticipatesNoActor);
        }
        _ => {}
    }
    let by = match input {
        Input::Parameter(_) => By::Value,
        Input::Code(..) => By::Logarithm,
    };
    Ok(Reach { role, by })
}

/// Whether any weight of the actor may be positive.
fn has_weights(bound: &BoundProgram, actor: ActorId) -> bool {
    let imperatives = &bound.program.actors[actor].imperatives;
    let mut weights = imperatives
        .iter()
        .map(|row| bound.parameter_value(row.weight));
    weights.any(|given| given != ParameterValue::Constant(0.0))
}

/// The value of a quantity, or the mean of its distribution; `None` for an expression.
fn typical_value(bound: &BoundProgram, input: Input) -> Option<f64> {
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
