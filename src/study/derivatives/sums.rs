//! Sums over draws, and the slopes that they come to.

use crate::base::math::double::sqrt;

/// Sums over draws for one outcome and one quantity. A draw's two runs are added first: they
/// share what was drawn, so that the draw is the unit of the standard error.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    n: f64,
    /// Of the score times how much better than expected the outcome came.
    product: f64,
    /// Of the score up to the outcome's day, whose expectation is 0.
    score: f64,
    product_squares: f64,
    score_squares: f64,
    both: f64,
}

impl Sums {
    /// Adds a draw.
    pub(super) fn add(&mut self, product: f64, score: f64) {
        self.n += 1.0;
        self.product += product;
        self.score += score;
        self.product_squares += product * product;
        self.score_squares += score * score;
        self.both += product * score;
    }

    /// Adds the sums of other draws.
    pub(super) fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.product += other.product;
        self.score += other.score;
        self.product_squares += other.product_squares;
        self.score_squares += other.score_squares;
        self.both += other.both;
    }

    /// The slope per run and its standard error. The score is a control variate: what is left of
    /// it in the product, by regression, is taken away, which is the same as the best baseline
    /// that does not depend on the day.
    pub(super) fn slope(&self) -> Slope {
        let n = self.n;
        if n < 2.0 {
            return Slope {
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
        // Per run, of which a draw has two.
        Slope {
            value: 0.5 * (product - coefficient * score),
            standard_error: 0.5 * sqrt(variance / (n - 1.0)),
        }
    }
}

/// A derivative with its simulation error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slope {
    /// Probability per unit of the quantity, or per unit of an expression's logarithm.
    pub value: f64,
    /// Its standard error over draws.
    pub standard_error: f64,
}
