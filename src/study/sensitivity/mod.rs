//! Which of the things that we do not know matter, and which would not even if we knew them.
//!
//! In: a bound program. Out, by [`measure`]: for each outcome, what share of its variance is not
//! chance, and how it divides among the uncertain quantities: their first-order and total indices
//! (Sobol' 1993, Homma and Saltelli 1996), with intervals. Or, by [`screen`]: elementary effects
//! (Morris 1991), which rank many quantities with few runs. What an outcome's indices are indices of
//! is its probability given what is not known, never the single life, whose chance nobody can know.
//!
//! Absent on purpose: any clamping of an index into [0, 1], and any threads.

mod blocks;
mod factors;
mod indices;
mod moments;
mod morris;
mod tables;
#[cfg(test)]
mod tests;

pub use blocks::Blocks;
pub use factors::{By, Factor, factors};
pub use indices::{
    Finding, Index, Indices, NEGLIGIBLE, Resampled, Stage, USEFUL_HALF_WIDTH, stage,
};
pub use moments::{Lives, Moments, Whole};
pub use morris::{Effect, OutcomeScreening, ScreenError, ScreenSettings, Screening, screen};
pub use tables::{
    write_convergence, write_files, write_screening, write_screening_files, write_sensitivity,
};

use super::{Simulator, Stopped};
use crate::base::index::{Id, OutcomeId};
use crate::base::random::keyed::hash_name;
use crate::base::random::{Branch, DrawBranch, Seed};
use crate::program::BoundProgram;
use crate::simulate::{RunRecord, SimulationPlan, Tally};

/// How to measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The seed of all luck.
    pub seed: Seed,
    /// The runs of each point; every two of them are a draw.
    pub n_runs: u64,
    /// The share of intervals that are meant to hold the truth.
    pub confidence: f64,
    /// Names the program and the engine.
    pub fingerprint: u64,
}

impl Settings {
    /// The runs of all points of so many factors.
    pub fn n_runs_in_all(&self, n_factors: usize) -> u64 {
        self.n_runs.saturating_mul(n_factors as u64 + 2)
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// What was asked about.
    pub factors: Vec<Factor>,
    /// By outcome that was asked for.
    pub outcomes: Vec<OutcomeSensitivity>,
    /// The runs at sample A, which are those of an ordinary simulation.
    pub base: Tally,
    /// The runs of each point.
    pub n_runs: u64,
}

/// What one outcome hangs on.
#[derive(Clone, Debug)]
pub struct OutcomeSensitivity {
    /// Which.
    pub outcome: OutcomeId,
    /// The indices over the first quarter of the draws, the first half, and all of them.
    pub stages: [Stage; 3],
}

impl OutcomeSensitivity {
    /// The indices over all draws.
    pub fn all(&self) -> &Stage {
        &self.stages[2]
    }

    /// The runs of each point after which every index would be known usefully well; `None` where
    /// they are, or where nothing is known of V.
    pub fn runs_needed(&self, n_runs: u64) -> Option<u64> {
        let all = self.all();
        let times = match all.widest_half_width() {
            Some(half) if half > USEFUL_HALF_WIDTH => half / USEFUL_HALF_WIDTH,
            Some(_) => return None,
            // Three standard errors leave room for luck where two are needed.
            None if all.variance.value > 0.0 => {
                3.0 * all.variance.standard_error / all.variance.value
            }
            None => return None,
        };
        Some(rounded_up(n_runs as f64 * times * times))
    }
}

/// The next whole number with two digits and zeros.
fn rounded_up(number: f64) -> u64 {
    let mut unit = 1.0;
    while number / unit > 99.0 {
        unit *= 10.0;
    }
    ((number / unit).ceil() * unit) as u64
}

/// The sample from which quantities are taken that are not of the ordinary one.
const OTHER_SAMPLE: DrawBranch = DrawBranch(1);

/// Measures what the probabilities of `outcomes` hang on. There is at least one factor, and at least
/// four runs.
///
/// # Errors
/// Where the simulator's watch asks to stop.
pub fn measure(
    bound: &BoundProgram<'_>,
    factors: Vec<Factor>,
    outcomes: &[OutcomeId],
    settings: &Settings,
    simulator: &mut Simulator<'_>,
) -> Result<Sensitivity, Stopped> {
    // The luck of a point is named after it, so that a factor's luck does not hang on the others.
    let plan = |branch: Branch| SimulationPlan {
        seed: settings.seed,
        branch,
        first_run: 0,
        n_runs: settings.n_runs,
        variable_runs: 0,
        keep_runs: true,
        fingerprint: settings.fingerprint,
    };
    let luck_of = |name: &str| Branch(hash_name(&format!("sensitivity:{name}")));
    let other = bound.with_draws(|_| OTHER_SAMPLE);
    let partner_of = |factor: &Factor| {
        bound.with_draws(|id| match factor.members.contains(&id) {
            true => DrawBranch(0),
            false => OTHER_SAMPLE,
        })
    };
    let partners: Vec<BoundProgram<'_>> = factors.iter().map(partner_of).collect();

    let mut a = simulator.begin(bound, plan(Branch(0)));
    let mut b = simulator.begin(&other, plan(luck_of("other")));
    let begin =
        |(factor, partner): (&Factor, _)| simulator.begin(partner, plan(luck_of(&factor.name)));
    let mut partners: Vec<_> = factors.iter().zip(&partners).map(begin).collect();
    let blocks = Blocks::new((settings.n_runs / 2).max(1), factors.len());
    let mut blocks = vec![blocks; outcomes.len()];
    while !a.is_finished() {
        let first_draw = a.n_simulated() / 2;
        let lives_a = lives(&simulator.advance(&mut a)?, outcomes);
        let lives_b = lives(&simulator.advance(&mut b)?, outcomes);
        for (factor, partner) in partners.iter_mut().enumerate() {
            let lives_partner = lives(&simulator.advance(partner)?, outcomes);
            for (place, blocks) in blocks.iter_mut().enumerate() {
                let points = [&lives_a, &lives_b, &lives_partner].map(|lives| &*lives[place]);
                blocks.add(first_draw, factor, points);
            }
        }
    }
    let outcome_of = |(&outcome, blocks): (&OutcomeId, &Blocks)| {
        let name = &bound.program.outcomes[outcome].name;
        let purpose = format!("sensitivity:outcomes.{name}");
        let stages = [1, 2, 4].map(|n_quarters| {
            stage(
                blocks,
                n_quarters,
                settings.confidence,
                settings.seed,
                &purpose,
            )
        });
        OutcomeSensitivity { outcome, stages }
    };
    Ok(Sensitivity {
        outcomes: outcomes.iter().zip(&blocks).map(outcome_of).collect(),
        factors,
        base: a.tally().clone(),
        n_runs: settings.n_runs,
    })
}

/// By outcome, the lives of the complete draws among consecutive runs, of which the first is even.
fn lives(records: &[RunRecord], outcomes: &[OutcomeId]) -> Vec<Vec<Lives>> {
    let lives_of = |outcome: &OutcomeId| {
        let draws = records.chunks_exact(2);
        let came_true =
            |record: &RunRecord| f64::from(u8::from(record.outcome_days[outcome.index()] != 0));
        let lives = draws.map(|pair| match pair.iter().any(|record| record.faulted) {
            true => None,
            false => Some([came_true(&pair[0]), came_true(&pair[1])]),
        });
        lives.collect()
    };
    outcomes.iter().map(lives_of).collect()
}
