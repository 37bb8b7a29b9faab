//! Propagates the adjoints of anticipated responses to the numbers that they depend on.

use crate::engine::dispatch::{InstructionPath, dispatch};
use crate::engine::gradient::decision_gradient::DecisionGradient;
use crate::engine::gradient::partials::add_product;
use crate::engine::gradient::responder::{EXPECTED, ResponderGradient, is_invalidated};
use crate::engine::gradient::response::ResponseAdjoints;
use crate::engine::lanes::{Lanes, Mask, masked};
use crate::engine::plan::invalidation::Invalidation;
use crate::program::Program;

impl<const L: usize> ResponderGradient<L> {
    /// Propagates the adjoint of the value of a state, and subtracts it from that of s⁺, with which
    /// the state was compared.
    #[inline(always)]
    pub(crate) fn propagate(
        &mut self,
        path: InstructionPath,
        state: usize,
        adjoint: &Lanes<L>,
        invalidation: &Invalidation,
        program: &Program,
        gradient: &mut DecisionGradient<L>,
    ) {
        for lane in 0..L {
            self.expected_adjoint[lane] -= adjoint[lane];
        }
        self.propagate_state(path, state, adjoint, Some(invalidation), program, gradient);
    }

    /// Propagates the adjoint of s⁺, and the adjoints that were accumulated on it.
    #[inline(always)]
    pub(crate) fn propagate_expected(
        &mut self,
        path: InstructionPath,
        program: &Program,
        gradient: &mut DecisionGradient<L>,
    ) {
        if self.is_needed {
            let adjoint = self.expected_adjoint;
            self.propagate_state(path, EXPECTED, &adjoint, None, program, gradient);
        }
    }

    fn propagate_state(
        &mut self,
        path: InstructionPath,
        state: usize,
        adjoint: &Lanes<L>,
        invalidation: Option<&Invalidation>,
        program: &Program,
        gradient: &mut DecisionGradient<L>,
    ) {
        dispatch!(
            path,
            (
                responder: &mut ResponderGradient<L> = self,
                state: usize = state,
                adjoint: &Lanes<L> = adjoint,
                invalidation: Option<&Invalidation> = invalidation,
                program: &Program = program,
                gradient: &mut DecisionGradient<L> = gradient,
            ) -> (),
            _BITS => responder.propagate_inlined(state, adjoint, invalidation, program, gradient)
        )
    }

    #[inline(always)]
    fn propagate_inlined(
        &mut self,
        state: usize,
        adjoint: &Lanes<L>,
        invalidation: Option<&Invalidation>,
        program: &Program,
        gradient: &mut DecisionGradient<L>,
    ) {
        let responder = &program.actors[self.pair.responder];
        let mut first = 0;
        for (k, track) in responder.tracks.iter().enumerate() {
            let current = &self.states[state];
            let (mean, tempo) = (current.means[k], current.tempo);
            add_product(
                &mut gradient.actors[self.pair.responder].tempo,
                &Mask::<L>::splat(u32::MAX),
                adjoint,
                &mean,
                &current.tempo_unit,
            );
            for index in first..first + track.actions.len() {
                let response = self.response(state, index, invalidation);
                if !response.is_available {
                    continue;
                }
                let probability = &self.states[state].probabilities[index];
                let (mut logit, mut value) = (Lanes::<L>::splat(0.0), Lanes::<L>::splat(0.0));
                for lane in 0..L {
                    let value_adjoint = adjoint[lane] * tempo[lane] * probability[lane];
                    value[lane] = masked(response.available[lane], value_adjoint);
                    let excess = response.value[lane] - mean[lane];
                    logit[lane] = masked(response.available[lane], value_adjoint * excess);
                }
                let is_invalidated = is_invalidated(invalidation, index);
                let accumulated = &mut self.accumulated[index];
                if invalidation.is_none() || !is_invalidated {
                    for lane in 0..L {
                        accumulated[0][lane] += logit[lane];
                        accumulated[1][lane] += value[lane];
                    }
                }
                if is_invalidated {
                    let own = [logit, value];
                    let [logit, value] = match invalidation {
                        None => &self.accumulated[index],
                        Some(_) => &own,
                    };
                    let adjoints = ResponseAdjoints {
                        logit,
                        value,
                        precision: &self.states[state].precision,
                    };
                    let response = &self.states[state].responses[index];
                    let has_risk = responder.risk.is_some();
                    response.propagate(self.pair, &adjoints, has_risk, gradient);
                }
            }
            first += track.actions.len();
        }
    }
}
