//! CMA-ES: covariance matrix adaptation evolution strategy in [0, 1]ⁿ.
//!
//! Hansen's (μ/μ_w, λ)-CMA-ES with the weights, rates and damping of "The CMA Evolution Strategy: A
//! Tutorial" (arXiv 1604.00772, figure 6 and table 1, without negative weights). Only the ranking of
//! the values counts, so large values and samples that cannot be evaluated (infinite values) do no
//! harm. A sample beyond a bound is reflected before it is evaluated, which keeps the mean within
//! the bounds. Where at least half a generation has the same value, the step size grows. The caller
//! evaluates the samples and decides when to stop.

use crate::base::linalg::{Matrix, dot, eigen};
use crate::base::math::double::{exp, ln, normal_quantile, sqrt};
use crate::base::random::keyed::KeyedStream;

/// The state between two generations, in the tutorial's symbols.
#[derive(Clone, Debug)]
pub struct CmaEs {
    rates: Rates,
    mean: Vec<f64>,
    /// Step size, the overall scale of the samples.
    sigma: f64,
    covariance: Matrix,
    /// Principal axes of the covariance, each with the square root of its eigenvalue.
    axes: Vec<(f64, Vec<f64>)>,
    path_of_covariance: Vec<f64>,
    path_of_sigma: Vec<f64>,
    n_generations: f64,
    samples: Vec<Vec<f64>>,
}

/// Constants that depend on the number of parameters and samples.
#[derive(Clone, Debug)]
struct Rates {
    n_samples: usize,
    /// Weights of the better half of the samples; their sum is 1.
    weights: Vec<f64>,
    mu_eff: f64,
    c_sigma: f64,
    damping: f64,
    c_c: f64,
    c_1: f64,
    c_mu: f64,
    /// The expected length of a standard normal vector.
    chi: f64,
}

impl Rates {
    fn new(n_parameters: usize, n_samples: usize) -> Self {
        let n = n_parameters as f64;
        let raw = (1..=n_samples / 2).map(|i| ln((n_samples as f64 + 1.0) / 2.0) - ln(i as f64));
        let raw: Vec<f64> = raw.collect();
        let sum: f64 = raw.iter().sum();
        let weights: Vec<f64> = raw.iter().map(|weight| weight / sum).collect();
        let mu_eff = 1.0 / dot(&weights, &weights);
        let c_sigma = (mu_eff + 2.0) / (n + mu_eff + 5.0);
        let c_1 = 2.0 / ((n + 1.3) * (n + 1.3) + mu_eff);
        let c_mu = 2.0 * (mu_eff - 2.0 + 1.0 / mu_eff) / ((n + 2.0) * (n + 2.0) + mu_eff);
        Self {
            n_samples,
            weights,
            mu_eff,
            c_sigma,
            damping: 1.0 + 2.0 * (sqrt((mu_eff - 1.0) / (n + 1.0)) - 1.0).max(0.0) + c_sigma,
            c_c: (4.0 + mu_eff / n) / (n + 4.0 + 2.0 * mu_eff / n),
            c_1,
            c_mu: c_mu.min(1.0 - c_1),
            chi: sqrt(n) * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n)),
        }
    }
}

impl CmaEs {
    /// Default number of samples per generation (table 1 of the tutorial).
    pub fn default_samples(n_parameters: usize) -> usize {
        4 + (3.0 * ln(n_parameters as f64)) as usize
    }

    /// Starts at a mean in [0, 1]ⁿ, with at least four samples per generation.
    pub fn new(mean: Vec<f64>, sigma: f64, n_samples: usize) -> Self {
        let n = mean.len();
        let unit = |i: usize| (0..n).map(|j| f64::from(u8::from(i == j))).collect();
        let covariance: Matrix = (0..n).map(unit).collect();
        Self {
            rates: Rates::new(n, n_samples.max(4)),
            axes: covariance.iter().map(|axis| (1.0, axis.clone())).collect(),
            covariance,
            path_of_covariance: vec![0.0; n],
            path_of_sigma: vec![0.0; n],
            n_generations: 0.0,
            samples: Vec::new(),
            mean,
            sigma,
        }
    }

    /// Standard deviation of the samples along their longest axis.
    pub fn spread(&self) -> f64 {
        self.axes
            .iter()
            .fold(0.0, |max: f64, axis| max.max(self.sigma * axis.0))
    }

    /// Samples a new generation.
    pub fn sample(&mut self, stream: &mut KeyedStream) -> &[Vec<f64>] {
        let one = |_| {
            let mut point = self.mean.clone();
            for (length, axis) in &self.axes {
                let part = self.sigma * length * normal_quantile(stream.uniform());
                point.iter_mut().zip(axis).for_each(|(x, a)| *x += part * a);
            }
            point.iter_mut().for_each(|x| *x = reflect(*x));
            point
        };
        self.samples = (0..self.rates.n_samples).map(one).collect();
        &self.samples
    }

    /// Updates the distribution with the value of each sample of the generation; smaller is better.
    pub fn update(&mut self, values: &[f64]) {
        let weights = &self.rates.weights;
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&one, &other| values[one].total_cmp(&values[other]));
        let step_to = |&at: &usize| {
            let parts = self.samples[at].iter().zip(&self.mean);
            parts.map(|(x, m)| (x - m) / self.sigma).collect()
        };
        let steps: Vec<Vec<f64>> = order[..weights.len()].iter().map(step_to).collect();
        let along = |i: usize| weights.iter().zip(&steps).map(|(w, y)| w * y[i]).sum();
        let step: Vec<f64> = (0..self.mean.len()).map(along).collect();
        for (mean, step) in self.mean.iter_mut().zip(&step) {
            *mean = (*mean + self.sigma * step).clamp(0.0, 1.0);
        }
        self.n_generations += 1.0;
        let length = self.update_step_size_path(&step);
        self.update_covariance(&steps, &step, length);
        let Rates {
            c_sigma,
            damping,
            chi,
            ..
        } = self.rates;
        let mut growth = c_sigma / damping * (length / chi - 1.0);
        if values[order[0]] == values[order[values.len() * 2 / 3]] {
            growth += 0.2 + c_sigma / damping;
        }
        self.sigma *= exp(growth.min(1.0));
        self.update_axes();
    }

    /// Updates the evolution path of the step size and returns its length.
    fn update_step_size_path(&mut self, step: &[f64]) -> f64 {
        let Rates {
            c_sigma, mu_eff, ..
        } = self.rates;
        let pace = sqrt(c_sigma * (2.0 - c_sigma) * mu_eff);
        let path = &mut self.path_of_sigma;
        path.iter_mut().for_each(|x| *x *= 1.0 - c_sigma);
        // C^(−1/2)·step
        for (length, axis) in &self.axes {
            let part = pace * dot(axis, step) / length;
            path.iter_mut().zip(axis).for_each(|(x, a)| *x += part * a);
        }
        sqrt(dot(path, path))
    }

    /// Updates the covariance with the steps to the better half and the evolution path of the mean.
    fn update_covariance(&mut self, steps: &[Vec<f64>], step: &[f64], length: f64) {
        let Rates {
            weights,
            mu_eff,
            c_sigma,
            c_c,
            c_1,
            c_mu,
            chi,
            ..
        } = &self.rates;
        let n = step.len();
        let remembered = exp(2.0 * self.n_generations * ln(1.0 - c_sigma));
        let is_short = length / sqrt(1.0 - remembered) < (1.4 + 2.0 / (n as f64 + 1.0)) * chi;
        let (pace, lost) = if is_short {
            (sqrt(c_c * (2.0 - c_c) * mu_eff), 0.0)
        } else {
            // The path is long because the step size is too small: the covariance stays as it is.
            (0.0, c_1 * c_c * (2.0 - c_c))
        };
        let path = &mut self.path_of_covariance;
        for (path, part) in path.iter_mut().zip(step) {
            *path = (1.0 - c_c) * *path + pace * part;
        }
        for i in 0..n {
            for j in 0..n {
                let of_steps = weights.iter().zip(steps).map(|(w, y)| w * y[i] * y[j]);
                let of_steps: f64 = of_steps.sum();
                let entry = &mut self.covariance[i][j];
                *entry =
                    (1.0 - c_1 - c_mu + lost) * *entry + c_1 * path[i] * path[j] + c_mu * of_steps;
            }
        }
    }

    /// Updates the axes, and limits the spread to half the cube.
    fn update_axes(&mut self) {
        const MAX_SPREAD: f64 = 0.5;
        const MIN_LENGTH: f64 = 1e-10;
        let pairs = eigen(&self.covariance).into_iter();
        self.axes = pairs
            .map(|(value, axis)| (sqrt(value.max(MIN_LENGTH * MIN_LENGTH)), axis))
            .collect();
        let spread = self.spread();
        if spread > MAX_SPREAD {
            self.sigma *= MAX_SPREAD / spread;
        }
    }
}

/// Reflects a number at 0 and 1 until it lies between them.
fn reflect(x: f64) -> f64 {
    let folded = (x - 2.0 * (x / 2.0).floor()).clamp(0.0, 2.0);
    if folded > 1.0 { 2.0 - folded } else { folded }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Seed;

    /// Minimizes until the best value is below `enough`. Returns the best value, its point and the
    /// number of evaluations.
    fn minimize(
        start: (&[f64], f64, usize),
        max_generations: usize,
        enough: f64,
        value: impl Fn(&[f64]) -> f64,
    ) -> (f64, Vec<f64>, usize) {
        let (mean, sigma, n_samples) = start;
        let mut stream = KeyedStream::new(Seed(3), "test:evolve");
        let mut strategy = CmaEs::new(mean.to_vec(), sigma, n_samples);
        let mut best = (f64::INFINITY, Vec::new(), 0);
        for _ in 0..max_generations {
            let samples = strategy.sample(&mut stream).to_vec();
            let values: Vec<f64> = samples.iter().map(|point| value(point)).collect();
            for (point, &value) in samples.iter().zip(&values) {
                assert!(point.iter().all(|x| (0.0..=1.0).contains(x)), "{point:?}");
                best.2 += 1;
                if value < best.0 {
                    (best.0, best.1) = (value, point.clone());
                }
            }
            if best.0 < enough {
                break;
            }
            strategy.update(&values);
        }
        best
    }

    fn sphere(point: &[f64]) -> f64 {
        point.iter().map(|x| (x - 0.3) * (x - 0.3)).sum()
    }

    #[test]
    fn sphere_is_minimized() {
        let (value, _, n) = minimize((&[0.8; 5], 0.3, 8), 200, 1e-12, sphere);
        assert!(value < 1e-12 && n < 1_000, "{value} after {n}");
    }

    /// The scales differ by 10³ along a rotated axis, so the covariance must adapt.
    #[test]
    fn rotated_ellipsoid_is_minimized() {
        let ellipsoid = |point: &[f64]| {
            let sum: f64 = point.iter().map(|x| x - 0.6).sum();
            let last = point[4] - 0.6;
            1e6 * sum * sum
                + point[..4]
                    .iter()
                    .map(|x| (x - 0.6) * (x - 0.6))
                    .sum::<f64>()
                + last * last
        };
        let (value, _, n) = minimize((&[0.2; 5], 0.3, 8), 600, 1e-10, ellipsoid);
        assert!(value < 1e-10 && n < 4_000, "{value} after {n}");
    }

    #[test]
    fn rosenbrock_function_is_minimized() {
        let rosenbrock = |point: &[f64]| {
            let x: Vec<f64> = point.iter().map(|u| 4.0 * u - 2.0).collect();
            let pairs = x.windows(2);
            let valley = |x: &[f64]| {
                let (off, rest) = (x[1] - x[0] * x[0], 1.0 - x[0]);
                100.0 * off * off + rest * rest
            };
            pairs.map(valley).sum::<f64>()
        };
        let (value, point, n) = minimize((&[0.3; 4], 0.2, 8), 1_000, 1e-9, rosenbrock);
        assert!(value < 1e-9 && n < 6_000, "{value} after {n}");
        assert!(point.iter().all(|x| (x - 0.75).abs() < 1e-3), "{point:?}");
    }

    /// Ten local minima along each axis; with more samples than the default, the global one is found.
    #[test]
    fn global_minimum_of_rastrigin_function_is_found() {
        let rastrigin = |point: &[f64]| {
            let term = |u: &f64| {
                let x = 10.24 * (u - 0.4);
                // 10·(1 − cos 2πx), by parabolas from one whole number to the next.
                let off = (x - x.round()).abs();
                x * x
                    + 20.0
                        * if off < 0.25 {
                            8.0 * off * off
                        } else {
                            1.0 - 8.0 * (0.5 - off) * (0.5 - off)
                        }
            };
            point.iter().map(term).sum::<f64>()
        };
        let (value, point, _) = minimize((&[0.8; 3], 0.3, 60), 200, 1e-8, rastrigin);
        assert!(value < 1e-8, "{value} at {point:?}");
    }

    /// The function is constant outside a basin of 3 % of the cube.
    #[test]
    fn plateau_is_left() {
        let basin = |point: &[f64]| sphere(point).min(0.01);
        let (value, _, n) = minimize((&[0.9, 0.9], 0.02, 6), 300, 1e-8, basin);
        assert!(value < 1e-8, "{value} after {n}");
    }

    #[test]
    fn minimum_at_a_bound_beside_infinite_values_is_found() {
        let corner = |point: &[f64]| match point {
            [x, y, z] if x + y < 1.5 => (1.0 - x) + y * y + z,
            _ => f64::INFINITY,
        };
        let (value, point, _) = minimize((&[0.5; 3], 0.3, 8), 200, 1e-4, corner);
        assert!(value < 1e-4, "{value} at {point:?}");
    }

    #[test]
    fn numbers_are_reflected_at_the_bounds() {
        let reflected = [-0.25, 0.0, 0.4, 1.0, 1.25, 2.5, -1.75].map(reflect);
        assert_eq!(reflected, [0.25, 0.0, 0.4, 1.0, 0.75, 0.5, 0.25]);
    }
}
