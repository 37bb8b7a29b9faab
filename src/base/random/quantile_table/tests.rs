//! The stated error, monotonicity, and the exact evaluations.

use super::*;
use crate::base::math::double::incomplete_beta_inverse;
use crate::base::random::distribution::IntervalKind;

fn slow_examples() -> Vec<Distribution> {
    let infinity = f64::INFINITY;
    [
        Distribution::beta(2.0, 3.0),
        Distribution::beta(20.7, 16.9),
        Distribution::beta(0.5, 0.5),
        Distribution::beta(0.01, 0.01),
        Distribution::beta(0.01, 1e6),
        Distribution::beta(1e6, 0.01),
        Distribution::beta(0.01, 30.0),
        Distribution::beta(1.0, 1.0),
        Distribution::beta(1e6, 1e6),
        Distribution::beta(3000.0, 2.0),
        Distribution::pert(10.0, 12.0, 40.0),
        Distribution::pert(-1.0, -1.0, 1.0),
        Distribution::truncated_normal(0.5, 0.1, 0.0, 1.0),
        Distribution::truncated_normal(0.9, 0.3, 0.0, 1.0),
        Distribution::truncated_normal(0.0, 1.0, 6.0, infinity),
        Distribution::truncated_normal(0.0, 1.0, -infinity, 1.0),
        Distribution::truncated_normal(0.0, 1e4, 0.0, 1.0),
        Distribution::normal(-3.0, 0.5),
        Distribution::lognormal_from_log(0.0, 0.15),
        Distribution::lognormal_from_log(2.0, 3.0),
        Distribution::interval(0.4, 0.6, IntervalKind::Unit),
        Distribution::interval(0.001, 0.3, IntervalKind::Unit),
        Distribution::interval(
            1_000.0,
            50_000.0,
            IntervalKind::Within {
                low: 0.0,
                high: 5e6,
            },
        ),
        Distribution::interval(
            -40.0,
            90.0,
            IntervalKind::Within {
                low: -50.0,
                high: 100.0,
            },
        ),
    ]
    .map(|distribution| distribution.unwrap())
    .to_vec()
}

/// Uniforms all over (1e-9, 1 − 1e-9), near the ends as densely as in the middle.
fn uniforms() -> Vec<f64> {
    let mut below = Vec::new();
    for step in 0..6_000 {
        let exponent = -20.7 + 20.0 * f64::from(step) / 6_000.0;
        below.push(libm::exp(exponent));
    }
    let above: Vec<f64> = below.iter().rev().map(|u| 1.0 - u).collect();
    below.into_iter().chain(above).collect()
}

#[test]
fn table_is_within_its_error_bound() {
    for distribution in slow_examples() {
        let table = QuantileTable::new(&distribution);
        let width = distribution.quantile(1.0 - 1e-9) - distribution.quantile(1e-9);
        let mut worst = 0.0_f64;
        for u in uniforms() {
            let exact = distribution.quantile(u);
            let unit = match distribution {
                Distribution::LogNormal { .. } => exact.min(width),
                Distribution::LogitNormal { low, high, .. } => {
                    (exact - low).min(high - exact).min(width)
                }
                _ => width,
            };
            let error = (table.value(u) - exact).abs() / unit;
            assert!(error.is_finite(), "{distribution} at {u}");
            worst = worst.max(error);
        }
        // Not by falling back on the exact inverse CDF.
        let octaves = table.pieces.as_ref().unwrap().octaves;
        assert!(
            octaves
                .iter()
                .flatten()
                .all(|octave| octave.splits.is_some())
        );
        assert!(worst < 1e-6, "{distribution}: {worst:e} of {width}");
    }
}

#[test]
fn table_is_increasing() {
    for distribution in slow_examples() {
        let table = QuantileTable::new(&distribution);
        let (low, high) = distribution.support();
        let width = distribution.quantile(1.0 - 1e-9) - distribution.quantile(1e-9);
        let mut last = f64::NEG_INFINITY;
        let mut uniforms = uniforms();
        uniforms.extend((1..10_000).map(|step| f64::from(step) / 10_000.0));
        uniforms.sort_by(f64::total_cmp);
        for u in uniforms {
            let value = table.value(u);
            assert!(value >= last - 1e-14 * width, "{distribution} falls at {u}");
            assert!((low..=high).contains(&value), "{distribution}");
            last = value;
        }
    }
}

#[test]
fn far_tails_and_closed_forms_are_exact() {
    let beta = QuantileTable::new(&Distribution::beta(2.0, 3.0).unwrap());
    for u in [1e-11, 1e-300, 1.0 - 1e-12, 0.5] {
        let exact = incomplete_beta_inverse(2.0, 3.0, u);
        assert!((beta.value(u) - exact).abs() <= 1e-15, "{u}");
    }
    let uniform = Distribution::uniform(0.5, 0.7).unwrap();
    let table = QuantileTable::new(&uniform);
    assert!(table.pieces.is_none());
    assert_eq!(table.value(0.3).to_bits(), uniform.quantile(0.3).to_bits());
}
