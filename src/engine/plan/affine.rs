//! Effects with constant amounts: their linear utility is affine in the variables, up to clamping.

use crate::base::index::Id;
use crate::engine::effect_branch::EffectBranch;
use crate::program::{ActionRow, BoundProgram, Input};

/// The effect on one variable that enters the linear utility of an action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AffineTerm {
    /// Index of the variable.
    pub(crate) variable: usize,
    /// Row of the actor's gradient.
    pub(crate) gradient_row: usize,
    /// The change of the variable if no bound clamps it.
    pub(crate) amount: f32,
    /// Lower bound of the variable.
    pub(crate) min: f32,
    /// Upper bound of the variable.
    pub(crate) max: f32,
}

/// The effects of one branch of an action that enter the linear utility of an actor.
#[derive(Clone, Debug)]
pub(crate) struct AffineEffects {
    /// The terms in the order of the effects.
    pub(crate) terms: Vec<AffineTerm>,
    /// The bounds that the terms move toward. An amount of 0 counts for both.
    pub(crate) directions: DirectionBits,
}

impl AffineEffects {
    /// The effects of one branch; `None` if any amount is an expression (which would have to be
    /// evaluated whether or not it counts), or any amount that counts is not a constant.
    pub(crate) fn new(bound: &BoundProgram, row: &ActionRow, branch: EffectBranch) -> Option<Self> {
        let mut terms = Vec::new();
        for (effect, gradient_row) in row.effects.iter().zip(&row.dependencies.gradient) {
            let Some(input) = branch.amount(effect) else {
                continue;
            };
            if let Input::Code(..) = input {
                return None;
            }
            if let Some(gradient_row) = *gradient_row {
                let variable = &bound.program.variables[effect.variable];
                terms.push(AffineTerm {
                    variable: effect.variable.index(),
                    gradient_row,
                    amount: bound.constant(input)?,
                    min: variable.min,
                    max: variable.max,
                });
            }
        }
        let mut directions = DirectionBits::default();
        for term in &terms {
            if term.amount <= 0.0 {
                directions.down |= variable_bit(term.variable);
            }
            if term.amount >= 0.0 {
                directions.up |= variable_bit(term.variable);
            }
        }
        Some(Self { terms, directions })
    }
}

/// Sets of variables, by the bound that they move toward.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DirectionBits {
    /// Variables that move toward their lower bound.
    pub(crate) down: u64,
    /// Variables that move toward their upper bound.
    pub(crate) up: u64,
}

/// The bit of a variable. Several variables may share a bit: a bit that is set means "maybe", one
/// that is not set means "no".
pub(crate) fn variable_bit(variable: usize) -> u64 {
    1 << (variable % 64)
}

/// A variable whose range over the lanes is needed, with the largest changes that are compared with
/// its distances to the bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MeasuredVariable {
    /// Index of the variable.
    pub(crate) variable: usize,
    /// The most negative change, at most 0.
    pub(crate) down: f32,
    /// The most positive change, at least 0.
    pub(crate) up: f32,
    /// Lower bound of the variable.
    pub(crate) min: f32,
    /// Upper bound of the variable.
    pub(crate) max: f32,
}

impl MeasuredVariable {
    /// The variables of the given terms, each once.
    pub(crate) fn from_terms<'a>(terms: impl Iterator<Item = &'a AffineTerm>) -> Vec<Self> {
        let mut variables: Vec<Self> = Vec::new();
        for term in terms {
            let existing = variables
                .iter()
                .position(|one| one.variable == term.variable);
            let index = existing.unwrap_or_else(|| {
                variables.push(Self {
                    variable: term.variable,
                    down: 0.0,
                    up: 0.0,
                    min: term.min,
                    max: term.max,
                });
                variables.len() - 1
            });
            let one = &mut variables[index];
            (one.down, one.up) = (one.down.min(term.amount), one.up.max(term.amount));
        }
        variables.sort_unstable_by_key(|one| one.variable);
        variables
    }
}
