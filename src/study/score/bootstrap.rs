//! Bootstrap over questions (Efron 1979, percentile intervals).
//!
//! Questions are resampled with replacement as if they were independent. Those of one scenario are
//! dependent, so the intervals are too narrow rather than too wide.

use crate::base::random::keyed::KeyedStream;
use crate::base::stats::{Interval, Resampler, central_interval};

/// A measure over questions with its bootstrap interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BootstrapEstimate {
    /// The value over all questions; `None` if it is not defined.
    pub value: Option<f64>,
    /// Percentile interval; `None` for fewer than two questions, if the measure is undefined in at least
    /// 5 % of the samples, or if it is the same in all.
    pub interval: Option<Interval>,
}

/// Share of undefined samples from which there is no interval: the others are not a sample of what the
/// measure could have been.
const MAX_UNDEFINED: f64 = 0.05;

/// Computes `values` over all questions and over `n_samples` bootstrap samples. `values` receives the
/// indices of the questions in a sample and returns the same measures each time.
pub fn bootstrap(
    n_questions: usize,
    n_samples: u32,
    confidence: f64,
    stream: &mut KeyedStream,
    values: impl Fn(&[usize]) -> Vec<Option<f64>>,
) -> Vec<BootstrapEstimate> {
    let mut sample: Vec<usize> = (0..n_questions).collect();
    let whole = values(&sample);
    let mut sampled: Vec<Vec<f64>> = vec![Vec::new(); whole.len()];
    if let Some(resampler) = Resampler::new(n_questions).filter(|_| n_questions > 1) {
        for _ in 0..n_samples {
            sample.fill_with(|| resampler.sample(stream));
            for (sampled, value) in sampled.iter_mut().zip(values(&sample)) {
                sampled.extend(value);
            }
        }
    }
    let measures = whole.into_iter().zip(&mut sampled);
    let measured = measures.map(|(value, sampled)| BootstrapEstimate {
        value,
        interval: value.and_then(|_| interval(sampled, n_samples, confidence)),
    });
    measured.collect()
}

/// The percentile interval of the samples in which a measure is defined, out of `n_samples`.
fn interval(defined: &mut [f64], n_samples: u32, confidence: f64) -> Option<Interval> {
    let n_undefined = f64::from(n_samples) - defined.len() as f64;
    if n_undefined >= MAX_UNDEFINED * f64::from(n_samples) {
        return None;
    }
    central_interval(defined, confidence).filter(|interval| interval.low < interval.high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Seed;

    fn mean(values: &[f64], sample: &[usize]) -> f64 {
        sample.iter().map(|&at| values[at]).sum::<f64>() / sample.len() as f64
    }

    /// The mean of 400 numbers with variance 1/12: the interval is 3.92 standard errors wide, within a
    /// few percent for 4,000 samples. Fixed seed.
    #[test]
    fn interval_of_a_mean_matches_its_standard_error() {
        let values: Vec<f64> = (0..400).map(|at| (f64::from(at) + 0.5) / 400.0).collect();
        let mut stream = KeyedStream::new(Seed(1), "test");
        let measured = bootstrap(400, 4000, 0.95, &mut stream, |sample| {
            vec![Some(mean(&values, sample)), None]
        });
        let interval = measured[0].interval.unwrap();
        let width = 2.0 * 1.959_964 * (1.0_f64 / 12.0 / 400.0).sqrt();
        assert!(((interval.high - interval.low) / width - 1.0).abs() < 0.05);
        assert!((measured[0].value.unwrap() - 0.5).abs() < 1e-12);
        assert!(interval.contains(0.5));
        assert_eq!(
            measured[1],
            BootstrapEstimate {
                value: None,
                interval: None
            }
        );
    }

    /// Of two questions with different answers, half of the samples have one answer only, so that a skill
    /// against their base rate is undefined; of two equal scores, no sample has another mean.
    #[test]
    fn undefined_or_constant_measures_have_no_interval() {
        let answers = [1.0, 0.0];
        let mut stream = KeyedStream::new(Seed(1), "test");
        let measured = bootstrap(2, 1000, 0.95, &mut stream, |sample| {
            let rate = mean(&answers, sample);
            let is_mixed = rate > 0.0 && rate < 1.0;
            vec![Some(rate), is_mixed.then_some(0.4), Some(0.25)]
        });
        assert!(measured[0].interval.is_some());
        let intervals = [measured[1], measured[2]].map(|one| (one.value, one.interval));
        assert_eq!(intervals, [(Some(0.4), None), (Some(0.25), None)]);
    }

    #[test]
    fn one_question_has_no_interval() {
        let mut stream = KeyedStream::new(Seed(1), "test");
        let one = bootstrap(1, 100, 0.95, &mut stream, |_| vec![Some(0.3)]);
        assert_eq!(
            one,
            [BootstrapEstimate {
                value: Some(0.3),
                interval: None
            }]
        );
        let none = bootstrap(0, 100, 0.95, &mut stream, |_| vec![None]);
        assert_eq!(
            none,
            [BootstrapEstimate {
                value: None,
                interval: None
            }]
        );
    }
}
