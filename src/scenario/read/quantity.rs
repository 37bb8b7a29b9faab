//! Reads quantities (numbers, distributions, expressions) and conditions.
//!
//! A number must lie in the domain of its field, and so must the support of a distribution. The
//! value of an expression is known only in a run, where it is clamped to the domain.

use super::super::diagnostics::four_digits;
use super::super::document::{TomlItem, TomlValue};
use super::super::expression::{Expression, ExpressionType, TypeChecker, parse};
use super::super::fields::{DomainRule, FieldDefault, FieldKind};
use super::super::foreign_distributions::{extent, numbers_in, replacement_of};
use super::super::model::{
    Condition, ConditionExpression, Domain, Number, NumberExpression, Quantity, Value,
};
use super::distribution::{describe, distribution, wider_bounds};
use super::distribution_example::covering_within;
use super::reader::Reader;
use super::section::{Section, hint_for_quoted_number, number, report_wrong_type};
use crate::base::diagnostic::Diagnostic;

/// The placeholder for an invalid value, which never leaves the reader.
pub(super) const PLACEHOLDER: Value = Value::Number(f64::NAN);

impl Reader<'_> {
    /// Reads a quantity, its default, or a placeholder if it is invalid. `bounds` are those of the
    /// variable to which the field belongs, if any.
    pub(super) fn quantity(
        &mut self,
        section: &Section<'_, '_>,
        key: &str,
        bounds: (f64, f64),
    ) -> Option<Quantity> {
        let (field, node) = section.find(key);
        let FieldKind::Quantity { domain, expression } = field.kind else {
            return None;
        };
        let domain = match domain {
            DomainRule::Unit => Domain::Unit,
            DomainRule::NonNegative => Domain::NonNegative,
            DomainRule::Real => Domain::Real,
            DomainRule::Bounds => Domain::Within {
                min: bounds.0,
                max: bounds.1,
            },
        };
        let path = section.path_of(key);
        match (node, field.default) {
            (Some(node), _) => Some(Quantity {
                path,
                span: Some(node.span),
                domain,
                value: self.value(node, (key, field.example), domain, expression),
            }),
            (None, FieldDefault::Number(default)) => Some(Quantity {
                path,
                span: None,
                domain,
                value: Value::Number(default),
            }),
            // A missing required key has been reported.
            (None, FieldDefault::Required) => Some(Quantity {
                path,
                span: None,
                domain,
                value: PLACEHOLDER,
            }),
            (None, _) => None,
        }
    }

    /// Reads a number, distribution or expression; returns a placeholder if it is invalid. Messages
    /// name it by its key and give an example.
    pub(super) fn value(
        &mut self,
        node: &TomlValue<'_>,
        (key, example): (&str, &str),
        domain: Domain,
        expression_allowed: bool,
    ) -> Value {
        match &node.item {
            TomlItem::Integer(_) | TomlItem::Float(_) => {
                let Some(number) = number(node, self.sink) else {
                    return PLACEHOLDER;
                };
                let (low, high) = domain.bounds();
                if number < low || number > high {
                    let message = format!("`{key}` = {number} is out of range");
                    let mut hint = format!("it must be {}", describe(domain));
                    if (low, high) == (0.0, 1.0) && (5.0..=100.0).contains(&number) {
                        hint +=
                            &format!("; for {number} %, write `{}`", four_digits(number / 100.0));
                    }
                    if let Domain::Within { .. } = domain {
                        let bounds = wider_bounds(number, number, domain);
                        hint += &format!("; or change the bounds of the variable: {bounds}");
                    }
                    self.sink.error("out-of-range", node.span, message, hint);
                }
                Value::Number(number)
            }
            TomlItem::Table(table) => match distribution(table, node.span, domain, self.sink) {
                Some(distribution) => Value::Distribution(distribution),
                None => PLACEHOLDER,
            },
            TomlItem::String(..) if expression_allowed => {
                Value::Expression(self.number_expression(node))
            }
            TomlItem::String(..) => {
                let (message, hint) = match hint_for_quoted_number(node, key) {
                    Some(hint) => (format!("`{key}` must be a number, not a string"), hint),
                    None => (
                        format!("`{key}` cannot be an expression"),
                        hint_for_constant(&written(node), (key, example), domain),
                    ),
                };
                self.sink.error("wrong-type", node.span, message, hint);
                PLACEHOLDER
            }
            TomlItem::Invalid => PLACEHOLDER,
            _ => {
                let wanted = if expression_allowed {
                    "a number, a distribution or an expression"
                } else {
                    "a number or a distribution"
                };
                let message = format!("`{key}` must be {wanted}, not {}", node.item.describe());
                let hint = match interval_of_array(&node.item, domain) {
                    Some(interval) => format!("write a 90 % interval as `{key} = {interval}`"),
                    None => format!("write, for example, `{key} = {example}`"),
                };
                self.sink.error("wrong-type", node.span, message, hint);
                PLACEHOLDER
            }
        }
    }

    /// Reads a string as a numeric expression; returns a placeholder if it is invalid.
    pub(super) fn number_expression(&mut self, node: &TomlValue<'_>) -> NumberExpression {
        let tree = self
            .parsed(node)
            .and_then(|expression| self.type_checker(node).number(&expression));
        NumberExpression {
            text: written(node),
            span: Some(node.span),
            tree: tree.unwrap_or(Number::Constant(0.0)),
        }
    }

    /// Reads a string as a condition; returns a placeholder if it is invalid.
    pub(super) fn condition_expression(&mut self, node: &TomlValue<'_>) -> ConditionExpression {
        let tree = self
            .parsed(node)
            .and_then(|expression| self.type_checker(node).condition(&expression));
        ConditionExpression {
            text: written(node),
            span: Some(node.span),
            tree: tree.unwrap_or(Condition::Constant(false)),
        }
    }

    /// Reads the condition of a field; `None` if the key is absent.
    pub(super) fn condition(
        &mut self,
        section: &Section<'_, '_>,
        key: &str,
    ) -> Option<ConditionExpression> {
        let node = self.expression_node(section, key)?;
        Some(self.condition_expression(node))
    }

    /// Reads a field that is a numeric expression or a number; returns a placeholder
    /// if it is absent.
    pub(super) fn goal(&mut self, section: &Section<'_, '_>, key: &str) -> NumberExpression {
        let (_, node) = section.find(key);
        let constant = |text: String, value: f64| NumberExpression {
            text,
            span: node.map(|node| node.span),
            tree: Number::Constant(value),
        };
        match node.map(|node| (node, &node.item)) {
            Some((node, TomlItem::Integer(_) | TomlItem::Float(_))) => {
                let value = number(node, self.sink).unwrap_or_default();
                constant(value.to_string(), value)
            }
            _ => match self.expression_node(section, key) {
                Some(node) => self.number_expression(node),
                None => constant(String::new(), 0.0),
            },
        }
    }

    /// The string of a field that is an expression; reports any other type.
    fn expression_node<'d, 't>(
        &mut self,
        section: &Section<'d, 't>,
        key: &str,
    ) -> Option<&'d TomlValue<'t>> {
        let (field, node) = section.find(key);
        let node = node?;
        match (&node.item, field.kind) {
            (TomlItem::String(..), _) => return Some(node),
            (TomlItem::Boolean(value), FieldKind::Expression(ExpressionType::Condition)) => {
                let message = format!("`{key}` must be a condition in quotes");
                self.sink.error(
                    "wrong-type",
                    node.span,
                    message,
                    format!("add quotes: `{key} = \"{value}\"`"),
                );
            }
            (_, FieldKind::Expression(ExpressionType::Condition)) => {
                report_wrong_type(node, field, "a condition in quotes", self.sink);
            }
            _ => report_wrong_type(node, field, "an expression in quotes", self.sink),
        }
        None
    }

    /// Parses a string as an expression and reports its errors.
    pub(super) fn parsed(&mut self, node: &TomlValue<'_>) -> Option<Expression> {
        let TomlItem::String(text, _) = &node.item else {
            return None;
        };
        let (expression, errors) = parse(text);
        for error in errors {
            let span = node.place().span(&error.span);
            let mut diagnostic = Diagnostic::error(error.code, span, error.message);
            diagnostic.hint = error.hint;
            self.sink.push(diagnostic);
        }
        Some(expression)
    }

    /// A type checker for the expression of a node.
    pub(super) fn type_checker(&mut self, node: &TomlValue<'_>) -> TypeChecker<'_> {
        TypeChecker {
            names: self.names,
            indicator_types: &self.indicator_types,
            start: self.start,
            place: node.place(),
            sink: self.sink,
        }
    }

    /// The type of an expression.
    pub(super) fn expression_type(
        &mut self,
        node: &TomlValue<'_>,
        expression: &Expression,
    ) -> Option<ExpressionType> {
        self.type_checker(node).expression_type(expression)
    }
}

/// What to write instead of an expression where only a number or a distribution is allowed.
fn hint_for_constant(text: &str, (key, example): (&str, &str), domain: Domain) -> String {
    if let Some(found) = replacement_of(text) {
        let is_bounded = domain.bounds().1.is_finite();
        let unbounded = is_bounded && found.toml.contains("lognormal");
        if let Some((low, high)) = extent(text).filter(|_| unbounded)
            && let Some(interval) = covering_within(low, high, domain)
        {
            return format!(
                "a lognormal has no upper bound: write an interval without quotes: `{key} = {interval}`"
            );
        }
        let toml = found.toml;
        return match found.note {
            "" => format!("write a distribution without quotes: `{key} = {toml}`"),
            note => format!("write, without quotes, `{key} = {toml}`: {note}"),
        };
    }
    let given = numbers_in(text).and_then(|(low, high)| covering_within(low, high, domain));
    let example = match given {
        Some(distribution) => distribution,
        None if example.is_empty() => "0.5".to_owned(),
        None => example.to_owned(),
    };
    format!("write a number or a distribution without quotes, for example `{key} = {example}`")
}

/// The interval that an array of two numbers means, or that covers an array of more, as TOML, if it is
/// valid in the domain.
fn interval_of_array(item: &TomlItem<'_>, domain: Domain) -> Option<String> {
    let TomlItem::Array(nodes) = item else {
        return None;
    };
    let value = |node: &TomlValue<'_>| match node.item {
        TomlItem::Integer(value) => Some(value as f64),
        TomlItem::Float(value) => Some(value),
        _ => None,
    };
    let (low, high) = domain.bounds();
    match nodes.as_slice() {
        [from, to] => {
            let (from, to) = (value(from)?, value(to)?);
            let is_valid = low < from && from < to && to < high;
            is_valid.then(|| format!("{{ from = {from}, to = {to} }}"))
        }
        nodes => {
            let values: Vec<f64> = nodes.iter().filter_map(value).collect();
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            covering_within(low, high, domain)
        }
    }
}

/// The text of a node as written.
fn written(node: &TomlValue<'_>) -> String {
    match &node.item {
        TomlItem::String(text, _) => text.clone().into_owned(),
        _ => String::new(),
    }
}
