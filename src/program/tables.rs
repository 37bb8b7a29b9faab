//! The flat tables of a compiled scenario.
//!
//! Rows refer to each other by typed ids. Names are kept for reports only; the engine does not read
//! them. Wherever the order of rows affects a result (sums of effects or weights, the order of
//! alternatives), rows are in the order of names.

use super::code::Code;
use super::patch::Patch;
use crate::base::index::{
    ActionId, ActorId, CodeId, EventId, IdVec, OutcomeId, ParameterId, SiteId, VariableId,
};
use crate::base::random::keyed::SiteKey;
use crate::scenario::{Domain, Timing, Value};
use std::sync::Arc;

/// A compiled scenario: the structure of a simulation, without values of parameters.
#[derive(Clone, Debug)]
pub struct Program {
    /// Number of simulated days.
    pub horizon_days: u16,
    /// The variables, in file order.
    pub variables: IdVec<VariableId, VariableRow>,
    /// The actors, in file order.
    pub actors: IdVec<ActorId, ActorRow>,
    /// The actions of all actors, in file order.
    pub actions: IdVec<ActionId, ActionRow>,
    /// The events, in file order.
    pub events: IdVec<EventId, EventRow>,
    /// The outcomes, in file order.
    pub outcomes: IdVec<OutcomeId, OutcomeRow>,
    /// The turns of a day: one for all actors under simultaneous moves, else one per actor.
    pub turns: Vec<Turn>,
    /// Number of tracks of all actors together.
    pub n_tracks: usize,
    /// All events in the order of their names.
    pub events_by_name: Vec<EventId>,
    /// The compiled expressions of quantities, conditions and goals.
    pub codes: IdVec<CodeId, Code>,
    /// The literals of all expressions, each once.
    pub constants: Vec<f32>,
    /// Every quantity that is a number or a distribution.
    pub parameters: IdVec<ParameterId, Parameter>,
    /// Every quantity that is an expression and is clamped to its domain.
    pub clamped: Vec<ClampedQuantity>,
    /// Layout of the pending effects: one row per source of effects and variable, actors in the
    /// order of their names, then one source for all events.
    pub pending: Vec<PendingRow>,
    /// Variables whose past start-of-day values are kept for delayed perception.
    pub lagged_variables: Vec<LaggedVariableRow>,
    /// Groups of variables with correlated daily shocks.
    pub shock_groups: Vec<ShockGroup>,
    /// The keyed sources of random numbers.
    pub sites: IdVec<SiteId, Site>,
    /// The keys of all sites on all days (and pairs of days) in 0..=horizon, day by day.
    pub site_keys: Arc<[SiteKey]>,
}

/// A quantity whose value is set before a run: a number or a distribution.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// TOML path of the quantity.
    pub path: String,
    /// The values that it may take.
    pub domain: Domain,
    /// A number or a distribution, never an expression.
    pub value: Value,
    /// `hash_name` of the path: the key of its random numbers.
    pub path_hash: u64,
    /// Its row of the Cholesky factor of a Gaussian copula, as path hashes and coefficients, its
    /// own last; empty for an independent quantity.
    pub mix: Vec<(u64, f64)>,
}

/// A quantity given by an expression whose value is clamped to a domain.
#[derive(Clone, Debug)]
pub struct ClampedQuantity {
    /// TOML path of the quantity.
    pub path: String,
    /// Lower end of the domain.
    pub low: f32,
    /// Upper end of the domain; may be infinite.
    pub high: f32,
}

/// Where the engine reads a quantity from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// A parameter, set before the run.
    Parameter(ParameterId),
    /// An expression, evaluated when needed; with an index into [`Program::clamped`] if its value
    /// is clamped to a domain.
    Code(CodeId, Option<u32>),
}

/// A named source of random numbers.
#[derive(Clone, Debug)]
pub struct Site {
    /// `kind:path:role`; frozen, since it keys the random numbers.
    pub name: String,
    /// `hash_name` of the name.
    pub hash: u64,
}

/// A variable of the state.
#[derive(Clone, Debug)]
pub struct VariableRow {
    /// Name in the scenario.
    pub name: String,
    /// Lower bound of the value.
    pub min: f32,
    /// Upper bound of the value.
    pub max: f32,
    /// Value before day 1.
    pub initial: ParameterId,
    /// Daily mean reversion, if any.
    pub reversion: Option<Reversion>,
    /// Daily normal shock, if any.
    pub shock: Option<Shock>,
}

/// Mean reversion of a variable: x + share·(baseline − x).
#[derive(Clone, Copy, Debug)]
pub struct Reversion {
    /// The value that the variable reverts to.
    pub baseline: Input,
    /// Share of the distance to the baseline that is closed per day.
    pub share: Input,
}

/// A normal shock. One Box–Muller pair serves two consecutive days.
#[derive(Clone, Copy, Debug)]
pub struct Shock {
    /// Standard deviation of the shock.
    pub volatility: Input,
    /// Site of the radius of the Box–Muller pair.
    pub radius: SiteId,
    /// Site of the angle of the Box–Muller pair.
    pub angle: SiteId,
}

/// An actor with its preferences, perceptions and tracks.
#[derive(Clone, Debug)]
pub struct ActorRow {
    /// Name in the scenario.
    pub name: String,
    /// Precision λ of its choices.
    pub precision: Input,
    /// Activation probability per day.
    pub tempo: Input,
    /// Site of the daily activation.
    pub tempo_site: SiteId,
    /// Coefficient α of constant absolute risk aversion; `None` for a risk-neutral actor.
    pub risk: Option<Input>,
    /// The actors whose responses it anticipates, in the order of their names.
    pub anticipates: Vec<Anticipation>,
    /// Share of the others' precision that it assumes when it anticipates their responses.
    pub insight: Input,
    /// Variables that it perceives with delay or noise or not at all, in the order of their names.
    pub perceives: Vec<PerceptionRow>,
    /// Its imperatives, in the order of their names.
    pub imperatives: Vec<ImperativeRow>,
    /// The gradient of the linear part of its utility, one row per variable in it.
    pub gradient: Vec<GradientRow>,
    /// Its tracks with at least one action, in the order of their names.
    pub tracks: Vec<TrackRow>,
    /// Its rows of [`Program::pending`].
    pub pending: std::ops::Range<usize>,
}

/// An actor whose responses another actor anticipates.
#[derive(Clone, Debug)]
pub struct Anticipation {
    /// The actor that responds.
    pub responder: ActorId,
    /// For each action of the responder, through its tracks in order: which goals of the
    /// anticipating actor depend on the action.
    pub response_dependencies: Vec<GoalDependencies>,
    /// Imperatives of the anticipating actor whose residual a response may change.
    pub residuals: Vec<usize>,
    /// Imperatives of the responder whose residual a response may change.
    pub responder_residuals: Vec<usize>,
}

/// How an actor perceives one variable.
#[derive(Clone, Copy, Debug)]
pub struct PerceptionRow {
    /// The variable that is perceived.
    pub variable: VariableId,
    /// The value before noise.
    pub source: PerceptionSource,
    /// The error of perception, if any.
    pub noise: Option<Shock>,
}

/// Where a perceived value comes from, before noise.
#[derive(Clone, Copy, Debug)]
pub enum PerceptionSource {
    /// The current true value.
    Current,
    /// The true start-of-day value of an earlier day.
    Lagged {
        /// The row of [`Program::lagged_variables`].
        row: usize,
        /// Number of days back, ≥ 1.
        days: u16,
    },
    /// A constant belief from before day 1.
    Belief(ParameterId),
}

/// A variable whose past start-of-day values are kept.
#[derive(Clone, Copy, Debug)]
pub struct LaggedVariableRow {
    /// The variable whose values are kept.
    pub variable: VariableId,
    /// Number of days before today that are kept, ≥ 1.
    pub max_days_ahead: u16,
}

/// Which goals of an actor depend on an action of its own or of another actor.
#[derive(Clone, Debug, Default)]
pub struct GoalDependencies {
    /// For each effect of the action, the row of the actor's gradient, if the linear part of its
    /// utility contains the variable.
    pub gradient: Vec<Option<usize>>,
    /// Indices of the actor's imperatives whose residual the action may change.
    pub residuals: Vec<usize>,
    /// For success and for failure: the imperatives whose residual changes, with the instructions
    /// that have to be evaluated again.
    pub patches: [Vec<(usize, Patch)>; 2],
}

/// Variables whose daily shocks are correlated.
#[derive(Clone, Debug)]
pub struct ShockGroup {
    /// The variables, in the order of their names; each has a shock.
    pub variables: Vec<VariableId>,
    /// The Cholesky factor of their correlations: row i has i + 1 coefficients.
    pub factor: Vec<Vec<f32>>,
}

/// An imperative: a weight and a goal = constant + Σ coefficient·variable + residual.
#[derive(Clone, Debug)]
pub struct ImperativeRow {
    /// Name in the scenario.
    pub name: String,
    /// The weight before normalization.
    pub weight: ParameterId,
    /// The part of the goal that is not linear in the variables.
    pub residual: Option<CodeId>,
}

/// The derivative of the linear part of an actor's utility by one variable: Σ ŵᵢ·coefficientᵢ.
#[derive(Clone, Debug)]
pub struct GradientRow {
    /// The variable by which the derivative is taken.
    pub variable: VariableId,
    /// Index of the imperative, and its coefficient.
    pub terms: Vec<(usize, f32)>,
}

/// A track: a separate choice of its actor on every day.
#[derive(Clone, Debug)]
pub struct TrackRow {
    /// Name in the scenario.
    pub name: String,
    /// Number of the track through all actors.
    pub index: usize,
    /// Site of the choice.
    pub site: SiteId,
    /// Its actions in the order of their names. Alternative 0 is waiting; alternative k
    /// + 1 is `actions[k]`.
    pub actions: Vec<ActionId>,
}

/// An action of an actor.
#[derive(Clone, Debug)]
pub struct ActionRow {
    /// Name in the scenario.
    pub name: String,
    /// The actor that may take it.
    pub actor: ActorId,
    /// The number of its track through all actors.
    pub track: usize,
    /// Its position among the alternatives of the track, from 1; 0 is waiting.
    pub alternative: u32,
    /// Its precondition on the perceived state.
    pub requires: Option<CodeId>,
    /// Maximum number of times that it is taken in a run.
    pub limit: Option<u32>,
    /// Number of days after it was taken on which it is not available.
    pub cooldown_days: u16,
    /// The probability of success.
    pub success: Input,
    /// Site of the success.
    pub success_site: SiteId,
    /// Cost, subtracted from utility.
    pub cost: Input,
    /// Appeal, added to utility.
    pub appeal: Input,
    /// Base odds against waiting, at equal utility.
    pub daily_odds: Input,
    /// Its effects by variable, in the order of the variables' names.
    pub effects: Vec<EffectRow>,
    /// The goals of its own actor that depend on it.
    pub dependencies: GoalDependencies,
    /// For each actor that its own actor anticipates: whether it may change the response or the
    /// value of the response.
    pub invalidates: Vec<bool>,
    /// Delay and duration of the effects.
    pub timing: Timing,
}

/// The effect of an action or event on one variable.
#[derive(Clone, Debug)]
pub struct EffectRow {
    /// The variable that changes.
    pub variable: VariableId,
    /// Amount added on success.
    pub success: Option<Input>,
    /// Amount added on failure.
    pub failure: Option<Input>,
    /// Row of [`Program::pending`], if a part of the effect is due on a later day.
    pub pending: Option<usize>,
}

/// An event of the scenario.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// Name in the scenario.
    pub name: String,
    /// Probability of occurring on a day.
    pub hazard: Input,
    /// Site of the occurrence.
    pub site: SiteId,
    /// Maximum number of occurrences in a run.
    pub limit: Option<u32>,
    /// Its effects by variable, in the order of the variables' names.
    pub effects: Vec<EffectRow>,
    /// Delay and duration of the effects.
    pub timing: Timing,
}

/// An outcome: a condition on the end-of-day state.
#[derive(Clone, Debug)]
pub struct OutcomeRow {
    /// Name in the scenario.
    pub name: String,
    /// The condition on the state.
    pub when: CodeId,
    /// Number of consecutive days for which the condition must hold.
    pub sustained_days: u16,
    /// The last day on which the condition is evaluated.
    pub last_day: u16,
}

/// Actors that choose on the same state.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The actors in the order of their names.
    pub actors: Vec<ActorId>,
    /// All their actions in the order of names.
    pub actions: Vec<ActionId>,
}

/// Effects of one source on one variable that are due on later days.
#[derive(Clone, Copy, Debug)]
pub struct PendingRow {
    /// The variable that changes.
    pub variable: VariableId,
    /// Number of days until the last part is due, ≥ 1: the length of the ring buffer.
    pub max_days_ahead: u16,
}
