//! What decisions say of each number: the slope of the logarithm of their probability.

use super::quantities::{Reach, Role};
use super::scorer::{Row, Scorer};
use crate::base::index::ActorId;
use crate::engine::{DecisionGradient, LANES};
use crate::program::Input;

impl Scorer<'_, '_> {
    /// Finds what the actor that was faced says by what it did, in each lane, and has the
    /// rehearsal reckon what that says of each number.
    ///
    /// With tempo τ and Π the probability of waiting on all tracks, it acts as it did with
    /// probability τ·Π P, and does nothing with 1 − τ + τΠ, deliberating or not: nobody can tell
    /// which, so what it would have weighed counts by the chance that it did, τΠ/(1 − τ + τΠ).
    /// That has less variance than to look at whether it did, and holds for τ = 1 too.
    pub(super) fn look_back(&mut self, actor: ActorId) {
        let row = &self.task.bound.program.actors[actor];
        let tempo = self.rehearsal.quantity(actor, row.tempo);
        let mut all_wait = Row::splat(1.0);
        let mut acted = Row::splat(0.0);
        for track in &row.tracks {
            let (weights, total) = self.rehearsal.compute_weights(actor, track);
            for lane in 0..LANES {
                all_wait[lane] *= weights[0][lane] / total[lane];
            }
            for (&action, weight) in track.actions.iter().zip(&weights[1..]) {
                let (chosen, surprise) = (&self.chosen[action], &mut self.surprise[action]);
                for lane in 0..LANES {
                    acted[lane] += chosen[lane];
                    surprise[lane] = chosen[lane] - weight[lane] / total[lane];
                }
            }
        }
        let mut deliberated = Row::splat(1.0);
        let mut by_tempo = Row::splat(0.0);
        for lane in 0..LANES {
            let waits = 1.0 - tempo[lane] + tempo[lane] * all_wait[lane];
            by_tempo[lane] = if acted[lane] != 0.0 {
                1.0 / tempo[lane]
            } else {
                deliberated[lane] = tempo[lane] * all_wait[lane] / waits;
                (all_wait[lane] - 1.0) / waits
            };
        }
        for &action in row.tracks.iter().flat_map(|track| &track.actions) {
            let surprise = &mut self.surprise[action];
            for lane in 0..LANES {
                surprise[lane] *= deliberated[lane];
            }
        }
        self.rehearsal.add_gradient(actor, &self.surprise);
        let by_tempo = in_the_units_of(row.tempo, &tempo, by_tempo);
        let sum = &mut self.rehearsal.gradient().actors[actor].tempo;
        for lane in 0..LANES {
            sum[lane] += by_tempo[lane];
        }
    }

    /// Adds what the decisions of a day say of each quantity to its score.
    pub(super) fn score_day(&mut self, day: u16) {
        self.center_weights();
        let horizon = usize::from(self.task.bound.program.horizon_days);
        let slopes = self.rehearsal.gradient();
        for (at, reach) in self.task.reached.iter().enumerate() {
            let Some(slope) = slope_of(slopes, reach) else {
                continue;
            };
            let score = &mut self.scores[at * horizon + usize::from(day) - 1];
            for lane in 0..LANES {
                score[lane] += slope[lane];
            }
        }
        slopes.clear();
    }

    /// Makes slopes by normalised weights slopes by weights: with W their sum,
    /// ∂/∂wᵢ = Σⱼ (δᵢⱼ − ŵⱼ)/W · ∂/∂ŵⱼ.
    fn center_weights(&mut self) {
        let slopes = self.rehearsal.gradient();
        for actor in self.task.bound.program.actors.ids() {
            let (shares, sum) = (&self.weight_shares[actor], &self.weight_sums[actor]);
            let rows = &mut slopes.actors[actor].weights;
            let mut mean = Row::splat(0.0);
            for (row, share) in rows.iter().zip(shares) {
                for lane in 0..LANES {
                    mean[lane] += share[lane] * row[lane];
                }
            }
            for row in rows {
                for lane in 0..LANES {
                    row[lane] = (row[lane] - mean[lane]) / sum[lane];
                }
            }
        }
    }
}

/// The row of a quantity that bears on decisions.
fn slope_of<'a>(slopes: &'a DecisionGradient<LANES>, reach: &Reach) -> Option<&'a Row> {
    Some(match reach.role() {
        Role::Weight(actor, imperative) => &slopes.actors[actor].weights[imperative],
        Role::Precision(actor) => &slopes.actors[actor].precision,
        Role::Risk(actor) => &slopes.actors[actor].risk,
        Role::Insight(actor) => &slopes.actors[actor].insight,
        Role::Tempo(actor) => &slopes.actors[actor].tempo,
        Role::Success(action) => &slopes.actions[action].success,
        Role::Cost(action) => &slopes.actions[action].cost,
        Role::Appeal(action) => &slopes.actions[action].appeal,
        Role::DailyOdds(action) => &slopes.actions[action].daily_odds,
        Role::Hazard(_) => return None,
    })
}

/// A slope by a probability, in the units by which the derivative is taken: by the logarithm of an
/// expression, p times that by p; where it is clamped, no small factor changes it.
fn in_the_units_of(input: Input, probability: &Row, mut slope: Row) -> Row {
    if let Input::Code(..) = input {
        for lane in 0..LANES {
            let is_free = probability[lane] > 0.0 && probability[lane] < 1.0;
            slope[lane] *= if is_free { probability[lane] } else { 0.0 };
        }
    }
    slope
}
