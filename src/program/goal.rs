//! Which goals depend on an action.
//!
//! goal = constant + Σ cᵥ·xᵥ + residual. The linear part needs no evaluation on hypothetical
//! states: its change is the actor's gradient times the changes of the variables. The constant
//! cancels, since a utility is a difference.

use super::code::Code;
use super::patch::Patch;
use super::tables::{EffectRow, GoalDependencies, GradientRow, ImperativeRow, Input};
use crate::base::index::{CodeId, IdVec, VariableId};
use std::collections::BTreeSet;

/// The goals of an actor, split into linear part and residuals.
pub(super) struct Goals {
    pub(super) imperatives: Vec<ImperativeRow>,
    pub(super) gradient: Vec<GradientRow>,
    /// By imperative: the variables whose change requires the residual to be evaluated. These are
    /// the variables that the residual reads, or, if it can fault, all that the goal reads.
    pub(super) residual_reads: Vec<BTreeSet<VariableId>>,
}

impl Goals {
    /// The goals that depend on an action with these effects.
    pub(super) fn dependencies(
        &self,
        effects: &[EffectRow],
        codes: &IdVec<CodeId, Code>,
    ) -> GoalDependencies {
        let gradient_row = |effect: &EffectRow| {
            let mut rows = self.gradient.iter();
            rows.position(|row| row.variable == effect.variable)
        };
        let changes_any = |reads: &BTreeSet<VariableId>| {
            let mut effects = effects.iter();
            effects.any(|effect| reads.contains(&effect.variable))
        };
        let residuals: Vec<usize> = (0..self.imperatives.len())
            .filter(|&index| changes_any(&self.residual_reads[index]))
            .collect();
        let patches = |amount: fn(&EffectRow) -> Option<Input>| {
            let effect_index = |variable: VariableId| {
                let mut effects = effects.iter();
                let index = effects
                    .position(|effect| effect.variable == variable && amount(effect).is_some())?;
                Some(index as u32)
            };
            let patch = |&index: &usize| {
                let code = &codes[self.imperatives[index].residual?];
                Some((index, Patch::new(code, effect_index)?))
            };
            residuals.iter().filter_map(patch).collect()
        };
        GoalDependencies {
            gradient: effects.iter().map(gradient_row).collect(),
            patches: [
                patches(|effect| effect.success),
                patches(|effect| effect.failure),
            ],
            residuals,
        }
    }
}
