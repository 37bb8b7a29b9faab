//! Functions of f64 for everything outside the lanes of the engine.
//!
//! The elementary functions are those of the `libm` crate, with errors under one ulp and the same
//! bits everywhere; the special functions are built on them. Stated errors are those that the tests
//! allow, against the `statrs` crate and exact values. The std methods that call the platform's C
//! library are not used.

// Coefficients have the digits of their sources.
#![allow(clippy::excessive_precision)]

use std::f64::consts::{LN_2, PI, SQRT_2};

/// The exponential eˣ, within 1 ulp.
#[inline]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm ln x, within 1 ulp.
#[inline]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// ln(1 + x), within 1 ulp.
#[inline]
pub fn log1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// eˣ − 1, within 1 ulp.
#[inline]
pub fn expm1(x: f64) -> f64 {
    libm::expm1(x)
}

/// aᵇ, within 1 ulp, special values as in IEEE 754.
#[inline]
pub fn power(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// √x, correctly rounded.
#[inline]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// 1 / (1 + e⁻ˣ), within 3 ulp.
#[inline]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// ln(p / (1 − p)) for p in [0, 1]: −∞ at 0, ∞ at 1.
#[inline]
pub fn logit(p: f64) -> f64 {
    ln(p) - log1p(-p)
}

/// ln |Γ(x)|, relative error 10⁻¹⁴ except near its roots 1 and 2, where it is absolute.
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// The density of the standard normal distribution.
pub fn normal_density(x: f64) -> f64 {
    exp(-0.5 * x * x) / sqrt(2.0 * PI)
}

/// The standard normal CDF P(Z ≤ x), relative error 2·10⁻¹³ down to x = −37.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / SQRT_2)
}

/// The p-quantile of the standard normal, relative error 10⁻¹⁵ (Wichura 1988, algorithm AS 241,
/// PPND16). −∞ at 0, ∞ at 1, NaN outside [0, 1].
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&CENTRE_NUMERATOR, r) / polynomial(&CENTRE_DENOMINATOR, r);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let magnitude = if tail > 0.0 {
        let r = sqrt(-ln(tail));
        if r <= 5.0 {
            polynomial(&MIDDLE_NUMERATOR, r - 1.6) / polynomial(&MIDDLE_DENOMINATOR, r - 1.6)
        } else {
            polynomial(&FAR_NUMERATOR, r - 5.0) / polynomial(&FAR_DENOMINATOR, r - 5.0)
        }
    } else if tail == 0.0 {
        f64::INFINITY
    } else {
        f64::NAN
    };
    if q < 0.0 { -magnitude } else { magnitude }
}

/// I_x(a, b), the regularized incomplete beta function: the probability that a beta(a, b)
/// variable is at most `x`. Relative error 10⁻¹¹ for shapes in [0.01, 10⁶] and x in [0, 1].
///
/// The continued fraction of Didonato and Morris (NIST 8.17.22) by the modified Lentz method;
/// its prefactor in Loader's saddle-point form, so that large shapes lose no digits.
pub fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let shape = BetaShape::new(a, b);
    let point = Point {
        x,
        y: 1.0 - x,
        ln_x: ln(x),
        ln_y: log1p(-x),
    };
    match shape.tail(&point) {
        Tail::Lower(ln_tail) => exp(ln_tail),
        Tail::Upper(ln_tail) => 1.0 - exp(ln_tail),
    }
}

/// The inverse of I_x(a, b) in x: x with I_x(a, b) = p, for p in [0, 1] and shapes in [0.01, 10⁶].
/// If x or its distance from 1 is below the resolution of f64, the result is 0 or 1.
pub fn incomplete_beta_inverse(a: f64, b: f64, p: f64) -> f64 {
    logistic(incomplete_beta_inverse_logit(a, b, p))
}

/// logit(x) of the x with I_x(a, b) = p; ±∞ at p = 0 and 1. It keeps the digits that
/// [`incomplete_beta_inverse`] loses near 0 and 1. |ln I_x − ln p| ≤ 10⁻¹¹ in the smaller tail.
///
/// The CDF of the logit of a beta variable is log-concave, so Newton's method on its logarithm
/// converges from everywhere, and from the left without overshooting.
pub fn incomplete_beta_inverse_logit(a: f64, b: f64, p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    if p <= 0.5 {
        BetaShape::new(a, b).lower_quantile_logit(p, None)
    } else {
        -BetaShape::new(b, a).lower_quantile_logit(1.0 - p, None)
    }
}

/// A point of (0, 1) with the digits that x alone loses near the ends.
struct Point {
    x: f64,
    /// 1 − x.
    y: f64,
    ln_x: f64,
    ln_y: f64,
}

impl Point {
    fn of_logit(logit: f64) -> Self {
        // ln(1 + e^−|logit|), the distance of the larger part's logarithm from 0.
        let rest = log1p(exp(-logit.abs()));
        let (ln_x, ln_y) = if logit < 0.0 {
            (logit - rest, -rest)
        } else {
            (-rest, -logit - rest)
        };
        Self {
            x: exp(ln_x),
            y: exp(ln_y),
            ln_x,
            ln_y,
        }
    }
}

/// The logarithm of the probability on one side of a point, on the side where the
/// continued fraction converges fast.
enum Tail {
    Lower(f64),
    Upper(f64),
}

/// A beta distribution of the logit of its variable, with precomputed constants for repeated
/// evaluations of one pair of shapes in [0.01, 10⁶].
#[derive(Clone, Debug)]
pub struct BetaShape {
    a: f64,
    b: f64,
    /// ½ ln(ab / (2π(a + b))) + δ(a + b) − δ(a) − δ(b).
    ln_peak: f64,
}

impl BetaShape {
    /// The shapes `a` and `b`, both in [0.01, 10⁶].
    pub fn new(a: f64, b: f64) -> Self {
        let n = a + b;
        let ln_peak = 0.5 * ln(a / n * b / (2.0 * PI)) + stirling_remainder(n)
            - stirling_remainder(a)
            - stirling_remainder(b);
        Self { a, b, ln_peak }
    }

    /// The logit of the p-quantile for p in (0, ½]; for a larger p, swap the shapes and change the
    /// sign. A nearby logit `start`, if known, saves iterations.
    pub fn lower_quantile_logit(&self, p: f64, start: Option<f64>) -> f64 {
        const MAX_STEPS: u32 = 200;
        let ln_p = ln(p);
        let mut logit = start.unwrap_or_else(|| ln(self.a / self.b));
        for _ in 0..MAX_STEPS {
            let point = Point::of_logit(logit);
            let ln_tail = match self.tail(&point) {
                Tail::Lower(ln_tail) => ln_tail,
                Tail::Upper(ln_tail) => log1p(-exp(ln_tail)),
            };
            // d ln F / d logit = density of the logit / F.
            let slope = exp(self.ln_kernel(&point) - ln_tail);
            let step = (ln_p - ln_tail) / slope;
            logit += step;
            // Newton's method doubles the digits: after a step this small, only rounding is left.
            if step.abs() <= 1e-12 * (1.0 + logit.abs()) {
                break;
            }
        }
        logit
    }

    /// The density of the logit at `logit`: xᵃ (1 − x)ᵇ / B(a, b).
    pub fn logit_density(&self, logit: f64) -> f64 {
        exp(self.ln_kernel(&Point::of_logit(logit)))
    }

    /// ln(xᵃ yᵇ / B(a, b)), which is the logarithm of the density of the logit. It is the peak's
    /// less the deviance a·D(x/x₀) + b·D(y/y₀), with x₀ = a/(a + b) and D(1 + u) = u − ln(1 + u);
    /// the terms in u cancel between the two (Loader 2000).
    fn ln_kernel(&self, point: &Point) -> f64 {
        let n = self.a + self.b;
        let (center, other) = (self.a / n, self.b / n);
        // The difference from the side that is nearer to its end keeps more digits.
        let difference = if point.x < 0.5 {
            point.x - center
        } else {
            other - point.y
        };
        self.ln_peak
            + self.a * log_ratio_minus(difference / center, point.ln_x, center)
            + self.b * log_ratio_minus(-difference / other, point.ln_y, other)
    }

    fn tail(&self, point: &Point) -> Tail {
        let ln_kernel = self.ln_kernel(point);
        if point.x * (self.a + self.b + 2.0) <= self.a + 1.0 {
            Tail::Lower(ln_kernel + ln(continued_fraction(self.a, self.b, point.x) / self.a))
        } else {
            Tail::Upper(ln_kernel + ln(continued_fraction(self.b, self.a, point.y) / self.b))
        }
    }
}

/// ln(value / center) − u where u = value / center − 1 is given with all its digits.
fn log_ratio_minus(u: f64, ln_value: f64, center: f64) -> f64 {
    if u < -0.5 {
        return (ln_value - ln(center)) - u;
    }
    if u.abs() > 0.25 {
        return log1p(u) - u;
    }
    // ln(1 + u) = 2 atanh(s), s = u/(2 + u); u = 2s/(1 − s) = 2s + s·u. So the difference is
    // 2(s³/3 + s⁵/5 + …) − s·u, and s² ≤ 1/49.
    let s = u / (2.0 + u);
    let z = s * s;
    let mut series = 0.0;
    for k in (1..=10).rev() {
        series = z * (series + 1.0 / f64::from(2 * k + 1));
    }
    2.0 * s * series - s * u
}

/// δ(a) = ln Γ(a) − ((a − ½) ln a − a + ½ ln 2π), the remainder of Stirling's formula.
fn stirling_remainder(a: f64) -> f64 {
    if a < 15.0 {
        return ln_gamma(a) - ((a - 0.5) * ln(a) - a + 0.5 * (LN_2 + ln(PI)));
    }
    let z = 1.0 / (a * a);
    // B₂ₖ / (2k(2k − 1)).
    (1.0 / 12.0
        - z * (1.0 / 360.0
            - z * (1.0 / 1260.0
                - z * (1.0 / 1680.0 - z * (1.0 / 1188.0 - z * (691.0 / 360_360.0))))))
        / a
}

/// The continued fraction of I_x(a, b)·a·B(a, b) / (xᵃ yᵇ), by the modified Lentz method. It
/// takes of the order of √max(a, b) steps where x is below (a + 1)/(a + b + 2).
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const MAX_STEPS: u32 = 100_000;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..=MAX_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let change = d * c;
        value *= change;
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

/// Σ coefficients[k]·xᵏ.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    let mut sum = 0.0;
    for coefficient in coefficients.iter().rev() {
        sum = sum * x + coefficient;
    }
    sum
}

const CENTRE_NUMERATOR: [f64; 8] = [
    3.387_132_872_796_366_608,
    133.141_667_891_784_377_45,
    1_971.590_950_306_551_442_7,
    13_731.693_765_509_461_125,
    45_921.953_931_549_871_457,
    67_265.770_927_008_700_853,
    33_430.575_583_588_128_105,
    2_509.080_928_730_122_672_7,
];
const CENTRE_DENOMINATOR: [f64; 8] = [
    1.0,
    42.313_330_701_600_911_252,
    687.187_007_492_057_908_30,
    5_394.196_021_424_751_107_7,
    21_213.794_301_586_595_867,
    39_307.895_800_092_710_610,
    28_729.085_735_721_942_674,
    5_226.495_278_852_854_561_0,
];
const MIDDLE_NUMERATOR: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_90,
    5.769_497_221_460_691_405_50,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    0.241_780_725_177_450_611_77,
    0.022_723_844_989_269_184_583,
    7.745_450_142_783_414_076_4e-4,
];
const MIDDLE_DENOMINATOR: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_40,
    0.689_767_334_985_100_004_55,
    0.148_103_976_427_480_074_59,
    0.015_198_666_563_616_457_196,
    5.475_938_084_995_344_946_00e-4,
    1.050_750_071_644_416_843_24e-9,
];
const FAR_NUMERATOR: [f64; 8] = [
    6.657_904_643_501_103_777_20,
    5.463_784_911_164_114_369_90,
    1.784_826_539_917_291_335_80,
    0.296_560_571_828_504_891_23,
    0.026_532_189_526_576_123_093,
    1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const FAR_DENOMINATOR: [f64; 8] = [
    1.0,
    0.599_832_206_555_887_937_69,
    0.136_929_880_922_735_805_31,
    0.014_875_361_290_850_615_025,
    7.868_691_311_456_132_591_0e-4,
    1.846_318_317_510_054_681_80e-5,
    1.421_511_758_316_445_888_70e-7,
    2.044_263_103_389_939_785_64e-15,
];

#[cfg(test)]
mod tests;
