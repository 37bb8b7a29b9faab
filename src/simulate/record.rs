//! Results of single runs.

/// One run, as a row of `runs.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRecord {
    /// Number of the run, from 0.
    pub run_id: u64,
    /// Whether the run faulted; its days and values are then meaningless.
    pub faulted: bool,
    /// Sampled values of the uncertain quantities, in the order of `BoundProgram::drawn`.
    pub drawn: Vec<f32>,
    /// Day of occurrence by outcome; 0 for never.
    pub outcome_days: Vec<u16>,
    /// Values of the variables at the end of the last day.
    pub variables: Vec<f32>,
}

/// First days of every outcome and action, and counts of every action, over consecutive runs, for
/// paired comparisons with the same runs of another scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstDays {
    pub(super) faulted: Vec<bool>,
    pub(super) days: Vec<u16>,
    pub(super) counts: Vec<u16>,
}

impl FirstDays {
    /// Number of runs.
    pub fn n_runs(&self) -> usize {
        self.faulted.len()
    }

    /// Whether a run, counted from the first one here, faulted; its days are then meaningless.
    pub fn is_faulted(&self, run: usize) -> bool {
        self.faulted[run]
    }

    /// The first days of a run, counted from the first one here: outcomes, then actions, each in the
    /// order of the program; 0 for never.
    pub fn days(&self, run: usize) -> &[u16] {
        let n_columns = self.days.len() / self.n_runs().max(1);
        &self.days[run * n_columns..][..n_columns]
    }

    /// How often each action was taken in a run, counted from the first one here, in the order of the
    /// program.
    pub fn counts(&self, run: usize) -> &[u16] {
        let n_columns = self.counts.len() / self.n_runs().max(1);
        &self.counts[run * n_columns..][..n_columns]
    }

    pub(super) fn extend(&mut self, more: Self) {
        self.faulted.extend(more.faulted);
        self.days.extend(more.days);
        self.counts.extend(more.counts);
    }
}
