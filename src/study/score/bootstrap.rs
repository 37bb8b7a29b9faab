//! The bootstrap: how far a mean over few questions can be trusted.
//!
//! Questions are drawn with replacement, as many as there are, and everything is computed anew;
//! an interval holds the middle of what came out (Efron 1979, percentile method). It takes the
//! questions as independent. Those of one scenario share a world and are not, so that intervals
//! are too narrow rather than too wide.

use crate::base::random::keyed::KeyedStream;
use crate::base::stats::{Interval, Resampler, central_interval};

/// A number over questions, and its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Over the questions as they are; `None` where it is not defined.
    pub value: Option<f64>,
    /// The middle of what other questions of the same kind would give; `None` for fewer than two
    /// questions.
    pub interval: Option<Interval>,
}

/// Computes `values` of all `n_questions` questions and of `n_samples` samples of them. `values`
/// takes the numbers of the questions in a sample, and gives the same quantities each time.
pub fn bootstrap(
    n_questions: usize,
    n_samples: u32,
    confidence: f64,
    luck: &mut KeyedStream,
    values: impl Fn(&[usize]) -> Vec<Option<f64>>,
) -> Vec<Measured> {
    let mut sample: Vec<usize> = (0..n_questions).collect();
    let whole = values(&sample);
    let mut seen: Vec<Vec<f64>> = vec![Vec::new(); whole.len()];
    if let Some(resampler) = Resampler::new(n_questions).filter(|_| n_questions > 1) {
        for _ in 0..n_samples {
            sample.fill_with(|| resampler.sample(luck));
            for (seen, value) in seen.iter_mut().zip(values(&sample)) {
                seen.extend(value);
            }
        }
    }
    let rows = whole.into_iter().zip(&mut seen);
    rows.map(|(value, seen)| Measured {
        value,
        interval: value.and_then(|_| central_interval(seen, confidence)),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Seed;

    fn mean(values: &[f64], sample: &[usize]) -> f64 {
        sample.iter().map(|&at| values[at]).sum::<f64>() / sample.len() as f64
    }

    /// The mean of 400 numbers with variance 1/12: the interval is 3.92 standard errors wide,
    /// told by 4000 samples to some per cent. Fixed seed.
    #[test]
    fn the_interval_of_a_mean_is_that_of_its_standard_error() {
        let values: Vec<f64> = (0..400).map(|at| (f64::from(at) + 0.5) / 400.0).collect();
        let mut luck = KeyedStream::new(Seed(1), "test");
        let measured = bootstrap(400, 4000, 0.95, &mut luck, |sample| {
            vec![Some(mean(&values, sample)), None]
        });
        let interval = measured[0].interval.unwrap();
        let width = 2.0 * 1.959_964 * (1.0_f64 / 12.0 / 400.0).sqrt();
        assert!(((interval.high - interval.low) / width - 1.0).abs() < 0.05);
        assert!((measured[0].value.unwrap() - 0.5).abs() < 1e-12);
        assert!(interval.contains(0.5));
        assert_eq!(
            measured[1],
            Measured {
                value: None,
                interval: None
            }
        );
    }

    #[test]
    fn one_question_tells_nothing_of_others() {
        let mut luck = KeyedStream::new(Seed(1), "test");
        let one = bootstrap(1, 100, 0.95, &mut luck, |_| vec![Some(0.3)]);
        assert_eq!(
            one,
            [Measured {
                value: Some(0.3),
                interval: None
            }]
        );
        let none = bootstrap(0, 100, 0.95, &mut luck, |_| vec![None]);
        assert_eq!(
            none,
            [Measured {
                value: None,
                interval: None
            }]
        );
    }
}
