//! The posterior: which parameters fit, not only which fit best, by approximate Bayesian
//! computation with sequential Monte Carlo.
//!
//! In: a prior, a model that lives one parameter and says how far it lands from the targets, and
//! a schedule. Out: weighted particles. The first generation is drawn from the prior; each later
//! one takes its tolerance from the distances of the one before (a quantile), draws a particle by
//! its weight, moves it by a normal step of twice the weighted covariance, and keeps it where it
//! lands within the tolerance, with the weight prior/(mixture of the steps that lead to it)
//! (Toni and others 2009; Beaumont and others 2009; Del Moral, Doucet and Jasra 2012 for the
//! schedule by quantiles). The model is given luck of its own at each trial, so that what the
//! simulation adds by chance is in the spread. Absent on purpose: what distances mean.

use crate::base::linalg::{Matrix, cholesky_clamped, dot, solve_lower};
use crate::base::math::double::{exp, normal_quantile};
use crate::base::random::keyed::KeyedStream;
use crate::base::stats::weighted_quantile;

/// What is believed of the parameters before the targets are seen.
pub trait Prior {
    /// One draw.
    fn draw(&self, luck: &mut KeyedStream) -> Vec<f64>;
    /// The density, up to a factor; 0 where they cannot be.
    fn density(&self, parameters: &[f64]) -> f64;
}

/// Every place of the unit cube alike.
#[derive(Clone, Copy, Debug)]
pub struct UnitCube(pub usize);

impl Prior for UnitCube {
    fn draw(&self, luck: &mut KeyedStream) -> Vec<f64> {
        (0..self.0).map(|_| luck.uniform()).collect()
    }

    fn density(&self, parameters: &[f64]) -> f64 {
        let is_inside = parameters.iter().all(|x| (0.0..=1.0).contains(x));
        f64::from(u8::from(is_inside))
    }
}

/// How the tolerance is brought down.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Particles of a generation, at least two.
    pub n_particles: usize,
    /// The tolerance of the last generation.
    pub last_tolerance: f64,
    /// The share of a generation's distances that lie below the next tolerance.
    pub kept_share: f64,
    /// Trials of one generation, after which the tolerance is taken as out of reach.
    pub max_trials: u64,
}

/// A parameter that fits, and how much it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Particle {
    /// The parameter.
    pub place: Vec<f64>,
    /// Its weight; those of all particles add up to 1.
    pub weight: f64,
    /// How far it landed from the targets.
    pub distance: f64,
}

/// What fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// The particles of the last whole generation.
    pub particles: Vec<Particle>,
    /// The tolerance that all of them keep; infinite where they are the prior.
    pub tolerance: f64,
    /// Whether it is the one that was asked for.
    pub is_reached: bool,
    /// Generations.
    pub n_generations: u32,
    /// Trials of all generations.
    pub n_trials: u64,
}

/// Lives the model at a place with its own luck; `None` where it cannot be lived.
pub type Model<'a, E> = dyn FnMut(&[f64], &mut KeyedStream) -> Result<Option<f64>, E> + 'a;

/// Samples the posterior.
///
/// # Errors
/// Where the model gives one.
pub fn sample<E>(
    prior: &dyn Prior,
    schedule: &Schedule,
    luck: &mut KeyedStream,
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
            let place = match &kernel {
                None => prior.draw(luck),
                Some(kernel) => kernel.draw(luck),
            };
            let density = prior.density(&place);
            if density <= 0.0 {
                continue;
            }
            posterior.n_trials += 1;
            let Some(distance) = model(&place, luck)?.filter(|&d| d <= tolerance) else {
                continue;
            };
            let weight = match &kernel {
                None => 1.0,
                Some(kernel) => density / kernel.density(&place),
            };
            next.push(Particle {
                place,
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
        // A tolerance that no longer falls would be asked for without end.
        let falling = kept.min(tolerance * 0.98);
        tolerance = falling.max(schedule.last_tolerance);
    }
}

/// Normal steps from the particles.
struct Kernel<'p> {
    particles: &'p [Particle],
    factor: Matrix,
    /// By particle: its place in the coordinates in which steps are standard normal.
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
            .map(|particle| solve_lower(&factor, &particle.place))
            .collect();
        Self {
            particles,
            factor,
            whitened,
        }
    }

    fn draw(&self, luck: &mut KeyedStream) -> Vec<f64> {
        let mut left = luck.uniform();
        let mut chosen = self.particles.len() - 1;
        for (index, particle) in self.particles.iter().enumerate() {
            left -= particle.weight;
            if left < 0.0 {
                chosen = index;
                break;
            }
        }
        let place = &self.particles[chosen].place;
        let normal: Vec<f64> = place
            .iter()
            .map(|_| normal_quantile(luck.uniform()))
            .collect();
        let step = self.factor.iter().map(|row| dot(row, &normal));
        place.iter().zip(step).map(|(x, step)| x + step).collect()
    }

    /// The density of the places that are drawn, up to a factor.
    fn density(&self, place: &[f64]) -> f64 {
        let place = solve_lower(&self.factor, place);
        let parts = self.particles.iter().zip(&self.whitened);
        parts
            .map(|(particle, other)| {
                let distance = place.iter().zip(other).map(|(x, y)| (x - y) * (x - y));
                particle.weight * exp(-0.5 * distance.sum::<f64>())
            })
            .sum()
    }
}

/// The weighted mean of the particles, of a quantity that each has.
pub fn mean(particles: &[Particle], value: impl Fn(&Particle) -> f64) -> f64 {
    particles
        .iter()
        .map(|particle| particle.weight * value(particle))
        .sum()
}

/// The weighted covariance of the particles' places, not corrected for their number.
pub fn covariance(particles: &[Particle]) -> Vec<Vec<f64>> {
    let n = particles.first().map_or(0, |particle| particle.place.len());
    let centre: Vec<f64> = (0..n)
        .map(|i| mean(particles, |one| one.place[i]))
        .collect();
    let entry = |i: usize, j: usize| {
        mean(particles, |one| {
            (one.place[i] - centre[i]) * (one.place[j] - centre[j])
        })
    };
    (0..n)
        .map(|i| (0..n).map(|j| entry(i, j)).collect())
        .collect()
}

/// The number of equally weighted particles that tell as much.
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
        fn draw(&self, luck: &mut KeyedStream) -> Vec<f64> {
            vec![normal_quantile(luck.uniform())]
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
    /// sampled; the effective number of particles gives the standard errors, and four are allowed.
    #[test]
    fn a_normal_observation_of_a_normal_mean() {
        let mut luck = KeyedStream::new(Seed(5), "test");
        let mut model = |place: &[f64], luck: &mut KeyedStream| {
            let seen = place[0] + sqrt(0.5) * normal_quantile(luck.uniform());
            Ok::<_, Infallible>(Some((seen - 1.0).abs()))
        };
        let Ok(posterior) = sample(&StandardNormal, &SCHEDULE, &mut luck, &mut model);
        assert!(posterior.is_reached && posterior.tolerance == 0.1);
        assert!(posterior.n_generations >= 4);
        let particles = &posterior.particles;
        let n = effective_particles(particles);
        assert!(n > 1_000.0, "{n} effective particles");
        let sampled = 0.5 + 0.1 * 0.1 / 3.0;
        let (expected, variance) = (1.0 / (1.0 + sampled), sampled / (1.0 + sampled));
        let found = mean(particles, |one| one.place[0]);
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

    /// A noiseless sum of two: what fits is the band |x + y − 1| ≤ 0.05, in which the sum has the
    /// variance 0.05²/3, and the difference x − y is free: uniform on nearly [−1, 1], variance ⅓.
    #[test]
    fn only_what_is_seen_is_pinned_down() {
        let mut luck = KeyedStream::new(Seed(6), "test");
        let mut model = |place: &[f64], _: &mut KeyedStream| {
            Ok::<_, Infallible>(Some((place[0] + place[1] - 1.0).abs()))
        };
        let schedule = Schedule {
            last_tolerance: 0.05,
            n_particles: 1_000,
            ..SCHEDULE
        };
        let Ok(posterior) = sample(&UnitCube(2), &schedule, &mut luck, &mut model);
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
    fn a_tolerance_out_of_reach_is_told() {
        let mut luck = KeyedStream::new(Seed(7), "test");
        let mut model =
            |place: &[f64], _: &mut KeyedStream| Ok::<_, Infallible>(Some(1.0 + place[0]));
        let schedule = Schedule {
            n_particles: 50,
            last_tolerance: 0.5,
            max_trials: 500,
            ..SCHEDULE
        };
        let Ok(posterior) = sample(&UnitCube(1), &schedule, &mut luck, &mut model);
        assert!(!posterior.is_reached);
        assert!(posterior.tolerance >= 1.0 && posterior.tolerance < 2.0);
        assert_eq!(posterior.particles.len(), 50);
    }
}
