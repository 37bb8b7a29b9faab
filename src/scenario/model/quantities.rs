//! All quantities of a scenario.

use super::{Quantity, Scenario, Sight};

impl Scenario {
    /// Every number, distribution and expression that stands where a quantity may, in file order
    /// of their tables, those with defaults included. Their paths are unique.
    pub fn quantities(&self) -> Vec<&Quantity> {
        let mut all: Vec<&Quantity> = Vec::new();
        for variable in &self.variables {
            all.push(&variable.initial);
            let given = [
                &variable.baseline,
                &variable.reversion,
                &variable.volatility,
            ];
            all.extend(given.into_iter().flatten());
        }
        for actor in &self.actors {
            all.extend([&actor.precision, &actor.tempo, &actor.insight]);
            all.extend(&actor.risk);
            all.extend(
                actor
                    .perceives
                    .iter()
                    .filter_map(|perception| match &perception.sight {
                        Sight::Late { noise: own, .. } | Sight::Hidden { belief: own } => {
                            own.as_ref()
                        }
                    }),
            );
            all.extend(
                actor
                    .imperatives
                    .iter()
                    .map(|imperative| &imperative.weight),
            );
        }
        for action in &self.actions {
            all.extend([
                &action.success,
                &action.cost,
                &action.appeal,
                &action.daily_odds,
            ]);
            let effects = action.effects.iter().chain(&action.failure_effects);
            all.extend(effects.map(|effect| &effect.amount));
        }
        for event in &self.events {
            all.push(&event.hazard);
            all.extend(event.effects.iter().map(|effect| &effect.amount));
        }
        all
    }
}
