//! An actor deliberates: whether it does today, what it sees and expects, and what its options are
//! compared with.

use crate::base::index::{ActorId, Id};
use crate::base::math::single;
use crate::engine::lanes::{Lanes, Mask, any, bit, clamp};
use crate::engine::observer::Observer;
use crate::engine::state::State;
use crate::engine::utility::evaluate::Situation;
use crate::engine::utility::on;
use crate::engine::utility::response::Reckoning;
use crate::engine::{Engine, Mind};
use crate::program::BoundProgram;

impl<const L: usize> Engine<'_, L> {
    /// Lets an actor deliberate on all its tracks and leaves in `scratch.decisions` what it
    /// chose.
    #[inline(always)]
    pub(in crate::engine) fn deliberate<const BITS: u32>(
        &mut self,
        actor_id: ActorId,
        observer: &mut dyn Observer<L>,
    ) {
        let watches = observer.watches_choices();
        let is_plain = self.ready.actors[actor_id].is_plain && !watches;
        let of_tempo;
        let mut deliberating = const { &Mask::of(u32::MAX) };
        if !is_plain {
            self.perceive(actor_id);
            if let Some(mask) = self.who_deliberates(actor_id) {
                of_tempo = mask;
                deliberating = &of_tempo;
            }
        }
        if is_plain || self.face(actor_id, deliberating, watches) {
            let actor = &self.bound.program.actors[actor_id];
            for (index, track) in actor.tracks.iter().enumerate() {
                let decision = &self.scratch.decisions[track.index];
                if is_plain || decision.is_plain {
                    self.choose_plainly::<BITS>(actor_id, track, deliberating);
                } else if !decision.idle
                    && (watches || !self.choose_by_numbers::<BITS>(actor_id, track))
                {
                    self.choose(actor_id, index, track, observer);
                }
            }
        }
        observer.deliberated(&self.state, actor_id);
    }

    /// Puts before an actor, where it deliberates, what is open to it, what it expects and what
    /// options are compared with; tracks of plain options are left for later unless the choice is
    /// watched. Says whether anything may be open to it anywhere.
    #[inline(always)]
    pub(in crate::engine) fn face(
        &mut self,
        actor_id: ActorId,
        deliberating: &Mask<L>,
        watches: bool,
    ) -> bool {
        let actor = &self.bound.program.actors[actor_id];
        let mut is_idle = true;
        for track in &actor.tracks {
            let is_plain = !watches && self.ready.tracks[track.index].is_some();
            let may_be_open = is_plain || self.open_options(actor_id, track, deliberating);
            let decision = &mut self.scratch.decisions[track.index];
            decision.is_plain = is_plain;
            decision.is_noted = false;
            let done = self.scratch.effects.done(track.index);
            decision.set_idle(!may_be_open, done);
            is_idle &= !may_be_open;
        }
        if is_idle {
            return false;
        }
        self.expect(actor_id);
        self.reckon(actor_id);
        true
    }

    /// What the actor's quantities and conditions are read from: the world as it sees it.
    #[inline(always)]
    pub(in crate::engine) fn morning<'a>(
        bound: &'a BoundProgram<'a>,
        state: &'a State<L>,
        beliefs: &'a [Lanes<L>],
        actor: ActorId,
    ) -> Situation<'a, L> {
        let world = state.situation(bound);
        match bound.program.actors[actor].perceives.is_empty() {
            true => world,
            false => on(&world, beliefs),
        }
    }

    /// Where the actor deliberates today; `None` where it does in any case.
    #[inline(always)]
    pub(in crate::engine) fn who_deliberates(&mut self, actor_id: ActorId) -> Option<Mask<L>> {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let actor = &bound.program.actors[actor_id];
        if bound.constant(actor.tempo) == Some(1.0) {
            return None;
        }
        let all = Mask::<L>::of(u32::MAX);
        let words = state.words(bound.site_key(actor.tempo_site, state.day));
        let mut slot = Lanes::<L>::of(0.0);
        let morning = Self::morning(bound, state, &scratch.beliefs, actor_id);
        let tempo = work.input(actor.tempo, &morning, &all, &mut slot);
        let mut mask = Mask::<L>::of(0);
        for lane in 0..L {
            mask[lane] = bit(single::uniform(words[lane]) < tempo[lane]);
        }
        Some(mask)
    }

    /// Leaves s⁺ in `scratch.mind.expected`, unless it is what the actor sees, and what goals are
    /// evaluated on in `scratch.mind.imagined`.
    #[inline(always)]
    pub(in crate::engine) fn expect(&mut self, actor_id: ActorId) {
        let Self {
            bound,
            state,
            scratch,
            ready,
            ..
        } = self;
        let program = bound.program;
        let seen: &[Lanes<L>] = match program.actors[actor_id].perceives.is_empty() {
            true => &state.variables,
            false => &scratch.beliefs,
        };
        let mind = &mut scratch.mind;
        mind.expects = false;
        for row in program.actors[actor_id].pending.clone() {
            let ring = &state.pending[row];
            if !ring.in_use {
                continue;
            }
            if !mind.expects {
                mind.expected.copy_from_slice(seen);
                mind.expects = true;
            }
            let mut sum = Lanes::<L>::of(0.0);
            for slot in &ring.slots {
                for lane in 0..L {
                    sum[lane] += slot[lane];
                }
            }
            let variable = program.pending[row].variable;
            let (min, max) = (
                program.variables[variable].min,
                program.variables[variable].max,
            );
            let expected = &mut mind.expected[variable.index()];
            for lane in 0..L {
                expected[lane] = clamp(expected[lane] + sum[lane], min, max);
            }
        }
        let expected = if mind.expects { &mind.expected } else { seen };
        for &variable in &ready.actors[actor_id].imagined {
            mind.imagined[variable] = expected[variable];
        }
        if mind.expects || !program.actors[actor_id].perceives.is_empty() {
            let variables = &ready.actors[actor_id].measured;
            mind.extents.measure(expected, variables);
        }
    }

    /// Leaves in `scratch.extents` those that variables have in the world, as far as the actors of a
    /// turn ask for them.
    #[inline(always)]
    pub(in crate::engine) fn measure_turn(&mut self, turn: usize) {
        let variables = &self.ready.turns[turn].measured;
        let Self { state, scratch, .. } = self;
        scratch.extents.measure(&state.variables, variables);
    }

    /// The same for one actor.
    #[inline(always)]
    pub(in crate::engine) fn measure_for(&mut self, actor: ActorId) {
        let variables = &self.ready.actors[actor].measured;
        let Self { state, scratch, .. } = self;
        scratch.extents.measure(&state.variables, variables);
    }

    /// Leaves in `scratch.mind` what options are compared with: the residuals on s⁺ that an open
    /// option may change, and the expected replies if the actor waits.
    #[inline(always)]
    pub(in crate::engine) fn reckon(&mut self, actor_id: ActorId) {
        let Self {
            bound,
            state,
            work,
            interests,
            scratch,
            ready,
            ..
        } = self;
        if ready.actors[actor_id].imagined.is_empty() {
            return;
        }
        let program = bound.program;
        let actor = &program.actors[actor_id];
        let options = || actor.tracks.iter().flat_map(|track| &track.actions);
        let morning = Self::morning(bound, state, &scratch.beliefs, actor_id);
        for index in 0..actor.imperatives.len() {
            let mut needed = Mask::<L>::of(0);
            for &action in options() {
                let is_open = scratch.is_open[action.index()];
                if is_open
                    && program.actions[action]
                        .dependencies
                        .residuals
                        .contains(&index)
                {
                    let open = &scratch.open[action.index()];
                    for lane in 0..L {
                        needed[lane] |= open[lane];
                    }
                }
            }
            if any(&needed) {
                let Mind {
                    imagined,
                    residuals,
                    ..
                } = &mut scratch.mind;
                let there = on(&morning, imagined);
                if let Some(residual) = actor.imperatives[index].residual {
                    residuals[index].evaluate(residual, &there, &needed, work);
                }
            }
        }
        if actor.anticipates.is_empty() {
            return;
        }
        let mut any_open = Mask::<L>::of(0);
        for &action in options() {
            let open = &scratch.open[action.index()];
            for lane in 0..L {
                any_open[lane] |= open[lane];
            }
        }
        let mind = &mut scratch.mind;
        mind.insight = *work.input(actor.insight, &morning, &any_open, &mut Lanes::<L>::of(0.0));
        for (k, anticipation) in actor.anticipates.iter().enumerate() {
            let mut needed = Mask::<L>::of(0);
            for &action in options().filter(|&&action| program.actions[action].invalidates[k]) {
                let open = &scratch.open[action.index()];
                for lane in 0..L {
                    needed[lane] |= open[lane];
                }
            }
            if any(&needed) {
                let insight = &mind.insight;
                let two = Reckoning::new(program, interests, actor_id, anticipation, insight);
                let (base, room) = (&mind.imagined, &mut mind.reply[k]);
                mind.replies[k] = two.expected_worth(&morning, base, None, &needed, room, work);
            }
        }
    }
}
