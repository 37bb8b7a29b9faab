//! An actor deliberates: its open options, what each is worth to it, and its choice.
//!
//! Utility of an option (design of a day, step 2):
//! u = Σᵢ ŵᵢ·(p·gᵢ(s⁺ ⊕ effects) + (1−p)·gᵢ(s⁺ ⊕ failure effects) − gᵢ(s⁺)) + appeal − cost,
//! where s⁺ is the morning's state, as the actor sees it, with the actor's own effects on their
//! way; to the goals on each hypothetical state come the expected replies of those whom the
//! actor anticipates. The choice is a logit with prior weights, P ∝ r·exp(λu), by inverse CDF of
//! one uniform over waiting and the options by name.

use super::evaluate::Situation;
use super::lanes::{Lanes, Mask, any, bit, clamp, keep, not_finite};
use super::observer::{Choice, Observer};
use super::reply::Reckoning;
use super::state::State;
use super::worth::{
    Side, add_linear_worth, add_residual_worth, evaluate_residuals, exchange, hypothesise,
    join_sides, on,
};
use super::{Engine, Mind};
use crate::index::{ActionId, ActorId, Id};
use crate::math::single;
use crate::program::{Bound, Program, TrackRow};
use crate::random::keyed::{self, LaneKey, SiteKey};

/// Room for one track's choice, by option.
#[derive(Debug)]
pub(super) struct TrackRoom<const L: usize> {
    pub(super) open: Vec<Mask<L>>,
    pub(super) logits: Vec<Lanes<L>>,
    pub(super) odds: Vec<Lanes<L>>,
    /// Waiting first.
    pub(super) weights: Vec<Lanes<L>>,
}

impl<const L: usize> TrackRoom<L> {
    pub(super) fn new(program: &Program) -> Self {
        let tracks = program.actors.iter().flat_map(|actor| &actor.tracks);
        let most = tracks.map(|track| track.options.len()).max().unwrap_or(0);
        Self {
            open: vec![[0; L]; most],
            logits: vec![[0.0; L]; most],
            odds: vec![[0.0; L]; most],
            weights: vec![[0.0; L]; most + 1],
        }
    }

    /// How many options a track can have.
    pub(super) fn n_options(&self) -> usize {
        self.open.len()
    }
}

/// What was chosen on a track today.
#[derive(Clone, Debug)]
pub(super) struct Decision<const L: usize> {
    /// Whether nobody of the block had an option.
    pub(super) idle: bool,
    /// The option chosen, 0 for waiting.
    pub(super) pick: Mask<L>,
    /// The uniform number that decides whether the chosen action succeeds.
    pub(super) luck: Lanes<L>,
}

impl<const L: usize> Decision<L> {
    pub(super) fn new() -> Self {
        Self {
            idle: true,
            pick: [0; L],
            luck: [0.0; L],
        }
    }
}

impl<const L: usize> Engine<'_, L> {
    /// Lets an actor deliberate on all its tracks and leaves in `scratch.decisions` what it
    /// chose.
    #[inline(always)]
    pub(super) fn deliberate(&mut self, actor_id: ActorId, observer: &mut dyn Observer<L>) {
        self.perceive(actor_id);
        let deliberating = self.who_deliberates(actor_id);
        if self.face(actor_id, &deliberating) {
            let actor = &self.bound.program.actors[actor_id];
            for (index, track) in actor.tracks.iter().enumerate() {
                if !self.scratch.decisions[track.index].idle {
                    self.choose(actor_id, index, track, observer);
                }
            }
        }
        observer.deliberated(&self.state, actor_id);
    }

    /// Puts before an actor, where it deliberates, what is open to it, what it expects and what
    /// options are compared with. Says whether anything is open to it anywhere.
    #[inline(always)]
    pub(super) fn face(&mut self, actor_id: ActorId, deliberating: &Mask<L>) -> bool {
        let actor = &self.bound.program.actors[actor_id];
        let mut any_open = [0; L];
        for track in &actor.tracks {
            let open = self.open_options(actor_id, track, deliberating);
            self.scratch.decisions[track.index].idle = !any(&open);
            for lane in 0..L {
                any_open[lane] |= open[lane];
            }
        }
        if !any(&any_open) {
            return false;
        }
        self.expect(actor_id);
        self.reckon(actor_id, &any_open);
        true
    }

    /// What the actor's quantities and conditions are read from: the world as it sees it.
    #[inline(always)]
    pub(super) fn morning<'a>(
        bound: &'a Bound<'a>,
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

    /// Where the actor deliberates today.
    #[inline(always)]
    fn who_deliberates(&mut self, actor_id: ActorId) -> Mask<L> {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let actor = &bound.program.actors[actor_id];
        let all = [u32::MAX; L];
        if bound.known(actor.tempo) == Some(1.0) {
            return all;
        }
        let words = state.words(bound.site_key(actor.tempo_site, state.day));
        let mut slot = [0.0; L];
        let morning = Self::morning(bound, state, &scratch.beliefs, actor_id);
        let tempo = work.input(actor.tempo, &morning, &all, &mut slot);
        let mut mask = [0; L];
        for lane in 0..L {
            mask[lane] = bit(single::uniform(words[lane]) < tempo[lane]);
        }
        mask
    }

    /// Leaves in `scratch.open` where each option of a track is open, and counts the day. Gives
    /// where any is.
    #[inline(always)]
    fn open_options(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        deliberating: &Mask<L>,
    ) -> Mask<L> {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let program = bound.program;
        let mut any_open = [0; L];
        for &action in &track.options {
            let row = &program.actions[action];
            let record = &state.memory.actions[action];
            let mut open = *deliberating;
            record.close(
                &mut open,
                f32::from(state.day),
                row.limit,
                row.cooldown_days,
            );
            if let Some(requires) = row.requires
                && any(&open)
            {
                let view = Self::morning(bound, state, &scratch.beliefs, actor_id).view;
                let holds = work.condition(&program.codes[requires], &view, &open);
                for lane in 0..L {
                    open[lane] &= holds[lane];
                }
            }
            for lane in 0..L {
                any_open[lane] |= open[lane];
            }
            scratch.open[action.index()] = open;
            state.memory.actions[action].note_open(&open);
        }
        any_open
    }

    /// Leaves s⁺ in `scratch.mind.expected`.
    #[inline(always)]
    fn expect(&mut self, actor_id: ActorId) {
        let Self {
            bound,
            state,
            scratch,
            ..
        } = self;
        let program = bound.program;
        let seen = Self::morning(bound, state, &scratch.beliefs, actor_id)
            .view
            .variables;
        scratch.mind.expected.copy_from_slice(seen);
        for row in program.actors[actor_id].pending.clone() {
            let ring = &state.pending[row];
            if !ring.in_use {
                continue;
            }
            let mut sum = [0.0; L];
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
            let expected = &mut scratch.mind.expected[variable.index()];
            for lane in 0..L {
                expected[lane] = clamp(expected[lane] + sum[lane], min, max);
            }
        }
    }

    /// Leaves in `scratch.mind` what options are compared with: the residuals on s⁺ that an open
    /// option may change, and the expected replies if the actor waits.
    #[inline(always)]
    pub(super) fn reckon(&mut self, actor_id: ActorId, any_open: &Mask<L>) {
        let Self {
            bound,
            state,
            work,
            interests,
            scratch,
            ..
        } = self;
        let program = bound.program;
        let actor = &program.actors[actor_id];
        let options = || actor.tracks.iter().flat_map(|track| &track.options);
        let morning = Self::morning(bound, state, &scratch.beliefs, actor_id);
        for index in 0..actor.imperatives.len() {
            let mut needed = [0; L];
            for &action in options() {
                if program.actions[action].concern.residuals.contains(&index) {
                    let open = &scratch.open[action.index()];
                    for lane in 0..L {
                        needed[lane] |= open[lane];
                    }
                }
            }
            if any(&needed) {
                let Mind {
                    expected,
                    residuals,
                    ..
                } = &mut scratch.mind;
                let there = on(&morning, expected);
                let imperatives = &actor.imperatives;
                evaluate_residuals(residuals, imperatives, &[index], &there, &needed, work);
            }
        }
        if actor.anticipates.is_empty() {
            return;
        }
        let mind = &mut scratch.mind;
        mind.insight = *work.input(actor.insight, &morning, any_open, &mut [0.0; L]);
        for (k, anticipation) in actor.anticipates.iter().enumerate() {
            let mut needed = [0; L];
            for &action in options().filter(|&&action| program.actions[action].stirs[k]) {
                let open = &scratch.open[action.index()];
                for lane in 0..L {
                    needed[lane] |= open[lane];
                }
            }
            if any(&needed) {
                let insight = &mind.insight;
                let two = Reckoning::new(program, interests, actor_id, anticipation, insight);
                let (base, room) = (&mut mind.expected, &mut mind.reply);
                mind.replies[k] = two.expected_worth(&morning, base, &needed, room, work);
            }
        }
    }

    /// Chooses on one track on which somebody has an option.
    #[inline(always)]
    fn choose(
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
        let n = track.options.len();
        let pick = pick_option(&scratch.track.weights[..=n], &total, &words);
        let decision = &mut scratch.decisions[track.index];
        decision.pick = pick;
        decision.luck = success_luck(bound, state, track, &pick);
        let room = &scratch.track;
        observer.choice(&Choice {
            day: state.day,
            actor: actor_id,
            track: track_index,
            actions: &track.options,
            open: &room.open[..n],
            logits: &room.logits[..n],
            weights: &room.weights[..=n],
            total: &total,
            chosen: &pick,
        });
    }

    /// Leaves in `scratch.track` what the options of a track weigh, and gives their sum.
    #[inline(always)]
    pub(super) fn weigh_track(&mut self, actor_id: ActorId, track: &TrackRow) -> Lanes<L> {
        let mut largest = [0.0; L];
        for (k, &action) in track.options.iter().enumerate() {
            let open = self.scratch.open[action.index()];
            self.scratch.track.open[k] = open;
            if any(&open) {
                self.value_option(actor_id, action, k, &open);
                self.scratch.track.raise(k, &mut largest);
            }
        }
        weigh_options(&mut self.scratch.track, track.options.len(), &largest)
    }

    /// Leaves λ·log₂e·u and the odds of one option in `scratch.track`.
    #[inline(always)]
    pub(super) fn value_option(
        &mut self,
        actor_id: ActorId,
        action: ActionId,
        k: usize,
        open: &Mask<L>,
    ) {
        let Self {
            bound,
            state,
            work,
            interests,
            scratch,
            ..
        } = self;
        let program = bound.program;
        let (actor, row) = (&program.actors[actor_id], &program.actions[action]);
        let morning = Self::morning(bound, state, &scratch.beliefs, actor_id);
        let own = interests.of(program, actor_id);
        let mind = &mut scratch.mind;
        let mut sides = [[0.0; L]; 2];
        for (worth, side) in sides.iter_mut().zip(Side::BOTH) {
            if !side.does_anything(&row.touches) {
                continue;
            }
            let what = (row.touches.as_slice(), side);
            hypothesise(
                &row.touches,
                side,
                &morning,
                &mind.expected,
                &mut mind.after,
                open,
                work,
            );
            add_linear_worth(worth, own, &row.concern, what, &mind.expected, &mind.after);
            if row.concern.residuals.is_empty() && !row.stirs.contains(&true) {
                continue;
            }
            exchange(what, &mut mind.expected, &mut mind.after);
            let residuals = (row.concern.residuals.as_slice(), mind.residuals.as_slice());
            add_residual_worth(
                worth,
                own,
                residuals,
                &on(&morning, &mind.expected),
                open,
                work,
            );
            for (k, anticipation) in actor.anticipates.iter().enumerate() {
                if row.stirs[k] {
                    let insight = &mind.insight;
                    let two = Reckoning::new(program, interests, actor_id, anticipation, insight);
                    let (base, room) = (&mut mind.expected, &mut mind.reply);
                    let reply = two.expected_worth(&morning, base, open, room, work);
                    for lane in 0..L {
                        worth[lane] += reply[lane] - mind.replies[k][lane];
                    }
                }
            }
            exchange(what, &mut mind.expected, &mut mind.after);
        }

        let mut slots = [[0.0; L]; 6];
        let [
            success_slot,
            cost_slot,
            appeal_slot,
            odds_slot,
            precision_slot,
            risk_slot,
        ] = &mut slots;
        let success = work.input(row.success, &morning, open, success_slot);
        let risk = actor
            .risk
            .map(|risk| work.input(risk, &morning, open, risk_slot));
        let fails = Side::Failure.does_anything(&row.touches);
        let utility = join_sides(success, &sides, fails, risk);
        let cost = work.input(row.cost, &morning, open, cost_slot);
        let appeal = work.input(row.appeal, &morning, open, appeal_slot);
        let precision = work.input(actor.precision, &morning, open, precision_slot);
        let (logit, faults) = (&mut scratch.track.logits[k], &mut work.faults);
        for lane in 0..L {
            let worth = utility[lane] + appeal[lane] - cost[lane];
            logit[lane] = precision[lane] * std::f32::consts::LOG2_E * worth;
            faults[lane] |= not_finite(logit[lane]) & open[lane];
        }
        scratch.track.odds[k] = *work.input(row.daily_odds, &morning, open, odds_slot);
    }
}

/// The uniform number at the success site of the action that each lane has chosen. The keys of
/// the sites are selected by lane, so that one evaluation serves all options of a track.
#[inline(always)]
fn success_luck<const L: usize>(
    bound: &Bound<'_>,
    state: &State<L>,
    track: &TrackRow,
    pick: &Mask<L>,
) -> Lanes<L> {
    let (mut high, mut low) = ([0; L], [0; L]);
    for (k, &action) in track.options.iter().enumerate() {
        let site = bound.program.actions[action].success_site;
        let key = bound.site_key(site, state.day);
        for lane in 0..L {
            let here = bit(pick[lane] == k as u32 + 1);
            high[lane] |= key.high & here;
            low[lane] |= key.low & here;
        }
    }
    let mut luck = [0.0; L];
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

/// Leaves in `room.weights` the shares r·2^logit of waiting (r = 1, logit 0) and the options, and
/// gives their sum. `largest` is the greatest logit of an open option with odds, at least 0, and
/// is subtracted so that no weight overflows.
#[inline(always)]
pub(super) fn weigh_options<const L: usize>(
    room: &mut TrackRoom<L>,
    n_options: usize,
    largest: &Lanes<L>,
) -> Lanes<L> {
    let wait = &mut room.weights[0];
    for lane in 0..L {
        wait[lane] = single::exp2(-largest[lane]);
    }
    let mut total = *wait;
    for k in 0..n_options {
        let weight = &mut room.weights[k + 1];
        if !any(&room.open[k]) {
            *weight = [0.0; L];
            continue;
        }
        let (odds, logit, open) = (&room.odds[k], &room.logits[k], &room.open[k]);
        for lane in 0..L {
            let share = odds[lane] * single::exp2(logit[lane] - largest[lane]);
            weight[lane] = keep(open[lane] & bit(odds[lane] > 0.0), share);
            total[lane] += weight[lane];
        }
    }
    total
}

/// Draws from the weights, waiting first, by inverse CDF: the last option that has weight and
/// before which the sum is at most u·total, so that a closed option is never taken, however the
/// sums are rounded.
#[inline(always)]
fn pick_option<const L: usize>(weights: &[Lanes<L>], total: &Lanes<L>, words: &Mask<L>) -> Mask<L> {
    let mut target = [0.0; L];
    for lane in 0..L {
        target[lane] = single::uniform(words[lane]) * total[lane];
    }
    let mut before = [0.0; L];
    let mut pick = [0; L];
    for (option, weight) in weights.iter().enumerate() {
        for lane in 0..L {
            let reached = bit(before[lane] <= target[lane]) & bit(weight[lane] > 0.0);
            pick[lane] = (pick[lane] & !reached) | (option as u32 & reached);
            before[lane] += weight[lane];
        }
    }
    pick
}
