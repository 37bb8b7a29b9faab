//! Against values to 60 digits (mpmath) and the `statrs` crate.

use super::*;
use statrs::distribution::ContinuousCDF;

fn relative_error(value: f64, exact: f64) -> f64 {
    if value == exact {
        0.0
    } else {
        ((value - exact) / exact).abs()
    }
}

#[test]
fn normal_quantile_matches_exact_values() {
    let exact = [
        (1e-300, -37.0470962993611992),
        (1e-50, -14.933337534788489),
        (1e-20, -9.26234008979840758),
        (1e-9, -5.99780701500768686),
        (1e-5, -4.26489079392282461),
        (0.001, -3.09023230616781354),
        (0.02, -2.05374891063182304),
        (0.074, -1.44663206715897851),
        (0.076, -1.43250272082581162),
        (0.2, -0.841621233572914166),
        (0.4999, -0.000250662830088007492),
        (0.5, 0.0),
        (0.7, 0.524400512708040656),
        (0.93, 1.4757910281791711),
        (0.99, 2.32634787404084077),
    ];
    for (p, x) in exact {
        let error = relative_error(normal_quantile(p), x);
        assert!(error < 1e-15, "{p}: {error}");
    }
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    assert_eq!(normal_quantile(1.0), f64::INFINITY);
    assert!(normal_quantile(-0.1).is_nan());
    assert!(normal_quantile(1.1).is_nan());
    assert!(normal_quantile(f64::NAN).is_nan());
}

#[test]
fn normal_cdf_matches_exact_values() {
    let exact = [
        (-37.0, 5.72557122252457682e-300),
        (-20.0, 2.7536241186062337e-89),
        (-8.5, 9.47953482220331835e-18),
        (-3.25, 0.000577025042390767043),
        (-1.0, 0.158655253931457051),
        (-0.1, 0.460172162722971016),
        (0.3, 0.617911422188952633),
        (2.0, 0.977249868051820793),
        (5.0, 0.999999713348428121),
    ];
    for (x, p) in exact {
        let error = relative_error(normal_cdf(x), p);
        assert!(error < 2e-13, "{x}: {error}");
    }
    assert_eq!(normal_cdf(f64::NEG_INFINITY), 0.0);
    assert_eq!(normal_cdf(f64::INFINITY), 1.0);
}

#[test]
fn normal_quantile_inverts_the_cdf() {
    for step in -3500..600 {
        let x = f64::from(step) * 0.01;
        // In the upper tail the probability itself is rounded at 1.1e-16.
        let rounding = if x > 0.0 {
            1.2e-16 / normal_density(x)
        } else {
            0.0
        };
        let error = (normal_quantile(normal_cdf(x)) - x).abs();
        assert!(error < 1e-15 * (10.0 + x.abs()) + rounding, "{x}: {error}");
    }
}

/// a, b, x, I_x(a, b).
const BETA: [(f64, f64, f64, f64); 30] = [
    (0.01, 0.01, 1e-300, 5.0008106985279523e-4),
    (0.01, 0.01, 1e-9, 0.40648115413632689),
    (0.01, 0.01, 0.25, 0.49458697425413913),
    (0.01, 0.01, 0.5, 0.5),
    (0.01, 0.01, 0.9, 0.51079747082620473),
    (0.01, 1e6, 1e-100, 0.11547055871449814),
    (0.01, 1e6, 1e-8, 0.96034741886216841),
    (0.01, 1e6, 1e-6, 0.99778376539527157),
    (0.01, 1e6, 1e-5, 0.99999995718505504),
    (1e6, 0.01, 0.99999, 4.2814944963245812e-8),
    (1e6, 0.01, 0.999999, 2.2162346046220384e-3),
    (1e6, 0.01, 0.9999999999, 0.082785656688218211),
    (2.0, 3.0, 1e-12, 5.9999999999919998e-24),
    (2.0, 3.0, 0.1, 0.0523),
    (2.0, 3.0, 0.4, 0.5248),
    (2.0, 3.0, 0.75, 0.94921875),
    (2.0, 3.0, 0.999, 0.999999996003),
    (20.71, 16.95, 0.1, 4.1541615649319512e-12),
    (20.71, 16.95, 0.3, 7.5547468006918694e-4),
    (20.71, 16.95, 0.55, 0.49602390449868888),
    (20.71, 16.95, 0.8, 0.99969458342844787),
    (1e6, 1e6, 0.499, 2.3388494069315048e-3),
    (1e6, 1e6, 0.4995, 0.078649577580901631),
    (1e6, 1e6, 0.5, 0.5),
    (1e6, 1e6, 0.5002, 0.71419616117711227),
    (1e6, 50.0, 0.9999, 1.173902253495801e-8),
    (1e6, 50.0, 0.99995, 0.48105228009955088),
    (3e4, 7e5, 0.04, 9.887800010310722e-7),
    (1.0, 1.0, 0.3, 0.3),
    (0.5, 0.5, 0.5, 0.5),
];

#[test]
fn incomplete_beta_matches_exact_values() {
    for (a, b, x, exact) in BETA {
        let error = relative_error(incomplete_beta(a, b, x), exact);
        assert!(error < 1e-11, "I_{x}({a}, {b}): {error}");
    }
    assert_eq!(incomplete_beta(2.0, 3.0, 0.0), 0.0);
    assert_eq!(incomplete_beta(2.0, 3.0, 1.0), 1.0);
}

#[test]
fn incomplete_beta_inverse_matches_exact_values() {
    for (a, b, x, p) in BETA {
        let inverse = incomplete_beta_inverse(a, b, p);
        // p is rounded, and so is x: by how much that moves x.
        let below = incomplete_beta_inverse(a, b, p * (1.0 - 1e-12));
        let above = incomplete_beta_inverse(a, b, (p * (1.0 + 1e-12)).min(1.0));
        let slack = 1e-15 * x;
        assert!(
            below - slack <= x && x <= above + slack,
            "{a} {b} {p}: {inverse} for {x}"
        );
        assert!(
            below <= inverse && inverse <= above,
            "{a} {b} {p}: {inverse}"
        );
    }
}

#[test]
fn incomplete_beta_inverse_holds_over_all_shapes() {
    let shapes = [0.01, 0.1, 0.5, 1.0, 1.5, 4.0, 37.0, 1e3, 1e5, 1e6];
    let probabilities = [
        1e-12,
        1e-9,
        1e-4,
        0.05,
        0.3,
        0.5,
        0.51,
        0.9,
        0.999,
        1.0 - 1e-9,
    ];
    for a in shapes {
        for b in shapes {
            let mut last = f64::NEG_INFINITY;
            for p in probabilities {
                let logit = incomplete_beta_inverse_logit(a, b, p);
                assert!(logit > last, "monotone: {a} {b} {p}");
                last = logit;
                let x = logistic(logit);
                // The round trip can be judged where f64 resolves x.
                let resolution = 1e-15 * x / (x * (1.0 - x)).max(1e-300);
                if x > 1e-290 && resolution < 1e-8 {
                    let back = incomplete_beta(a, b, x);
                    let density = (incomplete_beta(a, b, x * (1.0 + 1e-9)) - back) / 1e-9;
                    let allowed = 1e-11 * p + 1e-15 * density.abs();
                    assert!(
                        (back - p).abs() <= allowed + 3e-16,
                        "{a} {b}: {p} -> {x} -> {back}"
                    );
                }
            }
        }
    }
    assert_eq!(incomplete_beta_inverse(2.0, 3.0, 0.0), 0.0);
    assert_eq!(incomplete_beta_inverse(2.0, 3.0, 1.0), 1.0);
}

#[test]
fn incomplete_beta_agrees_with_statrs() {
    for (a, b) in [(0.7, 2.3), (5.0, 1.0), (12.0, 30.0), (300.0, 200.0)] {
        let oracle = statrs::distribution::Beta::new(a, b).unwrap();
        for step in 1..100 {
            let x = f64::from(step) * 0.01;
            let difference = (incomplete_beta(a, b, x) - oracle.cdf(x)).abs();
            assert!(difference < 1e-12, "{a} {b} {x}: {difference}");
        }
    }
}

#[test]
fn ln_gamma_matches_factorials() {
    let mut factorial = 1.0_f64;
    for n in 2..30_u32 {
        factorial *= f64::from(n);
        let error = relative_error(ln_gamma(f64::from(n + 1)), ln(factorial));
        assert!(error < 1e-14, "{n}: {error}");
    }
    assert!(relative_error(ln_gamma(0.5), 0.5 * ln(PI)) < 1e-14);
    assert!(relative_error(ln_gamma(1e6), 12815504.569147611660) < 1e-14);
}

#[test]
fn elementary_functions_have_known_values() {
    assert_eq!(exp(0.0), 1.0);
    assert!(relative_error(exp(1.0), std::f64::consts::E) < 2.3e-16);
    assert_eq!(ln(1.0), 0.0);
    assert_eq!(power(3.0, 4.0), 81.0);
    assert_eq!(sqrt(2.25), 1.5);
    assert!(relative_error(log1p(1e-20), 1e-20) < 1e-16);
    assert!(relative_error(expm1(1e-20), 1e-20) < 1e-16);
    assert!(relative_error(logistic(logit(0.3)), 0.3) < 1e-15);
    assert_eq!(logit(0.0), f64::NEG_INFINITY);
    assert_eq!(logit(1.0), f64::INFINITY);
    assert_eq!(logistic(f64::NEG_INFINITY), 0.0);
}
