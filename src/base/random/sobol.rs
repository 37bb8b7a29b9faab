//! Sobol' sequences with Owen scrambling.
//!
//! Any point is computed from its index, so points can be computed in any order and on any thread.
//! The direction numbers are those of Joe and Kuo (2008), in 52 bits. The scrambling is Owen's
//! nested uniform one (1995): each bit is flipped by a hash of the bits before it, which preserves
//! every net property and makes each point uniform. There is no skipping or thinning, which would
//! break the nets (Owen 2020).

use super::keyed::{Seed, hash_name, mix};

/// Maximum number of dimensions.
pub const SOBOL_DIMENSIONS: usize = 256;

/// Bits of a coordinate; a sequence has 2⁵² points.
const BITS: u32 = 52;

/// Degrees, coefficients and initial numbers of the dimensions after the first.
const TABLE: &str = include_str!("sobol/joe_kuo_2008.txt");

/// A scrambled Sobol' sequence.
#[derive(Clone, Debug)]
pub struct Sobol {
    /// By dimension: direction numbers by bit of the index, each in the lowest 52 bits.
    directions: Vec<[u64; BITS as usize]>,
    /// By dimension: the key of its scrambling.
    keys: Vec<u64>,
}

impl Sobol {
    /// A sequence in `n_dimensions` dimensions, at most [`SOBOL_DIMENSIONS`].
    pub fn new(n_dimensions: usize, seed: Seed) -> Self {
        assert!(
            n_dimensions <= SOBOL_DIMENSIONS,
            "there are direction numbers for {SOBOL_DIMENSIONS} dimensions"
        );
        let key = mix(seed.0 ^ hash_name("sobol:scramble"));
        let dimensions = 0..n_dimensions as u64;
        Self {
            directions: directions().take(n_dimensions).collect(),
            keys: dimensions
                .map(|dimension| mix(key ^ mix(dimension)))
                .collect(),
        }
    }

    /// A coordinate of a point, in the open interval (0, 1); `index` below 2⁵² counts from 0.
    pub fn coordinate(&self, index: u64, dimension: usize) -> f64 {
        let bits = scramble(self.bits(index, dimension), self.keys[dimension]);
        (bits as f64 + 0.5) * (1.0 / (1_u64 << BITS) as f64)
    }

    /// The unscrambled coordinate, as 52 bits.
    fn bits(&self, index: u64, dimension: usize) -> u64 {
        debug_assert!(index >> BITS == 0, "the sequence has 2^52 points");
        let mut left = index;
        let mut bits = 0;
        while left != 0 {
            bits ^= self.directions[dimension][left.trailing_zeros() as usize];
            left &= left - 1;
        }
        bits
    }
}

/// Flips each bit by a hash of the bits above it.
fn scramble(bits: u64, key: u64) -> u64 {
    let mut scrambled = bits;
    for place in (0..BITS).rev() {
        // A leading 1 distinguishes prefixes of different lengths.
        let prefix = (bits >> place >> 1) | (1 << (BITS - 1 - place));
        scrambled ^= (mix(prefix ^ key) >> 63) << place;
    }
    scrambled
}

/// The direction numbers by dimension. The first is van der Corput's; of the others, with degree s,
/// coefficients a₁…aₛ₋₁ and mₖ given for k ≤ s, mₖ = 2a₁mₖ₋₁ ⊕ … ⊕ 2ˢ⁻¹aₛ₋₁mₖ₋ₛ₊₁ ⊕ 2ˢmₖ₋ₛ ⊕ mₖ₋ₛ,
/// and vₖ = mₖ·2⁻ᵏ.
fn directions() -> impl Iterator<Item = [u64; BITS as usize]> {
    let first = std::array::from_fn(|bit| 1 << (BITS as usize - 1 - bit));
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    std::iter::once(first).chain(rows.map(|line| {
        let mut numbers = line.split_ascii_whitespace().map(|number| {
            number
                .parse::<u64>()
                .expect("the table holds whole numbers")
        });
        let mut next = || numbers.next().expect("a row has a degree and coefficients");
        let (degree, coefficients) = (next() as usize, next());
        let mut v = [0; BITS as usize];
        for (bit, m) in numbers.enumerate() {
            v[bit] = m << (BITS as usize - 1 - bit);
        }
        for bit in degree..BITS as usize {
            v[bit] = v[bit - degree] ^ (v[bit - degree] >> degree);
            for inner in 1..degree {
                if coefficients >> (degree - 1 - inner) & 1 == 1 {
                    v[bit] ^= v[bit - inner];
                }
            }
        }
        v
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(bits: u64) -> f64 {
        bits as f64 / (1_u64 << BITS) as f64
    }

    #[test]
    fn table_has_odd_numbers_and_primitive_polynomials() {
        let rows: Vec<Vec<u64>> = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| {
                line.split_whitespace()
                    .map(|n| n.parse().unwrap())
                    .collect()
            })
            .collect();
        assert_eq!(rows.len(), SOBOL_DIMENSIONS - 1);
        for row in &rows {
            let (degree, a, m) = (row[0] as usize, row[1], &row[2..]);
            assert_eq!(m.len(), degree);
            assert!(
                m.iter()
                    .enumerate()
                    .all(|(k, m)| m % 2 == 1 && m >> (k + 1) == 0)
            );
            assert!(
                is_primitive(1 << degree | a << 1 | 1, degree as u32),
                "{row:?}"
            );
        }
        // No polynomial is used twice.
        let mut polynomials: Vec<_> = rows.iter().map(|row| (row[0], row[1])).collect();
        polynomials.dedup();
        assert_eq!(polynomials.len(), rows.len());
    }

    /// x generates all 2^degree − 1 residues.
    fn is_primitive(polynomial: u64, degree: u32) -> bool {
        let order = (1_u64 << degree) - 1;
        let mut power = 1;
        for exponent in 1..=order {
            power <<= 1;
            if power >> degree & 1 == 1 {
                power ^= polynomial;
            }
            if power == 1 {
                return exponent == order;
            }
        }
        false
    }

    /// Joe and Kuo's own program gives these points for dimensions 1 to 10, in the order of the
    /// Gray code: index i there is i ⊕ i/2 here.
    #[test]
    fn published_points() {
        let sobol = Sobol::new(10, Seed(0));
        let points = [
            [0.5; 10],
            [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75, 0.75, 0.75],
            [0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25, 0.25, 0.25],
            [
                0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875, 0.875, 0.625,
            ],
            [
                0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125,
            ],
            [
                0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125, 0.125, 0.375,
            ],
            [
                0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625, 0.625, 0.875,
            ],
        ];
        for (index, point) in (1_u64..).zip(&points) {
            for (dimension, &x) in point.iter().enumerate() {
                let bits = sobol.bits(index ^ (index >> 1), dimension);
                assert_eq!(unit(bits), x, "point {index}, dimension {}", dimension + 1);
            }
        }
    }

    #[test]
    fn each_dimension_is_stratified_for_every_seed() {
        for seed in [1, 2] {
            let sobol = Sobol::new(SOBOL_DIMENSIONS, Seed(seed));
            for dimension in 0..SOBOL_DIMENSIONS {
                for first in [0, 256, 1 << 40] {
                    let mut cells: Vec<u64> = (first..first + 256)
                        .map(|index| (sobol.coordinate(index, dimension) * 256.0) as u64)
                        .collect();
                    cells.sort_unstable();
                    assert!(cells.iter().copied().eq(0..256), "dimension {dimension}");
                }
            }
        }
    }

    /// The first two dimensions are a (0, m, 2)-net: every elementary interval of volume 2⁻ᵐ holds
    /// one of 2ᵐ points. The first three have t = 1 or less: one of volume 2¹⁻ᵐ holds two.
    #[test]
    fn scrambled_points_are_a_net() {
        let sobol = Sobol::new(3, Seed(0x2016_1101));
        let m = 10;
        let n = 1_u64 << m;
        for first in [0, 5 * n] {
            for k in 0..=m {
                let mut counts = vec![0; n as usize];
                for index in first..first + n {
                    let x = (sobol.coordinate(index, 0) * f64::from(1 << k)) as usize;
                    let y = (sobol.coordinate(index, 1) * f64::from(1 << (m - k))) as usize;
                    counts[x << (m - k) | y] += 1;
                }
                assert!(counts.iter().all(|&count| count == 1), "k = {k}");
            }
            for (a, b) in (0..m).flat_map(|a| (0..m - a).map(move |b| (a, b))) {
                let c = m - 1 - a - b;
                let mut counts = vec![0; 1 << (m - 1)];
                for index in first..first + n {
                    let of = |dimension, bits: u32| {
                        (sobol.coordinate(index, dimension) * f64::from(1 << bits)) as usize
                    };
                    counts[(of(0, a) << b | of(1, b)) << c | of(2, c)] += 1;
                }
                assert!(counts.iter().all(|&count| count == 2), "{a} {b} {c}");
            }
        }
    }

    #[test]
    fn seeds_and_dimensions_are_scrambled_independently() {
        let [one, other] = [1, 2].map(|seed| Sobol::new(2, Seed(seed)));
        let first = |sobol: &Sobol, dimension| sobol.coordinate(0, dimension);
        assert_ne!(first(&one, 0), first(&other, 0));
        assert_ne!(first(&one, 0), first(&one, 1));
        // Over seeds, a coordinate is uniform: 4,000 first points, mean ½ to 5 standard errors.
        let seeds = 0..4_000;
        let sum: f64 = seeds.map(|seed| first(&Sobol::new(1, Seed(seed)), 0)).sum();
        assert!((sum / 4_000.0 - 0.5).abs() < 5.0 / (12.0 * 4_000.0_f64).sqrt());
    }
}
