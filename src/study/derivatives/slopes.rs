//! What one decision says of each number: the slope of the logarithm of its probability.

use super::quantities::{By, Reach, Role};
use super::scorer::{Row, Scorer};
use crate::engine::LANES;
use crate::index::{ActionId, ActorId, Id};
use crate::program::Handle;

/// A weight is moved by W/63 up and W/65 down, W being the sum of its actor's weights: the
/// normalised weights then move by a 64th of the way to this one alone and by as much back, on a
/// straight line, and nothing is cut off.
const WEIGHT_STEPS: f32 = 64.0;

impl Scorer<'_, '_> {
    /// Adds to the score of a quantity on a day what a decision of `actor` says of it.
    pub(super) fn score_decision(&mut self, at: usize, day: u16, actor: ActorId) {
        let reach = self.task.reached[at];
        let program = self.task.bound.program;
        let mut score = [0.0; LANES];
        if reach.role.owner(program) == Some(actor) {
            match (reach.role, reach.by) {
                (Role::Tempo(_), by) => self.score_tempo(&mut score, by, actor),
                (Role::DailyOdds(action), by) => self.score_odds(&mut score, by, action),
                (Role::Appeal(action), By::Value(_)) => self.score_appeal(&mut score, 1.0, action),
                (Role::Cost(action), By::Value(_)) => self.score_appeal(&mut score, -1.0, action),
                (Role::Success(action) | Role::Cost(action) | Role::Appeal(action), _) => {
                    self.score_option(&mut score, reach, action);
                }
                _ => self.score_mind(&mut score, reach, actor),
            }
        } else if reach.readers.contains(&actor) {
            self.score_mind(&mut score, reach, actor);
        } else {
            return;
        }
        let sum = self.score_of(at, day);
        for lane in 0..LANES {
            sum[lane] += score[lane];
        }
    }

    /// Finds what the actor that was faced says by what it did, in each lane.
    ///
    /// With tempo τ and Π the probability of waiting on all tracks, it acts as it did with
    /// probability τ·Π P, and does nothing with 1 − τ + τΠ, deliberating or not: nobody can tell
    /// which, so what it would have weighed counts by the chance that it did, τΠ/(1 − τ + τΠ).
    /// That has less variance than to look at whether it did, and holds for τ = 1 too.
    pub(super) fn look_back(&mut self, actor: ActorId) {
        let row = &self.task.bound.program.actors[actor];
        let tempo = self.rehearsal.quantity(actor, row.tempo);
        let mut all_wait = [1.0; LANES];
        let mut acted = [0.0; LANES];
        for track in &row.tracks {
            let (weights, total) = self.rehearsal.weigh_track(actor, track);
            for lane in 0..LANES {
                all_wait[lane] *= weights[0][lane] / total[lane];
            }
            for (&action, weight) in track.options.iter().zip(&weights[1..]) {
                let (chosen, surprise) = (&self.chosen[action], &mut self.surprise[action]);
                for lane in 0..LANES {
                    acted[lane] += chosen[lane];
                    surprise[lane] = chosen[lane] - weight[lane] / total[lane];
                }
            }
        }
        let mut deliberated = [1.0; LANES];
        for lane in 0..LANES {
            let waits = 1.0 - tempo[lane] + tempo[lane] * all_wait[lane];
            self.tempo_score[lane] = if acted[lane] != 0.0 {
                1.0 / tempo[lane]
            } else {
                deliberated[lane] = tempo[lane] * all_wait[lane] / waits;
                (all_wait[lane] - 1.0) / waits
            };
        }
        for &action in row.tracks.iter().flat_map(|track| &track.options) {
            let surprise = &mut self.surprise[action];
            for lane in 0..LANES {
                surprise[lane] *= deliberated[lane];
            }
        }
    }

    /// By the logarithm of an expression, τ times that by τ; where it is clamped, no small factor
    /// changes it.
    fn score_tempo(&mut self, score: &mut Row, by: By, actor: ActorId) {
        *score = self.tempo_score;
        if let By::Logarithm(_) = by {
            let tempo = self.task.bound.program.actors[actor].tempo;
            let tempo = self.rehearsal.quantity(actor, tempo);
            for lane in 0..LANES {
                let is_free = tempo[lane] > 0.0 && tempo[lane] < 1.0;
                score[lane] *= if is_free { tempo[lane] } else { 0.0 };
            }
        }
    }

    /// The odds r of an option enter its weight as a factor: ∂ln r/∂r = 1/r, and 1 by ln r.
    fn score_odds(&self, score: &mut Row, by: By, action: ActionId) {
        let surprise = &self.surprise[action];
        for lane in 0..LANES {
            let slope = match by {
                By::Value(parameter) => 1.0 / self.given[parameter.index()][lane],
                By::Logarithm(_) => 1.0,
            };
            if surprise[lane] != 0.0 {
                score[lane] += surprise[lane] * slope;
            }
        }
    }

    /// Appeal and cost enter the logit times λ.
    fn score_appeal(&mut self, score: &mut Row, sign: f32, action: ActionId) {
        let program = self.task.bound.program;
        let actor = program.actions[action].actor;
        let precision = program.actors[actor].precision;
        let precision = self.rehearsal.quantity(actor, precision);
        let surprise = &self.surprise[action];
        for lane in 0..LANES {
            if surprise[lane] != 0.0 {
                score[lane] += sign * surprise[lane] * precision[lane];
            }
        }
    }

    /// The logit of one option has changed, and nothing else that the actor reckons with.
    fn score_option(&mut self, score: &mut Row, reach: &Reach, action: ActionId) {
        for steps in [1.0, -1.0] {
            self.shift(reach, steps);
            self.add_logits(score, &[action], steps);
        }
        self.shift(reach, 0.0);
        self.divide_by_distance(score, reach);
    }

    /// What the actor wants has changed, or the replies that it expects, and with them the logits
    /// of all its options.
    fn score_mind(&mut self, score: &mut Row, reach: &Reach, actor: ActorId) {
        let row = &self.task.bound.program.actors[actor];
        for steps in [1.0, -1.0, 0.0] {
            self.shift(reach, steps);
            if let Role::Weight(owner) = reach.role {
                self.rehearsal.weigh(owner);
            }
            if !row.anticipates.is_empty() {
                self.rehearsal.reckon(actor);
            }
            if steps != 0.0 {
                for track in &row.tracks {
                    self.add_logits(score, &track.options, steps);
                }
            }
        }
        self.divide_by_distance(score, reach);
    }

    /// Moves a quantity by so many steps from where it is.
    fn shift(&mut self, reach: &Reach, steps: f32) {
        match (reach.by, reach.role) {
            (By::Value(parameter), role) => {
                let mut row = self.given[parameter.index()];
                for lane in 0..LANES {
                    row[lane] += match role {
                        Role::Weight(owner) => {
                            steps * self.weight_sums[owner][lane] / (WEIGHT_STEPS - steps)
                        }
                        _ => steps * reach.step,
                    };
                }
                self.rehearsal.set(parameter, &row);
            }
            (By::Logarithm(Some(Handle::Factor(factor))), _) => {
                self.rehearsal.set_factor(factor, 1.0 + steps * reach.step);
            }
            (By::Logarithm(_), _) => unreachable!("every expression in a choice has a factor"),
        }
    }

    fn add_logits(&mut self, score: &mut Row, options: &[ActionId], sign: f32) {
        for &action in options {
            let surprise = &self.surprise[action];
            if surprise.iter().all(|&surprise| surprise == 0.0) {
                continue;
            }
            let logit = self.rehearsal.logit(action);
            for lane in 0..LANES {
                if surprise[lane] != 0.0 {
                    score[lane] += sign * surprise[lane] * logit[lane];
                }
            }
        }
    }

    /// Divides a difference of binary logits by the distance over which it was taken.
    fn divide_by_distance(&self, score: &mut Row, reach: &Reach) {
        for lane in 0..LANES {
            let distance = match (reach.by, reach.role) {
                (_, Role::Weight(owner)) => 2.0 / WEIGHT_STEPS * self.weight_sums[owner][lane],
                // The distance as it came out in f32.
                (By::Value(parameter), _) => {
                    let middle = self.given[parameter.index()][lane];
                    (middle + reach.step) - (middle - reach.step)
                }
                (By::Logarithm(_), _) => (1.0 + reach.step) - (1.0 - reach.step),
            };
            score[lane] *= std::f32::consts::LN_2 / distance;
        }
    }
}
