//! Samples the posterior of the free parameters.

use super::model::Model;
use super::problem::PosteriorSettings;
use crate::base::random::Seed;
use crate::base::random::keyed::KeyedStream;
use crate::optimize::abc_smc::{Posterior, Schedule, UnitCube, sample};
use crate::optimize::objective::EvaluationPurpose;
use crate::study::{Stopped, streams};
use rand::TryRng;

/// Maximum number of trials of one generation per particle.
const TRIALS_PER_PARTICLE: u64 = 100;

/// Samples the posterior by ABC-SMC with a uniform prior over the bounds.
///
/// # Errors
/// If the progress callback asks to stop.
pub(super) fn sample_posterior(
    model: &mut Model<'_, '_>,
    settings: PosteriorSettings,
) -> Result<Posterior, Stopped> {
    let problem = model.problem;
    let schedule = Schedule {
        n_particles: settings.n_particles,
        // All targets must be within their tolerances.
        last_tolerance: 1.0,
        kept_share: 0.5,
        max_trials: TRIALS_PER_PARTICLE * settings.n_particles as u64,
    };
    let mut stream = KeyedStream::new(problem.seed, streams::TUNE_POSTERIOR);
    let mut distance = |point: &[f64], stream: &mut KeyedStream| {
        let Ok(seed) = stream.try_next_u64();
        let values = model.values(point);
        let purpose = EvaluationPurpose::Particle;
        let result = model.evaluate(&values, Seed(seed), settings.n_runs, purpose)?;
        Ok(result.max_distance(problem.targets))
    };
    sample(
        &UnitCube(problem.free.len()),
        &schedule,
        &mut stream,
        &mut distance,
    )
}
