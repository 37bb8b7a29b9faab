//! Inverse CDFs and moments against `statrs` and closed forms; every error of a constructor.

mod intervals;

use super::*;
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::statistics::Distribution as Moments;

/// One of every shape, ordinary and extreme.
fn examples() -> Vec<Distribution> {
    let infinity = f64::INFINITY;
    [
        Distribution::normal(0.5, 0.1),
        Distribution::normal(-3.0, 20.0),
        Distribution::truncated_normal(0.5, 0.1, 0.0, 1.0),
        Distribution::truncated_normal(0.5, 0.6, 0.0, 1.0),
        Distribution::truncated_normal(0.0, 1.0, 6.0, infinity),
        Distribution::truncated_normal(0.0, 1.0, -infinity, -6.5),
        Distribution::truncated_normal(2.0, 1.0, -infinity, 2.5),
        Distribution::truncated_normal(0.0, 1e4, 0.0, 1.0),
        Distribution::lognormal_from_moments(300.0, 80.0),
        Distribution::lognormal_from_log(-1.0, 0.7),
        Distribution::beta(2.0, 3.0),
        Distribution::beta(0.3, 0.4),
        Distribution::beta(1.0, 0.02),
        Distribution::beta(5e4, 20.0),
        Distribution::beta_from_moments(0.55, 0.08),
        Distribution::uniform(-2.0, 5.0),
        Distribution::triangular(0.0, 0.2, 1.0),
        Distribution::triangular(0.0, 0.0, 1.0),
        Distribution::triangular(1.0, 4.0, 4.0),
        Distribution::pert(10.0, 12.0, 40.0),
        Distribution::pert(0.0, 1.0, 1.0),
        Distribution::interval(0.5, 0.8, IntervalKind::Unit),
        Distribution::interval(0.001, 0.6, IntervalKind::Unit),
        Distribution::interval(1e-6, 0.999, IntervalKind::Unit),
        Distribution::interval(100.0, 500.0, IntervalKind::Positive),
        Distribution::interval(-1.0, 3.0, IntervalKind::Real),
    ]
    .map(|distribution| distribution.unwrap())
    .to_vec()
}

fn assert_near(value: f64, exact: f64, relative: f64, what: &str) {
    assert!(
        (value - exact).abs() <= relative * exact.abs().max(1e-300),
        "{what}: {value}, not {exact}"
    );
}

#[test]
fn quantiles_increase_and_stay_in_the_support() {
    for distribution in examples() {
        let (low, high) = distribution.support();
        let mut last = f64::NEG_INFINITY;
        for step in 1..4000 {
            let value = distribution.quantile(f64::from(step) / 4000.0);
            assert!(value >= last, "{distribution} falls at {step}");
            assert!((low..=high).contains(&value), "{distribution}");
            last = value;
        }
        for u in [1e-15, 1e-9, 1.0 - 1e-9, 1.0 - 1.2e-16] {
            let value = distribution.quantile(u);
            assert!(
                (low..=high).contains(&value) && value.is_finite(),
                "{distribution} {u}"
            );
        }
        for (u, end) in [(0.0, low), (1.0, high)] {
            let value = distribution.quantile(u);
            let is_end = value == end || (value - end).abs() < 1e-15 * distribution.sd();
            assert!(is_end, "{distribution}: {value}, not {end}");
        }
    }
}

#[test]
fn quantiles_invert_the_cdf() {
    use statrs::distribution::{Beta, LogNormal, Triangular, Uniform};
    type Cdf = Box<dyn Fn(f64) -> f64>;
    let oracles: Vec<(Distribution, Cdf)> = vec![
        {
            let oracle = Normal::new(0.5, 0.1).unwrap();
            (
                Distribution::normal(0.5, 0.1).unwrap(),
                Box::new(move |x| oracle.cdf(x)),
            )
        },
        {
            let oracle = LogNormal::new(-1.0, 0.7).unwrap();
            (
                Distribution::lognormal_from_log(-1.0, 0.7).unwrap(),
                Box::new(move |x| oracle.cdf(x)),
            )
        },
        {
            let oracle = Beta::new(2.0, 3.0).unwrap();
            (
                Distribution::beta(2.0, 3.0).unwrap(),
                Box::new(move |x| oracle.cdf(x)),
            )
        },
        {
            // κ = 0.5·0.5/0.05² − 1 = 99.
            let oracle = Beta::new(49.5, 49.5).unwrap();
            (
                Distribution::beta_from_moments(0.5, 0.05).unwrap(),
                Box::new(move |x| oracle.cdf(x)),
            )
        },
        {
            let oracle = Uniform::new(-2.0, 5.0).unwrap();
            (
                Distribution::uniform(-2.0, 5.0).unwrap(),
                Box::new(move |x| oracle.cdf(x)),
            )
        },
        {
            let oracle = Triangular::new(0.0, 1.0, 0.2).unwrap();
            (
                Distribution::triangular(0.0, 0.2, 1.0).unwrap(),
                Box::new(move |x| oracle.cdf(x)),
            )
        },
        {
            let oracle = Beta::new(1.0 + 4.0 * 2.0 / 30.0, 1.0 + 4.0 * 28.0 / 30.0).unwrap();
            (
                Distribution::pert(10.0, 12.0, 40.0).unwrap(),
                Box::new(move |x| oracle.cdf((x - 10.0) / 30.0)),
            )
        },
        {
            let oracle = Normal::new(0.5, 0.6).unwrap();
            let (below, within) = (oracle.cdf(0.0), oracle.cdf(1.0) - oracle.cdf(0.0));
            (
                Distribution::truncated_normal(0.5, 0.6, 0.0, 1.0).unwrap(),
                Box::new(move |x| (oracle.cdf(x) - below) / within),
            )
        },
        {
            let oracle = Normal::new(0.0, 1.0).unwrap();
            (
                Distribution::truncated_normal(0.0, 1.0, 6.0, f64::INFINITY).unwrap(),
                Box::new(move |x| 1.0 - oracle.sf(x) / oracle.sf(6.0)),
            )
        },
    ];
    for (distribution, cdf) in oracles {
        for step in 1..200 {
            let u = f64::from(step) / 200.0;
            let back = cdf(distribution.quantile(u));
            assert!((back - u).abs() < 1e-9, "{distribution}: {u} gives {back}");
        }
    }
}

#[test]
fn moments_match_the_quantiles() {
    // ∫ Q(u) du by Gauss–Legendre in each octave towards either end, where Q is smooth.
    let integrate = |f: &dyn Fn(f64) -> f64| {
        let nodes = [
            (-0.906_179_845_938_664, 0.236_926_885_056_189_08),
            (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
            (0.0, 0.568_888_888_888_888_9),
            (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
            (0.906_179_845_938_664, 0.236_926_885_056_189_08),
        ];
        let mut sum = 0.0;
        for octave in 1..52 {
            let length = libm::ldexp(1.0, -octave - 1) / 128.0;
            for piece in 0..128 {
                let start = libm::ldexp(1.0, -octave - 1) + length * f64::from(piece);
                for (node, weight) in nodes {
                    let distance = start + 0.5 * length * (1.0 + node);
                    sum += 0.5 * length * weight * (f(distance) + f(1.0 - distance));
                }
            }
        }
        sum
    };
    for distribution in examples() {
        let mean = integrate(&|u| distribution.quantile(u));
        let square = integrate(&|u| {
            let distance = distribution.quantile(u) - mean;
            distance * distance
        });
        assert_near(
            distribution.sd(),
            sqrt(square),
            1e-6,
            &format!("sd of {distribution}"),
        );
        assert!(
            (distribution.mean() - mean).abs() < 1e-7 * distribution.sd(),
            "mean of {distribution}: {}, not {mean}",
            distribution.mean()
        );
    }
}

#[test]
fn moments_match_closed_forms() {
    // A normal truncated at 6 sd: mean = φ(6)/Φ(−6).
    let tail = Distribution::truncated_normal(0.0, 1.0, 6.0, f64::INFINITY).unwrap();
    let hazard = crate::base::math::double::normal_density(6.0) / normal_cdf(-6.0);
    assert_near(tail.mean(), hazard, 1e-11, "mean");
    assert_near(
        tail.sd(),
        sqrt(1.0 + 6.0 * hazard - hazard * hazard),
        1e-9,
        "sd",
    );
    // A wide normal truncated is nearly uniform.
    let flat = Distribution::truncated_normal(0.5, 1e5, 0.0, 1.0).unwrap();
    assert_near(flat.sd(), 1.0 / sqrt(12.0), 1e-9, "flat sd");
    let beta = Distribution::beta(2.0, 3.0).unwrap();
    let oracle = statrs::distribution::Beta::new(2.0, 3.0).unwrap();
    assert_near(beta.mean(), oracle.mean().unwrap(), 1e-15, "beta mean");
    assert_near(beta.sd(), oracle.std_dev().unwrap(), 1e-15, "beta sd");
    let moments = Distribution::beta_from_moments(0.55, 0.08).unwrap();
    assert_near(moments.mean(), 0.55, 1e-14, "mean");
    assert_near(moments.sd(), 0.08, 1e-13, "sd");
    let moments = Distribution::lognormal_from_moments(300.0, 80.0).unwrap();
    assert_near(moments.mean(), 300.0, 1e-13, "mean");
    assert_near(moments.sd(), 80.0, 1e-13, "sd");
}

#[test]
fn errors_of_constructors_say_what_to_write() {
    let infinity = f64::INFINITY;
    let cases = [
        (
            Distribution::normal(f64::NAN, 1.0),
            "`mean` must be a finite number",
        ),
        (
            Distribution::normal(0.0, 0.0),
            "`sd` must be greater than 0, not 0; write a number above 0, or only the mean, as a \
             constant instead of the distribution",
        ),
        (
            Distribution::uniform(1.0, 1.0),
            "`low` = 1 must be less than `high` = 1; write two different numbers, or the \
             number alone instead of the distribution: 1",
        ),
        (
            Distribution::triangular(0.0, 2.0, 1.0),
            "`mode` = 2 must be between `low` = 0 and `high` = 1; write a mode within the bounds",
        ),
        (
            Distribution::pert(0.0, f64::NAN, 1.0),
            "`mode` must be a finite number",
        ),
        (
            Distribution::beta(0.001, 1.0),
            "`alpha` = 0.001 must be between 0.01 and 1000000; write 0.01 or more: the smaller the \
             shapes, the wider the distribution, and below 0.01 it is 0 or 1, hardly anything between",
        ),
        (
            Distribution::beta_from_moments(0.5, 0.5),
            "`sd` = 0.5 is too large for a beta distribution with mean 0.5; write at most 0.4946",
        ),
        (
            Distribution::beta_from_moments(0.5, 1e-4),
            "`sd` = 0.0001 is too small for a beta distribution with mean 0.5; write at least \
             0.0003539, or a constant instead of the distribution, for example `0.5`",
        ),
        (
            Distribution::beta_from_moments(1.0, 0.1),
            "the mean of a beta distribution must be strictly between 0 and 1, not 1; write, for example, `mean = 0.5`",
        ),
        (
            Distribution::lognormal_from_log(0.0, 300.0),
            "this lognormal distribution is so wide that values or their variance exceed 3e38, the \
             largest number of the simulation; write a smaller spread: with this `mu`, a `sigma` of \
             9.371 or less",
        ),
        (
            Distribution::truncated_normal(0.0, 0.01, 0.5, 1.0),
            "a normal distribution with mean 0 and sd 0.01 has almost no probability between `low` = \
             0.5 and `high` = 1; write a mean nearer to the bounds, a larger sd, or `uniform`",
        ),
        (
            Distribution::truncated_normal(0.0, 1e9, 0.0, 1.0),
            "`sd` = 1000000000 is so large that the distribution is uniform between `low` = 0 and \
             `high` = 1; write `uniform`",
        ),
        (
            Distribution::truncated_normal(0.0, 1.0, infinity, infinity),
            "`low` = inf must be less than `high` = inf; write two different numbers, or the number alone instead of the distribution: inf",
        ),
        (
            Distribution::interval(0.0, 0.5, IntervalKind::Unit),
            "`from` = 0 must be strictly between 0 and 1; write the 5th and 95th percentiles, \
             which lie strictly inside the bounds",
        ),
        (
            Distribution::interval(-1.0, 0.5, IntervalKind::Positive),
            "`from` = -1 must be above 0; write the 5th and 95th percentiles, which lie strictly \
             inside the bounds",
        ),
        (
            Distribution::interval(0.5, 0.2, IntervalKind::Real),
            "`from` = 0.5 must be less than `to` = 0.2; swap the two: `from` = 0.2 and `to` = 0.5",
        ),
    ];
    for (result, message) in cases {
        assert_eq!(result.unwrap_err().to_string(), message);
    }
}

#[test]
fn suggested_sd_of_a_beta_is_accepted() {
    for mean in [1e-4, 0.01, 0.3, 0.5, 0.77, 0.999] {
        match Distribution::beta_from_moments(mean, 0.9) {
            Err(DistributionError::BetaTooWide { largest, .. }) => {
                assert!(
                    Distribution::beta_from_moments(mean, largest).is_ok(),
                    "{mean}"
                );
                assert!(
                    Distribution::beta_from_moments(mean, largest * 1.01).is_err(),
                    "{mean}"
                );
            }
            other => panic!("{other:?}"),
        }
        match Distribution::beta_from_moments(mean, 1e-9) {
            Err(DistributionError::BetaTooNarrow { smallest, .. }) => {
                assert!(
                    Distribution::beta_from_moments(mean, smallest).is_ok(),
                    "{mean}"
                );
                assert!(
                    Distribution::beta_from_moments(mean, smallest * 0.99).is_err(),
                    "{mean}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn display_is_stable() {
    let texts: Vec<String> = examples().iter().map(ToString::to_string).collect();
    assert_eq!(texts[0], "normal(mean 0.5, sd 0.1)");
    assert_eq!(
        texts[2],
        "truncated_normal(mean 0.5, sd 0.1, low 0, high 1)"
    );
    assert_eq!(texts[4], "truncated_normal(mean 0, sd 1, low 6)");
    assert_eq!(texts[9], "lognormal(mu -1, sigma 0.7)");
    assert_eq!(texts[10], "beta(alpha 2, beta 3)");
    assert_eq!(texts[15], "uniform(low -2, high 5)");
    assert_eq!(texts[16], "triangular(low 0, mode 0.2, high 1)");
    assert_eq!(texts[19], "pert(low 10, mode 12, high 40)");
    assert_eq!(texts[21], "interval(from 0.5, to 0.8)");
}

/// Hands out evenly spaced words, so that the sample mean is a quadrature.
struct EvenWords(u64);

impl rand::TryRng for EvenWords {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok((self.try_next_u64()? >> 32) as u32)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.0 = self.0.wrapping_add(1 << 48);
        Ok(self.0)
    }
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
        unreachable!("a distribution takes whole words")
    }
}

#[test]
fn sampling_takes_one_uniform_variate() {
    use rand_distr::Distribution as _;
    let distribution = Distribution::beta_from_moments(0.55, 0.08).unwrap();
    let mut words = EvenWords(1 << 47);
    let n = 1 << 16;
    let mut sum = 0.0;
    for _ in 0..n {
        sum += distribution.sample(&mut words);
    }
    // n words later the counter has come round exactly once.
    assert_eq!(words.0, 1 << 47);
    assert!((sum / f64::from(n) - 0.55).abs() < 1e-6);
    assert!(open_unit(0) > 0.0);
    assert!(open_unit(u64::MAX) < 1.0);
}

#[test]
fn limits_of_width_are_exact() {
    // The mean of a lognormal is e^(σ²/2), so σ² counts although 9σ would do.
    assert!(Distribution::lognormal_from_log(0.0, 9.38).is_ok());
    assert!(Distribution::lognormal_from_log(0.0, 9.39).is_err());
    // Each end is finite, their distance is not.
    assert!(Distribution::uniform(-1e308, 1e308).is_err());
    for mean in [0.1_f64, 0.3, 0.8] {
        let at = |shape: f64, share: f64| (mean * (1.0 - mean) / (1.0 + shape / share)).sqrt();
        let lesser = mean.min(1.0 - mean);
        let (widest, narrowest) = (at(0.01, lesser), at(1e6, 1.0 - lesser));
        for (sd, is_fine) in [
            (widest * 0.9999, true),
            (widest * 1.0001, false),
            (narrowest * 1.0001, true),
            (narrowest * 0.9999, false),
        ] {
            let made = Distribution::beta_from_moments(mean, sd);
            assert_eq!(made.is_ok(), is_fine, "{mean} {sd} {made:?}");
        }
        let too_wide = Distribution::beta_from_moments(mean, widest * 1.0001);
        assert!(matches!(
            too_wide,
            Err(DistributionError::BetaTooWide { .. })
        ));
    }
}
