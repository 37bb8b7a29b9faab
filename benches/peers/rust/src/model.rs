//! The month model's numbers, read from the plain file that `run.py` writes.

use rand_distr::{Beta, LogNormal};
use std::str::{FromStr, SplitWhitespace};

/// Everything that does not change from run to run.
pub struct Model {
    pub days: u32,
    pub variables: Vec<Variable>,
    pub actors: Vec<Actor>,
    pub outcomes: Vec<Outcome>,
}

pub struct Variable {
    pub initial: Quantity,
    pub baseline: f64,
    pub reversion: f64,
    pub volatility: f64,
}

pub enum Quantity {
    Known(f64),
    Beta(Beta<f64>),
    LogNormal(LogNormal<f64>),
}

pub struct Actor {
    pub precision: f64,
    pub imperatives: Vec<Imperative>,
    pub actions: Vec<Action>,
}

pub struct Imperative {
    pub weight: Quantity,
    /// By variable: how much the goal gains as the variable rises by one.
    pub goal: Vec<f64>,
}

#[derive(Clone)]
pub struct Action {
    pub requires: Condition,
    pub success: f64,
    pub cost: f64,
    /// Variable and amount.
    pub effects: Vec<(usize, f64)>,
}

#[derive(Clone, Copy)]
pub struct Condition {
    variable: usize,
    is_above: bool,
    threshold: f64,
}

impl Condition {
    pub fn holds(&self, variables: &[f64]) -> bool {
        let value = variables[self.variable];
        if self.is_above {
            value > self.threshold
        } else {
            value < self.threshold
        }
    }
}

pub struct Outcome {
    pub name: String,
    pub sustained_days: u32,
    pub when: Vec<Condition>,
}

impl Model {
    pub fn read(text: &str) -> Model {
        let mut words = Words(text.split_whitespace());
        let days = words.next();
        let n_variables = words.next();
        let variables = (0..n_variables)
            .map(|_| Variable {
                initial: words.quantity(),
                baseline: words.next(),
                reversion: words.next(),
                volatility: words.next(),
            })
            .collect();
        let n_actors: usize = words.next();
        let actors = (0..n_actors).map(|_| words.actor(n_variables)).collect();
        let n_outcomes: usize = words.next();
        let outcomes = (0..n_outcomes).map(|_| words.outcome()).collect();
        Model {
            days,
            variables,
            actors,
            outcomes,
        }
    }
}

struct Words<'a>(SplitWhitespace<'a>);

impl Words<'_> {
    fn next<T: FromStr>(&mut self) -> T {
        let word = self.0.next().expect("the file ends too early");
        word.parse().ok().expect("a number")
    }

    fn quantity(&mut self) -> Quantity {
        let kind: String = self.next();
        let (first, second) = (self.next(), self.next());
        match kind.as_str() {
            "known" => Quantity::Known(first),
            "beta" => Quantity::Beta(Beta::new(first, second).expect("positive shapes")),
            "lognormal" => Quantity::LogNormal(LogNormal::new(first, second).expect("finite")),
            other => panic!("no such distribution: {other}"),
        }
    }

    fn actor(&mut self, n_variables: usize) -> Actor {
        let precision = self.next();
        let (n_imperatives, n_actions): (usize, usize) = (self.next(), self.next());
        let imperatives = (0..n_imperatives)
            .map(|_| Imperative {
                weight: self.quantity(),
                goal: (0..n_variables).map(|_| self.next()).collect(),
            })
            .collect();
        let actions = (0..n_actions).map(|_| self.action()).collect();
        Actor {
            precision,
            imperatives,
            actions,
        }
    }

    fn action(&mut self) -> Action {
        let requires = self.condition();
        let (success, cost) = (self.next(), self.next());
        let n_effects: usize = self.next();
        let effects = (0..n_effects).map(|_| (self.next(), self.next())).collect();
        Action {
            requires,
            success,
            cost,
            effects,
        }
    }

    fn condition(&mut self) -> Condition {
        let variable = self.next();
        let sign: String = self.next();
        Condition {
            variable,
            is_above: sign == ">",
            threshold: self.next(),
        }
    }

    fn outcome(&mut self) -> Outcome {
        let name = self.next();
        let sustained_days = self.next();
        let n_conditions: usize = self.next();
        let when = (0..n_conditions).map(|_| self.condition()).collect();
        Outcome {
            name,
            sustained_days,
            when,
        }
    }
}
