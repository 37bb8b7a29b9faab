//! The checked scenario: what the rest of the program knows of the user's file.
//!
//! Tables are in file order; names are unique (variables and indicators share one name space,
//! actions and events another). Everything here has been checked: an id always names a row, a
//! number is finite and in its domain, a distribution's support lies in its domain. What is
//! default on purpose: TOML, and any text that is not meant for people.

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

/// One TOML file: a world and its questions.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file's stem; it names the output folder.
    pub name: String,
    /// What the scenario is, in a sentence.
    pub title: String,
    /// Free text about the whole.
    pub note: Option<String>,
    /// The date of day 1.
    pub start: Date,
    /// The number of days that are lived, ≥ 1.
    pub horizon_days: u16,
    /// Who sees what when deciding.
    pub moves: MoveOrder,
    /// The quantities of the world's state.
    pub variables: IdVec<VariableId, Variable>,
    /// NamedEntry expressions; one may use others, never itself.
    pub indicators: IdVec<IndicatorId, Indicator>,
    /// Those who decide.
    pub actors: IdVec<ActorId, Actor>,
    /// What they may do.
    pub actions: IdVec<ActionId, Action>,
    /// What happens to the world.
    pub events: IdVec<EventId, Event>,
    /// What is forecast.
    pub outcomes: IdVec<OutcomeId, Outcome>,
    /// What is correlated; together a positive definite matrix.
    pub correlations: Vec<Correlation>,
}

impl Scenario {
    /// The date of a day; day 1 is the start.
    pub fn date_of_day(&self, day: u16) -> Date {
        // Reading has checked that the last day is a date of jiff's range.
        self.start
            .saturating_add(jiff::Span::new().days(i64::from(day) - 1))
    }

    /// All indicators, each after those that it uses. It is worked out anew at every call.
    pub fn indicators_in_dependency_order(&self) -> Vec<IndicatorId> {
        self.with_dependencies(self.indicators.ids().collect())
    }

    /// Some indicators and all that they use, directly or not, each once and after those that it
    /// uses.
    pub fn with_dependencies(&self, some: Vec<IndicatorId>) -> Vec<IndicatorId> {
        let mut seen = vec![false; self.indicators.len()];
        let mut order = Vec::new();
        // A list of what is open instead of recursion, since a chain of indicators may be as
        // long as their number. An indicator is put into the order on its second visit.
        let mut open: Vec<(IndicatorId, bool)> =
            some.into_iter().rev().map(|id| (id, false)).collect();
        while let Some((id, visited)) = open.pop() {
            if visited {
                order.push(id);
            } else if !std::mem::replace(&mut seen[id.index()], true) {
                open.push((id, true));
                let uses = self.indicators[id].formula.part().indicators();
                open.extend(uses.into_iter().rev().map(|used| (used, false)));
            }
        }
        order
    }
}

/// Who sees what when deciding on a day.
#[derive(Clone, Debug, PartialEq)]
pub enum MoveOrder {
    /// All see the same morning.
    Simultaneous,
    /// One after the other, each seeing what those before have done; every actor once.
    Sequential(Vec<ActorId>),
}

/// A quantity of the world's state that moves in time.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name in the file.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// Its value on the morning of day 1: a number or a distribution within the bounds.
    pub initial: Quantity,
    /// Where it returns to; present where `reversion` is.
    pub baseline: Option<Quantity>,
    /// The share of the distance to the baseline closed in a day \[1/day\], in [0, 1].
    pub reversion: Option<Quantity>,
    /// The standard deviation of the daily shock, ≥ 0.
    pub volatility: Option<Quantity>,
    /// The lower bound.
    pub min: f64,
    /// The upper bound, above `min`.
    pub max: f64,
}

/// A named expression over variables.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// Its name in the file.
    pub name: String,
    /// Its formula: a number or a condition.
    pub formula: Formula,
}

/// The formula of an indicator.
#[derive(Clone, Debug)]
pub enum Formula {
    /// A number.
    Number(NumberExpression),
    /// True or false.
    Condition(ConditionExpression),
}

impl Formula {
    /// The whole of it.
    pub fn part(&self) -> ExpressionRef<'_> {
        match self {
            Formula::Number(formula) => ExpressionRef::Number(&formula.tree),
            Formula::Condition(formula) => ExpressionRef::Condition(&formula.tree),
        }
    }
}

/// One who decides: a state, a militia, an alliance.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Its name in the file.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// λ, how sharply it prefers the better option \[1/utility\], ≥ 0.
    pub precision: Quantity,
    /// The probability that it deliberates on a given day.
    pub tempo: Quantity,
    /// Its aversion to the spread between success and failure \[1/utility\]: positive shuns it,
    /// negative seeks it; `None` is neutral. Any real number.
    pub risk: Option<Quantity>,
    /// Whose replies it reckons with, each once, never itself.
    pub anticipates: Vec<ActorId>,
    /// The share of the others' precision with which it reads them, in [0, 1].
    pub insight: Quantity,
    /// What it sees otherwise than it is; at most one for each variable.
    pub perceives: Vec<Perception>,
    /// What it wants; may be empty.
    pub imperatives: Vec<Imperative>,
}

/// How an actor sees a variable.
#[derive(Clone, Debug)]
pub struct Perception {
    /// The variable.
    pub variable: VariableId,
    /// What it sees of it.
    pub kind: PerceptionKind,
}

/// What an actor sees of a variable.
#[derive(Clone, Debug)]
pub enum PerceptionKind {
    /// The value that it had some mornings ago, blurred.
    Observed {
        /// How many mornings ago; before the first it is the initial value.
        delay_days: u16,
        /// The standard deviation of a fresh normal error each day, ≥ 0.
        noise: Option<Quantity>,
    },
    /// Nothing: it keeps a belief from before the first day.
    Hidden {
        /// The belief; the variable's initial value where it is `None`.
        belief: Option<Quantity>,
    },
}

/// A correlation between two sources of collisions; those not named are independent.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    /// What is correlated.
    pub between: Correlated,
    /// The coefficient, in (−1, 1): of the normal scores of two uncertain quantities (a Gaussian
    /// copula), or of two daily shocks.
    pub coefficient: f64,
}

/// Two sources of collisions.
#[derive(Clone, Debug, PartialEq)]
pub enum Correlated {
    /// Two uncertain quantities, by TOML path. Where one of them has been set to something else
    /// from outside the file, the other keeps its collisions.
    Quantities(String, String),
    /// The daily shocks of two variables.
    Shocks(VariableId, VariableId),
}

/// Something an actor wants.
#[derive(Clone, Debug)]
pub struct Imperative {
    /// Its name in the file.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// How much it counts beside the actor's other imperatives, ≥ 0.
    pub weight: Quantity,
    /// How well the world serves it, meant to lie in [0, 1].
    pub goal: NumberExpression,
}

/// Something an actor may do.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its name in the file.
    pub name: String,
    /// Who may do it.
    pub actor: ActorId,
    /// The line on which it is decided; one choice per actor, track and day.
    pub track: String,
    /// Its name for people.
    pub label: String,
    /// When it is open, `None` for always.
    pub requires: Option<ConditionExpression>,
    /// The probability that it succeeds.
    pub success: Quantity,
    /// What it costs the actor \[utility\].
    pub cost: Quantity,
    /// Utility that the imperatives do not explain \[utility\].
    pub appeal: Quantity,
    /// Odds against waiting on a day when both are worth the same, ≥ 0.
    pub daily_odds: Quantity,
    /// Taken on day d, it is open again on day d + `cooldown_days` + 1.
    pub cooldown_days: u16,
    /// How often a run may see it; `None` for any number of times.
    pub limit: Option<u32>,
    /// What it does to the world when it succeeds.
    pub effects: Vec<Effect>,
    /// What it does when it fails.
    pub failure_effects: Vec<Effect>,
    /// When the effects arrive.
    pub timing: Timing,
}

/// Something that happens to the world.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name in the file.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// The probability that it strikes on a day \[1/day\].
    pub hazard: Quantity,
    /// How often a run may see it; `None` for any number of times.
    pub limit: Option<u32>,
    /// What it does to the world.
    pub effects: Vec<Effect>,
    /// When the effects arrive.
    pub timing: Timing,
}

/// A change of one variable; an action or event has at most one per variable in each list.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What changes.
    pub variable: VariableId,
    /// By how much.
    pub amount: Quantity,
}

/// When effects arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// They begin this many days later.
    pub delay_days: u16,
    /// They are spread evenly over this many days, ≥ 1.
    pub over_days: u16,
}

/// What is forecast.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its name in the file.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// The question as it is asked of a forecaster.
    pub question: String,
    /// What counts as yes.
    pub criterion: Option<String>,
    /// The condition.
    pub when: ConditionExpression,
    /// On how many days running it must hold, ≥ 1.
    pub sustained_days: u16,
    /// The last day that counts, in 1..=horizon; the horizon's last by default.
    pub last_day: u16,
    /// How the question was answered, for scoring.
    pub resolution: Option<Resolution>,
}

/// How a question was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// The answer.
    pub answer: Answer,
    /// For a yes, the day on which it came true; else the day on which it was known.
    pub date: Option<Date>,
    /// Where it stands.
    pub source: Option<String>,
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It came true.
    Yes,
    /// It did not.
    No,
    /// It was withdrawn.
    Annulled,
}

impl Answer {
    /// All answers.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::Annulled];

    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Annulled => "annulled",
        }
    }
}

/// A number of the scenario, named by its TOML path.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// Its TOML path, such as `actors.russia.imperatives.break_nato.weight`.
    pub path: String,
    /// Where the user wrote it; `None` for a default.
    pub span: Option<Span>,
    /// The values that it may take.
    pub domain: Domain,
    /// What it is.
    pub value: Value,
}

/// What a quantity is.
#[derive(Clone, Debug)]
pub enum Value {
    /// Known.
    Number(f64),
    /// Not known: drawn once per draw and then fixed for the whole run.
    Distribution(Distribution),
    /// Depends on the state; evaluated whenever it is required.
    Expression(NumberExpression),
}

/// The values that a quantity may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// A probability or share: [0, 1].
    Unit,
    /// [0, ∞).
    NonNegative,
    /// (−∞, ∞).
    Real,
    /// A variable's bounds.
    Within {
        /// Lower bound.
        min: f64,
        /// Upper bound.
        max: f64,
    },
}

impl Domain {
    /// The least and the greatest value.
    pub fn bounds(self) -> (f64, f64) {
        match self {
            Domain::Unit => (0.0, 1.0),
            Domain::NonNegative => (0.0, f64::INFINITY),
            Domain::Real => (f64::NEG_INFINITY, f64::INFINITY),
            Domain::Within { min, max } => (min, max),
        }
    }
}
