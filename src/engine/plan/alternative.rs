//! What the sampler of alternatives knows of an action on all days.

use crate::base::math::single::Chance;
use crate::engine::plan::constants::ActionConstants;
use crate::engine::plan::gate::{Gate, Threshold};
use crate::engine::state::packed_history::{self, alternative_code};
use crate::program::ActionRow;

/// Maximum number of actions in a choice with constant odds: each has a field in the packed history.
pub(crate) const MAX_ACTIONS: usize = packed_history::MAX_PACKED_ACTIONS;

/// An action whose odds and success probability are constants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChoiceAlternative {
    /// The code of the action in the lanes of a choice.
    pub(crate) code: u32,
    /// The same if the sampler compares a threshold, else 0, since the days on which the action is
    /// available are then counted elsewhere.
    pub(crate) counted_code: u32,
    /// The action is available where the gate value is within this bound.
    pub(crate) threshold: Threshold,
    /// Base odds against waiting. An action with odds 0 is never taken and does not enter the
    /// maximum of the logits: all other weights could vanish relative to it.
    pub(crate) odds: f32,
    /// The success probability, as a bound of a random word.
    pub(crate) success: Chance,
}

impl ChoiceAlternative {
    pub(crate) fn new(constants: ActionConstants, row: &ActionRow, gate: Gate) -> Self {
        let code = alternative_code(row.alternative);
        let (counted_code, threshold) = match gate {
            Gate::Threshold { threshold, .. } => (code, threshold),
            Gate::Evaluated => (0, Threshold::at_least(1.0)),
        };
        Self {
            code,
            counted_code,
            threshold,
            odds: constants.odds,
            success: Chance::of(constants.success),
        }
    }
}
