//! The effects of each step of the day, summed by variable.
//!
//! Effects on a variable are summed in the order of their sources' names and clamped once. They are
//! laid out by variable before day 1, so that the sums stay in registers.

use crate::base::index::Id;
use crate::engine::state::packed_history::alternative_code;
use crate::program::{BoundProgram, EffectRow};
use crate::scenario::Timing;

/// The effects of all steps of the day. A source is an action, or an event after all actions.
#[derive(Debug)]
pub(crate) struct EffectPlan {
    /// By turn, and last for the events: the sums by variable.
    pub(crate) sums: Vec<Vec<EffectSum>>,
    /// By source: the effects that are more than a constant added on the day itself.
    pub(crate) evaluated: Vec<Vec<EvaluatedEffect>>,
    pub(crate) n_sources: usize,
    /// Number of amounts that are evaluated and added on the day itself.
    pub(crate) n_amounts: usize,
}

/// The effects on one variable in one step of the day, in the order of their sources' names.
#[derive(Debug)]
pub(crate) struct EffectSum {
    /// Index of the variable.
    pub(crate) variable: usize,
    pub(crate) summands: Vec<Summand>,
    /// Whether all summands are constants so small that no sum of them can overflow.
    pub(crate) is_finite: bool,
}

/// Effects on one variable that are added in one pass.
#[derive(Debug)]
pub(crate) enum Summand {
    /// At most [`MAX_GROUP`] constants.
    Constants(Vec<ConstantEffect>),
    /// The evaluated amount of one effect.
    Evaluated {
        /// The action or event.
        source: usize,
        /// Index of the evaluated amount.
        amount: usize,
    },
}

/// A constant that is added where its source succeeded or occurred.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConstantEffect {
    /// The action or event.
    pub(crate) source: usize,
    /// Where the source succeeded or occurred.
    pub(crate) occurrence: OccurrenceCode,
    pub(crate) amount: f32,
}

/// Where an action succeeded or an event occurred: the lanes of a row that hold a code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OccurrenceCode {
    /// The row of the action's track, or the event's own row.
    pub(crate) row: usize,
    /// The code of the action, or all ones.
    pub(crate) code: u32,
}

/// An effect that is more than a constant added on the day itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EvaluatedEffect {
    /// Index among the source's effects.
    pub(crate) effect: usize,
    /// Index of the evaluated amount, if a part is added on the day itself.
    pub(crate) amount: Option<usize>,
}

/// Maximum number of constants that are added in one pass.
pub(crate) const MAX_GROUP: usize = 4;

impl EffectPlan {
    pub(crate) fn new(bound: &BoundProgram) -> Self {
        let program = &*bound.program;
        let n_sources = program.actions.len() + program.events.len();
        let mut plan = Self {
            sums: Vec::new(),
            evaluated: vec![Vec::new(); n_sources],
            n_sources,
            n_amounts: 0,
        };
        for turn in &program.turns {
            let sources = turn.actions.iter().map(|&id| {
                let row = &program.actions[id];
                let occurrence = OccurrenceCode {
                    row: n_sources + row.track,
                    code: alternative_code(row.alternative),
                };
                (id.index(), occurrence, row.effects.as_slice(), row.timing)
            });
            plan.add_step(bound, sources);
        }
        let sources = program.events_by_name.iter().map(|&id| {
            let row = &program.events[id];
            let source = program.actions.len() + id.index();
            let occurrence = OccurrenceCode {
                row: source,
                code: u32::MAX,
            };
            (source, occurrence, row.effects.as_slice(), row.timing)
        });
        plan.add_step(bound, sources);
        plan
    }

    /// Lays out a step of the day.
    fn add_step<'a>(
        &mut self,
        bound: &BoundProgram,
        sources: impl Iterator<Item = (usize, OccurrenceCode, &'a [EffectRow], Timing)>,
    ) {
        let mut sums: Vec<EffectSum> = Vec::new();
        for (source, occurrence, effects, timing) in sources {
            for (index, effect) in effects.iter().enumerate() {
                let constant = constant_amount(bound, effect)
                    // Adding 0 makes −0 to +0, so that a masked 0 leaves any sum as it is.
                    .map(|amount| daily_part(amount, timing) + 0.0)
                    .filter(|_| is_constant_today(bound, effect));
                let is_today = timing.delay_days == 0;
                let amount = self.n_amounts;
                if constant.is_none() {
                    self.evaluated[source].push(EvaluatedEffect {
                        effect: index,
                        amount: is_today.then_some(amount),
                    });
                    self.n_amounts += usize::from(is_today);
                }
                if !is_today {
                    continue;
                }
                let sum = sum_of_variable(&mut sums, effect.variable.index());
                let Some(constant) = constant else {
                    sum.summands.push(Summand::Evaluated { source, amount });
                    continue;
                };
                let constant = ConstantEffect {
                    source,
                    occurrence,
                    amount: constant,
                };
                match sum.summands.last_mut() {
                    Some(Summand::Constants(group)) if group.len() < MAX_GROUP => {
                        group.push(constant);
                    }
                    _ => sum.summands.push(Summand::Constants(vec![constant])),
                }
            }
        }
        for sum in &mut sums {
            let sizes = sum.summands.iter().map(|summand| match summand {
                Summand::Constants(group) => group.iter().map(|one| one.amount.abs()).sum(),
                Summand::Evaluated { .. } => f32::INFINITY,
            });
            // Far enough below the largest f32 that adding any value of a variable cannot overflow.
            sum.is_finite = sizes.sum::<f32>() < 1e30;
        }
        self.sums.push(sums);
    }
}

/// The sum of a variable, which is added if it is new.
fn sum_of_variable(sums: &mut Vec<EffectSum>, variable: usize) -> &mut EffectSum {
    let existing = sums.iter().position(|sum| sum.variable == variable);
    let index = existing.unwrap_or_else(|| {
        sums.push(EffectSum {
            variable,
            summands: Vec::new(),
            is_finite: false,
        });
        sums.len() - 1
    });
    &mut sums[index]
}

/// The amount of an effect if it is a constant and failure adds nothing.
pub(crate) fn constant_amount(bound: &BoundProgram, effect: &EffectRow) -> Option<f32> {
    match effect.failure {
        None => bound.constant(effect.success?),
        Some(_) => None,
    }
}

/// Whether an effect is a constant that is added on the day itself.
pub(crate) fn is_constant_today(bound: &BoundProgram, effect: &EffectRow) -> bool {
    effect.pending.is_none() && constant_amount(bound, effect).is_some()
}

/// The part of an amount that is due on one of its days.
pub(crate) fn daily_part(amount: f32, timing: Timing) -> f32 {
    match timing.over_days {
        0 | 1 => amount,
        days => amount / f32::from(days),
    }
}
