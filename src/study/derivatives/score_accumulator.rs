//! Observes runs and accumulates, day by day, the scores: derivatives of the logarithm of each decision's
//! probability.

use super::quantities::{By, Reach, Role};
use super::sums::Sums;
use crate::base::index::{ActionId, ActorId, Id, IdVec};
use crate::engine::lanes::Lanes;
use crate::engine::{
    Choice, InstructionPath, LANES, Observer, Reevaluation, State, Trial, TrialKind,
};
use crate::program::{BoundProgram, ParameterValue};
use crate::simulate::ChunkObserver;

/// One number per lane.
pub(super) type LaneValues = Lanes<LANES>;

/// The quantities and outcomes that are scored.
#[derive(Debug)]
pub(super) struct DerivativeProblem<'p> {
    /// The bound program that is simulated.
    pub(super) bound: &'p BoundProgram,
    /// The quantities that are scored, some or all of those with a derivative.
    pub(super) reached: &'p [&'p Reach],
    /// By outcome and day: the probability of the outcome given that it has not occurred before.
    pub(super) baselines: &'p [Vec<f32>],
}

/// The sums of a chunk by outcome and quantity, and the number of draws left out of a sum because their
/// score was not finite.
#[derive(Clone, Debug)]
pub(super) struct ChunkResult {
    pub(super) sums: Vec<Sums>,
    pub(super) n_unscored: u64,
}

impl ChunkResult {
    pub(super) fn new(problem: &DerivativeProblem<'_>) -> Self {
        Self {
            sums: vec![Sums::default(); problem.baselines.len() * problem.reached.len()],
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

/// The memory of the scores and sums of one quantity in an accumulator, and in the chunks that wait to
/// be merged \[bytes\].
pub(super) fn bytes_per_quantity(bound: &BoundProgram) -> u64 {
    let program = &bound.program;
    let scores = usize::from(program.horizon_days) * size_of::<LaneValues>();
    (scores + 3 * program.outcomes.len() * size_of::<Sums>()) as u64
}

/// Scores the decisions of blocks, one after the other.
#[derive(Debug)]
pub(super) struct ScoreAccumulator<'t, 'p> {
    pub(super) problem: &'t DerivativeProblem<'p>,
    pub(super) reevaluation: Reevaluation<'p, LANES>,
    /// Normalized weights and their sum, by actor.
    pub(super) weight_shares: IdVec<ActorId, Vec<LaneValues>>,
    pub(super) weight_sums: IdVec<ActorId, LaneValues>,
    /// Scores by quantity and day.
    pub(super) scores: Vec<LaneValues>,
    /// 1 where the actor chose the action, by action.
    pub(super) chosen: IdVec<ActionId, LaneValues>,
    /// The weight of the action's logit derivative in the score, by action; see
    /// [`ScoreAccumulator::score_choice`].
    pub(super) score_weight: IdVec<ActionId, LaneValues>,
    chunk: ChunkResult,
}

impl<'t, 'p> ScoreAccumulator<'t, 'p> {
    pub(super) fn new(problem: &'t DerivativeProblem<'p>, path: InstructionPath) -> Self {
        let program = &*problem.bound.program;
        let zero = LaneValues::splat(0.0);
        let n_scores = problem.reached.len() * usize::from(program.horizon_days);
        Self {
            problem,
            reevaluation: Reevaluation::new(problem.bound, path),
            weight_shares: program
                .actors
                .iter()
                .map(|actor| vec![zero; actor.imperatives.len()])
                .collect(),
            weight_sums: program.actors.iter().map(|_| zero).collect(),
            scores: vec![zero; n_scores],
            chosen: program.actions.iter().map(|_| zero).collect(),
            score_weight: program.actions.iter().map(|_| zero).collect(),
            chunk: ChunkResult::new(problem),
        }
    }

    /// The score of a quantity on a day.
    fn score_of(&mut self, at: usize, day: u16) -> &mut LaneValues {
        let horizon = usize::from(self.problem.bound.program.horizon_days);
        &mut self.scores[at * horizon + usize::from(day) - 1]
    }
}

impl Observer<LANES> for ScoreAccumulator<'_, '_> {
    fn choice(&mut self, choice: &Choice<'_, LANES>) {
        for (k, &action) in choice.actions.iter().enumerate() {
            let row = &mut self.chosen[action];
            for lane in 0..LANES {
                row[lane] = f32::from(u8::from(choice.chosen[lane] == k as u32 + 1));
            }
        }
    }

    fn actor_chose(&mut self, state: &State<LANES>, actor: ActorId) {
        if self.reevaluation.prepare_choice(state, actor) {
            self.score_choice(actor);
        }
        // A track without an available action in the block is not reported to the observer.
        for track in &self.problem.bound.program.actors[actor].tracks {
            for &action in &track.actions {
                self.chosen[action] = LaneValues::splat(0.0);
            }
        }
    }

    fn day(&mut self, state: &State<LANES>) {
        self.score_day(state.day);
    }

    /// ∂ln P/∂p is 1/p if the trial succeeds, else −1/(1 − p); by ln p, p times that. For an expression
    /// clamped to 0 or 1 the derivative is 0.
    fn trial(&mut self, trial: &Trial<'_, LANES>) {
        let is_of_trial = |reach: &&Reach| match reach.role {
            Role::Success(action) => trial.kind == TrialKind::Success(action),
            Role::Hazard(event) => trial.kind == TrialKind::Hazard(event),
            _ => false,
        };
        let Some(at) = self.problem.reached.iter().position(is_of_trial) else {
            return;
        };
        let by_logarithm = matches!(self.problem.reached[at].by, By::Logarithm);
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

impl ChunkObserver<LANES> for ScoreAccumulator<'_, '_> {
    type ChunkResult = ChunkResult;

    fn begin_block(&mut self, state: &State<LANES>) {
        let bound = self.problem.bound;
        self.reevaluation.begin(state);
        for (id, actor) in bound.program.actors.enumerate() {
            let (shares, sum) = (&mut self.weight_shares[id], &mut self.weight_sums[id]);
            *sum = LaneValues::splat(0.0);
            for (row, imperative) in shares.iter_mut().zip(&actor.imperatives) {
                *row = match bound.parameter_value(imperative.weight) {
                    ParameterValue::Constant(value) => LaneValues::splat(value),
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
        self.scores.fill(LaneValues::splat(0.0));
    }

    fn end_block(&mut self, state: &State<LANES>, pairs: &mut dyn Iterator<Item = usize>) {
        let program = &*self.problem.bound.program;
        let horizon = usize::from(program.horizon_days);
        let n_reached = self.problem.reached.len();
        let pairs: Vec<usize> = pairs.collect();
        for (outcome, row) in program.outcomes.enumerate() {
            let days = &state.outcome_days[outcome.index()];
            let last_day = usize::from(row.last_day);
            let baselines = &self.problem.baselines[outcome.index()];
            let ends: [usize; LANES] = std::array::from_fn(|lane| match days[lane] {
                0 => last_day,
                day => day as usize,
            });
            let centered = |day: usize, lane: usize| f32::from(days[lane] != 0) - baselines[day];
            let factors: Vec<(LaneValues, LaneValues)> = (0..last_day)
                .map(|day| {
                    let counts = |lane: usize| f32::from(day < ends[lane]);
                    let centered = LaneValues::from_fn(|lane| counts(lane) * centered(day, lane));
                    (centered, LaneValues::from_fn(counts))
                })
                .collect();
            let ChunkResult { sums, n_unscored } = &mut self.chunk;
            let sums = &mut sums[outcome.index() * n_reached..][..n_reached];
            for (scores, sums) in self.scores.chunks_exact(horizon).zip(sums) {
                let (mut product, mut total) = (LaneValues::splat(0.0), LaneValues::splat(0.0));
                for (score, (centered, counts)) in scores.iter().zip(&factors) {
                    for lane in 0..LANES {
                        product[lane] += score[lane] * centered[lane];
                        total[lane] += score[lane] * counts[lane];
                    }
                }
                for &lane in &pairs {
                    let both = |row: &LaneValues| f64::from(row[lane]) + f64::from(row[lane + 1]);
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
        std::mem::replace(&mut self.chunk, ChunkResult::new(self.problem))
    }
}
