//! Uncertain quantities, and parameter uncertainty apart from chance.

use crate::known_answers::judge::{assert_draws, assert_near, assert_within};
use crate::known_answers::runs::{RunValues, SimulatedRuns};
use statrs::distribution::{Beta, ContinuousCDF, Normal};

/// ln B(a, b).
fn ln_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

/// P(k of n) if the probability is Beta(α, β).
fn beta_binomial(k: f64, n: f64, alpha: f64, beta: f64) -> f64 {
    let ln_choose = -libm::log(n + 1.0) - ln_beta(n - k + 1.0, k + 1.0);
    libm::exp(ln_choose + ln_beta(k + alpha, n - k + beta) - ln_beta(alpha, beta))
}

#[test]
fn uncertain_hazard_gives_beta_binomial_counts() {
    let runs = SimulatedRuns::of("beta_binomial.toml", 1 << 15);
    let (alpha, beta) = (2.0, 6.0);
    for k in 0..=6 {
        let truth = beta_binomial(f64::from(k), 12.0, alpha, beta);
        assert_within(&runs, &format!("exactly_{k}"), 12, truth);
    }
}

/// Var(Y) = E[p(1 − p)] + Var(p): chance and parameter uncertainty. The two runs of a draw separate
/// them, as E[Y₁Y₂] = E[p²].
#[test]
fn pairs_separate_parameter_uncertainty_from_chance() {
    let runs = SimulatedRuns::of("beta_binomial.toml", 1 << 15);
    let mean = 0.25;
    let between = 2.0 * 6.0 / (8.0_f64.powi(2) * 9.0);
    let occurred = runs.outcome("first_day");
    assert_within(&runs, "first_day", 1, mean);
    assert_draws(
        "variance between draws",
        &runs,
        |pair| (pair[0].hit(occurred) - mean) * (pair[1].hit(occurred) - mean),
        between,
    );
    assert_draws(
        "variance within draws",
        &runs,
        |pair| 0.5 * (pair[0].hit(occurred) - pair[1].hit(occurred)).powi(2),
        mean * (1.0 - mean) - between,
    );
}

#[test]
fn outcomes_with_a_common_uncertain_quantity_are_correlated() {
    let runs = SimulatedRuns::of("shared_unknown.toml", 1 << 15);
    let (alpha, beta) = (1.5, 3.0);
    let n: f64 = alpha + beta;
    let (mean, variance) = (alpha / n, alpha * beta / (n * n * (n + 1.0)));
    let (flood, fire) = (runs.outcome("flooded"), runs.outcome("burnt"));
    assert_within(&runs, "flooded", 1, mean);
    assert_within(&runs, "burnt", 1, mean);
    let both = |run: &RunValues| (run.hit(flood) - mean) * (run.hit(fire) - mean);
    assert_near("covariance of the outcomes", &runs, both, variance);
    // In one draw they are independent: flood in one run, fire in the other.
    assert_draws(
        "covariance across runs",
        &runs,
        |pair| (pair[0].hit(flood) - mean) * (pair[1].hit(fire) - mean),
        variance,
    );
}

/// Asserts mean, variance and quantiles of a variable on day 1, which is sampled once per draw.
fn judge_distribution(
    runs: &SimulatedRuns,
    variable: &str,
    mean: f64,
    variance: f64,
    cdf: impl Fn(f64) -> f64,
) {
    crate::known_answers::judge::assert_moments(runs, variable, 1, mean, variance);
    let place = runs.variable(variable);
    let deviation = variance.sqrt();
    for steps in [-1.5, -0.7, 0.0, 0.7, 1.8] {
        let point = mean + steps * deviation;
        let truth = cdf(point);
        if truth > 1e-3 && truth < 1.0 - 1e-3 {
            assert_near(
                &format!("{variable} below {point:.3}"),
                runs,
                |run| f64::from(u8::from(run.value(place, 1) < point)),
                truth,
            );
        }
    }
    // Both runs share the draw.
    assert!(
        runs.draws()
            .all(|pair| pair[0].value(place, 1) == pair[1].value(place, 1))
    );
}

fn phi(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// Mean and variance of g(U) by the midpoint rule.
fn moments(quantile: impl Fn(f64) -> f64) -> (f64, f64) {
    let n = 400_000;
    let (mut sum, mut squares) = (0.0, 0.0);
    for k in 0..n {
        let x = quantile((f64::from(k) + 0.5) / f64::from(n));
        sum += x;
        squares += x * x;
    }
    let mean = sum / f64::from(n);
    (mean, squares / f64::from(n) - mean * mean)
}

#[test]
fn bounded_distributions_have_their_moments() {
    let runs = &SimulatedRuns::of("distributions.toml", 1 << 15);
    let beta = |name: &str, alpha: f64, beta: f64, low: f64, width: f64| {
        let n = alpha + beta;
        let mean = low + width * alpha / n;
        let variance = width * width * alpha * beta / (n * n * (n + 1.0));
        let shape = Beta::new(alpha, beta).expect("shapes above 0");
        judge_distribution(runs, name, mean, variance, |x| {
            shape.cdf(((x - low) / width).clamp(0.0, 1.0))
        });
    };
    beta("beta_shapes", 2.0, 5.0, 0.0, 1.0);
    beta("beta_u", 0.4, 0.7, 0.0, 1.0);
    let n = 0.55 * 0.45 / (0.08 * 0.08) - 1.0;
    beta("beta_moments", 0.55 * n, 0.45 * n, 0.0, 1.0);
    // Shape 4: α = 1 + 4·(mode − low)/(high − low).
    beta("pert", 1.8, 4.2, 1.0, 5.0);
    judge_distribution(runs, "uniform", 2.0, 100.0 / 12.0, |x| (x + 3.0) / 10.0);
    let (low, mode, high) = (1.0_f64, 2.0_f64, 6.0_f64);
    let squares = low * low + mode * mode + high * high;
    let variance = (squares - low * mode - low * high - mode * high) / 18.0;
    judge_distribution(runs, "triangular", 3.0, variance, |x| {
        if x <= mode {
            (x - low).max(0.0).powi(2) / ((high - low) * (mode - low))
        } else {
            1.0 - (high - x).max(0.0).powi(2) / ((high - low) * (high - mode))
        }
    });
    let (from, to) = (phi(-0.5), phi(1.5));
    let normal = Normal::standard();
    let (mean, variance) = moments(|u| 1.0 + 2.0 * normal.inverse_cdf(from + u * (to - from)));
    judge_distribution(runs, "truncated", mean, variance, |x| {
        (phi((x - 1.0) / 2.0) - from) / (to - from)
    });
    judge_distribution(runs, "wide_normal", 3.0, 4.0, |x| phi((x - 3.0) / 2.0));
    // 0.2 and 0.6 are the 5th and 95th percentiles of a logit-normal.
    let logit = |p: f64| libm::log(p / (1.0 - p));
    let centre = 0.5 * (logit(0.2) + logit(0.6));
    let spread = (logit(0.6) - centre) / 1.644_853_626_951_472_2;
    let (mean, variance) =
        moments(|u| 1.0 / (1.0 + libm::exp(-centre - spread * normal.inverse_cdf(u))));
    judge_distribution(runs, "interval", mean, variance, |x| {
        phi((logit(x.clamp(1e-9, 1.0 - 1e-9)) - centre) / spread)
    });
}

#[test]
fn unbounded_distributions_have_their_moments() {
    let runs = &SimulatedRuns::of("distributions.toml", 1 << 15);
    judge_distribution(runs, "normal", 3.0, 4.0, |x| phi((x - 3.0) / 2.0));
    let spread = 2.5 / 1.644_853_626_951_472_2;
    judge_distribution(runs, "interval_of_numbers", 1.5, spread * spread, |x| {
        phi((x - 1.5) / spread)
    });
    let lognormal = |name: &str, mu: f64, sigma: f64| {
        let mean = libm::exp(mu + 0.5 * sigma * sigma);
        let variance = mean * mean * libm::expm1(sigma * sigma);
        judge_distribution(runs, name, mean, variance, |x| {
            phi((libm::log(x.max(1e-300)) - mu) / sigma)
        });
    };
    lognormal("lognormal_shape", 0.2, 0.7);
    // Mean 3 and sd 1.
    let square = libm::log1p(1.0 / 9.0);
    lognormal("lognormal", libm::log(3.0) - 0.5 * square, square.sqrt());
}
