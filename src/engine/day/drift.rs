//! Step 5: variables drift: mean reversion and daily shocks.

use crate::base::index::Id;
use crate::engine::block::Engine;
use crate::engine::day::normals::{ShockNormals, sample_independent};
use crate::engine::dispatch::dispatch;
use crate::engine::lanes::{LaneValue, Lanes, Mask, clamp, not_finite};
use crate::engine::plan::drift::DriftCoefficients;

impl<const L: usize> Engine<'_, L> {
    /// Applies drift to all variables. All expressions read the state before any variable drifts.
    #[inline(always)]
    pub(crate) fn apply_drift(&mut self) {
        self.correlate_shocks();
        // Variables with expressions first, since these read the other variables before they drift.
        for k in 0..self.plan.drift_by_expression.len() {
            let index = self.plan.drift_by_expression[k];
            self.workspace.drifted[index] = self.state.variables[index];
            self.evaluate_drift(index, true);
        }
        for k in 0..self.plan.drift.len() {
            let drift = &self.plan.drift[k];
            let Some(constants) = drift.constants else {
                self.evaluate_drift(drift.variable, false);
                continue;
            };
            let Self {
                bound,
                state,
                evaluator,
                workspace,
                plan,
                ..
            } = self;
            let drift = &plan.drift[k];
            let normals = match &drift.shock {
                Some(shock) => {
                    let normals = &mut workspace.normals;
                    Some(normals.sample(state, bound, drift.variable, shock))
                }
                None => None,
            };
            let x = &mut state.variables[drift.variable];
            drift_variable(x, drift.bounds, constants, normals, &mut evaluator.faults);
        }
        for &index in &self.plan.drift_by_expression {
            self.state.variables[index] = self.workspace.drifted[index];
        }
        let day = self.state.day;
        self.workspace.normals.second_day = match day.is_multiple_of(2) {
            true => 0,
            false => day + 1,
        };
    }

    /// Applies drift to a variable whose coefficients are not all constants, in place, or, if
    /// it `is_deferred`, in `workspace.drifted`.
    fn evaluate_drift(&mut self, index: usize, is_deferred: bool) {
        dispatch!(
            self.evaluator.path,
            (
                engine: &mut Engine<'_, L> = self,
                index: usize = index,
                is_deferred: bool = is_deferred,
            ) -> (),
            _BITS => engine.evaluate_drift_inlined(index, is_deferred)
        )
    }

    #[allow(
        clippy::manual_map,
        reason = "a closure may be compiled without the wide instructions of its caller"
    )]
    #[inline(always)]
    fn evaluate_drift_inlined(&mut self, index: usize, is_deferred: bool) {
        let Self {
            bound,
            state,
            evaluator,
            workspace,
            ..
        } = self;
        let row = &bound.program.variables.as_slice()[index];
        let normals = match &row.shock {
            Some(shock) => Some(workspace.normals.sample(state, bound, index, shock)),
            None => None,
        };
        let all = Mask::<L>::splat(u32::MAX);
        let situation = state.situation(bound);
        let mut slots = [Lanes::<L>::splat(0.0); 3];
        let [baseline_slot, share_slot, sd_slot] = &mut slots;
        let reversion = match row.reversion {
            Some(reversion) => Some((
                evaluator.quantity(reversion.baseline, &situation, &all, baseline_slot),
                evaluator.quantity(reversion.share, &situation, &all, share_slot),
            )),
            None => None,
        };
        let volatility = match row.shock {
            Some(shock) => Some(evaluator.quantity(shock.volatility, &situation, &all, sd_slot)),
            None => None,
        };
        let coefficients = DriftCoefficients {
            reversion,
            volatility,
        };
        let mut to = state.variables[index];
        let bounds = (row.min, row.max);
        drift_variable(
            &mut to,
            bounds,
            coefficients,
            normals,
            &mut evaluator.faults,
        );
        match is_deferred {
            true => workspace.drifted[index] = to,
            false => state.variables[index] = to,
        }
    }

    /// Samples the shocks of correlated variables: the Cholesky factor of their correlations
    /// times independent normal variates.
    #[inline(always)]
    fn correlate_shocks(&mut self) {
        let Self {
            bound,
            state,
            workspace,
            ..
        } = self;
        let ShockNormals {
            first,
            second,
            second_day,
            correlated,
        } = &mut workspace.normals;
        for group in &bound.program.shock_groups {
            for &variable in &group.variables {
                if let Some(shock) = &bound.program.variables[variable].shock {
                    let second = &mut second[variable.index()];
                    let pair = (&mut *first, second, *second_day);
                    let independent = sample_independent(pair, state, bound, shock);
                    correlated[variable.index()] = Some(*independent);
                }
            }
            // From the last row on, so that each row still reads the independent variates.
            for (row, &variable) in group.factor.iter().zip(&group.variables).rev() {
                let mut sum = Lanes::<L>::splat(0.0);
                for (&coefficient, &source) in row.iter().zip(&group.variables) {
                    // Most coefficients of a chain of correlations are 0.
                    if coefficient == 0.0 {
                        continue;
                    }
                    let normals = correlated[source.index()].unwrap_or(Lanes::<L>::splat(0.0));
                    for lane in 0..L {
                        sum[lane] += coefficient * normals[lane];
                    }
                }
                correlated[variable.index()] = Some(sum);
            }
        }
    }
}

/// x' = clamp(x + share·(baseline − x) + volatility·N).
#[inline(always)]
fn drift_variable<const L: usize>(
    x: &mut Lanes<L>,
    (min, max): (f32, f32),
    coefficients: DriftCoefficients<impl LaneValue, impl LaneValue, impl LaneValue>,
    normals: Option<&Lanes<L>>,
    faults: &mut Mask<L>,
) {
    match (coefficients.reversion, coefficients.volatility.zip(normals)) {
        (Some((baseline, share)), Some((volatility, normals))) => {
            for lane in 0..L {
                let reverted = x[lane] + share.in_lane(lane) * (baseline.in_lane(lane) - x[lane]);
                let drifted = reverted + volatility.in_lane(lane) * normals[lane];
                faults[lane] |= not_finite(drifted);
                x[lane] = clamp(drifted, min, max);
            }
        }
        (Some((baseline, share)), None) => {
            for lane in 0..L {
                let drifted = x[lane] + share.in_lane(lane) * (baseline.in_lane(lane) - x[lane]);
                faults[lane] |= not_finite(drifted);
                x[lane] = clamp(drifted, min, max);
            }
        }
        (None, Some((volatility, normals))) => {
            for lane in 0..L {
                let drifted = x[lane] + volatility.in_lane(lane) * normals[lane];
                faults[lane] |= not_finite(drifted);
                x[lane] = clamp(drifted, min, max);
            }
        }
        (None, None) => {}
    }
}
