//! Studies: analyses of results, and of many simulations together (floor 8).
//!
//! [`score`] scores forecasts against resolutions, [`compare`] estimates the effect of variants
//! under common random numbers, [`sweep`] simulates a scenario at many points, [`sensitivity`]
//! estimates Sobol' indices and elementary effects, [`derivatives`] local sensitivities, and
//! [`tune`] calibrates parameters to targets. Studies do not use each other. Those that simulate
//! use a [`Simulator`], those that change numbers a [`PointBinder`]; [`streams`] names their random streams. Studies may read and write files,
//! but know no terminal and no command-line arguments.

pub mod compare;
pub mod derivatives;
mod point_binder;
pub mod score;
pub mod sensitivity;
mod simulator;
pub mod streams;
pub mod sweep;
pub mod tune;

pub use point_binder::{BoundPoint, PointBinder};
pub use simulator::{OnProgress, SimulatePlan, Simulator, Stopped};
