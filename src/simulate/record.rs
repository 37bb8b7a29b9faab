//! What is kept of each run where every run is asked for.

/// One run, as it goes into a row of a file of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRecord {
    /// Its number.
    pub run_id: u64,
    /// Whether it faulted; such a run's days and values mean nothing.
    pub faulted: bool,
    /// The drawn parameters' values, in the order of `BoundProgram::drawn`.
    pub drawn: Vec<f32>,
    /// By outcome, the day on which it came true; 0 where it did not.
    pub outcome_days: Vec<u16>,
    /// The variables in the last evening.
    pub variables: Vec<f32>,
}

/// Consecutive runs, as they are held against the same runs of another scenario: on which day
/// each outcome came true and each action was first taken, and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstDays {
    pub(super) faulted: Vec<bool>,
    pub(super) days: Vec<u16>,
}

impl FirstDays {
    /// The number of runs.
    pub fn n_runs(&self) -> usize {
        self.faulted.len()
    }

    /// Whether a run, counted from the first of these, faulted; its days then mean nothing.
    pub fn is_faulted(&self, run: usize) -> bool {
        self.faulted[run]
    }

    /// The days of a run, counted from the first of these: the outcomes, then the actions, each
    /// in the order of the program; 0 is never.
    pub fn days(&self, run: usize) -> &[u16] {
        let n_columns = self.days.len() / self.n_runs().max(1);
        &self.days[run * n_columns..][..n_columns]
    }

    pub(super) fn extend(&mut self, more: Self) {
        self.faulted.extend(more.faulted);
        self.days.extend(more.days);
    }
}
