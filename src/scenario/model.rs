//! The checked scenario: what the rest of the program knows of the user's file.
//!
//! Tables are in file order. Names are unique (variables and indicators share one name space,
//! actions and events another). Everything has been checked: an id always refers to a row, numbers
//! are finite and in their domain, and the support of a distribution lies in its domain. TOML and
//! text that is not meant for display are absent.

mod quantities;
mod tree;

pub use tree::{
    Arithmetic, Comparison, Condition, ConditionExpression, ExpressionRef, Function, Number,
    NumberExpression, Occurrence,
};

use crate::base::diagnostic::Span;
use crate::base::index::{
    ActionId, ActorId, EventId, Id, IdVec, IndicatorId, OutcomeId, VariableId,
};
use crate::base::random::Distribution;
use jiff::civil::Date;

/// One scenario file: variables, actors, actions, events and outcomes.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The stem of the file name, which names the output folder.
    pub name: String,
    /// The title, one sentence.
    pub title: String,
    /// Free text: sources, caveats, authors.
    pub note: Option<String>,
    /// The date of day 1.
    pub start: Date,
    /// The number of simulated days, ≥ 1.
    pub horizon_days: u16,
    /// Whether actors choose simultaneously or one after the other.
    pub moves: MoveOrder,
    /// The variables of the state.
    pub variables: IdVec<VariableId, Variable>,
    /// Named expressions, without circular references.
    pub indicators: IdVec<IndicatorId, Indicator>,
    /// The actors, which choose actions.
    pub actors: IdVec<ActorId, Actor>,
    /// The actions of the actors; waiting is not among them.
    pub actions: IdVec<ActionId, Action>,
    /// Random events, which no actor chooses.
    pub events: IdVec<EventId, Event>,
    /// Outcomes: the questions that are forecast.
    pub outcomes: IdVec<OutcomeId, Outcome>,
    /// Correlations, whose matrices are positive definite.
    pub correlations: Vec<Correlation>,
}

impl Scenario {
    /// The date of a day; day 1 is the start.
    pub fn date_of_day(&self, day: u16) -> Date {
        // Reading has checked that the last day is within the range of dates.
        self.start
            .saturating_add(jiff::Span::new().days(i64::from(day) - 1))
    }

    /// All indicators, each after those on which it depends. Computed anew at every call.
    pub fn indicators_in_dependency_order(&self) -> Vec<IndicatorId> {
        self.with_dependencies(self.indicators.ids().collect())
    }

    /// The given indicators and all on which they depend, each once and after its own dependencies.
    pub fn with_dependencies(&self, indicators: Vec<IndicatorId>) -> Vec<IndicatorId> {
        let mut seen = vec![false; self.indicators.len()];
        let mut order = Vec::new();
        // A stack instead of recursion, since a chain of indicators may be as long as their number.
        // An indicator is added to the order on its second visit.
        let mut stack: Vec<(IndicatorId, bool)> =
            indicators.into_iter().rev().map(|id| (id, false)).collect();
        while let Some((id, visited)) = stack.pop() {
            if visited {
                order.push(id);
            } else if !std::mem::replace(&mut seen[id.index()], true) {
                stack.push((id, true));
                let uses = self.indicators[id].formula.part().indicators();
                stack.extend(uses.into_iter().rev().map(|used| (used, false)));
            }
        }
        order
    }
}

/// The order in which actors choose on a day.
#[derive(Clone, Debug, PartialEq)]
pub enum MoveOrder {
    /// All actors choose on the start-of-day state.
    Simultaneous,
    /// Actors choose one after the other, each on the state that the previous ones left.
    /// Lists every actor once.
    Sequential(Vec<ActorId>),
}

/// A state variable with its dynamics.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The name in the file.
    pub name: String,
    /// The display name for tables and charts.
    pub label: String,
    /// The initial value: a number or a distribution within the bounds.
    pub initial: Quantity,
    /// The long-run mean; present if `reversion` is.
    pub baseline: Option<Quantity>,
    /// The rate of mean reversion \[1/day\], in [0, 1].
    pub reversion: Option<Quantity>,
    /// The standard deviation of the daily shock, ≥ 0.
    pub volatility: Option<Quantity>,
    /// The lower bound, at which values are clamped.
    pub min: f64,
    /// The upper bound, above `min`, at which values are clamped.
    pub max: f64,
}

/// A named expression of variables and other indicators.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// The name in the file.
    pub name: String,
    /// The expression, a number or a condition.
    pub formula: Formula,
}

/// The expression of an indicator.
#[derive(Clone, Debug)]
pub enum Formula {
    /// An expression with a number as its value.
    Number(NumberExpression),
    /// A condition, true or false.
    Condition(ConditionExpression),
}

impl Formula {
    /// The root of the expression.
    pub fn part(&self) -> ExpressionRef<'_> {
        match self {
            Formula::Number(formula) => ExpressionRef::Number(&formula.tree),
            Formula::Condition(formula) => ExpressionRef::Condition(&formula.tree),
        }
    }
}

/// A decision maker, such as a state, a militia or an alliance.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The name in the file.
    pub name: String,
    /// The display name for tables and charts.
    pub label: String,
    /// The precision λ of the logit choice \[1/utility\], ≥ 0.
    pub precision: Quantity,
    /// The probability of being activated on a day.
    pub tempo: Quantity,
    /// The coefficient of absolute risk aversion \[1/utility\], any real number: positive is risk
    /// averse, negative risk seeking, `None` risk neutral.
    pub risk: Option<Quantity>,
    /// The anticipated actors, each once, never the actor itself.
    pub anticipates: Vec<ActorId>,
    /// The factor on the precision of the anticipated actors, in [0, 1].
    pub insight: Quantity,
    /// Imperfectly perceived variables, each at most once.
    pub perceives: Vec<Perception>,
    /// The goals with their weights; may be empty.
    pub imperatives: Vec<Imperative>,
}

/// How an actor perceives a variable.
#[derive(Clone, Debug)]
pub struct Perception {
    /// The variable that is perceived.
    pub variable: VariableId,
    /// What the actor perceives of it.
    pub kind: PerceptionKind,
}

/// What an actor perceives of a variable.
#[derive(Clone, Debug)]
pub enum PerceptionKind {
    /// The value in an earlier start-of-day state, with noise.
    Observed {
        /// The delay \[days\]; before day 1 the perceived value is the initial value.
        delay_days: u16,
        /// The standard deviation of an independent normal error on each day, ≥ 0.
        noise: Option<Quantity>,
    },
    /// A constant belief from before day 1.
    Hidden {
        /// The belief; the variable's initial value if `None`.
        belief: Option<Quantity>,
    },
}

/// A correlation between two random numbers; pairs without a correlation are independent.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    /// The pair that is correlated.
    pub between: Correlated,
    /// The coefficient, in (−1, 1): of the normal scores of two uncertain quantities (Gaussian
    /// copula), or of two daily shocks.
    pub coefficient: f64,
}

/// A pair of correlated random numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Correlated {
    /// Two uncertain quantities by TOML path. If an override sets one of them to a number, the
    /// random numbers of the other stay the same.
    Quantities(String, String),
    /// The daily shocks of two variables.
    Shocks(VariableId, VariableId),
}

/// A goal of an actor with its weight.
#[derive(Clone, Debug)]
pub struct Imperative {
    /// The name in the file.
    pub name: String,
    /// The display name for tables and charts.
    pub label: String,
    /// The weight relative to the actor's other imperatives, ≥ 0.
    pub weight: Quantity,
    /// The degree to which a state meets the goal, meant to be in [0, 1].
    pub goal: NumberExpression,
}

/// An action of an actor.
#[derive(Clone, Debug)]
pub struct Action {
    /// The name in the file.
    pub name: String,
    /// The actor that can take the action.
    pub actor: ActorId,
    /// The track; an actor makes one choice per track and day.
    pub track: String,
    /// The display name for tables and charts.
    pub label: String,
    /// The condition under which the action is available; `None` for always.
    pub requires: Option<ConditionExpression>,
    /// The probability that the action succeeds.
    pub success: Quantity,
    /// The cost, subtracted from utility \[utility\].
    pub cost: Quantity,
    /// The part of utility that the imperatives do not represent \[utility\].
    pub appeal: Quantity,
    /// The base odds against waiting on a day of equal utility, ≥ 0.
    pub daily_odds: Quantity,
    /// The cooldown: taken on day d, the action is available again on day d + `cooldown_days` + 1.
    pub cooldown_days: u16,
    /// The maximum number of occurrences per run; `None` for no maximum.
    pub limit: Option<u32>,
    /// The effects on success.
    pub effects: Vec<Effect>,
    /// The effects on failure.
    pub failure_effects: Vec<Effect>,
    /// The delay and duration of the effects.
    pub timing: Timing,
}

/// A random event, which no actor chooses.
#[derive(Clone, Debug)]
pub struct Event {
    /// The name in the file.
    pub name: String,
    /// The display name for tables and charts.
    pub label: String,
    /// The hazard rate: the probability of occurring on a day \[1/day\].
    pub hazard: Quantity,
    /// The maximum number of occurrences per run; `None` for no maximum.
    pub limit: Option<u32>,
    /// The effects of an occurrence.
    pub effects: Vec<Effect>,
    /// The delay and duration of the effects.
    pub timing: Timing,
}

/// A change of one variable. Each list of effects has at most one per variable.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The variable that changes.
    pub variable: VariableId,
    /// The amount that is added.
    pub amount: Quantity,
}

/// The delay and duration of effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Days until the first part of the effects arrives.
    pub delay_days: u16,
    /// Number of days over which the effects are divided evenly, ≥ 1.
    pub over_days: u16,
}

/// An outcome: a question that is forecast and the condition under which it resolves yes.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The name in the file.
    pub name: String,
    /// The display name for tables and charts.
    pub label: String,
    /// The question that a forecaster is asked.
    pub question: String,
    /// The criterion by which the question resolves yes.
    pub criterion: Option<String>,
    /// The condition under which the outcome occurs.
    pub when: ConditionExpression,
    /// Number of consecutive days on which the condition must hold, ≥ 1.
    pub sustained_days: u16,
    /// The last day that counts, in 1..=horizon; the last simulated day by default.
    pub last_day: u16,
    /// The actual resolution, for scoring.
    pub resolution: Option<Resolution>,
}

/// The actual resolution of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// Yes, no or annulled.
    pub answer: Answer,
    /// For a yes, the day on which the outcome occurred; otherwise the day of the resolution.
    pub date: Option<Date>,
    /// The source of the resolution.
    pub source: Option<String>,
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The outcome occurred (resolved yes).
    Yes,
    /// The outcome did not occur.
    No,
    /// The question was annulled and is not scored.
    Annulled,
}

impl Answer {
    /// All answers in the order of the manual.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::Annulled];

    /// The word for the answer in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Annulled => "annulled",
        }
    }
}

/// A quantity of the scenario: a number, distribution or expression, named by its TOML path.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// The TOML path, such as `actors.russia.imperatives.break_nato.weight`.
    pub path: String,
    /// The place in the file; `None` for a default.
    pub span: Option<Span>,
    /// The values that the quantity can take.
    pub domain: Domain,
    /// The number, distribution or expression.
    pub value: Value,
}

/// The value of a quantity.
#[derive(Clone, Debug)]
pub enum Value {
    /// A number, known with certainty.
    Number(f64),
    /// A distribution: uncertain, sampled once per draw and constant within a run.
    Distribution(Distribution),
    /// An expression, evaluated on the current state whenever it is used.
    Expression(NumberExpression),
}

/// The values that a quantity can take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// A probability or share: [0, 1].
    Unit,
    /// A number of 0 or more: [0, ∞).
    NonNegative,
    /// Any number: (−∞, ∞).
    Real,
    /// A value within the bounds of a variable.
    Within {
        /// The lower bound of the variable.
        min: f64,
        /// The upper bound of the variable.
        max: f64,
    },
}

impl Domain {
    /// The lower and upper bound.
    pub fn bounds(self) -> (f64, f64) {
        match self {
            Domain::Unit => (0.0, 1.0),
            Domain::NonNegative => (0.0, f64::INFINITY),
            Domain::Real => (f64::NEG_INFINITY, f64::INFINITY),
            Domain::Within { min, max } => (min, max),
        }
    }
}
