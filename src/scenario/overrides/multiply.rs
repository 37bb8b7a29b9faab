//! `PATH*=FACTOR`: what the file says, times a number.
//!
//! A number is multiplied, a distribution as a whole (a tenth more of what is not known), an
//! expression as `(…) * FACTOR`. What comes of it is checked as if it had been written. Absent on
//! purpose: what the file leaves out, since nobody has said what there would be multiplied.

use super::super::document::{Entry, Item, Node, Table};
use super::super::fields::INTERVAL;
use super::super::findings::Findings;
use crate::base::diagnostic::Span;
use crate::base::math::double::ln;
use std::borrow::Cow;

/// A factor and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    /// A finite number.
    pub(super) value: f64,
    /// The whole `PATH*=FACTOR`, to which later messages point.
    pub(super) place: Span,
}

/// Reads a factor.
pub(super) fn read_factor(value: &str, place: Span, findings: &mut Findings) -> Option<Factor> {
    let number = value.trim().replace('_', "").parse::<f64>();
    match number {
        Ok(value) if value.is_finite() => Some(Factor { value, place }),
        _ => {
            let message = "after `*=` stands a number";
            let hint = "write, for instance, `actors.north.precision*=1.1`, or `PATH=VALUE` to replace a value";
            findings.error("bad-factor", place, message, hint);
            None
        }
    }
}

/// Multiplies a value of the file. `takes_expressions` says whether a text there is one.
pub(super) fn multiply(
    node: &mut Node<'_>,
    factor: Factor,
    takes_expressions: bool,
    findings: &mut Findings,
) {
    node.span = factor.place;
    match &mut node.item {
        Item::Whole(_) | Item::Real(_) => multiply_number(node, factor),
        Item::Text(text, first_byte) if takes_expressions => {
            *text = Cow::Owned(format!("({text}) * ({})", factor.value));
            *first_byte = None;
        }
        Item::Table(_) if !(factor.value > 0.0) => {
            let message = "a distribution can only be multiplied by a number above 0";
            let hint = "write `PATH=VALUE` to replace it";
            findings.error("bad-factor", factor.place, message, hint);
        }
        Item::Table(table) => multiply_distribution(table, factor, findings),
        Item::Broken => {}
        other => {
            let message = format!("{} cannot be multiplied", other.describe());
            let hint = "write `PATH=VALUE` to replace it";
            findings.error("bad-factor", factor.place, message, hint);
        }
    }
}

/// A whole number stays one where it can, so that days and limits can be multiplied too.
fn multiply_number(node: &mut Node<'_>, factor: Factor) {
    let product = match node.item {
        Item::Whole(number) => number as f64 * factor.value,
        Item::Real(number) => number * factor.value,
        _ => return,
    };
    let fits = product.fract() == 0.0 && product.abs() < 9e15;
    node.span = factor.place;
    node.item = match node.item {
        Item::Whole(_) if fits => Item::Whole(product as i64),
        _ => Item::Real(product),
    };
}

/// `{ from, to }`, or one family with its parameters.
fn multiply_distribution(table: &mut Table<'_>, factor: Factor, findings: &mut Findings) {
    let is_interval = table.0.iter().any(|entry| INTERVAL.contains(&&*entry.key));
    if is_interval {
        multiply_parameters("", &mut table.0, factor, findings);
        return;
    }
    for entry in &mut table.0 {
        entry.value.span = factor.place;
        if let Item::Table(parameters) = &mut entry.value.item {
            multiply_parameters(&entry.key, &mut parameters.0, factor, findings);
        }
    }
}

fn multiply_parameters(
    family: &str,
    parameters: &mut [Entry<'_>],
    factor: Factor,
    findings: &mut Findings,
) {
    for entry in parameters {
        match (family, &*entry.key) {
            ("beta", "alpha" | "beta") => {
                let message = "a beta given by alpha and beta cannot be multiplied";
                let hint = "give it by mean and sd, which can, or write `PATH=VALUE`";
                findings.error("bad-factor", factor.place, message, hint);
                return;
            }
            ("lognormal", "sigma") => {}
            // exp of a normal is multiplied by moving the normal.
            ("lognormal", "mu") => {
                let mu = match entry.value.item {
                    Item::Whole(number) => number as f64,
                    Item::Real(number) => number,
                    _ => continue,
                };
                entry.value.span = factor.place;
                entry.value.item = Item::Real(mu + ln(factor.value));
            }
            _ => multiply_number(&mut entry.value, factor),
        }
    }
}
