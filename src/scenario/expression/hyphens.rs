//! Names with hyphens, which an expression reads as differences.

use super::syntax::{ExpressionNode, Operator};
use crate::scenario::vocabulary::similar_valid_name;

/// The name with hyphens that a difference of names may be.
pub(super) fn name_with_hyphens(node: &ExpressionNode) -> Option<String> {
    match node {
        ExpressionNode::Name(name) => Some(name.clone()),
        ExpressionNode::Binary(Operator::Subtract, a, b) => {
            let (a, b) = (name_with_hyphens(&a.node)?, name_with_hyphens(&b.node)?);
            Some(format!("{a}-{b}"))
        }
        _ => None,
    }
}

/// The name without hyphens, if it or the name with hyphens is known.
pub(super) fn without_hyphens(name: &str, is_known: impl Fn(&str) -> bool) -> Option<String> {
    let valid = similar_valid_name(name);
    (valid != name && (is_known(&valid) || is_known(name))).then_some(valid)
}
