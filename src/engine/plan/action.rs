//! What is known of an action before day 1.

use crate::engine::effect_branch::EffectBranch;
use crate::engine::plan::affine::{AffineEffects, AffineTerm};
use crate::engine::plan::alternative::ChoiceAlternative;
use crate::engine::plan::constants::ActionConstants;
use crate::engine::plan::gate::Gate;
use crate::engine::plan::invalidation::Invalidation;
use crate::engine::plan::precondition::Precondition;
use crate::engine::state::packed_history::alternative_code;
use crate::program::{ActionRow, BoundProgram, Input, Program};

/// What is known of an action before day 1.
#[derive(Debug)]
pub(crate) struct ActionPlan {
    /// How its precondition is evaluated.
    pub(crate) precondition: Precondition,
    /// Where it is available to its activated actor.
    pub(crate) gate: Gate,
    /// Its code in the lanes of a choice.
    pub(crate) code: u32,
    /// The quantities that enter a choice, if all are constants.
    pub(crate) constants: Option<ActionConstants>,
    /// What the sampler knows of it, with an evaluated gate, if its quantities are constants.
    pub(crate) alternative: Option<ChoiceAlternative>,
    /// By branch: the effects in its actor's linear utility, if all amounts are constants.
    pub(crate) affine: [Option<AffineEffects>; 2],
    /// Maximum absolute utility, if its utility is only the linear part of its
    /// success, with constant quantities.
    pub(crate) max_abs_utility: Option<f32>,
    /// By actor that its actor anticipates: the parts of the response that it may change.
    pub(crate) invalidations: Vec<Invalidation>,
}

impl ActionPlan {
    pub(crate) fn new(
        bound: &BoundProgram,
        row: &ActionRow,
        invalidations: Vec<Invalidation>,
    ) -> Self {
        let program = &*bound.program;
        let actor = &program.actors[row.actor];
        let constants = ActionConstants::new(bound, row);
        let affine = EffectBranch::BOTH.map(|branch| AffineEffects::new(bound, row, branch));
        let is_affine = actor.risk.is_none()
            && matches!(actor.precision, Input::Parameter(_))
            && row.dependencies.residuals.is_empty()
            && !row.invalidates.contains(&true)
            && !EffectBranch::Failure.has_effects(&row.effects);
        let max_abs_utility = match (is_affine, constants, &affine[0]) {
            (true, Some(constants), Some(effects)) => {
                Some(max_abs_utility(program, row, constants, &effects.terms))
            }
            _ => None,
        };
        let precondition = Precondition::new(program, row);
        let alternative = |constants| ChoiceAlternative::new(constants, row, Gate::Evaluated);
        Self {
            precondition,
            gate: Gate::new(program, row, precondition),
            code: alternative_code(row.alternative),
            constants,
            alternative: constants.map(alternative),
            affine,
            max_abs_utility,
            invalidations,
        }
    }

    /// Whether its availability is evaluated as a mask before sampling.
    #[inline(always)]
    pub(crate) fn has_evaluated_gate(&self) -> bool {
        matches!(self.gate, Gate::Evaluated)
    }

    /// The terms of both branches in its actor's linear utility.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &AffineTerm> {
        let effects = self.affine.iter().flatten();
        effects.flat_map(|effects| &effects.terms)
    }
}

/// An upper bound of |utility|: no normalized weight exceeds 1, so no derivative
/// exceeds its largest coefficient.
fn max_abs_utility(
    program: &Program,
    row: &ActionRow,
    constants: ActionConstants,
    terms: &[AffineTerm],
) -> f32 {
    let gradient = &program.actors[row.actor].gradient;
    let max_of_term = |term: &AffineTerm| {
        let coefficients = gradient[term.gradient_row].terms.iter();
        let max = coefficients.fold(0.0_f32, |max, (_, c)| max.max(c.abs()));
        max * term.amount.abs()
    };
    terms.iter().map(max_of_term).sum::<f32>() + constants.net_appeal.abs()
}
