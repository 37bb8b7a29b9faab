//! Luck by name: the definition of the keyed generator, written out.

use realpolitik::math::single;
use realpolitik::random::QuantileTable;
use realpolitik::random::keyed::{Branch, Seed, draw_uniform, hash_name, lane_key, site_key, word};
use realpolitik::scenario::{Domain, Quantity, Scenario, Value};
use std::collections::BTreeMap;

/// The inverse CDF of each uncertain quantity, by TOML path.
pub type Tables = BTreeMap<String, (QuantileTable, Domain)>;

/// The luck of one run.
#[derive(Clone, Copy)]
pub struct Luck<'a> {
    seed: Seed,
    run: u64,
    tables: &'a Tables,
}

impl<'a> Luck<'a> {
    pub fn new(seed: Seed, run: u64, tables: &'a Tables) -> Self {
        Self { seed, run, tables }
    }

    pub fn run(&self) -> u64 {
        self.run
    }

    fn word(&self, site: &str, day: u16) -> u32 {
        let lane = lane_key(self.seed, self.run, Branch(0));
        word(lane, site_key(hash_name(site), u32::from(day)))
    }

    /// The uniform number of a site on a day.
    pub fn uniform(&self, site: &str, day: u16) -> f64 {
        f64::from(single::uniform(self.word(site, day)))
    }

    /// The standard normal of a variable on a day: a pair serves two days.
    pub fn normal(&self, variable: &str, day: u16) -> f64 {
        let pair = (day - 1) / 2;
        let (first, second) = single::normal_pair(
            self.word(&format!("shock:variables.{variable}:radius"), pair),
            self.word(&format!("shock:variables.{variable}:angle"), pair),
        );
        f64::from(if day % 2 == 1 { first } else { second })
    }

    /// The uncertain quantities of the run: both lives of a draw have the same.
    pub fn draw(&self) -> BTreeMap<String, f64> {
        self.tables
            .iter()
            .map(|(path, (table, domain))| {
                let uniform = draw_uniform(self.seed, self.run / 2, hash_name(path));
                let (low, high) = domain.bounds();
                let value = (table.value(uniform) as f32).clamp(low as f32, high as f32);
                (path.clone(), f64::from(value))
            })
            .collect()
    }
}

/// The inverse CDFs of a scenario's uncertain quantities.
pub fn tables(scenario: &Scenario) -> Tables {
    let mut tables = Tables::new();
    for quantity in quantities(scenario) {
        if let Value::Distribution(distribution) = &quantity.value {
            let table = QuantileTable::new(distribution);
            let before = tables.insert(quantity.path.clone(), (table, quantity.domain));
            assert!(before.is_none(), "{} is named twice", quantity.path);
        }
    }
    tables
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
        all.extend([&actor.precision, &actor.tempo]);
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
