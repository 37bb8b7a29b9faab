//! All quantities and all expressions of a scenario.

use super::{ExpressionRef, Formula, PerceptionKind, Quantity, Scenario, Value};
use crate::base::diagnostic::Span;

impl Scenario {
    /// All quantities in file order of their tables, including defaults. Their paths are unique.
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
                    .filter_map(|perception| match &perception.kind {
                        PerceptionKind::Observed { noise: own, .. }
                        | PerceptionKind::Hidden { belief: own } => own.as_ref(),
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

    /// All expressions, with the places where they stand.
    pub fn expressions(&self) -> Vec<(ExpressionRef<'_>, Option<Span>)> {
        let mut parts = Vec::new();
        for indicator in &self.indicators {
            parts.push(match &indicator.formula {
                Formula::Number(formula) => (ExpressionRef::Number(&formula.tree), formula.span),
                Formula::Condition(formula) => {
                    (ExpressionRef::Condition(&formula.tree), formula.span)
                }
            });
        }
        for actor in &self.actors {
            let goals = actor.imperatives.iter().map(|imperative| &imperative.goal);
            parts.extend(goals.map(|goal| (ExpressionRef::Number(&goal.tree), goal.span)));
        }
        for action in &self.actions {
            let requires = action.requires.iter();
            parts.extend(requires.map(|one| (ExpressionRef::Condition(&one.tree), one.span)));
        }
        let conditions = self.outcomes.iter().map(|outcome| &outcome.when);
        parts.extend(conditions.map(|when| (ExpressionRef::Condition(&when.tree), when.span)));
        for quantity in self.quantities() {
            if let Value::Expression(expression) = &quantity.value {
                parts.push((ExpressionRef::Number(&expression.tree), expression.span));
            }
        }
        parts
    }
}
