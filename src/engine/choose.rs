//! An actor deliberates: its open options, what each is worth to it, and its choice.
//!
//! Utility of an option (design of a day, step 2):
//! u = Σᵢ ŵᵢ·(p·gᵢ(s⁺ ⊕ effects) + (1−p)·gᵢ(s⁺ ⊕ failure effects) − gᵢ(s⁺)) + appeal − cost,
//! where s⁺ is the morning's state with the actor's own effects on their way. The part of the
//! goals that is linear in the variables enters through the actor's gradient; the rest of a goal
//! is evaluated on the hypothetical states. The choice is a logit with prior weights,
//! P ∝ r·exp(λu), by inverse CDF of one uniform over waiting and the options by name.

use super::evaluate::{Situation, View, Workspace};
use super::lanes::{Lanes, Mask, any, bit, clamp, keep, not_finite, select};
use super::observer::{Choice, Observer};
use super::state::State;
use super::{Engine, Scratch};
use crate::index::{ActionId, ActorId, Id};
use crate::math::single;
use crate::program::{ActionRow, Bound, ImperativeRow, Input, Program, Touch, TrackRow};
use crate::random::keyed::{self, LaneKey, SiteKey};

/// Room for one track's choice, by option.
#[derive(Debug)]
pub(super) struct TrackRoom<const L: usize> {
    open: Vec<Mask<L>>,
    logits: Vec<Lanes<L>>,
    odds: Vec<Lanes<L>>,
    weights: Vec<Lanes<L>>,
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
    pub(super) fn deliberate(&mut self, actor_id: ActorId, observer: &mut impl Observer<L>) {
        let actor = &self.bound.program.actors[actor_id];
        let deliberating = self.who_deliberates(actor_id);
        let mut any_open = false;
        for track in &actor.tracks {
            let is_open = self.open_options(track, &deliberating);
            self.scratch.decisions[track.index].idle = !is_open;
            any_open |= is_open;
        }
        if !any_open {
            return;
        }
        self.expect(actor_id);
        self.evaluate_residuals(actor_id);
        for (index, track) in actor.tracks.iter().enumerate() {
            if !self.scratch.decisions[track.index].idle {
                self.choose(actor_id, index, track, observer);
            }
        }
    }

    /// Where the actor deliberates today.
    #[inline(always)]
    fn who_deliberates(&mut self, actor_id: ActorId) -> Mask<L> {
        let Self {
            bound, state, work, ..
        } = self;
        let actor = &bound.program.actors[actor_id];
        let all = [u32::MAX; L];
        if bound.known(actor.tempo) == Some(1.0) {
            return all;
        }
        let words = state.words(bound.site_key(actor.tempo_site, state.day));
        let mut slot = [0.0; L];
        let tempo = work.input(actor.tempo, &state.situation(bound), &all, &mut slot);
        let mut mask = [0; L];
        for lane in 0..L {
            mask[lane] = bit(single::uniform(words[lane]) < tempo[lane]);
        }
        mask
    }

    /// Leaves in `scratch.open` where each option of a track is open, and counts the day. Says
    /// whether any is open anywhere.
    #[inline(always)]
    fn open_options(&mut self, track: &TrackRow, deliberating: &Mask<L>) -> bool {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let program = bound.program;
        let today = u32::from(state.day);
        let mut any_open = false;
        for &action in &track.options {
            let row = &program.actions[action];
            let record = &state.memory.actions[action];
            let mut open = *deliberating;
            if let Some(limit) = row.limit {
                for lane in 0..L {
                    open[lane] &= bit(record.count(lane) < limit);
                }
            }
            if row.cooldown_days > 0 {
                for lane in 0..L {
                    let last = record.last_day(lane);
                    let rested = (last == 0) | (today - last > u32::from(row.cooldown_days));
                    open[lane] &= bit(rested);
                }
            }
            if let Some(requires) = row.requires
                && any(&open)
            {
                let holds = work.condition(&program.codes[requires], &state.view(), &open);
                for lane in 0..L {
                    open[lane] &= holds[lane];
                }
            }
            any_open |= any(&open);
            scratch.open[action.index()] = open;
            state.memory.actions[action].note_open(&open);
        }
        any_open
    }

    /// Leaves s⁺ in `scratch.expected`.
    #[inline(always)]
    fn expect(&mut self, actor_id: ActorId) {
        let Self {
            bound,
            state,
            scratch,
            ..
        } = self;
        let program = bound.program;
        scratch.expected.copy_from_slice(&state.variables);
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
            let expected = &mut scratch.expected[variable.index()];
            for lane in 0..L {
                expected[lane] = clamp(expected[lane] + sum[lane], min, max);
            }
        }
    }

    /// Leaves in `scratch.residuals` what each residual that an open option may change is on s⁺.
    #[inline(always)]
    fn evaluate_residuals(&mut self, actor_id: ActorId) {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let program = bound.program;
        let actor = &program.actors[actor_id];
        for (index, imperative) in actor.imperatives.iter().enumerate() {
            let Some(residual) = imperative.residual else {
                continue;
            };
            let mut needed = [0; L];
            for &action in actor.tracks.iter().flat_map(|track| &track.options) {
                if program.actions[action].residuals.contains(&index) {
                    let open = &scratch.open[action.index()];
                    for lane in 0..L {
                        needed[lane] |= open[lane];
                    }
                }
            }
            if any(&needed) {
                let view = View {
                    variables: &scratch.expected,
                    ..state.view()
                };
                let value = work.number(&program.codes[residual], &view, &needed);
                scratch.residuals[index] = *value;
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
        observer: &mut impl Observer<L>,
    ) {
        let mut largest = [0.0; L];
        for (k, &action) in track.options.iter().enumerate() {
            let open = self.scratch.open[action.index()];
            self.scratch.track.open[k] = open;
            if any(&open) {
                self.value_option(actor_id, action, k, &open, &mut largest);
            }
        }
        let Self {
            bound,
            state,
            scratch,
            ..
        } = self;
        let words = state.words(bound.site_key(track.site, state.day));
        let n = track.options.len();
        let (pick, total) = pick_option(&mut scratch.track, n, &largest, &words);
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

    /// Leaves λ·log₂e·u and the odds of one option in `scratch.track`, and raises `largest` to
    /// its logit where it is open.
    #[inline(always)]
    fn value_option(
        &mut self,
        actor_id: ActorId,
        action: ActionId,
        k: usize,
        open: &Mask<L>,
        largest: &mut Lanes<L>,
    ) {
        let program = self.bound.program;
        let (actor, row) = (&program.actors[actor_id], &program.actions[action]);
        let mut slots = [[0.0; L]; 5];
        let [
            success_slot,
            cost_slot,
            appeal_slot,
            odds_slot,
            precision_slot,
        ] = &mut slots;
        let Self {
            bound,
            state,
            work,
            interests,
            scratch,
            ..
        } = self;
        let morning = state.situation(bound);
        let success = work.input(row.success, &morning, open, success_slot);
        let interests = ActorInterests {
            imperatives: &actor.imperatives,
            weights: &interests.weights[actor_id.index()],
            gradient: &interests.gradients[actor_id.index()],
        };
        let utility = worth_of_goals(interests, row, success, open, &morning, work, scratch);
        let cost = work.input(row.cost, &morning, open, cost_slot);
        let appeal = work.input(row.appeal, &morning, open, appeal_slot);
        let precision = work.input(actor.precision, &morning, open, precision_slot);
        let odds = *work.input(row.daily_odds, &morning, open, odds_slot);
        let (logit, faults) = (&mut scratch.track.logits[k], &mut work.faults);
        for lane in 0..L {
            let worth = utility[lane] + appeal[lane] - cost[lane];
            logit[lane] = precision[lane] * std::f32::consts::LOG2_E * worth;
            faults[lane] |= not_finite(logit[lane]) & open[lane];
            // An option with odds of 0 is never taken, however much it is worth: beside it, all
            // others could vanish and nothing would be left to choose from.
            let counts = open[lane] & bit(odds[lane] > 0.0);
            let higher = counts & bit(logit[lane] > largest[lane]);
            largest[lane] = select(higher, logit[lane], largest[lane]);
        }
        scratch.track.odds[k] = odds;
    }
}

/// What one actor wants.
#[derive(Clone, Copy)]
struct ActorInterests<'a, const L: usize> {
    imperatives: &'a [ImperativeRow],
    weights: &'a [Lanes<L>],
    gradient: &'a [Lanes<L>],
}

/// Σᵢ ŵᵢ·(p·gᵢ(s⁺ ⊕ effects) + (1−p)·gᵢ(s⁺ ⊕ failure effects) − gᵢ(s⁺)), s⁺ and the residuals on
/// it being in `scratch`.
#[inline(always)]
fn worth_of_goals<const L: usize>(
    interests: ActorInterests<'_, L>,
    row: &ActionRow,
    success: &Lanes<L>,
    open: &Mask<L>,
    morning: &Situation<'_, L>,
    work: &mut Workspace<L>,
    scratch: &mut Scratch<L>,
) -> Lanes<L> {
    let program = morning.bound.program;
    let mut utility = [0.0; L];
    for side in [Side::Success, Side::Failure] {
        if !row.touches.iter().any(|touch| side.of(touch).is_some()) {
            continue;
        }
        let mut share = *success;
        if side == Side::Failure {
            share.iter_mut().for_each(|share| *share = 1.0 - *share);
        }
        for (index, touch) in row.touches.iter().enumerate() {
            let Some(input) = side.of(touch) else {
                continue;
            };
            let variable = &program.variables[touch.variable];
            let mut slot = [0.0; L];
            let amount = work.input(input, morning, open, &mut slot);
            let expected = &scratch.expected[touch.variable.index()];
            let after = &mut scratch.after[index];
            for lane in 0..L {
                after[lane] = clamp(expected[lane] + amount[lane], variable.min, variable.max);
            }
            if let Some(slope) = touch.gradient.map(|index| &interests.gradient[index]) {
                for lane in 0..L {
                    let change = after[lane] - expected[lane];
                    utility[lane] += slope[lane] * (share[lane] * change);
                }
            }
        }
        if row.residuals.is_empty() {
            continue;
        }
        scratch.swap_in(row, side);
        let view = View {
            variables: &scratch.expected,
            ..morning.view
        };
        for &index in &row.residuals {
            let Some(residual) = interests.imperatives[index].residual else {
                continue;
            };
            let value = work.number(&program.codes[residual], &view, open);
            let (weight, before) = (&interests.weights[index], &scratch.residuals[index]);
            for lane in 0..L {
                let change = value[lane] - before[lane];
                utility[lane] += weight[lane] * (share[lane] * change);
            }
        }
        scratch.swap_in(row, side);
    }
    utility
}

/// Whether an action succeeds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Side {
    Success,
    Failure,
}

impl Side {
    /// What the action does to the variable then.
    #[inline(always)]
    fn of(self, touch: &Touch) -> Option<Input> {
        match self {
            Side::Success => touch.success,
            Side::Failure => touch.failure,
        }
    }
}

impl<const L: usize> Scratch<L> {
    /// Exchanges the expected values of the variables touched on one side with those after the
    /// action; a second call undoes the first.
    #[inline(always)]
    fn swap_in(&mut self, row: &ActionRow, side: Side) {
        for (touch, after) in row.touches.iter().zip(&mut self.after) {
            if side.of(touch).is_some() {
                std::mem::swap(&mut self.expected[touch.variable.index()], after);
            }
        }
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

/// Draws from P ∝ r·2^logit, waiting (r = 1, logit 0) first: the option chosen, and the sum of
/// the weights, which are left in `room`. `largest` is the greatest logit of an open option with
/// odds, at least 0, and is subtracted so that no weight overflows. The inverse CDF takes the last
/// option that has weight and before which the sum is at most u·total, so that a closed option is
/// never taken, however the sums are rounded.
#[inline(always)]
fn pick_option<const L: usize>(
    room: &mut TrackRoom<L>,
    n_options: usize,
    largest: &Lanes<L>,
    words: &Mask<L>,
) -> (Mask<L>, Lanes<L>) {
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
    let mut target = [0.0; L];
    for lane in 0..L {
        target[lane] = single::uniform(words[lane]) * total[lane];
    }
    let mut before = [0.0; L];
    let mut pick = [0; L];
    for (option, weight) in room.weights[..=n_options].iter().enumerate() {
        for lane in 0..L {
            let reached = bit(before[lane] <= target[lane]) & bit(weight[lane] > 0.0);
            pick[lane] = (pick[lane] & !reached) | (option as u32 & reached);
            before[lane] += weight[lane];
        }
    }
    (pick, total)
}
