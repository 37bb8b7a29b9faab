//! Sums over draws, and the derivative that they give.

use crate::base::math::double::sqrt;

/// Sums over draws for one outcome and one quantity. The two runs of a draw are added first, so the
/// draw is the unit of the standard error.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    n: f64,
    /// Σ score·(outcome − baseline).
    product: f64,
    /// Σ of the scores up to the day of the outcome, which have expectation 0.
    score: f64,
    product_squares: f64,
    score_squares: f64,
    both: f64,
}

impl Sums {
    /// Adds the sums of one draw.
    pub(super) fn add(&mut self, product: f64, score: f64) {
        self.n += 1.0;
        self.product += product;
        self.score += score;
        self.product_squares += product * product;
        self.score_squares += score * score;
        self.both += product * score;
    }

    /// Adds the sums over other draws.
    pub(super) fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.product += other.product;
        self.score += other.score;
        self.product_squares += other.product_squares;
        self.score_squares += other.score_squares;
        self.both += other.both;
    }

    /// The derivative and its standard error. The score is a regression control variate, which is
    /// equivalent to the optimal baseline that does not depend on the day.
    pub(super) fn derivative(&self) -> Derivative {
        let n = self.n;
        if n < 2.0 {
            return Derivative {
                value: 0.0,
                standard_error: 0.0,
            };
        }
        let (product, score) = (self.product / n, self.score / n);
        let product_variance = self.product_squares / n - product * product;
        let score_variance = self.score_squares / n - score * score;
        let covariance = self.both / n - product * score;
        let coefficient = if score_variance > 0.0 {
            covariance / score_variance
        } else {
            0.0
        };
        let variance = (product_variance - coefficient * covariance).max(0.0);
        // Per run; a draw has two.
        Derivative {
            value: 0.5 * (product - coefficient * score),
            standard_error: 0.5 * sqrt(variance / (n - 1.0)),
        }
    }
}

/// A derivative with its Monte Carlo standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Derivative {
    /// Change of probability per unit of the quantity, or per unit of an expression's logarithm.
    pub value: f64,
    /// Standard error, clustered by draw.
    pub standard_error: f64,
}
