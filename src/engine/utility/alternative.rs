//! What an option is worth to a deliberating actor.
//!
//! Utility of an option (design of a day, step 2):
//! u = Σᵢ ŵᵢ·(p·gᵢ(s⁺ ⊕ effects) + (1−p)·gᵢ(s⁺ ⊕ failure effects) − gᵢ(s⁺)) + appeal − cost,
//! where s⁺ is the morning's state, as the actor sees it, with the actor's own effects on their
//! way; to the goals on each hypothetical state come the expected replies of those whom the
//! actor anticipates.

use crate::base::index::{ActionId, ActorId, Id};
use crate::engine::Engine;
use crate::engine::lanes::{Lanes, Mask, not_finite};
use crate::engine::plan::Numbers;
use crate::engine::utility::linear::{Bare, LinearWorth};
use crate::engine::utility::response::Reckoning;
use crate::engine::utility::{Side, add_residual_worth, exchange, hypothesise, join_sides, on};

impl<const L: usize> Engine<'_, L> {
    /// Leaves λ·log₂e·u and the odds of one option in `scratch.track`.
    #[inline(always)]
    pub(in crate::engine) fn value_option(
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
        let mut sides = [Lanes::<L>::of(0.0); 2];
        let (expected, extents) = match (mind.expects, actor.perceives.is_empty()) {
            (true, _) => (mind.expected.as_slice(), &mind.extents),
            (false, true) => (morning.view.variables, &scratch.extents),
            (false, false) => (morning.view.variables, &mind.extents),
        };
        for (index, side) in Side::BOTH.into_iter().enumerate() {
            if !side.does_anything(&row.effects) {
                continue;
            }
            let worth = &mut sides[index];
            let is_evaluated =
                !row.dependencies.residuals.is_empty() || row.invalidates.contains(&true);
            let what = (row.effects.as_slice(), side);
            let after = &mut mind.after;
            if let Some(changes) = &ready.linear[index] {
                let tight = extents.tight(changes);
                if tight == 0 {
                    *worth = interests.free_worths[action.index()][index];
                } else {
                    let (gradient, terms) = (own.gradient, &changes.terms);
                    let linear = LinearWorth { gradient, terms };
                    linear.on(expected, tight, worth, Bare);
                }
                if is_evaluated {
                    hypothesise(what, &morning, expected, after, &mut [], open, work);
                }
            } else {
                let slopes = (own.gradient, row.dependencies.gradient.as_slice());
                hypothesise(
                    what,
                    &morning,
                    expected,
                    after,
                    &mut [(worth, slopes)],
                    open,
                    work,
                );
            }
            if !is_evaluated {
                continue;
            }
            let worth = &mut sides[index];
            let there = on(&morning, &mind.imagined);
            for (imperative, patch) in &row.dependencies.patches[index] {
                let weight = &own.weights[*imperative];
                let before = &mut mind.residuals[*imperative];
                let change = (patch, before, mind.after.as_slice());
                add_residual_worth(worth, weight, change, &there, open, work);
            }
            if !row.invalidates.contains(&true) {
                continue;
            }
            exchange(what, &mut mind.imagined, &mut mind.after);
            for (k, anticipation) in actor.anticipates.iter().enumerate() {
                if row.invalidates[k] {
                    let insight = &mind.insight;
                    let two = Reckoning::new(program, interests, actor_id, anticipation, insight);
                    let (base, room) = (&mind.imagined, &mut mind.reply[k]);
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
            let fails = Side::Failure.does_anything(&row.effects);
            let logit = &mut scratch.track.logits[k];
            finish_logit(logit, precision, numbers, &sides, fails);
            for lane in 0..L {
                work.faults[lane] |= not_finite(logit[lane]) & open[lane];
            }
            return;
        }

        let mut slots = [Lanes::<L>::of(0.0); 6];
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
        let fails = Side::Failure.does_anything(&row.effects);
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
