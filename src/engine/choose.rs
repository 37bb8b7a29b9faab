//! An actor deliberates: its open options, what each is worth to it, and its choice.
//!
//! Utility of an option (design of a day, step 2):
//! u = Σᵢ ŵᵢ·(p·gᵢ(s⁺ ⊕ effects) + (1−p)·gᵢ(s⁺ ⊕ failure effects) − gᵢ(s⁺)) + appeal − cost,
//! where s⁺ is the morning's state with the actor's own effects on their way. The part of the
//! goals that is linear in the variables enters through the actor's gradient; the rest of a goal
//! is evaluated on the hypothetical states. The choice is a logit with prior weights,
//! P ∝ r·exp(λu), by inverse CDF of one uniform over waiting and the options by name.

use super::evaluate::View;
use super::lanes::{Lanes, Mask, any, bit, clamp, keep, not_finite, select};
use super::observer::{Choice, Observer};
use super::{Engine, Scratch};
use crate::index::{ActionId, ActorId, Id};
use crate::math::single;
use crate::program::{ActionRow, Input, Program, Touch, TrackRow};

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

impl<const L: usize> Engine<'_, L> {
    /// Lets an actor deliberate on all its tracks and leaves in `scratch.chosen` what it chose.
    #[inline(always)]
    pub(super) fn deliberate(&mut self, actor_id: ActorId, observer: &mut impl Observer<L>) {
        let actor = &self.bound.program.actors[actor_id];
        let deliberating = self.who_deliberates(actor_id);
        for track in &actor.tracks {
            self.open_options(track, &deliberating);
        }
        let options = || actor.tracks.iter().flat_map(|track| &track.options);
        if !options().any(|&action| any(&self.scratch.open[action.index()])) {
            options().for_each(|&action| self.scratch.chosen[action.index()] = [0; L]);
            return;
        }
        self.expect(actor_id);
        self.evaluate_residuals(actor_id);
        for (index, track) in actor.tracks.iter().enumerate() {
            self.choose(actor_id, index, track, observer);
        }
    }

    /// Where the actor deliberates today.
    #[inline(always)]
    fn who_deliberates(&mut self, actor_id: ActorId) -> Mask<L> {
        let actor = &self.bound.program.actors[actor_id];
        if self.bound.is_always(actor.tempo, 1.0) {
            return [u32::MAX; L];
        }
        let words = self
            .state
            .words(self.bound.site_key(actor.tempo_site, self.state.day));
        let Self {
            bound, state, work, ..
        } = self;
        let mut slot = [0.0; L];
        let view = state.view();
        let all = [u32::MAX; L];
        let tempo = work.input(
            bound.program,
            &state.values,
            actor.tempo,
            &view,
            &all,
            &mut slot,
        );
        let mut mask = [0; L];
        for lane in 0..L {
            mask[lane] = bit(single::uniform(words[lane]) < tempo[lane]);
        }
        mask
    }

    /// Leaves in `scratch.open` where each option of a track is open, and counts the day.
    #[inline(always)]
    fn open_options(&mut self, track: &TrackRow, deliberating: &Mask<L>) {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let program = bound.program;
        let today = f32::from(state.day);
        for &action in &track.options {
            let row = &program.actions[action];
            let record = &state.memory.actions[action];
            let mut open = *deliberating;
            let limit = row.limit.map_or(f32::INFINITY, |limit| limit as f32);
            let cooldown = f32::from(row.cooldown_days);
            for lane in 0..L {
                let rested = today - record.last_day[lane] > cooldown;
                open[lane] &= bit(record.count[lane] < limit) & bit(rested);
            }
            if let Some(requires) = row.requires
                && any(&open)
            {
                let view = state.view();
                let holds = work.condition(&program.codes[requires], &view, &open);
                for lane in 0..L {
                    open[lane] &= holds[lane];
                }
            }
            scratch.open[action.index()] = open;
            let days_open = &mut state.memory.actions[action].days_open;
            for lane in 0..L {
                days_open[lane] += keep(open[lane], 1.0);
            }
        }
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

    /// Chooses on one track.
    #[inline(always)]
    fn choose(
        &mut self,
        actor_id: ActorId,
        track_index: usize,
        track: &TrackRow,
        observer: &mut impl Observer<L>,
    ) {
        let mut largest = [0.0; L];
        let mut any_open = false;
        for (k, &action) in track.options.iter().enumerate() {
            let open = self.scratch.open[action.index()];
            self.scratch.track.open[k] = open;
            self.scratch.chosen[action.index()] = [0; L];
            if !any(&open) {
                continue;
            }
            any_open = true;
            self.value_option(actor_id, action, k, &open);
            let room = &self.scratch.track;
            let (logit, odds) = (&room.logits[k], &room.odds[k]);
            for lane in 0..L {
                // An option with odds of 0 is never taken, however much it is worth: beside it,
                // all others could vanish and nothing would be left to choose from.
                let counts = open[lane] & bit(odds[lane] > 0.0);
                let higher = counts & bit(logit[lane] > largest[lane]);
                largest[lane] = select(higher, logit[lane], largest[lane]);
            }
        }
        if !any_open {
            return;
        }
        let words = self
            .state
            .words(self.bound.site_key(track.site, self.state.day));
        let (pick, total) = pick_option(&mut self.scratch.track, &track.options, &largest, &words);
        for (k, &action) in track.options.iter().enumerate() {
            let chosen = &mut self.scratch.chosen[action.index()];
            for lane in 0..L {
                chosen[lane] = bit(pick[lane] == k as u32 + 1);
            }
        }
        let room = &self.scratch.track;
        let n = track.options.len();
        observer.choice(&Choice {
            day: self.state.day,
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

    /// Leaves λ·log₂e·u and the odds of one option in `scratch.track`.
    #[inline(always)]
    fn value_option(&mut self, actor_id: ActorId, action: ActionId, k: usize, open: &Mask<L>) {
        self.hypothesise(action, open);
        let Self {
            bound,
            state,
            work,
            interests,
            scratch,
        } = self;
        let program = bound.program;
        let (actor, row) = (&program.actors[actor_id], &program.actions[action]);
        let (values, morning) = (&state.values, state.view());
        let mut slots = [[0.0; L]; 5];
        let [
            success_slot,
            cost_slot,
            appeal_slot,
            odds_slot,
            precision_slot,
        ] = &mut slots;
        let success = work.input(program, values, row.success, &morning, open, success_slot);
        let cost = work.input(program, values, row.cost, &morning, open, cost_slot);
        let appeal = work.input(program, values, row.appeal, &morning, open, appeal_slot);
        let odds = work.input(program, values, row.daily_odds, &morning, open, odds_slot);
        let precision = work.input(
            program,
            values,
            actor.precision,
            &morning,
            open,
            precision_slot,
        );

        let mut utility = [0.0; L];
        scratch.add_linear_worth(
            &mut utility,
            row,
            &interests.gradients[actor_id.index()],
            success,
        );
        for side in [Side::Success, Side::Failure] {
            if row.residuals.is_empty() || !row.touches.iter().any(|touch| side.of(touch).is_some())
            {
                continue;
            }
            scratch.swap_in(row, side);
            let view = View {
                variables: &scratch.expected,
                ..morning
            };
            for &index in &row.residuals {
                let Some(residual) = actor.imperatives[index].residual else {
                    continue;
                };
                let value = work.number(&program.codes[residual], &view, open);
                let weight = &interests.weights[actor_id.index()][index];
                let before = &scratch.residuals[index];
                for lane in 0..L {
                    let change = value[lane] - before[lane];
                    utility[lane] += weight[lane] * (side.share(success[lane]) * change);
                }
            }
            scratch.swap_in(row, side);
        }
        let logit = &mut scratch.track.logits[k];
        for lane in 0..L {
            let worth = utility[lane] + appeal[lane] - cost[lane];
            logit[lane] = precision[lane] * std::f32::consts::LOG2_E * worth;
            work.faults[lane] |= not_finite(logit[lane]) & open[lane];
        }
        scratch.track.odds[k] = *odds;
    }

    /// Leaves in `scratch.after_success` and `after_failure` the values of the variables that an
    /// action touches, on s⁺ with its effects added: delayed effects count in full.
    #[inline(always)]
    fn hypothesise(&mut self, action: ActionId, open: &Mask<L>) {
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let program = bound.program;
        let row = &program.actions[action];
        for (index, touch) in row.touches.iter().enumerate() {
            if touch.gradient.is_none() && row.residuals.is_empty() {
                continue;
            }
            let variable = &program.variables[touch.variable];
            let expected = &scratch.expected[touch.variable.index()];
            for side in [Side::Success, Side::Failure] {
                let Some(input) = side.of(touch) else {
                    continue;
                };
                let mut slot = [0.0; L];
                let view = state.view();
                let amount = work.input(program, &state.values, input, &view, open, &mut slot);
                let after = match side {
                    Side::Success => &mut scratch.after_success[index],
                    Side::Failure => &mut scratch.after_failure[index],
                };
                for lane in 0..L {
                    after[lane] = clamp(expected[lane] + amount[lane], variable.min, variable.max);
                }
            }
        }
    }
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

    /// How likely that is.
    #[inline(always)]
    fn share(self, success: f32) -> f32 {
        match self {
            Side::Success => success,
            Side::Failure => 1.0 - success,
        }
    }
}

impl<const L: usize> Scratch<L> {
    /// Adds the part of utility that is linear in the variables: gradient times the expected
    /// changes.
    #[inline(always)]
    fn add_linear_worth(
        &self,
        utility: &mut Lanes<L>,
        row: &ActionRow,
        gradient: &[Lanes<L>],
        success: &Lanes<L>,
    ) {
        for (index, touch) in row.touches.iter().enumerate() {
            let Some(slope) = touch.gradient.map(|index| &gradient[index]) else {
                continue;
            };
            let expected = &self.expected[touch.variable.index()];
            for (side, after) in [
                (Side::Success, &self.after_success),
                (Side::Failure, &self.after_failure),
            ] {
                if side.of(touch).is_some() {
                    for lane in 0..L {
                        let change = after[index][lane] - expected[lane];
                        utility[lane] += slope[lane] * (side.share(success[lane]) * change);
                    }
                }
            }
        }
    }

    /// Exchanges the expected values of the touched variables with those after the action; a
    /// second call undoes the first.
    #[inline(always)]
    fn swap_in(&mut self, row: &ActionRow, side: Side) {
        let after = match side {
            Side::Success => &mut self.after_success,
            Side::Failure => &mut self.after_failure,
        };
        for (index, touch) in row.touches.iter().enumerate() {
            if side.of(touch).is_some() {
                std::mem::swap(
                    &mut self.expected[touch.variable.index()],
                    &mut after[index],
                );
            }
        }
    }
}

/// Draws from P ∝ r·2^logit, waiting (r = 1, logit 0) first: the option chosen, and the sum of
/// the weights, which are left in `room`. `largest` is the greatest logit of an open option with
/// odds, at least 0, and is subtracted so that no weight overflows. The inverse CDF takes the last
/// option that has weight and before which the sum is at most u·total, so that a closed option is
/// never taken, however the sums are rounded.
#[inline(always)]
fn pick_option<const L: usize>(
    room: &mut TrackRoom<L>,
    options: &[ActionId],
    largest: &Lanes<L>,
    words: &Mask<L>,
) -> (Mask<L>, Lanes<L>) {
    let mut total = [0.0; L];
    for lane in 0..L {
        room.weights[0][lane] = single::exp2(-largest[lane]);
        total[lane] = room.weights[0][lane];
    }
    for k in 0..options.len() {
        let weight = &mut room.weights[k + 1];
        if !any(&room.open[k]) {
            *weight = [0.0; L];
            continue;
        }
        for lane in 0..L {
            let odds = room.odds[k][lane];
            let share = odds * single::exp2(room.logits[k][lane] - largest[lane]);
            weight[lane] = keep(room.open[k][lane] & bit(odds > 0.0), share);
            total[lane] += weight[lane];
        }
    }
    let mut before = [0.0; L];
    let mut pick = [0; L];
    for (option, weight) in room.weights[..=options.len()].iter().enumerate() {
        for lane in 0..L {
            let target = single::uniform(words[lane]) * total[lane];
            let reached = bit(before[lane] <= target) & bit(weight[lane] > 0.0);
            pick[lane] = (pick[lane] & !reached) | (option as u32 & reached);
            before[lane] += weight[lane];
        }
    }
    (pick, total)
}
