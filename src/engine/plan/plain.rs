//! Tracks all of whose options are plain: worth nothing but the linear part of their success, in
//! plain numbers.

use crate::base::index::{ActionId, IdVec, SiteId};
use crate::base::math::single::Chance;
use crate::engine::day::effects::is_today;
use crate::engine::day::sample::{self, Contender};
use crate::engine::plan::{Comparison, Numbers, Opening, ReadyAction};
use crate::engine::state::history;
use crate::engine::utility::linear::Changes;
use crate::program::{ActionRow, BoundProgram, Operation, Program, TrackRow};

/// A track all of whose options are plain.
#[derive(Debug)]
pub(in crate::engine) struct PlainTrack {
    pub(in crate::engine) options: Vec<PlainOption>,
    /// Whether the gate of any is judged.
    pub(in crate::engine) is_judged: bool,
    /// Whether nothing before the last day asks what was done on it but effects that are plain
    /// numbers.
    pub(in crate::engine) is_noted: bool,
}

/// An option that is worth nothing but the linear part of its success, in plain numbers.
#[derive(Debug)]
pub(in crate::engine) struct PlainOption {
    pub(in crate::engine) action: ActionId,
    /// What it is in a draw.
    pub(in crate::engine) contender: Contender,
    pub(in crate::engine) numbers: Numbers,
    pub(in crate::engine) changes: Changes,
    /// The most that λ·log₂e is multiplied by in its logit.
    pub(in crate::engine) most: f32,
    pub(in crate::engine) gate: Gate,
    /// Where the luck of its success is.
    pub(in crate::engine) site: SiteId,
}

/// Where a plain option is open to those who deliberate.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) enum Gate {
    /// Where a variable is within a bound.
    Window {
        /// The variable.
        variable: usize,
        /// The bound.
        bound: sample::Threshold,
    },
    /// Where it is judged to be, by its limit, its cooldown or its code.
    Judged,
}

impl Numbers {
    /// An action of these numbers in a draw.
    pub(in crate::engine) fn contender(self, row: &ActionRow, gate: Gate) -> Contender {
        let code = history::code(row.alternative);
        let (window, bound) = match gate {
            Gate::Window { bound, .. } => (code, bound),
            Gate::Judged => (0, sample::Threshold::below(1.0)),
        };
        Contender {
            code,
            window,
            bound,
            odds: self.odds,
            luck: Chance::of(self.success),
        }
    }
}

/// The options of a track, where all are plain and few enough.
pub(in crate::engine) fn plain_options(
    bound: &BoundProgram<'_>,
    track: &TrackRow,
    actions: &IdVec<ActionId, ReadyAction>,
    asked: &[ActionId],
) -> Option<PlainTrack> {
    let plain = |&id: &ActionId| {
        let (row, ready) = (&bound.program.actions[id], &actions[id]);
        let numbers = ready.numbers?;
        let gate = gate(bound.program, row, ready.opening);
        Some(PlainOption {
            action: id,
            most: ready.most?,
            contender: numbers.contender(row, gate),
            numbers,
            changes: ready.linear[0].clone()?,
            gate,
            site: row.success_site,
        })
    };
    if track.actions.len() > sample::MOST {
        return None;
    }
    let is_noted = |id: &ActionId| {
        let row = &bound.program.actions[*id];
        let is_asked = row.limit.is_some() || row.cooldown_days > 0 || asked.contains(id);
        !is_asked && row.effects.iter().all(|touch| is_today(bound, touch))
    };
    let options: Vec<_> = track.actions.iter().map(plain).collect::<Option<_>>()?;
    Some(PlainTrack {
        is_judged: options
            .iter()
            .any(|option| matches!(option.gate, Gate::Judged)),
        options,
        is_noted: track.actions.iter().all(is_noted),
    })
}

/// The actions of which an expression of the program asks what the run remembers of them.
pub(in crate::engine) fn asked(program: &Program) -> Vec<ActionId> {
    let steps = program.codes.iter().flat_map(|code| &code.instructions);
    let actions = steps.filter_map(|step| match step.operation {
        Operation::CountAction(id)
        | Operation::DaysSinceAction(id, _)
        | Operation::HappenedAction(id)
        | Operation::SucceededAction(id) => Some(id),
        _ => None,
    });
    actions.collect()
}

pub(in crate::engine) fn gate(program: &Program, row: &ActionRow, opening: Opening) -> Gate {
    use Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
    if row.limit.is_some() || row.cooldown_days > 0 {
        return Gate::Judged;
    }
    let Opening::Compares {
        variable,
        comparison,
        number,
    } = opening
    else {
        return match opening {
            Opening::Always if !program.variables.is_empty() => Gate::Window {
                variable: 0,
                bound: sample::Threshold::above(f32::INFINITY),
            },
            _ => Gate::Judged,
        };
    };
    let bound = match comparison {
        Less => sample::Threshold::above(number.next_down()),
        LessOrEqual => sample::Threshold::above(number),
        Greater => sample::Threshold::below(number.next_up()),
        GreaterOrEqual => sample::Threshold::below(number),
    };
    Gate::Window { variable, bound }
}
