//! The verdict about a factor from the interval of its total-order index, and why there is none.

use super::indices::{FactorIndices, MIN_HITS, OutcomeIndices};
use crate::base::stats::Interval;

/// A factor is negligible if the whole interval of its total-order index is below this.
pub const NEGLIGIBLE: f64 = 0.05;

/// Maximum width of the interval of a total-order index from which a verdict is drawn.
pub const MAX_WIDTH: f64 = 0.5;

/// The conclusion about a factor from the interval of its total-order index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The interval lies above [`NEGLIGIBLE`], and is at most [`MAX_WIDTH`] wide.
    Matters,
    /// The interval lies below [`NEGLIGIBLE`], and is as narrow.
    Negligible,
    /// The interval contains [`NEGLIGIBLE`], or is wider than [`MAX_WIDTH`].
    NotDetermined,
    /// There is no index.
    NotMeasurable,
}

impl Finding {
    /// The value of the column `verdict`.
    pub fn word(self) -> &'static str {
        match self {
            Finding::Matters => "matters",
            Finding::Negligible => "negligible",
            Finding::NotDetermined => "not_determined",
            Finding::NotMeasurable => "not_measurable",
        }
    }
}

impl FactorIndices {
    /// The conclusion about the factor.
    pub fn finding(&self) -> Finding {
        let Some(total) = self.total.share else {
            return Finding::NotMeasurable;
        };
        let Interval { low, high } = total.interval;
        if high - low > MAX_WIDTH {
            Finding::NotDetermined
        } else if high < NEGLIGIBLE {
            Finding::Negligible
        } else if low > NEGLIGIBLE {
            Finding::Matters
        } else {
            Finding::NotDetermined
        }
    }
}

/// Why there is no verdict about a factor, and what to do; `None` if there is one.
pub fn verdict_reason(all: &OutcomeIndices, indices: &FactorIndices) -> Option<String> {
    match (indices.finding(), &indices.total.share) {
        (Finding::Matters | Finding::Negligible, _) => None,
        (_, Some(total)) => {
            let [low, high] = [total.interval.low, total.interval.high]
                .map(|end| format!("{:.0}", end * 100.0).replace("-0", "0"));
            let width = total.interval.high - total.interval.low;
            let problem = match width > MAX_WIDTH {
                true => format!("is wider than {:.0} points", MAX_WIDTH * 100.0),
                false => format!("contains {:.0} %", NEGLIGIBLE * 100.0),
            };
            Some(format!(
                "the interval of st, {low} to {high} %, {problem}: give more --runs"
            ))
        }
        (_, None) if !all.has_enough_hits() => Some(format!(
            "the outcome occurs in fewer than {MIN_HITS:.0} runs of a simulation, or in all but \
             fewer: give more --runs"
        )),
        (_, None) => {
            Some("parameter_variance is not distinguishable from zero: give more --runs".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::indices::{BootstrapEstimate, Index};
    use super::*;

    fn indices(low: f64, high: f64) -> FactorIndices {
        let estimate = BootstrapEstimate {
            value: 0.5 * (low + high),
            interval: Interval { low, high },
            standard_error: 0.25 * (high - low),
        };
        let index = Index {
            variance: estimate,
            share: Some(estimate),
        };
        FactorIndices {
            first_order: index,
            total: index,
            rank_first_order: 1,
            rank_total: 1,
        }
    }

    #[test]
    fn verdicts_follow_from_precise_intervals_only() {
        for (low, high, expected) in [
            (0.3, 0.5, Finding::Matters),
            (-0.1, 0.04, Finding::Negligible),
            (0.01, 0.2, Finding::NotDetermined),
            // The interval of a factor without influence, from few draws.
            (0.369, 2.212, Finding::NotDetermined),
            (-1.3, 0.04, Finding::NotDetermined),
        ] {
            let indices = indices(low, high);
            assert_eq!(indices.finding(), expected, "{low} to {high}");
        }
    }

    #[test]
    fn missing_verdicts_have_a_reason() {
        let all = OutcomeIndices {
            n_quarters: 4,
            n_draws: 4_000,
            mean: 0.088,
            variance: indices(0.001, 0.002).total.variance,
            parameter_share: None,
            factors: Vec::new(),
        };
        let reason = |low, high| verdict_reason(&all, &indices(low, high));
        assert_eq!(reason(0.3, 0.5), None);
        assert_eq!(
            reason(0.369, 2.212).unwrap(),
            "the interval of st, 37 to 221 %, is wider than 50 points: give more --runs"
        );
        assert_eq!(
            reason(-0.002, 0.2).unwrap(),
            "the interval of st, 0 to 20 %, contains 5 %: give more --runs"
        );
    }
}
