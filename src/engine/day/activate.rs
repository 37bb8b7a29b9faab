//! Activation: whether an actor chooses on a day.

use crate::base::index::ActorId;
use crate::base::math::single;
use crate::engine::block::Engine;
use crate::engine::lanes::{Lanes, Mask, to_mask};
use crate::engine::utility::context::perceived_situation;

impl<const L: usize> Engine<'_, L> {
    /// Samples where an actor is activated today; `None` if its activation probability is 1.
    #[inline(always)]
    pub(crate) fn sample_activation(&mut self, actor_id: ActorId) -> Option<Mask<L>> {
        let Self {
            bound,
            state,
            evaluator,
            workspace,
            ..
        } = self;
        let actor = &bound.program.actors[actor_id];
        if bound.constant(actor.tempo) == Some(1.0) {
            return None;
        }
        let all = Mask::<L>::splat(u32::MAX);
        let words = state.random_words(bound.site_key(actor.tempo_site, state.day));
        let mut slot = Lanes::<L>::splat(0.0);
        let perceived = perceived_situation(bound, state, &workspace.perceived_state, actor_id);
        let tempo = evaluator.quantity(actor.tempo, &perceived, &all, &mut slot);
        let mut activated = Mask::<L>::splat(0);
        for lane in 0..L {
            activated[lane] = to_mask(single::uniform(words[lane]) < tempo[lane]);
        }
        Some(activated)
    }
}
