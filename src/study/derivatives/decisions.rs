//! Scores of decisions: derivatives of the logarithm of their probability by each number.

use super::quantities::{Reach, Role};
use super::score_accumulator::{LaneValues, ScoreAccumulator};
use crate::base::index::ActorId;
use crate::engine::{DecisionGradient, LANES};
use crate::program::Input;

impl ScoreAccumulator<'_, '_> {
    /// Computes the choice residuals of an actor's decision in each lane and adds its score by each
    /// number.
    ///
    /// Let τ be the activation probability and Π the probability of waiting on all tracks. The actor
    /// takes its actions with probability τ·∏ P and does nothing with probability 1 − τ + τΠ, whether
    /// activated or not. In the second case the residuals are weighted by the conditional probability
    /// of activation, τΠ/(1 − τ + τΠ), which has less variance than using the sampled activation and
    /// holds for τ = 1 too.
    pub(super) fn score_choice(&mut self, actor: ActorId) {
        let row = &self.problem.bound.program.actors[actor];
        let tempo = self.reevaluation.quantity(actor, row.tempo);
        let mut all_wait = LaneValues::splat(1.0);
        let mut acted = LaneValues::splat(0.0);
        for track in &row.tracks {
            let (weights, total) = self.reevaluation.compute_weights(actor, track);
            for lane in 0..LANES {
                all_wait[lane] *= weights[0][lane] / total[lane];
            }
            for (&action, weight) in track.actions.iter().zip(&weights[1..]) {
                let (chosen, score_weight) = (&self.chosen[action], &mut self.score_weight[action]);
                for lane in 0..LANES {
                    acted[lane] += chosen[lane];
                    score_weight[lane] = chosen[lane] - weight[lane] / total[lane];
                }
            }
        }
        let mut activated = LaneValues::splat(1.0);
        let mut by_tempo = LaneValues::splat(0.0);
        for lane in 0..LANES {
            let waits = 1.0 - tempo[lane] + tempo[lane] * all_wait[lane];
            by_tempo[lane] = if acted[lane] != 0.0 {
                1.0 / tempo[lane]
            } else {
                activated[lane] = tempo[lane] * all_wait[lane] / waits;
                (all_wait[lane] - 1.0) / waits
            };
        }
        for &action in row.tracks.iter().flat_map(|track| &track.actions) {
            let score_weight = &mut self.score_weight[action];
            for lane in 0..LANES {
                score_weight[lane] *= activated[lane];
            }
        }
        self.reevaluation.add_gradient(actor, &self.score_weight);
        let by_tempo = in_units_of(row.tempo, &tempo, by_tempo);
        let sum = &mut self.reevaluation.gradient().actors[actor].tempo;
        for lane in 0..LANES {
            sum[lane] += by_tempo[lane];
        }
    }

    /// Adds the scores of the decisions of a day to each quantity.
    pub(super) fn score_day(&mut self, day: u16) {
        self.center_weights();
        let horizon = usize::from(self.problem.bound.program.horizon_days);
        let gradient = self.reevaluation.gradient();
        for (at, reach) in self.problem.reached.iter().enumerate() {
            let Some(partial) = partial_of(gradient, reach) else {
                continue;
            };
            let score = &mut self.scores[at * horizon + usize::from(day) - 1];
            for lane in 0..LANES {
                score[lane] += partial[lane];
            }
        }
        gradient.clear();
    }

    /// Converts derivatives by normalized weights to derivatives by weights: with W their sum,
    /// ∂/∂wᵢ = Σⱼ (δᵢⱼ − ŵⱼ)/W · ∂/∂ŵⱼ.
    fn center_weights(&mut self) {
        let gradient = self.reevaluation.gradient();
        for actor in self.problem.bound.program.actors.ids() {
            let (shares, sum) = (&self.weight_shares[actor], &self.weight_sums[actor]);
            let rows = &mut gradient.actors[actor].weights;
            let mut mean = LaneValues::splat(0.0);
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

/// The partial derivative by a quantity; `None` for hazards.
fn partial_of<'a>(gradient: &'a DecisionGradient<LANES>, reach: &Reach) -> Option<&'a LaneValues> {
    Some(match reach.role() {
        Role::Weight(actor, imperative) => &gradient.actors[actor].weights[imperative],
        Role::Precision(actor) => &gradient.actors[actor].precision,
        Role::Risk(actor) => &gradient.actors[actor].risk,
        Role::Insight(actor) => &gradient.actors[actor].insight,
        Role::Tempo(actor) => &gradient.actors[actor].tempo,
        Role::Success(action) => &gradient.actions[action].success,
        Role::Cost(action) => &gradient.actions[action].cost,
        Role::Appeal(action) => &gradient.actions[action].appeal,
        Role::DailyOdds(action) => &gradient.actions[action].daily_odds,
        Role::Hazard(_) => return None,
    })
}

/// Converts a derivative by a probability p to the units of the quantity: for an expression, the
/// derivative by its logarithm, which is p times that by p, and 0 where p is clamped.
fn in_units_of(input: Input, probability: &LaneValues, mut partial: LaneValues) -> LaneValues {
    if let Input::Code(..) = input {
        for lane in 0..LANES {
            let is_free = probability[lane] > 0.0 && probability[lane] < 1.0;
            partial[lane] *= if is_free { probability[lane] } else { 0.0 };
        }
    }
    partial
}
