//! The scores of what was decided: watches runs and sums, day by day, the derivatives of the
//! logarithm of each decision's probability.

use super::quantities::{By, Reach, Role};
use super::sums::Sums;
use crate::engine::{Choice, InstructionPath, LANES, Observer, Rehearsal, State, Trial, Tried};
use crate::ensemble::Spectator;
use crate::index::{ActionId, ActorId, Id, Table};
use crate::program::{Bound, Given, Handle, Loose};

type Row = [f32; LANES];

/// A weight is moved by W/(63) up and W/(65) down, W being the sum of its actor's weights: the
/// normalised weights then move by a 64th of the way to this one alone and by as much back, on a
/// straight line, and nothing is cut off.
const WEIGHT_STEPS: f32 = 64.0;

/// What the scores are for.
#[derive(Debug)]
pub(super) struct Task<'p> {
    /// What is lived.
    pub(super) bound: &'p Bound<'p>,
    /// The same with a handle on each number.
    pub(super) loose: &'p Loose,
    /// The loosened program, bound to rows.
    pub(super) rows: &'p Bound<'p>,
    /// The quantities that are reached.
    pub(super) reached: Vec<&'p Reach>,
    /// By outcome and day: the probability that it comes true, given that it has not before.
    pub(super) baselines: Vec<Vec<f32>>,
}

/// The sums of a batch, by outcome and quantity, and how many scores were not finite.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) sums: Vec<Sums>,
    pub(super) n_unscored: u64,
}

impl Account {
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
    task: &'t Task<'p>,
    rehearsal: Rehearsal<'p, LANES>,
    /// The rows of the loosened program's parameters.
    given: Vec<Row>,
    /// By actor: the sum of its weights.
    weight_sums: Table<ActorId, Row>,
    /// By quantity and day.
    scores: Vec<Row>,
    /// By action: whether the deliberating actor chose it.
    chosen: Table<ActionId, Row>,
    /// By action: what the slope of its logit counts in the score; see [`Scorer::look_back`].
    surprise: Table<ActionId, Row>,
    /// The score by the deliberating actor's tempo.
    tempo_score: Row,
    account: Account,
}

impl<'t, 'p> Scorer<'t, 'p> {
    pub(super) fn new(task: &'t Task<'p>, path: InstructionPath) -> Self {
        let program = task.bound.program;
        let zero = [0.0; LANES];
        let mut rehearsal = Rehearsal::new(task.rows, path);
        for factor in task.loose.factors() {
            rehearsal.set_factor(factor, 1.0);
        }
        let n_scores = task.reached.len() * usize::from(program.horizon_days);
        Self {
            task,
            rehearsal,
            given: vec![zero; program.parameters.len()],
            weight_sums: program.actors.iter().map(|_| zero).collect(),
            scores: vec![zero; n_scores],
            chosen: program.actions.iter().map(|_| zero).collect(),
            surprise: program.actions.iter().map(|_| zero).collect(),
            tempo_score: zero,
            account: Account::new(task),
        }
    }

    /// Adds to the score of a quantity on a day what a decision of `actor` says of it.
    fn score_decision(&mut self, at: usize, day: u16, actor: ActorId) {
        let reach = self.task.reached[at];
        let program = self.task.bound.program;
        let mut score = [0.0; LANES];
        let (owner, option) = match reach.role {
            Role::Weight(owner)
            | Role::Precision(owner)
            | Role::Risk(owner)
            | Role::Insight(owner) => (Some(owner), None),
            Role::Tempo(owner) => (Some(owner), None),
            Role::Hazard(_) => (None, None),
            Role::Success(action)
            | Role::Cost(action)
            | Role::Appeal(action)
            | Role::DailyOdds(action) => (Some(program.actions[action].actor), Some(action)),
        };
        if owner == Some(actor) {
            match (reach.role, reach.by, option) {
                (Role::Tempo(_), by, _) => self.score_tempo(&mut score, by, actor),
                (Role::DailyOdds(action), by, _) => self.score_odds(&mut score, by, action),
                (Role::Appeal(action), By::Value(_), _) => {
                    self.score_appeal(&mut score, 1.0, action)
                }
                (Role::Cost(action), By::Value(_), _) => {
                    self.score_appeal(&mut score, -1.0, action)
                }
                (_, _, Some(action)) => self.score_option(&mut score, reach, action),
                (_, _, None) => self.score_mind(&mut score, reach, actor, Some(actor)),
            }
        } else if reach.readers.contains(&actor) {
            let weighed = match reach.role {
                Role::Weight(owner) => Some(owner),
                _ => None,
            };
            self.score_mind(&mut score, reach, actor, weighed);
        } else {
            return;
        }
        self.add(at, day, &score);
    }

    /// Finds what the actor that was faced says by what it did, in each lane.
    ///
    /// With tempo τ and Π the probability of waiting on all tracks, it acts as it did with
    /// probability τ·Π P, and does nothing with 1 − τ + τΠ, deliberating or not: nobody can tell
    /// which, so what it would have weighed counts by the chance that it did, τΠ/(1 − τ + τΠ).
    /// That has less variance than to look at whether it did, and holds for τ = 1 too.
    fn look_back(&mut self, actor: ActorId) {
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
    fn score_mind(
        &mut self,
        score: &mut Row,
        reach: &Reach,
        actor: ActorId,
        weighed: Option<ActorId>,
    ) {
        let program = self.task.bound.program;
        let tracks = &program.actors[actor].tracks;
        for steps in [1.0, -1.0, 0.0] {
            self.shift(reach, steps);
            if let Some(weighed) = weighed {
                self.rehearsal.weigh(weighed);
            }
            self.rehearsal.reckon(actor);
            if steps != 0.0 {
                for track in tracks {
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

    /// Adds to the score of a quantity on a day; what is not finite is left out and counted.
    fn add(&mut self, at: usize, day: u16, score: &Row) {
        let horizon = usize::from(self.task.bound.program.horizon_days);
        let row = &mut self.scores[at * horizon + usize::from(day) - 1];
        for lane in 0..LANES {
            if score[lane].is_finite() {
                row[lane] += score[lane];
            } else {
                self.account.n_unscored += 1;
            }
        }
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

    fn deliberated(&mut self, state: &State<LANES>, actor: ActorId) {
        if self.rehearsal.face(state, actor) {
            self.look_back(actor);
            for at in 0..self.task.reached.len() {
                self.score_decision(at, state.day, actor);
            }
        }
        // A track on which nobody of the block has an option is not told of.
        for track in &self.task.bound.program.actors[actor].tracks {
            for &action in &track.options {
                self.chosen[action] = [0.0; LANES];
            }
        }
    }

    /// ∂ln P/∂p is 1/p where it happened, else −1/(1 − p); by ln p, p times that. Where p is 0 or
    /// 1, an expression has been clamped, and no small factor changes it.
    fn trial(&mut self, trial: &Trial<'_, LANES>) {
        let is_tried = |reach: &&Reach| match reach.role {
            Role::Success(action) => trial.tried == Tried::Success(action),
            Role::Hazard(event) => trial.tried == Tried::Hazard(event),
            _ => false,
        };
        let Some(at) = self.task.reached.iter().position(is_tried) else {
            return;
        };
        let by_logarithm = matches!(self.task.reached[at].by, By::Logarithm(_));
        let mut score = [0.0; LANES];
        for lane in 0..LANES {
            let p = trial.probability[lane];
            if trial.open[lane] == 0 || p <= 0.0 || p >= 1.0 {
                continue;
            }
            let by_value = if trial.happened[lane] != 0 {
                1.0 / p
            } else {
                -1.0 / (1.0 - p)
            };
            score[lane] = if by_logarithm { p * by_value } else { by_value };
        }
        self.add(at, trial.day, &score);
    }
}

impl Spectator<LANES> for Scorer<'_, '_> {
    type Account = Account;

    fn begin(&mut self, state: &State<LANES>) {
        let bound = self.task.bound;
        for (id, row) in bound.program.parameters.ids().zip(&mut self.given) {
            *row = match bound.given(id) {
                Given::Known(value) => [value; LANES],
                Given::Drawn(index) => state.drawn[index],
            };
            self.rehearsal.set(id, row);
        }
        for (id, actor) in bound.program.actors.enumerate() {
            self.rehearsal.weigh(id);
            let sum = &mut self.weight_sums[id];
            *sum = [0.0; LANES];
            for imperative in &actor.imperatives {
                for lane in 0..LANES {
                    sum[lane] += self.given[imperative.weight.index()][lane];
                }
            }
        }
        self.scores.fill([0.0; LANES]);
    }

    fn end(&mut self, state: &State<LANES>, draws: &mut dyn Iterator<Item = usize>) {
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
                    let gain = std::array::from_fn(|lane| counts(lane) * gains(day, lane));
                    (gain, std::array::from_fn(counts))
                })
                .collect();
            let sums = &mut self.account.sums[outcome.index() * n_reached..][..n_reached];
            for (scores, sums) in self.scores.chunks_exact(horizon).zip(sums) {
                let (mut product, mut total) = ([0.0; LANES], [0.0; LANES]);
                for (score, (gain, counts)) in scores.iter().zip(&watched) {
                    for lane in 0..LANES {
                        product[lane] += score[lane] * gain[lane];
                        total[lane] += score[lane] * counts[lane];
                    }
                }
                for &lane in &draws {
                    let both = |row: &Row| f64::from(row[lane]) + f64::from(row[lane + 1]);
                    sums.add(both(&product), both(&total));
                }
            }
        }
    }

    fn account(&mut self) -> Account {
        std::mem::replace(&mut self.account, Account::new(self.task))
    }
}
