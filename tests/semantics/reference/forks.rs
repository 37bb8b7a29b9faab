//! Counts of decisions and of forks: those that lie nearer to a boundary than the bound.

use std::ops::AddAssign;

/// What was counted in one or more runs.
#[derive(Clone, Debug, Default)]
pub struct Forks {
    /// Decisions by luck: choices, successes, strikes, tempo.
    pub decisions: u64,
    /// How many of these the bounds should leave open: the sum of the probabilities that luck
    /// falls between the bounds of a boundary.
    pub expected: f64,
    /// How many they did leave open.
    pub forks: u64,
    /// How many of the forks the engine took otherwise than the reference would have.
    pub turned: u64,
    /// Comparisons in expressions.
    pub comparisons: u64,
    /// Comparisons that the bounds left open.
    pub undecided: u64,
    /// Times that a fault could be neither found nor excluded.
    pub doubtful_faults: u64,
    /// DailyStates of variables compared.
    pub evenings: u64,
    /// Those where the bound had grown above the resolution, so that the engine's value was taken
    /// over.
    pub blurred: u64,
    /// The greatest bound of a variable that was not blurred, as a share of its range.
    pub widest: f64,
    /// The greatest distance of the engine's number, as a share of the bound.
    pub farthest: f64,
    /// Runs lived to the end.
    pub finished: u64,
    /// Runs that faulted in both.
    pub faulted: u64,
}

impl Forks {
    /// Counts one decision by luck.
    pub fn decide(&mut self, probability_of_fork: f64, is_fork: bool, turned: bool) {
        self.decisions += 1;
        self.expected += probability_of_fork.min(1.0);
        self.forks += u64::from(is_fork);
        self.turned += u64::from(is_fork && turned);
    }

    /// Whether luck met as many forks as the bounds' widths make likely: a Poisson number within
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
        self.doubtful_faults += more.doubtful_faults;
        self.evenings += more.evenings;
        self.blurred += more.blurred;
        self.widest = self.widest.max(more.widest);
        self.farthest = self.farthest.max(more.farthest);
        self.finished += more.finished;
        self.faulted += more.faulted;
    }
}
