//! Splitting goals into what is linear in the variables and what is not, and what actions are to them.
//!
//! goal = constant + Σ cᵥ·xᵥ + residual. The linear part needs no evaluation on hypothetical
//! states: an option's worth in it is the actor's gradient times the changes of the variables.
//! The constant drops out of every utility, which is a difference.

use super::{Code, Concern, GradientRow, ImperativeRow, Input, Patch, Touch};
use crate::base::index::{CodeId, IdVec, VariableId};
use crate::scenario::{Arithmetic, Formula, Number, Scenario};
use std::collections::{BTreeMap, BTreeSet};

/// An actor's goals, split; what actions need to know of them.
pub(super) struct Goals {
    pub(super) imperatives: Vec<ImperativeRow>,
    pub(super) gradient: Vec<GradientRow>,
    /// For each imperative, the variables whose change makes its residual count: those that the
    /// residual reads, or, where it can fault, all that the goal reads. A goal is looked at for
    /// an option only where the option changes something that the goal reads.
    pub(super) residual_concerns: Vec<BTreeSet<VariableId>>,
}

impl Goals {
    /// How an action with these touches concerns the goals.
    pub(super) fn concern(&self, touches: &[Touch], codes: &IdVec<CodeId, Code>) -> Concern {
        let row_of = |touch: &Touch| {
            self.gradient
                .iter()
                .position(|row| row.variable == touch.variable)
        };
        let changes_any = |concerns: &BTreeSet<VariableId>| {
            touches
                .iter()
                .any(|touch| concerns.contains(&touch.variable))
        };
        let residuals: Vec<usize> = (0..self.imperatives.len())
            .filter(|&index| changes_any(&self.residual_concerns[index]))
            .collect();
        let patches_of = |side: fn(&Touch) -> Option<Input>| {
            let place = |variable: VariableId| {
                let mut touches = touches.iter();
                let place = touches
                    .position(|touch| touch.variable == variable && side(touch).is_some())?;
                Some(place as u32)
            };
            let patch = |&index: &usize| {
                let code = &codes[self.imperatives[index].residual?];
                Some((index, Patch::of(code, place)?))
            };
            residuals.iter().filter_map(patch).collect()
        };
        Concern {
            gradient: touches.iter().map(row_of).collect(),
            patches: [
                patches_of(|touch| touch.success),
                patches_of(|touch| touch.failure),
            ],
            residuals,
        }
    }
}

/// A goal, split.
#[derive(Debug, Default)]
pub(super) struct SplitGoal<'a> {
    /// cᵥ by variable.
    pub(super) coefficients: BTreeMap<VariableId, f64>,
    /// The residual as terms scale·tree.
    pub(super) residual: Vec<(f64, &'a Number)>,
}

/// Splits a goal.
pub(super) fn split_goal<'a>(scenario: &'a Scenario, goal: &'a Number) -> SplitGoal<'a> {
    let mut split = SplitGoal::default();
    add(scenario, goal, 1.0, &mut split);
    split
}

/// Adds scale·tree. Sums, differences, products with a constant and indicators are opened.
fn add<'a>(scenario: &'a Scenario, tree: &'a Number, scale: f64, split: &mut SplitGoal<'a>) {
    match tree {
        Number::Constant(_) => {}
        Number::Variable(variable) => {
            *split.coefficients.entry(*variable).or_insert(0.0) += scale;
        }
        Number::Indicator(indicator) => match &scenario.indicators[*indicator].formula {
            Formula::Number(formula) if is_linear(scenario, &formula.tree, 64) => {
                add(scenario, &formula.tree, scale, split);
            }
            _ => split.residual.push((scale, tree)),
        },
        Number::Negate(a) => add(scenario, a, -scale, split),
        Number::Arithmetic(Arithmetic::Add, a, b) => {
            add(scenario, a, scale, split);
            add(scenario, b, scale, split);
        }
        Number::Arithmetic(Arithmetic::Subtract, a, b) => {
            add(scenario, a, scale, split);
            add(scenario, b, -scale, split);
        }
        Number::Arithmetic(Arithmetic::Multiply, a, b) => {
            match (constant_value(a), constant_value(b)) {
                (Some(factor), _) => add(scenario, b, scale * factor, split),
                (_, Some(factor)) => add(scenario, a, scale * factor, split),
                _ => split.residual.push((scale, tree)),
            }
        }
        Number::Arithmetic(Arithmetic::Divide, a, b) => match constant_value(b) {
            Some(divisor) if divisor != 0.0 => add(scenario, a, scale / divisor, split),
            _ => split.residual.push((scale, tree)),
        },
        _ => split.residual.push((scale, tree)),
    }
}

/// Whether a tree is linear all through. `depth` bounds how deep indicators are opened, so that
/// a chain in which each uses the one before twice is not opened exponentially often.
fn is_linear(scenario: &Scenario, tree: &Number, depth: usize) -> bool {
    fn count(scenario: &Scenario, tree: &Number, depth: usize, left: &mut usize) -> bool {
        if depth == 0 || *left == 0 {
            return false;
        }
        *left -= 1;
        match tree {
            Number::Constant(_) | Number::Variable(_) => true,
            Number::Indicator(indicator) => match &scenario.indicators[*indicator].formula {
                Formula::Number(formula) => count(scenario, &formula.tree, depth - 1, left),
                Formula::Condition(_) => false,
            },
            Number::Negate(a) => count(scenario, a, depth - 1, left),
            Number::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, a, b) => {
                count(scenario, a, depth - 1, left) && count(scenario, b, depth - 1, left)
            }
            Number::Arithmetic(Arithmetic::Multiply, a, b) => {
                (constant_value(a).is_some() && count(scenario, b, depth - 1, left))
                    || (constant_value(b).is_some() && count(scenario, a, depth - 1, left))
            }
            Number::Arithmetic(Arithmetic::Divide, a, b) => {
                constant_value(b).is_some_and(|divisor| divisor != 0.0)
                    && count(scenario, a, depth - 1, left)
            }
            _ => false,
        }
    }
    count(scenario, tree, depth, &mut 1_000)
}

/// The value of a literal, negated any number of times.
fn constant_value(tree: &Number) -> Option<f64> {
    match tree {
        Number::Constant(value) => Some(*value),
        Number::Negate(a) => constant_value(a).map(|value| -value),
        _ => None,
    }
}
