//! What is known of a program before its first day, laid out for the loops over lanes.
//!
//! Most quantities of most scenarios are plain numbers. An [`Engine`](super::Engine) looks once
//! which are, so that the hot loops take them as scalars and keep what they sum in registers; the
//! operations and their order are those of the general way, so no bit hangs on it.

mod plain;

pub(in crate::engine) use plain::{Gate, PlainTrack};

use crate::base::index::{ActionId, ActorId, CodeId, Id, IdVec, VariableId};
use crate::engine::day::drift::Drifting;
use crate::engine::day::sample::Contender;
use crate::engine::state::history;
use crate::engine::utility::Side;
use crate::engine::utility::invalidation::Shift;
use crate::engine::utility::linear::{Changes, Measured};
use crate::program::{
    ActionRow, ActorRow, BoundProgram, CodeResult, Input, Operand, Operation, Program, Turn,
    VariableRow,
};
use plain::{asked, gate, plain_options};

/// What is known of a program.
#[derive(Debug)]
pub(in crate::engine) struct Ready {
    /// By action.
    pub(in crate::engine) actions: IdVec<ActionId, ReadyAction>,
    /// By actor.
    pub(in crate::engine) actors: IdVec<ActorId, ReadyActor>,
    /// By track: its options, where all are plain and few enough for `Contenders`, and its
    /// actor anticipates nobody.
    pub(in crate::engine) tracks: Vec<Option<PlainTrack>>,
    /// By turn.
    pub(in crate::engine) turns: Vec<ReadyTurn>,
    /// The variables on which effects arrive late, with their rows of `Program::pending`.
    pub(in crate::engine) arriving: Vec<(usize, Vec<usize>)>,
    /// The variables that drift by given numbers.
    pub(in crate::engine) drifting: Vec<Drifting>,
    /// Those whose drift has an expression in it.
    pub(in crate::engine) drifting_by_expression: Vec<usize>,
}

/// What is known of a turn.
#[derive(Debug)]
pub(in crate::engine) struct ReadyTurn {
    /// Whether what its actions do does not depend on what the run remembers.
    pub(in crate::engine) forgets: bool,
    /// The variables whose extent its actors ask for.
    pub(in crate::engine) measured: Vec<Measured>,
    /// Its actors' tracks.
    pub(in crate::engine) tracks: Vec<usize>,
}

/// What is known of an action.
#[derive(Debug)]
pub(in crate::engine) struct ReadyAction {
    /// How its condition is judged.
    pub(in crate::engine) opening: Opening,
    /// Whether only its limit, its cooldown or its code say where it is open.
    pub(in crate::engine) is_judged: bool,
    /// How it stands in the rows of decisions.
    pub(in crate::engine) code: u32,
    /// Its plain numbers, where all are.
    pub(in crate::engine) numbers: Option<Numbers>,
    /// What it is in a draw then, where it is open by a mask as numbers.
    pub(in crate::engine) contender: Option<Contender>,
    /// The linear part of its worth to its actor by side, where all amounts are plain numbers.
    pub(in crate::engine) linear: [Option<Changes>; 2],
    /// The most that λ·log₂e is multiplied by in its logit, where it is worth nothing but the linear
    /// part of its success, in plain numbers.
    most: Option<f32>,
    /// By one whom its actor anticipates, what of the reply it may change.
    pub(in crate::engine) shifts: Vec<Shift>,
}

/// How a condition is judged.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) enum Opening {
    /// It always holds.
    Always,
    /// By comparing a variable with a number.
    Compares {
        /// The variable.
        variable: usize,
        /// How.
        comparison: Comparison,
        /// With what.
        number: f32,
    },
    /// By evaluating its code.
    Code(CodeId),
}

/// How a variable is compared with a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::engine) enum Comparison {
    /// It is less.
    Less,
    /// It is less or equal.
    LessOrEqual,
    /// It is greater.
    Greater,
    /// It is greater or equal.
    GreaterOrEqual,
}

/// The plain numbers of an action.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Numbers {
    pub(in crate::engine) success: f32,
    /// Appeal less cost.
    pub(in crate::engine) charm: f32,
    pub(in crate::engine) odds: f32,
}

/// One variable's part in the linear worth of an action.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Term {
    pub(in crate::engine) variable: usize,
    /// The row of the actor's gradient.
    pub(in crate::engine) slope: usize,
    /// By how much it changes where there is room.
    pub(in crate::engine) amount: f32,
    /// The variable's bounds.
    pub(in crate::engine) min: f32,
    pub(in crate::engine) max: f32,
}

/// What is known of an actor.
#[derive(Debug)]
pub(in crate::engine) struct ReadyActor {
    /// Whether it sees the world as it is and deliberates on all days, on plain tracks alone, with
    /// no effect of its own on its way: then it chooses, and that is all.
    pub(in crate::engine) is_plain: bool,
    /// The variables of the hypothetical states on which it evaluates goals; none where its goals
    /// are linear and it reckons with nobody.
    pub(in crate::engine) imagined: Vec<usize>,
    /// The variables whose extent it asks for.
    pub(in crate::engine) measured: Vec<Measured>,
}

impl Ready {
    pub(in crate::engine) fn new(bound: &BoundProgram<'_>) -> Self {
        let program = bound.program;
        let drifts = |(id, row): (VariableId, &VariableRow)| {
            (row.reversion.is_some() || row.shock.is_some()).then_some(id.index())
        };
        let (drifting_by_expression, drifting): (Vec<_>, Vec<_>) = program
            .variables
            .enumerate()
            .filter_map(drifts)
            .partition(|&index| has_expression(&program.variables.as_slice()[index]));
        let of_numbers = |index| Drifting::new(bound, index, &program.variables.as_slice()[index]);
        let actions: IdVec<ActionId, ReadyAction> = program
            .actions
            .iter()
            .map(|row| ReadyAction::new(bound, row))
            .collect();
        let asked = asked(program);
        let mut tracks: Vec<_> = (0..program.n_tracks).map(|_| None).collect();
        // Whoever anticipates looks at all that is open to it before it values any of it.
        let simple = program
            .actors
            .iter()
            .filter(|actor| actor.anticipates.is_empty());
        for track in simple.flat_map(|actor| &actor.tracks) {
            tracks[track.index] = plain_options(bound, track, &actions, &asked);
        }
        let of_turn = |turn: &Turn| {
            let tracks = || {
                turn.actors
                    .iter()
                    .flat_map(|&id| &program.actors[id].tracks)
            };
            let all = tracks().flat_map(|track| &track.actions);
            ReadyTurn {
                forgets: !remembers(program, turn),
                measured: Measured::of(all.flat_map(|&id| actions[id].terms())),
                tracks: tracks().map(|track| track.index).collect(),
            }
        };
        let actors: IdVec<ActorId, ReadyActor> = program
            .actors
            .iter()
            .map(|actor| ReadyActor::new(bound, actor, &actions, &tracks))
            .collect();
        Self {
            tracks,
            turns: program.turns.iter().map(of_turn).collect(),
            arriving: arriving(program),
            drifting: drifting.into_iter().map(of_numbers).collect(),
            drifting_by_expression,
            actions,
            actors,
        }
    }
}

impl Ready {
    /// By track, whether it is plain and noted.
    pub(in crate::engine) fn are_noted(&self) -> impl Iterator<Item = bool> {
        let tracks = self.tracks.iter();
        tracks.map(|track| track.as_ref().is_some_and(|track| track.is_noted))
    }
}

impl ReadyAction {
    fn new(bound: &BoundProgram<'_>, row: &ActionRow) -> Self {
        let program = bound.program;
        let numbers = Numbers::of(bound, row);
        let linear = Side::BOTH.map(|side| changes(bound, row, side));
        let is_linear = program.actors[row.actor].risk.is_none()
            && matches!(program.actors[row.actor].precision, Input::Parameter(_))
            && row.dependencies.residuals.is_empty()
            && !row.invalidates.contains(&true)
            && !Side::Failure.does_anything(&row.effects);
        let most = match (is_linear, numbers, &linear[0]) {
            (true, Some(numbers), Some(changes)) => {
                Some(max_worth(program, row, numbers, &changes.terms))
            }
            _ => None,
        };
        let opening = opening(program, row);
        Self {
            is_judged: matches!(gate(program, row, opening), Gate::Judged),
            opening,
            code: history::code(row.alternative),
            numbers,
            contender: numbers.map(|numbers| numbers.contender(row, Gate::Judged)),
            linear,
            most,
            shifts: program.actors[row.actor]
                .anticipates
                .iter()
                .map(|anticipation| Shift::new(program, row, anticipation))
                .collect(),
        }
    }
}

impl ReadyAction {
    /// What it changes, in plain numbers, whether it succeeds or fails.
    fn terms(&self) -> impl Iterator<Item = &Term> {
        let changes = self.linear.iter().flatten();
        changes.flat_map(|changes| &changes.terms)
    }
}

impl Numbers {
    fn of(bound: &BoundProgram<'_>, row: &ActionRow) -> Option<Self> {
        Some(Self {
            success: bound.constant(row.success)?,
            charm: bound.constant(row.appeal)? - bound.constant(row.cost)?,
            odds: bound.constant(row.daily_odds)?,
        })
    }
}

/// The greatest worth of an action, whatever the sign: no normalised weight exceeds 1, so no slope
/// exceeds its largest coefficient.
fn max_worth(program: &Program, row: &ActionRow, numbers: Numbers, terms: &[Term]) -> f32 {
    let gradient = &program.actors[row.actor].gradient;
    let of_term = |term: &Term| {
        let coefficients = gradient[term.slope].terms.iter();
        let most = coefficients.fold(0.0_f32, |most, (_, c)| most.max(c.abs()));
        most * term.amount.abs()
    };
    terms.iter().map(of_term).sum::<f32>() + numbers.charm.abs()
}

/// Each variable once.
fn distinct(mut variables: Vec<usize>) -> Vec<usize> {
    variables.sort_unstable();
    variables.dedup();
    variables
}

impl ReadyActor {
    fn new(
        bound: &BoundProgram<'_>,
        actor: &ActorRow,
        actions: &IdVec<ActionId, ReadyAction>,
        tracks: &[Option<PlainTrack>],
    ) -> Self {
        let program = bound.program;
        let options = || actor.tracks.iter().flat_map(|track| &track.actions);
        let measured = Measured::of(options().flat_map(|&id| actions[id].terms()));
        let mut imagined: Vec<usize> = Vec::new();
        for &action in options() {
            let row = &program.actions[action];
            for &index in &row.dependencies.residuals {
                if let Some(residual) = actor.imperatives[index].residual {
                    imagined.extend(program.codes[residual].reads.iter().map(|id| id.index()));
                }
            }
            if !row.dependencies.residuals.is_empty() {
                imagined.extend(row.effects.iter().map(|touch| touch.variable.index()));
            }
        }
        if !actor.anticipates.is_empty() {
            imagined.extend(program.variables.ids().map(Id::index));
        }
        let mut own_tracks = actor.tracks.iter();
        Self {
            is_plain: actor.perceives.is_empty()
                && bound.constant(actor.tempo) == Some(1.0)
                && actor.pending.is_empty()
                && imagined.is_empty()
                && own_tracks.all(|track| tracks[track.index].is_some()),
            imagined: distinct(imagined),
            measured,
        }
    }
}

/// The rows of `Program::pending` by variable, in their order.
fn arriving(program: &Program) -> Vec<(usize, Vec<usize>)> {
    let of = |variable: VariableId| {
        let rows = program.pending.iter().enumerate();
        rows.filter(move |(_, row)| row.variable == variable)
            .map(|(index, _)| index)
            .collect()
    };
    let all = program.variables.ids().map(|id| (id.index(), of(id)));
    all.filter(|(_, rows): &(usize, Vec<usize>)| !rows.is_empty())
        .collect()
}

/// Whether a variable's drift has an expression in it.
fn has_expression(row: &VariableRow) -> bool {
    let of_reversion = row.reversion.map(|it| [it.baseline, it.share]);
    let of_shock = row.shock.map(|it| it.volatility);
    let inputs = of_reversion.into_iter().flatten().chain(of_shock);
    inputs
        .into_iter()
        .any(|input| matches!(input, Input::Code(..)))
}

/// Whether the success or an effect of an action of the turn reads what the run remembers.
fn remembers(program: &Program, turn: &Turn) -> bool {
    let actions = turn.actions.iter().map(|&action| &program.actions[action]);
    let mut inputs = actions.flat_map(|row| {
        let amounts = row
            .effects
            .iter()
            .flat_map(|touch| [touch.success, touch.failure]);
        amounts.flatten().chain([row.success])
    });
    inputs.any(|input| match input {
        Input::Parameter(_) => false,
        Input::Code(code, _) => program.codes[code].instructions.iter().any(|step| {
            matches!(
                step.operation,
                Operation::CountAction(_)
                    | Operation::CountEvent(_)
                    | Operation::DaysSinceAction(..)
                    | Operation::DaysSinceEvent(..)
                    | Operation::HappenedAction(_)
                    | Operation::HappenedEvent(_)
                    | Operation::SucceededAction(_)
            )
        }),
    })
}

fn opening(program: &Program, row: &ActionRow) -> Opening {
    let Some(requires) = row.requires else {
        return Opening::Always;
    };
    let code = &program.codes[requires];
    let [step] = code.instructions.as_slice() else {
        return Opening::Code(requires);
    };
    if code.fault.is_some() || code.result != CodeResult::Condition(step.to) {
        return Opening::Code(requires);
    }
    use Operand::{Constant, Variable};
    let (variable, comparison, constant) = match step.operation {
        Operation::Less(Variable(x), Constant(c)) => (x, Comparison::Less, c),
        Operation::Less(Constant(c), Variable(x)) => (x, Comparison::Greater, c),
        Operation::LessOrEqual(Variable(x), Constant(c)) => (x, Comparison::LessOrEqual, c),
        Operation::LessOrEqual(Constant(c), Variable(x)) => (x, Comparison::GreaterOrEqual, c),
        _ => return Opening::Code(requires),
    };
    Opening::Compares {
        variable: variable.index(),
        comparison,
        number: program.constants[constant as usize],
    }
}

/// What counts of one side, where no amount of that side is an expression (which would have to be
/// evaluated whether or not it counts) and all that count are plain numbers.
fn changes(bound: &BoundProgram<'_>, row: &ActionRow, side: Side) -> Option<Changes> {
    let mut terms = Vec::new();
    for (touch, slope) in row.effects.iter().zip(&row.dependencies.gradient) {
        let Some(input) = side.of(touch) else {
            continue;
        };
        if let Input::Code(..) = input {
            return None;
        }
        if let Some(slope) = *slope {
            let variable = &bound.program.variables[touch.variable];
            terms.push(Term {
                variable: touch.variable.index(),
                slope,
                amount: bound.constant(input)?,
                min: variable.min,
                max: variable.max,
            });
        }
    }
    Some(Changes::new(terms))
}
