//! Indicators: each is read after those that it uses, and none may use itself.

use super::super::document::TomlItem;
use super::super::expression::{Expression, Kind, referenced_indicators};
use super::super::model::{ConditionExpression, Formula, Indicator, Number, NumberExpression};
use super::super::names::NamedEntry;
use super::reader::Reader;
use super::section::number;
use crate::base::index::{Id, IdVec, IndicatorId};

impl Reader<'_> {
    /// Reads all indicators; their kinds are known afterwards.
    pub(super) fn indicators(
        &mut self,
        all: &[NamedEntry<'_, '_>],
    ) -> IdVec<IndicatorId, Indicator> {
        self.kinds = vec![None; all.len()];
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
        for index in self.order(all, &uses) {
            formulas[index] = self.formula(&all[index], parsed[index].as_ref());
            self.kinds[index] = formulas[index].as_ref().map(|formula| match formula {
                Formula::Number(_) => Kind::Number,
                Formula::Condition(_) => Kind::Condition,
            });
        }
        all.iter()
            .zip(formulas)
            .map(|(one, formula)| Indicator {
                name: one.name.to_owned(),
                // A stand-in for what has been reported.
                formula: formula.unwrap_or_else(|| constant(one, 0.0)),
            })
            .collect()
    }

    /// The tree of an indicator; `None` for a bare number and for what has been reported.
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
        if self.kind(node, expression) == Some(Kind::Condition) {
            let tree = self.typing(node).condition(expression)?;
            return Some(Formula::Condition(ConditionExpression { text, span, tree }));
        }
        let tree = self.typing(node).number(expression)?;
        Some(Formula::Number(NumberExpression { text, span, tree }))
    }

    /// The indicators so that each comes after those that it uses; those that use themselves
    /// are reported and left out, with what uses them.
    fn order(
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
            // The path from `first`: each indicator with the number of its uses looked at. A
            // list of its own, since a chain of indicators may be as long as their number.
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

    /// Reports that an indicator uses itself, naming the way.
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
        let way: Vec<_> = path[from..]
            .iter()
            .map(|(index, _)| *index)
            .chain([target])
            .map(|index| format!("`{}`", all[index].name))
            .collect();
        let message = if way.len() == 2 {
            format!("the indicator {} refers to itself", way[0])
        } else if way.len() > 12 {
            format!(
                "{} indicators form a cycle, beginning with {}",
                way.len() - 1,
                way[0]
            )
        } else {
            format!("these indicators form a cycle: {}", way.join(" → "))
        };
        let hint = "use a variable for a quantity that depends on its own past value";
        self.sink.error("circular-reference", place, message, hint);
    }
}

/// Whether an indicator has been put into the order.
#[derive(Clone, Copy, PartialEq)]
enum VisitState {
    Unseen,
    Open,
    Done,
}

/// An indicator that is a bare number.
fn constant(one: &NamedEntry<'_, '_>, value: f64) -> Formula {
    Formula::Number(NumberExpression {
        text: value.to_string(),
        span: Some(one.entry.value.span),
        tree: Number::Constant(value),
    })
}
