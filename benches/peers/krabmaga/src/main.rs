//! The month model as one would write it with krABMaga: the world is the state, the actors are
//! agents on its schedule. Everything that is not the framework's business is as in the idiomatic
//! version, from whose folder the model and the command line come.

#[path = "../../rust/src/command.rs"]
mod command;
#[path = "../../rust/src/model.rs"]
mod model;

use command::Request;
use krabmaga::engine::agent::Agent;
use krabmaga::engine::schedule::Schedule;
use krabmaga::engine::state::State;
use model::{Action, Actor, Model, Quantity};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

/// What is not known of the world: shared by the two runs of a draw.
struct Draw {
    initial: Vec<f64>,
    /// By actor and variable: how much the actor gains as the variable rises by one.
    interests: Vec<Arc<[f64]>>,
}

/// One life of the world.
struct World {
    model: Arc<Model>,
    draw: Arc<Draw>,
    rng: SmallRng,
    variables: Vec<f64>,
    changes: Vec<f64>,
    bounds: Vec<f64>,
    streaks: Vec<u32>,
    come_true: Vec<bool>,
}

/// An actor in the world.
#[derive(Clone)]
struct Decider {
    model: Arc<Model>,
    place: usize,
    interests: Arc<[f64]>,
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
    fn interests(&self, n_variables: usize, rng: &mut SmallRng) -> Arc<[f64]> {
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
        interests.into()
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

impl Agent for Decider {
    /// All agents of a day see the same variables: what they do is in `changes` until its end.
    fn step(&mut self, state: &mut dyn State) {
        let world = state
            .as_any_mut()
            .downcast_mut::<World>()
            .expect("this world");
        let actor = &self.model.actors[self.place];
        let mut sum = 1.0;
        world.bounds.clear();
        for action in &actor.actions {
            if action.requires.holds(&world.variables) {
                let utility = action.utility(&world.variables, &self.interests);
                sum += (actor.precision * utility).exp();
            }
            world.bounds.push(sum);
        }
        let uniform = world.rng.random::<f64>() * sum;
        if uniform < 1.0 {
            return;
        }
        let Some(place) = world.bounds.iter().position(|&bound| uniform < bound) else {
            return;
        };
        let action = &actor.actions[place];
        if world.rng.random::<f64>() < action.success {
            for &(variable, amount) in &action.effects {
                world.changes[variable] += amount;
            }
        }
    }
}

impl World {
    fn new(model: &Arc<Model>, draw: &Arc<Draw>, rng: SmallRng) -> World {
        World {
            model: Arc::clone(model),
            draw: Arc::clone(draw),
            rng,
            variables: Vec::new(),
            changes: Vec::new(),
            bounds: Vec::new(),
            streaks: Vec::new(),
            come_true: Vec::new(),
        }
    }
}

impl State for World {
    fn init(&mut self, schedule: &mut Schedule) {
        self.reset();
        for (place, interests) in self.draw.interests.iter().enumerate() {
            let decider = Decider {
                model: Arc::clone(&self.model),
                place,
                interests: Arc::clone(interests),
            };
            schedule.schedule_repeating(Box::new(decider), 0.0, 0);
        }
    }

    fn reset(&mut self) {
        self.variables = self.draw.initial.clone();
        self.changes = vec![0.0; self.model.variables.len()];
        self.streaks = vec![0; self.model.outcomes.len()];
        self.come_true = vec![false; self.model.outcomes.len()];
    }

    /// End of the day: effects, drift, outcomes.
    fn after_step(&mut self, _: &mut Schedule) {
        for ((x, change), row) in self
            .variables
            .iter_mut()
            .zip(&mut self.changes)
            .zip(&self.model.variables)
        {
            *x = (*x + std::mem::take(change)).clamp(0.0, 1.0);
            let shock = row.volatility * self.rng.sample::<f64, _>(StandardNormal);
            *x = (*x + row.reversion * (row.baseline - *x) + shock).clamp(0.0, 1.0);
        }
        for (place, outcome) in self.model.outcomes.iter().enumerate() {
            let holds = outcome
                .when
                .iter()
                .all(|condition| condition.holds(&self.variables));
            self.streaks[place] = if holds { self.streaks[place] + 1 } else { 0 };
            self.come_true[place] |= self.streaks[place] >= outcome.sustained_days;
        }
    }

    fn update(&mut self, _: u64) {}

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn as_state(&self) -> &dyn State {
        self
    }

    fn as_state_mut(&mut self) -> &mut dyn State {
        self
    }
}

fn count(model: &Arc<Model>, draws: u64, seed: u64) -> Vec<u64> {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut yes = vec![0; model.outcomes.len()];
    let n_variables = model.variables.len();
    for _ in 0..draws {
        let draw = Arc::new(Draw {
            initial: model
                .variables
                .iter()
                .map(|one| one.initial.draw(&mut rng))
                .collect(),
            interests: model
                .actors
                .iter()
                .map(|one| one.interests(n_variables, &mut rng))
                .collect(),
        });
        for _ in 0..2 {
            let mut world = World::new(model, &draw, SmallRng::from_rng(&mut rng));
            let mut schedule = Schedule::new();
            world.init(&mut schedule);
            for _ in 0..model.days {
                schedule.step(&mut world);
            }
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
