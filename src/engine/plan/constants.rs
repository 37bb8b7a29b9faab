//! Constant quantities of an action.

use crate::program::{ActionRow, BoundProgram};

/// The quantities of an action that enter a choice, if all of them are constants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActionConstants {
    pub(crate) success: f32,
    /// Appeal minus cost, in utility.
    pub(crate) net_appeal: f32,
    /// Base odds against waiting.
    pub(crate) odds: f32,
}

impl ActionConstants {
    pub(crate) fn new(bound: &BoundProgram, row: &ActionRow) -> Option<Self> {
        Some(Self {
            success: bound.constant(row.success)?,
            net_appeal: bound.constant(row.appeal)? - bound.constant(row.cost)?,
            odds: bound.constant(row.daily_odds)?,
        })
    }
}
