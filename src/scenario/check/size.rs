//! Rejects short files that would take too much memory.
//!
//! Each expression is compiled together with its indicators, and a goal once more for every effect
//! for which it is evaluated. Delayed effects are stored for every day until they arrive.

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::index::Id;
use crate::scenario::diagnostics::DiagnosticSink;
use crate::scenario::limits;
use crate::scenario::linear::split_goal;
use crate::scenario::model::{Condition, ExpressionRef, Number, Scenario};
use fixedbitset::FixedBitSet;

/// Reports a scenario whose compiled expressions have too many nodes, at the largest one.
pub(in crate::scenario) fn reject_large_expressions(
    scenario: &Scenario,
    sink: &mut DiagnosticSink,
) {
    let sizes = IndicatorSizes::measure_all(scenario);
    let n_indicators = scenario.indicators.len();
    let mut total = 0;
    let mut largest = (0, None);
    let mut add = |n_parts: usize, span| {
        total += n_parts;
        if n_parts > largest.0 {
            largest = (n_parts, span);
        }
    };
    for (part, span) in scenario.expressions() {
        add(sizes.expanded(part).n_parts, span);
    }
    // By actor: the variables that its actions change, once per effect on success or failure.
    let mut changed_by = vec![Vec::new(); scenario.actors.len()];
    for action in &scenario.actions {
        let effects = action.effects.iter().chain(&action.failure_effects);
        changed_by[action.actor.index()].extend(effects.map(|effect| effect.variable));
    }
    for (id, actor) in scenario.actors.enumerate() {
        // By variable: the number of effects on it that the actor evaluates, its own and those of
        // the actors that it anticipates.
        let mut n_effects = vec![0; scenario.variables.len()];
        for other in actor.anticipates.iter().chain([&id]) {
            for variable in &changed_by[other.index()] {
                n_effects[variable.index()] += 1;
            }
        }
        for imperative in &actor.imperatives {
            let goal = sizes.expanded(ExpressionRef::Number(&imperative.goal.tree));
            let variables = goal
                .dependencies
                .ones()
                .filter_map(|place| place.checked_sub(n_indicators));
            let n_times: usize = variables.map(|variable| n_effects[variable]).sum();
            // The linear part is not evaluated.
            let residual = split_goal(scenario, &imperative.goal.tree).residual;
            let terms = residual.iter().map(|&(_, term)| {
                let term = sizes.expanded(ExpressionRef::Number(term));
                // A coefficient and a sum.
                term.n_parts + 2
            });
            add(n_times * terms.sum::<usize>(), imperative.goal.span);
        }
    }
    let max = limits::EXPRESSION_NODES;
    if let (n_parts, Some(span)) = largest
        && total > max
    {
        let message = format!(
            "the expressions have {total} parts, including all that they depend on, and exceed the \
             limit of {max}; this one has {n_parts}"
        );
        let hint = "shorten the indicators, or use long ones in fewer places";
        sink.error("scenario-too-large", span, message, hint);
    }
}

/// The size and dependencies of an expression.
struct ExpandedSize {
    /// The nodes of the expression and of its indicators, each indicator once.
    n_parts: usize,
    /// The indicators by id, followed by the variables by id.
    dependencies: FixedBitSet,
}

/// The sizes of the indicators of a scenario.
struct IndicatorSizes {
    /// By indicator: the nodes of its own expression.
    n_own: Vec<usize>,
    /// By indicator: its dependencies, including itself.
    dependencies: Vec<FixedBitSet>,
    n_variables: usize,
}

impl IndicatorSizes {
    fn measure_all(scenario: &Scenario) -> Self {
        let mut sizes = Self {
            n_own: vec![0; scenario.indicators.len()],
            dependencies: vec![FixedBitSet::new(); scenario.indicators.len()],
            n_variables: scenario.variables.len(),
        };
        for id in scenario.indicators_in_dependency_order() {
            let (n_parts, mut dependencies) = sizes.measure(scenario.indicators[id].formula.part());
            dependencies.insert(id.index());
            sizes.n_own[id.index()] = n_parts;
            sizes.dependencies[id.index()] = dependencies;
        }
        sizes
    }

    fn expanded(&self, part: ExpressionRef<'_>) -> ExpandedSize {
        let (n_parts, dependencies) = self.measure(part);
        let n_indicator_parts = dependencies
            .ones()
            .filter_map(|place| self.n_own.get(place));
        ExpandedSize {
            n_parts: n_parts + n_indicator_parts.sum::<usize>(),
            dependencies,
        }
    }

    /// The nodes of the expression alone, and its dependencies.
    fn measure(&self, part: ExpressionRef<'_>) -> (usize, FixedBitSet) {
        let mut n_parts = 0;
        let mut dependencies = FixedBitSet::with_capacity(self.n_own.len() + self.n_variables);
        part.visit(&mut |part| {
            n_parts += 1;
            match part {
                ExpressionRef::Number(Number::Variable(id)) => {
                    dependencies.insert(self.n_own.len() + id.index());
                }
                ExpressionRef::Number(Number::Indicator(id))
                | ExpressionRef::Condition(Condition::Indicator(id))
                    if !dependencies[id.index()] =>
                {
                    dependencies.union_with(&self.dependencies[id.index()]);
                }
                _ => {}
            }
        });
        (n_parts, dependencies)
    }
}

/// Reports a scenario that stores too many delayed effects.
pub(in crate::scenario) fn reject_large_delays(scenario: &Scenario, sink: &mut DiagnosticSink) {
    let actions = scenario.actions.iter().map(|action| {
        let effects = action.effects.iter().chain(&action.failure_effects);
        (action.timing, effects.collect::<Vec<_>>())
    });
    let events = scenario.events.iter();
    let events = events.map(|event| (event.timing, event.effects.iter().collect()));
    let mut total = 0;
    let mut largest = (0, None);
    for (timing, effects) in actions.chain(events) {
        let days = usize::from(timing.delay_days) + usize::from(timing.over_days) - 1;
        let n_days = days * effects.len();
        total += n_days;
        if n_days > largest.0 {
            largest = (n_days, effects[0].amount.span);
        }
    }
    let max = limits::PENDING_EFFECT_DAYS;
    if total > max {
        let message = format!(
            "delayed effects take {total} days, all effects together, and exceed the limit of \
             {max}; those of this action or event take {}",
            largest.0
        );
        let hint = "delay or spread fewer effects, or over fewer days";
        sink.push(Diagnostic {
            severity: Severity::Error,
            code: "scenario-too-large",
            span: largest.1,
            message,
            hint: Some(hint.to_owned()),
        });
    }
}
