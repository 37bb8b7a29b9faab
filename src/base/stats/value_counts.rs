//! Values of single precision: exact sums, and counts of which the memory is bounded.
//!
//! A value's key is its bit pattern, mapped so that keys have the order of the values. Counts are kept
//! by the leading bits of the key: the largest number of bits that leaves at most a given number of
//! different keys. That number of bits, and so the whole summary, is a function of the multiset of the
//! values, whatever the order in which they were added and merged. The relative resolution does not
//! depend on any declared range: below 4,096 different values nothing is lost, and continuous values
//! are resolved to about a thousandth of themselves. The sums of values and squares are integers in
//! units of the smallest positive number and its square, so they are exact.

use crate::base::math::double::sqrt;
use num_bigint::{BigInt, BigUint};
use serde::{Deserialize, Serialize};

/// Bits of a mantissa without its leading one.
const MANTISSA_BITS: u32 = f32::MANTISSA_DIGITS - 1;
/// The key of 0; keys of negative values are below it.
const ZERO_KEY: u32 = 1 << 31;
/// Below this number of keys, a comparison sort is faster than a radix sort.
const MIN_RADIX_KEYS: usize = 256;

/// The key of a finite value: ascending with the value, and equal for −0 and 0.
#[inline(always)]
pub fn key_of(value: f32) -> u32 {
    let bits = (value + 0.0).to_bits();
    // Negative values descend with their bits, so all bits are flipped; of the others the sign only.
    bits ^ ((bits as i32 >> 31) as u32 | ZERO_KEY)
}

/// The value of a key.
fn value_of(key: u32) -> f64 {
    let bits = match key < ZERO_KEY {
        true => !key,
        false => key ^ ZERO_KEY,
    };
    f64::from(f32::from_bits(bits))
}

/// Sorts keys in ascending order; `scratch` keeps its memory between calls.
pub fn sort_keys(keys: &mut Vec<u32>, scratch: &mut Vec<u32>) {
    if keys.len() < MIN_RADIX_KEYS {
        keys.sort_unstable();
        return;
    }
    const DIGIT_BITS: u32 = 11;
    const N_DIGITS: usize = 3;
    const N_BUCKETS: usize = 1 << DIGIT_BITS;
    let digit = |key: u32, k: usize| (key >> (k as u32 * DIGIT_BITS)) as usize % N_BUCKETS;
    let mut counts = [[0_u32; N_BUCKETS]; N_DIGITS];
    for &key in &*keys {
        for (k, counts) in counts.iter_mut().enumerate() {
            counts[digit(key, k)] += 1;
        }
    }
    scratch.resize(keys.len(), 0);
    for (k, counts) in counts.iter_mut().enumerate() {
        if counts[digit(keys[0], k)] as usize == keys.len() {
            continue;
        }
        let mut next = 0;
        for count in counts.iter_mut() {
            next += std::mem::replace(count, next);
        }
        for &key in &*keys {
            let place = &mut counts[digit(key, k)];
            scratch[*place as usize] = key;
            *place += 1;
        }
        std::mem::swap(keys, scratch);
    }
}

/// A summary of finite values of single precision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueCounts {
    /// Σ value, in units of 2⁻¹⁴⁹.
    sum: BigInt,
    /// Σ value², in units of 2⁻²⁹⁸.
    squares: BigUint,
    /// Key of the smallest value; meaningless without values.
    min_key: u32,
    /// Key of the largest value; meaningless without values.
    max_key: u32,
    /// Number of bits by which keys are shifted.
    shift: u32,
    /// The shifted keys with a count, ascending.
    keys: Vec<u32>,
    /// Number of values by key.
    counts: Vec<u64>,
}

impl ValueCounts {
    /// Number of values.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Adds values, given as ascending keys, and keeps at most `max_keys` different keys.
    pub fn add_sorted(&mut self, sorted: &[u32], max_keys: usize) {
        let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else {
            return;
        };
        self.add_sums(sorted);
        let shift = self.shift.max(needed_shift(sorted, 0, max_keys));
        let mut other = Self {
            min_key: first,
            max_key: last,
            shift,
            ..Self::default()
        };
        let keys = sorted.iter().map(|&key| (key >> shift, 1));
        (other.keys, other.counts) = counted(keys, sorted.len().min(max_keys));
        self.merge_counts(other, max_keys);
    }

    /// Adds the values of another summary. `max_keys` must be the same in all additions to both.
    pub fn merge(&mut self, other: &Self, max_keys: usize) {
        if other.keys.is_empty() {
            return;
        }
        self.sum += &other.sum;
        self.squares += &other.squares;
        self.merge_counts(other.clone(), max_keys);
    }

    /// Adds to the sums. Values of one sign and exponent are neighbors, so their mantissas are added
    /// as machine integers first.
    fn add_sums(&mut self, sorted: &[u32]) {
        // 2¹⁶ squares of mantissas of 24 bits fit 64 bits.
        const MAX_VALUES: usize = 1 << 16;
        for part in sorted.chunk_by(|a, b| a >> MANTISSA_BITS == b >> MANTISSA_BITS) {
            for part in part.chunks(MAX_VALUES) {
                let is_negative = part[0] < ZERO_KEY;
                // The bits of the magnitude, without the sign.
                let flip = if is_negative { !ZERO_KEY } else { ZERO_KEY };
                let exponent = (part[0] ^ flip) >> MANTISSA_BITS;
                // Subnormal numbers have the smallest exponent and no leading one.
                let leading = u32::from(exponent > 0) << MANTISSA_BITS;
                let (mut sum, mut squares) = (0_u64, 0_u64);
                for &key in part {
                    let mantissa = ((key ^ flip) % (1 << MANTISSA_BITS)) | leading;
                    sum += u64::from(mantissa);
                    squares += u64::from(mantissa) * u64::from(mantissa);
                }
                let shift = exponent.max(1) - 1;
                let sum = BigInt::from(sum) << shift;
                self.sum += if is_negative { -sum } else { sum };
                self.squares += BigUint::from(squares) << (2 * shift);
            }
        }
    }

    /// Adds counts, and shifts the keys further until there are at most `max_keys`.
    fn merge_counts(&mut self, mut other: Self, max_keys: usize) {
        let has_values = !self.keys.is_empty();
        if has_values {
            self.min_key = self.min_key.min(other.min_key);
            self.max_key = self.max_key.max(other.max_key);
        } else {
            (self.min_key, self.max_key) = (other.min_key, other.max_key);
        }
        let shift = self.shift.max(other.shift);
        self.shift_to(shift);
        other.shift_to(shift);
        if has_values {
            let merged = Merged {
                a: (&self.keys, &self.counts),
                b: (&other.keys, &other.counts),
            };
            let n_keys = (self.keys.len() + other.keys.len()).min(2 * max_keys);
            (self.keys, self.counts) = counted(merged, n_keys);
        } else {
            (self.keys, self.counts) = (other.keys, other.counts);
        }
        self.shift_to(needed_shift(&self.keys, self.shift, max_keys));
        if has_values {
            self.keys.shrink_to_fit();
            self.counts.shrink_to_fit();
        }
    }

    /// Shifts the keys to a number of bits that is not below the present one.
    fn shift_to(&mut self, shift: u32) {
        let more = shift - self.shift;
        self.shift = shift;
        if more == 0 {
            return;
        }
        let mut n_kept = 0;
        for k in 0..self.keys.len() {
            let (key, count) = (self.keys[k] >> more, self.counts[k]);
            if n_kept > 0 && self.keys[n_kept - 1] == key {
                self.counts[n_kept - 1] += count;
            } else {
                (self.keys[n_kept], self.counts[n_kept]) = (key, count);
                n_kept += 1;
            }
        }
        self.keys.truncate(n_kept);
        self.counts.truncate(n_kept);
    }

    /// The mean; `None` without values.
    pub fn mean(&self) -> Option<f64> {
        let n = self.count();
        (n > 0).then(|| to_double(&self.sum) / n as f64 * unit())
    }

    /// The sample standard deviation; `None` with fewer than two values.
    pub fn sd(&self) -> Option<f64> {
        let n = self.count();
        (n > 1).then(|| {
            // n·Σx² − (Σx)² in integers, so there is no cancellation.
            let scatter = BigInt::from(self.squares.clone()) * n - &self.sum * &self.sum;
            let variance = to_double(&scatter) / (n as f64 * (n as f64 - 1.0));
            sqrt(variance) * unit()
        })
    }

    /// The smallest and the largest value; `None` without values.
    pub fn range(&self) -> Option<(f64, f64)> {
        (!self.keys.is_empty()).then(|| (value_of(self.min_key), value_of(self.max_key)))
    }

    /// The quantile for a level in [0, 1], interpolated linearly between the two nearest values
    /// (Hyndman and Fan 1996, type 7). The values of one key are taken as spread evenly over its range.
    /// `None` without values.
    pub fn quantile(&self, level: f64) -> Option<f64> {
        debug_assert!((0.0..=1.0).contains(&level));
        let last = self.count().checked_sub(1)?;
        let rank = level * last as f64;
        let below = (rank.floor() as u64).min(last);
        let low = self.ordered(below);
        let part = rank - below as f64;
        if part <= 0.0 {
            return Some(low);
        }
        Some(low + part * (self.ordered((below + 1).min(last)) - low))
    }

    /// The value with `rank` values before it in ascending order.
    fn ordered(&self, rank: u64) -> f64 {
        let mut n_below = 0;
        for (&key, &count) in self.keys.iter().zip(&self.counts) {
            if rank < n_below + count {
                let low = (key << self.shift).max(self.min_key);
                let high = (key << self.shift | ((1 << self.shift) - 1)).min(self.max_key);
                let (low, high) = (value_of(low), value_of(high));
                let part = ((rank - n_below) as f64 + 0.5) / count as f64;
                return low + part * (high - low);
            }
            n_below += count;
        }
        value_of(self.max_key)
    }
}

/// The unit of the sums, 2⁻¹⁴⁹.
fn unit() -> f64 {
    f64::from(f32::from_bits(1))
}

/// The nearest double, of an integer far below the largest one.
fn to_double(integer: &BigInt) -> f64 {
    let digits = integer.iter_u64_digits();
    let magnitude = digits.enumerate().fold(0.0, |sum, (k, digit)| {
        // Ascending: what is rounded away is smaller than what follows.
        sum + digit as f64 * power_of_two(64 * k as u32)
    });
    match integer.sign() {
        num_bigint::Sign::Minus => -magnitude,
        _ => magnitude,
    }
}

/// 2^exponent, for an exponent up to 1,023.
fn power_of_two(exponent: u32) -> f64 {
    f64::from_bits(u64::from(1023 + exponent) << 52)
}

/// The least number of bits, at least `shift`, by which ascending keys must be shifted so that at most
/// `max_keys` of them differ. The keys have been shifted by `shift` bits already.
fn needed_shift(keys: &[u32], shift: u32, max_keys: usize) -> u32 {
    if keys.len() <= max_keys {
        return shift;
    }
    // Neighbors stay different until their highest differing bit is shifted out.
    let mut n_by_bits = [0_usize; 33];
    for pair in keys.windows(2) {
        n_by_bits[(u32::BITS - (pair[0] ^ pair[1]).leading_zeros()) as usize] += 1;
    }
    let mut n_different = 1;
    for bits in (0..=32).rev() {
        // Shifted by `bits`, the neighbors that differ in a higher bit are different.
        if n_different + n_by_bits[bits] > max_keys && bits > 0 {
            return shift + bits as u32;
        }
        n_different += n_by_bits[bits];
    }
    shift
}

/// Adds up the counts of equal keys; `n_keys` is how many are expected.
fn counted(keys: impl Iterator<Item = (u32, u64)>, n_keys: usize) -> (Vec<u32>, Vec<u64>) {
    let (mut all, mut counts) = (Vec::with_capacity(n_keys), Vec::with_capacity(n_keys));
    for (key, count) in keys {
        match (all.last(), counts.last_mut()) {
            (Some(&last), Some(sum)) if last == key => *sum += count,
            _ => {
                all.push(key);
                counts.push(count);
            }
        }
    }
    (all, counts)
}

/// Two ascending lists of keys with counts as one.
struct Merged<'a> {
    a: (&'a [u32], &'a [u64]),
    b: (&'a [u32], &'a [u64]),
}

impl Iterator for Merged<'_> {
    type Item = (u32, u64);

    fn next(&mut self) -> Option<Self::Item> {
        let list = match (self.a.0.first(), self.b.0.first()) {
            (Some(x), Some(y)) if x <= y => &mut self.a,
            (Some(_), None) => &mut self.a,
            _ => &mut self.b,
        };
        let (&key, keys) = list.0.split_first()?;
        let (&count, counts) = list.1.split_first()?;
        *list = (keys, counts);
        Some((key, count))
    }
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "values that need not be the same everywhere"
)]
mod tests {
    use super::*;
    use crate::base::random::Seed;
    use crate::base::random::keyed::KeyedStream;
    use crate::base::stats::sorted_quantile;
    use rand::RngExt;

    const MAX_KEYS: usize = 256;

    fn summary(values: &[f32]) -> ValueCounts {
        let mut keys: Vec<u32> = values.iter().map(|&value| key_of(value)).collect();
        sort_keys(&mut keys, &mut Vec::new());
        let mut counts = ValueCounts::default();
        counts.add_sorted(&keys, MAX_KEYS);
        counts
    }

    fn mean_and_sd(values: &[f32]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
        let squares = values.iter().map(|&x| (f64::from(x) - mean).powi(2));
        (mean, (squares.sum::<f64>() / (n - 1.0)).sqrt())
    }

    #[test]
    fn keys_have_the_order_of_the_values() {
        let values = [
            f32::MIN,
            -1e9,
            -1.0,
            -1e-30,
            -f32::from_bits(1),
            0.0,
            f32::from_bits(1),
            1e-30,
            1.0,
            f32::MAX,
        ];
        assert!(values.map(key_of).is_sorted());
        assert_eq!(
            values.map(|value| value_of(key_of(value))),
            values.map(f64::from)
        );
        assert_eq!(key_of(-0.0), key_of(0.0));
    }

    #[test]
    fn few_values_are_kept_exactly() {
        let counts = summary(&[40.0, 0.0, 20.0, 0.0]);
        assert_eq!(
            (counts.mean(), counts.range()),
            (Some(15.0), Some((0.0, 40.0)))
        );
        let sorted = [0.0, 0.0, 20.0, 40.0];
        for level in [0.0, 0.05, 0.3, 0.5, 0.75, 0.95, 1.0] {
            assert_eq!(counts.quantile(level), sorted_quantile(&sorted, level));
        }
        assert_eq!(ValueCounts::default().quantile(0.5), None);
        assert_eq!(
            (summary(&[3.0]).mean(), summary(&[3.0]).sd()),
            (Some(3.0), None)
        );
    }

    #[test]
    fn values_of_any_scale_have_the_moments_and_quantiles_of_a_plain_summary() {
        let mut random = KeyedStream::new(Seed(7), "test");
        for scale in [1e-9_f32, 1e-3, 1.0, 1e6, 1e12] {
            for center in [0.0, 1.5, 1e4_f32, -3.0] {
                let uniform = |random: &mut KeyedStream| random.random_range(-1.0_f32..1.0);
                let values: Vec<f32> = (0..5000)
                    .map(|_| {
                        scale
                            * (center + uniform(&mut random) + (9.0 * uniform(&mut random)).exp2())
                    })
                    .collect();
                let counts = summary(&values);
                let (mean, sd) = mean_and_sd(&values);
                assert!((counts.mean().expect("values") / mean - 1.0).abs() < 1e-12);
                assert!((counts.sd().expect("values") / sd - 1.0).abs() < 1e-9);
                let mut sorted: Vec<f64> = values.iter().map(|&x| f64::from(x)).collect();
                sorted.sort_by(f64::total_cmp);
                for level in [0.05, 0.25, 0.5, 0.75, 0.95] {
                    let expected = sorted_quantile(&sorted, level).expect("values");
                    let quantile = counts.quantile(level).expect("values");
                    // 256 keys over some ten exponents of either sign.
                    assert!(
                        (quantile - expected).abs() <= 0.2 * expected.abs(),
                        "{scale} {center} {level}: {quantile} {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn sums_do_not_cancel() {
        let counts = summary(&[1e30, 1.0, -1e30, 2.0]);
        assert_eq!(counts.mean(), Some(0.75));
        let near = summary(&[1.0, 1.0 + f32::EPSILON]);
        let expected = f64::from(f32::EPSILON) / 2.0_f64.sqrt();
        assert!((near.sd().expect("two") / expected - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_summary_is_a_function_of_the_values_alone() {
        let mut random = KeyedStream::new(Seed(3), "test");
        let values: Vec<f32> = (0..4000)
            .map(|k| match k % 3 {
                0 => 0.0,
                1 => random.random_range(-5.0..5.0_f32),
                _ => random.random_range(-30.0..30.0_f32).exp2(),
            })
            .collect();
        let whole = summary(&values);
        assert!(whole.keys.len() <= MAX_KEYS && whole.shift > 0);
        for _ in 0..20 {
            let mut parts: Vec<ValueCounts> = Vec::new();
            let mut shuffled = values.clone();
            for k in (1..shuffled.len()).rev() {
                shuffled.swap(k, random.random_range(0..=k));
            }
            let mut rest = shuffled.as_slice();
            while !rest.is_empty() {
                let (part, more) = rest.split_at(random.random_range(1..=rest.len()));
                parts.push(summary(part));
                rest = more;
            }
            while parts.len() > 1 {
                let other = parts.swap_remove(random.random_range(0..parts.len()));
                let k = random.random_range(0..parts.len());
                parts[k].merge(&other, MAX_KEYS);
            }
            assert_eq!(parts[0], whole);
        }
    }

    #[test]
    fn the_radix_sort_sorts() {
        let mut random = KeyedStream::new(Seed(5), "test");
        for n in [0, 1, 255, 256, 1024, 20_000] {
            for mask in [u32::MAX, 0x7FF, 0x3F_F800, 0] {
                let mut keys: Vec<u32> = (0..n).map(|_| random.random::<u32>() & mask).collect();
                let mut expected = keys.clone();
                expected.sort_unstable();
                sort_keys(&mut keys, &mut vec![9; 3]);
                assert_eq!(keys, expected);
            }
        }
    }
}
