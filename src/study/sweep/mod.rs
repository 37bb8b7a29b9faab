//! Parameter sweeps: a scenario simulated at the points of a design.
//!
//! A [`Design`] gives values for some TOML paths at each point; [`sweep`] simulates the scenario at
//! each point and estimates the probabilities of its outcomes. All points use common random numbers,
//! except those with a seed of their own.

mod axis;
mod design;
mod design_csv;
mod paths;
mod sweeping;
mod tables;

pub use axis::{Axis, DEFAULT_STEPS, NotAnAxis};
pub use design::{Design, DesignError, DesignPoint, MAX_POINTS, Setting};
pub use design_csv::read_design;
pub use paths::{SetAndVaried, axis_errors, set_and_varied};
pub use sweeping::{
    PointResult, ScenarioText, Sweep, SweepSettings, SweptOutcome, SweptPoint, sweep,
};
pub use tables::{OutcomeRow, outcome_rows, outcome_table, write_files};
