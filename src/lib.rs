//! realpolitik: an agent-based Monte Carlo simulator for political forecasting.

pub mod diagnostic;
pub mod index;
pub mod math;
pub mod random;
pub mod scenario;
pub mod stats;
