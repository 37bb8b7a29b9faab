//! Summaries of the posterior of the free parameters.

use super::free::FreeNumber;
use super::result::Tuning;
use crate::base::math::double::sqrt;
use crate::base::stats::weighted_quantile;
use crate::optimize::abc_smc::{Particle, covariance, mean};

/// The particles with the values of the free parameters instead of unit coordinates.
pub(super) fn particles(free: &[FreeNumber], tuning: &Tuning) -> Vec<Particle> {
    let particles = tuning
        .reached_posterior()
        .into_iter()
        .flat_map(|one| &one.particles);
    particles
        .map(|particle| Particle {
            point: free
                .iter()
                .zip(&particle.point)
                .map(|(free, &x)| free.value_at(x))
                .collect(),
            ..particle.clone()
        })
        .collect()
}

/// The marginal posterior of one free parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct PosteriorSummary {
    /// TOML path of the number.
    pub path: String,
    /// Weighted mean over the particles.
    pub mean: f64,
    /// Weighted standard deviation over the particles.
    pub sd: f64,
    /// Weighted 5 % quantile.
    pub p05: f64,
    /// Weighted median (50 % quantile).
    pub p50: f64,
    /// Weighted 95 % quantile.
    pub p95: f64,
    /// Correlations with all free parameters; `None` if one does not vary.
    pub correlations: Vec<Option<f64>>,
}

/// The marginal posterior of each free parameter; empty without a posterior.
pub fn posterior_summary(free: &[FreeNumber], tuning: &Tuning) -> Vec<PosteriorSummary> {
    let particles = particles(free, tuning);
    if particles.is_empty() {
        return Vec::new();
    }
    let covariance = covariance(&particles);
    let summary = |index: usize| {
        let values = particles.iter().map(|one| (one.point[index], one.weight));
        let values: Vec<(f64, f64)> = values.collect();
        let quantile = |share: f64| weighted_quantile(values.clone(), share);
        let correlation = |other: usize| {
            let spread = sqrt(covariance[index][index] * covariance[other][other]);
            (spread > 0.0).then(|| covariance[index][other] / spread)
        };
        PosteriorSummary {
            path: free[index].path.clone(),
            mean: mean(&particles, |one| one.point[index]),
            sd: sqrt(covariance[index][index]),
            p05: quantile(0.05),
            p50: quantile(0.5),
            p95: quantile(0.95),
            correlations: (0..free.len()).map(correlation).collect(),
        }
    };
    (0..free.len()).map(summary).collect()
}
