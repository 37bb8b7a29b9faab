//! From a checked scenario to flat tables of numbers that the engine walks (floor 3).
//!
//! [`compile`] fixes the structure: which expressions there are, who decides in which turn,
//! which variables an option touches, which part of a goal is linear. It is total: whatever
//! could fail has failed in reading. [`bind`] fills in the numbers, always by the same
//! operations in the same order, whether a value is known, drawn or varied. Names stay in the
//! program for reports; the engine never reads them.

mod bind;
mod build;
mod code;
mod compile;
mod fuse;
mod goal;
mod listing;
mod loose;
mod minds;
mod patch;

pub use bind::{Assignment, BindError, BoundProgram, Given, Sampler, bind, bind_to_rows};
pub use code::{Code, CodeResult, Operand, Operation, Step};
pub use compile::compile;
pub use fuse::{Binary, Pass};
pub use listing::list;
pub use loose::{Handle, Loose, loosen};
pub use patch::Patch;

use crate::base::index::{
    ActionId, ActorId, CodeId, EventId, IdVec, OutcomeId, ParameterId, SiteId, VariableId,
};
use crate::scenario::{Domain, Timing, Value};

/// A compiled scenario.
#[derive(Clone, Debug)]
pub struct Program {
    /// Days that are lived.
    pub horizon_days: u16,
    /// The world's state.
    pub variables: IdVec<VariableId, VariableRow>,
    /// Those who decide, in file order.
    pub actors: IdVec<ActorId, ActorRow>,
    /// What they may do, in file order.
    pub actions: IdVec<ActionId, ActionRow>,
    /// What happens to the world, in file order.
    pub events: IdVec<EventId, EventRow>,
    /// What is forecast, in file order.
    pub outcomes: IdVec<OutcomeId, OutcomeRow>,
    /// Who decides on the same state: one turn, or one for each actor.
    pub turns: Vec<Turn>,
    /// How many tracks all actors have.
    pub n_tracks: usize,
    /// All events in the order of their names.
    pub events_by_name: Vec<EventId>,
    /// Compiled expressions.
    pub codes: IdVec<CodeId, Code>,
    /// The literals of all expressions.
    pub constants: Vec<f32>,
    /// The numbers and distributions of the scenario, by TOML path.
    pub parameters: IdVec<ParameterId, Parameter>,
    /// Quantities given by an expression whose value is clamped to a domain, by TOML path.
    pub clamped: Vec<ClampedQuantity>,
    /// Effects on their way: one row per source of effects and variable, actors in the order of
    /// their names, then the world.
    pub pending: Vec<PendingRow>,
    /// Mornings that are remembered for those who learn late.
    pub histories: Vec<HistoryRow>,
    /// Variables whose shocks are correlated.
    pub shock_groups: Vec<ShockGroup>,
    /// Where luck is drawn.
    pub sites: IdVec<SiteId, Site>,
}

/// A quantity whose value is given before the run: a number or a distribution.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its TOML path.
    pub path: String,
    /// The values that it may take.
    pub domain: Domain,
    /// A number or a distribution, never an expression.
    pub value: Value,
    /// `hash_name` of the path: the key of its luck.
    pub path_hash: u64,
    /// Where it is correlated with others: its row of the Cholesky factor, as path hashes and
    /// coefficients, its own last. Empty where it is independent.
    pub mix: Vec<(u64, f64)>,
}

/// A quantity given by an expression whose value is clamped where it leaves its domain.
#[derive(Clone, Debug)]
pub struct ClampedQuantity {
    /// Its TOML path.
    pub path: String,
    /// Least value.
    pub low: f32,
    /// Greatest value; may be infinite.
    pub high: f32,
}

/// Where the engine finds a quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// Given before the run.
    Parameter(ParameterId),
    /// Evaluated when needed, clamped where the index into `clamped` is present.
    Code(CodeId, Option<u32>),
}

/// A named source of luck.
#[derive(Clone, Debug)]
pub struct Site {
    /// `kind:path:role`.
    pub name: String,
    /// `hash_name` of the name.
    pub hash: u64,
}

/// A variable's tables.
#[derive(Clone, Debug)]
pub struct VariableRow {
    /// Its name.
    pub name: String,
    /// Lower bound.
    pub min: f32,
    /// Upper bound.
    pub max: f32,
    /// Its value on the morning of day 1.
    pub initial: ParameterId,
    /// Baseline and reversion.
    pub reversion: Option<Reversion>,
    /// Daily shock.
    pub shock: Option<Shock>,
}

/// The pull back to a baseline.
#[derive(Clone, Copy, Debug)]
pub struct Reversion {
    /// Where to.
    pub baseline: Input,
    /// Share of the distance closed in a day.
    pub share: Input,
}

/// A normal shock; a pair of normals serves two consecutive days.
#[derive(Clone, Copy, Debug)]
pub struct Shock {
    /// Its standard deviation.
    pub volatility: Input,
    /// Luck of the radius.
    pub radius: SiteId,
    /// Luck of the angle.
    pub angle: SiteId,
}

/// An actor's tables.
#[derive(Clone, Debug)]
pub struct ActorRow {
    /// Its name.
    pub name: String,
    /// λ.
    pub precision: Input,
    /// Probability of deliberating on a day.
    pub tempo: Input,
    /// Luck of the tempo.
    pub tempo_site: SiteId,
    /// Aversion to the spread between success and failure.
    pub risk: Option<Input>,
    /// Whose replies it reckons with, in the order of the names.
    pub anticipates: Vec<Anticipation>,
    /// The share of the others' precision with which it reads them.
    pub insight: Input,
    /// What it sees otherwise than it is, in the order of the variables' names.
    pub perceives: Vec<PerceptionRow>,
    /// What it wants, in the order of the names.
    pub imperatives: Vec<ImperativeRow>,
    /// Derivatives of the linear part of its utility, one per variable that is in it.
    pub gradient: Vec<GradientRow>,
    /// Its tracks with at least one action, in the order of the names.
    pub tracks: Vec<TrackRow>,
    /// Its rows of `pending`.
    pub pending: std::ops::Range<usize>,
}

/// One whose replies an actor reckons with.
#[derive(Clone, Debug)]
pub struct Anticipation {
    /// Who replies.
    pub replier: ActorId,
    /// How the replier's actions concern the one who reckons, in the order of the replier's
    /// tracks and options.
    pub concerns: Vec<Concern>,
    /// The one's imperatives whose residual a reply may change.
    pub residuals: Vec<usize>,
    /// The replier's imperatives whose residual a reply may change.
    pub replier_residuals: Vec<usize>,
}

/// How an actor sees a variable.
#[derive(Clone, Copy, Debug)]
pub struct PerceptionRow {
    /// The variable.
    pub variable: VariableId,
    /// Where what it sees comes from.
    pub source: PerceptionSource,
    /// How it is blurred.
    pub noise: Option<Shock>,
}

/// Where a perceived value comes from.
#[derive(Clone, Copy, Debug)]
pub enum PerceptionSource {
    /// The world of now.
    Now,
    /// The morning so many days ago, from a row of `Program::histories`.
    Past {
        /// The row.
        history: usize,
        /// How many mornings ago, ≥ 1.
        days: u16,
    },
    /// A belief from before the first day.
    Belief(ParameterId),
}

/// Mornings of a variable that are remembered for those who learn late.
#[derive(Clone, Copy, Debug)]
pub struct HistoryRow {
    /// The variable.
    pub variable: VariableId,
    /// How many mornings before today are kept, ≥ 1.
    pub reach_days: u16,
}

/// How an action concerns the goals of an actor, its own or another's.
#[derive(Clone, Debug, Default)]
pub struct Concern {
    /// For each touch of the action, the index into the actor's gradient, where its linear
    /// utility contains the variable.
    pub gradient: Vec<Option<usize>>,
    /// Indices of the actor's imperatives whose residual the action may change.
    pub residuals: Vec<usize>,
    /// Those that it does change where it succeeds, and where it fails, with what of them is then to
    /// be evaluated again.
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

/// An imperative: weight and goal = constant + Σ coefficient·variable + residual.
#[derive(Clone, Debug)]
pub struct ImperativeRow {
    /// Its name.
    pub name: String,
    /// Its weight before normalising.
    pub weight: ParameterId,
    /// The part of the goal that is not linear in the variables.
    pub residual: Option<CodeId>,
}

/// One variable's derivative in the linear part of an actor's utility: Σ ŵᵢ·coefficientᵢ.
#[derive(Clone, Debug)]
pub struct GradientRow {
    /// The variable.
    pub variable: VariableId,
    /// Index into the actor's imperatives, and coefficient.
    pub terms: Vec<(usize, f32)>,
}

/// A line on which an actor decides separately.
#[derive(Clone, Debug)]
pub struct TrackRow {
    /// Its name.
    pub name: String,
    /// Its number through all actors.
    pub index: usize,
    /// Luck of the choice.
    pub site: SiteId,
    /// Its actions in the order of their names; waiting comes before them.
    pub options: Vec<ActionId>,
}

/// An action's tables.
#[derive(Clone, Debug)]
pub struct ActionRow {
    /// Its name.
    pub name: String,
    /// Who may do it.
    pub actor: ActorId,
    /// The number of its track through all actors, and its place among the track's options,
    /// from 1: waiting is 0.
    pub place: (usize, u32),
    /// When it is open.
    pub requires: Option<CodeId>,
    /// How often a run may see it.
    pub limit: Option<u32>,
    /// Days on which it stays closed after it was taken.
    pub cooldown_days: u16,
    /// Probability of success.
    pub success: Input,
    /// Luck of the success.
    pub success_site: SiteId,
    /// Cost.
    pub cost: Input,
    /// Appeal.
    pub appeal: Input,
    /// Odds against waiting at equal worth.
    pub daily_odds: Input,
    /// What it changes, in the order of the variables' names.
    pub touches: Vec<Touch>,
    /// How it concerns the goals of its actor.
    pub concern: Concern,
    /// For each whose replies its actor reckons with, whether it may change the reply or what
    /// the reply is worth.
    pub stirs: Vec<bool>,
    /// When the effects arrive.
    pub timing: Timing,
}

/// What an action or event does to one variable.
#[derive(Clone, Debug)]
pub struct Touch {
    /// The variable.
    pub variable: VariableId,
    /// Change on success.
    pub success: Option<Input>,
    /// Change on failure.
    pub failure: Option<Input>,
    /// Index into `pending`, where effects arrive on later days.
    pub pending: Option<usize>,
}

/// An event's tables.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// Its name.
    pub name: String,
    /// Probability of striking on a day.
    pub hazard: Input,
    /// Luck of the strike.
    pub site: SiteId,
    /// How often a run may see it.
    pub limit: Option<u32>,
    /// What it changes, in the order of the variables' names.
    pub touches: Vec<Touch>,
    /// When the effects arrive.
    pub timing: Timing,
}

/// An outcome's tables.
#[derive(Clone, Debug)]
pub struct OutcomeRow {
    /// Its name.
    pub name: String,
    /// Its condition.
    pub when: CodeId,
    /// Days running on which it must hold.
    pub sustained_days: u16,
    /// The last day that counts.
    pub last_day: u16,
}

/// Actors that decide on the same state.
#[derive(Clone, Debug)]
pub struct Turn {
    /// In the order of their names.
    pub actors: Vec<ActorId>,
    /// Their actions in the order of the names.
    pub actions: Vec<ActionId>,
}

/// Effects of one source on one variable that arrive on later days.
#[derive(Clone, Copy, Debug)]
pub struct PendingRow {
    /// What changes.
    pub variable: VariableId,
    /// How many days ahead the farthest arrives, ≥ 1: the length of its ring.
    pub reach_days: u16,
}
