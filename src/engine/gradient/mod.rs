//! How the logits of a decision answer to the numbers in them.
//!
//! In: an actor that has been put before its options, and by option a *surprise*, what the slope
//! of its logit counts. Out: for every number x of a decision, Σ over the options of
//! surprise · ∂(ln r + λu)/∂x, added to [`Slopes`]. A number that is an expression is taken by its
//! logarithm.
//!
//! The options are valued once more, goal by goal, and every slope is written down: no number is
//! moved. What works through an anticipated reply goes backwards: how much a hypothetical state
//! counts in the sum is known first, and is then handed on to the replies that are expected on it,
//! and from them to the responder's numbers (the chain rule in reverse), so that all numbers
//! together cost little more than one valuation. Absent on purpose: what moves the state itself.

mod branches;
mod partials;
mod reevaluate;
mod response;
mod responses;

pub use reevaluate::Rehearsal;

use crate::base::index::{ActionId, ActorId, Id, IdVec};
use crate::engine::Engine;
use crate::engine::lanes::{Lanes, Mask, Row, keep};
use crate::engine::utility::{Side, exchange, hypothesise, on};
use crate::program::{ActorRow, Program};
use branches::{Joint, join};
use partials::{add_linear_gains, add_product, add_residual_gains, by_odds, concerned, unit};
use responses::{EXPECTED, Replies};

/// By number of a decision: the sum of what the slopes of logits count.
#[derive(Clone, Debug)]
pub struct Slopes<const L: usize> {
    /// By actor.
    pub actors: IdVec<ActorId, ActorSlopes<L>>,
    /// By action.
    pub actions: IdVec<ActionId, ActionSlopes<L>>,
}

/// By number of an actor.
#[derive(Clone, Debug)]
pub struct ActorSlopes<const L: usize> {
    /// By normalised weight of an imperative, the others standing still.
    pub weights: Vec<Lanes<L>>,
    /// By precision.
    pub precision: Lanes<L>,
    /// By aversion to the spread.
    pub risk: Lanes<L>,
    /// By the share of others' precision with which it reads them.
    pub insight: Lanes<L>,
    /// By tempo, as others expect it.
    pub tempo: Lanes<L>,
}

/// By number of an action.
#[derive(Clone, Debug)]
pub struct ActionSlopes<const L: usize> {
    /// By probability of success.
    pub success: Lanes<L>,
    /// By cost.
    pub cost: Lanes<L>,
    /// By appeal.
    pub appeal: Lanes<L>,
    /// By odds.
    pub daily_odds: Lanes<L>,
}

impl<const L: usize> Slopes<L> {
    pub(in crate::engine) fn new(program: &Program) -> Self {
        let zero = Lanes::<L>::of(0.0);
        let of_actor = |actor: &ActorRow| ActorSlopes {
            weights: vec![zero; actor.imperatives.len()],
            precision: zero,
            risk: zero,
            insight: zero,
            tempo: zero,
        };
        let of_action = |_| ActionSlopes {
            success: zero,
            cost: zero,
            appeal: zero,
            daily_odds: zero,
        };
        Self {
            actors: program.actors.iter().map(of_actor).collect(),
            actions: program.actions.iter().map(of_action).collect(),
        }
    }

    /// Begins from nothing.
    pub fn clear(&mut self) {
        let zero = Lanes::<L>::of(0.0);
        for actor in self.actors.iter_mut() {
            actor.weights.fill(zero);
            actor.precision = zero;
            actor.risk = zero;
            actor.insight = zero;
            actor.tempo = zero;
        }
        for action in self.actions.iter_mut() {
            action.success = zero;
            action.cost = zero;
            action.appeal = zero;
            action.daily_odds = zero;
        }
    }
}

/// Room for the slopes of a decision.
#[derive(Debug)]
pub(in crate::engine) struct SlopeRoom<const L: usize> {
    /// By action: the imperatives of its actor that it concerns.
    concerned: IdVec<ActionId, Vec<usize>>,
    /// By side and imperative: what the option in hand changes of the goal.
    gains: [Vec<Lanes<L>>; 2],
    after: Vec<Lanes<L>>,
    /// By actor and one whom it anticipates.
    replies: IdVec<ActorId, Vec<Replies<L>>>,
}

impl<const L: usize> SlopeRoom<L> {
    pub(in crate::engine) fn new(program: &Program) -> Self {
        let most = |counts: &mut dyn Iterator<Item = usize>| counts.max().unwrap_or(0);
        let mut touches = program.actions.iter().map(|row| row.effects.len());
        let after = vec![Lanes::<L>::of(0.0); most(&mut touches)];
        let mut imperatives = program.actors.iter().map(|row| row.imperatives.len());
        let gains = vec![Lanes::<L>::of(0.0); most(&mut imperatives)];
        let replies = program.actors.enumerate().map(|(id, actor)| {
            let anticipated = actor.anticipates.iter();
            anticipated
                .map(|anticipation| Replies::new(program, id, anticipation, after.len()))
                .collect()
        });
        Self {
            concerned: program
                .actions
                .iter()
                .map(|row| concerned(&program.actors[row.actor], &row.dependencies))
                .collect(),
            gains: [gains.clone(), gains],
            replies: replies.collect(),
            after,
        }
    }
}

impl<const L: usize> Engine<'_, L> {
    /// Adds the slopes of the logits of all options of the actor that was faced, each times its
    /// surprise, which is 0 where the option is closed.
    #[inline(always)]
    pub(in crate::engine) fn add_slopes(
        &mut self,
        actor_id: ActorId,
        surprise: &IdVec<ActionId, Lanes<L>>,
        room: &mut SlopeRoom<L>,
        slopes: &mut Slopes<L>,
    ) {
        let program = self.bound.program;
        let actor = &program.actors[actor_id];
        let counts = |action: ActionId| surprise[action].iter().any(|&lane| lane != 0.0);
        for k in 0..actor.anticipates.len() {
            let mut needed = Mask::<L>::of(0);
            for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
                if counts(action) && program.actions[action].invalidates[k] {
                    let open = &self.scratch.open[action.index()];
                    for lane in 0..L {
                        needed[lane] |= open[lane];
                    }
                }
            }
            let Self {
                bound,
                state,
                work,
                interests,
                scratch,
                ..
            } = self;
            let morning = Self::morning(bound, state, &scratch.beliefs, actor_id);
            let base = &mut scratch.mind.imagined;
            let replies = &mut room.replies[actor_id][k];
            replies.begin(&needed, &scratch.mind.insight);
            replies.appraise(EXPECTED, &morning, base, None, &needed, interests, work);
        }
        for &action in actor.tracks.iter().flat_map(|track| &track.actions) {
            if counts(action) {
                self.add_slopes_of(action, &surprise[action], room, slopes);
            }
        }
        for replies in &mut room.replies[actor_id] {
            replies.settle(program, slopes);
        }
    }

    /// The same for one option.
    #[inline(always)]
    #[allow(
        clippy::manual_map,
        reason = "a closure may be compiled without the wide instructions of its caller"
    )]
    fn add_slopes_of(
        &mut self,
        action: ActionId,
        surprise: &Lanes<L>,
        room: &mut SlopeRoom<L>,
        slopes: &mut Slopes<L>,
    ) {
        let open = self.scratch.open[action.index()];
        let sides = self.value_sides(action, &open, room);
        let Self {
            bound,
            state,
            work,
            scratch,
            ..
        } = self;
        let program = bound.program;
        let row = &program.actions[action];
        let actor = &program.actors[row.actor];
        let morning = Self::morning(bound, state, &scratch.beliefs, row.actor);
        let mut slots = [Lanes::<L>::of(0.0); 6];
        let [a, b, c, d, e, f] = &mut slots;
        let success = work.input(row.success, &morning, &open, a);
        let cost = work.input(row.cost, &morning, &open, b);
        let appeal = work.input(row.appeal, &morning, &open, c);
        let odds = work.input(row.daily_odds, &morning, &open, d);
        let precision = work.input(actor.precision, &morning, &open, e);
        let risk = match actor.risk {
            Some(risk) => Some(work.input(risk, &morning, &open, f)),
            None => None,
        };
        let joint = join(success, &sides, risk);
        let mut lean = Lanes::<L>::of(0.0);
        let mut utility = Lanes::<L>::of(0.0);
        for lane in 0..L {
            lean[lane] = keep(open[lane], surprise[lane] * precision[lane]);
            utility[lane] = joint.worth[lane] + appeal[lane] - cost[lane];
        }
        let own = &mut slopes.actors[row.actor];
        let unit = |input, value| unit(program, input, value);
        let by = unit(actor.precision, precision);
        add_product(&mut own.precision, &open, surprise, &utility, &by);
        if let (Some(input), Some(risk)) = (actor.risk, risk) {
            add_product(
                &mut own.risk,
                &open,
                &lean,
                &joint.by_risk,
                &unit(input, risk),
            );
        }
        let mine = &mut slopes.actions[action];
        let by = unit(row.success, success);
        add_product(&mut mine.success, &open, &lean, &joint.by_success, &by);
        let by = unit(row.cost, cost);
        add_product(&mut mine.cost, &open, &lean, &Row::of(-1.0), &by);
        let by = unit(row.appeal, appeal);
        add_product(&mut mine.appeal, &open, &lean, &Lanes::<L>::of(1.0), &by);
        let by = by_odds(row.daily_odds, odds);
        add_product(
            &mut mine.daily_odds,
            &open,
            surprise,
            &by,
            &Lanes::<L>::of(1.0),
        );

        self.hand_on(action, &lean, &joint, room, slopes);
    }

    /// Hands on what the sides of an option count to the weights and to the replies.
    #[inline(always)]
    fn hand_on(
        &self,
        action: ActionId,
        lean: &Lanes<L>,
        joint: &Joint<L>,
        room: &mut SlopeRoom<L>,
        slopes: &mut Slopes<L>,
    ) {
        let program = self.bound.program;
        let row = &program.actions[action];
        let open = &self.scratch.open[action.index()];
        for (index, side) in Side::BOTH.into_iter().enumerate() {
            if !side.does_anything(&row.effects) {
                continue;
            }
            let mut counts = Lanes::<L>::of(0.0);
            for lane in 0..L {
                let well = joint.by_well[lane];
                let share = if index == 0 { well } else { 1.0 - well };
                counts[lane] = keep(open[lane], lean[lane] * share);
            }
            for &imperative in &room.concerned[action] {
                let to = &mut slopes.actors[row.actor].weights[imperative];
                let gains = &room.gains[index][imperative];
                add_product(to, open, &counts, gains, &Lanes::<L>::of(1.0));
            }
            for (k, replies) in room.replies[row.actor].iter_mut().enumerate() {
                if row.invalidates[k] {
                    let shift = &self.ready.actions[action].shifts[k];
                    replies.hand_on(1 + index, &counts, shift, program, slopes);
                }
            }
        }
    }

    /// Leaves in the room what an option changes of each goal on either side, and the replies to
    /// it, and gives what the sides are worth.
    #[inline(always)]
    fn value_sides(
        &mut self,
        action: ActionId,
        open: &Mask<L>,
        room: &mut SlopeRoom<L>,
    ) -> [Lanes<L>; 2] {
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
        let row = &program.actions[action];
        let actor = &program.actors[row.actor];
        let weights = &interests.weights[row.actor.index()];
        let morning = Self::morning(bound, state, &scratch.beliefs, row.actor);
        let mind = &mut scratch.mind;
        let mut sides = [Lanes::<L>::of(0.0); 2];
        for (index, side) in Side::BOTH.into_iter().enumerate() {
            if !side.does_anything(&row.effects) {
                continue;
            }
            let what = (row.effects.as_slice(), side);
            let expected = match mind.expects {
                true => mind.expected.as_slice(),
                false => morning.view.variables,
            };
            let (gains, after) = (&mut room.gains[index], &mut room.after);
            for &imperative in &room.concerned[action] {
                gains[imperative] = Lanes::<L>::of(0.0);
            }
            hypothesise(
                (&row.effects, side),
                &morning,
                expected,
                after,
                &mut [],
                open,
                work,
            );
            add_linear_gains(gains, actor, &row.dependencies, what, expected, after);
            let worth = &mut sides[index];
            if !row.dependencies.residuals.is_empty() || row.invalidates.contains(&true) {
                exchange(what, &mut mind.imagined, after);
                let residuals = (
                    row.dependencies.residuals.as_slice(),
                    mind.residuals.as_slice(),
                );
                let there = on(&morning, &mind.imagined);
                add_residual_gains(gains, &actor.imperatives, residuals, &there, open, work);
                for (k, replies) in room.replies[row.actor].iter_mut().enumerate() {
                    if row.invalidates[k] {
                        let shift = Some(&ready.actions[action].shifts[k]);
                        let base = &mut mind.imagined;
                        let place = 1 + index;
                        replies.appraise(place, &morning, base, shift, open, interests, work);
                        replies.add_worth(place, worth);
                    }
                }
                exchange(what, &mut mind.imagined, after);
            }
            for &imperative in &room.concerned[action] {
                for lane in 0..L {
                    worth[lane] += weights[imperative][lane] * gains[imperative][lane];
                }
            }
        }
        sides
    }
}
