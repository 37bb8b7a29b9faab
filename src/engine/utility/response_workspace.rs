//! The evaluated responses of one anticipated actor, on s⁺ and on one other hypothetical state.

use crate::engine::lanes::{Lanes, Mask, intersect, select, to_mask};
use crate::engine::plan::invalidation::InvalidatedParts;
use crate::engine::utility::logit::{compute_action_weight, compute_waiting_weight};
use crate::engine::utility::residual::CachedResidual;
use crate::program::Program;

/// Index of what was evaluated on s⁺.
pub(crate) const EXPECTED: usize = 0;
/// Index of what was evaluated on the current hypothetical state.
pub(crate) const CURRENT: usize = 1;

/// Scratch buffers for the responses of one anticipated actor.
#[derive(Debug)]
pub(crate) struct ResponseWorkspace<const L: usize> {
    /// By effect of the current response: the variable after it.
    pub(crate) after: Vec<Lanes<L>>,
    /// Residuals of the anticipating actor.
    pub(crate) own_residuals: ResidualCache<L>,
    pub(crate) responder_residuals: ResidualCache<L>,
    /// By action of the responder through its tracks, on s⁺ and on the current state.
    pub(crate) responses: [Vec<EvaluatedResponse<L>>; 2],
    /// The weights of the actions of a track.
    pub(crate) weights: Vec<Lanes<L>>,
}

/// The residuals of an actor, by imperative.
#[derive(Debug)]
pub(crate) struct ResidualCache<const L: usize> {
    /// On s⁺, and on the current state.
    pub(crate) cached: [Vec<CachedResidual<L>>; 2],
    /// Which of the two is valid on the current state.
    pub(crate) valid: Vec<usize>,
}

impl<const L: usize> ResidualCache<L> {
    fn new(n: usize) -> Self {
        Self {
            cached: [
                vec![CachedResidual::new(); n],
                vec![CachedResidual::new(); n],
            ],
            valid: vec![EXPECTED; n],
        }
    }

    /// The residual of an imperative on the current state.
    #[inline(always)]
    pub(crate) fn current(&mut self, imperative: usize) -> &mut CachedResidual<L> {
        &mut self.cached[self.valid[imperative]][imperative]
    }
}

/// One response, where it is available to the responder.
#[derive(Clone, Debug)]
pub(crate) struct EvaluatedResponse<const L: usize> {
    /// Whether it is available in any lane.
    pub(crate) is_available: bool,
    pub(crate) available: Mask<L>,
    pub(crate) logit: Lanes<L>,
    pub(crate) odds: Lanes<L>,
    /// Its expected value to the anticipating actor.
    pub(crate) value: Lanes<L>,
}

/// The responses on one track, each part from the state on which it was evaluated.
#[derive(Clone, Copy)]
pub(crate) struct TrackResponses<'a, const L: usize> {
    /// As evaluated on s⁺.
    pub(crate) expected: &'a [EvaluatedResponse<L>],
    /// As evaluated on the current state.
    pub(crate) current: &'a [EvaluatedResponse<L>],
    /// The parts that were evaluated on the current state, if that is not s⁺.
    pub(crate) invalidated: Option<&'a [InvalidatedParts]>,
}

/// The parts of one response.
#[derive(Clone, Copy)]
struct ResponseParts<'a, const L: usize> {
    available: &'a Mask<L>,
    logit: &'a Lanes<L>,
    odds: &'a Lanes<L>,
    value: &'a Lanes<L>,
}

impl<'a, const L: usize> TrackResponses<'a, L> {
    /// Response k, if it is available in any lane.
    #[inline(always)]
    fn response(self, k: usize) -> Option<ResponseParts<'a, L>> {
        let source = |is_current: bool| match is_current {
            true => &self.current[k],
            false => &self.expected[k],
        };
        let parts = self
            .invalidated
            .map_or(InvalidatedParts::NONE, |invalidated| invalidated[k]);
        let latest = source(parts.any());
        latest.is_available.then_some(ResponseParts {
            available: &latest.available,
            logit: &source(parts.choice).logit,
            odds: &source(parts.choice).odds,
            value: &source(parts.value).value,
        })
    }
}

impl<const L: usize> ResponseWorkspace<L> {
    pub(crate) fn new(program: &Program, max_effects: usize, max_imperatives: usize) -> Self {
        let zeros = |count: usize| vec![Lanes::<L>::splat(0.0); count];
        let response = EvaluatedResponse {
            is_available: false,
            available: Mask::<L>::splat(0),
            logit: Lanes::<L>::splat(0.0),
            odds: Lanes::<L>::splat(0.0),
            value: Lanes::<L>::splat(0.0),
        };
        let counts = program.actors.iter().map(|actor| {
            let tracks = actor.tracks.iter();
            tracks.map(|track| track.actions.len()).sum::<usize>()
        });
        let max_actions = counts.max().unwrap_or(0);
        Self {
            after: zeros(max_effects),
            own_residuals: ResidualCache::new(max_imperatives),
            responder_residuals: ResidualCache::new(max_imperatives),
            responses: [
                vec![response.clone(); max_actions],
                vec![response; max_actions],
            ],
            weights: zeros(max_actions),
        }
    }
}

/// Adds Σ P·V over the responses on one track: the expected value of the response.
#[inline(always)]
pub(crate) fn add_expected_response<const L: usize>(
    value: &mut Lanes<L>,
    responses: TrackResponses<'_, L>,
    active: &Mask<L>,
    weights: &mut [Lanes<L>],
) {
    let n = responses.expected.len();
    let mut largest = Lanes::<L>::splat(0.0);
    let mut is_any_available = false;
    for k in 0..n {
        let Some(ResponseParts {
            available,
            odds,
            logit,
            ..
        }) = responses.response(k)
        else {
            continue;
        };
        is_any_available = true;
        for lane in 0..L {
            let counts = available[lane] & active[lane] & to_mask(odds[lane] > 0.0);
            let is_higher = counts & to_mask(logit[lane] > largest[lane]);
            largest[lane] = select(is_higher, logit[lane], largest[lane]);
        }
    }
    if !is_any_available {
        return;
    }
    let mut total = Lanes::<L>::splat(0.0);
    compute_waiting_weight(&mut total, &largest);
    for k in 0..n {
        let Some(response) = responses.response(k) else {
            continue;
        };
        let mut available = *response.available;
        intersect(&mut available, active);
        let weight = &mut weights[k];
        compute_action_weight(weight, &available, response.odds, response.logit, &largest);
        for lane in 0..L {
            total[lane] += weight[lane];
        }
    }
    for k in 0..n {
        let Some(response) = responses.response(k) else {
            continue;
        };
        let weight = &weights[k];
        for lane in 0..L {
            let part = weight[lane] / total[lane] * response.value[lane];
            let is_available = response.available[lane] & active[lane];
            value[lane] += select(is_available, part, 0.0);
        }
    }
}
