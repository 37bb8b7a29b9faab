//! ABC-SMC: approximate Bayesian computation by sequential Monte Carlo.
//!
//! It takes a prior, a model that returns the distance of one simulation from the targets, and a
//! schedule, and returns weighted particles. The first generation is sampled from the prior. Each
//! later one takes a quantile of the previous distances as its tolerance (Del Moral, Doucet & Jasra
//! 2012), resamples a particle by weight, perturbs it with a normal kernel of twice the weighted
//! covariance, and accepts it if its distance is within the tolerance, with the weight
//! prior/(kernel density) (Toni et al. 2009; Beaumont et al. 2009). Each trial of the model uses
//! independent random numbers, so that the posterior includes the model's own randomness.

use crate::base::linalg::{Matrix, cholesky_clamped, dot, solve_lower};
use crate::base::math::double::{exp, normal_quantile};
use crate::base::random::keyed::KeyedStream;
use crate::base::stats::weighted_quantile;

/// The prior distribution of the parameters.
pub trait Prior {
    /// Samples a parameter vector.
    fn sample(&self, stream: &mut KeyedStream) -> Vec<f64>;
    /// The density up to a constant factor; 0 outside the support.
    fn density(&self, parameters: &[f64]) -> f64;
}

/// The uniform distribution on the unit cube of this dimension.
#[derive(Clone, Copy, Debug)]
pub struct UnitCube(pub usize);

impl Prior for UnitCube {
    fn sample(&self, stream: &mut KeyedStream) -> Vec<f64> {
        (0..self.0).map(|_| stream.uniform()).collect()
    }

    fn density(&self, parameters: &[f64]) -> f64 {
        let is_inside = parameters.iter().all(|x| (0.0..=1.0).contains(x));
        f64::from(u8::from(is_inside))
    }
}

/// How the tolerance decreases.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Number of particles of a generation, at least two.
    pub n_particles: usize,
    /// Tolerance of the last generation.
    pub last_tolerance: f64,
    /// Share of a generation's distances that lie below the next tolerance.
    pub kept_share: f64,
    /// Maximum number of trials of one generation; then the previous generation is the result.
    pub max_trials: u64,
}

/// A weighted sample of the posterior.
#[derive(Clone, Debug, PartialEq)]
pub struct Particle {
    /// The sampled parameter vector.
    pub point: Vec<f64>,
    /// The weight; the sum over all particles is 1.
    pub weight: f64,
    /// Distance of its trial from the targets.
    pub distance: f64,
}

/// The particles of the last complete generation, and how they were obtained.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// The particles of the last complete generation.
    pub particles: Vec<Particle>,
    /// Maximum distance of all particles; infinite if they are a sample of the prior.
    pub tolerance: f64,
    /// Whether the tolerance is that of the schedule.
    pub is_reached: bool,
    /// Number of complete generations.
    pub n_generations: u32,
    /// Number of trials over all generations.
    pub n_trials: u64,
}

/// Simulates the model with independent random numbers from the stream and returns its distance;
/// `None` if it cannot be simulated.
pub type Model<'a, E> = dyn FnMut(&[f64], &mut KeyedStream) -> Result<Option<f64>, E> + 'a;

/// Samples the posterior.
///
/// # Errors
/// The error of the model.
pub fn sample<E>(
    prior: &dyn Prior,
    schedule: &Schedule,
    stream: &mut KeyedStream,
    model: &mut Model<'_, E>,
) -> Result<Posterior, E> {
    let mut posterior = Posterior {
        particles: Vec::new(),
        tolerance: f64::INFINITY,
        is_reached: false,
        n_generations: 0,
        n_trials: 0,
    };
    let mut tolerance = f64::INFINITY;
    loop {
        let kernel = (posterior.n_generations > 0).then(|| Kernel::new(&posterior.particles));
        let mut next: Vec<Particle> = Vec::with_capacity(schedule.n_particles);
        let mut n_trials = 0;
        while next.len() < schedule.n_particles {
            if n_trials == schedule.max_trials {
                return Ok(posterior);
            }
            n_trials += 1;
            let point = match &kernel {
                None => prior.sample(stream),
                Some(kernel) => kernel.sample(stream),
            };
            let density = prior.density(&point);
            if density <= 0.0 {
                continue;
            }
            posterior.n_trials += 1;
            let Some(distance) = model(&point, stream)?.filter(|&d| d <= tolerance) else {
                continue;
            };
            let weight = match &kernel {
                None => 1.0,
                Some(kernel) => density / kernel.density(&point),
            };
            next.push(Particle {
                point,
                weight,
                distance,
            });
        }
        let sum: f64 = next.iter().map(|particle| particle.weight).sum();
        next.iter_mut().for_each(|particle| particle.weight /= sum);
        posterior.particles = next;
        posterior.tolerance = tolerance;
        posterior.n_generations += 1;
        if tolerance <= schedule.last_tolerance {
            posterior.is_reached = true;
            return Ok(posterior);
        }
        let distances = posterior.particles.iter().map(|one| (one.distance, 1.0));
        let kept = weighted_quantile(distances.collect(), schedule.kept_share);
        // A tolerance that no longer decreases would never end.
        let decreased = kept.min(tolerance * 0.98);
        tolerance = decreased.max(schedule.last_tolerance);
    }
}

/// The perturbation kernel: normal steps from the particles.
struct Kernel<'p> {
    particles: &'p [Particle],
    /// Cholesky factor of the covariance of the steps.
    factor: Matrix,
    /// By particle: its point in the coordinates in which steps are standard normal.
    whitened: Vec<Vec<f64>>,
}

impl<'p> Kernel<'p> {
    fn new(particles: &'p [Particle]) -> Self {
        let mut covariance = covariance(particles);
        covariance
            .iter_mut()
            .flatten()
            .for_each(|entry| *entry *= 2.0);
        let factor = cholesky_clamped(&covariance, 1e-12);
        let whitened = particles
            .iter()
            .map(|particle| solve_lower(&factor, &particle.point))
            .collect();
        Self {
            particles,
            factor,
            whitened,
        }
    }

    fn sample(&self, stream: &mut KeyedStream) -> Vec<f64> {
        let mut left = stream.uniform();
        let mut chosen = self.particles.len() - 1;
        for (index, particle) in self.particles.iter().enumerate() {
            left -= particle.weight;
            if left < 0.0 {
                chosen = index;
                break;
            }
        }
        let point = &self.particles[chosen].point;
        let normal: Vec<f64> = point
            .iter()
            .map(|_| normal_quantile(stream.uniform()))
            .collect();
        let step = self.factor.iter().map(|row| dot(row, &normal));
        point.iter().zip(step).map(|(x, step)| x + step).collect()
    }

    /// The density of the samples, up to a constant factor.
    fn density(&self, point: &[f64]) -> f64 {
        let point = solve_lower(&self.factor, point);
        let parts = self.particles.iter().zip(&self.whitened);
        parts
            .map(|(particle, other)| {
                let distance = point.iter().zip(other).map(|(x, y)| (x - y) * (x - y));
                particle.weight * exp(-0.5 * distance.sum::<f64>())
            })
            .sum()
    }
}

/// The weighted mean of a quantity over the particles.
pub fn mean(particles: &[Particle], value: impl Fn(&Particle) -> f64) -> f64 {
    particles
        .iter()
        .map(|particle| particle.weight * value(particle))
        .sum()
}

/// The weighted covariance of the particles' points, without a finite-sample correction.
pub fn covariance(particles: &[Particle]) -> Vec<Vec<f64>> {
    let n = particles.first().map_or(0, |particle| particle.point.len());
    let center: Vec<f64> = (0..n)
        .map(|i| mean(particles, |one| one.point[i]))
        .collect();
    let entry = |i: usize, j: usize| {
        mean(particles, |one| {
            (one.point[i] - center[i]) * (one.point[j] - center[j])
        })
    };
    (0..n)
        .map(|i| (0..n).map(|j| entry(i, j)).collect())
        .collect()
}

/// The effective sample size, 1/Σ weight².
pub fn effective_particles(particles: &[Particle]) -> f64 {
    let squares = particles.iter().map(|one| one.weight * one.weight);
    1.0 / squares.sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::math::double::{normal_density, sqrt};
    use crate::base::random::Seed;
    use std::convert::Infallible;

    struct StandardNormal;

    impl Prior for StandardNormal {
        fn sample(&self, stream: &mut KeyedStream) -> Vec<f64> {
            vec![normal_quantile(stream.uniform())]
        }

        fn density(&self, parameters: &[f64]) -> f64 {
            normal_density(parameters[0])
        }
    }

    const SCHEDULE: Schedule = Schedule {
        n_particles: 2_000,
        last_tolerance: 0.1,
        kept_share: 0.5,
        max_trials: 1_000_000,
    };

    /// θ ~ N(0, 1), one observation 1 with variance ½: the posterior is N(⅔, ⅓). Accepting within
    /// ±0.1 adds the variance 0.1²/3 to the observation's: N(0.6652, 0.3348), which is what is
    /// sampled. The effective sample size gives the standard errors; the test allows four.
    #[test]
    fn normal_observation_of_a_normal_mean_has_the_conjugate_posterior() {
        let mut stream = KeyedStream::new(Seed(5), "test");
        let mut model = |point: &[f64], stream: &mut KeyedStream| {
            let observed = point[0] + sqrt(0.5) * normal_quantile(stream.uniform());
            Ok::<_, Infallible>(Some((observed - 1.0).abs()))
        };
        let Ok(posterior) = sample(&StandardNormal, &SCHEDULE, &mut stream, &mut model);
        assert!(posterior.is_reached && posterior.tolerance == 0.1);
        assert!(posterior.n_generations >= 4);
        let particles = &posterior.particles;
        let n = effective_particles(particles);
        assert!(n > 1_000.0, "{n} effective particles");
        let sampled = 0.5 + 0.1 * 0.1 / 3.0;
        let (expected, variance) = (1.0 / (1.0 + sampled), sampled / (1.0 + sampled));
        let found = mean(particles, |one| one.point[0]);
        let spread = covariance(particles)[0][0];
        let error = (found - expected) / sqrt(variance / n);
        assert!(error.abs() < 4.0, "the mean {found} is {error} errors off");
        let error = (spread - variance) / (variance * sqrt(2.0 / n));
        assert!(
            error.abs() < 4.0,
            "the variance {spread} is {error} errors off"
        );
        // The bias of the tolerance is itself a fraction of these errors.
        assert!((expected - 2.0 / 3.0).abs() < sqrt(variance / n));
        assert!((variance - 1.0 / 3.0).abs() < variance * sqrt(2.0 / n));
        assert!(particles.iter().all(|one| one.distance <= 0.1));
    }

    /// A sum without noise: the posterior is the band |x + y − 1| ≤ 0.05, in which the sum has the
    /// variance 0.05²/3, and the difference x − y is nearly uniform on [−1, 1], with variance ⅓.
    #[test]
    fn unidentified_direction_keeps_its_prior() {
        let mut stream = KeyedStream::new(Seed(6), "test");
        let mut model = |point: &[f64], _: &mut KeyedStream| {
            Ok::<_, Infallible>(Some((point[0] + point[1] - 1.0).abs()))
        };
        let schedule = Schedule {
            last_tolerance: 0.05,
            n_particles: 1_000,
            ..SCHEDULE
        };
        let Ok(posterior) = sample(&UnitCube(2), &schedule, &mut stream, &mut model);
        let particles = &posterior.particles;
        let n = effective_particles(particles);
        let covariance = covariance(particles);
        let sum = covariance[0][0] + covariance[1][1] + 2.0 * covariance[0][1];
        let difference = covariance[0][0] + covariance[1][1] - 2.0 * covariance[0][1];
        assert!((sum - 0.05 * 0.05 / 3.0).abs() < 0.0002, "{sum}");
        let error = (difference - 1.0 / 3.0) / ((1.0 / 3.0) * sqrt(0.8 / n));
        assert!(error.abs() < 5.0, "{difference} is {error} errors off");
    }

    #[test]
    fn unreachable_tolerance_is_reported() {
        let mut stream = KeyedStream::new(Seed(7), "test");
        let mut model =
            |point: &[f64], _: &mut KeyedStream| Ok::<_, Infallible>(Some(1.0 + point[0]));
        let schedule = Schedule {
            n_particles: 50,
            last_tolerance: 0.5,
            max_trials: 500,
            ..SCHEDULE
        };
        let Ok(posterior) = sample(&UnitCube(1), &schedule, &mut stream, &mut model);
        assert!(!posterior.is_reached);
        assert!(posterior.tolerance >= 1.0 && posterior.tolerance < 2.0);
        assert_eq!(posterior.particles.len(), 50);
    }
}
