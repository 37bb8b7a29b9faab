//! How the sampler of alternatives decides whether an action is available.

use crate::engine::plan::precondition::{Comparison, Precondition};
use crate::program::{ActionRow, Program};

/// Where an action is available to an activated actor.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gate {
    /// Where a variable is within a bound. The sampler compares it.
    Threshold {
        /// Index of the variable.
        variable: usize,
        /// The bound of the variable.
        threshold: Threshold,
    },
    /// Where a mask holds that is computed before sampling from limit, cooldown and precondition.
    Evaluated,
}

/// An inclusive bound of a number, stated so that one comparison serves upper and lower bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threshold {
    /// Bits by which the sign is flipped before the comparison: those of −0 for a lower bound.
    pub(crate) sign: u32,
    /// The maximum after the sign is flipped.
    pub(crate) max: f32,
}

impl Threshold {
    /// The condition x ≤ max.
    pub(crate) const fn at_most(max: f32) -> Self {
        Self { sign: 0, max }
    }

    /// The condition x ≥ min, compared as −x ≤ −min.
    pub(crate) const fn at_least(min: f32) -> Self {
        Self {
            sign: 1 << 31,
            max: -min,
        }
    }
}

impl Gate {
    pub(crate) fn new(program: &Program, row: &ActionRow, precondition: Precondition) -> Self {
        if row.limit.is_some() || row.cooldown_days > 0 {
            return Gate::Evaluated;
        }
        match precondition {
            Precondition::Compares {
                variable,
                comparison,
                number,
            } => Gate::Threshold {
                variable,
                threshold: match comparison {
                    Comparison::Less => Threshold::at_most(number.next_down()),
                    Comparison::LessOrEqual => Threshold::at_most(number),
                    Comparison::Greater => Threshold::at_least(number.next_up()),
                    Comparison::GreaterOrEqual => Threshold::at_least(number),
                },
            },
            Precondition::Always if !program.variables.is_empty() => Gate::Threshold {
                variable: 0,
                threshold: Threshold::at_most(f32::INFINITY),
            },
            _ => Gate::Evaluated,
        }
    }
}
