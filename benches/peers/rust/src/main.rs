//! The month model as one would write it in Rust: structs, one run at a time, double precision,
//! the fast generator of `rand`.

mod command;
mod model;

use command::Request;
use model::{Action, Actor, Model, Quantity};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use std::time::Instant;

/// What is not known of the world: shared by the two runs of a draw.
struct Draw {
    initial: Vec<f64>,
    /// By actor and variable: how much the actor gains as the variable rises by one.
    interests: Vec<Vec<f64>>,
}

/// One life of the world.
struct World {
    variables: Vec<f64>,
    changes: Vec<f64>,
    likelihoods: Vec<f64>,
    /// By outcome: the days in a row on which its condition has held, and whether it occurred.
    streaks: Vec<u32>,
    come_true: Vec<bool>,
}

impl Quantity {
    fn draw(&self, rng: &mut SmallRng) -> f64 {
        match self {
            Quantity::Known(value) => *value,
            Quantity::Beta(beta) => rng.sample(beta),
            Quantity::LogNormal(lognormal) => rng.sample(lognormal),
        }
    }
}

impl Actor {
    /// The goals are linear, so an actor's interests are one number for each variable.
    fn interests(&self, n_variables: usize, rng: &mut SmallRng) -> Vec<f64> {
        let weights: Vec<f64> = self
            .imperatives
            .iter()
            .map(|imperative| imperative.weight.draw(rng))
            .collect();
        let sum: f64 = weights.iter().sum();
        let mut interests = vec![0.0; n_variables];
        for (imperative, weight) in self.imperatives.iter().zip(weights) {
            for (interest, coefficient) in interests.iter_mut().zip(&imperative.goal) {
                *interest += weight / sum * coefficient;
            }
        }
        interests
    }
}

impl Action {
    /// The expected utility of trying it.
    fn utility(&self, variables: &[f64], interests: &[f64]) -> f64 {
        let mut gain = 0.0;
        for &(variable, amount) in &self.effects {
            let before = variables[variable];
            gain += interests[variable] * ((before + amount).clamp(0.0, 1.0) - before);
        }
        self.success * gain - self.cost
    }
}

impl Draw {
    fn new(model: &Model, rng: &mut SmallRng) -> Draw {
        let n_variables = model.variables.len();
        Draw {
            initial: model
                .variables
                .iter()
                .map(|one| one.initial.draw(rng))
                .collect(),
            interests: model
                .actors
                .iter()
                .map(|one| one.interests(n_variables, rng))
                .collect(),
        }
    }
}

impl World {
    fn new(model: &Model, draw: &Draw) -> World {
        World {
            variables: draw.initial.clone(),
            changes: vec![0.0; model.variables.len()],
            likelihoods: Vec::new(),
            streaks: vec![0; model.outcomes.len()],
            come_true: vec![false; model.outcomes.len()],
        }
    }

    fn simulate(&mut self, model: &Model, draw: &Draw, rng: &mut SmallRng) {
        for _ in 0..model.days {
            self.changes.fill(0.0);
            for (actor, interests) in model.actors.iter().zip(&draw.interests) {
                if let Some(action) = self.choose(actor, interests, rng)
                    && rng.random::<f64>() < action.success
                {
                    for &(variable, amount) in &action.effects {
                        self.changes[variable] += amount;
                    }
                }
            }
            self.drift(model, rng);
            self.judge(model);
        }
    }

    /// A logit choice among waiting and the open actions.
    fn choose<'a>(
        &mut self,
        actor: &'a Actor,
        interests: &[f64],
        rng: &mut SmallRng,
    ) -> Option<&'a Action> {
        self.likelihoods.clear();
        let mut sum = 1.0;
        for action in &actor.actions {
            if action.requires.holds(&self.variables) {
                let utility = action.utility(&self.variables, interests);
                sum += (actor.precision * utility).exp();
            }
            self.likelihoods.push(sum);
        }
        let uniform = rng.random::<f64>() * sum;
        if uniform < 1.0 {
            return None;
        }
        let place = self.likelihoods.iter().position(|&bound| uniform < bound)?;
        Some(&actor.actions[place])
    }

    fn drift(&mut self, model: &Model, rng: &mut SmallRng) {
        for ((x, change), row) in self
            .variables
            .iter_mut()
            .zip(&self.changes)
            .zip(&model.variables)
        {
            *x = (*x + change).clamp(0.0, 1.0);
            let shock = row.volatility * rng.sample::<f64, _>(StandardNormal);
            *x = (*x + row.reversion * (row.baseline - *x) + shock).clamp(0.0, 1.0);
        }
    }

    fn judge(&mut self, model: &Model) {
        for (place, outcome) in model.outcomes.iter().enumerate() {
            let holds = outcome
                .when
                .iter()
                .all(|condition| condition.holds(&self.variables));
            self.streaks[place] = if holds { self.streaks[place] + 1 } else { 0 };
            self.come_true[place] |= self.streaks[place] >= outcome.sustained_days;
        }
    }
}

fn count(model: &Model, draws: u64, seed: u64) -> Vec<u64> {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut yes = vec![0; model.outcomes.len()];
    for _ in 0..draws {
        let draw = Draw::new(model, &mut rng);
        for _ in 0..2 {
            let mut world = World::new(model, &draw);
            world.simulate(model, &draw, &mut rng);
            for (yes, come_true) in yes.iter_mut().zip(&world.come_true) {
                *yes += u64::from(*come_true);
            }
        }
    }
    yes
}

fn main() {
    let request = Request::read();
    let model = &request.model;
    // The same code and data as below, once before the clock runs.
    count(model, 50, request.seed);
    let start = Instant::now();
    let yes = request.share_out(|thread, draws| {
        count(
            model,
            draws,
            request.seed.wrapping_mul(1_000).wrapping_add(thread),
        )
    });
    request.answer(&yes, start.elapsed());
}
