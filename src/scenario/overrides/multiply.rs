//! Overrides `PATH*=FACTOR`, which multiply the value in the file.
//!
//! A distribution is scaled as a whole, and an expression becomes `(…) * FACTOR`. The
//! product is checked as if it had been written in the file. A key that the file does not
//! set cannot be multiplied.

use super::super::diagnostics::DiagnosticSink;
use super::super::document::{TomlEntry, TomlItem, TomlTable, TomlValue};
use super::super::fields::INTERVAL;
use crate::base::diagnostic::Span;
use crate::base::math::double::ln;
use std::borrow::Cow;

/// A factor with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    pub(super) value: f64,
    /// The whole `PATH*=FACTOR`, at which later diagnostics point.
    pub(super) place: Span,
}

pub(super) fn read_factor(value: &str, place: Span, sink: &mut DiagnosticSink) -> Option<Factor> {
    let number = value.trim().replace('_', "").parse::<f64>();
    match number {
        Ok(value) if value.is_finite() => Some(Factor { value, place }),
        _ => {
            let message = "the factor after `*=` must be a number";
            let hint = "write, for example, `actors.north.precision*=1.1`, or `PATH=VALUE` to replace a value";
            sink.error("invalid-factor", place, message, hint);
            None
        }
    }
}

/// Multiplies a value of the file. `takes_expressions` says whether a string is an expression.
pub(super) fn multiply(
    node: &mut TomlValue<'_>,
    factor: Factor,
    takes_expressions: bool,
    sink: &mut DiagnosticSink,
) {
    node.span = factor.place;
    match &mut node.item {
        TomlItem::Integer(_) | TomlItem::Float(_) => multiply_number(node, factor),
        TomlItem::String(text, first_byte) if takes_expressions => {
            *text = Cow::Owned(format!("({text}) * ({})", factor.value));
            *first_byte = None;
        }
        TomlItem::Table(_) if !(factor.value > 0.0) => {
            let message = "a distribution can only be multiplied by a number above 0";
            let hint = "use `PATH=VALUE` to replace it";
            sink.error("invalid-factor", factor.place, message, hint);
        }
        TomlItem::Table(table) => multiply_distribution(table, factor, sink),
        TomlItem::Invalid => {}
        other => {
            let message = format!("{} cannot be multiplied", other.describe());
            let hint = "use `PATH=VALUE` to replace it";
            sink.error("invalid-factor", factor.place, message, hint);
        }
    }
}

/// Multiplies a number. An integer stays one if possible, so that days and
/// limits can be multiplied.
fn multiply_number(node: &mut TomlValue<'_>, factor: Factor) {
    let product = match node.item {
        TomlItem::Integer(number) => number as f64 * factor.value,
        TomlItem::Float(number) => number * factor.value,
        _ => return,
    };
    let fits = product.fract() == 0.0 && product.abs() < 9e15;
    node.span = factor.place;
    node.item = match node.item {
        TomlItem::Integer(_) if fits => TomlItem::Integer(product as i64),
        _ => TomlItem::Float(product),
    };
}

/// Multiplies an interval `{ from, to }` or the parameters of a family.
fn multiply_distribution(table: &mut TomlTable<'_>, factor: Factor, sink: &mut DiagnosticSink) {
    let is_interval = table.0.iter().any(|entry| INTERVAL.contains(&&*entry.key));
    if is_interval {
        multiply_parameters("", &mut table.0, factor, sink);
        return;
    }
    for entry in &mut table.0 {
        entry.value.span = factor.place;
        if let TomlItem::Table(parameters) = &mut entry.value.item {
            multiply_parameters(&entry.key, &mut parameters.0, factor, sink);
        }
    }
}

fn multiply_parameters(
    family: &str,
    parameters: &mut [TomlEntry<'_>],
    factor: Factor,
    sink: &mut DiagnosticSink,
) {
    for entry in parameters {
        match (family, &*entry.key) {
            ("beta", "alpha" | "beta") => {
                let message =
                    "a beta distribution given by `alpha` and `beta` cannot be multiplied";
                let hint = "give it by `mean` and `sd`, or use `PATH=VALUE` to replace it";
                sink.error("invalid-factor", factor.place, message, hint);
                return;
            }
            ("lognormal", "sigma") => {}
            // The exponential of a normal is scaled by shifting the normal.
            ("lognormal", "mu") => {
                let mu = match entry.value.item {
                    TomlItem::Integer(number) => number as f64,
                    TomlItem::Float(number) => number,
                    _ => continue,
                };
                entry.value.span = factor.place;
                entry.value.item = TomlItem::Float(mu + ln(factor.value));
            }
            _ => multiply_number(&mut entry.value, factor),
        }
    }
}
