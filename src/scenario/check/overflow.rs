//! Rejects numbers so large that the utility of an action exceeds single precision.

use crate::scenario::diagnostics::{DiagnosticSink, four_digits};
use crate::scenario::model::{Quantity, Scenario, Value};

/// Largest product of precision and utility that the engine can compare with others.
const MAX_LOGIT: f64 = 1e37;
/// Share of the distribution beyond which its values are not considered.
const TAIL: f64 = 1e-6;

/// Rejects actions whose precision times utility would overflow, where all of it is numbers or
/// distributions; expressions are clamped to their domain only in a run.
pub(in crate::scenario) fn reject_large_utilities(scenario: &Scenario, sink: &mut DiagnosticSink) {
    for action in &scenario.actions {
        let actor = &scenario.actors[action.actor];
        let precision = size(&actor.precision);
        let weights = actor.imperatives.iter().map(|one| size(&one.weight));
        let parts = [size(&action.appeal), size(&action.cost)];
        let utility: f64 = weights.chain(parts).sum();
        if precision * utility <= MAX_LOGIT {
            continue;
        }
        let largest = |one: &&Quantity| size(one);
        let all = actor.imperatives.iter().map(|one| &one.weight);
        let all = all.chain([&action.appeal, &action.cost, &actor.precision]);
        let quantity = all
            .filter(|one| one.span.is_some())
            .max_by(|a, b| largest(a).total_cmp(&largest(b)));
        let Some((quantity, span)) = quantity.and_then(|one| Some((one, one.span?))) else {
            continue;
        };
        let message = format!(
            "`{}` reaches {:e}: precision times utility of the action `{}` exceeds 3e38, the largest \
             number of the simulation",
            quantity.path,
            four_digits(size(quantity)),
            action.name,
        );
        let hint = "write a smaller number: if precision times the difference of two utilities is 50, \
                    the better action is already taken in practically every case";
        sink.error("too-large", span, message, hint);
        // One message per scenario: the others mostly have the same cause.
        return;
    }
}

/// The largest size of a number or of the bulk of a distribution; 0 for an expression.
fn size(quantity: &Quantity) -> f64 {
    match &quantity.value {
        Value::Number(value) => value.abs(),
        Value::Distribution(distribution) => {
            let ends = [TAIL, 1.0 - TAIL].map(|u| distribution.quantile(u).abs());
            ends[0].max(ends[1])
        }
        Value::Expression(_) => 0.0,
    }
}
