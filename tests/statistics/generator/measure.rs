//! Test statistics for independence and uniformity, each as a standard score.

/// Threshold that a perfect generator exceeds once in about 10⁵ tests (two-sided, 4.4 standard errors).
const MOST: f64 = 4.4;

/// The deviation of a statistic from its expectation, in standard errors.
#[derive(Clone, Copy, Debug)]
pub struct Score(f64);

impl Score {
    pub fn is_even(self) -> bool {
        self.0.abs() < MOST
    }

    #[track_caller]
    pub fn assert(self, what: &str) {
        assert!(self.is_even(), "{what}: {:.2} standard errors", self.0);
    }
}

/// Counts in 2ⁿ cells that should be equally likely.
pub struct Cells {
    counts: Vec<u32>,
}

impl Cells {
    pub fn new(bits: u32) -> Self {
        Self {
            counts: vec![0; 1 << bits],
        }
    }

    pub fn count(&mut self, cell: u32) {
        self.counts[cell as usize] += 1;
    }

    /// Pearson's chi-square and its degrees of freedom.
    fn chi_square(&self) -> (f64, f64) {
        let total: u32 = self.counts.iter().sum();
        let expected = f64::from(total) / self.counts.len() as f64;
        assert!(expected >= 8.0, "too few samples for chi-square");
        let squares = self
            .counts
            .iter()
            .map(|&count| f64::from(count) - expected)
            .map(|excess| excess * excess / expected);
        (squares.sum(), self.counts.len() as f64 - 1.0)
    }

    /// The interaction part of chi-square of a square table with `side` rows, without the margins: it
    /// measures the dependence of the two numbers.
    fn interaction(&self, side: usize) -> (f64, f64) {
        let margin = |index: fn(usize, usize) -> usize| {
            let mut margin = Cells {
                counts: vec![0; side],
            };
            for (cell, count) in self.counts.iter().enumerate() {
                margin.counts[index(cell, side)] += count;
            }
            margin.chi_square()
        };
        let (rows, columns) = (
            margin(|cell, side| cell / side),
            margin(|cell, side| cell % side),
        );
        let (whole, freedom) = self.chi_square();
        (whole - rows.0 - columns.0, freedom - rows.1 - columns.1)
    }

    fn score(&self) -> Score {
        let (chi_square, freedom) = self.chi_square();
        chi_square_score(chi_square, freedom)
    }

    pub fn is_even(&self) -> bool {
        self.score().is_even()
    }

    #[track_caller]
    pub fn assert(&self, what: &str) {
        self.score().assert(what);
    }
}

/// A chi-square as a standard normal score (Wilson & Hilferty 1931). Counts that are too even
/// fail as well.
#[allow(clippy::disallowed_methods, reason = "a verdict needs no last bit")]
fn chi_square_score(chi_square: f64, freedom: f64) -> Score {
    let part = 2.0 / (9.0 * freedom);
    Score(((chi_square / freedom).cbrt() - (1.0 - part)) / part.sqrt())
}

/// The sum and the maximum of the chi-squares of many tables.
#[derive(Default)]
pub struct ManyTables {
    chi_square: f64,
    freedom: f64,
    worst: f64,
    n_tables: f64,
}

impl ManyTables {
    /// Adds a table whose numbers are in no other.
    pub fn add(&mut self, cells: &Cells) {
        self.add_chi_square(cells.chi_square());
    }

    /// Adds a table whose single numbers are also in other tables: only the interaction is added, since
    /// the margins would count repeatedly. Interactions of different pairs are uncorrelated.
    pub fn add_interaction(&mut self, cells: &Cells, side: usize) {
        self.add_chi_square(cells.interaction(side));
    }

    fn add_chi_square(&mut self, (chi_square, freedom): (f64, f64)) {
        self.chi_square += chi_square;
        self.freedom += freedom;
        self.worst = self.worst.max(chi_square_score(chi_square, freedom).0);
        self.n_tables += 1.0;
    }

    #[track_caller]
    pub fn assert(&self, what: &str) {
        chi_square_score(self.chi_square, self.freedom).assert(&format!("{what}, together"));
        // One in 10⁵ over all tables: for 10⁴ tables the tail of 10⁻⁹ begins at 6.
        let most = if self.n_tables > 1e3 { 6.0 } else { 5.2 };
        assert!(
            self.worst < most,
            "{what}, the worst: {:.2} standard errors",
            self.worst
        );
    }
}

/// How often flipping an input bit flips an output bit, by both bits.
pub struct Avalanche {
    flips: Vec<[u32; 32]>,
    n_samples: f64,
}

impl Avalanche {
    /// `function(sample, flip)` is the output for the sample's input with the bits of `flip`
    /// flipped, which is 0 or one of the `n_bits` lowest bits.
    pub fn of(n_bits: u32, n_samples: u64, function: impl Fn(u64, u64) -> u32) -> Self {
        let mut flips = vec![[0; 32]; n_bits as usize];
        for sample in 0..n_samples {
            let plain = function(sample, 0);
            for (bit, row) in flips.iter_mut().enumerate() {
                let flipped = plain ^ function(sample, 1 << bit);
                for (to, count) in row.iter_mut().enumerate() {
                    *count += flipped >> to & 1;
                }
            }
        }
        Self {
            flips,
            n_samples: n_samples as f64,
        }
    }

    fn scores(&self) -> impl Iterator<Item = f64> {
        let counts = self.flips.iter().flatten();
        counts
            .map(|&count| (f64::from(count) - self.n_samples / 2.0) / (self.n_samples / 4.0).sqrt())
    }

    /// The largest deviation from ½ in standard errors, and the score of all bits together.
    fn summary(&self) -> (f64, Score) {
        let worst = self.scores().fold(0.0, |worst, z| z.abs().max(worst));
        let chi_square: f64 = self.scores().map(|z| z * z).sum();
        let freedom = self.flips.len() as f64 * 32.0;
        (worst, chi_square_score(chi_square, freedom))
    }

    /// For up to 2,048 pairs of bits, the maximum exceeds 5.8 once in 10⁵ tests.
    pub fn is_even(&self) -> bool {
        let (worst, together) = self.summary();
        worst < 5.8 && together.is_even()
    }

    #[track_caller]
    pub fn assert(&self, what: &str) {
        let (worst, together) = self.summary();
        assert!(
            self.is_even(),
            "{what}: some bits flip others too often or too seldom: the worst by {worst:.2}, all \
             together by {:.2} standard errors",
            together.0
        );
    }
}

/// The correlation of two numbers, which has a standard error of n^(−½).
pub fn correlation_score(n_samples: u64, pair: impl Fn(u64) -> [u32; 2]) -> Score {
    let centred = |word: u32| f64::from(word) / 4_294_967_296.0 - 0.5;
    let sum: f64 = (0..n_samples)
        .map(|sample| pair(sample).map(centred))
        .map(|[a, b]| a * b)
        .sum();
    // The variance of a uniform is 1/12.
    Score(12.0 * sum / (n_samples as f64).sqrt())
}
