//! Reads indicators in the order of their dependencies, which must not be circular.

use super::super::document::TomlItem;
use super::super::expression::{Expression, ExpressionType, referenced_indicators};
use super::super::model::{ConditionExpression, Formula, Indicator, Number, NumberExpression};
use super::super::names::NamedEntry;
use super::reader::Reader;
use super::section::number;
use crate::base::index::{Id, IdVec, IndicatorId};

impl Reader<'_> {
    /// Reads all indicators and records their types.
    pub(super) fn indicators(
        &mut self,
        all: &[NamedEntry<'_, '_>],
    ) -> IdVec<IndicatorId, Indicator> {
        self.indicator_types = vec![None; all.len()];
        let parsed: Vec<Option<Expression>> = all.iter().map(|one| self.parse_one(one)).collect();
        let uses: Vec<Vec<_>> = parsed
            .iter()
            .map(|expression| {
                expression.as_ref().map_or_else(Vec::new, |expression| {
                    referenced_indicators(expression, self.names)
                })
            })
            .collect();
        let mut formulas: Vec<Option<Formula>> = vec![None; all.len()];
        for index in self.dependency_order(all, &uses) {
            formulas[index] = self.formula(&all[index], parsed[index].as_ref());
            self.indicator_types[index] = formulas[index].as_ref().map(|formula| match formula {
                Formula::Number(_) => ExpressionType::Number,
                Formula::Condition(_) => ExpressionType::Condition,
            });
        }
        all.iter()
            .zip(formulas)
            .map(|(one, formula)| Indicator {
                name: one.name.to_owned(),
                // A placeholder for an invalid formula, which has been reported.
                formula: formula.unwrap_or_else(|| constant(one, 0.0)),
            })
            .collect()
    }

    /// Parses an indicator; `None` for a number and after an error.
    fn parse_one(&mut self, one: &NamedEntry<'_, '_>) -> Option<Expression> {
        let node = &one.entry.value;
        match &node.item {
            TomlItem::String(..) => self.parsed(node),
            TomlItem::Integer(_) | TomlItem::Float(_) | TomlItem::Invalid => None,
            other => {
                let message = format!(
                    "an indicator must be an expression or a number, not {}",
                    other.describe()
                );
                let hint = format!("write, for example, `{} = \"1 - trust\"`", one.name);
                self.sink.error("wrong-type", node.span, message, hint);
                None
            }
        }
    }

    fn formula(
        &mut self,
        one: &NamedEntry<'_, '_>,
        parsed: Option<&Expression>,
    ) -> Option<Formula> {
        let node = &one.entry.value;
        let Some(expression) = parsed else {
            return number(node, self.sink).map(|value| constant(one, value));
        };
        let TomlItem::String(text, _) = &node.item else {
            return None;
        };
        let (text, span) = (text.clone().into_owned(), Some(node.span));
        if self.expression_type(node, expression) == Some(ExpressionType::Condition) {
            let tree = self.type_checker(node).condition(expression)?;
            return Some(Formula::Condition(ConditionExpression { text, span, tree }));
        }
        let tree = self.type_checker(node).number(expression)?;
        Some(Formula::Number(NumberExpression { text, span, tree }))
    }

    /// The indicators in the order of their dependencies. Circular references are reported, and the
    /// indicators on a cycle are left out.
    fn dependency_order(
        &mut self,
        all: &[NamedEntry<'_, '_>],
        uses: &[Vec<(IndicatorId, std::ops::Range<usize>)>],
    ) -> Vec<usize> {
        let mut order = Vec::new();
        let mut state = vec![VisitState::Unseen; all.len()];
        for first in 0..all.len() {
            if state[first] != VisitState::Unseen {
                continue;
            }
            // The path from `first`: each indicator with the number of its dependencies visited. An
            // explicit stack, since a chain of indicators may be as long as their number.
            let mut path = vec![(first, 0)];
            state[first] = VisitState::Open;
            while let Some((index, n_seen)) = path.last_mut() {
                let Some((next, span)) = uses[*index].get(*n_seen) else {
                    state[*index] = VisitState::Done;
                    order.push(*index);
                    path.pop();
                    continue;
                };
                *n_seen += 1;
                let (next, user) = (next.index(), *index);
                match state[next] {
                    VisitState::Done => {}
                    VisitState::Unseen => {
                        state[next] = VisitState::Open;
                        path.push((next, 0));
                    }
                    VisitState::Open => {
                        let place = all[user].entry.value.place().span(span);
                        self.report_cycle(all, &path, next, place);
                    }
                }
            }
        }
        order
    }

    /// Reports a circular reference with its path.
    fn report_cycle(
        &mut self,
        all: &[NamedEntry<'_, '_>],
        path: &[(usize, usize)],
        target: usize,
        place: crate::base::diagnostic::Span,
    ) {
        let from = path
            .iter()
            .position(|(index, _)| *index == target)
            .unwrap_or(0);
        let cycle: Vec<_> = path[from..]
            .iter()
            .map(|(index, _)| *index)
            .chain([target])
            .map(|index| format!("`{}`", all[index].name))
            .collect();
        let message = if cycle.len() == 2 {
            format!("the indicator {} refers to itself", cycle[0])
        } else if cycle.len() > 12 {
            format!(
                "{} indicators form a cycle, beginning with {}",
                cycle.len() - 1,
                cycle[0]
            )
        } else {
            format!("these indicators form a cycle: {}", cycle.join(" → "))
        };
        let hint = "use a variable for a quantity that depends on its own past value";
        self.sink.error("circular-reference", place, message, hint);
    }
}

/// The state of an indicator in a depth-first search.
#[derive(Clone, Copy, PartialEq)]
enum VisitState {
    Unseen,
    Open,
    Done,
}

/// The formula of an indicator that is a number.
fn constant(one: &NamedEntry<'_, '_>, value: f64) -> Formula {
    Formula::Number(NumberExpression {
        text: value.to_string(),
        span: Some(one.entry.value.span),
        tree: Number::Constant(value),
    })
}
