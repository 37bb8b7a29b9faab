//! Every stated bound, against f64 by the `libm` crate.

// `!(error <= worst)` also catches a NaN.
#![allow(clippy::neg_cmp_op_on_partial_ord)]

use super::*;

/// The spacing of f32 at `exact`, never less than at the smallest normal number.
fn ulp(exact: f64) -> f64 {
    let (_, exponent) = libm::frexp(exact);
    libm::ldexp(1.0, (exponent - 1).max(-126) - 23)
}

/// The error of `value` in ulp.
fn error_in_ulp(value: f32, exact: f64) -> f64 {
    (f64::from(value) - exact).abs() / ulp(exact)
}

/// The maximum error in ulp over every `step`-th float whose exact result is a normal f32,
/// and where it lies.
fn worst(step: usize, value: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64) -> (f64, f32) {
    let mut largest = (0.0, 0.0);
    for bits in (0..=u32::MAX).step_by(step) {
        let x = f32::from_bits(bits);
        let truth = exact(f64::from(x));
        let is_normal =
            truth.abs() >= f64::from(f32::MIN_POSITIVE) && truth.abs() <= f64::from(f32::MAX);
        if x.is_finite() && (is_normal || truth == 0.0) {
            let error = error_in_ulp(value(x), truth);
            if !(error <= largest.0) {
                largest = (error, x);
            }
        }
    }
    largest
}

/// Fails if the maximum error exceeds `bound` or is less than two thirds of it.
fn assert_bound(bound: f64, (error, x): (f64, f32)) {
    assert!(error <= bound, "{error} ulp at {x:e}, stated {bound}");
    assert!(error > bound * 0.66, "{error} ulp found, stated {bound}");
}

const DENSE: usize = 257;

/// 2ˣ where it is stated, and what is right elsewhere.
fn exp2(x: f32) -> f32 {
    match x {
        ..-126.0 => 0.0,
        128.0.. => f32::INFINITY,
        _ => exp2_each([x])[0],
    }
}

#[test]
fn exp2_is_within_its_bound() {
    assert_bound(2.4, worst(DENSE, exp2, libm::exp2));
    for n in -126..128 {
        assert_eq!(f64::from(exp2(n as f32)), libm::ldexp(1.0, n));
    }
}

#[test]
#[ignore = "every f32: minutes"]
fn exp2_is_within_its_bound_everywhere() {
    assert_bound(2.4, worst(1, exp2, libm::exp2));
}

#[test]
fn several_exponentials_at_once_are_independent() {
    for step in 0..4_000_u16 {
        let x = f32::from(step) * 0.031 - 62.0;
        let all = [x, -x, 0.5 * x, 0.0];
        assert_eq!(exp2_each(all), all.map(exp2));
    }
}

#[test]
fn division_by_a_power_of_two_is_exact() {
    for step in 0..4_000_u16 {
        let x = f32::from(step) * 0.031 - 62.0;
        for w in [0, 1, 17, 60] {
            let exact = f64::from(exp2(x)) * libm::exp2(-f64::from(w));
            assert_eq!(f64::from(exp2_over_each([x], w)[0]), exact, "2^{x} / 2^{w}");
        }
    }
    // From far away, and down to nothing.
    assert_eq!(whole(1_000_000.25), 1_000_000);
    assert_eq!(exp2_over_each([1_000_000.25], 1_000_000), [exp2(0.25)]);
    assert_eq!(exp2_over_each([-125.0, -126.0], 0), [exp2(-125.0), 0.0]);
    assert_eq!(exp2_over_each([-1_048_576.0], 1_048_576), [0.0]);
}

#[test]
fn exponentials_at_edge_cases() {
    let (function, low, high) = (exp as fn(f32) -> f32, -87.3365_f32, 88.722_84_f32);
    assert_eq!(function(high), f32::INFINITY);
    assert!(function(high.next_down()) < f32::INFINITY);
    assert!(function(high.next_down()) > 3.4e38);
    assert_eq!(function(low.next_down()), 0.0);
    assert!(function(low) >= f32::MIN_POSITIVE);
    assert!(function(low) < 1.176e-38);
    assert_eq!(function(f32::INFINITY), f32::INFINITY);
    assert_eq!(function(f32::MAX), f32::INFINITY);
    assert_eq!(function(f32::NEG_INFINITY), 0.0);
    assert_eq!(function(f32::MIN), 0.0);
    assert_eq!(function(0.0), 1.0);
    assert_eq!(function(f32::MIN_POSITIVE), 1.0);
    assert!(function(f32::NAN).is_nan());
    assert!(function(-f32::NAN).is_nan());
}

#[test]
fn exp_is_within_its_bound() {
    assert_bound(
        1.0,
        worst(
            DENSE,
            |x| {
                if x < -87.3365 {
                    f32::MIN_POSITIVE
                } else {
                    exp(x)
                }
            },
            libm::exp,
        ),
    );
}

#[test]
fn logarithms_are_within_their_bounds() {
    assert_bound(
        0.85,
        worst(DENSE, ln, |x| if x > 0.0 { libm::log(x) } else { f64::NAN }),
    );
    assert_bound(
        1.8,
        worst(
            DENSE,
            log2,
            |x| if x > 0.0 { libm::log2(x) } else { f64::NAN },
        ),
    );
}

#[test]
#[ignore = "every f32: minutes"]
fn ln_is_within_its_bound_everywhere() {
    assert_bound(
        0.85,
        worst(1, ln, |x| if x > 0.0 { libm::log(x) } else { f64::NAN }),
    );
}

#[test]
fn logarithms_at_edge_cases() {
    for function in [ln as fn(f32) -> f32, log2] {
        assert_eq!(function(0.0), f32::NEG_INFINITY);
        assert_eq!(function(-0.0), f32::NEG_INFINITY);
        assert!(function(-f32::MIN_POSITIVE).is_nan());
        assert!(function(-1.0e-45).is_nan());
        assert!(function(f32::NEG_INFINITY).is_nan());
        assert!(function(f32::NAN).is_nan());
        assert_eq!(function(f32::INFINITY), f32::INFINITY);
        assert_eq!(function(1.0), 0.0);
    }
    for n in -149..128 {
        assert_eq!(log2(libm::ldexp(1.0, n) as f32), n as f32);
    }
}

#[test]
fn power_is_within_its_bound() {
    let mut worst = (0.0, 0.0, 0.0);
    let exponents = [
        3.0, 4.0, 5.0, 0.5, -1.0, -2.0, 1.5, 0.1, -0.37, 10.0, 63.0, 126.5, 1000.25, 1.0e7, -1.0e-3,
    ];
    for exponent in exponents {
        for bits in (0..0x7f80_0000_u32).step_by(4099) {
            let base = f32::from_bits(bits);
            let truth = libm::pow(f64::from(base), f64::from(exponent));
            if (1.18e-38..3.402_823e38).contains(&truth) {
                let error = error_in_ulp(power(base, exponent), truth);
                if !(error <= worst.0) {
                    worst = (error, base, exponent);
                }
            }
        }
    }
    assert!(worst.0 <= 1.4, "{worst:?}");
    assert!(worst.0 > 1.0, "the stated bound is idle: {worst:?}");
    for base in [0.3_f32, -0.7, 12.125, 1.0e-3] {
        assert_eq!(power(base, 2.0), base * base);
        assert_eq!(power(base, 1.0), base);
    }
}

#[test]
fn power_follows_ieee_754() {
    const INFINITY: f32 = f32::INFINITY;
    const NAN: f32 = f32::NAN;
    let values = [
        0.0,
        -0.0,
        0.5,
        -0.5,
        1.0,
        -1.0,
        2.0,
        -2.0,
        3.0,
        -3.0,
        2.5,
        -2.5,
        7.0,
        0.25,
        8_388_609.0,
        16_777_217.0,
        1.0e30,
        -1.0e30,
        INFINITY,
        -INFINITY,
        NAN,
        1.0e-40,
    ];
    for base in values {
        for exponent in values {
            let ours = power(base, exponent);
            let exact = libm::pow(f64::from(base), f64::from(exponent));
            if base == -INFINITY && exponent.is_finite() && exponent != exponent.trunc() {
                assert!(ours.is_nan(), "{base:e} ^ {exponent:e} = {ours:e}");
                continue;
            }
            // What f32 cannot hold is ∞, and what lies below its normal range is 0.
            let expected = if exact.abs() >= libm::ldexp(1.0, 128) {
                INFINITY.copysign(exact as f32)
            } else if exact.abs() < libm::ldexp(1.0, -126) && exponent != 1.0 {
                0.0_f32.copysign(exact as f32)
            } else {
                exact as f32
            };
            let agrees = (ours.is_nan() && expected.is_nan())
                || ours.to_bits() == expected.to_bits()
                || (expected.is_normal() && ((ours - expected) / expected).abs() < 2.0e-7);
            assert!(
                agrees,
                "{base:e} ^ {exponent:e} = {ours:e}, not {expected:e}"
            );
        }
    }
}

#[test]
fn logistic_is_within_its_bound() {
    assert_bound(
        2.4,
        worst(
            DENSE,
            |x| {
                if x < -87.3 {
                    libm::expf(x)
                } else {
                    logistic(x)
                }
            },
            |x| 1.0 / (1.0 + libm::exp(-x)),
        ),
    );
    assert_eq!(logistic(0.0), 0.5);
    assert_eq!(logistic(-89.0), 0.0);
    assert_eq!(logistic(f32::INFINITY), 1.0);
    assert_eq!(logistic(f32::NEG_INFINITY), 0.0);
    assert!(logistic(f32::NAN).is_nan());
}

#[test]
fn contest_is_within_its_bound() {
    let strengths = [
        1.0e-30_f32,
        0.001,
        0.1,
        0.3,
        0.5,
        0.7,
        0.95,
        1.0,
        17.3,
        1.0e25,
    ];
    let mut worst = (0.0, 0.0, 0.0, 0.0);
    for a in strengths {
        for b in strengths {
            for step in -400..400 {
                let v = step as f32 * 0.037;
                let ratio = f64::from(b) / f64::from(a);
                let truth = 1.0 / (1.0 + libm::pow(ratio, f64::from(v)));
                if truth > libm::ldexp(1.0, -125) {
                    let error = error_in_ulp(contest(a, b, v), truth);
                    if !(error <= worst.0) {
                        worst = (error, a, b, v);
                    }
                }
            }
        }
    }
    assert!(worst.0 <= 2.5, "{worst:?}");
    assert!(worst.0 > 1.8, "the stated bound is idle: {worst:?}");
}

#[test]
fn contest_at_edge_cases() {
    for v in [-2.0, 0.0, 1.0, 3.5] {
        assert_eq!(contest(0.0, 0.0, v), 0.5);
        assert_eq!(contest(0.4, 0.4, v), 0.5);
        assert!(contest(-0.1, 0.4, v).is_nan());
        assert!(contest(0.1, -0.4, v).is_nan());
        assert!(contest(f32::NAN, 0.4, v).is_nan());
        assert!(contest(0.4, f32::NAN, v).is_nan());
    }
    assert!(contest(0.4, 0.4, f32::NAN).is_nan());
    assert_eq!(contest(0.0, 0.3, 1.0), 0.0);
    assert_eq!(contest(0.3, 0.0, 1.0), 1.0);
    assert_eq!(contest(0.3, 0.0, 0.0), 0.5);
    assert_eq!(contest(0.3, 0.0, -1.0), 0.0);
    assert_eq!(contest(1.0e30, 1.0e-30, 50.0), 1.0);
    assert_eq!(contest(1.0e-30, 1.0e30, 50.0), 0.0);
    assert_eq!(contest(1.0e30, 3.0e30, 1.0), 0.25);
    assert_eq!(contest(2.0, 1.0, f32::INFINITY), 1.0);
    assert_eq!(contest(1.0, 2.0, f32::INFINITY), 0.0);
}

#[test]
fn sine_and_cosine_are_within_their_bounds() {
    let mut worst = 0.0_f64;
    for step in -(1_i32 << 18)..=(1_i32 << 18) {
        let u = step as f32 / (1_u32 << 21) as f32;
        let angle = 2.0 * std::f64::consts::PI * f64::from(u);
        let (sine, cosine) = sine_cosine_of_turn(u);
        let error = (f64::from(sine) - libm::sin(angle))
            .abs()
            .max((f64::from(cosine) - libm::cos(angle)).abs());
        if !(error <= worst) {
            worst = error;
        }
    }
    assert!(worst <= 1.2e-7, "{worst}");
    assert!(worst > 0.8e-7, "the stated bound is idle: {worst}");
    assert_eq!(sine_cosine_of_turn(0.0), (0.0, 1.0));
}

/// SplitMix64 (Steele, Lea and Flood 2014): words for these tests only.
fn words(state: &mut u64) -> (u32, u32) {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    ((z >> 32) as u32, z as u32)
}

#[test]
fn normals_match_the_exact_transform_of_their_words() {
    let mut state = 1;
    let mut worst = 0.0_f64;
    for round in 0..1_000_000 {
        let (mut radius_word, angle_word) = words(&mut state);
        if round % 4 == 0 {
            // The far tail as well.
            radius_word >>= round % 32;
        }
        let u = (f64::from((radius_word >> 1) as f32) + 0.5) / 2_147_483_648.0;
        // The radius uniform is itself rounded to f32.
        let u = f64::from(u as f32);
        let angle = std::f64::consts::FRAC_PI_2 * f64::from(angle_word as i32) / 4_294_967_296.0;
        let radius = libm::sqrt(-2.0 * libm::log(u));
        let sign = [1.0, -1.0][(angle_word & 1) as usize];
        let mut exact = [radius * sign * libm::cos(angle), radius * libm::sin(angle)];
        if angle_word & 2 != 0 {
            exact.reverse();
        }
        let (first, second) = normal_pair(radius_word, angle_word);
        for (ours, exact) in [first, second].into_iter().zip(exact) {
            let error = (f64::from(ours) - exact).abs();
            if !(error <= worst) {
                worst = error;
            }
        }
    }
    assert!(worst <= 1.8e-6, "{worst}");
    let (largest, _) = normal_pair(0, 0);
    assert!((6.6..6.67).contains(&largest), "{largest}");
    assert_eq!(normal_pair(u32::MAX, 12345).0.abs(), 0.0);
}

#[test]
fn radius_of_normals_decreases_with_the_word() {
    let mut last = f32::INFINITY;
    let words = (0..=u32::MAX).step_by(4099);
    // And about the places where the logarithm takes another power of two.
    let about = |middle: u32| middle.saturating_sub(40)..=middle.saturating_add(40);
    let mut words: Vec<u32> = words
        .chain((0..32).flat_map(|k| about(0xb504_f334 >> k)))
        .collect();
    words.extend(about(u32::MAX));
    words.sort_unstable();
    for word in words {
        let radius = normal_radius(word);
        assert!(
            radius >= 0.0 && radius < last + 2.0e-6,
            "{word:#x}: {radius} after {last}"
        );
        last = radius;
    }
    assert_eq!(last, 0.0);
}

#[test]
fn normals_have_the_moments_and_tails_of_a_normal() {
    // 2n values; each statistic is judged at 4.5 standard errors (false alarm 7e-6 each).
    const N_PAIRS: usize = 2_000_000;
    let n = (2 * N_PAIRS) as f64;
    let mut state = 20;
    let (mut sum, mut squares, mut cubes, mut fourths, mut products) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut n_beyond_three = 0_u32;
    for _ in 0..N_PAIRS {
        let (radius_word, angle_word) = words(&mut state);
        let (first, second) = normal_pair(radius_word, angle_word);
        products += f64::from(first * second);
        for x in [f64::from(first), f64::from(second)] {
            sum += x;
            squares += x * x;
            cubes += x * x * x;
            fourths += x * x * x * x;
            n_beyond_three += u32::from(x.abs() > 3.0);
        }
    }
    let p = 0.002_699_796_063_260_21;
    for (name, z) in [
        ("mean", sum / libm::sqrt(n)),
        ("variance", (squares - n) / libm::sqrt(2.0 * n)),
        ("third moment", cubes / libm::sqrt(15.0 * n)),
        ("fourth moment", (fourths - 3.0 * n) / libm::sqrt(96.0 * n)),
        ("independence", products / libm::sqrt(n / 2.0)),
        (
            "beyond three",
            (f64::from(n_beyond_three) - n * p) / libm::sqrt(n * p * (1.0 - p)),
        ),
    ] {
        assert!(z.abs() < 4.5, "{name}: {z} standard errors");
    }
}

#[test]
fn chances_match_the_uniform_variate() {
    let mut probabilities = vec![0.0, -1.0, 1.0, 2.0, f32::NAN, 0.5, 1.0 - f32::EPSILON / 2.0];
    probabilities.extend((0..200).map(|k| (k as f32 * 0.618_034).fract()));
    probabilities.extend((1..40).map(|k| 1.0 / (1_u64 << k) as f32));
    for p in probabilities {
        let chance = Chance::of(p);
        let mut words: Vec<u32> = (0..500).map(|k: u32| k.wrapping_mul(0x9e37_79b9)).collect();
        // The words about the one where it tips over.
        let tip = (f64::from(p) * 4_294_967_296.0) as u32;
        words.extend((0..600).map(|k| tip.saturating_sub(300).saturating_add(k)));
        words.extend([0, 1, 2, u32::MAX - 1, u32::MAX]);
        for word in words {
            assert_eq!(chance.decides(word), uniform(word) < p, "{p} {word}");
        }
    }
    assert!(!Chance::NONE.decides(0));
}

#[test]
fn uniform_stays_below_one() {
    assert_eq!(uniform(0), 0.0);
    assert_eq!(uniform(1), 0.0);
    assert_eq!(uniform(1 << 31), 0.5);
    assert_eq!(uniform(u32::MAX), 1.0 - 1.0 / 16_777_216.0);
    assert_eq!(uniform(3 << 30), 0.75);
}

#[test]
fn min_max_and_clamp_keep_nan() {
    const NAN: f32 = f32::NAN;
    assert_eq!(min(1.0, 2.0), 1.0);
    assert_eq!(min(2.0, 1.0), 1.0);
    assert_eq!(max(1.0, 2.0), 2.0);
    assert_eq!(max(2.0, 1.0), 2.0);
    for function in [min as fn(f32, f32) -> f32, max] {
        assert!(function(NAN, 1.0).is_nan());
        assert!(function(1.0, NAN).is_nan());
        // The second where they are equal.
        assert!(function(0.0, -0.0).is_sign_negative());
        assert!(function(-0.0, 0.0).is_sign_positive());
    }
    assert_eq!(clamp(-1.0, 0.0, 1.0), 0.0);
    assert_eq!(clamp(2.0, 0.0, 1.0), 1.0);
    assert_eq!(clamp(0.3, 0.0, 1.0), 0.3);
    assert_eq!(clamp(0.3, 0.9, 0.1), 0.9);
    assert_eq!(clamp(0.3, NAN, NAN), 0.3);
    assert!(clamp(NAN, 0.0, 1.0).is_nan());
}
