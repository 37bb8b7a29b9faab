//! Tracks on which every utility is affine in the variables, with constant coefficients: only the
//! linear part of success counts.

use crate::base::index::{ActionId, IdVec, SiteId};
use crate::engine::plan::action::ActionPlan;
use crate::engine::plan::affine::AffineEffects;
use crate::engine::plan::alternative::{ChoiceAlternative, MAX_ACTIONS};
use crate::engine::plan::constants::ActionConstants;
use crate::engine::plan::effects::is_constant_today;
use crate::engine::plan::gate::Gate;
use crate::program::{BoundProgram, Operation, Program, TrackRow};

/// A track all of whose alternatives are affine.
#[derive(Debug)]
pub(crate) struct AffineTrack {
    /// The actions of the track; waiting is not among them.
    pub(crate) alternatives: Vec<AffineAlternative>,
    /// Whether the gate of any alternative is evaluated before sampling.
    pub(crate) has_evaluated_gates: bool,
    /// Whether nothing reads the records of its actions before the last day, and all their effects
    /// are constants that apply on the day itself.
    pub(crate) is_packed: bool,
}

/// An action whose utility is the linear part of its success, with constant quantities.
#[derive(Debug)]
pub(crate) struct AffineAlternative {
    pub(crate) action: ActionId,
    /// What the sampler knows of the action.
    pub(crate) alternative: ChoiceAlternative,
    pub(crate) constants: ActionConstants,
    /// The effects on success that enter utility.
    pub(crate) effects: AffineEffects,
    /// Upper bound of |utility|.
    pub(crate) max_abs_utility: f32,
    pub(crate) gate: Gate,
    /// Site of the success.
    pub(crate) success_site: SiteId,
}

impl AffineTrack {
    /// The plan of a track; `None` if an alternative is not affine.
    /// `read_actions` are the actions whose records an expression reads.
    pub(crate) fn new(
        bound: &BoundProgram,
        track: &TrackRow,
        actions: &IdVec<ActionId, ActionPlan>,
        read_actions: &[ActionId],
    ) -> Option<Self> {
        let affine = |&id: &ActionId| {
            let (row, plan) = (&bound.program.actions[id], &actions[id]);
            let constants = plan.constants?;
            Some(AffineAlternative {
                action: id,
                max_abs_utility: plan.max_abs_utility?,
                alternative: ChoiceAlternative::new(constants, row, plan.gate),
                constants,
                effects: plan.affine[0].clone()?,
                gate: plan.gate,
                success_site: row.success_site,
            })
        };
        let is_packed = |id: &ActionId| {
            let row = &bound.program.actions[*id];
            let is_read = row.limit.is_some() || row.cooldown_days > 0 || read_actions.contains(id);
            let mut effects = row.effects.iter();
            !is_read && effects.all(|effect| is_constant_today(bound, effect))
        };
        let alternatives: Vec<_> = track.actions.iter().map(affine).collect::<Option<_>>()?;
        let mut gates = alternatives.iter().map(|alternative| alternative.gate);
        Some(Self {
            has_evaluated_gates: gates.any(|gate| matches!(gate, Gate::Evaluated)),
            alternatives,
            is_packed: track.actions.len() <= MAX_ACTIONS && track.actions.iter().all(is_packed),
        })
    }
}

/// The actions whose records an expression of the program reads.
pub(crate) fn actions_read(program: &Program) -> Vec<ActionId> {
    let instructions = program.codes.iter().flat_map(|code| &code.instructions);
    let actions = instructions.filter_map(|instruction| match instruction.operation {
        Operation::CountAction(id)
        | Operation::DaysSinceAction(id, _)
        | Operation::HappenedAction(id)
        | Operation::SucceededAction(id) => Some(id),
        _ => None,
    });
    actions.collect()
}
