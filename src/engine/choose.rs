//! An actor deliberates: its open options, what each is worth to it, and its choice.
//!
//! Utility of an option (design of a day, step 2):
//! u = Σᵢ ŵᵢ·(p·gᵢ(s⁺ ⊕ effects) + (1−p)·gᵢ(s⁺ ⊕ failure effects) − gᵢ(s⁺)) + appeal − cost,
//! where s⁺ is the morning's state, as the actor sees it, with the actor's own effects on their
//! way; to the goals on each hypothetical state come the expected replies of those whom the
//! actor anticipates. The choice is a logit with prior weights, P ∝ r·exp(λu), by inverse CDF of
//! one uniform over waiting and the options by name.

use super::decide::{self, Contender, Contenders, pick_option, weigh_options};
use super::evaluate::{Situation, View};
use super::lanes::{Lanes, Mask, any, bit, clamp, keep, not_finite};
use super::observer::{Choice, Observer};
use super::ready::{Comparison, Gate, Numbers, Opening};
use super::reply::Reckoning;
use super::state::{Always, Greater, GreaterOrEqual, Less, LessOrEqual, State, Where};
use super::worth::{
    Bare, Logit, Side, add_residual_worth, evaluate_residuals, exchange, hypothesise, join_sides,
    linear_worth, measure_rooms, on,
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
    /// 1 where the option is open, else 0.
    gates: Vec<Lanes<L>>,
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
            gates: vec![[0.0; L]; most],
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
    /// The same where it succeeds, else 0.
    pub(super) done: Mask<L>,
    /// Whether `done` is known from the draw on; else `luck` is.
    pub(super) is_settled: bool,
    /// Bit k where option k was open and its gate a window.
    pub(super) opened: Mask<L>,
    /// The uniform number that decides whether the chosen action succeeds.
    pub(super) luck: Lanes<L>,
    /// Whether all options are plain, and drawn as such.
    pub(super) is_plain: bool,
}

impl<const L: usize> Decision<L> {
    pub(super) fn new() -> Self {
        Self {
            idle: true,
            pick: [0; L],
            done: [0; L],
            is_settled: false,
            opened: [0; L],
            luck: [0.0; L],
            is_plain: false,
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
        let watches = observer.watches_choices();
        if self.face(actor_id, &deliberating, watches) {
            let actor = &self.bound.program.actors[actor_id];
            for (index, track) in actor.tracks.iter().enumerate() {
                let decision = &self.scratch.decisions[track.index];
                if decision.is_plain {
                    self.choose_plainly(actor_id, track, &deliberating);
                } else if !decision.idle && (watches || !self.choose_in_one_pass(actor_id, track)) {
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
    pub(super) fn face(
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
            decision.idle = !may_be_open;
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
        if mind.expects || !program.actors[actor_id].perceives.is_empty() {
            measure_rooms(&mut mind.rooms, expected, &ready.actors[actor_id].roomy);
        }
    }

    /// Leaves in `scratch.rooms` the room that variables have in the world, as far as the actors of
    /// a turn ask for it.
    #[inline(always)]
    pub(super) fn measure_turn(&mut self, turn: usize) {
        let variables = &self.ready.roomy[turn];
        measure_rooms(&mut self.scratch.rooms, &self.state.variables, variables);
    }

    /// The same for one actor.
    #[inline(always)]
    pub(super) fn measure_for(&mut self, actor: ActorId) {
        let variables = &self.ready.actors[actor].roomy;
        measure_rooms(&mut self.scratch.rooms, &self.state.variables, variables);
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

    /// Chooses on one track all of whose options are plain, in one pass.
    #[inline(always)]
    fn choose_plainly(&mut self, actor_id: ActorId, track: &TrackRow, deliberating: &Mask<L>) {
        let mut is_closed = [false; decide::MOST];
        for (k, &action) in track.options.iter().enumerate() {
            if self.ready.actions[action].is_judged {
                is_closed[k] = !self.open_option::<false>(actor_id, action, deliberating);
                let open = &self.scratch.open[action.index()];
                open_as_number(&mut self.scratch.track.gates[k], open);
            }
        }
        let Self {
            bound,
            state,
            work,
            interests,
            scratch,
            ready,
        } = self;
        let Some(options) = &ready.tracks[track.index] else {
            return;
        };
        let sees_world = bound.program.actors[actor_id].perceives.is_empty();
        let Some(precision) = &interests.precisions[actor_id.index()] else {
            return;
        };
        let gradient = &interests.gradients[actor_id.index()];
        let rooms = match sees_world && !scratch.mind.expects {
            true => &scratch.rooms,
            false => &scratch.mind.rooms,
        };
        let TrackRoom { logits, gates, .. } = &mut scratch.track;
        for (k, plain) in options.iter().enumerate() {
            if !is_closed[k] {
                let numbers = plain.numbers;
                let finish = Logit { precision, numbers };
                linear_worth(&mut logits[k], gradient, &plain.terms, rooms, finish);
            }
        }
        let seen = match sees_world {
            true => &state.variables,
            false => &scratch.beliefs,
        };
        let mut contenders = Contenders::new(&logits[0]);
        for (k, plain) in options.iter().enumerate() {
            if is_closed[k] {
                continue;
            }
            let (seen, least, most) = match plain.gate {
                Gate::Window {
                    variable,
                    least,
                    most,
                } => (&seen[variable], least, most),
                Gate::Judged => (&gates[k], 1.0, 1.0),
            };
            contenders.add(&Contender {
                option: plain.option,
                seen,
                least,
                most,
                logit: &logits[k],
                odds: plain.numbers.odds,
                is_bounded: interests.bounded[plain.action.index()],
                success: plain.numbers.success,
                site: bound.site_key(plain.site, state.day),
            });
        }
        let decision = &mut scratch.decisions[track.index];
        let site = bound.site_key(track.site, state.day);
        contenders.draw(state, site, deliberating, decision, &mut work.faults);
    }

    /// Chooses on one track on which somebody has an option, where what decides its options' draw
    /// and success are plain numbers. False where they are not.
    #[inline(always)]
    fn choose_in_one_pass(&mut self, actor_id: ActorId, track: &TrackRow) -> bool {
        let mut n_open = 0;
        for &action in &track.options {
            if self.scratch.is_open[action.index()] {
                if self.ready.actions[action].numbers.is_none() || n_open == decide::MOST {
                    return false;
                }
                n_open += 1;
            }
        }
        for (k, &action) in track.options.iter().enumerate() {
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
        let mut contenders = Contenders::new(&logits[0]);
        for (k, &action) in track.options.iter().enumerate() {
            let Some(numbers) = ready.actions[action].numbers else {
                continue;
            };
            if scratch.is_open[action.index()] {
                contenders.add(&Contender {
                    option: k as u32 + 1,
                    seen: &gates[k],
                    least: 1.0,
                    most: 1.0,
                    logit: &logits[k],
                    odds: numbers.odds,
                    is_bounded: false,
                    success: numbers.success,
                    site: bound.site_key(bound.program.actions[action].success_site, state.day),
                });
            }
        }
        let decision = &mut scratch.decisions[track.index];
        let site = bound.site_key(track.site, state.day);
        let all = [u32::MAX; L];
        contenders.draw(state, site, &all, decision, &mut work.faults);
        true
    }

    /// Chooses on one track on which somebody has an option, and shows the choice to the observer.
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
        decision.done = [0; L];
        decision.is_settled = false;
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
        for (k, &action) in track.options.iter().enumerate() {
            if self.scratch.is_open[action.index()] {
                let open = self.scratch.open[action.index()];
                self.value_option(actor_id, action, k, &open);
            }
        }
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
        let (expected, rooms) = match (mind.expects, actor.perceives.is_empty()) {
            (true, _) => (mind.expected.as_slice(), &mind.rooms),
            (false, true) => (morning.view.variables, &scratch.rooms),
            (false, false) => (morning.view.variables, &mind.rooms),
        };
        for (index, side) in Side::BOTH.into_iter().enumerate() {
            if !side.does_anything(&row.touches) {
                continue;
            }
            let worth = &mut sides[index];
            let is_evaluated = !row.concern.residuals.is_empty() || row.stirs.contains(&true);
            let what = (row.touches.as_slice(), side);
            let after = &mut mind.after;
            if let Some(terms) = &ready.linear[index] {
                linear_worth(worth, own.gradient, terms, rooms, Bare);
                if is_evaluated {
                    hypothesise(what, &morning, expected, after, [], open, work);
                }
            } else {
                let slopes = (own.gradient, row.concern.gradient.as_slice());
                hypothesise(
                    what,
                    &morning,
                    expected,
                    after,
                    [(worth, slopes)],
                    open,
                    work,
                );
            }
            if !is_evaluated {
                continue;
            }
            let worth = &mut sides[index];
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
            let worth = utility[lane] + (appeal[lane] - cost[lane]);
            logit[lane] = precision[lane] * std::f32::consts::LOG2_E * worth;
            faults[lane] |= not_finite(logit[lane]) & open[lane];
        }
        scratch.track.odds[k] = *work.input(row.daily_odds, &morning, open, odds_slot);
    }
}

/// Leaves 1 where an option is open, else 0.
#[inline(always)]
fn open_as_number<const L: usize>(gate: &mut Lanes<L>, open: &Mask<L>) {
    for lane in 0..L {
        gate[lane] = keep(open[lane], 1.0);
    }
}

/// λ·log₂e·(worth of the sides + (appeal − cost)), in plain numbers.
#[inline(always)]
fn finish_logit<const L: usize>(
    logit: &mut Lanes<L>,
    precision: &Lanes<L>,
    numbers: Numbers,
    sides: &[Lanes<L>; 2],
    fails_with_effect: bool,
) {
    let Numbers { success, charm, .. } = numbers;
    let failure = 1.0 - success;
    let [well, ill] = sides;
    if fails_with_effect {
        for lane in 0..L {
            let utility = success * well[lane] + failure * ill[lane];
            logit[lane] = precision[lane] * (utility + charm);
        }
    } else {
        for lane in 0..L {
            logit[lane] = precision[lane] * (success * well[lane] + charm);
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
