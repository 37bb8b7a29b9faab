//! Splits goals into a linear part and a residual.
//!
//! goal = constant + Σ cᵥ·xᵥ + residual. The linear part needs no evaluation on hypothetical states.

use super::model::{Arithmetic, Formula, Number, Scenario};
use crate::base::index::VariableId;
use std::collections::BTreeMap;

/// A goal, split into linear part and residual.
#[derive(Debug, Default)]
pub(crate) struct SplitGoal<'a> {
    /// The coefficients cᵥ, by variable.
    pub(crate) coefficients: BTreeMap<VariableId, f64>,
    /// The residual as a sum of terms scale·tree.
    pub(crate) residual: Vec<(f64, &'a Number)>,
}

/// Splits a goal into linear part and residual.
pub(crate) fn split_goal<'a>(scenario: &'a Scenario, goal: &'a Number) -> SplitGoal<'a> {
    let mut split = SplitGoal::default();
    add_term(scenario, goal, 1.0, &mut split);
    split
}

/// Adds scale·tree to a split goal, expanding sums, differences, products with a
/// constant, and linear indicators.
fn add_term<'a>(scenario: &'a Scenario, tree: &'a Number, scale: f64, split: &mut SplitGoal<'a>) {
    match tree {
        Number::Constant(_) => {}
        Number::Variable(variable) => {
            *split.coefficients.entry(*variable).or_insert(0.0) += scale;
        }
        Number::Indicator(indicator) => match &scenario.indicators[*indicator].formula {
            Formula::Number(formula) if is_linear(scenario, &formula.tree, 64) => {
                add_term(scenario, &formula.tree, scale, split);
            }
            _ => split.residual.push((scale, tree)),
        },
        Number::Negate(a) => add_term(scenario, a, -scale, split),
        Number::Arithmetic(Arithmetic::Add, a, b) => {
            add_term(scenario, a, scale, split);
            add_term(scenario, b, scale, split);
        }
        Number::Arithmetic(Arithmetic::Subtract, a, b) => {
            add_term(scenario, a, scale, split);
            add_term(scenario, b, -scale, split);
        }
        Number::Arithmetic(Arithmetic::Multiply, a, b) => {
            match (constant_value(a), constant_value(b)) {
                (Some(factor), _) => add_term(scenario, b, scale * factor, split),
                (_, Some(factor)) => add_term(scenario, a, scale * factor, split),
                _ => split.residual.push((scale, tree)),
            }
        }
        Number::Arithmetic(Arithmetic::Divide, a, b) => match constant_value(b) {
            Some(divisor) if divisor != 0.0 => add_term(scenario, a, scale / divisor, split),
            _ => split.residual.push((scale, tree)),
        },
        _ => split.residual.push((scale, tree)),
    }
}

/// Whether a tree is linear throughout. `depth` limits the expansion of indicators, since a chain in
/// which each uses the previous one twice would be expanded exponentially often.
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

/// The value of a literal or of a negated literal.
fn constant_value(tree: &Number) -> Option<f64> {
    match tree {
        Number::Constant(value) => Some(*value),
        Number::Negate(a) => constant_value(a).map(|value| -value),
        _ => None,
    }
}
