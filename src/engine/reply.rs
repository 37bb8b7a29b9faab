//! Reckoning with the replies of others: one step of backward induction.
//!
//! An actor that anticipates another asks of each of its options: in the state that it would
//! make, how would the other choose, by the other's own goals and a share (`insight`) of its
//! precision, and what would that be worth to me? The other is taken to see the hypothetical
//! state, to have nothing on its way, and not to look ahead itself. This is the expected
//! payoff of an agent quantal response, one step deep (McKelvey & Palfrey 1998; Signorino 1999).
//! Replies on several tracks and of several others are reckoned each by itself and added.

use super::Interests;
use super::choose::{TrackRoom, weigh_options};
use super::evaluate::{Situation, Workspace};
use super::lanes::{Lanes, Mask, any, bit, not_finite, select};
use super::path::on_path;
use super::worth::{
    ActorInterests, Side, add_linear_worth, add_residual_worth, evaluate_residuals, exchange,
    hypothesise, join_sides, on,
};
use crate::index::{ActorId, Id};
use crate::program::{ActionRow, Anticipation, Concern, Program};

/// Room for valuing replies.
#[derive(Debug)]
pub(super) struct ReplyRoom<const L: usize> {
    after: Vec<Lanes<L>>,
    own_residuals: Vec<Lanes<L>>,
    their_residuals: Vec<Lanes<L>>,
    track: TrackRoom<L>,
    /// By option of the track: what it is worth to the one who reckons.
    worths: Vec<Lanes<L>>,
}

impl<const L: usize> ReplyRoom<L> {
    pub(super) fn new(program: &Program, most_touches: usize, most_imperatives: usize) -> Self {
        let track = TrackRoom::new(program);
        let rows = |count: usize| vec![[0.0; L]; count];
        Self {
            after: rows(most_touches),
            own_residuals: rows(most_imperatives),
            their_residuals: rows(most_imperatives),
            worths: rows(track.n_options()),
            track,
        }
    }
}

/// The two of a reckoning.
#[derive(Clone, Copy)]
pub(super) struct Reckoning<'a, const L: usize> {
    /// The one who reckons.
    own: ActorInterests<'a, L>,
    /// The one who replies.
    theirs: ActorInterests<'a, L>,
    anticipation: &'a Anticipation,
    /// The share of the replier's precision with which it is read.
    insight: &'a Lanes<L>,
}

impl<'a, const L: usize> Reckoning<'a, L> {
    /// An actor reckons with one of those whom it anticipates.
    #[inline(always)]
    pub(super) fn new(
        program: &'a Program,
        interests: &'a Interests<L>,
        actor: ActorId,
        anticipation: &'a Anticipation,
        insight: &'a Lanes<L>,
    ) -> Self {
        let own = interests.of(program, actor);
        let theirs = interests.of(program, anticipation.replier);
        Self {
            own,
            theirs,
            anticipation,
            insight,
        }
    }

    /// What the replies are worth to the one who reckons, on the state `base`; `morning` gives
    /// memory, the day and the drawn values. `base` is left as it was.
    pub(super) fn expected_worth(
        &self,
        morning: &Situation<'_, L>,
        base: &mut [Lanes<L>],
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) -> Lanes<L> {
        on_path!(
            work.path,
            self.expect_portable,
            self.expect_avx2,
            self.expect_avx512,
            (morning, base, active, room, work)
        )
    }

    #[inline(never)]
    fn expect_portable(
        &self,
        morning: &Situation<'_, L>,
        base: &mut [Lanes<L>],
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) -> Lanes<L> {
        self.expect(morning, base, active, room, work)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    #[inline(never)]
    fn expect_avx2(
        &self,
        morning: &Situation<'_, L>,
        base: &mut [Lanes<L>],
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) -> Lanes<L> {
        self.expect(morning, base, active, room, work)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    #[inline(never)]
    fn expect_avx512(
        &self,
        morning: &Situation<'_, L>,
        base: &mut [Lanes<L>],
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) -> Lanes<L> {
        self.expect(morning, base, active, room, work)
    }
    #[inline(always)]
    fn expect(
        &self,
        morning: &Situation<'_, L>,
        base: &mut [Lanes<L>],
        active: &Mask<L>,
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) -> Lanes<L> {
        let program = morning.bound.program;
        let replier = &program.actors[self.anticipation.replier];
        let there = on(morning, base);
        let Anticipation {
            residuals,
            replier_residuals,
            ..
        } = self.anticipation;
        let imperatives = self.own.imperatives;
        evaluate_residuals(
            &mut room.own_residuals,
            imperatives,
            residuals,
            &there,
            active,
            work,
        );
        let imperatives = self.theirs.imperatives;
        let out = &mut room.their_residuals;
        evaluate_residuals(out, imperatives, replier_residuals, &there, active, work);

        let mut slot = [0.0; L];
        let mut precision = *work.input(replier.precision, &there, active, &mut slot);
        for lane in 0..L {
            precision[lane] *= self.insight[lane];
        }
        let tempo = *work.input(replier.tempo, &there, active, &mut slot);

        let mut worth = [0.0; L];
        let mut concerns = self.anticipation.concerns.iter();
        for track in &replier.tracks {
            let mut largest = [0.0; L];
            let mut any_open = false;
            for (k, (&action, concern)) in track.options.iter().zip(&mut concerns).enumerate() {
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
                room.track.open[k] = open;
                if any(&open) {
                    any_open = true;
                    let at = (k, &open);
                    self.value_reply(row, concern, at, &precision, morning, base, room, work);
                    room.track.raise(k, &mut largest);
                }
            }
            if any_open {
                let n = track.options.len();
                let total = weigh_options(&mut room.track, n, &largest);
                for k in 0..n {
                    let (weight, reply) = (&room.track.weights[k + 1], &room.worths[k]);
                    let open = &room.track.open[k];
                    for lane in 0..L {
                        let part = weight[lane] / total[lane] * reply[lane];
                        worth[lane] += select(open[lane], part, 0.0);
                    }
                }
            }
        }
        for lane in 0..L {
            worth[lane] *= tempo[lane];
        }
        worth
    }

    /// Leaves the logit and odds of one reply in `room.track`, and what it is worth to the one
    /// who reckons in `room.worths`.
    #[inline(always)]
    #[allow(
        clippy::too_many_arguments,
        reason = "one step of a loop, cut out to be read"
    )]
    fn value_reply(
        &self,
        row: &ActionRow,
        concern: &Concern,
        (k, open): (usize, &Mask<L>),
        precision: &Lanes<L>,
        morning: &Situation<'_, L>,
        base: &mut [Lanes<L>],
        room: &mut ReplyRoom<L>,
        work: &mut Workspace<L>,
    ) {
        let mut slots = [[0.0; L]; 5];
        let [success_slot, cost_slot, appeal_slot, odds_slot, risk_slot] = &mut slots;
        let (mut theirs, mut own) = ([[0.0; L]; 2], [[0.0; L]; 2]);
        for (index, side) in Side::BOTH.into_iter().enumerate() {
            if !side.does_anything(&row.touches) {
                continue;
            }
            let what = (row.touches.as_slice(), side);
            let there = on(morning, base);
            hypothesise(
                &row.touches,
                side,
                &there,
                base,
                &mut room.after,
                open,
                work,
            );
            let (worth, after) = (&mut theirs[index], &room.after);
            add_linear_worth(worth, self.theirs, &row.concern, what, base, after);
            add_linear_worth(&mut own[index], self.own, concern, what, base, after);
            if row.concern.residuals.is_empty() && concern.residuals.is_empty() {
                continue;
            }
            exchange(what, base, &mut room.after);
            let there = on(morning, base);
            let residuals = (
                row.concern.residuals.as_slice(),
                room.their_residuals.as_slice(),
            );
            add_residual_worth(worth, self.theirs, residuals, &there, open, work);
            let residuals = (concern.residuals.as_slice(), room.own_residuals.as_slice());
            add_residual_worth(&mut own[index], self.own, residuals, &there, open, work);
            exchange(what, base, &mut room.after);
        }
        let there = on(morning, base);
        let replier = &morning.bound.program.actors[row.actor];
        let success = work.input(row.success, &there, open, success_slot);
        let cost = work.input(row.cost, &there, open, cost_slot);
        let appeal = work.input(row.appeal, &there, open, appeal_slot);
        let odds = work.input(row.daily_odds, &there, open, odds_slot);
        let risk = replier
            .risk
            .map(|risk| work.input(risk, &there, open, risk_slot));
        let fails = Side::Failure.does_anything(&row.touches);
        let utility = join_sides(success, &theirs, fails, risk);
        room.worths[k] = join_sides(success, &own, fails, None);
        room.track.odds[k] = *odds;
        let (logit, faults) = (&mut room.track.logits[k], &mut work.faults);
        for lane in 0..L {
            let worth = utility[lane] + appeal[lane] - cost[lane];
            logit[lane] = precision[lane] * std::f32::consts::LOG2_E * worth;
            faults[lane] |= not_finite(logit[lane]) & open[lane];
            faults[lane] |= not_finite(room.worths[k][lane]) & open[lane];
        }
    }
}

impl<const L: usize> Interests<L> {
    /// What an actor wants.
    #[inline(always)]
    pub(super) fn of<'a>(&'a self, program: &'a Program, actor: ActorId) -> ActorInterests<'a, L> {
        ActorInterests {
            imperatives: &program.actors[actor].imperatives,
            weights: &self.weights[actor.index()],
            gradient: &self.gradients[actor.index()],
        }
    }
}

/// Where an option without odds is open it is still never taken, and has no say in the largest
/// logit: beside it, all others could vanish and nothing would be left to choose from.
impl<const L: usize> TrackRoom<L> {
    /// Raises `largest` to the logit of option k where it is open and has odds.
    #[inline(always)]
    pub(super) fn raise(&self, k: usize, largest: &mut Lanes<L>) {
        let (open, odds, logit) = (&self.open[k], &self.odds[k], &self.logits[k]);
        for lane in 0..L {
            let higher = open[lane] & bit(odds[lane] > 0.0) & bit(logit[lane] > largest[lane]);
            largest[lane] = select(higher, logit[lane], largest[lane]);
        }
    }
}
