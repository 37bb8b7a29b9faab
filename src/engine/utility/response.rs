//! Reckoning with the replies of others: one step of backward induction.
//!
//! An actor that anticipates another asks of each of its options: in the state that it would
//! make, how would the other choose, by the other's own goals and a share (`insight`) of its
//! precision, and what would that be worth to me? The other is taken to see the hypothetical
//! state, to have nothing on its way, and not to look ahead itself. This is the expected
//! payoff of an agent quantal response, one step deep (McKelvey & Palfrey 1998; Signorino 1999).
//! Replies on several tracks and of several others are reckoned each by itself and added.

pub(in crate::engine) use crate::engine::utility::response_workspace::ReplyRoom;

use crate::base::index::{ActionId, ActorId};
use crate::engine::Interests;
use crate::engine::dispatch::on_path;
use crate::engine::lanes::{Lanes, Mask, any, not_finite};
use crate::engine::utility::evaluate::{Situation, Workspace};
use crate::engine::utility::invalidation::{Moved, Shift};
use crate::engine::utility::response_workspace::{
    EXPECTED, HERE, Replies, ReplyOption, Residuals, weigh_replies,
};
use crate::engine::utility::{
    ActorInterests, Side, add_residual_worth, hypothesise, join_sides, on,
};
use crate::program::{ActionRow, Anticipation, Program};

/// The two of a reckoning.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Reckoning<'a, const L: usize> {
    /// The one who reckons.
    own: ActorInterests<'a, L>,
    /// The one who replies.
    theirs: ActorInterests<'a, L>,
    anticipation: &'a Anticipation,
    /// The share of the responder's precision with which it is read.
    insight: &'a Lanes<L>,
}

impl<'a, const L: usize> Reckoning<'a, L> {
    /// An actor reckons with one of those whom it anticipates.
    #[inline(always)]
    pub(in crate::engine) fn new(
        program: &'a Program,
        interests: &'a Interests<L>,
        actor: ActorId,
        anticipation: &'a Anticipation,
        insight: &'a Lanes<L>,
    ) -> Self {
        let own = interests.of(program, actor);
        let theirs = interests.of(program, anticipation.responder);
        Self {
            own,
            theirs,
            anticipation,
            insight,
        }
    }

    /// What the replies are worth to the one who reckons, on the state `base`; `morning` gives
    /// memory, the day and the drawn values. Without a `shift`, `base` is s⁺; with one, only what it
    /// names is reckoned again, the rest being as on s⁺, where it was reckoned in all lanes of
    /// `active`.
    pub(in crate::engine) fn expected_worth(
        &self,
        morning: &Situation<'_, L>,
        base: &[Lanes<L>],
        shift: Option<&Shift>,
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) -> Lanes<L> {
        on_path!(
            work.path,
            self.expect_portable,
            self.expect_avx2,
            self.expect_avx512,
            (morning, base, shift, active, room, work)
        )
    }

    #[inline(never)]
    fn expect_portable(
        &self,
        morning: &Situation<'_, L>,
        base: &[Lanes<L>],
        shift: Option<&Shift>,
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) -> Lanes<L> {
        self.expect(morning, base, shift, active, room, work)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    #[inline(never)]
    fn expect_avx2(
        &self,
        morning: &Situation<'_, L>,
        base: &[Lanes<L>],
        shift: Option<&Shift>,
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) -> Lanes<L> {
        self.expect(morning, base, shift, active, room, work)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    #[inline(never)]
    fn expect_avx512(
        &self,
        morning: &Situation<'_, L>,
        base: &[Lanes<L>],
        shift: Option<&Shift>,
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) -> Lanes<L> {
        self.expect(morning, base, shift, active, room, work)
    }

    #[inline(always)]
    fn expect(
        &self,
        morning: &Situation<'_, L>,
        base: &[Lanes<L>],
        shift: Option<&Shift>,
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) -> Lanes<L> {
        let program = morning.bound.program;
        let responder = &program.actors[self.anticipation.responder];
        self.evaluate_before(morning, base, shift, active, room, work);
        let there = on(morning, base);
        let mut slot = Lanes::<L>::of(0.0);
        let mut precision = *work.input(responder.precision, &there, active, &mut slot);
        for lane in 0..L {
            precision[lane] = precision[lane] * self.insight[lane] * std::f32::consts::LOG2_E;
        }
        let tempo = *work.input(responder.tempo, &there, active, &mut slot);

        let place = shift.map_or(EXPECTED, |_| HERE);
        let mut worth = Lanes::<L>::of(0.0);
        let mut first = 0;
        for track in &responder.tracks {
            let n = track.actions.len();
            for (k, &action) in track.actions.iter().enumerate() {
                let index = first + k;
                let moved = shift.map_or(Moved::ALL, |shift| shift.options[index]);
                if !moved.any() {
                    continue;
                }
                let open = match moved.opening {
                    true => self.where_open(action, morning, base, active, work),
                    false => {
                        let mut open = room.options[EXPECTED][index].open;
                        for lane in 0..L {
                            open[lane] &= active[lane];
                        }
                        open
                    }
                };
                let option = &mut room.options[place][index];
                option.is_open = any(&open);
                option.open = open;
                if option.is_open {
                    let at = (index, &open, moved);
                    self.value_reply(action, place, at, &precision, morning, base, room, work);
                }
            }
            let [expected, here] = &room.options;
            let replies = Replies {
                expected: &expected[first..first + n],
                here: &here[first..first + n],
                moved: shift.map(|shift| &shift.options[first..first + n]),
            };
            weigh_replies(&mut worth, replies, active, &mut room.weights);
            first += n;
        }
        for lane in 0..L {
            worth[lane] *= tempo[lane];
        }
        worth
    }

    /// Leaves in the room the residuals that a reply may change, as they are before it.
    #[inline(always)]
    fn evaluate_before(
        &self,
        morning: &Situation<'_, L>,
        base: &[Lanes<L>],
        shift: Option<&Shift>,
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) {
        let there = on(morning, base);
        let Anticipation {
            residuals,
            responder_residuals,
            ..
        } = self.anticipation;
        let sets = [
            (
                self.own.imperatives,
                residuals,
                shift.map(|shift| &shift.residuals),
                &mut room.own_residuals,
            ),
            (
                self.theirs.imperatives,
                responder_residuals,
                shift.map(|shift| &shift.responder_residuals),
                &mut room.their_residuals,
            ),
        ];
        for (imperatives, indices, shifted, Residuals { kept, places }) in sets {
            for (k, &index) in indices.iter().enumerate() {
                let Some(residual) = imperatives[index].residual else {
                    continue;
                };
                let is_moved = shifted.is_some_and(|shifted| shifted[k]);
                places[index] = if is_moved { HERE } else { EXPECTED };
                if is_moved || shifted.is_none() {
                    kept[places[index]][index].evaluate(residual, &there, active, work);
                }
            }
        }
    }

    /// Where an option of the responder is open.
    #[inline(always)]
    fn where_open(
        &self,
        action: ActionId,
        morning: &Situation<'_, L>,
        base: &[Lanes<L>],
        active: &Mask<L>,
        work: &mut Workspace<L>,
    ) -> Mask<L> {
        let program = morning.bound.program;
        let row = &program.actions[action];
        let record = &morning.view.memory.actions[action];
        let mut open = *active;
        record.close(&mut open, morning.view.day, row.limit, row.cooldown_days);
        if let Some(requires) = row.requires
            && any(&open)
        {
            let view = on(morning, base).view;
            let holds = work.condition(&program.codes[requires], &view, &open);
            for lane in 0..L {
                open[lane] &= holds[lane];
            }
        }
        open
    }

    /// Leaves in a place of the room what is moved of one reply where it is open: its logit and odds,
    /// and what it is worth to the one who reckons. `precision` is λ·log₂e, as it is read.
    #[inline(always)]
    #[allow(
        clippy::too_many_arguments,
        reason = "one step of a loop, cut out to be read"
    )]
    fn value_reply(
        &self,
        action: ActionId,
        place: usize,
        (index, open, moved): (usize, &Mask<L>, Moved),
        precision: &Lanes<L>,
        morning: &Situation<'_, L>,
        base: &[Lanes<L>],
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) {
        let program = morning.bound.program;
        let row = &program.actions[action];
        let concern = &self.anticipation.response_dependencies[index];
        // Theirs, for the choice, and one's own.
        let asked = usize::from(!moved.choice)..1 + usize::from(moved.worth);
        let (mut theirs, mut own) = ([Lanes::<L>::of(0.0); 2], [Lanes::<L>::of(0.0); 2]);
        for (side, what) in Side::BOTH.into_iter().enumerate() {
            if !what.does_anything(&row.effects) {
                continue;
            }
            let what = (row.effects.as_slice(), what);
            let there = on(morning, base);
            let mut worths = [
                (
                    &mut theirs[side],
                    (self.theirs.gradient, row.dependencies.gradient.as_slice()),
                ),
                (
                    &mut own[side],
                    (self.own.gradient, concern.gradient.as_slice()),
                ),
            ];
            let worths = &mut worths[asked.clone()];
            hypothesise(what, &there, base, &mut room.after, worths, open, work);
            let mut changes = [
                (
                    &mut theirs[side],
                    self.theirs.weights,
                    &row.dependencies,
                    &mut room.their_residuals,
                ),
                (
                    &mut own[side],
                    self.own.weights,
                    concern,
                    &mut room.own_residuals,
                ),
            ];
            for (worth, weights, concern, before) in &mut changes[asked.clone()] {
                for (imperative, patch) in &concern.patches[side] {
                    let weight = &weights[*imperative];
                    let change = (patch, before.before(*imperative), room.after.as_slice());
                    add_residual_worth(worth, weight, change, &there, open, work);
                }
            }
        }
        let option = &mut room.options[place][index];
        let there = on(morning, base);
        let fails = Side::Failure.does_anything(&row.effects);
        let mut slot = Lanes::<L>::of(0.0);
        let success = work.input(row.success, &there, open, &mut slot);
        if moved.worth {
            option.worth = join_sides(success, &own, fails, None);
            let faults = &mut work.faults;
            for lane in 0..L {
                faults[lane] |= not_finite(option.worth[lane]) & open[lane];
            }
        }
        if moved.choice {
            finish_choice(option, row, success, &theirs, precision, &there, open, work);
        }
    }
}

/// Leaves the logit and odds of a reply whose sides are worth so much to the one who replies.
#[inline(always)]
#[allow(
    clippy::manual_map,
    reason = "a closure may be compiled without the wide instructions of its caller"
)]
#[allow(
    clippy::too_many_arguments,
    reason = "one step of a loop, cut out to be read"
)]
fn finish_choice<const L: usize>(
    option: &mut ReplyOption<L>,
    row: &ActionRow,
    success: &Lanes<L>,
    sides: &[Lanes<L>; 2],
    precision: &Lanes<L>,
    there: &Situation<'_, L>,
    open: &Mask<L>,
    work: &mut Workspace<L>,
) {
    let (mut a, mut b) = (Lanes::<L>::of(0.0), Lanes::<L>::of(0.0));
    let risk = match there.bound.program.actors[row.actor].risk {
        Some(risk) => Some(work.input(risk, there, open, &mut a)),
        None => None,
    };
    let fails = Side::Failure.does_anything(&row.effects);
    let utility = join_sides(success, sides, fails, risk);
    let appeal = work.input(row.appeal, there, open, &mut a);
    let cost = work.input(row.cost, there, open, &mut b);
    let (logit, faults) = (&mut option.logit, &mut work.faults);
    for lane in 0..L {
        let utility = utility[lane] + (appeal[lane] - cost[lane]);
        logit[lane] = precision[lane] * utility;
        faults[lane] |= not_finite(logit[lane]) & open[lane];
    }
    option.odds = *work.input(row.daily_odds, there, open, &mut a);
}
