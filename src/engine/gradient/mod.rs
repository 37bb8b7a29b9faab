//! Derivatives of the logits of a choice with respect to the numbers in them.
//!
//! For an actor whose choice has been prepared, and a choice residual per action, the derivative of
//! Σ residual·(ln r + λu) is accumulated in a [`DecisionGradient`], for every number that enters it.
//! A number that is an expression is differentiated by its logarithm. Quantities that change the
//! state itself are not differentiated.
//!
//! Branches are evaluated again, goal by goal, with all partial derivatives; no number is perturbed.
//! Anticipated responses are differentiated in reverse mode: the derivative with respect to the value
//! of a hypothetical state is known first, and is propagated to the responses expected there, and
//! from them to the responder's numbers. So all derivatives together cost little
//! more than one evaluation.

mod accumulate;
mod decision_gradient;
mod differentiated_branches;
mod partials;
mod propagate;
mod reevaluate;
mod responder;
mod response;
mod workspace;

pub use decision_gradient::{ActionGradient, ActorGradient, DecisionGradient};
pub use reevaluate::Reevaluation;
