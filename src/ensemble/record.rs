//! What is kept of each run where every run is asked for.

/// One run, as it goes into a row of a file of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRecord {
    /// Its number.
    pub run_id: u64,
    /// Whether it faulted; such a run's days and values mean nothing.
    pub faulted: bool,
    /// The drawn parameters' values, in the order of `Bound::drawn`.
    pub drawn: Vec<f32>,
    /// By outcome, the day on which it came true; 0 where it did not.
    pub outcome_days: Vec<u16>,
    /// The variables in the last evening.
    pub variables: Vec<f32>,
}
