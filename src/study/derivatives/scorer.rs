//! The scores of what was decided: watches runs and sums, day by day, the derivatives of the
//! logarithm of each decision's probability.

use super::quantities::{By, Reach, Role};
use super::sums::Sums;
use crate::base::index::{ActionId, ActorId, Id, IdVec};
use crate::engine::lanes::Lanes;
use crate::engine::{
    Choice, InstructionPath, LANES, Observer, Reevaluation, State, Trial, TrialKind,
};
use crate::program::{BoundProgram, ParameterValue};
use crate::simulate::ChunkObserver;

/// A number of each lane.
pub(super) type Row = Lanes<LANES>;

/// What the scores are for.
#[derive(Debug)]
pub(super) struct Task<'p> {
    /// What is lived.
    pub(super) bound: &'p BoundProgram<'p>,
    /// The quantities that are reached.
    pub(super) reached: Vec<&'p Reach>,
    /// By outcome and day: the probability that it comes true, given that it has not before.
    pub(super) baselines: Vec<Vec<f32>>,
}

/// The sums of a batch, by outcome and quantity, and how often a draw was left out of one because
/// its score was not finite.
#[derive(Clone, Debug)]
pub(super) struct ChunkResult {
    pub(super) sums: Vec<Sums>,
    pub(super) n_unscored: u64,
}

impl ChunkResult {
    pub(super) fn new(task: &Task<'_>) -> Self {
        Self {
            sums: vec![Sums::default(); task.baselines.len() * task.reached.len()],
            n_unscored: 0,
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.sums.iter_mut().zip(&other.sums) {
            mine.merge(theirs);
        }
        self.n_unscored += other.n_unscored;
    }
}

/// Scores the decisions of one block after the other.
#[derive(Debug)]
pub(super) struct Scorer<'t, 'p> {
    pub(super) task: &'t Task<'p>,
    pub(super) rehearsal: Reevaluation<'p, LANES>,
    /// By actor: its normalised weights, and the sum of the weights.
    pub(super) weight_shares: IdVec<ActorId, Vec<Row>>,
    pub(super) weight_sums: IdVec<ActorId, Row>,
    /// By quantity and day.
    pub(super) scores: Vec<Row>,
    /// By action: whether the deliberating actor chose it.
    pub(super) chosen: IdVec<ActionId, Row>,
    /// By action: what the slope of its logit counts in the score; see [`Scorer::look_back`].
    pub(super) surprise: IdVec<ActionId, Row>,
    account: ChunkResult,
}

impl<'t, 'p> Scorer<'t, 'p> {
    pub(super) fn new(task: &'t Task<'p>, path: InstructionPath) -> Self {
        let program = task.bound.program;
        let zero = Row::splat(0.0);
        let n_scores = task.reached.len() * usize::from(program.horizon_days);
        Self {
            task,
            rehearsal: Reevaluation::new(task.bound, path),
            weight_shares: program
                .actors
                .iter()
                .map(|actor| vec![zero; actor.imperatives.len()])
                .collect(),
            weight_sums: program.actors.iter().map(|_| zero).collect(),
            scores: vec![zero; n_scores],
            chosen: program.actions.iter().map(|_| zero).collect(),
            surprise: program.actions.iter().map(|_| zero).collect(),
            account: ChunkResult::new(task),
        }
    }

    /// The score of a quantity on a day.
    fn score_of(&mut self, at: usize, day: u16) -> &mut Row {
        let horizon = usize::from(self.task.bound.program.horizon_days);
        &mut self.scores[at * horizon + usize::from(day) - 1]
    }
}

impl Observer<LANES> for Scorer<'_, '_> {
    fn choice(&mut self, choice: &Choice<'_, LANES>) {
        for (k, &action) in choice.actions.iter().enumerate() {
            let row = &mut self.chosen[action];
            for lane in 0..LANES {
                row[lane] = f32::from(u8::from(choice.chosen[lane] == k as u32 + 1));
            }
        }
    }

    fn actor_chose(&mut self, state: &State<LANES>, actor: ActorId) {
        if self.rehearsal.prepare_choice(state, actor) {
            self.look_back(actor);
        }
        // A track on which nobody of the block has an option is not told of.
        for track in &self.task.bound.program.actors[actor].tracks {
            for &action in &track.actions {
                self.chosen[action] = Row::splat(0.0);
            }
        }
    }

    fn day(&mut self, state: &State<LANES>) {
        self.score_day(state.day);
    }

    /// ∂ln P/∂p is 1/p where it happened, else −1/(1 − p); by ln p, p times that. Where p is 0 or
    /// 1, an expression has been clamped, and no small factor changes it.
    fn trial(&mut self, trial: &Trial<'_, LANES>) {
        let is_tried = |reach: &&Reach| match reach.role {
            Role::Success(action) => trial.kind == TrialKind::Success(action),
            Role::Hazard(event) => trial.kind == TrialKind::Hazard(event),
            _ => false,
        };
        let Some(at) = self.task.reached.iter().position(is_tried) else {
            return;
        };
        let by_logarithm = matches!(self.task.reached[at].by, By::Logarithm);
        let score = self.score_of(at, trial.day);
        for lane in 0..LANES {
            let p = trial.probability[lane];
            if trial.active[lane] == 0 || p <= 0.0 || p >= 1.0 {
                continue;
            }
            let by_value = if trial.occurred[lane] != 0 {
                1.0 / p
            } else {
                -1.0 / (1.0 - p)
            };
            score[lane] += if by_logarithm { p * by_value } else { by_value };
        }
    }
}

impl ChunkObserver<LANES> for Scorer<'_, '_> {
    type ChunkResult = ChunkResult;

    fn begin_block(&mut self, state: &State<LANES>) {
        let bound = self.task.bound;
        self.rehearsal.begin(state);
        for (id, actor) in bound.program.actors.enumerate() {
            let (shares, sum) = (&mut self.weight_shares[id], &mut self.weight_sums[id]);
            *sum = Row::splat(0.0);
            for (row, imperative) in shares.iter_mut().zip(&actor.imperatives) {
                *row = match bound.parameter_value(imperative.weight) {
                    ParameterValue::Constant(value) => Row::splat(value),
                    ParameterValue::Drawn(index) => state.drawn[index],
                };
                for lane in 0..LANES {
                    sum[lane] += row[lane];
                }
            }
            for row in shares {
                for lane in 0..LANES {
                    row[lane] /= sum[lane];
                }
            }
        }
        self.scores.fill(Row::splat(0.0));
    }

    fn end_block(&mut self, state: &State<LANES>, draws: &mut dyn Iterator<Item = usize>) {
        let program = self.task.bound.program;
        let horizon = usize::from(program.horizon_days);
        let n_reached = self.task.reached.len();
        let draws: Vec<usize> = draws.collect();
        for (outcome, row) in program.outcomes.enumerate() {
            let days = &state.outcome_days[outcome.index()];
            let last_day = usize::from(row.last_day);
            let baselines = &self.task.baselines[outcome.index()];
            let ends: [usize; LANES] = std::array::from_fn(|lane| match days[lane] {
                0 => last_day,
                day => day as usize,
            });
            let gains = |day: usize, lane: usize| f32::from(days[lane] != 0) - baselines[day];
            let watched: Vec<(Row, Row)> = (0..last_day)
                .map(|day| {
                    let counts = |lane: usize| f32::from(day < ends[lane]);
                    let gain = Row::from_fn(|lane| counts(lane) * gains(day, lane));
                    (gain, Row::from_fn(counts))
                })
                .collect();
            let ChunkResult { sums, n_unscored } = &mut self.account;
            let sums = &mut sums[outcome.index() * n_reached..][..n_reached];
            for (scores, sums) in self.scores.chunks_exact(horizon).zip(sums) {
                let (mut product, mut total) = (Row::splat(0.0), Row::splat(0.0));
                for (score, (gain, counts)) in scores.iter().zip(&watched) {
                    for lane in 0..LANES {
                        product[lane] += score[lane] * gain[lane];
                        total[lane] += score[lane] * counts[lane];
                    }
                }
                for &lane in &draws {
                    let both = |row: &Row| f64::from(row[lane]) + f64::from(row[lane + 1]);
                    let (product, total) = (both(&product), both(&total));
                    if product.is_finite() && total.is_finite() {
                        sums.add(product, total);
                    } else {
                        *n_unscored += 1;
                    }
                }
            }
        }
    }

    fn finish_chunk(&mut self) -> ChunkResult {
        std::mem::replace(&mut self.account, ChunkResult::new(self.task))
    }
}
