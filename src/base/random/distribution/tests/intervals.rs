//! 90 % intervals: their percentiles in closed form, and the widest that are accepted.

use super::super::*;
use super::assert_near;

#[test]
fn interval_has_its_percentiles() {
    for (from, to, kind) in [
        (0.5, 0.8, IntervalKind::Unit),
        (1e-9, 0.3, IntervalKind::Unit),
        (100.0, 500.0, IntervalKind::Positive),
        (-1.0, 3.0, IntervalKind::Real),
    ] {
        let distribution = Distribution::interval(from, to, kind).unwrap();
        assert_near(distribution.quantile(0.05), from, 1e-13, "from");
        assert_near(distribution.quantile(0.95), to, 1e-13, "to");
    }
}

#[test]
fn interval_between_bounds_has_its_percentiles() {
    for (from, to, low, high) in [
        (1_000.0, 50_000.0, 0.0, 5e6),
        (20.0, 120.0, 0.0, 200.0),
        (-40.0, 90.0, -50.0, 100.0),
        (0.01, 199.99, 0.0, 200.0),
        (10.0, 20.0, 0.0, 1e9),
        (-5.0, 5.0, -1e9, 1e9),
        (0.2, 0.6, -1e20, 1.0),
        (0.2, 0.6, -1e30, 1e30),
        (99_000.0, 99_999.0, 0.0, 1e5),
    ] {
        let kind = IntervalKind::Within { low, high };
        let distribution = Distribution::interval(from, to, kind).unwrap();
        let width = to - from;
        for (u, percentile) in [(0.05, from), (0.95, to)] {
            let error = (distribution.quantile(u) - percentile).abs() / width;
            assert!(error < 1e-8, "{distribution}: {error} at {percentile}");
        }
        assert_eq!(distribution.support(), (low, high));
        let (mean, sd) = (distribution.mean(), distribution.sd());
        assert!(low < mean && mean < high && sd > 0.0, "{distribution}");
        for u in [0.0, 1e-12, 1e-3, 0.999, 1.0] {
            assert!((low..=high).contains(&distribution.quantile(u)));
        }
    }
    // In the unit interval it is the logit-normal of a probability.
    let within = IntervalKind::Within {
        low: 0.0,
        high: 1.0,
    };
    let scaled = Distribution::interval(0.2, 0.6, within).unwrap();
    let unit = Distribution::interval(0.2, 0.6, IntervalKind::Unit).unwrap();
    assert_near(scaled.quantile(0.3), unit.quantile(0.3), 1e-14, "the same");
}

#[test]
fn largest_accepted_spreads_are_those_of_the_messages() {
    for from in [1e-6, 0.15, 3.0, 1e12] {
        let wide = Distribution::interval(from, 1e38, IntervalKind::Positive);
        let Err(DistributionError::IntervalTooWide { largest, .. }) = wide else {
            panic!("{wide:?}");
        };
        let with = |to: f64| Distribution::interval(from, to, IntervalKind::Positive);
        assert!(
            with(largest).is_ok() && with(largest * 1.02).is_err(),
            "{from}"
        );
    }
    for mu in [-100.0, -3.0, 0.0, 5.0, 80.0] {
        let wide = Distribution::lognormal_from_log(mu, 500.0);
        let Err(DistributionError::LogNormalTooWide { largest_sigma }) = wide else {
            panic!("{wide:?}");
        };
        let with = |sigma: f64| Distribution::lognormal_from_log(mu, sigma);
        assert!(
            with(largest_sigma).is_ok() && with(largest_sigma * 1.01).is_err(),
            "{mu}"
        );
        let (mean, sd) = (
            with(largest_sigma).unwrap().mean(),
            with(largest_sigma).unwrap().sd(),
        );
        assert!(
            mean < f64::from(f32::MAX) && sd < f64::from(f32::MAX),
            "{mu}"
        );
    }
}
