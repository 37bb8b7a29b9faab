//! Sums of products over blocks of consecutive draws, for the bootstrap and for convergence.
//!
//! The draws are divided into at most 128 blocks, and only the sums of each block are kept, so
//! memory does not grow with the runs. Draws are independent, so resampling blocks gives the same
//! intervals as resampling draws; their width has a relative standard error of about 6 %
//! (1/√(2·128)). All factors of an outcome are resampled together.

use super::moments::{Moments, RunPair};
use crate::base::random::keyed::KeyedStream;
use crate::base::stats::Resampler;

const MAX_BLOCKS: u64 = 128;

/// The sums of one outcome by block and factor.
#[derive(Clone, Debug)]
pub struct DrawBlocks {
    n_draws: u64,
    n_blocks: u64,
    n_factors: usize,
    /// In the order of the blocks, then of the factors.
    sums: Vec<Moments>,
}

impl DrawBlocks {
    /// Empty sums for `n_draws` ≥ 1 draws and `n_factors` ≥ 1 factors.
    pub fn new(n_draws: u64, n_factors: usize) -> Self {
        let n_blocks = MAX_BLOCKS.min(n_draws);
        Self {
            n_draws,
            n_blocks,
            n_factors,
            sums: vec![Moments::default(); n_blocks as usize * n_factors],
        }
    }

    /// The number of factors.
    pub fn n_factors(&self) -> usize {
        self.n_factors
    }

    /// Adds consecutive draws from `first_draw` at the three points of a factor. Draws with a faulted
    /// run are left out.
    pub fn add(&mut self, first_draw: u64, factor: usize, points: [&[RunPair]; 3]) {
        let [a, b, partner] = points;
        let pairs = a.iter().zip(b).zip(partner);
        for (draw, ((a, b), partner)) in (first_draw..).zip(pairs) {
            if let (Some(a), Some(b), Some(partner)) = (a, b, partner) {
                // In 128 bits, since draws times blocks may exceed 64.
                let block = u128::from(draw) * u128::from(self.n_blocks) / u128::from(self.n_draws);
                self.sums[block as usize * self.n_factors + factor].add([*a, *b, *partner]);
            }
        }
    }

    /// The sums over the first quarters of the blocks, by factor.
    pub fn totals(&self, n_quarters: u64) -> Vec<Moments> {
        let mut totals = vec![Moments::default(); self.n_factors];
        for block in 0..self.n_first_blocks(n_quarters) {
            self.merge(&mut totals, block, 1.0);
        }
        totals
    }

    /// The sums over a bootstrap sample of the first quarters of the blocks, by factor.
    pub fn resample(&self, n_quarters: u64, stream: &mut KeyedStream) -> Vec<Moments> {
        let n_blocks = self.n_first_blocks(n_quarters);
        let mut times = vec![0.0; n_blocks];
        if let Some(resampler) = Resampler::new(n_blocks) {
            for _ in 0..n_blocks {
                times[resampler.sample(stream)] += 1.0;
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

    /// The sums of each of the first quarters of the blocks, by factor.
    pub fn each(&self, n_quarters: u64) -> impl Iterator<Item = &[Moments]> + Clone {
        let n_blocks = self.n_first_blocks(n_quarters);
        self.sums.chunks(self.n_factors).take(n_blocks)
    }

    fn n_first_blocks(&self, n_quarters: u64) -> usize {
        ((self.n_blocks * n_quarters).div_ceil(4)) as usize
    }

    fn merge(&self, sums: &mut [Moments], block: usize, times: f64) {
        let rows = &self.sums[block * self.n_factors..][..self.n_factors];
        for (sum, row) in sums.iter_mut().zip(rows) {
            sum.merge(row, times);
        }
    }
}
