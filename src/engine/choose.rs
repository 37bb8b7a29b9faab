//! An actor deliberates: its open options, what each is worth to it, and its choice.
//!
//! Utility of an option (design of a day, step 2):
//! u = Σᵢ ŵᵢ·(p·gᵢ(s⁺ ⊕ effects) + (1−p)·gᵢ(s⁺ ⊕ failure effects) − gᵢ(s⁺)) + appeal − cost,
//! where s⁺ is the morning's state, as the actor sees it, with the actor's own effects on their
//! way; to the goals on each hypothetical state come the expected replies of those whom the
//! actor anticipates. The choice is a logit with prior weights, P ∝ r·exp(λu), by inverse CDF of
//! one uniform over waiting and the options by name.

use super::decide::{self, Contender, Contenders};
use super::evaluate::{Situation, View};
use super::lanes::{Lanes, Mask, any, bit, clamp, keep, not_finite};
use super::observer::{Choice, Observer};
use super::ready::{Comparison, Numbers, Opening};
use super::reply::Reckoning;
use super::state::{Always, Greater, GreaterOrEqual, Less, LessOrEqual, State, Where};
use super::worth::{
    Bare, Logit, Side, add_linear_worth, add_residual_worth, evaluate_residuals, exchange,
    hypothesise, join_sides, linear_worth, on,
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
        let mut is_idle = true;
        for track in &actor.tracks {
            let any_open = self.open_options(actor_id, track, deliberating);
            self.scratch.decisions[track.index].idle = !any_open;
            is_idle &= !any_open;
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
    /// whether any is.
    #[inline(always)]
    fn open_options(
        &mut self,
        actor_id: ActorId,
        track: &TrackRow,
        deliberating: &Mask<L>,
    ) -> bool {
        let mut any_open = false;
        for &action in &track.options {
            let row = &self.bound.program.actions[action];
            let is_open = match row.limit.is_none() && row.cooldown_days == 0 {
                true => self.open_option::<true>(actor_id, action, deliberating),
                false => self.open_option::<false>(actor_id, action, deliberating),
            };
            self.scratch.is_open[action.index()] = is_open;
            any_open |= is_open;
        }
        any_open
    }

    /// The same for one option. `FREE`: it has neither limit nor cooldown.
    #[inline(always)]
    fn open_option<const FREE: bool>(
        &mut self,
        actor_id: ActorId,
        action: ActionId,
        deliberating: &Mask<L>,
    ) -> bool {
        let Self {
            bound,
            state,
            work,
            scratch,
            ready,
            ..
        } = self;
        let row = &bound.program.actions[action];
        let bars = (row.limit, row.cooldown_days);
        let day = state.day;
        let seen = match bound.program.actors[actor_id].perceives.is_empty() {
            true => &state.variables,
            false => &scratch.beliefs,
        };
        let open = &mut scratch.open[action.index()];
        let opening = ready.actions[action].opening;
        if let Opening::Code(code) = opening {
            let record = &state.memory.actions[action];
            *open = *deliberating;
            record.close(open, f32::from(day), row.limit, row.cooldown_days);
            if !any(open) {
                return false;
            }
            let view = View {
                variables: seen,
                memory: &state.memory,
                day: f32::from(day),
            };
            let holds = work.condition(&bound.program.codes[code], &view, open);
            let record = &mut state.memory.actions[action];
            let active = *open;
            return record.judge_open::<true>(open, &active, day, bars, Where(holds));
        }
        let record = &mut state.memory.actions[action];
        let Opening::Compares {
            variable,
            comparison,
            number,
        } = opening
        else {
            return record.judge_open::<FREE>(open, deliberating, day, bars, Always);
        };
        let x = &seen[variable];
        match comparison {
            Comparison::Less => {
                record.judge_open::<FREE>(open, deliberating, day, bars, Less(x, number))
            }
            Comparison::LessOrEqual => {
                record.judge_open::<FREE>(open, deliberating, day, bars, LessOrEqual(x, number))
            }
            Comparison::Greater => {
                record.judge_open::<FREE>(open, deliberating, day, bars, Greater(x, number))
            }
            Comparison::GreaterOrEqual => {
                record.judge_open::<FREE>(open, deliberating, day, bars, GreaterOrEqual(x, number))
            }
        }
    }

    /// Leaves s⁺ in `scratch.mind.expected`, unless it is what the actor sees, and what goals are
    /// evaluated on in `scratch.mind.imagined`.
    #[inline(always)]
    fn expect(&mut self, actor_id: ActorId) {
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
            let expected = &mut mind.expected[variable.index()];
            for lane in 0..L {
                expected[lane] = clamp(expected[lane] + sum[lane], min, max);
            }
        }
        let expected = if mind.expects { &mind.expected } else { seen };
        for &variable in &ready.actors[actor_id].imagined {
            mind.imagined[variable] = expected[variable];
        }
    }

    /// s⁺: what the actor sees, or what it expects beyond.
    #[inline(always)]
    fn expected<'a>(mind: &'a Mind<L>, morning: &Situation<'a, L>) -> &'a [Lanes<L>] {
        match mind.expects {
            true => &mind.expected,
            false => morning.view.variables,
        }
    }

    /// Leaves in `scratch.mind` what options are compared with: the residuals on s⁺ that an open
    /// option may change, and the expected replies if the actor waits.
    #[inline(always)]
    pub(super) fn reckon(&mut self, actor_id: ActorId) {
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
        let options = || actor.tracks.iter().flat_map(|track| &track.options);
        let morning = Self::morning(bound, state, &scratch.beliefs, actor_id);
        for index in 0..actor.imperatives.len() {
            let mut needed = [0; L];
            for &action in options() {
                let is_open = scratch.is_open[action.index()];
                if is_open && program.actions[action].concern.residuals.contains(&index) {
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
                let imperatives = &actor.imperatives;
                evaluate_residuals(residuals, imperatives, &[index], &there, &needed, work);
            }
        }
        if actor.anticipates.is_empty() {
            return;
        }
        let mut any_open = [0; L];
        for &action in options() {
            let open = &scratch.open[action.index()];
            for lane in 0..L {
                any_open[lane] |= open[lane];
            }
        }
        let mind = &mut scratch.mind;
        mind.insight = *work.input(actor.insight, &morning, &any_open, &mut [0.0; L]);
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
                let (base, room) = (&mut mind.imagined, &mut mind.reply[k]);
                mind.replies[k] = two.expected_worth(&morning, base, None, &needed, room, work);
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
        let mut in_one_pass = !observer.watches_choices();
        let mut n_open = 0;
        for (k, &action) in track.options.iter().enumerate() {
            if !self.scratch.is_open[action.index()] {
                continue;
            }
            n_open += 1;
            in_one_pass &= self.ready.actions[action].numbers.is_some();
            if self.ready.actions[action].is_plain
                && self.interests.precisions[actor_id.index()].is_some()
            {
                self.value_plain_option(actor_id, action, k);
            } else {
                let open = self.scratch.open[action.index()];
                self.value_option(actor_id, action, k, &open);
            }
        }
        if in_one_pass && n_open <= decide::MOST {
            self.draw_in_one_pass(track);
        } else {
            self.draw_step_by_step(actor_id, track_index, track, observer);
        }
    }

    /// Draws among options whose odds are plain numbers.
    #[inline(always)]
    fn draw_in_one_pass(&mut self, track: &TrackRow) {
        let Self {
            bound,
            state,
            interests,
            scratch,
            ready,
            ..
        } = self;
        let room = &scratch.track;
        let mut contenders = Contenders::new(&room.open[0], &room.logits[0]);
        for (k, &action) in track.options.iter().enumerate() {
            let odds = ready.actions[action].numbers.map_or(0.0, |it| it.odds);
            if scratch.is_open[action.index()] && odds > 0.0 {
                contenders.add(&Contender {
                    option: k as u32 + 1,
                    open: &scratch.open[action.index()],
                    logit: &room.logits[k],
                    odds,
                    is_bounded: interests.bounded[action.index()],
                    success: bound.site_key(bound.program.actions[action].success_site, state.day),
                });
            }
        }
        let decision = &mut scratch.decisions[track.index];
        contenders.draw(state, bound.site_key(track.site, state.day), decision);
    }

    /// Draws in the general way, and shows the choice to the observer.
    #[inline(always)]
    fn draw_step_by_step(
        &mut self,
        actor_id: ActorId,
        track_index: usize,
        track: &TrackRow,
        observer: &mut dyn Observer<L>,
    ) {
        let total = self.weigh_valued(track);
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

    /// Leaves in `scratch.track` what the options of a track weigh, each valued in the general way,
    /// and gives their sum.
    #[inline(always)]
    pub(super) fn weigh_track(&mut self, actor_id: ActorId, track: &TrackRow) -> Lanes<L> {
        for (k, &action) in track.options.iter().enumerate() {
            if self.scratch.is_open[action.index()] {
                let open = self.scratch.open[action.index()];
                self.value_option(actor_id, action, k, &open);
            }
        }
        self.weigh_valued(track)
    }

    /// Leaves in `scratch.track` what the options of a track weigh that have been valued, and gives
    /// their sum.
    #[inline(always)]
    fn weigh_valued(&mut self, track: &TrackRow) -> Lanes<L> {
        let (scratch, ready) = (&mut self.scratch, &self.ready);
        let mut largest = [0.0; L];
        for (k, &action) in track.options.iter().enumerate() {
            scratch.track.open[k] = scratch.open[action.index()];
            if scratch.is_open[action.index()] {
                if let Some(numbers) = ready.actions[action].numbers {
                    scratch.track.odds[k] = [numbers.odds; L];
                }
                scratch.track.raise(k, &mut largest);
            }
        }
        weigh_options(&mut scratch.track, track.options.len(), &largest)
    }

    /// Leaves λ·log₂e·u of an option that is worth nothing but the linear part of its success,
    /// all in plain numbers, in `scratch.track`.
    #[inline(always)]
    fn value_plain_option(&mut self, actor_id: ActorId, action: ActionId, k: usize) {
        let Self {
            bound,
            state,
            work,
            interests,
            scratch,
            ready,
            ..
        } = self;
        let morning = Self::morning(bound, state, &scratch.beliefs, actor_id);
        let base = Self::expected(&scratch.mind, &morning);
        let ready = &ready.actions[action];
        let precision = &interests.precisions[actor_id.index()];
        if let (Some(terms), Some(numbers), Some(precision)) =
            (&ready.linear[0], ready.numbers, precision)
        {
            let logit = &mut scratch.track.logits[k];
            let finish = Logit { precision, numbers };
            let gradient = &interests.gradients[actor_id.index()];
            linear_worth(logit, gradient, terms, base, finish);
            if !interests.bounded[action.index()] {
                let open = &scratch.open[action.index()];
                for lane in 0..L {
                    work.faults[lane] |= not_finite(logit[lane]) & open[lane];
                }
            }
        }
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
            ready,
            ..
        } = self;
        let program = bound.program;
        let (actor, row) = (&program.actors[actor_id], &program.actions[action]);
        let morning = Self::morning(bound, state, &scratch.beliefs, actor_id);
        let own = interests.of(program, actor_id);
        let ready = &ready.actions[action];
        let mind = &mut scratch.mind;
        let mut sides = [[0.0; L]; 2];
        for (index, side) in Side::BOTH.into_iter().enumerate() {
            if !side.does_anything(&row.touches) {
                continue;
            }
            let worth = &mut sides[index];
            let is_evaluated = !row.concern.residuals.is_empty() || row.stirs.contains(&true);
            let what = (row.touches.as_slice(), side);
            let expected = match mind.expects {
                true => mind.expected.as_slice(),
                false => morning.view.variables,
            };
            if let Some(terms) = &ready.linear[index] {
                linear_worth(worth, own.gradient, terms, expected, Bare);
            }
            if is_evaluated || ready.linear[index].is_none() {
                let after = &mut mind.after;
                hypothesise(&row.touches, side, &morning, expected, after, open, work);
            }
            if ready.linear[index].is_none() {
                add_linear_worth(worth, own, &row.concern, what, expected, &mind.after);
            }
            if !is_evaluated {
                continue;
            }
            exchange(what, &mut mind.imagined, &mut mind.after);
            let residuals = (row.concern.residuals.as_slice(), mind.residuals.as_slice());
            let there = on(&morning, &mind.imagined);
            add_residual_worth(worth, own, residuals, &there, open, work);
            for (k, anticipation) in actor.anticipates.iter().enumerate() {
                if row.stirs[k] {
                    let insight = &mind.insight;
                    let two = Reckoning::new(program, interests, actor_id, anticipation, insight);
                    let (base, room) = (&mut mind.imagined, &mut mind.reply[k]);
                    let shift = Some(&ready.shifts[k]);
                    let reply = two.expected_worth(&morning, base, shift, open, room, work);
                    for lane in 0..L {
                        worth[lane] += reply[lane] - mind.replies[k][lane];
                    }
                }
            }
            exchange(what, &mut mind.imagined, &mut mind.after);
        }
        if let (Some(numbers), Some(precision), None) = (
            ready.numbers,
            &interests.precisions[actor_id.index()],
            actor.risk,
        ) {
            let fails = Side::Failure.does_anything(&row.touches);
            let logit = &mut scratch.track.logits[k];
            finish_logit(logit, precision, numbers, &sides, fails);
            for lane in 0..L {
                work.faults[lane] |= not_finite(logit[lane]) & open[lane];
            }
            return;
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

/// λ·log₂e·(worth of the sides + appeal − cost), in plain numbers.
#[inline(always)]
fn finish_logit<const L: usize>(
    logit: &mut Lanes<L>,
    precision: &Lanes<L>,
    numbers: Numbers,
    sides: &[Lanes<L>; 2],
    fails_with_effect: bool,
) {
    let Numbers {
        success,
        cost,
        appeal,
        ..
    } = numbers;
    let failure = 1.0 - success;
    let [well, ill] = sides;
    if fails_with_effect {
        for lane in 0..L {
            let utility = success * well[lane] + failure * ill[lane];
            logit[lane] = precision[lane] * (utility + appeal - cost);
        }
    } else {
        for lane in 0..L {
            logit[lane] = precision[lane] * (success * well[lane] + appeal - cost);
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
