//! An actor chooses among its options on one track.
//!
//! The choice is a logit with prior weights, P ∝ r·exp(λu), by inverse CDF of one uniform over
//! waiting and the options by name. Where what decides is plain numbers the weights are not left
//! to be looked at; those who watch choices are shown the general way, which gives the same bits.

use crate::base::index::{ActorId, Id};
use crate::base::math::single;
use crate::base::random::keyed::{self, LaneKey, SiteKey};
use crate::engine::Engine;
use crate::engine::day::sample::{self, Contenders, Draw, pick_option, weigh_options};
use crate::engine::lanes::{Lanes, Mask, Row, bit, keep, select};
use crate::engine::observer::{Choice, Observer};
use crate::engine::plan::{Gate, PlainTrack};
use crate::engine::state::State;
use crate::engine::state::history;
use crate::engine::utility::linear::{LinearWorth, Logit, weigh_logits};
use crate::program::{BoundProgram, Program, TrackRow};

/// Room for one track's choice, by option.
#[derive(Debug)]
pub(in crate::engine) struct TrackRoom<const L: usize> {
    pub(in crate::engine) open: Vec<Mask<L>>,
    /// λ·log₂e·u; of plain options that are bounded, r·2 to that.
    pub(in crate::engine) logits: Vec<Lanes<L>>,
    pub(in crate::engine) odds: Vec<Lanes<L>>,
    /// 1 where the option is open, else 0.
    gates: Vec<Lanes<L>>,
    /// Waiting first.
    pub(in crate::engine) weights: Vec<Lanes<L>>,
}

impl<const L: usize> TrackRoom<L> {
    pub(in crate::engine) fn new(program: &Program) -> Self {
        let tracks = program.actors.iter().flat_map(|actor| &actor.tracks);
        let most = tracks.map(|track| track.actions.len()).max().unwrap_or(0);
        Self {
            open: vec![Mask::<L>::of(0); most],
            logits: vec![Lanes::<L>::of(0.0); most],
            odds: vec![Lanes::<L>::of(0.0); most],
            gates: vec![Lanes::<L>::of(0.0); most],
            weights: vec![Lanes::<L>::of(0.0); most + 1],
        }
    }

    /// Raises `largest` to the logit of option k where it is open and has odds: without odds it is
    /// never taken, and beside it all others could vanish, so that nothing were left to choose from.
    #[inline(always)]
    pub(in crate::engine) fn raise(&self, k: usize, largest: &mut Lanes<L>) {
        let (open, odds, logit) = (&self.open[k], &self.odds[k], &self.logits[k]);
        for lane in 0..L {
            let higher = open[lane] & bit(odds[lane] > 0.0) & bit(logit[lane] > largest[lane]);
            largest[lane] = select(higher, logit[lane], largest[lane]);
        }
    }
}

/// What was chosen on a track today.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Decision<const L: usize> {
    /// Whether nobody of the block had an option.
    pub(in crate::engine) idle: bool,
    /// The code of the option chosen, 0 for waiting.
    pub(in crate::engine) pick: Mask<L>,
    /// Whether what was done with success is known from the draw on; else `luck` is.
    pub(in crate::engine) is_settled: bool,
    /// The codes of the options that were open and whose gate is a window.
    pub(in crate::engine) opened: Mask<L>,
    /// The uniform number that decides whether the chosen action succeeds.
    pub(in crate::engine) luck: Lanes<L>,
    /// Whether all options are plain, and drawn as such.
    pub(in crate::engine) is_plain: bool,
    /// Whether what was chosen and what was open is in the notebook, and not here.
    pub(in crate::engine) is_noted: bool,
}

impl<const L: usize> Decision<L> {
    /// Notes whether nobody of the block has an option, and so nothing is done.
    #[inline(always)]
    pub(in crate::engine) fn set_idle(&mut self, idle: bool, done: &mut Mask<L>) {
        if idle && !self.idle {
            *done = Mask::<L>::of(0);
        }
        self.idle = idle;
    }

    pub(in crate::engine) fn new() -> Self {
        Self {
            idle: true,
            pick: Mask::<L>::of(0),
            is_settled: false,
            opened: Mask::<L>::of(0),
            luck: Lanes::<L>::of(0.0),
            is_plain: false,
            is_noted: false,
        }
    }
}

impl<const L: usize> Engine<'_, L> {
    /// Chooses on one track all of whose options are plain.
    #[inline(always)]
    pub(in crate::engine) fn choose_plainly<const BITS: u32>(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        deliberating: &Mask<L>,
    ) {
        let (mut is_closed, mut n_closed) = ([false; sample::MOST], 0);
        let plain = self.ready.tracks[track.index].as_ref();
        if plain.is_some_and(|plain| plain.is_judged) {
            for (k, &action) in track.actions.iter().enumerate() {
                if self.ready.actions[action].is_judged {
                    is_closed[k] = !self.open_option::<false>(actor_id, action, deliberating);
                    n_closed += usize::from(is_closed[k]);
                    let open = &self.scratch.open[action.index()];
                    open_as_number(&mut self.scratch.track.gates[k], open);
                }
            }
        }
        let Self {
            bound,
            state,
            work,
            interests,
            scratch,
            notebook,
            ready,
        } = self;
        let Some(PlainTrack {
            options, is_noted, ..
        }) = &ready.tracks[track.index]
        else {
            return;
        };
        let decision = &mut scratch.decisions[track.index];
        decision.is_plain = true;
        decision.is_noted = false;
        let done = scratch.effects.done(track.index);
        decision.set_idle(n_closed == options.len(), done);
        if decision.idle {
            return;
        }
        let sees_world = bound.program.actors[actor_id].perceives.is_empty();
        let Some(precision) = &interests.precisions[actor_id.index()] else {
            return;
        };
        let gradient = &interests.gradients[actor_id.index()];
        let are_bounded = interests.are_bounded[track.index];
        let seen = match sees_world {
            true => &state.variables,
            false => &scratch.beliefs,
        };
        let (expected, extents) = match (scratch.mind.expects, sees_world) {
            (true, _) => (&scratch.mind.expected, &scratch.mind.extents),
            (false, true) => (seen, &scratch.extents),
            (false, false) => (seen, &scratch.mind.extents),
        };
        let TrackRoom { logits, gates, .. } = &mut scratch.track;
        let mut is_free = [false; sample::MOST];
        for (k, plain) in options.iter().enumerate() {
            let tight = match is_closed[k] {
                true => 0,
                false => extents.tight(&plain.changes),
            };
            is_free[k] = tight == 0;
            if tight != 0 {
                let (terms, numbers) = (&plain.changes.terms, plain.numbers);
                let worth = LinearWorth { gradient, terms };
                let logit = Logit { precision, numbers };
                worth.on(expected, tight, &mut logits[k], logit);
                if are_bounded {
                    weigh_logits(&mut logits[k], numbers.odds);
                }
            }
        }
        let mut contenders = Contenders::new(&options[0].contender, &logits[0]);
        let keys = bound.site_keys_on(state.day);
        for (k, plain) in options.iter().enumerate() {
            let seen = match plain.gate {
                Gate::Window { variable, .. } => &seen[variable],
                Gate::Judged => &gates[k],
            };
            let weight = match is_free[k] {
                true => &interests.free_weights[plain.action.index()],
                false => &logits[k],
            };
            let site = keys[plain.site.index()];
            contenders.add(&plain.contender, seen, weight, site);
        }
        decision.is_noted = are_bounded && *is_noted;
        let notes = match decision.is_noted {
            true => notebook.page(track.index, state.day),
            false => None,
        };
        contenders.draw::<BITS>(Draw {
            are_bounded,
            state,
            site: keys[track.site.index()],
            deliberating,
            decision,
            done,
            notes,
            picked: &mut scratch.picked,
            faults: &mut work.faults,
        });
    }

    /// Chooses on one track on which somebody has an option, where what decides its options' draw
    /// and success are plain numbers. False where they are not.
    #[inline(always)]
    pub(in crate::engine) fn choose_by_numbers<const BITS: u32>(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
    ) -> bool {
        let mut n_open = 0;
        for &action in &track.actions {
            if self.scratch.is_open[action.index()] {
                if self.ready.actions[action].contender.is_none() || n_open == sample::MOST {
                    return false;
                }
                n_open += 1;
            }
        }
        for (k, &action) in track.actions.iter().enumerate() {
            if self.scratch.is_open[action.index()] {
                let open = self.scratch.open[action.index()];
                self.value_option(actor_id, action, k, &open);
                open_as_number(&mut self.scratch.track.gates[k], &open);
            }
        }
        let Self {
            bound,
            state,
            work,
            scratch,
            ready,
            ..
        } = self;
        let TrackRoom { logits, gates, .. } = &scratch.track;
        let mut all = track.actions.iter();
        let Some(any) = all.find_map(|&action| ready.actions[action].contender.as_ref()) else {
            return false;
        };
        let mut contenders = Contenders::new(any, &logits[0]);
        for (k, &action) in track.actions.iter().enumerate() {
            if let (true, Some(contender)) = (
                scratch.is_open[action.index()],
                &ready.actions[action].contender,
            ) {
                let site = bound.program.actions[action].success_site;
                let site = bound.site_key(site, state.day);
                contenders.add(contender, &gates[k], &logits[k], site);
            }
        }
        contenders.draw::<BITS>(Draw {
            are_bounded: false,
            state,
            site: bound.site_key(track.site, state.day),
            deliberating: &Mask::<L>::of(u32::MAX),
            decision: &mut scratch.decisions[track.index],
            done: scratch.effects.done(track.index),
            notes: None,
            picked: &mut scratch.picked,
            faults: &mut work.faults,
        });
        true
    }

    /// Chooses on one track on which somebody has an option, and shows the choice to the observer.
    #[inline(always)]
    pub(in crate::engine) fn choose(
        &mut self,
        actor_id: ActorId,
        track_index: usize,
        track: &TrackRow,
        observer: &mut dyn Observer<L>,
    ) {
        let total = self.weigh_track(actor_id, track);
        let Self {
            bound,
            state,
            scratch,
            ..
        } = self;
        let words = state.words(bound.site_key(track.site, state.day));
        let n = track.actions.len();
        let pick = pick_option(&scratch.track.weights[..=n], &total, &words);
        let decision = &mut scratch.decisions[track.index];
        for lane in 0..L {
            decision.pick[lane] = history::code(pick[lane]);
        }
        decision.luck = success_luck(bound, state, track, &pick);
        *scratch.effects.done(track.index) = Mask::<L>::of(0);
        decision.is_settled = false;
        let room = &scratch.track;
        observer.choice(&Choice {
            day: state.day,
            actor: actor_id,
            track: track_index,
            actions: &track.actions,
            open: &room.open[..n],
            logits: &room.logits[..n],
            weights: &room.weights[..=n],
            total: &total,
            chosen: &pick,
        });
    }

    /// Leaves in `scratch.track` what the options of a track weigh, and gives their sum.
    #[inline(always)]
    pub(in crate::engine) fn weigh_track(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
    ) -> Lanes<L> {
        for (k, &action) in track.actions.iter().enumerate() {
            if self.scratch.is_open[action.index()] {
                let open = self.scratch.open[action.index()];
                self.value_option(actor_id, action, k, &open);
            }
        }
        let (scratch, ready) = (&mut self.scratch, &self.ready);
        let mut largest = Lanes::<L>::of(0.0);
        for (k, &action) in track.actions.iter().enumerate() {
            scratch.track.open[k] = scratch.open[action.index()];
            if scratch.is_open[action.index()] {
                if let Some(numbers) = ready.actions[action].numbers {
                    scratch.track.odds[k] = Row::of(numbers.odds);
                }
                scratch.track.raise(k, &mut largest);
            }
        }
        weigh_options(&mut scratch.track, track.actions.len(), &largest)
    }
}

/// The uniform number at the success site of the action that each lane has chosen. The keys of
/// the sites are selected by lane, so that one evaluation serves all options of a track.
#[inline(always)]
fn success_luck<const L: usize>(
    bound: &BoundProgram<'_>,
    state: &State<L>,
    track: &TrackRow,
    pick: &Mask<L>,
) -> Lanes<L> {
    let (mut high, mut low) = (Mask::<L>::of(0), Mask::<L>::of(0));
    for (k, &action) in track.actions.iter().enumerate() {
        let site = bound.program.actions[action].success_site;
        let key = bound.site_key(site, state.day);
        for lane in 0..L {
            let here = bit(pick[lane] == k as u32 + 1);
            high[lane] |= key.high & here;
            low[lane] |= key.low & here;
        }
    }
    let mut luck = Lanes::<L>::of(0.0);
    for lane in 0..L {
        let lane_key = LaneKey {
            high: state.key_high[lane],
            low: state.key_low[lane],
        };
        let site_key = SiteKey {
            high: high[lane],
            low: low[lane],
        };
        luck[lane] = single::uniform(keyed::word(lane_key, site_key));
    }
    luck
}

/// Leaves 1 where an option is open, else 0.
#[inline(always)]
fn open_as_number<const L: usize>(gate: &mut Lanes<L>, open: &Mask<L>) {
    for lane in 0..L {
        gate[lane] = keep(open[lane], 1.0);
    }
}
