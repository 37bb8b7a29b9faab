//! Draws in blocks: what the bootstrap resamples, and where convergence is looked at.
//!
//! All draws are cut into at most 128 blocks of neighbours, and only the sums of each are kept, so
//! memory does not grow with the runs. Draws are independent, so blocks of them are, and resampling
//! blocks gives the same intervals as resampling draws, their width known to some 6 %
//! (1/√(2·128)). An outcome's factors are resampled together.

use super::moments::{Lives, Moments};
use crate::base::random::keyed::KeyedStream;
use crate::base::stats::Resampler;

/// The most blocks.
const BLOCKS: u64 = 128;

/// The sums of one outcome, by block and factor.
#[derive(Clone, Debug)]
pub struct Blocks {
    n_draws: u64,
    n_blocks: u64,
    n_factors: usize,
    /// Block by block, factor by factor.
    sums: Vec<Moments>,
}

impl Blocks {
    /// Room for `n_draws` ≥ 1 draws and `n_factors` ≥ 1 factors.
    pub fn new(n_draws: u64, n_factors: usize) -> Self {
        let n_blocks = BLOCKS.min(n_draws);
        Self {
            n_draws,
            n_blocks,
            n_factors,
            sums: vec![Moments::default(); n_blocks as usize * n_factors],
        }
    }

    /// How many factors there are.
    pub fn n_factors(&self) -> usize {
        self.n_factors
    }

    /// Adds the lives of consecutive draws, the first of which is `first_draw`, at the three points
    /// of a factor. Draws of which any life faulted are left out.
    pub fn add(&mut self, first_draw: u64, factor: usize, points: [&[Lives]; 3]) {
        let [a, b, partner] = points;
        let lives = a.iter().zip(b).zip(partner);
        for (draw, ((a, b), partner)) in (first_draw..).zip(lives) {
            if let (Some(a), Some(b), Some(partner)) = (a, b, partner) {
                // In 128 bits, since the draws of a long night times the blocks may not fit in 64.
                let block = u128::from(draw) * u128::from(self.n_blocks) / u128::from(self.n_draws);
                self.sums[block as usize * self.n_factors + factor].add([*a, *b, *partner]);
            }
        }
    }

    /// The sums of the first quarters of the blocks, factor by factor.
    pub fn whole(&self, n_quarters: u64) -> Vec<Moments> {
        let mut whole = vec![Moments::default(); self.n_factors];
        for block in 0..self.n_among(n_quarters) {
            self.merge(&mut whole, block, 1.0);
        }
        whole
    }

    /// The sums of as many blocks drawn with replacement from the first quarters of them.
    pub fn resample(&self, n_quarters: u64, luck: &mut KeyedStream) -> Vec<Moments> {
        let n_among = self.n_among(n_quarters);
        let mut times = vec![0.0; n_among];
        if let Some(resampler) = Resampler::new(n_among) {
            for _ in 0..n_among {
                times[resampler.sample(luck)] += 1.0;
            }
        }
        let mut sums = vec![Moments::default(); self.n_factors];
        for (block, &times) in times.iter().enumerate() {
            if times > 0.0 {
                self.merge(&mut sums, block, times);
            }
        }
        sums
    }

    /// The sums of each block among the first quarters of them, factor by factor.
    pub fn each(&self, n_quarters: u64) -> impl Iterator<Item = &[Moments]> + Clone {
        let n_among = self.n_among(n_quarters);
        self.sums.chunks(self.n_factors).take(n_among)
    }

    fn n_among(&self, n_quarters: u64) -> usize {
        ((self.n_blocks * n_quarters).div_ceil(4)) as usize
    }

    fn merge(&self, sums: &mut [Moments], block: usize, times: f64) {
        let rows = &self.sums[block * self.n_factors..][..self.n_factors];
        for (sum, row) in sums.iter_mut().zip(rows) {
            sum.merge(row, times);
        }
    }
}
