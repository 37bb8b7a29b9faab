//! Simulates the points of a Sobol' design (Saltelli 2002) and estimates the indices.
//!
//! The points are sample A, sample B, and for each factor a partner with the factor from A and
//! everything else from B. Sample A is an ordinary simulation.

use super::blocks::DrawBlocks;
use super::factors::Factor;
use super::indices::{MIN_HITS, OutcomeIndices, estimate_indices};
use super::occurrences::{PART_RUNS, RecordedSimulation};
use crate::base::index::OutcomeId;
use crate::base::random::keyed::hash_name;
use crate::base::random::{Branch, DrawBranch, Seed};
use crate::program::BoundProgram;
use crate::simulate::{SimulationPlan, Tally};
use crate::study::{Simulator, Stopped, streams};
use crate::table::RecordLog;
use std::sync::Arc;

/// A half-width of an index's interval that is useful.
pub const USEFUL_HALF_WIDTH: f64 = 0.1;

/// Settings of an estimation of Sobol' indices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SobolSettings {
    /// Seed of all random numbers.
    pub seed: Seed,
    /// Runs per point, two per draw.
    pub n_runs: u64,
    /// Confidence level of intervals.
    pub confidence: f64,
    /// Identifies the program and the engine version.
    pub fingerprint: u64,
}

impl SobolSettings {
    /// The total number of runs over all points.
    pub fn n_total_runs(&self, n_factors: usize) -> u64 {
        self.n_runs.saturating_mul(n_factors as u64 + 2)
    }
}

/// The indices of all outcomes.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// The factors, in the order of their first quantities.
    pub factors: Vec<Factor>,
    /// The outcomes that were requested.
    pub outcomes: Vec<OutcomeSensitivity>,
    /// The tally of sample A, which is an ordinary simulation.
    pub base: Tally,
    /// Number of runs per point.
    pub n_runs: u64,
}

/// The indices of one outcome from growing numbers of draws.
#[derive(Clone, Debug)]
pub struct OutcomeSensitivity {
    /// The outcome that the indices are of.
    pub outcome: OutcomeId,
    /// The indices from the first quarter of the draws, the first half, and all of them.
    pub stages: [OutcomeIndices; 3],
}

impl OutcomeSensitivity {
    /// The indices from all draws.
    pub fn all_draws(&self) -> &OutcomeIndices {
        &self.stages[2]
    }

    /// The number of runs per point at which the outcome would occur often enough, or every interval
    /// would have a useful half-width; `None` if it has, if the outcome never occurs or always, or if the
    /// variance is not positive.
    pub fn runs_needed(&self, n_runs: u64) -> Option<u64> {
        let all = self.all_draws();
        if !all.has_enough_hits() {
            // Twice as many leave a margin.
            let rare = Some(all.n_rare()).filter(|&rare| rare > 0.0)?;
            return Some(rounded_up(n_runs as f64 * 2.0 * MIN_HITS / rare));
        }
        let factor = match all.widest_half_width() {
            Some(half) if half > USEFUL_HALF_WIDTH => half / USEFUL_HALF_WIDTH,
            Some(_) => return None,
            // Two standard errors are required; three leave a margin.
            None if all.variance.value > 0.0 => {
                3.0 * all.variance.standard_error / all.variance.value
            }
            None => return None,
        };
        Some(rounded_up(n_runs as f64 * factor * factor))
    }
}

/// Rounds up to two significant digits.
pub(super) fn rounded_up(number: f64) -> u64 {
    let mut unit = 1.0;
    while number / unit > 99.0 {
        unit *= 10.0;
    }
    ((number / unit).ceil() * unit) as u64
}

/// The draws of sample B.
const SAMPLE_B: DrawBranch = DrawBranch(1);

/// Estimates the indices of `outcomes`. It needs at least one factor and four runs. Completed parts of the
/// simulations are recorded, and taken from `records` if they are there.
///
/// # Errors
/// If the progress callback asks to stop, or a part cannot be recorded.
pub fn estimate(
    bound: &Arc<BoundProgram>,
    factors: Vec<Factor>,
    outcomes: &[OutcomeId],
    settings: &SobolSettings,
    records: &mut RecordLog,
    simulator: &mut Simulator<'_>,
) -> Result<Sensitivity, Stopped> {
    // The random numbers of a partner are keyed by its factor, so they do not depend on the other
    // factors.
    let plan = |branch: Branch| SimulationPlan {
        seed: settings.seed,
        branch,
        first_run: 0,
        n_runs: settings.n_runs,
        variable_runs: 0,
        keep_runs: true,
        fingerprint: settings.fingerprint,
    };
    let branch = |name: &str| Branch(hash_name(&streams::sobol_point(name)));
    let bound_b = Arc::new(bound.with_draws(|_| SAMPLE_B));
    let bind_partner = |factor: &Factor| {
        let branch_of = |id| match factor.members.contains(&id) {
            true => DrawBranch(0),
            false => SAMPLE_B,
        };
        Arc::new(bound.with_draws(branch_of))
    };

    let simulation = |bound: &Arc<BoundProgram>, branch, name: &str| RecordedSimulation {
        bound: bound.clone(),
        plan: plan(branch),
        name: name.to_owned(),
        outcomes,
        keeps_tally: false,
    };
    let a = RecordedSimulation {
        keeps_tally: true,
        ..simulation(bound, Branch(0), "sobol a")
    };
    let b = simulation(&bound_b, branch(streams::SOBOL_SAMPLE_B), "sobol b");
    let partner = |factor: &Factor| {
        let name = format!("sobol {} {:?}", factor.name, factor.members);
        simulation(&bind_partner(factor), branch(&factor.name), &name)
    };
    let partners: Vec<_> = factors.iter().map(partner).collect();
    let blocks = DrawBlocks::new((settings.n_runs / 2).max(1), factors.len());
    let mut blocks = vec![blocks; outcomes.len()];
    let mut base = simulator.begin(bound, plan(Branch(0))).into_tally();
    for first_run in (0..settings.n_runs).step_by(PART_RUNS as usize) {
        let part_a = a.part(first_run, records, simulator)?;
        let part_b = b.part(first_run, records, simulator)?;
        if let Some(tally) = &part_a.tally {
            base.merge(tally).expect("parts of one plan never overlap");
        }
        for (factor, partner) in partners.iter().enumerate() {
            let part_partner = partner.part(first_run, records, simulator)?;
            for (outcome, blocks) in blocks.iter_mut().enumerate() {
                let points = [&part_a, &part_b, &part_partner].map(|part| part.pairs(outcome));
                let points = points.each_ref().map(Vec::as_slice);
                blocks.add(first_run / 2, factor, points);
            }
        }
    }
    let outcome_sensitivity = |(&outcome, blocks): (&OutcomeId, &DrawBlocks)| {
        let name = &bound.program.outcomes[outcome].name;
        let stages = [1, 2, 4].map(|n_quarters| {
            let purpose = streams::sobol_bootstrap(name, n_quarters);
            estimate_indices(
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
        outcomes: outcomes
            .iter()
            .zip(&blocks)
            .map(outcome_sensitivity)
            .collect(),
        factors,
        base,
        n_runs: settings.n_runs,
    })
}
