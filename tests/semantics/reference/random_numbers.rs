//! Keyed random numbers: the definition of the generator, by names.

use super::approximate::{Approximate, UNIT};
use realpolitik::base::index::VariableId;
use realpolitik::base::math::{double, single};
use realpolitik::base::random::QuantileTable;
use realpolitik::base::random::keyed::{
    Branch, Seed, draw_uniform, hash_name, lane_key, site_key, word,
};
use realpolitik::scenario::{Correlated, Domain, PerceptionKind, Quantity, Scenario, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The uncertain quantities and correlations of a scenario.
pub struct UncertainQuantities {
    /// The inverse CDF of each uncertain quantity, by TOML path.
    tables: BTreeMap<String, (QuantileTable, Domain)>,
    /// Mixture of normal scores, by TOML path of a correlated quantity.
    mixtures: Mixtures,
    /// Mixture of shocks, by name of a variable with correlated shocks.
    shock_mixtures: Mixtures,
}

/// Coefficients by name, by name.
type Mixtures = BTreeMap<String, Vec<(String, f64)>>;

/// The random numbers of one run.
#[derive(Clone, Copy)]
pub struct RandomNumbers<'a> {
    seed: Seed,
    run: u64,
    uncertain: &'a UncertainQuantities,
}

impl<'a> RandomNumbers<'a> {
    pub fn new(seed: Seed, run: u64, uncertain: &'a UncertainQuantities) -> Self {
        Self {
            seed,
            run,
            uncertain,
        }
    }

    pub fn run(&self) -> u64 {
        self.run
    }

    fn word(&self, site: &str, day: u16) -> u32 {
        let lane = lane_key(self.seed, self.run, Branch(0));
        word(lane, site_key(hash_name(site), u32::from(day)))
    }

    /// The uniform variate of a site on a day.
    pub fn uniform(&self, site: &str, day: u16) -> f64 {
        f64::from(single::uniform(self.word(site, day)))
    }

    /// The standard normal of a site on a day: a pair serves two days.
    pub fn normal(&self, site: &str, day: u16) -> f64 {
        let pair = (day - 1) / 2;
        let (first, second) = single::normal_pair(
            self.word(&format!("{site}:radius"), pair),
            self.word(&format!("{site}:angle"), pair),
        );
        f64::from(if day % 2 == 1 { first } else { second })
    }

    /// The standard normal shock of a variable on a day, mixed with those that it is correlated
    /// with.
    pub fn shock(&self, variable: &str, day: u16) -> Approximate {
        let own =
            |name: &str| Approximate::exact(self.normal(&format!("shock:variables.{name}"), day));
        match self.uncertain.shock_mixtures.get(variable) {
            None => own(variable),
            Some(mix) => Approximate::sum(mix.iter().map(|(name, coefficient)| {
                // The engine rounds the coefficient to f32.
                let coefficient = Approximate {
                    value: *coefficient,
                    bound: UNIT * coefficient.abs(),
                };
                coefficient * own(name)
            })),
        }
    }

    /// The uncertain quantities of the run, equal for both runs of a draw.
    pub fn draw(&self) -> BTreeMap<String, f64> {
        let uncertain = self.uncertain;
        let uniform_of = |path: &str| draw_uniform(self.seed, self.run / 2, hash_name(path));
        uncertain
            .tables
            .iter()
            .map(|(path, (table, domain))| {
                let uniform = match uncertain.mixtures.get(path) {
                    None => uniform_of(path),
                    Some(mix) => double::normal_cdf(
                        mix.iter()
                            .map(|(other, coefficient)| {
                                coefficient * double::normal_quantile(uniform_of(other))
                            })
                            .sum(),
                    ),
                };
                let (low, high) = domain.bounds();
                let value = (table.value(uniform) as f32).clamp(low as f32, high as f32);
                (path.clone(), f64::from(value))
            })
            .collect()
    }
}

impl UncertainQuantities {
    /// The uncertain quantities of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        let mut tables = BTreeMap::new();
        for quantity in quantities(scenario) {
            if let Value::Distribution(distribution) = &quantity.value {
                let table = QuantileTable::new(distribution);
                tables.insert(quantity.path.clone(), (table, quantity.domain));
            }
        }
        let mut draws = BTreeMap::new();
        let mut shocks = BTreeMap::new();
        let name = |id: VariableId| scenario.variables[id].name.clone();
        for correlation in &scenario.correlations {
            let (list, a, b) = match &correlation.between {
                Correlated::Quantities(a, b) => (&mut draws, a.clone(), b.clone()),
                Correlated::Shocks(a, b) => (&mut shocks, name(*a), name(*b)),
            };
            list.insert((a.clone(), b.clone()), correlation.coefficient);
            list.insert((b, a), correlation.coefficient);
        }
        Self {
            tables,
            mixtures: mixtures(&draws),
            shock_mixtures: mixtures(&shocks),
        }
    }
}

/// The lower Cholesky factor of the correlation matrix, by rows, in the order of the names.
fn mixtures(correlations: &BTreeMap<(String, String), f64>) -> Mixtures {
    let names: BTreeSet<&String> = correlations.keys().map(|(name, _)| name).collect();
    let names: Vec<&String> = names.into_iter().collect();
    let n = names.len();
    let mut factor = vec![vec![0.0_f64; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let key = (names[i].clone(), names[j].clone());
            let given = if i == j {
                1.0
            } else {
                correlations.get(&key).copied().unwrap_or(0.0)
            };
            let used: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
            factor[i][j] = if i == j {
                (given - used).sqrt()
            } else {
                (given - used) / factor[j][j]
            };
        }
    }
    names
        .iter()
        .zip(&factor)
        .map(|(name, row)| {
            let parts = names
                .iter()
                .zip(row)
                .filter(|(_, coefficient)| **coefficient != 0.0);
            let parts = parts.map(|(other, coefficient)| ((*other).clone(), *coefficient));
            ((*name).clone(), parts.collect())
        })
        .collect()
}

/// All quantities of a scenario.
fn quantities(scenario: &Scenario) -> Vec<&Quantity> {
    let mut all = Vec::new();
    for variable in &scenario.variables {
        all.push(&variable.initial);
        all.extend(&variable.baseline);
        all.extend(&variable.reversion);
        all.extend(&variable.volatility);
    }
    for actor in &scenario.actors {
        all.extend([&actor.precision, &actor.tempo, &actor.insight]);
        all.extend(&actor.risk);
        for perception in &actor.perceives {
            match &perception.kind {
                PerceptionKind::Observed { noise, .. } => all.extend(noise),
                PerceptionKind::Hidden { belief } => all.extend(belief),
            }
        }
        all.extend(actor.imperatives.iter().map(|row| &row.weight));
    }
    for action in &scenario.actions {
        all.extend([
            &action.success,
            &action.cost,
            &action.appeal,
            &action.daily_odds,
        ]);
        all.extend(action.effects.iter().map(|effect| &effect.amount));
        all.extend(action.failure_effects.iter().map(|effect| &effect.amount));
    }
    for event in &scenario.events {
        all.push(&event.hazard);
        all.extend(event.effects.iter().map(|effect| &effect.amount));
    }
    all
}
