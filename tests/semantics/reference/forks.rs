//! Counts of decisions and of forks: decisions nearer to a boundary than the error bound.

use std::ops::AddAssign;

/// Counts over one or more runs.
#[derive(Clone, Debug, Default)]
pub struct Forks {
    /// Random decisions: choices, successes, events, activations.
    pub decisions: u64,
    /// Expected number of forks: the sum of the probabilities that a uniform variate is between the
    /// bounds of a boundary.
    pub expected: f64,
    /// Number of forks.
    pub forks: u64,
    /// Number of forks in which the engine decided differently from the reference.
    pub turned: u64,
    /// Number of comparisons in expressions.
    pub comparisons: u64,
    /// Number of comparisons that the bounds left undecided.
    pub undecided: u64,
    /// Number of possible faults.
    pub uncertain_faults: u64,
    /// Number of end-of-day values compared.
    pub values: u64,
    /// Number of values whose bound exceeded the resolution, for which the engine's value was adopted.
    pub blurred: u64,
    /// Largest error bound of a compared variable, as a share of its range.
    pub widest: f64,
    /// Largest distance of the engine's value, as a share of the bound.
    pub farthest: f64,
    /// Number of runs simulated to the end.
    pub finished: u64,
    /// Runs that faulted in both.
    pub faulted: u64,
}

impl Forks {
    /// Counts one decision by random.
    pub fn decide(&mut self, fork_probability: f64, is_fork: bool, turned: bool) {
        self.decisions += 1;
        self.expected += fork_probability.min(1.0);
        self.forks += u64::from(is_fork);
        self.turned += u64::from(is_fork && turned);
    }

    /// Whether the number of forks matches its expectation from the widths of the bounds: Poisson, within
    /// 5 standard deviations and 3 of its mean.
    pub fn are_as_expected(&self) -> bool {
        (self.forks as f64 - self.expected).abs() <= 5.0 * self.expected.sqrt() + 3.0
    }
}

impl AddAssign<&Forks> for Forks {
    fn add_assign(&mut self, more: &Forks) {
        self.decisions += more.decisions;
        self.expected += more.expected;
        self.forks += more.forks;
        self.turned += more.turned;
        self.comparisons += more.comparisons;
        self.undecided += more.undecided;
        self.uncertain_faults += more.uncertain_faults;
        self.values += more.values;
        self.blurred += more.blurred;
        self.widest = self.widest.max(more.widest);
        self.farthest = self.farthest.max(more.farthest);
        self.finished += more.finished;
        self.faulted += more.faulted;
    }
}
