//! realpolitik: an agent-based Monte Carlo simulator for political forecasting.

pub mod diagnostic;
pub mod engine;
pub mod ensemble;
pub mod index;
pub mod math;
pub mod program;
pub mod random;
pub mod scenario;
