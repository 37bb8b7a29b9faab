//! Calibration: forecasts by bin with observed frequencies, and Murphy's decomposition (1973) of the
//! Brier score.
//!
//! Bins have equal width, or there is one per distinct forecast. Empty bins are left out.

use super::rules::brier;
use crate::base::random::keyed::KeyedStream;
use crate::base::stats::{Interval, Resampler, central_interval};
use rand::distr::{Bernoulli, Distribution};

/// How forecasts are divided into bins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bins {
    /// This number of bins of equal width; each includes its lower end, the last one also its upper.
    Equal(u32),
    /// One bin per distinct forecast.
    Distinct,
}

/// A forecast of a binary question and its answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The forecast probability of a yes.
    pub probability: f64,
    /// Whether the question resolved yes.
    pub is_yes: bool,
}

/// Murphy's decomposition: Brier = reliability − resolution + uncertainty + within_bins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decomposition {
    /// Mean squared distance of the bins' mean forecasts from their observed frequencies; 0 is best.
    pub reliability: f64,
    /// Mean squared distance of the observed frequencies from the base rate; larger is better.
    pub resolution: f64,
    /// Base rate times its complement.
    pub uncertainty: f64,
    /// The part of forecasts that differ within a bin (Stephenson, Coelho & Jolliffe 2008); 0 if
    /// each bin is one forecast.
    pub within_bins: f64,
}

/// The forecasts of one bin and their observed frequency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Lower end of the bin.
    pub low: f64,
    /// Upper end; equal to the lower one for a distinct forecast.
    pub high: f64,
    /// Number of questions, at least 1.
    pub n_questions: u64,
    /// Number of questions that resolved yes.
    pub n_yes: u64,
    /// Mean forecast of the bin.
    pub mean_probability: f64,
    /// Consistency band of the observed frequency if the forecasts are calibrated; `None` without
    /// samples.
    pub consistency: Option<Interval>,
}

impl Bin {
    /// The observed frequency of yes.
    pub fn share_yes(&self) -> f64 {
        self.n_yes as f64 / self.n_questions as f64
    }
}

/// The assignment of forecasts to the bins that are not empty.
#[derive(Clone, Debug)]
pub struct Binning {
    /// By forecast, the index of its bin.
    bin_of: Vec<usize>,
    /// By bin, its lower and upper end.
    ends: Vec<(f64, f64)>,
}

/// Sums over the forecasts of one bin.
#[derive(Clone, Copy, Debug, Default)]
struct BinSum {
    n: u64,
    n_yes: u64,
    probability: f64,
}

impl Binning {
    /// Assigns forecasts to bins.
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

    /// Decomposes the Brier score of a sample of the forecasts, given by their indices, possibly
    /// repeated. The sample must not be empty.
    pub fn decompose(&self, pairs: &[Pair], sample: &[usize]) -> Decomposition {
        let n = sample.len() as f64;
        let sums = self.sums(sample.iter().map(|&index| (index, pairs[index])));
        let n_yes: u64 = sums.iter().map(|sum| sum.n_yes).sum();
        let base_rate = n_yes as f64 / n;
        let (mut reliability, mut resolution) = (0.0, 0.0);
        for sum in sums.iter().filter(|sum| sum.n > 0) {
            let size = sum.n as f64;
            let share = sum.n_yes as f64 / size;
            let bias = sum.probability / size - share;
            let deviation = share - base_rate;
            reliability += size * bias * bias;
            resolution += size * deviation * deviation;
        }
        let squares = sample
            .iter()
            .map(|&index| brier(pairs[index].probability, pairs[index].is_yes));
        let mean_brier = squares.sum::<f64>() / n;
        let (reliability, resolution) = (reliability / n, resolution / n);
        let uncertainty = base_rate * (1.0 - base_rate);
        let within_bins = if self.ends.iter().all(|(low, high)| low == high) {
            // Exactly 0; the difference below would be a rounding error.
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

    /// The bins in order, with consistency bands from `n_samples` samples; no bands if it is 0.
    ///
    /// A band is that of Bröcker & Smith (2007): forecasts are resampled with replacement, answers
    /// are sampled with the forecast probabilities, and the band contains the share `confidence` of
    /// the resulting frequencies.
    pub fn table(
        &self,
        pairs: &[Pair],
        n_samples: u32,
        confidence: f64,
        stream: &mut KeyedStream,
    ) -> Vec<Bin> {
        let mut sampled: Vec<Vec<f64>> = vec![Vec::new(); self.ends.len()];
        if let Some(resampler) = Resampler::new(pairs.len()) {
            for _ in 0..n_samples {
                let sample = (0..pairs.len()).map(|_| {
                    let index = resampler.sample(stream);
                    let probability = pairs[index].probability;
                    let is_yes =
                        Bernoulli::new(probability).is_ok_and(|answer| answer.sample(stream));
                    (
                        index,
                        Pair {
                            probability,
                            is_yes,
                        },
                    )
                });
                for (shares, sum) in sampled.iter_mut().zip(self.sums(sample)) {
                    if sum.n > 0 {
                        shares.push(sum.n_yes as f64 / sum.n as f64);
                    }
                }
            }
        }
        let sums = self.sums(pairs.iter().copied().enumerate());
        let rows = self.ends.iter().zip(sums).zip(sampled);
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

    fn sums(&self, pairs: impl Iterator<Item = (usize, Pair)>) -> Vec<BinSum> {
        let mut sums = vec![BinSum::default(); self.ends.len()];
        for (index, pair) in pairs {
            let sum = &mut sums[self.bin_of[index]];
            sum.n += 1;
            sum.n_yes += u64::from(pair.is_yes);
            sum.probability += pair.probability;
        }
        sums
    }
}

/// The ends of the bin that contains a forecast.
fn ends(probability: f64, bins: Bins) -> (f64, f64) {
    let Bins::Equal(n) = bins else {
        return (probability, probability);
    };
    let end = |index: f64| index / f64::from(n);
    let mut index = (probability * f64::from(n)).floor();
    // The product may be rounded down: 0.29 · 100 < 29, but its bin starts at 29/100.
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

    fn decompose(pairs: &[Pair], bins: Bins) -> Decomposition {
        let sample: Vec<usize> = (0..pairs.len()).collect();
        Binning::new(pairs, bins).decompose(pairs, &sample)
    }

    fn near(value: f64, expected: f64) {
        assert!((value - expected).abs() < 5e-7, "{value} is not {expected}");
    }

    #[test]
    fn decomposition_of_thirty_forecasts() {
        let pairs = pairs(&[(0.1, 10, 1), (0.5, 10, 5), (0.8, 10, 7)]);
        let squares = pairs
            .iter()
            .map(|pair| brier(pair.probability, pair.is_yes));
        near(squares.sum::<f64>() / 30.0, 0.186_667);
        for bins in [Bins::Distinct, Bins::Equal(10)] {
            let parts = decompose(&pairs, bins);
            near(parts.reliability, 0.003_333);
            near(parts.resolution, 0.062_222);
            near(parts.uncertainty, 0.245_556);
            near(parts.within_bins, 0.0);
        }
        assert_eq!(decompose(&pairs, Bins::Distinct).within_bins, 0.0);
    }

    /// With one bin, reliability is the squared bias, resolution is 0, and the within-bin term is the
    /// variance of the forecasts minus twice their covariance with the answers.
    #[test]
    fn within_bin_term_of_one_bin() {
        let pairs =
            [(0.2, false), (0.4, true), (0.9, true), (0.5, false)].map(|(probability, is_yes)| {
                Pair {
                    probability,
                    is_yes,
                }
            });
        let parts = decompose(&pairs, Bins::Equal(1));
        near(parts.reliability, 0.0);
        near(parts.resolution, 0.0);
        near(parts.uncertainty, 0.25);
        let variance = (0.09 + 0.01 + 0.16) / 4.0;
        let covariance = (0.3 * 0.5 - 0.1 * 0.5 + 0.4 * 0.5) / 4.0;
        near(parts.within_bins, variance - 2.0 * covariance);
    }

    #[test]
    fn forecast_at_an_edge_is_in_the_upper_bin_and_1_in_the_last() {
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

    /// 100 forecasts of 0.5: the band is binomial; 40 to 60 of 100 have a probability of 96.5 %, 41 to
    /// 59 of 94.3 %. Fixed seed.
    #[test]
    fn consistency_band_of_one_forecast_is_binomial() {
        let pairs = pairs(&[(0.5, 100, 80)]);
        let mut stream = KeyedStream::new(Seed(1), "test");
        let table = Binning::new(&pairs, Bins::Equal(10)).table(&pairs, 4000, 0.95, &mut stream);
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
        let mut stream = KeyedStream::new(Seed(1), "test");
        let binning = Binning::new(&pairs, Bins::Distinct);
        assert!(
            binning.table(&pairs, 0, 0.95, &mut stream)[0]
                .consistency
                .is_none()
        );
        // The answer to a certain forecast does not vary.
        let bin = binning.table(&pairs, 100, 0.95, &mut stream)[1];
        assert_eq!(
            bin.consistency,
            Some(Interval {
                low: 1.0,
                high: 1.0
            })
        );
    }
}
