//! Functions of f32 for the lanes of the engine.
//!
//! Each takes and returns scalars, is always inlined, and uses only `+ − × /`, `sqrt`, comparison
//! with selection, and integer operations. So the compiler vectorizes a loop over `[f32; 64]`, with
//! SSE2 as with AVX-512, and every machine computes the same bits. Rounding to an integer uses the
//! constant 1.5·2²³, since SSE2 has no `round`.
//!
//! The polynomials are minimax fits by Lawson's iteration (iteratively reweighted least squares)
//! at 1,200 Chebyshev points against 40-digit values, in the error named beside each, then rounded
//! to f32. Stated errors are maxima that the tests find against f64; one ulp is the spacing of f32
//! at the exact result.
//!
//! Not used: fused multiply-add, tables, subnormal results (flushed to 0), conversions from or to
//! unsigned numbers, and std's `min`, `max` and `clamp`, which lose a NaN.

// A fitted coefficient only resembles a known constant.
#![allow(clippy::approx_constant)]

/// 1.5·2²³. Adding it to a number of magnitude below 2²² and subtracting it again rounds the number
/// to an integer, which also stands in the low bits of the sum.
const ROUND: f32 = 12_582_912.0;
/// The same for f64: 1.5·2⁵².
const ROUND_DOUBLE: f64 = 6_755_399_441_055_744.0;
/// ln 2 cut to 17 bits, so that its product with an exponent is exact (fdlibm's split).
const LN_2_HIGH: f32 = f32::from_bits(0x3f31_7180);
/// ln 2 − `LN_2_HIGH`.
const LN_2_LOW: f32 = f32::from_bits(0x3717_f7d1);

/// The minimum; NaN if either is NaN; the second if they are equal.
#[inline(always)]
pub fn min(a: f32, b: f32) -> f32 {
    if (a < b) | a.is_nan() { a } else { b }
}

/// The maximum; NaN if either is NaN; the second if they are equal.
#[inline(always)]
pub fn max(a: f32, b: f32) -> f32 {
    if (a > b) | a.is_nan() { a } else { b }
}

/// `x` clamped to two bounds; NaN if `x` is NaN. A NaN bound does not bind, and if `low > high`
/// the result is `low`.
#[inline(always)]
pub fn clamp(x: f32, low: f32, high: f32) -> f32 {
    let below = if x > high { high } else { x };
    if below < low { low } else { below }
}

/// 2ˣ of several x in [−126, 128), within 2.4 ulp, exact for integers; undefined for any other x.
/// Each step is computed for all x before the next one, so that the processor can overlap them.
#[inline(always)]
pub fn exp2_each<const N: usize>(x: [f32; N]) -> [f32; N] {
    let (mut powers, exponents) = exp2_parts_each(x);
    for k in 0..N {
        powers[k] = scale_by_power_of_two(powers[k], exponents[k]);
    }
    powers
}

/// 2ˣ/2ʷ of several x with |x| ≤ 2²¹: [`exp2_each`] of x times an exact power of two, and 0 below
/// 2⁻¹²⁵. The integer w is at most a little less than the x that matter, so that numbers of any
/// size are scaled without another rounding.
#[inline(always)]
pub fn exp2_over_each<const N: usize>(x: [f32; N], w: i32) -> [f32; N] {
    let (mut powers, exponents) = exp2_parts_each(x);
    for k in 0..N {
        let exponent = exponents[k].wrapping_sub(w);
        let scaled = scale_by_power_of_two(powers[k], exponent);
        powers[k] = if exponent < -125 { 0.0 } else { scaled };
    }
    powers
}

/// The integer nearest to x, |x| ≤ 2²¹, in the form that [`exp2_over_each`] takes.
#[inline(always)]
pub fn whole(x: f32) -> i32 {
    ((x + ROUND).to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32)
}

/// 2ʳ and n with x = n + r, n an integer and r in ±½.
#[inline(always)]
fn exp2_parts_each<const N: usize>(x: [f32; N]) -> ([f32; N], [i32; N]) {
    let mut exponents = [0; N];
    let mut r = [0.0; N];
    for k in 0..N {
        let shifted = x[k] + ROUND;
        exponents[k] = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
        r[k] = x[k] - (shifted - ROUND);
    }
    let mut powers = [EXP2[5]; N];
    for coefficient in [EXP2[4], EXP2[3], EXP2[2], EXP2[1], EXP2[0]] {
        for k in 0..N {
            powers[k] = coefficient + r[k] * powers[k];
        }
    }
    (powers, exponents)
}

/// eˣ, within 1.0 ulp. ∞ above 88.72283, 0 below −87.3365; NaN stays NaN.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    let n_float = shifted - ROUND;
    let r = (x - n_float * LN_2_HIGH) - n_float * LN_2_LOW;
    // (eʳ − 1 − r) / r² on ±½ ln 2, relative error of eʳ 3.8e-9.
    let tail = 0.499_999_94
        + r * (0.166_665_21 + r * (0.041_668_39 + r * (0.008_368_71 + r * 0.001_381_461_3)));
    let power = scale_by_power_of_two(1.0 + (r + r * r * tail), n);
    select_exponential(x, power, -87.3365, 88.722_84)
}

/// log₂ x, within 1.8 ulp, exact for powers of two. −∞ at 0, NaN below, ∞ at ∞; NaN stays NaN.
#[inline(always)]
pub fn log2(x: f32) -> f32 {
    let (scaled, shift) = lift_subnormal(x);
    let (exponent, f) = split(scaled);
    let value = (exponent + shift) + ln_of_one_plus(f, 0.0) * std::f32::consts::LOG2_E;
    select_logarithm(x, value)
}

/// ln x, within 0.85 ulp. −∞ at 0, NaN below, ∞ at ∞; NaN stays NaN.
#[inline(always)]
pub fn ln(x: f32) -> f32 {
    let (scaled, shift) = lift_subnormal(x);
    let (exponent, f) = split(scaled);
    let k = exponent + shift;
    select_logarithm(x, k * LN_2_HIGH + ln_of_one_plus(f, k * LN_2_LOW))
}

/// aᵇ, within 1.4 ulp (relative error 1.7·10⁻⁷) over the whole range, through log₂ in f64; b = 1
/// and b = 2 are correctly rounded. Overflow gives ∞, and results below 2⁻¹²⁶ are 0.
///
/// As in IEEE 754: a⁰ = 1 and 1ᵇ = 1 even for NaN, 0 to a negative exponent is ∞, and a negative
/// base has the sign of its integer power and is NaN with any other exponent (here also for −∞).
/// Otherwise NaN stays NaN.
#[inline(always)]
pub fn power(base: f32, exponent: f32) -> f32 {
    let magnitude = power_of_magnitude(f64::from(base.abs()), exponent);
    // From 2²⁴ on every f32 is an even integer.
    let is_huge = exponent.abs() >= 16_777_216.0;
    let truncated = exponent as i32;
    let is_whole = is_huge | (truncated as f32 == exponent);
    let is_odd = !is_huge & is_whole & (truncated & 1 == 1);
    let sign = if is_odd {
        base.to_bits() & 0x8000_0000
    } else {
        0
    };
    let signed = f32::from_bits(magnitude.to_bits() | sign);
    let real = if (base < 0.0) & !is_whole {
        f32::NAN
    } else {
        signed
    };
    let squared = if exponent == 2.0 { base * base } else { real };
    if exponent == 1.0 { base } else { squared }
}

/// 1 / (1 + e⁻ˣ), within 2.4 ulp; 0 below −88.72283; NaN stays NaN.
#[inline(always)]
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// Tullock's contest success function aᵛ / (aᵛ + bᵛ) of two strengths a and b with decisiveness v,
/// within 2.5 ulp if the result is at least 2⁻¹²⁵. ½ if a = b, also at 0 and ∞. Computed from the
/// ratio of the strengths, so it never overflows; with one strength 0 and v negative it is the
/// limit. NaN if a strength is negative or an argument is NaN.
#[inline(always)]
pub fn contest(a: f32, b: f32, decisiveness: f32) -> f32 {
    let is_weaker = a < b;
    let (lesser, greater) = if is_weaker { (a, b) } else { (b, a) };
    let exponent = if is_weaker {
        -decisiveness
    } else {
        decisiveness
    };
    let odds_against = power_of_magnitude(f64::from(lesser) / f64::from(greater), exponent);
    let share = 1.0 / (1.0 + odds_against);
    let share = if a == b { 0.5 } else { share };
    if (a >= 0.0) & (b >= 0.0) & !decisiveness.is_nan() {
        share
    } else {
        f32::NAN
    }
}

/// (sin 2πu, cos 2πu) for u in ±⅛, each within 1.2·10⁻⁷ absolutely.
#[inline(always)]
pub fn sine_cosine_of_turn(u: f32) -> (f32, f32) {
    let z = u * u;
    // sin(2πu)/u and (cos(2πu) − 1)/u² in z = u², errors 3.4e-8 relative and 4.7e-8 absolute.
    let sine = u * (6.283_185_5 + z * (-41.341_663 + z * (81.592_354 + z * -75.393_56)));
    let cosine = 1.0 + z * (-19.739_168 + z * (64.923_225 + z * -83.665_924));
    (sine, cosine)
}

/// Two independent standard normal variates from two random words by the Box–Muller transform: the
/// first word gives the radius, the second the angle. Magnitudes reach 6.67, and each is within
/// 1.8·10⁻⁶ of the transform of the same words in real numbers.
#[inline(always)]
pub fn normal_pair(word_radius: u32, word_angle: u32) -> (f32, f32) {
    normal_pair_at(normal_radius(word_radius), word_angle)
}

/// The radius of [`normal_pair`]: √(−2 ln u), u = (⌊word/2⌋ + ½)/2³¹ being in (0, 1], so that
/// the logarithm is finite.
#[inline(always)]
pub fn normal_radius(word: u32) -> f32 {
    // −2 ln 2/2²³: scales an integer that holds the exponent in its upper 9 bits.
    const OF_EXPONENT: f32 = -1.386_294_4 / 8_388_608.0;
    let bits = ((word >> 1) as i32 as f32 + 0.5).to_bits() as i32;
    // 2³¹·u = 2ᵏ·(1 + f) with 1 + f in [√½, √2).
    let exponent = bits.wrapping_sub(0x3f35_04f3) & !0x007f_ffff;
    let f = f32::from_bits(bits.wrapping_sub(exponent) as u32) - 1.0;
    // −2 ln(1 + f)/f, relative error 1.1e-6, in pairs of terms, which shortens the chain of
    // dependent operations.
    let square = f * f;
    let low = -2.000_002 + f * 1.000_022_3;
    let middle = -0.666_290_16 + f * 0.498_194_87;
    let high = -0.409_926_56 + f * (0.373_357_1 + f * -0.237_922_16);
    let slope = low + square * (middle + square * high);
    let whole = exponent.wrapping_sub(31 << 23) as f32 * OF_EXPONENT;
    (whole + f * slope).sqrt()
}

/// [`normal_pair`] of a radius and the word for the angle. As a signed number the word is an angle
/// between −45° and 45°; its lowest bit changes the sign of the cosine, and the next one exchanges
/// cosine and sine, which covers all four quadrants.
#[inline(always)]
pub fn normal_pair_at(radius: f32, word_angle: u32) -> (f32, f32) {
    let turn = word_angle as i32 as f32 * (0.25 / 4_294_967_296.0);
    let (sine, cosine) = sine_cosine_of_turn(turn);
    let cosine = f32::from_bits(cosine.to_bits() ^ (word_angle << 31));
    let is_exchanged = word_angle & 2 != 0;
    let (first, second) = if is_exchanged {
        (sine, cosine)
    } else {
        (cosine, sine)
    };
    (radius * first, radius * second)
}

/// A uniform variate in [0, 1 − 2⁻²⁴] from a random word.
#[inline(always)]
pub fn uniform(word: u32) -> f32 {
    const MAX: f32 = 1.0 - 1.0 / 16_777_216.0;
    let u = (word >> 1) as i32 as f32 * (1.0 / 2_147_483_648.0);
    if u < MAX { u } else { MAX }
}

/// A Bernoulli trial with a given probability, precomputed as a threshold on the random word: it
/// succeeds if [`uniform`] of the word is less than the probability. Since `uniform` increases with
/// the word, the successful words are those up to a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    /// The largest word without its lowest bit that succeeds, −1 if none does.
    last: i32,
}

impl Chance {
    /// The trial that never succeeds.
    pub const NONE: Self = Self { last: -1 };

    /// Succeeds with this probability; never if it is NaN.
    pub fn of(probability: f32) -> Self {
        let happens = |half: i32| uniform((half as u32) << 1) < probability;
        let (mut last, mut step) = (-1_i64, 1_i64 << 31);
        while step > 0 {
            let next = i32::try_from(last + step);
            if next.is_ok_and(happens) {
                last += step;
            } else {
                step /= 2;
            }
        }
        Self { last: last as i32 }
    }

    /// The threshold as a word, so that it can be stored among others.
    #[inline(always)]
    pub fn word(self) -> u32 {
        self.last as u32
    }

    /// The trial of a [`Chance::word`].
    #[inline(always)]
    pub fn of_word(word: u32) -> Self {
        Self { last: word as i32 }
    }

    /// `other` if the condition holds, otherwise `self`.
    #[inline(always)]
    #[must_use]
    pub fn unless(self, condition: bool, other: Self) -> Self {
        let last = if condition { other.last } else { self.last };
        Self { last }
    }

    /// Whether the trial succeeds with this word.
    #[inline(always)]
    pub fn decides(self, word: u32) -> bool {
        (word >> 1) as i32 <= self.last
    }
}

/// 2ʳ for r in ±½, relative error 1.1e-7, exactly 1 at 0: 1 + r·P(r), P fitted to (2ʳ − 1)/r.
const EXP2: [f32; 6] = [
    1.0,
    0.693_147,
    0.240_222_42,
    0.055_507_336,
    0.009_671_513,
    0.001_326_472_7,
];

/// p·2ⁿ by adding to the exponent; p in [½, 2) and the result must be a normal number.
#[inline(always)]
fn scale_by_power_of_two(p: f32, n: i32) -> f32 {
    f32::from_bits((p.to_bits() as i32).wrapping_add(n << 23) as u32)
}

/// `value` for x in [low, high), 0 below, ∞ above, NaN for NaN.
#[inline(always)]
fn select_exponential(x: f32, value: f32, low: f32, high: f32) -> f32 {
    let not_under = if x < low { 0.0 } else { value };
    let not_over = if x >= high { f32::INFINITY } else { not_under };
    if x.is_nan() { x } else { not_over }
}

/// A subnormal times 2²³ with −23, anything else with 0.
#[inline(always)]
fn lift_subnormal(x: f32) -> (f32, f32) {
    let is_small = x < f32::MIN_POSITIVE;
    let scaled = if is_small { x * 8_388_608.0 } else { x };
    (scaled, if is_small { -23.0 } else { 0.0 })
}

/// (k, f) with x = 2ᵏ·(1 + f) and 1 + f in [√½, √2), for a positive normal x.
#[inline(always)]
fn split(x: f32) -> (f32, f32) {
    let bits = x.to_bits() as i32;
    let exponent = bits.wrapping_sub(0x3f35_04f3) >> 23;
    let mantissa = f32::from_bits(bits.wrapping_sub(exponent << 23) as u32);
    (exponent as f32, mantissa - 1.0)
}

/// ln(1 + f) + `low` for 1 + f in [√½, √2) and a small `low`, arranged as in fdlibm's `logf`:
/// with s = f/(2 + f), ln(1 + f) = f − f²/2 + s·(f²/2 + R(s²)), R fitted with an error of 8.7e-10
/// relative to the logarithm.
#[inline(always)]
fn ln_of_one_plus(f: f32, low: f32) -> f32 {
    let s = f / (2.0 + f);
    let z = s * s;
    let remainder = z * (0.666_667_76 + z * (0.399_775_42 + z * 0.298_717_3));
    let half_square = 0.5 * f * f;
    f - (half_square - (s * (half_square + remainder) + low))
}

/// `value` for positive finite x, −∞ at 0, NaN below, x for ∞ and NaN.
#[inline(always)]
fn select_logarithm(x: f32, value: f32) -> f32 {
    let not_zero = if x == 0.0 { f32::NEG_INFINITY } else { value };
    let not_negative = if x < 0.0 { f32::NAN } else { not_zero };
    if x < f32::INFINITY { not_negative } else { x }
}

/// aᵇ for a ≥ 0, of f64 so that a ratio of two f32 keeps its bits; 1 where a = 1 or b = 0.
#[inline(always)]
fn power_of_magnitude(a: f64, exponent: f32) -> f32 {
    let logarithm = log2_of_magnitude(a);
    let product = f64::from(exponent) * logarithm;
    let y = if (logarithm == 0.0) | (exponent == 0.0) {
        0.0
    } else {
        product
    };
    let capped = if y > 160.0 { 160.0 } else { y };
    let bounded = if capped < -160.0 { -160.0 } else { capped };
    let shifted = bounded + ROUND_DOUBLE;
    // The low half of the bits holds the rounded number in two's complement.
    let n = shifted.to_bits() as i32;
    let r = (bounded - (shifted - ROUND_DOUBLE)) as f32;
    // (2ʳ − 1)/r on ±½, relative error of 2ʳ 1.6e-8.
    let slope = 0.693_147_2
        + r * (0.240_226_48
            + r * (0.055_503_324
                + r * (0.009_618_437 + r * (0.001_339_887_4 + r * 0.000_153_533_62))));
    let value = scale_by_power_of_two(1.0 + r * slope, n);
    let not_under = if y < -126.0 { 0.0 } else { value };
    let not_over = if y >= 128.0 { f32::INFINITY } else { not_under };
    if y.is_nan() { f32::NAN } else { not_over }
}

/// log₂ a for a ≥ 0 that is 0 or far above f64's subnormals, relative error 5e-12: −∞ at 0, ∞ at
/// ∞, NaN for NaN. 2 atanh(s)/(s ln 2) fitted in z = s², s = f/(2 + f).
#[inline(always)]
fn log2_of_magnitude(a: f64) -> f64 {
    let bits = a.to_bits();
    // 32-bit arithmetic on the upper half: SSE2 cannot shift 64 bits arithmetically.
    let exponent = ((bits >> 32) as i32).wrapping_sub(0x3fe6_a09e) >> 20;
    let mantissa = f64::from_bits(bits.wrapping_sub(u64::from(exponent as u32) << 52));
    let f = mantissa - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let series = 2.885_390_081_790_080_6
        + z * (0.961_796_673_349_889_7
            + z * (0.577_083_583_291_824_1
                + z * (0.411_672_825_733_349_5 + z * 0.340_728_028_310_189_1)));
    let value = f64::from(exponent) + s * series;
    let not_zero = if a == 0.0 { f64::NEG_INFINITY } else { value };
    if a < f64::INFINITY { not_zero } else { a }
}

#[cfg(test)]
mod tests;
