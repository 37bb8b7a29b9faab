//! Mean and standard deviation of a [`Distribution`]: closed forms if they exist, otherwise
//! Gauss–Legendre quadrature over the normal (relative error 10⁻¹⁰).

use super::{Distribution, pert_shapes, scaled_logistic};
use crate::base::math::double::{exp, expm1, normal_density, sqrt};

impl Distribution {
    /// The mean of the distribution.
    pub fn mean(&self) -> f64 {
        self.mean_and_sd().0
    }

    /// The standard deviation of the distribution.
    pub fn sd(&self) -> f64 {
        self.mean_and_sd().1
    }

    fn mean_and_sd(&self) -> (f64, f64) {
        match *self {
            Self::Normal { mean, sd } => (mean, sd),
            Self::TruncatedNormal {
                mean,
                sd,
                low,
                high,
            } => {
                let (alpha, beta) = ((low - mean) / sd, (high - mean) / sd);
                let (center, spread) = over_normal(alpha, beta, 64, |z| z);
                (mean + sd * center, sd * spread)
            }
            Self::LogNormal { mu, sigma } => {
                let variance = sigma * sigma;
                let mean = exp(mu + 0.5 * variance);
                (mean, mean * sqrt(expm1(variance)))
            }
            Self::LogitNormal {
                mu,
                sigma,
                low,
                high,
            } => {
                // The logistic changes within 1/σ of the axis, so a larger σ needs finer panels.
                let n_panels = 64 + (32.0 * sigma).min(4096.0) as u32;
                over_normal(f64::NEG_INFINITY, f64::INFINITY, n_panels, |z| {
                    scaled_logistic(mu + sigma * z, low, high)
                })
            }
            Self::Beta { alpha, beta } => beta_moments(alpha, beta),
            Self::Uniform { low, high } => (0.5 * low + 0.5 * high, (high - low) / sqrt(12.0)),
            Self::Triangular { low, mode, high } => {
                let (left, width) = (mode - low, high - low);
                let variance = (width * width - left * (width - left)) / 18.0;
                (low + (left + width) / 3.0, sqrt(variance))
            }
            Self::Pert { low, mode, high } => {
                let (alpha, beta) = pert_shapes(low, mode, high);
                let (mean, sd) = beta_moments(alpha, beta);
                (low + (high - low) * mean, (high - low) * sd)
            }
        }
    }
}

fn beta_moments(alpha: f64, beta: f64) -> (f64, f64) {
    let sum = alpha + beta;
    let mean = alpha / sum;
    (mean, sqrt(mean * (beta / sum) / (sum + 1.0)))
}

/// The mean and standard deviation of `value(Z)`, Z a standard normal truncated to [low, high].
///
/// Five-point Gauss–Legendre quadrature on equal panels. Beyond 13 standard deviations the
/// integrand is negligible, since a truncation keeps at least 10⁻¹² of the normal.
fn over_normal(low: f64, high: f64, n_panels: u32, value: impl Fn(f64) -> f64) -> (f64, f64) {
    const FARTHEST: f64 = 13.0;
    const POINTS: [(f64, f64); 5] = [
        (-0.906_179_845_938_664, 0.236_926_885_056_189_08),
        (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
        (0.0, 0.568_888_888_888_888_9),
        (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
        (0.906_179_845_938_664, 0.236_926_885_056_189_08),
    ];
    let low = if low < -FARTHEST { -FARTHEST } else { low };
    let high = if high > FARTHEST { FARTHEST } else { high };
    let half = 0.5 * (high - low) / f64::from(n_panels);
    let integrate = |integrand: &dyn Fn(f64) -> f64| {
        let mut sum = 0.0;
        for panel in 0..n_panels {
            let center = low + half * f64::from(2 * panel + 1);
            for (offset, weight) in POINTS {
                let z = center + half * offset;
                sum += weight * normal_density(z) * integrand(z);
            }
        }
        sum
    };
    let mass = integrate(&|_| 1.0);
    let mean = integrate(&value) / mass;
    // Centered, so that a narrow distribution keeps its digits.
    let variance = integrate(&|z| {
        let distance = value(z) - mean;
        distance * distance
    }) / mass;
    (mean, sqrt(variance))
}
