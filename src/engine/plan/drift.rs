//! The daily drift of a variable, with its coefficients where they are constants.

use crate::program::{BoundProgram, Input, Reversion, Shock, VariableRow};

/// The coefficients of a variable's drift, each a scalar or an array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DriftCoefficients<B, S, V> {
    /// Baseline and share of the mean reversion, if any.
    pub(crate) reversion: Option<(B, S)>,
    /// Standard deviation of the daily shock, if any.
    pub(crate) volatility: Option<V>,
}

/// A variable whose drift contains no expression.
#[derive(Debug)]
pub(crate) struct VariableDrift {
    /// Index of the variable.
    pub(crate) variable: usize,
    /// Lower and upper bound of the variable.
    pub(crate) bounds: (f32, f32),
    pub(crate) shock: Option<Shock>,
    /// The coefficients, if all are constants.
    pub(crate) constants: Option<DriftCoefficients<f32, f32, f32>>,
}

impl VariableDrift {
    pub(crate) fn new(bound: &BoundProgram, variable: usize, row: &VariableRow) -> Self {
        let constants = || {
            let reversion_constants = |reversion: Reversion| -> Option<(f32, f32)> {
                Some((
                    bound.constant(reversion.baseline)?,
                    bound.constant(reversion.share)?,
                ))
            };
            Some(DriftCoefficients {
                reversion: match row.reversion {
                    Some(reversion) => Some(reversion_constants(reversion)?),
                    None => None,
                },
                volatility: match row.shock {
                    Some(shock) => Some(bound.constant(shock.volatility)?),
                    None => None,
                },
            })
        };
        Self {
            variable,
            bounds: (row.min, row.max),
            shock: row.shock,
            constants: constants(),
        }
    }
}

/// Whether the drift of a variable contains an expression.
pub(crate) fn has_expression(row: &VariableRow) -> bool {
    let reversion = row.reversion.map(|it| [it.baseline, it.share]);
    let volatility = row.shock.map(|it| it.volatility);
    let mut inputs = reversion.into_iter().flatten().chain(volatility);
    inputs.any(|input| matches!(input, Input::Code(..)))
}
