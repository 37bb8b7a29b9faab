//! Utilities of alternatives, expressions, and anticipated responses.
//!
//! The utility of an action is the change of its actor's goals on hypothetical states. The part of
//! the goals that is linear in the variables enters through the actor's gradient times the changes;
//! residuals are evaluated on the states before and after. The same functions serve an actor's own
//! alternatives and the responses that it anticipates.

pub(crate) mod alternative;
pub(crate) mod certainty_equivalent;
pub(crate) mod context;
pub(crate) mod decision_state;
pub(crate) mod evaluator;
mod fused;
pub(crate) mod hypothetical;
pub(crate) mod linear;
pub(crate) mod logit;
mod operands;
mod operations;
pub(crate) mod preferences;
pub(crate) mod ranges;
pub(crate) mod registers;
pub(crate) mod residual;
pub(crate) mod response;
pub(crate) mod response_workspace;
mod update_preferences;
