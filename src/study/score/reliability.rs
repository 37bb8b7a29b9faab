//! Calibration: forecasts in bins, how often each bin came true, and what the Brier score is made
//! of.
//!
//! In: forecasts in [0, 1] and answers. Out: one row per bin that holds a forecast, and Murphy's
//! decomposition (1973). Bins are equal in width, or one for each distinct forecast.

use super::rules::brier;
use crate::base::random::keyed::KeyedStream;
use crate::base::stats::{Interval, Resampler, central_interval};
use rand::distr::{Bernoulli, Distribution};

/// How forecasts are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bins {
    /// So many of equal width; each holds its lower end, the last both.
    Equal(u32),
    /// Each forecast that was made is a bin.
    Distinct,
}

/// A yes–no forecast and its answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The forecast.
    pub probability: f64,
    /// The answer.
    pub is_yes: bool,
}

/// What the Brier score is made of: reliability − resolution + uncertainty + within_bins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decomposition {
    /// How far the bins' mean forecasts are from how often they came true, squared; 0 is best.
    pub reliability: f64,
    /// How far the bins are from the base rate, squared; more is better.
    pub resolution: f64,
    /// Base rate times its complement: how hard the questions were.
    pub uncertainty: f64,
    /// What forecasts that differ within a bin add (Stephenson, Coelho and Jolliffe 2008): 0
    /// where each bin is one forecast.
    pub within_bins: f64,
}

/// Forecasts that are alike, and how often they came true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// The lower end of the bin.
    pub low: f64,
    /// The upper end; the same for a distinct forecast.
    pub high: f64,
    /// Questions in it, ≥ 1.
    pub n_questions: u64,
    /// Of which so many came true.
    pub n_yes: u64,
    /// The mean forecast.
    pub mean_probability: f64,
    /// Between what shares a calibrated forecaster would have seen this bin come true; `None`
    /// where it was not asked for.
    pub consistency: Option<Interval>,
}

impl Bin {
    /// The share that came true.
    pub fn share_yes(&self) -> f64 {
        self.n_yes as f64 / self.n_questions as f64
    }
}

/// Which bin each forecast is in: dense numbers from 0, in the order of the forecasts.
#[derive(Clone, Debug)]
pub struct Binning {
    bin_of: Vec<usize>,
    ends: Vec<(f64, f64)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    n: u64,
    n_yes: u64,
    probability: f64,
}

impl Binning {
    /// Puts forecasts into bins.
    pub fn new(pairs: &[Pair], bins: Bins) -> Self {
        let ends_of: Vec<(f64, f64)> = pairs
            .iter()
            .map(|pair| ends(pair.probability, bins))
            .collect();
        let mut ends = ends_of.clone();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        ends.dedup();
        let bin_of = ends_of
            .iter()
            .map(|of| ends.partition_point(|end| end.0 < of.0))
            .collect();
        Self { bin_of, ends }
    }

    /// Decomposes the Brier score of a sample of the forecasts, given by their numbers, each as
    /// often as it is in the sample. The sample is not empty.
    pub fn decompose(&self, pairs: &[Pair], sample: &[usize]) -> Decomposition {
        let n = sample.len() as f64;
        let sums = self.sums(sample.iter().map(|&at| (at, pairs[at])));
        let n_yes: u64 = sums.iter().map(|sum| sum.n_yes).sum();
        let base_rate = n_yes as f64 / n;
        let (mut reliability, mut resolution) = (0.0, 0.0);
        for sum in sums.iter().filter(|sum| sum.n > 0) {
            let size = sum.n as f64;
            let share = sum.n_yes as f64 / size;
            let miss = sum.probability / size - share;
            let gain = share - base_rate;
            reliability += size * miss * miss;
            resolution += size * gain * gain;
        }
        let squares = sample
            .iter()
            .map(|&at| brier(pairs[at].probability, pairs[at].is_yes));
        let mean_brier = squares.sum::<f64>() / n;
        let (reliability, resolution) = (reliability / n, resolution / n);
        let uncertainty = base_rate * (1.0 - base_rate);
        let within_bins = if self.ends.iter().all(|(low, high)| low == high) {
            // Exactly, where the difference below is rounding alone.
            0.0
        } else {
            mean_brier - (reliability - resolution + uncertainty)
        };
        Decomposition {
            reliability,
            resolution,
            uncertainty,
            within_bins,
        }
    }

    /// The bins in order, with the bands of `n_samples` samples; none where that is 0.
    ///
    /// A band is that of Bröcker and Smith (2007): forecasts are drawn with replacement, answers
    /// by their own probabilities, and the band holds a share `confidence` of how often the bin
    /// then comes true.
    pub fn table(
        &self,
        pairs: &[Pair],
        n_samples: u32,
        confidence: f64,
        luck: &mut KeyedStream,
    ) -> Vec<Bin> {
        let mut seen: Vec<Vec<f64>> = vec![Vec::new(); self.ends.len()];
        if let Some(resampler) = Resampler::new(pairs.len()) {
            for _ in 0..n_samples {
                let drawn = (0..pairs.len()).map(|_| {
                    let at = resampler.sample(luck);
                    let probability = pairs[at].probability;
                    let is_yes = Bernoulli::new(probability).is_ok_and(|coin| coin.sample(luck));
                    (
                        at,
                        Pair {
                            probability,
                            is_yes,
                        },
                    )
                });
                for (shares, sum) in seen.iter_mut().zip(self.sums(drawn)) {
                    if sum.n > 0 {
                        shares.push(sum.n_yes as f64 / sum.n as f64);
                    }
                }
            }
        }
        let sums = self.sums(pairs.iter().copied().enumerate());
        let rows = self.ends.iter().zip(sums).zip(seen);
        rows.map(|((&(low, high), sum), mut shares)| Bin {
            low,
            high,
            n_questions: sum.n,
            n_yes: sum.n_yes,
            mean_probability: sum.probability / sum.n as f64,
            consistency: central_interval(&mut shares, confidence),
        })
        .collect()
    }

    fn sums(&self, pairs: impl Iterator<Item = (usize, Pair)>) -> Vec<Sum> {
        let mut sums = vec![Sum::default(); self.ends.len()];
        for (at, pair) in pairs {
            let sum = &mut sums[self.bin_of[at]];
            sum.n += 1;
            sum.n_yes += u64::from(pair.is_yes);
            sum.probability += pair.probability;
        }
        sums
    }
}

/// The ends of the bin that a forecast is in.
fn ends(probability: f64, bins: Bins) -> (f64, f64) {
    let Bins::Equal(n) = bins else {
        return (probability, probability);
    };
    let end = |index: f64| index / f64::from(n);
    let mut index = (probability * f64::from(n)).floor();
    // 0.29 · 100 rounds to less than 29, and 29/100 is where its bin begins.
    if end(index + 1.0) <= probability {
        index += 1.0;
    }
    let index = index.min(f64::from(n - 1));
    (end(index), end(index + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Seed;

    fn pairs(groups: &[(f64, usize, usize)]) -> Vec<Pair> {
        let one = |&(probability, n, n_yes): &(f64, usize, usize)| {
            (0..n).map(move |at| Pair {
                probability,
                is_yes: at < n_yes,
            })
        };
        groups.iter().flat_map(one).collect()
    }

    fn whole(pairs: &[Pair], bins: Bins) -> Decomposition {
        let sample: Vec<usize> = (0..pairs.len()).collect();
        Binning::new(pairs, bins).decompose(pairs, &sample)
    }

    fn near(value: f64, truth: f64) {
        assert!((value - truth).abs() < 5e-7, "{value} is not {truth}");
    }

    #[test]
    fn murphys_parts_of_thirty_forecasts() {
        let pairs = pairs(&[(0.1, 10, 1), (0.5, 10, 5), (0.8, 10, 7)]);
        let squares = pairs
            .iter()
            .map(|pair| brier(pair.probability, pair.is_yes));
        near(squares.sum::<f64>() / 30.0, 0.186_667);
        for bins in [Bins::Distinct, Bins::Equal(10)] {
            let parts = whole(&pairs, bins);
            near(parts.reliability, 0.003_333);
            near(parts.resolution, 0.062_222);
            near(parts.uncertainty, 0.245_556);
            near(parts.within_bins, 0.0);
        }
        assert_eq!(whole(&pairs, Bins::Distinct).within_bins, 0.0);
    }

    /// In one bin: reliability is the bias squared, there is no resolution, and what is left is
    /// the variance of the forecasts within the bin less twice their covariance with the answers.
    #[test]
    fn forecasts_that_differ_within_a_bin_are_accounted_for() {
        let pairs =
            [(0.2, false), (0.4, true), (0.9, true), (0.5, false)].map(|(probability, is_yes)| {
                Pair {
                    probability,
                    is_yes,
                }
            });
        let parts = whole(&pairs, Bins::Equal(1));
        near(parts.reliability, 0.0);
        near(parts.resolution, 0.0);
        near(parts.uncertainty, 0.25);
        let variance = (0.09 + 0.01 + 0.16) / 4.0;
        let covariance = (0.3 * 0.5 - 0.1 * 0.5 + 0.4 * 0.5) / 4.0;
        near(parts.within_bins, variance - 2.0 * covariance);
    }

    #[test]
    fn a_forecast_at_the_edge_is_in_the_bin_above_and_1_in_the_last() {
        assert_eq!(ends(0.29, Bins::Equal(100)).0, 0.29);
        assert_eq!(ends(0.0, Bins::Equal(10)), (0.0, 0.1));
        assert_eq!(ends(0.1, Bins::Equal(10)), (0.1, 0.2));
        assert_eq!(ends(0.3, Bins::Equal(10)).0, 0.3);
        assert_eq!(ends(1.0, Bins::Equal(10)), (0.9, 1.0));
        for n in 1..200_u32 {
            for at in 0..n {
                let edge = f64::from(at) / f64::from(n);
                assert_eq!(ends(edge, Bins::Equal(n)).0, edge, "{at}/{n}");
            }
        }
    }

    /// 100 forecasts of one half: the band is that of a binomial, 40 to 60 of 100 holding 96.5 %
    /// and 41 to 59 holding 94.3 %. Fixed seed.
    #[test]
    fn the_band_of_one_forecast_is_binomial() {
        let pairs = pairs(&[(0.5, 100, 80)]);
        let mut luck = KeyedStream::new(Seed(1), "test");
        let table = Binning::new(&pairs, Bins::Equal(10)).table(&pairs, 4000, 0.95, &mut luck);
        assert_eq!(table.len(), 1);
        let bin = table[0];
        assert_eq!((bin.low, bin.n_questions, bin.n_yes), (0.5, 100, 80));
        let band = bin.consistency.unwrap();
        assert_eq!((band.low, band.high), (0.40, 0.60));
        assert!(!band.contains(bin.share_yes()));
    }

    #[test]
    fn without_samples_there_is_no_band() {
        let pairs = pairs(&[(0.0, 1, 0), (1.0, 1, 1)]);
        let mut luck = KeyedStream::new(Seed(1), "test");
        let binning = Binning::new(&pairs, Bins::Distinct);
        assert!(
            binning.table(&pairs, 0, 0.95, &mut luck)[0]
                .consistency
                .is_none()
        );
        // Those who are sure are never seen wrong, whatever the luck.
        let bin = binning.table(&pairs, 100, 0.95, &mut luck)[1];
        assert_eq!(
            bin.consistency,
            Some(Interval {
                low: 1.0,
                high: 1.0
            })
        );
    }
}
