//! Partial derivatives of a decision's logits against central differences of the engine's own utilities.

use crate::common;
use realpolitik::base::index::{ActionId, ActorId, Id, IdVec};
use realpolitik::base::random::{Branch, Seed};
use realpolitik::engine::lanes::{Lanes, Mask};
use realpolitik::engine::{
    Choice, DecisionGradient, Engine, InstructionPath, LANES, Observer, Reevaluation, SimulateDays,
    State,
};
use realpolitik::program::{
    BoundProgram, DifferentiableInput, Input, ParameterValue, ParameterizedProgram, Program, bind,
    bind_to_rows, compile, parameterize,
};

type Row = Lanes<LANES>;

/// A number on which a decision may depend.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Weight(ActorId, usize),
    Precision(ActorId),
    Risk(ActorId),
    Insight(ActorId),
    Tempo(ActorId),
    Success(ActionId),
    Cost(ActionId),
    Appeal(ActionId),
    DailyOdds(ActionId),
}

impl Number {
    /// All of them, and where the engine finds each.
    fn all(program: &Program) -> Vec<(Self, Input)> {
        let mut all = Vec::new();
        for (id, actor) in program.actors.enumerate() {
            all.push((Self::Precision(id), actor.precision));
            all.push((Self::Insight(id), actor.insight));
            all.push((Self::Tempo(id), actor.tempo));
            all.extend(actor.risk.map(|risk| (Self::Risk(id), risk)));
            for (place, imperative) in actor.imperatives.iter().enumerate() {
                let weight = Input::Parameter(imperative.weight);
                all.push((Self::Weight(id, place), weight));
            }
        }
        for (id, action) in program.actions.enumerate() {
            all.push((Self::Success(id), action.success));
            all.push((Self::Cost(id), action.cost));
            all.push((Self::Appeal(id), action.appeal));
            all.push((Self::DailyOdds(id), action.daily_odds));
        }
        all
    }

    /// The actor or action that it belongs to.
    fn owner(self, program: &Program) -> ActorId {
        match self {
            Self::Weight(actor, _)
            | Self::Precision(actor)
            | Self::Risk(actor)
            | Self::Insight(actor)
            | Self::Tempo(actor) => actor,
            Self::Success(action)
            | Self::Cost(action)
            | Self::Appeal(action)
            | Self::DailyOdds(action) => program.actions[action].actor,
        }
    }

    fn derivative(self, slopes: &DecisionGradient<LANES>) -> Row {
        match self {
            Self::Weight(actor, place) => slopes.actors[actor].weights[place],
            Self::Precision(actor) => slopes.actors[actor].precision,
            Self::Risk(actor) => slopes.actors[actor].risk,
            Self::Insight(actor) => slopes.actors[actor].insight,
            Self::Tempo(actor) => slopes.actors[actor].tempo,
            Self::Success(action) => slopes.actions[action].success,
            Self::Cost(action) => slopes.actions[action].cost,
            Self::Appeal(action) => slopes.actions[action].appeal,
            Self::DailyOdds(action) => slopes.actions[action].daily_odds,
        }
    }
}

/// Compares the partial derivatives of each decision with differences.
struct Held<'p> {
    program: &'p Program,
    loose: &'p ParameterizedProgram,
    numbers: Vec<(Number, Input)>,
    /// The values of the parameters.
    given: Vec<Row>,
    /// The re-evaluation that computes derivatives, and the one in which numbers are moved.
    reevaluation: Reevaluation<'p, LANES>,
    moved: Reevaluation<'p, LANES>,
    n_held: usize,
    /// Number of differences across a kink, which say nothing about the derivative.
    n_bent: usize,
    /// Whether each number changed a logit.
    matters: Vec<bool>,
    worst: f32,
}

impl Observer<LANES> for Held<'_> {
    fn choice(&mut self, _choice: &Choice<'_, LANES>) {}

    fn actor_chose(&mut self, state: &State<LANES>, actor: ActorId) {
        if !self.reevaluation.prepare_choice(state, actor) {
            return;
        }
        assert!(self.moved.prepare_choice(state, actor));
        let program = self.program;
        let day = usize::from(state.day);
        let residual: IdVec<ActionId, Row> = program
            .actions
            .enumerate()
            .map(|(id, row)| {
                let open = match row.actor == actor {
                    true => *self.reevaluation.available(id),
                    false => Mask::splat(0),
                };
                Row::from_fn(|lane| {
                    let any = (31 * day + 17 * id.index() + 7 * lane) % 101;
                    match open[lane] {
                        0 => 0.0,
                        _ => (any as f32 - 50.0) / 50.0,
                    }
                })
            })
            .collect();
        self.reevaluation.gradient().clear();
        self.reevaluation.add_gradient(actor, &residual);
        let slopes = self.reevaluation.gradient().clone();
        for at in 0..self.numbers.len() {
            self.hold(at, actor, &residual, &slopes);
        }
    }
}

impl Held<'_> {
    fn hold(
        &mut self,
        at: usize,
        actor: ActorId,
        residual: &IdVec<ActionId, Row>,
        slopes: &DecisionGradient<LANES>,
    ) {
        let (number, input) = self.numbers[at];
        let slope = self.slope_by_weights(number, slopes);
        let owner = number.owner(self.program);
        let row = &self.program.actors[actor];
        let expects_owner = row.anticipates.iter().any(|one| one.responder == owner);
        let is_own = owner == actor;
        if !(is_own || expects_owner) {
            assert!(slope.iter().all(|&slope| slope == 0.0), "{number:?}");
            return;
        }
        // An actor's own odds and tempo are not in its logits.
        if is_own && matches!(number, Number::DailyOdds(_) | Number::Tempo(_)) {
            return;
        }
        let (above, size) = self.logits_at(1.0, number, input, actor, residual);
        let (below, _) = self.logits_at(-1.0, number, input, actor, residual);
        let (half_above, _) = self.logits_at(0.5, number, input, actor, residual);
        let (half_below, _) = self.logits_at(-0.5, number, input, actor, residual);
        let (middle, _) = self.logits_at(0.0, number, input, actor, residual);
        for lane in 0..LANES {
            let distance = self.distance(1.0, number, input, lane);
            if distance == 0.0 {
                continue;
            }
            let difference = std::f32::consts::LN_2 * (above[lane] - below[lane]) / distance;
            let half_distance = self.distance(0.5, number, input, lane);
            let half = half_above[lane] - half_below[lane];
            // The truncation error of a difference falls to a quarter if the step is halved.
            let cut_off = difference - std::f32::consts::LN_2 * half / half_distance;
            let [up, down] = [above[lane] - middle[lane], middle[lane] - below[lane]];
            let is_bent = (up - down).abs() > 0.005 * up.abs().max(down.abs()) + 1e-6 * size[lane];
            if is_bent && matches!(number, Number::Success(_)) {
                // It passes 1 on the way.
                self.n_bent += 1;
                continue;
            }
            let rounding = 6e-6 * size[lane] / distance.abs();
            let apart = (slope[lane] - difference).abs();
            let bound =
                2e-3 * slope[lane].abs().max(difference.abs()) + rounding + 2.0 * cut_off.abs();
            assert!(
                apart <= bound,
                "{number:?} to {actor:?}: {} by slope, {difference} by difference, ± {bound}",
                slope[lane]
            );
            self.worst = self.worst.max(apart / bound);
            self.matters[at] |= slope[lane].abs() > 10.0 * bound;
            self.n_held += 1;
        }
    }

    /// Derivatives are with respect to normalized weights.
    fn slope_by_weights(&self, number: Number, slopes: &DecisionGradient<LANES>) -> Row {
        let mut slope = number.derivative(slopes);
        if let Number::Weight(actor, _) = number {
            let imperatives = &self.program.actors[actor].imperatives;
            for lane in 0..LANES {
                let weight = |k: usize| self.given[imperatives[k].weight.index()][lane];
                let sum: f32 = (0..imperatives.len()).map(weight).sum();
                let of = |k: usize| weight(k) / sum * slopes.actors[actor].weights[k][lane];
                let mean: f32 = (0..imperatives.len()).map(of).sum();
                slope[lane] = (slope[lane] - mean) / sum;
            }
        }
        slope
    }

    fn weight_sum(&self, actor: ActorId, lane: usize) -> f32 {
        let imperatives = self.program.actors[actor].imperatives.iter();
        imperatives
            .map(|row| self.given[row.weight.index()][lane])
            .sum()
    }

    /// The step by which a number is moved to either side.
    fn step(&self, number: Number, value: f32) -> f32 {
        let scale = match number {
            Number::Cost(_) | Number::Appeal(_) => 0.005,
            Number::Risk(_) => value.abs().max(1.0),
            Number::Precision(_) | Number::DailyOdds(_) if value > 0.0 => value,
            _ => 1.0,
        };
        scale / 64.0
    }

    /// The distance between the numbers at the given number of steps to either side.
    fn distance(&self, steps: f32, number: Number, input: Input, lane: usize) -> f32 {
        match (number, input) {
            // A weight moves by W/63 up and W/65 down: the normalized weights by ±1/64.
            (Number::Weight(actor, _), _) => 2.0 * steps / 64.0 * self.weight_sum(actor, lane),
            (_, Input::Parameter(parameter)) => {
                let middle = self.given[parameter.index()][lane];
                let step = steps * self.step(number, middle);
                (middle + step) - (middle - step)
            }
            (_, Input::Code(..)) => 2.0 * steps / 64.0,
        }
    }

    /// Moves a number by the given steps; returns Σ residual·logit and Σ |residual|·(1 + |logit|).
    fn logits_at(
        &mut self,
        steps: f32,
        number: Number,
        input: Input,
        actor: ActorId,
        residual: &IdVec<ActionId, Row>,
    ) -> (Row, Row) {
        match self.loose.differentiable_input(input) {
            Some(DifferentiableInput::Parameter(parameter)) => {
                let given = self.given[parameter.index()];
                let row = Row::from_fn(|lane| {
                    given[lane]
                        + steps
                            * match number {
                                Number::Weight(owner, _) => {
                                    self.weight_sum(owner, lane) / (64.0 - steps)
                                }
                                _ => self.step(number, given[lane]),
                            }
                });
                self.moved.set_parameter(parameter, &row);
            }
            Some(DifferentiableInput::Factor(factor)) => {
                self.moved.set_factor(factor, 1.0 + steps / 64.0)
            }
            None => unreachable!("every number has a handle"),
        }
        if let Number::Weight(owner, _) = number {
            self.moved.update_preferences(owner);
        }
        self.moved.update_responses(actor);
        let (mut sum, mut size) = (Row::splat(0.0), Row::splat(0.0));
        for (action, row) in self.program.actions.enumerate() {
            if row.actor != actor || residual[action].iter().all(|&lane| lane == 0.0) {
                continue;
            }
            let logit = self.moved.compute_logit(action);
            for lane in 0..LANES {
                if residual[action][lane] != 0.0 {
                    sum[lane] += residual[action][lane] * logit[lane];
                    size[lane] += residual[action][lane].abs() * (1.0 + logit[lane].abs());
                }
            }
        }
        (sum, size)
    }
}

/// The value of each parameter in a block.
fn given(program: &Program, bound: &BoundProgram, state: &State<LANES>) -> Vec<Row> {
    let value = |id| match bound.parameter_value(id) {
        ParameterValue::Constant(value) => Row::splat(value),
        ParameterValue::Drawn(index) => state.drawn[index],
    };
    program.parameters.ids().map(value).collect()
}

/// Simulates one block of a text; returns how many derivatives were compared with differences, and how
/// many numbers changed a logit.
fn hold(name: &str, text: &str) -> (usize, usize) {
    let program = compile(&common::scenario(text));
    let bound = bind(&program, &[]).expect("the scenario's own values");
    let loose = parameterize(&program);
    let rows = bind_to_rows(&loose.program);
    let mut engine = Engine::<LANES>::new(&bound);
    engine.begin(Seed(7), 128, Branch(0));
    let path = InstructionPath::widest();
    let numbers = Number::all(&program);
    let mut held = Held {
        program: &program,
        loose: &loose,
        given: given(&program, &bound, engine.state()),
        reevaluation: Reevaluation::new(&bound, path),
        moved: Reevaluation::new(&rows, path),
        n_held: 0,
        n_bent: 0,
        matters: vec![false; numbers.len()],
        numbers,
        worst: 0.0,
    };
    held.reevaluation.begin(engine.state());
    for factor in loose.factors() {
        held.moved.set_factor(factor, 1.0);
    }
    for id in program.parameters.ids() {
        held.moved.set_parameter(id, &held.given[id.index()]);
    }
    for actor in program.actors.ids() {
        held.moved.update_preferences(actor);
    }
    engine.simulate_until(program.horizon_days.min(8), &mut held);
    let n_matter = held.matters.iter().filter(|&&matters| matters).count();
    println!(
        "{name}: {} slopes ({} bent), {n_matter} of {} numbers matter, at most {:.2} of what is allowed",
        held.n_held,
        held.n_bent,
        held.matters.len(),
        held.worst
    );
    assert!(held.n_bent <= held.n_held / 50, "{} bent", held.n_bent);
    (held.n_held, n_matter)
}

#[test]
fn partial_derivatives_match_central_differences() {
    let (mut n_held, mut n_matter) = (0, 0);
    for folder in ["tests/language/accepted", "params"] {
        for (name, text) in common::folder(folder) {
            let (held, matter) = hold(&name, &text);
            n_held += held;
            n_matter += matter;
        }
    }
    assert!(n_held > 100_000);
    assert!(n_matter > 200);
}
