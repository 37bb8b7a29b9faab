//! Whether a short file asks for more than a machine holds.
//!
//! Each expression is compiled with its indicators in it, and a goal once more for every effect that
//! it is weighed for; late effects are kept for every day until they arrive.

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::index::Id;
use crate::scenario::diagnostics::DiagnosticSink;
use crate::scenario::limits;
use crate::scenario::model::{Condition, ExpressionRef, Number, Scenario};
use fixedbitset::FixedBitSet;

/// Reports a scenario whose expressions have too many parts, at the one that adds most of them.
pub(in crate::scenario) fn reject_large_expressions(
    scenario: &Scenario,
    sink: &mut DiagnosticSink,
) {
    let sizes = Sizes::of(scenario);
    let n_indicators = scenario.indicators.len();
    let mut total = 0;
    let mut greatest = (0, None);
    let mut add = |n_parts: usize, span| {
        total += n_parts;
        if n_parts > greatest.0 {
            greatest = (n_parts, span);
        }
    };
    for (part, span) in scenario.expressions() {
        add(sizes.opened(part).n_parts, span);
    }
    // By actor, the variables that its actions change, as often as they do, in success or failure.
    let mut changed_by = vec![Vec::new(); scenario.actors.len()];
    for action in &scenario.actions {
        let effects = action.effects.iter().chain(&action.failure_effects);
        changed_by[action.actor.index()].extend(effects.map(|effect| effect.variable));
    }
    for (id, actor) in scenario.actors.enumerate() {
        // By variable, how many effects on it the actor weighs, its own and of those it reckons with.
        let mut n_effects = vec![0; scenario.variables.len()];
        for other in actor.anticipates.iter().chain([&id]) {
            for variable in &changed_by[other.index()] {
                n_effects[variable.index()] += 1;
            }
        }
        for imperative in &actor.imperatives {
            let goal = sizes.opened(ExpressionRef::Number(&imperative.goal.tree));
            let variables = goal
                .hangs_on
                .ones()
                .filter_map(|place| place.checked_sub(n_indicators));
            let n_times: usize = variables.map(|variable| n_effects[variable]).sum();
            add(n_times * goal.n_parts, imperative.goal.span);
        }
    }
    let most = limits::COMPILED_PARTS;
    if let (n_parts, Some(span)) = greatest
        && total > most
    {
        let message = format!(
            "the expressions have {total} parts, including all that they depend on, and exceed the \
             limit of {most}; this one has {n_parts}"
        );
        let hint = "shorten the indicators, or use long ones in fewer places";
        sink.error("scenario-too-large", span, message, hint);
    }
}

/// An expression with all that it hangs on.
struct Opened {
    /// Its parts and those of its indicators, each indicator once.
    n_parts: usize,
    /// Its indicators, by their ids, and after all of these its variables.
    hangs_on: FixedBitSet,
}

/// The sizes of a scenario's indicators.
struct Sizes {
    /// For each, the parts of its own formula.
    n_own: Vec<usize>,
    /// For each, what it hangs on, itself among it.
    hang_on: Vec<FixedBitSet>,
    n_variables: usize,
}

impl Sizes {
    fn of(scenario: &Scenario) -> Self {
        let mut sizes = Self {
            n_own: vec![0; scenario.indicators.len()],
            hang_on: vec![FixedBitSet::new(); scenario.indicators.len()],
            n_variables: scenario.variables.len(),
        };
        for id in scenario.indicators_in_dependency_order() {
            let (n_parts, mut hangs_on) = sizes.look_at(scenario.indicators[id].formula.part());
            hangs_on.insert(id.index());
            sizes.n_own[id.index()] = n_parts;
            sizes.hang_on[id.index()] = hangs_on;
        }
        sizes
    }

    fn opened(&self, part: ExpressionRef<'_>) -> Opened {
        let (n_parts, hangs_on) = self.look_at(part);
        let of_indicators = hangs_on.ones().filter_map(|place| self.n_own.get(place));
        Opened {
            n_parts: n_parts + of_indicators.sum::<usize>(),
            hangs_on,
        }
    }

    /// The parts of an expression alone, and what it hangs on.
    fn look_at(&self, part: ExpressionRef<'_>) -> (usize, FixedBitSet) {
        let mut n_parts = 0;
        let mut hangs_on = FixedBitSet::with_capacity(self.n_own.len() + self.n_variables);
        part.walk(&mut |part| {
            n_parts += 1;
            match part {
                ExpressionRef::Number(Number::Variable(id)) => {
                    hangs_on.insert(self.n_own.len() + id.index());
                }
                ExpressionRef::Number(Number::Indicator(id))
                | ExpressionRef::Condition(Condition::Indicator(id))
                    if !hangs_on[id.index()] =>
                {
                    hangs_on.union_with(&self.hang_on[id.index()]);
                }
                _ => {}
            }
        });
        (n_parts, hangs_on)
    }
}

/// Reports a scenario that keeps too many late effects in mind.
pub(in crate::scenario) fn reject_large_delays(scenario: &Scenario, sink: &mut DiagnosticSink) {
    let actions = scenario.actions.iter().map(|action| {
        let effects = action.effects.iter().chain(&action.failure_effects);
        (action.timing, effects.collect::<Vec<_>>())
    });
    let events = scenario.events.iter();
    let events = events.map(|event| (event.timing, event.effects.iter().collect()));
    let mut total = 0;
    let mut greatest = (0, None);
    for (timing, effects) in actions.chain(events) {
        let days = usize::from(timing.delay_days) + usize::from(timing.over_days) - 1;
        let n_days = days * effects.len();
        total += n_days;
        if n_days > greatest.0 {
            greatest = (n_days, effects[0].amount.span);
        }
    }
    let most = limits::DAYS_AHEAD;
    if total > most {
        let message = format!(
            "delayed effects take {total} days, all effects together, and exceed the limit of \
             {most}; those of this action or event take {}",
            greatest.0
        );
        let hint = "delay or spread fewer effects, or over fewer days";
        sink.push(Diagnostic {
            severity: Severity::Error,
            code: "scenario-too-large",
            span: greatest.1,
            message,
            hint: Some(hint.to_owned()),
        });
    }
}
