//! Resampling with replacement for the bootstrap (Efron 1979).

use crate::base::random::keyed::KeyedStream;
use rand::distr::{Distribution, Uniform};

/// Samples members of a data set with replacement.
#[derive(Clone, Copy, Debug)]
pub struct Resampler(Uniform<usize>);

impl Resampler {
    /// For a data set of `n` members; `None` if it is empty.
    pub fn new(n: usize) -> Option<Self> {
        Uniform::new(0, n).ok().map(Self)
    }

    /// The index of one member, uniform over 0..n.
    pub fn sample(&self, stream: &mut KeyedStream) -> usize {
        self.0.sample(stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Seed;

    #[test]
    fn every_member_is_sampled() {
        let resampler = Resampler::new(5).unwrap();
        let mut stream = KeyedStream::new(Seed(1), "test");
        let mut n_times = [0; 5];
        for _ in 0..1_000 {
            n_times[resampler.sample(&mut stream)] += 1;
        }
        assert!(n_times.iter().all(|&n| n > 150), "{n_times:?}");
        assert!(Resampler::new(0).is_none());
    }
}
