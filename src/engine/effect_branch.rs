//! The two branches of an action: success and failure.

use crate::program::{EffectRow, Input};

/// Whether an action succeeds or fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum EffectBranch {
    /// The action succeeds, and its `effects` apply.
    Success,
    /// The action fails, and its `failure_effects` apply.
    Failure,
}

impl EffectBranch {
    /// Both branches, in the order in which values by branch are stored.
    pub(crate) const BOTH: [EffectBranch; 2] = [EffectBranch::Success, EffectBranch::Failure];

    /// The amount that an effect adds in this branch.
    #[inline(always)]
    pub(crate) fn amount(self, effect: &EffectRow) -> Option<Input> {
        match self {
            EffectBranch::Success => effect.success,
            EffectBranch::Failure => effect.failure,
        }
    }

    /// Whether any effect applies in this branch.
    #[inline(always)]
    pub(crate) fn has_effects(self, effects: &[EffectRow]) -> bool {
        effects.iter().any(|effect| self.amount(effect).is_some())
    }
}
