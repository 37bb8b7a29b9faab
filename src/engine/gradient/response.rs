//! One reply: what it is worth to either side, goal by goal.

use crate::base::index::{ActionId, ActorId, Id};
use crate::engine::Interests;
use crate::engine::gradient::branches::join;
use crate::engine::gradient::{ActionSlopes, Slopes};
use crate::engine::gradient::{
    add_linear_gains, add_product, add_residual_gains, by_odds, concerned, unit,
};
use crate::engine::lanes::{Lanes, Mask, Row, any};
use crate::engine::utility::evaluate::{Situation, Workspace};
use crate::engine::utility::{Side, exchange, hypothesise, on};
use crate::program::{Anticipation, GoalDependencies, Program};

/// What a reply is on a hypothetical state.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Reply<const L: usize> {
    pub(in crate::engine) action: ActionId,
    /// The imperatives of the one who reckons that it concerns.
    own_concerned: Vec<usize>,
    /// Those of the responder.
    their_concerned: Vec<usize>,
    /// Whether it is open in any lane, and where.
    pub(in crate::engine) is_open: bool,
    pub(in crate::engine) open: Mask<L>,
    pub(in crate::engine) odds: Lanes<L>,
    /// What it is worth to the responder.
    pub(in crate::engine) utility: Lanes<L>,
    /// What it is worth to the one who reckons.
    pub(in crate::engine) worth: Lanes<L>,
    /// The slopes of that by its normalised weights, by imperative.
    own_gains: Vec<Lanes<L>>,
    /// The slopes of what it is worth to the responder by the responder's.
    their_gains: Vec<Lanes<L>>,
    /// The slope of `worth` by success, and the slopes of the responder's utility by its numbers.
    worth_by_success: Lanes<L>,
    by: ActionSlopes<L>,
    by_risk: Lanes<L>,
}

/// Whose reply to whom.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Two {
    /// The one who reckons.
    pub(in crate::engine) own: ActorId,
    /// The one who replies.
    pub(in crate::engine) responder: ActorId,
}

/// What a reply counts in a sum of slopes.
pub(in crate::engine) struct Counts<'a, const L: usize> {
    /// The slope by its logit.
    pub(in crate::engine) logit: &'a Lanes<L>,
    /// The slope by what it is worth to the one who reckons.
    pub(in crate::engine) worth: &'a Lanes<L>,
    /// How the responder is read on the state.
    pub(in crate::engine) reading: &'a Reading<L>,
}

/// How the responder is read on a hypothetical state.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Reading<const L: usize> {
    /// Its precision, times insight.
    pub(in crate::engine) sharpness: Lanes<L>,
    /// The slopes of that by precision and by insight, in the units of either.
    pub(in crate::engine) by_precision: Lanes<L>,
    pub(in crate::engine) by_insight: Lanes<L>,
}

impl<const L: usize> Reply<L> {
    pub(in crate::engine) fn new(
        program: &Program,
        two: Two,
        anticipation: &Anticipation,
        index: usize,
        action: ActionId,
    ) -> Self {
        let zero = Lanes::<L>::of(0.0);
        let (own, responder) = (&program.actors[two.own], &program.actors[two.responder]);
        Self {
            action,
            own_concerned: concerned(own, &anticipation.response_dependencies[index]),
            their_concerned: concerned(responder, &program.actions[action].dependencies),
            is_open: false,
            open: Mask::<L>::of(0),
            odds: zero,
            utility: zero,
            worth: zero,
            own_gains: vec![zero; own.imperatives.len()],
            their_gains: vec![zero; responder.imperatives.len()],
            worth_by_success: zero,
            by: ActionSlopes {
                success: zero,
                cost: zero,
                appeal: zero,
                daily_odds: zero,
            },
            by_risk: zero,
        }
    }

    /// Finds where it is open to the responder on the state `base`.
    #[inline(always)]
    pub(in crate::engine) fn look(
        &mut self,
        morning: &Situation<'_, L>,
        base: &[Lanes<L>],
        active: &Mask<L>,
        work: &mut Workspace<L>,
    ) {
        let program = morning.bound.program;
        let row = &program.actions[self.action];
        let record = &morning.view.memory.actions[self.action];
        let mut open = *active;
        record.close(&mut open, morning.view.day, row.limit, row.cooldown_days);
        if let Some(requires) = row.requires {
            let view = on(morning, base).view;
            let holds = work.condition(&program.codes[requires], &view, &open);
            for lane in 0..L {
                open[lane] &= holds[lane];
            }
        }
        self.open = open;
        self.is_open = any(&open);
    }

    /// Values it where it is open. `before` are the residuals on `base` of the one who reckons and
    /// of the responder; `base` is left as it was.
    #[inline(always)]
    #[allow(
        clippy::too_many_arguments,
        reason = "one step of a loop, cut out to be read"
    )]
    pub(in crate::engine) fn value(
        &mut self,
        two: Two,
        concern: &GoalDependencies,
        morning: &Situation<'_, L>,
        base: &mut [Lanes<L>],
        before: [&[Lanes<L>]; 2],
        after: &mut [Lanes<L>],
        room: &mut [Vec<Lanes<L>>; 4],
        interests: &Interests<L>,
        work: &mut Workspace<L>,
    ) {
        let program = morning.bound.program;
        let row = &program.actions[self.action];
        let (own, responder) = (&program.actors[two.own], &program.actors[two.responder]);
        let own_weights = &interests.weights[two.own.index()];
        let their_weights = &interests.weights[two.responder.index()];
        let (mut own_sides, mut their_sides) = ([Lanes::<L>::of(0.0); 2], [Lanes::<L>::of(0.0); 2]);
        let [own_well, own_ill, their_well, their_ill] = &mut *room;
        for (index, side) in Side::BOTH.into_iter().enumerate() {
            let (own_gains, their_gains) = match side {
                Side::Success => (&mut *own_well, &mut *their_well),
                Side::Failure => (&mut *own_ill, &mut *their_ill),
            };
            for &imperative in &self.own_concerned {
                own_gains[imperative] = Lanes::<L>::of(0.0);
            }
            for &imperative in &self.their_concerned {
                their_gains[imperative] = Lanes::<L>::of(0.0);
            }
            if !side.does_anything(&row.effects) {
                continue;
            }
            let what = (row.effects.as_slice(), side);
            let there = on(morning, base);
            hypothesise(
                (&row.effects, side),
                &there,
                base,
                after,
                &mut [],
                &self.open,
                work,
            );
            add_linear_gains(own_gains, own, concern, what, base, after);
            add_linear_gains(their_gains, responder, &row.dependencies, what, base, after);
            if !(row.dependencies.residuals.is_empty() && concern.residuals.is_empty()) {
                exchange(what, base, after);
                let there = on(morning, base);
                let (wants, residuals) = (&own.imperatives, (&*concern.residuals, before[0]));
                add_residual_gains(own_gains, wants, residuals, &there, &self.open, work);
                let residuals = (&*row.dependencies.residuals, before[1]);
                let wants = &responder.imperatives;
                add_residual_gains(their_gains, wants, residuals, &there, &self.open, work);
                exchange(what, base, after);
            }
            weigh(
                &mut own_sides[index],
                &self.own_concerned,
                own_weights,
                own_gains,
            );
            weigh(
                &mut their_sides[index],
                &self.their_concerned,
                their_weights,
                their_gains,
            );
        }
        let there = on(morning, base);
        self.join_sides(two, &there, [&own_sides, &their_sides], room, work);
    }

    /// Makes of the two sides what the reply is worth, and the slopes of that.
    #[inline(always)]
    #[allow(
        clippy::manual_map,
        reason = "a closure may be compiled without the wide instructions of its caller"
    )]
    fn join_sides(
        &mut self,
        two: Two,
        there: &Situation<'_, L>,
        [own_sides, their_sides]: [&[Lanes<L>; 2]; 2],
        [own_well, own_ill, their_well, their_ill]: &[Vec<Lanes<L>>; 4],
        work: &mut Workspace<L>,
    ) {
        let program = there.bound.program;
        let row = &program.actions[self.action];
        let responder = &program.actors[two.responder];
        let mut slots = [Lanes::<L>::of(0.0); 5];
        let [a, b, c, d, e] = &mut slots;
        let success = work.input(row.success, there, &self.open, a);
        let cost = work.input(row.cost, there, &self.open, b);
        let appeal = work.input(row.appeal, there, &self.open, c);
        let odds = work.input(row.daily_odds, there, &self.open, d);
        let risk = match responder.risk {
            Some(risk) => Some(work.input(risk, there, &self.open, e)),
            None => None,
        };
        let theirs = join(success, their_sides, risk);
        let mine = join(success, own_sides, None);
        blend(
            &mut self.own_gains,
            &self.own_concerned,
            success,
            own_well,
            own_ill,
        );
        let (gains, places) = (&mut self.their_gains, &self.their_concerned);
        blend(gains, places, &theirs.by_well, their_well, their_ill);
        for lane in 0..L {
            self.utility[lane] = theirs.worth[lane] + appeal[lane] - cost[lane];
        }
        self.worth = mine.worth;
        self.odds = *odds;
        let success_unit = unit(program, row.success, success);
        for lane in 0..L {
            self.worth_by_success[lane] = mine.by_success[lane] * success_unit[lane];
            self.by.success[lane] = theirs.by_success[lane] * success_unit[lane];
        }
        self.by.cost = unit(program, row.cost, cost);
        self.by.appeal = unit(program, row.appeal, appeal);
        self.by.daily_odds = by_odds(row.daily_odds, odds);
        if let (Some(input), Some(risk)) = (responder.risk, risk) {
            self.by_risk = unit(program, input, risk);
            for lane in 0..L {
                self.by_risk[lane] *= theirs.by_risk[lane];
            }
        }
    }

    /// Hands what it counts on to the numbers that it hangs on.
    #[inline(always)]
    pub(in crate::engine) fn hand_on(
        &self,
        two: Two,
        counts: &Counts<'_, L>,
        has_risk: bool,
        slopes: &mut Slopes<L>,
    ) {
        let (open, one) = (&self.open, &Lanes::<L>::of(1.0));
        let mut utility = Lanes::<L>::of(0.0);
        let sharpness = &counts.reading.sharpness;
        for lane in 0..L {
            utility[lane] = counts.logit[lane] * sharpness[lane];
        }
        let mine = &mut slopes.actions[self.action];
        add_product(
            &mut mine.daily_odds,
            open,
            counts.logit,
            &self.by.daily_odds,
            one,
        );
        add_product(&mut mine.appeal, open, &utility, &self.by.appeal, one);
        add_product(
            &mut mine.cost,
            open,
            &utility,
            &self.by.cost,
            &Row::of(-1.0),
        );
        add_product(&mut mine.success, open, &utility, &self.by.success, one);
        let by_success = &self.worth_by_success;
        add_product(&mut mine.success, open, counts.worth, by_success, one);
        let own = &mut slopes.actors[two.own];
        let by_insight = &counts.reading.by_insight;
        add_product(
            &mut own.insight,
            open,
            counts.logit,
            &self.utility,
            by_insight,
        );
        for &imperative in &self.own_concerned {
            let to = &mut own.weights[imperative];
            add_product(to, open, counts.worth, &self.own_gains[imperative], one);
        }
        let theirs = &mut slopes.actors[two.responder];
        let by_precision = &counts.reading.by_precision;
        add_product(
            &mut theirs.precision,
            open,
            counts.logit,
            &self.utility,
            by_precision,
        );
        if has_risk {
            add_product(&mut theirs.risk, open, &utility, &self.by_risk, one);
        }
        for &imperative in &self.their_concerned {
            let to = &mut theirs.weights[imperative];
            add_product(to, open, &utility, &self.their_gains[imperative], one);
        }
    }
}

/// Adds Σ ŵ·gain over some imperatives.
#[inline(always)]
fn weigh<const L: usize>(
    worth: &mut Lanes<L>,
    imperatives: &[usize],
    weights: &[Lanes<L>],
    gains: &[Lanes<L>],
) {
    for &imperative in imperatives {
        let (weight, gain) = (&weights[imperative], &gains[imperative]);
        for lane in 0..L {
            worth[lane] += weight[lane] * gain[lane];
        }
    }
}

/// Leaves share·well + (1 − share)·ill.
#[inline(always)]
fn blend<const L: usize>(
    gains: &mut [Lanes<L>],
    imperatives: &[usize],
    share: &Lanes<L>,
    well: &[Lanes<L>],
    ill: &[Lanes<L>],
) {
    for &imperative in imperatives {
        let (well, ill) = (&well[imperative], &ill[imperative]);
        let gain = &mut gains[imperative];
        for lane in 0..L {
            gain[lane] = share[lane] * well[lane] + (1.0 - share[lane]) * ill[lane];
        }
    }
}
