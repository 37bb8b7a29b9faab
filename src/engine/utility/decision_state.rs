//! What an actor compares its alternatives with, and scratch buffers for evaluating them.

use crate::engine::lanes::Lanes;
use crate::engine::utility::ranges::ValueRanges;
use crate::engine::utility::residual::CachedResidual;
use crate::engine::utility::response_workspace::ResponseWorkspace;
use crate::program::Program;

/// The state on which the choosing actor decides.
#[derive(Debug)]
pub(crate) struct DecisionState<const L: usize> {
    /// s⁺: the perceived state after all pending effects of the actor.
    pub(crate) expected_state: Vec<Lanes<L>>,
    /// Whether s⁺ is in `expected_state`; otherwise the actor has no pending effects, and s⁺
    /// is the perceived state.
    pub(crate) has_pending_effects: bool,
    /// The ranges of variables on s⁺, if that is not the true state.
    pub(crate) ranges: ValueRanges,
    /// The state on which goals are evaluated: s⁺, or the state after an action.
    pub(crate) hypothetical_state: Vec<Lanes<L>>,
    /// By effect of the current action: the variable after it.
    pub(crate) after: Vec<Lanes<L>>,
    /// By imperative: the residual of the goal on s⁺.
    pub(crate) residuals: Vec<CachedResidual<L>>,
    /// Share of others' precision that the actor assumes.
    pub(crate) insight: Lanes<L>,
    /// By anticipated actor: the expected value of its response to waiting.
    pub(crate) responses_to_waiting: Vec<Lanes<L>>,
    /// By anticipated actor: its evaluated responses.
    pub(crate) responses: Vec<ResponseWorkspace<L>>,
}

impl<const L: usize> DecisionState<L> {
    /// s⁺ and its ranges, for an actor that perceives the state `perceived`. `true_ranges` are those of
    /// the true state, if the actor perceives that.
    #[inline(always)]
    pub(crate) fn expected<'a>(
        &'a self,
        perceived: &'a [Lanes<L>],
        true_ranges: Option<&'a ValueRanges>,
    ) -> (&'a [Lanes<L>], &'a ValueRanges) {
        match (self.has_pending_effects, true_ranges) {
            (true, _) => (&self.expected_state, &self.ranges),
            (false, Some(ranges)) => (perceived, ranges),
            (false, None) => (perceived, &self.ranges),
        }
    }

    pub(crate) fn new(program: &Program) -> Self {
        let zeros = |count: usize| vec![Lanes::<L>::splat(0.0); count];
        let n_variables = program.variables.len();
        let imperatives = program.actors.iter().map(|actor| actor.imperatives.len());
        let max_imperatives = imperatives.max().unwrap_or(0);
        let anticipated = program.actors.iter().map(|actor| actor.anticipates.len());
        let max_anticipated = anticipated.max().unwrap_or(0);
        let effects = program.actions.iter().map(|action| action.effects.len());
        let max_effects = effects.max().unwrap_or(0);
        Self {
            expected_state: zeros(n_variables),
            has_pending_effects: false,
            ranges: ValueRanges::new(n_variables),
            hypothetical_state: zeros(n_variables),
            after: zeros(max_effects),
            residuals: vec![CachedResidual::new(); max_imperatives],
            insight: Lanes::<L>::splat(0.0),
            responses_to_waiting: zeros(program.actors.len()),
            responses: (0..max_anticipated)
                .map(|_| ResponseWorkspace::new(program, max_effects, max_imperatives))
                .collect(),
        }
    }
}
