//! From a checked scenario to flat tables for the engine.
//!
//! [`compile`] fixes the structure: expressions, turns, the effects of actions, the linear part of
//! goals. It cannot fail, since every mistake is reported when the scenario is read. [`bind`] fills
//! in the values of parameters, by the same operations in the same order whether a value is known,
//! drawn or set by a caller.

mod bind;
mod build;
mod builder;
mod code;
mod compile;
mod compiler;
mod constants;
mod correlate;
mod draws;
mod foresight;
mod fuse;
mod goal;
mod instruction;
mod listing;
mod parameterize;
mod patch;
mod pending;
mod perception;
mod quantile_tables;
mod tables;

pub use bind::{
    Assignment, BindError, BoundProgram, ParameterValue, Sampler, bind, bind_to_rows,
    bind_with_tables,
};
pub use code::{Code, CodeResult};
pub use compile::compile;
pub use draws::DrawSampler;
pub use instruction::{BinaryOperation, FusedInstruction, Instruction, Operand, Operation};
pub use listing::list;
pub use parameterize::{DifferentiableInput, ParameterizedProgram, parameterize};
pub use patch::Patch;
pub use quantile_tables::QuantileTables;
pub use tables::*;
